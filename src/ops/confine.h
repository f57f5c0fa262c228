/* What the process gives up, so that a defect in it is worth less to an attacker. */
#ifndef OPS_CONFINE_H
#define OPS_CONFINE_H

#include "base/arena.h"
#include "schema/settings.h"

/* No core dump is written, and no other process of the same user can read the memory, which holds keys, tokens and
 * passwords; unless the setting core_dumps allows it. Every command, before it reads any of them. */
void confine_memory(const struct settings *settings);

/* The server, before it starts threads: files can be written only in the folder of the embedded database and in the
 * places of its archive, or nowhere, and no program can be run (Landlock, where the kernel has it). Creates these
 * folders if they are missing. */
void confine_files(const struct settings *settings, struct arena *arena);

/* The server, when everything is started: only the listed system calls (seccomp) in all threads. Any other one fails
 * with ENOSYS and is logged once by name (`system_call_refused`); the process goes on. */
void confine_calls(const struct settings *settings);

#endif

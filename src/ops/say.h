/* How the command line speaks: data on stdout, everything else on stderr, one line each, without colour. A script can
 * so take the data of any command without filtering, and an operator sees what happened. */
#ifndef OPS_SAY_H
#define OPS_SAY_H

#include "base/str.h"

/* What the process ends with. The two above 1 are those of sysexits.h, so that a supervisor can tell a mistake in the
 * call or in the settings, where trying again is of no use, from a failure. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,         /* could not be done, or something was found wrong; the reason is on stderr */
    EXIT_USAGE = 64,         /* the call was wrong: unknown command, option or value */
    EXIT_CONFIGURATION = 78, /* the settings are wrong */
};

/* A message for the operator: one line on stderr, behind the program's name. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* say(), and EXIT_FAILED or EXIT_USAGE, for one-line guards. */
int say_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));
int say_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Data: printf to stdout. Errors are found by print_end(). */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void print_text(str text);

/* Makes sure that everything printed so far has left the process. False when it could not (a full disk, a closed
 * pipe), and then says so. */
bool print_end(void);

#endif

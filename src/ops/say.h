/* Output of the command line: data on stdout, messages on stderr, one line each, without colour. So a script can read
 * the data of any command without filtering. */
#ifndef OPS_SAY_H
#define OPS_SAY_H

#include "base/str.h"

/* Exit codes of the process. The two above 1 are from sysexits.h, so that a supervisor can tell usage and configuration
 * errors, where a retry is useless, from failures. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,         /* failure; the reason is on stderr */
    EXIT_USAGE = 64,         /* unknown command, option or value */
    EXIT_CONFIGURATION = 78, /* invalid settings */
};

/* A message for the operator: one line on stderr that begins with the program's name. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Like say(), and return EXIT_FAILED or EXIT_USAGE, for one-line guards. */
int say_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));
int say_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Data: printf to stdout. Write errors are reported by print_end(). */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void print_text(str text);

/* Flushes everything printed so far. False, after a message, when that fails (a full disk, a closed pipe). */
bool print_end(void);

#endif

/* Assertions that stay on in production. They are for programming errors only, never for input. A failed check writes
 * one line to stderr and aborts, so that an invalid state is never committed. */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#include <stdbool.h>

_Noreturn void check_failed(const char *condition, const char *file, int line);

#define CHECK(condition) ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))

/* A thread that serves all clients must wait for none: what waits for a disk, a database or the hash of a password
 * checks that its thread may. Every thread may unless it said otherwise. */
void thread_set_may_wait(bool may_wait);
bool thread_may_wait(void);

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif

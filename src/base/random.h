/* Randomness from the operating system (libsodium), and random ids. Any thread after random_start(). */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/str.h"

/* Call once, before all other functions here. Aborts if there is no source of randomness. */
void random_start(void);

/* `size` random bytes as 2 * size lower-case hex digits and a NUL. Bounds: size <= 64. */
void random_hex(char *ret_text, size_t size);

void random_bytes(void *ret_bytes, size_t size);

/* An id of 26 characters and a NUL that sorts by time: 48 bits of `now_ms`, then 80 random bits, in Crockford's base 32
 * (the form known as ULID). Ordered ids keep index inserts on the same pages. */
enum { ORDERED_ID_SIZE = 27 };
void ordered_id(int64_t now_ms, char ret_text[static ORDERED_ID_SIZE]);

#endif

/* Arena: memory that is released all at once, one per request or batch. Blocks come from malloc and are kept for reuse
 * by arena_reset(). Bounded: an allocation beyond `max` bytes aborts the process. Every input has a much lower limit,
 * so reaching the bound is a programming error. Under AddressSanitizer unused memory is poisoned. Not thread-safe: an
 * arena belongs to one thread at a time. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/str.h"

struct arena;

/* A new arena of at most `max` bytes. Never fails: aborts when out of memory. */
struct arena *arena_new(size_t max);
void arena_free(struct arena *arena); /* accepts NULL */

/* Frees everything allocated so far; keeps one block for reuse. */
void arena_reset(struct arena *arena);

/* What is in the arena now, and what is added until the next reset, is secret: it is overwritten when it is freed. */
void arena_wipe(struct arena *arena);

/* Bytes allocated since the last reset. */
size_t arena_used(const struct arena *arena);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

#define ARENA_NEW(arena, type)          ((type *)arena_alloc(arena, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array(arena, sizeof(type), count))

/* count * size zeroed bytes; aborts if the product overflows. */
void *arena_array(struct arena *arena, size_t size, size_t count);

/* A copy, NUL-terminated after its length. STR_NONE stays STR_NONE. */
str arena_copy(struct arena *arena, str s);

/* printf into the arena, NUL-terminated. */
str arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

/* What the targets of libFuzzer share. A target is tests/fuzz/<layer>_<noun>_fuzz.c and defines fuzz(); its kept inputs
 * are in corpus/<layer>_<noun>. tests/fuzz/README.md explains how to run one. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/str.h"

/* One input. The arena is empty, and freed afterwards. */
static void fuzz(struct arena *arena, str bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(16 << 20);
    fuzz(arena, arena_copy(arena, (str){(const char *)data, size}));
    arena_free(arena);
    return 0;
}

/* Takes one byte off the input, for choosing a variant; 0 when it is empty. */
static inline unsigned fuzz_choice(str *bytes, unsigned variants)
{
    unsigned choice = bytes->n > 0 ? (unsigned char)bytes->p[0] % variants : 0;
    *bytes = str_from(*bytes, bytes->n > 0 ? 1 : 0);
    return choice;
}

#endif

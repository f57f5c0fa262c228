/* See arena.h. Blocks form a list; the newest is allocated from. Block sizes double up to a limit, so that a request
 * with a large response uses few of them. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

#if defined(__SANITIZE_ADDRESS__)
#define POISONING 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONING 1
#endif
#endif

#ifdef POISONING
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum { BLOCK_MIN = 4096, BLOCK_MAX = 1 << 20, ALIGNMENT = alignof(max_align_t) };

struct block {
    struct block *next;
    size_t size; /* of data */
    size_t used;
    size_t dirty; /* bytes of data that may not be zero */
    alignas(max_align_t) char data[];
};

struct arena {
    struct block *blocks;
    size_t max;
    size_t used;
    bool wiped; /* memory is overwritten when it is given up */
};

/* A large table has a block of its own, and the kernel gives its pages, which are zero, only when they are used. */
static struct block *block_new(size_t size)
{
    bool large = size > BLOCK_MAX;
    struct block *block = large ? calloc(1, sizeof(*block) + size) : malloc(sizeof(*block) + size);
    CHECK(block != NULL);
    block->next = NULL;
    block->size = size;
    block->used = 0;
    block->dirty = large ? 0 : size;
    POISON(block->data, size);
    return block;
}

static void block_wipe(const struct arena *arena, struct block *block)
{
    if (arena->wiped) explicit_bzero(block->data, block->used);
}

static void block_free(const struct arena *arena, struct block *block)
{
    block_wipe(arena, block);
    UNPOISON(block->data, block->size);
    free(block);
}

struct arena *arena_new(size_t max)
{
    struct arena *arena = calloc(1, sizeof(*arena));
    CHECK(arena != NULL);
    arena->max = max;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena) return;
    while (arena->blocks) {
        struct block *next = arena->blocks->next;
        block_free(arena, arena->blocks);
        arena->blocks = next;
    }
    free(arena);
}

void arena_reset(struct arena *arena)
{
    struct block *kept = arena->blocks;
    while (kept && kept->next) {
        struct block *next = kept->next;
        block_free(arena, kept);
        kept = next;
    }
    if (kept) {
        block_wipe(arena, kept);
        if (kept->dirty < kept->used) kept->dirty = kept->used;
        kept->used = 0;
        POISON(kept->data, kept->size);
    }
    arena->blocks = kept;
    arena->used = 0;
    arena->wiped = false;
}

void arena_wipe(struct arena *arena)
{
    arena->wiped = true;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

static struct block *block_for(struct arena *arena, size_t size)
{
    struct block *last = arena->blocks;
    if (last && last->size - last->used >= size) return last;
    size_t block_size = last ? last->size * 2 : BLOCK_MIN;
    if (block_size > BLOCK_MAX) block_size = BLOCK_MAX;
    if (block_size < size) block_size = size;
    struct block *block = block_new(block_size);
    block->next = last;
    arena->blocks = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    CHECK(size <= arena->max);
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    CHECK(arena->used + size <= arena->max);
    struct block *block = block_for(arena, size);
    char *p = block->data + block->used;
    size_t dirty = block->dirty > block->used ? block->dirty - block->used : 0;
    block->used += size;
    arena->used += size;
    UNPOISON(p, size);
    memset(p, 0, dirty < size ? dirty : size);
    return p;
}

void *arena_array(struct arena *arena, size_t size, size_t count)
{
    size_t bytes;
    CHECK(!__builtin_mul_overflow(size, count, &bytes));
    return arena_alloc(arena, bytes);
}

str arena_copy(struct arena *arena, str s)
{
    if (!s.p) return STR_NONE;
    char *p = arena_alloc(arena, s.n + 1);
    if (s.n) memcpy(p, s.p, s.n);
    return (str){p, s.n};
}

str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    CHECK(n >= 0);
    char *p = arena_alloc(arena, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return (str){p, (size_t)n};
}

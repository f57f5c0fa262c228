/* See seen.h. Two bitmaps of hashes: keys are noted in the present one and looked up in both. After a period the older
 * one is emptied and becomes the present one, so a key is remembered for one to two periods. */
#include "store/seen.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { BITS = 1 << 20, WORDS = BITS / 64 };

struct seen {
    pthread_mutex_t mutex;
    int64_t period_ms, turned_ms;
    size_t present;
    uint64_t words[2][WORDS];
};

struct seen *seen_new(int64_t period_ms)
{
    struct seen *seen = calloc(1, sizeof(*seen));
    CHECK(seen != NULL);
    CHECK(pthread_mutex_init(&seen->mutex, NULL) == 0);
    seen->period_ms = period_ms;
    return seen;
}

void seen_free(struct seen *seen)
{
    if (!seen) return;
    pthread_mutex_destroy(&seen->mutex);
    free(seen);
}

static void turn(struct seen *seen, int64_t now_ms)
{
    if (now_ms - seen->turned_ms < seen->period_ms) return;
    seen->turned_ms = now_ms;
    seen->present = 1 - seen->present;
    memset(seen->words[seen->present], 0, sizeof(seen->words[0]));
}

bool seen_note(struct seen *seen, uint64_t key, int64_t now_ms)
{
    uint64_t bit = key * UINT64_C(0x9E3779B97F4A7C15) >> 44; /* 20 bits */
    uint64_t mask = UINT64_C(1) << bit % 64;
    pthread_mutex_lock(&seen->mutex);
    turn(seen, now_ms);
    bool noted = (seen->words[0][bit / 64] | seen->words[1][bit / 64]) & mask;
    seen->words[seen->present][bit / 64] |= mask;
    pthread_mutex_unlock(&seen->mutex);
    return noted;
}

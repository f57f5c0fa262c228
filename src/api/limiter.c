/* See limiter.h. */
#include "api/limiter.h"

#include <pthread.h>
#include <sodium.h>

#include "base/check.h"
#include "base/random.h"

enum { WAYS = 8, MICROSECONDS = 1000000 };

static const struct rate rates[] = {
#define RATE(symbol, name, seconds, address, actor, staff, event, guess, account, device)                              \
    {name, (int64_t)(seconds)*MICROSECONDS, {address, actor, staff, event, guess, account, device}},
#include "api/rates.def"
#undef RATE
};

const struct rate *rate_of(enum rate_class class)
{
    CHECK(class < RATE_COUNT);
    return &rates[class];
}

struct cell {
    uint64_t key; /* 0: free */
    int64_t whole_us;
};

struct limiter {
    pthread_mutex_t mutex;
    size_t sets; /* a power of two */
    struct cell (*cells)[WAYS];
    unsigned char secret[crypto_shorthash_KEYBYTES];
};

struct limiter *limiter_new(struct arena *arena, size_t keys)
{
    CHECK(keys >= 64 && (keys & (keys - 1)) == 0);
    struct limiter *limiter = ARENA_NEW(arena, struct limiter);
    CHECK(pthread_mutex_init(&limiter->mutex, NULL) == 0);
    limiter->sets = keys / WAYS;
    limiter->cells = arena_array(arena, sizeof(*limiter->cells), limiter->sets);
    random_bytes(limiter->secret, sizeof(limiter->secret));
    return limiter;
}

void limiter_free(struct limiter *limiter)
{
    if (limiter) pthread_mutex_destroy(&limiter->mutex);
}

/* The class and the kind of key are mixed in, so that the same text is counted separately for each. */
static uint64_t key_of(const struct limiter *limiter, enum rate_class class, enum rate_key key, str who)
{
    uint64_t hash;
    crypto_shorthash((unsigned char *)&hash, (const unsigned char *)who.p, who.n, limiter->secret);
    hash ^= ((uint64_t) class << 8 | (uint64_t)key) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ? hash : 1;
}

static struct cell *cell_find(struct limiter *limiter, uint64_t key)
{
    struct cell *set = limiter->cells[key & (limiter->sets - 1)];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key) return &set[i];
    }
    return NULL;
}

/* The cell of a key; a new key evicts the one whose quota is nearest to full. */
static struct cell *cell_of(struct limiter *limiter, uint64_t key)
{
    struct cell *set = limiter->cells[key & (limiter->sets - 1)];
    struct cell *victim = &set[0], *found = cell_find(limiter, key);
    if (found) return found;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].whole_us < victim->whole_us) victim = &set[i];
    }
    *victim = (struct cell){.key = key};
    return victim;
}

static int64_t seconds_up(int64_t us)
{
    return (us + MICROSECONDS - 1) / MICROSECONDS;
}

struct rate_decision limiter_count(struct limiter *limiter, enum rate_class class, enum rate_key key, str who,
                                   int64_t now_us)
{
    const struct rate *rate = rate_of(class);
    struct rate_decision response = {.class = class, .key = key, .quota = rate->quota[key]};
    if (response.quota == 0) return response;

    int64_t step_us = rate->window_us / response.quota;
    uint64_t hash = key_of(limiter, class, key, who);
    pthread_mutex_lock(&limiter->mutex);
    struct cell *cell = cell_of(limiter, hash);
    int64_t whole_us = cell->whole_us > now_us ? cell->whole_us : now_us;
    int64_t excess_us = whole_us + step_us - now_us - rate->window_us;
    if (excess_us <= 0) cell->whole_us = whole_us += step_us;
    pthread_mutex_unlock(&limiter->mutex);

    response.remaining = (rate->window_us - (whole_us - now_us)) / step_us;
    response.reset_s = seconds_up(whole_us - now_us);
    response.retry_s = excess_us > 0 ? seconds_up(excess_us) : 0;
    return response;
}

void limiter_return(struct limiter *limiter, enum rate_class class, enum rate_key key, str who)
{
    const struct rate *rate = rate_of(class);
    if (rate->quota[key] == 0) return;
    uint64_t hash = key_of(limiter, class, key, who);
    pthread_mutex_lock(&limiter->mutex);
    struct cell *cell = cell_find(limiter, hash);
    if (cell) cell->whole_us -= rate->window_us / rate->quota[key];
    pthread_mutex_unlock(&limiter->mutex);
}

/* Rate limits by the generic cell rate algorithm (the leaky bucket as a meter, ITU-T I.371), which stores one time per
 * key: when the quota of the key will be full again. A request moves it forward by window/quota, and is refused if it
 * would then be more than a window ahead. So a whole quota can be used at once, and it refills evenly.
 *
 * Memory is bounded: the table consists of sets of a few keys; a full set evicts the key whose quota is nearest to
 * full. An attacker who fills the table causes evictions but no growth. Keys are hashed with a random secret, so a
 * client cannot choose its set. Any thread. */
#ifndef API_LIMITER_H
#define API_LIMITER_H

#include "base/arena.h"

enum rate_class {
#define RATE(symbol, name, seconds, address, actor, staff, event, guess, account, device) RATE_##symbol,
#include "api/rates.def"
#undef RATE
    RATE_COUNT
};

enum rate_key { KEY_ADDRESS, KEY_ACTOR, KEY_STAFF, KEY_EVENT, KEY_GUESS, KEY_ACCOUNT, KEY_DEVICE, KEY_COUNT };

struct rate {
    const char *name;
    int64_t window_us;
    int64_t quota[KEY_COUNT]; /* 0: not counted by this key */
};

const struct rate *rate_of(enum rate_class class);

struct limiter;

/* A limiter with room for `keys` keys, a power of two of at least 64. The memory belongs to the arena. */
struct limiter *limiter_new(struct arena *arena, size_t keys);
void limiter_free(struct limiter *limiter); /* accepts NULL; the arena keeps the memory */

/* What the RateLimit headers report. */
struct rate_decision {
    enum rate_class class;
    enum rate_key key;
    int64_t quota; /* 0: not counted */
    int64_t remaining;
    int64_t reset_s; /* until the quota is full again */
    int64_t retry_s; /* 0: the request may pass */
};

/* Counts one request of a class by a key with the text `who`. `now_us` is monotonic. */
struct rate_decision limiter_count(struct limiter *limiter, enum rate_class class, enum rate_key key, str who,
                                   int64_t now_us);

/* Takes back one request that limiter_count() let pass. */
void limiter_return(struct limiter *limiter, enum rate_class class, enum rate_key key, str who);

#endif

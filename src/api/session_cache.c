/* See session_cache.h. */
#include "api/session_cache.h"

#include <pthread.h>

#include "base/check.h"

enum { WAYS = 4, HASH_DIGITS = HASH_TEXT_SIZE - 1, MARKS = 65536 };

struct place {
    char hash[HASH_DIGITS]; /* first byte NUL: free */
    struct session_entry entry;
};

struct session_cache {
    pthread_mutex_t mutex;
    uint64_t changes;
    uint64_t session_marks[MARKS], user_marks[MARKS];
    size_t sets; /* a power of two */
    size_t victim;
    struct place (*places)[WAYS];
};

struct session_cache *session_cache_new(struct arena *arena, size_t entries)
{
    CHECK(entries >= 64 && (entries & (entries - 1)) == 0);
    struct session_cache *cache = ARENA_NEW(arena, struct session_cache);
    CHECK(pthread_mutex_init(&cache->mutex, NULL) == 0);
    cache->sets = entries / WAYS;
    cache->places = arena_array(arena, sizeof(*cache->places), cache->sets);
    return cache;
}

void session_cache_free(struct session_cache *cache)
{
    if (cache) pthread_mutex_destroy(&cache->mutex);
}

static uint64_t *mark_of(uint64_t marks[static MARKS], int64_t id)
{
    return &marks[(uint64_t)id % MARKS];
}

/* The digits of a SHA-256 are evenly distributed already. */
static struct place *set_of(struct session_cache *cache, const char *hash)
{
    uint64_t number;
    memcpy(&number, hash, sizeof(number));
    number *= UINT64_C(0x9E3779B97F4A7C15);
    return cache->places[(number >> 32) & (cache->sets - 1)];
}

static struct place *place_find(struct session_cache *cache, const char *hash)
{
    struct place *set = set_of(cache, hash);
    for (size_t i = 0; i < WAYS; i++) {
        if (memcmp(set[i].hash, hash, HASH_DIGITS) == 0) return &set[i];
    }
    return NULL;
}

/* Whether neither the session nor the user of the entry was marked since `mark`. */
static bool untouched(struct session_cache *cache, const struct session_entry *entry, uint64_t mark)
{
    return *mark_of(cache->session_marks, entry->session_id) <= mark &&
           *mark_of(cache->user_marks, entry->user_id) <= mark;
}

bool session_cache_holds(struct session_cache *cache, int64_t session_id, int64_t user_id, uint64_t mark)
{
    struct session_entry entry = {.session_id = session_id, .user_id = user_id};
    pthread_mutex_lock(&cache->mutex);
    bool holds = untouched(cache, &entry, mark);
    pthread_mutex_unlock(&cache->mutex);
    return holds;
}

bool session_cache_find(struct session_cache *cache, const char hash[static HASH_TEXT_SIZE], int64_t now_ms,
                        struct session_entry *ret_entry)
{
    pthread_mutex_lock(&cache->mutex);
    struct place *place = place_find(cache, hash);
    bool good = place && untouched(cache, &place->entry, place->entry.mark) && now_ms < place->entry.expires_at;
    if (place && !good) place->hash[0] = '\0';
    if (good) *ret_entry = place->entry;
    pthread_mutex_unlock(&cache->mutex);
    return good;
}

uint64_t session_cache_mark(struct session_cache *cache)
{
    pthread_mutex_lock(&cache->mutex);
    uint64_t mark = cache->changes;
    pthread_mutex_unlock(&cache->mutex);
    return mark;
}

/* The slot of the entry; else a free slot; else the next one to evict. */
static struct place *place_take(struct session_cache *cache, const char *hash)
{
    struct place *place = place_find(cache, hash);
    struct place *set = set_of(cache, hash);
    for (size_t i = 0; !place && i < WAYS; i++) {
        if (set[i].hash[0] == '\0') place = &set[i];
    }
    return place ? place : &set[cache->victim++ % WAYS];
}

void session_cache_add(struct session_cache *cache, const char hash[static HASH_TEXT_SIZE],
                       const struct session_entry *entry, uint64_t mark)
{
    pthread_mutex_lock(&cache->mutex);
    if (untouched(cache, entry, mark)) {
        struct place *place = place_take(cache, hash);
        memcpy(place->hash, hash, HASH_DIGITS);
        place->entry = *entry;
        place->entry.mark = mark;
    }
    pthread_mutex_unlock(&cache->mutex);
}

void session_cache_changed(struct session_cache *cache, enum entity_id entity, int64_t id)
{
    if (entity != ENTITY_session && entity != ENTITY_user) return;
    pthread_mutex_lock(&cache->mutex);
    if (id == 0) {
        cache->changes++;
        for (size_t i = 0; i < MARKS; i++) cache->session_marks[i] = cache->user_marks[i] = cache->changes;
        pthread_mutex_unlock(&cache->mutex);
        return;
    }
    *mark_of(entity == ENTITY_session ? cache->session_marks : cache->user_marks, id) = ++cache->changes;
    pthread_mutex_unlock(&cache->mutex);
}

/* A cache that maps session tokens to users and roles, so that most requests require no query for it. Bounded: adding
 * to a full set evicts one entry.
 *
 * Never stale: every commit that changes a session or a user is reported here before its response is sent, and marks
 * the id in a table of sequence numbers. An entry is valid as long as its session and user were not marked after its
 * look-up began. So a change does not have to search for entries, and a look-up that raced with a change is not cached.
 * Several ids share a slot of that table, which at worst causes an unnecessary look-up. Any thread. */
#ifndef API_SESSION_CACHE_H
#define API_SESSION_CACHE_H

#include "base/arena.h"
#include "base/hash.h"
#include "schema/schema.h"

struct session_entry {
    int64_t session_id;
    int64_t user_id;
    int64_t expires_at; /* wall clock */
    enum role role;
    uint64_t mark; /* when it was read; set by session_cache_add() */
};

struct session_cache;

/* A cache with room for `entries`, a power of two of at least 64. The memory belongs to the arena. */
struct session_cache *session_cache_new(struct arena *arena, size_t entries);
void session_cache_free(struct session_cache *cache); /* accepts NULL */

/* Finds a session by the hash of its token. False when it is not cached, or expired at `now_ms`. */
bool session_cache_find(struct session_cache *cache, const char hash[static HASH_TEXT_SIZE], int64_t now_ms,
                        struct session_entry *ret_entry);

/* The current sequence number. Read it before the snapshot from which an entry is read begins. */
uint64_t session_cache_mark(struct session_cache *cache);

/* Adds an entry that was read after `mark`. */
void session_cache_add(struct session_cache *cache, const char hash[static HASH_TEXT_SIZE],
                       const struct session_entry *entry, uint64_t mark);

/* Whether neither session nor user were changed since `mark` (of an entry, or returned by session_cache_mark()). */
bool session_cache_holds(struct session_cache *cache, int64_t session_id, int64_t user_id, uint64_t mark);

/* A row was changed; id 0: any rows of any entity. Entities other than sessions and users are ignored. */
void session_cache_changed(struct session_cache *cache, enum entity_id entity, int64_t id);

#endif

/* Which connection is closed to make room for a new one when the limit is reached.
 *
 * A connection that waits for its client (to send a request, to complete a head or body, to read its response, to
 * close) can be evicted; one whose request is being handled cannot. The oldest one is evicted, first of the address
 * that has most of them (IPv6: of the /64). So clients that hold many connections open compete with themselves, from
 * however many addresses they come, and a client with few connections is not affected. Connections that belong to no
 * single address, because a trusted proxy made them for many clients, are evicted only when no others are left.
 *
 * Sets are kept by size, so that adding, removing and choosing take constant time. Network thread only. */
#ifndef HTTP_EVICTION_H
#define HTTP_EVICTION_H

#include <stddef.h>

/* A connection that can be evicted. Zeroed: it cannot. */
struct evictable {
    struct evictable *prev, *next;
    struct evictable_set *set; /* NULL: it cannot be evicted */
};

/* Those of one address, oldest first. Zeroed: none. Bounds: it is not freed while it has any. */
struct evictable_set {
    struct evictable *first;
    size_t count;
    struct evictable_set *prev, *next; /* with the same count */
};

struct eviction {
    struct evictable_set **by_count; /* of addresses: [1] to [count_max] */
    size_t count_max;
    size_t most;                 /* the largest count of an address */
    struct evictable_set shared; /* connections without an address of their own */
};

/* `count_max` is the largest number of connections of one address. */
void eviction_init(struct eviction *eviction, size_t count_max);
void eviction_free(struct eviction *eviction);

/* Adds a connection as the newest of a set; of eviction->shared when `set` is NULL. It is in no set. */
void eviction_add(struct eviction *eviction, struct evictable_set *set, struct evictable *evictable);

/* Removes it from its set; no effect if it is in none. */
void eviction_remove(struct eviction *eviction, struct evictable *evictable);

/* The one to evict; NULL when there is none. */
struct evictable *eviction_choose(const struct eviction *eviction);

#endif

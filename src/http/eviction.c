/* See eviction.h. Invariant: by_count[most] is not empty, or most is 0. A count changes by one at a time, so a set that
 * leaves by_count[most] when it shrinks is then the first of by_count[most - 1]. */
#include "http/eviction.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/check.h"

void eviction_init(struct eviction *eviction, size_t count_max)
{
    *eviction = (struct eviction){.count_max = count_max};
    eviction->by_count = calloc(count_max + 1, sizeof(*eviction->by_count));
    CHECK(eviction->by_count != NULL);
}

void eviction_free(struct eviction *eviction)
{
    free(eviction->by_count);
}

static void count_change(struct eviction *eviction, struct evictable_set *set, size_t count)
{
    if (set == &eviction->shared) {
        set->count = count;
        return;
    }
    CHECK(count <= eviction->count_max);
    if (set->count > 0) DL_DELETE(eviction->by_count[set->count], set);
    set->count = count;
    if (count > 0) DL_APPEND(eviction->by_count[count], set);
    if (count > eviction->most) eviction->most = count;
    if (eviction->most > 0 && !eviction->by_count[eviction->most]) eviction->most--;
}

void eviction_add(struct eviction *eviction, struct evictable_set *set, struct evictable *evictable)
{
    CHECK(!evictable->set);
    if (!set) set = &eviction->shared;
    evictable->set = set;
    DL_APPEND(set->first, evictable);
    count_change(eviction, set, set->count + 1);
}

void eviction_remove(struct eviction *eviction, struct evictable *evictable)
{
    struct evictable_set *set = evictable->set;
    if (!set) return;
    evictable->set = NULL;
    DL_DELETE(set->first, evictable);
    count_change(eviction, set, set->count - 1);
}

struct evictable *eviction_choose(const struct eviction *eviction)
{
    const struct evictable_set *set = eviction->most > 0 ? eviction->by_count[eviction->most] : &eviction->shared;
    return set->first;
}

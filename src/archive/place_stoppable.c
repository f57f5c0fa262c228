/* See place_stoppable.h. */
#include "archive/place_stoppable.h"

#include <stdio.h>

static struct place_stoppable *stoppable_of(struct place *place)
{
    return (struct place_stoppable *)place;
}

static bool is_stopped(struct place_stoppable *place)
{
    bool stopped = atomic_load(place->stopping);
    if (stopped) snprintf(place->place.reason, sizeof(place->place.reason), "the process stops");
    return stopped;
}

static err done(struct place_stoppable *place, err e)
{
    memcpy(place->place.reason, place->inner->reason, sizeof(place->place.reason));
    return e;
}

static err list(struct place *place, struct arena *arena, struct place_file **ret_files, size_t *ret_count)
{
    struct place_stoppable *stoppable = stoppable_of(place);
    if (is_stopped(stoppable)) return ERR_INTERNAL;
    return done(stoppable, stoppable->inner->kind->list(stoppable->inner, arena, ret_files, ret_count));
}

static err read_file(struct place *place, const char *name, int64_t offset, void *bytes, size_t size, size_t *ret_read)
{
    struct place_stoppable *stoppable = stoppable_of(place);
    if (is_stopped(stoppable)) return ERR_INTERNAL;
    return done(stoppable, stoppable->inner->kind->read(stoppable->inner, name, offset, bytes, size, ret_read));
}

static err remove_file(struct place *place, const char *name)
{
    struct place_stoppable *stoppable = stoppable_of(place);
    if (is_stopped(stoppable)) return ERR_INTERNAL;
    return done(stoppable, stoppable->inner->kind->remove(stoppable->inner, name));
}

static const struct place_kind stoppable_kind = {.list = list, .read = read_file, .remove = remove_file};

void place_stoppable_init(struct place_stoppable *place, struct place *inner, const atomic_bool *stopping)
{
    *place = (struct place_stoppable){.place.kind = &stoppable_kind, .inner = inner, .stopping = stopping};
    memcpy(place->place.address, inner->address, sizeof(place->place.address));
}

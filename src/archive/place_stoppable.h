/* A place that can be read, and files of it removed, until the process stops: then its calls fail. So work on a large
 * archive ends soon, without knowing why. */
#ifndef ARCHIVE_PLACE_STOPPABLE_H
#define ARCHIVE_PLACE_STOPPABLE_H

#include <stdatomic.h>

#include "archive/place.h"

struct place_stoppable {
    struct place place; /* first member; to be used instead of the inner one */
    struct place *inner;
    const atomic_bool *stopping;
};

/* The inner place stays the caller's. */
void place_stoppable_init(struct place_stoppable *place, struct place *inner, const atomic_bool *stopping);

#endif

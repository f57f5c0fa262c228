/* A place that is read over a network, with a copy of what was read of it in a temporary file: restoring reads the
 * archive twice, in order to check it and then page by page. */
#ifndef ARCHIVE_PLACE_CACHE_H
#define ARCHIVE_PLACE_CACHE_H

#include "archive/place.h"

/* The copy is in a file without a name in this folder; it has to have room for what is read. Files of the place that
 * grow meanwhile keep the size that they had when their end was read. The source is only listed and read; it must live
 * as long, and is not closed. ERR_INTERNAL: *ret_reason says why the file cannot be made. The result is in the arena.
 */
MUST_CHECK err place_cache_open(struct place *source, const char *folder, struct arena *arena, str *ret_reason,
                                struct place **ret_place);

#endif

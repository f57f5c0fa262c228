/* A place that is a directory. See place.h, whose place_open() calls this. */
#ifndef ARCHIVE_PLACE_DIRECTORY_H
#define ARCHIVE_PLACE_DIRECTORY_H

#include "archive/place.h"

MUST_CHECK err place_directory_open(str path, bool create, struct arena *arena, str *ret_reason,
                                    struct place **ret_place);

#endif

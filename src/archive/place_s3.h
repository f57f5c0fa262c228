/* A place that is a bucket of S3, or a part of one: see place.h. */
#ifndef ARCHIVE_PLACE_S3_H
#define ARCHIVE_PLACE_S3_H

#include "archive/place.h"

/* As place_open(), for s3://BUCKET/PREFIX. Sends nothing: whether the bucket exists is found out by the first call. */
MUST_CHECK err place_s3_open(const struct place_opening *opening, struct arena *arena, str *ret_reason,
                             struct place **ret_place);

#endif

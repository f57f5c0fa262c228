/* Addresses of buckets, s3://BUCKET/PREFIX, and the settings that say how to reach them. Pure; any thread. */
#ifndef ARCHIVE_S3_ADDRESS_H
#define ARCHIVE_S3_ADDRESS_H

#include "schema/settings.h"

enum { S3_PREFIX_MAX = 512 };

struct s3_address {
    str bucket;
    str prefix; /* without slashes at the ends; may be empty */
};

/* STR_NONE; or why it is none: a sentence. The result points into the address. */
str s3_address_parse(str address, struct s3_address *ret_address);

/* Why these settings cannot be used, in the arena; STR_NONE: they can. The files of the keys are not read. */
str s3_settings_refused(const struct settings *settings, struct arena *arena);

/* https://HOST or https://HOST:PORT, in the arena; with http:// it is on this machine. */
str s3_endpoint(const struct settings *settings, struct arena *arena);

#endif

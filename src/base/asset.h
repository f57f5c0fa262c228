/* Files embedded in the program: migrations, seeds, pages. tools/embed writes the table at build time. An asset's
 * name is its path in the source tree ("migrations/20260101000000-start.up.sqlite.sql"). Any thread; never released. */
#ifndef BASE_ASSET_H
#define BASE_ASSET_H

#include <stddef.h>

struct asset {
    const char *name;
    const unsigned char *data; /* a NUL follows the content */
    size_t size;               /* without that NUL */
};

/* Finds an asset by its full name; NULL if there is none. */
const struct asset *asset_find(const char *name);

/* The i-th in order of names (bytes compared), NULL after the last. */
const struct asset *asset_at(size_t i);

/* Written by tools/embed; use the functions. */
extern const struct asset asset_table[];
extern const size_t asset_count;

#endif

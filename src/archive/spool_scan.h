/* Reading a segment of the spool up to its last whole record. */
#ifndef ARCHIVE_SPOOL_SCAN_H
#define ARCHIVE_SPOOL_SCAN_H

#include "archive/spool.h"

struct spool_scan {
    struct segment_header header;
    struct spool_end end; /* its last whole record; the commit before the first one when it has none */
    int64_t size;         /* up to there */
    int64_t file_size;
};

/* False when the file has no valid header or cannot be read. The buffer is overwritten. */
bool spool_scan(int handle, unsigned char *buffer, size_t buffer_size, struct spool_scan *ret_scan);

#endif

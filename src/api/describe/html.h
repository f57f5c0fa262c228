/* HTML of the pages that the API itself has: home, documentation, problems. They use no scripts and load nothing from
 * other hosts; the content security policy allows the one style sheet, by its hash. Text is always escaped. */
#ifndef API_DESCRIBE_HTML_H
#define API_DESCRIBE_HTML_H

#include "base/buf.h"

enum { PAGE_BYTES_MAX = 4 << 20 };

/* The value of Content-Security-Policy for these pages. */
str html_policy(struct arena *arena);

/* Up to the heading, and from there to the end; the finished page. Bounds: it fits into PAGE_BYTES_MAX. */
void html_begin(struct buf *out, str title);
str html_end(struct buf *out);

/* A table. On narrow screens its rows are stacked, and each cell is preceded by the name of its column. */
struct table {
    struct buf *out;
    const char *const *columns;
    size_t cell; /* of the row, the next one */
};
void table_begin(struct table *table, const char *caption, const char *const columns[], size_t count);
void table_end(const struct table *table);
void row_begin(struct table *table);
void row_end(const struct table *table);
void cell_begin(struct table *table);
void cell_end(const struct table *table);
void cell_text(struct table *table, str text);

#endif

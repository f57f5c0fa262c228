/* Rows of entities in and out of a connection: the one place that makes SQL, from names of the schema and never from
 * input. Statements are prepared once for each connection and kept; those of lists are bounded, oldest out. */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include "base/time_text.h"
#include "store/engine/engine.h"

struct rows;

enum visibility {
    VISIBLE_ALL,    /* deleted rows too */
    VISIBLE_LIVE,   /* the connection's views hide deleted rows */
    VISIBLE_LOCKED, /* deleted rows too; single rows are locked when they are read */
};

/* Statements of a connection. */
struct rows *rows_new(const struct engine *engine, struct connection *connection, enum visibility visibility);
void rows_free(struct rows *rows); /* accepts NULL; before the connection is closed */

MUST_CHECK err rows_get(struct rows *rows, const struct entity *entity, int64_t id, struct arena *arena,
                        struct row **ret_row);
/* By a unique field, deleted ones included. ERR_NOT_FOUND. */
MUST_CHECK err rows_find(struct rows *rows, const struct entity *entity, const struct field *field, struct value value,
                         struct row **ret_row, struct arena *arena);
/* Many rows by one field at once; in the order of ids, and locked in it. Bounds: `values` fit 8 MiB as text. */
struct loading {
    const struct entity *entity;
    const struct field *field; /* unique, or the id */
    const struct value *values;
    size_t count;
    enum row_lock row_lock;
};
MUST_CHECK err rows_load(struct rows *rows, const struct loading *loading, struct arena *arena, struct page *ret_page);

MUST_CHECK err rows_list(struct rows *rows, const struct query *query, struct arena *arena, struct page *ret_page);
MUST_CHECK err rows_count(struct rows *rows, const struct query *query, struct arena *arena, int64_t *ret_count);
/* Ids only, for units that have the rows in their map. */
MUST_CHECK err rows_ids(struct rows *rows, const struct query *query, struct arena *arena, int64_t **ret_ids,
                        size_t *ret_count);

MUST_CHECK err rows_insert(struct rows *rows, const struct row *row);
/* Writes the fields in `mask` (bit i: field i of the shape). */
MUST_CHECK err rows_update(struct rows *rows, const struct row *row, uint64_t mask);
MUST_CHECK err rows_remove(struct rows *rows, const struct entity *entity, int64_t id);

/* An id for a new row. ERR_STORAGE_FULL when they have run out (2^31). */
MUST_CHECK err rows_next_id(struct rows *rows, const struct entity *entity, int64_t *ret_id);

/* A batch ends: ids that it took without having reserved them are free again if it was lost. */
void rows_forget_ids(struct rows *rows);

/* The statement of a text, prepared once for each connection and kept. */
MUST_CHECK err rows_statement(struct rows *rows, str sql, struct statement **ret);

struct value value_of(const struct row *row, const struct field *field);

/* A value of a row as the text of a parameter; STR_NONE: none. It is in `text`, or the row's own. */
str value_text(const struct row *row, const struct field *field, char text[static TIME_TEXT_SIZE]);

/* A text as an element in the text of an array; STR_NONE is NULL. */
void array_text(struct buf *out, str text);

/* An empty row of the entity in the arena. */
struct row *row_new(const struct entity *entity, struct arena *arena);

#endif

/* Reads and writes rows of entities on a connection. This is where their SQL is generated, from names of the schema and
 * never from input. Statements are prepared once for each connection and kept in a bounded cache, which evicts the
 * least recently used one. */
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

/* The statements of a connection. */
struct rows *rows_new(const struct engine *engine, struct connection *connection, enum visibility visibility);
void rows_free(struct rows *rows); /* accepts NULL; before the connection is closed */

/* --- reading --- */

MUST_CHECK err rows_get(struct rows *rows, const struct entity *entity, int64_t id, struct arena *arena,
                        struct row **ret_row);
/* By a unique field, which deleted rows do not have. ERR_NOT_FOUND. */
MUST_CHECK err rows_find(struct rows *rows, const struct entity *entity, const struct field *field, struct value value,
                         struct row **ret_row, struct arena *arena);

/* Loads many rows by one field in one statement; they are returned and locked in id order. The `values` must fit into
 * 8 MiB as text. */
struct loading {
    const struct entity *entity;
    const struct field *field; /* unique, or the id */
    const struct value *values;
    size_t count;
    enum row_lock row_lock;
};
MUST_CHECK err rows_load(struct rows *rows, const struct loading *loading, struct arena *arena, struct page *ret_page);

/* The rows of any of the pairs, which are of one kind, in no order and not locked; of an embedded engine, which has no
 * arrays, of one pair. Rows of other combinations of their ids may be among them. At most `limit`; then some may be
 * missing. */
MUST_CHECK err rows_pairs(struct rows *rows, const struct pair *pairs, size_t count, size_t limit, struct arena *arena,
                          struct page *ret_page);

MUST_CHECK err rows_list(struct rows *rows, const struct query *query, struct arena *arena, struct page *ret_page);
MUST_CHECK err rows_count(struct rows *rows, const struct query *query, struct arena *arena, int64_t *ret_count);
/* The texts of a field, texts that differ only in the case of ASCII letters counted as one, the most frequent first; at
 * most TEXTS_MAX. */
MUST_CHECK err rows_texts(struct rows *rows, const struct entity *entity, const struct field *field,
                          struct arena *arena, struct text_count *ret_texts, size_t *ret_count);
/* The ids of a list, for units of work, which keep the rows themselves in memory. */
MUST_CHECK err rows_ids(struct rows *rows, const struct query *query, struct arena *arena, int64_t **ret_ids,
                        size_t *ret_count);

/* --- writing --- */

MUST_CHECK err rows_insert(struct rows *rows, const struct row *row);
/* Writes the fields in `mask` (bit i: field i of the descriptor). */
MUST_CHECK err rows_update(struct rows *rows, const struct row *row, uint64_t mask);
MUST_CHECK err rows_remove(struct rows *rows, const struct entity *entity, int64_t id);

/* --- ids --- */

/* An id for a new row, at most entity_id_max(): the one after the highest id ever assigned. When that has reached the
 * maximum, because another client inserted a row with such an id, it is taken from the highest gap between existing
 * ids. ERR_STORAGE_FULL when no gap is found. */
MUST_CHECK err rows_next_id(struct rows *rows, const struct entity *entity, int64_t *ret_id);

/* The highest id of any row of the entity or assigned by its sequence; 0: none. */
MUST_CHECK err rows_last_id(struct rows *rows, const struct entity *entity, int64_t *ret_id);

/* Call it at the end of a batch: ids that were not reserved may be assigned again. */
void rows_forget_ids(struct rows *rows);

/* --- statements and values --- */

/* The prepared statement for an SQL text, from the cache or new. */
MUST_CHECK err rows_statement(struct rows *rows, str sql, struct statement **ret);

/* A value of a row as text: for a parameter of a statement, an element of an array, input of a digest. STR_NONE: no
 * value. The result points into `text` or into the row. */
str value_text(const struct row *row, const struct field *field, char text[static TIME_TEXT_SIZE]);

/* Adds a text as an element of an array's text; STR_NONE is NULL. */
void array_text(struct buf *out, str text);

/* An empty row of the entity in the arena. */
struct row *row_new(const struct entity *entity, struct arena *arena);

#endif

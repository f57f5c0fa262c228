/* Internals shared by the files that implement rows.h: rows.c, rows_list.c and row_ids.c. */
#ifndef STORE_ROWS_PRIVATE_H
#define STORE_ROWS_PRIVATE_H

#include "base/hash_table.h"
#include "store/rows.h"

enum { IDS_RESERVED = 1024 };

/* Free ids for new rows of an entity. */
struct ids {
    struct {
        int64_t next, last;
    } ranges[IDS_RESERVED];
    size_t first, count;
    int requested; /* by the last query; the next one requests twice as many */
    int64_t below; /* this batch has used the ids from here on; 0: none. Only where ids are not reserved */
};

struct rows {
    const struct engine *engine;
    struct connection *connection;
    enum visibility visibility;
    struct arena *scratch; /* the text of the statement being built */
    struct arena *kept;
    str columns[ENTITY_COUNT]; /* the column list of SELECT; built when first used */
    struct statement *get[ENTITY_COUNT];
    struct statement *insert[ENTITY_COUNT];
    struct cached *cache; /* least recently used first */
    struct ids ids[ENTITY_COUNT];
    unsigned generation; /* of the connection when ids were reserved */
};

/* An empty buffer for the text of a statement; discards the previous text. */
struct buf rows_sql_start(struct rows *rows);
/* The prepared statement for that text. */
MUST_CHECK err rows_sql_end(struct rows *rows, struct buf *sql, struct statement **ret);

void rows_add_columns(struct rows *rows, struct buf *sql, const struct entity *entity);

/* Binds a value of a field. `text` must live until the statement is reset. */
void rows_bind(struct rows *rows, struct statement *statement, int parameter, const struct field *field,
               struct value value, char text[static TIME_TEXT_SIZE]);

/* The current row of a statement, in the arena; the statement must select rows_add_columns(). ERR_INTERNAL, and a line
 * in the log with table, column and id, when a column contains what is no value of its field: it is never read as 0 or
 * as no value. */
MUST_CHECK err rows_read(struct rows *rows, struct statement *statement, const struct entity *entity,
                         struct arena *arena, struct row **ret_row);

/* Steps a statement that returns one number, and resets it. */
MUST_CHECK err rows_step_number(struct rows *rows, struct statement *statement, int64_t *ret_number);

#endif

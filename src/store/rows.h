/* Rows of entities in and out of a connection: the one place that makes SQL, from names of the schema and never from
 * input. Statements are prepared once for each connection and kept; those of lists are bounded, oldest out. */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include "store/engine.h"

struct rows;

/* Statements of a connection. `filtered`: the connection's views already hide deleted rows. */
struct rows *rows_new(const struct engine *engine, struct connection *connection, bool filtered);
void rows_free(struct rows *rows); /* accepts NULL; before the connection is closed */

MUST_CHECK err rows_get(struct rows *rows, const struct entity *entity, int64_t id, struct arena *arena,
                        struct row **ret_row);
/* By a unique field, deleted ones included. ERR_NOT_FOUND. */
MUST_CHECK err rows_find(struct rows *rows, const struct entity *entity, const struct field *field, struct value value,
                         struct row **ret_row, struct arena *arena);
MUST_CHECK err rows_list(struct rows *rows, const struct query *query, struct arena *arena, struct page *ret_page);
MUST_CHECK err rows_count(struct rows *rows, const struct query *query, struct arena *arena, int64_t *ret_count);
/* Ids only, for units that have the rows in their map. */
MUST_CHECK err rows_ids(struct rows *rows, const struct query *query, struct arena *arena, int64_t **ret_ids,
                        size_t *ret_count);

MUST_CHECK err rows_insert(struct rows *rows, const struct row *row);
/* Writes the fields in `mask` (bit i: field i of the shape). */
MUST_CHECK err rows_update(struct rows *rows, const struct row *row, uint64_t mask);
MUST_CHECK err rows_remove(struct rows *rows, const struct entity *entity, int64_t id);

/* Whether the row rule of (action, role) holds for a row; actor_id() must be set on the connection. */
MUST_CHECK err rows_permitted(struct rows *rows, const struct entity *entity, int64_t id, enum action action,
                              enum role role, bool *ret_permitted);

/* The highest id ever given to the entity. */
MUST_CHECK err rows_last_id(struct rows *rows, const struct entity *entity, int64_t *ret_id);

/* An empty row of the entity in the arena. */
struct row *row_new(const struct entity *entity, struct arena *arena);

#endif

/* Embedded rows: the rows that a row refers to and the rows that refer to it (list.h defines their names). They are
 * read in the same snapshot, by the same actor, so the same row policies apply.
 *
 * Deleted rows are embedded by references with the flag KEEPS: people can still read what they booked. They are read in
 * a snapshot of their own. A row that is embedded by such a reference contains its own parents of this kind, so the
 * event of a booking comes with its venue. */
#ifndef API_EMBED_H
#define API_EMBED_H

#include "api/resources/list.h"
#include "domain/cascade.h"

struct json; /* base/json.h, whose names are also jansson's: list.c must not see both */

/* False when the entity has no relation of this name that the role may read. */
bool embed_find(struct arena *arena, const struct entity *entity, enum role role, str name, struct embed *ret_embed);

/* The i-th relation that a role may read; false after the last. */
bool embed_at(struct arena *arena, const struct entity *entity, enum role role, size_t i, struct embed *ret_embed);

/* Rows of one embed of a page, at most; all that is read is also limited to READ_BYTES_MAX (api/resources/budget.h).
 * More are ERR_INVALID, because a truncated list would look complete. Two parents may have the maximum number of
 * children. */
enum { EMBEDDED_MAX = 2 * CHILDREN_MAX };

/* Rows read for one embed of a page. */
struct embedded {
    struct row **rows;
    size_t count;
    const struct list *kept; /* what they contain themselves; NULL: nothing */
    struct embedded *within; /* rows of the embeds of `kept` */
};

/* How the embeds of a page are read: in a snapshot of the actor, which may be ended and begun again. */
struct reading {
    struct reader *reader;
    const struct actor *actor;
    struct arena *arena;
    struct problem *problem;
};

/* The parents that rows of the entity keep readable after their deletion, as a list that embeds them. */
const struct list *embeds_kept(struct arena *arena, const struct entity *entity, enum role role);

/* One array of embedded rows for each embed of the list. */
MUST_CHECK err embeds_read(const struct reading *reading, const struct list *list, const struct page *page,
                           struct embedded **ret_embedded);

/* The embedded row of a row of the page; NULL: it has none. For embeds of single rows. */
const struct row *embedded_single(const struct embed *embed, const struct row *row, const struct embedded *embedded);

/* Writes a row of the page with its embedded rows. `embedded` may be NULL when the list has no embeds. */
void embeds_encode(struct json *json, const struct list *list, const struct row *row, const struct embedded *embedded);

#endif

/* The inside of store/postgres.c for the files beside it. */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include <libpq-fe.h>

#include "store/engine.h"

/* Keys of advisory locks; see store/postgres.c for what each is for. */
#define LOCK_KEY_WRITE  "7461100500000001"
#define LOCK_KEY_SERVE  "7461100500000002"
#define LOCK_KEY_JOBS   "7461100500000003"
#define LOCK_KEY_CREATE "7461100500000004"

/* Connects by a URL with the defaults that every connection has: TLS that is checked, deadlines, UTC. `database` in
 * place of the URL's own; NULL: that. A connection that failed is returned too, for its message; NULL without memory. */
PGconn *postgres_connect(str url, const char *database, bool standby, struct arena *arena);

/* One line, without what could be secret in it. */
str postgres_reason(const PGconn *pg, struct arena *arena);

/* What a failed command means to a request. */
err postgres_error(const PGresult *result);

/* postgres_admin.c */
err postgres_create(const struct connection_options *options);
err postgres_drop(const struct settings *settings, struct arena *arena, str *ret_reason);
err postgres_structure(struct connection *connection, struct arena *arena, str *ret_text);
str postgres_label(const struct settings *settings, struct arena *arena);
err postgres_claim(const struct settings *settings, enum claim claim, struct claimed **ret_claimed);
void postgres_disclaim(struct claimed *claimed);

/* postgres_watch.c */
err postgres_watch(const struct settings *settings, const struct watch_events *events, struct watcher **ret_watcher);
void postgres_unwatch(struct watcher *watcher);

#endif

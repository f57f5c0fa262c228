/* Counters of what was answered, as Prometheus reads them. Adding is a handful of relaxed atomic increments; any
 * thread. */
#ifndef API_METRICS_H
#define API_METRICS_H

#include "api/routes.h"
#include "base/buf.h"

struct metrics;

struct metrics *metrics_new(struct arena *arena);

/* A request was answered. `route` is NULL for one that led nowhere. */
void metrics_request(struct metrics *metrics, const struct route *route, int status, int64_t duration_us);

/* A booking was tried: OK or why not. */
void metrics_booking(struct metrics *metrics, err result);

/* A session was read from the database: it was not in the session cache, or had to be read again. */
void metrics_session_read(struct metrics *metrics);

/* Everything in the text format 0.0.4. */
struct api;
void metrics_write(struct buf *out, const struct api *api);

#endif

/* Counters of requests and bookings, in the format of Prometheus. Adding is a few relaxed atomic increments; any
 * thread. */
#ifndef API_METRICS_H
#define API_METRICS_H

#include "api/routes.h"
#include "base/buf.h"

struct metrics;

struct metrics *metrics_new(struct arena *arena);

/* Counts a response. `route` is NULL for a request that matched none. */
void metrics_request(struct metrics *metrics, const struct route *route, int status, int64_t duration_us);

/* Counts the result of a booking command. */
void metrics_booking(struct metrics *metrics, err result);

/* Counts a session that was read from the database, because it was not in the session cache or may have changed. */
void metrics_session_read(struct metrics *metrics);

/* Writes all metrics in the text format 0.0.4. */
struct api;
void metrics_write(struct buf *out, const struct api *api);

#endif

/* Which rows a background job's command would process. A job reads that first and runs the command only when there are
 * some: a command that may change any row has the writer, on a server all writers, to itself. */
#ifndef DOMAIN_DUE_H
#define DOMAIN_DUE_H

#include "domain/domain.h"

enum { DUE_QUERIES_MAX = 2 };

/* The rows of all queries; their values are in the arena. */
struct due {
    struct query queries[DUE_QUERIES_MAX];
    size_t count;
};

typedef void due_function(struct arena *arena, int64_t now_ms, struct due *ret_due);

due_function booking_due;                                  /* booking_expire */
due_function cancellation_due;                             /* cancellation_settle */
due_function session_due, device_due, idempotency_key_due; /* session_expire, ... */

#endif

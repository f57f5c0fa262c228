/* Presenters: how an outcome becomes a response. */
#ifndef API_PRESENT_H
#define API_PRESENT_H

#include "api/call.h"

/* Sets call->response to the result of a command. On the writer thread, in the transaction of the command. */
void present_result(struct call *call, const struct result *result);

/* Likewise for the rows that a command created from a list. */
void present_results(struct call *call, const struct result *results, size_t count);

/* Sets call->response to the reason why the call was refused: a page where the route has one and a reader (or an
 * INSTANT page) can render it, else a problem document. */
void present_refusal(struct call *call, struct reader *reader, err e);

/* Likewise, always as application/problem+json. */
void present_problem(struct call *call, err e);

/* A query_function: the page of the route. */
query_function present_page;

/* Whether a refusal is a page: not because of load where its page has to be read. */
bool present_refusal_is_page(const struct call *call);

/* The entity tag of a row as the actor sees it. */
str present_etag(const struct call *call, const struct row *row);

#endif

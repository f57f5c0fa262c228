/* The HTTP API as one object: the callbacks that the server (http/http.h) calls for each request, and what the command
 * line uses about routes. To read this folder, begin with serve.c.
 *
 * Order of shutdown: http_stop(), http_run() returns, jobs_stop(), api_stop(), jobs_free(), store_close(), http_free();
 * so everything that is still running can respond. */
#ifndef API_API_H
#define API_API_H

#include "api/routes.h"
#include "base/buf.h"
#include "http/http.h"
#include "jobs/jobs.h"
#include "schema/settings.h"
#include "store/store.h"

struct api;

/* Opens the readers and starts the threads. Registers itself as the store's listener, so call it before the first
 * command. Store and settings must outlive the api. ERR_INTERNAL with a message for the operator in *ret_reason, which
 * is in the arena. */
MUST_CHECK err api_start(struct store *store, const struct settings *settings, struct arena *arena, str *ret_reason,
                         struct api **ret_api);

/* Waits for the requests in progress, ends the threads and frees everything. Accepts NULL. */
void api_stop(struct api *api);

/* Handlers for struct http_options; the context is the api. */
err api_head(void *api, const struct http_request *head, size_t *ret_body_max);
void api_handle(void *api, struct http_request *request);

/* On the network thread about every 250 ms, by http_every(): updates the live streams and follows the clock. Never
 * blocks. */
void api_tick(void *api);

/* Adds the counters of the server and of the background jobs to /metrics, which clients in the networks `monitoring`
 * may read without signing in, and lets streams end when the server stops; before the first request. All must live as
 * long as requests are served. */
void api_watch(struct api *api, const struct http_server *server, struct jobs *jobs, const struct networks *monitoring);

/* The OpenAPI 3.1 document of the routes. `server_url` is their base URL ("http://127.0.0.1:8080" or "/"). */
void openapi_document(struct buf *out, str server_url);

#endif

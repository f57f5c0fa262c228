/* The queries of routes.def, by file. */
#ifndef API_HANDLERS_H
#define API_HANDLERS_H

#include "api/routes.h"

/* read.c: rows of entities. */
query_function read_list, read_one, read_replies, read_sessions;

/* Whether the query of the call's route may take long: an export, a table of thousands of rows, or a list that is
 * searched, filtered, sorted or embeds rows. */
bool read_is_long(const struct call *call);

/* categories.c: the names of categories. */
query_function read_categories;

/* guests.c: the bookings of a schedule, for the door. */
query_function read_guests;

/* history.c: changes of a row from the audit log. */
query_function read_history;

/* export.c: all rows of a user. */
query_function read_export;

/* availability.c: available seats, once or as a stream. */
query_function read_availability, stream_availability;

/* health.c */
query_function read_live, read_ready, read_metrics;

/* pages.c */
query_function read_openapi, read_docs, read_home, read_problem, read_icon, redirect_docs;

#endif

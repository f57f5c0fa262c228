/* The parts of the OpenAPI document (openapi.c puts them together). All of it is derived from the route table and the
 * descriptors. */
#ifndef API_DESCRIBE_H
#define API_DESCRIBE_H

#include "api/routes.h"
#include "base/check.h"
#include "base/json.h"

/* --- JSON that all parts write ------------------------------------------------------------------------------------ */

static inline void name_object(struct json *json, const char *name)
{
    json_name(json, str_of(name));
    json_object_begin(json);
}

static inline void name_array(struct json *json, const char *name)
{
    json_name(json, str_of(name));
    json_array_begin(json);
}

/* {"$ref": "#/components/<kind>/<name><suffix>"} */
void reference(struct json *json, const char *kind, const char *name, const char *suffix);

/* --- names.c ------------------------------------------------------------------------------------------------------ */

/* The name of an operation: "cancelBooking", "listEvents", "getEventHistory". */
str operation_id(struct arena *arena, const struct route *route);

/* The tag of an operation: the first part of its path, "system" outside the API. */
str operation_tag(const struct route *route);

/* --- parameters.c ------------------------------------------------------------------------------------------------- */

/* "parameters" of an operation, and the components that they refer to. */
void parameters_write(struct json *json, const struct route *route);
void parameter_components_write(struct json *json);

/* Whether If-Match is compared with the version of the row, and whether it is required. */
bool takes_if_match(const struct route *route);
bool requires_if_match(const struct route *route);

/* --- bodies.c ----------------------------------------------------------------------------------------------------- */

/* "requestBody" of an operation, if it has one. */
void request_body_write(struct json *json, const struct route *route);

/* All component schemas. */
void schema_components_write(struct json *json);

/* --- responses.c -------------------------------------------------------------------------------------------------- */

/* "responses" of an operation: its success, and each status with which it can be refused. */
void responses_write(struct json *json, const struct route *route);
void response_components_write(struct json *json);

/* Whether the credentials of a request can matter for the response. */
bool uses_credentials(const struct route *route);

#endif

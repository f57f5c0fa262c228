/* Component schemas of the OpenAPI 3.1 document, from the descriptors. Operations are described by whoever has the
 * routes; they refer to these by name:
 *
 *   Booking        a row as it is read       BookingCreate   a new row         BookingUpdate   PATCH and PUT
 *   LoginRequest   every body of inputs.def  Problem         every answer that is an error (RFC 9457)
 *
 * Rows that a client cannot write have no Create and Update. Written schemas are closed, read schemas open: an answer
 * may be narrowed with `fields` and widened with `_embed`, but always has its id. Read-only fields stand in written
 * schemas too, because a row may be sent back as it was read. Personal values that a role sees masked have no format in
 * read schemas. */
#ifndef SCHEMA_OPENAPI_H
#define SCHEMA_OPENAPI_H

#include "base/json.h"
#include "schema/schema.h"

/* Writes the value of "schemas": an object with a member for each component. `described` says of which entities. */
void openapi_schemas(struct json *json, bool (*described)(const struct entity *entity));

/* Whether a client can write rows of the entity. */
bool openapi_is_writable(const struct entity *entity);

#endif

/* Component schemas of the OpenAPI 3.1 document, from the descriptors. The operations (api/describe/openapi.c) refer to
 * them by name:
 *
 *   Booking        a row as it is read       BookingCreate   a new row         BookingUpdate   PATCH and PUT
 *   LoginRequest   every body of inputs.def  Problem         every error response (RFC 9457)
 *
 * Rows that a client cannot write have no Create and Update. Request schemas allow no other members; response schemas
 * do, because `fields` and `_embed` change which members a response has (except its id). Request schemas include
 * read-only fields, because a row may be sent back as it was read. In responses personal values have no format, because
 * they may be masked. */
#ifndef SCHEMA_OPENAPI_H
#define SCHEMA_OPENAPI_H

#include "base/json.h"
#include "schema/schema.h"

/* Writes the value of "schemas": an object with a member for each component. `described` selects the entities. */
void openapi_schemas(struct json *json, bool (*described)(const struct entity *entity));

/* Whether a client can write rows of the entity. */
bool openapi_is_writable(const struct entity *entity);

#endif

/* Component schemas of the OpenAPI 3.1 document, from the descriptors. The operations (api/describe/openapi.c) refer to
 * them by name:
 *
 *   Booking        a row as it is read     BookingCreate    a new row
 *   BookingUpdate  PATCH                   BookingReplace   PUT, with the members that it requires
 *   LoginRequest   every body of inputs.def   Problem       every error response (RFC 9457)
 *
 * Request schemas allow no other members; response schemas do, because `fields` and `_embed` change which members a
 * response has (except its id). Schemas of changes include read-only fields, because a row may be sent back as it was
 * read. In responses personal values have no format, because they may be masked. Patterns use only what all dialects of
 * regular expressions have in common: no look-ahead, escapes of the form \xHH. */
#ifndef SCHEMA_OPENAPI_H
#define SCHEMA_OPENAPI_H

#include "base/json.h"
#include "schema/schema.h"

enum openapi_form { FORM_READ, FORM_CREATE, FORM_UPDATE, FORM_REPLACE, FORM_COUNT };

/* "Booking" and this suffix is the name of the schema. */
const char *openapi_suffix(enum openapi_form form);

/* What the routes determine. */
struct openapi_rows {
    unsigned (*forms)(const struct entity *entity); /* bits 1 << form of the schemas to write */
    /* Writes the properties of the related rows that a row may be read with. */
    void (*relations)(struct json *json, const struct entity *entity);
};

/* Writes the members of "schemas": one for each form of an entity, each input, and Problem. */
void openapi_schemas(struct json *json, const struct openapi_rows *rows);

#endif

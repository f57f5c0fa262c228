/* Images of rows: the audit triggers save a row before and after a change as a JSON object, with times in their stored
 * form and without personal values and secrets. Other clients of the database can write images too, so an image may
 * contain anything. */
#ifndef SCHEMA_IMAGE_H
#define SCHEMA_IMAGE_H

#include "base/arena.h"
#include "schema/schema.h"

/* Whether a field stays in the image. */
typedef bool image_test(const struct entity *entity, const struct field *field);

/* The image as compact JSON of the API: times are RFC 3339, members keep their order, fields for which `keep` is false
 * (NULL: none does) are left out. STR_NONE if the image is not a JSON object. The text lives in the arena. */
str image_json(struct arena *arena, const struct entity *entity, str image, image_test *keep);

/* The names of the fields whose values differ between two images, as a JSON array in the order of the descriptor; an
 * image that is not a JSON object has no values. */
str image_changes(struct arena *arena, const struct entity *entity, str before, str after);

#endif

/* See image.h. */
#include "schema/image.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/time_text.h"

/* Largest result as a multiple of the image; it grows because a number such as 0.1 is written with all its digits. */
enum { GROWTH_MAX = 8, CHANGES_MAX = 4096 };

/* A value that is not a time stays as it is. */
static void time_rewrite(json_t *object, const char *name, const json_t *value)
{
    char text[TIME_TEXT_SIZE];
    int64_t ms;
    if (!json_is_string(value)) return;
    if (!time_from_text((str){json_string_value(value), json_string_length(value)}, &ms)) return;
    str time = time_to_rfc3339(ms, text);
    (void)json_object_set_new(object, name, json_stringn(time.p, time.n));
}

static void fields_rewrite(json_t *object, const struct entity *entity, image_test *keep)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        const json_t *value = json_object_get(object, field->name);
        if (!value) continue;
        if (keep && !keep(entity, field))
            (void)json_object_del(object, field->name);
        else if (field->type == TYPE_TIME)
            time_rewrite(object, field->name, value);
    }
}

static int piece_add(const char *bytes, size_t size, void *out)
{
    buf_add(out, (str){bytes, size});
    return 0;
}

str image_json(struct arena *arena, const struct entity *entity, str image, image_test *keep)
{
    json_t *object = image.p ? json_loadb(image.p, image.n, JSON_ALLOW_NUL, NULL) : NULL;
    struct buf out = buf_new(arena, GROWTH_MAX * (image.n + 1));
    if (json_is_object(object)) {
        fields_rewrite(object, entity, keep);
        if (json_dump_callback(object, piece_add, &out, JSON_COMPACT)) out.full = true;
    }
    json_decref(object);
    return out.n > 0 && !out.full ? buf_str(&out) : STR_NONE;
}

str image_changes(struct arena *arena, const struct entity *entity, str before, str after)
{
    json_t *old = before.p ? json_loadb(before.p, before.n, JSON_ALLOW_NUL, NULL) : NULL;
    json_t *new = after.p ? json_loadb(after.p, after.n, JSON_ALLOW_NUL, NULL) : NULL;
    struct buf out = buf_new(arena, CHANGES_MAX);
    buf_add_char(&out, '[');
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const char *name = entity->descriptor.fields[i].name;
        const json_t *was = json_object_get(old, name), *is = json_object_get(new, name);
        if ((!was && !is) || (was && is && json_equal(was, is))) continue;
        buf_printf(&out, "%s\"%s\"", out.n > 1 ? "," : "", name);
    }
    buf_add_char(&out, ']');
    json_decref(old);
    json_decref(new);
    return buf_str(&out);
}

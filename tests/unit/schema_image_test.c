/* Unit tests of schema/image: images as the triggers write them, and whatever else another client wrote. */
#include "unit.h"

#include "base/arena.h"
#include "schema/image.h"

static struct arena *arena;

static str rewritten(enum entity_id id, const char *image, image_test *keep)
{
    return image_json(arena, entity_of(id), image ? str_of(image) : STR_NONE, keep);
}

static void assert_image(const char *image, const char *expected)
{
    str text = rewritten(ENTITY_booking, image, NULL);
    if (str_is(text, expected)) return;
    fail_msg("%s became %.*s", image, STR_ARG(text));
}

static void times_become_rfc3339(void **state)
{
    (void)state;
    assert_image("{\"id\":1,\"bookingDate\":\"2026-12-01 18:30:00.123 +00:00\",\"expiresAt\":null}",
                 "{\"id\":1,\"bookingDate\":\"2026-12-01T18:30:00.123Z\",\"expiresAt\":null}");
    assert_image("{\"bookingDate\":\"2026-12-01T18:30:00.123Z\"}", "{\"bookingDate\":\"2026-12-01T18:30:00.123Z\"}");
}

static void everything_else_stays_as_it_is(void **state)
{
    (void)state;
    assert_image("{\"totalPrice\":\"12.50\",\"quantity\":2,\"status\":\"pending\"}",
                 "{\"totalPrice\":\"12.50\",\"quantity\":2,\"status\":\"pending\"}");
    /* members in their order, and one that is no field any more */
    assert_image("{ \"version\": 3, \"gone\": [true, {\"a\": 0.1}], \"id\": 1 }",
                 "{\"version\":3,\"gone\":[true,{\"a\":0.10000000000000001}],\"id\":1}");
    /* a time where none belongs, and what is none where one does */
    assert_image("{\"status\":\"2026-12-01 18:30:00.123 +00:00\",\"bookingDate\":\"soon\",\"expiresAt\":7}",
                 "{\"status\":\"2026-12-01 18:30:00.123 +00:00\",\"bookingDate\":\"soon\",\"expiresAt\":7}");
    assert_image("{\"status\":\"\\\"bookingDate\\\":\\\"2026-12-01 18:30:00.123 +00:00\\\"\"}",
                 "{\"status\":\"\\\"bookingDate\\\":\\\"2026-12-01 18:30:00.123 +00:00\\\"\"}");
    assert_image("{\"status\":\"a\\u0000b\\nc\"}", "{\"status\":\"a\\u0000b\\nc\"}");
    assert_image("{}", "{}");
}

static bool is_id(const struct entity *entity, const struct field *field)
{
    (void)entity;
    return field->type == TYPE_ID;
}

static void fields_are_left_out(void **state)
{
    (void)state;
    str text =
        rewritten(ENTITY_booking, "{\"id\":1,\"bookingDate\":\"2026-12-01 18:30:00.123 +00:00\",\"gone\":2}", is_id);
    assert_str(text, "{\"id\":1,\"gone\":2}");
}

static void changed_fields_have_names(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after, *names;
    } rows[] = {
        {"{\"id\":1,\"quantity\":2}", "{\"quantity\":3,\"id\":1}", "[\"quantity\"]"},
        {NULL, "{\"id\":1,\"gone\":1}", "[\"id\"]"},
        {"{\"id\":1,\"status\":null}", "{\"id\":1}", "[\"status\"]"},
        {"{\"id\":1}", "{\"id\":1}", "[]"},
        {"7", "nonsense", "[]"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str before = rows[i].before ? str_of(rows[i].before) : STR_NONE;
        assert_str(image_changes(arena, entity_of(ENTITY_booking), before, str_of(rows[i].after)), rows[i].names);
    }
}

static void what_is_no_object_is_no_image(void **state)
{
    (void)state;
    static const char *const images[] = {
        NULL, "", "null", "[]", "\"id\"", "{", "{\"id\":1}}", "{\"id\":1e999}", "{\"a\":\"\xff\"}"};
    for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
        if (rewritten(ENTITY_booking, images[i], NULL).p) fail_msg("%s", images[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_become_rfc3339),           cmocka_unit_test(changed_fields_have_names),
        cmocka_unit_test(everything_else_stays_as_it_is), cmocka_unit_test(fields_are_left_out),
        cmocka_unit_test(what_is_no_object_is_no_image),
    };
    arena = arena_new(1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}

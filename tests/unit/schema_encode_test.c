/* Unit tests of schema/encode: every type's form, what is never written, what is masked, and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/money.h"
#include "base/time_text.h"
#include "schema/decode.h"
#include "schema/encode.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static str encode(const struct row *row, struct encoding encoding)
{
    struct buf out = buf_new(arena, 1 << 16);
    struct json json = json_to(&out);
    encode_row(&json, row, &encoding);
    assert_false(out.full);
    return buf_str(&out);
}

static struct user person(void)
{
    return (struct user){
        .entity = entity_of(ENTITY_user),
        .id = 7,
        .created_at = 1000,
        .updated_at = 2001,
        .version = 3,
        .email = STR("anna@example.org"),
        .password = STR("$argon2id$secret"),
        .name = STR("Anna \"A\" \xC3\x84nderung"),
        .is_admin = 1,
        .role = USER_SUPPORT,
    };
}

static void assert_encoded(str actual, const char *expected)
{
    if (!str_is(actual, expected)) fail_msg("%.*s", STR_ARG(actual));
}

static void a_row_without_masks(void **state)
{
    (void)state;
    struct user user = person();
    assert_encoded(
        encode(&user.row, (struct encoding){.role = ROLE_ADMIN, .mask = true}),
        "{\"id\":7,\"email\":\"anna@example.org\",\"name\":\"Anna \\\"A\\\" \xC3\x84nderung\",\"isAdmin\":true,"
        "\"isVerified\":false,\"role\":\"support\",\"createdAt\":\"1970-01-01T00:00:01.000Z\","
        "\"updatedAt\":\"1970-01-01T00:00:02.001Z\",\"deletedAt\":null,\"version\":3}");
}

static void masks_follow_role_and_owner(void **state)
{
    (void)state;
    struct user user = person();
    uint64_t fields = 0;
    static const char *const names[] = {"email", "name", "password"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        fields |= UINT64_C(1) << field_index(&user.entity->descriptor,
                                             field_find(&user.entity->descriptor, str_of(names[i])));
    }
    static const char clear[] = "{\"email\":\"anna@example.org\",\"name\":\"Anna \\\"A\\\" \xC3\x84nderung\"}";
    static const char half[] = "{\"email\":\"a***@***\",\"name\":\"Anna \\\"A\\\" \xC3\x84nderung\"}";
    static const char masked[] = "{\"email\":\"a***@***\",\"name\":\"A***\"}";
    const struct {
        struct encoding encoding;
        const char *expected;
    } rows[] = {
        {{ROLE_ADMIN, true, false, fields}, clear},    {{ROLE_SUPPORT, true, false, fields}, half},
        {{ROLE_ORGANIZER, true, false, fields}, half}, {{ROLE_CUSTOMER, true, false, fields}, masked},
        {{ROLE_CUSTOMER, true, true, fields}, clear},  {{ROLE_CUSTOMER, false, false, fields}, clear},
        {{ROLE_SYSTEM, true, false, fields}, clear},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_encoded(encode(&user.row, rows[i].encoding), rows[i].expected);
    }
}

static void masked_numbers_are_null(void **state)
{
    (void)state;
    struct audit_log entry = {.entity = entity_of(ENTITY_audit_log), .id = 1, .actor_id = 5, .action = STR("update")};
    str text = encode(&entry.row, (struct encoding){.role = ROLE_SUPPORT, .mask = true});
    assert_true(str_starts(text, STR("{\"id\":1,\"actorId\":null,")));
}

/* Every value of every field, hidden and secret ones set to something that would be seen. */
static void secrets_are_never_written(void **state)
{
    (void)state;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct descriptor *descriptor = &entity_of(id)->descriptor;
        struct row *row = arena_alloc(arena, descriptor->size);
        row->entity = entity_of(id);
        for (size_t i = 0; i < descriptor->count; i++) {
            const struct field *field = &descriptor->fields[i];
            bool hidden = (field->flags & HIDDEN) || field->privacy == PRIVACY_SECRET;
            if (type_is_text(field->type)) *field_text(row, field) = hidden ? STR("SEEN") : STR("x");
        }
        str text = encode(row, (struct encoding){.role = ROLE_SYSTEM});
        assert_null(memmem(text.p, text.n, "SEEN", 4));
        assert_null(memmem(text.p, text.n, "password", 8));
        assert_null(memmem(text.p, text.n, "tokenHash", 9));
    }
}

static void money_and_null_have_their_forms(void **state)
{
    (void)state;
    struct booking booking = {.entity = entity_of(ENTITY_booking), .total_price = 3820, .status = BOOKING_CONFIRMED};
    static const struct {
        const char *name;
        const char *expected;
    } rows[] = {
        {"totalPrice", "\"38.20\""}, {"scheduleId", "null"}, {"expiresAt", "null"},
        {"status", "\"confirmed\""}, {"quantity", "0"},      {"version", "0"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buf out = buf_new(arena, 256);
        struct json json = json_to(&out);
        encode_value(&json, field_find(&booking.entity->descriptor, str_of(rows[i].name)), &booking);
        assert_encoded(buf_str(&out), rows[i].expected);
    }
    booking.total_price = MONEY_MAX;
    booking.expires_at = TIME_MAX;
    str text = encode(&booking.row, (struct encoding){.role = ROLE_ADMIN});
    assert_non_null(memmem(text.p, text.n, "\"99999999.99\"", 13));
    assert_non_null(memmem(text.p, text.n, "\"9999-12-31T23:59:59.999Z\"", 26));
}

static void members_can_be_added_to_an_object(void **state)
{
    (void)state;
    struct venue venue = {.entity = entity_of(ENTITY_venue), .id = 1};
    struct encoding encoding = {.role = ROLE_ADMIN, .fields = 1};
    struct buf out = buf_new(arena, 256);
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_member_int(&json, "before", 1);
    encode_members(&json, &venue.row, &encoding);
    json_member_int(&json, "after", 2);
    json_object_end(&json);
    assert_encoded(buf_str(&out), "{\"before\":1,\"id\":1,\"after\":2}");
}

static void a_full_buffer_is_noticed(void **state)
{
    (void)state;
    struct user user = person();
    for (size_t max = 0; max < 200; max++) {
        struct buf out = buf_new(arena, max);
        struct json json = json_to(&out);
        struct encoding encoding = {.role = ROLE_ADMIN};
        encode_row(&json, &user.row, &encoding);
        assert_true(out.full);
        assert_true(out.n <= max);
    }
}

/* What was read can be sent back: decoding gives the same values. */
static void encoded_rows_decode_to_themselves(void **state)
{
    (void)state;
    struct event event = {
        .entity = entity_of(ENTITY_event),
        .id = 4,
        .created_at = 1764613800123,
        .updated_at = 1764613800124,
        .version = 9,
        .title = STR("T\xC3\xA9st \\ / \" \xF0\x9F\x8E\xAB"),
        .description = STR("line\nline\ttab"),
        .price = 1910,
        .capacity = 50,
        .start_date = 1,
        .end_date = TIME_MAX,
        .venue_id = 3,
        .status = EVENT_CANCELLED,
        .max_seats_per_person = 4,
    };
    struct problem problem = {0};
    struct change *change;
    str body = encode(&event.row, (struct encoding){.role = ROLE_ADMIN});
    assert_int_equal(decode_change(arena, body, &event.entity->descriptor, DECODE_REPLACE, &problem, &change), OK);
    for (size_t i = 0; i < event.entity->descriptor.count; i++) {
        assert_true(field_equal(&event.entity->descriptor.fields[i], &event, change->values));
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_row_without_masks),
        TEST(masks_follow_role_and_owner),
        TEST(masked_numbers_are_null),
        TEST(secrets_are_never_written),
        TEST(money_and_null_have_their_forms),
        TEST(members_can_be_added_to_an_object),
        TEST(a_full_buffer_is_noticed),
        TEST(encoded_rows_decode_to_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Unit tests of schema/openapi: which components there are, and what they say of a field. That they are valid JSON
 * Schema and OpenAPI is proved with stock linters, outside of C. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/check.h"
#include "schema/openapi.h"

/* The engine reads the JSON: what its path names, as JSON text. */
static struct arena *arena;
static sqlite3 *db;
static sqlite3_stmt *look;

/* Those that have routes in the program. */
static bool is_described(const struct entity *entity)
{
    return entity->id != ENTITY_audit_log && entity->id != ENTITY_idempotency_key &&
           entity->id != ENTITY_audit_context && entity->id != ENTITY_job_cursor;
}

/* As the routes of the program: sessions and backups are only read. */
static unsigned forms(const struct entity *entity)
{
    unsigned all = (1u << FORM_COUNT) - 1;
    if (!is_described(entity)) return 0;
    return entity->id == ENTITY_session || entity->id == ENTITY_backup ? 1u << FORM_READ : all;
}

static void relations(struct json *json, const struct entity *entity)
{
    if (entity->id == ENTITY_booking)
        json_member_raw(json, "payment",
                        STR("{\"$ref\":\"#/components/schemas/Payment\",\"description\":\"Payment\"}"));
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    struct buf out = buf_new(arena, 4 << 20);
    struct json json = json_to(&out);
    json_object_begin(&json);
    openapi_schemas(&json, &(struct openapi_rows){forms, relations});
    json_object_end(&json);
    if (out.full || sqlite3_open(":memory:", &db) != SQLITE_OK) return 1;
    if (sqlite3_prepare_v2(db, "SELECT ?1 -> ?2", -1, &look, NULL) != SQLITE_OK) return 1;
    return sqlite3_bind_text(look, 1, out.p, (int)out.n, SQLITE_STATIC) != SQLITE_OK;
}

static int teardown(void **state)
{
    (void)state;
    sqlite3_finalize(look);
    sqlite3_close(db);
    arena_free(arena);
    return 0;
}

/* "(none)" where there is nothing. */
static const char *at(str path)
{
    sqlite3_reset(look);
    assert_int_equal(sqlite3_bind_text(look, 2, path.p, (int)path.n, SQLITE_STATIC), SQLITE_OK);
    assert_int_equal(sqlite3_step(look), SQLITE_ROW);
    const char *text = (const char *)sqlite3_column_text(look, 0);
    return text ? arena_copy(arena, str_of(text)).p : "(none)";
}

static bool exists(str path)
{
    return strcmp(at(path), "(none)") != 0;
}

static const char *of_property(const char *schema, const char *name, const char *key)
{
    return at(arena_printf(arena, "$.%s.properties.%s.%s", schema, name, key));
}

static void components_are_those_of_rows_and_bodies(void **state)
{
    (void)state;
    static const char *const present[] = {"User",           "UserCreate",     "UserUpdate",   "SupportReply",
                                          "Session",        "BookingRequest", "LoginRequest", "SupportReplyCreate",
                                          "RestoreRequest", "Problem"};
    static const char *const absent[] = {"SessionCreate", "AuditLog", "IdempotencyKey", "AuditContext", "JobCursor"};
    for (size_t i = 0; i < COUNT_OF(present); i++) assert_true(exists(arena_printf(arena, "$.%s", present[i])));
    for (size_t i = 0; i < COUNT_OF(absent); i++) assert_false(exists(arena_printf(arena, "$.%s", absent[i])));
    assert_true(exists(STR("$.Booking.properties.payment")));
    assert_false(exists(STR("$.BookingUpdate.properties.payment")));
}

static void read_schemas_describe_encoded_rows(void **state)
{
    (void)state;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        if (!is_described(entity)) continue;
        for (size_t i = 0; i < entity->descriptor.count; i++) {
            const struct field *field = &entity->descriptor.fields[i];
            bool hidden = (field->flags & HIDDEN) || field->privacy == PRIVACY_SECRET;
            bool described = strcmp(of_property(entity->descriptor.title, field->name, "description"), "(none)") != 0;
            assert_int_equal(described, !hidden);
        }
    }
}

static void properties_describe_accepted_values(void **state)
{
    (void)state;
    static const struct {
        const char *schema, *name, *key, *value;
    } rows[] = {
        {"Booking", "id", "type", "\"integer\""},
        {"Booking", "id", "readOnly", "true"},
        {"Booking", "scheduleId", "type", "[\"integer\",\"null\"]"},
        {"Booking", "expiresAt", "type", "[\"string\",\"null\"]"},
        {"Booking", "expiresAt", "format", "\"date-time\""},
        {"Booking", "totalPrice", "type", "\"string\""},
        {"BookingRequest", "quantity", "minimum", "1"},
        {"BookingRequest", "quantity", "maximum", "50"},
        {"BookingRequest", "paymentMethod", "default", "\"sandbox\""},
        {"BookingRequest", "scheduleId", "type", "[\"integer\",\"null\"]"},
        {"BookingRequest", "eventId", "minimum", "1"},
        {"RefundRequest", "amount", "type", "\"string\""},
        {"EventCreate", "price", "type", "\"string\""},
        {"Event", "status", "enum", "[\"draft\",\"published\",\"cancelled\"]"},
        {"EventCreate", "status", "default", "\"published\""},
        {"EventUpdate", "status", "default", "(none)"},
        {"EventCreate", "price", "pattern", "\"^0*[0-9]{1,5}(\\\\.[0-9]{1,2}0*)?$\""},
        {"EventCreate", "price", "minimum", "(none)"},
        {"EventCreate", "title", "pattern", "\"^[^\\\\x00-\\\\x1f\\\\x7f-\\\\x9f]*$\""},
        {"Event", "title", "pattern", "(none)"},
        {"EventCreate", "id", "type", "(none)"},
        {"EventUpdate", "id", "readOnly", "true"},
        {"ScheduleCreate", "eventId", "readOnly", "(none)"},
        {"ScheduleUpdate", "eventId", "readOnly", "true"},
        {"ScheduleReplace", "eventId", "readOnly", "(none)"},
        {"UserUpdate", "role", "description",
         "\"Role of the person; isAdmin takes precedence. Only admins may set it\""},
        {"Event", "title", "maxLength", "200"},
        {"Event", "imageUrl", "format", "\"uri\""},
        {"User", "email", "format", "(none)"},
        {"UserCreate", "email", "format", "\"email\""},
        {"UserCreate", "password", "writeOnly", "true"},
        {"UserCreate", "password", "format", "\"password\""},
        {"User", "isAdmin", "type", "\"boolean\""},
        {"UserCreate", "isAdmin", "default", "false"},
        {"Schedule", "availableSeats", "readOnly", "true"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *text = of_property(rows[i].schema, rows[i].name, rows[i].key);
        if (strcmp(text, rows[i].value) != 0) {
            fail_msg("%s.%s %s: %s", rows[i].schema, rows[i].name, rows[i].key, text);
        }
    }
}

static void assert_required(const char *schema, const char *expected)
{
    assert_string_equal(at(arena_printf(arena, "$.%s.required", schema)), expected);
}

static void required_fields_are_those_of_creation(void **state)
{
    (void)state;
    assert_required("UserCreate", "[\"email\",\"password\",\"name\"]");
    assert_required("UserUpdate", "(none)");
    assert_required("UserReplace", "[\"email\",\"name\"]");
    assert_required("User", "[\"id\"]");
    assert_required("BookingRequest", "[\"eventId\",\"quantity\"]");
    assert_required("RefundRequest", "(none)");
    assert_string_equal(at(STR("$.UserCreate.additionalProperties")), "false");
    assert_false(exists(STR("$.User.additionalProperties")));
}

/* No name twice, and every member of every component has a description. */
static void every_property_has_a_description(void **state)
{
    (void)state;
    static const char sql[] = "SELECT count(*) FROM json_each(?1) s, json_each(s.value, '$.properties') p "
                              "WHERE p.value ->> 'description' IS NULL OR s.value ->> 'description' IS NULL";
    static const char twice[] = "SELECT count(*) - count(DISTINCT key) FROM json_each(?1)";
    const char *const queries[] = {sql, twice};
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        sqlite3_stmt *statement;
        assert_int_equal(sqlite3_prepare_v2(db, queries[i], -1, &statement, NULL), SQLITE_OK);
        str whole = str_of(at(STR("$")));
        assert_int_equal(sqlite3_bind_text(statement, 1, whole.p, (int)whole.n, SQLITE_STATIC), SQLITE_OK);
        assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
        assert_int_equal(sqlite3_column_int(statement, 0), 0);
        sqlite3_finalize(statement);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(components_are_those_of_rows_and_bodies),
        cmocka_unit_test(read_schemas_describe_encoded_rows),
        cmocka_unit_test(properties_describe_accepted_values),
        cmocka_unit_test(required_fields_are_those_of_creation),
        cmocka_unit_test(every_property_has_a_description),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

/* Unit tests of decode_form(): what is not well formed, and that a form means what JSON with the same values means, for
 * every field of every descriptor. */
#include "unit.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/parameters.h"
#include "schema/decode.h"

enum { BODY_MAX = 256 * 1024 };

static struct arena *arena;
static struct problem problem;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct descriptor *const inputs[] = {
    &descriptor_register_request, &descriptor_login_request, &descriptor_booking_request,
    &descriptor_refund_request,   &descriptor_reply_request, &descriptor_restore_request,
};

/* --- the differential test ---------------------------------------------------------------------------------------- */

/* Texts that are typed into an input, acceptable and not. */
static const char *const values[] = {
    "1",
    "50",
    "51",
    "-1",
    "0",
    "007",
    "2147483648",
    "x",
    "1.5",
    "12.50",
    "12.505",
    "-0.01",
    "true",
    "false",
    "yes",
    "anna@example.org",
    "anna@",
    "https://example.org/a?b=c&d=e",
    "javascript:alert(1)",
    "2026-12-01T18:30:00.000Z",
    "2026-12-01 18:30",
    "sandbox",
    "paid",
    "draft",
    "open",
    "R\xC3\xA9sum\xC3\xA9 & <b>50 %</b> = \"so\" + more",
    "tab\tand\nline",
    "bell\a",
};

static bool is_number(str text)
{
    int64_t number;
    return str_to_int(text, &number);
}

/* The value as a client that knows the type of the field writes it in JSON. */
static void json_value(struct json *json, const struct field *field, str text)
{
    int64_t number;
    bool integer = field->type == TYPE_ID || field->type == TYPE_REF || field->type == TYPE_INT;
    if (integer && is_number(text) && str_to_int(text, &number))
        json_int(json, number);
    else if (field->type == TYPE_BOOL && (str_is(text, "true") || str_is(text, "false")))
        json_bool(json, str_is(text, "true"));
    else
        json_text(json, text);
}

static str json_body(const struct field *field, const char *name, str text)
{
    struct buf out = buf_new(arena, BODY_MAX);
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_name(&json, str_of(name));
    json_value(&json, field, text);
    json_object_end(&json);
    return buf_str(&out);
}

static str form_body(const char *name, str text)
{
    struct buf out = buf_new(arena, BODY_MAX);
    parameter_add(&out, str_of(name), text);
    return buf_str(&out);
}

static void assert_same_problem(const struct problem *a, const struct problem *b, const char *what)
{
    if (a->count != b->count) fail_msg("%s: %zu and %zu errors", what, a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        bool same = str_equal(a->errors[i].pointer, b->errors[i].pointer) &&
                    strcmp(a->errors[i].code, b->errors[i].code) == 0 &&
                    strcmp(a->errors[i].detail, b->errors[i].detail) == 0;
        if (!same) fail_msg("%s: %s and %s", what, a->errors[i].code, b->errors[i].code);
    }
}

static void assert_same_change(const struct change *a, const struct change *b, const char *what)
{
    if (a->present != b->present || a->whole != b->whole) fail_msg("%s: other fields are present", what);
    for (size_t i = 0; i < a->descriptor->count; i++) {
        const struct field *field = &a->descriptor->fields[i];
        bool same = type_is_text(field->type)
                        ? str_equal(*field_text(a->values, field), *field_text(b->values, field)) &&
                              !field_text(a->values, field)->p == !field_text(b->values, field)->p
                        : *field_int(a->values, field) == *field_int(b->values, field);
        if (!same) fail_msg("%s: %s differs", what, field->name);
    }
}

static void compare(const struct descriptor *descriptor, const struct field *field, const char *name, str text)
{
    for (enum decode_mode mode = DECODE_CREATE; mode <= DECODE_REPLACE; mode++) {
        const char *what = arena_printf(arena, "%s.%s = %.*s", descriptor->title, name, STR_ARG(text)).p;
        struct problem from_json = {0}, from_form = {0};
        struct change *a = NULL, *b = NULL;
        err json = decode_change(arena, json_body(field, name, text), descriptor, mode, &from_json, &a);
        err form = decode_form(arena, form_body(name, text), descriptor, mode, &from_form, &b);
        if (json != form) fail_msg("%s: %d and %d", what, json, form);
        assert_same_problem(&from_json, &from_form, what);
        if (!json) assert_same_change(a, b, what);
    }
}

static void compare_all(const struct descriptor *descriptor)
{
    static char longer[30000];
    memset(longer, 'a', sizeof(longer));
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        for (size_t v = 0; v < COUNT_OF(values); v++) {
            arena_reset(arena);
            compare(descriptor, field, field->name, str_of(values[v]));
        }
        compare(descriptor, field, field->name, (str){longer, sizeof(longer)});
    }
    arena_reset(arena);
    compare(descriptor, &descriptor->fields[0], "noSuchField", STR("1"));
    compare(descriptor, &descriptor->fields[0], "a/b~c", STR("1"));
}

static void a_form_means_what_json_means(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(inputs); i++) compare_all(inputs[i]);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) compare_all(&entity_of(id)->descriptor);
}

/* --- what only forms have ----------------------------------------------------------------------------------------- */

static err decode(const struct descriptor *descriptor, const char *body, struct change **ret_change)
{
    arena_reset(arena);
    problem = (struct problem){0};
    return decode_form(arena, str_of(body), descriptor, DECODE_CREATE, &problem, ret_change);
}

static void assert_malformed(const char *body, const char *pointer, const char *code)
{
    struct change *change;
    assert_int_equal(decode(&descriptor_login_request, body, &change), ERR_BAD_REQUEST);
    assert_int_equal(problem.count, 1);
    assert_true(str_is(problem.errors[0].pointer, pointer));
    assert_string_equal(problem.errors[0].code, code);
}

static void what_is_not_a_form_is_malformed(void **state)
{
    (void)state;
    assert_malformed("email=%zz", "", "syntax");
    assert_malformed("email=%4", "", "syntax");
    assert_malformed("email=%FF", "", "encoding");
    assert_malformed("email=\xC3(", "", "encoding");
    assert_malformed("em%00ail=a", "", "nul");
    assert_malformed("email=a&password=b&email=c", "/email", "duplicate");
    assert_malformed("x%2Fy=1&x%2Fy=2", "/x~1y", "duplicate");
}

static void members_have_a_bound(void **state)
{
    (void)state;
    struct buf out = buf_new(arena, BODY_MAX);
    for (int i = 0; i <= PARAMETERS_MAX; i++) buf_printf(&out, "a%d=&", i);
    buf_add_char(&out, '\0');
    struct problem many = {0};
    struct change *change;
    assert_int_equal(decode_form(arena, buf_str(&out), &descriptor_login_request, DECODE_CREATE, &many, &change),
                     ERR_BAD_REQUEST);
}

static void an_input_left_empty_is_not_given(void **state)
{
    (void)state;
    struct change *change;
    assert_int_equal(decode(&descriptor_login_request, "email=&password=", &change), ERR_INVALID);
    assert_int_equal(problem.count, 2);
    assert_string_equal(problem.errors[0].code, "required");
    assert_int_equal(decode(&descriptor_booking_request, "eventId=3&quantity=2&scheduleId=", &change), OK);
    assert_int_equal(((const struct booking_request *)change->values)->schedule_id, 0);
    assert_int_equal(decode(&descriptor_login_request, "", &change), ERR_INVALID);
}

static void text_areas_and_checkboxes(void **state)
{
    (void)state;
    struct change *change;
    assert_int_equal(decode(&descriptor_reply_request, "body=one%0D%0Atwo%0Athree+four", &change), OK);
    assert_true(str_is(((const struct reply_request *)change->values)->body, "one\ntwo\nthree four"));
    const struct descriptor *user = &entity_of(ENTITY_user)->descriptor;
    assert_int_equal(decode(user, "email=a%40example.org&name=A&password=12345678&isAdmin=on", &change), OK);
    assert_int_equal(((const struct user *)change->values)->is_admin, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_form_means_what_json_means, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_a_form_is_malformed, setup, teardown),
        cmocka_unit_test_setup_teardown(members_have_a_bound, setup, teardown),
        cmocka_unit_test_setup_teardown(an_input_left_empty_is_not_given, setup, teardown),
        cmocka_unit_test_setup_teardown(text_areas_and_checkboxes, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

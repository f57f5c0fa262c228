/* Unit tests of schema/decode: every code, at the bounds and just past them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/check.h"
#include "schema/decode.h"
#include "schema/decode_value.h"

static struct arena *arena;
static struct problem problem;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    problem = (struct problem){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct descriptor *descriptor_of(enum entity_id id)
{
    return &entity_of(id)->descriptor;
}

static err decode(const struct descriptor *descriptor, enum decode_mode mode, str body, struct change **ret)
{
    arena_reset(arena);
    problem = (struct problem){0};
    return decode_change(arena, body, descriptor, mode, &problem, ret);
}

/* The field errors as "pointer code" words, in order. */
static const char *errors(void)
{
    static char text[4096];
    size_t n = 0;
    text[0] = 0;
    for (size_t i = 0; i < problem.count; i++) {
        const struct field_error *field_error = &problem.errors[i];
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%.*s %s", i ? ", " : "", STR_ARG(field_error->pointer),
                              field_error->code);
        assert_non_null(field_error->detail);
    }
    return text;
}

static void unacceptable_json_is_malformed(void **state)
{
    (void)state;
    static const struct {
        str body;
        const char *errors;
    } rows[] = {
        {{NULL, 0}, " syntax"},
        {STR(""), " syntax"},
        {STR("{"), " syntax"},
        {STR("{\"quantity\":}"), "/quantity syntax"},
        {STR("{\"quantity\":01}"), "/quantity syntax"},
        {STR("{quantity:1}"), " syntax"},
        {STR("{\"quantity\":1,}"), " syntax"},
        {STR("{\"quantity\":NaN}"), "/quantity syntax"},
        {STR("\xEF\xBB\xBF{}"), " syntax"},
        {STR("{} x"), " trailing"},
        {STR("{\"name\":1} x"), " trailing"},
        {STR("{}{}"), " trailing"},
        {STR("{\"quantity\":1,\"quantity\":2}"), "/quantity duplicate"},
        {STR("{\"a\":{\"b\":1,\"b\":1}}"), "/a duplicate"},
        {STR("{\"eventId\":1,\"quantity\":9223372036854775808}"), "/quantity number_range"},
        {STR("{\"quantity\":-9223372036854775809}"), "/quantity number_range"},
        {STR("{\"quantity\":1e999}"), "/quantity number_range"},
        {STR("{\"paymentMethod\":\"\\uD800\"}"), "/paymentMethod syntax"},
        {STR("{\"paymentMethod\":\"\\uDC00\\uD800\"}"), "/paymentMethod syntax"},
        {STR("{\"paymentMethod\":\"\xFF\"}"), "/paymentMethod encoding"},
        {STR("{\"paymentMethod\":\"\xC0\x80\"}"), "/paymentMethod encoding"},
        {STR("{\"paymentMethod\":\"\xED\xA0\x80\"}"), "/paymentMethod encoding"},
        {STR("{\"paymentMethod\":\"\\u0000\"}"), "/paymentMethod nul"},
        {STR("{\"paymentMethod\":\"a\nb\"}"), "/paymentMethod syntax"},
        {STR("{\"a\\u0000\":1}"), " nul"},
        {STR("{\0}"), " syntax"},
        {STR("{\"a/b~c\":01}"), "/a~1b~0c syntax"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct change *change = NULL;
        err e = decode(&descriptor_booking_request, DECODE_CREATE, rows[i].body, &change);
        if (e != ERR_MALFORMED_JSON) fail_msg("row %zu: err %d", i, (int)e);
        assert_null(change);
        assert_string_equal(errors(), rows[i].errors);
    }
}

/* An object and arrays within arrays in it, `depth` levels in all. */
static err decode_nested(unsigned depth)
{
    struct buf body = buf_new(arena, 1 << 20);
    BUF_LITERAL(&body, "{\"x\":");
    for (unsigned i = 1; i < depth; i++) buf_add_char(&body, '[');
    for (unsigned i = 1; i < depth; i++) buf_add_char(&body, ']');
    BUF_LITERAL(&body, "}");
    struct change *change;
    problem = (struct problem){0};
    return decode_change(arena, buf_str(&body), &descriptor_reply_request, DECODE_PATCH, &problem, &change);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    assert_int_equal(decode_nested(DECODE_DEPTH_MAX), ERR_INVALID);
    assert_string_equal(errors(), "/x unknown");
    assert_int_equal(decode_nested(DECODE_DEPTH_MAX + 1), ERR_MALFORMED_JSON);
    assert_string_equal(errors(), "/x depth");
    assert_int_equal(decode_nested(100000), ERR_MALFORMED_JSON);
}

/* A body of `count` parts between two texts; a # in a part is its number. */
static str repeated_in(const char *before, const char *part, int count, const char *after)
{
    struct buf body = buf_new(arena, 4 << 20);
    buf_add(&body, str_of(before));
    for (int i = 0; i < count; i++) {
        for (const char *c = part; *c; c++) {
            if (*c == '#')
                buf_add_int(&body, i);
            else
                buf_add_char(&body, *c);
        }
    }
    buf_add(&body, str_of(after));
    return buf_str(&body);
}

/* What follows is not even read: it is no JSON. */
static void decoding_stops_at_what_no_body_has(void **state)
{
    (void)state;
    static const struct {
        const char *before, *part, *errors;
    } rows[] = {
        {"{\"body\":[", "1,", "/body type"},
        {"{\"x\":[", "[],", "/x unknown"},
        {"{\"x\":{", "\"#\":1,", "/x unknown"},
        {"[", "1,", " type"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct change *change;
        str body = repeated_in(rows[i].before, rows[i].part, 100000, "nonsense");
        problem = (struct problem){0};
        assert_int_equal(decode_change(arena, body, &descriptor_reply_request, DECODE_CREATE, &problem, &change),
                         ERR_INVALID);
        assert_string_equal(errors(), rows[i].errors);
        arena_reset(arena);
    }
}

static void unknown_members_are_reported_as_far_as_there_is_room(void **state)
{
    (void)state;
    struct change *change;
    str body = repeated_in("{", "\"x#\":1,", 100000, "nonsense");
    assert_int_equal(decode_change(arena, body, &descriptor_reply_request, DECODE_CREATE, &problem, &change),
                     ERR_INVALID);
    assert_int_equal(problem.count, FIELD_ERRORS_MAX);
    assert_true(str_is(problem.errors[0].pointer, "/x0"));
    assert_true(str_is(problem.errors[FIELD_ERRORS_MAX - 1].pointer, "/x31"));
}

static void a_list_that_is_too_long_is_not_parsed(void **state)
{
    (void)state;
    struct change_list changes;
    str body = repeated_in("[", "{},", 100000, "nonsense");
    assert_int_equal(decode_changes(arena, body, &descriptor_reply_request, 200, &problem, &changes), ERR_INVALID);
    assert_string_equal(errors(), " too_long");
    problem = (struct problem){0};
    body = repeated_in("[{\"body\":\"b\"},{", "\"x#\":1,", 100000, "nonsense");
    assert_int_equal(decode_changes(arena, body, &descriptor_reply_request, 200, &problem, &changes), ERR_INVALID);
    assert_true(str_is(problem.errors[0].pointer, "/1/x0"));
    problem = (struct problem){0};
    body = repeated_in("[{\"body\":\"b\"},{\"body\":", "[", 3, "nonsense");
    assert_int_equal(decode_changes(arena, body, &descriptor_reply_request, 200, &problem, &changes),
                     ERR_MALFORMED_JSON);
    assert_string_equal(errors(), "/1/body syntax");
}

static void body_is_an_object(void **state)
{
    (void)state;
    static const char *const bodies[] = {"[]", "[{}]", "1", "\"x\"", "null", "true"};
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct change *change;
        assert_int_equal(decode(&descriptor_booking_request, DECODE_CREATE, str_of(bodies[i]), &change), ERR_INVALID);
        assert_string_equal(errors(), " type");
    }
}

static void every_invalid_field_is_reported_at_once(void **state)
{
    (void)state;
    struct change *change = NULL;
    str body = STR("{\"quantity\":0,\"paymentMethod\":\"gold\",\"colour\":1,\"scheduleId\":\"1\"}");
    assert_int_equal(decode(&descriptor_booking_request, DECODE_CREATE, body, &change), ERR_INVALID);
    assert_null(change);
    assert_string_equal(errors(), "/quantity too_small, /paymentMethod enum, /colour unknown, /scheduleId type, "
                                  "/eventId required");
}

/* One member of a body, the field error it causes ("" for none). */
struct member_row {
    enum entity_id entity;
    const char *member;
    const char *errors;
};

static const struct member_row member_rows[] = {
    /* integers */
    {ENTITY_booking, "\"quantity\":1", ""},
    {ENTITY_booking, "\"quantity\":50", ""},
    {ENTITY_booking, "\"quantity\":0", "/quantity too_small"},
    {ENTITY_booking, "\"quantity\":-1", "/quantity too_small"},
    {ENTITY_booking, "\"quantity\":51", "/quantity too_large"},
    {ENTITY_booking, "\"quantity\":9223372036854775807", "/quantity too_large"},
    {ENTITY_booking, "\"quantity\":2.0", ""},
    {ENTITY_booking, "\"quantity\":1e1", ""},
    {ENTITY_booking, "\"quantity\":1e300", "/quantity type"},
    {ENTITY_booking, "\"quantity\":2.5", "/quantity type"},
    {ENTITY_booking, "\"quantity\":1e2", "/quantity too_large"},
    {ENTITY_booking, "\"quantity\":\"2\"", "/quantity type"},
    {ENTITY_booking, "\"quantity\":true", "/quantity type"},
    {ENTITY_booking, "\"quantity\":[]", "/quantity type"},
    {ENTITY_booking, "\"quantity\":null", "/quantity not_null"},
    {ENTITY_booking, "\"version\":2147483647", ""},
    {ENTITY_booking, "\"version\":2147483648", "/version too_large"},
    /* references and ids */
    {ENTITY_booking, "\"scheduleId\":null", ""},
    {ENTITY_booking, "\"scheduleId\":1", ""},
    {ENTITY_booking, "\"scheduleId\":2147483647", ""},
    {ENTITY_booking, "\"scheduleId\":2147483648", "/scheduleId too_large"},
    {ENTITY_booking, "\"scheduleId\":0", "/scheduleId too_small"},
    {ENTITY_booking, "\"eventId\":null", "/eventId not_null"},
    {ENTITY_booking, "\"id\":1", ""},
    {ENTITY_booking, "\"id\":0", "/id too_small"},
    {ENTITY_booking, "\"id\":null", "/id not_null"},
    /* booleans */
    {ENTITY_user, "\"isAdmin\":true", ""},
    {ENTITY_user, "\"isAdmin\":false", ""},
    {ENTITY_user, "\"isAdmin\":1", "/isAdmin type"},
    {ENTITY_user, "\"isAdmin\":\"true\"", "/isAdmin type"},
    {ENTITY_user, "\"isAdmin\":null", "/isAdmin not_null"},
    /* money */
    {ENTITY_event, "\"price\":\"19.10\"", ""},
    {ENTITY_event, "\"price\":\"0\"", ""},
    {ENTITY_event, "\"price\":\"19.100\"", ""},
    {ENTITY_event, "\"price\":\"99999.99\"", ""},
    {ENTITY_event, "\"price\":\"100000.00\"", "/price too_large"},
    {ENTITY_event, "\"price\":\"-0.01\"", "/price too_small"},
    {ENTITY_event, "\"price\":\"19.999\"", "/price precision"},
    {ENTITY_event, "\"price\":\"19.101\"", "/price precision"},
    {ENTITY_event, "\"price\":\"\"", "/price format"},
    {ENTITY_event, "\"price\":\"+1\"", "/price format"},
    {ENTITY_event, "\"price\":\"-\"", "/price format"},
    {ENTITY_event, "\"price\":\"1.\"", "/price format"},
    {ENTITY_event, "\"price\":\".5\"", "/price format"},
    {ENTITY_event, "\"price\":\"1e2\"", "/price format"},
    {ENTITY_event, "\"price\":\"1,5\"", "/price format"},
    {ENTITY_event, "\"price\":\" 1\"", "/price format"},
    {ENTITY_event, "\"price\":\"99999999999999999999\"", "/price too_large"},
    {ENTITY_event, "\"price\":\"-99999999999999999999\"", "/price too_small"},
    {ENTITY_event, "\"price\":19", ""},
    {ENTITY_event, "\"price\":19.1", ""},
    {ENTITY_event, "\"price\":0.29", ""},
    {ENTITY_event, "\"price\":99999.99", ""},
    {ENTITY_event, "\"price\":19.999", "/price precision"},
    {ENTITY_event, "\"price\":0.001", "/price precision"},
    {ENTITY_event, "\"price\":-0.01", "/price too_small"},
    {ENTITY_event, "\"price\":100000", "/price too_large"},
    {ENTITY_event, "\"price\":1e300", "/price too_large"},
    {ENTITY_event, "\"price\":-1e300", "/price too_small"},
    {ENTITY_event, "\"price\":9223372036854775807", "/price too_large"},
    {ENTITY_event, "\"price\":-9223372036854775808", "/price too_small"},
    {ENTITY_event, "\"price\":true", "/price type"},
    {ENTITY_event, "\"price\":null", "/price not_null"},
    /* times */
    {ENTITY_event, "\"startDate\":\"2026-12-01T18:30:00Z\"", ""},
    {ENTITY_event, "\"startDate\":\"2026-12-01T18:30:00.123456789+01:00\"", ""},
    {ENTITY_event, "\"startDate\":\"9999-12-31T23:59:59.999Z\"", ""},
    {ENTITY_event, "\"startDate\":\"1970-01-01T00:00:00.001Z\"", ""},
    {ENTITY_event, "\"startDate\":\"1970-01-01T00:00:00.000Z\"", "/startDate format"},
    {ENTITY_event, "\"startDate\":\"2026-12-01 18:30:00.123 +00:00\"", "/startDate format"},
    {ENTITY_event, "\"startDate\":\"2026-12-01T18:30:00\"", "/startDate format"},
    {ENTITY_event, "\"startDate\":\"2026-02-29T00:00:00Z\"", "/startDate format"},
    {ENTITY_event, "\"startDate\":\"2026-12-01\"", "/startDate format"},
    {ENTITY_event, "\"startDate\":\"\"", "/startDate format"},
    {ENTITY_event, "\"startDate\":1764613800000", "/startDate type"},
    {ENTITY_event, "\"startDate\":null", "/startDate not_null"},
    {ENTITY_booking, "\"expiresAt\":null", ""},
    /* enums */
    {ENTITY_event, "\"status\":\"draft\"", ""},
    {ENTITY_event, "\"status\":\"Draft\"", "/status enum"},
    {ENTITY_event, "\"status\":\"\"", "/status enum"},
    {ENTITY_event, "\"status\":0", "/status type"},
    {ENTITY_event, "\"status\":null", "/status not_null"},
    /* one-line texts */
    {ENTITY_event, "\"title\":\"x\"", ""},
    {ENTITY_event, "\"title\":\"\"", "/title too_short"},
    {ENTITY_event, "\"title\":\"a\\nb\"", "/title format"},
    {ENTITY_event, "\"title\":\"a\\tb\"", "/title format"},
    {ENTITY_event, "\"title\":\"a\\u007f\"", "/title format"},
    {ENTITY_event, "\"title\":\"a\\u0085\"", "/title format"},
    {ENTITY_event, "\"title\":\"a\\u00a0b\"", ""},
    {ENTITY_event, "\"title\":\"   \"", "/title too_short"},
    {ENTITY_event, "\"title\":\"\\u00a0\\u3000\"", "/title too_short"},
    {ENTITY_event, "\"title\":\"\\u200b\\u200d\"", "/title blank"},               /* zero width */
    {ENTITY_event, "\"title\":\"\\u3164\\u115f\\u1160\\uffa0\"", "/title blank"}, /* Hangul fillers */
    {ENTITY_event, "\"title\":\"\\u00ad\\ufe0f\"", "/title blank"},               /* soft hyphen, variation selector */
    {ENTITY_event, "\"title\":\"\\udb40\\udc41\"", "/title blank"},               /* a tag */
    {ENTITY_event, "\"title\":\"\\u0301\\u20dd\"", "/title blank"},               /* only combining marks */
    {ENTITY_event, "\"title\":\"\\u2800\"", "/title blank"},                      /* Braille without dots */
    {ENTITY_event, "\"title\":\"\\u202eabc\\u202c\"", "/title format"},           /* overrides, embeddings, isolates */
    {ENTITY_event, "\"title\":\"a\\u202ab\"", "/title format"},
    {ENTITY_event, "\"title\":\"a\\u2067b\"", "/title format"},
    {ENTITY_event, "\"title\":\"a\\u2028b\"", "/title format"},
    {ENTITY_event, "\"title\":\"a\\u2029\"", "/title format"},
    {ENTITY_event, "\"title\":\"a\\n\"", "/title format"},
    {ENTITY_event, "\"title\":\"\\u05d0\\u200f!\"", ""}, /* a mark of direction */
    {ENTITY_event, "\"title\":\"e\\u0301\"", ""},
    {ENTITY_event, "\"title\":\"\\ud83d\\udc69\\u200d\\ud83d\\ude80\"", ""}, /* joined emoji */
    {ENTITY_venue, "\"name\":\" \"", "/name too_short"},
    {ENTITY_user, "\"name\":\"\\u200b\"", "/name blank"},
    {ENTITY_user, "\"password\":\"        \"", ""},
    {ENTITY_support_ticket, "\"description\":\" \\n \"", "/description blank"},
    {ENTITY_support_ticket, "\"description\":\"a\\u2028b\"", ""},
    {ENTITY_event, "\"title\":1", "/title type"},
    {ENTITY_event, "\"title\":null", "/title not_null"},
    /* long texts */
    {ENTITY_event, "\"description\":\"a\\r\\n\\tb\"", ""},
    {ENTITY_event, "\"description\":\"\"", ""},
    {ENTITY_event, "\"description\":null", ""},
    {ENTITY_event, "\"description\":\"a\\u001bb\"", "/description format"},
    {ENTITY_event, "\"description\":{}", "/description type"},
    /* e-mail */
    {ENTITY_user, "\"email\":\"Anna.B+c@Example.ORG\"", ""},
    {ENTITY_user, "\"email\":\"a@localhost\"", ""},
    {ENTITY_user, "\"email\":\"ab\"", "/email too_short"},
    {ENTITY_user, "\"email\":\"a@b\"", "/email format"},
    {ENTITY_user, "\"email\":\"@b.c\"", "/email format"},
    {ENTITY_user, "\"email\":\"a@b@c.d\"", "/email format"},
    {ENTITY_user, "\"email\":\"a b@c.d\"", "/email format"},
    {ENTITY_user, "\"email\":\"a@b..d\"", "/email format"},
    {ENTITY_user, "\"email\":\"a@.d\"", "/email format"},
    {ENTITY_user, "\"email\":\"a@b.\"", "/email format"},
    {ENTITY_user, "\"email\":\"a@-b.c\"", "/email format"},
    {ENTITY_user, "\"email\":\".a@b.c\"", "/email format"},
    {ENTITY_user, "\"email\":\"a@b.c\\n\"", "/email format"},
    {ENTITY_user, "\"email\":\"\xC3\xA4@b.c\"", "/email format"},
    /* addresses of pages */
    {ENTITY_event, "\"imageUrl\":\"https://example.org/a?b=%20#c\"", ""},
    {ENTITY_event, "\"imageUrl\":\"HTTP://example.org\"", ""},
    {ENTITY_event, "\"imageUrl\":null", ""},
    {ENTITY_event, "\"imageUrl\":\"\"", "/imageUrl format"},
    {ENTITY_event, "\"imageUrl\":\"http://\"", "/imageUrl format"},
    {ENTITY_event, "\"imageUrl\":\"http:///x\"", "/imageUrl format"},
    {ENTITY_event, "\"imageUrl\":\"javascript:alert(1)\"", "/imageUrl format"},
    {ENTITY_event, "\"imageUrl\":\"ftp://a.b\"", "/imageUrl format"},
    {ENTITY_event, "\"imageUrl\":\"https://a b\"", "/imageUrl format"},
    {ENTITY_event, "\"imageUrl\":\"https://a/%2\"", "/imageUrl format"},
    {ENTITY_event, "\"imageUrl\":\"https://a/\\\"\"", "/imageUrl format"},
    /* who may name what */
    {ENTITY_user, "\"password\":\"12345678\"", ""},
    {ENTITY_user, "\"password\":\"1234567\"", "/password too_short"},
    {ENTITY_booking, "\"createdAt\":\"2026-12-01T18:30:00Z\"", ""},
    {ENTITY_booking, "\"entity\":1", "/entity unknown"},
    {ENTITY_booking, "\"Quantity\":1", "/Quantity unknown"},
    {ENTITY_booking, "\"a/~\":1", "/a~1~0 unknown"},
    {ENTITY_session, "\"tokenHash\":\"x\"", "/tokenHash unknown"},
};

static void values_are_validated_by_their_field(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(member_rows); i++) {
        const struct member_row *row = &member_rows[i];
        char body[256];
        snprintf(body, sizeof(body), "{%s}", row->member);
        struct change *change = NULL;
        err e = decode(descriptor_of(row->entity), DECODE_PATCH, str_of(body), &change);
        if (strcmp(errors(), row->errors) != 0) fail_msg("%s: %s", body, errors());
        assert_int_equal(e, row->errors[0] ? ERR_INVALID : OK);
        if (e == OK) assert_int_equal(__builtin_popcountll(change->present), 1);
    }
}

static void lengths_count_characters(void **state)
{
    (void)state;
    for (size_t count = 199; count <= 201; count++) {
        struct buf body = buf_new(arena, 4096);
        BUF_LITERAL(&body, "{\"title\":\"");
        for (size_t i = 0; i < count; i++) BUF_LITERAL(&body, "\xC3\xA9");
        BUF_LITERAL(&body, "\"}");
        struct change *change;
        problem = (struct problem){0};
        err e = decode_change(arena, buf_str(&body), descriptor_of(ENTITY_event), DECODE_PATCH, &problem, &change);
        assert_int_equal(e, count <= 200 ? OK : ERR_INVALID);
        if (e) assert_string_equal(errors(), "/title too_long");
    }
}

static void names_lose_their_outer_white_space(void **state)
{
    (void)state;
    struct change *change;
    str body = STR("{\"title\":\" \\u00a0Two words\\u3000 \",\"description\":\" kept \"}");
    assert_int_equal(decode(descriptor_of(ENTITY_event), DECODE_PATCH, body, &change), OK);
    const struct event *event = change->values;
    assert_true(str_is(event->title, "Two words"));
    assert_true(str_is(event->description, " kept "));
}

static void modes_differ_in_the_required_fields(void **state)
{
    (void)state;
    struct change *change;
    assert_int_equal(decode(descriptor_of(ENTITY_user), DECODE_PATCH, STR("{}"), &change), OK);
    assert_int_equal(change->present, 0);
    assert_false(change->whole);
    assert_int_equal(decode(descriptor_of(ENTITY_user), DECODE_CREATE, STR("{}"), &change), ERR_INVALID);
    assert_string_equal(errors(), "/email required, /password required, /name required");
    assert_int_equal(decode(descriptor_of(ENTITY_user), DECODE_REPLACE, STR("{}"), &change), ERR_INVALID);
    assert_string_equal(errors(), "/email required, /name required");
    str body = STR("{\"email\":\"A@B.C\",\"name\":\"Anna\"}");
    assert_int_equal(decode(descriptor_of(ENTITY_user), DECODE_REPLACE, body, &change), OK);
    assert_true(change->whole);
}

static void values_arrive_in_the_struct(void **state)
{
    (void)state;
    struct change *change;
    str body = STR("{\"title\":\"Caf\\u00e9\",\"capacity\":7,\"startDate\":\"1970-01-01T00:00:01Z\","
                   "\"endDate\":\"1970-01-01T01:00:02+01:00\",\"venueId\":3,\"price\":0.29}");
    assert_int_equal(decode(descriptor_of(ENTITY_event), DECODE_CREATE, body, &change), OK);
    const struct event *event = change->values;
    assert_true(str_is(event->title, "Caf\xC3\xA9"));
    assert_null(event->description.p);
    assert_int_equal(event->capacity, 7);
    assert_int_equal(event->start_date, 1000);
    assert_int_equal(event->end_date, 2000);
    assert_int_equal(event->venue_id, 3);
    assert_int_equal(event->price, 29);
    assert_int_equal(event->status, EVENT_PUBLISHED);
    assert_true(change_has(change, field_find(change->descriptor, STR("price"))));
    assert_false(change_has(change, field_find(change->descriptor, STR("status"))));
}

static void missing_fields_get_their_defaults(void **state)
{
    (void)state;
    struct change *change;
    str body = STR("{\"eventId\":1,\"quantity\":2}");
    assert_int_equal(decode(&descriptor_booking_request, DECODE_CREATE, body, &change), OK);
    const struct booking_request *request = change->values;
    assert_int_equal(request->payment_method, METHOD_SANDBOX);
    assert_int_equal(request->schedule_id, 0);
    body = STR("{\"email\":\"ANNA@Example.ORG\",\"password\":\"Secret-123\",\"name\":\"A\"}");
    assert_int_equal(decode(&descriptor_register_request, DECODE_CREATE, body, &change), OK);
    const struct register_request *person = change->values;
    assert_true(str_is(person->email, "anna@example.org"));
    assert_true(str_is(person->password, "Secret-123"));
}

static void every_cent_survives_as_number(void **state)
{
    (void)state;
    for (int cents = 0; cents <= 9999999; cents += 37) {
        char body[64];
        snprintf(body, sizeof(body), "{\"price\":%d.%02d}", cents / 100, cents % 100);
        struct change *change;
        assert_int_equal(decode(descriptor_of(ENTITY_event), DECODE_PATCH, str_of(body), &change), OK);
        assert_int_equal(((const struct event *)change->values)->price, cents);
    }
}

static void errors_beyond_the_list_are_dropped(void **state)
{
    (void)state;
    struct buf body = buf_new(arena, 4096);
    for (int i = 0; i < FIELD_ERRORS_MAX + 5; i++) buf_printf(&body, "%s\"x%d\":1", i ? "," : "{", i);
    BUF_LITERAL(&body, "}");
    struct change *change;
    assert_int_equal(decode_change(arena, buf_str(&body), &descriptor_reply_request, DECODE_PATCH, &problem, &change),
                     ERR_INVALID);
    assert_int_equal(problem.count, FIELD_ERRORS_MAX);
}

static void query_texts_become_values(void **state)
{
    (void)state;
    static const struct {
        enum entity_id entity;
        const char *field, *text;
        err expected;
        int64_t number;
        const char *kept;
    } rows[] = {
        {ENTITY_event, "capacity", "5", OK, 5, NULL},
        {ENTITY_event, "capacity", "99999999", OK, 99999999, NULL},
        {ENTITY_event, "capacity", "5.0", OK, 5, NULL},
        {ENTITY_event, "capacity", "5.", ERR_INVALID, 0, NULL},
        {ENTITY_event, "capacity", "5.5", ERR_INVALID, 0, NULL},
        {ENTITY_event, "capacity", "", ERR_INVALID, 0, NULL},
        {ENTITY_event, "id", "7", OK, 7, NULL},
        {ENTITY_event, "venueId", "x", ERR_INVALID, 0, NULL},
        {ENTITY_event, "price", "12.5", OK, 1250, NULL},
        {ENTITY_event, "price", "12.505", ERR_INVALID, 0, NULL},
        {ENTITY_event, "startDate", "1970-01-01T00:00:01Z", OK, 1000, NULL},
        {ENTITY_event, "startDate", "1970-01-01", ERR_INVALID, 0, NULL},
        {ENTITY_event, "status", "cancelled", OK, EVENT_CANCELLED, NULL},
        {ENTITY_event, "status", "gone", ERR_INVALID, 0, NULL},
        {ENTITY_event, "title", "any \x01 text", OK, 0, "any \x01 text"},
        {ENTITY_event, "title", "", OK, 0, ""},
        {ENTITY_event, "title", "\xFF", ERR_INVALID, 0, NULL},
        {ENTITY_user, "email", "Anna@X", OK, 0, "anna@x"},
        {ENTITY_user, "isAdmin", "true", OK, 1, NULL},
        {ENTITY_user, "isAdmin", "1", OK, 1, NULL},
        {ENTITY_user, "isAdmin", "false", OK, 0, NULL},
        {ENTITY_user, "isAdmin", "0", OK, 0, NULL},
        {ENTITY_user, "isAdmin", "yes", ERR_INVALID, 0, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t number = -1;
        str text = STR("untouched");
        const struct field *field = field_find(descriptor_of(rows[i].entity), str_of(rows[i].field));
        err e = decode_text(arena, field, str_of(rows[i].text), &number, &text);
        if (e != rows[i].expected) fail_msg("%s=%s", rows[i].field, rows[i].text);
        assert_int_equal(number, e ? -1 : rows[i].number);
        if (e) assert_true(str_is(text, "untouched"));
        if (!e) assert_int_equal(text.p == NULL, rows[i].kept == NULL);
        if (!e && rows[i].kept) assert_true(str_is(text, rows[i].kept));
    }
    int64_t number;
    str text;
    const struct field *title = field_find(descriptor_of(ENTITY_event), STR("title"));
    assert_int_equal(decode_text(arena, title, STR("a\0b"), &number, &text), ERR_INVALID);
    assert_int_equal(decode_text(arena, title, STR_NONE, &number, &text), ERR_INVALID);
}

static void every_default_is_a_value_of_its_type(void **state)
{
    (void)state;
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct descriptor *descriptor = descriptor_of(id);
        void *row = arena_alloc(arena, descriptor->size);
        memset(row, 0xAB, descriptor->size);
        for (size_t i = 0; i < descriptor->count; i++) {
            const struct field *field = &descriptor->fields[i];
            field_set_default(field, row);
            if (field->default_text) continue;
            if (type_is_text(field->type)) assert_null(field_text(row, field)->p);
            if (!type_is_text(field->type)) assert_int_equal(*field_int(row, field), 0);
        }
    }
}

/* Cut and disturbed bodies must be refused or taken, never read past; the sanitizers watch. */
static void mutated_bodies_are_decoded_or_refused(void **state)
{
    (void)state;
    str whole =
        STR("{\"title\":\"Caf\\u00e9 \xE2\x82\xAC\",\"price\":19.1,\"startDate\":\"2026-12-01T18:30:00Z\",\"x\":[{}]}");
    uint32_t seed = 1;
    for (int round = 0; round < 4000; round++) {
        struct change *change;
        char copy[128];
        size_t n = 1 + (size_t)round % (whole.n - 1);
        memcpy(copy, whole.p, n);
        seed = seed * 1664525u + 1013904223u;
        copy[(seed >> 8) % n] = (char)(seed >> 24);
        err e = decode(descriptor_of(ENTITY_event), DECODE_PATCH, (str){copy, n}, &change);
        assert_true(e == OK || problem.count > 0);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unacceptable_json_is_malformed),
        TEST(depth_is_bounded),
        TEST(decoding_stops_at_what_no_body_has),
        TEST(unknown_members_are_reported_as_far_as_there_is_room),
        TEST(a_list_that_is_too_long_is_not_parsed),
        TEST(body_is_an_object),
        TEST(every_invalid_field_is_reported_at_once),
        TEST(values_are_validated_by_their_field),
        TEST(lengths_count_characters),
        TEST(names_lose_their_outer_white_space),
        TEST(modes_differ_in_the_required_fields),
        TEST(values_arrive_in_the_struct),
        TEST(missing_fields_get_their_defaults),
        TEST(every_cent_survives_as_number),
        TEST(errors_beyond_the_list_are_dropped),
        TEST(query_texts_become_values),
        TEST(every_default_is_a_value_of_its_type),
        TEST(mutated_bodies_are_decoded_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

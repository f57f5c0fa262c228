/* Lists under a reader's row policies: filters, sorts, cursors that neither skip nor repeat, totals, full text. */
#include "store_fixture.h"

#include "base/check.h"
#include "base/log.h"

enum { VENUES = 60 };

static struct fixture *fixture;
static struct reader *reader;

static err make_venues(struct unit *unit, void *context)
{
    (void)context;
    static const char *const names[] = {"Caf\u00e9 Z\u00fcrich", "Jazz club", "Town hall", "Jazzkeller",
                                        "100% Rock_bar"};
    for (int i = 0; i < VENUES; i++) {
        struct venue *venue = unit_new(unit, ENTITY_venue);
        venue->name = str_of(names[i % 5]);
        venue->address = arena_printf(unit->arena, "%d Main Street", i);
        venue->capacity = 10 + i % 7;
        venue->facilities = i % 3 ? STR("bar") : STR_NONE;
    }
    return OK;
}

static struct page list(const struct query *query)
{
    struct actor anonymous = {.role = ROLE_ANONYMOUS};
    struct page page;
    assert_int_equal(reader_begin(reader, &anonymous), OK);
    assert_int_equal(reader_list(reader, query, fixture->arena, &page), OK);
    reader_end(reader);
    return page;
}

static struct query all(void)
{
    return (struct query){.entity = entity_of(ENTITY_venue), .limit = LIST_MAX, .total = true};
}

static void filters_compare(void **state)
{
    (void)state;
    static const struct {
        enum comparison comparison;
        int64_t value, count;
    } cases[] = {{COMPARE_EQUAL, 10, 9},   {COMPARE_NOT_EQUAL, 10, 51}, {COMPARE_AT_LEAST, 16, 8},
                 {COMPARE_AT_MOST, 10, 9}, {COMPARE_ABOVE, 15, 8},      {COMPARE_BELOW, 11, 9}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct query query = all();
        struct value value = {.number = cases[i].value};
        query_filter(&query, FIELD_OF(venue, capacity), cases[i].comparison, &value, 1);
        struct page page = list(&query);
        assert_int_equal(page.count, cases[i].count);
        assert_int_equal(page.total, cases[i].count);
    }
}

static void several_values_mean_any_or_none(void **state)
{
    (void)state;
    struct value values[] = {{.number = 1}, {.number = 2}, {.number = 2}, {.number = 1000}};
    struct query query = all();
    query_filter(&query, FIELD_OF(venue, id), COMPARE_EQUAL, values, COUNT_OF(values));
    assert_int_equal(list(&query).count, 2);
    query = all();
    query_filter(&query, FIELD_OF(venue, id), COMPARE_NOT_EQUAL, values, COUNT_OF(values));
    assert_int_equal(list(&query).count, VENUES - 2);
}

static void like_treats_its_text_literally(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t count;
    } cases[] = {{"jazz", 24}, {"JAZZ", 24}, {"0% r", 12}, {"k_b", 12}, {"k%b", 0}, {"\\", 0}, {"", VENUES}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct query query = all();
        struct value value = {.text = str_of(cases[i].text)};
        query_filter(&query, FIELD_OF(venue, name), COMPARE_LIKE, &value, 1);
        assert_int_equal(list(&query).count, cases[i].count);
    }
}

static void words_are_found_ranked_and_escaped(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        int64_t count;
    } cases[] = {{"jazz", 24},          {"JAZZ club", 12},      {"zurich", 12},     {"caf\u00e9", 12},
                 {"jazz street", 24},   {"nothing", 0},         {"\"", 0},          {"jazz OR hall", 0},
                 {"name:jazz", 0},      {"NEAR(jazz club)", 0}, {"jazz* -- '", 24}, {"a\" OR \"b", 0},
                 {"59 main street", 1}, {"keller jazz", 0}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct query query = all();
        query.search = str_of(cases[i].words);
        struct page page = list(&query);
        if (page.count != (size_t)cases[i].count) fail_msg("%s: %zu", cases[i].words, page.count);
        assert_int_equal(page.total, cases[i].count);
    }
}

/* Walks through all venues. */
static void walk(struct query *query, int64_t limit)
{
    bool seen[VENUES + 1] = {0};
    size_t count = 0;
    struct page page;
    query->limit = limit;
    do {
        page = list(query);
        for (size_t i = 0; i < page.count; i++) {
            assert_false(seen[page.rows[i]->id]);
            seen[page.rows[i]->id] = true;
        }
        count += page.count;
        if (page.count == 0) break;
        query->after = true;
        query->position = page.last;
    } while (page.count == (size_t)limit);
    assert_int_equal(count, VENUES);
}

/* All pairs of fields, with and without values, in all directions. */
static void a_cursor_walk_sees_each_row_once(void **state)
{
    (void)state;
    const struct field *fields[] = {FIELD_OF(venue, capacity), FIELD_OF(venue, name),       FIELD_OF(venue, facilities),
                                    FIELD_OF(venue, address),  FIELD_OF(venue, deleted_at), FIELD_OF(venue, id)};
    const size_t count = COUNT_OF(fields);
    for (size_t n = 0; n < 4 * count * count; n++) {
        struct query query = {.entity = entity_of(ENTITY_venue), .sort_count = 2};
        query.sorts[0] = (struct sort){NULL, fields[n / 4 % count], n % 2};
        query.sorts[1] = (struct sort){NULL, fields[n / 4 / count], n / 2 % 2};
        walk(&query, n % 2 ? 7 : 3);
    }
}

static void no_value_is_the_smallest_value(void **state)
{
    (void)state;
    for (int descending = 0; descending < 2; descending++) {
        struct query query = all();
        query.sorts[query.sort_count++] = (struct sort){NULL, FIELD_OF(venue, facilities), descending};
        struct page page = list(&query);
        for (size_t i = 1; i < page.count; i++) {
            bool before = ROW(venue, page.rows[i - 1])->facilities.p, here = ROW(venue, page.rows[i])->facilities.p;
            assert_true(descending ? before || !here : !before || here);
        }
    }
}

static void filters_know_rows_without_a_value(void **state)
{
    (void)state;
    static const struct {
        enum comparison comparison;
        bool none;
        const char *value;
        int64_t count;
    } cases[] = {
        {COMPARE_EQUAL, true, NULL, 20},       {COMPARE_NOT_EQUAL, true, NULL, 40},
        {COMPARE_EQUAL, true, "bar", 60},      {COMPARE_NOT_EQUAL, true, "bar", 0},
        {COMPARE_NOT_EQUAL, false, "bar", 20}, {COMPARE_NOT_EQUAL, false, "x", 60},
        {COMPARE_EQUAL, false, "bar", 40},     {COMPARE_EQUAL, false, NULL, 0},
        {COMPARE_NOT_EQUAL, false, NULL, 60},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct query query = all();
        struct value value = {.text = str_of(cases[i].value)};
        query_filter(&query, FIELD_OF(venue, facilities), cases[i].comparison, &value, cases[i].value ? 1 : 0);
        query.filters[0].none = cases[i].none;
        if (list(&query).count != (size_t)cases[i].count) fail_msg("case %zu", i);
    }
}

static void pages_are_limited(void **state)
{
    (void)state;
    struct query query = all();
    query.limit = 10;
    query.offset = 55;
    struct page page = list(&query);
    assert_int_equal(page.count, 5);
    assert_int_equal(page.total, VENUES);
    query.offset = 1000;
    assert_int_equal(list(&query).count, 0);
}

static int set_up(void **state)
{
    (void)state;
    fixture = fixture_open("aegis");
    if (fixture_run(fixture, &fixture->system, make_venues, NULL)) return 1;
    return reader_open(fixture->store, &reader) != OK;
}

static int tear_down(void **state)
{
    (void)state;
    reader_close(reader);
    fixture_close(fixture);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_compare),
        cmocka_unit_test(several_values_mean_any_or_none),
        cmocka_unit_test(like_treats_its_text_literally),
        cmocka_unit_test(words_are_found_ranked_and_escaped),
        cmocka_unit_test(a_cursor_walk_sees_each_row_once),
        cmocka_unit_test(no_value_is_the_smallest_value),
        cmocka_unit_test(filters_know_rows_without_a_value),
        cmocka_unit_test(pages_are_limited),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

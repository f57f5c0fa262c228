/* Unit tests of api/list, api/cursor and api/parameters: every dialect of the query string, and every way to get it
 * wrong. */
#include "unit.h"

#include <sodium.h>

#include "api/resources/cursor.h"
#include "api/resources/list.h"

static struct arena *arena;
static struct problem problem;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    problem = (struct problem){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static err parse_as(enum entity_id entity, enum role role, const char *text, struct list **ret_list)
{
    struct list_rules rules = {
        .entity = entity_of(entity), .role = role, .parts = LIST_PAGES | LIST_FILTERS | LIST_SHOWS};
    problem = (struct problem){0};
    return list_parse(arena, str_of(text), &rules, &problem, ret_list);
}

static struct list *parsed(const char *text)
{
    struct list *list;
    assert_int_equal(parse_as(ENTITY_event, ROLE_ANONYMOUS, text, &list), OK);
    return list;
}

static bool has_error(const char *pointer, const char *code)
{
    for (size_t i = 0; i < problem.count; i++) {
        if (str_is(problem.errors[i].pointer, pointer) && str_is(str_of(problem.errors[i].code), code)) return true;
    }
    return false;
}

static void assert_refused(const char *text, const char *pointer, const char *code)
{
    struct list *list;
    assert_int_equal(parse_as(ENTITY_event, ROLE_ANONYMOUS, text, &list), ERR_INVALID);
    assert_int_equal(problem.count, 1);
    assert_true(has_error(pointer, code));
}

/* --- paging ------------------------------------------------------------------------------------------------------- */

static void four_dialects_of_paging(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t offset, limit;
        enum paging paging;
    } rows[] = {
        {NULL, 0, 25, PAGING_NONE},
        {"", 0, 25, PAGING_NONE},
        {"perPage=7", 0, 7, PAGING_NONE},
        {"_start=10&_end=30", 10, 20, PAGING_OFFSETS},
        {"_start=10", 10, 25, PAGING_OFFSETS},
        {"_end=10", 0, 10, PAGING_OFFSETS},
        {"_start=5&_end=5", 5, 0, PAGING_OFFSETS},
        {"_start=0&_end=200", 0, 200, PAGING_OFFSETS},
        {"page=3", 50, 25, PAGING_PAGES},
        {"page=3&perPage=200", 400, 200, PAGING_PAGES},
        {"range=%5B0%2C9%5D", 0, 10, PAGING_RANGE},
        {"range=[10,10]", 10, 1, PAGING_RANGE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct list *list = parsed(rows[i].text);
        assert_int_equal(list->query.offset, rows[i].offset);
        assert_int_equal(list->query.limit, rows[i].limit);
        assert_int_equal(list->paging, rows[i].paging);
        assert_true(list->query.total);
    }
}

static void invalid_pages_are_refused(void **state)
{
    (void)state;
    assert_refused("perPage=201", "/perPage", "too_large");
    assert_refused("perPage=0", "/perPage", "too_small");
    assert_refused("page=0", "/page", "too_small");
    assert_refused("page=x", "/page", "type");
    assert_refused("page=99999999999", "/page", "too_large");
    assert_refused("_start=0&_end=201", "/_end", "too_large");
    assert_refused("_start=5&_end=4", "/_end", "order");
    assert_refused("_start=-1", "/_start", "too_small");
    assert_refused("range=[9,0]", "/range", "format");
    assert_refused("range=[0]", "/range", "format");
    assert_refused("range=x", "/range", "format");
    assert_refused("range=[0,999]", "/range", "too_large");
    assert_refused("page=1&_start=0", "/_start", "conflict");
    assert_refused("_start=0&perPage=5", "/perPage", "conflict");
    assert_refused("page=1&page=2", "/page", "repeated");
    assert_refused("after=nonsense", "/after", "format");
}

/* --- filters and sorting ------------------------------------------------------------------------------------------ */

static void filters_with_every_suffix(void **state)
{
    (void)state;
    struct list *list =
        parsed("title=A&price_gte=9.50&price_lte=20&capacity_gt=1&capacity_lt=9&title_like=x&status_ne=draft");
    static const struct {
        const char *field;
        enum comparison comparison;
    } expected[] = {
        {"title", COMPARE_EQUAL},      {"price", COMPARE_AT_LEAST}, {"price", COMPARE_AT_MOST},
        {"capacity", COMPARE_ABOVE},   {"capacity", COMPARE_BELOW}, {"title", COMPARE_LIKE},
        {"status", COMPARE_NOT_EQUAL},
    };
    assert_int_equal(list->query.filter_count, COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_string_equal(list->query.filters[i].field->name, expected[i].field);
        assert_int_equal(list->query.filters[i].comparison, expected[i].comparison);
    }
    assert_int_equal(list->query.filters[1].values[0].number, 950);
    assert_int_equal(list->query.filters[2].values[0].number, 2000);
    assert_int_equal(list->query.filters[6].values[0].number, EVENT_DRAFT);
}

static void a_repeated_filter_means_any_of(void **state)
{
    (void)state;
    struct list *list = parsed("id=1&id=2&id=3&status=draft");
    assert_int_equal(list->query.filter_count, 2);
    assert_int_equal(list->query.filters[0].count, 3);
    for (int64_t i = 0; i < 3; i++) assert_int_equal(list->query.filters[0].values[i].number, i + 1);
}

static void filters_as_json(void **state)
{
    (void)state;
    struct list *list = parsed("filter={\"id\":[1,2],\"q\":\"jazz%20night\",\"price_gte\":9.5,\"title\":\"x\"}"
                               "&sort=[\"title\",\"DESC\"]");
    assert_int_equal(list->query.filter_count, 3);
    assert_int_equal(list->query.filters[0].count, 2);
    assert_int_equal(list->query.filters[1].values[0].number, 950);
    assert_str(list->query.search, "jazz night");
    assert_int_equal(list->query.sort_count, 1);
    assert_true(list->query.sorts[0].descending);
    list = parsed("filter={}");
    assert_int_equal(list->query.filter_count, 0);
}

/* Of the only filter of a query: whether "no value" is one of its values, and how many others there are. */
static void assert_values(const char *text, bool none, size_t count)
{
    struct list *list;
    assert_int_equal(parse_as(ENTITY_booking, ROLE_ADMIN, text, &list), OK);
    assert_int_equal(list->query.filter_count, 1);
    assert_int_equal(list->query.filters[0].none, none);
    assert_int_equal(list->query.filters[0].count, count);
}

static void no_value_can_be_requested(void **state)
{
    (void)state;
    assert_values("checkedInAt=null", true, 0);
    assert_values("checkedInAt=", true, 0);
    assert_values("checkedInAt", true, 0);
    assert_values("checkedInAt_ne=null", true, 0);
    assert_values("scheduleId=1&scheduleId=null&scheduleId=2", true, 2);
    assert_values("filter={\"checkedInAt\":null}", true, 0);
    assert_values("filter={\"scheduleId_ne\":[null,1]}", true, 1);
    assert_values("id=", true, 0); /* no row lacks its id */
    assert_values("filter={\"id\":[]}", false, 0);
    assert_values("filter={\"status_ne\":[]}", false, 0);
    assert_true(parsed("description=null")->query.filters[0].none);
    assert_str(parsed("filter={\"description\":\"null\"}")->query.filters[0].values[0].text, "null");
    assert_str(parsed("title=null")->query.filters[0].values[0].text, "null");
    assert_str(parsed("description_gte=null")->query.filters[0].values[0].text, "null");
    assert_str(parsed("description=")->query.filters[0].values[0].text, "");
}

static void a_page_has_all_requested_ids(void **state)
{
    (void)state;
    char text[512];
    size_t n = 0;
    for (int i = 0; i < 40; i++) n += (size_t)snprintf(text + n, sizeof(text) - n, "id=%d&", i + 1);
    assert_int_equal(parsed(text)->query.limit, 40);
    snprintf(text + n, sizeof(text) - n, "perPage=10");
    assert_int_equal(parsed(text)->query.limit, 10);
    assert_int_equal(parsed("id=1&id=2")->query.limit, LIST_DEFAULT);
}

static void sorting(void **state)
{
    (void)state;
    struct list *list = parsed("_order=DESC,asc&_sort=price,title");
    assert_int_equal(list->query.sort_count, 2);
    assert_string_equal(list->query.sorts[0].field->name, "price");
    assert_true(list->query.sorts[0].descending);
    assert_false(list->query.sorts[1].descending);
    assert_false(parsed("_sort=price")->query.sorts[0].descending);
}

static void invalid_filters_are_refused(void **state)
{
    (void)state;
    assert_refused("nothing=1", "/nothing", "unknown");
    assert_refused("a%2Fb~c=1", "/a~1b~0c", "unknown");
    assert_refused("title_=1", "/title_", "unknown");
    assert_refused("price=abc", "/price", "type");
    assert_refused("price_gte=1.999", "/price_gte", "type");
    assert_refused("status=gone", "/status", "type");
    assert_refused("status_gte=draft", "/status_gte", "type");
    assert_refused("capacity_like=1", "/capacity_like", "type");
    assert_refused("startDate_gte=tomorrow", "/startDate_gte", "type");
    assert_refused("filter=[]", "/filter", "format");
    assert_refused("filter={", "/filter", "format");
    assert_refused("filter={\"id\":1,\"id\":2}", "/filter", "format");
    assert_refused("filter={\"nothing\":1}", "/filter/nothing", "unknown");
    assert_refused("filter={\"id\":{}}", "/filter/id", "type");
    assert_refused("filter={\"price_gte\":[]}", "/filter/price_gte", "required");
    assert_refused("filter={\"title\":null}", "/filter/title", "type"); /* always has a value */
    assert_refused("filter={\"startDate_gte\":null}", "/filter/startDate_gte", "type");
    assert_refused("capacity=", "/capacity", "type");
    assert_refused("capacity=null", "/capacity", "type");
    assert_refused("_sort=nothing", "/_sort", "unknown");
    assert_refused("_sort=price&_order=up", "/_order", "enum");
    assert_refused("sort=[\"title\"]", "/sort", "format");
    assert_refused("sort=[\"title\",\"UP\"]", "/sort", "enum");
    assert_refused("_sort=id,title,price,capacity,status", "/_sort", "too_many");
}

static void fields_of_related_rows(void **state)
{
    (void)state;
    struct list *list;
    assert_int_equal(
        parse_as(ENTITY_booking, ROLE_ORGANIZER,
                 "user.name_like=ann&event.title=A&event.title=B&payment.status_ne=paid&_sort=user.name,id", &list),
        OK);
    assert_int_equal(list->query.filter_count, 3);
    assert_int_equal(list->query.filters[0].relation->entity->id, ENTITY_user);
    assert_int_equal(list->query.filters[1].count, 2);
    assert_true(list->query.filters[2].relation->children);
    assert_string_equal(list->query.sorts[0].field->name, "name");
    assert_null(list->query.sorts[1].relation);
    assert_int_equal(parsed("filter={\"eventCategories.name\":[\"A\",\"B\"]}")->query.filters[0].count, 2);
    assert_refused("_sort=eventCategories.name", "/_sort", "type");
    assert_refused("_sort=venue.capacity", "/_sort", "type");
    assert_refused("venue.nothing=1", "/venue.nothing", "unknown");
    assert_refused("venue.=1", "/venue.", "unknown");
    assert_refused("bookings.quantity=1", "/bookings.quantity", "unknown"); /* anonymous sees no bookings */
    assert_int_equal(parse_as(ENTITY_booking, ROLE_ORGANIZER, "user.email=a&_sort=user.email", &list), ERR_INVALID);
    assert_true(has_error("/user.email", "masked") && has_error("/_sort", "masked"));
    assert_int_equal(parse_as(ENTITY_booking, ROLE_ADMIN, "user.password_like=a", &list), ERR_INVALID);
    assert_true(has_error("/user.password_like", "unknown"));
}

static void every_error_at_once(void **state)
{
    (void)state;
    struct list *list;
    assert_int_equal(parse_as(ENTITY_event, ROLE_ANONYMOUS, "x=1&price=y&perPage=0&_sort=z", &list), ERR_INVALID);
    assert_int_equal(problem.count, 4);
    assert_true(has_error("/x", "unknown") && has_error("/price", "type"));
    assert_true(has_error("/perPage", "too_small") && has_error("/_sort", "unknown"));
}

static void the_number_of_values_is_limited(void **state)
{
    (void)state;
    char text[4096];
    size_t n = 0;
    struct list *list;
    for (int i = 0; i < VALUES_MAX; i++) n += (size_t)snprintf(text + n, sizeof(text) - n, "id=%d&", i + 1);
    assert_int_equal(parsed(text)->query.filters[0].count, VALUES_MAX);
    snprintf(text + n, sizeof(text) - n, "id=201");
    assert_int_equal(parse_as(ENTITY_event, ROLE_ANONYMOUS, text, &list), ERR_INVALID);
    assert_true(has_error("/id", "too_many"));
    n = 0;
    for (int i = 0; i <= PARAMETERS_MAX; i++) n += (size_t)snprintf(text + n, sizeof(text) - n, "a=1&");
    assert_int_equal(parse_as(ENTITY_event, ROLE_ANONYMOUS, text, &list), ERR_BAD_REQUEST);
}

static void malformed_text_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"title=%", "title=%4", "title=%zz", "title=%00", "title=%ff", "%c3=1"};
    struct list *list;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_int_equal(parse_as(ENTITY_event, ROLE_ANONYMOUS, texts[i], &list), ERR_BAD_REQUEST);
    }
    assert_str(parsed("title=a+b%2Bc%C3%A9")->query.filters[0].values[0].text, "a b+c\xC3\xA9");
}

/* --- who may use which field -------------------------------------------------------------------------------------- */

static void hidden_fields_do_not_exist(void **state)
{
    (void)state;
    struct list *list;
    assert_int_equal(parse_as(ENTITY_user, ROLE_ADMIN, "password_like=a&fields=password&_sort=password", &list),
                     ERR_INVALID);
    assert_int_equal(problem.count, 3);
    assert_true(has_error("/password_like", "unknown") && has_error("/fields", "unknown"));
}

static void masked_fields_cannot_be_used(void **state)
{
    (void)state;
    struct list *list;
    assert_int_equal(parse_as(ENTITY_user, ROLE_SUPPORT, "email_like=a&_sort=email", &list), ERR_INVALID);
    assert_true(has_error("/email_like", "masked") && has_error("/_sort", "masked"));
    assert_int_equal(parse_as(ENTITY_user, ROLE_SUPPORT, "name_like=a", &list), OK);
    assert_int_equal(parse_as(ENTITY_user, ROLE_ORGANIZER, "name_like=a&_sort=name", &list), OK);
    assert_int_equal(parse_as(ENTITY_user, ROLE_ORGANIZER, "email_like=a", &list), ERR_INVALID);
    assert_int_equal(parse_as(ENTITY_user, ROLE_ADMIN, "email_like=a&_sort=email", &list), OK);
    /* All that a customer sees is their own, in clear. */
    assert_int_equal(parse_as(ENTITY_user, ROLE_CUSTOMER, "email_like=a&_sort=email", &list), OK);
}

/* --- schedule ------------------------------------------------------------------------------------------------------
 */

static void fields_and_embeds(void **state)
{
    (void)state;
    struct list *list = parsed("fields=title,price&_embed=venue,schedules,eventCategories");
    assert_int_equal(__builtin_popcountll(list->fields), 3); /* the id comes along */
    assert_int_equal(list->embed_count, 3);
    assert_true(list->embeds[0].single && !list->embeds[0].children);
    assert_true(!list->embeds[1].single && list->embeds[1].children);
    assert_int_equal(list->embeds[2].entity->id, ENTITY_event_category);
    list = parsed("fields=&_embed=&_sort=&_order="); /* as good as absent */
    assert_true(list->fields == 0 && list->embed_count == 0 && list->query.sort_count == 0);
    assert_int_equal(parsed("_embed=,venue,")->embed_count, 1);
    assert_refused("_embed=venue,schedules,venue", "/_embed", "repeated");
    assert_refused("_embed=nothing", "/_embed", "unknown");
    assert_refused("_embed=bookings", "/_embed", "unknown"); /* anonymous sees no bookings */
    assert_int_equal(parse_as(ENTITY_booking, ROLE_CUSTOMER, "_embed=payment,user,event", &list), OK);
    assert_true(list->embeds[0].single && list->embeds[0].children);
}

/* --- cursors and links -------------------------------------------------------------------------------------------- */

/* The cursor after a row that is the last of a page. */
static str cursor_at(const struct query *query, struct row *row)
{
    struct page page = {.rows = &row, .count = 1, .total = 1, .last.id = row->id};
    for (size_t i = 0; i < query->sort_count; i++) page.last.values[i] = sort_value(row, query->sorts[i].field);
    return cursor_of(arena, query, &page);
}

static void a_cursor_survives_encoding(void **state)
{
    (void)state;
    struct event event = {.id = 42, .title = STR("Caf\xC3\xA9. 3:Night"), .price = 1250, .description = STR("-")};
    static const char *const sorts[] = {
        "",         "_sort=title",     "_sort=price&_order=desc",
        "_sort=id", "q=x&_sort=title", "_sort=title,price,description,imageUrl&_order=asc,desc,asc,desc"};
    event.entity = entity_of(ENTITY_event);
    for (size_t i = 0; i < COUNT_OF(sorts); i++) {
        struct query *query = &parsed(sorts[i])->query;
        str cursor = cursor_at(query, &event.row);
        assert_non_null(cursor.p);
        assert_int_equal(cursor_read(arena, cursor, query), OK);
        assert_true(query->after && query->position.id == 42);
    }
    struct query *by_all = &parsed(sorts[5])->query, *by_price = &parsed("_sort=price")->query;
    str cursor = cursor_at(by_all, &event.row);
    assert_int_equal(cursor_read(arena, cursor, by_all), OK);
    assert_true(str_equal(by_all->position.values[0].text, event.title) && by_all->position.values[1].number == 1250);
    assert_str(by_all->position.values[2].text, "-");
    assert_null(by_all->position.values[3].text.p);                      /* no value */
    assert_int_equal(cursor_read(arena, cursor, by_price), ERR_INVALID); /* of another list */
    assert_false(by_price->after);
}

static void long_texts_are_sorted_by_their_beginning(void **state)
{
    (void)state;
    char text[4000];
    struct event event = {.id = 1, .title = STR("A"), .description = {text, sizeof(text)}};
    struct query *query = &parsed("_sort=description")->query;
    event.entity = entity_of(ENTITY_event);
    for (size_t i = 0; i < sizeof(text); i += 2) memcpy(text + i, "\xC3\xA9", 2);
    assert_int_equal(cursor_read(arena, cursor_at(query, &event.row), query), OK);
    assert_int_equal(query->position.values[0].text.n, 2 * SORT_TEXT_MAX);
}

static void invalid_cursors_are_refused(void **state)
{
    (void)state;
    assert_null(cursor_at(&parsed("q=jazz")->query, &(struct event){.id = 1}.row).p);
    static const char *const plain[] = {"",
                                        "x",
                                        "1a.",
                                        "1a.1.",
                                        "1a.0.1:a",
                                        "1a.1.-",
                                        "1a.1.2:a",
                                        "1a.1.1:a-",
                                        "1a.1.-1:a",
                                        "1a.1.:a",
                                        "1d.1.1:a",
                                        "2a.1.1:a",
                                        "1a,2a.1.1:a-",
                                        "1a.1.99:a",
                                        "1a.x.1:a",
                                        "1a.1.1:\xff",
                                        "1a.1.99999999999999999999:a"};
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        char cursor[100];
        sodium_bin2base64(cursor, sizeof(cursor), (const unsigned char *)plain[i], strlen(plain[i]),
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        if (cursor_read(arena, str_of(cursor), &parsed("_sort=title")->query) != ERR_INVALID) fail_msg("%s", plain[i]);
    }
    assert_int_equal(cursor_read(arena, STR("...."), &parsed("")->query), ERR_INVALID);
}

static bool links_have(const char *query, const struct page *page, const char *part)
{
    str links;
    assert_int_equal(list_links(arena, parsed(query), STR("/api/v1/events"), page, &links), OK);
    return strstr(arena_copy(arena, links).p, part) != NULL;
}

static void links_use_the_dialect_of_the_request(void **state)
{
    (void)state;
    struct event events[2] = {{.id = 1}, {.id = 2}};
    struct row *rows[2] = {&events[0].row, &events[1].row};
    struct page page = {.rows = rows, .count = 2, .total = 57, .last.id = 2};
    events[0].entity = events[1].entity = entity_of(ENTITY_event);
    assert_true(
        links_have("page=2&perPage=2&q=a%20b", &page, "</api/v1/events?q=a%20b&page=1&perPage=2>; rel=\"first\""));
    assert_true(links_have("page=2&perPage=2", &page, "page=1&perPage=2>; rel=\"prev\""));
    assert_true(links_have("page=2&perPage=2", &page, "page=3&perPage=2>; rel=\"next\""));
    assert_true(links_have("page=2&perPage=2", &page, "page=29&perPage=2>; rel=\"last\""));
    assert_true(links_have("_start=4&_end=6", &page, "_start=6&_end=8>; rel=\"next\""));
    assert_true(links_have("range=[4,5]", &page, "range=%5B6,7%5D>; rel=\"next\""));
    assert_true(links_have("perPage=2", &page, "after="));
    assert_false(links_have("page=1&perPage=2", &page, "rel=\"prev\""));
    assert_false(links_have("page=29&perPage=2", &page, "rel=\"next\""));
    assert_str(list_range(arena, parsed("_start=4&_end=6"), &page), "events 4-5/57");
    assert_str(list_range(arena, parsed("_start=90&_end=95"), &(struct page){.total = 57}), "events */57");
}

/* A query string of `n` bytes. */
static const char *long_query(char *text, size_t n, const char *start)
{
    size_t used = (size_t)snprintf(text, n, "%s", start);
    memset(text + used, 'x', n - used);
    text[n] = '\0';
    return text;
}

static void links_fit_into_a_header(void **state)
{
    (void)state;
    char text[8000];
    str links;
    struct event event = {.id = 1, .title = STR("A")};
    struct row *row = &event.row;
    struct page page = {.rows = &row, .count = 1, .total = 57, .last.id = 1};
    event.entity = entity_of(ENTITY_event);
    for (size_t n = 100; n < sizeof(text) - 1; n += 100) {
        struct list *list = parsed(long_query(text, n, "_start=9&_end=10&q=a&title="));
        assert_int_equal(list_links(arena, list, STR("/api/v1/events"), &page, &links), OK);
        if (links.p) assert_true(links.n <= 3000 && strstr(arena_copy(arena, links).p, "rel=\"next\""));
        assert_true(links.p ? n < 2990 : n > 2800);
    }
    str cursor = cursor_at(&parsed("")->query, row);
    snprintf(text, sizeof(text), "perPage=1&after=%.*s&title=", STR_ARG(cursor));
    struct list *walk = parsed(long_query(arena_alloc(arena, 4001), 4000, text));
    assert_int_equal(list_links(arena, walk, STR("/api/v1/events"), &page, &links), ERR_INVALID);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(four_dialects_of_paging),
        CASE(invalid_pages_are_refused),
        CASE(filters_with_every_suffix),
        CASE(a_repeated_filter_means_any_of),
        CASE(filters_as_json),
        CASE(no_value_can_be_requested),
        CASE(a_page_has_all_requested_ids),
        CASE(sorting),
        CASE(invalid_filters_are_refused),
        CASE(fields_of_related_rows),
        CASE(every_error_at_once),
        CASE(the_number_of_values_is_limited),
        CASE(malformed_text_is_refused),
        CASE(hidden_fields_do_not_exist),
        CASE(masked_fields_cannot_be_used),
        CASE(fields_and_embeds),
        CASE(a_cursor_survives_encoding),
        CASE(long_texts_are_sorted_by_their_beginning),
        CASE(invalid_cursors_are_refused),
        CASE(links_fit_into_a_header),
        CASE(links_use_the_dialect_of_the_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

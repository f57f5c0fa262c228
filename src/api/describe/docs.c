/* The documentation of the API for people, /api/docs: how to use it, and tables derived from the routes, the
 * descriptors, the errors and the rate limits. */
#include "api/call.h"
#include "api/describe/html.h"
#include "api/describe/pages.h"
#include "api/resources/embed.h"
#include "base/check.h"
#include "base/html_escape.h"
#include "schema/visible.h"

/* --- how to use it ------------------------------------------------------------------------------------------------ */

static const char guide[] =
    "<p>JSON in and out. The same for programs: <a href=\"/api/openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>\n"
    "<nav aria-label=\"On this page\"><a href=\"#use\">How to use it</a><a href=\"#lists\">Lists</a>"
    "<a href=\"#requests\">Requests</a><a href=\"#bodies\">Bodies</a><a href=\"#problems\">Problems</a>"
    "<a href=\"#limits\">Limits</a></nav>\n"
    "<h2 id=\"use\">How to use it</h2>\n"
    "<p><strong>Sign in</strong> to get a token, and send it as <code>Authorization: Bearer</code>. Browsers also get "
    "a "
    "cookie.</p>\n"
    "<pre>curl -H 'Content-Type: application/json' \\\n"
    "     -d '{&quot;email&quot;:&quot;anna@example.org&quot;,&quot;password&quot;:&quot;correct horse battery "
    "staple&quot;}' \\\n"
    "     http://127.0.0.1:8080/api/v1/auth/login\n"
    "{\"token\":\"0f3c...\",\"user\":{\"id\":7,...}}\n\n"
    "curl -H 'Authorization: Bearer 0f3c...' http://127.0.0.1:8080/api/v1/me</pre>\n"
    "<p><strong>Enter your password again</strong> for what would let others take over an account: a new address, "
    "erasing it, rights of people. If it was entered in the session more than five minutes ago, the response is 403 "
    "<code>password_required</code>; send it to <code>/api/v1/auth/reauthenticate</code> "
    "(<code>{&quot;password&quot;:...}"
    "</code>), or with the change as <code>currentPassword</code>.</p>\n"
    "<p><strong>Book seats.</strong> With an <code>Idempotency-Key</code> of your choice, a request that is repeated, "
    "for "
    "example after a timeout, gets the first response again instead of booking twice. Every POST accepts one.</p>\n"
    "<pre>curl -H 'Authorization: Bearer 0f3c...' -H 'Content-Type: application/json' \\\n"
    "     -H 'Idempotency-Key: 6f1c2b1e-4d0a-4d53-9f6e-2f0f3e7d9a10' \\\n"
    "     -d '{\"eventId\":1,\"quantity\":2,\"paymentMethod\":\"sandbox\"}' \\\n"
    "     http://127.0.0.1:8080/api/v1/bookings\n"
    "{\"id\":12,\"status\":\"pending\",\"expiresAt\":\"...\",\"payment\":{\"id\":12,...},"
    "\"payUrl\":\"/api/v1/payments/12/pay\"}</pre>\n"
    "<p><strong>Change a row</strong> with the version that you read: the <code>ETag</code> of the response goes into "
    "<code>If-Match</code>. If another client changed it meanwhile, the response is 412. Bookings and payments require "
    "the header (428 without it).</p>\n"
    "<pre>curl -X PATCH -H 'Authorization: Bearer 0f3c...' -H 'Content-Type: application/json' \\\n"
    "     -H 'If-Match: \"3\"' -d '{\"title\":\"A night of jazz\"}' http://127.0.0.1:8080/api/v1/events/1</pre>\n"
    "<p><strong>Create many rows</strong> with a list of up to 200 of them, for example at "
    "<code>/api/v1/events/batch</code>: all are created or none, and the pointers of a problem begin with the index of "
    "the "
    "row.</p>\n"
    "<p>Money is a string with two decimals, a time is RFC 3339 in UTC with milliseconds.</p>\n";

static const char list_guide[] =
    "<h2 id=\"lists\">Lists</h2>\n"
    "<p>A list is an array of at most 25 rows, or of those from <code>_start</code> up to <code>_end</code>, at most "
    "200. "
    "<code>X-Total-Count</code> says how many there are in all, <code>Link</code> where the first, previous, next and "
    "last page is: following <code>rel=\"next\"</code> is the simplest way to read everything.</p>\n"
    "<p><strong>Filters:</strong> <code>field=value</code>, repeated for any of several values, and with the suffixes "
    "<code>_ne _gte _lte _gt _lt _like</code>. <code>q</code> finds words. <strong>Order:</strong> <code>_sort</code> "
    "and "
    "<code>_order</code>. <strong>Columns:</strong> <code>fields</code>. <strong>Related rows:</strong> "
    "<code>_embed</code>, with the names in the table. Several names are separated by commas.</p>\n"
    "<pre>curl 'http://127.0.0.1:8080/api/v1/events?price_lte=20&amp;_sort=startDate&amp;_order=asc&amp;"
    "_start=0&amp;_end=10&amp;_embed=venue,schedules'</pre>\n"
    "<p>Clients that page with <code>page</code> and <code>perPage</code>, or with <code>range</code>, "
    "<code>sort</code> "
    "and <code>filter</code> as JSON, work too.</p>\n";

/* --- tables ------------------------------------------------------------------------------------------------------- */

static void relations_row(struct table *table, const struct entity *entity)
{
    struct arena *arena = table->out->arena;
    struct embed embed;
    if (!entity_has_routes(entity) || !embed_at(arena, entity, ROLE_ADMIN, 0, &embed)) return;
    row_begin(table);
    cell_text(table, str_of(entity->resource));
    cell_begin(table);
    for (size_t i = 0; embed_at(arena, entity, ROLE_ADMIN, i, &embed); i++) {
        if (i > 0) BUF_LITERAL(table->out, ", ");
        html_escape(table->out, embed.name);
    }
    cell_end(table);
    row_end(table);
}

static void relations_add(struct buf *out)
{
    static const char *const columns[] = {"Resource", "Names for _embed"};
    struct table table = {.out = out};
    table_begin(&table, "Related rows, as far as your role may read them", columns, COUNT_OF(columns));
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) relations_row(&table, entity_of(id));
    table_end(&table);
}

static void link_add(struct buf *out, const char *title)
{
    buf_printf(out, "<a href=\"#%s\">%s</a>", title, title);
}

static void route_row(struct table *table, const struct route *route)
{
    row_begin(table);
    cell_begin(table);
    buf_add(table->out, method_name(route->method));
    BUF_LITERAL(table->out, " ");
    html_escape(table->out, str_of(route->path));
    cell_end(table);
    cell_text(table, str_of(route->doc));
    cell_begin(table);
    if (route_takes_list(route)) BUF_LITERAL(table->out, "array of ");
    if (route->takes.descriptor) link_add(table->out, route->takes.descriptor->title);
    cell_end(table);
    cell_text(table, roles_text(table->out->arena, route->roles, ", "));
    row_end(table);
}

static void requests_add(struct buf *out)
{
    static const char *const columns[] = {"Request", "What it does", "Body", "For"};
    size_t count;
    const struct route *routes = routes_table(&count);
    struct table table = {.out = out};
    table_begin(&table, NULL, columns, COUNT_OF(columns));
    for (size_t i = 0; i < count; i++) {
        if (!(routes[i].flags & UNLISTED)) route_row(&table, &routes[i]);
    }
    table_end(&table);
}

static void type_cell(struct table *table, const struct field *field)
{
    cell_begin(table);
    buf_add(table->out, str_of(type_row(field->type)->title));
    for (size_t i = 0; field->type == TYPE_ENUM && i < enum_table(field->of)->count; i++) {
        buf_add(table->out, i > 0 ? STR(", ") : STR(" "));
        html_escape(table->out, enum_text(field->of, (int64_t)i));
    }
    cell_end(table);
}

static const char *rule_of(const struct field *field)
{
    if (field->flags & READ_ONLY) return "read-only";
    if (field->flags & STAFF) return "admins only";
    return field->flags & REQUIRED ? "required" : "";
}

static void descriptor_add(struct buf *out, const struct descriptor *descriptor)
{
    static const char *const columns[] = {"Field", "Type", "Rule", "Meaning"};
    struct table table = {.out = out};
    buf_printf(out, "<h3 id=\"%s\">%s</h3>", descriptor->title, descriptor->title);
    table_begin(&table, descriptor->doc, columns, COUNT_OF(columns));
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        if (!field_is_accepted(field)) continue;
        row_begin(&table);
        cell_text(&table, str_of(field->name));
        type_cell(&table, field);
        cell_text(&table, str_of(rule_of(field)));
        cell_text(&table, str_of(field->doc));
        row_end(&table);
    }
    table_end(&table);
}

/* Each descriptor once: the fields of the resources, and the inputs. */
static void descriptors_add(struct buf *out)
{
    size_t count;
    const struct route *routes = routes_table(&count);
    const struct descriptor *seen[ROUTES_MAX];
    size_t seen_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool known = routes[i].takes.descriptor == NULL;
        for (size_t k = 0; k < seen_count && !known; k++) known = seen[k] == routes[i].takes.descriptor;
        if (known) continue;
        seen[seen_count++] = routes[i].takes.descriptor;
        descriptor_add(out, routes[i].takes.descriptor);
    }
}

static void problems_add(struct buf *out)
{
    static const char *const columns[] = {"Code", "Status", "Meaning"};
    struct table table = {.out = out};
    table_begin(&table, "Errors are application/problem+json; the type is /problems/ and the code", columns,
                COUNT_OF(columns));
    for (size_t e = OK + 1; e < ERR_COUNT; e++) {
        const struct err_row *row = err_row((err)e);
        row_begin(&table);
        cell_begin(&table);
        buf_printf(out, "<a href=\"/problems/%s\">%s</a>", row->code, row->code);
        cell_end(&table);
        cell_text(&table, arena_printf(out->arena, "%d", row->status));
        cell_text(&table, str_of(row->title));
        row_end(&table);
    }
    table_end(&table);
}

static void limits_add(struct buf *out)
{
    enum { CLASS, SECONDS, KEYS };
    static const char *const columns[KEYS + KEY_COUNT] = {
        [CLASS] = "Class",
        [SECONDS] = "Seconds",
        [KEYS + KEY_ADDRESS] = "By address",
        [KEYS + KEY_ACTOR] = "By person",
        [KEYS + KEY_STAFF] = "By member of the staff",
        [KEYS + KEY_EVENT] = "By event",
        [KEYS + KEY_GUESS] = "By account and address",
        [KEYS + KEY_ACCOUNT] = "By account",
        [KEYS + KEY_DEVICE] = "By known device or signed-in person",
    };
    struct table table = {.out = out};
    table_begin(&table, "Requests within that time; 0: not counted. RateLimit and Retry-After say what is left",
                columns, COUNT_OF(columns));
    for (size_t i = 0; i < RATE_COUNT; i++) {
        const struct rate *rate = rate_of((enum rate_class)i);
        row_begin(&table);
        cell_text(&table, str_of(rate->name));
        cell_text(&table, arena_printf(out->arena, "%lld", (long long)(rate->window_us / 1000000)));
        for (size_t key = 0; key < KEY_COUNT; key++)
            cell_text(&table, arena_printf(out->arena, "%lld", (long long)rate->quota[key]));
        row_end(&table);
    }
    table_end(&table);
}

str docs_make(struct arena *arena)
{
    struct buf out = buf_new(arena, PAGE_BYTES_MAX);
    html_begin(&out, STR("boxoffice: the API"));
    buf_add(&out, str_of(guide));
    buf_add(&out, str_of(list_guide));
    relations_add(&out);
    BUF_LITERAL(&out, "<h2 id=\"requests\">Requests</h2>");
    requests_add(&out);
    BUF_LITERAL(&out, "<h2 id=\"bodies\">Bodies</h2>");
    descriptors_add(&out);
    BUF_LITERAL(&out, "<h2 id=\"problems\">Problems</h2>");
    problems_add(&out);
    BUF_LITERAL(&out, "<h2 id=\"limits\">Limits</h2>");
    limits_add(&out);
    return html_end(&out);
}

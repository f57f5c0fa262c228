/* See pages.h. The pages use no scripts and load nothing from other hosts; the content security policy allows the one
 * style sheet, by its hash. */
#include "api/describe/pages.h"

#include <sodium.h>

#include "api/api.h"
#include "api/call.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "api/state.h"
#include "base/check.h"
#include "schema/visible.h"

enum { PAGE_BYTES_MAX = 4 << 20 };

/* The body of each response. */
struct pages {
    str policy;
    str home;
    str docs;
    str openapi;
};

static const char style[] =
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff}"
    "a{color:#0645ad}code,td:first-child{font-family:ui-monospace,monospace}"
    "table{border-collapse:collapse;width:100%;margin:0 0 2rem}caption{text-align:left;font-weight:bold;padding:.5rem "
    "0}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #767676}"
    ".wide{overflow-x:auto}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#111}a{color:#8ab4f8}}";

static str policy_make(struct arena *arena)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    crypto_hash_sha256(hash, (const unsigned char *)style, sizeof(style) - 1);
    sodium_bin2base64(text, sizeof(text), hash, sizeof(hash), sodium_base64_VARIANT_ORIGINAL);
    return arena_printf(arena,
                        "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; "
                        "frame-ancestors 'none'",
                        text);
}

/* Text as HTML. */
static void text_add(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        switch (text.p[i]) {
        case '&':
            BUF_LITERAL(out, "&amp;");
            break;
        case '<':
            BUF_LITERAL(out, "&lt;");
            break;
        case '>':
            BUF_LITERAL(out, "&gt;");
            break;
        case '"':
            BUF_LITERAL(out, "&quot;");
            break;
        default:
            buf_add_char(out, text.p[i]);
        }
    }
}

static void page_begin(struct buf *out, const char *title)
{
    buf_printf(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title>"
        "<meta name=\"viewport\" content=\"width=device-width\"><style>%s</style></head>\n<body><main><h1>%s</h1>\n",
        title, style, title);
}

static str page_end(struct buf *out)
{
    BUF_LITERAL(out, "</main></body></html>\n");
    CHECK(!out->full);
    return buf_str(out);
}

/* --- /api/docs ---------------------------------------------------------------------------------------------------- */

static void table_begin(struct buf *out, const char *caption, const char *const columns[], size_t count)
{
    BUF_LITERAL(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
    text_add(out, str_of(caption));
    BUF_LITERAL(out, "\"><table><caption>");
    text_add(out, str_of(caption));
    BUF_LITERAL(out, "</caption><thead><tr>");
    for (size_t i = 0; i < count; i++) buf_printf(out, "<th scope=\"col\">%s</th>", columns[i]);
    BUF_LITERAL(out, "</tr></thead><tbody>\n");
}

static void table_end(struct buf *out)
{
    BUF_LITERAL(out, "</tbody></table></div>\n");
}

static void cell_add(struct buf *out, str text)
{
    BUF_LITERAL(out, "<td>");
    text_add(out, text);
    BUF_LITERAL(out, "</td>");
}

static void roles_add(struct buf *out, unsigned roles)
{
    bool first = true;
    BUF_LITERAL(out, "<td>");
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        if (!role_in(roles, (enum role)role)) continue;
        if (!first) BUF_LITERAL(out, ", ");
        first = false;
        buf_add(out, role_name((enum role)role));
    }
    BUF_LITERAL(out, "</td>");
}

static void route_row(struct buf *out, const struct route *route)
{
    BUF_LITERAL(out, "<tr><td>");
    buf_add(out, method_name(route->method));
    BUF_LITERAL(out, " ");
    text_add(out, str_of(route->path));
    BUF_LITERAL(out, "</td>");
    cell_add(out, str_of(route->doc));
    if (route->takes.descriptor)
        buf_printf(out, "<td><a href=\"#%s\">%s</a></td>", route->takes.descriptor->title,
                   route->takes.descriptor->title);
    else
        cell_add(out, STR(""));
    roles_add(out, route->roles);
    BUF_LITERAL(out, "</tr>\n");
}

static void requests_add(struct buf *out)
{
    static const char *const columns[] = {"Request", "What it does", "Body", "For"};
    size_t count;
    const struct route *routes = routes_table(&count);
    table_begin(out, "Requests", columns, COUNT_OF(columns));
    for (size_t i = 0; i < count; i++) {
        if (!(routes[i].flags & UNLISTED)) route_row(out, &routes[i]);
    }
    table_end(out);
}

static void type_add(struct buf *out, const struct field *field)
{
    BUF_LITERAL(out, "<td>");
    buf_add(out, str_of(type_row(field->type)->title));
    for (size_t i = 0; field->type == TYPE_ENUM && i < enum_table(field->of)->count; i++) {
        buf_add(out, i > 0 ? STR(", ") : STR(" "));
        text_add(out, enum_text(field->of, (int64_t)i));
    }
    BUF_LITERAL(out, "</td>");
}

static void descriptor_add(struct buf *out, const struct descriptor *descriptor)
{
    static const char *const columns[] = {"Field", "Type", "Rule", "Meaning"};
    buf_printf(out, "<h3 id=\"%s\">%s</h3>", descriptor->title, descriptor->title);
    table_begin(out, descriptor->doc, columns, COUNT_OF(columns));
    for (size_t i = 0; i < descriptor->count; i++) {
        const struct field *field = &descriptor->fields[i];
        if (!field_is_accepted(field)) continue;
        BUF_LITERAL(out, "<tr>");
        cell_add(out, str_of(field->name));
        type_add(out, field);
        cell_add(out, field->flags & READ_ONLY  ? STR("read-only")
                      : field->flags & REQUIRED ? STR("required")
                                                : STR(""));
        cell_add(out, str_of(field->doc));
        BUF_LITERAL(out, "</tr>\n");
    }
    table_end(out);
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

static void errors_add(struct buf *out)
{
    static const char *const columns[] = {"Code", "Status", "Meaning"};
    table_begin(out, "Problems: application/problem+json with the type /problems/ and the code", columns,
                COUNT_OF(columns));
    for (size_t e = OK + 1; e < ERR_COUNT; e++) {
        const struct err_row *row = err_row((err)e);
        BUF_LITERAL(out, "<tr>");
        cell_add(out, str_of(row->code));
        buf_printf(out, "<td>%d</td>", row->status);
        cell_add(out, str_of(row->title));
        BUF_LITERAL(out, "</tr>\n");
    }
    table_end(out);
}

static void rates_add(struct buf *out)
{
    static const char *const columns[] = {
        "Class", "Seconds", "By address", "By person", "By event", "By account and address", "By account"};
    table_begin(out, "Limits: requests within that time, 0 is not counted", columns, COUNT_OF(columns));
    for (size_t i = 0; i < RATE_COUNT; i++) {
        const struct rate *rate = rate_of((enum rate_class)i);
        BUF_LITERAL(out, "<tr>");
        cell_add(out, str_of(rate->name));
        buf_printf(out, "<td>%lld</td>", (long long)(rate->window_us / 1000000));
        for (size_t key = 0; key < KEY_COUNT; key++) buf_printf(out, "<td>%lld</td>", (long long)rate->quota[key]);
        BUF_LITERAL(out, "</tr>\n");
    }
    table_end(out);
}

static str docs_make(struct arena *arena)
{
    struct buf out = buf_new(arena, PAGE_BYTES_MAX);
    page_begin(&out, "boxoffice: the API");
    BUF_LITERAL(
        &out,
        "<p>JSON in and out. The same for programs: <a href=\"/api/openapi.json\">openapi.json</a>.</p>\n"
        "<p>Lists take <code>page</code> and <code>perPage</code>, <code>_start</code> and <code>_end</code>, or "
        "<code>after</code>; <code>field=value</code> with the suffixes <code>_ne _gte _lte _gt _lt _like</code>; "
        "<code>q</code>; <code>_sort</code> and <code>_order</code>; <code>fields</code> and "
        "<code>_embed</code>.</p>\n"
        "<nav aria-label=\"On this page\"><a href=\"#requests\">Requests</a>, <a href=\"#bodies\">Bodies</a>, "
        "<a href=\"#problems\">Problems</a>, <a href=\"#limits\">Limits</a></nav>\n<h2 id=\"requests\">Requests</h2>");
    requests_add(&out);
    BUF_LITERAL(&out, "<h2 id=\"bodies\">Bodies</h2>");
    descriptors_add(&out);
    BUF_LITERAL(&out, "<h2 id=\"problems\">Problems</h2>");
    errors_add(&out);
    BUF_LITERAL(&out, "<h2 id=\"limits\">Limits</h2>");
    rates_add(&out);
    return page_end(&out);
}

/* --- other pages -------------------------------------------------------------------------------------------------- */

static str home_make(struct arena *arena)
{
    struct buf out = buf_new(arena, PAGE_BYTES_MAX);
    page_begin(&out, "boxoffice");
    BUF_LITERAL(&out,
                "<p>An event-booking server: find an event, book seats, pay. This one is version " BOXOFFICE_VERSION
                ".</p>\n<ul><li><a href=\"/api/docs\">The API</a></li>"
                "<li><a href=\"/api/v1/events\">Events, as JSON</a></li></ul>\n");
    return page_end(&out);
}

static str openapi_make(struct arena *arena)
{
    struct buf out = buf_new(arena, PAGE_BYTES_MAX);
    openapi_document(&out, STR("/"));
    CHECK(!out.full);
    return buf_str(&out);
}

struct pages *pages_new(struct arena *arena)
{
    struct pages *pages = ARENA_NEW(arena, struct pages);
    *pages = (struct pages){policy_make(arena), home_make(arena), docs_make(arena), openapi_make(arena)};
    return pages;
}

/* --- responses ---------------------------------------------------------------------------------------------------- */

static void page_response(struct call *call, str page)
{
    call->response.body = page;
    response_header(&call->response, STR("Content-Security-Policy"), call->api->pages->policy);
    response_header(&call->response, STR("Referrer-Policy"), STR("same-origin"));
}

err read_home(struct call *call, struct reader *reader)
{
    (void)reader;
    page_response(call, call->api->pages->home);
    return OK;
}

err read_docs(struct call *call, struct reader *reader)
{
    (void)reader;
    page_response(call, call->api->pages->docs);
    return OK;
}

err read_openapi(struct call *call, struct reader *reader)
{
    (void)reader;
    call->response.body = call->api->pages->openapi;
    return OK;
}

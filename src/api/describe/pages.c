/* See pages.h. */
#include "api/describe/pages.h"

#include "api/api.h"
#include "api/call.h"
#include "api/describe/html.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "api/state.h"
#include "base/check.h"
#include "base/json.h"
#include "http/field.h"
#include "http/media.h"

/* The body of each response. */
struct pages {
    str policy;
    str home;
    str docs;
    str openapi;
};

static str home_make(struct arena *arena)
{
    struct buf out = buf_new(arena, PAGE_BYTES_MAX);
    html_begin(&out, STR("boxoffice"));
    BUF_LITERAL(&out,
                "<p>An event-booking server: find an event, book seats, pay. This one is version " BOXOFFICE_VERSION
                ".</p>\n<ul><li><a href=\"/api/docs\">The API</a></li>"
                "<li><a href=\"/api/v1/events\">Events, as JSON</a></li>"
                "<li><a href=\"/sign-in\">Sign in</a></li></ul>\n");
    return html_end(&out);
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
    *pages = (struct pages){html_policy(arena), home_make(arena), docs_make(arena), openapi_make(arena)};
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

err redirect_docs(struct call *call, struct reader *reader)
{
    (void)reader;
    call->response.status = 302;
    call->response.location = STR("/api/docs");
    return OK;
}

err read_icon(struct call *call, struct reader *reader)
{
    static const char icon[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">"
                               "<path fill=\"#8f1d3f\" d=\"M2 8h28v5a3 3 0 0 0 0 6v5H2v-5a3 3 0 0 0 0-6z\"/>"
                               "<path stroke=\"#fff\" stroke-width=\"2\" stroke-dasharray=\"2\" d=\"M11 9v14\"/></svg>";
    (void)reader;
    call->response.body = str_of(icon);
    call->response.cache_control = STR("public, max-age=86400");
    return OK;
}

/* --- problems ----------------------------------------------------------------------------------------------------- */

/* Codes of `errors`, where the problem has some. */
struct code {
    const char *code;
    const char *doc;
};

static const struct code conflicts[] = {
#define CONFLICT(code, doc) {#code, doc},
#include "domain/conflicts.def"
#undef CONFLICT
};

/* Those of decoding; commands and lists have more, which their details explain. */
static const struct code invalid[] = {
    {"required", "The member is missing"},
    {"unknown", "There is no such member or parameter"},
    {"type", "The value is of another type"},
    {"not_null", "The value must not be null"},
    {"too_short", "The text is too short"},
    {"too_long", "The text is too long"},
    {"too_small", "The number is too small"},
    {"too_large", "The number is too large"},
    {"enum", "The value is not one of those that are possible"},
    {"format", "The text does not have the form that is required"},
    {"precision", "The amount has more than two decimals"},
    {"read_only", "The server sets this field, or it cannot be changed later"},
    {"forbidden_field", "Your role may not set this field"},
    {"masked", "Your role sees this field masked and can neither filter nor sort by it"},
};

static const struct code *codes_of(err e, size_t *ret_count)
{
    *ret_count = e == ERR_STATE_CONFLICT ? COUNT_OF(conflicts) : e == ERR_INVALID ? COUNT_OF(invalid) : 0;
    return e == ERR_STATE_CONFLICT ? conflicts : invalid;
}

bool page_preferred(const struct call *call)
{
    str accept = field_joined(call->request, STR("Accept"), ','), range;
    bool named = false;
    for (str rest = accept; !named && str_split(&rest, ',', &range);)
        named = str_equal_nocase(str_trim(str_first(range, str_find(range, ';'))), STR("text/html"));
    return named && media_accepts(accept, STR("text/html"));
}

static void codes_table(struct buf *out, err e)
{
    static const char *const columns[] = {"Code", "Meaning"};
    struct table table = {.out = out};
    size_t count;
    const struct code *codes = codes_of(e, &count);
    if (count == 0) return;
    table_begin(&table, "Codes in the member errors of the response", columns, COUNT_OF(columns));
    for (size_t i = 0; i < count; i++) {
        row_begin(&table);
        cell_text(&table, str_of(codes[i].code));
        cell_text(&table, str_of(codes[i].doc));
        row_end(&table);
    }
    table_end(&table);
}

static str problem_page(struct arena *arena, err e)
{
    const struct err_row *row = err_row(e);
    struct buf out = buf_new(arena, PAGE_BYTES_MAX);
    html_begin(&out, str_of(row->title));
    buf_printf(&out,
               "<p>This is the problem <code>%s</code>; responses with it have the HTTP status %d. Their member "
               "<code>detail</code> says more about each occurrence.</p>\n",
               row->code, row->status);
    codes_table(&out, e);
    BUF_LITERAL(&out, "<p><a href=\"/api/docs#problems\">All problems</a></p>\n");
    return html_end(&out);
}

static str problem_document(struct arena *arena, err e)
{
    const struct err_row *row = err_row(e);
    struct buf out = buf_new(arena, PAGE_BYTES_MAX);
    struct json json = json_to(&out);
    size_t count;
    const struct code *codes = codes_of(e, &count);
    json_object_begin(&json);
    json_member_text(&json, "type", arena_printf(arena, "/problems/%s", row->code));
    json_member_text(&json, "title", str_of(row->title));
    json_member_int(&json, "status", row->status);
    json_name(&json, STR("codes"));
    json_object_begin(&json);
    for (size_t i = 0; i < count; i++) json_member_text(&json, codes[i].code, str_of(codes[i].doc));
    json_object_end(&json);
    json_object_end(&json);
    return buf_str(&out);
}

/* The URI in the member `type` of a problem explains it (RFC 9457 section 3.1.1). */
err read_problem(struct call *call, struct reader *reader)
{
    (void)reader;
    str code = match_text(&call->match, "code");
    for (err e = OK + 1; e < ERR_COUNT; e++) {
        if (!str_is(code, err_row(e)->code)) continue;
        bool html = page_preferred(call);
        call->response.content_type = html ? STR("text/html; charset=utf-8") : STR("application/json");
        response_header(&call->response, STR("Vary"), STR("Accept"));
        if (html)
            page_response(call, problem_page(call_arena(call), e));
        else
            call->response.body = problem_document(call_arena(call), e);
        return OK;
    }
    return ERR_NOT_FOUND;
}

void page_problem(struct call *call, err e)
{
    const struct err_row *row = err_row(e);
    struct buf out = buf_new(call_arena(call), PAGE_BYTES_MAX);
    html_begin(&out, str_of(row->title));
    buf_printf(&out, "<p>The server responded with the status %d", row->status);
    if (e == ERR_NOT_FOUND || e == ERR_METHOD_NOT_ALLOWED) BUF_LITERAL(&out, ": this address has no page");
    buf_printf(&out,
               ".</p>\n<ul><li><a href=\"/\">Home</a></li><li><a href=\"/api/docs\">The API</a></li>"
               "<li><a href=\"/problems/%s\">About this problem</a></li></ul>\n<p>Request %s</p>\n",
               row->code, call->request->id);
    call->response.content_type = STR("text/html; charset=utf-8");
    page_response(call, html_end(&out));
}

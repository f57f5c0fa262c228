/* See page.h. Pages work without scripts and load nothing from other hosts. */
#include "site/page.h"

#include "api/respond.h"
#include "base/check.h"
#include "site/assets.h"

static const char policy[] =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

static void message_add(struct page_writer *page, struct url href, str text)
{
    struct messages_view *errors = &page->view->errors;
    errors->items[errors->count++] = (struct message_view){href, text};
}

/* Whether the error belongs to a field of the form, so that its input shows it. */
static bool is_of_field(const struct call *call, const struct field_error *error)
{
    const struct descriptor *descriptor = call->route->takes.descriptor;
    return error->pointer.n > 0 && descriptor && field_find(descriptor, str_from(error->pointer, 1));
}

/* Adds the errors that no input shows: why the request as a whole was refused. */
static void refusal_add(struct page_writer *page)
{
    const struct problem *problem = &page->call->problem;
    size_t before = page->view->errors.count;
    for (size_t i = 0; i < problem->count; i++) {
        if (!is_of_field(page->call, &problem->errors[i]))
            message_add(page, (struct url){STR_NONE}, str_of(problem->errors[i].detail));
    }
    if (problem->count > 0 || page->view->errors.count > before) return;
    message_add(page, (struct url){STR_NONE}, str_of(err_row(page->call->outcome)->title));
}

void page_begin(struct page_writer *page, struct call *call, struct page_view *view, const char *title)
{
    struct response *response = &call->response;
    bool refused = call->outcome != OK;
    *page = (struct page_writer){.call = call, .view = view};
    *view = (struct page_view){.title = str_of(title), .style = asset_address("site.css"), .refused = refused};
    view->errors.items = ARENA_ARRAY(call_arena(call), struct message_view, FIELD_ERRORS_MAX + 1);
    response_header(response, STR("Content-Security-Policy"), str_of(policy));
    response_header(response, STR("Referrer-Policy"), STR("same-origin"));
    if (!refused) return;
    if (parameters_parse(call_arena(call), call->request->body, &page->typed)) page->typed = (struct parameters){0};
    refusal_add(page);
}

/* The first error of the field; NULL without one. */
static const struct field_error *error_of(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->problem.count; i++) {
        const struct field_error *error = &call->problem.errors[i];
        if (error->pointer.n > 0 && str_is(str_from(error->pointer, 1), name)) return error;
    }
    return NULL;
}

struct input_view page_input(struct page_writer *page, const struct form_input *input)
{
    struct arena *arena = call_arena(page->call);
    const struct field_error *error = error_of(page->call, input->name);
    struct input_view view = {0};
    if (!input->secret) view.value = parameter_find(&page->typed, str_of(input->name));
    if (!error) return view;
    view.error = str_of(str_is(str_of(error->code), "required") ? input->missing : error->detail);
    message_add(page, url_constant(arena_printf(arena, "#%s", input->name)), view.error);
    return view;
}

static str next_of(const struct call *call)
{
    struct parameters query;
    if (parameters_parse(call_arena(call), call->request->query, &query)) return STR_NONE;
    return parameter_find(&query, STR("next"));
}

struct url page_next(const struct call *call)
{
    return url_local(next_of(call), url_constant(STR("/")));
}

struct url page_action(const struct call *call, const char *path)
{
    struct url next = url_local(next_of(call), (struct url){STR_NONE});
    if (!next.text.p) return url_constant(str_of(path));
    struct buf out = buf_new(call_arena(call), 4 * URL_MAX);
    buf_printf(&out, "%s?", path);
    parameter_add(&out, STR("next"), next.text);
    CHECK(!out.full);
    return url_constant(buf_str(&out));
}

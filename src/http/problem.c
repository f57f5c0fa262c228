/* See problem.h. */
#include "http/problem.h"

#include "base/json.h"

enum { PROBLEM_MAX = 64 * 1024 };

void problem_list_write(struct json *json, const char *name, const struct problem *problem)
{
    json_name(json, str_of(name));
    json_array_begin(json);
    for (size_t i = 0; i < problem->count; i++) {
        const struct field_error *field_error = &problem->errors[i];
        json_object_begin(json);
        json_member_text(json, "pointer", field_error->pointer);
        json_member_text(json, "code", str_of(field_error->code));
        json_member_text(json, "detail", str_of(field_error->detail));
        json_object_end(json);
    }
    json_array_end(json);
}

/* The detail of a single field error; several are described by the list "errors". */
static const char *detail_of(const struct problem *problem, const struct err_row *row)
{
    return problem->count == 1 ? problem->errors[0].detail : row->title;
}

str problem_json(struct arena *arena, err e, const struct problem *problem, const char *request_id)
{
    const struct err_row *row = err_row(e);
    struct buf out = buf_new(arena, PROBLEM_MAX);
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_member_text(&json, "type", arena_printf(arena, "/problems/%s", row->code));
    json_member_text(&json, "title", str_of(row->title));
    json_member_int(&json, "status", row->status);
    if (problem) json_member_text(&json, "detail", str_of(detail_of(problem, row)));
    if (problem && problem->count > 0) problem_list_write(&json, "errors", problem);
    json_member_text(&json, "requestId", str_of(request_id));
    json_object_end(&json);
    return buf_str(&out);
}

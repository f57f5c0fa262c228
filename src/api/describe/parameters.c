/* Parameters of operations. Lists are described in one dialect: _start and _end, after, _sort and _order, fields,
 * _embed, q, and a filter by each field with its suffixes. The others (api/resources/list.h) are named in the
 * description of the document only, because generators of several languages refuse names that are alike. */
#include <stdio.h>

#include "api/describe/describe.h"
#include "api/handlers.h"
#include "api/resources/embed.h"
#include "schema/visible.h"

/* --- shared parameters -------------------------------------------------------------------------------------------- */

#define TAG "\\\"[0-9]+\\\""

/* Components. Those with flags are parameters of the routes that have one of these flags. */
static const struct parameter_row {
    const char *component;
    const char *name;
    const char *in;
    unsigned flags;
    bool required;
    const char *schema;
    const char *doc;
} parameter_rows[] = {
    {"id", "id", "path", 0, true, "{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":1,\"examples\":[1]}",
     "Number of the row"},
    {"ifMatch", "If-Match", "header", 0, false,
     "{\"type\":\"string\",\"pattern\":\"^(\\\\*|" TAG "( *, *" TAG "){0,7})$\",\"examples\":[\"\\\"3\\\"\"]}",
     "The ETag of the version that is meant; 412 when there is a newer one. Left out or *: any version"},
    {"ifMatchRequired", "If-Match", "header", 0, true,
     "{\"type\":\"string\",\"pattern\":\"^(\\\\*|" TAG "( *, *" TAG "){0,7})$\",\"examples\":[\"\\\"3\\\"\"]}",
     "The ETag of the version that is meant; 412 when there is a newer one, 428 without this header. *: any version"},
    {"idempotencyKey", "Idempotency-Key", "header", 0, false,
     "{\"type\":\"string\",\"minLength\":1,\"maxLength\":255,\"pattern\":\"^[!-~]+$\","
     "\"examples\":[\"6f1c2b1e-4d0a-4d53-9f6e-2f0f3e7d9a10\"]}",
     "Chosen by the client for this request: repeating it with the same key returns the first response"},
    {"start", "_start", "query", LISTED, false,
     "{\"type\":\"integer\",\"format\":\"int32\",\"minimum\":0,\"maximum\":1000000000}", "First row, from 0"},
    {"end", "_end", "query", LISTED, false,
     "{\"type\":\"integer\",\"format\":\"int32\",\"minimum\":0,\"maximum\":1000000000}",
     "The row behind the last: 25 behind _start if left out, at most 200 behind it"},
    {"after", "after", "query", LISTED, false, "{\"type\":\"string\"}",
     "Where the last page ended, as its Link says. Instead of _start and _end, in the same order"},
    {"moveSchedules", "moveSchedules", "query", MOVES, false, "{\"type\":\"boolean\",\"default\":false}",
     "Whether upcoming schedules move along with startDate; else new dates that exclude a schedule are refused"},
    {"extendEvent", "extendEvent", "query", EXTENDS, false, "{\"type\":\"boolean\",\"default\":false}",
     "Whether the dates of the event are extended to include the schedule; else it must be within them"},
    {"order", "_order", "query", LISTED, false,
     "{\"type\":\"array\",\"maxItems\":4,\"items\":{\"type\":\"string\",\"enum\":[\"asc\",\"desc\"]}}",
     "The order of each field of _sort; asc if left out"},
};

#undef TAG

static void parameter_begin(struct json *json, str name, const char *in, bool required, const char *doc)
{
    json_object_begin(json);
    json_member_text(json, "name", name);
    json_member_text(json, "in", str_of(in));
    if (required) json_member_bool(json, "required", true);
    json_member_text(json, "description", str_of(doc));
}

/* Values separated by commas; repeating the parameter is accepted too. */
static void by_commas(struct json *json)
{
    json_member_text(json, "style", STR("form"));
    json_member_bool(json, "explode", false);
}

static void row_write(struct json *json, const struct parameter_row *row)
{
    json_name(json, str_of(row->component));
    parameter_begin(json, str_of(row->name), row->in, row->required, row->doc);
    if (str_starts(str_of(row->schema), STR("{\"type\":\"array\""))) by_commas(json);
    json_member_raw(json, "schema", str_of(row->schema));
    json_object_end(json);
}

/* --- names of fields and related rows ----------------------------------------------------------------------------- */

static void field_names(struct json *json, const struct entity *entity)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (field_is_shown(field)) json_text(json, str_of(field->name));
    }
}

static void relation_names(struct json *json, const struct entity *entity)
{
    struct embed embed;
    for (size_t i = 0; embed_at(json->out->arena, entity, ROLE_ADMIN, i, &embed); i++) json_text(json, embed.name);
}

/* Parameters whose values are names; one component for each entity. */
static const struct names_row {
    const char *suffix; /* of the component: "EventFields" */
    const char *name;
    unsigned flags;
    int max; /* values; 0: any number */
    bool unique;
    void (*names)(struct json *json, const struct entity *entity);
    const char *doc;
} names_rows[] = {
    {"Sort", "_sort", LISTED, SORTS_MAX, false, field_names,
     "Fields to sort by; not by those that are masked for your role"},
    {"Fields", "fields", LISTED | ONE, 0, false, field_names, "Fields to return; the id is always included"},
    {"Embed", "_embed", LISTED | ONE, EMBEDS_MAX, true, relation_names,
     "Related rows to return with each row, if your role may read them"},
};

static void names_write(struct json *json, const struct entity *entity, const struct names_row *row)
{
    char component[64];
    int n = snprintf(component, sizeof(component), "%s%s", entity->descriptor.title, row->suffix);
    CHECK(n > 0 && (size_t)n < sizeof(component));
    json_name(json, str_of(component));
    parameter_begin(json, str_of(row->name), "query", false, row->doc);
    by_commas(json);
    name_object(json, "schema");
    json_member_text(json, "type", STR("array"));
    if (row->max > 0) json_member_int(json, "maxItems", row->max);
    if (row->unique) json_member_bool(json, "uniqueItems", true);
    name_object(json, "items");
    json_member_text(json, "type", STR("string"));
    name_array(json, "enum");
    row->names(json, entity);
    json_array_end(json);
    json_object_end(json);
    json_object_end(json);
    json_object_end(json);
}

static bool relates(struct arena *arena, const struct entity *entity)
{
    struct embed embed;
    return embed_at(arena, entity, ROLE_ADMIN, 0, &embed);
}

/* Whether the operation has the parameter: an entity without related rows has no _embed. */
static bool names_apply(struct json *json, const struct route *route, const struct names_row *row)
{
    return route->flags & row->flags && (row->names == field_names || relates(json->out->arena, route->entity));
}

/* Whether any route has this parameter for rows of the entity. */
static bool names_used(struct json *json, const struct entity *entity, const struct names_row *row)
{
    size_t count;
    const struct route *routes = routes_table(&count);
    for (size_t i = 0; i < count; i++) {
        bool described = routes[i].entity == entity && !(routes[i].flags & UNLISTED);
        if (described && names_apply(json, &routes[i], row)) return true;
    }
    return false;
}

void parameter_components_write(struct json *json)
{
    name_object(json, "parameters");
    for (size_t i = 0; i < COUNT_OF(parameter_rows); i++) row_write(json, &parameter_rows[i]);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        for (size_t i = 0; i < COUNT_OF(names_rows); i++) {
            if (names_used(json, entity_of(id), &names_rows[i])) names_write(json, entity_of(id), &names_rows[i]);
        }
    }
    json_object_end(json);
}

/* --- filters ------------------------------------------------------------------------------------------------------ */

static void enum_schema(struct json *json, const struct field *field)
{
    json_member_text(json, "type", STR("string"));
    name_array(json, "enum");
    for (size_t i = 0; i < enum_table(field->of)->count; i++) json_text(json, enum_text(field->of, (int64_t)i));
    json_array_end(json);
}

/* The schema of one value in a query string. */
static void value_schema(struct json *json, const struct field *field)
{
    static const char *const schemas[] = {
        [KIND_INTEGER] = "{\"type\":\"integer\",\"format\":\"int64\"}",
        [KIND_BOOL] = "{\"type\":\"boolean\"}",
        [KIND_MONEY] = "{\"type\":\"string\",\"pattern\":\"^-?[0-9]{1,8}(\\\\.[0-9]{1,2})?$\"}",
        [KIND_TIME] = "{\"type\":\"string\",\"format\":\"date-time\"}",
        [KIND_TEXT] = "{\"type\":\"string\",\"pattern\":\"^[^\\\\x00]*$\"}",
    };
    enum value_kind kind = type_row(field->type)->kind;
    if (kind != KIND_ENUM) {
        json_raw(json, str_of(schemas[kind]));
        return;
    }
    json_object_begin(json);
    enum_schema(json, field);
    json_object_end(json);
}

struct suffix {
    const char *text;
    const char *doc;
    bool several;
};

static void filter_write(struct json *json, const struct field *field, const struct suffix *suffix)
{
    char name[64];
    int n = snprintf(name, sizeof(name), "%s%s", field->name, suffix->text);
    CHECK(n > 0 && (size_t)n < sizeof(name));
    parameter_begin(json, str_of(name), "query", false, suffix->doc);
    if (!suffix->several) {
        json_name(json, STR("schema"));
        value_schema(json, field);
    } else {
        name_object(json, "schema");
        json_member_text(json, "type", STR("array"));
        json_member_int(json, "maxItems", VALUES_MAX);
        json_name(json, STR("items"));
        value_schema(json, field);
        json_object_end(json);
    }
    json_object_end(json);
}

/* Whether the path has a parameter of the field's name: then no query parameter has it, because many generators cannot
 * tell them apart. */
static bool is_in_path(const struct route *route, const struct field *field)
{
    for (size_t i = 0; i < route->parameter_count; i++) {
        if (str_is(route->parameters[i].name, field->name)) return true;
    }
    return false;
}

static void field_filters_write(struct json *json, const struct route *route, const struct field *field)
{
    static const struct suffix equal = {"", "Any of these values", true};
    static const struct suffix different = {"_ne", "None of these values", true};
    static const struct suffix ordered[] = {{"_gte", "At least", false},
                                            {"_lte", "At most", false},
                                            {"_gt", "More than", false},
                                            {"_lt", "Less than", false}};
    static const struct suffix like = {"_like", "Contains this text", false};
    if (!is_in_path(route, field)) filter_write(json, field, &equal);
    filter_write(json, field, &different);
    bool has_order = type_row(field->type)->ordered;
    for (size_t i = 0; has_order && i < COUNT_OF(ordered); i++) filter_write(json, field, &ordered[i]);
    if (type_is_text(field->type)) filter_write(json, field, &like);
}

static void filters_write(struct json *json, const struct route *route)
{
    const struct descriptor *descriptor = &route->entity->descriptor;
    if (entity_searchable(route->entity)) {
        parameter_begin(json, STR("q"), "query", false, "Words to find in the text, best first");
        json_member_raw(json, "schema", STR("{\"type\":\"string\",\"maxLength\":200,\"pattern\":\"^[^\\\\x00]*$\"}"));
        json_object_end(json);
    }
    if (route->entity->id == ENTITY_event) {
        static const struct field category = {.name = "category", .type = TYPE_STRING};
        static const struct suffix any = {"", "Any of these categories", true};
        filter_write(json, &category, &any);
    }
    for (size_t i = 0; i < descriptor->count; i++) {
        if (field_is_shown(&descriptor->fields[i])) field_filters_write(json, route, &descriptor->fields[i]);
    }
}

/* --- the parameters of an operation ------------------------------------------------------------------------------- */

/* {id} refers to a shared component; other parameters are written in the operation. */
static void path_parameter_write(struct json *json, const struct path_parameter *parameter)
{
    if (str_is(parameter->name, "id")) {
        reference(json, "parameters", "id", "");
        return;
    }
    parameter_begin(json, parameter->name, "path", true, parameter->is_text ? "A text" : "A number");
    json_member_raw(json, "schema",
                    parameter->is_text ? STR("{\"type\":\"string\",\"minLength\":1,\"maxLength\":128}")
                                       : STR("{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":1}"));
    json_object_end(json);
}

bool takes_if_match(const struct route *route)
{
    return route->command && route->entity && route->status != 201 && (route->parameter_count > 0 || route->flags & ME);
}

bool requires_if_match(const struct route *route)
{
    return takes_if_match(route) && route->entity->traits & IF_MATCH && route->method != HTTP_POST;
}

static void query_parameters_write(struct json *json, const struct route *route)
{
    bool history = route->query == read_history; /* a list of another kind of rows, without cursors */
    for (size_t i = 0; i < COUNT_OF(parameter_rows); i++) {
        const struct parameter_row *row = &parameter_rows[i];
        bool paging = str_is(str_of(row->component), "start") || str_is(str_of(row->component), "end");
        if (row->flags & route->flags || (history && paging)) reference(json, "parameters", row->component, "");
    }
    for (size_t i = 0; i < COUNT_OF(names_rows); i++) {
        if (names_apply(json, route, &names_rows[i]))
            reference(json, "parameters", route->entity->descriptor.title, names_rows[i].suffix);
    }
    if (route->flags & LISTED) filters_write(json, route);
}

void parameters_write(struct json *json, const struct route *route)
{
    name_array(json, "parameters");
    for (size_t i = 0; i < route->parameter_count; i++) path_parameter_write(json, &route->parameters[i]);
    if (takes_if_match(route))
        reference(json, "parameters", requires_if_match(route) ? "ifMatchRequired" : "ifMatch", "");
    if (route->method == HTTP_POST && !(route->flags & NO_REPLAY)) reference(json, "parameters", "idempotencyKey", "");
    query_parameters_write(json, route);
    json_array_end(json);
}

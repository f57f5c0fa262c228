/* See decode_scan.h. */
#include "schema/decode_scan.h"

#include "base/utf8.h"
#include "schema/decode.h"
#include "schema/visible.h"

/* The depth within an object whose members are the fields. */
static unsigned members_depth(const struct place *place)
{
    return place->rules->items_max > 0 ? 2 : 1;
}

static bool is_field(const struct place *place, str name)
{
    const struct field *field = field_find(place->rules->descriptor, name);
    return field && field_is_accepted(field);
}

static void name_end(struct place *place, str body, size_t i)
{
    place->before_name = false;
    place->name = (str){body.p + place->name_start, i - place->name_start};
    if (!is_field(place, place->name)) place->impossible++;
}

static void in_string(struct place *place, str body, size_t i)
{
    if (place->escaped) {
        place->escaped = false;
        return;
    }
    place->escaped = body.p[i] == '\\';
    if (body.p[i] != '"') return;
    place->in_string = false;
    if (place->depth == members_depth(place) && place->before_name) name_end(place, body, i);
}

static void comma(struct place *place)
{
    unsigned depth = members_depth(place);
    if (place->depth == depth && place->name.p) {
        place->before_name = true;
        place->name = STR_NONE;
    } else if (place->depth < depth && place->outermost == '[') {
        place->item++;
    } else {
        place->impossible++;
    }
}

static void opened(struct place *place, char c)
{
    unsigned depth = members_depth(place);
    if (place->depth == 0) place->outermost = c;
    if (place->depth >= depth) place->impossible++;
    place->before_name = place->depth + 1 == depth && c == '{';
    place->depth++;
}

static void closed(struct place *place)
{
    if (place->depth > 0) place->depth--;
}

static void outside(struct place *place, str body, size_t i)
{
    switch (body.p[i]) {
    case '"':
        place->in_string = true;
        place->name_start = i + 1;
        return;
    case '{':
    case '[':
        opened(place, body.p[i]);
        return;
    case '}':
    case ']':
        closed(place);
        return;
    case ',':
        comma(place);
        return;
    default:
        return;
    }
}

static bool is_over(const struct place *place)
{
    bool list_long = place->rules->items_max > 0 && place->item >= place->rules->items_max;
    return place->depth > DECODE_DEPTH_MAX || place->impossible > IMPOSSIBLE_MAX || list_long;
}

static void step(struct place *place, str body, size_t i)
{
    if (place->in_string) {
        in_string(place, body, i);
        return;
    }
    /* The parser reports an error one byte late, so the last member stays current until a byte follows its object. */
    if (place->depth < members_depth(place) && !strchr(" \t\r\n", body.p[i])) place->name = STR_NONE;
    outside(place, body, i);
}

struct place body_scan(const struct scan_rules *rules, str body, size_t end)
{
    struct place place = {.rules = rules};
    for (size_t i = 0; i < end && i < body.n && !is_over(&place); i++) step(&place, body, i);
    return place;
}

static str item_pointer(struct arena *arena, const struct place *place, str pointer)
{
    if (place->rules->items_max == 0) return pointer;
    return arena_printf(arena, "/%zu%.*s", place->item, STR_ARG(pointer));
}

str place_pointer(struct arena *arena, const struct place *place)
{
    bool plain = place->name.p && utf8_valid(place->name) && str_find(place->name, '\\') == place->name.n;
    return plain ? item_pointer(arena, place, pointer_to(arena, place->name)) : STR("");
}

static str name_pointer(struct arena *arena, const struct place *place)
{
    bool named = place->name.p && utf8_valid(place->name);
    return named ? item_pointer(arena, place, pointer_to(arena, place->name)) : STR("");
}

static void member_report(struct arena *arena, const struct place *place, struct problem *problem)
{
    bool list = place->rules->items_max > 0 && place->outermost != '[';
    if (!place->name.p)
        problem_add(problem, STR(""), "type", list ? "Must be an array" : "Must be an object");
    else if (is_field(place, place->name))
        problem_add(problem, name_pointer(arena, place), "type", "Must not be an array or an object");
    else
        problem_add(problem, name_pointer(arena, place), "unknown", "Unknown field");
}

void body_report(struct arena *arena, const struct scan_rules *rules, str body, struct problem *problem)
{
    struct place place = {.rules = rules};
    const char *reported = body.p; /* where the name begins of the member that was reported last; no name begins here */
    for (size_t i = 0; i < body.n && !is_over(&place); i++) {
        size_t before = place.impossible;
        step(&place, body, i);
        if (place.impossible == before || place.name.p == reported) continue;
        reported = place.name.p;
        member_report(arena, &place, problem);
    }
}

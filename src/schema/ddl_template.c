/* See ddl_template.h. */
#include "schema/ddl_template.h"

#include <stdio.h>

#include "base/asset.h"
#include "base/check.h"

enum { NAME_SIZE = 96 };

static str file_text(const char *file)
{
    char name[NAME_SIZE];
    snprintf(name, sizeof(name), "src/schema/sql/%s.sql", file);
    const struct asset *asset = asset_find(name);
    CHECK(asset);
    return (str){(const char *)asset->data, asset->size};
}

/* The lines after `-- name: SECTION` up to the next comment. */
static str section_text(str text, const char *section)
{
    static const str mark = {"-- name: ", 9}, comment = {"--", 2};
    str line, rest = text;
    bool found = false;
    while (!found && str_split(&rest, '\n', &line)) {
        found = str_starts(line, mark) && str_is(str_from(line, mark.n), section);
    }
    CHECK(found);
    const char *start = rest.p;
    while (rest.n > 0 && !str_starts(rest, comment)) str_split(&rest, '\n', &line);
    return (str){start, (size_t)(rest.p - start)};
}

static str value_of(const struct ddl_value *values, str name)
{
    for (; values && values->name; values++) {
        if (str_is(name, values->name)) return values->text;
    }
    CHECK(!"a template names no value that is not given");
    return STR_NONE;
}

void ddl_expand(struct buf *out, const char *file, const char *section, const struct ddl_value *values)
{
    str rest = section_text(file_text(file), section);
    for (;;) {
        size_t open = str_find(rest, '{');
        buf_add(out, str_first(rest, open));
        if (open == rest.n) return;
        rest = str_from(rest, open + 1);
        size_t end = str_find(rest, '}');
        buf_add(out, value_of(values, str_first(rest, end)));
        rest = str_from(rest, end + 1);
    }
}

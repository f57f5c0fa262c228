/* Names of migrations, as they are given to db:migrate --to and db:migrate:undo --name: a name finds the migration of
 * that name or none. */
#include "fuzz.h"

#include "ops/script.h"

static void fuzz(struct arena *arena, str bytes)
{
    struct script list[] = {
        {.name = STR("20260101000000-initial-schema.js")}, {.name = STR("2-a.js")}, {.name = STR("2-a.js.js")}};
    struct scripts scripts = {.list = list, .count = 3};
    (void)arena;
    const struct script *found = script_find(&scripts, bytes);
    if (found) CHECK(str_starts(found->name, bytes));
    for (size_t i = 0; i < scripts.count; i++) CHECK(script_find(&scripts, list[i].name) != NULL);
}

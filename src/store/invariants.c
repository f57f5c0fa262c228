/* See invariants.h. Replaces the names in braces by SQL that is generated from names of the schema only. */
#include "store/invariants.h"

#include "base/check.h"

enum { SQL_MAX = 16 * 1024 };

static const struct invariant_rule store_rules[] = {
#define INVARIANT_OF_EACH(name, which, doc, sql) {#name, INVARIANT_ANY_DIALECT, which, doc, sql},
#define INVARIANT(name, doc, sql)                {#name, INVARIANT_ANY_DIALECT, INVARIANT_ONE_QUERY, doc, sql},
#define INVARIANT_ON(dialect, name, doc, sql)    {#name, DIALECT_##dialect, INVARIANT_ONE_QUERY, doc, sql},
#include "store/invariants.def"
#undef INVARIANT_OF_EACH
#undef INVARIANT
#undef INVARIANT_ON
};

/* The current time. It is read once and after the statement's snapshot was taken, so no row of the snapshot
 * is newer. */
static const char *const present[DIALECT_COUNT] = {
    [DIALECT_SQLITE] = "strftime('%Y-%m-%d %H:%M:%f +00:00', 'now')",
    [DIALECT_POSTGRES] = "(SELECT clock_timestamp())",
};

/* Suffix of the search table, whose "id" column lists the rows that full-text search can find. */
static const char *const words_suffix[DIALECT_COUNT] = {
    [DIALECT_SQLITE] = "Search_docsize",
    [DIALECT_POSTGRES] = "Search",
};

struct writing {
    struct buf *out;
    enum dialect dialect;
    const char *now;
    const struct entity *entity; /* NULL: none */
};

static bool has_type(const struct entity *entity, enum type type)
{
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        if (entity->descriptor.fields[i].type == type) return true;
    }
    return false;
}

static bool concerns(const struct invariant_rule *rule, const struct entity *entity)
{
    switch (rule->tables) {
    case AUDITED_TABLES:
        return entity->traits & AUDITED;
    case SEARCHED_TABLES:
        return entity_searchable(entity);
    case CONSTRAINED_TABLES:
        return entity->constraint_count > 0 || has_type(entity, TYPE_ENUM);
    case REFERRING_TABLES:
        return has_type(entity, TYPE_REF);
    case INVARIANT_ONE_QUERY:
        break;
    }
    return false;
}

/* NOT (a) OR NOT (b): a row where a constraint is NULL satisfies it, as in the engines. */
static void add_broken(const struct writing *writing)
{
    const struct entity *entity = writing->entity;
    const char *glue = "";
    for (size_t i = 0; i < entity->constraint_count; i++) {
        buf_printf(writing->out, "%sNOT (%s)", glue, entity->constraints[i].expression);
        glue = " OR ";
    }
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (field->type != TYPE_ENUM) continue;
        buf_printf(writing->out, "%sNOT (", glue);
        ddl_enum_check(writing->out, field);
        BUF_LITERAL(writing->out, ")");
        glue = " OR ";
    }
}

static void add_orphan(const struct writing *writing)
{
    const struct entity *entity = writing->entity;
    const char *glue = "";
    for (size_t i = 0; i < entity->descriptor.count; i++) {
        const struct field *field = &entity->descriptor.fields[i];
        if (field->type != TYPE_REF) continue;
        buf_printf(writing->out,
                   "%s(r.\"%s\" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM \"%s\" p WHERE p.\"id\" = r.\"%s\"))", glue,
                   field->name, entity_of((enum entity_id)field->of)->table, field->name);
        glue = " OR ";
    }
}

static void add_hour_ago(const struct writing *writing)
{
    if (writing->dialect == DIALECT_SQLITE)
        buf_printf(writing->out, "strftime('%%Y-%%m-%%d %%H:%%M:%%f +00:00', %s, '-1 hour')", writing->now);
    else
        buf_printf(writing->out, "(CAST(%s AS TIMESTAMP WITH TIME ZONE) - INTERVAL '1 hour')", writing->now);
}

static void add_named(const struct writing *writing, str name)
{
    const struct entity *entity = writing->entity;
    if (str_is(name, "now")) {
        buf_add(writing->out, str_of(writing->now));
        return;
    }
    if (str_is(name, "hour_ago")) {
        add_hour_ago(writing);
        return;
    }
    CHECK(entity != NULL);
    if (str_is(name, "Table")) {
        buf_add(writing->out, str_of(entity->table));
    } else if (str_is(name, "Words")) {
        buf_printf(writing->out, "%s%s", entity->table, words_suffix[writing->dialect]);
    } else if (str_is(name, "resource")) {
        buf_add(writing->out, str_of(entity->resource));
    } else if (str_is(name, "version")) {
        buf_add(writing->out, str_of(entity->paranoid ? "r.\"version\"" : "a.\"resourceVersion\""));
    } else if (str_is(name, "orphan")) {
        add_orphan(writing);
    } else {
        CHECK(str_is(name, "broken"));
        add_broken(writing);
    }
}

static void add_sql(const struct writing *writing, str rest)
{
    while (rest.n > 0) {
        size_t open = str_find(rest, '{');
        buf_add(writing->out, str_first(rest, open));
        rest = str_from(rest, open + 1);
        if (rest.n == 0) return;
        size_t close = str_find(rest, '}');
        add_named(writing, str_first(rest, close));
        rest = str_from(rest, close + 1);
    }
}

static struct invariant invariant_of(const struct invariant_rule *rule, const struct writing *about,
                                     struct arena *arena)
{
    struct buf out = buf_new(arena, SQL_MAX);
    struct writing writing = *about;
    writing.out = &out;
    add_sql(&writing, str_of(rule->sql));
    CHECK(!out.full);
    return (struct invariant){rule->name, rule->doc, about->entity, arena_copy(arena, buf_str(&out)).p};
}

static size_t rule_add(const struct invariant_rule *rule, struct writing *about, struct arena *arena, size_t count,
                       struct invariant *invariants)
{
    if (rule->dialect != INVARIANT_ANY_DIALECT && rule->dialect != (int)about->dialect) return count;
    CHECK(count + ENTITY_COUNT + 1 <= INVARIANTS_MAX);
    about->entity = NULL;
    if (rule->tables == INVARIANT_ONE_QUERY) invariants[count++] = invariant_of(rule, about, arena);
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        about->entity = entity_of(id);
        if (concerns(rule, about->entity)) invariants[count++] = invariant_of(rule, about, arena);
    }
    return count;
}

size_t invariants_of(enum dialect dialect, const char *now, const struct invariant_rule *rules, size_t rule_count,
                     struct arena *arena, struct invariant ret_invariants[INVARIANTS_MAX])
{
    size_t count = 0;
    struct writing about = {.dialect = dialect, .now = now ? now : present[dialect]};
    for (size_t i = 0; i < COUNT_OF(store_rules); i++)
        count = rule_add(&store_rules[i], &about, arena, count, ret_invariants);
    for (size_t i = 0; i < rule_count; i++) count = rule_add(&rules[i], &about, arena, count, ret_invariants);
    return count;
}

/* The command verify: runs every invariant of store/invariants.def and says how many rows break it. It recomputes from
 * the rows themselves, so it also finds what other programs did to the database. */
#include "base/check.h"
#include "base/json.h"
#include "ops/database.h"

enum tables { ONE_QUERY, AUDITED_TABLES, SEARCHED_TABLES, CONSTRAINED_TABLES };

struct invariant {
    const char *name;
    enum tables tables; /* ONE_QUERY, or for which tables it is asked */
    const char *doc;
    const char *sql;
};

#define INVARIANT(name, doc, sql)                {#name, ONE_QUERY, doc, sql},
#define INVARIANT_OF_EACH(name, which, doc, sql) {#name, which, doc, sql},
static const struct invariant invariants[] = {
#include "store/invariants.def"
};
#undef INVARIANT
#undef INVARIANT_OF_EACH

enum { SQL_MAX = 16 * 1024, CHECKS_MAX = 256, LINE_MAX = 1024, UNKNOWN = -1 };

/* One query and what it found. */
struct check {
    const struct invariant *invariant;
    const struct entity *entity; /* NULL for ONE_QUERY */
    int64_t violations;          /* UNKNOWN: the query failed */
};

struct verification {
    struct arena *arena;
    struct check checks[CHECKS_MAX];
    size_t count;
    size_t broken; /* checks with violations or without an answer */
};

/* --- the queries ------------------------------------------------------------------------------------------------- */

static bool concerns(const struct invariant *invariant, const struct entity *entity)
{
    switch (invariant->tables) {
    case AUDITED_TABLES:
        return entity->traits & AUDITED;
    case SEARCHED_TABLES:
        return entity_searchable(entity);
    case CONSTRAINED_TABLES:
        return entity->constraint_count > 0;
    case ONE_QUERY:
        break;
    }
    return false;
}

/* NOT (a) OR NOT (b): a row where a constraint is NULL keeps it, as the engine sees it too. */
static void add_broken(struct buf *out, const struct entity *entity)
{
    for (size_t i = 0; i < entity->constraint_count; i++) {
        buf_printf(out, "%sNOT (%s)", i ? " OR " : "", entity->constraints[i].expression);
    }
}

static void add_named(struct buf *out, str name, const struct entity *entity)
{
    if (str_is(name, "Table")) {
        buf_add(out, str_of(entity->table));
    } else if (str_is(name, "resource")) {
        buf_add(out, str_of(entity->resource));
    } else if (str_is(name, "version")) {
        buf_add(out, str_of(entity->paranoid ? "r.\"version\"" : "a.\"resourceVersion\""));
    } else {
        CHECK(str_is(name, "broken"));
        add_broken(out, entity);
    }
}

/* The query of a check, NUL-terminated. Built from names of the schema only. */
static const char *check_sql(const struct check *check, struct arena *arena)
{
    if (!check->entity) return check->invariant->sql;
    struct buf out = buf_new(arena, SQL_MAX);
    str rest = str_of(check->invariant->sql);
    while (rest.n > 0) {
        size_t open = str_find(rest, '{');
        buf_add(&out, str_first(rest, open));
        rest = str_from(rest, open + 1);
        if (rest.n == 0) break;
        size_t close = str_find(rest, '}');
        add_named(&out, str_first(rest, close), check->entity);
        rest = str_from(rest, close + 1);
    }
    CHECK(!out.full);
    return arena_copy(arena, buf_str(&out)).p;
}

static void add_check(struct verification *verification, const struct invariant *invariant, const struct entity *entity)
{
    CHECK(verification->count < CHECKS_MAX);
    verification->checks[verification->count++] = (struct check){invariant, entity, UNKNOWN};
}

static void collect(struct verification *verification)
{
    for (size_t i = 0; i < COUNT_OF(invariants); i++) {
        if (invariants[i].tables == ONE_QUERY) add_check(verification, &invariants[i], NULL);
        for (int j = 0; j < ENTITY_COUNT; j++) {
            const struct entity *entity = entity_of((enum entity_id)j);
            if (concerns(&invariants[i], entity)) add_check(verification, &invariants[i], entity);
        }
    }
}

static void run(struct verification *verification, struct store *store)
{
    for (size_t i = 0; i < verification->count; i++) {
        struct check *check = &verification->checks[i];
        int64_t violations;
        if (store_number(store, check_sql(check, verification->arena), &violations) == OK) {
            check->violations = violations;
        }
        if (check->violations != 0) verification->broken++;
    }
}

/* --- the report -------------------------------------------------------------------------------------------------- */

static const char *table_of(const struct check *check)
{
    return check->entity ? check->entity->table : "";
}

static void print_table(const struct verification *verification)
{
    print("%-24s %-16s %10s  %s\n", "invariant", "table", "violations", "meaning");
    for (size_t i = 0; i < verification->count; i++) {
        const struct check *check = &verification->checks[i];
        str number = check->violations == UNKNOWN
                         ? STR("unknown")
                         : arena_printf(verification->arena, "%lld", (long long)check->violations);
        print("%-24s %-16s %10.*s  %s\n", check->invariant->name, table_of(check), STR_ARG(number),
              check->invariant->doc);
    }
}

static void print_json(const struct verification *verification)
{
    struct buf out = buf_new(verification->arena, LINE_MAX * CHECKS_MAX);
    struct json json = json_to(&out);
    json_array_begin(&json);
    for (size_t i = 0; i < verification->count; i++) {
        const struct check *check = &verification->checks[i];
        json_object_begin(&json);
        json_member_text(&json, "invariant", str_of(check->invariant->name));
        json_member_text(&json, "table", check->entity ? str_of(check->entity->table) : STR_NONE);
        json_name(&json, STR("violations"));
        if (check->violations == UNKNOWN) {
            json_none(&json);
        } else {
            json_int(&json, check->violations);
        }
        json_member_text(&json, "doc", str_of(check->invariant->doc));
        json_object_end(&json);
    }
    json_array_end(&json);
    CHECK(!out.full);
    print_text(buf_str(&out));
    print("\n");
}

static int verify(struct invocation *invocation, struct store *store)
{
    /* The queries are of this program's schema, so the database has to have it. */
    int code = database_ready(invocation, store);
    if (code != EXIT_DONE) return code;
    struct verification *verification = ARENA_NEW(invocation->arena, struct verification);
    verification->arena = invocation->arena;
    collect(verification);
    run(verification, store);
    if (invocation_has(invocation, OPTION_JSON)) {
        print_json(verification);
    } else {
        print_table(verification);
    }
    if (verification->broken == 0) return EXIT_DONE;
    return say_failed("%zu of %zu invariants are violated", verification->broken, verification->count);
}

int command_verify(struct invocation *invocation)
{
    struct store *store;
    int code = database_open(invocation, false, &store);
    if (code != EXIT_DONE) return code;
    code = verify(invocation, store);
    store_close(store);
    return code;
}

/* The command verify: runs every invariant (store/invariants.h, domain/invariants.h) and prints the number of
 * violations of each, and warns of tables that have used up half of their ids. */
#include "base/check.h"
#include "base/json.h"
#include "domain/verification.h"
#include "ops/database.h"

enum { LINE_MAX = 1024, UNKNOWN = VIOLATIONS_UNKNOWN };

/* Only a warning: rows can be inserted up to the last id, and then into gaps between ids (store/rows.h). */
static void warn_of_ids(struct store *store)
{
    for (enum entity_id id = 0; id < ENTITY_COUNT; id++) {
        const struct entity *entity = entity_of(id);
        int64_t last, max = entity_id_max(entity);
        if (store_last_id(store, entity, &last) != OK || last <= max / 2) continue;
        say("warning: the ids of %s have reached %lld of %lld", entity->table, (long long)last, (long long)max);
    }
}

/* --- the report --------------------------------------------------------------------------------------------------- */

static const char *table_of(const struct invariant *invariant)
{
    return invariant->entity ? invariant->entity->table : "";
}

static void print_table(const struct verification *verification)
{
    print("%-24s %-16s %10s  %s\n", "invariant", "table", "violations", "meaning");
    for (size_t i = 0; i < verification->count; i++) {
        const struct invariant *invariant = &verification->invariants[i];
        int64_t violations = verification->violations[i];
        str number =
            violations == UNKNOWN ? STR("unknown") : arena_printf(verification->arena, "%lld", (long long)violations);
        print("%-24s %-16s %10.*s  %s\n", invariant->name, table_of(invariant), STR_ARG(number), invariant->doc);
    }
    if (verification->broken == 0) print("all %zu invariants hold\n", verification->count);
}

static void print_json(const struct verification *verification)
{
    struct buf out = buf_new(verification->arena, LINE_MAX * INVARIANTS_MAX);
    struct json json = json_to(&out);
    json_array_begin(&json);
    for (size_t i = 0; i < verification->count; i++) {
        const struct invariant *invariant = &verification->invariants[i];
        json_object_begin(&json);
        json_member_text(&json, "invariant", str_of(invariant->name));
        json_member_text(&json, "table", invariant->entity ? str_of(invariant->entity->table) : STR_NONE);
        json_name(&json, STR("violations"));
        if (verification->violations[i] == UNKNOWN) {
            json_none(&json);
        } else {
            json_int(&json, verification->violations[i]);
        }
        json_member_text(&json, "doc", str_of(invariant->doc));
        json_object_end(&json);
    }
    json_array_end(&json);
    CHECK(!out.full);
    print_text(buf_str(&out));
    print("\n");
}

static int verify(struct invocation *invocation, struct store *store)
{
    /* The queries require the schema of this program. */
    int code = database_ready(invocation, store);
    if (code != EXIT_DONE) return code;
    struct verification *verification = ARENA_NEW(invocation->arena, struct verification);
    verification_run(verification, store, invocation->arena);
    if (invocation_has(invocation, OPTION_JSON)) {
        print_json(verification);
    } else {
        print_table(verification);
    }
    warn_of_ids(store);
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

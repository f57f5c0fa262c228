/* The command digest: hashes the contents of the database (store/maintain/digest.h), to compare it with another
 * database or with an earlier state of the same one. */
#include "store/maintain/digest.h"

#include "base/check.h"
#include "base/json.h"
#include "ops/database.h"

enum { JSON_MAX = 64 * 1024 };

static void print_digest(const struct database_digest *digest)
{
    print("%-16s %10s  %s\n", "table", "rows", "sha256");
    for (size_t i = 0; i < digest->count; i++) {
        const struct table_digest *table = &digest->tables[i];
        print("%-16s %10lld  %s\n", table->entity->table, (long long)table->rows, table->sha256);
    }
    print("%-16s %10s  %s\n", "all", "", digest->sha256);
}

static void print_digest_json(const struct database_digest *digest, struct arena *arena)
{
    struct buf out = buf_new(arena, JSON_MAX);
    struct json json = json_to(&out);
    json_object_begin(&json);
    json_member_text(&json, "sha256", str_of(digest->sha256));
    json_name(&json, STR("tables"));
    json_array_begin(&json);
    for (size_t i = 0; i < digest->count; i++) {
        const struct table_digest *table = &digest->tables[i];
        json_object_begin(&json);
        json_member_text(&json, "table", str_of(table->entity->table));
        json_member_int(&json, "rows", table->rows);
        json_member_text(&json, "sha256", str_of(table->sha256));
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    CHECK(!out.full);
    print_text(buf_str(&out));
    print("\n");
}

int command_digest(struct invocation *invocation)
{
    struct store *store;
    struct database_digest digest;
    str reason = STR("");
    int code = database_open(invocation, false, &store);
    if (code != EXIT_DONE) return code;
    code = database_ready(invocation, store);
    store_close(store);
    if (code != EXIT_DONE) return code;
    const struct settings *settings = &invocation->configuration->settings;
    const struct digest_options options = {.lasting = invocation_has(invocation, OPTION_LASTING)};
    err e = database_digest(settings, &options, invocation->arena, &reason, &digest);
    if (e) return say_failed("cannot read the database: %.*s", STR_ARG(reason));
    if (invocation_has(invocation, OPTION_JSON))
        print_digest_json(&digest, invocation->arena);
    else
        print_digest(&digest);
    return EXIT_DONE;
}

/* The command schema: prints what is derived from the declared schema, and checks that the migrations produce it. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/api.h"
#include "base/check.h"
#include "base/json.h"
#include "ops/cli.h"
#include "ops/dialect.h"
#include "ops/file.h"
#include "ops/migration.h"
#include "ops/script.h"
#include "schema/document.h"
#include "schema/sequelize.h"

enum { TEXT_MAX = 8 * 1024 * 1024 };

/* Prints a finished text. */
static int print_all(const struct buf *out)
{
    CHECK(!out->full);
    print_text(buf_str(out));
    return EXIT_DONE;
}

/* --- SQL, models, description of the API -------------------------------------------------------------------------- */

static int schema_sql(struct invocation *invocation)
{
    enum dialect dialect;
    str name = invocation->options[OPTION_SQL];
    if (!dialect_find(name, &dialect)) {
        return say_usage("--sql: unknown dialect '%.*s'; `boxoffice schema --help` names them", STR_ARG(name));
    }
    struct buf out = buf_new(invocation->arena, TEXT_MAX);
    if (invocation_has(invocation, OPTION_DROP)) {
        ddl_drop(&out, dialect);
    } else {
        ddl_schema(&out, dialect);
    }
    return print_all(&out);
}

static int schema_openapi(struct invocation *invocation)
{
    struct buf out = buf_new(invocation->arena, TEXT_MAX);
    openapi_document(&out, STR("/"));
    buf_add_char(&out, '\n');
    return print_all(&out);
}

static int schema_markdown(struct invocation *invocation)
{
    struct buf out = buf_new(invocation->arena, TEXT_MAX);
    document_schema(&out);
    return print_all(&out);
}

/* One file for each model, as sequelize-cli names them: in lower case. */
static int schema_model(struct invocation *invocation, const struct entity *entity)
{
    str folder = invocation->options[OPTION_MODELS];
    struct buf out = buf_new(invocation->arena, TEXT_MAX);
    sequelize_model(&out, entity);
    CHECK(!out.full);
    str path = arena_printf(invocation->arena, "%.*s/%s.js", STR_ARG(folder), entity->descriptor.title);
    for (char *c = (char *)(uintptr_t)path.p + folder.n + 1; *c; c++) {
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    }
    if (file_write(path.p, buf_str(&out)) == OK) return EXIT_DONE;
    return say_failed("cannot write %s: %s", path.p, strerror(errno));
}

static int schema_models(struct invocation *invocation)
{
    for (int i = 0; i < ENTITY_COUNT; i++) {
        int code = schema_model(invocation, entity_of((enum entity_id)i));
        if (code != EXIT_DONE) return code;
    }
    return EXIT_DONE;
}

/* --- descriptions for people and programs ------------------------------------------------------------------------- */

static int schema_text(void)
{
    for (int i = 0; i < ENTITY_COUNT; i++) {
        const struct entity *entity = entity_of((enum entity_id)i);
        print("%s%s (%s): %s\n", i ? "\n" : "", entity->descriptor.title, entity->table, entity->descriptor.doc);
        for (size_t j = 0; j < entity->descriptor.count; j++) {
            const struct field *field = &entity->descriptor.fields[j];
            print("  %-16s %-9s %s\n", field->name, type_row(field->type)->name, field->doc);
        }
    }
    return EXIT_DONE;
}

static void field_json(struct json *json, const struct field *field)
{
    json_object_begin(json);
    json_member_text(json, "name", str_of(field->name));
    json_member_text(json, "type", str_of(type_row(field->type)->name));
    json_member_bool(json, "required", field->flags & REQUIRED);
    json_member_bool(json, "readOnly", field->flags & READ_ONLY);
    json_member_text(json, "default", str_of(field->default_text));
    if (field->type == TYPE_REF) {
        json_member_text(json, "references", str_of(entity_of((enum entity_id)field->of)->table));
    }
    json_member_text(json, "doc", str_of(field->doc));
    json_object_end(json);
}

static int schema_json(struct invocation *invocation)
{
    struct buf out = buf_new(invocation->arena, TEXT_MAX);
    struct json json = json_to(&out);
    json_array_begin(&json);
    for (int i = 0; i < ENTITY_COUNT; i++) {
        const struct entity *entity = entity_of((enum entity_id)i);
        json_object_begin(&json);
        json_member_text(&json, "model", str_of(entity->descriptor.title));
        json_member_text(&json, "table", str_of(entity->table));
        json_member_text(&json, "doc", str_of(entity->descriptor.doc));
        json_name(&json, STR("fields"));
        json_array_begin(&json);
        for (size_t j = 0; j < entity->descriptor.count; j++) field_json(&json, &entity->descriptor.fields[j]);
        json_array_end(&json);
        json_object_end(&json);
    }
    json_array_end(&json);
    buf_add_char(&out, '\n');
    return print_all(&out);
}

/* --- comparing the migrations with the schema --------------------------------------------------------------------- */

/* One of two ways to create the same tables; each has a database of its own. */
struct comparison_side {
    const char *name;
    struct scripts scripts;
    str structure;
};

static err side_run(struct comparison_side *side, struct store *store, struct arena *arena, str *ret_reason)
{
    for (size_t i = 0; i < side->scripts.count; i++) {
        err e = script_run(&side->scripts, &side->scripts.list[i], store, arena, ret_reason);
        if (e) return e;
    }
    *ret_reason = STR("cannot read the structure");
    return store_structure(store, arena, &side->structure);
}

/* The URL of another database on the same server. A later parameter overrides an earlier one. */
static str url_sibling(str url, str name, struct arena *arena)
{
    if (url.n == 0) return url;
    char separator = str_find(url, '?') < url.n ? '&' : '?';
    return arena_printf(arena, "%.*s%cdbname=%.*s", STR_ARG(url), separator, STR_ARG(name));
}

/* The settings of a private database: a file in `folder`, or on a server a database with a unique name. */
static struct settings side_settings(const struct comparison_side *side, const struct settings *base, str folder,
                                     struct arena *arena)
{
    struct settings settings = *base;
    settings.storage = arena_printf(arena, "%.*s/%s.db", STR_ARG(folder), side->name);
    settings.cipher = STR("none");
    settings.key_file = STR("");
    settings.backup_to = STR("");
    str unique = folder, part;
    while (str_split(&folder, '/', &part)) unique = part;
    str name = arena_printf(arena, "%.*s-%s", STR_ARG(unique), side->name);
    settings.database_url = url_sibling(base->database_url, name, arena);
    settings.migration_url = url_sibling(base->migration_url, name, arena);
    return settings;
}

/* Creates a database, runs the side's scripts in it, saves its structure as text, and removes it. */
static err side_build(struct comparison_side *side, const struct settings *base, str folder, struct arena *arena,
                      str *ret_reason)
{
    const struct settings settings = side_settings(side, base, folder, arena);
    struct store *store;
    str ignored;
    err e = store_open(&settings, true, arena, ret_reason, &store);
    if (e) return e;
    e = side_run(side, store, arena, ret_reason);
    store_close(store);
    err dropped = store_drop(&settings, arena, e ? &ignored : ret_reason);
    return e ? e : dropped;
}

enum { LINE_HEAD = 100, LINE_BEFORE = 40, LINE_AFTER = 200 };

/* Of a long line, prints only the beginning and the surroundings of the first difference. */
static void print_line(const char *name, str line, size_t same)
{
    if (same <= LINE_HEAD + LINE_BEFORE) {
        str shown = str_first(line, LINE_HEAD + LINE_BEFORE + LINE_AFTER);
        print("%s %.*s%s\n", name, STR_ARG(shown), shown.n < line.n ? "..." : "");
        return;
    }
    str head = str_first(line, LINE_HEAD), rest = str_from(line, same - LINE_BEFORE);
    str shown = str_first(rest, LINE_BEFORE + LINE_AFTER);
    print("%s %.*s...%.*s%s\n", name, STR_ARG(head), STR_ARG(shown), shown.n < rest.n ? "..." : "");
}

static size_t same_bytes(str a, str b)
{
    size_t n = 0;
    while (n < a.n && n < b.n && a.p[n] == b.p[n]) n++;
    return n;
}

static int print_difference(str derived, str migrated)
{
    str line_derived = STR(""), line_migrated = STR("");
    bool more = true;
    while (more && str_equal(line_derived, line_migrated)) {
        bool another = str_split(&derived, '\n', &line_derived);
        more = str_split(&migrated, '\n', &line_migrated);
        if (!another) line_derived = STR("(no such line)");
        if (!more) line_migrated = STR("(no such line)");
        more = more || another;
    }
    size_t same = same_bytes(line_derived, line_migrated);
    print_line("derived: ", line_derived, same);
    print_line("migrated:", line_migrated, same);
    return say_failed("the migrations do not give the declared schema; the first difference is on standard output");
}

static int compare(struct invocation *invocation, str folder)
{
    struct arena *arena = invocation->arena;
    const struct settings *settings = &invocation->configuration->settings;
    enum dialect dialect = store_dialect(settings);
    str declared = migration_declared(arena, dialect), snapshot;
    struct script whole = {.name = STR("schema.js"), .up = declared};
    struct comparison_side derived = {.name = "derived",
                                      .scripts = {.kind = SCRIPT_MIGRATION, .list = &whole, .count = 1}};
    struct comparison_side migrated = {.name = "migrated"};
    const struct script_choice choice = {SCRIPT_MIGRATION, dialect, invocation->options[OPTION_MIGRATIONS_PATH]};
    str reason = STR("");
    err e = scripts_load(arena, &choice, &reason, &migrated.scripts);
    if (!e) e = snapshot_load(arena, &choice, &reason, &snapshot);
    if (!e) e = side_build(&derived, settings, folder, arena, &reason);
    if (!e) e = side_build(&migrated, settings, folder, arena, &reason);
    if (e) return say_failed("%.*s", STR_ARG(reason));
    if (!str_equal(derived.structure, migrated.structure)) {
        return print_difference(derived.structure, migrated.structure);
    }
    if (!str_equal(snapshot, declared)) {
        str path = snapshot_path(arena, &choice);
        return say_failed(
            "%.*s is not the declared schema, which the migrations produce; `boxoffice schema --migration NAME` "
            "rewrites it",
            STR_ARG(path));
    }
    print("%zu migrations give the declared schema\n", migrated.scripts.count);
    return EXIT_DONE;
}

static int schema_check(struct invocation *invocation)
{
    const char *temporary = getenv("TMPDIR");
    str folder = arena_printf(invocation->arena, "%s/boxoffice-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp((char *)(uintptr_t)folder.p)) return say_failed("cannot create a folder: %s", strerror(errno));
    int code = compare(invocation, folder);
    if (rmdir(folder.p) != 0) say("cannot remove %s: %s", folder.p, strerror(errno));
    return code;
}

int command_schema(struct invocation *invocation)
{
    if (invocation_has(invocation, OPTION_MIGRATION)) return migration_derive(invocation);
    if (invocation_has(invocation, OPTION_CHECK)) return schema_check(invocation);
    if (invocation_has(invocation, OPTION_SQL)) return schema_sql(invocation);
    if (invocation_has(invocation, OPTION_OPENAPI)) return schema_openapi(invocation);
    if (invocation_has(invocation, OPTION_MARKDOWN)) return schema_markdown(invocation);
    if (invocation_has(invocation, OPTION_MODELS)) return schema_models(invocation);
    if (invocation_has(invocation, OPTION_JSON)) return schema_json(invocation);
    return schema_text();
}

int command_version(struct invocation *invocation)
{
    (void)invocation;
    print("boxoffice %s\n", BOXOFFICE_VERSION);
    return EXIT_DONE;
}

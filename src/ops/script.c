/* See script.h. */
#include "ops/script.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "base/asset.h"
#include "base/check.h"
#include "ops/file.h"

static const struct {
    const char *folder;
    const char *migration_table;
} kinds[SCRIPT_KIND_COUNT] = {
    [SCRIPT_MIGRATION] = {"migrations", "SequelizeMeta"},
    [SCRIPT_SEEDER] = {"seeders", "SequelizeData"},
};

const char *script_kind_name(enum script_kind kind)
{
    return kinds[kind].folder;
}

static const str name_end = {".js", 3};

enum { SCRIPTS_MAX = 10000 };

/* --- sources of scripts: built in, or a folder -------------------------------------------------------------------- */

struct source {
    struct arena *arena;
    const char *folder; /* "migrations", or the path given */
    bool built_in;
    enum dialect dialect;
    str reason;
};

static struct source source_of(struct arena *arena, const struct script_choice *choice)
{
    CHECK(choice->kind < SCRIPT_KIND_COUNT);
    return (struct source){
        .arena = arena,
        .folder = choice->path.p ? arena_copy(arena, choice->path).p : kinds[choice->kind].folder,
        .built_in = !choice->path.p,
        .dialect = choice->dialect,
    };
}

static err source_read(struct source *source, str path, str *ret_text)
{
    const struct asset *asset = source->built_in ? asset_find(path.p) : NULL;
    if (asset) {
        *ret_text = (str){(const char *)asset->data, asset->size};
        return OK;
    }
    if (!source->built_in && file_read(source->arena, path.p, ret_text) == OK) return OK;
    source->reason = arena_printf(source->arena, "cannot read %.*s", STR_ARG(path));
    return ERR_NOT_FOUND;
}

static err direction_read(struct source *source, str name, const char *direction, str *ret_text)
{
    str stem = str_first(name, name.n - name_end.n);
    str path = arena_printf(source->arena, "%s/%.*s.%s.%.*s.sql", source->folder, STR_ARG(stem), direction,
                            STR_ARG(dialect_name(source->dialect)));
    err e = source_read(source, path, ret_text);
    if (e) source->reason = arena_printf(source->arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(source->reason));
    return e;
}

/* Assets are sorted by name. */
static err built_in_names(struct source *source, str *names, size_t *ret_count)
{
    str prefix = arena_printf(source->arena, "%s/", source->folder);
    size_t count = 0;
    const struct asset *asset;
    for (size_t i = 0; (asset = asset_at(i)) != NULL; i++) {
        str name = str_of(asset->name);
        if (!str_starts(name, prefix) || !str_ends(name, name_end)) continue;
        CHECK(count < SCRIPTS_MAX);
        names[count++] = str_from(name, prefix.n);
    }
    *ret_count = count;
    return OK;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(((const str *)a)->p, ((const str *)b)->p);
}

static err folder_names(struct source *source, str *names, size_t *ret_count)
{
    DIR *folder = opendir(source->folder);
    if (!folder) {
        source->reason = arena_printf(source->arena, "cannot read %s: %s", source->folder, strerror(errno));
        return ERR_NOT_FOUND;
    }
    size_t count = 0;
    const struct dirent *entry;
    while (count < SCRIPTS_MAX && (entry = readdir(folder)) != NULL) {
        str name = str_of(entry->d_name);
        if (str_ends(name, name_end)) names[count++] = arena_copy(source->arena, name);
    }
    closedir(folder);
    qsort(names, count, sizeof(*names), by_bytes);
    *ret_count = count;
    return OK;
}

static err read_scripts(struct source *source, struct script *list, size_t *ret_count)
{
    str *names = ARENA_ARRAY(source->arena, str, SCRIPTS_MAX);
    size_t count;
    err e = source->built_in ? built_in_names(source, names, &count) : folder_names(source, names, &count);
    if (e) return e;
    for (size_t i = 0; i < count && !e; i++) {
        list[i].name = names[i];
        e = direction_read(source, names[i], "up", &list[i].up);
        if (!e) e = direction_read(source, names[i], "down", &list[i].down);
    }
    *ret_count = count;
    return e;
}

err scripts_load(struct arena *arena, const struct script_choice *choice, str *ret_reason, struct scripts *ret_scripts)
{
    struct source source = source_of(arena, choice);
    struct scripts scripts = {.kind = choice->kind, .list = ARENA_ARRAY(arena, struct script, SCRIPTS_MAX)};
    err e = read_scripts(&source, scripts.list, &scripts.count);
    if (e) {
        *ret_reason = source.reason;
        return e;
    }
    scripts.pending = scripts.count;
    *ret_scripts = scripts;
    return OK;
}

str snapshot_path(struct arena *arena, const struct script_choice *choice)
{
    struct source source = source_of(arena, choice);
    str dialect = dialect_name(choice->dialect);
    return arena_printf(arena, "%s/schema.%.*s.sql", source.folder, STR_ARG(dialect));
}

err snapshot_load(struct arena *arena, const struct script_choice *choice, str *ret_reason, str *ret_text)
{
    struct source source = source_of(arena, choice);
    err e = source_read(&source, snapshot_path(arena, choice), ret_text);
    if (e) *ret_reason = source.reason;
    return e;
}

/* --- state and runs ----------------------------------------------------------------------------------------------- */

err scripts_state(struct scripts *scripts, struct store *store, struct arena *arena)
{
    str *names;
    size_t count;
    err e = store_migration_table(store, kinds[scripts->kind].migration_table, arena, &names, &count);
    if (e) return e;
    scripts->pending = scripts->count;
    scripts->unknown = ARENA_ARRAY(arena, str, count);
    scripts->unknown_count = 0;
    for (size_t i = 0; i < scripts->count; i++) scripts->list[i].done = false;
    for (size_t i = 0; i < count; i++) {
        struct script *script = script_find(scripts, names[i]);
        if (!script) {
            scripts->unknown[scripts->unknown_count++] = names[i];
            continue;
        }
        script->done = true;
        scripts->pending--;
    }
    return OK;
}

struct script *script_find(const struct scripts *scripts, str name)
{
    if (str_ends(name, name_end)) name = str_first(name, name.n - name_end.n);
    for (size_t i = 0; i < scripts->count; i++) {
        str own = scripts->list[i].name;
        if (str_equal(str_first(own, own.n - name_end.n), name)) return &scripts->list[i];
    }
    return NULL;
}

bool script_sign_in_next(str *rest, str *ret_sign_in)
{
    static const str mark = {"-- sign-in: ", 12};
    str line;
    while (str_split(rest, '\n', &line)) {
        if (!str_starts(line, mark)) continue;
        *ret_sign_in = str_from(line, mark.n);
        return true;
    }
    return false;
}

err script_run(const struct scripts *scripts, const struct script *script, struct store *store, struct arena *arena,
               str *ret_reason)
{
    return store_script(store, script->up, kinds[scripts->kind].migration_table, script->name, false, arena,
                        ret_reason);
}

err script_undo(const struct scripts *scripts, const struct script *script, struct store *store, struct arena *arena,
                str *ret_reason)
{
    return store_script(store, script->down, kinds[scripts->kind].migration_table, script->name, true, arena,
                        ret_reason);
}

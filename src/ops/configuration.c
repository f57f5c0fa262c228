/* See configuration.h. The sources are applied in order, each over what came before it, and each through setting_set(),
 * so that a value is judged by the same rule wherever it comes from. */
#include "ops/configuration.h"

#include <errno.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/say.h"

static const char default_file[] = "config/config.json";
static const char default_environment[] = "development";

struct loader {
    struct arena *arena;
    struct configuration *configuration;
    const struct setting *table;
    size_t count;
    const char *file;
    str reason; /* set where a step fails */
};

static err refuse(struct loader *loader, str reason)
{
    loader->reason = reason;
    return ERR_INVALID;
}

static err set_value(struct loader *loader, size_t i, str text, str source)
{
    const struct setting *setting = &loader->table[i];
    if (setting_set(&loader->configuration->settings, setting, text, loader->arena) != OK) {
        return refuse(loader, arena_printf(loader->arena, "%.*s: not a value for %s (%s)", STR_ARG(source),
                                           setting->name, setting->doc));
    }
    loader->configuration->sources[i] = source;
    return OK;
}

/* Position of a setting in the table, or the table's length. */
static size_t setting_position(const struct loader *loader, const char *name)
{
    size_t i = 0;
    while (i < loader->count && strcmp(loader->table[i].name, name) != 0) i++;
    return i;
}

static err set_storage(struct loader *loader, str path, str source)
{
    size_t i = setting_position(loader, "storage");
    CHECK(i < loader->count);
    return set_value(loader, i, path, source);
}

/* --- databases by URL -------------------------------------------------------------------------------------------- */

/* The engine that is built in; the word is that of Sequelize. */
static const str own_dialect = {"sqlite", 6};

static err check_dialect(struct loader *loader, str dialect, str source)
{
    if (str_equal(dialect, own_dialect)) return OK;
    bool postgres = str_is(dialect, "postgres") || str_is(dialect, "postgresql");
    return refuse(loader, arena_printf(loader->arena, "%.*s: the dialect %.*s is %s; this version stores in sqlite",
                                       STR_ARG(source), STR_ARG(dialect),
                                       postgres ? "planned, but not built into this version" : "not supported"));
}

/* sqlite:PATH, sqlite:/PATH or sqlite:///PATH. The URL itself is never shown: others hold passwords. */
static err set_url(struct loader *loader, str url, str source)
{
    size_t colon = str_find(url, ':');
    if (colon == url.n) {
        return refuse(loader, arena_printf(loader->arena, "%.*s: not a database URL such as sqlite:/srv/boxoffice.db",
                                           STR_ARG(source)));
    }
    err e = check_dialect(loader, str_first(url, colon), source);
    if (e) return e;
    str path = str_from(url, colon + 1);
    if (str_starts(path, STR("//"))) path = str_from(path, 2);
    if (path.n == 0 || str_starts(path, STR(":memory:"))) {
        return refuse(loader, arena_printf(loader->arena, "%.*s: the database has to be a file", STR_ARG(source)));
    }
    return set_storage(loader, path, source);
}

/* --- the file ---------------------------------------------------------------------------------------------------- */

static str file_source(struct loader *loader, const char *member)
{
    return arena_printf(loader->arena, "file %s, %s", loader->file, member);
}

/* A member that has to be a text; STR_NONE when it is not there. */
static err text_member(struct loader *loader, const json_t *object, const char *name, str *ret_text)
{
    const json_t *value = json_object_get(object, name);
    if (value && !json_is_null(value) && !json_is_string(value)) {
        return refuse(loader, arena_printf(loader->arena, "file %s: %s has to be a text", loader->file, name));
    }
    /* jansson's memory ends with the document. */
    *ret_text = json_is_string(value)
                    ? arena_copy(loader->arena, (str){json_string_value(value), json_string_length(value)})
                    : STR_NONE;
    return OK;
}

static str scalar_text(struct loader *loader, const json_t *value)
{
    if (json_is_string(value)) return (str){json_string_value(value), json_string_length(value)};
    if (json_is_boolean(value)) return json_is_true(value) ? STR("true") : STR("false");
    if (json_is_integer(value)) return arena_printf(loader->arena, "%lld", (long long)json_integer_value(value));
    return STR("");
}

/* The member "boxoffice": our own settings by name. */
static err apply_own_members(struct loader *loader, json_t *own)
{
    if (own && !json_is_object(own)) {
        return refuse(loader, arena_printf(loader->arena, "file %s: boxoffice has to be an object", loader->file));
    }
    const char *name;
    json_t *value;
    json_object_foreach(own, name, value)
    {
        size_t i = setting_position(loader, name);
        if (i == loader->count) {
            return refuse(loader, arena_printf(loader->arena, "file %s: there is no setting %s", loader->file, name));
        }
        err e = set_value(loader, i, scalar_text(loader, value), file_source(loader, name));
        if (e) return e;
    }
    return OK;
}

/* One environment. As in Sequelize a URL outranks its parts, and one in a variable is used where the file has none. */
static err apply_environment(struct loader *loader, const json_t *object)
{
    str dialect, storage, url, variable;
    err e = text_member(loader, object, "dialect", &dialect);
    if (!e) e = text_member(loader, object, "storage", &storage);
    if (!e) e = text_member(loader, object, "url", &url);
    if (!e) e = text_member(loader, object, "use_env_variable", &variable);
    if (!e && dialect.p) e = check_dialect(loader, dialect, file_source(loader, "dialect"));
    if (!e && storage.p) e = set_storage(loader, storage, file_source(loader, "storage"));
    if (!e) e = apply_own_members(loader, json_object_get(object, "boxoffice"));
    if (e) return e;
    if (url.p) return set_url(loader, url, file_source(loader, "url"));
    str named = variable.p ? str_of(getenv(variable.p)) : STR_NONE;
    if (named.p) return set_url(loader, named, arena_printf(loader->arena, "environment %s", variable.p));
    return OK;
}

/* Sequelize takes a file without environments too: its members are then those of the only one. */
static err apply_document(struct loader *loader, const json_t *document)
{
    str environment = loader->configuration->environment;
    const json_t *object = json_object_getn(document, environment.p, environment.n);
    if (!object && json_object_get(document, "dialect")) object = document;
    if (!json_is_object(object)) {
        return refuse(loader, arena_printf(loader->arena, "file %s: there is no environment %.*s", loader->file,
                                           STR_ARG(environment)));
    }
    return apply_environment(loader, object);
}

static err apply_file(struct loader *loader, str file)
{
    loader->file = file.p ? file.p : default_file;
    if (!file.p && access(loader->file, F_OK) != 0 && errno == ENOENT) return OK;
    json_error_t fault;
    json_t *document = json_load_file(loader->file, JSON_REJECT_DUPLICATES, &fault);
    if (!document) {
        return refuse(loader,
                      arena_printf(loader->arena, "file %s, line %d: %s", loader->file, fault.line, fault.text));
    }
    err e = apply_document(loader, document);
    json_decref(document);
    return e;
}

/* --- environment and arguments ----------------------------------------------------------------------------------- */

static err apply_variables(struct loader *loader)
{
    str url = str_of(getenv("DATABASE_URL"));
    err e = url.n > 0 ? set_url(loader, url, STR("environment DATABASE_URL")) : OK;
    for (size_t i = 0; i < loader->count && !e; i++) {
        str text = str_of(getenv(loader->table[i].variable));
        if (!text.p) continue;
        e = set_value(loader, i, text, arena_printf(loader->arena, "environment %s", loader->table[i].variable));
    }
    return e;
}

static err apply_arguments(struct loader *loader, const struct configuration_arguments *arguments)
{
    err e = arguments->url.p ? set_url(loader, arguments->url, STR("argument --url")) : OK;
    for (size_t i = 0; i < loader->count && !e; i++) {
        if (!arguments->values[i].p) continue;
        e = set_value(loader, i, arguments->values[i],
                      arena_printf(loader->arena, "argument --%s", loader->table[i].name));
    }
    return e;
}

static str environment_name(const struct configuration_arguments *arguments)
{
    if (arguments->environment.p) return arguments->environment;
    str named = str_of(getenv("NODE_ENV"));
    return named.n > 0 ? named : str_of(default_environment);
}

err configuration_load(struct arena *arena, const struct configuration_arguments *arguments, str *ret_reason,
                       struct configuration **ret_configuration)
{
    struct loader loader = {.arena = arena, .configuration = ARENA_NEW(arena, struct configuration)};
    loader.table = settings_table(&loader.count);
    loader.configuration->environment = environment_name(arguments);
    loader.configuration->sources = ARENA_ARRAY(arena, str, loader.count);
    for (size_t i = 0; i < loader.count; i++) loader.configuration->sources[i] = STR("default");
    settings_defaults(&loader.configuration->settings, arena);

    err e = apply_file(&loader, arguments->file);
    if (!e) e = apply_variables(&loader);
    if (!e) e = apply_arguments(&loader, arguments);
    if (e) {
        *ret_reason = loader.reason;
        return e;
    }
    *ret_configuration = loader.configuration;
    return OK;
}

void configuration_print(const struct configuration *configuration, struct arena *arena)
{
    size_t count;
    const struct setting *table = settings_table(&count);
    for (size_t i = 0; i < count; i++) {
        str value = setting_text(&configuration->settings, &table[i], arena);
        print("%-28s %-24.*s %.*s\n", table[i].name, STR_ARG(value), STR_ARG(configuration->sources[i]));
    }
}

/* See configuration.h. The sources are applied in order, later ones overwriting earlier ones, all through
 * setting_set(), so that a value is validated by the same rule wherever it comes from. */
#include "ops/configuration.h"

#include <errno.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/check.h"
#include "ops/dialect.h"
#include "ops/say.h"

static const char default_file[] = "config/config.json";
static const char default_environment[] = "development";

/* More than the limit of any URL setting. */
enum { URL_MAX = 16 * 1024 };

struct loader {
    struct arena *arena;
    struct configuration *configuration;
    const struct setting *table;
    size_t count;
    const char *file;
    str reason; /* the error message of the failed step */
};

static err refuse(struct loader *loader, str reason)
{
    loader->reason = reason;
    return ERR_INVALID;
}

/* Checks the scheme only; the engine's own parser handles the rest (lists of hosts, for example). */
static bool is_postgres_url(str text)
{
    return str_starts(text, STR("postgres://")) || str_starts(text, STR("postgresql://"));
}

/* Reasons never contain the value: some values are secret. */
static err set_value(struct loader *loader, size_t i, str text, str source)
{
    const struct setting *setting = &loader->table[i];
    if (str_ends(str_of(setting->name), STR("_url")) && text.n > 0 && !is_postgres_url(text)) {
        return refuse(loader, arena_printf(loader->arena, "%.*s: %s must begin with postgres://", STR_ARG(source),
                                           setting->name));
    }
    if (setting_set(&loader->configuration->settings, setting, text, loader->arena) != OK) {
        return refuse(loader,
                      arena_printf(loader->arena, "%.*s: invalid value for %s, expected %.*s (%s)", STR_ARG(source),
                                   setting->name, STR_ARG(setting_expected(setting, loader->arena)), setting->doc));
    }
    loader->configuration->sources[i] = source;
    return OK;
}

/* Index of a setting in the table, or the table's length if unknown. */
static size_t setting_position(const struct loader *loader, const char *name)
{
    size_t i = 0;
    while (i < loader->count && strcmp(loader->table[i].name, name) != 0) i++;
    return i;
}

static err set_by_name(struct loader *loader, const char *name, str text, str source)
{
    size_t i = setting_position(loader, name);
    CHECK(i < loader->count);
    return set_value(loader, i, text, source);
}

/* --- databases by URL --------------------------------------------------------------------------------------------- */

/* PATH, /PATH or ///PATH, as it follows sqlite: in a URL. */
static err set_file(struct loader *loader, str path, str source)
{
    if (str_starts(path, STR("//"))) path = str_from(path, 2);
    if (path.n == 0 || str_starts(path, STR(":memory:"))) {
        return refuse(loader, arena_printf(loader->arena, "%.*s: the database must be a file", STR_ARG(source)));
    }
    err e = set_by_name(loader, "storage", path, source);
    return e ? e : set_by_name(loader, "database_url", STR(""), source);
}

/* Messages never contain the URL: it may hold a password. */
static err set_url(struct loader *loader, str url, str source)
{
    enum dialect dialect;
    size_t colon = str_find(url, ':');
    if (!dialect_find(str_first(url, colon), &dialect)) {
        return refuse(loader, arena_printf(loader->arena,
                                           "%.*s: not a database URL such as sqlite:/srv/boxoffice.db or "
                                           "postgres://db.example.com/boxoffice",
                                           STR_ARG(source)));
    }
    if (dialect == DIALECT_SQLITE) return set_file(loader, str_from(url, colon + 1), source);
    return set_by_name(loader, "database_url", url, source);
}

/* Whether the URL holds a password: before the @ of its authority, or in the query as password= or sslpassword=. */
static bool url_has_password(str url)
{
    str rest = str_from(url, str_find(url, '/')), member;
    if (str_starts(rest, STR("//"))) rest = str_from(rest, 2);
    str authority = str_first(rest, str_find(rest, '/'));
    size_t at = str_find(authority, '@');
    if (at < authority.n && str_find(authority, ':') < at) return true;
    str query = str_from(rest, str_find(rest, '?') + 1);
    while (str_split(&query, '&', &member)) {
        if (str_ends(str_first(member, str_find(member, '=')), STR("password"))) return true;
    }
    return false;
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

static str file_source(struct loader *loader, const char *member)
{
    return arena_printf(loader->arena, "file %s, %s", loader->file, member);
}

/* A member that must be a string; STR_NONE if absent. */
static err text_member(struct loader *loader, const json_t *object, const char *name, str *ret_text)
{
    const json_t *value = json_object_get(object, name);
    if (value && !json_is_null(value) && !json_is_string(value)) {
        return refuse(loader, arena_printf(loader->arena, "file %s: %s must be a string", loader->file, name));
    }
    /* Copied, because jansson frees its strings with the document. */
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
        return refuse(loader, arena_printf(loader->arena, "file %s: boxoffice must be an object", loader->file));
    }
    const char *name;
    json_t *value;
    json_object_foreach(own, name, value)
    {
        size_t i = setting_position(loader, name);
        if (i == loader->count) {
            return refuse(loader, arena_printf(loader->arena,
                                               "file %s: unknown setting %s; boxoffice --print-config lists them",
                                               loader->file, name));
        }
        err e = set_value(loader, i, scalar_text(loader, value), file_source(loader, name));
        if (e) return e;
    }
    return OK;
}

/* --- the parts of a database, as Sequelize names them --- */

/* Percent-encodes every byte, so that no list of exceptions can be wrong. */
static void add_encoded(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n; i++) buf_printf(out, "%%%02X", (unsigned char)text.p[i]);
}

/* As Sequelize's driver does: the certificate and its host name are verified unless that is switched off. */
static const char *ssl_mode(const json_t *object)
{
    const json_t *ssl = json_object_get(json_object_get(object, "dialectOptions"), "ssl");
    if (!ssl || json_is_null(ssl) || json_is_false(ssl)) return NULL;
    return json_is_false(json_object_get(ssl, "rejectUnauthorized")) ? "require" : "verify-full";
}

/* Combines host, port, username, password and database into one URL. They become query parameters, because a host may
 * also be the folder of a socket or an address with colons. Sequelize's default for the host is localhost. */
static err apply_parts(struct loader *loader, const json_t *object)
{
    static const struct {
        const char *member, *parameter, *default_text;
    } parts[] = {
        {"host", "host", "localhost"},  {"port", "port", NULL},       {"username", "user", NULL},
        {"password", "password", NULL}, {"database", "dbname", NULL},
    };
    struct buf url = buf_new(loader->arena, URL_MAX);
    buf_add(&url, STR("postgres:///"));
    char separator = '?';
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        const json_t *value = json_object_get(object, parts[i].member);
        if (json_is_object(value) || json_is_array(value)) {
            return refuse(loader,
                          arena_printf(loader->arena, "file %s: %s must be a string", loader->file, parts[i].member));
        }
        str text = scalar_text(loader, value);
        if (text.n == 0) text = str_of(parts[i].default_text);
        if (text.n == 0) continue;
        buf_printf(&url, "%c%s=", separator, parts[i].parameter);
        add_encoded(&url, text);
        separator = '&';
    }
    const char *mode = ssl_mode(object);
    if (mode) buf_printf(&url, "&sslmode=%s", mode);
    if (url.full)
        return refuse(loader, arena_printf(loader->arena, "file %s: the database URL is too long", loader->file));
    return set_by_name(loader, "database_url", buf_str(&url), file_source(loader, "dialect"));
}

static err apply_dialect(struct loader *loader, const json_t *object, str name)
{
    enum dialect dialect;
    if (!name.p) return OK;
    if (!dialect_find(name, &dialect)) {
        return refuse(loader,
                      arena_printf(loader->arena, "file %s: dialect '%.*s' is not supported; use sqlite or postgres",
                                   loader->file, STR_ARG(name)));
    }
    return dialect == DIALECT_POSTGRES ? apply_parts(loader, object) : OK;
}

/* One environment. As in Sequelize a URL overrides its parts, and use_env_variable is used if the file has no URL. */
static err apply_environment(struct loader *loader, const json_t *object)
{
    str dialect, storage, url, variable;
    err e = text_member(loader, object, "dialect", &dialect);
    if (!e) e = text_member(loader, object, "storage", &storage);
    if (!e) e = text_member(loader, object, "url", &url);
    if (!e) e = text_member(loader, object, "use_env_variable", &variable);
    if (!e) e = apply_dialect(loader, object, dialect);
    if (!e && storage.p) e = set_by_name(loader, "storage", storage, file_source(loader, "storage"));
    if (!e) e = apply_own_members(loader, json_object_get(object, "boxoffice"));
    if (e) return e;
    if (url.p) return set_url(loader, url, file_source(loader, "url"));
    str named = variable.p ? str_of(getenv(variable.p)) : STR_NONE;
    if (named.p) return set_url(loader, named, arena_printf(loader->arena, "environment %s", variable.p));
    return OK;
}

/* Like Sequelize, accepts a file without environments: its members are then the environment. */
static err apply_document(struct loader *loader, const json_t *document)
{
    str environment = loader->configuration->environment;
    const json_t *object = json_object_getn(document, environment.p, environment.n);
    if (!object && json_object_get(document, "dialect")) object = document;
    if (!json_is_object(object)) {
        return refuse(loader, arena_printf(loader->arena, "file %s: unknown environment '%.*s'", loader->file,
                                           STR_ARG(environment)));
    }
    return apply_environment(loader, object);
}

static err apply_file(struct loader *loader, str file)
{
    loader->file = file.p ? file.p : default_file;
    if (!file.p && access(loader->file, F_OK) != 0 && errno == ENOENT) return OK;
    json_error_t error;
    json_t *document = json_load_file(loader->file, JSON_REJECT_DUPLICATES, &error);
    if (!document) {
        return refuse(loader,
                      arena_printf(loader->arena, "file %s, line %d: %s", loader->file, error.line, error.text));
    }
    err e = apply_document(loader, document);
    json_decref(document);
    return e;
}

/* --- environment and arguments ------------------------------------------------------------------------------------ */

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

/* Every user of the machine can read the arguments of a process, so they must not hold a password. */
static err apply_url_argument(struct loader *loader, str url, const char *option)
{
    if (!url.p) return OK;
    str source = arena_printf(loader->arena, "argument %s", option ? option : "--url");
    if (url_has_password(url)) {
        return refuse(loader,
                      arena_printf(loader->arena,
                                   "%.*s: a password is not allowed in an argument, where other users can read it; "
                                   "use DATABASE_URL, the configuration file or a passfile",
                                   STR_ARG(source)));
    }
    return set_url(loader, url, source);
}

static err apply_arguments(struct loader *loader, const struct configuration_arguments *arguments)
{
    err e = apply_url_argument(loader, arguments->url, arguments->url_option);
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

/* Merges the settings from all sources. Later sources override earlier ones:
 *
 *   1. the defaults of schema/settings.def
 *   2. the configuration file, in the format of Sequelize: per environment dialect, storage, url,
 *      use_env_variable, and for a server host, port, username, password, database, dialectOptions.ssl; our own
 *      settings, by name, in the member "boxoffice", which Sequelize ignores
 *   3. the environment: DATABASE_URL, then the variable of each setting
 *   4. arguments: --url, then those of single settings; passwords are refused there
 *
 * A database URL is sqlite:PATH, which sets `storage` and empties `database_url`, or postgres://..., which becomes
 * `database_url`. Whether that is set selects the engine (ops/dialect.h). Messages never contain URLs.
 *
 * Every value keeps its source, for --print-config. */
#ifndef OPS_CONFIGURATION_H
#define OPS_CONFIGURATION_H

#include "schema/settings.h"

/* Values given as arguments. */
struct configuration_arguments {
    str environment;        /* STR_NONE: NODE_ENV, else "development" */
    str file;               /* STR_NONE: config/config.json, if it exists */
    str url;                /* STR_NONE: not given */
    const char *url_option; /* the option that set `url`; NULL: --url */
    str *values;            /* one for each setting, in the order of settings_table(); STR_NONE: not given */
};

struct configuration {
    struct settings settings;
    str *sources; /* for each setting, in the order of settings_table(): "environment BOXOFFICE_PORT" */
    str environment;
};

/* ERR_INVALID for an invalid file, variable or argument; *ret_reason is then a message. The configuration belongs to
 * the arena. */
MUST_CHECK err configuration_load(struct arena *arena, const struct configuration_arguments *arguments, str *ret_reason,
                                  struct configuration **ret_configuration);

/* Every setting, its value (secrets masked) and its source, one a line. */
void configuration_print(const struct configuration *configuration, struct arena *arena);

#endif

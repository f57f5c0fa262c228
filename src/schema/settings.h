/* The settings of settings.def as a struct. */
#ifndef SCHEMA_SETTINGS_H
#define SCHEMA_SETTINGS_H

#include "base/arena.h"
#include "base/err.h"

#define SETTING_TEXT str
#define SETTING_INT  int64_t
#define SETTING_BOOL bool

struct settings {
#define SETTING(name, type, variable, default_text, min, max, secret, doc) SETTING_##type name;
#include "schema/settings.def"
#undef SETTING
};

enum setting_type { SETTING_IS_TEXT, SETTING_IS_INT, SETTING_IS_BOOL };

struct setting {
    const char *name; /* "hold_ms" */
    enum setting_type type;
    const char *variable; /* "BOXOFFICE_HOLD_MS" */
    const char *default_text;
    int64_t min, max; /* of an INT; characters of a TEXT */
    bool secret;
    const char *doc;
    size_t offset;
};

const struct setting *settings_table(size_t *ret_count);

/* Sets one value from text; ERR_INVALID when the text is not valid for the setting. Text is copied into the arena. */
MUST_CHECK err setting_set(struct settings *settings, const struct setting *setting, str text, struct arena *arena);

/* What values a setting has, for messages: "a number from 0 to 65535". */
str setting_expected(const struct setting *setting, struct arena *arena);

/* The value as text, for --print-config; "***" for a set secret. */
str setting_text(const struct settings *settings, const struct setting *setting, struct arena *arena);

/* All defaults. */
void settings_defaults(struct settings *ret_settings, struct arena *arena);

#endif

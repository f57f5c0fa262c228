/* The table of settings.h, and the conversion of settings from and to text. The environment, a file and the command
 * line all provide text, so every source is validated by the same rule. */
#include "schema/settings.h"

#include "base/check.h"
#include "base/utf8.h"

static const struct setting settings_rows[] = {
#define SETTING(name, type, variable, default_text, min, max, secret, doc)                                             \
    {#name, SETTING_IS_##type, variable, default_text, min, max, secret, doc, offsetof(struct settings, name)},
#include "schema/settings.def"
#undef SETTING
};

const struct setting *settings_table(size_t *ret_count)
{
    *ret_count = COUNT_OF(settings_rows);
    return settings_rows;
}

static bool bool_from_text(str text, bool *ret_value)
{
    bool on = str_is(text, "true") || str_is(text, "1");
    if (!on && !str_is(text, "false") && !str_is(text, "0")) return false;
    *ret_value = on;
    return true;
}

/* A value may be passed to a C function, so it must not contain NUL. */
static bool text_fits(const struct setting *setting, str text)
{
    if (!text.p || str_find(text, '\0') != text.n || !utf8_valid(text)) return false;
    size_t count = utf8_count(text);
    return count >= (size_t)setting->min && count <= (size_t)setting->max;
}

static void *setting_place(struct settings *settings, const struct setting *setting)
{
    return (char *)settings + setting->offset;
}

static const void *setting_value(const struct settings *settings, const struct setting *setting)
{
    return (const char *)settings + setting->offset;
}

err setting_set(struct settings *settings, const struct setting *setting, str text, struct arena *arena)
{
    void *place = setting_place(settings, setting);
    int64_t number;
    switch (setting->type) {
    case SETTING_IS_INT:
        if (!str_to_int(text, &number) || number < setting->min || number > setting->max) return ERR_INVALID;
        *(int64_t *)place = number;
        return OK;
    case SETTING_IS_BOOL:
        return bool_from_text(text, place) ? OK : ERR_INVALID;
    case SETTING_IS_TEXT:
        break;
    }
    if (!text_fits(setting, text)) return ERR_INVALID;
    *(str *)place = arena_copy(arena, text);
    return OK;
}

str setting_expected(const struct setting *setting, struct arena *arena)
{
    long long min = setting->min, max = setting->max;
    if (setting->type == SETTING_IS_BOOL) return STR("true or false");
    if (setting->type == SETTING_IS_INT) return arena_printf(arena, "a number from %lld to %lld", min, max);
    return arena_printf(arena, "a text of %lld to %lld characters", min, max);
}

str setting_text(const struct settings *settings, const struct setting *setting, struct arena *arena)
{
    const void *value = setting_value(settings, setting);
    switch (setting->type) {
    case SETTING_IS_INT:
        return arena_printf(arena, "%lld", (long long)*(const int64_t *)value);
    case SETTING_IS_BOOL:
        return *(const bool *)value ? STR("true") : STR("false");
    case SETTING_IS_TEXT:
        break;
    }
    str text = *(const str *)value;
    return setting->secret && text.n > 0 ? STR("***") : text;
}

void settings_defaults(struct settings *ret_settings, struct arena *arena)
{
    *ret_settings = (struct settings){0};
    for (size_t i = 0; i < COUNT_OF(settings_rows); i++) {
        CHECK(setting_set(ret_settings, &settings_rows[i], str_of(settings_rows[i].default_text), arena) == OK);
    }
}

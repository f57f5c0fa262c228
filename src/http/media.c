/* See media.h. */
#include "http/media.h"

/* Value of a parameter in ";a=b;c=d"; STR_NONE when absent. Quotes are removed. */
static str parameter_of(str parameters, str name)
{
    str part;
    while (str_split(&parameters, ';', &part)) {
        size_t equals = str_find(part, '=');
        if (equals == part.n || !str_equal_nocase(str_trim(str_first(part, equals)), name)) continue;
        str value = str_trim(str_from(part, equals + 1));
        bool quoted = value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"';
        return quoted ? (str){value.p + 1, value.n - 2} : value;
    }
    return STR_NONE;
}

/* How specifically a range matches a type: 3 exactly, 2 any subtype, 1 any type, 0 not at all. */
static int specificity(str range, str type)
{
    str kind = str_first(type, str_find(type, '/') + 1);
    if (str_equal_nocase(range, type)) return 3;
    if (range.n == kind.n + 1 && str_ends(range, STR("*")) && str_equal_nocase(str_first(range, kind.n), kind))
        return 2;
    return str_is(range, "*/*") ? 1 : 0;
}

enum { QUALITY_MAX = 1000 };

/* The weight of a range: "0.8" is 800. Whatever is no weight counts as 1, because the client named the type. */
static int quality_of(str q)
{
    int quality = 0, digit = QUALITY_MAX;
    bool fraction = q.p && q.n >= 1 && q.p[0] == '0' && (q.n == 1 || q.p[1] == '.');
    if (!fraction) return QUALITY_MAX;
    for (size_t i = 2; i < q.n; i++) {
        if (q.p[i] < '0' || q.p[i] > '9') return QUALITY_MAX;
        digit /= 10;
        quality += digit * (q.p[i] - '0');
    }
    return quality;
}

int media_quality(str accept, str type)
{
    if (str_trim(accept).n == 0) return QUALITY_MAX;
    int best = 0, quality = 0;
    str range;
    while (str_split(&accept, ',', &range)) {
        size_t end = str_find(range, ';');
        int closeness = specificity(str_trim(str_first(range, end)), type);
        if (closeness <= best) continue;
        best = closeness;
        quality = quality_of(parameter_of(str_from(range, end), STR("q")));
    }
    return quality;
}

bool media_is(str content_type, str type)
{
    size_t end = str_find(content_type, ';');
    if (!str_equal_nocase(str_trim(str_first(content_type, end)), type)) return false;
    str charset = parameter_of(str_from(content_type, end), STR("charset"));
    return !charset.p || str_equal_nocase(charset, STR("utf-8"));
}

/* See etag.h. */
#include "http/etag.h"

str etag_of(struct arena *arena, int64_t version, str variant)
{
    return arena_printf(arena, "\"%lld%s%.*s\"", (long long)version, variant.n > 0 ? "-" : "", STR_ARG(variant));
}

struct tag {
    bool weak;
    str opaque; /* with its quotes */
};

/* Removes the next tag from a list; false when it is malformed. */
static bool tag_next(str *rest, struct tag *ret_tag)
{
    bool weak = str_starts(*rest, STR("W/"));
    str s = weak ? str_from(*rest, 2) : *rest;
    if (s.n < 2 || s.p[0] != '"') return false;
    size_t end = str_find(str_from(s, 1), '"') + 1;
    if (end >= s.n) return false;
    *ret_tag = (struct tag){weak, str_first(s, end + 1)};
    s = str_trim(str_from(s, end + 1));
    if (s.n > 0 && s.p[0] != ',') return false;
    *rest = s.n > 0 ? str_trim(str_from(s, 1)) : s;
    return true;
}

static bool is_variant(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < 'a' || text.p[i] > 'z') return false;
    }
    return text.n > 0;
}

static bool version_from(struct tag tag, int64_t *ret_version)
{
    str text = {tag.opaque.p + 1, tag.opaque.n - 2};
    size_t dash = str_find(text, '-');
    str digits = str_first(text, dash);
    if (dash < text.n && !is_variant(str_from(text, dash + 1))) return false;
    bool padded = digits.n > 1 && digits.p[0] == '0';
    return !tag.weak && !padded && str_to_int(digits, ret_version) && *ret_version >= 0;
}

err if_match_parse(str field, struct versions *ret_versions)
{
    struct versions versions = {.given = field.p != NULL, .any = str_is(field, "*")};
    str rest = versions.given && !versions.any ? str_trim(field) : STR("");
    if (versions.given && !versions.any && rest.n == 0) return ERR_BAD_REQUEST;
    while (rest.n > 0) {
        struct tag tag;
        if (versions.count == VERSIONS_MAX || !tag_next(&rest, &tag)) return ERR_BAD_REQUEST;
        if (version_from(tag, &versions.values[versions.count])) versions.count++;
    }
    *ret_versions = versions;
    return OK;
}

bool if_none_match(str field, str etag)
{
    str rest = field.p ? str_trim(field) : STR("");
    struct tag tag;
    if (str_is(rest, "*")) return true;
    while (rest.n > 0 && tag_next(&rest, &tag)) {
        if (str_equal(tag.opaque, etag)) return true;
    }
    return false;
}

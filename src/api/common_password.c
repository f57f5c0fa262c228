/* See common_password.h. */
#include "api/common_password.h"

#include <stdlib.h>

#include "api/common_password_hash.h"
#include "base/check.h"
#include "base/unicode.h"

static int by_hash(const void *hash, const void *common)
{
    uint64_t left = *(const uint64_t *)hash, right = *(const uint64_t *)common;
    return (left > right) - (left < right);
}

static bool is_common(str folded)
{
    uint64_t hash = common_password_hash(folded.p, folded.n);
    return bsearch(&hash, common_passwords, common_password_count, sizeof(hash), by_hash) != NULL;
}

/* The address, the part before its @, or the name. */
static bool is_personal(struct arena *arena, str folded, str email, str name)
{
    const str known[] = {email, str_first(email, str_find(email, '@')), name};
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (known[i].n > 0 && str_equal(folded, unicode_folded(arena, known[i]))) return true;
    }
    return false;
}

const char *password_refusal(struct arena *arena, str password, str email, str name, const char **ret_detail)
{
    str folded = unicode_folded(arena, password);
    bool common = is_common(folded), personal = is_personal(arena, folded, email, name);
    if (common) *ret_detail = "One of the passwords that are tried first; choose another one";
    if (personal) *ret_detail = "The address or the name of the account; choose something that others do not know";
    if (personal) return "personal_password";
    return common ? "common_password" : NULL;
}

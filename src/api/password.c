/* See password.h. */
#include "api/password.h"

#include <pthread.h>
#include <sodium.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/check.h"
#include "base/random.h"

/* Neither NFC nor the change to UTF-8 makes a text more than three times as long (Unicode Standard Annex #15). */
enum { PASSES = 2, MEMORY_BYTES = 19 * 1024 * 1024, GROWTH_MAX = 3 };

/* OpaqueString of RFC 8265. The text is valid UTF-8 and bounded by its field; what has no such form is left as it is.
 */
static str prepared(struct arena *arena, str password)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n, room = (int32_t)password.n;
    UChar *wide = ARENA_ARRAY(arena, UChar, password.n + 1);
    u_strFromUTF8(wide, room + 1, &n, password.p, room, &status);
    for (int32_t i = 0; U_SUCCESS(status) && i < n; i++) {
        if (u_charType(wide[i]) == U_SPACE_SEPARATOR) wide[i] = ' '; /* all of them are in the first plane */
    }
    const UNormalizer2 *form = unorm2_getNFCInstance(&status);
    int32_t most = GROWTH_MAX * n;
    UChar *normal = ARENA_ARRAY(arena, UChar, (size_t)most + 1);
    n = unorm2_normalize(form, wide, n, normal, most + 1, &status);
    char *text = arena_alloc(arena, GROWTH_MAX * (size_t)most + 1);
    u_strToUTF8(text, GROWTH_MAX * most + 1, &n, normal, n, &status);
    return U_SUCCESS(status) ? (str){text, (size_t)n} : password;
}

static bool hash_make(char hash[static crypto_pwhash_STRBYTES], const char *password, size_t size)
{
    return crypto_pwhash_str_alg(hash, password, size, PASSES, MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

err password_hash(struct arena *arena, str password, str *ret_hash)
{
    char hash[crypto_pwhash_STRBYTES];
    password = prepared(arena, password);
    if (!hash_make(hash, password.p, password.n)) return ERR_OVERLOADED;
    *ret_hash = arena_copy(arena, str_of(hash));
    return OK;
}

static pthread_once_t decoy_once = PTHREAD_ONCE_INIT;
static char decoy[crypto_pwhash_STRBYTES];

/* The hash of a random password. */
static void decoy_make(void)
{
    char secret[33];
    random_hex(secret, 16);
    CHECK(hash_make(decoy, secret, sizeof(secret)));
}

bool password_matches(struct arena *arena, str hash, str password)
{
    CHECK(pthread_once(&decoy_once, decoy_make) == 0);
    bool known = hash.p != NULL && hash.n > 0;
    const char *against = known ? arena_copy(arena, hash).p : decoy;
    str form = prepared(arena, password);
    bool matches = crypto_pwhash_str_verify(against, form.p, form.n) == 0;
    if (!str_equal(form, password)) matches |= crypto_pwhash_str_verify(against, password.p, password.n) == 0;
    return matches && known;
}

/* See password.h. */
#include "api/password.h"

#include <pthread.h>
#include <sodium.h>

#include "base/check.h"
#include "base/random.h"
#include "base/unicode.h"

enum { PASSES = 2, MEMORY_BYTES = 19 * 1024 * 1024 };

static bool hash_make(char hash[static crypto_pwhash_STRBYTES], const char *password, size_t size)
{
    CHECK(thread_may_wait());
    return crypto_pwhash_str_alg(hash, password, size, PASSES, MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

err password_hash(struct arena *arena, str password, str *ret_hash)
{
    char hash[crypto_pwhash_STRBYTES];
    password = unicode_opaque(arena, password);
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
    CHECK(thread_may_wait());
    CHECK(pthread_once(&decoy_once, decoy_make) == 0);
    bool known = hash.p != NULL && hash.n > 0;
    const char *against = known ? arena_copy(arena, hash).p : decoy;
    /* Hashes of earlier versions are those of the text as it was typed. */
    str form = unicode_opaque(arena, password);
    bool matches = crypto_pwhash_str_verify(against, form.p, form.n) == 0;
    if (!str_equal(form, password)) matches |= crypto_pwhash_str_verify(against, password.p, password.n) == 0;
    return matches && known;
}

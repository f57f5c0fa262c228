/* Signatures of the texts of an archive: see sign.h. */
#include "archive/sign.h"

#include "base/check.h"
#include "base/key_file.h"

static const char CONTEXT[] = "bxsigner"; /* of the derivation; exactly crypto_kdf_CONTEXTBYTES */
enum { SIGNING_KEY_ID = 1 };

static const str SIGNED_BY = {"signed-by ", 10}, SIGNATURE = {"signature ", 10};

enum {
    PUBLIC_DIGITS = 2 * crypto_sign_PUBLICKEYBYTES,
    SIGNATURE_DIGITS = 2 * crypto_sign_BYTES,
    SIGNED_BY_LINE = 10 + PUBLIC_DIGITS + 1,
    SIGNATURE_LINE = 10 + SIGNATURE_DIGITS + 1,
};

_Static_assert(SIGNED_BY_LINE + SIGNATURE_LINE <= SIGNATURE_LINES_SIZE, "the two lines fit");
_Static_assert((int)crypto_kdf_KEYBYTES == (int)KEY_BYTES, "a database key is a key of crypto_kdf");

/* --- the key ------------------------------------------------------------------------------------------------------ */

void signing_key_derive(const char *digits, struct signing_key *ret_key)
{
    unsigned char key[KEY_BYTES], seed[crypto_sign_SEEDBYTES];
    size_t size;
    CHECK(sodium_hex2bin(key, sizeof(key), digits, KEY_TEXT_SIZE, NULL, &size, NULL) == 0 && size == KEY_BYTES);
    crypto_kdf_derive_from_key(seed, sizeof(seed), SIGNING_KEY_ID, CONTEXT, key);
    crypto_sign_seed_keypair(ret_key->public, ret_key->secret, seed);
    sodium_memzero(key, sizeof(key));
    sodium_memzero(seed, sizeof(seed));
}

err signing_key_read(const struct settings *settings, struct arena *arena, str *ret_reason, struct signing_key *ret_key)
{
    char digits[KEY_TEXT_SIZE + 1];
    str path = key_file_path(settings->key_file, settings->storage, arena);
    const char *failure = key_file_read(path.p, digits);
    if (failure) {
        *ret_reason = arena_printf(arena, "cannot read the database key %s: %s", path.p, failure);
        sodium_memzero(digits, sizeof(digits));
        return ERR_NOT_FOUND;
    }
    signing_key_derive(digits, ret_key);
    sodium_memzero(digits, sizeof(digits));
    return OK;
}

/* --- texts -------------------------------------------------------------------------------------------------------- */

static void add_line(struct buf *text, str name, const unsigned char *bytes, size_t size)
{
    char digits[SIGNATURE_DIGITS + 1];
    buf_add(text, name);
    buf_add(text, str_of(sodium_bin2hex(digits, sizeof(digits), bytes, size)));
    buf_add_char(text, '\n');
}

void text_sign(struct buf *text, const struct signing_key *key)
{
    unsigned char signature[crypto_sign_BYTES];
    add_line(text, SIGNED_BY, key->public, sizeof(key->public));
    str all = buf_str(text);
    crypto_sign_detached(signature, NULL, (const unsigned char *)all.p, all.n, key->secret);
    add_line(text, SIGNATURE, signature, sizeof(signature));
}

/* Reads a line as add_line() writes it, in exactly these bytes. */
static bool line_read(str line, str name, unsigned char *ret_bytes, size_t size)
{
    size_t read;
    if (line.n != name.n + 2 * size + 1 || !str_starts(line, name) || line.p[line.n - 1] != '\n') return false;
    str digits = {line.p + name.n, 2 * size};
    if (sodium_hex2bin(ret_bytes, size, digits.p, digits.n, NULL, &read, NULL) != 0 || read != size) return false;
    char again[SIGNATURE_DIGITS + 1];
    return str_is(digits, sodium_bin2hex(again, sizeof(again), ret_bytes, size));
}

enum signature text_check(str text, const struct signing_key *key, str *ret_body)
{
    unsigned char signature[crypto_sign_BYTES], public[crypto_sign_PUBLICKEYBYTES];
    if (text.n < SIGNED_BY_LINE + SIGNATURE_LINE) return SIGNATURE_DAMAGED;
    str all = str_first(text, text.n - SIGNATURE_LINE), body = str_first(all, all.n - SIGNED_BY_LINE);
    if (!line_read(str_from(text, all.n), SIGNATURE, signature, sizeof(signature)) ||
        !line_read(str_from(all, body.n), SIGNED_BY, public, sizeof(public)) ||
        crypto_sign_verify_detached(signature, (const unsigned char *)all.p, all.n, public) != 0)
        return SIGNATURE_DAMAGED;
    if (key && sodium_memcmp(public, key->public, sizeof(public)) != 0) return SIGNATURE_OTHER_KEY;
    *ret_body = body;
    return SIGNATURE_VALID;
}

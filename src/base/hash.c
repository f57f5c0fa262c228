/* See hash.h. */
#include "base/hash.h"

#include <sodium.h>

void hash_sha256_hex(str text, char ret_hex[static HASH_TEXT_SIZE])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)text.p, text.n);
    sodium_bin2hex(ret_hex, HASH_TEXT_SIZE, hash, sizeof(hash));
}

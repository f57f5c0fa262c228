/* See hash.h. */
#include "base/hash.h"

static void hex_of(const unsigned char hash[static crypto_hash_sha256_BYTES], char ret_hex[static HASH_TEXT_SIZE])
{
    sodium_bin2hex(ret_hex, HASH_TEXT_SIZE, hash, crypto_hash_sha256_BYTES);
}

void hash_sha256_hex(str text, char ret_hex[static HASH_TEXT_SIZE])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)text.p, text.n);
    hex_of(hash, ret_hex);
}

void hash_start(struct hash *hash)
{
    crypto_hash_sha256_init(&hash->state);
}

void hash_add(struct hash *hash, str piece)
{
    crypto_hash_sha256_update(&hash->state, (const unsigned char *)piece.p, piece.n);
}

void hash_end(struct hash *hash, char ret_hex[static HASH_TEXT_SIZE])
{
    unsigned char bytes[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&hash->state, bytes);
    hex_of(bytes, ret_hex);
}

/* See hash.h. */
#include "base/hash.h"

static void hex_of(const unsigned char hash[static HASH_SIZE], char ret_hex[static HASH_TEXT_SIZE])
{
    sodium_bin2hex(ret_hex, HASH_TEXT_SIZE, hash, HASH_SIZE);
}

void hash_sha256_hex(str text, char ret_hex[static HASH_TEXT_SIZE])
{
    unsigned char hash[HASH_SIZE];
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

void hash_end_bytes(struct hash *hash, unsigned char ret_bytes[static HASH_SIZE])
{
    crypto_hash_sha256_final(&hash->state, ret_bytes);
}

void hash_end(struct hash *hash, char ret_hex[static HASH_TEXT_SIZE])
{
    unsigned char bytes[HASH_SIZE];
    hash_end_bytes(hash, bytes);
    hex_of(bytes, ret_hex);
}

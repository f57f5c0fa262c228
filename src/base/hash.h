/* SHA-256 as text: for secrets that are looked up but kept nowhere (session tokens), for fingerprints, and to compare
 * what is too large to be held twice. Not for passwords, which need a slow hash. Pure; any thread. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <sodium.h>

#include "base/str.h"

enum { HASH_SIZE = crypto_hash_sha256_BYTES, HASH_TEXT_SIZE = 2 * HASH_SIZE + 1 };

/* SHA-256 (FIPS 180-4) of the bytes of `text` as 64 lower-case hex digits and a NUL. */
void hash_sha256_hex(str text, char ret_hex[static HASH_TEXT_SIZE]);

/* The same of bytes that come in pieces. A copy of the struct goes on by itself. */
struct hash {
    crypto_hash_sha256_state state;
};

void hash_start(struct hash *hash);
void hash_add(struct hash *hash, str piece);

/* After either of these `hash` is of no use. */
void hash_end(struct hash *hash, char ret_hex[static HASH_TEXT_SIZE]);
void hash_end_bytes(struct hash *hash, unsigned char ret_bytes[static HASH_SIZE]);

#endif

/* SHA-256: for session tokens, of which only the hash is stored, for fingerprints, and to compare large data. Not for
 * passwords, which require a slow hash. Pure; any thread. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <sodium.h>

#include "base/str.h"

enum { HASH_SIZE = crypto_hash_sha256_BYTES, HASH_TEXT_SIZE = 2 * HASH_SIZE + 1 };

/* SHA-256 (FIPS 180-4) of the bytes of `text` as 64 lower-case hex digits and a NUL. */
void hash_sha256_hex(str text, char ret_hex[static HASH_TEXT_SIZE]);

/* Incremental hashing. A copy of the struct can be continued independently. */
struct hash {
    crypto_hash_sha256_state state;
};

void hash_start(struct hash *hash);
void hash_add(struct hash *hash, str piece);

/* Either of these finishes the hash; it must be started again before further use. */
void hash_end(struct hash *hash, char ret_hex[static HASH_TEXT_SIZE]);
void hash_end_bytes(struct hash *hash, unsigned char ret_bytes[static HASH_SIZE]);

#endif

/* SHA-256 as text: for secrets that are looked up but kept nowhere (session tokens), and for fingerprints. Not for
 * passwords, which need a slow hash. Pure; any thread. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

enum { HASH_TEXT_SIZE = 65 };

/* SHA-256 (FIPS 180-4) of the bytes of `text` as 64 lower-case hex digits and a NUL. */
void hash_sha256_hex(str text, char ret_hex[static HASH_TEXT_SIZE]);

#endif

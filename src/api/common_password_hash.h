/* The hash by which common passwords are stored and found (FNV-1a of 64 bits, with the finish of MurmurHash3, because
 * the texts are short). tools/passwords uses it at build time. It need not resist attacks: the list is public. */
#ifndef API_COMMON_PASSWORD_HASH_H
#define API_COMMON_PASSWORD_HASH_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t common_password_hash(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
    return hash ^ hash >> 33;
}

#endif

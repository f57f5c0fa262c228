/* See random.h. */
#include "base/random.h"

#include <sodium.h>

#include "base/check.h"

void random_start(void)
{
    CHECK(sodium_init() >= 0);
}

void random_bytes(void *ret_bytes, size_t size)
{
    randombytes_buf(ret_bytes, size);
}

void random_hex(char *ret_text, size_t size)
{
    unsigned char bytes[64];
    CHECK(size <= sizeof(bytes));
    randombytes_buf(bytes, size);
    sodium_bin2hex(ret_text, 2 * size + 1, bytes, size);
}

void ordered_id(int64_t now_ms, char ret_text[static ORDERED_ID_SIZE])
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    unsigned __int128 value = 0;
    unsigned char tail[10];
    randombytes_buf(tail, sizeof(tail));
    value = (unsigned __int128)(uint64_t)now_ms;
    for (size_t i = 0; i < sizeof(tail); i++) value = value << 8 | tail[i];
    for (int i = ORDERED_ID_SIZE - 2; i >= 0; i--, value >>= 5) ret_text[i] = digits[(unsigned)value & 31];
    ret_text[ORDERED_ID_SIZE - 1] = '\0';
}

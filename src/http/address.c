/* See address.h. */
#include "http/address.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/check.h"

/* FNV-1a. The limits of connections and memory bound the table, so colliding addresses do no harm. */
static unsigned key_hash(const void *key, size_t size)
{
    const unsigned char *bytes = key;
    uint32_t hash = UINT32_C(2166136261);
    for (size_t i = 0; i < size; i++) hash = (hash ^ bytes[i]) * UINT32_C(16777619);
    return hash;
}

#define HASH_FUNCTION(key, size, hash) ((hash) = key_hash(key, size)) /* uthash's default causes compiler warnings */
#include <uthash.h>

enum { KEY_SIZE = 8, V4_IN_V6_OFFSET = 12 };

struct address_count {
    unsigned char key[KEY_SIZE + 1]; /* the last byte distinguishes IPv4 and IPv6 */
    int connections;
    size_t held; /* bytes */
    UT_hash_handle hh;
};

/* The four bytes of an IPv4 address, plain or inside IPv6; NULL for a real IPv6 address. */
static const void *v4_bytes(const struct sockaddr_storage *peer)
{
    if (peer->ss_family == AF_INET) return &((const struct sockaddr_in *)(const void *)peer)->sin_addr;
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
    return IN6_IS_ADDR_V4MAPPED(v6) ? v6->s6_addr + V4_IN_V6_OFFSET : NULL;
}

void address_text(const struct sockaddr_storage *peer, char ret_text[static ADDRESS_TEXT_SIZE])
{
    const void *v4 = v4_bytes(peer);
    const void *v6 = &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
    int result = v4 ? uv_inet_ntop(AF_INET, v4, ret_text, ADDRESS_TEXT_SIZE)
                    : uv_inet_ntop(AF_INET6, v6, ret_text, ADDRESS_TEXT_SIZE);
    CHECK(result == 0);
}

static void key_set(const struct sockaddr_storage *peer, unsigned char key[static KEY_SIZE + 1])
{
    const void *v4 = v4_bytes(peer);
    memset(key, 0, KEY_SIZE + 1);
    if (v4) {
        memcpy(key, v4, 4);
        key[KEY_SIZE] = 4;
        return;
    }
    memcpy(key, ((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr.s6_addr, KEY_SIZE);
    key[KEY_SIZE] = 6;
}

str address_network(str address, char ret_text[static ADDRESS_NETWORK_SIZE])
{
    char text[ADDRESS_TEXT_SIZE] = "";
    struct sockaddr_storage peer = {.ss_family = AF_INET6};
    struct in6_addr *v6 = &((struct sockaddr_in6 *)(void *)&peer)->sin6_addr;
    if (address.n >= sizeof(text)) return address;
    memcpy(text, address.p, address.n);
    if (uv_inet_pton(AF_INET6, text, v6) != 0 || v4_bytes(&peer)) return address;
    unsigned char key[KEY_SIZE + 1];
    key_set(&peer, key);
    memset(v6, 0, sizeof(*v6));
    memcpy(v6, key, KEY_SIZE);
    address_text(&peer, text);
    int n = snprintf(ret_text, ADDRESS_NETWORK_SIZE, "%s/64", text);
    return (str){ret_text, (size_t)n};
}

struct address_count *address_enter(struct addresses *addresses, const struct sockaddr_storage *peer, int max)
{
    unsigned char key[KEY_SIZE + 1];
    key_set(peer, key);
    struct address_count *count;
    HASH_FIND(hh, addresses->counts, key, sizeof(key), count);
    if (count && count->connections >= max) return NULL;
    if (!count) {
        count = calloc(1, sizeof(*count));
        CHECK(count != NULL);
        memcpy(count->key, key, sizeof(key));
        HASH_ADD(hh, addresses->counts, key, sizeof(key), count);
    }
    count->connections++;
    return count;
}

static void settle(struct addresses *addresses, struct address_count *count)
{
    if (count->connections > 0 || count->held > 0) return;
    HASH_DEL(addresses->counts, count);
    free(count);
}

void address_leave(struct addresses *addresses, struct address_count *count)
{
    if (!count) return;
    CHECK(count->connections > 0);
    count->connections--;
    settle(addresses, count);
}

void address_charge(struct addresses *addresses, struct address_count *count, size_t before, size_t after)
{
    if (!count) return;
    CHECK(count->held >= before);
    count->held += after - before;
    settle(addresses, count);
}

size_t address_held(const struct address_count *count)
{
    return count ? count->held : 0;
}

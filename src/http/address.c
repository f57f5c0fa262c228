/* See address.h. */
#include "http/address.h"

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
#include "base/hash_table.h"

enum { KEY_SIZE = 8, V4_OFFSET = 12, V4_BITS = 32, V6_BITS = 128 };

static const unsigned char v4_prefix[V4_OFFSET] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct address_count {
    unsigned char key[KEY_SIZE + 1]; /* the last byte distinguishes IPv4 and IPv6 */
    int connections;
    size_t held; /* bytes */
    struct evictable_set evictables;
    UT_hash_handle hh;
};

static bool is_v4(const struct address *address)
{
    return memcmp(address->bytes, v4_prefix, V4_OFFSET) == 0;
}

struct address address_of_bytes(const void *bytes, size_t n)
{
    struct address address;
    CHECK(n == V4_BITS / 8 || n == ADDRESS_BYTES);
    memcpy(address.bytes, v4_prefix, V4_OFFSET);
    memcpy(address.bytes + ADDRESS_BYTES - n, bytes, n);
    return address;
}

struct address address_of(const struct sockaddr_storage *peer)
{
    if (peer->ss_family == AF_INET)
        return address_of_bytes(&((const struct sockaddr_in *)(const void *)peer)->sin_addr, V4_BITS / 8);
    return address_of_bytes(&((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, ADDRESS_BYTES);
}

bool address_parse(str text, struct address *ret_address)
{
    char copy[ADDRESS_TEXT_SIZE] = "";
    unsigned char bytes[ADDRESS_BYTES];
    if (text.n >= sizeof(copy) || str_find(text, '\0') < text.n || str_find(text, '%') < text.n) return false;
    memcpy(copy, text.p, text.n);
    bool v4 = uv_inet_pton(AF_INET, copy, bytes) == 0;
    if (!v4 && uv_inet_pton(AF_INET6, copy, bytes) != 0) return false;
    *ret_address = address_of_bytes(bytes, v4 ? V4_BITS / 8 : ADDRESS_BYTES);
    return true;
}

bool address_is_port(str text)
{
    int64_t port;
    return text.n > 0 && text.p[0] >= '0' && text.p[0] <= '9' && str_to_int(text, &port) && port <= 65535;
}

void address_text(const struct address *address, char ret_text[static ADDRESS_TEXT_SIZE])
{
    int result = is_v4(address) ? uv_inet_ntop(AF_INET, address->bytes + V4_OFFSET, ret_text, ADDRESS_TEXT_SIZE)
                                : uv_inet_ntop(AF_INET6, address->bytes, ret_text, ADDRESS_TEXT_SIZE);
    CHECK(result == 0);
}

str address_network(str text, char ret_text[static ADDRESS_NETWORK_SIZE])
{
    char first[ADDRESS_TEXT_SIZE];
    struct address address;
    if (!address_parse(text, &address) || is_v4(&address)) return text;
    memset(address.bytes + KEY_SIZE, 0, ADDRESS_BYTES - KEY_SIZE);
    address_text(&address, first);
    int n = snprintf(ret_text, ADDRESS_NETWORK_SIZE, "%s/64", first);
    return (str){ret_text, (size_t)n};
}

/* --- networks ----------------------------------------------------------------------------------------------------- */

/* Whether two addresses are equal in their first bits. */
static bool share_prefix(const struct address *a, const struct address *b, int bits)
{
    size_t whole = (size_t)bits / 8;
    int rest = bits % 8;
    if (memcmp(a->bytes, b->bytes, whole) != 0) return false;
    return rest == 0 || (a->bytes[whole] ^ b->bytes[whole]) >> (8 - rest) == 0;
}

/* Whether all bits after the prefix are 0. */
static bool is_first(const struct address *address, int bits)
{
    for (int i = bits; i < V6_BITS; i++) {
        if (address->bytes[i / 8] >> (7 - i % 8) & 1) return false;
    }
    return true;
}

static bool network_parse(str text, struct network *ret_network)
{
    size_t slash = str_find(text, '/');
    struct network network = {.bits = V6_BITS};
    if (!address_parse(str_first(text, slash), &network.first)) return false;
    if (slash < text.n) {
        int64_t bits, most = is_v4(&network.first) ? V4_BITS : V6_BITS;
        if (!str_to_int(str_from(text, slash + 1), &bits) || bits < 0 || bits > most) return false;
        network.bits = (int)(bits + V6_BITS - most);
    }
    *ret_network = network;
    return is_first(&network.first, network.bits);
}

bool networks_parse(str text, struct networks *ret_networks, str *ret_wrong)
{
    str part;
    *ret_networks = (struct networks){0};
    if (str_trim(text).n == 0) return true;
    while (str_split(&text, ',', &part)) {
        part = str_trim(part);
        *ret_wrong = part;
        if (ret_networks->count == NETWORKS_MAX) return false;
        if (!network_parse(part, &ret_networks->list[ret_networks->count++])) return false;
    }
    return true;
}

bool networks_contain(const struct networks *networks, const struct address *address)
{
    for (size_t i = 0; i < networks->count; i++) {
        if (share_prefix(&networks->list[i].first, address, networks->list[i].bits)) return true;
    }
    return false;
}

/* --- counts ------------------------------------------------------------------------------------------------------- */

static void key_set(const struct address *address, unsigned char key[static KEY_SIZE + 1])
{
    bool v4 = is_v4(address);
    memset(key, 0, KEY_SIZE + 1);
    memcpy(key, address->bytes + (v4 ? V4_OFFSET : 0), v4 ? V4_BITS / 8 : KEY_SIZE);
    key[KEY_SIZE] = v4 ? 4 : 6;
}

struct address_count *address_find(struct addresses *addresses, const struct address *address)
{
    unsigned char key[KEY_SIZE + 1];
    struct address_count *count;
    key_set(address, key);
    HASH_FIND(hh, addresses->counts, key, sizeof(key), count);
    if (count) return count;
    count = calloc(1, sizeof(*count));
    CHECK(count != NULL);
    memcpy(count->key, key, sizeof(key));
    HASH_ADD(hh, addresses->counts, key, sizeof(key), count);
    return count;
}

struct address_count *address_enter(struct addresses *addresses, const struct address *address, int max)
{
    struct address_count *count = address_find(addresses, address);
    if (count->connections >= max) return NULL; /* not new: max > 0 */
    count->connections++;
    return count;
}

static void settle(struct addresses *addresses, struct address_count *count)
{
    if (count->connections > 0 || count->held > 0) return;
    CHECK(count->evictables.count == 0);
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

struct evictable_set *address_evictables(struct address_count *count)
{
    return count ? &count->evictables : NULL;
}

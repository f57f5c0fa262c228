/* Addresses of clients, networks of addresses, and the open connections and the memory of the requests of each address.
 * IPv6 addresses are counted by their /64, because a single subscriber usually has a whole /64. Counting: network
 * thread only. */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/str.h"
#include "http/eviction.h"

enum { ADDRESS_BYTES = 16, ADDRESS_TEXT_SIZE = 46, ADDRESS_NETWORK_SIZE = ADDRESS_TEXT_SIZE + sizeof("/64") };

/* An IPv6 address; IPv4 as IPv4 in IPv6 (::ffff:192.0.2.1). */
struct address {
    unsigned char bytes[ADDRESS_BYTES];
};

/* Of the 4 bytes of an IPv4 or the 16 of an IPv6 address, in network order. */
struct address address_of_bytes(const void *bytes, size_t n);

struct address address_of(const struct sockaddr_storage *peer);

/* "192.0.2.1" or "2001:db8::1"; false when the text is anything else. */
bool address_parse(str text, struct address *ret_address);

/* A decimal number from 0 to 65535. */
bool address_is_port(str text);

/* As text without port; IPv4 in IPv6 is written as IPv4. */
void address_text(const struct address *address, char ret_text[static ADDRESS_TEXT_SIZE]);

/* The key by which an address is counted, as text: "192.0.2.1" itself, and "2001:db8::/64" for 2001:db8::1. The text is
 * in ret_text or in `address`. Pure; any thread. */
str address_network(str address, char ret_text[static ADDRESS_NETWORK_SIZE]);

/* --- networks --- */

enum { NETWORKS_MAX = 64 };

struct network {
    struct address first;
    int bits; /* of the prefix, 0 to 128; of IPv4 96 more than in its text */
};

struct networks {
    struct network list[NETWORKS_MAX];
    size_t count;
};

/* A list of addresses and networks in CIDR notation, separated by commas: "10.0.0.0/8, 2001:db8::/32, 192.0.2.1".
 * False, with the part that is none in *ret_wrong, when it has another form, a network has bits outside of its prefix,
 * or there are more than NETWORKS_MAX. */
bool networks_parse(str text, struct networks *ret_networks, str *ret_wrong);

bool networks_contain(const struct networks *networks, const struct address *address);

/* --- counts --- */

struct address_count;

/* The counts of all addresses of a server. */
struct addresses {
    struct address_count *counts; /* a hash table */
};

/* The count of an address. If it is new, it lives until its first use has ended: enter it or charge it at once. */
struct address_count *address_find(struct addresses *addresses, const struct address *address);

/* Counts one more connection. Returns NULL, and counts none, when the address has `max` already. */
struct address_count *address_enter(struct addresses *addresses, const struct address *address, int max);

/* Changes the memory counted for the requests of an address from `before` to `after` bytes; accepts NULL. The count is
 * freed when it has neither connections nor memory. */
void address_charge(struct addresses *addresses, struct address_count *count, size_t before, size_t after);

/* Memory of the requests in bytes; 0 for NULL. */
size_t address_held(const struct address_count *count);

/* Its connections that can be evicted; NULL for NULL. */
struct evictable_set *address_evictables(struct address_count *count);

/* Decrements the count of connections; accepts NULL. */
void address_leave(struct addresses *addresses, struct address_count *count);

#endif

/* Peer addresses, with the number of open connections and the memory of the requests of each. IPv6 addresses are
 * counted by their /64, because a single subscriber usually has a whole /64. Counting: network thread only. */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include <stddef.h>
#include <sys/socket.h>

#include "base/str.h"

enum { ADDRESS_TEXT_SIZE = 46, ADDRESS_NETWORK_SIZE = ADDRESS_TEXT_SIZE + sizeof("/64") };

struct address_count;

/* The counts of all addresses of a server. */
struct addresses {
    struct address_count *counts; /* a hash table */
};

/* The peer's address as text without port; IPv4 in IPv6 is written as IPv4. */
void address_text(const struct sockaddr_storage *peer, char ret_text[static ADDRESS_TEXT_SIZE]);

/* The key by which an address is counted, as text: "192.0.2.1" itself, and "2001:db8::/64" for 2001:db8::1. The text is
 * in ret_text or in `address`. Pure; any thread. */
str address_network(str address, char ret_text[static ADDRESS_NETWORK_SIZE]);

/* Counts one more connection. Returns NULL, and counts none, when the address has `max` already. */
struct address_count *address_enter(struct addresses *addresses, const struct sockaddr_storage *peer, int max);

/* Changes the memory counted for the requests of an address from `before` to `after` bytes; accepts NULL. The count is
 * freed when it has neither connections nor memory. */
void address_charge(struct addresses *addresses, struct address_count *count, size_t before, size_t after);

/* Memory of the requests in bytes; 0 for NULL. */
size_t address_held(const struct address_count *count);

/* Decrements the count of connections; accepts NULL. */
void address_leave(struct addresses *addresses, struct address_count *count);

#endif

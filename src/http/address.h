/* Peer addresses, and how many connections each has open. An IPv4 address counts by itself, an IPv6 one by its /64,
 * because one subscriber holds at least that many addresses. Network thread only. */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include <sys/socket.h>

enum { ADDRESS_TEXT_SIZE = 46 };

struct address_count;

/* What is counted, all addresses of a server. */
struct addresses {
    struct address_count *counts; /* a hash table */
};

/* The peer's address as text without port; IPv4 in IPv6 is shown as IPv4. */
void address_text(const struct sockaddr_storage *peer, char ret_text[static ADDRESS_TEXT_SIZE]);

/* Counts one more connection. Returns NULL, and counts none, when the address has `max` already. */
struct address_count *address_enter(struct addresses *addresses, const struct sockaddr_storage *peer, int max);

/* Counts one less; accepts NULL. */
void address_leave(struct addresses *addresses, struct address_count *count);

#endif

/* Whose request a trusted proxy passes on: the Forwarded header (RFC 7239), or X-Forwarded-For and X-Forwarded-Proto.
 *
 * Each proxy appends the address that it received the request from, so the lists are read from their end: as long as an
 * address is that of a trusted proxy, the entry before it was written by that proxy. The first address that is not
 * trusted is the client; what comes before it in the list was written by the client and means nothing. An entry that
 * names no address ("unknown", a pseudonym, anything malformed) ends the search: the request counts as one of the proxy
 * that wrote it.
 *
 * A proxy usually writes one of the two headers and passes the other on as the client sent it. Which one cannot be
 * known, so when both are present and name different clients, neither is used. */
#ifndef HTTP_FORWARDED_H
#define HTTP_FORWARDED_H

#include "http/address.h"
#include "http/http.h"

struct client {
    struct address address;
    bool secure; /* it uses TLS, up to us or up to a proxy that says so */
};

/* Replaces *client, the sender of the request, which is a trusted proxy, by the client that the headers name. */
void forwarded_read(const struct http_request *request, const struct networks *trusted, struct client *client);

#endif

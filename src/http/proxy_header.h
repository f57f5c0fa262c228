/* The header that a proxy sends before everything else on a connection, to name the client that it connects: versions 1
 * and 2 of the PROXY protocol (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt). Pure. */
#ifndef HTTP_PROXY_HEADER_H
#define HTTP_PROXY_HEADER_H

#include "http/address.h"

/* Bytes of a header, the fields after the addresses in version 2 included. */
enum { PROXY_HEADER_MAX = 4096 };

enum proxy_header {
    PROXY_HEADER_INCOMPLETE, /* so far it is one */
    PROXY_HEADER_COMPLETE,
    PROXY_HEADER_INVALID, /* or larger than PROXY_HEADER_MAX */
};

/* Reads the header at the start of `bytes`. When it is complete, *ret_size is its size, and *address is replaced by
 * that of the client; it stays as it is when the proxy speaks for itself (LOCAL) or the client has no internet address.
 */
enum proxy_header proxy_header_read(str bytes, size_t *ret_size, struct address *address);

#endif

/* See proxy_header.h. */
#include "http/proxy_header.h"

#include "base/check.h"

enum { LINE_MAX_BYTES = 107, FIXED_SIZE = 16, PORTS_SIZE = 4, PARTS_MAX = 6 };

static const str signature = {"\r\n\r\n\0\r\nQUIT\n", 12};

/* --- version 1: "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n" ------------------------------------------------- */

static enum proxy_header line_read(str line, struct address *address)
{
    str parts[PARTS_MAX], part;
    struct address client, server;
    size_t count = 0;
    while (count < PARTS_MAX && str_split(&line, ' ', &part)) parts[count++] = part;
    if (count >= 2 && str_is(parts[1], "UNKNOWN")) return PROXY_HEADER_COMPLETE;
    if (count < PARTS_MAX || line.p) return PROXY_HEADER_INVALID;
    bool v4 = str_is(parts[1], "TCP4"), colons = str_find(parts[2], ':') < parts[2].n;
    if (v4 == colons || !(v4 || str_is(parts[1], "TCP6"))) return PROXY_HEADER_INVALID;
    if (!address_parse(parts[2], &client) || !address_parse(parts[3], &server)) return PROXY_HEADER_INVALID;
    if (!address_is_port(parts[4]) || !address_is_port(parts[5])) return PROXY_HEADER_INVALID;
    *address = client;
    return PROXY_HEADER_COMPLETE;
}

static enum proxy_header text_read(str bytes, size_t *ret_size, struct address *address)
{
    size_t end = str_find(bytes, '\n');
    if (end == bytes.n) return bytes.n < LINE_MAX_BYTES ? PROXY_HEADER_INCOMPLETE : PROXY_HEADER_INVALID;
    if (end >= LINE_MAX_BYTES || bytes.p[end - 1] != '\r') return PROXY_HEADER_INVALID;
    *ret_size = end + 1;
    return line_read(str_first(bytes, end - 1), address);
}

/* --- version 2: signature, version and command, family, length, addresses, further fields ------------------------- */

static unsigned byte_at(str bytes, size_t i)
{
    return (unsigned char)bytes.p[i];
}

static enum proxy_header addresses_read(unsigned command, unsigned family, str fields, struct address *address)
{
    enum { LOCAL = 0x20, PROXY = 0x21, INET = 0x1, INET6 = 0x2 };
    bool v4 = family >> 4 == INET, v6 = family >> 4 == INET6;
    size_t size = v4 ? 4 : ADDRESS_BYTES;
    if (command == LOCAL) return PROXY_HEADER_COMPLETE;
    if (command != PROXY) return PROXY_HEADER_INVALID;
    if (!v4 && !v6) return PROXY_HEADER_COMPLETE;
    if (fields.n < 2 * size + PORTS_SIZE) return PROXY_HEADER_INVALID;
    *address = address_of_bytes(fields.p, size);
    return PROXY_HEADER_COMPLETE;
}

static enum proxy_header binary_read(str bytes, size_t *ret_size, struct address *address)
{
    if (bytes.n < FIXED_SIZE) return PROXY_HEADER_INCOMPLETE;
    size_t size = FIXED_SIZE + (byte_at(bytes, 14) << 8 | byte_at(bytes, 15));
    if (size > PROXY_HEADER_MAX) return PROXY_HEADER_INVALID;
    if (bytes.n < size) return PROXY_HEADER_INCOMPLETE;
    *ret_size = size;
    return addresses_read(byte_at(bytes, 12), byte_at(bytes, 13), str_from(str_first(bytes, size), FIXED_SIZE),
                          address);
}

/* Whether the bytes begin with the beginning, or are the beginning, of a text. */
static bool agrees(str bytes, str text)
{
    size_t n = bytes.n < text.n ? bytes.n : text.n;
    return memcmp(bytes.p, text.p, n) == 0;
}

enum proxy_header proxy_header_read(str bytes, size_t *ret_size, struct address *address)
{
    CHECK(bytes.n > 0);
    if (agrees(bytes, STR("PROXY "))) return text_read(bytes, ret_size, address);
    if (agrees(bytes, signature)) return binary_read(bytes, ret_size, address);
    return PROXY_HEADER_INVALID;
}

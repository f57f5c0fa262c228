/* Header fields that are parsed by code of our own: cookies, entity tags, Accept, Forwarded, addresses, and the header
 * of the PROXY protocol. */
#include "fuzz.h"

#include "http/address.h"
#include "http/etag.h"
#include "http/field.h"
#include "http/forwarded.h"
#include "http/media.h"
#include "http/proxy_header.h"

/* Cookies: joining two lines gives what is in them, in their order. */
static void cookies(struct arena *arena, str bytes)
{
    size_t half = bytes.n / 2, found = 0;
    struct http_header headers[] = {{STR("Cookie"), str_first(bytes, half)}, {STR("cookie"), str_from(bytes, half)}};
    struct http_request request = {.arena = arena, .headers = headers, .header_count = 2};
    str joined = field_joined(&request, STR("Cookie"), ';'), pair;
    CHECK(joined.p && joined.n >= bytes.n);
    while (str_split(&joined, ';', &pair)) found += pair.n;
    CHECK(found <= bytes.n);
}

static void tags(struct arena *arena, str bytes)
{
    struct versions versions;
    if (if_match_parse(bytes, &versions) == OK) {
        str tag = etag_of(arena, 7, STR(""));
        (void)if_none_match(bytes, tag);
    }
    CHECK(if_none_match(etag_of(arena, 7, STR("")), etag_of(arena, 7, STR(""))));
}

static void media(struct arena *arena, str bytes)
{
    (void)arena;
    int quality = media_quality(bytes, STR("application/json"));
    CHECK(quality >= 0 && quality <= 1000);
    (void)media_is(bytes, STR("application/json"));
}

/* The client that a proxy names is an address, or the proxy itself. */
static void forwarded(struct arena *arena, str bytes)
{
    static const char *const names[] = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto"};
    struct networks trusted;
    str wrong;
    struct http_header header = {str_of(names[fuzz_choice(&bytes, 3)]), bytes};
    struct http_request request = {.arena = arena, .headers = &header, .header_count = 1};
    struct client client = {.address = address_of_bytes("\x7f\0\0\1", 4)};
    CHECK(networks_parse(STR("127.0.0.1, 10.0.0.0/8"), &trusted, &wrong));
    forwarded_read(&request, &trusted, &client);
    char text[ADDRESS_TEXT_SIZE];
    struct address again;
    address_text(&client.address, text);
    CHECK(address_parse(str_of(text), &again) && memcmp(&again, &client.address, sizeof(again)) == 0);
}

static void addresses(struct arena *arena, str bytes)
{
    struct networks networks;
    str wrong;
    char network[ADDRESS_NETWORK_SIZE];
    (void)arena;
    if (networks_parse(bytes, &networks, &wrong)) CHECK(networks.count <= NETWORKS_MAX);
    (void)address_is_port(bytes);
    struct address address;
    if (address_parse(bytes, &address)) CHECK(address_network(bytes, network).n > 0);
}

/* A header that is complete is complete with the bytes that follow too, and not before its end. */
static void proxy(struct arena *arena, str bytes)
{
    size_t size = 0, before = 0;
    struct address address = {0}, unused = {0};
    (void)arena;
    if (bytes.n == 0 || proxy_header_read(bytes, &size, &address) != PROXY_HEADER_COMPLETE) return;
    CHECK(size > 0 && size <= bytes.n && size <= PROXY_HEADER_MAX);
    if (size == 1) return;
    CHECK(proxy_header_read(str_first(bytes, size - 1), &before, &unused) == PROXY_HEADER_INCOMPLETE);
}

static void fuzz(struct arena *arena, str bytes)
{
    static void (*const variants[])(struct arena *, str) = {cookies, tags, media, forwarded, addresses, proxy};
    variants[fuzz_choice(&bytes, 6)](arena, bytes);
}

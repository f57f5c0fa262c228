/* See s3_address.h. */
#include "archive/s3_address.h"

#include <arpa/inet.h>

enum { BUCKET_MIN = 3, BUCKET_MAX = 63, REGION_MAX = 63, ENDPOINT_MAX = 512 };

/* Whether there are only small letters, digits and these. */
static bool all_of(str text, const char *others)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool usual = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
        if (!usual && !memchr(others, c, strlen(others))) return false;
    }
    return true;
}

static bool bucket_is_valid(str bucket)
{
    return bucket.n >= BUCKET_MIN && bucket.n <= BUCKET_MAX && all_of(bucket, "-.") &&
           all_of(str_first(bucket, 1), "") && all_of(str_from(bucket, bucket.n - 1), "");
}

static bool prefix_is_valid(str prefix)
{
    str part;
    if (prefix.n == 0) return true;
    if (prefix.n > S3_PREFIX_MAX || !all_of(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./=+@")) return false;
    while (str_split(&prefix, '/', &part)) {
        if (part.n == 0 || str_is(part, ".") || str_is(part, "..")) return false;
    }
    return true;
}

str s3_address_parse(str address, struct s3_address *ret_address)
{
    static const str scheme = {"s3://", 5};
    if (!str_starts(address, scheme)) return STR("the address of a bucket is s3://BUCKET/PREFIX");
    str rest = str_from(address, scheme.n);
    str bucket = str_first(rest, str_find(rest, '/')), prefix = str_from(rest, bucket.n + 1);
    if (str_ends(prefix, STR("/"))) prefix.n--;
    if (!bucket_is_valid(bucket))
        return STR("the name of a bucket has 3 to 63 small letters, digits, hyphens and points");
    if (!prefix_is_valid(prefix))
        return STR("the prefix of a bucket has up to 512 letters, digits and -_./=+@, and no empty or relative part");
    *ret_address = (struct s3_address){bucket, prefix};
    return STR_NONE;
}

/* 127.0.0.0/8 */
static bool is_loopback_address(str host)
{
    char text[INET_ADDRSTRLEN];
    struct in_addr address;
    if (host.n >= sizeof(text)) return false;
    memcpy(text, host.p, host.n);
    text[host.n] = '\0';
    return inet_pton(AF_INET, text, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

static bool is_loopback(str host)
{
    return str_is(host, "localhost") || str_is(host, "[::1]") || is_loopback_address(host);
}

static bool host_is_valid(str host)
{
    return host.n > 0 && all_of(host, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-.[]:");
}

/* https://HOST or https://HOST:PORT. */
static bool endpoint_is_valid(str endpoint, bool *ret_plain)
{
    static const str secure = {"https://", 8}, plain = {"http://", 7};
    *ret_plain = str_starts(endpoint, plain);
    if (!*ret_plain && !str_starts(endpoint, secure)) return false;
    str host = str_from(endpoint, *ret_plain ? plain.n : secure.n);
    size_t end = host.n;
    while (end > 0 && host.p[end - 1] >= '0' && host.p[end - 1] <= '9') end--;
    if (end > 0 && end < host.n && host.p[end - 1] == ':' && !str_ends(str_first(host, end - 1), STR(":")))
        host = str_first(host, end - 1);
    return endpoint.n <= ENDPOINT_MAX && host_is_valid(host) && (!*ret_plain || is_loopback(host));
}

str s3_settings_refused(const struct settings *settings, struct arena *arena)
{
    bool plain = false;
    if (settings->s3_region.n == 0 || settings->s3_region.n > REGION_MAX || !all_of(settings->s3_region, "-"))
        return STR("BOXOFFICE_S3_REGION is not the name of a region, as eu-central-1");
    if (settings->s3_endpoint.n > 0 && !endpoint_is_valid(settings->s3_endpoint, &plain))
        return plain ? STR("BOXOFFICE_S3_ENDPOINT: http:// is for this machine only; use https://")
                     : STR("BOXOFFICE_S3_ENDPOINT is not https://HOST or https://HOST:PORT");
    if (settings->s3_access_key_file.n == 0 || settings->s3_secret_key_file.n == 0)
        return arena_printf(arena, "s3:// requires BOXOFFICE_S3_%s_KEY_FILE, the path of a file with the key",
                            settings->s3_access_key_file.n == 0 ? "ACCESS" : "SECRET");
    return STR_NONE;
}

str s3_endpoint(const struct settings *settings, struct arena *arena)
{
    if (settings->s3_endpoint.n > 0) return arena_copy(arena, settings->s3_endpoint);
    return arena_printf(arena, "https://s3.%.*s.amazonaws.com", STR_ARG(settings->s3_region));
}

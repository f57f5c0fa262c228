/* See forwarded.h. */
#include "http/forwarded.h"

#include "http/field.h"

/* An entry of a list: the client of a proxy, and the scheme that it used, where the entry has one. */
struct hop {
    struct address address;
    str scheme;
};

typedef bool hop_read(str entry, struct hop *ret_hop);

/* Removes the last entry from *list; a separator in a quoted string is none (RFC 9110 section 5.6.4). */
static bool take_last(str *list, char separator, str *ret_entry)
{
    bool quoted = false;
    size_t start = 0;
    if (!list->p) return false;
    for (size_t i = 0; i < list->n; i++) {
        if (list->p[i] == '\\' && quoted)
            i++;
        else if (list->p[i] == '"')
            quoted = !quoted;
        else if (list->p[i] == separator && !quoted)
            start = i + 1;
    }
    *ret_entry = str_trim(str_from(*list, start));
    *list = start > 0 ? str_first(*list, start - 1) : STR_NONE;
    return true;
}

/* 192.0.2.1, 192.0.2.1:80, [2001:db8::1], [2001:db8::1]:80; some proxies write IPv6 without brackets, then without a
 * port. */
static bool node_read(str node, struct address *ret_address)
{
    if (node.n > 0 && node.p[0] == '[') {
        size_t end = str_find(node, ']');
        str rest = str_from(node, end + 1);
        bool ends = rest.n == 0 || (rest.p[0] == ':' && address_is_port(str_from(rest, 1)));
        return end < node.n && ends && address_parse(str_from(str_first(node, end), 1), ret_address);
    }
    size_t colon = str_find(node, ':');
    if (address_is_port(str_from(node, colon + 1))) {
        if (address_parse(str_first(node, colon), ret_address)) return true;
    }
    return address_parse(node, ret_address);
}

static bool plain_hop_read(str entry, struct hop *ret_hop)
{
    ret_hop->scheme = STR_NONE;
    return node_read(entry, &ret_hop->address);
}

/* The text of a token or of a quoted string; neither an address nor a scheme has a backslash. */
static str unquoted(str value)
{
    bool quoted = value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"';
    return quoted ? (str){value.p + 1, value.n - 2} : value;
}

/* for="[2001:db8::1]:80";proto=https;by=... */
static bool forwarded_hop_read(str entry, struct hop *ret_hop)
{
    str pair;
    bool found = false;
    ret_hop->scheme = STR_NONE;
    while (take_last(&entry, ';', &pair)) {
        size_t equals = str_find(pair, '=');
        str name = str_trim(str_first(pair, equals)), value = unquoted(str_trim(str_from(pair, equals + 1)));
        if (str_equal_nocase(name, STR("proto"))) ret_hop->scheme = value;
        if (!str_equal_nocase(name, STR("for"))) continue;
        if (found || !node_read(value, &ret_hop->address)) return false;
        found = true;
    }
    return found;
}

static bool is_https(str scheme)
{
    return str_equal_nocase(scheme, STR("https"));
}

enum { HOPS_MAX = 16 };

/* Follows the entries of one list from its end. */
static void follow(str list, hop_read *read, const struct networks *trusted, struct client *client)
{
    str entry;
    struct hop hop;
    for (int i = 0; i < HOPS_MAX && networks_contain(trusted, &client->address); i++) {
        if (!take_last(&list, ',', &entry) || !read(entry, &hop)) return;
        client->address = hop.address;
        if (hop.scheme.p) client->secure = is_https(hop.scheme);
    }
}

void forwarded_read(const struct http_request *request, const struct networks *trusted, struct client *client)
{
    struct client standard = *client, usual = *client;
    str forwarded = field_joined(request, STR("Forwarded"), ',');
    str forwarded_for = field_joined(request, STR("X-Forwarded-For"), ',');
    str schemes = field_joined(request, STR("X-Forwarded-Proto"), ','), scheme;
    follow(forwarded, forwarded_hop_read, trusted, &standard);
    follow(forwarded_for, plain_hop_read, trusted, &usual);
    if (take_last(&schemes, ',', &scheme)) usual.secure = is_https(scheme);
    bool differ = memcmp(&standard.address, &usual.address, sizeof(standard.address)) != 0;
    if (forwarded.p && forwarded_for.p && differ) return;
    *client = forwarded.p ? standard : usual;
}

/* See admit.h. */
#include "api/admit.h"

#include <stdio.h>

#include "api/authenticate.h"
#include "api/state.h"
#include "base/clock.h"
#include "http/address.h"
#include "http/field.h"
#include "http/media.h"

/* The media type of the body; NOTHING accepts an empty JSON object. */
static bool body_type_fits(const struct call *call)
{
    const struct takes *takes = &call->route->takes;
    str type = http_header(call->request, STR("Content-Type"), NULL);
    str coding = http_header(call->request, STR("Content-Encoding"), NULL);
    if (!type.p || (coding.p && !str_equal_nocase(coding, STR("identity")))) return false;
    if (takes->kind == TAKE_FORM) return media_is(type, STR("application/x-www-form-urlencoded"));
    if (takes->kind == TAKE_FILE) return media_is(type, str_of(takes->type));
    if (call->route->method == HTTP_PATCH && media_is(type, STR("application/merge-patch+json"))) return true;
    return media_is(type, STR("application/json"));
}

static err admit_types(struct call *call)
{
    str accept = field_joined(call->request, STR("Accept"), ','), given = route_produces(call->route);
    bool csv = call->route->gives.kind == GIVE_ROWS && media_accepts(accept, STR(CSV_TYPE));
    bool empty = call->route->status == 204; /* only a refusal has a body */
    if (given.p && !csv && !empty && !media_accepts(accept, given)) return ERR_NOT_ACCEPTABLE;
    if (call->request->body.n > 0 && !body_type_fits(call)) return ERR_UNSUPPORTED_MEDIA_TYPE;
    return OK;
}

/* Counts the request, and keeps the tightest limit for the headers of the response. */
static err count_in(struct call *call, enum rate_class class, enum rate_key key, str who)
{
    if (!call->api->settings->rate_limits) return OK;
    struct rate_decision rate = limiter_count(call->api->limiter, class, key, who, clock_monotonic_us());
    if (rate.quota == 0) return OK;
    bool tighter = call->rate.quota == 0 || rate.remaining < call->rate.remaining || rate.retry_s > 0;
    if (tighter) call->rate = rate;
    return rate.retry_s > 0 ? ERR_RATE_LIMITED : OK;
}

static err count(struct call *call, enum rate_key key, str who)
{
    return count_in(call, call->route->rate, key, who);
}

static err count_id(struct call *call, enum rate_key key, int64_t id)
{
    char text[24];
    int n = snprintf(text, sizeof(text), "%lld", (long long)id);
    return count(call, key, (str){text, (size_t)n});
}

str call_network(const struct call *call)
{
    char *text = arena_alloc(call_arena(call), ADDRESS_NETWORK_SIZE);
    return address_network(call->request->remote, text);
}

err admit_request(struct call *call, struct reader *reader)
{
    (void)reader;
    err e = admit_types(call);
    if (!e && !call->request->of_proxy) e = count(call, KEY_ADDRESS, call_network(call));
    if (e || call->route->flags & NO_ACTOR) return e;
    return credential_read(call);
}

/* A guess at a password, by the keys that count it. */
struct guess {
    struct {
        enum rate_key key;
        str who;
    } keys[2];
    size_t count;
};

/* What strangers do counts by account and address first, so that an address that is refused there does not use up the
 * quota of the account. */
static struct guess guess_of(const struct call *call, str account)
{
    struct arena *arena = call_arena(call);
    str network = call_network(call);
    if (call->actor.user_id) {
        str person = arena_printf(arena, "person %lld", (long long)call->actor.user_id);
        return (struct guess){{{KEY_DEVICE, person}}, 1};
    }
    if (call->input.device_id) {
        str device = arena_printf(arena, "device %lld", (long long)call->input.device_id);
        return (struct guess){{{KEY_DEVICE, device}}, 1};
    }
    str from = arena_printf(arena, "%.*s %.*s", STR_ARG(network), STR_ARG(account));
    return (struct guess){{{KEY_GUESS, from}, {KEY_ACCOUNT, account}}, 2};
}

err admit_guess(struct call *call, str account)
{
    struct guess guess = guess_of(call, account);
    err e = OK;
    for (size_t i = 0; !e && i < guess.count; i++) e = count_in(call, RATE_GUESS, guess.keys[i].key, guess.keys[i].who);
    return e;
}

void admit_right(struct call *call, str account)
{
    struct guess guess = guess_of(call, account);
    if (!call->api->settings->rate_limits) return;
    for (size_t i = 0; i < guess.count; i++)
        limiter_return(call->api->limiter, RATE_GUESS, guess.keys[i].key, guess.keys[i].who);
}

/* A browser sends the cookie, or a form, even when a page of another site causes the request. So the request has to
 * prove that a page of this site made it: by Sec-Fetch-Site, which pages cannot forge, or in older browsers by the
 * Origin, scheme included: a page that an attacker on the network served over plain HTTP is not a page of a site under
 * TLS. */
static bool same_site(const struct call *call)
{
    str site = http_header(call->request, STR("Sec-Fetch-Site"), NULL);
    if (site.p) return str_is(site, "same-origin") || str_is(site, "none");
    str origin = http_header(call->request, STR("Origin"), NULL);
    str host = http_header(call->request, STR("Host"), NULL);
    str scheme = call->request->secure ? STR("https://") : STR("http://");
    return str_starts(origin, scheme) && str_equal_nocase(str_from(origin, scheme.n), host);
}

/* Whether a page of another site may have made a request that changes something. A form is checked even without a
 * cookie, because that page could otherwise sign the visitor in to an account of its own choice. */
static bool cross_site(const struct call *call)
{
    enum http_method method = call->request->method;
    bool by_browser = call->credential.cookie || call->route->takes.kind == TAKE_FORM;
    return by_browser && method != HTTP_GET && method != HTTP_HEAD && !same_site(call);
}

/* Whether the client has an address of the monitoring; a proxy that does not say for whom it asks has none. */
static bool by_monitoring(const struct call *call)
{
    const struct networks *monitoring = call->api->monitoring;
    struct address address;
    return monitoring && !call->request->of_proxy && address_parse(call->request->remote, &address) &&
           networks_contain(monitoring, &address);
}

err admit_actor(struct call *call, struct reader *reader)
{
    (void)reader;
    enum role role = call->actor.role;
    bool allowed = role_in(call->route->roles, role) || (call->route->flags & MONITORS && by_monitoring(call));
    if (!allowed && role == ROLE_ANONYMOUS) return ERR_UNAUTHENTICATED;
    if (call->actor.user_id != 0) {
        err e = count_id(call, role_in(STAFF_ROLES, role) ? KEY_STAFF : KEY_ACTOR, call->actor.user_id);
        if (e) return e;
    }
    if (!allowed) return ERR_FORBIDDEN;
    if (cross_site(call)) {
        problem_add(&call->problem, STR(""), "cross_site", "The request was not made by a page of this site");
        return ERR_FORBIDDEN;
    }
    return OK;
}

err admit_body(struct call *call, struct reader *reader)
{
    (void)reader;
    const struct route *route = call->route;
    if (route->flags & BOOKS) return count_id(call, KEY_EVENT, INPUT_BODY(&call->input, booking_request)->event_id);
    if (route->flags & VERIFY) return admit_guess(call, INPUT_BODY(&call->input, login_request)->email);
    return OK;
}

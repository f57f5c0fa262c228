/* See request.h. */
#include "request.h"

#include "base/buf.h"
#include "base/money.h"
#include "base/time_text.h"
#include "operations.h"

enum { BODY_MAX = 1024, LINE_MAX_BYTES = 1024 };

enum kind { AS_NUMBER, AS_BOOL, AS_MONEY, AS_TIME, AS_ENUM, AS_TEXT };

/* Times of 0 are null, as are numbers of 0 in texts. */
static const struct {
    const char *name;
    enum kind kind;
    int set;                    /* AS_ENUM */
    const char *before, *after; /* AS_TEXT: around the number */
} members[ARG_COUNT] = {
    [ARG_EVENT] = {"eventId", AS_NUMBER, 0, NULL, NULL},
    [ARG_SCHEDULE] = {"scheduleId", AS_NUMBER, 0, NULL, NULL},
    [ARG_USER] = {"userId", AS_NUMBER, 0, NULL, NULL},
    [ARG_VENUE] = {"venueId", AS_NUMBER, 0, NULL, NULL},
    [ARG_QUANTITY] = {"quantity", AS_NUMBER, 0, NULL, NULL},
    [ARG_METHOD] = {"paymentMethod", AS_ENUM, SET_payment_method, NULL, NULL},
    [ARG_GUEST] = {"guestName", AS_TEXT, 0, "Guest ", ""},
    [ARG_AMOUNT] = {"amount", AS_MONEY, 0, NULL, NULL},
    [ARG_PAID_AT] = {"paidAt", AS_TIME, 0, NULL, NULL},
    [ARG_TITLE] = {"title", AS_TEXT, 0, "Evening ", ""},
    [ARG_PRICE] = {"price", AS_MONEY, 0, NULL, NULL},
    [ARG_CAPACITY] = {"capacity", AS_NUMBER, 0, NULL, NULL},
    [ARG_MAX_SEATS] = {"maxSeatsPerPerson", AS_NUMBER, 0, NULL, NULL},
    [ARG_VERIFIED_ONLY] = {"verifiedOnly", AS_BOOL, 0, NULL, NULL},
    [ARG_START_DATE] = {"startDate", AS_TIME, 0, NULL, NULL},
    [ARG_END_DATE] = {"endDate", AS_TIME, 0, NULL, NULL},
    [ARG_SALES_START] = {"salesStart", AS_TIME, 0, NULL, NULL},
    [ARG_SALES_END] = {"salesEnd", AS_TIME, 0, NULL, NULL},
    [ARG_EVENT_STATUS] = {"status", AS_ENUM, SET_event_status, NULL, NULL},
    [ARG_START_TIME] = {"startTime", AS_TIME, 0, NULL, NULL},
    [ARG_END_TIME] = {"endTime", AS_TIME, 0, NULL, NULL},
    [ARG_SCHEDULE_STATUS] = {"status", AS_ENUM, SET_schedule_status, NULL, NULL},
    [ARG_NAME] = {"name", AS_TEXT, 0, "Name ", ""},
    [ARG_ADDRESS] = {"address", AS_TEXT, 0, "", " Main Street"},
    [ARG_EMAIL] = {"email", AS_TEXT, 0, "person-", "@example.com"},
    [ARG_PASSWORD] = {"password", AS_TEXT, 0, "a hash that is long enough ", ""},
    [ARG_USER_ROLE] = {"role", AS_ENUM, SET_user_role, NULL, NULL},
    [ARG_IS_ADMIN] = {"isAdmin", AS_BOOL, 0, NULL, NULL},
    [ARG_IS_VERIFIED] = {"isVerified", AS_BOOL, 0, NULL, NULL},
    [ARG_REASON] = {"reason", AS_TEXT, 0, "Wrong line ", ""},
    [ARG_VERSION] = {"version", AS_NUMBER, 0, NULL, NULL},
};

static void value_write(struct buf *out, enum argument argument, int64_t value)
{
    char text[TIME_TEXT_SIZE];
    _Static_assert((int)MONEY_TEXT_SIZE <= (int)TIME_TEXT_SIZE, "an amount fits, too");
    switch (members[argument].kind) {
    case AS_NUMBER:
        buf_add_int(out, value);
        return;
    case AS_BOOL:
        buf_add(out, value ? STR("true") : STR("false"));
        return;
    case AS_MONEY:
        buf_printf(out, "\"%.*s\"", STR_ARG(money_to_text(value, text)));
        return;
    case AS_TIME:
        if (value)
            buf_printf(out, "\"%.*s\"", STR_ARG(time_to_rfc3339(value, text)));
        else
            BUF_LITERAL(out, "null");
        return;
    case AS_ENUM:
        buf_printf(out, "\"%.*s\"", STR_ARG(enum_text(members[argument].set, value)));
        return;
    case AS_TEXT:
        if (value) {
            buf_printf(out, "\"%s%lld%s\"", members[argument].before, (long long)value, members[argument].after);
        } else {
            BUF_LITERAL(out, "null");
        }
        return;
    }
}

str request_body(const struct request *request, struct arena *arena)
{
    struct buf out = buf_new(arena, BODY_MAX);
    const char *glue = "{";
    for (enum argument i = 0; i < ARG_COUNT; i++) {
        if (!gives(request, i)) continue;
        buf_printf(&out, "%s\"%s\": ", glue, members[i].name);
        value_write(&out, i, request->values[i]);
        glue = ", ";
    }
    buf_printf(&out, "%s}", glue[0] == '{' ? "{" : "");
    buf_add_char(&out, '\0');
    return str_first(buf_str(&out), out.n - 1);
}

str request_text(const struct request *request, struct arena *arena)
{
    struct buf out = buf_new(arena, LINE_MAX_BYTES);
    buf_printf(&out, "%s", request->operation->name);
    if (request->id) buf_printf(&out, " %lld", (long long)request->id);
    if (request->version != VERSION_ANY) buf_printf(&out, " If-Match %lld", (long long)request->version);
    if (request->given) buf_printf(&out, " %.*s", STR_ARG(request_body(request, arena)));
    if (request->follow) BUF_LITERAL(&out, " follow");
    if (request->key) buf_printf(&out, " key %lld", (long long)request->key);
    buf_printf(&out, " by %.*s %lld", STR_ARG(role_name(request->role)), (long long)request->user_id);
    if (request->session_id) buf_printf(&out, " in session %lld", (long long)request->session_id);
    return buf_str(&out);
}

/* See money.h. */
#include "base/money.h"

#include <stdio.h>

#include "base/check.h"

str money_to_text(int64_t minor, char buffer[static MONEY_TEXT_SIZE])
{
    CHECK(minor >= -MONEY_MAX && minor <= MONEY_MAX);
    int64_t units = minor < 0 ? -minor : minor;
    int n = snprintf(buffer, MONEY_TEXT_SIZE, "%s%lld.%02d", minor < 0 ? "-" : "", (long long)(units / 100),
                     (int)(units % 100));
    return (str){buffer, (size_t)n};
}

/* The first two digits of the fraction; false when a later one is not zero. */
static bool fraction_from_text(str text, int64_t *ret_minor)
{
    int64_t minor = 0;
    for (size_t i = 0; i < text.n || i < 2; i++) {
        int digit = i < text.n ? text.p[i] - '0' : 0;
        if (digit < 0 || digit > 9 || (i >= 2 && digit != 0)) return false;
        if (i < 2) minor = minor * 10 + digit;
    }
    *ret_minor = minor;
    return true;
}

bool money_from_text(str text, int64_t *ret_minor)
{
    bool negative = text.n > 0 && text.p[0] == '-';
    if (negative) text = str_from(text, 1);
    size_t point = str_find(text, '.');
    int64_t units, minor;
    if (text.n > 32 || point > 8 || (text.n > 0 && text.p[0] == '-')) return false;
    if (point + 1 == text.n || !str_to_int(str_first(text, point), &units)) return false;
    if (!fraction_from_text(str_from(text, point + 1), &minor)) return false;
    minor += units * 100;
    *ret_minor = negative ? -minor : minor;
    return true;
}

/* See time_text.h. Days are computed by the era method for the proleptic Gregorian calendar; no library call reads the
 * process's time zone here. */
#include "base/time_text.h"

#include "base/check.h"
#include "base/clock.h"

struct civil {
    int year, month, day;
};

/* A year that starts in March puts the leap day last; 719468 days lie between 0000-03-01 and 1970-01-01. */
static int64_t days_from_civil(struct civil c)
{
    int64_t year = c.month <= 2 ? c.year - 1 : c.year;
    int64_t era = year / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = c.month > 2 ? c.month - 3 : c.month + 9;
    int64_t day_of_year = (153 * month + 2) / 5 + c.day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static struct civil civil_from_days(int64_t days)
{
    days += 719468;
    int64_t era = days / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    struct civil c = {.day = (int)(day_of_year - (153 * month + 2) / 5 + 1)};
    c.month = (int)(month < 10 ? month + 3 : month - 9);
    c.year = (int)(year_of_era + era * 400 + (c.month <= 2));
    return c;
}

/* Two digits. */
static void put(char *p, int value)
{
    p[0] = (char)('0' + value / 10);
    p[1] = (char)('0' + value % 10);
}

static void put_date_time(int64_t ms, char separator, char *p)
{
    CHECK(ms >= 0 && ms <= TIME_MAX);
    struct civil c = civil_from_days(ms / DAY_MS);
    int rest = (int)(ms % DAY_MS);
    memcpy(p, "0000-00-00 00:00:00.000", 23);
    p[10] = separator;
    put(p, c.year / 100);
    put(p + 2, c.year % 100);
    put(p + 5, c.month);
    put(p + 8, c.day);
    put(p + 11, rest / HOUR_MS);
    put(p + 14, rest / MINUTE_MS % 60);
    put(p + 17, rest / SECOND_MS % 60);
    p[20] = (char)('0' + rest % SECOND_MS / 100);
    put(p + 21, rest % 100);
}

str time_to_rfc3339(int64_t ms, char buffer[static TIME_TEXT_SIZE])
{
    put_date_time(ms, 'T', buffer);
    memcpy(buffer + 23, "Z", 2);
    return (str){buffer, 24};
}

str time_to_stored(int64_t ms, char buffer[static TIME_TEXT_SIZE])
{
    put_date_time(ms, ' ', buffer);
    memcpy(buffer + 23, " +00:00", 8);
    return (str){buffer, 30};
}

/* Takes exactly `width` digits off the front. */
static bool take_number(str *s, size_t width, int *ret_value)
{
    int64_t value;
    if (s->n < width || s->p[0] == '-' || !str_to_int(str_first(*s, width), &value)) return false;
    *s = str_from(*s, width);
    *ret_value = (int)value;
    return true;
}

static bool take_char(str *s, const char *any_of)
{
    if (s->n == 0 || s->p[0] == '\0' || !strchr(any_of, s->p[0])) return false;
    *s = str_from(*s, 1);
    return true;
}

static bool take_date(str *s, struct civil *ret)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!take_number(s, 4, &ret->year) || !take_char(s, "-")) return false;
    if (!take_number(s, 2, &ret->month) || !take_char(s, "-")) return false;
    if (!take_number(s, 2, &ret->day)) return false;
    if (ret->year < 1970 || ret->month < 1 || ret->month > 12) return false;
    bool leap = (ret->year % 4 == 0 && ret->year % 100 != 0) || ret->year % 400 == 0;
    int last = days[ret->month - 1] + (ret->month == 2 && leap);
    return ret->day >= 1 && ret->day <= last;
}

static bool take_fraction(str *s, int *ret_ms)
{
    *ret_ms = 0;
    if (!take_char(s, ".")) return true;
    size_t digits = 0;
    while (digits < s->n && s->p[digits] >= '0' && s->p[digits] <= '9') digits++;
    if (digits < 1 || digits > 9) return false;
    int scale = 100;
    for (size_t i = 0; i < digits && i < 3; i++, scale /= 10) *ret_ms += (s->p[i] - '0') * scale;
    *s = str_from(*s, digits);
    return true;
}

static bool take_clock(str *s, int64_t *ret_ms)
{
    int hour, minute, second, ms;
    if (!take_number(s, 2, &hour) || !take_char(s, ":")) return false;
    if (!take_number(s, 2, &minute) || !take_char(s, ":")) return false;
    if (!take_number(s, 2, &second) || !take_fraction(s, &ms)) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    *ret_ms = (int64_t)hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + ms;
    return true;
}

static bool take_offset(str *s, int64_t *ret_ms)
{
    *ret_ms = 0;
    if (take_char(s, "Zz")) return true;
    bool west = s->n > 0 && s->p[0] == '-';
    int hour, minute;
    if (!take_char(s, "+-") || !take_number(s, 2, &hour) || !take_char(s, ":") || !take_number(s, 2, &minute)) {
        return false;
    }
    if (hour > 23 || minute > 59) return false;
    *ret_ms = (int64_t)hour * HOUR_MS + minute * MINUTE_MS;
    if (west) *ret_ms = -*ret_ms;
    return true;
}

bool time_from_text(str text, int64_t *ret_ms)
{
    struct civil date;
    int64_t of_day, offset;
    if (!take_date(&text, &date) || !take_char(&text, "Tt ")) return false;
    if (!take_clock(&text, &of_day)) return false;
    take_char(&text, " ");
    if (!take_offset(&text, &offset) || text.n != 0) return false;
    int64_t ms = days_from_civil(date) * DAY_MS + of_day - offset;
    if (ms <= 0 || ms > TIME_MAX) return false;
    *ret_ms = ms;
    return true;
}

bool time_from_stored(str text, int64_t *ret_ms)
{
    enum { STORED_LENGTH = 30, SEPARATOR = 10, POINT = 19 };
    if (text.n != STORED_LENGTH || text.p[SEPARATOR] != ' ' || text.p[POINT] != '.') return false;
    return str_ends(text, STR(" +00:00")) && time_from_text(text, ret_ms);
}

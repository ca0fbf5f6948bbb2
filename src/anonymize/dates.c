/* Dates and timestamps as text, shifted by days in the proleptic Gregorian calendar, as PostgreSQL
 * counts. */
#include "dates_internal.h"

#include <string.h>

enum {
    YEAR_MIN = -4712,  /* 4713 BC; the year 0 is 1 BC */
    YEAR_MAX = 294275, /* of a timestamp */
    SPELLED_MAX = 64,
};

/** What stands before and after the day in a text. */
typedef struct {
    gint64 year; /* 0 is 1 BC */
    gint month, day;
    const char *rest; /* time of day, offset */
    gsize rest_length;
    gboolean padded; /* "2024-03-05", not "2024-3-5" */
} Moment;

/* Days since 0000-03-01. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static gint64
days_from_civil(gint64 year, gint month, gint day)
{
    const gint64 y = month <= 2 ? year - 1 : year;
    const gint64 era = (y >= 0 ? y : y - 399) / 400;
    const gint64 year_of_era = y - era * 400;
    const gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
}

static void
civil_from_days(gint64 days, Moment *moment)
{
    const gint64 era = (days >= 0 ? days : days - 146096) / 146097;
    const gint64 of_era = days - era * 146097;
    const gint64 year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const gint64 of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const gint64 month = (5 * of_year + 2) / 153;

    moment->day = (gint)(of_year - (153 * month + 2) / 5 + 1);
    moment->month = (gint)(month < 10 ? month + 3 : month - 9);
    moment->year = year_of_era + era * 400 + (moment->month <= 2);
}

static gint
days_in_month(gint64 year, gint month)
{
    static const gint days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const gboolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

/* Up to @max digits at *@at. Their number, or 0. */
static guint
read_digits(const char **at, const char *end, guint max, gint64 *out)
{
    guint n = 0;

    *out = 0;
    for (; *at < end && n < max && g_ascii_isdigit(**at); (*at)++, n++)
        *out = *out * 10 + (**at - '0');
    return n;
}

static gboolean
read_day(const char **at, const char *end, Moment *moment)
{
    gint64 month, day;
    guint n_month, n_day;

    if (read_digits(at, end, 7, &moment->year) < 4 || *at == end || *(*at)++ != '-')
        return FALSE;
    n_month = read_digits(at, end, 2, &month);
    if (n_month == 0 || *at == end || *(*at)++ != '-')
        return FALSE;
    n_day = read_digits(at, end, 2, &day);
    moment->padded = n_month == 2 && n_day == 2;
    moment->month = (gint)month;
    moment->day = (gint)day;
    return n_day > 0 && month >= 1 && month <= 12 && moment->year >= 1 && day >= 1 && day <= 31;
}

/* What may follow a day: nothing, a blank or a T, then a time. */
static gboolean
is_rest(const char *rest, gsize length)
{
    if (length == 0)
        return TRUE;
    if (*rest != ' ' && *rest != 'T' && *rest != 't')
        return FALSE;
    for (gsize i = 1; i < length; i++)
        if (!g_ascii_isalnum(rest[i]) && !strchr(" :.+-/_", rest[i]))
            return FALSE;
    return TRUE;
}

static gboolean
read_moment(const char *text, gsize length, Moment *moment)
{
    const char *at = text, *end = text + length;
    gboolean before_christ;

    before_christ = length > 3 && g_ascii_strncasecmp(end - 3, " BC", 3) == 0;
    if (before_christ)
        end -= 3;
    if (!read_day(&at, end, moment) || !is_rest(at, (gsize)(end - at)))
        return FALSE;
    if (before_christ)
        moment->year = 1 - moment->year;
    moment->rest = at;
    moment->rest_length = (gsize)(end - at);
    return moment->day <= days_in_month(moment->year, moment->month);
}

static gboolean
is_word(const char *text, gsize length)
{
    static const char *const words[] = {"infinity", "-infinity", "now",
                                        "today",    "tomorrow",  "yesterday"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strlen(words[i]) == length && g_ascii_strncasecmp(words[i], text, length) == 0)
            return TRUE;
    return FALSE;
}

static void
write_moment(const Moment *moment, GString *out)
{
    const gboolean before_christ = moment->year < 1;

    g_string_append_printf(
        out, moment->padded ? "%04" G_GINT64_FORMAT "-%02d-%02d" : "%04" G_GINT64_FORMAT "-%d-%d",
        before_christ ? 1 - moment->year : moment->year, moment->month, moment->day);
    g_string_append_len(out, moment->rest, (gssize)moment->rest_length);
    if (before_christ)
        g_string_append(out, " BC");
}

/* What PostgreSQL reads, too, but does not write: "epoch", "19981201". */
static gboolean
spell(const char *text, gsize length, char out[SPELLED_MAX])
{
    if (length == strlen("epoch") && g_ascii_strncasecmp(text, "epoch", length) == 0) {
        g_strlcpy(out, "1970-01-01 00:00:00+00", SPELLED_MAX);
        return TRUE;
    }
    if (length < 8 || length > SPELLED_MAX - 3)
        return FALSE;
    for (guint i = 0; i < 8; i++)
        if (!g_ascii_isdigit(text[i]))
            return FALSE;
    g_snprintf(out, SPELLED_MAX, "%.4s-%.2s-%.2s%.*s", text, text + 4, text + 6, (int)(length - 8),
               text + 8);
    return TRUE;
}

gboolean
pga_date_shift(const char *text, gsize length, gint days, GString *out)
{
    Moment moment, later;
    char spelled[SPELLED_MAX];

    while (length > 0 && g_ascii_isspace(*text)) {
        text++;
        length--;
    }
    while (length > 0 && g_ascii_isspace(text[length - 1]))
        length--;
    if (is_word(text, length)) {
        g_string_append_len(out, text, (gssize)length);
        return TRUE;
    }
    if (spell(text, length, spelled)) {
        text = spelled;
        length = strlen(spelled);
    }
    if (!read_moment(text, length, &moment))
        return FALSE;
    later = moment;
    civil_from_days(days_from_civil(moment.year, moment.month, moment.day) + days, &later);
    write_moment(later.year > YEAR_MIN && later.year < YEAR_MAX ? &later : &moment, out);
    return TRUE;
}

gboolean
pga_date_is_one(const char *text, gsize length)
{
    Moment moment;

    return read_moment(text, length, &moment);
}

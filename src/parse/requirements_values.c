/* Numbers with units, flags, words, names. */
#include "requirements_internal.h"

#include <base/error.h>
#include <base/text.h>
#include <base/units.h>
#include <math.h>
#include <string.h>

#define MAX_COUNT 9e15 /* above 2^53 a double skips whole numbers */
#define DAY_S     86400.0

static gboolean
is_separator(const char *p)
{
    return (*p == '_' && g_ascii_isdigit(p[1])) ||
           (*p == ',' && g_ascii_isdigit(p[1]) && g_ascii_isdigit(p[2]) && g_ascii_isdigit(p[3]) &&
            !g_ascii_isdigit(p[4]));
}

static const char *
take_digits(const char *p, GString *digits)
{
    for (; g_ascii_isdigit(*p) || (digits->len > 0 && is_separator(p)); p++)
        if (g_ascii_isdigit(*p))
            g_string_append_c(digits, *p);
    return p;
}

static const char *
take_exponent(const char *p, GString *digits)
{
    const char *first = p + 1 + (p[0] && (p[1] == '-' || p[1] == '+'));

    if ((*p != 'e' && *p != 'E') || !g_ascii_isdigit(*first))
        return p;
    g_string_append_len(digits, p, first - p);
    for (p = first; g_ascii_isdigit(*p); p++)
        g_string_append_c(digits, *p);
    return p;
}

static const char *
skip_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t')
        p++;
    return p;
}

gboolean
pga_spec_number(const char *text, double *number, const char **rest)
{
    g_autoptr(GString) digits = g_string_new(NULL);
    const char *p = skip_blanks(text);

    if (!g_ascii_isdigit(*p))
        return FALSE;
    p = take_digits(p, digits);
    if (*p == '.' && g_ascii_isdigit(p[1])) {
        g_string_append_c(digits, '.');
        for (p++; g_ascii_isdigit(*p); p++)
            g_string_append_c(digits, *p);
    }
    p = take_exponent(p, digits);
    *number = g_ascii_strtod(digits->str, NULL);
    *rest = skip_blanks(p);
    return isfinite(*number);
}

typedef struct {
    const char *names; /* between blanks */
    double factor;
} Unit;

static const Unit counts[] = {
    {" k thousand ", 1e3},
    {" m mio million millions ", 1e6},
    {" g b bn billion billions ", 1e9},
    {" t trillion ", 1e12},
};

static const Unit durations[] = {
    {" us \302\265s microsecond microseconds ", 1e-6},
    {" ms millisecond milliseconds ", 1e-3},
    {" s sec secs second seconds ", 1},
    {" min mins minute minutes ", 60},
    {" h hr hour hours ", 3600},
    {" d day days ", DAY_S},
    {" w week weeks ", 7 * DAY_S},
    {" month months ", 365 * DAY_S / 12},
    {" y yr year years ", 365 * DAY_S},
};

static const Unit rates[] = {
    {" /s per_second a_second qps tps rps queries/s queries_per_second s ", 1},
    {" /min per_minute a_minute ", 1.0 / 60},
    {" /h per_hour an_hour /hour ", 1.0 / 3600},
    {" /d /day per_day a_day daily ", 1 / DAY_S},
};

static const Unit years[] = {
    {" /year /y per_year a_year yearly ", 1},
    {" /month per_month a_month monthly ", 12},
};

/* 0 when @word of @length bytes is none of @units; blanks in it stand as "_". */
static double
unit_factor(const Unit *units, guint n_units, const char *word, gsize length)
{
    g_autofree char *lower = g_ascii_strdown(word, (gssize)length);
    g_autofree char *needle =
        g_strconcat(" ", g_strdelimit(g_strstrip(lower), " ", '_'), " ", NULL);

    for (guint i = 0; i < n_units; i++)
        if (needle[1] != ' ' && strstr(units[i].names, needle))
            return units[i].factor;
    return 0;
}

gboolean
pga_spec_count_text(const char *text, double *number, const char **rest)
{
    const char *end;
    double factor;

    if (!pga_spec_number(text, number, rest))
        return FALSE;
    for (end = *rest; g_ascii_isalpha(*end); end++)
        ;
    factor = unit_factor(counts, G_N_ELEMENTS(counts), *rest, (gsize)(end - *rest));
    if (factor > 0) {
        *number *= factor;
        *rest = skip_blanks(end);
    }
    return TRUE;
}

gboolean
pga_spec_bytes_text(const char *text, gboolean memory, gint64 *bytes)
{
    g_autofree char *copy = g_strstrip(g_strdup(text)), *whole = NULL;
    const gsize length = strlen(copy);
    const int last = length > 0 ? g_ascii_tolower(copy[length - 1]) : 0;
    const gboolean bare = last == 'i' || (last && strchr("kmgtp", last));

    whole = g_strconcat(copy, bare ? "B" : "", NULL);
    return pga_bytes_parse(whole, memory ? PGA_BYTES_MEMORY : PGA_BYTES_STORAGE, bytes, NULL);
}

gboolean
pga_spec_duration_text(const char *text, double plain, double *seconds)
{
    const char *rest;
    double number, factor = plain;

    if (!pga_spec_number(text, &number, &rest))
        return FALSE;
    if (*rest)
        factor = unit_factor(durations, G_N_ELEMENTS(durations), rest, strlen(rest));
    *seconds = number * factor;
    return factor > 0 && isfinite(*seconds);
}

static gboolean
fail_number(const PgaSpecValue *value, const char *allowed, GError **error, const char *what)
{
    if (value->node->kind == PGA_YAML_SCALAR && *skip_blanks(value->node->scalar) == '-')
        return pga_spec_fail(value, allowed, error, "is negative");
    return pga_spec_fail(value, allowed, error, "is no %s", what);
}

static gboolean
is_positive(gconstpointer with)
{
    return GPOINTER_TO_UINT(with) == PGA_SPEC_POSITIVE;
}

gboolean
pga_spec_rows(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const char allowed[] = "Allowed: a number of rows, as in 50000, 5M or 1.2 billion.";
    const char *rest;
    double number;

    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (!pga_spec_count_text(value->node->scalar, &number, &rest) ||
        (*rest && g_ascii_strcasecmp(rest, "rows") != 0))
        return fail_number(value, allowed, error, "number of rows");
    if (number > MAX_COUNT)
        return pga_spec_fail(value, allowed, error, "is too large");
    if (number != floor(number))
        return pga_spec_fail(value, allowed, error, "is no whole number");
    if (is_positive(with) && number <= 0)
        return pga_spec_fail(value, allowed, error, "must be above 0");
    *(double *)out = number;
    return TRUE;
}

gboolean
pga_spec_rate(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const char allowed[] =
        "Allowed: a number above 0, as in 5000, 5k, 0.2, 5000/s or 10/min.";
    const char *rest;
    double number, factor = 1;

    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (!pga_spec_count_text(value->node->scalar, &number, &rest))
        return fail_number(value, allowed, error, "number of calls a second");
    if (*rest)
        factor = unit_factor(rates, G_N_ELEMENTS(rates), rest, strlen(rest));
    if (factor <= 0)
        return fail_number(value, allowed, error, "number of calls a second");
    if (number <= 0)
        return pga_spec_fail(value, allowed, error, "must be above 0");
    if (number > 1e9)
        return pga_spec_fail(value, allowed, error, "is more than any server answers");
    *(double *)out = number * factor;
    return TRUE;
}

static gboolean
read_duration(const PgaSpecValue *value, double unit, const char *allowed, double *out,
              GError **error)
{
    double seconds;

    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (!pga_spec_duration_text(value->node->scalar, unit, &seconds))
        return fail_number(value, allowed, error, "length of time");
    if (seconds > 1e4 * 365 * DAY_S)
        return pga_spec_fail(value, allowed, error, "is too long");
    *out = seconds / unit;
    return TRUE;
}

gboolean
pga_spec_milliseconds(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const char allowed[] =
        "Allowed: a time above 0, as in 20ms, 2s, 1min; a plain number is "
        "milliseconds.";

    (void)with;
    if (!read_duration(value, 1e-3, allowed, out, error))
        return FALSE;
    return *(double *)out > 0 || pga_spec_fail(value, allowed, error, "must be above 0");
}

gboolean
pga_spec_seconds(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const char allowed[] =
        "Allowed: a time, as in 5s, 15min, 4h; a plain number is seconds.";

    if (!read_duration(value, 1, allowed, out, error))
        return FALSE;
    return !is_positive(with) || *(double *)out > 0 ||
           pga_spec_fail(value, allowed, error, "must be above 0");
}

/* A share from "40%" or "0.4"; *unit: what stands behind. */
static gboolean
share_text(const char *text, double *share, gboolean *percent, const char **unit)
{
    if (!pga_spec_number(text, share, unit))
        return FALSE;
    *percent = **unit == '%';
    if (*percent) {
        *share /= 100;
        *unit = skip_blanks(*unit + 1);
    }
    return TRUE;
}

gboolean
pga_spec_share_of_one(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const char allowed[] = "Allowed: 0 to 1, or 0% to 100%.";
    const char *unit;
    gboolean percent;
    double share;

    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (!share_text(value->node->scalar, &share, &percent, &unit) || *unit)
        return fail_number(value, allowed, error, "share");
    if (share > 1) {
        pga_spec_fail(value, allowed, error, "is more than the whole");
        if (!percent && share <= 100)
            pga_error_hint(error, "Did you mean \"%g%%\"?", share);
        return FALSE;
    }
    *(double *)out = share;
    return TRUE;
}

gboolean
pga_spec_growth_share(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const char allowed[] = "Allowed: a share of the rows that come in a year, as in 40% or "
                                  "0.4; or in a month, as in 3%/month.";
    const char *unit;
    gboolean percent;
    double share, periods = 1;

    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (!share_text(value->node->scalar, &share, &percent, &unit))
        return fail_number(value, allowed, error, "growth");
    if (*unit)
        periods = unit_factor(years, G_N_ELEMENTS(years), unit, strlen(unit));
    if (periods <= 0)
        return fail_number(value, allowed, error, "growth");
    if (!percent && share > 1) {
        pga_spec_fail(value, allowed, error, "needs a percent sign");
        pga_error_hint(error, "Did you mean \"%g%%\"?", share);
        return FALSE;
    }
    share = periods > 1 ? pow(1 + share, periods) - 1 : share;
    if (share > 1e6)
        return pga_spec_fail(value, allowed, error, "is too large");
    *(double *)out = share;
    return TRUE;
}

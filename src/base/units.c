/* Reading and writing sizes, counts and durations. Never depends on the locale. */
#include "base/units.h"
#include "base/error.h"
#include <math.h>
#include <string.h>

/** Decimal: digits without the point, and how many of them stand behind it. */
typedef struct {
    guint64 digits;
    guint scale;
} Decimal;

enum { MAX_SCALE = 18 }; /* 10^18 times any unit stays far below 2^128 */

static const char *
skip_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t')
        p++;
    return p;
}

/* FALSE when @out has no room for one more. */
static gboolean
take_digit(Decimal *out, char digit)
{
    if (out->digits > (G_MAXUINT64 - 9) / 10)
        return FALSE;
    out->digits = out->digits * 10 + (guint64)g_ascii_digit_value(digit);
    return TRUE;
}

static gboolean
is_group_of_three(const char *p)
{
    return g_ascii_isdigit(p[0]) && g_ascii_isdigit(p[1]) && g_ascii_isdigit(p[2]) &&
           !g_ascii_isdigit(p[3]);
}

/* "_" before any digit, "," only where it cannot be meant as a decimal point. */
static gboolean
is_separator(const char *p)
{
    return (p[0] == '_' && g_ascii_isdigit(p[1])) || (p[0] == ',' && is_group_of_three(p + 1));
}

/* NULL unless a number begins at @p; else what follows it. */
static const char *
parse_decimal(const char *p, gboolean separators, Decimal *out)
{
    if (!g_ascii_isdigit(*p))
        return NULL;
    for (; g_ascii_isdigit(*p); p += separators && is_separator(p + 1) ? 2 : 1)
        if (!take_digit(out, *p))
            return NULL;
    if (*p != '.')
        return p;
    if (!g_ascii_isdigit(*++p))
        return NULL;
    for (; g_ascii_isdigit(*p); p++)
        if (out->scale < MAX_SCALE && take_digit(out, *p))
            out->scale++;
    return p;
}

static double
power(double base, guint exponent)
{
    double result = 1;

    while (exponent-- > 0)
        result *= base;
    return result;
}

/* Multiplier of a unit of bytes; 0 when there is no such unit. */
static gint64
bytes_unit(const char *unit, PgaBytesKind kind)
{
    static const char prefixes[] = "kmgtp";
    const char *prefix;
    gint64 base, result = 1;

    if (!*unit || !g_ascii_strcasecmp(unit, "B"))
        return 1;
    prefix = strchr(prefixes, g_ascii_tolower(*unit));
    if (!prefix)
        return 0;
    if (!g_ascii_strcasecmp(unit + 1, "B"))
        base = kind == PGA_BYTES_MEMORY ? 1024 : 1000;
    else if (!g_ascii_strcasecmp(unit + 1, "iB"))
        base = 1024;
    else
        return 0;
    for (const char *p = prefixes; p <= prefix; p++)
        result *= base;
    return result;
}

/* @number times @unit, rounded to the nearest; FALSE when that overflows. */
static gboolean
scale_bytes(Decimal number, gint64 unit, gint64 *out)
{
    unsigned __int128 value = (unsigned __int128)number.digits * (unsigned __int128)unit;
    unsigned __int128 divisor = 1;

    for (guint i = 0; i < number.scale; i++)
        divisor *= 10;
    value = (value + divisor / 2) / divisor;
    if (value > G_MAXINT64)
        return FALSE;
    *out = (gint64)value;
    return TRUE;
}

gboolean
pga_bytes_parse(const char *text, PgaBytesKind kind, gint64 *out, GError **error)
{
    Decimal number = {0};
    const char *rest = parse_decimal(skip_blanks(text), FALSE, &number);
    g_autofree char *unit = rest ? g_strchomp(g_strdup(skip_blanks(rest))) : NULL;
    const gint64 multiplier = unit ? bytes_unit(unit, kind) : 0;

    if (multiplier != 0 && scale_bytes(number, multiplier, out))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT,
                  multiplier ? "size \"%s\" is too large" : "size \"%s\" is not understood", text);
    pga_error_hint(error, "Write digits and a unit, as in 1.5GB. Allowed units: B, kB, MB, GB, TB, "
                          "PB, KiB, MiB, GiB, TiB, PiB.");
    return FALSE;
}

/* @value with @decimals digits behind the point, without trailing zeros. */
static char *
format_decimals(double value, guint decimals)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE + 32];
    g_autofree char *format = g_strdup_printf("%%.%uf", decimals);
    gsize length;

    g_ascii_formatd(buffer, (gint)sizeof buffer, format, value);
    length = strlen(buffer);
    if (strchr(buffer, '.')) {
        while (buffer[length - 1] == '0')
            length--;
        if (buffer[length - 1] == '.')
            length--;
    }
    return g_strndup(buffer, length);
}

/* @value, 0 or more, to @significant digits, never less than its whole part. */
static char *
format_significant(double value, guint significant)
{
    guint whole = 1;

    while (whole < significant && value >= power(10, whole))
        whole++;
    return format_decimals(value, significant - whole);
}

/* @value scaled by 1000 until three significant digits say it; *unit becomes the index of the unit.
 */
static char *
format_scaled(double value, guint n_units, guint *unit)
{
    *unit = 0;
    while (value >= 999.5 && *unit + 1 < n_units) {
        value /= 1000;
        (*unit)++;
    }
    return format_significant(value, 3);
}

gint64
pga_int64(double number)
{
    if (number >= (double)G_MAXINT64)
        return G_MAXINT64;
    return number > (double)G_MININT64 ? (gint64)number : G_MININT64;
}

char *
pga_bytes_format_storage(gint64 bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    guint unit;
    g_autofree char *number = format_scaled(fabs((double)bytes), G_N_ELEMENTS(units), &unit);

    return g_strdup_printf("%s%s %s", bytes < 0 ? "-" : "", number, units[unit]);
}

char *
pga_bytes_format_memory(gint64 bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    gint64 value = bytes / 1024;
    guint unit = 0;

    while (value != 0 && value % 1024 == 0 && unit + 1 < G_N_ELEMENTS(units)) {
        value /= 1024;
        unit++;
    }
    return g_strdup_printf("%" G_GINT64_FORMAT "%s", value, units[unit]);
}

/* Multiplier of a unit of counts; 0 when there is no such unit. */
static double
count_unit(const char *unit)
{
    static const struct {
        char letter;
        guint thousands;
    } units[] = {{'k', 1}, {'m', 2}, {'g', 3}, {'b', 3}, {'t', 4}};

    if (!*unit)
        return 1;
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_ascii_tolower(*unit) == units[i].letter && !unit[1])
            return power(1000, units[i].thousands);
    return 0;
}

gboolean
pga_count_parse(const char *text, double *out, GError **error)
{
    static const double largest = 9e15; /* above 2^53 a double skips whole numbers */
    Decimal number = {0};
    const char *rest = parse_decimal(skip_blanks(text), TRUE, &number);
    g_autofree char *unit = rest ? g_strchomp(g_strdup(skip_blanks(rest))) : NULL;
    const double multiplier = unit ? count_unit(unit) : 0;
    const double value = (double)number.digits * multiplier / power(10, number.scale);

    if (multiplier > 0 && value <= largest) {
        *out = value;
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_INPUT,
                  multiplier > 0 ? "number \"%s\" is too large" : "number \"%s\" is not understood",
                  text);
    pga_error_hint(error, "Write digits and a unit, as in 5M or 2.5k. Allowed units: k, M, G (or "
                          "B, for 10^9), T.");
    return FALSE;
}

char *
pga_count_format(double count)
{
    static const char *const units[] = {"", " k", " M", " G", " T"};
    const double magnitude = fabs(count);
    const char *sign = count < 0 ? "-" : "";
    g_autofree char *number = NULL;
    guint unit;

    if (magnitude < 999.5) {
        number = magnitude < 1 ? format_significant(magnitude, 3) : format_decimals(magnitude, 0);
        return g_strconcat(sign, number, NULL);
    }
    if (magnitude < 9999.5) {
        const guint whole = (guint)(magnitude + 0.5);

        return g_strdup_printf("%s%u,%03u", sign, whole / 1000, whole % 1000);
    }
    number = format_scaled(magnitude, G_N_ELEMENTS(units), &unit);
    return g_strconcat(sign, number, units[unit], NULL);
}

char *
pga_duration_format(double seconds)
{
    /* what the next unit starts at, in this one, rounded as it is printed */
    static const struct {
        const char *name;
        double seconds, limit;
        guint significant;
    } units[] = {{"ms", 0.001, 999.5, 3},
                 {"s", 1, 59.5, 2},
                 {"min", 60, 59.5, 2},
                 {"h", 3600, 47.5, 2},
                 {"days", 86400, 0, 2}};
    const double magnitude = fabs(seconds);
    g_autofree char *number = NULL;
    guint unit = 0;

    while (unit + 1 < G_N_ELEMENTS(units) && magnitude / units[unit].seconds >= units[unit].limit)
        unit++;
    number = format_significant(magnitude / units[unit].seconds, units[unit].significant);
    return g_strdup_printf("%s%s %s", seconds < 0 ? "-" : "", number, units[unit].name);
}

/* What `index` is told: sizes, counts, times and shares as people write them. */
#include <base/error.h>
#include <base/units.h>
#include <math.h>
#include <string.h>

#include "index_internal.h"

#define DEFAULT_MIN_IMPROVEMENT 0.1
#define DEFAULT_GAP             0.03
#define DEFAULT_TIME_LIMIT_S    300
#define MAX_TIME_LIMIT_S        86400
#define MAX_KEYS                32 /* columns of an index: INDEX_MAX_KEYS */
#define MAX_INDEXES             10000

static gboolean
parse_count(const char *name, const char *text, gint64 most, guint *out, GError **error)
{
    gint64 number = 0;

    if (!text)
        return TRUE;
    if (!g_ascii_string_to_signed(text, 10, 1, most, &number, NULL)) {
        pga_error_set(error, PGA_ERROR_INPUT,
                      "--%s \"%s\" is no number from 1 to %" G_GINT64_FORMAT, name, text, most);
        return FALSE;
    }
    *out = (guint)number;
    return TRUE;
}

static gboolean
parse_time(const char *text, gint64 *microseconds, GError **error)
{
    static const struct {
        const char *unit;
        gint64 seconds;
    } units[] = {{"s", 1}, {"", 1}, {"min", 60}, {"h", 3600}};
    const gsize n_digits = text ? strspn(text, "0123456789") : 0;
    g_autofree char *digits = text ? g_strndup(text, n_digits) : NULL;
    gint64 number = 0;

    *microseconds = (gint64)DEFAULT_TIME_LIMIT_S * G_USEC_PER_SEC;
    if (!text)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_str_equal(text + n_digits, units[i].unit) &&
            g_ascii_string_to_signed(digits, 10, 1, MAX_TIME_LIMIT_S / units[i].seconds, &number,
                                     NULL)) {
            *microseconds = number * units[i].seconds * G_USEC_PER_SEC;
            return TRUE;
        }
    pga_error_set(error, PGA_ERROR_INPUT, "--time-limit \"%s\" is not understood", text);
    pga_error_hint(error, "Give it as 30s, 5min or 1h, a day at most.");
    return FALSE;
}

/* "10%", "10 %" and "0.1" are the same. */
static gboolean
parse_share(const char *name, const char *text, double *out, GError **error)
{
    char *end = NULL;
    double number;

    if (!text)
        return TRUE;
    number = g_ascii_strtod(text, &end);
    while (*end == ' ')
        end++;
    if (end > text && g_str_equal(end, "%"))
        number /= 100;
    else if (end == text || *end)
        number = NAN;
    if (!isnan(number) && number >= 0 && number < 1) {
        *out = number;
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_INPUT, "--%s \"%s\" is not understood", name, text);
    pga_error_hint(error, "Give a share from 0%% to below 100%%: 10%%, or 0.1.");
    return FALSE;
}

static gboolean
parse_budget(const char *text, gint64 *bytes, GError **error)
{
    *bytes = -1;
    return !text || pga_bytes_parse(text, PGA_BYTES_STORAGE, bytes, error);
}

gboolean
pga_index_bounds_parse(const PgaIndexAsk *ask, PgaIndexBounds *bounds, GError **error)
{
    *bounds = (PgaIndexBounds){.min_improvement = DEFAULT_MIN_IMPROVEMENT, .gap = DEFAULT_GAP};
    return parse_budget(ask->storage_budget, &bounds->budget_bytes, error) &&
           parse_count("max-indexes", ask->max_indexes, MAX_INDEXES, &bounds->max_indexes, error) &&
           parse_count("max-width", ask->max_width, MAX_KEYS, &bounds->max_width, error) &&
           parse_time(ask->time_limit, &bounds->time_limit_us, error) &&
           parse_share("min-improvement", ask->min_improvement, &bounds->min_improvement, error) &&
           parse_share("gap", ask->gap, &bounds->gap, error);
}

/* What `index` is told: sizes, counts, times and shares as people write them. */
#include <base/error.h>
#include <base/units.h>
#include <math.h>
#include <string.h>

#include "index_internal.h"

#define DEFAULT_MIN_IMPROVEMENT 0.1
#define DEFAULT_GAP             0.03
#define SETTLED_GAP             0.05
#define DEFAULT_TIME_LIMIT_S    300
#define MAX_TIME_LIMIT_S        86400
#define MAX_KEYS                32 /* columns of an index: INDEX_MAX_KEYS */
#define MAX_INDEXES             10000
#define MIN_RUNS                3
#define MAX_RUNS                100
#define DEFAULT_RUN_LIMIT_S     60
#define DEFAULT_VERIFY_LIMIT_S  60

/** An option whose argument is a number. */
typedef struct {
    const char *name;
    gint64 least, most;
} Count;

static gboolean
parse_count(const Count *count, const char *text, guint *out, GError **error)
{
    gint64 number = 0;

    if (!text)
        return TRUE;
    if (!g_ascii_string_to_signed(text, 10, count->least, count->most, &number, NULL)) {
        pga_error_set(error, PGA_ERROR_INPUT,
                      "--%s \"%s\" is no number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                      count->name, text, count->least, count->most);
        return FALSE;
    }
    *out = (guint)number;
    return TRUE;
}

gboolean
pga_index_time_parse(const char *name, const char *text, gint64 *microseconds, GError **error)
{
    static const struct {
        const char *unit;
        gint64 seconds;
    } units[] = {{"s", 1}, {"", 1}, {"min", 60}, {"h", 3600}};
    const gsize n_digits = text ? strspn(text, "0123456789") : 0;
    g_autofree char *digits = text ? g_strndup(text, n_digits) : NULL;
    gint64 number = 0;

    if (!text)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_str_equal(text + n_digits, units[i].unit) &&
            g_ascii_string_to_signed(digits, 10, 1, MAX_TIME_LIMIT_S / units[i].seconds, &number,
                                     NULL)) {
            *microseconds = number * units[i].seconds * G_USEC_PER_SEC;
            return TRUE;
        }
    pga_error_set(error, PGA_ERROR_INPUT, "--%s \"%s\" is not understood", name, text);
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

/* What says how to measure means nothing where nothing is measured. */
static gboolean
check_measure(const PgaIndexAsk *ask, GError **error)
{
    const struct {
        gboolean given;
        const char *name;
    } options[] = {{ask->measure_runs != NULL, "measure-runs"},
                   {ask->measure_timeout != NULL, "measure-timeout"},
                   {ask->keep_indexes, "keep-indexes"},
                   {ask->hypopg, "hypopg"}};

    for (guint i = 0; !ask->measure && i < G_N_ELEMENTS(options); i++)
        if (options[i].given) {
            pga_error_set(error, PGA_ERROR_INPUT, "--%s without --measure", options[i].name);
            pga_error_hint(error, "--measure CONNINFO names a copy of the database: no statement "
                                  "is executed or planned on the source.");
            return FALSE;
        }
    if (!ask->keep_indexes || !ask->hypopg)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "--keep-indexes and --hypopg exclude each other");
    pga_error_hint(error, "HypoPG's indexes end with the session.");
    return FALSE;
}

static gboolean
parse_measure(const PgaIndexAsk *ask, PgaIndexBounds *bounds, GError **error)
{
    bounds->n_runs = MIN_RUNS;
    bounds->run_limit_us = (gint64)DEFAULT_RUN_LIMIT_S * G_USEC_PER_SEC;
    return check_measure(ask, error) &&
           parse_count(&(Count){"measure-runs", MIN_RUNS, MAX_RUNS}, ask->measure_runs,
                       &bounds->n_runs, error) &&
           pga_index_time_parse("measure-timeout", ask->measure_timeout, &bounds->run_limit_us,
                                error);
}

static gboolean
parse_verify(const PgaIndexAsk *ask, PgaIndexBounds *bounds, GError **error)
{
    bounds->verify_limit_us = (gint64)DEFAULT_VERIFY_LIMIT_S * G_USEC_PER_SEC;
    if (ask->verify || !ask->verify_limit)
        return pga_index_time_parse("verify-limit", ask->verify_limit, &bounds->verify_limit_us,
                                    error);
    pga_error_set(error, PGA_ERROR_INPUT, "--verify-limit without --verify");
    pga_error_hint(error, "--verify asks the source's own planner: without it no statement of the "
                          "workload is planned there.");
    return FALSE;
}

gboolean
pga_index_bounds_parse(const PgaIndexAsk *ask, PgaIndexBounds *bounds, GError **error)
{
    *bounds = (PgaIndexBounds){.room_price = PGA_INDEX_ROOM_PRICE,
                               .min_improvement = DEFAULT_MIN_IMPROVEMENT,
                               .gap = DEFAULT_GAP,
                               .settled_gap = ask->gap ? 0 : SETTLED_GAP,
                               .time_limit_us = (gint64)DEFAULT_TIME_LIMIT_S * G_USEC_PER_SEC};
    return parse_budget(ask->storage_budget, &bounds->budget_bytes, error) &&
           parse_count(&(Count){"max-indexes", 1, MAX_INDEXES}, ask->max_indexes,
                       &bounds->max_indexes, error) &&
           parse_count(&(Count){"max-width", 1, MAX_KEYS}, ask->max_width, &bounds->max_width,
                       error) &&
           pga_index_time_parse("time-limit", ask->time_limit, &bounds->time_limit_us, error) &&
           parse_share("min-improvement", ask->min_improvement, &bounds->min_improvement, error) &&
           parse_share("gap", ask->gap, &bounds->gap, error) && parse_measure(ask, bounds, error) &&
           parse_verify(ask, bounds, error);
}

/* Every default of the requirements, each told. Figures and their sources:
 * docs/decisions/024-design-defaults.md. */
#include "design/design.h"

#include <base/units.h>

#include "complete_internal.h"

#define GROWTH_PER_YEAR     0.4
#define INDEX_MIN_GAIN      0.1
#define PARTITION_MIN_ROWS  1e6
#define PARTITION_MIN_BYTES 1e9
#define SHARED_BUFFERS      0.25
#define OFTEN               0.05
/* Between the percentiles of a latency, where only one was stated. */
#define PERCENTILE_STEP 4

char *
pga_complete_percent(double share)
{
    return g_strdup_printf("%g %%", share * 100);
}

char *
pga_complete_field(const char *kind, const char *name, const char *what)
{
    return g_strdup_printf("%s.%s.%s", kind, name, what);
}

void
pga_complete_say(PgaRequirements *requirements, const char *field, const char *why,
                 const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    pga_requirements_assume(requirements, field, g_strdup_vprintf(format, arguments), why);
    va_end(arguments);
}

static void
complete_workload(PgaRequirements *requirements)
{
    if (!requirements->name) {
        requirements->name = g_strdup("app");
        pga_complete_say(requirements, "name", "what the database is called", "app");
    }
    if (requirements->workload > PGA_WORKLOAD_UNKNOWN)
        return;
    requirements->workload = PGA_WORKLOAD_OLTP;
    pga_complete_say(requirements, "workload_type", "the most common one", "oltp");
}

static void
assume_latency(PgaRequirements *requirements, double *value, const char *name, double ms,
               const char *why)
{
    g_autofree char *field = g_strconcat("latency.", name, NULL);
    g_autofree char *text = pga_duration_format(ms / 1000);

    if (*value >= 0)
        return;
    *value = ms;
    pga_complete_say(requirements, field, why, "%s", text);
}

static void
complete_latency(PgaRequirements *requirements)
{
    static const double usual_p95[] = {
        [PGA_WORKLOAD_UNKNOWN] = 20, [PGA_WORKLOAD_OLTP] = 20,         [PGA_WORKLOAD_OLAP] = 10000,
        [PGA_WORKLOAD_HTAP] = 50,    [PGA_WORKLOAD_TIME_SERIES] = 100,
    };
    static const char step[] = "a quarter of the next higher percentile, or four "
                               "times the next lower one";
    double p95 = usual_p95[requirements->workload];
    const char *why = "a usual target of the workload type";

    if (requirements->p99_ms >= 0 || requirements->p50_ms >= 0) {
        p95 = requirements->p99_ms >= 0 ? requirements->p99_ms / PERCENTILE_STEP
                                        : requirements->p50_ms * PERCENTILE_STEP;
        why = step;
    }
    assume_latency(requirements, &requirements->p95_ms, "p95", p95, why);
    assume_latency(requirements, &requirements->p50_ms, "p50",
                   requirements->p95_ms / PERCENTILE_STEP, step);
    assume_latency(requirements, &requirements->p99_ms, "p99",
                   requirements->p95_ms * PERCENTILE_STEP, step);
}

static void
complete_growth(PgaRequirements *requirements)
{
    g_autofree char *text = NULL;

    if (requirements->growth_per_year >= 0)
        return;
    requirements->growth_per_year = GROWTH_PER_YEAR;
    text = pga_complete_percent(requirements->growth_per_year);
    pga_complete_say(requirements, "growth.per_year",
                     "twice the data in two years; for how long keys last and how many "
                     "partitions there will be",
                     "%s", text);
}

static void
complete_thresholds(PgaRequirements *requirements)
{
    static const char why[] = "the default of thresholds";

    if (requirements->index_min_gain < 0) {
        requirements->index_min_gain = INDEX_MIN_GAIN;
        pga_complete_say(requirements, "thresholds.index_min_gain", why, "10 %%");
    }
    if (requirements->partition_min_rows < 0) {
        requirements->partition_min_rows = PARTITION_MIN_ROWS;
        pga_complete_say(requirements, "thresholds.partition_min_rows", why, "1 M");
    }
    if (requirements->partition_min_bytes < 0) {
        requirements->partition_min_bytes = PARTITION_MIN_BYTES;
        pga_complete_say(requirements, "thresholds.partition_min_size", why, "1 GB");
    }
    if (requirements->shared_buffers < 0) {
        requirements->shared_buffers = SHARED_BUFFERS;
        pga_complete_say(requirements, "thresholds.shared_buffers", why, "25 %% of RAM");
    }
}

static void
complete_sharding(PgaRequirements *requirements)
{
    if (requirements->sharding != PGA_SHARDING_UNSTATED)
        return;
    requirements->sharding = PGA_SHARDING_NONE;
    pga_complete_say(requirements, "sharding",
                     "not asked for: one primary holds everything, and servers are added for reads",
                     "none");
}

/* The 95th percentile binds what is asked often: rare statements may be among the other 5 %. */
static void
complete_targets(PgaRequirements *requirements)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < requirements->patterns->len; i++) {
        PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);

        if (pattern->target_ms >= 0 ||
            pattern->per_second < OFTEN * requirements->queries_per_second)
            continue;
        pattern->target_ms = requirements->p95_ms;
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", pattern->name);
    }
    if (names->len > 0) {
        g_autofree char *target = pga_duration_format(requirements->p95_ms / 1000);

        pga_complete_say(requirements, "access_patterns.*.target",
                         "latency.p95, of those that are more than 5 % of all queries and have no "
                         "target of their own",
                         "%s (%s)", target, names->str);
    }
}

void
pga_design_complete(PgaRequirements *requirements)
{
    complete_workload(requirements);
    complete_thresholds(requirements);
    pga_complete_shapes(requirements);
    pga_complete_rows(requirements);
    pga_complete_retention(requirements);
    pga_complete_patterns(requirements);
    complete_latency(requirements);
    complete_targets(requirements);
    complete_growth(requirements);
    pga_complete_server(requirements);
    complete_sharding(requirements);
}

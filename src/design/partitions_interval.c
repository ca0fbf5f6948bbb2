/* How long a partition of a RANGE is, and how many there are. */
#include <base/units.h>
#include <math.h>
#include <string.h>

#include "partitions_internal.h"

#define DAYS_PER_MONTH 30.4375
#define DAYS_PER_YEAR  365.25

/* Rows and bytes of a partition: fewer and it is not worth its own relation; more and vacuum,
 * index builds and caches lose what partitions are for. */
#define TARGET_MIN_ROWS  5e6
#define TARGET_MAX_ROWS  5e7
#define TARGET_MIN_BYTES 1073741824.0
#define TARGET_MAX_BYTES 53687091200.0
#define MIN_ROWS         1e5
#define MAX_PARTITIONS   1000.0
#define PREMAKE          4
/* Rows leave a whole partition at a time: so much of the retention too late at most. */
#define OVERSHOOT 0.1

static const struct {
    const char *interval, *name;
    double days;
} intervals[] = {
    {"1 hour", "hourly", 1.0 / 24},
    {"1 day", "daily", 1},
    {"1 week", "weekly", 7},
    {"1 month", "monthly", DAYS_PER_MONTH},
    {"3 months", "quarterly", 3 * DAYS_PER_MONTH},
    {"1 year", "yearly", DAYS_PER_YEAR},
};

double
pga_partition_interval_days(const char *interval)
{
    for (guint i = 0; interval && i < G_N_ELEMENTS(intervals); i++)
        if (strcmp(intervals[i].interval, interval) == 0)
            return intervals[i].days;
    return 0;
}

char *
pga_partition_days_text(double days)
{
    static const struct {
        const char *name;
        double days;
    } units[] = {{"year", DAYS_PER_YEAR}, {"month", DAYS_PER_MONTH}, {"week", 7}, {"day", 1}};

    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        const double n = rint(days / units[i].days);

        /* "24 months" rather than "2 years", as people say it: years from the third on */
        if (n < 1 || fabs(n * units[i].days - days) > 0.6 + 0.004 * days || (i == 0 && n < 3))
            continue;
        return g_strdup_printf("%.0f %s%s", n, units[i].name, n > 1 ? "s" : "");
    }
    return g_strdup_printf("%g days", days);
}

/* Days that rows span. */
static double
span_of(const PgaPartitionCase *of, const PgaDesignPartitioning *partitioning)
{
    if (partitioning->retention_days > 0)
        return partitioning->retention_days;
    return of->rows_per_day > 0 ? of->table->rows / of->rows_per_day : DAYS_PER_YEAR;
}

static gboolean
fits(const PgaPartitionCase *of, const PgaDesignPartitioning *partitioning, guint number)
{
    const double days = intervals[number].days, rows = of->rows_per_day * days;

    return rows <= TARGET_MAX_ROWS && rows * of->row_bytes <= TARGET_MAX_BYTES &&
           (partitioning->retention_days <= 0 || days <= partitioning->retention_days * OVERSHOOT);
}

static double
count_of(double span, guint number)
{
    return ceil(span / intervals[number].days - 0.01) + 1 + PREMAKE;
}

/* The longest that fits; longer where there would be too many. */
static guint
choose(const PgaPartitionCase *of, const PgaDesignPartitioning *partitioning, double copies)
{
    const double span = span_of(of, partitioning);
    guint number = 0;

    for (guint i = 1; i < G_N_ELEMENTS(intervals); i++)
        if (fits(of, partitioning, i))
            number = i;
    while (number + 1 < G_N_ELEMENTS(intervals) &&
           (count_of(span, number) * copies > MAX_PARTITIONS ||
            (of->rows_per_day * intervals[number].days < MIN_ROWS &&
             (partitioning->retention_days <= 0 ||
              intervals[number + 1].days <= partitioning->retention_days * OVERSHOOT))))
        number++;
    return number;
}

void
pga_partition_interval(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning)
{
    const double copies = MAX(1, partitioning->values->len);
    const guint number = choose(of, partitioning, copies);
    const double rows = of->rows_per_day * intervals[number].days / copies;
    const double least_rows = partitioning->retention_days > 0 ? MIN_ROWS : TARGET_MIN_ROWS;
    const gboolean is_small = rows < least_rows && (partitioning->retention_days > 0 ||
                                                    rows * of->row_bytes < TARGET_MIN_BYTES);
    g_autofree char *count = pga_count_format(rows);
    g_autofree char *least = pga_count_format(least_rows);
    g_autofree char *bytes = pga_bytes_format_storage((gint64)(rows * of->row_bytes));

    partitioning->interval = g_strdup(intervals[number].interval);
    partitioning->interval_name = g_strdup(intervals[number].name);
    partitioning->premake = PREMAKE;
    partitioning->n_partitions = (guint)(count_of(span_of(of, partitioning), number) * copies);
    partitioning->rows_per_partition = rows;
    pga_partition_reason(
        partitioning, "interval", is_small ? -5 : 0,
        "%s: %s rows and %s a partition%s%s; %u of history, the current one, %u ahead",
        intervals[number].name, count, bytes, is_small ? ": fewer than " : "",
        is_small ? least : "", (guint)(partitioning->n_partitions / copies) - 1 - PREMAKE, PREMAKE)
        ->blocks = is_small;
    if (partitioning->n_partitions > MAX_PARTITIONS)
        pga_partition_reason(partitioning, "interval", -5,
                             "even %s ones are %u partitions: more than %.0f",
                             intervals[number].name, partitioning->n_partitions, MAX_PARTITIONS)
            ->blocks = TRUE;
}

/* Autovacuum. */
#include <math.h>

#include "tune_internal.h"

/* Rows written per second, and databases, above which a minute is long. */
#define MANY_WRITES    1000
#define MANY_DATABASES 100

void
pga_tune_autovacuum_worker_slots(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_number(s, (double)MAX(16, 2 * t->memory.autovacuum_max_workers));
    pga_tuned_explain(s, "2 x %" G_GINT64_FORMAT " workers, at least 16",
                      t->memory.autovacuum_max_workers);
}

void
pga_tune_autovacuum_naptime(const PgaTune *t, PgaTunedSetting *s)
{
    const double writes = MAX(t->seen->dead_per_s, 0) + MAX(t->seen->inserts_per_s, 0);

    if (writes > MANY_WRITES || t->seen->n_databases > MANY_DATABASES) {
        pga_tuned_seconds(s, 15);
        pga_tuned_explain(s, "15s: %.0f rows written per second, %d databases", writes,
                          (int)MAX(t->seen->n_databases, 1));
    } else {
        pga_tuned_seconds(s, 60);
        pga_tuned_explain(s, "1min; 15s above %d rows written per second or %d databases",
                          MANY_WRITES, MANY_DATABASES);
    }
}

/* The budget is shared: it grows with the workers. */
void
pga_tune_autovacuum_vacuum_cost_limit(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 workers = t->memory.autovacuum_max_workers;

    switch (t->storage) {
    case PGA_STORAGE_HDD:
        pga_tuned_number(s, -1);
        pga_tuned_explain(s, "-1: vacuum_cost_limit (200) suits a disk arm");
        break;
    case PGA_STORAGE_NVME:
        pga_tuned_number(s, (double)CLAMP(4000 * workers / 3, 2000, 10000));
        pga_tuned_explain(s, "nvme: 4000 for 3 workers, for %d", (int)workers);
        break;
    case PGA_STORAGE_SSD:
    case PGA_STORAGE_NETWORK:
    default:
        pga_tuned_number(s, (double)CLAMP(500 * workers, 1000, 2000));
        pga_tuned_explain(s, "%s: 500 for each of %d workers, within 1000 to 2000",
                          pga_storage_name(t->storage), (int)workers);
        break;
    }
}

void
pga_tune_autovacuum_vacuum_cost_delay(const PgaTune *t, PgaTunedSetting *s)
{
    const double current = pga_tune_current(t, s->name);

    if (isfinite(current) && current >= 0 && current < 2) {
        pga_tuned_number(s, current);
        pga_tuned_explain(s, "kept: the source has less than 2ms");
        return;
    }
    pga_tuned_number(s, 2);
    pga_tuned_explain(s, "2ms, the default since 12");
}

/* @factors: oltp, olap, htap, time-series. */
static void
scale_factor(const PgaTune *t, PgaTunedSetting *s, const double factors[4])
{
    const int of = t->workload == PGA_WORKLOAD_OLAP          ? 1
                   : t->workload == PGA_WORKLOAD_HTAP        ? 2
                   : t->workload == PGA_WORKLOAD_TIME_SERIES ? 3
                                                             : 0;

    pga_tuned_number(s, factors[of]);
    pga_tuned_explain(s, "%.3g %% of the rows for %s", 100 * factors[of],
                      pga_workload_class_name(t->workload));
}

void
pga_tune_autovacuum_vacuum_scale_factor(const PgaTune *t, PgaTunedSetting *s)
{
    scale_factor(t, s, (const double[]){0.1, 0.1, 0.05, 0.1});
}

void
pga_tune_autovacuum_analyze_scale_factor(const PgaTune *t, PgaTunedSetting *s)
{
    scale_factor(t, s, (const double[]){0.05, 0.05, 0.05, 0.02});
}

void
pga_tune_autovacuum_vacuum_insert_scale_factor(const PgaTune *t, PgaTunedSetting *s)
{
    scale_factor(t, s, (const double[]){0.2, 0.1, 0.1, 0.05});
}

void
pga_tune_autovacuum_vacuum_max_threshold(const PgaTune *t, PgaTunedSetting *s)
{
    const PgaTuningTable *largest =
        t->seen->tables->len ? g_ptr_array_index(t->seen->tables, 0) : NULL;

    if (t->workload == PGA_WORKLOAD_OLTP && largest && largest->rows >= 1e8) {
        pga_tuned_number(s, 1e7);
        pga_tuned_explain(s, "10 million: %s has %.0f million rows", largest->name,
                          largest->rows / 1e6);
        return;
    }
    pga_tuned_default(t, s);
}

/* Lowering it would have everything frozen at once. */
void
pga_tune_autovacuum_freeze_max_age(const PgaTune *t, PgaTunedSetting *s)
{
    const double current = pga_tune_current(t, s->name);

    if (isfinite(current) && current > 2e8 && current <= 1e9) {
        pga_tuned_number(s, current);
        pga_tuned_explain(s, "kept: lowering it has every table frozen at once");
        return;
    }
    pga_tuned_default(t, s);
    pga_tuned_also(s, "; more only above 1 TB and with the age watched");
}

void
pga_tune_always_on(const PgaTune *t, PgaTunedSetting *s)
{
    (void)t;
    pga_tuned_word(s, "on");
    pga_tuned_explain(s, "never off");
}

/* What the planner assumes. */
#include "tune_internal.h"

static gboolean
is_analytical(const PgaTune *t)
{
    return t->workload == PGA_WORKLOAD_OLAP || t->workload == PGA_WORKLOAD_TIME_SERIES;
}

void
pga_tune_random_page_cost(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 database = t->input->database_bytes.value;
    const gboolean cached = database >= 0 && database <= t->ram / 4 * 3;
    const gboolean arm = t->storage == PGA_STORAGE_HDD;

    pga_tuned_number(s, arm && !cached ? 4 : 1.1);
    if (cached)
        pga_tuned_explain(s, "the database fits into three quarters of RAM");
    else if (arm)
        pga_tuned_explain(s, "hdd: the arm has to move");
    else
        pga_tuned_explain(s, "%s: no arm%s", pga_storage_name(t->storage),
                          t->workload == PGA_WORKLOAD_OLAP
                              ? "; compare the workload's plans at 1.1, 2 and 4"
                              : "");
}

void
pga_tune_default_statistics_target(const PgaTune *t, PgaTunedSetting *s)
{
    const int target = t->workload == PGA_WORKLOAD_OLAP   ? 500
                       : t->workload == PGA_WORKLOAD_HTAP ? 200
                                                          : 100;

    pga_tuned_number(s, target);
    pga_tuned_explain(s, "for %s", pga_workload_class_name(t->workload));
}

void
pga_tune_jit(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean on = t->workload == PGA_WORKLOAD_OLAP || t->workload == PGA_WORKLOAD_HTAP;

    pga_tuned_switch(s, on);
    pga_tuned_explain(s, "%s: queries are %s", pga_workload_class_name(t->workload),
                      on ? "long enough to gain" : "too short to gain");
}

void
pga_tune_jit_above_cost(const PgaTune *t, PgaTunedSetting *s)
{
    if (t->workload != PGA_WORKLOAD_HTAP) {
        pga_tuned_default(t, s);
        return;
    }
    pga_tuned_number(s, 500000);
    pga_tuned_explain(s, "htap: five times the default keeps short queries from compiling");
}

/* Known partitions make it worth the planner's while. */
void
pga_tune_enable_partitionwise_join(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean on = is_analytical(t) && t->seen->partitions > 0;

    pga_tuned_switch(s, on);
    pga_tuned_explain(s,
                      on ? "%s, and there are partitioned tables"
                         : "off for %s unless partitioned tables are joined by their key",
                      pga_workload_class_name(t->workload));
}

void
pga_tune_enable_partitionwise_aggregate(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean on = is_analytical(t);

    pga_tuned_switch(s, on);
    pga_tuned_explain(s, on ? "%s aggregates large tables" : "%s aggregates little at once",
                      pga_workload_class_name(t->workload));
}

void
pga_tune_default_toast_compression(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean lz4 =
        t->seen->lz4 == 1 || pga_tune_current_is(t, "default_toast_compression", "lz4");

    pga_tuned_word(s, lz4 ? "lz4" : "pglz");
    pga_tuned_explain(s, lz4 ? "the source's build has lz4"
                         : t->seen->lz4 == 0
                             ? "the source's build has no lz4"
                             : "pglz is in every build; lz4 where pg_settings.enumvals has it");
}

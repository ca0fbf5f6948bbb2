/* What is logged and counted, timeouts, passwords. */
#include <math.h>
#include <string.h>

#include "tune_internal.h"

#define STATEMENTS "pg_stat_statements"

/* A reading of the clock in nanoseconds, above which timing each read costs too much. */
#define SLOW_CLOCK 100

void
pga_tune_idle_in_transaction_session_timeout(const PgaTune *t, PgaTunedSetting *s)
{
    const double current = pga_tune_current(t, s->name);
    const int minutes = t->workload == PGA_WORKLOAD_OLAP ? 30 : 5;

    if (isfinite(current) && current > 0 && current <= 60000.0 * minutes) {
        pga_tuned_number(s, current);
        pga_tuned_explain(s, "kept: the source has at most %dmin", minutes);
        return;
    }
    pga_tuned_seconds(s, 60.0 * minutes);
    pga_tuned_explain(s, "for %s", pga_workload_class_name(t->workload));
}

/* What the source loads stays, and stays in its order. */
void
pga_tune_shared_preload_libraries(const PgaTune *t, PgaTunedSetting *s)
{
    const char *current = pga_tune_current_word(t, s->name);
    g_autofree char *all = NULL;

    if (!current || !*current) {
        pga_tuned_word(s, STATEMENTS);
        pga_tuned_explain(s,
                          "needs the server's contrib modules, then CREATE EXTENSION " STATEMENTS);
    } else if (strstr(current, STATEMENTS)) {
        pga_tuned_word(s, current);
        pga_tuned_explain(s, "kept: the source has it");
    } else {
        all = g_strconcat(current, ", " STATEMENTS, NULL);
        pga_tuned_word(s, all);
        pga_tuned_explain(s, "what the source loads, and " STATEMENTS);
    }
}

void
pga_tune_track_io_timing(const PgaTune *t, PgaTunedSetting *s)
{
    const double ns = t->seen->clock_ns;
    const gboolean current = pga_tune_current_is(t, s->name, "on");

    pga_tuned_switch(s, current || (ns >= 0 && ns < SLOW_CLOCK));
    if (current)
        pga_tuned_explain(s, "kept: the source has it on");
    else if (ns >= 0)
        pga_tuned_explain(s, "the clock takes %.0f ns, %d is too much", ns, SLOW_CLOCK);
    else
        pga_tuned_explain(s, "off until pg_test_timing shows less than %d ns", SLOW_CLOCK);
}

gint64
pga_tune_query_size(const PgaTune *t)
{
    return CLAMP(pga_tune_current_bytes(t, "track_activity_query_size"), 4096, 65536);
}

void
pga_tune_track_activity_query_size(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 bytes = pga_tune_query_size(t);

    pga_tuned_bytes(s, bytes);
    pga_tuned_explain(s, bytes > 4096 ? "kept as the source has it, at most 64kB"
                                      : "4kB instead of 1kB: generated statements are long");
}

void
pga_tune_log_min_duration_statement(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_seconds(s, t->workload == PGA_WORKLOAD_OLTP   ? 0.5
                         : t->workload == PGA_WORKLOAD_OLAP ? 10
                                                            : 1);
    pga_tuned_explain(s, "for %s", pga_workload_class_name(t->workload));
}

void
pga_tune_log_on(const PgaTune *t, PgaTunedSetting *s)
{
    (void)t;
    pga_tuned_word(s, "on");
    pga_tuned_explain(s, "on: a line for each, which costs nothing");
}

void
pga_tune_log_temp_files(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_bytes(s, t->memory.work_mem_kb * PGA_KB);
    pga_tuned_explain(s, "work_mem");
}

void
pga_tune_log_autovacuum_min_duration(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_seconds(s, 1);
    pga_tuned_explain(s, "1s; %s",
                      t->major < 15 ? "the default logs none"
                                    : "the default logs only runs of 10min");
}

void
pga_tune_password_encryption(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_word(s, "scram-sha-256");
    pga_tuned_explain(s,
                      pga_tune_current_is(t, s->name, "md5")
                          ? "passwords set from now on; the present ones stay md5 until set again"
                          : "the default since 14");
}

/* On without a certificate keeps the server from starting. */
void
pga_tune_ssl(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean on = pga_tune_current_is(t, s->name, "on");

    pga_tuned_switch(s, on);
    pga_tuned_explain(s, on ? "kept: the source has it on"
                            : "off until ssl_cert_file and ssl_key_file exist: without them the "
                              "server does not start; on for every server that others reach");
}

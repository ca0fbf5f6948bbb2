/* Settings for one role or one table, where a global one would be wrong. */
#include <math.h>
#include <string.h>

#include <base/text.h>

#include "tune_internal.h"

/* Rows above which a share of them is too many dead rows to wait for. */
#define LARGE_TABLE 1e7
#define MOST_TABLES 20

/* Sessions that a role for reports is given memory for. */
#define REPORT_SESSIONS 4

/* Stands for a role that only the operator knows the name of. */
#define APPLICATION_ROLE "application"
#define REPORTING_ROLE   "reporting"

static void
propose_role(const PgaTune *t, const char *role, const char *setting, const char *value, char *why)
{
    PgaTuningProposal *p = pga_tuning_add_proposal(t->tuning);

    p->object = g_strdup_printf("role %s", role);
    p->sql = g_strdup_printf("ALTER ROLE %s SET %s = '%s';", role, setting, value);
    p->undo = g_strdup_printf("ALTER ROLE %s RESET %s;", role, setting);
    p->why = why;
    p->safety = PGA_SAFETY_SAFE;
    p->docs_title = "ALTER ROLE";
    p->docs_url =
        g_strdup_printf("https://www.postgresql.org/docs/%u/sql-alterrole.html", t->server_major);
}

/* Work that somebody waits for ends; reports and backups do not have to. */
static void
propose_timeouts(const PgaTune *t)
{
    const char *role = t->seen->application_role;
    g_autofree char *quoted = pga_quote_identifier(role ? role : APPLICATION_ROLE);
    const char *which =
        role ? "most sessions are its own" : "put the application's role for " APPLICATION_ROLE;

    if (t->workload == PGA_WORKLOAD_OLAP)
        return;
    propose_role(t, quoted, "statement_timeout", "30s",
                 g_strdup_printf("a user waits no longer than 30 s; set globally it would stop "
                                 "backups and reports (%s)",
                                 which));
    if (t->server_major >= 17 && t->workload == PGA_WORKLOAD_OLTP)
        propose_role(
            t, quoted, "transaction_timeout", "5min",
            g_strdup_printf("an application's transaction of 5 min was forgotten (%s)", which));
}

/* What one session of a few may take while the rest does what it usually does. */
static void
propose_report_memory(const PgaTune *t)
{
    const PgaMemorySettings *m = &t->memory;
    const gint64 room = m->ram_kb - t->tuning->expected.total;
    const gint64 nodes = MAX(pga_memory_nodes(m->workload), 2);
    gint64 each = room * 200 / (REPORT_SESSIONS * nodes * (100 + m->hash_mem_multiplier_x100));
    g_autofree char *global = NULL, *value = NULL, *room_text = NULL;

    each = MIN(each / 1024 * 1024, 2 * PGA_GB / PGA_KB);
    if (!t->tuning->safe || t->workload == PGA_WORKLOAD_OLAP || each < 2 * m->work_mem_kb)
        return;
    if (t->workload == PGA_WORKLOAD_OLTP && !(t->seen->temp_bytes_per_hour > 0))
        return;
    global = pga_size_text(m->work_mem_kb * PGA_KB);
    value = pga_known_setting_text((double)each, "kB");
    room_text = pga_size_text(room * PGA_KB);
    propose_role(
        t, REPORTING_ROLE, "work_mem", value,
        g_strdup_printf("%s is left when %u %% of the sessions work; it is enough for %d "
                        "sessions of a role for reports, and too much for all (%s; put the "
                        "role's name for " REPORTING_ROLE ")",
                        room_text, t->tuning->active_percent, REPORT_SESSIONS, global));
}

static void
propose_table(const PgaTune *t, const PgaTuningTable *table, const char *parameter, double value,
              const char *what)
{
    g_autofree char *present =
        table->reloptions ? pga_reloption(table->reloptions, parameter) : NULL;
    g_autofree char *rows = g_strdup_printf("%.0f million", table->rows / 1e6);
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    PgaTuningProposal *p;

    if (present)
        return;
    g_ascii_formatd(number, sizeof(number), "%.4g", value);
    p = pga_tuning_add_proposal(t->tuning);
    p->object = g_strdup_printf("table %s", table->name);
    p->sql = g_strdup_printf("ALTER TABLE %s SET (%s = %s);", table->name, parameter, number);
    p->undo = g_strdup_printf("ALTER TABLE %s RESET (%s);", table->name, parameter);
    p->why = g_strdup_printf("%s rows: %s at %.3g %% of them, %.0f, instead of waiting for the "
                             "share that suits small tables",
                             rows, what, 100 * value, value * table->rows);
    p->safety = PGA_SAFETY_SAFE;
    p->lock = "SHARE UPDATE EXCLUSIVE";
    p->docs_title = "Storage Parameters";
    p->docs_url = g_strdup_printf("https://www.postgresql.org/docs/%u/sql-createtable.html"
                                  "#SQL-CREATETABLE-STORAGE-PARAMETERS",
                                  t->server_major);
}

static void
propose_tables(const PgaTune *t)
{
    guint n = 0;

    for (guint i = 0; i < t->seen->tables->len && n < MOST_TABLES; i++) {
        const PgaTuningTable *table = g_ptr_array_index(t->seen->tables, i);

        if (table->partitioned || table->rows < LARGE_TABLE)
            continue;
        n++;
        propose_table(t, table, "autovacuum_vacuum_scale_factor", 0.01, "vacuumed");
        propose_table(t, table, "autovacuum_analyze_scale_factor", 0.005, "analysed");
    }
}

void
pga_tune_proposals(const PgaTune *t)
{
    propose_timeouts(t);
    propose_report_memory(t);
    propose_tables(t);
}

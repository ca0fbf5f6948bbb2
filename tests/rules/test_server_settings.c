/* Rules about settings of the whole server: when they speak, when they keep quiet, what they set.
 */
#include <string.h>

#include "server.h"

/** One setting, and what else there is. */
typedef struct {
    const char *name, *rule;
    const char *settings; /* "name=value:boot[:unit[:context[:source]]]; …" */
    void (*prepare)(Model *model);
    Outcome want;
    PgaSeverity severity;
    const char *fix;      /* (nullable): the first statement */
    const char *evidence; /* (nullable): part of it */
} Case;

static const char *
part(char **parts, guint i)
{
    return i < g_strv_length(parts) && *parts[i] ? parts[i] : NULL;
}

static void
add_settings(Model *model, const char *text)
{
    g_auto(GStrv) list = g_strsplit(text, "; ", -1);

    for (guint i = 0; list[i] && *list[i]; i++) {
        char *value = strchr(list[i], '=');
        g_auto(GStrv) parts = g_strsplit(value + 1, ":", -1);
        g_autofree char *name = g_strndup(list[i], (gsize)(value - list[i]));
        PgaSetting *setting;

        if (!pga_catalog_setting(model->catalog, name))
            model_setting(model, name, parts[0], part(parts, 2));
        server_set_text(model, name, parts[0]);
        setting = (PgaSetting *)pga_catalog_setting(model->catalog, name);
        setting->boot_val = g_strdup(parts[1]);
        setting->context = g_strdup(part(parts, 3));
        if (part(parts, 4))
            server_set_source(model, name, parts[4]);
    }
}

static void
make_managed(Model *model)
{
    model->environment->provider = g_strdup("aws-rds");
}

static void
make_olap(Model *model)
{
    model->environment->workload = PGA_WORKLOAD_OLAP;
    model->environment->workload_method = g_strdup("stated");
}

static void
make_two_cores(Model *model)
{
    make_olap(model);
    model->server->host.cores = 2;
}

static void
make_one_core(Model *model)
{
    model->server->host.cores = 1;
}

static void
make_flash(Model *model)
{
    model->server->host.storage = g_strdup("nvme");
}

static void
make_disk(Model *model)
{
    model->server->host.storage = g_strdup("hdd");
}

static void
make_busy(Model *model)
{
    model->environment->stats_age = 3600;
    model->environment->xact_commit = 600 * G_GINT64_CONSTANT(3600);
}

static void
make_writes(Model *model)
{
    model->server->wal_stats_age = 10000;
    model->server->wal_bytes = G_GINT64_CONSTANT(20000000000);
}

static void
make_old_cluster(Model *model)
{
    model->environment->database_bytes = G_GINT64_CONSTANT(1000000);
}

static void
make_small(Model *model)
{
    model->environment->ram_bytes = 4 * GB;
}

static void
add_extension(Model *model)
{
    pga_catalog_add_extension(model->catalog, "pg_stat_statements");
}

static void
add_role_setting(Model *model, const char *role, const char *name, const char *value,
                 gboolean in_database)
{
    PgaRoleSetting *setting = pga_objects_add_role_setting(model->objects, name);

    setting->rolname = g_strdup(role);
    setting->value = g_strdup(value);
    setting->in_database = in_database;
}

static void
add_role_timeout(Model *model)
{
    add_role_setting(model, "app", "statement_timeout", "30s", FALSE);
}

static void
add_role_zero_timeout(Model *model)
{
    add_role_setting(model, "app", "statement_timeout", "0", FALSE);
}

static void
add_role_method(Model *model)
{
    add_role_setting(model, "app", "enable_nestloop", "Off", FALSE);
}

static void
add_role_method_on(Model *model)
{
    add_role_setting(model, "app", "enable_nestloop", "on", FALSE);
}

static void
add_database_method(Model *model)
{
    add_role_setting(model, NULL, "enable_nestloop", "0", TRUE);
}

static void
add_role_database_method(Model *model)
{
    add_role_setting(model, "app", "enable_nestloop", "false", TRUE);
}

static void
add_everybody_method(Model *model)
{
    add_role_setting(model, NULL, "enable_nestloop", "no", FALSE);
}

static void
add_statement(Model *model, double total, double jit)
{
    PgaWorkloadStatement *statement =
        pga_record_add(model->workload->statements, &pga_workload_statement_type);

    model->workload->known = TRUE;
    statement->total_exec_time = total;
    statement->jit_time = jit;
}

static void
add_compiled(Model *model)
{
    add_statement(model, 1000, 150);
    add_statement(model, 500, 0);
}

static void
add_hardly_compiled(Model *model)
{
    add_statement(model, 1000, 50);
}

static void
add_idle(Model *model)
{
    add_statement(model, 0, 0);
}

static void
make_evicting(Model *model)
{
    add_statement(model, 1, 0);
    model->workload->max = 2;
    model->workload->dealloc = 7;
    model->workload->stats_age = DAY;
}

static void
make_evicting_unknown_age(Model *model)
{
    make_evicting(model);
    model->workload->stats_age = -1;
}

static void
make_evicting_of_others(Model *model)
{
    make_evicting(model);
    model->workload->max = 5000;
}

static void
set_now(Model *model, const char *day, guint version_num, const char *version)
{
    g_autoptr(GDateTime) now = g_date_time_new_from_iso8601(day, NULL);

    model->environment->now = g_date_time_to_unix(now);
    model->environment->version_num = version_num;
    g_free(model->environment->version);
    model->environment->version = g_strdup(version);
}

static void
make_ended(Model *model)
{
    set_now(model, "2026-11-20T12:00:00Z", 140023, "14.23");
}

static void
make_ending(Model *model)
{
    set_now(model, "2026-10-01T12:00:00Z", 140023, "14.23");
}

static void
make_behind(Model *model)
{
    set_now(model, "2026-06-01T12:00:00Z", 170008, "17.8");
}

static void
make_one_behind(Model *model)
{
    set_now(model, "2026-06-01T12:00:00Z", 170009, "17.9");
}

static void
make_current(Model *model)
{
    set_now(model, "2026-06-01T12:00:00Z", 170010, "17.10");
}

static void
make_96(Model *model)
{
    set_now(model, "2026-06-01T12:00:00Z", 90624, "9.6.24");
}

static void
make_future(Model *model)
{
    set_now(model, "2036-06-01T12:00:00Z", 280001, "28.1");
}

#define WARN PGA_SEVERITY_WARNING
#define ERR  PGA_SEVERITY_ERROR
#define INFO PGA_SEVERITY_INFO

static const Case cases[] = {
    {"fsync", "conf-fsync-off", "fsync=off:on::sighup; full_page_writes=on:on", NULL, FIRES, ERR,
     "ALTER SYSTEM SET fsync = 'on';", "lost or torn"},
    {"full-page-writes", "conf-fsync-off", "fsync=on:on; full_page_writes=off:on", NULL, FIRES, ERR,
     "ALTER SYSTEM SET full_page_writes = 'on';", "half written"},
    {"safe", "conf-fsync-off", "fsync=on:on; full_page_writes=on:on", NULL, SILENT, 0, NULL, NULL},
    {"of-the-session", "conf-fsync-off", "fsync=off:on:::client", NULL, SILENT, 0, NULL, NULL},

    {"zero-pages", "conf-developer-options", "zero_damaged_pages=on:off", NULL, FIRES, ERR,
     "ALTER SYSTEM SET zero_damaged_pages = 'off';", "emptied"},
    {"delay", "conf-developer-options", "post_auth_delay=5:0:s", NULL, FIRES, WARN,
     "ALTER SYSTEM SET post_auth_delay = '0';", "post_auth_delay is 5s"},
    {"backtrace", "conf-developer-options", "backtrace_functions=f:", NULL, FIRES, WARN,
     "ALTER SYSTEM SET backtrace_functions = '';", NULL},
    {"restart", "conf-developer-options", "ignore_invalid_pages=on:off::postmaster", NULL, FIRES,
     ERR, "ALTER SYSTEM SET ignore_invalid_pages = 'off';", NULL},
    {"as-built", "conf-developer-options", "zero_damaged_pages=off:off; pre_auth_delay=0:0:s", NULL,
     SILENT, 0, NULL, NULL},

    {"method", "conf-planner-method-off", "enable_seqscan=off:on", NULL, FIRES, WARN,
     "ALTER SYSTEM SET enable_seqscan = 'on';", NULL},
    {"method-off-by-itself", "conf-planner-method-off", "enable_partitionwise_join=off:off", NULL,
     SILENT, 0, NULL, NULL},
    {"method-on", "conf-planner-method-off", "enable_seqscan=on:on; fsync=off:on", NULL, SILENT, 0,
     NULL, NULL},
    {"method-of-this-role", "conf-planner-method-off", "enable_seqscan=off:on:::user", NULL, SILENT,
     0, NULL, NULL},
    {"method-of-a-role", "conf-planner-method-off", "enable_nestloop=on:on", add_role_method, FIRES,
     INFO, "ALTER ROLE app RESET enable_nestloop;", "ALTER ROLE app SET enable_nestloop = off."},
    {"method-on-for-a-role", "conf-planner-method-off", "enable_nestloop=on:on", add_role_method_on,
     SILENT, 0, NULL, NULL},
    {"method-of-the-database", "conf-planner-method-off", "enable_nestloop=on:on",
     add_database_method, FIRES, INFO, "ALTER DATABASE shop RESET enable_nestloop;", NULL},
    {"method-of-a-role-here", "conf-planner-method-off", "enable_nestloop=on:on",
     add_role_database_method, FIRES, INFO,
     "ALTER ROLE app IN DATABASE shop RESET enable_nestloop;", NULL},
    {"method-of-everybody", "conf-planner-method-off", "enable_nestloop=on:on",
     add_everybody_method, FIRES, INFO, "ALTER ROLE ALL RESET enable_nestloop;", NULL},
    {"method-that-is-none", "conf-planner-method-off", "", add_role_method, SILENT, 0, NULL, NULL},

    {"workers", "conf-parallel-vs-cores", "max_parallel_workers=16:8; max_worker_processes=8:8",
     NULL, FIRES, INFO, "ALTER SYSTEM SET max_parallel_workers = '8';", "is 8."},
    {"workers-fit", "conf-parallel-vs-cores", "max_parallel_workers=8:8; max_worker_processes=8:8",
     NULL, SILENT, 0, NULL, NULL},
    {"workers-without-cores", "conf-parallel-vs-cores",
     "max_parallel_workers=8:8; max_worker_processes=8:8", make_one_core, FIRES, INFO,
     "ALTER SYSTEM SET max_parallel_workers = '1';", "1 core that"},
    {"gather", "conf-parallel-vs-cores", "max_parallel_workers_per_gather=0:2", make_olap, FIRES,
     INFO, "ALTER SYSTEM SET max_parallel_workers_per_gather = '2';", "olap (stated)"},
    {"gather-on-two-cores", "conf-parallel-vs-cores",
     "max_parallel_workers=2:8; max_parallel_workers_per_gather=0:2", make_two_cores, SILENT, 0,
     NULL, NULL},
    {"gather-in-oltp", "conf-parallel-vs-cores", "max_parallel_workers_per_gather=0:2", NULL,
     SILENT, 0, NULL, NULL},

    {"checksums", "conf-checksums-off", "data_checksums=off:off", NULL, FIRES, INFO, NULL, NULL},
    {"checksums-on", "conf-checksums-off", "data_checksums=on:off", NULL, SILENT, 0, NULL, NULL},
    {"checksums-managed", "conf-checksums-off", "data_checksums=off:off", make_managed, SILENT, 0,
     NULL, NULL},

    {"commit", "conf-synchronous-commit-off",
     "synchronous_commit=off:on; wal_writer_delay=100:200:ms", NULL, FIRES, INFO,
     "ALTER SYSTEM SET synchronous_commit = 'on';", "last 300 ms"},
    {"commit-local", "conf-synchronous-commit-off", "synchronous_commit=local:on", NULL, SILENT, 0,
     NULL, NULL},

    {"blind", "conf-logging-blind",
     "log_min_duration_statement=-1:-1:ms; log_lock_waits=off:off; log_temp_files=-1:-1:kB", NULL,
     FIRES, INFO, "ALTER SYSTEM SET log_min_duration_statement = '1s';",
     "slow statements (log_min_duration_statement = -1), waits for locks"},
    {"blind-but-for-files", "conf-logging-blind",
     "log_min_duration_statement=-1:-1:ms; log_lock_waits=off:off; log_temp_files=0:-1:kB", NULL,
     FIRES, INFO, "ALTER SYSTEM SET log_min_duration_statement = '1s';", NULL},
    {"one-eyed", "conf-logging-blind", "log_min_duration_statement=-1:-1:ms; log_lock_waits=on:off",
     NULL, SILENT, 0, NULL, NULL},
    {"auto-explain", "conf-logging-blind",
     "log_min_duration_statement=-1:-1:ms; log_lock_waits=off:off; "
     "session_preload_libraries=$libdir/auto_explain:",
     NULL, SILENT, 0, NULL, NULL},
    {"auto-explain-preloaded", "conf-logging-blind",
     "log_min_duration_statement=-1:-1:ms; log_lock_waits=off:off; "
     "shared_preload_libraries=pg_stat_statements, auto_explain:",
     NULL, SILENT, 0, NULL, NULL},
    {"sampling", "conf-logging-blind",
     "log_min_duration_statement=-1:-1:ms; log_lock_waits=off:off; "
     "log_min_duration_sample=100:-1:ms",
     NULL, SILENT, 0, NULL, NULL},

    {"all-statements", "conf-log-verbose", "log_statement=all:none", NULL, FIRES, WARN,
     "ALTER SYSTEM SET log_statement = 'ddl';", NULL},
    {"host-names", "conf-log-verbose", "log_hostname=on:off", NULL, FIRES, WARN,
     "ALTER SYSTEM SET log_hostname = 'off';", NULL},
    {"all-durations", "conf-log-verbose", "log_min_duration_statement=0:-1:ms", make_busy, FIRES,
     WARN, "ALTER SYSTEM SET log_min_duration_statement = '1s';", "600 transactions a second"},
    {"all-durations-idle", "conf-log-verbose", "log_min_duration_statement=0:-1:ms", NULL, SILENT,
     0, NULL, NULL},
    {"slow-durations", "conf-log-verbose", "log_min_duration_statement=250:-1:ms", make_busy,
     SILENT, 0, NULL, NULL},
    {"quiet", "conf-log-verbose", "log_statement=ddl:none; log_hostname=off:off", make_busy, SILENT,
     0, NULL, NULL},

    {"none-reserved", "conf-superuser-reserved", "superuser_reserved_connections=0:3::postmaster",
     NULL, FIRES, WARN, "ALTER SYSTEM SET superuser_reserved_connections = '3';", NULL},
    {"too-many-reserved", "conf-superuser-reserved", "superuser_reserved_connections=30:3", NULL,
     FIRES, WARN, "ALTER SYSTEM SET superuser_reserved_connections = '3';", "30 of"},
    {"three-reserved", "conf-superuser-reserved",
     "superuser_reserved_connections=3:3; max_connections=10:100", NULL, SILENT, 0, NULL, NULL},
    {"reserved-managed", "conf-superuser-reserved", "superuser_reserved_connections=0:3",
     make_managed, SILENT, 0, NULL, NULL},

    {"target", "conf-checkpoint-spread", "checkpoint_completion_target=0.5:0.9", NULL, FIRES, INFO,
     "ALTER SYSTEM SET checkpoint_completion_target = '0.9';", "50 %"},
    {"target-default", "conf-checkpoint-spread", "checkpoint_completion_target=0.9:0.9", NULL,
     SILENT, 0, NULL, NULL},
    {"timeout", "conf-checkpoint-spread", "checkpoint_timeout=300:300:s", make_writes, FIRES, INFO,
     "ALTER SYSTEM SET checkpoint_timeout = '15min';", "300 s"},
    {"timeout-idle", "conf-checkpoint-spread", "checkpoint_timeout=300:300:s", NULL, SILENT, 0,
     NULL, NULL},
    {"timeout-long", "conf-checkpoint-spread", "checkpoint_timeout=900:300:s", make_writes, SILENT,
     0, NULL, NULL},
    {"warning", "conf-checkpoint-spread", "checkpoint_warning=0:30:s", NULL, FIRES, INFO,
     "ALTER SYSTEM SET checkpoint_warning = '30s';", NULL},

    {"maintenance", "conf-maintenance-mem-default", "maintenance_work_mem=65536:65536:kB", NULL,
     FIRES, INFO, "ALTER SYSTEM SET maintenance_work_mem = '512MB';", "64 MB, with 16 GB"},
    {"maintenance-raised", "conf-maintenance-mem-default", "maintenance_work_mem=131072:65536:kB",
     NULL, SILENT, 0, NULL, NULL},
    {"maintenance-small-machine", "conf-maintenance-mem-default",
     "maintenance_work_mem=65536:65536:kB", make_small, SILENT, 0, NULL, NULL},
    {"maintenance-small-database", "conf-maintenance-mem-default",
     "maintenance_work_mem=65536:65536:kB", make_old_cluster, SILENT, 0, NULL, NULL},

    {"flash", "conf-random-page-cost-ssd", "random_page_cost=4:4; seq_page_cost=1:1", make_flash,
     FIRES, INFO, "ALTER SYSTEM SET random_page_cost = '1.1';", "nvme"},
    {"volume", "conf-random-page-cost-ssd", "random_page_cost=4:4", make_managed, FIRES, INFO, NULL,
     "network volume"},
    {"flash-priced", "conf-random-page-cost-ssd", "random_page_cost=1.1:4", make_flash, SILENT, 0,
     NULL, NULL},
    {"disk", "conf-random-page-cost-ssd", "random_page_cost=4:4", make_disk, SILENT, 0, NULL, NULL},
    {"storage-unknown", "conf-random-page-cost-ssd", "random_page_cost=4:4", NULL, SILENT, 0, NULL,
     NULL},

    {"timeouts", "conf-timeouts-missing",
     "statement_timeout=0:0:ms; idle_in_transaction_session_timeout=0:0:ms; "
     "transaction_timeout=0:0:ms",
     add_role_zero_timeout, FIRES, INFO,
     "ALTER SYSTEM SET idle_in_transaction_session_timeout = '10min';", NULL},
    {"timeout-set", "conf-timeouts-missing",
     "statement_timeout=30000:0:ms; idle_in_transaction_session_timeout=0:0:ms", NULL, SILENT, 0,
     NULL, NULL},
    {"timeout-of-a-role", "conf-timeouts-missing",
     "statement_timeout=0:0:ms; idle_in_transaction_session_timeout=0:0:ms", add_role_timeout,
     SILENT, 0, NULL, NULL},
    {"timeouts-unknown", "conf-timeouts-missing", "", NULL, SILENT, 0, NULL, NULL},

    {"compiled", "conf-jit-oltp", "jit=on:on", add_compiled, FIRES, INFO,
     "ALTER SYSTEM SET jit_above_cost = '500000';", "10 % of the time"},
    {"hardly-compiled", "conf-jit-oltp", "jit=on:on", add_hardly_compiled, SILENT, 0, NULL, NULL},
    {"nothing-ran", "conf-jit-oltp", "jit=on:on", add_idle, SILENT, 0, NULL, NULL},
    {"jit-off", "conf-jit-oltp", "jit=off:on", add_compiled, SILENT, 0, NULL, NULL},
    {"jit-unknown", "conf-jit-oltp", "jit=on:on", NULL, SILENT, 0, NULL, NULL},

    {"io-timing", "track-io-timing-off", "track_io_timing=off:off", NULL, FIRES, INFO,
     "ALTER SYSTEM SET track_io_timing = 'on';", NULL},
    {"io-timing-on", "track-io-timing-off", "track_io_timing=on:off", NULL, SILENT, 0, NULL, NULL},

    {"not-preloaded", "pgss-missing", "shared_preload_libraries=:", NULL, FIRES, WARN,
     "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';", "it is empty"},
    {"beside-another", "pgss-missing", "shared_preload_libraries=auto_explain, x:", NULL, FIRES,
     WARN, "ALTER SYSTEM SET shared_preload_libraries = 'auto_explain', 'x', 'pg_stat_statements';",
     "it is auto_explain, x"},
    {"not-preloaded-managed", "pgss-missing", "shared_preload_libraries=rdsutils:", make_managed,
     FIRES, WARN, NULL, NULL},
    {"not-created", "pgss-missing", "shared_preload_libraries=pg_stat_statements:", NULL, FIRES,
     INFO, "CREATE EXTENSION pg_stat_statements;", NULL},
    {"not-tracked", "pgss-missing",
     "shared_preload_libraries=pg_stat_statements:; pg_stat_statements.track=none:top",
     add_extension, FIRES, WARN, "ALTER SYSTEM SET pg_stat_statements.track = 'top';", NULL},
    {"counted", "pgss-missing",
     "shared_preload_libraries=pg_stat_statements:; pg_stat_statements.track=top:top",
     add_extension, SILENT, 0, NULL, NULL},
    {"libraries-not-shown", "pgss-missing", "", NULL, SILENT, 0, NULL, NULL},

    {"evicting", "pgss-evicting", "", make_evicting, FIRES, INFO,
     "ALTER SYSTEM SET pg_stat_statements.max = 10000;", "7 times in"},
    {"evicting-since-when", "pgss-evicting", "", make_evicting_unknown_age, FIRES, INFO,
     "ALTER SYSTEM SET pg_stat_statements.max = 10000;", "7 times in"},
    {"evicting-others", "pgss-evicting", "", make_evicting_of_others, SILENT, 0, NULL, NULL},
    {"not-evicting", "pgss-evicting", "", add_compiled, SILENT, 0, NULL, NULL},

    {"ended", "version-eol", "", make_ended, FIRES, WARN, NULL, "was due on 2026-11-12"},
    {"ending", "version-eol", "", make_ending, FIRES, INFO, NULL, "last fixes on 2026-11-12"},
    {"behind", "version-eol", "", make_behind, FIRES, WARN, NULL, "2 releases behind: 17.10"},
    {"one-behind", "version-eol", "", make_one_behind, FIRES, WARN, NULL, "1 release behind"},
    {"current", "version-eol", "", make_current, SILENT, 0, NULL, NULL},
    {"of-long-ago", "version-eol", "", make_96, FIRES, WARN, NULL, "2021-11-11"},
    {"of-the-future", "version-eol", "", make_future, SILENT, 0, NULL, NULL},
    {"no-clock", "version-eol", "", NULL, SILENT, 0, NULL, NULL},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Model) model = server_new();
    const PgaFinding *finding;

    g_free(model->environment->source_name);
    model->environment->source_name = g_strdup("shop");
    add_settings(model, c->settings);
    if (c->prepare)
        c->prepare(model);
    g_assert_cmpint(model_run(model, c->rule), ==, c->want);
    if (c->want != FIRES)
        return;
    finding = model_finding(model);
    g_assert_cmpint(finding->severity, ==, c->severity);
    if (c->fix)
        g_assert_cmpstr(fix_at(finding, 0), ==, c->fix);
    else
        g_assert_cmpuint(finding->fix.sql->len, ==, 0);
    if (c->evidence)
        assert_contains(finding->evidence, c->evidence);
}

/* Names of all that wait, in one finding. */
static void
test_pending(void)
{
    g_autoptr(Model) model = server_new();

    g_assert_cmpint(model_run(model, "conf-pending-restart"), ==, SILENT);
    ((PgaSetting *)pga_catalog_setting(model->catalog, "max_connections"))->pending_restart = TRUE;
    ((PgaSetting *)pga_catalog_setting(model->catalog, "wal_buffers"))->pending_restart = TRUE;
    g_assert_cmpint(model_run(model, "conf-pending-restart"), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "max_connections, wal_buffers.");
    g_assert_cmpint(model_finding(model)->fix.safety, ==, PGA_SAFETY_RESTART);
}

/* Numbers with every unit. */
static void
test_restart_and_reload(void)
{
    g_autoptr(Model) model = server_new();

    add_settings(model, "ignore_invalid_pages=on:off::postmaster");
    g_assert_cmpint(model_run(model, "conf-developer-options"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->fix.safety, ==, PGA_SAFETY_RESTART);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/rules/server-settings/%s/%s", cases[i].rule, cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/rules/server-settings/conf-pending-restart/names", test_pending);
    g_test_add_func("/rules/server-settings/restart", test_restart_and_reload);
    return g_test_run();
}

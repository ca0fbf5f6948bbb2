/* conf-work-mem-default and conf-memory-overcommit, and what every rule about settings needs. */
#include "memory_internal.h"
#include "server.h"

/* Temporary files beside a small work_mem. */
typedef struct {
    const char *name;
    gint64 work_mem_kb, temp_bytes;
    double days;
    PgaWorkloadClass workload;
    Outcome want;
    const char *fix; /* NULL: none */
} SpillCase;

static const SpillCase spills[] = {
    {"two-gigabytes-a-day", 4096, 20 * GB, 10, PGA_WORKLOAD_OLTP, FIRES, "16MB"},
    {"for-reports", 4096, 20 * GB, 10, PGA_WORKLOAD_OLAP, FIRES, "16MB"},
    {"for-both", 4096, 20 * GB, 10, PGA_WORKLOAD_HTAP, FIRES, "32MB"},
    {"for-time-series", 4096, 20 * GB, 10, PGA_WORKLOAD_TIME_SERIES, FIRES, "32MB"},
    {"for-nobody-knows-what", 1024, 20 * GB, 10, PGA_WORKLOAD_UNKNOWN, FIRES, "16MB"},
    {"a-gigabyte-a-day", 4096, 10 * GB, 10, PGA_WORKLOAD_OLTP, SILENT, NULL},
    {"first-hour-counts-as-a-day", 4096, GB, 0.04, PGA_WORKLOAD_OLTP, SILENT, NULL},
    {"work-mem-was-chosen", 4097, 20 * GB, 10, PGA_WORKLOAD_OLTP, SILENT, NULL},
    {"counter-unknown", 4096, -1, 10, PGA_WORKLOAD_OLTP, NOT_EVALUATED, NULL},
    {"age-unknown", 4096, 20 * GB, -1, PGA_WORKLOAD_OLTP, NOT_EVALUATED, NULL},
};

static void
test_spill(gconstpointer data)
{
    const SpillCase *c = data;
    g_autoptr(Model) model = server_new();
    g_autofree char *fix = g_strdup_printf("ALTER SYSTEM SET work_mem = '%s';", c->fix);

    server_set(model, "work_mem", c->work_mem_kb);
    server_make_spill(model, c->days, c->temp_bytes);
    model->environment->workload = c->workload;
    g_assert_cmpint(model_run(model, "conf-work-mem-default"), ==, c->want);
    if (c->want == FIRES)
        g_assert_cmpstr(fix_at(model_finding(model), 0), ==, fix);
}

static void
test_spill_finding(void)
{
    g_autoptr(Model) model = server_new();
    const PgaFinding *finding;

    server_make_spill(model, 10, 20 * GB);
    model->environment->ram_shared = TRUE;
    g_assert_cmpint(model_run(model, "conf-work-mem-default"), ==, FIRES);

    finding = model_finding(model);
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpstr(finding->evidence, ==,
                    "work_mem is 4 MB, and queries of this database wrote 21.5 GB of temporary "
                    "files in 10 days (pg_stat_database.temp_bytes).");
    g_assert_cmpstr(undo_at(finding, 0), ==, "ALTER SYSTEM RESET work_mem;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_SAFE);
    g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
    assert_contains(finding->fix.note, " of 16 GB of RAM in the worst case.");
    assert_contains(finding->fix.note, "set it for that job's role only");
    assert_contains(finding->fix.note, "give --ram");
}

static void
test_spill_without_room(void)
{
    g_autoptr(Model) model = server_new();

    server_make_spill(model, 10, 20 * GB);
    server_set(model, "max_connections", 2000);
    g_assert_cmpint(model_run(model, "conf-work-mem-default"), ==, FIRES);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
    g_assert_cmpint(model_finding(model)->fix.safety, ==, PGA_SAFETY_REVIEW);
    assert_contains(model_finding(model)->fix.note, "With 2000 connections RAM does not allow");
}

static void
test_spill_without_ram(void)
{
    g_autoptr(Model) model = server_new();

    server_make_spill(model, 10, 20 * GB);
    model->environment->ram_bytes = -1;
    g_assert_cmpint(model_run(model, "conf-work-mem-default"), ==, NOT_EVALUATED);
}

/* Settings that allow more than 16 GB, or just not. */
typedef struct {
    const char *name;
    gint64 ram, max_connections, work_mem_mb, maintenance_mb, autovacuum_mb;
    Outcome want;
    PgaSeverity severity;
    const char *fixes[4]; /* "name = 'value'" in order */
    gboolean restart;
} OvercommitCase;

static const OvercommitCase overcommits[] = {
    {"defaults", 16 * GB, 100, 4, 64, -1, SILENT, 0, {NULL}, FALSE},
    {"work-mem",
     16 * GB,
     100,
     1024,
     64,
     -1,
     FIRES,
     PGA_SEVERITY_ERROR,
     {"work_mem = '64MB'"},
     FALSE},
    {"work-mem-in-the-worst-case-only",
     16 * GB,
     100,
     128,
     64,
     -1,
     FIRES,
     PGA_SEVERITY_WARNING,
     {"work_mem = '64MB'"},
     FALSE},
    {"maintenance",
     16 * GB,
     100,
     4,
     4096,
     -1,
     FIRES,
     PGA_SEVERITY_ERROR,
     {"maintenance_work_mem = '1GB'"},
     FALSE},
    {"autovacuum",
     16 * GB,
     100,
     4,
     64,
     8192,
     FIRES,
     PGA_SEVERITY_ERROR,
     {"autovacuum_work_mem = '1GB'"},
     FALSE},
    {"both",
     16 * GB,
     100,
     64,
     4096,
     8192,
     FIRES,
     PGA_SEVERITY_ERROR,
     {"maintenance_work_mem = '1GB'", "autovacuum_work_mem = '1GB'", "work_mem = '32MB'"},
     FALSE},
    {"connections",
     16 * GB,
     2000,
     4,
     64,
     -1,
     FIRES,
     PGA_SEVERITY_ERROR,
     {"max_connections = '920'"},
     TRUE},
    {"connections-and-work-mem",
     16 * GB,
     2000,
     64,
     64,
     -1,
     FIRES,
     PGA_SEVERITY_ERROR,
     {"work_mem = '4MB'", "max_connections = '920'"},
     TRUE},
    {"connections-below-a-hundred",
     6 * GB,
     200,
     4,
     64,
     -1,
     FIRES,
     PGA_SEVERITY_ERROR,
     {"max_connections = '90'"},
     TRUE},
    {"smallest-machine-at-the-defaults",
     1 * GB,
     100,
     4,
     64,
     -1,
     FIRES,
     PGA_SEVERITY_WARNING,
     {NULL},
     FALSE},
    {"smallest-machine", 1 * GB, 100, 64, 64, -1, FIRES, PGA_SEVERITY_ERROR, {NULL}, FALSE},
    {"machine-too-small-for-its-buffers",
     4 * GB,
     100,
     64,
     1024,
     -1,
     FIRES,
     PGA_SEVERITY_ERROR,
     {"maintenance_work_mem = '256MB'"},
     FALSE},
};

static void
assert_settings(const PgaFinding *finding, const OvercommitCase *c)
{
    guint n = 0;

    for (; n < G_N_ELEMENTS(c->fixes) && c->fixes[n]; n++) {
        g_autofree char *fix = g_strdup_printf("ALTER SYSTEM SET %s;", c->fixes[n]);

        g_assert_cmpstr(fix_at(finding, n), ==, fix);
    }
    if (n > 0 && !c->restart)
        g_assert_cmpstr(fix_at(finding, n++), ==, "SELECT pg_catalog.pg_reload_conf();");
    g_assert_cmpuint(finding->fix.sql->len, ==, n);
}

static void
test_overcommit(gconstpointer data)
{
    const OvercommitCase *c = data;
    g_autoptr(Model) model = server_new();

    model->environment->ram_bytes = c->ram;
    server_set(model, "max_connections", c->max_connections);
    server_set(model, "work_mem", c->work_mem_mb * 1024);
    server_set(model, "maintenance_work_mem", c->maintenance_mb * 1024);
    server_set(model, "autovacuum_work_mem", c->autovacuum_mb < 0 ? -1 : c->autovacuum_mb * 1024);
    g_assert_cmpint(model_run(model, "conf-memory-overcommit"), ==, c->want);
    if (c->want != FIRES)
        return;
    g_assert_cmpint(model_finding(model)->severity, ==, c->severity);
    g_assert_cmpint(model_finding(model)->fix.safety == PGA_SAFETY_RESTART, ==, c->restart);
    assert_settings(model_finding(model), c);
}

static void
test_overcommit_finding(void)
{
    g_autoptr(Model) model = server_new();
    const PgaFinding *finding;

    server_set(model, "max_connections", 2000);
    g_assert_cmpint(model_run(model, "conf-memory-overcommit"), ==, FIRES);

    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "memory settings");
    g_assert_cmpstr(finding->evidence, ==,
                    "Shared memory 4.25 GB + work_mem in 2000 sessions and 8 parallel workers 11.8 "
                    "GB + maintenance 256 MB + connections' own 11.3 GB + operating system 819 MB "
                    "= 28.4 GB, 177 % of 16 GB of RAM (--ram). With 25 % of the sessions at work "
                    "it is 19.6 GB.");
    g_assert_cmpstr(undo_at(finding, 0), ==, "ALTER SYSTEM RESET max_connections;");
    g_assert_cmpint(finding->confidence, ==, PGA_CONFIDENCE_LIKELY);
    assert_contains(finding->fix.note, "Put a pooler");
    g_assert_cmpstr(finding->proof.setting, ==, "max_connections");
}

static void
test_overcommit_too_small(void)
{
    g_autoptr(Model) model = server_new();

    model->environment->ram_bytes = 1 * GB;
    model->environment->ram_shared = TRUE;
    g_assert_cmpint(model_run(model, "conf-memory-overcommit"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->fix.safety, ==, PGA_SAFETY_REVIEW);
    assert_contains(model_finding(model)->fix.note, "No number of connections from 20 up fits");
    assert_contains(model_finding(model)->fix.note, "512 MB are set aside");
    g_assert_cmpint(model_finding(model)->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
}

/* Behind a pooler max_connections is no measure of the sessions. */
static void
test_overcommit_behind_a_pooler(void)
{
    g_autoptr(Model) model = server_new();

    server_set(model, "max_connections", 2000);
    model->environment->is_pooled = TRUE;
    g_clear_pointer(&model->environment->ram_method, g_free);
    g_assert_cmpint(model_run(model, "conf-memory-overcommit"), ==, FIRES);
    g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpint(model_finding(model)->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
    assert_contains(model_finding(model)->evidence, "(origin not recorded)");
    assert_contains(model_finding(model)->evidence, "With 100 % of the sessions at work");
    assert_contains(model_finding(model)->fix.note, "The connection goes through a pooler");
}

/* What else the sum is made of. */
typedef struct {
    const char *name;
    const char *setting, *value, *unit; /* added or changed */
    PgaWorkloadClass workload;
    guint version_num;
    const char *part; /* of the evidence */
} TermCase;

static const TermCase terms[] = {
    {"half-at-work-of-reports", "work_mem", "65536", NULL, PGA_WORKLOAD_OLAP, 170000,
     "With 50 % of the sessions at work"},
    {"half-at-work-of-both", "work_mem", "65536", NULL, PGA_WORKLOAD_HTAP, 170000,
     "With 50 % of the sessions at work"},
    {"server-computes-shared-memory", "shared_memory_size", "16000", "MB", PGA_WORKLOAD_OLTP,
     170000, "Shared memory 15.6 GB + "},
    {"vacuum-before-17", "autovacuum_work_mem", "16777216", NULL, PGA_WORKLOAD_OLTP, 160000, NULL},
    {"vacuum-since-17", "autovacuum_work_mem", "16777216", NULL, PGA_WORKLOAD_OLTP, 170000,
     "maintenance 48.1 GB"},
    {"workers-that-never-run", "max_parallel_workers", "1000000", NULL, PGA_WORKLOAD_OLTP, 170000,
     NULL},
};

static void
test_term(gconstpointer data)
{
    const TermCase *c = data;
    g_autoptr(Model) model = server_new();

    if (c->unit)
        model_setting(model, c->setting, c->value, c->unit);
    else
        server_set_text(model, c->setting, c->value);
    model->environment->workload = c->workload;
    model->environment->version_num = c->version_num;
    g_assert_cmpint(model_run(model, "conf-memory-overcommit"), ==, c->part ? FIRES : SILENT);
    if (c->part)
        assert_contains(model_finding(model)->evidence, c->part);
}

/* hash_mem_multiplier and huge_pages as older servers have them. */
static void
test_older_servers(void)
{
    static const struct {
        const char *multiplier, *status, *huge_pages; /* NULL: the server has no such setting */
        gint64 want_x100;
        guint version_num;
        gboolean want_huge;
    } cases[] = {
        {NULL, NULL, "on", 100, 120000, TRUE},      {NULL, NULL, "try", 200, 150000, FALSE},
        {"1.5", NULL, NULL, 150, 160000, FALSE},    {"2", "on", "try", 200, 170000, TRUE},
        {"2.345", "off", "on", 235, 170000, FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = server_new_without("hash_mem_multiplier huge_pages_status");
        PgaRuleRun run = {.catalog = model->catalog,
                          .environment = model->environment,
                          .not_checked = model->not_checked};
        PgaMemorySettings settings;

        model->environment->version_num = cases[i].version_num;
        if (cases[i].multiplier)
            model_setting(model, "hash_mem_multiplier", cases[i].multiplier, NULL);
        if (cases[i].status)
            model_setting(model, "huge_pages_status", cases[i].status, NULL);
        if (cases[i].huge_pages)
            model_setting(model, "huge_pages", cases[i].huge_pages, NULL);
        g_assert_true(pga_memory_settings_known(&run, &settings));
        g_assert_cmpint(settings.hash_mem_multiplier_x100, ==, cases[i].want_x100);
        g_assert_cmpint(settings.huge_pages, ==, cases[i].want_huge);
    }
}

static void
test_setting_missing(gconstpointer name)
{
    g_autoptr(Model) model = server_new();

    server_set_text(model, name, "unreadable");
    g_assert_cmpint(model_run(model, "conf-memory-overcommit"), ==, NOT_EVALUATED);
}

static void
test_setting_not_read(gconstpointer rule)
{
    g_autoptr(Model) model = model_new();

    g_assert_cmpint(model_run(model, rule), ==, NOT_EVALUATED);
}

static void
test_of_a_ddl_file(gconstpointer rule)
{
    g_autoptr(Model) model = server_new();
    const PgaNotChecked *entry;

    model_make_ddl(model);
    g_assert_cmpint(model_run(model, rule), ==, NOT_EVALUATED);
    entry = g_ptr_array_index(model->not_checked, 0);
    assert_contains(entry->why, "of a running server");
}

int
main(int argc, char **argv)
{
    static const char *const rules[] = {"conf-shared-buffers", "conf-effective-cache-size",
                                        "conf-work-mem-default", "conf-memory-overcommit"};

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autofree char *unread = g_strdup_printf("/rules/%s/settings-not-read", rules[i]);
        g_autofree char *ddl = g_strdup_printf("/rules/%s/of-a-ddl-file", rules[i]);

        g_test_add_data_func(unread, rules[i], test_setting_not_read);
        g_test_add_data_func(ddl, rules[i], test_of_a_ddl_file);
    }
    for (guint i = 0; i < G_N_ELEMENTS(spills); i++) {
        g_autofree char *path = g_strconcat("/rules/conf-work-mem-default/", spills[i].name, NULL);

        g_test_add_data_func(path, &spills[i], test_spill);
    }
    for (guint i = 0; i < G_N_ELEMENTS(overcommits); i++) {
        g_autofree char *path =
            g_strconcat("/rules/conf-memory-overcommit/", overcommits[i].name, NULL);

        g_test_add_data_func(path, &overcommits[i], test_overcommit);
    }
    for (guint i = 0; i < G_N_ELEMENTS(terms); i++) {
        g_autofree char *path = g_strconcat("/rules/conf-memory-overcommit/", terms[i].name, NULL);

        g_test_add_data_func(path, &terms[i], test_term);
    }
    g_test_add_data_func("/rules/conf-memory-overcommit/setting-unreadable", "work_mem",
                         test_setting_missing);
    g_test_add_func("/rules/conf-work-mem-default/fix-and-undo", test_spill_finding);
    g_test_add_func("/rules/conf-work-mem-default/no-room", test_spill_without_room);
    g_test_add_func("/rules/conf-work-mem-default/ram-unknown", test_spill_without_ram);
    g_test_add_func("/rules/conf-memory-overcommit/fix-and-undo", test_overcommit_finding);
    g_test_add_func("/rules/conf-memory-overcommit/older-servers", test_older_servers);
    g_test_add_func("/rules/conf-memory-overcommit/machine-too-small", test_overcommit_too_small);
    g_test_add_func("/rules/conf-memory-overcommit/behind-a-pooler",
                    test_overcommit_behind_a_pooler);
    return g_test_run();
}

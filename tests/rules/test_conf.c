/* The rules about settings: PostgreSQL 17 on a machine of its own with 16 GB, unless said
 * otherwise. */
#include <string.h>

#include "server.h"
#include "setting_fix_internal.h"

/* shared_buffers */
typedef struct {
    const char *name;
    gint64 present, ram, database;
    gboolean ram_shared;
    Outcome want;
    PgaSeverity severity;
    const char *fix;
} BuffersCase;

static const BuffersCase buffers[] = {
    {"a-quarter", 4 * GB, 16 * GB, ALL_BYTES, FALSE, SILENT, 0, NULL},
    {"forty-percent", 4 * GB, 10 * GB, ALL_BYTES, FALSE, SILENT, 0, NULL},
    {"default-on-a-machine-of-its-own", 128 * MB, 16 * GB, ALL_BYTES, FALSE, FIRES,
     PGA_SEVERITY_ERROR, "4GB"},
    {"default-on-a-shared-machine", 128 * MB, 16 * GB, ALL_BYTES, TRUE, FIRES, PGA_SEVERITY_WARNING,
     "4GB"},
    {"a-tenth", 1600 * MB, 16 * GB, ALL_BYTES, FALSE, FIRES, PGA_SEVERITY_WARNING, "4GB"},
    {"near-the-range", 3 * GB, 16 * GB, ALL_BYTES, FALSE, FIRES, PGA_SEVERITY_INFO, "4GB"},
    {"not-worth-a-restart", 3800 * MB, 16 * GB, ALL_BYTES, FALSE, SILENT, 0, NULL},
    {"more-than-forty-percent", 7 * GB, 16 * GB, ALL_BYTES, FALSE, FIRES, PGA_SEVERITY_WARNING,
     "4GB"},
    {"half-of-a-small-machine", 1 * GB, 2 * GB, ALL_BYTES, FALSE, FIRES, PGA_SEVERITY_WARNING,
     "512MB"},
    {"whole-database-fits", 128 * MB, 16 * GB, 128 * MB, FALSE, SILENT, 0, NULL},
    {"small-database", 128 * MB, 16 * GB, 200 * MB, FALSE, FIRES, PGA_SEVERITY_INFO, "256MB"},
    {"too-much-for-a-small-database", 7 * GB, 16 * GB, 200 * MB, FALSE, FIRES, PGA_SEVERITY_WARNING,
     "4GB"},
    {"size-of-database-unknown", 128 * MB, 16 * GB, -1, FALSE, FIRES, PGA_SEVERITY_ERROR, "4GB"},
    {"tiny-machine", 20 * MB, 30 * MB, ALL_BYTES, FALSE, SILENT, 0, NULL},
    {"ram-unknown", 128 * MB, -1, ALL_BYTES, FALSE, NOT_EVALUATED, 0, NULL},
};

static void
test_buffers(gconstpointer data)
{
    const BuffersCase *c = data;
    g_autoptr(Model) model = server_new();
    g_autofree char *fix = g_strdup_printf("ALTER SYSTEM SET shared_buffers = '%s';", c->fix);

    server_set_buffers(model, c->present);
    model->environment->ram_bytes = c->ram;
    model->environment->ram_shared = c->ram_shared;
    model->environment->database_bytes = c->database;
    g_assert_cmpint(model_run(model, "conf-shared-buffers"), ==, c->want);
    if (c->want != FIRES)
        return;
    g_assert_cmpint(model_finding(model)->severity, ==, c->severity);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==, fix);
    g_assert_cmpint(model_finding(model)->confidence, ==,
                    c->ram_shared ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY);
}

static void
test_buffers_finding(void)
{
    g_autoptr(Model) model = server_new();
    const PgaFinding *finding;

    server_set_buffers(model, 128 * MB);
    server_set_source(model, "shared_buffers", "configuration file");
    model->environment->ram_bytes = 15 * GB + 600 * MB;
    g_assert_cmpint(model_run(model, "conf-shared-buffers"), ==, FIRES);

    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "shared_buffers");
    g_assert_cmpstr(finding->evidence, ==,
                    "shared_buffers is 128 MB, 0.8 % of 15.6 GB of RAM (--ram); 25 to 40 % is "
                    "usual.");
    g_assert_cmpuint(finding->fix.sql->len, ==, 1);
    g_assert_cmpstr(fix_at(finding, 0), ==, "ALTER SYSTEM SET shared_buffers = '3968MB';");
    g_assert_cmpstr(undo_at(finding, 0), ==, "ALTER SYSTEM RESET shared_buffers;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_RESTART);
    g_assert_null(finding->fix.duration);
    assert_contains(finding->fix.note, "takes effect with the next restart");
    assert_contains(finding->fix.note, "undo with ALTER SYSTEM SET shared_buffers = '128MB' "
                                       "instead.");
    assert_contains(finding->fix.note, "% of RAM.");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_CONFIG);
    g_assert_cmpstr(finding->proof.setting, ==, "shared_buffers");
    g_assert_cmpstr(finding->proof.value, ==, "3968MB");
}

static void
test_buffers_without_the_rest(void)
{
    g_autoptr(Model) model = model_new();

    model_setting(model, "shared_buffers", "16384", "8kB");
    model->environment->ram_bytes = 16 * GB;
    g_assert_cmpint(model_run(model, "conf-shared-buffers"), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "(origin not recorded)");
    g_assert_null(strstr(model_finding(model)->fix.note, "all memory settings"));
    g_assert_cmpuint(model->not_checked->len, ==, 0);
}

/* 8 GB: with 520 connections a quarter would no longer fit. */
static void
test_buffers_leave_room(void)
{
    g_autoptr(Model) model = server_new();

    server_set_buffers(model, 128 * MB);
    server_set(model, "max_connections", 520);
    model->environment->ram_bytes = 8 * GB;
    model_setting(model, "shared_memory_size", "200", "MB");
    g_assert_cmpint(model_run(model, "conf-shared-buffers"), ==, FIRES);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER SYSTEM SET shared_buffers = '1408MB';");
    assert_contains(model_finding(model)->fix.note, "100 % of RAM.");
}

static void
test_buffers_have_no_room(void)
{
    g_autoptr(Model) model = server_new();

    server_set_buffers(model, 128 * MB);
    server_set(model, "max_connections", 648);
    model->environment->ram_bytes = 8 * GB;
    g_assert_cmpint(model_run(model, "conf-shared-buffers"), ==, SILENT);
}

static void
test_buffers_of_an_overcommitted_server(void)
{
    g_autoptr(Model) model = server_new();

    server_set_buffers(model, 128 * MB);
    server_set(model, "max_connections", 5000);
    g_assert_cmpint(model_run(model, "conf-shared-buffers"), ==, FIRES);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER SYSTEM SET shared_buffers = '4GB';");
    assert_contains(model_finding(model)->fix.note,
                    "That is more than there is: lower what conf-memory-overcommit names first.");
}

static void
test_buffers_of_aurora(void)
{
    g_autoptr(Model) model = server_new();

    server_set_buffers(model, 12 * GB);
    model->environment->provider = g_strdup("aurora");
    g_assert_cmpint(model_run(model, "conf-shared-buffers"), ==, NOT_EVALUATED);
}

/* Where a setting is changed instead of by ALTER SYSTEM. */
static const struct {
    const char *provider, *note;
} providers[] = {
    {"aws-rds", "Set shared_buffers to 4GB in the DB parameter group: ALTER SYSTEM is refused"},
    {"gcp-cloudsql", "in the instance's database flags"},
    {"azure-postgres", "in the server parameters"},
    {"somebody", "in the provider's own configuration"},
};

static void
test_provider(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = server_new();

    server_set_buffers(model, 128 * MB);
    model->environment->provider = g_strdup(providers[i].provider);
    g_assert_cmpint(model_run(model, "conf-shared-buffers"), ==, FIRES);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
    g_assert_cmpuint(model_finding(model)->fix.undo->len, ==, 0);
    assert_contains(model_finding(model)->fix.note, providers[i].note);
    g_assert_cmpstr(model_finding(model)->proof.value, ==, "4GB");
}

/* What would keep ALTER SYSTEM from taking effect. */
static const struct {
    const char *source, *note; /* NULL: none */
} sources[] = {
    {NULL, NULL},
    {"default", NULL},
    {"command line", "work_mem is set on the server's command line"},
    {"database", "ALTER DATABASE or ALTER ROLE sets work_mem for this connection"},
    {"user", "ALTER DATABASE or ALTER ROLE sets work_mem for this connection"},
    {"database user", "ALTER DATABASE or ALTER ROLE sets work_mem for this connection"},
    {"configuration file", "undo with ALTER SYSTEM SET work_mem = '4MB' instead."},
};

static void
test_source(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = server_new();

    server_make_spill(model, 10, 100 * GB);
    server_set_source(model, "work_mem", sources[i].source);
    g_assert_cmpint(model_run(model, "conf-work-mem-default"), ==, FIRES);
    if (sources[i].note)
        assert_contains(model_finding(model)->fix.note, sources[i].note);
    else
        g_assert_null(strstr(model_finding(model)->fix.note, "ALTER "));
}

/* effective_cache_size */
typedef struct {
    const char *name;
    gint64 present, shared_buffers, ram, database;
    gboolean ram_shared;
    Outcome want;
    PgaSeverity severity;
    const char *fix;
} CacheCase;

static const CacheCase caches[] = {
    {"three-quarters", 12 * GB, 4 * GB, 16 * GB, ALL_BYTES, FALSE, SILENT, 0, NULL},
    {"half", 8 * GB, 4 * GB, 16 * GB, ALL_BYTES, FALSE, SILENT, 0, NULL},
    {"default", 4 * GB, 4 * GB, 24 * GB, ALL_BYTES, FALSE, FIRES, PGA_SEVERITY_WARNING, "18GB"},
    {"default-on-a-shared-machine", 4 * GB, 4 * GB, 24 * GB, ALL_BYTES, TRUE, FIRES,
     PGA_SEVERITY_INFO, "12GB"},
    {"within-the-range-after-rounding", 4 * GB, 4 * GB, 23 * GB + 500 * MB, ALL_BYTES, TRUE, FIRES,
     PGA_SEVERITY_INFO, "12027MB"},
    {"all-that-shared-buffers-leave", 14 * GB, 14 * GB, 16 * GB, ALL_BYTES, FALSE, SILENT, 0, NULL},
    {"more-than-ram", 32 * GB, 4 * GB, 16 * GB, ALL_BYTES, FALSE, FIRES, PGA_SEVERITY_WARNING,
     "12GB"},
    {"below-shared-buffers", 9 * GB, 14 * GB, 16 * GB, ALL_BYTES, FALSE, FIRES,
     PGA_SEVERITY_WARNING, "14GB"},
    {"database-fits", 4 * GB, 4 * GB, 24 * GB, 4 * GB, FALSE, SILENT, 0, NULL},
    {"database-does-not-fit", 4 * GB, 4 * GB, 24 * GB, 4 * GB + 1, FALSE, FIRES,
     PGA_SEVERITY_WARNING, "18GB"},
    {"database-fits-but-not-into-ram", 32 * GB, 4 * GB, 16 * GB, 15 * GB, FALSE, FIRES,
     PGA_SEVERITY_WARNING, "12GB"},
    {"size-of-database-unknown", 4 * GB, 4 * GB, 24 * GB, -1, FALSE, FIRES, PGA_SEVERITY_WARNING,
     "18GB"},
    {"ram-unknown", 4 * GB, 4 * GB, -1, ALL_BYTES, FALSE, NOT_EVALUATED, 0, NULL},
};

static void
test_cache(gconstpointer data)
{
    const CacheCase *c = data;
    g_autoptr(Model) model = server_new();
    g_autofree char *fix = g_strdup_printf("ALTER SYSTEM SET effective_cache_size = '%s';", c->fix);

    server_set(model, "effective_cache_size", c->present / 8192);
    server_set_buffers(model, c->shared_buffers);
    model->environment->ram_bytes = c->ram;
    model->environment->ram_shared = c->ram_shared;
    model->environment->database_bytes = c->database;
    g_assert_cmpint(model_run(model, "conf-effective-cache-size"), ==, c->want);
    if (c->want != FIRES)
        return;
    g_assert_cmpint(model_finding(model)->severity, ==, c->severity);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==, fix);
    g_assert_cmpint(model_finding(model)->confidence, ==,
                    c->ram_shared ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY);
    if (c->shared_buffers == 14 * GB)
        assert_contains(model_finding(model)->fix.note, "It includes shared_buffers");
}

static void
test_cache_finding(void)
{
    g_autoptr(Model) model = server_new();
    const PgaFinding *finding;

    server_set(model, "effective_cache_size", 4 * GB / 8192);
    g_clear_pointer(&model->environment->ram_method, g_free);
    g_assert_cmpint(model_run(model, "conf-effective-cache-size"), ==, FIRES);

    finding = model_finding(model);
    g_assert_cmpstr(finding->evidence, ==,
                    "effective_cache_size is 4 GB, 25.0 % of 16 GB of RAM (origin not recorded), "
                    "beside shared_buffers of 4 GB; 50 to 80 % is usual.");
    g_assert_cmpstr(fix_at(finding, 1), ==, "SELECT pg_catalog.pg_reload_conf();");
    g_assert_cmpstr(undo_at(finding, 0), ==, "ALTER SYSTEM RESET effective_cache_size;");
    g_assert_cmpstr(undo_at(finding, 1), ==, "SELECT pg_catalog.pg_reload_conf();");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_SAFE);
    g_assert_cmpstr(finding->fix.duration, ==, "instant");
    assert_contains(finding->fix.note, "It allocates nothing");
}

static void
test_cache_of_a_service(void)
{
    g_autoptr(Model) model = server_new();

    server_set(model, "effective_cache_size", 4 * GB / 8192);
    model->environment->provider = g_strdup("aurora");
    g_assert_cmpint(model_run(model, "conf-effective-cache-size"), ==, FIRES);
    g_assert_cmpuint(model_finding(model)->fix.sql->len, ==, 0);
    assert_contains(model_finding(model)->fix.note, "in the DB cluster parameter group");
}

static void
test_memory_text(void)
{
    static const struct {
        gint64 bytes;
        const char *want;
    } cases[] = {{0, "0 B"},
                 {1023, "1023 B"},
                 {1536, "1.50 kB"},
                 {15 * GB + 600 * MB, "15.6 GB"},
                 {128 * MB, "128 MB"},
                 {GB * 1024 * 1024 * 2, "2 PB"},
                 {G_MAXINT64, "8192 PB"}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = pga_memory_text(cases[i].bytes);

        g_assert_cmpstr(text, ==, cases[i].want);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(buffers); i++) {
        g_autofree char *path = g_strconcat("/rules/conf-shared-buffers/", buffers[i].name, NULL);

        g_test_add_data_func(path, &buffers[i], test_buffers);
    }
    for (guint i = 0; i < G_N_ELEMENTS(caches); i++) {
        g_autofree char *path =
            g_strconcat("/rules/conf-effective-cache-size/", caches[i].name, NULL);

        g_test_add_data_func(path, &caches[i], test_cache);
    }
    for (guint i = 0; i < G_N_ELEMENTS(providers); i++) {
        g_autofree char *path =
            g_strconcat("/rules/setting-fix/provider-", providers[i].provider, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_provider);
    }
    for (guint i = 0; i < G_N_ELEMENTS(sources); i++) {
        g_autofree char *path = g_strdup_printf("/rules/setting-fix/source-%u", i);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_source);
    }
    g_test_add_func("/rules/conf-shared-buffers/fix-and-undo", test_buffers_finding);
    g_test_add_func("/rules/conf-shared-buffers/other-settings-unknown",
                    test_buffers_without_the_rest);
    g_test_add_func("/rules/conf-shared-buffers/leaves-room-for-the-rest", test_buffers_leave_room);
    g_test_add_func("/rules/conf-shared-buffers/silent-without-room", test_buffers_have_no_room);
    g_test_add_func("/rules/conf-shared-buffers/overcommitted-already",
                    test_buffers_of_an_overcommitted_server);
    g_test_add_func("/rules/conf-shared-buffers/aurora-is-not-evaluated", test_buffers_of_aurora);
    g_test_add_func("/rules/conf-effective-cache-size/fix-and-undo", test_cache_finding);
    g_test_add_func("/rules/conf-effective-cache-size/of-a-service", test_cache_of_a_service);
    g_test_add_func("/rules/setting-fix/figures-for-people", test_memory_text);
    return g_test_run();
}

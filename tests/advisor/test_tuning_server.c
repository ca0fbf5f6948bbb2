/* The settings against servers: what is known of them, how much shared memory they ask for, and
 * that a server starts with the file and has every value as it was written. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cluster_internal.h"
#include "server_settings_internal.h"
#include "tuning.h"

/* Each field that pg_settings has of a setting. Words that depend on the build are not compared. */
#define DESCRIPTION                                                                                \
    "SELECT pg_catalog.concat_ws('|', vartype, coalesce(unit, ''), context, coalesce(min_val, "    \
    "''),"                                                                                         \
    " coalesce(max_val, ''), CASE WHEN source IN ('default', 'override') THEN setting END)"        \
    " FROM pg_catalog.pg_settings WHERE name = '%s'"

static const char *
text_or_empty(const char *text)
{
    return text ? text : "";
}

static void
compare_description(const PgaTestCluster *cluster, const char *name)
{
    const PgaServerSetting *fact = pga_known_setting(name, pga_test_cluster_major(cluster));
    g_autofree char *sql = g_strdup_printf(DESCRIPTION, name);
    g_autofree char *real = pga_test_value(pga_test_cluster_dsn(cluster), sql);
    g_autofree char *known =
        g_strdup_printf("%s|%s|%s|%s|%s", fact->vartype, text_or_empty(fact->unit), fact->context,
                        text_or_empty(fact->min), text_or_empty(fact->max));
    g_autofree char *with_fresh = g_strdup_printf("%s|%s", known, fact->fresh);

    g_test_message("PostgreSQL %u: %s", pga_test_cluster_major(cluster), name);
    if (g_str_equal(fact->fresh, "-1") || strstr(real, "||") == NULL)
        g_assert_true(g_str_has_prefix(real, known));
    else
        g_assert_true(g_str_equal(real, known) || g_str_equal(real, with_fresh));
}

/* Majors that the formulas or at least the table are for. */
static gboolean
is_known_major(guint major)
{
    return major >= PGA_SERVER_SETTINGS_MIN_MAJOR && major <= PGA_SERVER_SETTINGS_MAX_MAJOR;
}

static void
test_description(void)
{
    const GPtrArray *servers = pga_test_servers();

    if (!pga_test_have_server())
        return;
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autoptr(PgaTuning) tuning = NULL;

        if (!is_known_major(server->major))
            continue;
        tuning = pga_tune(test_machine(GB, 2, PGA_WORKLOAD_OLTP, server->major));
        for (guint n = 0; n < tuning->settings->len; n++) {
            const PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, n);

            compare_description(pga_test_cluster(server->major), setting->name);
        }
    }
}

/* (transfer full): lines of postgresql.conf. */
static char *
write_file(const PgaTuning *tuning)
{
    GString *file = g_string_new(NULL);

    for (guint i = 0; i < tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);

        g_string_append_printf(file, "%s = %s\n", setting->name, setting->conf);
    }
    return g_string_free(file, FALSE);
}

static void
compare_values(const PgaTestCluster *cluster, const PgaTuning *tuning)
{
    for (guint i = 0; i < tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);
        const PgaServerSetting *fact =
            pga_known_setting(setting->name, pga_test_cluster_major(cluster));
        g_autofree char *sql = g_strdup_printf(
            "SELECT setting FROM pg_catalog.pg_settings WHERE name = '%s'", setting->name);
        g_autofree char *raw = pga_test_value(pga_test_cluster_dsn(cluster), sql);
        g_autofree char *value = pga_setting_raw_text(fact, raw);

        g_test_message("PostgreSQL %u: %s", pga_test_cluster_major(cluster), setting->name);
        if (setting->number == -1) /* derived by the server, or off */
            continue;
        g_assert_cmpstr(value, ==, setting->value);
    }
}

/* All settings, not only those that differ from the defaults. */
static void
test_start(void)
{
    const GPtrArray *servers = pga_test_servers();

    if (!pga_test_have_server())
        return;
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        PgaTestCluster *cluster;
        g_autoptr(PgaTuning) tuning = NULL;
        g_autofree char *file = NULL;

        if (!is_known_major(server->major))
            continue;
        tuning =
            pga_tune(test_machine(GB, 2, (PgaWorkloadClass)(server->major % 4 + 1), server->major));
        file = write_file(tuning);
        cluster = pga_test_cluster(server->major);
        pga_test_cluster_restart(cluster, file);
        compare_values(cluster, tuning);
    }
}

/* The server refuses root, and directories of others. */
static void
become_owner(gpointer directory)
{
    struct stat owner;

    if (stat(directory, &owner) != 0 || setgid(owner.st_gid) != 0 || setuid(owner.st_uid) != 0)
        _exit(126);
}

/* MB of shared memory that a server with these settings asks for; it does not start for that. */
static gint64
shared_memory_mb(const PgaTestCluster *cluster, const PgaTuning *tuning)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *out = NULL, *err = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;

    g_ptr_array_add(argv, g_strdup_printf("%s/postgres", cluster->bindir));
    g_ptr_array_add(argv, g_strdup("-C"));
    g_ptr_array_add(argv, g_strdup("shared_memory_size"));
    g_ptr_array_add(argv, g_strdup("-D"));
    g_ptr_array_add(argv, g_strdup(cluster->datadir));
    for (guint i = 0; i < tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);

        g_ptr_array_add(argv, g_strdup("-c"));
        g_ptr_array_add(argv, g_strdup_printf("%s=%s", setting->name, setting->value));
    }
    g_ptr_array_add(argv, NULL);
    g_spawn_sync("/", (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, become_owner, cluster->datadir,
                 &out, &err, &status, &error);
    g_assert_no_error(error);
    g_test_message("%s", err);
    g_assert_cmpint(status, ==, 0);
    return g_ascii_strtoll(out, NULL, 10);
}

static void
compare_shared_memory(const PgaTestCluster *cluster, gint64 ram, gint64 cores,
                      PgaWorkloadClass workload, gint64 connections)
{
    PgaTuningInput *in = test_machine(ram, cores, workload, pga_test_cluster_major(cluster));
    g_autoptr(PgaTuning) tuning = NULL;
    gint64 asked, counted;

    if (connections > 0)
        pga_fact_set(&in->connections, connections, PGA_ORIGIN_STATED, NULL);
    tuning = pga_tune(in);
    asked = shared_memory_mb(cluster, tuning);
    counted = tuning->worst.shared / 1024;
    g_test_message("PostgreSQL %u, %" G_GINT64_FORMAT " MB, %" G_GINT64_FORMAT
                   " connections: asked %" G_GINT64_FORMAT " MB, counted %" G_GINT64_FORMAT,
                   pga_test_cluster_major(cluster), ram / MB, tuning->memory.max_connections, asked,
                   counted);
    g_assert_cmpint(counted, >=, asked);
    g_assert_cmpint(counted, <=, asked + asked / 200 + 100);
}

static void
test_shared_memory(void)
{
    static const struct {
        gint64 ram, cores;
        PgaWorkloadClass workload;
        gint64 connections;
    } machines[] = {
        {768 * MB, 4, PGA_WORKLOAD_OLTP, 5000},    {GB, 1, PGA_WORKLOAD_OLTP, 0},
        {2 * GB, 128, PGA_WORKLOAD_OLAP, 0},       {4 * GB, 4, PGA_WORKLOAD_HTAP, 500},
        {8 * GB, 128, PGA_WORKLOAD_OLAP, 1000},    {16 * GB, 8, PGA_WORKLOAD_TIME_SERIES, 1000},
        {32 * GB, 128, PGA_WORKLOAD_OLAP, 60},     {64 * GB, 16, PGA_WORKLOAD_OLTP, 100},
        {64 * GB, 128, PGA_WORKLOAD_OLTP, 5000},   {256 * GB, 64, PGA_WORKLOAD_OLAP, 300},
        {1024 * GB, 128, PGA_WORKLOAD_OLTP, 5000}, {512 * GB, 128, PGA_WORKLOAD_TIME_SERIES, 5000},
    };
    const GPtrArray *servers = pga_test_servers();

    if (!pga_test_have_server())
        return;
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        PgaTestCluster *cluster;

        if (server->major < 15 || !is_known_major(server->major))
            continue;
        cluster = pga_test_cluster(server->major);
        pga_test_stop(cluster); /* the lock on its directory */
        for (guint n = 0; n < G_N_ELEMENTS(machines); n++)
            compare_shared_memory(cluster, machines[n].ram, machines[n].cores, machines[n].workload,
                                  machines[n].connections);
        pga_test_start(cluster);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/advisor/server/settings-are-as-described", test_description);
    g_test_add_func("/advisor/server/shared-memory-is-bounded", test_shared_memory);
    g_test_add_func("/advisor/server/starts-and-has-every-value", test_start);
    return g_test_run();
}

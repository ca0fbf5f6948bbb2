/* What stands around a server: a standby behind it, a pooler before it. */
#include <errno.h>
#include <glib/gstdio.h>

#include "cluster_internal.h"

static void
append(const char *directory, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    FILE *file = g_fopen(path, "a");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        g_error("%s: %s", path, g_strerror(errno));
}

static void
back_up(const PgaTestCluster *cluster, const PgaTestCluster *standby, const char *program)
{
    g_autofree char *port = g_strdup_printf("%d", cluster->port);
    const char *argv[] = {program,    "-h",   pga_test_program_directory(),
                          "-p",       port,   "-U",
                          "postgres", "-D",   standby->datadir,
                          "-R",       "-X",   "stream",
                          "-c",       "fast", "-N",
                          NULL};

    pga_test_run(argv);
}

/* A copy of a server that does not run. */
static void
copy(PgaTestCluster *cluster, const PgaTestCluster *standby)
{
    g_autofree char *settings =
        g_strdup_printf("primary_conninfo = 'host=%s port=%d user=postgres'\n",
                        pga_test_program_directory(), cluster->port);
    g_autofree char *signal_file = g_build_filename(standby->datadir, "standby.signal", NULL);

    pga_test_stop(cluster);
    pga_test_run((const char *[]){"/bin/cp", "-a", cluster->datadir, standby->datadir, NULL});
    pga_test_run((const char *[]){"/usr/bin/touch", signal_file, NULL});
    append(standby->datadir, "postgresql.auto.conf", settings);
    pga_test_start(cluster);
}

PgaTestCluster *
pga_test_cluster_standby(PgaTestCluster *cluster)
{
    g_autofree char *program = g_build_filename(cluster->bindir, "pg_basebackup", NULL);
    const gboolean has_program = g_file_test(program, G_FILE_TEST_IS_EXECUTABLE);
    g_autofree char *settings = NULL;
    PgaTestCluster *standby;

    if (!has_program && cluster->major < 12)
        return NULL;
    standby = pga_test_cluster_new(cluster->bindir, cluster->major);
    standby->is_standby = TRUE;
    if (has_program)
        back_up(cluster, standby, program);
    else
        copy(cluster, standby);
    settings = g_strdup_printf("listen_addresses = ''\nport = %d\n", standby->port);
    append(standby->datadir, "postgresql.conf", settings);
    pga_test_start(standby);
    return standby;
}

static const char *
pooler_program(void)
{
    static const char *const places[] = {"/usr/sbin/pgbouncer", "/usr/bin/pgbouncer",
                                         "/usr/local/bin/pgbouncer"};

    for (guint i = 0; i < G_N_ELEMENTS(places); i++)
        if (g_file_test(places[i], G_FILE_TEST_IS_EXECUTABLE))
            return places[i];
    return NULL;
}

/* Logs everybody in as postgres: who a test connects as is not what it asks a pooler. */
static char *
write_pooler_configuration(const PgaTestCluster *cluster, int port)
{
    const char *directory = pga_test_program_directory();
    char *path = g_strdup_printf("%s/pgbouncer-%d.ini", directory, port);
    g_autofree char *text = g_strdup_printf(
        "[databases]\n* = host=%s port=%d user=postgres\n[pgbouncer]\nlisten_addr =\n"
        "listen_port = %d\nunix_socket_dir = %s\nauth_type = any\npool_mode = transaction\n"
        "logfile = %s/pgbouncer-%d.log\n",
        directory, cluster->port, port, directory, directory, port);

    if (!g_file_set_contents(path, text, -1, NULL))
        g_error("%s: %s", path, g_strerror(errno));
    g_chmod(path, 0644);
    return path;
}

char *
pga_test_cluster_pool(PgaTestCluster *cluster, const char *dbname)
{
    const int port = 6400 + cluster->port % 100;
    char *dsn = g_strdup_printf("host=%s port=%d user=postgres dbname=%s",
                                pga_test_program_directory(), port, dbname);
    g_autofree char *ini = NULL;

    if (!pooler_program()) {
        g_free(dsn);
        return NULL;
    }
    if (cluster->pooler)
        return dsn;
    ini = write_pooler_configuration(cluster, port);
    cluster->pooler = pga_test_spawn((const char *[]){pooler_program(), "-q", ini, NULL});
    for (guint i = 0; i < 250 && PQping(dsn) != PQPING_OK; i++)
        g_usleep(20000);
    if (PQping(dsn) != PQPING_OK)
        g_error("pgbouncer did not start: %s", dsn);
    return dsn;
}

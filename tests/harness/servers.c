/* Which server programs this machine has, and SQL on a cluster. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "cluster_internal.h"

static GPtrArray *servers; /* of PgaTestServer * */

/* (nullable) (transfer full): "15.18" of "postgres (PostgreSQL) 15.18 (Debian …)". */
static char *
ask_version(const char *bindir)
{
    g_autofree char *program = g_build_filename(bindir, "postgres", NULL), *out = NULL;
    const char *argv[] = {program, "--version", NULL};
    const char *version;

    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL,
                      NULL, NULL) ||
        !out || !(version = strstr(out, ") ")))
        return NULL;
    version += strlen(") ");
    return g_strndup(version, strcspn(version, " \n"));
}

static gboolean
is_known(guint major)
{
    for (guint i = 0; i < servers->len; i++)
        if (((PgaTestServer *)g_ptr_array_index(servers, i))->major == major)
            return TRUE;
    return FALSE;
}

static void
add_matches(const char *pattern)
{
    glob_t found;

    if (glob(pattern, GLOB_TILDE, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        g_autofree char *version = ask_version(found.gl_pathv[i]);
        PgaTestServer *server;

        if (!version || is_known((guint)g_ascii_strtoull(version, NULL, 10)))
            continue;
        server = g_new0(PgaTestServer, 1);
        server->bindir = g_strdup(found.gl_pathv[i]);
        server->major = (guint)g_ascii_strtoull(version, NULL, 10);
        server->version = g_steal_pointer(&version);
        g_ptr_array_add(servers, server);
    }
    globfree(&found);
}

static int
newest_first(gconstpointer a, gconstpointer b)
{
    const PgaTestServer *left = *(PgaTestServer *const *)a, *right = *(PgaTestServer *const *)b;

    return (int)right->major - (int)left->major;
}

static void
free_server(gpointer data)
{
    PgaTestServer *server = data;

    g_free(server->bindir);
    g_free(server->version);
    g_free(server);
}

static void
free_servers(void)
{
    g_clear_pointer(&servers, g_ptr_array_unref);
}

static void
tell_versions(void)
{
    g_autoptr(GString) text = g_string_new("servers:");

    for (guint i = 0; i < servers->len; i++)
        g_string_append_printf(text, " %s",
                               ((PgaTestServer *)g_ptr_array_index(servers, i))->version);
    g_test_message("%s", servers->len ? text->str : "servers: none");
}

const GPtrArray *
pga_test_servers(void)
{
    const char *stated = g_getenv("PGARCHITECT_TEST_SERVERS");
    g_auto(GStrv) patterns =
        g_strsplit(stated ? stated
                          : "/usr/lib/postgresql/*/bin:/var/lib/pgarchitect/servers/*/bin:"
                            "~/.local/share/pgarchitect/servers/*/bin",
                   ":", -1);

    if (servers)
        return servers;
    servers = g_ptr_array_new_with_free_func(free_server);
    for (char **pattern = patterns; *pattern; pattern++)
        add_matches(*pattern);
    g_ptr_array_sort(servers, newest_first);
    g_assert_cmpint(atexit(free_servers), ==, 0);
    tell_versions();
    return servers;
}

gboolean
pga_test_have_server(void)
{
    if (pga_test_servers()->len > 0)
        return TRUE;
    g_test_skip("no PostgreSQL server programs: install postgresql, or set "
                "PGARCHITECT_TEST_SERVERS to directories that hold postgres and initdb");
    return FALSE;
}

guint
pga_test_cluster_major(const PgaTestCluster *cluster)
{
    return cluster->major;
}

const char *
pga_test_cluster_bindir(const PgaTestCluster *cluster)
{
    return cluster->bindir;
}

const char *
pga_test_cluster_directory(const PgaTestCluster *cluster G_GNUC_UNUSED)
{
    return pga_test_program_directory();
}

int
pga_test_cluster_port(const PgaTestCluster *cluster)
{
    return cluster->port;
}

const char *
pga_test_cluster_dsn(const PgaTestCluster *cluster)
{
    return cluster->dsn;
}

char *
pga_test_cluster_database(const PgaTestCluster *cluster, const char *name)
{
    g_autofree char *drop = g_strdup_printf("DROP DATABASE IF EXISTS \"%s\"", name);
    g_autofree char *create = g_strdup_printf("CREATE DATABASE \"%s\"", name);

    pga_test_cluster_sql(cluster, drop);
    pga_test_cluster_sql(cluster, create);
    return g_strdup_printf("host=%s port=%d user=postgres dbname='%s'",
                           pga_test_program_directory(), cluster->port, name);
}

PGconn *
pga_test_session(const char *dsn)
{
    PGconn *conn = PQconnectdb(dsn);

    if (PQstatus(conn) != CONNECTION_OK)
        g_error("%s: %s", dsn, PQerrorMessage(conn));
    return conn;
}

/* (transfer full) */
static PGresult *
execute(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        g_error("%s\n%s", PQerrorMessage(conn), sql);
    return result;
}

void
pga_test_sql(const char *dsn, const char *sql)
{
    PGconn *conn = pga_test_session(dsn);

    PQclear(execute(conn, "SET client_min_messages = error"));
    PQclear(execute(conn, sql));
    PQfinish(conn);
}

void
pga_test_cluster_sql(const PgaTestCluster *cluster, const char *sql)
{
    pga_test_sql(cluster->dsn, sql);
}

char *
pga_test_value(const char *dsn, const char *sql)
{
    PGconn *conn = pga_test_session(dsn);
    PGresult *result = execute(conn, sql);
    char *value = PQntuples(result) ? g_strdup(PQgetvalue(result, 0, 0)) : NULL;

    PQclear(result);
    PQfinish(conn);
    return value;
}

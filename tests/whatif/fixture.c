#include "fixture.h"

#include <string.h>

#include "cluster.h"

typedef struct {
    WhatifTest test;
    guint major;
} Case;

static char *
module_path(guint major)
{
    g_autofree char *folder = g_strdup_printf("%u", major);

    const char *directory = g_getenv("PGARCHITECT_WHATIF_DIR");

    if (directory)
        return g_build_filename(directory, folder, "pgarchitect_whatif.so", NULL);
    return g_build_filename(PGA_BUILD_ROOT, "whatif", folder, "pgarchitect_whatif.so", NULL);
}

static void
run(gconstpointer data)
{
    const Case *c = data;

    c->test(c->major);
}

static void
skip(void)
{
    g_test_skip("there is no major with both a module and a server");
}

void
whatif_test_add(const char *path, WhatifTest test)
{
    const GPtrArray *servers = pga_test_servers();
    guint n = 0;

    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *module = module_path(server->major);
        g_autofree char *name = g_strdup_printf("%s/%u", path, server->major);
        Case *c;

        if (!g_file_test(module, G_FILE_TEST_EXISTS))
            continue;
        c = g_new0(Case, 1);
        *c = (Case){test, server->major};
        g_test_add_data_func_full(name, c, run, g_free);
        n++;
    }
    if (n == 0)
        g_test_add_func(path, skip);
}

char *
whatif_test_source(guint major, const char *name)
{
    PgaTestCluster *cluster = pga_test_cluster(major);

    g_assert_nonnull(cluster);
    return pga_test_cluster_database(cluster, name);
}

char *
whatif_test_database(guint major, const char *name)
{
    g_autofree char *conninfo = whatif_test_source(major, name);
    g_autofree char *path = module_path(major);
    g_autofree char *text = NULL;
    g_autofree char *load =
        g_strdup_printf("ALTER DATABASE %s SET session_preload_libraries = '%s'", name, path);
    g_autoptr(GString) sql = NULL;

    g_assert_true(g_file_get_contents(PGA_SOURCE_ROOT "/whatif/whatif.sql", &text, NULL, NULL));
    sql = g_string_new(text);
    g_string_replace(sql, "@MODULE@", path, 0);
    pga_test_sql(conninfo, sql->str);
    pga_test_sql(conninfo, load);
    return g_steal_pointer(&conninfo);
}

static void
ignore_notice(G_GNUC_UNUSED void *data, G_GNUC_UNUSED const char *message)
{
}

PGconn *
whatif_test_session(const char *conninfo)
{
    PGconn *session = pga_test_session(conninfo);

    PQsetNoticeProcessor(session, ignore_notice, NULL);
    PQclear(PQexec(session, "SET jit = off"));
    return session;
}

char *
whatif_test_rows(PGconn *session, const char *sql)
{
    GString *text = g_string_new(NULL);
    PGresult *result = PQexec(session, sql);

    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
        g_error("%s: %s", sql, PQresultErrorMessage(result));
    for (int row = 0; row < PQntuples(result); row++) {
        for (int column = 0; column < PQnfields(result); column++)
            g_string_append_printf(text, "%s%s", column > 0 ? "|" : "",
                                   PQgetvalue(result, row, column));
        g_string_append_c(text, '\n');
    }
    PQclear(result);
    return g_string_free(text, FALSE);
}

char *
whatif_test_error(PGconn *session, const char *sql)
{
    PGresult *result = PQexec(session, sql);
    char *message = g_strdup(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));

    g_assert_cmpint(PQresultStatus(result), ==, PGRES_FATAL_ERROR);
    PQclear(result);
    return message;
}

void
whatif_assert_rows(PGconn *session, const char *sql, const char *expected)
{
    g_autofree char *rows = whatif_test_rows(session, sql);

    g_assert_cmpstr(rows, ==, expected);
}

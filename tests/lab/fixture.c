#include "fixture.h"
#include <base/directory.h>
#include <base/error.h>
#include <collect/collect.h>
#include <string.h>
#include <unistd.h>

static char *cache;

void
pga_test_lab_init(void)
{
    cache = g_dir_make_tmp("labcache-XXXXXX", NULL);
    g_assert_nonnull(cache);
    g_setenv("XDG_CACHE_HOME", cache, TRUE);
    g_unsetenv("PGARCHITECT_PG_BINDIR");
    g_unsetenv("PGARCHITECT_LAB_USER");
}

int
pga_test_lab_finish(int status)
{
    pga_directory_remove_tree(cache, NULL);
    g_free(cache);
    return status;
}

PgaLab *
pga_test_lab_start(const PgaTestServer *server)
{
    g_autoptr(GError) error = NULL;
    const PgaLabOptions options = {.bindir = server ? server->bindir : NULL};
    PgaLab *lab = pga_lab_start(&options, &error);

    if (error)
        g_test_message("%s (%s)", error->message, pga_error_get_detail(error));
    g_assert_no_error(error);
    return lab;
}

void
pga_test_add_servers(const char *path, guint oldest, gboolean few, PgaTestServerFunction function)
{
    const GPtrArray *servers = pga_test_servers();
    guint n = 0;

    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *name = g_strdup_printf("%s/%u", path, server->major);

        if (server->major < MAX(oldest, 10) ||
            (few && n > 0 && !g_str_has_prefix(server->bindir, "/usr/")))
            continue;
        g_test_add_data_func(name, server, function);
        n++;
    }
}

PgaLabLoad *
pga_test_load(PgaLab *lab, const char *sql, GError **error)
{
    g_autoptr(PgaScript) script = pga_script_parse(sql, strlen(sql), "test.sql", error);

    return script ? pga_lab_load(lab, script, error) : NULL;
}

const PgaNotChecked *
pga_test_note(const PgaLabLoad *load, const char *text)
{
    for (guint i = 0; i < load->not_checked->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(load->not_checked, i);

        if (strstr(note->what, text) || strstr(note->why, text))
            return note;
    }
    return NULL;
}

char *
pga_test_ask(PgaLab *lab, const char *dbname, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaSession) session =
        pga_session_open(lab, dbname ? dbname : "postgres", PGA_ROLE_SUPERUSER, &error);
    g_autoptr(PGresult) result = NULL;

    g_assert_no_error(error);
    result = pga_session_exec(session, sql, NULL, 0, TRUE, &error);
    g_assert_no_error(error);
    if (pga_result_failed(result))
        g_test_message("%s", PQresultErrorMessage(result));
    g_assert_cmpint(PQntuples(result), ==, 1);
    return g_strdup(PQgetvalue(result, 0, 0));
}

PgaCatalog *
pga_test_collect(PgaLab *lab)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaConnection) connection = pga_lab_connect(lab, &error);
    g_autoptr(GPtrArray) notes =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    g_autoptr(PgaEnvironment) environment = NULL;
    const PgaCollectOptions options = {0};
    PgaCatalog *catalog = NULL;

    g_assert_no_error(error);
    pga_collect(connection, &options, &catalog, &environment, notes, &error);
    g_assert_no_error(error);
    return catalog;
}

guint
pga_test_count_processes(const char *directory)
{
    g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
    const char *name;
    guint n = 0;

    while ((name = g_dir_read_name(proc))) {
        g_autofree char *link = g_build_filename("/proc", name, "cwd", NULL);
        g_autofree char *cwd = g_ascii_isdigit(*name) ? g_file_read_link(link, NULL) : NULL;

        n += cwd && g_str_has_prefix(cwd, directory);
    }
    return n;
}

#include "clone_shop.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#include <base/directory.h>

#include "cluster.h"

static const char shop[] =
    "CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL, country text);"
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customer, total numeric);"
    "CREATE TABLE unrelated (a int);"
    "CREATE VIEW german AS SELECT * FROM customer WHERE country = 'de';"
    "INSERT INTO customer SELECT g, 'c' || g, CASE WHEN g % 10 = 0 THEN 'de' ELSE 'fr' END"
    "  FROM generate_series(1, 5000) g;"
    "INSERT INTO orders SELECT g, 1 + g % 5000, g % 97 FROM generate_series(1, 20000) g;"
    "CREATE INDEX ON orders (total);"
    "CREATE TABLE event (id int, data jsonb);"
    "INSERT INTO event SELECT g, jsonb_build_object('user', g % 700, 'id', g)"
    "  FROM generate_series(1, 9000) g;";

static char *temporary; /* where the program's labs are made */
static char *dsn;

PgaProgramRun *
pga_clone_with(const char *source, const char *const *rest, const char *const *environment)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();

    g_ptr_array_add(arguments, (gpointer) "clone");
    g_ptr_array_add(arguments, (gpointer)source);
    for (guint i = 0; rest[i]; i++)
        g_ptr_array_add(arguments, (gpointer)rest[i]);
    g_ptr_array_add(arguments, NULL);
    return pga_program_run((const char *const *)arguments->pdata, environment);
}

PgaProgramRun *
pga_clone_shell(const char *line)
{
    const char *argv[] = {"/bin/sh", "-c", line, PGA_PROGRAM, dsn, NULL};
    PgaProgramRun *run = g_new0(PgaProgramRun, 1);
    g_autoptr(GError) error = NULL;
    int status = 0;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &run->out, &run->err,
                 &status, &error);
    g_assert_no_error(error);
    run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return run;
}

static guint
count_labs(void)
{
    g_autoptr(GDir) dir = g_dir_open(temporary, 0, NULL);
    const char *name;
    guint n = 0;

    while ((name = g_dir_read_name(dir)))
        n += g_str_has_prefix(name, "pgarchitect-");
    return n;
}

static gboolean
mentions_temporary(const char *pid)
{
    g_autofree char *path = g_strconcat("/proc/", pid, "/cmdline", NULL), *text = NULL;
    gsize length = 0;

    return g_file_get_contents(path, &text, &length, NULL) &&
           g_strstr_len(text, (gssize)strnlen(text, length), "postgres") &&
           memmem(text, length, temporary, strlen(temporary));
}

static guint
count_servers(void)
{
    g_autoptr(GDir) dir = g_dir_open("/proc", 0, NULL);
    const char *name;
    guint n = 0;

    while ((name = g_dir_read_name(dir)))
        n += g_ascii_isdigit(name[0]) && mentions_temporary(name);
    return n;
}

void
pga_assert_nothing_left(void)
{
    g_assert_cmpuint(count_labs(), ==, 0);
    g_assert_cmpuint(count_servers(), ==, 0);
}

gboolean
pga_clone_shop_make(void)
{
    const PgaTestCluster *cluster =
        pga_test_cluster(15) ? pga_test_cluster(15) : pga_test_cluster(0);
    g_autofree char *psql = g_find_program_in_path("psql");

    if (!cluster || !psql)
        return FALSE;
    dsn = pga_test_cluster_database(cluster, "clone_shop");
    pga_test_sql(dsn, shop);
    pga_test_sql(dsn, "VACUUM ANALYZE");
    pga_test_sql(dsn,
                 "DO $$BEGIN CREATE ROLE clone_clerk; EXCEPTION WHEN duplicate_object THEN END$$;"
                 "GRANT SELECT ON orders TO clone_clerk");
    temporary = g_dir_make_tmp("pgaclone-XXXXXX", NULL);
    g_assert_nonnull(temporary);
    g_assert_cmpint(g_chmod(temporary, 0755), ==, 0); /* the lab's server may be another user's */
    g_setenv("TMPDIR", temporary, TRUE);
    return TRUE;
}

void
pga_clone_shop_remove(void)
{
    if (temporary)
        pga_directory_remove_tree(temporary, NULL);
    g_clear_pointer(&temporary, g_free);
    g_clear_pointer(&dsn, g_free);
}

const char *
pga_clone_shop_dsn(void)
{
    return dsn;
}

const char *
pga_clone_shop_folder(void)
{
    return temporary;
}

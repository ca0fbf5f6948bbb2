/* What room is worth when no budget says it: small indexes that do nearly as well. */
#include <glib/gstdio.h>
#include <string.h>

#include "cluster.h"
#include "program.h"

static const char mail[] =
    "CREATE TABLE message (id int PRIMARY KEY, reader int NOT NULL, read_at timestamptz,"
    " archived boolean NOT NULL, body text);"
    "INSERT INTO message SELECT g, g * 7919 % 2000, CASE WHEN g * 31 % 100 > 2"
    " THEN timestamptz '2024-01-01' + (g * 7907 % 100000) * interval '1 min' END, g % 50 = 0,"
    " repeat('x', 120) FROM generate_series(1, 100000) g;";

static const char workload[] =
    "SELECT id FROM message WHERE reader = 77 AND NOT archived ORDER BY id LIMIT 5;\n"
    "SELECT count(*) FROM message WHERE reader = 77 AND NOT archived AND read_at > '2024-03-01';\n"
    "SELECT count(*) FROM message WHERE reader = $1 AND read_at IS NULL;\n"
    "UPDATE message SET body = '' WHERE reader = $1 AND read_at IS NULL AND id % 2 = 0;\n";

/* A partial index stands for what begins with its condition, one key for two; it comes first, most
 * is saved by it. */
static void
test_small(void)
{
    g_autofree char *dsn = NULL, *path = NULL;
    g_autoptr(PgaProgramRun) run = NULL;
    const char *first, *second;

    if (!pga_test_have_server())
        return;
    path = g_build_filename(g_get_tmp_dir(), "pga-index-room.sql", NULL);
    g_assert_true(g_file_set_contents(path, workload, -1, NULL));
    dsn = pga_test_cluster_database(pga_test_cluster(0), "index_room");
    pga_test_sql(dsn, mail);
    pga_test_sql(dsn, "VACUUM ANALYZE message");
    run =
        pga_program_run((const char *const[]){"index", dsn, "--workload", path, "-q", NULL}, NULL);
    g_test_message("%s%s", run->out, run->err);
    g_assert_cmpint(run->status, ==, 0);
    first = strstr(run->out, "USING btree (reader) WHERE (read_at IS NULL);");
    second = strstr(run->out, "\n2. ");
    g_assert_nonnull(first);
    g_assert_nonnull(second);
    g_assert_true(first < second);
    pga_assert_lacks(run->out, "id % 2)");
    pga_assert_lacks(run->out, "USING btree (archived");
    g_unlink(path);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/index-room/small-ones-first-that-save-most", test_small);
    return g_test_run();
}

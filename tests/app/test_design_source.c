/* An existing database as a plan of changes: migrations that lint has nothing against, and that
 * run on it. */
#include <app/design.h>
#include <app/lint.h>
#include <base/error.h>
#include <cluster.h>
#include <glib/gstdio.h>
#include <string.h>

#include "design_internal.h"

/* A name that would leave a comment, and an index' name, if it could. */
#define HOSTILE "\"x\nDROP TABLE users; --\""

static const char schema[] =
    "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL);"
    "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    "  user_id bigint NOT NULL REFERENCES users, status text NOT NULL, total float8);"
    "CREATE TABLE lines (order_id bigint REFERENCES orders, quantity int,"
    "  note1 text, note2 text, note3 text);"
    "CREATE TABLE " HOSTILE " (id bigint PRIMARY KEY, user_id bigint REFERENCES users);"
    "INSERT INTO users (email) SELECT i || '@example.org' FROM generate_series(1, 2000) i;"
    "INSERT INTO orders (user_id, status)"
    "  SELECT 1 + i % 2000, (ARRAY['new', 'paid'])[1 + i % 2] FROM generate_series(1, 20000) i;"
    "INSERT INTO lines SELECT 1 + i % 20000, 1 FROM generate_series(1, 20000) i;"
    "INSERT INTO " HOSTILE " SELECT i, 1 + i % 2000 FROM generate_series(1, 20000) i;"
    "ANALYZE";

static void
assert_lint_is_content(const char *dsn, const char *folder)
{
    const char *const paths[] = {folder, NULL};
    const PgaLintRequest request = {
        .from = {.source = dsn}, .has_source = TRUE, .paths = paths, .all = TRUE};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLintReport) report = pga_app_lint(&request, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(report->n_not_parsed, ==, 0);
    for (guint i = 0; i < report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);

        g_test_message("%s: %s", finding->file, finding->title);
        g_assert_cmpint(finding->severity, <, PGA_SEVERITY_WARNING);
    }
}

/* Each line is a comment, or a statement that runs. */
static void
execute(const char *dsn, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, ";\n", -1);

    for (guint i = 0; lines[i]; i++) {
        const char *sql = lines[i];

        while (g_str_has_prefix(sql, "--") || *sql == '\n')
            sql = strchr(sql, '\n') ? strchr(sql, '\n') + 1 : "";
        if (*sql)
            pga_test_sql(dsn, sql);
    }
}

static guint
write_migrations(const PgaArchitecture *architecture, const char *folder)
{
    guint n = 0;

    for (guint i = 0; i < architecture->files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(architecture->files, i);
        g_autofree char *name = g_path_get_basename(file->path);
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (!g_str_has_prefix(file->path, "migrations/") || !g_str_has_suffix(file->path, ".sql"))
            continue;
        g_assert_nonnull(strstr(file->text, "\nSET lock_timeout = "));
        g_assert_nonnull(strstr(file->text, "-- undo: "));
        g_assert_true(g_file_set_contents(path, file->text, -1, NULL));
        n++;
    }
    return n;
}

static void
remove_folder(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    for (const char *name = g_dir_read_name(dir); name; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        g_unlink(path);
    }
    g_rmdir(folder);
}

/* Those with a file first, each with its statement; then those without, each with the reason. */
static void
assert_changes(const PgaArchitecture *architecture)
{
    gboolean decides = FALSE;

    g_assert_nonnull(architecture->source);
    g_assert_cmpuint(architecture->changes->len, >, 3);
    for (guint i = 0; i < architecture->changes->len; i++) {
        const PgaDesignChange *change = g_ptr_array_index(architecture->changes, i);

        decides |= change->path == NULL;
        g_assert_true(decides == (change->path == NULL));
        g_assert_true(decides == (change->objection != NULL));
        g_assert_true(decides || pga_architecture_file(architecture, change->path));
        g_assert_true(decides || *change->sql);
    }
}

static void
test_live(void)
{
    PgaTestCluster *cluster = pga_test_have_server() ? pga_test_cluster(0) : NULL;
    g_autofree char *dsn = NULL, *folder = NULL;
    g_autoptr(PgaArchitecture) architecture = NULL;
    g_autoptr(GError) error = NULL;
    const PgaDesignFile *review;

    if (!cluster)
        return;
    dsn = pga_test_cluster_database(cluster, "design_source");
    pga_test_sql(dsn, schema);
    architecture = pga_app_design(&(PgaDesignRequest){.from = {.source = dsn}}, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(architecture->tables->len, ==, 4);
    g_assert_cmpuint(architecture->findings->len, >, 0);
    review = pga_architecture_file(architecture, "migrations/REVIEW.md");
    g_assert_nonnull(review);
    g_assert_nonnull(strstr(review->text, "Table without a primary key"));
    /* what has no statement is left to a person, too */
    g_assert_nonnull(strstr(review->text, "## A list in numbered columns: public.lines"));
    assert_changes(architecture);

    folder = g_dir_make_tmp("design-source-XXXXXX", NULL);
    /* three foreign keys without an index, at least */
    g_assert_cmpuint(write_migrations(architecture, folder), >=, 3);
    assert_lint_is_content(dsn, folder);
    for (guint i = 0; i < architecture->files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(architecture->files, i);

        if (g_str_has_prefix(file->path, "migrations/") && g_str_has_suffix(file->path, ".sql") &&
            !strstr(file->text, "\nBEGIN;") && !strstr(file->text, "DROP TABLE users; --"))
            execute(dsn, file->text);
    }
    remove_folder(folder);
}

/* Rows that were loaded before the statements were recorded make indexes dear: that is said. */
static void
test_load(void)
{
    PgaTestCluster *cluster = pga_test_have_server() ? pga_test_cluster(0) : NULL;
    g_autofree char *dsn = NULL, *notes = NULL;
    g_autoptr(PgaArchitecture) architecture = NULL;
    g_autoptr(GError) error = NULL;

    if (!cluster)
        return;
    pga_test_cluster_restart(cluster, "shared_preload_libraries = 'pg_stat_statements'\n");
    dsn = pga_test_cluster_database(cluster, "design_load");
    pga_test_sql(dsn, "CREATE EXTENSION pg_stat_statements;"
                      "CREATE TABLE filled (id bigint PRIMARY KEY, kind int);"
                      "INSERT INTO filled SELECT i, i FROM generate_series(1, 20000) i;"
                      "ANALYZE filled");
    pga_test_sql(dsn, "SELECT pg_stat_statements_reset()");
    pga_test_sql(dsn, "SELECT id FROM filled WHERE kind = 7");
    architecture = pga_app_design(&(PgaDesignRequest){.from = {.source = dsn}}, &error);
    g_assert_no_error(error);
    g_ptr_array_add(architecture->notes, NULL);
    notes = g_strjoinv("\n", (char **)architecture->notes->pdata);
    g_ptr_array_set_size(architecture->notes, (int)architecture->notes->len - 1);
    g_test_message("%s", notes);
    g_assert_nonnull(strstr(notes, "public.filled ("));
    g_assert_nonnull(strstr(notes, "ask again when usual days outweigh it"));
    g_assert_null(strstr(notes, "pg_stat_reset"));
}

/* A requirements file is one by its name, or by what is in it. */
static void
test_kind(void)
{
    static const struct {
        const char *name, *text;
        gboolean requirements;
    } cases[] = {
        {"a.yaml", NULL, TRUE},
        {"a.json", NULL, TRUE},
        {"-", NULL, TRUE},
        {"a.sql", NULL, FALSE},
        {"a.pga", NULL, FALSE},
        {"shop", NULL, FALSE},
        {"host=localhost dbname=shop", NULL, FALSE},
        {"postgresql://localhost/a.yaml", NULL, FALSE},
        {"requirements.txt", "workload_type: oltp\n", TRUE},
        {"wrapped.txt", "input: {}\n", TRUE},
        {"dump.txt", "CREATE TABLE a (b int);\n", FALSE},
    };
    g_autofree char *folder = g_dir_make_tmp("design-kind-XXXXXX", NULL);

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path =
            cases[i].text ? g_build_filename(folder, cases[i].name, NULL) : g_strdup(cases[i].name);

        if (cases[i].text)
            g_assert_true(g_file_set_contents(path, cases[i].text, -1, NULL));
        g_test_message("%s", cases[i].name);
        g_assert_cmpint(pga_design_is_requirements(path), ==, cases[i].requirements);
    }
    remove_folder(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/design-source/kind", test_kind);
    g_test_add_func("/app/design-source/live", test_live);
    g_test_add_func("/app/design-source/load", test_load);
    return g_test_run();
}

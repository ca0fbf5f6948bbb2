/* The promise of the clone: on the same server programs EXPLAIN says there, byte for byte, what it
 * says on the source. What differs is named, each statement. */
#include <glib/gstdio.h>
#include <string.h>

#include "cluster.h"
#include "program.h"

#define MARK "== " /* a line with a statement's name; " | " and why, if outside of the promise */

/** Statements of one file, and where they are planned. */
typedef struct {
    const PgaTestCluster *cluster;
    const char *file;
    const char *dsn;
} Comparison;

static char *
in_sources(const char *path)
{
    return g_build_filename(PGA_SOURCE_ROOT "/tests/fidelity", path, NULL);
}

static char *
tpch_directory(void)
{
    const char *shared = g_getenv("PGA_SHARED");

    return g_build_filename(shared ? shared : PGA_SOURCE_ROOT "/../shared", "workloads", "tpch",
                            NULL);
}

/* (nullable): the cluster, when everything is there to clone it with; otherwise skips. */
static PgaTestCluster *
cluster_with_module(guint major)
{
    g_autofree char *module =
        g_strdup_printf(PGA_BUILD_ROOT "/whatif/%u/pgarchitect_whatif.so", major);
    g_autofree char *psql = g_find_program_in_path("psql");
    PgaTestCluster *cluster = NULL;

    if (!psql)
        g_test_skip("psql is not installed");
    else if (!g_file_test(module, G_FILE_TEST_EXISTS))
        g_test_skip("the planner module of this major is not built");
    else if (!(cluster = pga_test_cluster(major)))
        g_test_skip("no server of this major");
    return cluster;
}

static void
load(const char *dsn, const char *file, const char *scale)
{
    const char *const argv[] = {"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", scale,
                                "-f",   file, dsn,  NULL};
    g_autofree char *messages = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;

    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                      NULL, NULL, NULL, &messages, &status, &error) ||
        !g_spawn_check_wait_status(status, &error))
        g_error("%s: %s: %s", file, error->message, messages ? messages : "");
}

/* What psql prints of @file, the server's refusals in their places. */
#define EXPLAIN_COMMAND "sh", "-c", "exec psql -X -f \"$0\" ${1:+\"$1\"} 2>&1"

static char *
plans_of_source(const Comparison *comparison)
{
    const char *const argv[] = {EXPLAIN_COMMAND, comparison->file, comparison->dsn, NULL};
    g_autoptr(GError) error = NULL;
    char *plans = NULL;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &plans, NULL, NULL,
                 &error);
    g_assert_no_error(error);
    return plans;
}

/* @source: the database, or a snapshot of it */
static char *
plans_of_clone(const Comparison *comparison, const char *source)
{
    const char *bindir = pga_test_cluster_bindir(comparison->cluster);
    const char *const arguments[] = {"clone", "-q", "--pg-bindir",   bindir,
                                     source,  "--", EXPLAIN_COMMAND, comparison->file,
                                     NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);

    if (run->status != 0)
        g_test_message("exit status %d: %s", run->status, run->err);
    g_assert_cmpint(run->status, ==, 0);
    return g_steal_pointer(&run->out);
}

/* (element-type utf8): from the name to the next mark, in the file's order. */
static GPtrArray *
split(const char *plans)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    const char *start = strstr(plans, MARK);

    while (start) {
        const char *end = strstr(start, "\n" MARK);

        g_ptr_array_add(parts, end ? g_strndup(start, (gsize)(end - start)) : g_strdup(start));
        start = end ? end + 1 : NULL;
    }
    return parts;
}

static gboolean
is_outside(const char *part)
{
    return memmem(part, strcspn(part, "\n"), " | ", 3) != NULL;
}

/* A clone of a snapshot is the clone of the database, outside of the promise, too. */
static void
compare_snapshot(const Comparison *comparison, const GPtrArray *live)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "pga-fidelity.pga", NULL);
    const char *const arguments[] = {"snapshot", comparison->dsn, "-q", "-o", path, NULL};
    g_autoptr(PgaProgramRun) run = pga_program_run(arguments, NULL);
    g_autofree char *clone = plans_of_clone(comparison, path);
    g_autoptr(GPtrArray) found = split(clone);
    guint identical = 0;

    g_assert_cmpint(run->status, ==, 0);
    g_assert_cmpuint(found->len, ==, live->len);
    for (guint i = 0; i < live->len; i++) {
        const char *want = g_ptr_array_index(live, i), *got = g_ptr_array_index(found, i);

        if (strcmp(want, got) == 0)
            identical++;
        else
            g_test_message("clone of the database: %s\nof its snapshot: %s", want, got);
    }
    g_test_message("of the snapshot identical %u of %u", identical, live->len);
    if (identical != live->len)
        g_test_fail();
    g_unlink(path);
}

static void
compare(const Comparison *comparison)
{
    g_autofree char *source = plans_of_source(comparison);
    g_autofree char *clone = plans_of_clone(comparison, comparison->dsn);
    g_autoptr(GPtrArray) expected = split(source), found = split(clone);
    guint promised = 0, identical = 0;

    g_assert_cmpuint(expected->len, >, 0);
    g_assert_cmpuint(found->len, ==, expected->len);
    for (guint i = 0; i < expected->len; i++) {
        const char *want = g_ptr_array_index(expected, i), *got = g_ptr_array_index(found, i);

        if (is_outside(want))
            continue;
        promised++;
        if (strcmp(want, got) == 0)
            identical++;
        else
            g_test_message("source: %s\nclone: %s", want, got);
    }
    g_test_message("identical %u of %u", identical, promised);
    if (identical != promised)
        g_test_fail(); /* not an assertion: the other majors are to have their say */
    compare_snapshot(comparison, found);
}

/* Estimates of an anonymized snapshot, as the program itself verifies them; with a key, so that
 * each run has the same pseudonyms. */
static void
verify_anonymized(const Comparison *comparison, const char *workload)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "pga-fidelity-hidden.pga", NULL);
    g_autofree char *key = g_build_filename(g_get_tmp_dir(), "pga-fidelity-key", NULL);
    const char *const arguments[] = {"snapshot",
                                     comparison->dsn,
                                     "-qo",
                                     path,
                                     "--anonymize",
                                     "--anonymize-key",
                                     key,
                                     "--verify",
                                     "--pg-bindir",
                                     pga_test_cluster_bindir(comparison->cluster),
                                     workload ? "--workload" : NULL,
                                     workload,
                                     NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    g_assert_true(g_file_set_contents(key, "the same in every run of the tests", -1, NULL));
    run = pga_program_run(arguments, NULL);
    g_test_message("%s%s", run->out, run->err);
    if (run->status != 0)
        g_test_fail();
    g_unlink(path);
    g_unlink(key);
}

static void
test_awkward(gconstpointer data)
{
    const PgaTestCluster *cluster = cluster_with_module(GPOINTER_TO_UINT(data));
    g_autofree char *dsn = cluster ? pga_test_cluster_database(cluster, "awkward") : NULL;
    g_autofree char *relations = in_sources("awkward.sql");
    g_autofree char *queries = in_sources("awkward-queries.sql");

    if (!cluster)
        return;
    load(dsn, relations, "sf=0");
    compare(&(Comparison){cluster, queries, dsn});
    verify_anonymized(&(Comparison){cluster, queries, dsn}, NULL);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* (transfer full) (element-type utf8): of the folder's files, sorted. */
static GPtrArray *
tpch_names(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, by_name);
    return names;
}

/* (transfer full): a file with all of the folder's queries; @explained: each behind its name. */
static char *
tpch_queries(const char *directory, gboolean explained)
{
    g_autofree char *folder = g_build_filename(directory, "queries", NULL);
    g_autoptr(GPtrArray) names = tpch_names(folder);
    g_autoptr(GString) script =
        g_string_new(explained ? "\\set QUIET on\n\\pset tuples_only on\n" : NULL);
    char *path = g_build_filename(g_get_tmp_dir(), "pgatest-tpch-XXXXXX", NULL);

    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *file = g_build_filename(folder, name, NULL);
        g_autofree char *query = NULL;

        g_assert_true(g_file_get_contents(file, &query, NULL, NULL));
        if (explained)
            g_string_append_printf(script, "\\echo " MARK "%s\nEXPLAIN\n", name);
        g_string_append_printf(script, "%s\n", query);
    }
    g_close(g_mkstemp(path), NULL);
    g_assert_true(g_file_set_contents(path, script->str, -1, NULL));
    return path;
}

static void
test_tpch(gconstpointer data)
{
    g_autofree char *directory = tpch_directory();
    g_autofree char *schema = g_build_filename(directory, "schema.sql", NULL);
    g_autofree char *rows = in_sources("tpch-data/rows.sql"), *dsn = NULL, *queries = NULL;
    g_autofree char *workload = NULL;
    const PgaTestCluster *cluster;

    if (!g_file_test(schema, G_FILE_TEST_EXISTS)) {
        g_test_skip("the TPC-H schema is not on this machine");
        return;
    }
    cluster = cluster_with_module(GPOINTER_TO_UINT(data));
    if (!cluster)
        return;
    dsn = pga_test_cluster_database(cluster, "tpch");
    load(dsn, schema, "sf=0");
    load(dsn, rows, "sf=0.1");
    queries = tpch_queries(directory, TRUE);
    workload = tpch_queries(directory, FALSE);
    compare(&(Comparison){cluster, queries, dsn});
    verify_anonymized(&(Comparison){cluster, queries, dsn}, workload);
    g_unlink(queries);
    g_unlink(workload);
}

int
main(int argc, char **argv)
{
    static const guint majors[] = {15, 17, 18};

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(majors); i++) {
        g_autofree char *awkward = g_strdup_printf("/fidelity/%u/awkward", majors[i]);
        g_autofree char *tpch = g_strdup_printf("/fidelity/%u/tpch", majors[i]);

        g_test_add_data_func(awkward, GUINT_TO_POINTER(majors[i]), test_awkward);
        g_test_add_data_func(tpch, GUINT_TO_POINTER(majors[i]), test_tpch);
    }
    return g_test_run();
}

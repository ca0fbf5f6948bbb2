/* A verification on real servers: a copy that is the same, and copies that are not. Names and
 * values are found again in all of them, as nothing is replaced here. */
#include <app/snapshot.h>
#include <glib/gstdio.h>
#include <parse/snapshot.h>
#include <render/snapshot.h>
#include <string.h>

#include "cluster.h"
#include "verify_internal.h"

static const char schema[] =
    "CREATE TABLE author (id int PRIMARY KEY, surname text, born date, fee numeric);"
    "CREATE TABLE book (id int PRIMARY KEY, author_id int REFERENCES author, title text);"
    "CREATE INDEX ON author (lower(surname));"
    "CREATE FUNCTION fee_of(author) RETURNS numeric LANGUAGE sql AS 'SELECT $1.fee';"
    "CREATE VIEW well_paid AS SELECT id, surname FROM author WHERE fee > 10;"
    "INSERT INTO author SELECT g, CASE WHEN g % 3 = 0 THEN 'Common' ELSE 'Rare' || g END,"
    "  date '1950-01-01' + g, g % 50 FROM generate_series(1, 3000) g;"
    "INSERT INTO book SELECT g, 1 + g % 3000, 't' || g FROM generate_series(1, 9000) g;"
    "ANALYZE;";

typedef void (*Damage)(PgaSnapshot *snapshot);

/* (nullable) (transfer full): NULL where the planner module of this major is not built. */
static PgaVerification *
verify(const PgaTestCluster *cluster, Damage before, Damage after)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "verify");
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "pga-verify.pga", NULL);
    const PgaSnapshotRequest request = {.from = {.source = dsn}, .output = path};
    const PgaSourceRequest lab = {.bindir = pga_test_cluster_bindir(cluster)};
    const PgaVerifyOptions options = {.from = &lab};
    g_autoptr(PgaSnapshotSummary) summary = NULL;
    g_autoptr(PgaSnapshot) snapshot = NULL;
    g_autoptr(PgaVerify) work = NULL;
    g_autoptr(GError) error = NULL;
    PgaVerification *verification = NULL;
    PgaSnapshotSize size;

    pga_test_sql(dsn, schema);
    summary = pga_app_snapshot(&request, &error);
    g_assert_no_error(error);
    g_assert_nonnull(summary);
    snapshot = pga_snapshot_read(path, &error);
    g_assert_no_error(error);
    before(snapshot);
    work = pga_verify_begin(&options, snapshot, &error);
    g_assert_no_error(error);
    after(snapshot);
    pga_verify_take(work, snapshot);
    g_assert_true(pga_render_snapshot(snapshot, path, &size, &error));
    verification = pga_verify_end(work, path, &error);
    g_assert_no_error(error);
    g_unlink(path);
    return verification;
}

static void
do_nothing(PgaSnapshot *snapshot)
{
    g_assert_nonnull(snapshot);
}

static PgaColumnStatistics *
column_of(PgaSnapshot *snapshot, const char *attname)
{
    for (guint i = 0; i < snapshot->planner->columns->len; i++) {
        PgaColumnStatistics *column = g_ptr_array_index(snapshot->planner->columns, i);

        if (g_strcmp0(column->attname, attname) == 0)
            return column;
    }
    g_assert_not_reached();
}

static void
damage_nulls(PgaSnapshot *snapshot)
{
    PgaColumnStatistics *column = column_of(snapshot, "born");

    g_free(column->null_frac);
    column->null_frac = g_strdup("0.5");
}

static void
damage_view(PgaSnapshot *snapshot)
{
    for (guint i = 0; i < snapshot->objects->objects->len; i++) {
        PgaObject *object = g_ptr_array_index(snapshot->objects->objects, i);

        if (g_strcmp0(object->objname, "well_paid") != 0)
            continue;
        g_free(object->definition);
        object->definition = g_strdup("CREATE VIEW public.well_paid AS SELECT nobody");
    }
}

static void
add_statements(PgaSnapshot *snapshot)
{
    static const char *const queries[] = {"SELECT * FROM author WHERE id = $1",
                                          "SELECT * FROM well_paid ORDER BY surname",
                                          "SELECT nonsense FROM author"};

    for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
        PgaWorkloadStatement *statement =
            pga_record_add(snapshot->workload->statements, &pga_workload_statement_type);

        statement->query = g_strdup(queries[i]);
        statement->command = 's';
    }
}

/* As if a mapping had lost a constant, and a whole statement. */
static void
damage_statements(PgaSnapshot *snapshot)
{
    GPtrArray *statements = snapshot->workload->statements;

    for (guint i = 0; i < statements->len; i++) {
        PgaWorkloadStatement *statement = g_ptr_array_index(statements, i);

        if (g_str_has_suffix(statement->query, "surname = 'Common'"))
            memcpy(strstr(statement->query, "'Common'"), "'Damage'", strlen("'Damage'"));
    }
    pga_record_free(&pga_workload_statement_type, g_ptr_array_steal_index(statements, 0));
}

static gboolean
is_missing(const PgaTestCluster *cluster)
{
    g_autofree char *module = g_strdup_printf(PGA_BUILD_ROOT "/whatif/%u/pgarchitect_whatif.so",
                                              pga_test_cluster_major(cluster));

    if (g_file_test(module, G_FILE_TEST_EXISTS))
        return FALSE;
    g_test_skip("the planner module of this major is not built");
    return TRUE;
}

static guint
n_different(const PgaVerification *verification)
{
    guint n = 0;

    for (guint i = 0; i < PGA_N_ESTIMATE_CLASSES; i++)
        n += verification->counts[i].n_different;
    return n;
}

static void
test_same(gconstpointer data)
{
    g_autoptr(PgaVerification) verification =
        is_missing(data) ? NULL : verify(data, add_statements, do_nothing);

    if (!verification)
        return;
    g_assert_cmpuint(n_different(verification), ==, 0);
    g_assert_cmpuint(verification->lost->len, ==, 0);
    g_assert_cmpuint(verification->n_relations, ==, 2);
    g_assert_cmpuint(verification->counts[PGA_ESTIMATE_STATEMENT].n_identical, ==, 2);
    g_assert_cmpuint(verification->counts[PGA_ESTIMATE_STATEMENT].n_not_planned, ==, 1);
    g_assert_cmpuint(verification->counts[PGA_ESTIMATE_NULL].n_identical, ==, 8);
    g_assert_cmpuint(verification->counts[PGA_ESTIMATE_JOIN].n_identical, >=, 2);
    g_assert_cmpuint(verification->counts[PGA_ESTIMATE_DATE_RANGE].n_identical, ==, 3);
    g_assert_cmpuint(verification->counts[PGA_ESTIMATE_PATTERN].n_identical, >=, 2);
    g_assert_cmpuint(verification->leaks->len, >, 0);
}

static const PgaEstimateDifference *
first_difference(const PgaVerification *verification)
{
    g_assert_cmpuint(verification->differences->len, >, 0);
    return g_ptr_array_index(verification->differences, 0);
}

static void
test_statistics(gconstpointer data)
{
    g_autoptr(PgaVerification) verification =
        is_missing(data) ? NULL : verify(data, do_nothing, damage_nulls);
    const PgaEstimateDifference *difference;

    if (!verification)
        return;
    difference = first_difference(verification);
    g_assert_cmpstr(difference->object, ==, "public.author.born");
    g_assert_true(difference->is_error);
    g_assert_cmpfloat(difference->rows_before, ==, 1);
    g_assert_cmpfloat(difference->rows_after, ==, 1500);
}

static void
test_definition(gconstpointer data)
{
    g_autoptr(PgaVerification) verification =
        is_missing(data) ? NULL : verify(data, do_nothing, damage_view);

    if (!verification)
        return;
    g_assert_cmpuint(verification->lost->len, ==, 1);
    g_assert_cmpuint(n_different(verification), ==, 0);
}

static void
test_mapping(gconstpointer data)
{
    g_autoptr(PgaVerification) verification =
        is_missing(data) ? NULL : verify(data, add_statements, damage_statements);

    if (!verification)
        return;
    g_assert_cmpuint(verification->counts[PGA_ESTIMATE_STATEMENT].n_one_sided, ==, 1);
    g_assert_cmpuint(verification->counts[PGA_ESTIMATE_EQUALITY].n_different, ==, 1);
}

int
main(int argc, char **argv)
{
    static const guint majors[] = {15, 17, 18};

    g_setenv("PGARCHITECT_WHATIF_DIR", PGA_BUILD_ROOT "/whatif", TRUE);
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(majors); i++) {
        const struct {
            const char *name;
            GTestDataFunc run;
        } tests[] = {{"an-unchanged-copy", test_same},
                     {"other-statistics", test_statistics},
                     {"a-broken-definition", test_definition},
                     {"a-lost-constant", test_mapping}};
        const PgaTestCluster *cluster = pga_test_cluster(majors[i]);

        for (guint k = 0; cluster && k < G_N_ELEMENTS(tests); k++) {
            g_autofree char *name = g_strdup_printf("/app/verify/%u/%s", majors[i], tests[k].name);

            g_test_add_data_func(name, cluster, tests[k].run);
        }
    }
    return g_test_run();
}

/* Plans per second: TPC-H's 22 queries under each subset of seven indexes, by one call of cost(),
 * by one of pga_whatif_cost() in all its sessions, and by EXPLAIN (FORMAT JSON), one round trip a
 * plan, of the same clone. The CPU's share says what an idle core would do. */
#include "tpch.h"
#include "whatif_internal.h"
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 3, CROWD = 2000 };

/* One clone, its plans. */
typedef struct {
    PgaTpch *tpch;
    PgaClone *clone;
    PGconn *conn;
    PgaWhatif *whatif;
    char *statements, *configurations; /* cost()'s arguments */
    GPtrArray *hidden;                 /* of char *: each configuration's, for EXPLAIN */
    GPtrArray *costs;                  /* of char *: cost()'s, configuration by configuration */
    guint differ;                      /* of EXPLAIN's */
} Bench;

/* Wall-clock and the backend's processor time, seconds. */
typedef struct {
    double wall, cpu;
} Seconds;

static double
cpu_seconds(PGconn *conn)
{
    enum { AFTER_NAME_UTIME = 11 }; /* proc(5): fields 14 and 15; the name before may have blanks */
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", PQbackendPID(conn));
    g_autofree char *text = NULL;
    g_auto(GStrv) fields = NULL;
    guint64 ticks;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    fields = g_strsplit(strrchr(text, ')') + 2, " ", -1);
    ticks = g_ascii_strtoull(fields[AFTER_NAME_UTIME], NULL, 10) +
            g_ascii_strtoull(fields[AFTER_NAME_UTIME + 1], NULL, 10);
    return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static Seconds
now(PGconn *conn)
{
    return (Seconds){(double)g_get_monotonic_time() / G_USEC_PER_SEC, cpu_seconds(conn)};
}

static Seconds
since(PGconn *conn, Seconds begun)
{
    const Seconds ended = now(conn);

    return (Seconds){ended.wall - begun.wall, ended.cpu - begun.cpu};
}

/* Of the sessions of what-if planning. */
static double
whatif_cpu_seconds(const PgaWhatif *whatif)
{
    double seconds = 0;

    for (guint i = 0; i < whatif->lines->len; i++)
        seconds +=
            cpu_seconds(((PgaWhatifLine *)g_ptr_array_index(whatif->lines, i))->session->conn);
    return seconds;
}

/* Every subset of the indexes, hidden. */
static void
add_configurations(Bench *bench)
{
    g_autofree char *indexes = pga_tpch_indexes(bench->tpch, bench->conn);
    g_auto(GStrv) oids = g_strsplit(indexes, " ", -1);
    const guint n = g_strv_length(oids);
    GString *array = g_string_new("{");

    for (guint subset = 0; subset < 1U << n; subset++) {
        g_autoptr(GPtrArray) listed = g_ptr_array_new();
        g_autofree char *vector = NULL;

        for (guint i = 0; i < n; i++)
            if (subset & 1U << i)
                g_ptr_array_add(listed, oids[i]);
        g_ptr_array_add(listed, NULL);
        vector = g_strjoinv(" ", (char **)listed->pdata);
        g_string_append_printf(array, "%s\"%s\"", subset ? "," : "", vector);
        g_ptr_array_add(bench->hidden, g_strjoinv(",", (char **)listed->pdata));
    }
    g_string_append_c(array, '}');
    bench->configurations = g_string_free(array, FALSE);
}

static Bench
bench_on(const PgaTestServer *server)
{
    Bench bench = {.tpch = pga_tpch_new(server, NULL),
                   .hidden = g_ptr_array_new_with_free_func(g_free),
                   .costs = g_ptr_array_new_with_free_func(g_free)};
    g_autoptr(GError) error = NULL;
    g_autoptr(PGresult) prepared = NULL;
    g_autofree char *queries = pga_tpch_query_array(bench.tpch);

    bench.clone = pga_tpch_clone(bench.tpch);
    pga_clone_bring_all(bench.clone, &error);
    g_assert_no_error(error);
    pga_tpch_make_indexes(bench.tpch, bench.clone);
    pga_tpch_size_indexes(bench.tpch, bench.clone);
    bench.conn = pga_tpch_connect(bench.clone);
    bench.whatif = pga_whatif_open(bench.clone, &error);
    g_assert_no_error(error);
    add_configurations(&bench);
    prepared = pga_tpch_exec(bench.conn,
                             "SELECT array_agg(pgarchitect_whatif.prepare(q) ORDER BY n) FROM"
                             " unnest($1::text[]) WITH ORDINALITY u (q, n)",
                             (const char *const[]){queries}, 1);
    bench.statements = g_strdup(PQgetvalue(prepared, 0, 0));
    return bench;
}

static void
bench_clear(Bench *bench)
{
    PQfinish(bench->conn);
    pga_whatif_free(bench->whatif);
    pga_clone_free(bench->clone);
    pga_tpch_free(bench->tpch);
    g_free(bench->statements);
    g_free(bench->configurations);
    g_ptr_array_unref(bench->hidden);
    g_ptr_array_unref(bench->costs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

static Seconds
run_cost(Bench *bench)
{
    const Seconds begun = now(bench->conn);
    g_autoptr(PGresult) rows =
        pga_tpch_exec(bench->conn,
                      "SELECT total_cost, indexes, message FROM"
                      " pgarchitect_whatif.cost($1::int4[], $2::oidvector[])",
                      (const char *const[]){bench->statements, bench->configurations}, 2);
    const Seconds took = since(bench->conn, begun);

    g_ptr_array_set_size(bench->costs, 0);
    for (int i = 0; i < PQntuples(rows); i++) {
        g_assert_cmpstr(PQgetvalue(rows, i, 2), ==, "");
        g_ptr_array_add(bench->costs,
                        g_strdup_printf("%.2f", g_ascii_strtod(PQgetvalue(rows, i, 0), NULL)));
    }
    return took;
}

/* (transfer full): of PgaWhatifStatement, prepared */
static GArray *
prepare_all(Bench *bench)
{
    GArray *statements = g_array_new(FALSE, FALSE, sizeof(PgaWhatifStatement));
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < PGA_TPCH_QUERIES; i++) {
        const PgaWhatifStatement statement = {.text = bench->tpch->queries[i]};

        g_array_append_val(statements, statement);
    }
    pga_whatif_prepare(bench->whatif, statements, &error);
    g_assert_no_error(error);
    return statements;
}

/* (transfer full): of PgaWhatifPlan: in the order of cost()'s answers. @oids: of GArray * of
 * guint32, by configuration */
static GArray *
all_plans(const Bench *bench, const GArray *statements, GPtrArray *oids)
{
    GArray *plans = g_array_new(FALSE, FALSE, sizeof(PgaWhatifPlan));

    for (guint c = 0; c < bench->hidden->len; c++) {
        g_auto(GStrv) texts = g_strsplit(g_ptr_array_index(bench->hidden, c), ",", -1);
        GArray *listed = g_array_new(FALSE, FALSE, sizeof(guint32));

        for (guint i = 0; texts[i]; i++) {
            const guint32 oid = (guint32)g_ascii_strtoull(texts[i], NULL, 10);

            g_array_append_val(listed, oid);
        }
        g_ptr_array_add(oids, listed);
        for (guint i = 0; i < PGA_TPCH_QUERIES; i++) {
            const PgaWhatifPlan plan = {.statement =
                                            g_array_index(statements, PgaWhatifStatement, i).number,
                                        .oids = (const guint32 *)listed->data,
                                        .n_oids = listed->len};

            g_array_append_val(plans, plan);
        }
    }
    g_array_set_clear_func(plans, (GDestroyNotify)pga_whatif_plan_clear);
    return plans;
}

static Seconds
run_whatif(Bench *bench)
{
    g_autoptr(GPtrArray) oids = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    g_autoptr(GArray) statements = prepare_all(bench);
    g_autoptr(GArray) plans = all_plans(bench, statements, oids);
    const double cpu = whatif_cpu_seconds(bench->whatif);
    const gint64 begun = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    Seconds took;

    pga_whatif_cost(bench->whatif, plans, &error);
    g_assert_no_error(error);
    took.wall = (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC;
    took.cpu = whatif_cpu_seconds(bench->whatif) - cpu;
    for (guint i = 0; i < plans->len; i++) {
        g_autofree char *cost =
            g_strdup_printf("%.2f", g_array_index(plans, PgaWhatifPlan, i).total_cost);

        g_assert_cmpstr(cost, ==, g_ptr_array_index(bench->costs, i));
    }
    return took;
}

static Seconds
run_explain(Bench *bench)
{
    const Seconds begun = now(bench->conn);

    bench->differ = 0;
    for (guint c = 0; c < bench->hidden->len; c++) {
        PQclear(pga_tpch_exec(bench->conn,
                              "SELECT set_config('pgarchitect_whatif.hide', $1, false)",
                              (const char *const[]){g_ptr_array_index(bench->hidden, c)}, 1));
        for (guint i = 0; i < PGA_TPCH_QUERIES; i++) {
            g_autofree char *cost = pga_tpch_explain(bench->conn, bench->tpch->queries[i]);

            bench->differ +=
                strcmp(cost, g_ptr_array_index(bench->costs, c * PGA_TPCH_QUERIES + i)) != 0;
        }
    }
    return since(bench->conn, begun);
}

/* Candidates of three columns of each table, in every order, until there are enough. */
static GPtrArray *
crowd(const Bench *bench)
{
    GPtrArray *indexes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_whatif_index_free);

    for (guint n = 0; indexes->len < CROWD; n++) {
        const GPtrArray *relations = bench->tpch->catalog->relations;
        const PgaRelation *relation = g_ptr_array_index(relations, n % relations->len);
        const guint columns = relation->attributes->len, k = n / relations->len;
        const guint first = k % columns, second = k / columns % columns,
                    third = k / columns / columns % columns;
        PgaWhatifIndex *index;

        if (first == second || second == third || first == third)
            continue;
        index = g_new0(PgaWhatifIndex, 1);
        index->sql = g_strdup_printf(
            "CREATE INDEX crowd_%u ON public.%s (%s, %s, %s)", n, relation->relname,
            ((PgaAttribute *)g_ptr_array_index(relation->attributes, first))->attname,
            ((PgaAttribute *)g_ptr_array_index(relation->attributes, second))->attname,
            ((PgaAttribute *)g_ptr_array_index(relation->attributes, third))->attname);
        g_ptr_array_add(indexes, index);
    }
    return indexes;
}

/* The same plans with indexes about that are not to be seen. */
static void
measure_crowded(Bench *bench)
{
    g_autoptr(GPtrArray) indexes = crowd(bench);
    const double cpu = whatif_cpu_seconds(bench->whatif);
    const gint64 begun = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    const guint n = bench->hidden->len * PGA_TPCH_QUERIES;
    double made;
    Seconds whatif;

    pga_whatif_create(bench->whatif, indexes, &error);
    g_assert_no_error(error);
    made = (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC;
    for (guint i = 0; i < indexes->len; i++)
        g_assert_cmpuint(((PgaWhatifIndex *)g_ptr_array_index(indexes, i))->oid, !=, 0);
    g_print("%u candidates made and measured in %.1f s, %.2f ms of CPU each\n", indexes->len, made,
            1000 * (whatif_cpu_seconds(bench->whatif) - cpu) / indexes->len);
    for (guint round = 1; round <= ROUNDS; round++) {
        whatif = run_whatif(bench);
        g_print("round %u: among them %.0f plans/s, %.0f of their CPU\n", round, n / whatif.wall,
                n / whatif.cpu);
    }
}

/* How many costs differ between the two ways. */
static guint
measure(const PgaTestServer *server)
{
    g_auto(Bench) bench = bench_on(server);
    const guint n = bench.hidden->len * PGA_TPCH_QUERIES;
    guint differ = 0;

    g_print("PostgreSQL %s: %d queries, %u sets of indexes\n", server->version, PGA_TPCH_QUERIES,
            bench.hidden->len);
    for (guint round = 1; round <= ROUNDS; round++) {
        const Seconds cost = run_cost(&bench), whatif = run_whatif(&bench),
                      explain = run_explain(&bench);

        g_assert_cmpuint(bench.costs->len, ==, n);
        differ += bench.differ;
        g_print("round %u: cost() %.0f plans/s, %.0f of its CPU; EXPLAIN %.0f, %.0f; ratio %.1f, "
                "%.1f; %u of %u costs differ\n",
                round, n / cost.wall, n / cost.cpu, n / explain.wall, n / explain.cpu,
                explain.wall / cost.wall, explain.cpu / cost.cpu, bench.differ, n);
        g_print("         %u sessions at once: %.0f plans/s, %.0f of their CPU\n",
                bench.whatif->lines->len, n / whatif.wall, n / whatif.cpu);
    }
    measure_crowded(&bench);
    return differ;
}

static gboolean
wanted(const PgaTestServer *server, char *const *majors)
{
    g_autofree char *major = g_strdup_printf("%u", server->major);

    return *majors ? g_strv_contains((const char *const *)majors, major)
                   : pga_tpch_obstacle(server) == NULL;
}

int
main(G_GNUC_UNUSED int argc, char **argv)
{
    const GPtrArray *servers = pga_test_servers();
    guint differ = 0, n = 0;

    pga_test_lab_init();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        const char *obstacle = pga_tpch_obstacle(server);

        if (!wanted(server, argv + 1))
            continue;
        if (obstacle)
            g_printerr("PostgreSQL %s: %s\n", server->version, obstacle);
        else
            differ += measure(server);
        n += !obstacle;
    }
    if (n == 0)
        g_printerr("nothing was measured\n");
    return pga_test_lab_finish(n == 0 || differ > 0);
}

/* Any bytes as a logged statement, behind a NUL its parameters; as what pg_stat_statements
 * recorded; as a script. Whatever is kept is bounded and UTF-8, and shares of a query add up to 1.
 */
#include <math.h>
#include <parse/node.h>
#include <parse/query_set.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static PgaCatalog *
small_catalog(void)
{
    static const char *const names[] = {"a", "b", "c"};
    PgaCatalog *catalog = pga_catalog_new();

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        PgaRelation *relation = pga_catalog_add_relation(catalog, 10 + i, "public", names[i]);

        relation->relkind = 'r';
        for (guint j = 0; j < G_N_ELEMENTS(names); j++)
            pga_relation_add_attribute(relation, (gint16)(j + 1), names[j])->typname =
                g_strdup(j ? "varchar" : "int4");
    }
    pga_catalog_finish(catalog);
    return catalog;
}

static PgaPlannerData *
small_statistics(void)
{
    PgaPlannerData *data = pga_planner_data_new();
    PgaColumnStatistics *column = pga_planner_data_add_column(data, 10);

    column->attname = g_strdup("a");
    column->slots[0].kind = 1;
    column->slots[0].values = g_strdup("{1,2,3}");
    column->slots[1].kind = 2;
    column->slots[1].values = g_strdup("{4,5,6,7,\"8'\\\\\"}");
    return data;
}

static void
check_query(const PgaQuery *query)
{
    double sum = 0;

    g_assert_nonnull(query->fingerprint);
    g_assert_true(g_utf8_validate(query->text, -1, NULL));
    g_assert_true((query->samples->len == 0) == (query->not_analysed != NULL));
    for (guint i = 0; i < query->samples->len; i++) {
        const PgaQuerySample *sample = g_ptr_array_index(query->samples, i);

        sum += sample->share;
        g_assert_true(g_utf8_validate(sample->text, -1, NULL));
    }
    g_assert_true(query->samples->len == 0 || fabs(sum - 1) < 1e-6);
}

static void
check(PgaQueryGatherer *gatherer)
{
    static PgaCatalog *catalog;
    static PgaPlannerData *statistics;
    g_autoptr(PgaQuerySet) set = pga_query_gatherer_finish(gatherer);

    if (!catalog) {
        catalog = small_catalog();
        statistics = small_statistics();
    }
    pga_query_set_represent(set, catalog, statistics);
    for (guint i = 0; i < set->queries->len; i++)
        check_query(g_ptr_array_index(set->queries, i));
}

static void
gather_logged(const char *text, gsize length)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    const char *parameters = length > 0 ? memchr(text, '\0', length) : NULL;
    PgaLogStatement statement = {.text = text, .length = length, .duration_ms = 1};

    if (parameters) {
        statement.length = (gsize)(parameters - text);
        statement.parameters = parameters + 1;
        statement.parameters_length = length - statement.length - 1;
    }
    g_assert_true(pga_query_gather_logged(gatherer, &statement, NULL));
    statement.is_plan = TRUE;
    g_assert_true(pga_query_gather_logged(gatherer, &statement, NULL));
    check(gatherer);
}

static void
gather_recorded(const char *text)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaWorkload) workload = pga_workload_new();
    PgaWorkloadStatement *statement =
        pga_record_add(workload->statements, &pga_workload_statement_type);

    statement->query = g_strdup(text);
    pga_query_gather_workload(gatherer, workload);
    check(gatherer);
}

static void
gather_script(const char *text, gsize length)
{
    g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
    g_autoptr(PgaScript) script = pga_script_parse(text, length, "fuzz.sql", NULL);

    if (script)
        pga_query_gather_script(gatherer, script);
    check(gatherer);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    /* a read behind the end of @data is seen */
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    gather_logged((const char *)data, size);
    gather_recorded(valid);
    gather_script((const char *)data, size);
    return 0;
}

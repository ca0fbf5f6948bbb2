/* Rules about statements, from a workload made by hand: what makes each fire, and each guard. */
#include <pattern_internal.h>
#include <statement_internal.h>

#include "server.h"

/* Ten hours of statements in three days. */
#define TOTAL 36000000.0

static Model *
busy_new(void)
{
    Model *model = model_new();

    model->workload->known = TRUE;
    model->workload->total_time = TOTAL;
    model->workload->stats_age = 3 * DAY;
    model->workload->dealloc = 0;
    return model;
}

static PgaWorkloadStatement *
statement(Model *model, const char *query, gint64 calls, double share)
{
    PgaWorkloadStatement *made =
        pga_record_add(model->workload->statements, &pga_workload_statement_type);

    made->query = g_strdup(query);
    made->fingerprint = g_strdup_printf("%016x", model->workload->statements->len);
    made->parsed = made->toplevel = TRUE;
    made->command = 's';
    made->calls = made->rows = calls;
    made->total_exec_time = share * TOTAL;
    made->mean_exec_time = made->total_exec_time / (double)MAX(calls, 1);
    made->relations = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    made->star_relations = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    return made;
}

static void
reads(PgaWorkloadStatement *made, const PgaRelation *relation)
{
    g_array_append_val(made->relations, relation->oid);
}

static PgaPredicate *
compares(PgaWorkloadStatement *made, const PgaRelation *relation, gint16 attnum,
         const char *operator_)
{
    PgaPredicate *predicate = pga_record_add(made->predicates, &pga_predicate_type);

    predicate->relation = relation->oid;
    predicate->attnum = attnum;
    predicate->operator_ = g_strdup(operator_);
    return predicate;
}

static const PgaFinding *
first(const Model *model)
{
    return g_ptr_array_index(model->findings, 0);
}

static void
test_nothing_known(void)
{
    static const char *const rules[] = {"query-top-total-time", "query-select-star",
                                        "text-pattern-no-opclass", "trigram-index-missing",
                                        "index-timestamp-not-last"};

    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autoptr(Model) model = model_new();

        g_assert_cmpint(model_run(model, rules[i]), ==, NOT_EVALUATED);
    }
}

static void
test_why_nothing_is_known(void)
{
    g_autoptr(Model) model = model_new();
    const PgaNotChecked *entry;

    model->workload->why_unknown = g_strdup("nobody counted");
    g_assert_cmpint(model_run(model, "query-temp-spill"), ==, NOT_EVALUATED);
    entry = g_ptr_array_index(model->not_checked, 0);
    g_assert_cmpstr(entry->why, ==, "nobody counted");
}

static void
test_top_total_time(void)
{
    static const struct {
        double share;
        char command;
        gboolean parsed;
        gint64 calls;
        Outcome expected;
    } cases[] = {
        {0.2, 's', TRUE, 10, FIRES}, {0.05, 's', TRUE, 10, SILENT}, {0.2, 'x', TRUE, 10, SILENT},
        {0.2, 0, FALSE, 10, SILENT}, {0.2, 'u', TRUE, 0, SILENT},   {1.2, 'd', TRUE, 10, FIRES},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = busy_new();
        PgaWorkloadStatement *made = statement(model, "SELECT 1", cases[i].calls, cases[i].share);

        made->command = cases[i].command;
        made->parsed = cases[i].parsed;
        g_assert_cmpint(model_run(model, "query-top-total-time"), ==, cases[i].expected);
    }
}

static void
test_top_of_an_idle_database(void)
{
    g_autoptr(Model) model = busy_new();

    statement(model, "SELECT 1", 5, 0.5)->total_exec_time = 500;
    model->workload->total_time = 1000;
    g_assert_cmpint(model_run(model, "query-top-total-time"), ==, SILENT);
}

static void
test_how_a_statement_is_shown(void)
{
    g_autoptr(Model) model = busy_new();
    g_autofree char *long_text = g_strnfill(500, 'x');
    g_autofree char *query = g_strdup_printf("  SELECT\n\t1, '%s'", long_text);
    const PgaFinding *finding;

    statement(model, query, 10, 0.5)->queryid = -7;
    model->workload->stats_age = 7200;
    g_assert_cmpint(model_run(model, "query-top-total-time"), ==, FIRES);
    finding = first(model);
    g_assert_cmpstr(finding->object, ==, "query 0000000000000001");
    g_assert_nonnull(strstr(finding->evidence, "50 % of the time of all statements: 5 h"));
    g_assert_nonnull(strstr(finding->evidence, "The counters cover 2 h only. Query: SELECT 1, 'x"));
    g_assert_true(g_str_has_suffix(finding->evidence, "xx…"));
    g_assert_cmpuint(strlen(finding->evidence), <, 500);
    g_assert_nonnull(strstr(finding->fix.verify, "queryid = -7"));
    g_assert_cmpfloat(finding->impact, ==, 0.5);
    g_assert_cmpstr(finding->impact_unit, ==, PGA_IMPACT_WORKLOAD);
}

static void
test_what_was_thrown_out(void)
{
    g_autoptr(Model) model = busy_new();

    statement(model, "SELECT 1", 10, 0.5);
    model->workload->dealloc = 3;
    g_assert_cmpint(model_run(model, "query-top-total-time"), ==, FIRES);
    g_assert_nonnull(strstr(first(model)->evidence, "threw out entries"));
}

static void
test_no_time_at_all(void)
{
    g_autoptr(Model) model = busy_new();
    PgaWorkloadStatement *made = statement(model, "SELECT 1", 100, 0);

    model->workload->total_time = 0;
    made->rows = 2000000;
    g_assert_cmpint(model_run(model, "query-rows-explosion"), ==, FIRES);
    g_assert_cmpfloat(first(model)->impact, ==, 0);
}

static void
test_units(void)
{
    g_autofree char *small = pga_share_text(0.004), *large = pga_share_text(0.42);
    g_autofree char *tiny = pga_milliseconds_text(0.25), *some = pga_milliseconds_text(250);
    g_autofree char *many = pga_milliseconds_text(250000);

    g_assert_cmpstr(small, ==, "0.4 %");
    g_assert_cmpstr(large, ==, "42 %");
    g_assert_cmpstr(tiny, ==, "0.25 ms");
    g_assert_cmpstr(some, ==, "250 ms");
    g_assert_cmpstr(many, ==, "4.2 min");
}

static void
test_low_cache_hit(void)
{
    static const struct {
        gint64 calls, read, hit;
        PgaWorkloadClass workload;
        Outcome expected;
    } cases[] = {
        {100, 200000, 1000, PGA_WORKLOAD_OLTP, FIRES},
        {100, 200000, 300000, PGA_WORKLOAD_OLTP, SILENT},
        {100, 100000, 1000, PGA_WORKLOAD_OLTP, SILENT},
        {9, 200000, 1000, PGA_WORKLOAD_OLTP, SILENT},
        {100, 200000, 1000, PGA_WORKLOAD_OLAP, SILENT},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = busy_new();
        PgaWorkloadStatement *made = statement(model, "SELECT 1", cases[i].calls, 0.1);

        made->shared_blks_read = cases[i].read;
        made->shared_blks_hit = cases[i].hit;
        made->blk_read_time = i == 0 ? 90000 : 0;
        model->environment->workload = cases[i].workload;
        g_assert_cmpint(model_run(model, "query-low-cache-hit"), ==, cases[i].expected);
        if (cases[i].expected == FIRES)
            g_assert_nonnull(strstr(first(model)->evidence, "Waiting for them took 1.5 min."));
    }
}

static void
test_low_cache_hit_without_times(void)
{
    g_autoptr(Model) model = busy_new();

    statement(model, "SELECT 1", 100, 0.1)->shared_blks_read = 200000;
    g_assert_cmpint(model_run(model, "query-low-cache-hit"), ==, FIRES);
    g_assert_null(strstr(first(model)->evidence, "Waiting"));
}

static void
test_rows_explosion(void)
{
    static const struct {
        gint64 calls, rows;
        char command;
        gboolean has_limit, toplevel;
        Outcome expected;
    } cases[] = {
        {100, 1000000, 's', FALSE, TRUE, FIRES},   {99, 1000000, 's', FALSE, TRUE, SILENT},
        {100, 999999, 's', FALSE, TRUE, SILENT},   {100, 1000000, 's', TRUE, TRUE, SILENT},
        {100, 1000000, 's', FALSE, FALSE, SILENT}, {100, 1000000, 'u', FALSE, TRUE, SILENT},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = busy_new();
        PgaWorkloadStatement *made = statement(model, "SELECT 1", cases[i].calls, 0.1);

        made->rows = cases[i].rows;
        made->command = cases[i].command;
        made->has_limit = cases[i].has_limit;
        made->toplevel = cases[i].toplevel;
        g_assert_cmpint(model_run(model, "query-rows-explosion"), ==, cases[i].expected);
    }
}

static void
test_unstable(void)
{
    static const struct {
        gint64 calls;
        double mean, stddev, max;
        Outcome expected;
    } cases[] = {
        {1000, 5, 100, 1500, FIRES}, {99, 5, 100, 1500, SILENT},  {1000, 50, 100, 6000, SILENT},
        {1000, 5, 100, 400, SILENT}, {1000, 1, 100, 900, SILENT}, {1000, 5, 100, 3200, SILENT},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = busy_new();
        PgaWorkloadStatement *made = statement(model, "SELECT 1", cases[i].calls, 0.1);

        made->mean_exec_time = cases[i].mean;
        made->stddev_exec_time = cases[i].stddev;
        made->max_exec_time = cases[i].max;
        g_assert_cmpint(model_run(model, "query-stddev-unstable"), ==, cases[i].expected);
    }
}

static void
test_planning(void)
{
    static const struct {
        gint64 calls, plans;
        double plan, exec;
        Outcome expected;
    } cases[] = {
        {5000, 5000, 0.2, 0.1, FIRES},    {999, 999, 0.2, 0.1, SILENT},
        {5000, 0, 0.2, 0.1, SILENT},      {5000, 5000, 0.1, 0.2, SILENT},
        {5000, 5000, 0.04, 0.01, SILENT}, {5000, 5000, 2, 0.1, FIRES},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = busy_new();
        PgaWorkloadStatement *made = statement(model, "SELECT 1", cases[i].calls, cases[i].exec);

        made->plans = cases[i].plans;
        made->total_plan_time = cases[i].plan * TOTAL;
        g_assert_cmpint(model_run(model, "query-planning-dominates"), ==, cases[i].expected);
    }
}

static void
test_planning_of_partitions(void)
{
    g_autoptr(Model) model = busy_new();
    PgaRelation *plain = model_table(model, "plain", 10), *logs = model_table(model, "logs", 10);
    PgaWorkloadStatement *made = statement(model, "SELECT 1", 5000, 0.1);
    const PgaOid gone = 4711;

    logs->relkind = 'p';
    made->plans = 5000;
    made->total_plan_time = 0.2 * TOTAL;
    g_array_append_val(made->relations, gone);
    reads(made, plain);
    reads(made, logs);
    g_assert_cmpint(model_run(model, "query-planning-dominates"), ==, FIRES);
    g_assert_nonnull(strstr(first(model)->evidence, "public.logs is partitioned"));
    g_assert_cmpfloat_with_epsilon(first(model)->impact, 0.2, 0.001);
}

static PgaWorkloadStatement *
spilling(Model *model, gint64 calls, double share, double bytes)
{
    PgaWorkloadStatement *made = statement(model, "SELECT 1", calls, share);

    made->temp_blks_written = (gint64)(bytes / PGA_BLOCK * (double)calls);
    return made;
}

static void
test_spill(void)
{
    static const struct {
        gint64 calls;
        double share, bytes;
        Outcome expected;
        PgaSeverity severity;
    } cases[] = {
        {10, 0.1, 5e6, FIRES, PGA_SEVERITY_WARNING},
        {10, 0.001, 5e6, FIRES, PGA_SEVERITY_INFO},
        {9, 0.1, 5e6, SILENT, PGA_SEVERITY_INFO},
        {10, 0.1, 1e6, SILENT, PGA_SEVERITY_INFO},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = busy_new();

        spilling(model, cases[i].calls, cases[i].share, cases[i].bytes);
        g_assert_cmpint(model_run(model, "query-temp-spill"), ==, cases[i].expected);
        if (cases[i].expected == FIRES)
            g_assert_cmpint(first(model)->severity, ==, cases[i].severity);
    }
}

static void
assert_work_mem(Model *model, double bytes, const char *expected)
{
    spilling(model, 100, 0.1, bytes);
    g_assert_cmpint(model_run(model, "query-temp-spill"), ==, FIRES);
    g_assert_cmpuint(first(model)->fix.sql->len, ==, expected ? 1 : 0);
    if (expected)
        g_assert_cmpstr(g_ptr_array_index(first(model)->fix.sql, 0), ==, expected);
    else
        g_assert_nonnull(strstr(first(model)->fix.note, "no answer"));
}

static void
test_work_mem(void)
{
    g_autoptr(Model) unknown = busy_new(), known = server_new(), enough = server_new(),
                     full = server_new(), huge = busy_new();
    Model *const servers[] = {known, enough, full};

    for (guint i = 0; i < G_N_ELEMENTS(servers); i++) {
        servers[i]->workload->known = TRUE;
        servers[i]->workload->total_time = TOTAL;
    }
    assert_work_mem(unknown, 5e6, "SET work_mem = '16MB';");
    assert_work_mem(known, 20e6, "SET work_mem = '64MB';");
    server_set(enough, "work_mem", 1048576);
    assert_work_mem(enough, 20e6, NULL);
    server_set(full, "max_connections", 20000);
    assert_work_mem(full, 20e6, NULL);
    assert_work_mem(huge, 1e9, NULL);
}

static PgaRelation *
wide_table(Model *model, const char *name, gint32 width)
{
    PgaRelation *relation = model_table(model, name, 1000);
    PgaAttributeStats *stats;

    model_column(relation, "id", "integer");
    model_column(relation, "unknown", "text");
    stats = pga_attribute_add_stats(model_column(relation, "body", "text"));
    stats->avg_width = width;
    return relation;
}

static void
test_select_star(void)
{
    static const struct {
        gint32 width;
        gint64 calls;
        char command, relkind;
        Outcome expected;
    } cases[] = {
        {2000, 1000, 's', 'r', FIRES},  {400, 1000, 's', 'r', SILENT},
        {2000, 999, 's', 'r', SILENT},  {2000, 1000, 'x', 'r', SILENT},
        {2000, 1000, 's', 'f', SILENT},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = busy_new();
        PgaRelation *docs = wide_table(model, "docs", cases[i].width);
        PgaWorkloadStatement *made = statement(model, "SELECT * FROM docs", cases[i].calls, 0.1);

        statement(model, "SELECT id FROM docs", 100000, 0.1);
        docs->relkind = cases[i].relkind;
        made->command = cases[i].command;
        g_array_append_val(made->star_relations, docs->oid);
        g_assert_cmpint(model_run(model, "query-select-star"), ==, cases[i].expected);
        if (cases[i].expected == FIRES) {
            g_assert_cmpstr(first(model)->object, ==, "public.docs");
            g_assert_nonnull(strstr(first(model)->evidence, "1 statement asks for SELECT *"));
            g_assert_nonnull(strstr(first(model)->evidence, "body is 2 kB of each row"));
        }
    }
}

static void
test_select_star_of_several(void)
{
    g_autoptr(Model) model = busy_new();
    PgaRelation *docs = wide_table(model, "docs", 2000);

    pga_attribute_add_stats(model_column(docs, "more", "text"))->avg_width = 1000;
    for (guint i = 0; i < 2; i++) {
        PgaWorkloadStatement *made = statement(model, "SELECT * FROM docs", 500, 0.1);

        g_array_append_val(made->star_relations, docs->oid);
    }
    model->workload->total_time = 0;
    g_assert_cmpint(model_run(model, "query-select-star"), ==, FIRES);
    g_assert_nonnull(strstr(first(model)->evidence, "2 statements ask for SELECT *"));
    g_assert_nonnull(strstr(first(model)->evidence, "body, more are 3 kB"));
}

/** orders with a key to customers, and a lookup for each of 1,000 rows of a list. */
typedef struct {
    Model *model;
    PgaRelation *customers, *orders;
    PgaWorkloadStatement *list, *lookup;
    PgaPredicate *predicate;
} Loop;

static Loop
loop_new(gboolean of_children)
{
    Loop loop = {.model = busy_new()};
    const PgaRelation *asked, *listed;

    loop.customers = model_table(loop.model, "customers", 10000);
    model_column(loop.customers, "id", "integer");
    model_column(loop.customers, "state", "text");
    loop.orders = model_table(loop.model, "orders", 10000);
    model_column(loop.orders, "id", "integer");
    model_column(loop.orders, "customer_id", "integer");
    model_foreign_key(loop.model, loop.orders, "customer_id", loop.customers, "id");
    asked = of_children ? loop.orders : loop.customers;
    listed = of_children ? loop.customers : loop.orders;
    loop.list = statement(loop.model, "the list", 100, 0.01);
    loop.list->rows = 2000;
    reads(loop.list, listed);
    loop.lookup = statement(loop.model, "the lookup", 2000, 0.3);
    reads(loop.lookup, asked);
    loop.predicate = compares(loop.lookup, asked, of_children ? 2 : 1, "=");
    return loop;
}

static void
test_n_plus_one(void)
{
    for (guint i = 0; i < 2; i++) {
        Loop loop = loop_new(i == 1);

        compares(loop.lookup, loop.customers, 2, "IS NULL");
        g_assert_cmpint(model_run(loop.model, "query-n-plus-one"), ==, FIRES);
        g_assert_cmpint(first(loop.model)->severity, ==, PGA_SEVERITY_WARNING);
        g_assert_cmpstr(first(loop.model)->object, ==, "query 0000000000000002");
        g_assert_nonnull(strstr(first(loop.model)->evidence, "query 0000000000000001"));
        model_free(loop.model);
    }
}

static void
test_n_plus_one_roughly(void)
{
    Loop loop = loop_new(FALSE);

    loop.list->rows = 1700;
    g_assert_cmpint(model_run(loop.model, "query-n-plus-one"), ==, FIRES);
    g_assert_cmpint(first(loop.model)->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpint(first(loop.model)->confidence, ==, PGA_CONFIDENCE_POSSIBLE);
    model_free(loop.model);
}

/* Each takes one thing away of what makes the pattern. */
static void
test_no_n_plus_one(void)
{
    for (guint i = 0; i < 16; i++) {
        Loop loop = loop_new(i == 15);
        const PgaConstraint *fk = g_ptr_array_index(loop.model->catalog->constraints, 0);
        const PgaOid gone = 4711;

        switch (i) {
        case 0:
            loop.lookup->calls = 999;
            break;
        case 1:
            loop.list->calls = 201;
            break;
        case 2:
            loop.list->rows = 1500;
            break;
        case 3:
            loop.list->command = 'u';
            break;
        case 4:
            loop.list->rows = 0;
            break;
        case 5:
            loop.lookup->command = 'd';
            break;
        case 6:
            loop.lookup->has_aggregate = TRUE;
            break;
        case 7:
            reads(loop.lookup, loop.orders);
            break;
        case 8:
            loop.predicate->disjunct = TRUE;
            break;
        case 9:
            loop.predicate->attnum = 2;
            break;
        case 10:
            compares(loop.lookup, loop.customers, 2, "=");
            break;
        case 11:
            loop.predicate->attnum = 0;
            break;
        case 12:
            g_array_index(loop.list->relations, PgaOid, 0) = gone;
            break;
        case 13:
            g_array_index(loop.lookup->relations, PgaOid, 0) = gone;
            break;
        case 14:
            loop.predicate->constant = g_strdup("1");
            break;
        default:
            g_array_index(fk->conkey, gint16, 0) = 1;
            break;
        }
        g_test_message("%u", i);
        g_assert_cmpint(model_run(loop.model, "query-n-plus-one"), ==, SILENT);
        model_free(loop.model);
    }
}

/** people.name, searched by a statement that reads the table. */
typedef struct {
    Model *model;
    PgaRelation *people;
    PgaAttribute *name;
    PgaWorkloadStatement *search;
    PgaPredicate *predicate;
} Search;

static Search
search_new(const char *type, const char *operator_, char provider, const char *collate)
{
    Search search = {.model = busy_new()};
    PgaDatabase *other, *database;

    other = pga_record_add(search.model->server->databases, &pga_database_type);
    other->datname = g_strdup("other");
    database = pga_record_add(search.model->server->databases, &pga_database_type);
    database->datname = g_strdup("shop");
    database->is_current = TRUE;
    database->provider = provider;
    database->collate = g_strdup(collate);
    search.people = model_table(search.model, "people", 500000);
    search.people->relpages = 1000;
    model_column(search.people, "id", "integer");
    search.name = model_column(search.people, "name", type);
    search.search = statement(search.model, "SELECT 1 FROM people WHERE name LIKE $1", 10, 0.1);
    search.search->shared_blks_hit = 4000;
    search.search->shared_blks_read = 6000;
    search.predicate = compares(search.search, search.people, 2, operator_);
    return search;
}

static PgaIndex *
index_as(Search *search, const char *amname, const char *tail)
{
    PgaIndex *index = model_index(search->model, search->people, "people_name", "name");

    g_free(index->amname);
    index->amname = g_strdup(amname);
    g_free(index->definition);
    index->definition =
        g_strdup_printf("CREATE INDEX people_name ON public.people USING %s (%s)", amname, tail);
    return index;
}

static void
test_prefix(void)
{
    static const struct {
        const char *type, *expected;
    } cases[] = {
        {"text", "text_pattern_ops"},
        {"character varying(20)", "varchar_pattern_ops"},
        {"character(20)", "bpchar_pattern_ops"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Search search = search_new(cases[i].type, "LIKE", 'c', "en_US.UTF-8");
        g_autofree char *expected =
            g_strdup_printf("CREATE INDEX CONCURRENTLY people_name_pattern_idx ON public.people "
                            "(name %s);",
                            cases[i].expected);

        index_as(&search, "btree", "name");
        g_assert_cmpint(model_run(search.model, "text-pattern-no-opclass"), ==, FIRES);
        g_assert_cmpstr(first(search.model)->object, ==, "public.people.name");
        g_assert_cmpint(first(search.model)->severity, ==, PGA_SEVERITY_WARNING);
        g_assert_cmpint(first(search.model)->confidence, ==, PGA_CONFIDENCE_LIKELY);
        g_assert_cmpint(first(search.model)->fix.safety, ==, PGA_SAFETY_SAFE);
        g_assert_cmpstr(g_ptr_array_index(first(search.model)->fix.sql, 0), ==, expected);
        model_free(search.model);
    }
}

static void
test_prefix_of_little_cost(void)
{
    Search search = search_new("text", "LIKE", 'i', "en-US");

    index_as(&search, "btree", "name");
    search.people->relkind = 'p';
    model_partition(search.model, search.people, "people_1", 500000)->relpages = 1000;
    search.predicate->constant = g_strdup("abc%");
    search.search->total_exec_time = 1;
    g_assert_cmpint(model_run(search.model, "text-pattern-no-opclass"), ==, FIRES);
    g_assert_cmpint(first(search.model)->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpint(first(search.model)->confidence, ==, PGA_CONFIDENCE_CERTAIN);
    g_assert_cmpint(first(search.model)->fix.safety, ==, PGA_SAFETY_REVIEW);
    model_free(search.model);
}

/* Where a prefix is served, or nobody asks for one. */
static void
test_no_prefix(void)
{
    static const struct {
        const char *collate, *column, *amname, *tail;
        Outcome expected;
        char provider;
    } cases[] = {
        {"C", NULL, "btree", "name", SILENT, 'c'},
        {"POSIX", NULL, "btree", "name", SILENT, 'c'},
        {"C.UTF-8", NULL, "btree", "name", SILENT, 'b'},
        {"C.UTF-8", NULL, "btree", "name", FIRES, 'c'},
        {"C", NULL, "btree", "name", FIRES, 'i'},
        {"de_DE", "\"C\"", "btree", "name", SILENT, 'c'},
        {"C", "\"de_DE\"", "btree", "name", FIRES, 'c'},
        {"de_DE", NULL, "btree", "name COLLATE \"C\"", SILENT, 'c'},
        {"C", NULL, "btree", "name COLLATE \"de_DE\", id", FIRES, 'c'},
        {"de_DE", NULL, "btree", "name COLLATE pg_catalog.pg_c_utf8", SILENT, 'c'},
        {"de_DE", NULL, "btree", "name text_pattern_ops", SILENT, 'c'},
        {"de_DE", NULL, "spgist", "name", SILENT, 'c'},
        {"de_DE", NULL, "hash", "name", SILENT, 'c'},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Search search = search_new("text", "LIKE", cases[i].provider, cases[i].collate);

        search.name->collation = g_strdup(cases[i].column);
        index_as(&search, cases[i].amname, cases[i].tail);
        g_test_message("%u", i);
        g_assert_cmpint(model_run(search.model, "text-pattern-no-opclass"), ==, cases[i].expected);
        model_free(search.model);
    }
}

/* Each takes one thing away that makes it a finding. */
static void
test_no_pattern_search(void)
{
    for (guint i = 0; i < 15; i++) {
        Search search = search_new("text", "LIKE", 'c', "de_DE");
        PgaIndex *index = index_as(&search, "btree", "name");

        switch (i) {
        case 0:
            search.people->reltuples = 9999;
            break;
        case 1:
            search.search->shared_blks_hit = search.search->shared_blks_read = 2000;
            break;
        case 2:
            search.people->relpages = 0;
            break;
        case 3:
            search.search->calls = 0;
            break;
        case 4:
            search.predicate->constant = g_strdup("%abc");
            break;
        case 5:
            search.predicate->constant = g_strdup("ab%");
            break;
        case 6:
            search.predicate->with_relation = search.people->oid;
            break;
        case 7:
            search.predicate->attnum = 1;
            break;
        case 8:
            search.predicate->relation = 4711;
            break;
        case 9:
            search.people->relpersistence = 't';
            break;
        case 10:
            index->indisvalid = FALSE;
            break;
        case 11:
            index->pred = g_strdup("(name IS NOT NULL)");
            break;
        case 13:
            search.search->command = 'x';
            break;
        case 12:
            search.predicate->attnum = 0;
            break;
        default:
            g_array_set_size(index->indkey, 0);
        }
        g_test_message("%u", i);
        g_assert_cmpint(model_run(search.model, "text-pattern-no-opclass"), ==, SILENT);
        model_free(search.model);
    }
}

static void
test_collation_unknown(void)
{
    Search search = search_new("text", "LIKE", 'c', "de_DE");

    index_as(&search, "btree", "name");
    for (guint i = 0; i < search.model->server->databases->len; i++)
        ((PgaDatabase *)g_ptr_array_index(search.model->server->databases, i))->is_current = FALSE;
    g_assert_cmpint(model_run(search.model, "text-pattern-no-opclass"), ==, SILENT);
    model_free(search.model);
}

static void
test_trigram(void)
{
    Search search = search_new("text", "ILIKE", 'c', "de_DE");

    compares(search.search, search.people, 2, "ILIKE")->disjunct = TRUE;
    g_assert_cmpint(model_run(search.model, "trigram-index-missing"), ==, FIRES);
    g_assert_cmpuint(search.model->findings->len, ==, 1);
    g_assert_cmpfloat_with_epsilon(first(search.model)->impact, 0.1, 0.0001);
    g_assert_cmpstr(g_ptr_array_index(first(search.model)->fix.sql, 0), ==,
                    "CREATE EXTENSION IF NOT EXISTS pg_trgm;");
    g_assert_cmpstr(g_ptr_array_index(first(search.model)->fix.sql, 1), ==,
                    "CREATE INDEX CONCURRENTLY people_name_trgm_idx ON public.people USING gin "
                    "(name gin_trgm_ops);");
    g_assert_cmpstr(g_ptr_array_index(first(search.model)->fix.undo, 1), ==,
                    "DROP EXTENSION pg_trgm;");
    g_assert_cmpint(first(search.model)->proof.kind, ==, PGA_PROOF_NONE);
    model_free(search.model);
}

static void
test_trigram_with_extension(void)
{
    Search search = search_new("text", "ILIKE", 'c', "de_DE");
    PgaExtension *extension;

    pga_catalog_add_extension(search.model->catalog, "hstore");
    extension = pga_catalog_add_extension(search.model->catalog, "pg_trgm");
    extension->nspname = g_strdup("Ext");
    search.search->total_exec_time = 1;
    g_assert_cmpint(model_run(search.model, "trigram-index-missing"), ==, FIRES);
    g_assert_cmpint(first(search.model)->severity, ==, PGA_SEVERITY_INFO);
    g_assert_cmpstr(g_ptr_array_index(first(search.model)->fix.sql, 0), ==,
                    "CREATE INDEX CONCURRENTLY people_name_trgm_idx ON public.people USING gin "
                    "(name \"Ext\".gin_trgm_ops);");
    g_assert_cmpint(first(search.model)->proof.kind, ==, PGA_PROOF_EXECUTE);
    model_free(search.model);
}

static void
test_trigram_by_pattern(void)
{
    static const struct {
        const char *constant, *amname, *tail;
        Outcome expected;
        PgaConfidence confidence;
    } cases[] = {
        {"%abc", "btree", "name", FIRES, PGA_CONFIDENCE_CERTAIN},
        {"_abc", "hash", "name", FIRES, PGA_CONFIDENCE_CERTAIN},
        {"%a_c%", "btree", "name", SILENT, PGA_CONFIDENCE_CERTAIN},
        {"abc%", "hash", "name", SILENT, PGA_CONFIDENCE_CERTAIN},
        {NULL, "btree", "name text_pattern_ops", FIRES, PGA_CONFIDENCE_CERTAIN},
        {NULL, "btree", "name", SILENT, PGA_CONFIDENCE_CERTAIN},
        {NULL, "hash", "name", FIRES, PGA_CONFIDENCE_POSSIBLE},
        {NULL, "gin", "name gin_trgm_ops", SILENT, PGA_CONFIDENCE_CERTAIN},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Search search = search_new("text", "LIKE", 'c', "de_DE");

        search.predicate->constant = g_strdup(cases[i].constant);
        index_as(&search, cases[i].amname, cases[i].tail);
        g_test_message("%u", i);
        g_assert_cmpint(model_run(search.model, "trigram-index-missing"), ==, cases[i].expected);
        if (cases[i].expected == FIRES)
            g_assert_cmpint(first(search.model)->confidence, ==, cases[i].confidence);
        model_free(search.model);
    }
}

/* What Django makes of icontains. */
static void
test_trigram_of_function(void)
{
    static const struct {
        const char *expression, *exprs, *definition;
        Outcome expected;
    } cases[] = {
        {"upper((name)::text)", NULL, NULL, FIRES},
        {"lower(name)", NULL, NULL, FIRES},
        {"lower(other)", NULL, NULL, SILENT},
        {"lowercase(name)", NULL, NULL, SILENT},
        {"upper(name)", "upper(name)", "upper(name) gin_trgm_ops", SILENT},
        {"upper(name)", "upper(name)", "upper(name)", SILENT},
        {"upper(name)", "lower(name)", "lower(name)", FIRES},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Search search = search_new("text", "LIKE", 'c', "de_DE");
        PgaIndex *index;

        search.predicate->attnum = 0;
        search.predicate->expression = g_strdup(cases[i].expression);
        if (cases[i].exprs) {
            index = index_as(&search, i == 4 ? "gin" : "btree", cases[i].definition);
            g_array_index(index->indkey, gint16, 0) = 0;
            index->exprs = g_strdup(cases[i].exprs);
        }
        g_test_message("%u", i);
        g_assert_cmpint(model_run(search.model, "trigram-index-missing"), ==, cases[i].expected);
        if (i == 0)
            g_assert_cmpstr(g_ptr_array_index(first(search.model)->fix.sql, 1), ==,
                            "CREATE INDEX CONCURRENTLY people_name_trgm_idx ON public.people "
                            "USING gin (upper(name) gin_trgm_ops);");
        model_free(search.model);
    }
}

static void
test_two_searches(void)
{
    Search search = search_new("text", "ILIKE", 'c', "de_DE");
    PgaWorkloadStatement *other = statement(search.model, "another", 10, 0.05);

    other->shared_blks_hit = 10000;
    compares(other, search.people, 2, "ILIKE");
    compares(other, search.people, 2, "=");
    search.model->workload->total_time = 0;
    g_assert_cmpint(model_run(search.model, "trigram-index-missing"), ==, FIRES);
    g_assert_cmpuint(search.model->findings->len, ==, 1);
    g_assert_cmpfloat(first(search.model)->impact, ==, 0);
    model_free(search.model);
}

/** An index on (shop, at, account), and a statement that asks for all three. */
typedef struct {
    Model *model;
    PgaRelation *events;
    PgaIndex *index;
    PgaWorkloadStatement *statement;
} Range;

static Range
range_new(const char *columns)
{
    Range range = {.model = busy_new()};

    range.events = model_table(range.model, "events", 1000000);
    model_column(range.events, "shop", "integer");
    model_column(range.events, "at", "timestamp with time zone");
    model_column(range.events, "account", "integer");
    range.index = model_index(range.model, range.events, "events_idx", columns);
    range.statement = statement(range.model, "SELECT 1 FROM events", 10, 0.1);
    compares(range.statement, range.events, 1, "=");
    compares(range.statement, range.events, 2, ">");
    compares(range.statement, range.events, 3, "=");
    return range;
}

static void
test_time_first(void)
{
    static const struct {
        const char *columns, *better;
    } cases[] = {
        {"shop at account", "(shop, account, at)"},
        {"at shop account", "(shop, account, at)"},
        {"at account", "(account, at)"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Range range = range_new(cases[i].columns);
        const PgaPlanChange *plan;

        statement(range.model, "another", 10, 0.2);
        g_assert_cmpint(model_run(range.model, "index-timestamp-not-last"), ==, FIRES);
        g_assert_cmpstr(first(range.model)->object, ==, "public.events_idx");
        g_assert_true(
            g_str_has_suffix(g_strchomp(g_ptr_array_index(first(range.model)->fix.sql, 0)), ";"));
        g_assert_nonnull(
            strstr(g_ptr_array_index(first(range.model)->fix.sql, 0), cases[i].better));
        g_assert_cmpint(first(range.model)->proof.kind, ==, PGA_PROOF_PLAN);
        plan = g_ptr_array_index(first(range.model)->proof.plans, 0);
        if (i == 2)
            g_assert_cmpstr(plan->statement, ==,
                            "SELECT * FROM public.events WHERE at > $1 AND account = $2");
        model_free(range.model);
    }
}

static void
test_time_where_it_belongs(void)
{
    for (guint i = 0; i < 12; i++) {
        Range range = range_new(i == 0 ? "shop account at" : "at account");
        PgaPredicate *time = g_ptr_array_index(range.statement->predicates, 1);
        PgaPredicate *account = g_ptr_array_index(range.statement->predicates, 2);

        switch (i) {
        case 0:
            break;
        case 1:
            range.events->reltuples = 9999;
            break;
        case 2:
            range.statement->has_order = range.statement->has_limit = TRUE;
            break;
        case 3:
            account->disjunct = TRUE;
            break;
        case 4:
            account->with_relation = range.events->oid;
            break;
        case 5:
            time->operator_[0] = '=';
            break;
        case 6:
            account->relation = 4711;
            break;
        case 7:
            model_index(range.model, range.events, "better", "account at");
            break;
        case 8:
            g_free(range.index->amname);
            range.index->amname = g_strdup("gist");
            break;
        case 10:
            range.statement->command = 'x'; /* COPY (SELECT …) */
            break;
        case 9:
            account->attnum = 0;
            break;
        default:
            range.index->indisvalid = FALSE;
            break;
        }
        g_test_message("%u", i);
        g_assert_cmpint(model_run(range.model, "index-timestamp-not-last"), ==, SILENT);
        model_free(range.model);
    }
}

static void
test_time_behind_another_range(void)
{
    Range range = range_new("shop at account");
    PgaPredicate *shop = g_ptr_array_index(range.statement->predicates, 0);

    shop->operator_[0] = '<';
    g_assert_cmpint(model_run(range.model, "index-timestamp-not-last"), ==, SILENT);
    model_free(range.model);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/workload/nothing-known", test_nothing_known);
    g_test_add_func("/rules/workload/why-nothing-is-known", test_why_nothing_is_known);
    g_test_add_func("/rules/workload/top-total-time", test_top_total_time);
    g_test_add_func("/rules/workload/top-of-an-idle-database", test_top_of_an_idle_database);
    g_test_add_func("/rules/workload/how-a-statement-is-shown", test_how_a_statement_is_shown);
    g_test_add_func("/rules/workload/what-was-thrown-out", test_what_was_thrown_out);
    g_test_add_func("/rules/workload/no-time-at-all", test_no_time_at_all);
    g_test_add_func("/rules/workload/units", test_units);
    g_test_add_func("/rules/workload/low-cache-hit", test_low_cache_hit);
    g_test_add_func("/rules/workload/low-cache-hit-without-times",
                    test_low_cache_hit_without_times);
    g_test_add_func("/rules/workload/rows-explosion", test_rows_explosion);
    g_test_add_func("/rules/workload/unstable", test_unstable);
    g_test_add_func("/rules/workload/planning", test_planning);
    g_test_add_func("/rules/workload/planning-of-partitions", test_planning_of_partitions);
    g_test_add_func("/rules/workload/spill", test_spill);
    g_test_add_func("/rules/workload/work-mem", test_work_mem);
    g_test_add_func("/rules/workload/select-star", test_select_star);
    g_test_add_func("/rules/workload/select-star-of-several", test_select_star_of_several);
    g_test_add_func("/rules/workload/n-plus-one", test_n_plus_one);
    g_test_add_func("/rules/workload/n-plus-one-roughly", test_n_plus_one_roughly);
    g_test_add_func("/rules/workload/no-n-plus-one", test_no_n_plus_one);
    g_test_add_func("/rules/workload/prefix", test_prefix);
    g_test_add_func("/rules/workload/prefix-of-little-cost", test_prefix_of_little_cost);
    g_test_add_func("/rules/workload/no-prefix", test_no_prefix);
    g_test_add_func("/rules/workload/no-pattern-search", test_no_pattern_search);
    g_test_add_func("/rules/workload/collation-unknown", test_collation_unknown);
    g_test_add_func("/rules/workload/trigram", test_trigram);
    g_test_add_func("/rules/workload/trigram-with-extension", test_trigram_with_extension);
    g_test_add_func("/rules/workload/trigram-by-pattern", test_trigram_by_pattern);
    g_test_add_func("/rules/workload/trigram-of-function", test_trigram_of_function);
    g_test_add_func("/rules/workload/two-searches", test_two_searches);
    g_test_add_func("/rules/workload/time-first", test_time_first);
    g_test_add_func("/rules/workload/time-where-it-belongs", test_time_where_it_belongs);
    g_test_add_func("/rules/workload/time-behind-another-range", test_time_behind_another_range);
    return g_test_run();
}

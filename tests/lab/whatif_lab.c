#include "whatif_lab.h"
#include <string.h>

/* A partitioned table and hostile functions beside TPC-H. */
static const char more_sql[] =
    "CREATE TABLE event (id int, at date, kind text, doc jsonb) PARTITION BY RANGE (at);"
    "CREATE TABLE event_2023 PARTITION OF event FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');"
    "CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
    "CREATE INDEX event_at_idx ON event (at);"
    "CREATE INDEX event_2023_kind_idx ON event_2023 (kind);"
    "CREATE SCHEMA elsewhere;"
    "CREATE TABLE elsewhere.note (id int PRIMARY KEY, body text);"
    "CREATE FUNCTION public.endless() RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$BEGIN LOOP PERFORM 1; END LOOP; END$$;"
    "CREATE FUNCTION public.stubborn() RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$BEGIN LOOP BEGIN LOOP PERFORM 1; END LOOP; EXCEPTION WHEN query_canceled THEN NULL; END;"
    " END LOOP; END$$;"
    "CREATE FUNCTION public.late() RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$BEGIN PERFORM pg_sleep(2.1); RAISE 'too late'; END$$;"
    "CREATE FUNCTION public.suicide() RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN 1;"
    " END$$;";

void
whatif_lab_clear(WhatifLab *lab)
{
    pga_whatif_free(lab->whatif);
    pga_clone_free(lab->clone);
    g_clear_pointer(&lab->tpch, pga_tpch_free);
}
gboolean
whatif_lab_possible(const PgaTestServer *server)
{
    const char *obstacle = pga_tpch_obstacle(server);

    if (obstacle)
        g_test_skip(obstacle);
    return !obstacle;
}

WhatifLab
whatif_lab_on(const PgaTestServer *server)
{
    WhatifLab lab = {.tpch = pga_tpch_new(server, more_sql)};
    g_autoptr(GError) error = NULL;

    lab.clone = pga_tpch_clone(lab.tpch);
    pga_clone_bring_all(lab.clone, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < pga_clone_not_cloned(lab.clone)->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(pga_clone_not_cloned(lab.clone), i);

        g_test_message("%s: %s", note->what, note->why);
    }
    lab.whatif = pga_whatif_open(lab.clone, &error);
    g_assert_no_error(error);
    return lab;
}

GArray *
whatif_statements_new(void)
{
    GArray *statements = g_array_new(FALSE, TRUE, sizeof(PgaWhatifStatement));

    g_array_set_clear_func(statements, (GDestroyNotify)pga_whatif_statement_clear);
    return statements;
}

void
whatif_add_statement(GArray *statements, const char *text)
{
    const PgaWhatifStatement statement = {.text = text};

    g_array_append_val(statements, statement);
}

const PgaWhatifStatement *
whatif_statement_at(GArray *statements, guint i)
{
    return &g_array_index(statements, PgaWhatifStatement, i);
}

void
whatif_prepare(const WhatifLab *lab, GArray *statements)
{
    g_autoptr(GError) error = NULL;

    pga_whatif_prepare(lab->whatif, statements, &error);
    g_assert_no_error(error);
}

GArray *
whatif_plans_new(void)
{
    GArray *plans = g_array_new(FALSE, TRUE, sizeof(PgaWhatifPlan));

    g_array_set_clear_func(plans, (GDestroyNotify)pga_whatif_plan_clear);
    return plans;
}

void
whatif_add_plan(GArray *plans, gint32 statement, const guint32 *oids, guint n)
{
    const PgaWhatifPlan plan = {.statement = statement, .oids = oids, .n_oids = n};

    g_array_append_val(plans, plan);
}

const PgaWhatifPlan *
whatif_plan_at(GArray *plans, guint i)
{
    return &g_array_index(plans, PgaWhatifPlan, i);
}

void
whatif_cost(const WhatifLab *lab, GArray *plans)
{
    g_autoptr(GError) error = NULL;

    pga_whatif_cost(lab->whatif, plans, &error);
    g_assert_no_error(error);
}

GPtrArray *
whatif_indexes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)pga_whatif_index_free);
}

void
whatif_add_index(GPtrArray *indexes, const char *sql)
{
    PgaWhatifIndex *index = g_new0(PgaWhatifIndex, 1);

    index->sql = g_strdup(sql);
    g_ptr_array_add(indexes, index);
}

PgaWhatifIndex *
whatif_index_at(GPtrArray *indexes, guint i)
{
    return g_ptr_array_index(indexes, i);
}

void
whatif_create(const WhatifLab *lab, GPtrArray *indexes)
{
    g_autoptr(GError) error = NULL;

    pga_whatif_create(lab->whatif, indexes, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < indexes->len; i++)
        if (whatif_index_at(indexes, i)->failure)
            g_test_message("%s: %s", whatif_index_at(indexes, i)->sql,
                           whatif_index_at(indexes, i)->failure);
}

/* (transfer full): "231098.17" */
char *
whatif_explained(const WhatifLab *lab, const char *text, const guint32 *oids, guint n)
{
    PgaWhatifExplain explain = {.text = text, .oids = oids, .n_oids = n, .wants_json = TRUE};
    g_autoptr(GError) error = NULL;
    json_t *plan;
    char *total;

    pga_whatif_explain(lab->whatif, &explain, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(explain.failure, ==, NULL);
    plan = json_loads(explain.json, 0, NULL);
    total = g_strdup_printf(
        "%.2f", json_number_value(json_object_get(json_object_get(json_array_get(plan, 0), "Plan"),
                                                  "Total Cost")));
    g_assert_nonnull(strstr(explain.plan, total));
    json_decref(plan);
    pga_whatif_explain_clear(&explain);
    return total;
}

void
whatif_assert_explained(const WhatifLab *lab, const PgaWhatifPlan *plan, const char *text)
{
    g_autofree char *said = g_strdup_printf("%.2f", plan->total_cost);
    g_autofree char *shown = whatif_explained(lab, text, plan->oids, plan->n_oids);

    g_assert_cmpstr(said, ==, shown);
}

guint32
whatif_used(GArray *plans, guint i, guint n)
{
    const GArray *used = whatif_plan_at(plans, i)->used;

    return used && n < used->len ? g_array_index(used, guint32, n) : 0;
}

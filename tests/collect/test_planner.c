/* Sizes and statistics for the planner, by each way that a role may have, on every server version
 * that is installed. */
#include <string.h>

#include "planner_source.h"

#define MAJOR GPOINTER_TO_UINT(data)

static const PgaCollectOptions no_values = {.no_values = TRUE, .ram_bytes = -1};

static void
test_sizes(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR);
    g_auto(Planned) got = {0};
    g_autofree char *pages = pga_test_value(dsn, "SELECT pg_relation_size('plan.kinds') / 8192");
    g_autofree char *index = pga_test_value(dsn, "SELECT pg_relation_size('plan.kinds_at') / 8192");
    const PgaRelationSize *size;

    planner_source_collect(dsn, NULL, NULL, &got);
    size = planner_source_size(&got, planner_source_oid(dsn, "plan.kinds"));
    g_assert_cmpint(size->pages, ==, g_ascii_strtoll(pages, NULL, 10));
    g_assert_cmpint(size->relpages, ==, size->pages);
    g_assert_cmpint(size->relallvisible, ==, 0);
    g_assert_cmpstr(size->reltuples, ==, "3000");
    size = planner_source_size(&got, planner_source_oid(dsn, "plan.kinds_at"));
    g_assert_cmpint(size->pages, ==, g_ascii_strtoll(index, NULL, 10));
    g_assert_cmpstr(size->reltuples, ==, "3000");
    size = planner_source_size(&got, planner_source_oid(dsn, "plan.empty"));
    g_assert_cmpint(size->pages, ==, 0);
    size = planner_source_size(&got, planner_source_oid(dsn, "plan.empty_pkey"));
    g_assert_cmpint(size->pages, ==, 1);
}

/* What a superuser sees in pg_statistic, in the same form. */
#define SLOT(n)                                                                                    \
    "|| CASE WHEN stakind" #n " <> 0 THEN '|' || stakind" #n " || ' ' || COALESCE(stanumbers" #n   \
    "::text, '-') || ' ' || COALESCE(stavalues" #n "::text, '-') ELSE '' END "
#define EXPECTED_COLUMNS                                                                           \
    "SELECT string_agg(line, E'\\n' ORDER BY line COLLATE \"C\") FROM (SELECT starelid || '|' || " \
    "staattnum || '|' || attname || '|' || stainherit::int || '|' || stanullfrac || '|' || "       \
    "stawidth || '|' || stadistinct " SLOT(1) SLOT(2) SLOT(3) SLOT(4)                              \
        SLOT(5) "AS line FROM pg_statistic JOIN pg_attribute ON attrelid = starelid AND attnum = " \
                "staattnum JOIN pg_class c ON c.oid = starelid WHERE c.relnamespace = "            \
                "'plan'::regnamespace) x"

static void
test_superuser_columns(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR);
    g_autofree char *exact = g_strconcat(dsn,
                                         " options='-c extra_float_digits=3 -c TimeZone=UTC -c "
                                         "DateStyle=ISO -c lc_monetary=C'",
                                         NULL);
    g_autofree char *expected = pga_test_value(exact, EXPECTED_COLUMNS), *columns = NULL;
    g_auto(Planned) got = {0};

    planner_source_collect(dsn, NULL, NULL, &got);
    columns = planner_source_columns(&got);
    g_assert_cmpstr(columns, ==, expected);
    g_assert_nonnull(strstr(columns, "|lower|0|"));
    g_assert_nonnull(strstr(columns, "|a|1|"));
    g_assert_nonnull(strstr(columns, "\"2024-02-29 23:00:00.5+00\""));
    g_assert_cmpuint(got.not_checked->len, ==, 2);
    g_assert_nonnull(planner_source_note(&got, "ends of B-trees"));
}

static const PgaStatisticSlot *
find_slot(const PgaColumnStatistics *column, gint16 kind)
{
    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++)
        if (column->slots[i].kind == kind)
            return &column->slots[i];
    return NULL;
}

static const PgaColumnStatistics *
find_column(const Planned *planned, const PgaColumnStatistics *wanted)
{
    for (guint i = 0; i < planned->data->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(planned->data->columns, i);

        if (column->relation == wanted->relation && column->attnum == wanted->attnum &&
            column->inherited == wanted->inherited)
            return column;
    }
    return NULL;
}

/* pg_stats has no kinds 6 and 7 before 17. */
static void
assert_same_slot(const PgaStatisticSlot *seen, const PgaStatisticSlot *whole, guint major)
{
    if (major < 17 && whole->kind >= 6) {
        g_assert_null(seen);
        return;
    }
    g_assert_nonnull(seen);
    g_assert_cmpstr(seen->numbers, ==, whole->numbers);
    g_assert_cmpstr(seen->values, ==, whole->values);
}

static void
assert_same_column(const PgaColumnStatistics *seen, const PgaColumnStatistics *whole, guint major)
{
    g_assert_cmpstr(seen->attname, ==, whole->attname);
    g_assert_cmpstr(seen->null_frac, ==, whole->null_frac);
    g_assert_cmpstr(seen->n_distinct, ==, whole->n_distinct);
    g_assert_cmpint(seen->width, ==, whole->width);
    for (guint i = 0; i < PGA_STATISTIC_SLOTS && whole->slots[i].kind; i++)
        assert_same_slot(find_slot(seen, whole->slots[i].kind), &whole->slots[i], major);
}

/* A role that may read every table. */
static void
test_view(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR);
    g_autofree char *columns = NULL;
    g_auto(Planned) whole = {0}, seen = {0};

    planner_source_role(dsn, "reader",
                        "GRANT USAGE ON SCHEMA plan TO %s; GRANT SELECT ON ALL TABLES IN SCHEMA "
                        "plan TO %s");
    planner_source_collect(dsn, NULL, NULL, &whole);
    planner_source_collect(dsn, "reader", NULL, &seen);
    g_assert_cmpuint(seen.data->columns->len, >, 25);
    for (guint i = 0; i < seen.data->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(seen.data->columns, i);

        assert_same_column(column, find_column(&whole, column), MAJOR);
    }
    columns = planner_source_columns(&seen);
    g_assert_null(strstr(columns, "|lower|"));
    g_assert_nonnull(planner_source_note(&seen, "statistics of expressions"));
    g_assert_nonnull(strstr(planner_source_note(&seen, "statistics of columns of plan.ruled")->why,
                            "row-level security"));
    g_assert_cmpint(planner_source_note(&seen, "some statistics of columns of plan.kinds") != NULL,
                    ==, MAJOR < 17);
    g_assert_nonnull(planner_source_note(&seen, "numbers of GIN metapages"));
    g_assert_null(planner_source_extremes(&seen, planner_source_oid(dsn, "plan.ruled_pkey")));
    g_assert_nonnull(planner_source_extremes(&seen, planner_source_oid(dsn, "plan.kinds_at")));
}

static void
test_nothing(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR);
    g_auto(Planned) got = {0};
    const PgaNotChecked *note;

    planner_source_role(dsn, "nobody_at_all", "");
    planner_source_collect(dsn, "nobody_at_all", NULL, &got);
    g_assert_cmpuint(got.data->columns->len, ==, 0);
    g_assert_cmpuint(got.data->extremes->len, ==, 0);
    g_assert_cmpuint(got.data->metapages->len, ==, 0);
    g_assert_cmpint(planner_source_size(&got, planner_source_oid(dsn, "plan.kinds"))->pages, >, 0);
    note = planner_source_note(&got, "statistics of columns of 8 relations, plan.");
    g_assert_nonnull(note);
    g_assert_nonnull(strstr(note->why, MAJOR >= 14 ? "pg_read_all_data" : "GRANT SELECT"));
    g_assert_nonnull(planner_source_note(&got, "ends of B-trees"));
}

static void
test_no_values(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR), *extended = NULL;
    g_auto(Planned) direct = {0}, seen = {0};

    planner_source_role(dsn, "reader",
                        "GRANT USAGE ON SCHEMA plan TO %s; GRANT SELECT ON ALL TABLES IN SCHEMA "
                        "plan TO %s");
    planner_source_collect(dsn, NULL, &no_values, &direct);
    planner_source_collect(dsn, "reader", &no_values, &seen);
    g_assert_cmpuint(direct.data->columns->len, >, seen.data->columns->len);
    for (guint i = 0; i < direct.data->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(direct.data->columns, i);
        const PgaColumnStatistics *other = find_column(&seen, column);

        g_assert_true(column->slots[0].kind == 0 || column->slots[0].kind == 3);
        g_assert_null(column->slots[0].values);
        g_assert_cmpint(column->slots[1].kind, ==, 0);
        if (other)
            assert_same_column(other, column, MAJOR);
    }
    extended = planner_source_extended(&direct);
    g_assert_null(strstr(extended, "v1"));
    g_assert_cmpuint(direct.data->extremes->len + seen.data->extremes->len, ==, 0);
    g_assert_nonnull(
        strstr(planner_source_note(&direct, "most common values")->why, "--no-values"));
}

static const PgaExtendedStatistics *
find_extended(const char *dsn, const Planned *planned, const char *name)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT oid FROM pg_statistic_ext WHERE stxname = '%s'", name);
    g_autofree char *oid = pga_test_value(dsn, sql);

    for (guint i = 0; i < planned->data->extended->len; i++) {
        const PgaExtendedStatistics *extended = g_ptr_array_index(planned->data->extended, i);

        if (extended->oid == (PgaOid)g_ascii_strtoull(oid, NULL, 10))
            return extended;
    }
    return NULL;
}

static void
assert_expressions(const PgaExtendedStatistics *extended)
{
    const PgaColumnStatistics *first, *second;

    g_assert_cmpuint(extended->expressions->len, ==, 2);
    g_assert_cmpuint(extended->attnums->len, ==, 1);
    first = g_ptr_array_index(extended->expressions, 0);
    second = g_ptr_array_index(extended->expressions, 1);
    g_assert_cmpint(first->attnum, ==, 1);
    g_assert_cmpint(first->width, ==, 4);
    g_assert_cmpstr(first->n_distinct, ==, "15");
    g_assert_nonnull(find_slot(first, 1));
    g_assert_cmpint(second->attnum, ==, 2);
    g_assert_cmpstr(second->null_frac, ==, "0.2");
    g_assert_cmpstr(find_slot(second, 1)->values, ==, "{v1,v2,v3,v4}");
}

static void
test_extended(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR);
    g_auto(Planned) got = {0};
    const PgaExtendedStatistics *ab, *acd;

    planner_source_collect(dsn, NULL, NULL, &got);
    if (MAJOR < 10) {
        g_assert_cmpuint(got.data->extended->len, ==, 0);
        return;
    }
    ab = find_extended(dsn, &got, "ab");
    g_assert_false(ab->inherited);
    g_assert_cmpint(g_array_index(ab->attnums, gint16, 0), ==, 2);
    g_assert_cmpstr(g_ptr_array_index(ab->attnames, 1), ==, "b");
    g_assert_cmpstr(ab->ndistinct, ==, "{\"2, 3\": 20}");
    g_assert_true(g_str_has_prefix(ab->dependencies, "\\x"));
    g_assert_cmpuint(strlen(ab->dependencies), >=, 54);
    g_assert_null(ab->mcv_values);
    if (MAJOR < 12)
        return;
    acd = find_extended(dsn, &got, "acd");
    g_assert_true(g_str_has_prefix(acd->mcv_values, "{{"));
    g_assert_nonnull(strstr(acd->mcv_values, "it's ok"));
    g_assert_nonnull(strstr(acd->mcv_values, "NULL"));
    g_assert_true(g_str_has_prefix(acd->mcv_nulls, "{{"));
    g_assert_nonnull(strstr(acd->mcv_base_freqs, "0.0"));
    if (MAJOR >= 14)
        assert_expressions(find_extended(dsn, &got, "expressions"));
}

/* "rows never readable": pg_monitor and the two functions. */
static void
test_functions(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR);
    g_autofree char *grants = pga_collect_grants_sql("Minimal"), *passwords = NULL;
    g_autofree char *columns = NULL, *extended = NULL, *seen_columns = NULL, *seen_extended = NULL;
    g_auto(Planned) whole = {0}, seen = {0};

    if (MAJOR < 14) {
        g_test_skip("the functions are for PostgreSQL 14 and later");
        return;
    }
    planner_source_role(dsn, "\"Minimal\"", "");
    pga_test_sql(dsn, grants);
    pga_test_sql(dsn, grants);
    planner_source_collect(dsn, NULL, NULL, &whole);
    planner_source_collect(dsn, "Minimal", NULL, &seen);
    columns = planner_source_columns(&whole);
    seen_columns = planner_source_columns(&seen);
    extended = planner_source_extended(&whole);
    seen_extended = planner_source_extended(&seen);
    g_assert_cmpstr(seen_columns, ==, columns);
    g_assert_cmpstr(seen_extended, ==, extended);
    g_assert_cmpuint(seen.data->extremes->len, ==, 0);
    g_assert_nonnull(planner_source_note(&seen, "the first: no SELECT privilege: constants"));
    g_assert_null(planner_source_note(&seen, "statistics of"));
    passwords = pga_test_value(dsn, "SELECT count(*) FROM pgarchitect.column_statistics("
                                    "ARRAY(SELECT starelid FROM pg_statistic s JOIN pg_class c ON "
                                    "c.oid = starelid WHERE relnamespace = "
                                    "'pg_catalog'::regnamespace), true)");
    g_assert_cmpstr(passwords, ==, "0");
}

/* "nothing installed": pg_monitor and pg_read_all_data, which may read pg_statistic itself. */
static void
test_read_all_data(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR), *columns = NULL, *seen_columns = NULL;
    g_autofree char *extended = NULL, *seen_extended = NULL;
    g_auto(Planned) whole = {0}, seen = {0};

    if (MAJOR < 14) {
        g_test_skip("pg_read_all_data came with PostgreSQL 14");
        return;
    }
    pga_test_sql(dsn, "DROP SCHEMA IF EXISTS pgarchitect CASCADE");
    planner_source_role(dsn, "all_data", "GRANT pg_monitor, pg_read_all_data TO %s");
    planner_source_collect(dsn, NULL, NULL, &whole);
    planner_source_collect(dsn, "all_data", NULL, &seen);
    columns = planner_source_columns(&whole);
    seen_columns = planner_source_columns(&seen);
    g_assert_cmpstr(seen_columns, ==, columns);
    extended = planner_source_extended(&whole);
    seen_extended = planner_source_extended(&seen);
    g_assert_cmpstr(seen_extended, ==, extended);
    g_assert_cmpuint(seen.data->extremes->len, ==, whole.data->extremes->len - 1);
    g_assert_nonnull(planner_source_note(&seen, "B-trees of plan.ruled_pkey: row-level security"));
    g_assert_nonnull(planner_source_note(&seen, "numbers of GIN metapages"));
}

/* The owner of the tables sees what pg_stats_ext shows, and a superuser the bytes. */
static void
test_extended_view(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR), *direct = NULL, *view = NULL;
    g_auto(Planned) whole = {0}, seen = {0};

    if (MAJOR < 14) {
        g_test_skip("expressions and both views came with PostgreSQL 14");
        return;
    }
    planner_source_role(dsn, "owner", "GRANT USAGE ON SCHEMA plan TO %s");
    pga_test_sql(dsn, "ALTER TABLE plan.grouped OWNER TO owner;"
                      "DROP SCHEMA IF EXISTS pgarchitect CASCADE");
    planner_source_collect(dsn, NULL, NULL, &whole);
    planner_source_collect(dsn, "owner", NULL, &seen);
    pga_test_sql(dsn, "ALTER TABLE plan.grouped OWNER TO postgres");
    g_assert_cmpuint(seen.data->extended->len, ==, 3);
    assert_expressions(find_extended(dsn, &seen, "expressions"));
    g_assert_true(
        g_str_has_prefix(find_extended(dsn, &seen, "ab")->dependencies, "{\"3 => 2\": 1.000000"));
    for (guint i = 0; i < seen.data->extended->len; i++)
        g_clear_pointer(
            &((PgaExtendedStatistics *)g_ptr_array_index(seen.data->extended, i))->dependencies,
            g_free);
    for (guint i = 0; i < whole.data->extended->len; i++)
        g_clear_pointer(
            &((PgaExtendedStatistics *)g_ptr_array_index(whole.data->extended, i))->dependencies,
            g_free);
    direct = planner_source_extended(&whole);
    view = planner_source_extended(&seen);
    g_assert_true(g_str_has_prefix(direct, view) || strstr(direct, view));
}

/* A function that somebody else than a superuser may have put there is not called. */
static void
test_untrusted_function(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR), *grants = NULL;
    g_auto(Planned) got = {0};

    if (MAJOR < 14) {
        g_test_skip("the functions are for PostgreSQL 14 and later");
        return;
    }
    grants = pga_collect_grants_sql("nobody_at_all");
    planner_source_role(dsn, "nobody_at_all", "");
    pga_test_sql(dsn, grants);
    pga_test_sql(dsn,

                 "ALTER FUNCTION pgarchitect.column_statistics(oid[], bool) OWNER TO "
                 "nobody_at_all;"
                 "REVOKE EXECUTE ON FUNCTION pgarchitect.extended_statistics(oid[], bool) FROM "
                 "nobody_at_all;");
    planner_source_collect(dsn, "nobody_at_all", NULL, &got);
    pga_test_sql(dsn, "DROP SCHEMA pgarchitect CASCADE");
    g_assert_cmpuint(got.data->columns->len, ==, 0);
    g_assert_nonnull(strstr(planner_source_note(&got, "pgarchitect.column_statistics()")->why,
                            "not owned by a superuser"));
    g_assert_nonnull(strstr(planner_source_note(&got, "pgarchitect.extended_statistics()")->why,
                            "may not execute"));
}

static const PgaColumnStatistics *
column_named(const Planned *planned, const char *attname)
{
    for (guint i = 0; i < planned->data->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(planned->data->columns, i);

        if (strcmp(column->attname, attname) == 0)
            return column;
    }
    return NULL;
}

/* Of the two whose label is gone what is left; nothing is missing of the others. */
static void
assert_all_but_labels(const Planned *got)
{
    const PgaColumnStatistics *bad = column_named(got, "m");

    g_assert_cmpuint(got->data->columns->len, ==, 4);
    g_assert_null(find_slot(bad, 1));
    g_assert_nonnull(find_slot(bad, 3));
    g_assert_cmpint(bad->slots[1].kind, ==, 0);
    g_assert_cmpstr(bad->n_distinct, ==, "2");
    g_assert_null(find_slot(column_named(got, "l"), 1));
    g_assert_nonnull(find_slot(column_named(got, "n"), 1));
    g_assert_nonnull(find_slot(column_named(got, "o"), 1));
}

static char *
corrupt_source(PgaTestCluster *cluster)
{
    char *dsn = pga_test_cluster_database(cluster, "corrupt");

    pga_test_sql(dsn, "CREATE TYPE mood AS ENUM ('sad', 'happy', 'glad');"
                      "CREATE TABLE bad AS SELECT (ARRAY['sad', 'glad'])[1 + i % 2]::mood AS m, "
                      "i % 3 AS n, 'sad'::mood AS l FROM generate_series(1, 100) i;"
                      "CREATE TABLE good AS SELECT i % 3 AS o FROM generate_series(1, 100) i");
    pga_test_sql(dsn, "ANALYZE bad; ANALYZE good; DELETE FROM pg_enum WHERE enumlabel = 'sad'");
    return dsn;
}

/* Values that their type no longer has: what holds them is named, all the rest is read. */
static void
test_corrupt(gconstpointer data)
{
    g_autofree char *dsn = corrupt_source(pga_test_cluster(MAJOR));
    g_auto(Planned) got = {0};
    const PgaNotChecked *note;

    planner_source_collect(dsn, NULL, NULL, &got);
    assert_all_but_labels(&got);
    note = planner_source_note(&got, "some statistics of column public.bad.m: ");
    g_assert_nonnull(note);
    g_assert_nonnull(strstr(note->why, "invalid internal value for enum"));
    g_assert_nonnull(planner_source_note(&got, "some statistics of column public.bad.l: "));
    g_assert_cmpuint(got.not_checked->len, ==, 2);
}

/* As the DBA's function hands them over: the relation's, without its values. */
static void
test_corrupt_by_function(gconstpointer data)
{
    g_autofree char *grants = pga_collect_grants_sql("reader"), *dsn = NULL, *plain = NULL;
    g_auto(Planned) got = {0};

    if (MAJOR < 14) {
        g_test_skip("the functions are for PostgreSQL 14 and later");
        return;
    }
    plain = planner_source_dsn(MAJOR);
    planner_source_role(plain, "reader", "");
    dsn = corrupt_source(pga_test_cluster(MAJOR));
    pga_test_sql(dsn, grants);
    planner_source_collect(dsn, "reader", NULL, &got);
    g_assert_cmpuint(got.data->columns->len, ==, 4);
    g_assert_nonnull(find_slot(column_named(&got, "m"), 3));
    g_assert_null(find_slot(column_named(&got, "n"), 1));
    g_assert_nonnull(find_slot(column_named(&got, "o"), 1));
    g_assert_nonnull(planner_source_note(&got, "statistics of columns of public.bad: "));
}

static void
test_locked(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR);
    const PgaOid kinds = planner_source_oid(dsn, "plan.kinds");
    PGconn *holder = pga_test_session(dsn);
    g_auto(Planned) got = {0};

    PQclear(PQexec(holder, "BEGIN; LOCK TABLE plan.kinds IN ACCESS EXCLUSIVE MODE"));
    planner_source_collect(dsn, NULL, NULL, &got);
    PQfinish(holder);
    g_assert_null(planner_source_size(&got, kinds)); /* the Catalog has left it out */
    g_assert_nonnull(planner_source_size(&got, planner_source_oid(dsn, "plan.own")));
}

/* Locked after the Catalog was read. */
static void
test_locked_later(gconstpointer data)
{
    g_autofree char *dsn = planner_source_dsn(MAJOR);
    const PgaOid oids[] = {planner_source_oid(dsn, "plan.kinds"),
                           planner_source_oid(dsn, "plan.base")};
    const PgaConnectionOptions where = {.dbname = dsn};
    const PgaCollectOptions options = {.ram_bytes = -1};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaConnection) connection = pga_connection_open(&where, &error);
    g_autoptr(GArray) wanted = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    PGconn *holder = pga_test_session(dsn);
    g_auto(Planned) got = {
        .data = pga_planner_data_new(),
        .not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free),
    };

    g_array_append_vals(wanted, oids, 2);
    PQclear(PQexec(holder, "BEGIN; LOCK TABLE plan.kinds IN ACCESS EXCLUSIVE MODE"));
    pga_collect_planner(connection, &options, NULL, wanted, got.data, got.not_checked, &error);
    PQfinish(holder);
    g_assert_no_error(error);
    g_assert_cmpint(planner_source_size(&got, oids[0])->pages, ==, -1);
    g_assert_cmpint(planner_source_size(&got, oids[0])->relpages, >, 0);
    g_assert_cmpint(planner_source_size(&got, oids[1])->pages, >, 0);
    g_assert_null(planner_source_extremes(&got, planner_source_oid(dsn, "plan.kinds_at")));
    g_assert_nonnull(
        strstr(planner_source_note(&got, "size of table plan.kinds")->why, "ACCESS EXCLUSIVE"));
}

static const struct {
    const char *name;
    GTestDataFunc run;
} tests[] = {
    {"sizes/blocks-now-and-as-recorded", test_sizes},
    {"columns/superuser-as-pg-statistic", test_superuser_columns},
    {"columns/view-shows-the-same-slots", test_view},
    {"columns/role-without-rights", test_nothing},
    {"columns/no-values", test_no_values},
    {"columns/corrupt-is-named-others-are-read", test_corrupt},
    {"columns/corrupt-is-named-others-are-read-by-function", test_corrupt_by_function},
    {"extended/all-kinds", test_extended},
    {"extended/view-shows-the-owner", test_extended_view},
    {"privileges/functions-show-all-statistics", test_functions},
    {"privileges/read-all-data", test_read_all_data},
    {"privileges/untrusted-function-is-not-called", test_untrusted_function},
    {"locks/left-out-of-the-catalog", test_locked},
    {"locks/taken-later", test_locked_later},
};

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);

        for (guint j = 0; j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *path =
                g_strdup_printf("/collect/planner/%u/%s", server->major, tests[j].name);

            g_test_add_data_func(path, GUINT_TO_POINTER(server->major), tests[j].run);
        }
    }
    if (servers->len == 0)
        g_test_add_func("/collect/planner/no-server", (GTestFunc)pga_test_have_server);
    return g_test_run();
}

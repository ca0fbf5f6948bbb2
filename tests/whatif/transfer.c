#include "transfer.h"

static const char list_sizes[] =
    "SELECT pg_catalog.format('UPDATE pg_class SET relpages = %s, reltuples = %L,"
    " relallvisible = %s WHERE oid = %L::regclass', relpages, reltuples, relallvisible,"
    " oid::regclass) FROM pg_class"
    " WHERE relkind IN ('r', 'i', 'm') AND relnamespace = 'public'::regnamespace"
    " UNION ALL SELECT pg_catalog.format('SELECT pgarchitect_whatif.put_size(%L::regclass, %s, "
    "%s)',"
    " c.oid::regclass, pg_relation_size(c.oid) / 8192, CASE WHEN amname = 'btree' THEN"
    " (bt_metap(c.oid::regclass::text)).fastlevel ELSE -1 END)"
    " FROM pg_class c LEFT JOIN pg_am a ON a.oid = relam"
    " WHERE relkind IN ('r', 'i', 'm') AND relnamespace = 'public'::regnamespace";

static const char list_statistics[] =
    "SELECT pg_catalog.format('SELECT pgarchitect_whatif.put_statistics(%L::regclass,"
    " (SELECT attnum FROM pg_attribute WHERE attrelid = %1$L::regclass AND attname = %L),"
    " %L, %L, %L, %L, %L, %L, %L)', starelid::regclass, attname, stainherit, stanullfrac,"
    " stawidth, stadistinct, ARRAY[stakind1, stakind2, stakind3, stakind4, stakind5],"
    " ARRAY[stanumbers1::text, stanumbers2::text, stanumbers3::text, stanumbers4::text,"
    " stanumbers5::text], ARRAY[stavalues1::text, stavalues2::text, stavalues3::text,"
    " stavalues4::text, stavalues5::text])"
    " FROM pg_statistic JOIN pg_attribute ON attrelid = starelid AND attnum = staattnum"
    " WHERE starelid >= 16384";

static const char row_as_json[] =
    "CREATE OR REPLACE FUNCTION pg_temp.row_as_json(s pg_statistic) RETURNS text LANGUAGE sql AS"
    " $$ SELECT CASE WHEN s.stawidth IS NOT NULL THEN"
    " json_build_object('null_frac', s.stanullfrac::text, 'width', s.stawidth,"
    " 'n_distinct', s.stadistinct::text,"
    " 'kinds', ARRAY[s.stakind1, s.stakind2, s.stakind3, s.stakind4, s.stakind5],"
    " 'numbers', ARRAY[s.stanumbers1::text, s.stanumbers2::text, s.stanumbers3::text,"
    " s.stanumbers4::text, s.stanumbers5::text],"
    " 'values', ARRAY[s.stavalues1::text, s.stavalues2::text, s.stavalues3::text,"
    " s.stavalues4::text, s.stavalues5::text])::text END $$";

/* %s: how the dependencies are shown. */
static const char list_extended[] =
    "SELECT pg_catalog.format('SELECT pgarchitect_whatif.put_extended_statistics("
    "(SELECT oid FROM pg_statistic_ext WHERE stxname = %%L), %%L, %%L, %%L, %%L, %%L, %%L, %%L,"
    " %%L, %%L, %%L)', statistics_name, %s, stxkeys::int2[],"
    " ARRAY(SELECT attname::text FROM unnest(stxkeys::int2[]) WITH ORDINALITY k (n, o)"
    " JOIN pg_attribute a ON a.attrelid = stxrelid AND attnum = n ORDER BY o),"
    " v.n_distinct, %s, most_common_vals, most_common_val_nulls, most_common_freqs,"
    " most_common_base_freqs,"
    " (SELECT array_agg(pg_temp.row_as_json(stxdexpr[i]) ORDER BY i) FROM"
    " generate_subscripts(stxdexpr, 1) i))"
    " FROM pg_stats_ext v JOIN pg_statistic_ext e ON stxname = statistics_name"
    " JOIN pg_statistic_ext_data d ON stxoid = e.oid %s";

static const char list_metapages[] =
    "SELECT pg_catalog.format('SELECT pgarchitect_whatif.put_metapage(%L::regclass, %L)',"
    " c.oid::regclass, CASE WHEN amname = 'gin' THEN"
    " (SELECT ARRAY[n_pending_pages, n_total_pages, n_entry_pages, n_data_pages, n_entries]"
    " FROM gin_metapage_info(get_raw_page(c.oid::regclass::text, 0))) ELSE"
    " (SELECT ARRAY[lastrevmappage] FROM"
    " brin_metapage_info(get_raw_page(c.oid::regclass::text, 0))) END)"
    " FROM pg_class c JOIN pg_am a ON a.oid = relam"
    " WHERE relkind = 'i' AND amname IN ('gin', 'brin') AND c.oid >= 16384";

/* Each row of @list is a statement for the clone, that answers nothing or NULL. */
static void
transfer(PGconn *source, PGconn *clone, const char *list)
{
    PGresult *statements = PQexec(source, list);

    if (PQresultStatus(statements) != PGRES_TUPLES_OK)
        g_error("%s: %s", list, PQresultErrorMessage(statements));
    g_assert_cmpint(PQntuples(statements), >, 0);
    for (int row = 0; row < PQntuples(statements); row++) {
        const char *statement = PQgetvalue(statements, row, 0);
        g_autofree char *answer = whatif_test_rows(clone, statement);

        if (answer[0] != '\0' && answer[0] != '\n')
            g_error("%s: %s", statement, answer);
    }
    PQclear(statements);
}

void
whatif_transfer_sizes(PGconn *source, PGconn *clone)
{
    transfer(source, clone, list_sizes);
}

void
whatif_transfer_statistics(PGconn *source, PGconn *clone)
{
    transfer(source, clone, list_statistics);
}

void
whatif_transfer_extended(PGconn *source, PGconn *clone, gboolean bytes)
{
    const gboolean inherits = PQserverVersion(source) >= 150000;
    g_autofree char *list = g_strdup_printf(
        list_extended, inherits ? "inherited" : "false",
        bytes ? "'\\x' || encode(pg_dependencies_send(v.dependencies), 'hex')" : "v.dependencies",
        inherits ? "AND stxdinherit = inherited" : "");

    whatif_execute(source, row_as_json);
    transfer(source, clone, list);
}

void
whatif_transfer_ends(PGconn *source, PGconn *clone, const char *index, const char *table,
                     const char *key)
{
    g_autofree char *list =
        g_strdup_printf("SELECT pg_catalog.format('SELECT pgarchitect_whatif.put_extremes("
                        "''%s''::regclass, %%L, %%L)', min(%s)::text, max(%s)::text) FROM %s",
                        index, key, key, table);

    transfer(source, clone, list);
}

void
whatif_transfer_metapages(PGconn *source, PGconn *clone)
{
    transfer(source, clone, list_metapages);
}

void
whatif_execute(PGconn *session, const char *sql)
{
    g_auto(GStrv) statements = g_strsplit(sql, ";", -1);

    for (char **statement = statements; *statement; statement++)
        g_free(whatif_test_rows(session, *statement));
}

void
whatif_assert_same_plan(PGconn *source, PGconn *clone, const char *query)
{
    g_autofree char *explain = g_strconcat("EXPLAIN ", query, NULL);
    g_autofree char *expected = whatif_test_rows(source, explain);
    g_autofree char *got = whatif_test_rows(clone, explain);

    if (g_strcmp0(got, expected) != 0)
        g_test_message("%s", query);
    g_assert_cmpstr(got, ==, expected);
}

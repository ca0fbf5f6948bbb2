#include "request_text.h"

#include <string.h>

#include "cluster.h"
#include "fixture.h"

static const char tables[] =
    "CREATE TABLE person (id int8 PRIMARY KEY, email varchar(80) NOT NULL, name text, born date,"
    " active bool NOT NULL, doc jsonb, tags text[], fts tsvector, place point, during int4range,"
    " at timestamptz, code char(5), boss int8, a int, b int, net inet);"
    "CREATE TABLE orders (id int8, person_id int8 NOT NULL, status text, created timestamp,"
    " amount numeric, total numeric GENERATED ALWAYS AS (amount * 2) STORED);"
    "CREATE TABLE ev (id int8, at timestamp NOT NULL, kind text) PARTITION BY RANGE (at);"
    "CREATE TABLE ev1 PARTITION OF ev FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
    "CREATE TABLE ev2 PARTITION OF ev FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');"
    "CREATE TABLE base (x int, y int); CREATE TABLE heir () INHERITS (base);"
    "CREATE VIEW new_orders AS SELECT * FROM orders WHERE status = 'new';"
    "CREATE TABLE \"Odd\" (\"Key\" int, \"a b\" text, plain text COLLATE \"C\");"
    "CREATE FUNCTION counts(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$BEGIN PERFORM count(*) FROM orders WHERE status = 'hidden'; RETURN $1; END$$;"
    "CREATE FUNCTION asks(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$BEGIN PERFORM pgarchitect_whatif.requests(1); RETURN $1; END$$;"
    "CREATE FUNCTION fails(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$BEGIN RAISE EXCEPTION 'no %', $1; END$$;";

PGconn *
request_test_open(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "requests");
    PGconn *session = whatif_test_session(conninfo);

    g_free(whatif_test_rows(session, tables));
    return session;
}

PgaIndexRequests *
request_test_ask(PGconn *session, const char *statement)
{
    g_autofree char *quoted = PQescapeLiteral(session, statement, strlen(statement));
    g_autofree char *prepare = g_strdup_printf("SELECT pgarchitect_whatif.prepare(%s)", quoted);
    g_autofree char *number = whatif_test_rows(session, prepare);
    g_autofree char *ask =
        g_strdup_printf("SELECT pgarchitect_whatif.requests(%s)", g_strchomp(number));
    g_autofree char *json = whatif_test_rows(session, ask);
    g_autoptr(GError) error = NULL;
    PgaIndexRequests *requests = pga_index_requests_parse(json, &error);

    if (!requests)
        g_error("%s: %s", json, error->message);
    return requests;
}

static const char *const kinds[] = {"equal",   "in",   "range",       "null",     "not null",
                                    "boolean", "join", "like prefix", "operator", "filter"};

static void
put_clause(GString *text, const PgaRequestClause *clause)
{
    g_string_append(text, "  ");
    if (clause->or_group > 0)
        g_string_append_printf(text, "or %u.%u ", clause->or_group, clause->or_arm);
    g_string_append(text, kinds[clause->kind]);
    if (*clause->expression != '\0')
        g_string_append_printf(text, " %s", clause->expression);
    if (clause->is_join)
        g_string_append(text, " joined");
    if (clause->hidden)
        g_string_append_printf(text, " hidden %d by %s: %s, %s", clause->hidden,
                               clause->hidden_by_cast ? "cast" : "collation", clause->hidden_from,
                               clause->hidden_to);
    g_string_append_printf(text, clause->is_constant ? " [%s]\n" : "\n", clause->clause);
}

static void
put_order(GString *text, const PgaRequestOrder *order)
{
    const char *word = order->is_distance ? "distance" : order->any_order ? "any" : "order";

    g_string_append_printf(text, "  %s", word);
    for (guint i = 0; i < order->keys->len; i++) {
        const PgaRequestKey *key = g_ptr_array_index(order->keys, i);

        g_string_append_printf(text, "%s %s%s%s", i > 0 ? "," : "", key->expression,
                               key->descending ? " desc" : "",
                               key->nulls_first ? " nulls first" : "");
    }
    g_string_append_c(text, '\n');
}

static void
put_request(PGconn *session, GString *text, const PgaIndexRequest *request)
{
    g_autofree char *sql = g_strdup_printf("SELECT %u::regclass", request->relation);
    g_autofree char *name = whatif_test_rows(session, sql);

    g_string_append_printf(text, "%s%s", g_strchomp(name),
                           request->needs_whole_row ? " whole" : " needs");
    for (guint i = 0; i < request->needed->len && !request->needs_whole_row; i++)
        g_string_append_printf(text, " %d", g_array_index(request->needed, gint16, i));
    g_string_append_printf(text, request->limit >= 0 ? " limit %g\n" : "\n", request->limit);
    for (guint i = 0; i < request->clauses->len; i++)
        put_clause(text, g_ptr_array_index(request->clauses, i));
    for (guint i = 0; i < request->orders->len; i++)
        put_order(text, g_ptr_array_index(request->orders, i));
}

char *
request_test_text(PGconn *session, const PgaIndexRequests *requests)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < requests->requests->len; i++)
        put_request(session, text, g_ptr_array_index(requests->requests, i));
    return g_string_free(text, FALSE);
}

#include "index_requests.h"
#include <string.h>

static const PgaRelation *
relation_of(gpointer data, guint32 oid)
{
    const Fixture *fixture = data;

    return pga_catalog_relation(fixture->catalog, oid);
}

static void
add_column(const Fixture *fixture, gint16 attnum, const char *name, const char *typname,
           double n_distinct)
{
    PgaAttribute *attribute = pga_relation_add_attribute(fixture->relation, attnum, name);
    const gboolean is_text = strcmp(typname, "text") == 0 || strcmp(typname, "jsonb") == 0;
    PgaAttributeStats *stats = pga_attribute_add_stats(attribute);

    attribute->typname = g_strdup(typname);
    attribute->type = g_strdup(typname);
    attribute->typlen = is_text ? -1 : 4;
    attribute->typalign = 'i';
    attribute->typtype = 'b';
    attribute->typcategory = strcmp(typname, "text") == 0 ? 'S' : 'N';
    stats->n_distinct = n_distinct;
    stats->avg_width = is_text ? 40 : 4;
    stats->correlation = 0;
}

void
set_up(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    fixture->catalog = pga_catalog_new();
    fixture->relation = pga_catalog_add_relation(fixture->catalog, ORDERS, "shop", "Orders");
    add_column(fixture, 1, "id", "int4", -1);
    add_column(fixture, 2, "customer_id", "int4", 50000);
    add_column(fixture, 3, "status", "int4", 5);
    add_column(fixture, 4, "created_at", "date", 2000);
    add_column(fixture, 5, "email", "text", -1);
    add_column(fixture, 6, "doc", "jsonb", -0.5);
    add_column(fixture, 7, "shipped_at", "date", 2000);
    fixture->requests = pga_index_requests_new();
    fixture->request = pga_index_requests_add(fixture->requests);
    fixture->request->relation = ORDERS;
    fixture->request->rows = 1000;
    fixture->request->tuples = 1e6;
    fixture->request->pages = 20000;
    fixture->request->limit = -1;
    fixture->request->needs_whole_row = TRUE;
}

void
tear_down(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    pga_candidate_maker_free(fixture->maker);
    pga_index_requests_free(fixture->requests);
    pga_catalog_free(fixture->catalog);
}

PgaRequestClause *
add_clause(const Fixture *fixture, PgaClauseKind kind, gint16 attnum, const char *expression,
           double selectivity)
{
    PgaRequestClause *clause = pga_index_request_add_clause(fixture->request);

    clause->kind = kind;
    clause->attnum = attnum;
    clause->expression = g_strdup(expression);
    clause->clause = g_strdup("");
    clause->operator_ = g_strdup("=");
    clause->width = 4;
    clause->selectivity = selectivity;
    if (attnum)
        g_array_append_val(clause->columns, attnum);
    return clause;
}

void
add_opclass(PgaRequestClause *clause, const char *amname, const char *opcname, gboolean is_default)
{
    PgaClauseOpclass *opclass = pga_request_clause_add_opclass(clause);

    opclass->amname = g_strdup(amname);
    opclass->opcname = g_strdup(opcname);
    opclass->is_default = is_default;
}

/* A clause that a B-tree of the default operator class serves. */
PgaRequestClause *
add_btree(const Fixture *fixture, PgaClauseKind kind, gint16 attnum, const char *expression,
          double selectivity)
{
    PgaRequestClause *clause = add_clause(fixture, kind, attnum, expression, selectivity);

    add_opclass(clause, "btree", "ops", TRUE);
    return clause;
}

void
set_text(PgaRequestClause *clause, const char *text, const char *operator_)
{
    g_free(clause->clause);
    g_free(clause->operator_);
    clause->clause = g_strdup(text);
    clause->operator_ = g_strdup(operator_);
    clause->is_constant = TRUE;
}

void
need(const Fixture *fixture, gint16 attnum)
{
    fixture->request->needs_whole_row = FALSE;
    g_array_append_val(fixture->request->needed, attnum);
    g_array_append_val(fixture->request->output, attnum);
}

PgaRequestOrder *
add_order(const Fixture *fixture, gint16 attnum, const char *expression, gboolean descending)
{
    PgaRequestOrder *order = fixture->request->orders->len
                                 ? g_ptr_array_index(fixture->request->orders, 0)
                                 : pga_index_request_add_order(fixture->request);
    PgaRequestKey *key = pga_request_order_add_key(order);

    key->attnum = attnum;
    key->expression = g_strdup(expression);
    key->descending = key->nulls_first = descending;
    return order;
}

const GPtrArray *
make(Fixture *fixture)
{
    if (!fixture->maker) {
        pga_catalog_finish(fixture->catalog);
        fixture->maker = pga_candidate_maker_new(&fixture->options, relation_of, fixture);
    }
    pga_candidate_maker_add(fixture->maker, 7, fixture->requests);
    return pga_candidate_maker_candidates(fixture->maker);
}

static char *
tail(const PgaIndexCandidate *candidate, const Fixture *fixture)
{
    g_autofree char *sql = pga_index_candidate_sql(candidate, fixture->relation, "i", FALSE);

    return g_strdup(strstr(sql, " USING ") + strlen(" USING "));
}

const PgaIndexCandidate *
find(const Fixture *fixture, const char *wanted)
{
    const GPtrArray *candidates = pga_candidate_maker_candidates(fixture->maker);

    for (guint i = 0; i < candidates->len; i++) {
        g_autofree char *there = tail(g_ptr_array_index(candidates, i), fixture);

        if (strcmp(there, wanted) == 0)
            return g_ptr_array_index(candidates, i);
    }
    return NULL;
}

void
assert_made(Fixture *fixture, const char *wanted)
{
    const GPtrArray *candidates = make(fixture);

    if (find(fixture, wanted))
        return;
    for (guint i = 0; i < candidates->len; i++) {
        g_autofree char *there = tail(g_ptr_array_index(candidates, i), fixture);

        g_test_message("%s", there);
    }
    g_error("%s was not made", wanted);
}

void
assert_not_made(Fixture *fixture, const char *unwanted)
{
    make(fixture);
    g_assert_null(find(fixture, unwanted));
}

/* Index candidates for requests made by hand. */
#include <advisor/index_candidates.h>
#include <string.h>

enum { ORDERS = 42 };

typedef struct {
    PgaCatalog *catalog;
    PgaRelation *relation;
    PgaIndexRequests *requests;
    PgaIndexRequest *request;
    PgaCandidateMaker *maker;
    PgaCandidateOptions options;
} Fixture;

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
    stats->n_distinct = n_distinct;
    stats->avg_width = is_text ? 40 : 4;
    stats->correlation = 0;
}

static void
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

static void
tear_down(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    pga_candidate_maker_free(fixture->maker);
    pga_index_requests_free(fixture->requests);
    pga_catalog_free(fixture->catalog);
}

static PgaRequestClause *
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

static void
add_opclass(PgaRequestClause *clause, const char *amname, const char *opcname, gboolean is_default)
{
    PgaClauseOpclass *opclass = pga_request_clause_add_opclass(clause);

    opclass->amname = g_strdup(amname);
    opclass->opcname = g_strdup(opcname);
    opclass->is_default = is_default;
}

/* A clause that a B-tree of the default operator class serves. */
static PgaRequestClause *
add_btree(const Fixture *fixture, PgaClauseKind kind, gint16 attnum, const char *expression,
          double selectivity)
{
    PgaRequestClause *clause = add_clause(fixture, kind, attnum, expression, selectivity);

    add_opclass(clause, "btree", "ops", TRUE);
    return clause;
}

static void
set_text(PgaRequestClause *clause, const char *text, const char *operator_)
{
    g_free(clause->clause);
    g_free(clause->operator_);
    clause->clause = g_strdup(text);
    clause->operator_ = g_strdup(operator_);
    clause->is_constant = TRUE;
}

static void
need(const Fixture *fixture, gint16 attnum)
{
    fixture->request->needs_whole_row = FALSE;
    g_array_append_val(fixture->request->needed, attnum);
    g_array_append_val(fixture->request->output, attnum);
}

static PgaRequestOrder *
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

static const GPtrArray *
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

static const PgaIndexCandidate *
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

static void
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

static void
assert_not_made(Fixture *fixture, const char *unwanted)
{
    make(fixture);
    g_assert_null(find(fixture, unwanted));
}

static void
test_equality_first(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_btree(fixture, PGA_CLAUSE_RANGE, 4, "created_at", 0.01);
    add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.2);
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.0001);
    assert_made(fixture, "btree (customer_id, status, created_at)");
    assert_made(fixture, "btree (customer_id, status)");
    assert_made(fixture, "btree (customer_id)");
    assert_made(fixture, "btree (status, created_at)");
    assert_made(fixture, "btree (created_at)");
    g_assert_null(find(fixture, "btree (created_at, status)"));
}

static void
test_covering(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    need(fixture, 1);
    need(fixture, 2);
    assert_made(fixture, "btree (customer_id) INCLUDE (id)");
    assert_made(fixture, "btree (customer_id)");
}

static void
test_whole_row(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    const GPtrArray *candidates;

    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    candidates = make(fixture);
    g_assert_cmpuint(candidates->len, ==, 1);
}

static void
test_all_keys(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.1);
    need(fixture, 3);
    need(fixture, 4);
    assert_made(fixture, "btree (status, created_at)");
    g_assert_null(find(fixture, "btree (status) INCLUDE (created_at)"));
}

static void
test_order(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.2);
    add_order(fixture, 4, "created_at", TRUE);
    add_order(fixture, 1, "id", FALSE);
    fixture->request->limit = 10;
    assert_made(fixture, "btree (status, created_at, id DESC)");
    assert_made(fixture, "btree (created_at, id DESC)");
    assert_made(fixture, "btree (created_at, id DESC, status)");
}

static void
test_any_order(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_order(fixture, 4, "created_at", TRUE)->any_order = TRUE;
    add_order(fixture, 3, "status", FALSE);
    need(fixture, 3);
    need(fixture, 4);
    assert_made(fixture, "btree (created_at, status)");
    assert_made(fixture, "btree (status, created_at)");
}

static void
test_join(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_btree(fixture, PGA_CLAUSE_JOIN, 2, "customer_id", 1)->is_join = TRUE;
    add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.2);
    assert_made(fixture, "btree (customer_id)");
    assert_made(fixture, "btree (customer_id, status)");
    assert_made(fixture, "btree (status, customer_id)");
}

static void
test_partial(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaRequestClause *filter;

    set_text(add_btree(fixture, PGA_CLAUSE_NULL, 7, "shipped_at", 0.01), "(shipped_at IS NULL)",
             "");
    set_text(add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.2), "(status = 3)", "=");
    set_text(add_btree(fixture, PGA_CLAUSE_RANGE, 4, "created_at", 0.1),
             "(created_at > '2026-01-01'::date)", ">");
    filter = add_clause(fixture, PGA_CLAUSE_FILTER, 0, "", 0.33);
    set_text(filter, "(shipped_at > created_at)", ">");
    g_array_append_vals(filter->columns, (gint16[]){4, 7}, 2);
    assert_made(fixture, "btree (status, created_at) WHERE (shipped_at IS NULL)");
    assert_made(fixture, "btree (created_at) WHERE (created_at < shipped_at) AND "
                         "(shipped_at IS NULL) AND (status = 3)");
    for (guint i = 0; i < make(fixture)->len; i++) {
        const PgaIndexCandidate *candidate = g_ptr_array_index(make(fixture), i);

        g_assert_true(!candidate->predicate || !strstr(candidate->predicate, "2026"));
    }
}

static void
test_no_partial(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    fixture->options.no_partial = TRUE;
    set_text(add_btree(fixture, PGA_CLAUSE_NULL, 7, "shipped_at", 0.01), "(shipped_at IS NULL)",
             "");
    make(fixture);
    g_assert_nonnull(find(fixture, "btree (shipped_at)"));
    for (guint i = 0; i < make(fixture)->len; i++)
        g_assert_null(((PgaIndexCandidate *)g_ptr_array_index(make(fixture), i))->predicate);
}

/* With another constant the second time, the first is no constant of the statement. */
static void
test_parameter(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaRequestClause *clause = add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.2);

    set_text(clause, "(status = 3)", "=");
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.0001);
    assert_made(fixture, "btree (customer_id) WHERE (status = 3)");
    set_text(clause, "(status = 4)", "=");
    assert_not_made(fixture, "btree (customer_id) WHERE (status = 3)");
    g_assert_nonnull(find(fixture, "btree (customer_id, status)"));
}

/* Many values: the constant is an argument, whatever the log shows. */
static void
test_no_partial_on_many_values(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    set_text(add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.0001), "(customer_id = 99)",
             "=");
    make(fixture);
    for (guint i = 0; i < make(fixture)->len; i++)
        g_assert_null(((PgaIndexCandidate *)g_ptr_array_index(make(fixture), i))->predicate);
}

/* The pattern's column is not in the index: the predicate has seen to it. */
static void
test_negated_pattern(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaRequestClause *clause = add_clause(fixture, PGA_CLAUSE_FILTER, 5, "email", 0.99);

    set_text(clause, "(email !~~ '%spam%'::text)", "!~~");
    add_btree(fixture, PGA_CLAUSE_JOIN, 2, "customer_id", 1);
    need(fixture, 1);
    need(fixture, 2);
    assert_made(fixture, "btree (customer_id) INCLUDE (id) WHERE (email !~~ '%spam%'::text)");
}

static void
test_mostly_null(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    pga_relation_attribute(fixture->relation, 7)->stats->null_frac = 0.9;
    add_btree(fixture, PGA_CLAUSE_RANGE, 7, "shipped_at", 0.01);
    assert_made(fixture, "btree (shipped_at) WHERE shipped_at IS NOT NULL");
}

static void
test_expression(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_btree(fixture, PGA_CLAUSE_EQUAL, 0, "lower(email)", 0.001);
    add_btree(fixture, PGA_CLAUSE_EQUAL, 0, "((doc ->> 'a)'::text))", 0.002);
    assert_made(fixture, "btree ((lower(email)), ((doc ->> 'a)'::text)))");
    assert_made(fixture, "btree ((lower(email)))");
}

static void
test_no_expression(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    fixture->options.no_expression = TRUE;
    add_btree(fixture, PGA_CLAUSE_EQUAL, 0, "lower(email)", 0.001);
    add_order(fixture, 0, "lower(email)", FALSE);
    g_assert_cmpuint(make(fixture)->len, ==, 0);
}

static void
test_like_prefix(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_opclass(add_clause(fixture, PGA_CLAUSE_LIKE_PREFIX, 5, "email", 0.001), "btree",
                "text_pattern_ops", FALSE);
    assert_made(fixture, "btree (email text_pattern_ops)");
}

static void
test_gin(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaRequestClause *clause = add_clause(fixture, PGA_CLAUSE_OPERATOR, 6, "doc", 0.001);

    add_opclass(clause, "gin", "jsonb_ops", TRUE);
    add_opclass(clause, "gin", "jsonb_path_ops", FALSE);
    clause = add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    add_opclass(clause, "gin", "int4_ops", TRUE);
    assert_made(fixture, "gin (doc)");
    assert_made(fixture, "gin (doc jsonb_path_ops)");
    assert_made(fixture, "gin (doc jsonb_path_ops, customer_id)");
}

static void
test_trigrams(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    set_text(add_clause(fixture, PGA_CLAUSE_FILTER, 5, "email", 0.001), "(email ~~ '%x%')", "~~");
    assert_made(fixture, "gin (email gin_trgm_ops)");
    assert_made(fixture, "gist (email gist_trgm_ops)");
    g_assert_cmpstr(find(fixture, "gin (email gin_trgm_ops)")->extension, ==, "pg_trgm");
}

static void
test_distance(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaRequestOrder *order = add_order(fixture, 6, "doc", FALSE);
    PgaClauseOpclass *opclass = pga_request_order_add_opclass(order);

    order->is_distance = TRUE;
    opclass->amname = g_strdup("gist");
    opclass->opcname = g_strdup("point_ops");
    opclass->is_default = TRUE;
    add_opclass(add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.2), "gist", "gist_int4_ops",
                TRUE);
    assert_made(fixture, "gist (doc)");
    assert_made(fixture, "gist (status, doc)");
}

static void
test_brin(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaAttributeStats *stats = pga_relation_attribute(fixture->relation, 4)->stats;
    PgaRequestClause *clause = add_btree(fixture, PGA_CLAUSE_RANGE, 4, "created_at", 0.01);

    add_opclass(clause, "brin", "date_minmax_ops", TRUE);
    add_opclass(clause, "brin", "date_minmax_multi_ops", FALSE);
    assert_not_made(fixture, "brin (created_at) WITH (pages_per_range = 32)");
    stats->correlation = -0.95;
    assert_made(fixture, "brin (created_at) WITH (pages_per_range = 32)");
    assert_made(fixture, "brin (created_at) WITH (pages_per_range = 128)");
    assert_not_made(fixture, "brin (created_at date_minmax_multi_ops) WITH (pages_per_range = 32)");
    stats->correlation = 0.6;
    assert_made(fixture, "brin (created_at date_minmax_multi_ops) WITH (pages_per_range = 32)");
}

static void
test_hash(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaRequestClause *clause = add_btree(fixture, PGA_CLAUSE_EQUAL, 5, "email", 0.00001);

    add_opclass(clause, "hash", "text_ops", TRUE);
    assert_not_made(fixture, "hash (email)");
    clause->width = 40;
    assert_made(fixture, "hash (email)");
}

static void
test_or(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaRequestClause *first = add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.0001);
    PgaRequestClause *second = add_btree(fixture, PGA_CLAUSE_EQUAL, 7, "shipped_at", 0.001);

    first->or_group = second->or_group = 1;
    first->or_arm = 1;
    second->or_arm = 2;
    assert_made(fixture, "btree (customer_id)");
    assert_made(fixture, "btree (shipped_at)");
    assert_not_made(fixture, "btree (customer_id, shipped_at)");
}

static void
test_count(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    fixture->request->needs_whole_row = FALSE;
    assert_made(fixture, "btree (status)");
}

static void
test_unselective(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.9);
    g_assert_cmpuint(make(fixture)->len, ==, 0);
}

static void
test_existing(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaIndex *index = pga_catalog_add_index(fixture->catalog, 50, ORDERS);

    index->relname = g_strdup("there");
    index->definition = g_strdup("CREATE INDEX there ON shop.\"Orders\" USING btree "
                                 "(lower(email) DESC) WHERE ((status = 3))");
    index->indisvalid = TRUE;
    index = pga_catalog_add_index(fixture->catalog, 51, ORDERS);
    index->relname = g_strdup("there2");
    index->definition =
        g_strdup("CREATE UNIQUE INDEX there2 ON shop.\"Orders\" USING btree (customer_id)");
    index->indisvalid = TRUE;
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.0001);
    add_btree(fixture, PGA_CLAUSE_EQUAL, 0, "lower(email)", 0.0001);
    assert_not_made(fixture, "btree (customer_id)");
    g_assert_nonnull(find(fixture, "btree ((lower(email)))"));
}

static void
test_bounded(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    for (gint16 i = 1; i <= 7; i++) {
        const char *name = pga_relation_attribute(fixture->relation, i)->attname;

        set_text(add_btree(fixture, PGA_CLAUSE_BOOLEAN, i, name, 0.01 * i), name, "");
        add_order(fixture, i, name, FALSE)->any_order = TRUE;
        need(fixture, i);
    }
    g_assert_cmpuint(make(fixture)->len, ==, 40);
    for (guint i = 0; i < 40; i++)
        g_assert_cmpuint(((PgaIndexCandidate *)g_ptr_array_index(make(fixture), i))->keys->len, <=,
                         4);
}

static void
test_united(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    const PgaIndexCandidate *candidate;

    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.0001);
    make(fixture);
    pga_candidate_maker_add(fixture->maker, 3, fixture->requests);
    candidate = find(fixture, "btree (customer_id)");
    g_assert_cmpuint(candidate->queries->len, ==, 2);
    g_assert_cmpuint(g_array_index(candidate->queries, guint, 0), ==, 3);
    g_assert_cmpuint(g_array_index(candidate->queries, guint, 1), ==, 7);
}

/* A statement that it was not made for, and one that does not fulfil the predicate. */
static void
test_relevant(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaRequestClause *clause = add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.2);

    set_text(clause, "(status = 3)", "=");
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.0001);
    make(fixture);
    g_ptr_array_set_size(fixture->request->clauses, 0);
    add_btree(fixture, PGA_CLAUSE_RANGE, 2, "customer_id", 0.5);
    pga_candidate_maker_add(fixture->maker, 8, fixture->requests);
    pga_candidate_maker_candidates(fixture->maker);
    g_assert_cmpuint(find(fixture, "btree (customer_id, status)")->queries->len, ==, 1);
    g_assert_cmpuint(find(fixture, "btree (customer_id, status)")->relevant->len, ==, 2);
    g_assert_cmpuint(find(fixture, "btree (customer_id) WHERE (status = 3)")->relevant->len, ==, 1);
}

static void
test_merge(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GArray) used = g_array_new(FALSE, FALSE, sizeof(guint));
    const GPtrArray *candidates;

    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    need(fixture, 1);
    make(fixture);
    g_ptr_array_set_size(fixture->request->clauses, 0);
    add_btree(fixture, PGA_CLAUSE_EQUAL, 7, "shipped_at", 0.01);
    g_array_set_size(fixture->request->needed, 0);
    g_array_set_size(fixture->request->output, 0);
    need(fixture, 4);
    pga_candidate_maker_add(fixture->maker, 8, fixture->requests);
    candidates = pga_candidate_maker_candidates(fixture->maker);
    for (guint i = 0; i < candidates->len; i++)
        g_array_append_val(used, i);
    pga_candidate_maker_merge(fixture->maker, used);
    pga_candidate_maker_candidates(fixture->maker);
    g_assert_nonnull(find(fixture, "btree (customer_id, shipped_at) INCLUDE (id, created_at)"));
    g_assert_nonnull(find(fixture, "btree (customer_id) INCLUDE (id, created_at, shipped_at)"));
    g_assert_cmpuint(
        find(fixture, "btree (shipped_at, customer_id) INCLUDE (id, created_at)")->queries->len, ==,
        2);
}

/* What only one states has to be in the index to be looked at. */
static void
test_merge_predicates(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GArray) used = g_array_new(FALSE, FALSE, sizeof(guint));
    PgaRequestClause *clause = add_btree(fixture, PGA_CLAUSE_NULL, 7, "shipped_at", 0.01);
    const GPtrArray *candidates;

    set_text(clause, "(shipped_at IS NULL)", "");
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    candidates = make(fixture);
    for (guint i = 0; i < candidates->len; i++)
        g_array_append_val(used, i);
    pga_candidate_maker_merge(fixture->maker, used);
    pga_candidate_maker_candidates(fixture->maker);
    g_assert_nonnull(find(fixture, "btree (customer_id) INCLUDE (shipped_at)"));
}

static void
test_sql(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *first = NULL, *second = NULL, *sql = NULL;

    add_btree(fixture, PGA_CLAUSE_EQUAL, 0, "lower(email)", 0.01);
    make(fixture);
    first =
        pga_index_candidate_name(find(fixture, "btree ((lower(email)))"), fixture->relation, taken);
    g_assert_cmpstr(first, ==, "Orders_lower_idx");
    g_hash_table_add(taken, first);
    second =
        pga_index_candidate_name(find(fixture, "btree ((lower(email)))"), fixture->relation, taken);
    g_assert_cmpstr(second, ==, "Orders_lower_idx1");
    sql = pga_index_candidate_sql(find(fixture, "btree ((lower(email)))"), fixture->relation, first,
                                  TRUE);
    g_assert_cmpstr(sql, ==,
                    "CREATE INDEX CONCURRENTLY \"Orders_lower_idx\" ON shop.\"Orders\" USING "
                    "btree ((lower(email)))");
}

static void
test_long_name(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *name = NULL;
    PgaAttribute *attribute = pga_relation_attribute(fixture->relation, 2);

    g_free(attribute->attname);
    attribute->attname = g_strdup("äääääääääääääääääääääääääääääääää");
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, attribute->attname, 0.01);
    make(fixture);
    name = pga_index_candidate_name(g_ptr_array_index(make(fixture), 0), fixture->relation, taken);
    g_assert_cmpstr(name, ==, "Orders_ääääääääääääääääääääääääää_idx");
    g_assert_true(g_utf8_validate(name, -1, NULL));
}

#define TEST(name, function)                                                                       \
    g_test_add("/advisor/index-candidates/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("equality-then-range", test_equality_first);
    TEST("covering", test_covering);
    TEST("whole-row-is-not-covered", test_whole_row);
    TEST("all-keys-where-equal-ones-are-kept-once", test_all_keys);
    TEST("order-behind-constants-and-alone", test_order);
    TEST("any-order-in-every-order", test_any_order);
    TEST("join-before-and-behind-constants", test_join);
    TEST("partial", test_partial);
    TEST("no-partial", test_no_partial);
    TEST("no-partial-for-a-parameter", test_parameter);
    TEST("no-partial-on-many-values", test_no_partial_on_many_values);
    TEST("negated-pattern-saves-its-column", test_negated_pattern);
    TEST("mostly-null", test_mostly_null);
    TEST("expression", test_expression);
    TEST("no-expression", test_no_expression);
    TEST("pattern-operator-class", test_like_prefix);
    TEST("gin-of-each-operator-class", test_gin);
    TEST("trigrams-need-their-extension", test_trigrams);
    TEST("distance", test_distance);
    TEST("brin-by-correlation", test_brin);
    TEST("hash-for-long-values", test_hash);
    TEST("arms-of-or-alone", test_or);
    TEST("count-by-smallest", test_count);
    TEST("not-what-finds-most-rows", test_unselective);
    TEST("not-what-is-there", test_existing);
    TEST("bounded", test_bounded);
    TEST("same-of-two-statements-is-one", test_united);
    TEST("relevant-to-others", test_relevant);
    TEST("merge", test_merge);
    TEST("merge-of-predicates", test_merge_predicates);
    TEST("sql-and-name", test_sql);
    TEST("long-name-keeps-whole-characters", test_long_name);
    return g_test_run();
}

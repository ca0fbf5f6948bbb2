/* Candidates of several statements: united, merged, named. */
#include "index_requests.h"

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

/* The other way round it would begin with what the first statement does not ask for. */
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
    need(fixture, 2);
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
        find(fixture, "btree (customer_id, shipped_at) INCLUDE (id, created_at)")->queries->len, ==,
        2);
    g_assert_null(find(fixture, "btree (shipped_at, customer_id) INCLUDE (id, created_at)"));
}

static void
merge_all(Fixture *fixture)
{
    g_autoptr(GArray) used = g_array_new(FALSE, FALSE, sizeof(guint));
    const GPtrArray *candidates = pga_candidate_maker_candidates(fixture->maker);

    for (guint i = 0; i < candidates->len; i++)
        g_array_append_val(used, i);
    pga_candidate_maker_merge(fixture->maker, used);
    pga_candidate_maker_candidates(fixture->maker);
}

/* Behind a column that is unique nothing is looked for. */
static void
test_merge_behind_unique(Fixture *fixture, gconstpointer data)
{
    const gboolean is_unique = GPOINTER_TO_INT(data);
    const gint16 id = 1;

    if (is_unique) {
        PgaIndex *index = pga_catalog_add_index(fixture->catalog, 50, ORDERS);

        index->indisunique = TRUE;
        index->n_key_atts = 1;
        g_array_append_val(index->indkey, id);
    }
    add_btree(fixture, PGA_CLAUSE_JOIN, 1, "id", 1)->is_join = TRUE;
    need(fixture, 1);
    need(fixture, 4);
    make(fixture);
    g_ptr_array_set_size(fixture->request->clauses, 0);
    add_btree(fixture, PGA_CLAUSE_EQUAL, 7, "shipped_at", 0.01);
    pga_candidate_maker_add(fixture->maker, 8, fixture->requests);
    merge_all(fixture);
    g_assert_cmpint(find(fixture, "btree (id, shipped_at) INCLUDE (created_at)") == NULL, ==,
                    is_unique);
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

/* Three that begin alike are one as well. */
static void
test_merge_of_alike(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GArray) used = g_array_new(FALSE, FALSE, sizeof(guint));
    const GPtrArray *candidates = NULL;
    const gint16 needed[] = {1, 4, 7};

    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    for (guint i = 0; i < G_N_ELEMENTS(needed); i++) {
        g_array_set_size(fixture->request->needed, 0);
        g_array_set_size(fixture->request->output, 0);
        need(fixture, needed[i]);
        candidates = make(fixture);
    }
    for (guint i = 0; i < candidates->len; i++)
        g_array_append_val(used, i);
    pga_candidate_maker_merge(fixture->maker, used);
    pga_candidate_maker_candidates(fixture->maker);
    g_assert_nonnull(find(fixture, "btree (customer_id) INCLUDE (id, created_at, shipped_at)"));
}

/* Of the same columns the one with more keys does what the others do. */
static void
test_longer_keys(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_btree(fixture, PGA_CLAUSE_JOIN, 2, "customer_id", 1)->is_join = TRUE;
    add_btree(fixture, PGA_CLAUSE_JOIN, 1, "id", 1)->is_join = TRUE;
    need(fixture, 1);
    need(fixture, 2);
    need(fixture, 5);
    assert_made(fixture, "btree (customer_id, id) INCLUDE (email)");
    g_assert_null(find(fixture, "btree (customer_id) INCLUDE (id, email)"));
}

/* Which way round two columns are compared makes no difference. */
static void
test_turned_round(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaRequestClause *filter = add_clause(fixture, PGA_CLAUSE_FILTER, 0, "", 0.33);
    const PgaIndexCandidate *candidate;

    g_array_append_vals(filter->columns, (gint16[]){4, 7}, 2);
    set_text(filter, "shipped_at >= created_at", ">=");
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    make(fixture);
    set_text(filter, "created_at <= shipped_at", "<=");
    pga_candidate_maker_add(fixture->maker, 8, fixture->requests);
    pga_candidate_maker_candidates(fixture->maker);
    candidate = find(fixture, "btree (customer_id) WHERE created_at <= shipped_at");
    g_assert_nonnull(candidate);
    g_assert_cmpuint(candidate->queries->len, ==, 2);
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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/advisor/index-candidates/merged-behind-a-column", Fixture, GINT_TO_POINTER(FALSE),
               set_up, test_merge_behind_unique, tear_down);
    g_test_add("/advisor/index-candidates/not-merged-behind-a-unique-one", Fixture,
               GINT_TO_POINTER(TRUE), set_up, test_merge_behind_unique, tear_down);
    TEST("not-what-is-there", test_existing);
    TEST("bounded", test_bounded);
    TEST("same-of-two-statements-is-one", test_united);
    TEST("relevant-to-others", test_relevant);
    TEST("merge", test_merge);
    TEST("merge-of-predicates", test_merge_predicates);
    TEST("sql-and-name", test_sql);
    TEST("long-name-keeps-whole-characters", test_long_name);
    TEST("merge-of-all-that-begin-alike", test_merge_of_alike);
    TEST("longer-keys-stand-for-shorter", test_longer_keys);
    TEST("comparison-turned-round", test_turned_round);
    return g_test_run();
}

/* Which B-trees are made for what a statement asks. */
#include "index_requests.h"
#include <string.h>

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

/* A row whose values are longer than a B-tree takes would be refused. */
static void
test_long_columns(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    need(fixture, 2);
    need(fixture, 5);
    assert_made(fixture, "btree (customer_id) INCLUDE (email)");
    need(fixture, 6);
    assert_not_made(fixture, "btree (customer_id) INCLUDE (email, doc)");
}

static void
test_long_texts(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    pga_relation_attribute(fixture->relation, 5)->stats->avg_width = 300;
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    need(fixture, 2);
    need(fixture, 5);
    assert_not_made(fixture, "btree (customer_id) INCLUDE (email)");
    assert_made(fixture, "btree (customer_id)");
}

static PgaRequestClause *
clause_of(PgaIndexRequests *requests, const char *text)
{
    PgaIndexRequest *request = pga_index_requests_add(requests);
    PgaRequestClause *clause = pga_index_request_add_clause(request);

    request->relation = ORDERS;
    clause->kind = PGA_CLAUSE_EQUAL;
    clause->clause = g_strdup(text);
    clause->is_constant = TRUE;
    return clause;
}

/* "status = 3" in every call, another customer in each. */
static void
test_constants(void)
{
    g_autoptr(PgaIndexRequests) first = pga_index_requests_new();
    g_autoptr(PgaIndexRequests) second = pga_index_requests_new();
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    const PgaRequestClause *status = clause_of(first, "(status = 3)");
    const PgaRequestClause *customer = clause_of(first, "(customer_id = 1)");
    const PgaRequestClause *columns = clause_of(first, "(created_at < shipped_at)");
    const PgaRequestClause *other = clause_of(second, "(customer_id = 2)");
    PgaRequestClause *is_open = clause_of(first, "is_open"), *is_new = clause_of(first, "is_new");

    is_open->kind = is_new->kind = PGA_CLAUSE_BOOLEAN;
    clause_of(second, "(NOT is_open)")->kind = PGA_CLAUSE_BOOLEAN;
    clause_of(second, "is_new")->kind = PGA_CLAUSE_BOOLEAN;

    clause_of(second, "(status = 3)");
    g_ptr_array_add(texts, first);
    pga_index_requests_settle(texts, FALSE);
    g_assert_true(customer->is_constant);
    g_ptr_array_add(texts, second);
    pga_index_requests_settle(texts, FALSE);
    g_assert_true(status->is_constant);
    g_assert_false(customer->is_constant);
    g_assert_false(is_open->is_constant);
    g_assert_true(is_new->is_constant);
    g_assert_false(other->is_constant);
    g_assert_true(columns->is_constant);
    pga_index_requests_settle(texts, TRUE);
    g_assert_false(status->is_constant);
    g_assert_true(columns->is_constant);
}

/* What somebody looks for is no key: the next one looks for something else. */
static void
test_passing(Fixture *fixture, gconstpointer data)
{
    const char *expression = data;
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    const gboolean is_kept = strstr(expression, "lower") != NULL;

    add_btree(fixture, PGA_CLAUSE_RANGE, 0, expression, 0.01);
    add_order(fixture, 0, expression, TRUE);
    fixture->request->limit = 10;
    g_ptr_array_add(texts, fixture->requests);
    pga_index_requests_settle(texts, FALSE);
    g_assert_cmpint(make(fixture)->len > 0, ==, is_kept);
}

/* Of another call's expression nothing is left either. */
static void
test_passing_of_texts(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(PgaIndexRequests) other = pga_index_requests_new();
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    PgaIndexRequest *request = pga_index_requests_add(other);

    request->relation = ORDERS;
    pga_index_request_add_clause(request)->expression = g_strdup("((doc ->> 'k'::text))");
    add_btree(fixture, PGA_CLAUSE_EQUAL, 0, "((doc ->> 'k'::text))", 0.001);
    add_btree(fixture, PGA_CLAUSE_EQUAL, 0, "((doc ->> 'other'::text))", 0.001);
    g_ptr_array_add(texts, fixture->requests);
    g_ptr_array_add(texts, other);
    pga_index_requests_settle(texts, FALSE);
    assert_made(fixture, "btree (((doc ->> 'k'::text)))");
    g_assert_cmpuint(make(fixture)->len, ==, 1);
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
    const PgaIndexCandidate *made;

    add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.2);
    add_order(fixture, 4, "created_at", TRUE);
    add_order(fixture, 1, "id", FALSE);
    fixture->request->limit = 10;
    fixture->request->rows = 200000;
    assert_made(fixture, "btree (status, created_at, id DESC)");
    made = find(fixture, "btree (status, created_at, id DESC)");
    for (guint i = 0; i < made->keys->len; i++)
        g_assert_cmpint(((PgaIndexKey *)g_ptr_array_index(made->keys, i))->is_sought, ==, i == 0);
    assert_made(fixture, "btree (created_at, id DESC)");
    assert_made(fixture, "btree (created_at, id DESC, status)");
}

/* The latest of a few rows: by averages they are met soon in the order alone. */
static void
test_latest_of_few(Fixture *fixture, gconstpointer data)
{
    const gboolean are_few = GPOINTER_TO_INT(data);
    PgaRequestClause *not_null = add_btree(fixture, PGA_CLAUSE_NOT_NULL, 4, "created_at", 1);

    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", are_few ? 0.00002 : 0.1);
    set_text(not_null, "(created_at IS NOT NULL)", "");
    add_order(fixture, 4, "created_at", TRUE);
    fixture->request->limit = 1;
    fixture->request->rows = are_few ? 20 : 100000;
    assert_made(fixture, "btree (customer_id, created_at)");
    g_assert_cmpint(find(fixture, "btree (created_at)") == NULL, ==, are_few);
    g_ptr_array_set_size(fixture->request->clauses, 0);
    fixture->request->rows = 1e6;
    pga_candidate_maker_add(fixture->maker, 8, fixture->requests);
    pga_candidate_maker_candidates(fixture->maker);
    g_assert_cmpuint(find(fixture, "btree (created_at)")->relevant->len, ==, are_few ? 1 : 2);
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
    set_text(add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.45), "(status = 3)", "=");
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

/* Of five statuses each has a fifth of the rows. */
static PgaRequestClause *
add_one_of_many(Fixture *fixture)
{
    PgaRequestClause *clause = add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.2);

    set_text(clause, "(status = 3)", "=");
    return clause;
}

/* A column of three values. */
static PgaRequestClause *
add_state(Fixture *fixture, PgaClauseKind kind, double share)
{
    pga_relation_attribute(fixture->relation, 7)->stats->n_distinct = 3;
    return add_btree(fixture, kind, 7, "shipped_at", share);
}

/* The value that few rows have is a state; the one that as many have as any other changes from call
 * to call, whatever the only call that is known of has. */
static void
test_rare_state(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    set_text(add_state(fixture, PGA_CLAUSE_EQUAL, 0.01), "(shipped_at = 2)", "=");
    add_one_of_many(fixture);
    assert_made(fixture, "btree (status) WHERE (shipped_at = 2)");
    for (guint i = 0; i < make(fixture)->len; i++) {
        const PgaIndexCandidate *candidate = g_ptr_array_index(make(fixture), i);

        g_assert_true(!candidate->predicate || !strstr(candidate->predicate, "status"));
    }
}

/* Both as even: there is nothing better to state. */
static void
test_even_values(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    set_text(add_state(fixture, PGA_CLAUSE_EQUAL, 0.3), "(shipped_at = 2)", "=");
    add_one_of_many(fixture);
    assert_made(fixture, "btree (shipped_at) WHERE (status = 3)");
    assert_made(fixture, "btree (status) WHERE (shipped_at = 2)");
}

/* Alone, or beside what is no constant. */
static void
test_one_of_many_alone(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_state(fixture, PGA_CLAUSE_EQUAL, 0.01);
    add_one_of_many(fixture);
    assert_made(fixture, "btree (shipped_at) WHERE (status = 3)");
}

static void
test_rare_flag(Fixture *fixture, gconstpointer data)
{
    const gboolean is_rare = GPOINTER_TO_INT(data);

    set_text(add_state(fixture, PGA_CLAUSE_NULL, is_rare ? 0.01 : 0.4), "(shipped_at IS NULL)", "");
    add_one_of_many(fixture);
    assert_made(fixture, "btree (status) WHERE (shipped_at IS NULL)");
    g_assert_cmpint(find(fixture, "btree (shipped_at) WHERE (status = 3)") == NULL, ==, is_rare);
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
test_copy_of_relation(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    for (gint16 i = 1; i <= 7; i++)
        need(fixture, i);
    g_assert_cmpuint(make(fixture)->len, ==, 1);
    g_assert_nonnull(find(fixture, "btree (customer_id)"));
}

/* Six of seven columns are nearly all, however few bytes they have. */
static void
test_copy_of_narrow_relation(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    pga_relation_attribute(fixture->relation, 6)->typlen = 4;
    pga_relation_attribute(fixture->relation, 5)->typlen = 4;
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    for (gint16 i = 3; i <= 7; i++)
        need(fixture, i);
    assert_made(fixture, "btree (customer_id)");
    assert_not_made(fixture,
                    "btree (customer_id) INCLUDE (status, created_at, email, doc, shipped_at)");
    g_array_set_size(fixture->request->needed, 4);
    g_array_set_size(fixture->request->output, 4);
    assert_made(fixture, "btree (customer_id) INCLUDE (status, created_at, email, doc)");
}

/* Most rows are not deleted: the predicate does for them what a key would. */
static void
test_soft_delete(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    set_text(add_btree(fixture, PGA_CLAUSE_NULL, 7, "shipped_at", 0.9), "(shipped_at IS NULL)", "");
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    assert_made(fixture, "btree (customer_id) WHERE (shipped_at IS NULL)");
}

/* Nor does an index begin with what most rows fulfil: nobody else could look for anything in it. */
static void
test_common_state(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    const GPtrArray *candidates;

    set_text(add_btree(fixture, PGA_CLAUSE_NULL, 7, "shipped_at", 0.97), "(shipped_at IS NULL)",
             "");
    add_btree(fixture, PGA_CLAUSE_EQUAL, 2, "customer_id", 0.01);
    add_btree(fixture, PGA_CLAUSE_EQUAL, 3, "status", 0.3);
    assert_made(fixture, "btree (customer_id, status) WHERE (shipped_at IS NULL)");
    candidates = pga_candidate_maker_candidates(fixture->maker);
    for (guint i = 0; i < candidates->len; i++) {
        const PgaIndexCandidate *candidate = g_ptr_array_index(candidates, i);
        const PgaIndexKey *first = g_ptr_array_index(candidate->keys, 0);

        g_assert_cmpint(first->attnum, !=, 7);
    }
}

/* MAX() asks for either place of NULLs. */
static void
test_either_nulls(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    for (guint i = 0; i < 2; i++) {
        PgaRequestKey *key =
            pga_request_order_add_key(pga_index_request_add_order(fixture->request));

        key->expression = g_strdup("created_at");
        key->attnum = 4;
        key->nulls_first = i == 0;
    }
    fixture->request->limit = 1;
    assert_made(fixture, "btree (created_at)");
    g_assert_null(find(fixture, "btree (created_at NULLS FIRST)"));
}

/* The planner asks for the one, and when no index has it for the other. */
static void
test_either_of_two(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new();

    for (guint i = 0; i < 2; i++) {
        PgaRequestKey *key;

        if (i == 1)
            fixture->request = pga_index_requests_add(fixture->requests);
        fixture->request->relation = ORDERS;
        fixture->request->tuples = fixture->request->rows = 1e6;
        fixture->request->pages = 20000;
        fixture->request->limit = 1;
        key = pga_request_order_add_key(pga_index_request_add_order(fixture->request));
        key->expression = g_strdup("created_at");
        key->attnum = 4;
        key->descending = TRUE;
        key->nulls_first = i == 1;
    }
    g_ptr_array_add(texts, fixture->requests);
    pga_index_requests_settle(texts, FALSE);
    assert_made(fixture, "btree (created_at)");
    g_assert_null(find(fixture, "btree (created_at NULLS FIRST)"));
}

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
    TEST("partial-on-the-rare-state", test_rare_state);
    TEST("partial-on-even-values", test_even_values);
    TEST("partial-on-an-even-value-alone", test_one_of_many_alone);
    g_test_add("/advisor/index-candidates/partial-on-a-rare-flag", Fixture, GINT_TO_POINTER(TRUE),
               set_up, test_rare_flag, tear_down);
    g_test_add("/advisor/index-candidates/partial-on-an-even-flag", Fixture, GINT_TO_POINTER(FALSE),
               set_up, test_rare_flag, tear_down);
    TEST("no-partial", test_no_partial);
    TEST("no-partial-for-a-parameter", test_parameter);
    TEST("no-partial-on-many-values", test_no_partial_on_many_values);
    TEST("negated-pattern-saves-its-column", test_negated_pattern);
    TEST("mostly-null", test_mostly_null);
    TEST("expression", test_expression);
    TEST("no-expression", test_no_expression);
    TEST("pattern-operator-class", test_like_prefix);
    TEST("arms-of-or-alone", test_or);
    TEST("count-by-smallest", test_count);
    TEST("not-what-finds-most-rows", test_unselective);
    TEST("no-copy-of-the-relation", test_copy_of_relation);
    TEST("no-copy-of-a-narrow-relation", test_copy_of_narrow_relation);
    TEST("soft-delete", test_soft_delete);
    TEST("no-beginning-with-a-common-state", test_common_state);
    TEST("either-place-of-nulls", test_either_nulls);
    TEST("long-columns", test_long_columns);
    TEST("long-texts", test_long_texts);
    g_test_add("/advisor/index-candidates/latest-of-few-rows", Fixture, GINT_TO_POINTER(TRUE),
               set_up, test_latest_of_few, tear_down);
    g_test_add("/advisor/index-candidates/latest-of-many-rows", Fixture, GINT_TO_POINTER(FALSE),
               set_up, test_latest_of_few, tear_down);
    TEST("either-place-of-nulls-in-two-requests", test_either_of_two);
    TEST("expression-of-one-call-of-several", test_passing_of_texts);
    g_test_add("/advisor/index-candidates/expression-of-each-call", Fixture, "lower(email, 'de')",
               set_up, test_passing, tear_down);
    g_test_add("/advisor/index-candidates/likeness", Fixture, "similarity(email, 'somebody'::text)",
               set_up, test_passing, tear_down);
    g_test_add_func("/advisor/index-candidates/constants-that-change", test_constants);
    return g_test_run();
}

/* Indexes of other methods than B-tree. */
#include "index_requests.h"

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

/* The order in which rows are wanted, with words that nobody knows: seldom ones are in none of the
 * first rows, nor in the next. */
static void
test_unknown_words(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaRequestClause *clause = add_clause(fixture, PGA_CLAUSE_OPERATOR, 6, "doc", 0.1);

    add_opclass(clause, "gin", "tsvector_ops", TRUE);
    set_text(clause, "(doc @@ plainto_tsquery($1))", "@@");
    clause->is_constant = FALSE;
    add_order(fixture, 4, "created_at", TRUE);
    fixture->request->limit = 10;
    assert_made(fixture, "gin (doc)");
    g_assert_null(find(fixture, "btree (created_at)"));
    pga_candidate_maker_free(fixture->maker);
    fixture->maker = NULL;
    set_text(clause, "(doc @@ to_tsquery('word'))", "@@");
    assert_made(fixture, "btree (created_at)");
}

/* Of an expression there are no statistics: how often a name begins so is a guess. */
static void
test_unknown_beginning(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    PgaRequestClause *clause =
        add_clause(fixture, PGA_CLAUSE_LIKE_PREFIX, 0, "lower(email)", 0.005);

    add_opclass(clause, "btree", "text_pattern_ops", FALSE);
    add_order(fixture, 5, "email", FALSE);
    fixture->request->limit = 10;
    fixture->request->rows = 50000;
    assert_made(fixture, "btree ((lower(email)) text_pattern_ops)");
    g_assert_null(find(fixture, "btree (email)"));
}

static void
test_trigrams(Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
    set_text(add_clause(fixture, PGA_CLAUSE_FILTER, 5, "email", 0.001), "(email ~~ '%x%')", "~~");
    assert_made(fixture, "gin (email gin_trgm_ops)");
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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("no-order-beside-an-unknown-beginning", test_unknown_beginning);
    TEST("no-order-beside-unknown-words", test_unknown_words);
    TEST("gin-of-each-operator-class", test_gin);
    TEST("trigrams-need-their-extension", test_trigrams);
    TEST("distance", test_distance);
    TEST("brin-by-correlation", test_brin);
    TEST("hash-for-long-values", test_hash);
    return g_test_run();
}

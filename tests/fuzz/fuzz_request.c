/* Any text as the planner module's answer: refused with an error, or read whole. */
#include <math.h>
#include <parse/request.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
check_opclasses(const GPtrArray *opclasses)
{
    for (guint i = 0; i < opclasses->len; i++) {
        const PgaClauseOpclass *opclass = g_ptr_array_index(opclasses, i);

        g_assert_nonnull(opclass->amname);
        g_assert_nonnull(opclass->opcname);
        g_assert_cmpint(opclass->strategy, >=, 0);
    }
}

static void
check_attnums(const GArray *attnums)
{
    for (guint i = 0; i < attnums->len; i++)
        g_assert_cmpint(g_array_index(attnums, gint16, i), >, 0);
}

static void
check_clause(const PgaRequestClause *clause)
{
    g_assert_cmpint(clause->kind, <=, PGA_CLAUSE_FILTER);
    g_assert_nonnull(clause->expression);
    g_assert_nonnull(clause->operator_);
    g_assert_true(clause->selectivity >= 0 && clause->selectivity <= 1);
    g_assert_true(!clause->is_constant || *clause->clause != '\0');
    check_attnums(clause->columns);
    check_opclasses(clause->opclasses);
}

static void
check_order(const PgaRequestOrder *order)
{
    g_assert_cmpuint(order->keys->len, >, 0);
    for (guint i = 0; i < order->keys->len; i++) {
        const PgaRequestKey *key = g_ptr_array_index(order->keys, i);

        g_assert_true(*key->expression != '\0');
        g_assert_cmpint(key->attnum, >=, 0);
    }
    check_opclasses(order->opclasses);
}

static void
check_request(const PgaIndexRequest *request)
{
    g_assert_cmpuint(request->relation, >, 0);
    g_assert_true(request->rows >= 0 && isfinite(request->rows));
    g_assert_true(request->tuples >= 0 && isfinite(request->tuples));
    g_assert_true(request->pages >= 0 && isfinite(request->pages));
    g_assert_true(isfinite(request->limit));
    check_attnums(request->needed);
    for (guint i = 0; i < request->clauses->len; i++)
        check_clause(g_ptr_array_index(request->clauses, i));
    for (guint i = 0; i < request->orders->len; i++)
        check_order(g_ptr_array_index(request->orders, i));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaIndexRequests) requests = pga_index_requests_parse(text, &error);

    g_assert_true((requests == NULL) == (error != NULL));
    if (requests) {
        check_attnums(requests->changed);
        for (guint i = 0; i < requests->requests->len; i++)
            check_request(g_ptr_array_index(requests->requests, i));
    }
    return 0;
}

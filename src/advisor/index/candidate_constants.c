/* Which constants of a statement stand for themselves. Of two calls with different ones an index
 * whose predicate has the one's does not serve the other. */
#include "candidate_internal.h"
#include <string.h>

static gboolean
has_clause(const PgaIndexRequests *requests, guint32 relation, const char *clause)
{
    for (guint i = 0; i < requests->requests->len; i++) {
        const PgaIndexRequest *request = g_ptr_array_index(requests->requests, i);

        for (guint j = 0; request->relation == relation && j < request->clauses->len; j++)
            if (strcmp(((const PgaRequestClause *)g_ptr_array_index(request->clauses, j))->clause,
                       clause) == 0)
                return TRUE;
    }
    return FALSE;
}

static gboolean
all_have(const GPtrArray *texts, guint32 relation, const char *clause)
{
    for (guint i = 0; i < texts->len; i++)
        if (!has_clause(g_ptr_array_index(texts, i), relation, clause))
            return FALSE;
    return TRUE;
}

static gboolean
has_expression(const PgaIndexRequest *request, const char *expression)
{
    for (guint i = 0; i < request->clauses->len; i++)
        if (g_strcmp0(
                ((const PgaRequestClause *)g_ptr_array_index(request->clauses, i))->expression,
                expression) == 0)
            return TRUE;
    for (guint i = 0; i < request->orders->len; i++) {
        const PgaRequestOrder *order = g_ptr_array_index(request->orders, i);

        for (guint j = 0; j < order->keys->len; j++)
            if (strcmp(((const PgaRequestKey *)g_ptr_array_index(order->keys, j))->expression,
                       expression) == 0)
                return TRUE;
    }
    return FALSE;
}

static gboolean
all_have_expression(const GPtrArray *texts, guint32 relation, const char *expression)
{
    for (guint i = 0; i < texts->len; i++) {
        const PgaIndexRequests *requests = g_ptr_array_index(texts, i);
        gboolean found = FALSE;

        for (guint j = 0; j < requests->requests->len && !found; j++) {
            const PgaIndexRequest *request = g_ptr_array_index(requests->requests, j);

            found = request->relation == relation && has_expression(request, expression);
        }
        if (!found)
            return FALSE;
    }
    return TRUE;
}

/* How near a value is to what somebody looks for: the next one looks for something else. */
static gboolean
is_likeness(const char *expression)
{
    static const char *const functions[] = {"similarity(",  "ts_rank(", "ts_rank_cd(",
                                            "levenshtein(", " <-> ",    " <=> "};

    for (guint i = 0; i < G_N_ELEMENTS(functions); i++)
        if (strstr(expression, functions[i]))
            return TRUE;
    return FALSE;
}

/* An index on it would serve this one call. */
static gboolean
is_passing(const GPtrArray *texts, guint32 relation, const char *expression)
{
    return pga_has_literal(expression) &&
           (is_likeness(expression) || !all_have_expression(texts, relation, expression));
}

static void
drop_passing(const GPtrArray *texts, PgaIndexRequest *request)
{
    for (guint i = 0; i < request->clauses->len; i++) {
        PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        if (clause->attnum || !clause->expression ||
            !is_passing(texts, request->relation, clause->expression))
            continue;
        clause->kind = PGA_CLAUSE_FILTER;
        g_ptr_array_set_size(clause->opclasses, 0);
    }
    for (guint i = 0; i < request->orders->len; i++) {
        PgaRequestOrder *order = g_ptr_array_index(request->orders, i);

        for (guint j = 0; j < order->keys->len; j++) {
            const PgaRequestKey *key = g_ptr_array_index(order->keys, j);

            if (!key->attnum && is_passing(texts, request->relation, key->expression))
                g_ptr_array_set_size(order->keys, (gint)j);
        }
    }
}

static const PgaRequestKey *
only_key(const PgaIndexRequest *request)
{
    const PgaRequestOrder *order =
        request->orders->len == 1 ? g_ptr_array_index(request->orders, 0) : NULL;

    return order && order->keys->len == 1 && request->limit >= 0 ? g_ptr_array_index(order->keys, 0)
                                                                 : NULL;
}

/* MAX(x) is tried with NULLs at either end: the usual one will do. */
static void
drop_odd_ends(const PgaIndexRequests *requests)
{
    for (guint i = 0; i < requests->requests->len; i++) {
        const PgaIndexRequest *request = g_ptr_array_index(requests->requests, i);
        const PgaRequestKey *key = only_key(request);

        for (guint j = 0; key && key->nulls_first != key->descending && j < requests->requests->len;
             j++) {
            const PgaIndexRequest *other = g_ptr_array_index(requests->requests, j);
            const PgaRequestKey *usual = only_key(other);

            if (!usual || other->relation != request->relation ||
                usual->descending != key->descending || usual->nulls_first != usual->descending ||
                strcmp(usual->expression, key->expression) != 0)
                continue;
            g_ptr_array_set_size(request->orders, 0);
            break;
        }
    }
}

/* "done = $1" is "done" in one call, and "NOT done" in the next. */
static gboolean
has_value(const PgaRequestClause *clause)
{
    return clause->kind == PGA_CLAUSE_BOOLEAN || pga_has_literal(clause->clause);
}

static void
settle_clauses(const GPtrArray *texts, gboolean are_parameters, PgaIndexRequest *request)
{
    for (guint i = 0; i < request->clauses->len; i++) {
        PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        if (clause->is_constant &&
            ((are_parameters && pga_has_literal(clause->clause)) ||
             (has_value(clause) && !all_have(texts, request->relation, clause->clause))))
            clause->is_constant = FALSE;
    }
}

void
pga_index_requests_settle(const GPtrArray *texts, gboolean are_parameters)
{
    for (guint i = 0; i < texts->len; i++) {
        const PgaIndexRequests *requests = g_ptr_array_index(texts, i);

        drop_odd_ends(requests);
        for (guint j = 0; j < requests->requests->len; j++) {
            settle_clauses(texts, are_parameters, g_ptr_array_index(requests->requests, j));
            drop_passing(texts, g_ptr_array_index(requests->requests, j));
        }
    }
}

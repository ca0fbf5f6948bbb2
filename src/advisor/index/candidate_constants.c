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

void
pga_index_requests_settle(const GPtrArray *texts, gboolean are_parameters)
{
    for (guint i = 0; i < texts->len; i++) {
        const PgaIndexRequests *requests = g_ptr_array_index(texts, i);

        for (guint j = 0; j < requests->requests->len; j++) {
            const PgaIndexRequest *request = g_ptr_array_index(requests->requests, j);

            for (guint k = 0; k < request->clauses->len; k++) {
                PgaRequestClause *clause = g_ptr_array_index(request->clauses, k);

                if (clause->is_constant && pga_has_literal(clause->clause) &&
                    (are_parameters || !all_have(texts, request->relation, clause->clause)))
                    clause->is_constant = FALSE;
            }
        }
    }
}

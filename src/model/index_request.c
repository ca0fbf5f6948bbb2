#include "model/index_request.h"

static GArray *
attnums_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(gint16));
}

static void
opclass_free(PgaClauseOpclass *opclass)
{
    g_free(opclass->amname);
    g_free(opclass->opcname);
    g_free(opclass);
}

static void
clause_free(PgaRequestClause *clause)
{
    g_free(clause->expression);
    g_free(clause->clause);
    g_free(clause->operator_);
    g_free(clause->hidden_from);
    g_free(clause->hidden_to);
    g_ptr_array_unref(clause->opclasses);
    g_array_unref(clause->columns);
    g_free(clause);
}

static void
key_free(PgaRequestKey *key)
{
    g_free(key->expression);
    g_free(key);
}

static void
order_free(PgaRequestOrder *order)
{
    g_ptr_array_unref(order->keys);
    g_ptr_array_unref(order->opclasses);
    g_free(order);
}

static void
request_free(PgaIndexRequest *request)
{
    g_ptr_array_unref(request->clauses);
    g_ptr_array_unref(request->orders);
    g_array_unref(request->needed);
    g_array_unref(request->output);
    g_free(request);
}

PgaIndexRequests *
pga_index_requests_new(void)
{
    PgaIndexRequests *requests = g_new0(PgaIndexRequests, 1);

    requests->requests = g_ptr_array_new_with_free_func((GDestroyNotify)request_free);
    requests->command = 's';
    requests->changed = attnums_new();
    return requests;
}

void
pga_index_requests_free(PgaIndexRequests *requests)
{
    g_ptr_array_unref(requests->requests);
    g_array_unref(requests->changed);
    g_free(requests);
}

PgaIndexRequest *
pga_index_requests_add(PgaIndexRequests *requests)
{
    PgaIndexRequest *request = g_new0(PgaIndexRequest, 1);

    request->clauses = g_ptr_array_new_with_free_func((GDestroyNotify)clause_free);
    request->orders = g_ptr_array_new_with_free_func((GDestroyNotify)order_free);
    request->needed = attnums_new();
    request->output = attnums_new();
    request->limit = -1;
    g_ptr_array_add(requests->requests, request);
    return request;
}

PgaRequestClause *
pga_index_request_add_clause(PgaIndexRequest *request)
{
    PgaRequestClause *clause = g_new0(PgaRequestClause, 1);

    clause->selectivity = 1;
    clause->opclasses = g_ptr_array_new_with_free_func((GDestroyNotify)opclass_free);
    clause->columns = attnums_new();
    g_ptr_array_add(request->clauses, clause);
    return clause;
}

PgaRequestOrder *
pga_index_request_add_order(PgaIndexRequest *request)
{
    PgaRequestOrder *order = g_new0(PgaRequestOrder, 1);

    order->keys = g_ptr_array_new_with_free_func((GDestroyNotify)key_free);
    order->opclasses = g_ptr_array_new_with_free_func((GDestroyNotify)opclass_free);
    g_ptr_array_add(request->orders, order);
    return order;
}

PgaRequestKey *
pga_request_order_add_key(PgaRequestOrder *order)
{
    PgaRequestKey *key = g_new0(PgaRequestKey, 1);

    g_ptr_array_add(order->keys, key);
    return key;
}

static PgaClauseOpclass *
add_opclass(GPtrArray *opclasses)
{
    PgaClauseOpclass *opclass = g_new0(PgaClauseOpclass, 1);

    g_ptr_array_add(opclasses, opclass);
    return opclass;
}

PgaClauseOpclass *
pga_request_clause_add_opclass(PgaRequestClause *clause)
{
    return add_opclass(clause->opclasses);
}

PgaClauseOpclass *
pga_request_order_add_opclass(PgaRequestOrder *order)
{
    return add_opclass(order->opclasses);
}

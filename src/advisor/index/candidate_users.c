/* Who could use a candidate, whoever it was made for; and which constants are parameters: seen with
 * other values in the same statement, or with many in all. */
#include "candidate_maker_internal.h"
#include <string.h>

/* As many values of one column in the workload are what an application passes. */
enum { MANY_VALUES = 4, FEW_LEADS = 1000 };

/* A constant in a statement: in how many of the times that it was added. */
typedef struct {
    guint count, last;
} Seen;

static guint
times_of(GHashTable *times, guint query)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(times, GUINT_TO_POINTER(query)));
}

static void
clause_free(PgaStated *clause)
{
    g_free(clause->clause);
    g_array_unref(clause->columns);
    g_free(clause);
}

static void
asked_free(PgaAsked *asked)
{
    g_hash_table_unref(asked->leads);
    g_hash_table_unref(asked->fulfils);
    g_ptr_array_unref(asked->clauses);
    g_array_unref(asked->needed);
    g_free(asked);
}

static PgaAsked *
asked_new(guint query, const PgaIndexRequest *request)
{
    PgaAsked *asked = g_new0(PgaAsked, 1);

    asked->query = query;
    asked->tuples = request->tuples;
    asked->is_coverable = !request->needs_whole_row;
    asked->leads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    asked->fulfils = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    asked->clauses = g_ptr_array_new_with_free_func((GDestroyNotify)clause_free);
    asked->needed = g_array_copy(request->output);
    return asked;
}

/* @is_seldom: rows are not to be looked for in the order that they are wanted in. */
static void
ask_clause(PgaAsked *asked, const PgaRequestClause *clause, gboolean is_seldom)
{
    const gboolean is_search =
        clause->kind != PGA_CLAUSE_FILTER && !(clause->kind == PGA_CLAUSE_NOT_NULL && is_seldom);
    PgaStated *copy = g_new0(PgaStated, 1);

    copy->clause = g_strdup(clause->clause);
    copy->columns = g_array_copy(clause->columns);
    g_ptr_array_add(asked->clauses, copy);
    if (is_search && clause->expression)
        g_hash_table_add(asked->leads, pga_key_text(clause->expression, clause->attnum));
    if (clause->or_group)
        return;
    g_hash_table_add(asked->fulfils, g_strdup(copy->clause));
    if (clause->expression && clause->kind != PGA_CLAUSE_NULL)
        g_hash_table_add(asked->fulfils, g_strdup_printf("%s IS NOT NULL", clause->expression));
}

static void
ask_order(PgaAsked *asked, const PgaRequestOrder *order)
{
    for (guint i = 0; i < order->keys->len; i++) {
        const PgaRequestKey *key = g_ptr_array_index(order->keys, i);

        g_hash_table_add(asked->leads, pga_key_text(key->expression, key->attnum));
    }
}

static GHashTable *
inner(GHashTable *outer, const char *key)
{
    GHashTable *there = g_hash_table_lookup(outer, key);

    if (!there) {
        there = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify)g_hash_table_unref);
        g_hash_table_insert(outer, g_strdup(key), there);
    }
    return there;
}

static char *
constant_key(guint32 relation, const char *expression)
{
    return g_strdup_printf("%u %s", relation, expression);
}

/* One more time that the statement came with this constant. */
static void
note_constant(PgaCandidateMaker *maker, guint query, guint32 relation,
              const PgaRequestClause *clause)
{
    g_autofree char *key = constant_key(relation, clause->expression);
    g_autofree char *text = pga_clause_text(clause->clause);
    GHashTable *texts = inner(maker->constants, key);
    GHashTable *times = g_hash_table_lookup(texts, text);
    const guint now = times_of(maker->times, query);
    Seen *seen;

    if (!times) {
        times = g_hash_table_new_full(NULL, NULL, NULL, g_free);
        g_hash_table_insert(texts, g_steal_pointer(&text), times);
    }
    seen = g_hash_table_lookup(times, GUINT_TO_POINTER(query));
    if (!seen) {
        seen = g_new0(Seen, 1);
        g_hash_table_insert(times, GUINT_TO_POINTER(query), seen);
    }
    seen->count += seen->last != now;
    seen->last = now;
}

void
pga_candidate_maker_note_query(PgaCandidateMaker *maker, guint query)
{
    g_hash_table_insert(maker->times, GUINT_TO_POINTER(query),
                        GUINT_TO_POINTER(times_of(maker->times, query) + 1));
}

void
pga_candidate_maker_note(PgaCandidateMaker *maker, guint query, const PgaIndexRequest *request)
{
    gpointer relation = GUINT_TO_POINTER(request->relation);
    const gboolean is_seldom = pga_request_is_seldom_met(request);
    GPtrArray *all = g_hash_table_lookup(maker->asked, relation);
    PgaAsked *asked = asked_new(query, request);

    if (!all) {
        all = g_ptr_array_new_with_free_func((GDestroyNotify)asked_free);
        g_hash_table_insert(maker->asked, relation, all);
    }
    for (guint i = 0; i < request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        ask_clause(asked, clause, is_seldom);
        if (clause->is_constant && clause->expression && pga_clause_holds_constant(clause))
            note_constant(maker, query, request->relation, clause);
    }
    for (guint i = 0; i < request->orders->len && !is_seldom; i++)
        ask_order(asked, g_ptr_array_index(request->orders, i));
    g_ptr_array_add(all, asked);
}

/* Of a statement seen several times, each time with the constant, it is no parameter. */
static gboolean
is_always(const PgaCandidateMaker *maker, GHashTable *times)
{
    GHashTableIter iter;
    gpointer query, seen;

    g_hash_table_iter_init(&iter, times);
    while (g_hash_table_iter_next(&iter, &query, &seen))
        if (((Seen *)seen)->count != times_of(maker->times, GPOINTER_TO_UINT(query)))
            return FALSE;
    return TRUE;
}

static gboolean
is_parameter(const PgaCandidateMaker *maker, guint32 relation, const PgaStated *stated)
{
    g_autofree char *key = constant_key(relation, stated->constant);
    GHashTable *texts = g_hash_table_lookup(maker->constants, key);
    GHashTable *times = texts ? g_hash_table_lookup(texts, stated->clause) : NULL;

    if (!times)
        return FALSE;
    return g_hash_table_size(texts) >= MANY_VALUES || !is_always(maker, times);
}

static gboolean
is_risky(const PgaCandidateMaker *maker, const PgaDraft *draft)
{
    for (guint i = 0; i < draft->stated->len; i++) {
        const PgaStated *stated = g_ptr_array_index(draft->stated, i);

        if (stated->constant && is_parameter(maker, draft->candidate.relation, stated))
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_all(const PgaDraft *draft, const GArray *columns)
{
    for (guint i = 0; i < columns->len; i++)
        if (!pga_draft_has_column(draft, g_array_index(columns, gint16, i)))
            return FALSE;
    return TRUE;
}

static gboolean
covers(const PgaAsked *asked, const PgaDraft *draft)
{
    if (!asked->is_coverable || strcmp(draft->candidate.amname, "btree") != 0 ||
        !has_all(draft, asked->needed))
        return FALSE;
    for (guint i = 0; i < asked->clauses->len; i++) {
        const PgaStated *clause = g_ptr_array_index(asked->clauses, i);

        if (!pga_draft_stated(draft, clause->clause) && !has_all(draft, clause->columns))
            return FALSE;
    }
    return TRUE;
}

/* The first key; behind one of few values the second as well (skip scans); any key of a GIN. */
static gboolean
leads(const PgaAsked *asked, const PgaDraft *draft, const PgaRelation *relation)
{
    const gboolean is_btree = strcmp(draft->candidate.amname, "btree") == 0;

    for (guint i = 0; i < draft->candidate.keys->len; i++) {
        const PgaIndexKey *key = g_ptr_array_index(draft->candidate.keys, i);
        const double n = pga_column_distinct(relation, key->attnum, asked->tuples);

        if (g_hash_table_contains(asked->leads, key->expression))
            return TRUE;
        if (is_btree && (n <= 0 || n > FEW_LEADS))
            return FALSE;
    }
    return FALSE;
}

gboolean
pga_asked_can_use(const PgaAsked *asked, const PgaDraft *draft, const PgaRelation *relation)
{
    for (guint i = 0; i < draft->stated->len; i++) {
        const PgaStated *stated = g_ptr_array_index(draft->stated, i);

        if (!g_hash_table_contains(asked->fulfils, stated->clause))
            return FALSE;
    }
    return leads(asked, draft, relation) || covers(asked, draft) ||
           (draft->stated->len > 0 && strcmp(draft->candidate.amname, "btree") == 0);
}

static void
find_users(const PgaCandidateMaker *maker, PgaDraft *draft)
{
    const guint32 oid = draft->candidate.relation;
    const PgaRelation *relation = pga_candidate_maker_relation(maker, oid);
    const GPtrArray *all = g_hash_table_lookup(maker->asked, GUINT_TO_POINTER(oid));

    g_array_set_size(draft->candidate.relevant, 0);
    for (guint i = 0; all && i < all->len; i++) {
        const PgaAsked *asked = g_ptr_array_index(all, i);

        if (pga_asked_can_use(asked, draft, relation))
            pga_numbers_add(draft->candidate.relevant, asked->query);
    }
    for (guint i = 0; i < draft->candidate.queries->len; i++)
        pga_numbers_add(draft->candidate.relevant,
                        g_array_index(draft->candidate.queries, guint, i));
}

void
pga_candidate_maker_settle(PgaCandidateMaker *maker)
{
    g_ptr_array_set_size(maker->candidates, 0);
    for (guint i = 0; i < maker->drafts->len; i++) {
        PgaDraft *draft = g_ptr_array_index(maker->drafts, i);

        if (is_risky(maker, draft))
            continue;
        find_users(maker, draft);
        g_ptr_array_add(maker->candidates, &draft->candidate);
    }
    maker->is_settled = TRUE;
}

/* From what statements ask to the list of candidates: each statement's best, made once, without
 * what the relation has already. */
#include "candidate_internal.h"
#include "candidate_maker_internal.h"
#include <string.h>

enum { PER_RELATION = 40, LEAST = 6, MANY = 1000 };

PgaCandidateMaker *
pga_candidate_maker_new(const PgaCandidateOptions *options,
                        const PgaRelation *(*relation_of)(gpointer, guint32), gpointer data)
{
    PgaCandidateMaker *maker = g_new0(PgaCandidateMaker, 1);

    if (options)
        maker->options = *options;
    maker->relation_of = relation_of;
    maker->data = data;
    maker->drafts = g_ptr_array_new_with_free_func((GDestroyNotify)pga_draft_free);
    maker->by_signature = g_hash_table_new(g_str_hash, g_str_equal);
    maker->asked = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    maker->constants =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    maker->times = g_hash_table_new(NULL, NULL);
    maker->candidates = g_ptr_array_new();
    return maker;
}

void
pga_candidate_maker_free(PgaCandidateMaker *maker)
{
    if (!maker)
        return;
    g_ptr_array_unref(maker->candidates);
    g_hash_table_unref(maker->by_signature);
    g_hash_table_unref(maker->constants);
    g_hash_table_unref(maker->times);
    g_hash_table_unref(maker->asked);
    g_ptr_array_unref(maker->drafts);
    g_free(maker);
}

const PgaRelation *
pga_candidate_maker_relation(const PgaCandidateMaker *maker, guint32 relation)
{
    return maker->relation_of ? maker->relation_of(maker->data, relation) : NULL;
}

void
pga_candidate_maker_keep(PgaCandidateMaker *maker, PgaDraft *draft, const GArray *queries)
{
    PgaDraft *there = g_hash_table_lookup(maker->by_signature, draft->candidate.signature);

    if (!there) {
        there = draft;
        g_ptr_array_add(maker->drafts, draft);
        g_hash_table_insert(maker->by_signature, draft->candidate.signature, draft);
    }
    there->candidate.rank = MIN(there->candidate.rank, draft->candidate.rank);
    for (guint i = 0; i < queries->len; i++)
        pga_numbers_add(there->candidate.queries, g_array_index(queries, guint, i));
    if (there != draft)
        pga_draft_free(draft);
}

static void
draft_view(const PgaCandidateMaker *maker, const PgaIndexRequest *request,
           const GPtrArray *predicate, const PgaRequestClause *arm, PgaDrafts *drafts)
{
    const PgaRelation *relation = pga_candidate_maker_relation(maker, request->relation);
    g_autoptr(PgaView) view = pga_view_new(request, relation, &maker->options, predicate, arm);

    pga_draft_btrees(view, drafts);
    pga_draft_methods(view, arm, drafts);
    pga_draft_brins(view, drafts);
}

static gboolean
is_arm_done(const PgaIndexRequest *request, guint place)
{
    const PgaRequestClause *arm = g_ptr_array_index(request->clauses, place);

    for (guint i = 0; i < place; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        if (clause->or_group && pga_clause_holds(clause, arm))
            return TRUE;
    }
    return FALSE;
}

static void
draft_request(const PgaCandidateMaker *maker, const PgaIndexRequest *request, PgaDrafts *drafts)
{
    const PgaRelation *relation = pga_candidate_maker_relation(maker, request->relation);
    g_autoptr(GPtrArray) made =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_index_requests_free);
    g_autoptr(GPtrArray) predicates = pga_predicates(request, relation, &maker->options, made);

    for (guint i = 0; i < predicates->len; i++)
        draft_view(maker, request, g_ptr_array_index(predicates, i), NULL, drafts);
    for (guint i = 0; i < request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        if (clause->or_group && !is_arm_done(request, i))
            draft_view(maker, request, g_ptr_array_index(predicates, 0), clause, drafts);
    }
}

/* How many more a statement may bring for a relation: the first ones, which take the most time, are
 * tried every way; of thousands each brings what is best for it. */
static guint
allowance(const PgaCandidateMaker *maker)
{
    return MAX(LEAST, PER_RELATION * MANY / (MANY + maker->drafts->len));
}

/* The best of one relation, as many as are worth the planner's time. What is there costs none. */
static void
keep_best(PgaCandidateMaker *maker, guint query, PgaDrafts *drafts)
{
    g_autoptr(GArray) queries = g_array_new(FALSE, FALSE, sizeof(guint));
    guint left = allowance(maker);

    g_array_append_val(queries, query);
    pga_drafts_prune(drafts);
    g_ptr_array_set_free_func(drafts->drafts, NULL);
    for (guint i = 0; i < drafts->drafts->len; i++) {
        PgaDraft *draft = g_ptr_array_index(drafts->drafts, i);
        const PgaIndexCandidate *candidate = &draft->candidate;
        const PgaRelation *relation = pga_candidate_maker_relation(maker, candidate->relation);
        const gboolean is_new = !g_hash_table_contains(maker->by_signature, candidate->signature);

        if ((is_new && !left) || pga_candidate_exists(candidate, relation)) {
            pga_draft_free(draft);
            continue;
        }
        left -= is_new;
        draft->candidate.rank = i;
        pga_candidate_maker_keep(maker, draft, queries);
    }
}

static gboolean
is_first_of_relation(const PgaIndexRequests *requests, guint place)
{
    const PgaIndexRequest *request = g_ptr_array_index(requests->requests, place);

    for (guint i = 0; i < place; i++)
        if (((PgaIndexRequest *)g_ptr_array_index(requests->requests, i))->relation ==
            request->relation)
            return FALSE;
    return TRUE;
}

static void
draft_relation(const PgaCandidateMaker *maker, const PgaIndexRequests *requests, guint32 relation,
               PgaDrafts *drafts)
{
    for (guint i = 0; i < requests->requests->len; i++) {
        const PgaIndexRequest *request = g_ptr_array_index(requests->requests, i);

        if (request->relation == relation)
            draft_request(maker, request, drafts);
    }
}

void
pga_candidate_maker_add(PgaCandidateMaker *maker, guint query, const PgaIndexRequests *requests)
{
    maker->is_settled = FALSE;
    pga_candidate_maker_note_query(maker, query);
    for (guint i = 0; i < requests->requests->len; i++) {
        const PgaIndexRequest *request = g_ptr_array_index(requests->requests, i);
        g_autoptr(PgaDrafts) drafts = NULL;

        pga_candidate_maker_note(maker, query, request);
        if (!is_first_of_relation(requests, i) || request->pages == 1)
            continue;
        drafts = pga_drafts_new();
        draft_relation(maker, requests, request->relation, drafts);
        keep_best(maker, query, drafts);
    }
}

const GPtrArray *
pga_candidate_maker_candidates(const PgaCandidateMaker *maker)
{
    if (!maker->is_settled)
        pga_candidate_maker_settle((PgaCandidateMaker *)maker);
    return maker->candidates;
}

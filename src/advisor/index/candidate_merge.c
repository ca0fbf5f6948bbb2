/* One index for two statements: the keys of the first, then those of the second behind them or as
 * INCLUDE; the predicate is what both state. */
#include "candidate_maker_internal.h"
#include <base/text.h>
#include <string.h>

enum { DEFAULT_WIDTH = 4, DEFAULT_INCLUDE = 8, PER_RELATION = 60 };

static PgaPart
part_of(const PgaIndexKey *key)
{
    return (PgaPart){
        .expression = key->expression,
        .attnum = key->attnum,
        .opcname = key->opcname,
        .descending = key->descending,
        .nulls_first = key->nulls_first,
        .selectivity = 1,
    };
}

static gboolean
has_key(const PgaDraft *draft, const char *expression)
{
    for (guint i = 0; i < draft->candidate.keys->len; i++) {
        const PgaIndexKey *key = g_ptr_array_index(draft->candidate.keys, i);

        if (strcmp(key->expression, expression) == 0)
            return TRUE;
    }
    return FALSE;
}

/* FALSE: an expression that found no place. */
static gboolean
add_keys(PgaDraft *draft, const PgaDraft *from, guint width)
{
    for (guint i = 0; i < from->candidate.keys->len; i++) {
        const PgaIndexKey *key = g_ptr_array_index(from->candidate.keys, i);
        const PgaPart part = part_of(key);

        if (has_key(draft, key->expression))
            continue;
        if (draft->candidate.keys->len < width)
            pga_draft_add_key(draft, &part);
        else if (key->attnum)
            pga_draft_add_include(draft, key->attnum);
        else
            return FALSE;
    }
    return TRUE;
}

static void
add_columns(PgaDraft *draft, const GArray *columns)
{
    for (guint i = 0; i < columns->len; i++)
        pga_draft_add_include(draft, g_array_index(columns, gint16, i));
}

/* What only one of them states has to be looked at in the merged index. */
static void
add_stated(PgaDraft *draft, const PgaDraft *from, const PgaDraft *other)
{
    for (guint i = 0; i < from->stated->len; i++) {
        const PgaStated *stated = g_ptr_array_index(from->stated, i);

        if (!pga_draft_stated(other, stated->clause))
            add_columns(draft, stated->columns);
        else if (!pga_draft_stated(draft, stated->clause))
            pga_draft_state_again(draft, stated);
    }
}

static PgaDraft *
merged(const PgaCandidateMaker *maker, const PgaDraft *a, const PgaDraft *b, guint width)
{
    const guint max_include =
        maker->options.max_include ? maker->options.max_include : DEFAULT_INCLUDE;
    g_autoptr(PgaDraft) draft = pga_draft_new(a->candidate.relation, "btree");

    if (!add_keys(draft, a, G_MAXUINT) || !add_keys(draft, b, MAX(width, a->candidate.keys->len)))
        return NULL;
    add_columns(draft, a->candidate.include);
    add_columns(draft, b->candidate.include);
    add_stated(draft, a, b);
    add_stated(draft, b, a);
    if (draft->candidate.include->len > max_include)
        return NULL;
    draft->candidate.rationale =
        g_strdup_printf("%s; and: %s", a->candidate.rationale, b->candidate.rationale);
    return g_steal_pointer(&draft);
}

static double
tuples_of(const PgaCandidateMaker *maker, guint32 relation)
{
    const GPtrArray *all = g_hash_table_lookup(maker->asked, GUINT_TO_POINTER(relation));

    return all ? ((PgaAsked *)g_ptr_array_index(all, 0))->tuples : 0;
}

/* Worth it where one is smaller than the two. */
static void
add_merged(const PgaCandidateMaker *maker, const PgaDraft *a, const PgaDraft *b, guint width,
           PgaDrafts *drafts)
{
    const guint32 oid = a->candidate.relation;
    const PgaRelation *relation = pga_candidate_maker_relation(maker, oid);
    PgaDraft *draft = merged(maker, a, b, width);

    if (!draft)
        return;
    pga_draft_finish(draft, relation, tuples_of(maker, oid));
    draft->score = draft->bytes - a->bytes - b->bytes;
    if (draft->score < 0 && !pga_candidate_exists(&draft->candidate, relation) &&
        !g_hash_table_contains(maker->by_signature, draft->candidate.signature)) {
        for (guint i = 0; i < a->candidate.queries->len; i++)
            pga_numbers_add(draft->candidate.queries,
                            g_array_index(a->candidate.queries, guint, i));
        for (guint i = 0; i < b->candidate.queries->len; i++)
            pga_numbers_add(draft->candidate.queries,
                            g_array_index(b->candidate.queries, guint, i));
        pga_drafts_add(drafts, draft);
    } else {
        pga_draft_free(draft);
    }
}

static gboolean
can_merge(const PgaDraft *a, const PgaDraft *b)
{
    return a != b && a->candidate.relation == b->candidate.relation &&
           strcmp(a->candidate.amname, "btree") == 0 && strcmp(b->candidate.amname, "btree") == 0;
}

static gint
compare_savings(gconstpointer left, gconstpointer right)
{
    const PgaDraft *a = *(PgaDraft *const *)left;
    const PgaDraft *b = *(PgaDraft *const *)right;

    if (a->score != b->score)
        return a->score < b->score ? -1 : 1;
    return strcmp(a->candidate.signature, b->candidate.signature);
}

static void
keep_best(PgaCandidateMaker *maker, PgaDrafts *drafts)
{
    g_autoptr(GHashTable) kept = g_hash_table_new(NULL, NULL);

    g_ptr_array_sort(drafts->drafts, compare_savings);
    g_ptr_array_set_free_func(drafts->drafts, NULL);
    for (guint i = 0; i < drafts->drafts->len; i++) {
        PgaDraft *draft = g_ptr_array_index(drafts->drafts, i);
        const gpointer relation = GUINT_TO_POINTER(draft->candidate.relation);
        const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(kept, relation));

        g_hash_table_insert(kept, relation, GUINT_TO_POINTER(n + 1));
        if (n < PER_RELATION)
            pga_candidate_maker_keep(maker, draft, draft->candidate.queries);
        else
            pga_draft_free(draft);
    }
}

void
pga_candidate_maker_merge(PgaCandidateMaker *maker, const GArray *used)
{
    const GPtrArray *candidates = pga_candidate_maker_candidates(maker);
    const guint width = maker->options.max_width ? maker->options.max_width : DEFAULT_WIDTH;
    g_autoptr(PgaDrafts) drafts = pga_drafts_new();

    for (guint i = 0; i < used->len; i++)
        for (guint j = 0; j < used->len; j++) {
            const PgaDraft *a = g_ptr_array_index(candidates, g_array_index(used, guint, i));
            const PgaDraft *b = g_ptr_array_index(candidates, g_array_index(used, guint, j));

            if (!can_merge(a, b))
                continue;
            add_merged(maker, a, b, width, drafts);
            add_merged(maker, a, b, 0, drafts);
        }
    keep_best(maker, drafts);
    maker->is_settled = FALSE;
}

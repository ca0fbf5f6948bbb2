/* One index for two statements: the keys of the first, then those of the second behind them or as
 * INCLUDE; the predicate is what both state. */
#include "candidate_maker_internal.h"
#include <base/text.h>
#include <string.h>

enum { DEFAULT_WIDTH = 4, DEFAULT_INCLUDE = 8, PER_RELATION = 60, LEAST = 6, MANY = 1000 };

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

static void
take_queries(PgaDraft *draft, const PgaDraft *a, const PgaDraft *b)
{
    const PgaDraft *const both[] = {a, b};

    for (guint i = 0; i < G_N_ELEMENTS(both); i++)
        for (guint j = 0; j < both[i]->candidate.queries->len; j++)
            pga_numbers_add(draft->candidate.queries,
                            g_array_index(both[i]->candidate.queries, guint, j));
}

/* Worth it where it is smaller than those that it stands for, @bytes together. Takes @draft. */
static void
keep_merged(const PgaCandidateMaker *maker, PgaDraft *draft, double bytes, PgaDrafts *drafts)
{
    const guint32 oid = draft->candidate.relation;
    const PgaRelation *relation = pga_candidate_maker_relation(maker, oid);

    pga_draft_finish(draft, relation, tuples_of(maker, oid));
    draft->score = draft->bytes - bytes;
    if (draft->score < 0 && !pga_draft_is_whole(draft, relation) &&
        !pga_candidate_exists(&draft->candidate, relation) &&
        !g_hash_table_contains(maker->by_signature, draft->candidate.signature))
        pga_drafts_add(drafts, draft);
    else
        pga_draft_free(draft);
}

static void
add_merged(const PgaCandidateMaker *maker, const PgaDraft *a, const PgaDraft *b, guint width,
           PgaDrafts *drafts)
{
    PgaDraft *draft = merged(maker, a, b, width);

    if (!draft)
        return;
    take_queries(draft, a, b);
    keep_merged(maker, draft, a->bytes + b->bytes, drafts);
}

/* Whoever uses @b asks something of the column that @a begins with. */
static gboolean
has_lead_of(const PgaDraft *b, const PgaDraft *a)
{
    const PgaIndexKey *lead = g_ptr_array_index(a->candidate.keys, 0);

    return has_key(b, lead->expression) || (lead->attnum && pga_draft_has_column(b, lead->attnum));
}

/* Its first column tells one row from all others. */
static gboolean
begins_uniquely(const PgaCandidateMaker *maker, const PgaDraft *draft)
{
    const PgaRelation *relation = pga_candidate_maker_relation(maker, draft->candidate.relation);
    const PgaIndexKey *lead = g_ptr_array_index(draft->candidate.keys, 0);

    for (guint i = 0; relation && i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (index->indisunique && !index->pred && index->n_key_atts == 1 && lead->attnum &&
            g_array_index(index->indkey, gint16, 0) == lead->attnum)
            return TRUE;
    }
    return FALSE;
}

static gboolean
begins_with_lead(const PgaDraft *b, const PgaDraft *a)
{
    const PgaIndexKey *left = g_ptr_array_index(a->candidate.keys, 0);
    const PgaIndexKey *right = g_ptr_array_index(b->candidate.keys, 0);

    return strcmp(left->expression, right->expression) == 0;
}

/* Behind a column that is unique nothing can be looked for. */
static gboolean
can_merge(const PgaCandidateMaker *maker, const PgaDraft *a, const PgaDraft *b)
{
    return a != b && a->candidate.relation == b->candidate.relation &&
           strcmp(a->candidate.amname, "btree") == 0 && strcmp(b->candidate.amname, "btree") == 0 &&
           has_lead_of(b, a) && (begins_with_lead(b, a) || !begins_uniquely(maker, a));
}

static gint
compare_savings(gconstpointer left, gconstpointer right)
{
    const PgaDraft *a = *(PgaDraft *const *)left;
    const PgaDraft *b = *(PgaDraft *const *)right;

    if (a->score != b->score)
        return a->score < b->score ? -1 : 1;
    return pga_draft_compare_definitions(a, b);
}

static void
keep_best(PgaCandidateMaker *maker, PgaDrafts *drafts)
{
    g_autoptr(GHashTable) kept = g_hash_table_new(NULL, NULL);
    const guint most = MAX(LEAST, PER_RELATION * MANY / (MANY + maker->drafts->len));

    g_ptr_array_sort(drafts->drafts, compare_savings);
    g_ptr_array_set_free_func(drafts->drafts, NULL);
    for (guint i = 0; i < drafts->drafts->len; i++) {
        PgaDraft *draft = g_ptr_array_index(drafts->drafts, i);
        gpointer relation = GUINT_TO_POINTER(draft->candidate.relation);
        const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(kept, relation));

        g_hash_table_insert(kept, relation, GUINT_TO_POINTER(n + 1));
        if (n < most)
            pga_candidate_maker_keep(maker, draft, draft->candidate.queries);
        else
            pga_draft_free(draft);
    }
}

static const PgaDraft *
draft_at(const PgaCandidateMaker *maker, const GArray *used, guint i)
{
    return g_ptr_array_index(maker->candidates, g_array_index(used, guint, i));
}

static gboolean
begin_alike(const PgaDraft *a, const PgaDraft *b)
{
    return begins_with_lead(b, a) && g_strcmp0(a->candidate.predicate, b->candidate.predicate) == 0;
}

/* (transfer full): of relations to GArray * of guint: places in @used. */
static GHashTable *
by_relation(const PgaCandidateMaker *maker, const GArray *used)
{
    GHashTable *places = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);

    for (guint i = 0; i < used->len; i++) {
        gpointer relation = GUINT_TO_POINTER(draft_at(maker, used, i)->candidate.relation);
        GArray *all = g_hash_table_lookup(places, relation);

        if (!all) {
            all = g_array_new(FALSE, FALSE, sizeof(guint));
            g_hash_table_insert(places, relation, all);
        }
        g_array_append_val(all, i);
    }
    return places;
}

/* Of @places of one relation those of what begins as the one at @first does, without it; empty when
 * one of them was first. */
static GArray *
those_alike(const PgaCandidateMaker *maker, const GArray *used, const GArray *places, guint first)
{
    const PgaDraft *base = draft_at(maker, used, first);
    GArray *alike = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < places->len; i++) {
        const guint place = g_array_index(places, guint, i);
        const PgaDraft *other = draft_at(maker, used, place);

        if (can_merge(maker, base, other) && begin_alike(base, other))
            g_array_append_val(alike, place);
    }
    if (alike->len && g_array_index(alike, guint, 0) < first)
        g_array_set_size(alike, 0);
    return alike;
}

/* All that begin with the same key, as one. */
static void
add_group(const PgaCandidateMaker *maker, const GArray *used, const GArray *places, guint first,
          PgaDrafts *drafts)
{
    g_autoptr(GArray) alike = those_alike(maker, used, places, first);
    const PgaDraft *base = draft_at(maker, used, first);
    g_autoptr(PgaDraft) all = NULL;

    for (guint i = 0; i < alike->len; i++) {
        const PgaDraft *so_far = all ? all : base;
        const PgaDraft *other = draft_at(maker, used, g_array_index(alike, guint, i));
        PgaDraft *more = merged(maker, so_far, other, 0);

        if (!more)
            return;
        take_queries(more, so_far, other);
        g_clear_pointer(&all, pga_draft_free);
        all = more;
    }
    if (alike->len < 2)
        return;
    g_free(all->candidate.rationale);
    all->candidate.rationale = g_strdup_printf("%s; and what %u others that begin alike have",
                                               base->candidate.rationale, alike->len);
    keep_merged(maker, g_steal_pointer(&all), G_MAXDOUBLE, drafts);
}

void
pga_candidate_maker_merge(PgaCandidateMaker *maker, const GArray *used)
{
    const guint width = maker->options.max_width ? maker->options.max_width : DEFAULT_WIDTH;
    g_autoptr(PgaDrafts) drafts = pga_drafts_new();
    g_autoptr(GHashTable) relations = by_relation(maker, used);

    if (!maker->is_settled)
        pga_candidate_maker_settle(maker);
    for (guint i = 0; i < used->len; i++) {
        const PgaDraft *a = draft_at(maker, used, i);
        const GArray *places =
            g_hash_table_lookup(relations, GUINT_TO_POINTER(a->candidate.relation));

        for (guint j = 0; j < places->len; j++) {
            const PgaDraft *b = draft_at(maker, used, g_array_index(places, guint, j));

            if (!can_merge(maker, a, b))
                continue;
            add_merged(maker, a, b, width, drafts);
            add_merged(maker, a, b, 0, drafts);
        }
        add_group(maker, used, places, i, drafts);
    }
    keep_best(maker, drafts);
    maker->is_settled = FALSE;
}

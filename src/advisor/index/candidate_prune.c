/* Of drafts that can do much the same, the better: what is left is what the planner is shown. */
#include "candidate_internal.h"
#include <string.h>

/* Of those that hold the same columns and begin alike. */
enum { MAX_ALIKE = 2 };

/* Sizes this near to each other are the same. */
#define SAME_SIZE 1.02

static gint
compare_drafts(gconstpointer left, gconstpointer right)
{
    const PgaDraft *a = *(PgaDraft *const *)left;
    const PgaDraft *b = *(PgaDraft *const *)right;

    if (a->score != b->score)
        return a->score < b->score ? -1 : 1;
    return pga_draft_compare_definitions(a, b);
}

static gboolean
are_keys_alike(const PgaIndexKey *a, const PgaIndexKey *b)
{
    return a->descending == b->descending && a->nulls_first == b->nulls_first &&
           g_strcmp0(a->opcname, b->opcname) == 0 && strcmp(a->expression, b->expression) == 0;
}

static gboolean
has_expression(const PgaDraft *draft, const PgaIndexKey *key)
{
    for (guint i = 0; i < draft->candidate.keys->len; i++) {
        const PgaIndexKey *there = g_ptr_array_index(draft->candidate.keys, i);

        if (strcmp(there->expression, key->expression) == 0)
            return TRUE;
    }
    return key->attnum && pga_draft_has_column(draft, key->attnum);
}

/* All of @b's columns are in @a. */
static gboolean
has_columns_of(const PgaDraft *a, const PgaDraft *b)
{
    for (guint i = 0; i < b->candidate.keys->len; i++)
        if (!has_expression(a, g_ptr_array_index(b->candidate.keys, i)))
            return FALSE;
    for (guint i = 0; i < b->candidate.include->len; i++)
        if (!pga_draft_has_column(a, g_array_index(b->candidate.include, gint16, i)))
            return FALSE;
    return TRUE;
}

/* The same columns, beginning with the same one, of the same rows. */
static gboolean
are_alike(const PgaDraft *a, const PgaDraft *b)
{
    return strcmp(a->candidate.amname, b->candidate.amname) == 0 &&
           strcmp(a->candidate.amname, "btree") == 0 &&
           g_strcmp0(a->candidate.predicate, b->candidate.predicate) == 0 &&
           are_keys_alike(g_ptr_array_index(a->candidate.keys, 0),
                          g_ptr_array_index(b->candidate.keys, 0)) &&
           has_columns_of(a, b) && has_columns_of(b, a);
}

/* @a's keys are @b's and more: it finds and sorts what @b does. */
static gboolean
continues(const PgaDraft *a, const PgaDraft *b)
{
    if (a->candidate.keys->len <= b->candidate.keys->len || a->bytes > b->bytes * SAME_SIZE)
        return FALSE;
    for (guint i = 0; i < b->candidate.keys->len; i++)
        if (!are_keys_alike(g_ptr_array_index(a->candidate.keys, i),
                            g_ptr_array_index(b->candidate.keys, i)))
            return FALSE;
    return TRUE;
}

static gboolean
is_superfluous(const GPtrArray *drafts, PgaDraft *draft, guint place)
{
    for (guint i = 0; i < drafts->len; i++) {
        const PgaDraft *other = g_ptr_array_index(drafts, i);

        if (i == place || !are_alike(draft, other))
            continue;
        if (continues(other, draft) || (i < place && ++draft->alike >= MAX_ALIKE))
            return TRUE;
    }
    return FALSE;
}

void
pga_drafts_prune(PgaDrafts *drafts)
{
    GPtrArray *all = drafts->drafts;
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    g_autoptr(GPtrArray) dropped = g_ptr_array_new_with_free_func((GDestroyNotify)pga_draft_free);

    g_ptr_array_sort(all, compare_drafts);
    for (guint i = 0; i < all->len; i++) {
        PgaDraft *draft = g_ptr_array_index(all, i);

        g_ptr_array_add(is_superfluous(all, draft, i) ? dropped : kept, draft);
    }
    g_ptr_array_set_free_func(all, NULL);
    g_ptr_array_set_size(all, 0);
    for (guint i = 0; i < kept->len; i++)
        g_ptr_array_add(all, g_ptr_array_index(kept, i));
    g_ptr_array_set_free_func(all, (GDestroyNotify)pga_draft_free);
    g_hash_table_remove_all(drafts->seen);
}

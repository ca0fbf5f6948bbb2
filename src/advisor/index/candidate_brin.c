/* BRIN: summaries of block ranges, for columns whose values follow the order of the rows. */
#include "candidate_internal.h"
#include <math.h>
#include <string.h>

/* A smaller relation is read as a whole as fast. */
enum { BIG_PAGES = 10000 };

/* One range of values per block range does; below, several each, from 14 on. */
#define STRONG 0.9
#define WEAK   0.5
/* Read before B-trees are, since it costs next to nothing; the planner says what it is worth. */
#define SCORE 0.02

static const PgaClauseOpclass *
opclass_of(const PgaRequestClause *clause, gboolean is_multi)
{
    for (guint i = 0; i < clause->opclasses->len; i++) {
        const PgaClauseOpclass *opclass = g_ptr_array_index(clause->opclasses, i);

        if (strcmp(opclass->amname, "brin") != 0)
            continue;
        if (is_multi ? strstr(opclass->opcname, "_minmax_multi_ops") != NULL : opclass->is_default)
            return opclass;
    }
    return NULL;
}

static void
add(const PgaView *view, const PgaPart *range, const PgaClauseOpclass *opclass,
    guint pages_per_range, PgaDrafts *drafts)
{
    PgaDraft *draft = pga_view_draft(view, "brin");
    const double summaries = view->request->pages / pages_per_range;
    PgaPart part = *range;

    part.opcname = opclass->is_default ? NULL : opclass->opcname;
    pga_draft_add_key(draft, &part);
    draft->candidate.options = g_strdup_printf("pages_per_range = %u", pages_per_range);
    draft->candidate.rationale =
        g_strdup_printf("range on %s, whose values follow the order of the rows", part.expression);
    draft->score = SCORE;
    pga_draft_finish(draft, view->relation, view->request->tuples);
    draft->bytes = 3 * 8192 + summaries * (24 + 2 * pga_column_width(view->relation, part.attnum));
    pga_drafts_add(drafts, draft);
}

void
pga_draft_brins(const PgaView *view, PgaDrafts *drafts)
{
    static const guint pages_per_range[] = {32, 128};

    if (view->predicate->len) /* it is as small without */
        return;
    for (guint i = 0; view->request->pages > BIG_PAGES && i < view->ranges->len; i++) {
        const PgaPart *range = &g_array_index(view->ranges, PgaPart, i);
        const PgaAttribute *attribute = pga_column(view->relation, range->attnum);
        const double correlation =
            attribute && attribute->stats ? fabs(attribute->stats->correlation) : 0;
        const PgaClauseOpclass *opclass = opclass_of(range->clause, correlation <= STRONG);

        if (!opclass || !(correlation > WEAK))
            continue;
        for (guint j = 0; j < G_N_ELEMENTS(pages_per_range); j++)
            add(view, range, opclass, pages_per_range[j], drafts);
    }
}

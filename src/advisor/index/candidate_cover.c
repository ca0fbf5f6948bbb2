/* From a list of B-tree keys to definitions: the keys alone; with the other columns that are
 * restricted, which then are compared inside of the index; with all that an index-only scan needs,
 * as INCLUDE or, where equal keys are kept once, as keys. */
#include "candidate_internal.h"
#include <base/text.h>
#include <string.h>

enum {
    DEFAULT_WIDTH = 4,
    DEFAULT_INCLUDE = 8,
    MAX_COPIED_BYTES = 48,
    SMALL_BYTES = 81920,
    SOME_COLUMNS = 7
};

/* Of an index without INCLUDE against one with it. */
#define WORTH_ALL_KEYS 0.8
/* Of the rows: with all columns such an index is still small. */
#define SMALL_SHARE 0.1
/* A scan of an index that is nearly as large as the relation gains nothing. */
#define GATHERED_SHARE  0.2 /* of the rows: in a partition or two */
#define TOO_LARGE       0.9
#define TOO_LARGE_PLAIN 0.5
/* Estimated cost as a share of a scan's: rough, so covering indexes are given some room. */
#define USELESS_COVERING 1.05
#define FEW                                                                                        \
    0.01 /* of the rows: what PostgreSQL guesses of equality where statistics lack is half of it   \
          */
#define USELESS_PLAIN  0.85
#define CLEARLY_USEFUL 0.3
/* A key more is not worth it where a lookup finds no more rows than this. */
#define FEW_ROWS 10

static guint
max_width(const PgaView *view)
{
    return view->options->max_width ? view->options->max_width : DEFAULT_WIDTH;
}

static gboolean
has_part(const GArray *parts, const char *expression)
{
    for (guint i = 0; i < parts->len; i++)
        if (strcmp(g_array_index(parts, PgaPart, i).expression, expression) == 0)
            return TRUE;
    return FALSE;
}

static void
append_missing(GArray *parts, const GArray *more, guint width)
{
    for (guint i = 0; i < more->len && parts->len < width; i++) {
        const PgaPart *part = &g_array_index(more, PgaPart, i);

        if (!has_part(parts, part->expression))
            g_array_append_val(parts, *part);
    }
}

static GArray *
copy_parts(const GArray *parts)
{
    GArray *copy = g_array_new(FALSE, FALSE, sizeof(PgaPart));

    g_array_append_vals(copy, parts->data, parts->len);
    return copy;
}

static PgaDraft *
draft_of(const PgaView *view, const GArray *parts)
{
    PgaDraft *draft = pga_view_draft(view, "btree");

    for (guint i = 0; i < parts->len; i++)
        pga_draft_add_key(draft, &g_array_index(parts, PgaPart, i));
    return draft;
}

static gboolean
covers(const PgaDraft *draft, const PgaView *view)
{
    for (guint i = 0; view->is_coverable && i < view->needed->len; i++)
        if (!pga_draft_has_column(draft, g_array_index(view->needed, gint16, i)))
            return FALSE;
    return view->is_coverable;
}

static const char *
say(const PgaPart *part)
{
    if (part->is_join)
        return "join on";
    if (part->clause && part->clause->kind == PGA_CLAUSE_LIKE_PREFIX)
        return "prefix of";
    if (part->clause)
        return part->is_equality ? "equality on" : "range on";
    return "order of";
}

/* "equality on a, b, range on c; covers the statement". */
static char *
rationale(const GArray *parts, gboolean is_covering, gboolean is_partial)
{
    GString *text = g_string_new(NULL);
    const char *last = "";

    for (guint i = 0; i < parts->len; i++) {
        const PgaPart *part = &g_array_index(parts, PgaPart, i);
        const char *what = say(part);

        g_string_append_printf(text, "%s%s%s%s", i ? ", " : "", strcmp(what, last) ? what : "",
                               strcmp(what, last) ? " " : "", part->expression);
        last = what;
    }
    if (is_covering)
        g_string_append(text, "; has all columns that the statement needs");
    if (is_partial)
        g_string_append(text, "; only rows that the statement asks for");
    return g_string_free(text, FALSE);
}

/* Rows of some partitions only: the planner knows each one's statistics, here are only their sum's.
 */
static gboolean
may_be_gathered(const PgaDraft *draft, const PgaView *view)
{
    return view->predicate->len > 0 && view->relation && view->relation->relkind == 'p' &&
           view->share < GATHERED_SHARE && !draft->covers;
}

/* An index that most of the relation is read for, or that is as large, is of no use; one that gives
 * the order is as long as rows are read from it alone, or few of them. */
static gboolean
is_useful(const PgaDraft *draft, const PgaView *view, const PgaRequestOrder *order)
{
    const double heap = MAX(MAX(1, view->request->pages) * 8192.0, SMALL_BYTES);

    if ((order && view->request->limit >= 0) || may_be_gathered(draft, view))
        return TRUE;
    if (draft->covers)
        return draft->bytes < heap * TOO_LARGE && (order || draft->score < USELESS_COVERING);
    if (draft->score < CLEARLY_USEFUL || view->request->rows < FEW * view->request->tuples)
        return draft->score < USELESS_PLAIN;
    return draft->bytes < heap * TOO_LARGE_PLAIN && draft->score < USELESS_PLAIN;
}

static void
keep(const PgaView *view, PgaDraft *draft, const GArray *parts, const PgaRequestOrder *order,
     PgaDrafts *drafts)
{
    draft->covers = covers(draft, view);
    pga_draft_finish(draft, view->relation, view->request->tuples);
    draft->score = pga_draft_score(draft, view, parts, draft->covers, order);
    draft->candidate.rationale = rationale(parts, draft->covers, view->predicate->len > 0);
    if (is_useful(draft, view, order))
        pga_drafts_add(drafts, draft);
    else
        pga_draft_free(draft);
}

static void
include_needed(PgaDraft *draft, const PgaView *view)
{
    for (guint i = 0; i < view->needed->len; i++)
        pga_draft_add_include(draft, g_array_index(view->needed, gint16, i));
}

/* Keys in the place of INCLUDE: (transfer none) strings of @names. */
static void
append_needed(GArray *parts, const PgaView *view, const PgaDraft *covering, GPtrArray *names)
{
    const GArray *include = covering->candidate.include;

    for (guint i = 0; i < include->len; i++) {
        const PgaAttribute *attribute =
            pga_column(view->relation, g_array_index(include, gint16, i));
        PgaPart part = {.selectivity = 1};

        if (!attribute)
            return;
        part.attnum = attribute->attnum;
        part.expression = pga_quote_identifier(attribute->attname);
        g_ptr_array_add(names, (gpointer)part.expression);
        g_array_append_val(parts, part);
    }
}

/* All as keys, where equal keys are then kept once: the same for less. */
static gboolean
keep_all_keys(const PgaView *view, const GArray *parts, const PgaDraft *covering,
              const PgaRequestOrder *order, PgaDrafts *drafts)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) all = copy_parts(parts);
    g_autoptr(PgaDraft) draft = NULL;

    if (!covering->candidate.include->len ||
        parts->len + covering->candidate.include->len > max_width(view))
        return FALSE;
    append_needed(all, view, covering, names);
    draft = draft_of(view, all);
    if (!covers(draft, view))
        return FALSE;
    pga_draft_finish(draft, view->relation, view->request->tuples);
    if (draft->bytes >= covering->bytes * WORTH_ALL_KEYS)
        return FALSE;
    g_clear_pointer(&draft, pga_draft_free);
    keep(view, draft_of(view, all), all, order, drafts);
    return TRUE;
}

/* Nearly all columns of a relation that has some. */
gboolean
pga_draft_is_whole(const PgaDraft *draft, const PgaRelation *relation)
{
    const guint n = draft->candidate.keys->len + draft->candidate.include->len;

    return relation && draft->candidate.include->len > 0 && draft->share > SMALL_SHARE &&
           relation->attributes->len >= SOME_COLUMNS && 4 * n > 3 * relation->attributes->len;
}

/* Most of the relation once more is no index. */
static gboolean
is_copy(const PgaDraft *draft, const PgaView *view)
{
    const GArray *include = draft->candidate.include;
    guint bytes = 0;

    for (guint i = 0; i < include->len; i++)
        bytes += (guint)pga_column_width(view->relation, g_array_index(include, gint16, i));
    return bytes > MAX_COPIED_BYTES && view->share > SMALL_SHARE && view->relation &&
           include->len * 2 > view->relation->attributes->len;
}

static void
keep_covering(const PgaView *view, const GArray *parts, const PgaRequestOrder *order,
              PgaDrafts *drafts)
{
    const guint max = view->options->max_include ? view->options->max_include : DEFAULT_INCLUDE;
    g_autoptr(PgaDraft) draft = NULL;

    if (!view->is_coverable)
        return;
    draft = draft_of(view, parts);
    include_needed(draft, view);
    if (draft->candidate.include->len > max || is_copy(draft, view) ||
        pga_draft_is_whole(draft, view->relation))
        return;
    pga_draft_finish(draft, view->relation, view->request->tuples);
    if (keep_all_keys(view, parts, draft, order, drafts))
        return;
    g_clear_pointer(&draft, pga_draft_free);
    draft = draft_of(view, parts);
    include_needed(draft, view);
    keep(view, g_steal_pointer(&draft), parts, order, drafts);
}

static gboolean
asks(const GArray *parts)
{
    for (guint i = 0; i < parts->len; i++)
        if (g_array_index(parts, PgaPart, i).clause)
            return TRUE;
    return FALSE;
}

/* Without the last key many rows would be found. */
static gboolean
is_short(const PgaView *view, const GArray *parts)
{
    double rows = view->request->tuples * view->share;

    for (guint i = 0; i + 1 < parts->len; i++)
        rows *= g_array_index(parts, PgaPart, i).selectivity;
    return parts->len == 1 || rows > FEW_ROWS;
}

void
pga_draft_variants(const PgaView *view, const GArray *parts, const PgaRequestOrder *order,
                   PgaDrafts *drafts)
{
    g_autoptr(GArray) more = copy_parts(parts);

    append_missing(more, view->equal, max_width(view));
    append_missing(more, view->ranges, max_width(view));
    if ((asks(parts) || order || view->predicate->len) && (order || is_short(view, parts)))
        keep(view, draft_of(view, parts), parts, order, drafts);
    if (more->len > parts->len && is_short(view, more))
        keep(view, draft_of(view, more), more, order, drafts);
    keep_covering(view, more, order, drafts);
}

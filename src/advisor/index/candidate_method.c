/* Indexes of other methods than B-tree: what operator classes say can serve a clause or a distance;
 * trigrams where their extension is still to be installed; hash for long values. */
#include "candidate_internal.h"
#include <string.h>

/* A hash index takes 20 bytes for each row, whatever the value. */
enum { LONG_VALUE = 32 };

/* Above any B-tree: only the planner can tell what these are worth. */
#define SCORE 0.01

static gboolean
is_ordered(const char *amname)
{
    return strcmp(amname, "btree") == 0 || strcmp(amname, "hash") == 0 ||
           strcmp(amname, "brin") == 0;
}

static gboolean
takes_several(const char *amname)
{
    return strcmp(amname, "gin") == 0 || strcmp(amname, "gist") == 0;
}

static PgaPart
part_of(const PgaRequestClause *clause, const PgaClauseOpclass *opclass)
{
    return (PgaPart){
        .expression = clause->expression,
        .attnum = clause->attnum,
        .opcname = opclass->is_default ? NULL : opclass->opcname,
        .selectivity = clause->selectivity,
        .clause = clause,
    };
}

static void
finish(const PgaView *view, PgaDraft *draft, char *rationale, double score, PgaDrafts *drafts)
{
    draft->candidate.rationale = rationale;
    draft->score = score;
    pga_draft_finish(draft, view->relation, view->request->tuples);
    pga_drafts_add(drafts, draft);
}

static gboolean
is_excluded(const PgaView *view, gint16 attnum)
{
    return view->options->no_expression && !attnum;
}

static void
add_single(const PgaView *view, const PgaRequestClause *clause, const PgaClauseOpclass *opclass,
           PgaDrafts *drafts)
{
    PgaDraft *draft = pga_view_draft(view, opclass->amname);
    const PgaPart part = part_of(clause, opclass);

    pga_draft_add_key(draft, &part);
    finish(view, draft,
           g_strdup_printf("operator %s on %s", clause->operator_ ? clause->operator_ : "?",
                           clause->expression),
           SCORE, drafts);
}

/* Scalars in one GIN or GiST index with what needs it: only where btree_gin or btree_gist is. */
static gboolean
is_companion(const PgaRequestClause *clause, const PgaClauseOpclass *opclass)
{
    if (clause->kind == PGA_CLAUSE_OPERATOR)
        return TRUE;
    return opclass->is_default &&
           (clause->kind == PGA_CLAUSE_EQUAL || clause->kind == PGA_CLAUSE_IN ||
            (clause->kind == PGA_CLAUSE_RANGE && clause->is_constant));
}

static gboolean
is_in(const PgaView *view, const PgaRequestClause *clause)
{
    for (guint i = 0; i < view->predicate->len; i++)
        if (g_ptr_array_index(view->predicate, i) == clause)
            return TRUE;
    return FALSE;
}

static void
add_companions(const PgaView *view, PgaDraft *draft, GPtrArray *names)
{
    for (guint i = 0; i < view->request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(view->request->clauses, i);
        const PgaClauseOpclass *opclass = pga_clause_opclass(clause, draft->candidate.amname);
        PgaPart part;

        if (!opclass || clause->or_group || clause->is_join || !is_companion(clause, opclass) ||
            is_in(view, clause) || is_excluded(view, clause->attnum) ||
            g_ptr_array_find_with_equal_func(names, clause->expression, g_str_equal, NULL))
            continue;
        part = part_of(clause, opclass);
        pga_draft_add_key(draft, &part);
        g_ptr_array_add(names, clause->expression);
    }
}

/* With the operator's own column first for GIN, where the order does not matter, and constants
 * first for GiST, where it does. */
static void
add_several(const PgaView *view, const PgaRequestClause *clause, const PgaClauseOpclass *opclass,
            PgaDrafts *drafts)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(PgaDraft) draft = NULL;
    const PgaPart part = part_of(clause, opclass);
    const gboolean is_gist = strcmp(opclass->amname, "gist") == 0;

    if (!takes_several(opclass->amname) || clause->or_group)
        return;
    draft = pga_view_draft(view, opclass->amname);
    g_ptr_array_add(names, clause->expression);
    if (!is_gist)
        pga_draft_add_key(draft, &part);
    add_companions(view, draft, names);
    if (is_gist)
        pga_draft_add_key(draft, &part);
    if (names->len > 1)
        finish(view, g_steal_pointer(&draft),
               g_strdup_printf("operator %s on %s, with other columns", clause->operator_,
                               clause->expression),
               SCORE, drafts);
}

static gboolean
is_pattern(const PgaRequestClause *clause)
{
    static const char *const operators[] = {"~~", "~~*", "~", "~*"};

    for (guint i = 0; i < G_N_ELEMENTS(operators); i++)
        if (g_strcmp0(clause->operator_, operators[i]) == 0)
            return clause->expression && *clause->expression &&
                   (clause->kind == PGA_CLAUSE_OPERATOR || clause->kind == PGA_CLAUSE_FILTER ||
                    clause->kind == PGA_CLAUSE_LIKE_PREFIX);
    return FALSE;
}

static gboolean
is_text(const PgaView *view, const PgaRequestClause *clause)
{
    const PgaAttribute *attribute = pga_column(view->relation, clause->attnum);

    return !attribute || g_strcmp0(attribute->typname, "text") == 0 ||
           g_strcmp0(attribute->typname, "varchar") == 0;
}

static void
add_trigrams(const PgaView *view, const PgaRequestClause *clause, PgaDrafts *drafts)
{
    static const PgaClauseOpclass missing = {.amname = (char *)"gin",
                                             .opcname = (char *)"gin_trgm_ops"};
    const PgaPart part = part_of(clause, &missing);
    PgaDraft *draft;

    if (!is_pattern(clause) || clause->kind == PGA_CLAUSE_LIKE_PREFIX || !is_text(view, clause) ||
        pga_clause_opclass(clause, "gin"))
        return;
    draft = pga_view_draft(view, "gin");
    pga_draft_add_key(draft, &part);
    draft->candidate.extension = g_strdup("pg_trgm");
    finish(view, draft, g_strdup_printf("pattern anywhere in %s", clause->expression), SCORE,
           drafts);
}

/* What GIN finds by its keys, GiST has signatures of: larger parts of it are read than the planner
 * believes. */
static void
add_for_clause(const PgaView *view, const PgaRequestClause *clause, PgaDrafts *drafts)
{
    const gboolean has_gin = pga_clause_opclass(clause, "gin") != NULL;

    if (is_in(view, clause) || is_excluded(view, clause->attnum))
        return;
    add_trigrams(view, clause, drafts);
    if (clause->kind != PGA_CLAUSE_OPERATOR && clause->kind != PGA_CLAUSE_LIKE_PREFIX)
        return;
    for (guint i = 0; i < clause->opclasses->len; i++) {
        const PgaClauseOpclass *opclass = g_ptr_array_index(clause->opclasses, i);

        if (is_ordered(opclass->amname) ||
            (has_gin && strcmp(opclass->amname, "gin") != 0 && clause->kind == PGA_CLAUSE_OPERATOR))
            continue;
        add_single(view, clause, opclass, drafts);
        add_several(view, clause, opclass, drafts);
    }
}

/* Nearest neighbours: constants ahead where the method takes several columns. */
static void
add_for_distance(const PgaView *view, const PgaRequestOrder *order, PgaDrafts *drafts)
{
    const PgaRequestKey *key = order->keys->len ? g_ptr_array_index(order->keys, 0) : NULL;

    for (guint i = 0; key && i < order->opclasses->len; i++) {
        const PgaClauseOpclass *opclass = g_ptr_array_index(order->opclasses, i);
        const PgaPart part = {.expression = key->expression,
                              .attnum = key->attnum,
                              .opcname = opclass->is_default ? NULL : opclass->opcname,
                              .selectivity = 1};
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        PgaDraft *single = pga_view_draft(view, opclass->amname);
        g_autoptr(PgaDraft) several = pga_view_draft(view, opclass->amname);

        pga_draft_add_key(single, &part);
        finish(view, single, g_strdup_printf("distance of %s", key->expression), SCORE, drafts);
        g_ptr_array_add(names, key->expression);
        add_companions(view, several, names);
        pga_draft_add_key(several, &part);
        if (names->len > 1 && takes_several(opclass->amname))
            finish(view, g_steal_pointer(&several),
                   g_strdup_printf("constants, then distance of %s", key->expression), SCORE,
                   drafts);
    }
}

static void
add_hash(const PgaView *view, PgaDrafts *drafts)
{
    const PgaPart *part = view->equal->len ? &g_array_index(view->equal, PgaPart, 0) : NULL;
    const PgaClauseOpclass *opclass = part && part->clause->kind == PGA_CLAUSE_EQUAL
                                          ? pga_clause_opclass(part->clause, "hash")
                                          : NULL;
    PgaDraft *draft;
    PgaPart key;

    if (!opclass || view->equal->len != 1 || view->ranges->len || part->width <= LONG_VALUE)
        return;
    key = *part;
    key.opcname = opclass->is_default ? NULL : opclass->opcname;
    draft = pga_view_draft(view, "hash");
    pga_draft_add_key(draft, &key);
    finish(view, draft, g_strdup_printf("equality on the long values of %s", part->expression),
           SCORE, drafts);
}

void
pga_draft_methods(const PgaView *view, const PgaRequestClause *arm, PgaDrafts *drafts)
{
    for (guint i = 0; i < view->request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(view->request->clauses, i);

        if (pga_clause_holds(clause, arm))
            add_for_clause(view, clause, drafts);
    }
    for (guint i = 0; !arm && i < view->request->orders->len; i++) {
        const PgaRequestOrder *order = g_ptr_array_index(view->request->orders, i);

        if (order->is_distance)
            add_for_distance(view, order, drafts);
    }
    add_hash(view, drafts);
}

/* A request as an index with a certain predicate sees it: what is left to look for by keys, and
 * what an index-only scan has to give. */
#include "candidate_internal.h"
#include <string.h>

enum { MANY_ROWS = 1000 }; /* looked at in vain until a LIMIT is met */

#define FEW 0.01 /* of the rows */

static gboolean
is_stated(const PgaView *view, const PgaRequestClause *clause)
{
    for (guint i = 0; i < view->predicate->len; i++) {
        const PgaRequestClause *stated = g_ptr_array_index(view->predicate, i);

        if (stated == clause || (*clause->clause && strcmp(stated->clause, clause->clause) == 0))
            return TRUE;
    }
    return FALSE;
}

/* (nullable): the default operator class of the method that serves the clause, else the first. */
const PgaClauseOpclass *
pga_clause_opclass(const PgaRequestClause *clause, const char *amname)
{
    const PgaClauseOpclass *found = NULL;

    for (guint i = 0; i < clause->opclasses->len; i++) {
        const PgaClauseOpclass *opclass = g_ptr_array_index(clause->opclasses, i);

        if (strcmp(opclass->amname, amname) != 0)
            continue;
        if (opclass->is_default)
            return opclass;
        if (!found)
            found = opclass;
    }
    return found;
}

static PgaPart *
part_of(GArray *parts, const char *expression)
{
    for (guint i = 0; i < parts->len; i++) {
        PgaPart *part = &g_array_index(parts, PgaPart, i);

        if (strcmp(part->expression, expression) == 0)
            return part;
    }
    return NULL;
}

/* Two bounds of one column leave what is between them; other clauses are taken as independent. */
static double
both(const PgaPart *part, const PgaRequestClause *clause)
{
    const double between = part->selectivity + clause->selectivity - 1;

    if (!part->is_equality && clause->kind == PGA_CLAUSE_RANGE && between > 0)
        return between;
    return part->selectivity * clause->selectivity;
}

static void
add_part(GArray *parts, const PgaRequestClause *clause, const char *opcname)
{
    PgaPart *there = part_of(parts, clause->expression);
    const PgaPart part = {
        .expression = clause->expression,
        .attnum = clause->attnum,
        .opcname = opcname,
        .selectivity = clause->selectivity,
        .width = clause->width,
        .is_equality = clause->kind != PGA_CLAUSE_RANGE && clause->kind != PGA_CLAUSE_LIKE_PREFIX,
        .is_join = clause->kind == PGA_CLAUSE_JOIN || clause->is_join,
        .clause = clause,
    };

    if (there)
        there->selectivity = both(there, clause);
    else
        g_array_append_val(parts, part);
}

static GArray *
parts_for(PgaView *view, const PgaRequestClause *clause)
{
    switch (clause->kind) {
    case PGA_CLAUSE_EQUAL:
    case PGA_CLAUSE_IN:
        return clause->is_join ? view->joins : view->equal;
    case PGA_CLAUSE_NULL:
    case PGA_CLAUSE_BOOLEAN:
        return view->equal;
    case PGA_CLAUSE_RANGE:
    case PGA_CLAUSE_LIKE_PREFIX:
        return view->ranges;
    case PGA_CLAUSE_JOIN:
        return view->joins;
    case PGA_CLAUSE_NOT_NULL:
    case PGA_CLAUSE_OPERATOR:
    case PGA_CLAUSE_FILTER:
        break;
    }
    return NULL;
}

static void
add_clause(PgaView *view, const PgaRequestClause *clause)
{
    const gboolean takes_any =
        clause->kind == PGA_CLAUSE_NULL || clause->kind == PGA_CLAUSE_BOOLEAN;
    const PgaClauseOpclass *opclass = pga_clause_opclass(clause, "btree");
    GArray *parts = parts_for(view, clause);

    if (!parts || (!opclass && !(takes_any && clause->opclasses->len == 0)))
        return;
    if (!clause->attnum && view->options->no_expression)
        return;
    add_part(parts, clause, opclass && !opclass->is_default ? opclass->opcname : NULL);
}

static gint
compare_selectivity(gconstpointer left, gconstpointer right)
{
    const PgaPart *a = left;
    const PgaPart *b = right;

    if (a->selectivity != b->selectivity)
        return a->selectivity < b->selectivity ? -1 : 1;
    return a->attnum != b->attnum ? a->attnum - b->attnum : strcmp(a->expression, b->expression);
}

/* A join's own selectivity is that of the whole join: what one outer row finds is by the number of
 * values. */
static void
rate_joins(PgaView *view)
{
    for (guint i = 0; i < view->joins->len; i++) {
        PgaPart *part = &g_array_index(view->joins, PgaPart, i);
        const double n = pga_column_distinct(view->relation, part->attnum, view->request->tuples);

        if (n > 0)
            part->selectivity = 1 / MAX(1, n);
        else if (part->selectivity >= 1)
            part->selectivity = 0.005;
    }
}

/* A column that has both a constant and a join needs one key. */
static void
drop_doubles(GArray *parts, GArray *kept)
{
    for (guint i = parts->len; i-- > 0;)
        if (part_of(kept, g_array_index(parts, PgaPart, i).expression))
            g_array_remove_index(parts, i);
}

static void
need(PgaView *view, gint16 attnum)
{
    pga_attnums_add(view->needed, attnum);
    if (attnum <= 0)
        view->is_coverable = FALSE;
    if (pga_column_may_be_long(view->relation, attnum))
        view->is_coverable = FALSE;
}

/* A clause mentions the column, and nothing else needs it. */
static gboolean
is_of_clauses(const PgaIndexRequest *request, gint16 attnum)
{
    if (pga_attnums_have(request->output, attnum))
        return FALSE;
    for (guint i = 0; i < request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        if (!clause->is_join && pga_attnums_have(clause->columns, attnum))
            return TRUE;
    }
    return FALSE;
}

static void
find_needed(PgaView *view)
{
    const PgaIndexRequest *request = view->request;

    view->is_coverable = !request->needs_whole_row;
    for (guint i = 0; i < request->needed->len; i++)
        if (!is_of_clauses(request, g_array_index(request->needed, gint16, i)))
            need(view, g_array_index(request->needed, gint16, i));
    for (guint i = 0; i < request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        if (is_stated(view, clause) || clause->is_join)
            continue;
        for (guint j = 0; j < clause->columns->len; j++)
            need(view, g_array_index(clause->columns, gint16, j));
    }
}

static GArray *
parts_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(PgaPart));
}

/* Words or a pattern that nobody knows; the beginning of an expression, of which there are no
 * statistics. */
static gboolean
is_unknown(const PgaRequestClause *clause)
{
    return (clause->kind == PGA_CLAUSE_OPERATOR && strchr(clause->clause, '$') &&
            pga_clause_opclass(clause, "gin")) ||
           (clause->kind == PGA_CLAUSE_LIKE_PREFIX && !clause->attnum);
}

static gboolean
is_equality(const PgaRequestClause *clause)
{
    return (clause->kind == PGA_CLAUSE_EQUAL || clause->kind == PGA_CLAUSE_IN) &&
           pga_clause_opclass(clause, "btree");
}

gboolean
pga_request_is_seldom_met(const PgaIndexRequest *request)
{
    const double rows = MAX(request->rows, 1);
    const gboolean is_seldom =
        rows < FEW * request->tuples && request->tuples * MAX(request->limit, 1) > MANY_ROWS * rows;

    for (guint i = 0; request->limit >= 0 && i < request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        if (!clause->or_group && !clause->is_join &&
            (is_unknown(clause) || (is_seldom && is_equality(clause))))
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_clause_holds(const PgaRequestClause *clause, const PgaRequestClause *arm)
{
    return !clause->or_group ||
           (arm && clause->or_group == arm->or_group && clause->or_arm == arm->or_arm);
}

PgaView *
pga_view_new(const PgaIndexRequest *request, const PgaRelation *relation,
             const PgaCandidateOptions *options, const GPtrArray *predicate,
             const PgaRequestClause *arm)
{
    PgaView *view = g_new0(PgaView, 1);

    *view = (PgaView){request,
                      relation,
                      options,
                      g_ptr_array_new(),
                      1,
                      parts_new(),
                      parts_new(),
                      parts_new(),
                      g_array_new(FALSE, FALSE, sizeof(gint16)),
                      FALSE};
    for (guint i = 0; i < predicate->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(predicate, i);

        g_ptr_array_add(view->predicate, (gpointer)clause);
        view->share *= clause->selectivity;
    }
    for (guint i = 0; i < request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        if (!is_stated(view, clause) && pga_clause_holds(clause, arm))
            add_clause(view, clause);
    }
    rate_joins(view);
    drop_doubles(view->ranges, view->equal);
    drop_doubles(view->joins, view->equal);
    g_array_sort(view->equal, compare_selectivity);
    g_array_sort(view->ranges, compare_selectivity);
    g_array_sort(view->joins, compare_selectivity);
    find_needed(view);
    if (arm)
        view->is_coverable = FALSE;
    return view;
}

void
pga_view_free(PgaView *view)
{
    g_ptr_array_unref(view->predicate);
    g_array_unref(view->equal);
    g_array_unref(view->ranges);
    g_array_unref(view->joins);
    g_array_unref(view->needed);
    g_free(view);
}

/* An index without keys yet. */
PgaDraft *
pga_view_draft(const PgaView *view, const char *amname)
{
    PgaDraft *draft = pga_draft_new(view->request->relation, amname);

    for (guint i = 0; i < view->predicate->len; i++)
        pga_draft_state(draft, g_ptr_array_index(view->predicate, i));
    return draft;
}

/* Statements that are better written in another way: because no index helps them as they are, or
 * because the index that does would not be needed. Told from their texts, and from what the planner
 * made of them: a cast that PostgreSQL adds is not in the text. */
#include <parse/hindrance.h>

#include "index_internal.h"

#define EXPENSIVE 500 /* planner cost: below it nobody waits */
#define IN_SOME   "In some calls "
#define FEW_ROWS  1000 /* a relation that is read as quickly as it is looked up in */

/** A column that no index is searched for, and where. */
typedef struct {
    const PgaRequestClause *clause; /* (nullable): none */
    const PgaAttribute *column;
    double tuples;
    gboolean in_some; /* calls, not in all */
} Hidden;

static void
look_at(const PgaIndexRun *run, const PgaIndexRequest *request, gboolean with_joins, Hidden *out)
{
    const PgaRelation *relation =
        g_hash_table_lookup(run->relations, GUINT_TO_POINTER(request->relation));

    if (!relation || request->tuples < FEW_ROWS || request->tuples <= out->tuples)
        return;
    for (guint i = 0; i < request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);
        const PgaAttribute *column =
            clause->hidden ? pga_relation_attribute(relation, clause->hidden) : NULL;

        if (!column || (clause->is_join && !with_joins))
            continue;
        *out = (Hidden){clause, column, request->tuples, FALSE};
        return;
    }
}

/* In the largest relation; texts that differ by their constants alone may differ in this. */
static Hidden
find_hidden(const PgaIndexRun *run, guint query, gboolean with_joins)
{
    Hidden found = {0};
    gboolean in_all = TRUE;

    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, i);
        Hidden here = {0};

        if (sample->query != query || !sample->requests)
            continue;
        for (guint j = 0; j < sample->requests->requests->len; j++)
            look_at(run, g_ptr_array_index(sample->requests->requests, j), with_joins, &here);
        in_all = in_all && here.clause;
        if (here.tuples > found.tuples)
            found = here;
    }
    found.in_some = !in_all;
    return found;
}

static void
tell_cast(const Hidden *hidden, PgaHindrance *out)
{
    const PgaRequestClause *clause = hidden->clause;
    const char *column = hidden->column->attname;

    out->what = g_strdup_printf("%s%s, of type %s, is %s as %s: the cast around it, which "
                                "PostgreSQL adds, hides it from its indexes.",
                                hidden->in_some ? IN_SOME : "", column, clause->hidden_from,
                                clause->is_join ? "joined" : "compared", clause->hidden_to);
    out->hint =
        clause->is_join
            ? g_strdup("Give both columns one type, or cast the other one.")
            : g_strdup_printf("Give the other side as %s: by the parameter's type in the driver, "
                              "or a cast there.",
                              clause->hidden_from);
}

static void
tell_collation(const Hidden *hidden, PgaHindrance *out)
{
    const PgaRequestClause *clause = hidden->clause;
    const char *column = hidden->column->attname;

    out->what = g_strdup_printf("%s%s is compared in the collation %s, not in its own, %s: no "
                                "index on %s serves that.",
                                hidden->in_some ? IN_SOME : "", column, clause->hidden_to,
                                clause->hidden_from, column);
    out->hint = g_strdup("Compare in the column's own collation; a value of the type name is to be "
                         "cast to text.");
}

/* Nobody makes an index on a catalog, or writes the server's own queries. */
static gboolean
asks_of_tables(const PgaIndexRun *run, guint query)
{
    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, i);

        if (sample->query == query && sample->requests && sample->requests->requests->len > 0)
            return TRUE;
    }
    return FALSE;
}

/* Old or new. */
static gboolean
uses_any(const PgaIndexRun *run, guint query)
{
    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, i);

        if (sample->query == query && sample->used && sample->used->len > 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_expression(const PgaIndexChoice *choice)
{
    for (guint i = 0; choice->candidate && i < choice->candidate->keys->len; i++)
        if (((const PgaIndexKey *)g_ptr_array_index(choice->candidate->keys, i))->attnum == 0)
            return TRUE;
    return FALSE;
}

/* A new index on an expression is in its plan. */
static gboolean
uses_expression(const PgaIndexRun *run, guint query)
{
    for (guint i = 0; i < run->samples->len; i++) {
        const PgaIndexSample *sample = g_ptr_array_index(run->samples, i);

        for (guint j = 0; sample->query == query && sample->used && j < sample->used->len; j++)
            if (has_expression(pga_index_choice_at(run, g_array_index(sample->used, guint, j))))
                return TRUE;
    }
    return FALSE;
}

static gboolean
is_told_of_text(const PgaIndexRun *run, guint query, const PgaHindrance *hindrance)
{
    const PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, query);

    if (hindrance->is_avoidable && uses_expression(run, query))
        return TRUE;
    if (outcome->after < EXPENSIVE)
        return FALSE;
    return hindrance->despite_index || (outcome->used->len == 0 && !uses_any(run, query));
}

static gboolean
tell_text(PgaIndexRun *run, guint query, PgaHindrance *out)
{
    const PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, query);

    if (!pga_hindrance_find(outcome->query->text, out))
        return FALSE;
    if (is_told_of_text(run, query, out))
        return TRUE;
    pga_hindrance_clear(out);
    return FALSE;
}

static gboolean
tell_hidden(const PgaIndexRun *run, guint query, PgaHindrance *out)
{
    const PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, query);
    const gboolean by_expression = uses_expression(run, query);
    Hidden hidden;

    if (outcome->after < EXPENSIVE && !by_expression)
        return FALSE;
    hidden = find_hidden(run, query, by_expression || !uses_any(run, query));
    if (!hidden.clause)
        return FALSE;
    if (hidden.clause->hidden_by_cast)
        tell_cast(&hidden, out);
    else
        tell_collation(&hidden, out);
    return TRUE;
}

void
pga_index_tell_hindrances(PgaIndexRun *run)
{
    for (guint i = 0; i < run->report->queries->len; i++) {
        PgaQueryOutcome *outcome = g_ptr_array_index(run->report->queries, i);
        g_auto(PgaHindrance) hindrance = {0};

        if (!outcome->planned || outcome->before < EXPENSIVE || !asks_of_tables(run, i) ||
            (!tell_text(run, i, &hindrance) && !tell_hidden(run, i, &hindrance)))
            continue;
        outcome->hindrance = g_steal_pointer(&hindrance.what);
        outcome->hindrance_hint = g_steal_pointer(&hindrance.hint);
    }
}

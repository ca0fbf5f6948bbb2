/* query-n-plus-one: a query for each row that another one returned. Along a foreign key, with about
 * as many calls as the other returned rows: lookups by key as such are no fault. */
#include "../statement_internal.h"

#include <base/units.h>
#include <math.h>

#include "../column_internal.h"

enum { MIN_CALLS, MIN_RATIO, TOLERANCE }; /* places in the rule's thresholds */

#define CLOSE 0.1 /* off by less: hardly by chance */

/* (nullable): the only relation that the statement reads. */
static const PgaRelation *
only_relation(const PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    if (!statement->relations || statement->relations->len != 1)
        return NULL;
    return pga_catalog_relation(run->catalog, g_array_index(statement->relations, PgaOid, 0));
}

/* The one column that it is looked up by; 0. */
static gint16
lookup_column(const PgaWorkloadStatement *statement)
{
    gint16 attnum = 0;

    for (guint i = 0; i < statement->predicates->len; i++) {
        const PgaPredicate *predicate = g_ptr_array_index(statement->predicates, i);

        if (predicate->constant || g_str_has_prefix(predicate->operator_, "IS"))
            continue; /* a state that all calls share */
        if (attnum || predicate->disjunct || predicate->with_relation || predicate->attnum == 0 ||
            !g_str_equal(predicate->operator_, "="))
            return 0;
        attnum = predicate->attnum;
    }
    return attnum;
}

/* Whether a foreign key leads from @list to the key that @lookup is asked by, or from the column
 * that it is asked by to @list. */
static gboolean
are_linked(const PgaRelation *lookup, gint16 attnum, const PgaRelation *list)
{
    for (guint i = 0; i < list->constraints->len; i++) {
        const PgaConstraint *fk = g_ptr_array_index(list->constraints, i);

        if (fk->contype == 'f' && fk->confrelid == lookup->oid && fk->confkey->len == 1 &&
            g_array_index(fk->confkey, gint16, 0) == attnum)
            return TRUE;
    }
    for (guint i = 0; i < lookup->constraints->len; i++) {
        const PgaConstraint *fk = g_ptr_array_index(lookup->constraints, i);

        if (fk->contype == 'f' && fk->confrelid == list->oid && fk->conkey->len == 1 &&
            g_array_index(fk->conkey, gint16, 0) == attnum)
            return TRUE;
    }
    return FALSE;
}

/* How far the calls of @lookup are from the rows of @list; above 1 is never. */
static double
distance(const PgaRuleRun *run, const PgaWorkloadStatement *lookup,
         const PgaWorkloadStatement *list)
{
    const double rows = (double)list->rows, calls = (double)lookup->calls;

    if (list == lookup || list->command != 's' || !list->relations || list->rows <= 0 ||
        calls < run->threshold[MIN_RATIO] * (double)list->calls)
        return G_MAXDOUBLE;
    return fabs(calls - rows) / rows;
}

static gboolean
reads_linked(const PgaRuleRun *run, const PgaRelation *lookup, gint16 attnum,
             const PgaWorkloadStatement *list)
{
    for (guint i = 0; i < list->relations->len; i++) {
        const PgaRelation *relation =
            pga_catalog_relation(run->catalog, g_array_index(list->relations, PgaOid, i));

        if (relation && are_linked(lookup, attnum, relation))
            return TRUE;
    }
    return FALSE;
}

/* (nullable): the statement whose rows fit best. */
static const PgaWorkloadStatement *
find_list(const PgaRuleRun *run, const PgaWorkloadStatement *lookup, const PgaRelation *relation,
          double *best)
{
    const gint16 attnum = lookup_column(lookup);
    const PgaWorkloadStatement *found = NULL;

    *best = run->threshold[TOLERANCE];
    for (guint i = 0; attnum && i < run->workload->statements->len; i++) {
        const PgaWorkloadStatement *list = g_ptr_array_index(run->workload->statements, i);
        const double off = distance(run, lookup, list);

        if (off <= *best && reads_linked(run, relation, attnum, list)) {
            *best = off;
            found = list;
        }
    }
    return found;
}

static void
check_statement(PgaRuleRun *run, const PgaWorkloadStatement *statement)
{
    const PgaRelation *relation = only_relation(run, statement);
    const PgaWorkloadStatement *list;
    g_autofree char *calls = NULL, *text = NULL, *list_calls = NULL, *rows = NULL;
    PgaFinding *finding;
    double off;

    if (!relation || statement->command != 's' || statement->has_aggregate ||
        (double)statement->calls < run->threshold[MIN_CALLS])
        return;
    list = find_list(run, statement, relation, &off);
    if (!list)
        return;
    calls = pga_count_format((double)statement->calls);
    list_calls = pga_count_format((double)list->calls);
    rows = pga_count_format((double)list->rows);
    text = pga_statement_text(list);
    finding = pga_rule_report_statement(
        run, statement,
        "It ran %s times; query %s, along a foreign key, returned %s rows in %s calls: it looks "
        "as if each of these rows had a query of its own. The other one: %s.",
        calls, list->fingerprint, rows, list_calls, text);
    finding->confidence = off <= CLOSE ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE;
    if (off > CLOSE)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    pga_finding_note(finding, "Ask once: with a join, or with WHERE key = ANY (…) for all rows "
                              "together. In an ORM: select_related() and prefetch_related() in "
                              "Django, includes() in ActiveRecord, selectinload() in SQLAlchemy.");
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_statement(run, check_statement);
}

const PgaRule pga_rule_query_n_plus_one = {
    .id = "query-n-plus-one",
    .title = "Query that runs once for each row of another",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Each call is a round trip: a page that shows a hundred rows waits a hundred times for "
           "the network.",
    .when_not = "The calls come from elsewhere, such as an API that is asked by key; "
                "pg_stat_statements does not know which session called what.",
    .condition = "A SELECT by one column of one table ran {min_calls} or more, and a SELECT along "
                 "a foreign key that ran {min_ratio} times less often returned as many rows, off "
                 "by at most {tolerance}; if off by more than 10 % it is an info.",
    .fix = "Nothing to execute: names both statements.",
    .versions = "With pg_stat_statements.track = top, the default, statements in functions are "
                "not seen.",
    .docs = "queries-table-expressions.html#QUERIES-JOIN",
    .docs_title = "Table Expressions: Joined Tables",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"min_calls", "calls", 1000, "Fewer do not matter."},
                   {"min_ratio", "times", 10, "Of its calls and those of the other one."},
                   {"tolerance", "share", 0.25,
                    "Between its calls and the rows of the other "
                    "one."}},
    .check = check,
};

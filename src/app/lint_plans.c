/* One clone for both states: what the planner was told of a table stays when its indexes, columns
 * or partitions change. What is new has no statistics, which is said. */
#include "lint_plans_internal.h"

#include <string.h>

#include <base/error.h>
#include <base/progress.h>
#include <lab/trace.h>

#include "lint_trace_internal.h"
#include "plan_changes_internal.h"

enum { MAX_NAMED = 10 };

struct PgaLintPlans {
    PgaIndexAsk ask;
    PgaIndexRun run;
    PgaPlanReport *report;
    char **extensions;
    PgaTracer *tracer;       /* (nullable): there is nothing to plan, nor to execute */
    PgaPlannedState *before; /* (nullable): not planned yet */
    char *unknown;           /* (nullable): columns that had no statistics, as the lab has them */
    char *last;              /* (nullable): the greatest oid of a relation */
};

#define HAS_STATISTICS                                                                             \
    "EXISTS (SELECT FROM pg_catalog.pg_stats s WHERE s.schemaname = n.nspname"                     \
    " AND s.tablename = c.relname"

/* Columns without statistics, as "oid.attnum". */
static const char unknown_columns[] =
    "SELECT coalesce(pg_catalog.array_agg(a.attrelid || '.' || a.attnum), '{}')"
    " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'm', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
    " AND c.oid >= 16384 AND NOT " HAS_STATISTICS " AND s.attname = a.attname)";

/* Those that had some, or were not there: @before is what the query above said. */
static const char lost_columns[] =
    "SELECT pg_catalog.string_agg(name, ', ' ORDER BY number) FILTER (WHERE number <= %d)"
    " || CASE WHEN pg_catalog.count(*) > %d"
    " THEN ' and ' || pg_catalog.count(*) - %d || ' more' ELSE '' END"
    " FROM (SELECT name, pg_catalog.row_number() OVER (ORDER BY name) AS number"
    " FROM (SELECT DISTINCT pg_catalog.format('%%I.%%I', n.nspname, c.relname)"
    " || CASE WHEN " HAS_STATISTICS ") THEN pg_catalog.format('.%%I', a.attname) ELSE '' END"
    " COLLATE \"C\" AS name"
    " FROM pg_catalog.unnest((%s)::text[]) AS now (key)"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid || '.' || a.attnum = now.key"
    " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE now.key <> ALL ('%s'::text[])) AS names) AS numbered";

static const char last_relation[] = "SELECT pg_catalog.max(oid) FROM pg_catalog.pg_class";

/* As EXPLAIN has their names. */
static const char new_tables[] =
    "SELECT pg_catalog.string_agg(DISTINCT pg_catalog.quote_ident(relname), E'\n')"
    " FROM pg_catalog.pg_class WHERE oid > %s AND relkind IN ('r', 'm', 'p')";

void
pga_lint_plans_free(PgaLintPlans *plans)
{
    if (!plans)
        return;
    pga_tracer_free(plans->tracer);
    pga_planned_state_free(plans->before);
    pga_index_run_clear(&plans->run);
    pga_plan_report_free(plans->report);
    g_strfreev(plans->extensions);
    g_free(plans->unknown);
    g_free(plans->last);
    g_free(plans);
}

static gboolean
open_tracer(PgaLintPlans *plans, GError **error)
{
    const PgaTracerOptions options = {.clone = plans->run.clone};

    plans->tracer = pga_tracer_open(plans->run.source.lab, &options, error);
    return plans->tracer != NULL;
}

/* Planning sessions keep what they know of tables: each state has its own. */
static gboolean
make_clone(PgaLintPlans *plans, GError **error)
{
    if (!pga_index_is_plannable(plans->run.report->workload))
        return TRUE;
    if (!pga_index_make_clone(&plans->run, error))
        return FALSE;
    g_clear_pointer(&plans->run.whatif, pga_whatif_free);
    return open_tracer(plans, error);
}

PgaLintPlans *
pga_lint_plans_open(const PgaLintPlansRequest *request, GError **error)
{
    g_autoptr(PgaLintPlans) plans = g_new0(PgaLintPlans, 1);
    PgaIndexRun *run = &plans->run;

    plans->ask = (PgaIndexAsk){.from = *request->from, .workloads = request->workloads};
    plans->ask.from.want_whatif = TRUE;
    plans->ask.from.rows_of_others = TRUE; /* of tables that the migrations make */
    if (pga_source_is_ddl(request->from->source))
        plans->ask.from.pg_version = request->pg_version;
    else
        plans->ask.from.rows = NULL; /* its planner knows */
    plans->extensions = pga_lint_trace_extensions(request->files);
    plans->report = pga_plan_report_new();
    pga_index_run_init(run, &plans->ask);
    run->for_changes = TRUE;
    run->preinstalled = (const char *const *)plans->extensions;
    if (!pga_index_bounds_parse(&plans->ask, &run->bounds, error) ||
        !pga_index_open_source(run, error) || !pga_index_gather(run, error))
        return NULL;
    plans->report->min_improvement = run->bounds.min_improvement;
    pga_plan_take_workload_notes(run->report->workload, plans->report);
    return make_clone(plans, error) ? g_steal_pointer(&plans) : NULL;
}

/* (transfer full) */
static PgaPlannedState *
plan(PgaLintPlans *plans, GError **error)
{
    PgaIndexRun *run = &plans->run;
    g_autoptr(PgaPlannedState) state = pga_plan_state_new(run);
    gboolean done;

    if (!plans->tracer)
        return g_steal_pointer(&state);
    run->whatif = pga_whatif_open(run->clone, error);
    done = run->whatif && pga_plan_state_fill(run, state, error);
    g_clear_pointer(&run->whatif, pga_whatif_free);
    return done ? g_steal_pointer(&state) : NULL;
}

/* FALSE only with an error: a NULL is an answer. */
static gboolean
ask(PgaLintPlans *plans, const char *sql, char **answer, GError **error)
{
    g_autoptr(GError) cause = NULL;

    *answer = pga_tracer_ask(plans->tracer, sql, &cause);
    if (!cause)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

gboolean
pga_lint_plans_before(PgaLintPlans *plans, GError **error)
{
    if (plans->before)
        return TRUE;
    plans->before = plan(plans, error);
    return plans->before &&
           (!plans->tracer || (ask(plans, unknown_columns, &plans->unknown, error) &&
                               ask(plans, last_relation, &plans->last, error)));
}

static void
note_failure(PgaLintPlans *plans, const PgaStep *step, const char *failure)
{
    g_autofree char *text = g_strndup(step->text, MIN(step->length, 200));
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    PgaNotChecked *entry = pga_not_checked_new(NULL, g_strdelimit(g_strdup(valid), "\r\n\t", ' '),
                                               g_strdup_printf("planned without it: %s", failure));

    entry->file = g_strdup(step->file);
    entry->line = step->line;
    entry->column = step->column;
    g_ptr_array_add(plans->report->not_checked, entry);
    plans->report->complete = FALSE;
}

gboolean
pga_lint_plans_step(PgaLintPlans *plans, const PgaStep *step, GError **error)
{
    const PgaTraceStatement statement = {step->text, step->length, step->transaction,
                                         step->in_block};
    PgaLintTrace *trace;

    if (!plans->tracer || !pga_lint_trace_executes(step))
        return TRUE;
    trace = pga_tracer_run(plans->tracer, &statement, error);
    if (!trace)
        return FALSE;
    if (trace->error)
        note_failure(plans, step, trace->error);
    pga_lint_trace_free(trace);
    return TRUE;
}

gboolean
pga_lint_plans_end_file(PgaLintPlans *plans, GError **error)
{
    return !plans->tracer || pga_tracer_end_file(plans->tracer, error);
}

static gboolean
note_lost_statistics(PgaLintPlans *plans, GError **error)
{
    g_autofree char *sql = g_strdup_printf(lost_columns, MAX_NAMED, MAX_NAMED, MAX_NAMED,
                                           unknown_columns, plans->unknown);
    g_autofree char *names = NULL;

    if (!ask(plans, sql, &names, error))
        return FALSE;
    if (names && *names)
        g_ptr_array_add(plans->report->notes,
                        g_strdup_printf("What is new or has another type has no statistics before "
                                        "ANALYZE, and is planned by assumptions: %s.",
                                        names));
    return TRUE;
}

/* (nullable): the first of @tables that @plan reads. */
static const char *
reads_one_of(const char *plan, char **tables)
{
    for (guint i = 0; plan && tables[i]; i++) {
        g_autofree char *place = g_strconcat(" on ", tables[i], NULL);
        const gsize length = strlen(place);

        for (const char *at = strstr(plan, place); at; at = strstr(at + 1, place))
            if (at[length] == '\0' || strchr(" \n", at[length]))
                return tables[i];
    }
    return NULL;
}

static void
leave_out(PgaPlanReport *report, guint number, const char *table)
{
    const PgaStatementChange *change = g_ptr_array_index(report->changes, number);

    g_ptr_array_add(report->not_checked,
                    pga_not_checked_new(
                        NULL, g_strdup(change->text),
                        g_strdup_printf("it would read %s, which the migrations make: it is empty "
                                        "in the lab, and how many rows it will have is not known",
                                        table)));
    report->complete = FALSE;
    g_ptr_array_remove_index(report->changes, number);
}

/* Next to nothing is what reading an empty table costs: no plan gets better by that. */
static gboolean
leave_out_unknown(PgaLintPlans *plans, GError **error)
{
    GPtrArray *changes = plans->report->changes;
    g_autofree char *sql = g_strdup_printf(new_tables, plans->last);
    g_autofree char *names = NULL;
    g_auto(GStrv) tables = NULL;

    if (!ask(plans, sql, &names, error))
        return FALSE;
    tables = g_strsplit(names ? names : "", "\n", -1);
    for (guint i = 0; i < changes->len;) {
        const PgaStatementChange *change = g_ptr_array_index(changes, i);
        const char *table = change->fate == PGA_FATE_BETTER || change->fate == PGA_FATE_SAME
                                ? reads_one_of(change->plan_after, tables)
                                : NULL;

        if (table)
            leave_out(plans->report, i, table);
        else
            i++;
    }
    return TRUE;
}

gboolean
pga_lint_plans_after(PgaLintPlans *plans, PgaPlanReport **report, GError **error)
{
    g_autoptr(PgaPlannedState) after = NULL;

    if (!pga_lint_plans_before(plans, error))
        return FALSE;
    after = plan(plans, error);
    if (!after || (plans->tracer && after->has_statistics && !note_lost_statistics(plans, error)))
        return FALSE;
    plans->report->before = g_strdup(plans->before->source);
    pga_plan_judge(plans->before, after, plans->report);
    if (plans->tracer && !leave_out_unknown(plans, error))
        return FALSE;
    pga_plan_finish(&plans->run, plans->report);
    *report = g_steal_pointer(&plans->report);
    return TRUE;
}

/* One state: the statements of a workload, what each costs there, and by which plan. */
#include "plan_changes_internal.h"

#include <base/interrupt.h>
#include <base/progress.h>

char *
pga_plan_source_name(const PgaEnvironment *environment)
{
    return g_strdup_printf("%s (PostgreSQL %s, %s)",
                           environment->source_name ? environment->source_name : "?",
                           environment->version ? environment->version : "?",
                           environment->source_kind == PGA_SOURCE_DDL
                               ? "DDL"
                               : pga_source_kind_name(environment->source_kind));
}

PgaPlannedState *
pga_plan_state_new(const PgaIndexRun *run)
{
    const GPtrArray *queries = run->report->workload->queries;
    PgaPlannedState *state = pga_planned_state_new();

    state->lab = g_strdup(run->report->lab);
    state->has_statistics = run->source.environment->source_kind != PGA_SOURCE_DDL;
    state->source = pga_plan_source_name(run->source.environment);
    for (guint i = 0; i < queries->len; i++) {
        const PgaQuery *query = g_ptr_array_index(queries, i);
        PgaPlannedStatement *statement;

        if (query->not_analysed || query->samples->len == 0)
            continue;
        statement = pga_planned_state_add(state, query->fingerprint, query->text);
        statement->usename = g_strdup(query->usename);
        statement->origin = g_strdup(query->origin);
        statement->calls = query->calls;
        for (guint j = 0; j < query->samples->len; j++) {
            const PgaQuerySample *sample = g_ptr_array_index(query->samples, j);

            pga_planned_statement_add(statement, sample->text, sample->share)->is_generic =
                sample->is_generic;
        }
    }
    return state;
}

static void
add_query(PgaQuerySet *set, const PgaPlannedStatement *statement)
{
    PgaQuery *query = pga_query_new();

    query->fingerprint = g_strdup(statement->fingerprint);
    query->text = g_strdup(statement->text);
    query->usename = g_strdup(statement->usename);
    query->origin = g_strdup(statement->origin);
    query->calls = statement->calls;
    for (guint i = 0; i < statement->texts->len; i++) {
        const PgaPlannedText *text = g_ptr_array_index(statement->texts, i);
        PgaQuerySample *sample = pga_query_sample_new(g_strdup(text->text), text->share);

        sample->is_generic = text->is_generic;
        g_ptr_array_add(query->samples, sample);
    }
    g_ptr_array_add(set->queries, query);
}

PgaQuerySet *
pga_plan_state_queries(const PgaPlannedState *state)
{
    PgaQuerySet *set = pga_query_set_new();

    for (guint i = 0; i < state->statements->len; i++)
        add_query(set, g_ptr_array_index(state->statements, i));
    set->n_statements = state->statements->len;
    return set;
}

/** All texts of a state in one row, and what is asked about each. */
typedef struct {
    GPtrArray *texts;   /* of PgaPlannedText *, borrowed */
    GArray *statements; /* of PgaWhatifStatement */
} Row;

static void
row_clear(Row *row)
{
    g_ptr_array_unref(row->texts);
    g_array_unref(row->statements);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Row, row_clear)

static void
row_init(Row *row, const PgaPlannedState *state)
{
    row->texts = g_ptr_array_new();
    row->statements = g_array_new(FALSE, TRUE, sizeof(PgaWhatifStatement));
    g_array_set_clear_func(row->statements, (GDestroyNotify)pga_whatif_statement_clear);
    for (guint i = 0; i < state->statements->len; i++) {
        const PgaPlannedStatement *statement = g_ptr_array_index(state->statements, i);

        for (guint j = 0; j < statement->texts->len; j++) {
            PgaPlannedText *text = g_ptr_array_index(statement->texts, j);
            const PgaWhatifStatement asked = {.text = text->text, .usename = statement->usename};

            g_ptr_array_add(row->texts, text);
            g_array_append_val(row->statements, asked);
        }
    }
}

static PgaWhatifStatement *
asked_at(const Row *row, guint number)
{
    return &g_array_index(row->statements, PgaWhatifStatement, number);
}

static void
set_failure(PgaPlannedText *text, const char *failure)
{
    g_free(text->failure);
    text->failure = g_strdup(failure ? failure : "it cannot be planned");
}

static gboolean
cost(PgaWhatif *whatif, const Row *row, GError **error)
{
    g_autoptr(GArray) plans = g_array_new(FALSE, TRUE, sizeof(PgaWhatifPlan));
    guint next = 0;

    g_array_set_clear_func(plans, (GDestroyNotify)pga_whatif_plan_clear);
    for (guint i = 0; i < row->texts->len; i++) {
        const PgaWhatifPlan plan = {.statement = asked_at(row, i)->number};

        if (plan.statement != 0)
            g_array_append_val(plans, plan);
    }
    if (!pga_whatif_cost(whatif, plans, error))
        return FALSE;
    for (guint i = 0; i < row->texts->len; i++) {
        PgaPlannedText *text = g_ptr_array_index(row->texts, i);
        const PgaWhatifPlan *plan;

        if (asked_at(row, i)->number == 0) {
            set_failure(text, asked_at(row, i)->failure);
            continue;
        }
        plan = &g_array_index(plans, PgaWhatifPlan, next++);
        text->cost = plan->total_cost;
        if (plan->total_cost < 0)
            set_failure(text, plan->failure);
    }
    return TRUE;
}

/* A cost without its plan is still a cost. */
static gboolean
explain(PgaWhatif *whatif, const Row *row, GError **error)
{
    for (guint i = 0; i < row->texts->len; i++) {
        PgaPlannedText *text = g_ptr_array_index(row->texts, i);
        PgaWhatifExplain asked = {.text = text->text, .usename = asked_at(row, i)->usename};

        if (text->cost < 0)
            continue;
        if (pga_interrupt_check(error) || !pga_whatif_explain(whatif, &asked, error))
            return FALSE;
        text->plan = g_strdup(asked.plan);
        pga_whatif_explain_clear(&asked);
    }
    return TRUE;
}

gboolean
pga_plan_state_fill(PgaIndexRun *run, PgaPlannedState *state, GError **error)
{
    g_auto(Row) row = {0};

    row_init(&row, state);
    if (row.texts->len == 0)
        return TRUE;
    pga_progress_step(run->ask->from.progress, "planning the statements");
    return pga_whatif_prepare(run->whatif, row.statements, error) &&
           cost(run->whatif, &row, error) && explain(run->whatif, &row, error);
}

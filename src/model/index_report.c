/* A report of `index` owns what it holds. */
#include "model/index_report.h"

static void
effect_free(PgaIndexEffect *effect)
{
    g_free(effect->plan_before);
    g_free(effect->plan_after);
    g_free(effect);
}

static void
advice_free(PgaIndexAdvice *advice)
{
    g_free(advice->table);
    g_free(advice->name);
    g_free(advice->type);
    g_ptr_array_unref(advice->columns);
    g_ptr_array_unref(advice->include);
    g_free(advice->predicate);
    g_free(advice->extension);
    g_free(advice->extension_note);
    g_free(advice->create);
    g_ptr_array_unref(advice->statements);
    g_ptr_array_unref(advice->undo);
    g_ptr_array_unref(advice->indexes);
    g_free(advice->check);
    g_free(advice->cleanup);
    g_free(advice->rationale);
    g_free(advice->accuracy);
    g_free(advice->build_method);
    g_free(advice->write_cost);
    g_ptr_array_unref(advice->effects);
    g_free(advice->supersedes);
    g_free(advice->proof);
    g_free(advice);
}

static void
removal_free(PgaIndexRemoval *removal)
{
    g_free(removal->table);
    g_free(removal->name);
    g_free(removal->reason);
    g_free(removal->statement);
    g_free(removal->undo);
    g_free(removal->lock);
    g_free(removal->caution);
    g_free(removal);
}

static void
outcome_free(PgaQueryOutcome *outcome)
{
    g_free(outcome->failure);
    g_ptr_array_unref(outcome->used);
    g_free(outcome->plan_before);
    g_free(outcome->plan_after);
    g_free(outcome->hindrance);
    g_free(outcome->hindrance_hint);
    g_free(outcome);
}

static void
not_analysed_free(PgaNotAnalysed *entry)
{
    g_free(entry->why);
    g_free(entry->example);
    g_free(entry);
}

static void
point_free(PgaIndexCurvePoint *point)
{
    g_free(point->index);
    g_free(point);
}

static GPtrArray *
owned(GDestroyNotify free_func)
{
    return g_ptr_array_new_with_free_func(free_func);
}

PgaIndexReport *
pga_index_report_new(void)
{
    PgaIndexReport *report = g_new0(PgaIndexReport, 1);

    report->queries = owned((GDestroyNotify)outcome_free);
    report->advice = owned((GDestroyNotify)advice_free);
    report->removals = owned((GDestroyNotify)removal_free);
    report->not_analysed = owned((GDestroyNotify)not_analysed_free);
    report->curve = owned((GDestroyNotify)point_free);
    report->findings = owned((GDestroyNotify)pga_finding_free);
    report->not_checked = owned((GDestroyNotify)pga_not_checked_free);
    report->notes = owned(g_free);
    report->unit = "planner cost";
    report->budget_bytes = -1;
    report->complete = report->search_complete = TRUE;
    return report;
}

void
pga_index_report_free(PgaIndexReport *report)
{
    if (!report)
        return;
    pga_environment_free(report->environment);
    g_ptr_array_unref(report->queries); /* before the workload that they borrow from */
    g_clear_pointer(&report->workload, pga_query_set_free);
    g_ptr_array_unref(report->advice);
    g_ptr_array_unref(report->removals);
    g_ptr_array_unref(report->not_analysed);
    g_ptr_array_unref(report->curve);
    g_ptr_array_unref(report->findings);
    g_ptr_array_unref(report->not_checked);
    g_ptr_array_unref(report->notes);
    g_free(report->weight_method);
    g_free(report->lab);
    pga_index_measurement_free(report->measurement);
    pga_index_verification_free(report->verification);
    g_free(report);
}

PgaIndexAdvice *
pga_index_report_add_advice(PgaIndexReport *report)
{
    PgaIndexAdvice *advice = g_new0(PgaIndexAdvice, 1);

    advice->columns = owned(g_free);
    advice->include = owned(g_free);
    advice->statements = owned(g_free);
    advice->undo = owned(g_free);
    advice->indexes = owned(g_free);
    advice->effects = owned((GDestroyNotify)effect_free);
    advice->bytes = -1;
    advice->build_seconds = advice->build_seconds_from_disk = -1;
    g_ptr_array_add(report->advice, advice);
    return advice;
}

PgaIndexRemoval *
pga_index_report_add_removal(PgaIndexReport *report)
{
    PgaIndexRemoval *removal = g_new0(PgaIndexRemoval, 1);

    removal->bytes = -1;
    removal->severity = PGA_SEVERITY_INFO;
    g_ptr_array_add(report->removals, removal);
    return removal;
}

PgaQueryOutcome *
pga_index_report_add_query(PgaIndexReport *report, const PgaQuery *query)
{
    PgaQueryOutcome *outcome = g_new0(PgaQueryOutcome, 1);

    outcome->query = query;
    outcome->used = owned(g_free);
    outcome->before = outcome->after = -1;
    outcome->least = outcome->most = 1;
    g_ptr_array_add(report->queries, outcome);
    return outcome;
}

PgaIndexEffect *
pga_index_advice_add_effect(PgaIndexAdvice *advice, guint query)
{
    PgaIndexEffect *effect = g_new0(PgaIndexEffect, 1);

    effect->query = query;
    g_ptr_array_add(advice->effects, effect);
    return effect;
}

PgaNotAnalysed *
pga_index_report_count_not_analysed(PgaIndexReport *report, const char *why, const char *example)
{
    PgaNotAnalysed *entry;

    for (guint i = 0; i < report->not_analysed->len; i++) {
        entry = g_ptr_array_index(report->not_analysed, i);
        if (g_str_equal(entry->why, why)) {
            entry->n++;
            return entry;
        }
    }
    entry = g_new0(PgaNotAnalysed, 1);
    entry->why = g_strdup(why);
    entry->example = g_strdup(example);
    entry->n = 1;
    g_ptr_array_add(report->not_analysed, entry);
    return entry;
}

PgaIndexCurvePoint *
pga_index_report_add_point(PgaIndexReport *report, double bytes, double cost, const char *index)
{
    PgaIndexCurvePoint *point = g_new0(PgaIndexCurvePoint, 1);

    point->bytes = bytes;
    point->cost = cost;
    point->index = g_strdup(index);
    g_ptr_array_add(report->curve, point);
    return point;
}

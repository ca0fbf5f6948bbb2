/* The answer about a Django project, owned. */
#include "model/django_report.h"

PgaDjangoReport *
pga_django_report_new(void)
{
    PgaDjangoReport *report = g_new0(PgaDjangoReport, 1);

    report->apps = g_ptr_array_new_with_free_func(g_free);
    report->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    report->set_aside = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    report->baseline = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    report->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    report->notes = g_ptr_array_new_with_free_func(g_free);
    report->rules = g_ptr_array_new_with_free_func(g_free);
    report->decisions = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_decision_free);
    report->diagrams = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_diagram_free);
    report->index_map = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_map_entry_free);
    report->changes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_change_free);
    report->plans = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_plan_free);
    report->rows = g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_rows_free);
    report->migrations =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_django_migration_plan_free);
    report->excerpts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return report;
}

static void
lists_free(PgaDjangoReport *report)
{
    g_ptr_array_unref(report->apps);
    g_ptr_array_unref(report->findings);
    g_ptr_array_unref(report->set_aside);
    g_ptr_array_unref(report->baseline);
    g_ptr_array_unref(report->not_checked);
    g_ptr_array_unref(report->notes);
    g_ptr_array_unref(report->rules);
    g_ptr_array_unref(report->decisions);
    g_ptr_array_unref(report->diagrams);
    g_ptr_array_unref(report->index_map);
    g_ptr_array_unref(report->changes);
    g_ptr_array_unref(report->plans);
    g_ptr_array_unref(report->rows);
    g_ptr_array_unref(report->migrations);
}

void
pga_django_report_free(PgaDjangoReport *report)
{
    if (!report)
        return;
    lists_free(report);
    g_hash_table_unref(report->excerpts);
    pga_environment_free(report->environment);
    pga_index_report_free(report->index);
    g_free(report->project);
    g_free(report->django_version);
    g_free(report->version_source);
    g_free(report->sizes_source);
    g_free(report->complete);
    g_free(report->diagram);
    g_free(report->sql);
    g_free(report->configuration);
    g_free(report);
}

PgaDjangoPlan *
pga_django_plan_new(void)
{
    PgaDjangoPlan *plan = g_new0(PgaDjangoPlan, 1);

    plan->places = g_ptr_array_new_with_free_func(g_free);
    plan->indexes = g_ptr_array_new_with_free_func(g_free);
    return plan;
}

void
pga_django_plan_free(PgaDjangoPlan *plan)
{
    if (!plan)
        return;
    g_ptr_array_unref(plan->places);
    g_ptr_array_unref(plan->indexes);
    g_free(plan->name);
    g_free(plan->code);
    g_free(plan->sql);
    g_free(plan->why);
    g_free(plan->model);
    g_free(plan->scan_before);
    g_free(plan->scan_after);
    g_free(plan->plan_before);
    g_free(plan->plan_after);
    g_free(plan->hindrance);
    g_free(plan);
}

void
pga_django_decision_free(PgaDjangoDecision *decision)
{
    if (!decision)
        return;
    g_free(decision->subject);
    g_free(decision->answer);
    g_free(decision->evidence);
    g_free(decision->file);
    g_free(decision);
}

void
pga_django_rows_free(PgaDjangoRows *rows)
{
    if (!rows)
        return;
    g_free(rows->model);
    g_free(rows->table);
    g_free(rows);
}

void
pga_django_diagram_free(PgaDjangoDiagram *diagram)
{
    if (!diagram)
        return;
    g_free(diagram->title);
    g_free(diagram->text);
    g_free(diagram);
}

PgaDjangoChange *
pga_django_change_new(void)
{
    PgaDjangoChange *change = g_new0(PgaDjangoChange, 1);

    change->reasons = g_ptr_array_new_with_free_func(g_free);
    return change;
}

void
pga_django_change_free(PgaDjangoChange *change)
{
    if (!change)
        return;
    g_ptr_array_unref(change->reasons);
    g_free(change->file);
    g_free(change->model);
    g_free(change->code);
    g_free(change);
}

PgaDjangoMigrationPlan *
pga_django_migration_plan_new(void)
{
    PgaDjangoMigrationPlan *plan = g_new0(PgaDjangoMigrationPlan, 1);

    plan->rules = g_ptr_array_new_with_free_func(g_free);
    return plan;
}

void
pga_django_migration_plan_free(PgaDjangoMigrationPlan *plan)
{
    if (!plan)
        return;
    g_ptr_array_unref(plan->rules);
    g_free(plan->app);
    g_free(plan->name);
    g_free(plan->path);
    g_free(plan->code);
    g_free(plan->sql);
    g_free(plan->why);
    g_free(plan->lock);
    g_free(plan);
}

const char *
pga_decision_question_name(PgaDecisionQuestion question)
{
    static const char *const names[] = {
        [PGA_DECISION_INDEX] = "index",
        [PGA_DECISION_CONCURRENCY] = "concurrency",
        [PGA_DECISION_JSON] = "json",
        [PGA_DECISION_CONSTRAINT] = "constraint",
    };

    return names[question];
}

PgaDjangoMapEntry *
pga_django_map_entry_new(void)
{
    PgaDjangoMapEntry *entry = g_new0(PgaDjangoMapEntry, 1);

    entry->keys = g_ptr_array_new_with_free_func(g_free);
    return entry;
}

void
pga_django_map_entry_free(PgaDjangoMapEntry *entry)
{
    if (!entry)
        return;
    g_free(entry->model);
    g_free(entry->table);
    g_free(entry->name);
    g_free(entry->origin);
    g_free(entry->method);
    g_free(entry->condition);
    g_ptr_array_unref(entry->keys);
    g_free(entry);
}

const char *
pga_django_index_change_name(PgaDjangoIndexChange change)
{
    static const char *const names[] = {"stays", "comes", "goes"};

    return names[change];
}

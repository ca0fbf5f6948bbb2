/* The engine for rules about Django projects: shows each rule what it has a hook for. */
#include <rules/rule.h>

#include "rule_internal.h"

static gboolean
is_wanted(const PgaRule *rule, const PgaDjangoSource *source)
{
    return rule->inputs == PGA_INPUTS_DJANGO && pga_rule_is_enabled(rule, source->configuration) &&
           (!source->only || g_strv_contains(source->only, rule->id));
}

/* Whose rows others than the project's own people look after. */
static gboolean
is_shown(const PgaDjangoModel *model)
{
    return !model->is_abstract && !model->is_proxy && model->is_managed && !model->is_swapped &&
           !model->file->is_built_in && !model->file->is_test;
}

static gboolean
is_code(const PgaDjangoFile *file)
{
    return !file->is_built_in && !file->is_test && !file->is_migration;
}

/* A field of an abstract base is shown with the first model that has it. */
static void
show_fields(PgaDjangoRun *run, const PgaDjangoModel *model, GHashTable *seen)
{
    for (guint i = 0; run->rule->django.field && i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        g_autofree char *place = NULL;

        if (field->is_auto_created || !field->file || field->file->is_built_in)
            continue;
        place = g_strdup_printf("%s:%u:%s", field->file->path, field->line, field->name);
        if (g_hash_table_add(seen, g_steal_pointer(&place)))
            run->rule->django.field(run, model, field);
    }
}

static void
show_models(PgaDjangoRun *run)
{
    const GPtrArray *models = run->project->models;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(models, i);

        if (!is_shown(model))
            continue;
        if (run->rule->django.model)
            run->rule->django.model(run, model);
        show_fields(run, model, seen);
    }
}

static void
show_function(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    const PgaDjangoHooks *hooks = &run->rule->django;

    if (hooks->function)
        hooks->function(run, function);
    for (guint i = 0; hooks->event && i < function->events->len; i++)
        hooks->event(run, g_ptr_array_index(function->events, i));
}

static void
show_code(PgaDjangoRun *run)
{
    const PgaDjangoHooks *hooks = &run->rule->django;
    const PgaDjangoCode *code = run->code;

    for (guint i = 0; hooks->class && i < code->classes->len; i++) {
        const PgaDjangoClass *class = g_ptr_array_index(code->classes, i);

        if (is_code(class->file))
            hooks->class(run, class);
    }
    for (guint i = 0; (hooks->function || hooks->event) && i < code->functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(code->functions, i);

        if (is_code(function->file))
            show_function(run, function);
    }
}

static void
show_all(PgaDjangoRun *run)
{
    const PgaDjangoHooks *hooks = &run->rule->django;
    const PgaDjangoSettings *settings = pga_django_project_settings(run->project);
    const GPtrArray *files = run->project->files, *queries = run->source->queries;

    if (hooks->begin)
        hooks->begin(run);
    if (hooks->settings && settings)
        hooks->settings(run, settings);
    if (hooks->model || hooks->field)
        show_models(run);
    show_code(run);
    for (guint i = 0; hooks->query && i < queries->len; i++)
        hooks->query(run, g_ptr_array_index(queries, i));
    for (guint i = 0; hooks->file && i < files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(files, i);

        if (!file->is_built_in && !file->is_test)
            hooks->file(run, file);
    }
    if (hooks->finish)
        hooks->finish(run);
}

static void
run_rule(const PgaRule *rule, const PgaDjangoSource *source, GPtrArray *findings,
         GPtrArray *not_checked)
{
    PgaDjangoRun run = {
        .rule = rule,
        .source = source,
        .project = source->project,
        .code = source->code,
        .findings = findings,
        .not_checked = not_checked,
    };

    run.severity_fixed =
        pga_rule_prepare(rule, source->configuration, run.threshold, &run.severity);
    run.docs_url = pga_rule_docs_of(source->pg_version, rule->docs);
    show_all(&run);
    if (run.memory && rule->django.forget)
        rule->django.forget(run.memory);
}

static int
compare_findings(gconstpointer left, gconstpointer right)
{
    const PgaFinding *a = *(PgaFinding *const *)left, *b = *(PgaFinding *const *)right;
    const int order = g_strcmp0(a->file, b->file);

    return order ? order : (a->line > b->line) - (a->line < b->line);
}

/* The second of two that nothing tells apart is the second. */
static void
number_findings(const GPtrArray *findings)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);
        const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(seen, finding->fingerprint)) + 1;
        g_autofree char *number = g_strdup_printf("%s\n%u", finding->fingerprint, n);

        g_hash_table_replace(seen, g_strdup(finding->fingerprint), GUINT_TO_POINTER(n));
        if (n == 1)
            continue;
        g_free(finding->fingerprint);
        finding->fingerprint = pga_finding_fingerprint(finding->rule, number);
    }
}

guint
pga_django_rules_run(const PgaDjangoSource *source, GPtrArray *findings, GPtrArray *not_checked)
{
    guint n_rules = 0, n_run = 0;
    const PgaRule *const *rules = pga_rules(&n_rules);

    for (guint i = 0; i < n_rules; i++) {
        if (!is_wanted(rules[i], source))
            continue;
        run_rule(rules[i], source, findings, not_checked);
        n_run++;
    }
    g_ptr_array_sort(findings, compare_findings); /* stable: rules keep their order */
    number_findings(findings);
    return n_run;
}

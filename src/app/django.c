/* django: a project's folder → models, code, queries → rules → plans, proofs → answer. */
#include "django_internal.h"

#include <string.h>

#include <base/error.h>
#include <base/interrupt.h>
#include <base/progress.h>
#include <django/history.h>
#include <model/report.h>
#include <rules/django.h>
#include <rules/django_suppression.h>

#include "configuration_internal.h"
#include "django_steps_internal.h"
#include "rule_texts_internal.h"
#include "set_aside_internal.h"

static void
work_clear(PgaDjangoWork *work)
{
    pga_django_planning_free(work->planning); /* which reads what else there is */
    g_clear_pointer(&work->queries, g_ptr_array_unref);
    pga_django_code_free(work->code);
    pga_django_project_free(work->project);
    pga_source_clear(&work->source);
    pga_django_loading_free(work->loading); /* whose thread keeps the source's server */
    pga_configuration_free(work->configuration);
    g_clear_pointer(&work->rows, g_hash_table_unref);
    g_clear_pointer(&work->rows_stated, g_hash_table_unref);
    g_free(work->way);
    pga_django_report_free(work->report);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaDjangoWork, work_clear)

char *
pga_django_model_name(const PgaDjangoModel *model)
{
    return g_strdup_printf("%s.%s", model->app, model->name);
}

gboolean
pga_django_is_judged(const PgaDjangoWork *work, const PgaDjangoFile *file)
{
    const char *const *apps = work->request->apps;
    const PgaDjangoApp *app;

    if (!apps || !apps[0])
        return TRUE;
    app = file ? pga_django_project_app(work->project, file) : NULL;
    return app && g_strv_contains(apps, app->label);
}

void
pga_django_not_done(PgaDjangoWork *work, const char *what, char *why)
{
    g_ptr_array_add(work->report->not_checked, pga_not_checked_new(NULL, g_strdup(what), why));
}

static gboolean
prepare(PgaDjangoWork *work, GError **error)
{
    const PgaDjangoRequest *request = work->request;

    work->configuration =
        pga_app_configuration(request->config_path, request->baseline_path, error);
    if (!work->configuration)
        return FALSE;
    return pga_django_check_only(request, error);
}

static guint
count_models(const PgaDjangoProject *project)
{
    guint n = 0;

    for (guint i = 0; i < project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(project->models, i);

        n += !model->file->is_built_in && !model->file->is_test && !model->is_abstract;
    }
    return n;
}

static gboolean
no_models(const PgaDjangoWork *work, GError **error)
{
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" has no models of Django", work->request->project);
    pga_error_detail(error, "%u files of Python were read, %u could not be.",
                     pga_django_count_files(work->project), work->project->unread->len);
    pga_error_hint(error, "Name the folder that holds manage.py, or one above it.");
    return FALSE;
}

/* Whether it is about Django at all: a package of abstract models, views without any. */
static gboolean
is_of_django(const PgaDjangoProject *project)
{
    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);

        if (!file->is_built_in && file->text &&
            (strstr(file->text, "from django") || strstr(file->text, "import django")))
            return TRUE;
    }
    return pga_django_project_settings(project) != NULL;
}

static gboolean
check_project(PgaDjangoWork *work, GError **error)
{
    work->report->n_models = count_models(work->project);
    if (work->report->n_models == 0 && is_of_django(work->project))
        g_ptr_array_add(work->report->notes,
                        g_strdup("No app makes tables: settings and code were judged."));
    else if (work->report->n_models == 0)
        return no_models(work, error);
    return pga_django_check_apps(work, error);
}

static gboolean
read_project(PgaDjangoWork *work, GError **error)
{
    const PgaProgress *progress = work->request->from.progress;
    guint version = 0;

    if (!pga_django_version_parse(work->request->django_version, &version, error))
        return FALSE;
    pga_progress_step(progress, "reading %s", work->request->project);
    work->project = pga_django_project_read_as(work->request->project, version, error);
    return work->project && check_project(work, error) && !pga_interrupt_check(error);
}

static gboolean
read_code(PgaDjangoWork *work, GError **error)
{
    pga_progress_step(work->request->from.progress, "following the code");
    work->code = pga_django_code_read(work->project);
    if (pga_interrupt_check(error))
        return FALSE;
    work->queries = pga_django_queries(work->project, work->code);
    if (pga_interrupt_check(error))
        return FALSE;
    pga_django_plan_begin(work);
    return TRUE;
}

static gboolean
run_rules(PgaDjangoWork *work, GError **error)
{
    const PgaDjangoSource source = {
        .project = work->project,
        .code = work->code,
        .queries = work->queries,
        .catalog = work->source.catalog,
        .rows = work->rows,
        .pg_version = work->report->version,
        .configuration = work->configuration,
        .only = work->request->only,
    };
    PgaDjangoReport *report = work->report;

    pga_progress_step(work->request->from.progress, "judging");
    pga_django_history_choose(work->project, work->request->now,
                              work->request->changed_since != NULL);
    pga_django_rules_run(&source, report->findings, report->not_checked);
    if (!pga_django_migrations(work, error))
        return FALSE;
    pga_django_suppress(&source, report->findings, report->set_aside);
    return TRUE;
}

static void
set_aside(PgaDjangoWork *work)
{
    const PgaDjangoReport *report = work->report;
    const PgaSetAsideLists lists = {report->findings, report->not_checked, report->notes,
                                    report->set_aside, report->baseline};

    pga_set_aside_lists(work->configuration, work->request->now, &lists);
}

static gboolean
judge(PgaDjangoWork *work, GError **error)
{
    if (!run_rules(work, error) || !pga_django_only_changed(work, error))
        return FALSE;
    pga_django_only_judged(work);
    set_aside(work);
    return !pga_interrupt_check(error) && pga_django_plan(work, error) &&
           pga_django_prove(work, error);
}

/* What the findings that are shown make necessary. */
static gboolean
answer(PgaDjangoWork *work, GError **error)
{
    pga_django_hide_possible(work);
    pga_django_decide(work);
    if (!pga_django_answer(work, error))
        return FALSE;
    pga_django_draw(work);
    return !pga_interrupt_check(error);
}

static gboolean
begin(PgaDjangoWork *work, GError **error)
{
    gint64 limit = PGA_DJANGO_TIME_LIMIT;

    if (!pga_index_time_parse("time-limit", work->request->time_limit, &limit, error))
        return FALSE;
    work->until = g_get_monotonic_time() + limit;
    return prepare(work, error) && read_project(work, error) &&
           pga_django_source_open(work, error) && pga_django_load(work, error) &&
           read_code(work, error);
}

PgaDjangoReport *
pga_app_django(const PgaDjangoRequest *request, GError **error)
{
    g_auto(PgaDjangoWork) work = {.request = request, .report = pga_django_report_new()};

    if (!begin(&work, error) || !judge(&work, error) || !answer(&work, error))
        return NULL;
    pga_rule_texts_of_django(work.configuration, work.report->rules);
    pga_rule_texts_of_migrations(work.configuration, work.report->rules); /* of its migrations */
    pga_django_finish(&work);
    return g_steal_pointer(&work.report);
}

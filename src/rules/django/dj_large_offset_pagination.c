/* dj-large-offset-pagination: pages by OFFSET of a large table: the rows before the page are read
 * each time. */
#include <string.h>

#include "../django_once_internal.h"
#include "../django_tables_internal.h"

static PgaConfidence
confidence_of(const PgaDjangoRun *run, const PgaDjangoModel *model)
{
    return pga_django_rows(run, model) < 0 ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
}

static void
complete(PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model)
{
    finding->confidence = confidence_of(run, model);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Pages by key (CursorPagination; filter(pk__gt=last) in the order of "
                              "an index) read only their own rows.");
}

static void
judge_class(PgaDjangoRun *run, const PgaDjangoClass *class)
{
    const gboolean is_api = class->kind == PGA_DJANGO_CLASS_API_VIEW;
    g_autofree char *rows = NULL;

    if ((!is_api && class->kind != PGA_DJANGO_CLASS_VIEW) || !class->model ||
        (is_api ? !class->pagination : class->page_size <= 0) ||
        (class->pagination && strstr(class->pagination, "Cursor")) ||
        pga_django_is_small(run, class->model, run->threshold[0]))
        return;
    rows = pga_django_rows_text(run, class->model);
    complete(run,
             pga_django_add_finding(run, class->file, class->line, class->qualified, NULL,
                                    "%s shows %s.%s by pages of OFFSET and LIMIT; %s", class->name,
                                    class->model->app, class->model->name, rows),
             class->model);
}

static void
judge_event(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoQuerySet *queryset = event->queryset;
    g_autofree char *rows = NULL;

    if (!queryset || queryset->offset != -2 || !queryset->model || !event->function->is_view ||
        pga_django_is_small(run, queryset->model, run->threshold[0]) ||
        !pga_django_once(run, event))
        return;
    rows = pga_django_rows_text(run, queryset->model);
    complete(run,
             pga_django_add_at_event(run, event,
                                     "a slice of %s.%s that begins where the request says reads "
                                     "all rows before it; %s",
                                     queryset->model->app, queryset->model->name, rows),
             queryset->model);
}

const PgaRule pga_rule_dj_large_offset_pagination = {
    .id = "dj-large-offset-pagination",
    .title = "Pages by OFFSET of a large table",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "OFFSET reads and drops every row before the page: the last pages cost the whole table.",
    .when_not = "Nobody leaves the first pages, or the list stays short.",
    .condition = "A paginated view, or a slice that begins where a variable says, of a model of "
                 "{min_rows} rows or more; where nobody states the rows it is shown with --all.",
    .fix = "None is generated: pages by key take its place.",
    .docs = "queries-limit.html",
    .docs_title = "LIMIT and OFFSET",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 100000, "Smaller tables are left as they are."}},
    .django = {.begin = pga_django_once_begin,
               .class = judge_class,
               .event = judge_event,
               .forget = pga_django_once_free},
};

/* dj-count-large: count() of a whole large table in a request. */
#include "../django_once_internal.h"
#include "../django_tables_internal.h"

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoQuerySet *queryset = event->queryset;
    g_autofree char *rows = NULL;
    PgaFinding *finding;

    if (event->act != PGA_DJANGO_COUNT || !event->function->is_view || !queryset ||
        !queryset->model || queryset->where || queryset->is_sliced || queryset->incomplete ||
        pga_django_is_small(run, queryset->model, run->threshold[0]) ||
        !pga_django_once(run, event))
        return;
    rows = pga_django_rows_text(run, queryset->model);
    finding = pga_django_add_at_event(run, event, "every row of %s.%s is counted in a request; %s",
                                      queryset->model->app, queryset->model->name, rows);
    finding->confidence =
        pga_django_rows(run, queryset->model) < 0 ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "pg_class.reltuples knows the number nearly; a cache keeps an exact "
                              "one.");
}

const PgaRule pga_rule_dj_count_large = {
    .id = "dj-count-large",
    .title = "count() of a whole large table in a request",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "PostgreSQL keeps no number of rows: it reads the table or a whole index for it.",
    .when_not = "The table stays small, or the view is rarely called.",
    .condition = "count() without any condition in a view, of a model of {min_rows} rows or more; "
                 "where nobody states the rows it is shown with --all.",
    .fix = "None is generated: an estimate or a cached number takes its place.",
    .docs = "functions-aggregate.html",
    .docs_title = "Aggregate Functions",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 100000, "Smaller tables are left as they are."}},
    .django = {.begin = pga_django_once_begin, .event = judge, .forget = pga_django_once_free},
};

/* What became of each query: costs, scans in words, EXPLAIN's texts, indexes that are used. */
#include <string.h>

#include "django_plan_internal.h"
#include "plan_texts_internal.h"

#define AT_ONCE 512 /* plans that are asked for before the clock is looked at */

static char *
place_of(const PgaDjangoFile *file, guint line)
{
    return g_strdup_printf("%s:%u", file->path, line);
}

static void
add_places(const PgaDjangoQuery *query, PgaDjangoPlan *plan)
{
    for (guint i = 0; i < query->places->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(query->places, i);

        if (event->function && event->function->file)
            g_ptr_array_add(plan->places, place_of(event->function->file, event->line));
    }
    for (guint i = 0; i < query->classes->len; i++) {
        const PgaDjangoClass *class = g_ptr_array_index(query->classes, i);

        if (class->file)
            g_ptr_array_add(plan->places, place_of(class->file, class->line));
    }
    if (plan->places->len == 0 && query->queryset && query->queryset->file)
        g_ptr_array_add(plan->places, place_of(query->queryset->file, query->queryset->line));
}

static PgaDjangoPlan *
plan_of(const PgaDjangoQuery *query)
{
    PgaDjangoPlan *plan = pga_django_plan_new();
    const PgaDjangoEvent *first =
        query->places->len > 0 ? g_ptr_array_index(query->places, 0) : NULL;

    plan->name = g_strdup(query->name ? query->name : "a query");
    plan->code = g_strdup(query->queryset && query->queryset->text ? query->queryset->text
                          : first && first->text                   ? first->text
                                                                   : "");
    plan->sql = g_strdup(query->sql);
    plan->why = g_strdup(query->why);
    plan->model = query->queryset && query->queryset->model
                      ? pga_django_model_name(query->queryset->model)
                      : NULL;
    add_places(query, plan);
    return plan;
}

gboolean
pga_django_query_is_judged(const PgaDjangoWork *work, const PgaDjangoQuery *query)
{
    for (guint i = 0; i < query->places->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(query->places, i);

        if (pga_django_is_judged(work, event->function->file))
            return TRUE;
    }
    for (guint i = 0; i < query->classes->len; i++) {
        const PgaDjangoClass *class = g_ptr_array_index(query->classes, i);

        if (pga_django_is_judged(work, class->file))
            return TRUE;
    }
    return query->places->len + query->classes->len == 0;
}

static int
costliest_first(gconstpointer a, gconstpointer b)
{
    const PgaDjangoPlan *first = *(PgaDjangoPlan *const *)a, *second = *(PgaDjangoPlan *const *)b;

    if (first->planned != second->planned)
        return first->planned ? -1 : 1;
    if (first->before != second->before)
        return first->before < second->before ? 1 : -1;
    return strcmp(first->name, second->name);
}

static gboolean
is_late(const DjangoPlanner *planner)
{
    return planner->work->until > 0 && g_get_monotonic_time() > planner->work->until;
}

/* Of a query that no new index serves there is one plan; a query with several texts shows its
 * first. (nullable): where the plan is to go that is to be asked for. */
static char **
wanted(const PgaIndexRun *index, const PgaIndexSample *sample, gboolean after, PgaDjangoPlan *plan)
{
    const PgaQueryOutcome *outcome = g_ptr_array_index(index->report->queries, sample->query);
    char **text = after ? &plan->plan_after : &plan->plan_before;
    const char *known = after ? outcome->plan_after : outcome->plan_before;

    if (*text || !outcome->planned)
        return NULL;
    if (!known && after && outcome->used->len == 0)
        known = plan->plan_before;
    *text = g_strdup(known);
    return known ? NULL : text;
}

/* One configuration after the other: a session is told each but once. */
static gboolean
fetch(const DjangoPlanner *planner, const GArray *oids, gboolean after, GError **error)
{
    const PgaIndexRun *index = &planner->index;
    g_autoptr(PgaPlanTexts) list = pga_plan_texts_new();
    gboolean ok = TRUE;

    for (guint i = 0; ok && i < index->samples->len && !is_late(planner); i++) {
        const PgaIndexSample *sample = g_ptr_array_index(index->samples, i);
        const PgaWhatifExplain explain = {.text = sample->sample->text,
                                          .oids = (const guint32 *)(void *)oids->data,
                                          .n_oids = oids->len};
        char **text =
            wanted(index, sample, after, g_ptr_array_index(planner->plans, sample->query));

        if (text)
            pga_plan_texts_add(list, &explain, text);
        if (list->texts->len == AT_ONCE)
            ok = pga_plan_texts_fetch(list, index->whatif, index->final_names, error);
    }
    return ok && pga_plan_texts_fetch(list, index->whatif, index->final_names, error);
}

gboolean
pga_django_fetch_plans(DjangoPlanner *planner, GError **error)
{
    const PgaIndexRun *index = &planner->index;
    g_autoptr(GArray) all = pga_index_configuration(index, NULL, index->chosen, index->removed);
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(guint32));

    for (guint i = 0; i < planner->planned->len; i++)
        g_ptr_array_add(planner->plans, plan_of(g_ptr_array_index(planner->planned, i)));
    return fetch(planner, none, FALSE, error) && fetch(planner, all, TRUE, error);
}

static void
tell_outcome(const PgaQueryOutcome *outcome, PgaDjangoPlan *plan)
{
    g_autofree char *table = NULL;

    plan->planned = outcome->planned;
    if (!outcome->planned) {
        if (!plan->why)
            plan->why = g_strdup(outcome->failure ? outcome->failure : "it cannot be planned");
        return;
    }
    plan->before = outcome->before;
    plan->after = outcome->after;
    plan->scan_before = pga_django_scan_words(plan->plan_before, NULL, &table);
    plan->scan_after = pga_django_scan_words(plan->plan_after, table, NULL);
    for (guint i = 0; i < outcome->used->len; i++)
        g_ptr_array_add(plan->indexes, g_strdup(g_ptr_array_index(outcome->used, i)));
    if (outcome->hindrance)
        plan->hindrance =
            g_strdup_printf("%s%s%s", outcome->hindrance, outcome->hindrance_hint ? " " : "",
                            outcome->hindrance_hint ? outcome->hindrance_hint : "");
}

/* What has no SQL, with the reason; @why: (nullable): of the rest. */
static void
tell_others(PgaDjangoWork *work, GHashTable *told, const char *why)
{
    for (guint i = 0; i < work->queries->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(work->queries, i);
        PgaDjangoPlan *plan;

        if (query->in_test || g_hash_table_contains(told, query) ||
            !pga_django_query_is_judged(work, query) || !(query->sql || query->why))
            continue;
        plan = plan_of(query);
        if (!plan->why)
            plan->why = g_strdup(why);
        g_ptr_array_add(work->report->plans, plan);
    }
    g_ptr_array_sort(work->report->plans, costliest_first);
}

void
pga_django_tell_queries(PgaDjangoWork *work)
{
    g_autoptr(GHashTable) none = g_hash_table_new(NULL, NULL);

    tell_others(work, none, NULL);
}

void
pga_django_tell_plans(DjangoPlanner *planner)
{
    PgaDjangoWork *work = planner->work;
    const PgaIndexReport *report = planner->index.report;
    g_autoptr(GHashTable) told = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < planner->plans->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(planner->planned, i);
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, i);
        PgaDjangoPlan *plan = g_ptr_array_index(planner->plans, i);

        g_hash_table_add(told, (gpointer)query);
        if (outcome->query->command == 'i' || !pga_django_query_is_judged(work, query)) {
            pga_django_plan_free(plan);
        } else {
            tell_outcome(outcome, plan);
            work->report->n_planned += plan->planned;
            g_ptr_array_add(work->report->plans, plan);
        }
    }
    g_ptr_array_set_free_func(planner->plans, NULL);
    g_ptr_array_set_size(planner->plans, 0);
    tell_others(work, told,
                planner->leaves_out ? "others matter more; --time-limit plans all" : NULL);
}

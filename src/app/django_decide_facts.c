/* What models, queries, plans and findings say about each model. */
#include <string.h>

#include <django/index.h>

#include "django_decide_internal.h"
#include "django_plan_internal.h"

#define BETTER 0.9 /* of the cost as it is: less is worth a word */

gint
pga_django_question_of(const PgaFinding *finding)
{
    static const struct {
        const char *category;
        PgaDecisionQuestion question;
    } all[] = {{"index", PGA_DECISION_INDEX},
               {"query", PGA_DECISION_INDEX},
               {"concurrency", PGA_DECISION_CONCURRENCY},
               {"json", PGA_DECISION_JSON},
               {"jsonb", PGA_DECISION_JSON},
               {"constraint", PGA_DECISION_CONSTRAINT},
               {"schema", PGA_DECISION_CONSTRAINT}};

    for (guint i = 0; i < G_N_ELEMENTS(all); i++)
        if (g_strcmp0(finding->category, all[i].category) == 0)
            return (gint)all[i].question;
    return -1;
}

char *
pga_django_place_text(const char *path, guint line)
{
    return g_strdup_printf("%s:%u", path, line);
}

gboolean
pga_django_query_writes(const PgaDjangoQuery *query)
{
    static const PgaDjangoAct acts[] = {PGA_DJANGO_UPDATE,      PGA_DJANGO_DELETE,
                                        PGA_DJANGO_CREATE,      PGA_DJANGO_BULK_CREATE,
                                        PGA_DJANGO_BULK_UPDATE, PGA_DJANGO_GET_OR_CREATE,
                                        PGA_DJANGO_SAVE,        PGA_DJANGO_UPDATE_OR_CREATE,
                                        PGA_DJANGO_RELATED_SET, PGA_DJANGO_DELETE_OBJECT};

    for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
        if (query->act == acts[i])
            return TRUE;
    return FALSE;
}

gboolean
pga_django_plan_is_better(const PgaDjangoPlan *plan)
{
    return plan->indexes->len > 0 && plan->after < BETTER * plan->before;
}

/** Paths of lookups on their way. */
typedef struct {
    DjangoAskedVisit visit;
    gpointer data;
} Asked;

static void
visit_lookup(const PgaDjangoLookup *lookup, G_GNUC_UNUSED gboolean required, gpointer data)
{
    const Asked *asked = data;

    asked->visit(&lookup->path, asked->data);
}

void
pga_django_query_asked(const PgaDjangoQuery *query, DjangoAskedVisit visit, gpointer data)
{
    Asked asked = {visit, data};
    const GPtrArray *order = query->queryset ? query->queryset->order : NULL;

    if (!query->queryset)
        return;
    pga_django_queryset_each_lookup(query->queryset, visit_lookup, &asked);
    for (guint i = 0; order && i < order->len; i++)
        visit(&((const PgaDjangoOrder *)g_ptr_array_index(order, i))->path, data);
}

static void
facts_free(DjangoFacts *facts)
{
    for (guint i = 0; i < DJANGO_QUESTIONS; i++)
        g_ptr_array_unref(facts->findings[i]);
    g_hash_table_unref(facts->asked);
    g_hash_table_unref(facts->advised);
    g_free(facts);
}

static gboolean
is_json(const PgaDjangoField *field)
{
    return g_strcmp0(field->base, "JSONField") == 0;
}

static gboolean
has_rule(const PgaDjangoField *field)
{
    return pga_py_argument(field->call, G_MAXUINT, "validators") ||
           pga_py_argument(field->call, G_MAXUINT, "choices");
}

/* PositiveIntegerField and its kin are checked by the database. */
static gboolean
has_check(const PgaDjangoField *field)
{
    return field->base && g_str_has_prefix(field->base, "Positive") && field->column;
}

static void
read_model(DjangoFacts *facts, const PgaDjangoProject *project)
{
    const PgaDjangoModel *model = facts->model;
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(project, model);

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        facts->n_json += is_json(field);
        facts->n_validators += has_rule(field);
        facts->n_checks += has_check(field);
    }
    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);

        facts->n_indexes++;
        facts->n_gin += g_strcmp0(index->method, "gin") == 0;
        facts->n_unique += index->is_unique && g_strcmp0(index->origin, "primary_key") != 0;
    }
    for (guint i = 0; i < model->constraints->len; i++) {
        const PgaPyValue *one = g_ptr_array_index(model->constraints, i);

        facts->n_checks += g_str_equal(pga_py_last_name(one), "CheckConstraint") ||
                           g_str_equal(pga_py_last_name(one), "ExclusionConstraint");
    }
}

static void
add_model(DjangoDecisions *decisions, const PgaDjangoModel *model)
{
    DjangoFacts *facts = g_new0(DjangoFacts, 1);

    facts->model = model;
    for (guint i = 0; i < DJANGO_QUESTIONS; i++)
        facts->findings[i] = g_ptr_array_new();
    facts->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    facts->advised = g_hash_table_new(g_str_hash, g_str_equal);
    read_model(facts, decisions->work->project);
    g_hash_table_insert(decisions->facts, (gpointer)model, facts);
    if (!model->file->is_built_in && pga_django_is_judged(decisions->work, model->file))
        g_ptr_array_add(decisions->models, facts);
}

/* "shop.Order" of "shop.Order.total", "shop.Order in shop.views.ship". */
static DjangoFacts *
facts_named(const DjangoDecisions *decisions, const char *object)
{
    const char *dot = object ? strchr(object, '.') : NULL;
    g_autofree char *name =
        dot ? g_strndup(object, (gsize)(dot - object) + 1 + strcspn(dot + 1, ". ,(")) : NULL;
    const PgaDjangoModel *model =
        name ? pga_django_project_model(decisions->work->project, name) : NULL;

    return model ? g_hash_table_lookup(decisions->facts, model) : NULL;
}

static void
add_place(DjangoDecisions *decisions, const PgaFinding *finding)
{
    g_autofree char *place = pga_django_place_text(finding->file, finding->line);
    GPtrArray *there = g_hash_table_lookup(decisions->places, place);

    if (!there) {
        there = g_ptr_array_new();
        g_hash_table_insert(decisions->places, g_steal_pointer(&place), there);
    }
    g_ptr_array_add(there, (gpointer)finding);
}

static void
read_findings(DjangoDecisions *decisions)
{
    const GPtrArray *findings = decisions->work->report->findings;

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        const gint question = pga_django_question_of(finding);
        DjangoFacts *facts = question >= 0 ? facts_named(decisions, finding->object) : NULL;

        if (facts)
            g_ptr_array_add(facts->findings[question], (gpointer)finding);
        if (question >= 0 && finding->file)
            add_place(decisions, finding);
    }
}

static void
count_field(DjangoFacts *facts, const char *name)
{
    const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(facts->asked, name));

    g_hash_table_insert(facts->asked, g_strdup(name), GUINT_TO_POINTER(n + 1));
}

static void
count_asked(const PgaDjangoPath *path, gpointer data)
{
    const DjangoDecisions *decisions = data;
    DjangoFacts *facts = path->model ? g_hash_table_lookup(decisions->facts, path->model) : NULL;

    if (!facts || !path->field)
        return;
    count_field(facts, path->field->name);
    facts->n_json_asked += is_json(path->field);
}

static void
count_plan(DjangoFacts *facts, const PgaDjangoPlan *plan)
{
    if (!plan || !plan->planned)
        return;
    facts->n_planned++;
    facts->before += plan->before;
    facts->after += plan->after;
    if (!pga_django_plan_is_better(plan))
        return;
    facts->n_better++;
    for (guint i = 0; i < plan->indexes->len; i++)
        g_hash_table_add(facts->advised, g_ptr_array_index(plan->indexes, i));
}

static void
read_queries(DjangoDecisions *decisions)
{
    const GPtrArray *queries = decisions->work->queries;

    for (guint i = 0; i < queries->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(queries, i);
        const PgaDjangoModel *model = query->queryset ? query->queryset->model : NULL;
        DjangoFacts *facts = model ? g_hash_table_lookup(decisions->facts, model) : NULL;

        if (!facts || query->in_test)
            continue;
        facts->n_queries++;
        facts->n_locked += query->queryset->is_for_update;
        count_plan(facts, query->sql ? g_hash_table_lookup(decisions->plans, query->sql) : NULL);
        pga_django_query_asked(query, count_asked, decisions);
    }
}

static const PgaDjangoModel *
written_model(const PgaDjangoEvent *event)
{
    const PgaDjangoObject *object = pga_django_event_object(event);

    switch ((guint)event->act) {
    case PGA_DJANGO_UPDATE:
    case PGA_DJANGO_DELETE:
    case PGA_DJANGO_CREATE:
    case PGA_DJANGO_BULK_CREATE:
    case PGA_DJANGO_BULK_UPDATE:
    case PGA_DJANGO_GET_OR_CREATE:
    case PGA_DJANGO_UPDATE_OR_CREATE:
    case PGA_DJANGO_SAVE:
    case PGA_DJANGO_DELETE_OBJECT:
        return event->queryset ? event->queryset->model : object ? object->model : NULL;
    default:
        return NULL;
    }
}

static void
read_event(DjangoDecisions *decisions, const PgaDjangoEvent *event)
{
    const PgaDjangoModel *model = written_model(event);
    DjangoFacts *facts = model ? g_hash_table_lookup(decisions->facts, model) : NULL;

    if (!facts)
        return;
    facts->n_writes++;
    facts->n_expressions += event->is_expression;
    facts->n_atomic += pga_django_event_is_atomic(decisions->work->code, event);
}

static void
read_code(DjangoDecisions *decisions)
{
    const GPtrArray *functions = decisions->work->code->functions;

    for (guint i = 0; i < functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(functions, i);

        if (function->file->is_test || function->file->is_migration)
            continue;
        for (guint j = 0; j < function->events->len; j++)
            read_event(decisions, g_ptr_array_index(function->events, j));
    }
}

static void
index_report(DjangoDecisions *decisions)
{
    const PgaDjangoReport *report = decisions->work->report;

    for (guint i = 0; i < report->plans->len; i++) {
        PgaDjangoPlan *plan = g_ptr_array_index(report->plans, i);

        if (plan->sql)
            g_hash_table_insert(decisions->plans, plan->sql, plan);
    }
    for (guint i = 0; i < report->rows->len; i++) {
        PgaDjangoRows *rows = g_ptr_array_index(report->rows, i);

        g_hash_table_insert(decisions->rows, rows->model, rows);
    }
}

void
pga_django_facts_gather(DjangoDecisions *decisions, PgaDjangoWork *work)
{
    *decisions = (DjangoDecisions){
        .work = work,
        .facts = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)facts_free),
        .models = g_ptr_array_new(),
        .rows = g_hash_table_new(g_str_hash, g_str_equal),
        .plans = g_hash_table_new(g_str_hash, g_str_equal),
        .places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify)g_ptr_array_unref)};
    index_report(decisions);
    for (guint i = 0; i < work->project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(work->project->models, i);

        if (pga_django_has_table(model))
            add_model(decisions, model);
    }
    read_findings(decisions);
    if (work->queries)
        read_queries(decisions);
    if (work->code)
        read_code(decisions);
}

void
pga_django_facts_clear(DjangoDecisions *decisions)
{
    g_clear_pointer(&decisions->facts, g_hash_table_unref);
    g_clear_pointer(&decisions->models, g_ptr_array_unref);
    g_clear_pointer(&decisions->rows, g_hash_table_unref);
    g_clear_pointer(&decisions->plans, g_hash_table_unref);
    g_clear_pointer(&decisions->places, g_hash_table_unref);
}

/* dj-count-in-loop-stock: what is left is looked at in memory, then taken by an UPDATE that does
 * not look again. */
#include "../django_race_internal.h"

#include <string.h>

/* The database refuses what would go below zero. */
static gboolean
is_checked(const PgaDjangoModel *model, const PgaDjangoField *field)
{
    if (g_str_has_prefix(field->base, "Positive"))
        return TRUE;
    for (guint i = 0; i < model->constraints->len; i++) {
        const PgaPyValue *constraint = g_ptr_array_index(model->constraints, i);

        if (g_str_equal(pga_py_last_name(constraint), "CheckConstraint") && constraint->source &&
            strstr(constraint->source, field->name))
            return TRUE;
    }
    return FALSE;
}

/* update(stock=F("stock") - n): the argument of the field takes something off. */
static gboolean
takes(const PgaDjangoEvent *event, const PgaDjangoField *field)
{
    const PgaPyValue *value =
        event->act == PGA_DJANGO_UPDATE ? pga_py_argument(event->value, G_MAXUINT, field->name)
        : event->act == PGA_DJANGO_SET_ATTRIBUTE && event->is_expression && event->field == field
            ? event->value
            : NULL;

    return value && value->kind == PGA_PY_BINARY && g_str_equal(value->text, "-");
}

typedef struct {
    const PgaDjangoField *field;
    gboolean found;
} Looked;

static void
look(const PgaDjangoLookup *lookup, gboolean required, gpointer data)
{
    Looked *looked = data;

    looked->found |= required && lookup->path.field == looked->field;
}

static gboolean
looks_again(const PgaDjangoEvent *event, const PgaDjangoField *field)
{
    Looked looked = {field, FALSE};

    if (event->queryset)
        pga_django_queryset_each_lookup(event->queryset, look, &looked);
    return looked.found;
}

static gboolean
is_same_model(const PgaDjangoEvent *event, const PgaDjangoModel *model)
{
    const PgaDjangoObject *object = pga_django_event_object(event);

    return event->queryset ? event->queryset->model == model : object && object->model == model;
}

/* What takes something of what @read looked at: (nullable) */
static const PgaDjangoEvent *
take_after(const PgaDjangoEvent *read, const PgaDjangoModel *model)
{
    const PgaDjangoBlock *decision = pga_flow_decision(read);
    const GPtrArray *events = read->function->events;

    for (guint i = read->number + 1; decision && i < events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(events, i);

        if (is_same_model(event, model) && takes(event, read->field) &&
            pga_flow_depends_on(event, decision) && !looks_again(event, read->field))
            return event;
    }
    return NULL;
}

static void
add_race(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model,
         const PgaDjangoField *field)
{
    PgaRace *race = pga_race_new(run->project, pga_race_owner(run->project, model, field));
    g_autofree char *enough = g_strdup_printf(":%s >= 1", field->column);
    g_autofree char *where = g_strdup_printf(" AND \"%s\" >= 1", field->column);

    if (!race || !pga_race_has_column(race, field)) {
        g_clear_pointer(&race, pga_race_free);
        return;
    }
    pga_race_start(race, field, "1");
    pga_race_insert_row(race);
    for (guint process = 1; process <= 2; process++)
        pga_interleaving_add(race->interleaving->steps, process, "finds one left",
                             pga_race_select(race, FALSE));
    for (guint process = 1; process <= 2; process++) {
        pga_interleaving_add_when(race->interleaving->steps, process, "takes it", g_strdup(enough),
                                  pga_race_update(race, field, "@ - 1", ""));
        pga_interleaving_add(race->interleaving->fixed, process, "takes it where one is left",
                             pga_race_update(race, field, "@ - 1", where));
    }
    pga_race_finish(race, finding,
                    g_strdup_printf("SELECT CAST(\"%s\" AS double precision) FROM %s",
                                    field->column, race->table),
                    "0");
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *read, const PgaDjangoEvent *take,
       const PgaDjangoModel *model)
{
    const char *field = read->field->name;
    PgaFinding *finding = pga_django_add_at_event(
        run, take,
        "What is left in %s.%s is looked at in line %u, and taken here by an UPDATE that does not "
        "look again; no CHECK keeps it from going below zero when two processes do so.",
        model->name, field, read->line);

    pga_flow_set_confidence(run, finding, read);
    pga_django_fix_code(
        finding,
        g_strdup_printf("taken = %s.objects.filter(pk=..., %s__gte=n).update(%s=F(\"%s\") - n)\n"
                        "if not taken:\n"
                        "    ...  # not enough\n"
                        "# in Meta.constraints:\n"
                        "models.CheckConstraint(check=models.Q(%s__gte=0), name=\"%s_%s_gte_0\")",
                        model->name, field, field, field, field, model->table, field));
    add_race(run, finding, model, read->field);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i), *take;
        const PgaDjangoObject *object = pga_flow_shared_object(event);

        if (event->act != PGA_DJANGO_GET_ATTRIBUTE || !event->is_condition || !object ||
            pga_flow_kind(event->field) != PGA_FLOW_NUMBER ||
            is_checked(object->model, event->field))
            continue;
        n++;
        take = take_after(event, object->model);
        if (take && !pga_flow_is_guarded(take) && !pga_flow_is_guarded(event))
            report(run, event, take, object->model);
    }
}

const PgaRule pga_rule_dj_count_in_loop_stock = {
    .id = "dj-count-in-loop-stock",
    .title = "Stock or balance guarded outside the UPDATE",
    .category = "concurrency",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why =
        "F() keeps both subtractions, but the guard saw the value before the other one: the last "
        "piece is sold twice, and what is left goes below zero.",
    .when_not = "Going below zero is allowed.",
    .condition =
        "A number of an object is compared in a condition and by its outcome taken from with "
        "F(\"f\") - n, the UPDATE does not compare it again, no CHECK is on it, and "
        "nothing locked the row before.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Product(models.Model):\n"
               "    stock = models.IntegerField()\n"
               "# shop/views.py\n"
               "from django.db.models import F\n"
               "from .models import Product\n"
               "def buy(request, pk):\n"
               "    product = Product.objects.get(pk=pk)\n"
               "    if product.stock >= 1:\n"
               "        Product.objects.filter(pk=pk).update(stock=F(\"stock\") - 1)",
    .fix =
        "Puts the guard into the UPDATE, filter(pk=…, stock__gte=n), and a CheckConstraint on the "
        "field; the UPDATE is run in the lab.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS",
    .docs_title = "Constraints: Check Constraints",
    .requirements = "DJ-2 DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.function = judge},
};

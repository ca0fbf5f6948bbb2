/* dj-count-in-loop-stock: what is left is looked at in memory, then taken by an UPDATE that does
 * not look again. */
#include "../django_race_internal.h"

#include <string.h>

/** What is taken off to zero, or put on to a limit. */
typedef struct {
    const char *sign;            /* of the UPDATE */
    const char *start, *end;     /* with room for one */
    const char *change, *enough; /* "@" is the column */
} Way;

static const Way down = {
    "-", "1", "0", "@ - 1", ">= 1",
};
static const Way up = {
    "+", "0", "1", "@ + 1", "< 1",
};

/* The database refuses what would go below zero. */
static gboolean
is_checked(const PgaDjangoModel *model, const PgaDjangoField *field, const Way *way)
{
    if (way == &down && g_str_has_prefix(field->base, "Positive"))
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
takes(const PgaDjangoEvent *event, const PgaDjangoField *field, const Way *way)
{
    const PgaPyValue *value =
        event->act == PGA_DJANGO_UPDATE ? pga_py_argument(event->value, G_MAXUINT, field->name)
        : event->act == PGA_DJANGO_SET_ATTRIBUTE && event->is_expression && event->field == field
            ? event->value
            : NULL;

    return value && value->kind == PGA_PY_BINARY && g_str_equal(value->text, way->sign);
}

/* "voucher.used >= voucher.max_uses": what is counted has a limit. */
static gboolean
has_limit(const PgaDjangoEvent *read)
{
    static const char *const words[] = {"max", "limit", "quota", "capacity", "allowed"};
    const PgaDjangoBlock *decision = pga_flow_decision(read);
    g_autofree char *text =
        decision && decision->condition ? pga_py_value_text(decision->condition) : NULL;

    for (guint i = 0; text && i < G_N_ELEMENTS(words); i++)
        if (strstr(text, words[i]) && strpbrk(text, "<>"))
            return TRUE;
    return FALSE;
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
take_after(const PgaDjangoEvent *read, const PgaDjangoModel *model, const Way *way)
{
    const PgaDjangoBlock *decision = pga_flow_decision(read);
    const GPtrArray *events = read->function->events;

    for (guint i = read->number + 1; decision && i < events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(events, i);

        if (is_same_model(event, model) && takes(event, read->field, way) &&
            pga_flow_depends_on(event, decision) && !looks_again(event, read->field))
            return event;
    }
    return NULL;
}

static void
add_race(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model,
         const PgaDjangoField *field, const Way *way)
{
    PgaRace *race = pga_race_new(run->project, pga_race_owner(run->project, model, field));
    g_autofree char *enough = g_strdup_printf(":%s %s", field->column, way->enough);
    g_autofree char *where = g_strdup_printf(" AND \"%s\" %s", field->column, way->enough);

    if (!race || !pga_race_has_column(race, field)) {
        g_clear_pointer(&race, pga_race_free);
        return;
    }
    pga_race_start(race, field, way->start);
    pga_race_insert_row(race);
    for (guint process = 1; process <= 2; process++)
        pga_interleaving_add(race->interleaving->steps, process, "finds one left",
                             pga_race_select(race, FALSE));
    for (guint process = 1; process <= 2; process++) {
        pga_interleaving_add_when(race->interleaving->steps, process, "takes it", g_strdup(enough),
                                  pga_race_update(race, field, way->change, ""));
        pga_interleaving_add(race->interleaving->fixed, process, "takes it where one is left",
                             pga_race_update(race, field, way->change, where));
    }
    pga_race_finish(race, finding,
                    g_strdup_printf("SELECT CAST(\"%s\" AS double precision) FROM %s",
                                    field->column, race->table),
                    way->end);
}

static char *
fix_of(const PgaDjangoModel *model, const char *field, const Way *way)
{
    if (way == &up)
        return g_strdup_printf("taken = %s.objects.filter(pk=..., %s__lt=limit).update(%s=F(\"%s\")"
                               " + 1)\nif not taken:\n    ...  # none is left",
                               model->name, field, field, field);
    return g_strdup_printf(
        "taken = %s.objects.filter(pk=..., %s__gte=n).update(%s=F(\"%s\") - n)\n"
        "if not taken:\n"
        "    ...  # not enough\n"
        "# in Meta.constraints:\n"
        "models.CheckConstraint(check=models.Q(%s__gte=0), name=\"%s_%s_gte_0\")",
        model->name, field, field, field, field, model->table, field);
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *read, const PgaDjangoEvent *take, const Way *way)
{
    const PgaDjangoModel *model = pga_flow_shared_object(read)->model;
    g_autofree char *evidence =
        way == &up
            ? g_strdup_printf("%s.%s is compared with its limit in line %u, and raised here "
                              "by an UPDATE that does not compare again; no CHECK keeps it "
                              "from going beyond when two processes do so.",
                              model->name, read->field->name, read->line)
            : g_strdup_printf("What is left in %s.%s is looked at in line %u, and taken "
                              "here by an UPDATE that does not look again; no CHECK keeps it "
                              "from going below zero when two processes do so.",
                              model->name, read->field->name, read->line);
    PgaFinding *finding = pga_django_add_at_event(run, take, "%s", evidence);

    pga_flow_set_confidence(run, finding, read);
    pga_flow_heed_isolation(run, finding, read);
    pga_django_fix_code(finding, fix_of(model, read->field->name, way));
    add_race(run, finding, model, read->field, way);
}

static void
judge_way(PgaDjangoRun *run, const PgaDjangoEvent *read, const Way *way)
{
    const PgaDjangoModel *model = pga_flow_shared_object(read)->model;
    const PgaDjangoEvent *take =
        is_checked(model, read->field, way) ? NULL : take_after(read, model, way);

    if (take && !pga_flow_is_guarded(take) && !pga_flow_is_guarded(read))
        report(run, read, take, way);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (event->act != PGA_DJANGO_GET_ATTRIBUTE || !event->is_condition ||
            !pga_flow_shared_object(event) || pga_flow_kind(event->field) != PGA_FLOW_NUMBER)
            continue;
        n++;
        judge_way(run, event, &down);
        if (has_limit(event))
            judge_way(run, event, &up);
    }
}

const PgaRule pga_rule_dj_count_in_loop_stock = {
    .id = "dj-count-in-loop-stock",
    .title = "Stock or balance guarded outside the UPDATE",
    .category = "concurrency",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why =
        "F() keeps both changes, but the guard saw the value before the other one: the last piece "
        "is sold twice, what is left goes below zero, or what is used goes beyond its limit.",
    .when_not = "Going below zero, or beyond the limit, is allowed.",
    .condition =
        "A number of an object is compared in a condition and by its outcome taken from with "
        "F(\"f\") - n, or compared with a limit and raised with F(\"f\") + n; the UPDATE does not "
        "compare it again, no CHECK is on it, and nothing locked the row before.",
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

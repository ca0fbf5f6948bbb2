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

/* --- the fix --- */

/** The guard as a condition of the UPDATE. */
typedef struct {
    const char *lookup; /* static: "gte" */
    char *bound;        /* "n" */
} Guard;

static void
guard_clear(Guard *guard)
{
    g_free(guard->bound);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Guard, guard_clear)

static const struct {
    const char *sign;
    const char *holds, *fails; /* lookups: where the condition holds, where it does not */
} comparisons[] = {
    {">= ", "gte", "lt"}, {"<= ", "lte", "gt"}, {"> ", "gt", "lte"}, {"< ", "lt", "gte"}};

/* A number or a variable: nothing that has to be read again. */
static gboolean
is_simple(const char *bound)
{
    return *bound && strspn(bound, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789_") == strlen(bound);
}

/* Whether @later stands in the arm itself, not in another one or behind. */
static gboolean
is_in_arm(const PgaDjangoEvent *later, const PgaDjangoBlock *arm)
{
    return later->number >= arm->first_event && later->number < arm->first_event + arm->n_events;
}

/* "product.stock >= n" alone, of which @take is the one outcome. */
static gboolean
read_guard(const PgaDjangoEvent *read, const PgaDjangoEvent *take, Guard *guard)
{
    const PgaDjangoBlock *decision = pga_flow_decision(read);
    const PgaDjangoObject *object = pga_django_event_object(read);
    g_autofree char *text =
        decision->condition ? pga_py_value_text(decision->condition) : g_strdup("");
    g_autofree char *self = g_strdup_printf("%s.%s ", object->name, read->field->name);
    const char *rest = g_str_has_prefix(text, self) ? text + strlen(self) : "";

    if (g_ptr_array_index(read->function->blocks, decision->first_arm) != decision)
        return FALSE; /* an elif: there is more to it */
    for (guint i = 0; i < G_N_ELEMENTS(comparisons); i++) {
        const char *bound = rest + strlen(comparisons[i].sign);

        if (!g_str_has_prefix(rest, comparisons[i].sign) || !is_simple(bound))
            continue;
        guard->lookup = is_in_arm(take, decision) ? comparisons[i].holds : comparisons[i].fails;
        guard->bound = g_strdup(bound);
        return TRUE;
    }
    return FALSE;
}

/* Nothing else is written, or read of the field before, than one UPDATE can say. */
static gboolean
is_alone(const PgaDjangoEvent *read, const PgaDjangoEvent *take)
{
    if (take->act == PGA_DJANGO_UPDATE && (!take->written || take->written->len != 1))
        return FALSE;
    for (guint i = 0; i < take->number; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(read->function->events, i);

        if (event != read && event->object == read->object &&
            (event->act == PGA_DJANGO_SET_ATTRIBUTE || event->field == read->field))
            return FALSE;
    }
    return TRUE;
}

/* (transfer full): "F("stock") - n" */
static char *
expression_of(const PgaDjangoEvent *take, const PgaDjangoField *field)
{
    const PgaPyValue *value = take->act == PGA_DJANGO_UPDATE
                                  ? pga_py_argument(take->value, G_MAXUINT, field->name)
                                  : take->value;

    return pga_py_value_text(value);
}

/* (transfer full) (nullable): one UPDATE that looks again. */
static char *
update_of(const PgaDjangoRun *run, const PgaDjangoEvent *read, const PgaDjangoEvent *take,
          const Way *way)
{
    const PgaDjangoObject *object = pga_django_event_object(read);
    const PgaDjangoModel *model = object->model;
    const char *field = read->field->name;
    g_auto(Guard) guard = {0};
    g_autofree char *expression = NULL, *check = NULL;

    if (!object->name || !is_alone(read, take) || !read_guard(read, take, &guard) ||
        (take->act != PGA_DJANGO_UPDATE && pga_race_has_own_save(run, model)))
        return NULL;
    expression = expression_of(take, read->field);
    check = way == &down ? g_strdup_printf("\n# in Meta.constraints:\nmodels.CheckConstraint(check="
                                           "models.Q(%s__gte=0), name=\"%s_%s_gte_0\")",
                                           field, model->table, field)
                         : g_strdup("");
    return g_strdup_printf("# in place of the if:\n"
                           "taken = %s.objects.filter(pk=%s.pk, %s__%s=%s).update(%s=%s)\n"
                           "if not taken:\n"
                           "    ...  # %s%s",
                           model->name, object->name, field, guard.lookup, guard.bound, field,
                           expression, way == &down ? "not enough" : "none is left", check);
}

/* --- the race --- */

static void
add_fixed(PgaRace *race, const PgaDjangoField *field, const Way *way, gboolean locks)
{
    g_autofree char *enough = g_strdup_printf(":%s %s", field->column, way->enough);
    g_autofree char *where = g_strdup_printf(" AND \"%s\" %s", field->column, way->enough);
    g_autofree char *take = pga_race_update(race, field, way->change, locks ? "" : where);
    g_autofree char *lock = pga_race_select(race, TRUE);

    if (locks)
        pga_race_add_locked(race->interleaving->fixed, "locks the row and looks", lock, "takes it",
                            (const PgaRaceWrite[]){{enough, take}, {enough, take}});
    for (guint process = 1; process <= 2 && !locks; process++)
        pga_interleaving_add(race->interleaving->fixed, process, "takes it where one is left",
                             g_strdup(take));
}

static void
add_race(PgaRace *race, PgaFinding *finding, const PgaDjangoField *field, const Way *way,
         gboolean locks)
{
    g_autofree char *enough = g_strdup_printf(":%s %s", field->column, way->enough);

    pga_race_start(race, field, way->start);
    pga_race_insert_row(race);
    for (guint process = 1; process <= 2; process++)
        pga_interleaving_add(race->interleaving->steps, process, "finds one left",
                             pga_race_select(race, FALSE));
    for (guint process = 1; process <= 2; process++)
        pga_interleaving_add_when(race->interleaving->steps, process, "takes it", g_strdup(enough),
                                  pga_race_update(race, field, way->change, ""));
    add_fixed(race, field, way, locks);
    pga_race_finish(race, finding,
                    g_strdup_printf("SELECT CAST(\"%s\" AS double precision) FROM %s",
                                    field->column, race->table),
                    way->end);
}

static void
fix(PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoEvent *read, const PgaDjangoEvent *take,
    const Way *way)
{
    const PgaDjangoModel *model = pga_flow_shared_object(read)->model;
    const PgaDjangoEvent *save = take->act == PGA_DJANGO_UPDATE ? take : pga_flow_save(take);
    g_autoptr(PgaRace) race =
        pga_race_new(run->project, pga_race_owner(run->project, model, read->field));
    char *update = update_of(run, read, take, way);
    const gboolean locks = !update;

    if (update)
        pga_django_fix_code(finding, update);
    else
        pga_race_fix_lock(finding, &(const PgaRaceChange){read, save ? save : take});
    if (update && take->act != PGA_DJANGO_UPDATE)
        pga_race_note_update(run, finding, model);
    if (race && pga_race_has_column(race, read->field))
        add_race(g_steal_pointer(&race), finding, read->field, way, locks);
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
    fix(run, finding, read, take, way);
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
        "field; where it is no plain comparison, guard and change below a select_for_update(). "
        "Both are run in the lab.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS",
    .docs_title = "Constraints: Check Constraints",
    .requirements = "DJ-2 DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.function = judge},
};

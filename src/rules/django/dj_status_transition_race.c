/* dj-status-transition-race: a state is looked at, then changed: two processes both find the old
 * one and both go on. */
#include <string.h>

#include "../django_race_internal.h"

/* A name that says what a row is in, or a field of few values. */
static gboolean
is_state(const PgaDjangoField *field)
{
    static const char *const words[] = {"status", "state",  "stage", "phase",   "paid",     "done",
                                        "sent",   "active", "used",  "claimed", "processed"};

    if (pga_flow_kind(field) != PGA_FLOW_TEXT && pga_flow_kind(field) != PGA_FLOW_NUMBER &&
        pga_flow_kind(field) != PGA_FLOW_BOOLEAN)
        return FALSE;
    if (pga_py_argument(field->call, G_MAXUINT, "choices"))
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(field->name, words[i]))
            return TRUE;
    return FALSE;
}

static gboolean
is_constant(const PgaPyValue *value)
{
    return value && (value->kind == PGA_PY_STRING || value->kind == PGA_PY_NUMBER ||
                     value->kind == PGA_PY_BOOL ||
                     (value->kind == PGA_PY_NAME && value->text && strchr(value->text, '.')));
}

static gboolean
is_candidate(const PgaDjangoEvent *event)
{
    return event->act == PGA_DJANGO_SET_ATTRIBUTE && !event->is_expression &&
           !event->reads_itself && event->field && is_state(event->field) &&
           is_constant(event->value) && pga_flow_shared_object(event);
}

/* The condition that reads the field before it is set, and that decides whether it is: (nullable)
 */
static const PgaDjangoEvent *
look_before(const PgaDjangoEvent *set)
{
    for (guint i = 0; i < set->number; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(set->function->events, i);
        const PgaDjangoBlock *decision;

        if (event->act != PGA_DJANGO_GET_ATTRIBUTE || !event->is_condition ||
            event->object != set->object || event->field != set->field)
            continue;
        decision = pga_flow_decision(event);
        if (decision && pga_flow_depends_on(set, decision))
            return event;
    }
    return NULL;
}

/* What must not happen twice: rows made, other rows changed, mail, tasks. (nullable) */
static const PgaDjangoEvent *
effect_of(const PgaDjangoEvent *set, const PgaDjangoBlock *decision)
{
    static const char *const calls[] = {"send",    "delay",    "notify", "charge",
                                        "capture", "refund",   "pay",    "apply_async",
                                        "post",    "transfer", "email"};
    const GPtrArray *events = set->function->events;

    for (guint i = 0; i < events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(events, i);

        if (event == set || !pga_flow_depends_on(event, decision))
            continue;
        if (event->act == PGA_DJANGO_CREATE || event->act == PGA_DJANGO_BULK_CREATE ||
            event->act == PGA_DJANGO_UPDATE ||
            (event->act == PGA_DJANGO_SAVE && event->object != set->object))
            return event;
        for (guint n = 0; event->act == PGA_DJANGO_CALL && event->name && n < G_N_ELEMENTS(calls);
             n++)
            if (strstr(event->name, calls[n]))
                return event;
    }
    return NULL;
}

/* (transfer full): the literal of the value that is set. */
static char *
new_value(const PgaDjangoField *field)
{
    const PgaFlowKind kind = pga_flow_kind(field);

    return g_strdup(kind == PGA_FLOW_NUMBER ? "2" : kind == PGA_FLOW_BOOLEAN ? "true" : "'y'");
}

/* Counts how often what follows the transition is done: once is right. Takes @race. */
static void
fill_race(PgaRace *race, PgaFinding *finding, const PgaDjangoField *field, const char *old)
{
    static const char follows[] = "INSERT INTO \"followed\" VALUES (1)";
    g_autofree char *value = new_value(field);
    g_autofree char *read = g_strdup_printf(":%s = %s", field->column, old);
    g_autofree char *where = g_strdup_printf(" AND \"%s\" = %s", field->column, old);
    GPtrArray *steps = race->interleaving->steps, *fixed = race->interleaving->fixed;

    pga_race_start(race, field, old);
    pga_race_insert_row(race);
    g_ptr_array_add(race->interleaving->setup,
                    g_strdup("CREATE TABLE \"followed\" (\"n\" integer)"));
    for (guint process = 1; process <= 2; process++)
        pga_interleaving_add(steps, process, "looks at the state", pga_race_select(race, FALSE));
    for (guint process = 1; process <= 2; process++) {
        pga_interleaving_add_when(steps, process, "changes it", g_strdup(read),
                                  pga_race_save(race, field, value, FALSE));
        pga_interleaving_add_when(steps, process, "does what comes with it", g_strdup(":rows = 1"),
                                  g_strdup(follows));
        pga_interleaving_add(fixed, process, "changes it where it still is the old one",
                             pga_race_update(race, field, value, where));
        pga_interleaving_add_when(fixed, process, "does what comes with it", g_strdup(":rows = 1"),
                                  g_strdup(follows));
    }
    pga_race_finish(race, finding, g_strdup("SELECT count(*) FROM \"followed\""), "1");
}

static void
add_race(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model,
         const PgaDjangoField *field)
{
    g_autofree char *old = pga_race_sample(run->project, field);
    g_autoptr(PgaRace) race =
        pga_race_new(run->project, pga_race_owner(run->project, model, field));

    if (race && pga_race_has_column(race, field))
        fill_race(g_steal_pointer(&race), finding, field, old);
}

/* (transfer full) (nullable): the constant that the event gives the field. */
static char *
constant_of(const PgaDjangoEvent *event, const PgaDjangoField *field)
{
    const PgaPyValue *value =
        event->act == PGA_DJANGO_SET_ATTRIBUTE && event->field == field ? event->value
        : event->act == PGA_DJANGO_UPDATE && event->queryset && event->queryset->model &&
                g_ptr_array_find(event->queryset->model->fields, field, NULL)
            ? pga_py_argument(event->value, G_MAXUINT, field->name)
            : NULL;

    return is_constant(value) ? pga_py_value_text(value) : NULL;
}

static gboolean
changes_otherwise(const PgaDjangoFunction *function, const PgaDjangoField *field, const char *value)
{
    for (guint i = 0; i < function->events->len; i++) {
        g_autofree char *other = constant_of(g_ptr_array_index(function->events, i), field);

        if (other && !g_str_equal(other, value))
            return TRUE;
    }
    return FALSE;
}

/* Another function moves the state to another one: shipped here, cancelled there, and one of the
 * two is overwritten. That the same is set twice does no harm. */
static gboolean
has_rival(const PgaDjangoRun *run, const PgaDjangoEvent *set)
{
    g_autofree char *value = pga_py_value_text(set->value);

    if (pga_flow_kind(set->field) == PGA_FLOW_BOOLEAN)
        return FALSE;
    for (guint i = 0; i < run->code->functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(run->code->functions, i);

        if (function != set->function && !function->file->is_test &&
            changes_otherwise(function, set->field, value))
            return TRUE;
    }
    return FALSE;
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *set, const PgaDjangoEvent *look)
{
    const PgaDjangoObject *object = pga_django_event_object(set);
    const PgaDjangoEvent *effect = effect_of(set, pga_flow_decision(look));
    const char *name = object->name ? object->name : "obj", *field = set->field->name;
    g_autofree char *value = pga_flow_assigned(set);
    PgaFinding *finding = pga_django_add_at_event(
        run, set,
        "%s.%s is looked at in line %u and changed here, without a lock: two processes that both "
        "find the old state both go on%s%s.",
        object->model->name, field, look->line, effect ? ", and both do " : "",
        effect ? effect->text : "");

    pga_flow_set_confidence(run, finding, set);
    pga_flow_heed_isolation(run, finding, set);
    if (!effect)
        finding->confidence = finding->confidence == PGA_CONFIDENCE_CERTAIN && has_rival(run, set)
                                  ? PGA_CONFIDENCE_LIKELY
                                  : PGA_CONFIDENCE_POSSIBLE;
    pga_django_fix_code(
        finding, g_strdup_printf("changed = %s.objects.filter(pk=%s.pk, %s=%s.%s).update(%s=%s)\n"
                                 "if not changed:\n"
                                 "    ...  # somebody else did it",
                                 object->model->name, name, field, name, field, field,
                                 value ? value : "..."));
    pga_race_note_update(run, finding, object->model);
    add_race(run, finding, object->model, set->field);
}

/* "Order.objects.filter(pk=self.pk).update(status=self.status)": of this row, whatever its state.
 */
static gboolean
updates_row(const PgaDjangoEvent *event, const PgaDjangoModel *model, const PgaDjangoEvent *set)
{
    g_autoptr(GPtrArray) fields = NULL;
    gboolean is_whole;

    if (event->act != PGA_DJANGO_UPDATE || !event->queryset || event->queryset->model != model ||
        !pga_django_event_precedes(set, event) || !pga_flow_writes(event, set->field->name))
        return FALSE;
    fields = pga_flow_exact_fields(event->queryset, &is_whole);
    return is_whole && fields->len == 1 &&
           ((const PgaDjangoField *)g_ptr_array_index(fields, 0))->is_primary_key;
}

static gboolean
is_saved(const PgaDjangoEvent *set)
{
    const PgaDjangoModel *model = pga_django_event_object(set)->model;
    const GPtrArray *events = set->function->events;

    for (guint i = set->number + 1; i < events->len; i++)
        if (updates_row(g_ptr_array_index(events, i), model, set))
            return TRUE;
    return pga_flow_save(set) != NULL;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    g_autoptr(GHashTable) told = g_hash_table_new(g_direct_hash, g_direct_equal);
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i), *look;

        if (!is_candidate(event))
            continue;
        n++;
        look = is_saved(event) ? look_before(event) : NULL;
        if (look && !pga_flow_is_guarded(event) && g_hash_table_add(told, (gpointer)look))
            report(run, event, look);
    }
}

const PgaRule pga_rule_dj_status_transition_race = {
    .id = "dj-status-transition-race",
    .title = "State checked, then changed, without a lock",
    .category = "concurrency",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Two processes find the old state, both change it, and both do what comes with it: two "
           "payments, two mails, a cancelled order that is shipped.",
    .when_not = "Doing it twice does no harm.",
    .condition =
        "A field of states is compared in a condition and set to a constant by the outcome "
        "of it, the object is saved or its row updated by its key, and nothing locked the row "
        "before. Where nothing else comes with it, it is likely only in a request when another "
        "function sets another state.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Order(models.Model):\n"
               "    status = models.CharField(max_length=10)\n"
               "# shop/views.py\n"
               "from django.core.mail import send_mail\n"
               "from .models import Order\n"
               "def pay(request, pk):\n"
               "    order = Order.objects.get(pk=pk)\n"
               "    if order.status == \"new\":\n"
               "        order.status = \"paid\"\n"
               "        order.save()\n"
               "        send_mail(\"Paid\", \"\", None, [])",
    .fix = "filter(pk=…, status=old).update(status=new), and only who changed a row goes on; or "
           "select_for_update() in a transaction. Both are run in the lab.",
    .docs = "transaction-iso.html#XACT-READ-COMMITTED",
    .docs_title = "Transaction Isolation: Read Committed Isolation Level",
    .requirements = "DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.function = judge},
};

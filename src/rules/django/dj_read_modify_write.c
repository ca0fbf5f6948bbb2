/* dj-read-modify-write: a new value made of the one that was read, saved over whatever is there by
 * then. */
#include <string.h>

#include "../django_race_internal.h"

static gboolean /* NOLINTNEXTLINE(misc-no-recursion): the parser bounds the nesting */
counts(const PgaPyValue *value)
{
    if (value->kind == PGA_PY_BINARY)
        return TRUE;
    for (guint i = 0; value->items && i < value->items->len; i++)
        if (g_ptr_array_index(value->items, i) && counts(g_ptr_array_index(value->items, i)))
            return TRUE;
    return FALSE;
}

/* round(self.price, 2), position_for(self.position): the value is put right, and putting it right
 * twice does nothing more; max() of it and another is not. */
static gboolean
is_put_right(const PgaDjangoEvent *set)
{
    const PgaPyValue *value = set->value;
    const char *name = value && value->kind == PGA_PY_CALL ? pga_py_last_name(value) : "max";

    return !*pga_flow_operator(set) && !g_str_equal(name, "max") && !g_str_equal(name, "min") &&
           !counts(value);
}

/* Text is made tidy (strip(), lower()) to the same end by everybody; appended to it is not. */
static gboolean
loses(const PgaDjangoEvent *set)
{
    const gboolean appends = g_str_equal(pga_flow_operator(set), "+=");

    switch (pga_flow_kind(set->field)) {
    case PGA_FLOW_NUMBER:
    case PGA_FLOW_DURATION:
    case PGA_FLOW_BOOLEAN:
        return TRUE;
    case PGA_FLOW_DATE:
    case PGA_FLOW_MOMENT:
        return *pga_flow_operator(set) || (set->value && set->value->kind == PGA_PY_BINARY);
    case PGA_FLOW_TEXT:
        return appends && g_str_equal(set->field->base, "TextField");
    case PGA_FLOW_OTHER:
    case PGA_FLOW_JSON:
    case PGA_FLOW_ARRAY:
    case PGA_FLOW_HSTORE:
    default:
        return FALSE;
    }
}

static gboolean
is_candidate(const PgaDjangoEvent *event)
{
    return event->act == PGA_DJANGO_SET_ATTRIBUTE && event->field && !event->is_expression &&
           loses(event) && !is_put_right(event) && pga_flow_shared_object(event) &&
           pga_flow_reads_itself(event) && !pga_flow_is_fresh(event);
}

/* Text has no "+" in SQL, F() no "//", and what a function makes of the value only Python knows. */
static gboolean
is_of_sql(const PgaDjangoEvent *set, const char *before)
{
    return pga_flow_kind(set->field) != PGA_FLOW_TEXT && !strstr(set->text, "//") &&
           !strpbrk(before, "([");
}

/* (transfer full) (nullable): "F("stock") - quantity" */
static char *
expression_of(const PgaDjangoEvent *set, const char *name)
{
    g_autofree char *text = pga_flow_assigned(set);
    g_autofree char *self = g_strdup_printf("%s.%s", name, set->field->name);
    g_autofree char *column = g_strdup_printf("F(\"%s\")", set->field->name);
    const gsize length = strlen(pga_flow_operator(set));
    g_auto(GStrv) parts = NULL;

    if (!text || !is_of_sql(set, ""))
        return NULL;
    if (length > 1)
        return g_strdup_printf("%s %.*s %s", column, (int)length - 1, set->operator, text);
    parts = g_strsplit(text, self, 3);
    if (!set->value || set->value->kind != PGA_PY_BINARY || g_strv_length(parts) != 2 ||
        !is_of_sql(set, parts[0]))
        return NULL;
    return g_strjoinv(column, parts);
}

/* Something looks at the value before, or more is set and saved with it: update() of the one would
 * lose what depends on the other. */
static gboolean
is_alone(const PgaDjangoEvent *set, const PgaDjangoEvent *save)
{
    for (guint i = 0; i < save->number; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(set->function->events, i);

        if (event == set || event->object != set->object)
            continue;
        if (event->act == PGA_DJANGO_SET_ATTRIBUTE ||
            (event->act == PGA_DJANGO_GET_ATTRIBUTE && event->field == set->field &&
             event->number < set->number && event->line < set->line))
            return FALSE;
    }
    return TRUE;
}

/* Whether the fix is a lock. */
static gboolean
add_fix(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoEvent *set,
        const PgaDjangoEvent *save)
{
    const PgaDjangoObject *object = pga_django_event_object(set);
    const char *name = object->name ? object->name : "obj", *field = set->field->name;
    const gboolean by_update = is_alone(set, save) && !pga_race_has_own_save(run, object->model);
    g_autofree char *expression = by_update ? expression_of(set, name) : NULL;
    g_autofree char *again =
        pga_race_is_own_variable(object)
            ? g_strdup("")
            : g_strdup_printf("\n%s.refresh_from_db(fields=[\"%s\"])", name, field);

    if (!expression) {
        pga_race_fix_lock(finding, &(const PgaRaceChange){set, save});
        return TRUE;
    }
    pga_django_fix_code(finding,
                        g_strdup_printf("%s.objects.filter(pk=%s.pk).update(%s=%s)%s",
                                        object->model->name, name, field, expression, again));
    pga_race_note_update(run, finding, object->model);
    return FALSE;
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *set, const PgaDjangoEvent *save)
{
    const PgaDjangoObject *object = pga_django_event_object(set);
    const PgaDjangoEvent *read = pga_django_object_event(set->function, object);
    g_autofree char *from =
        read ? g_strdup_printf("read in line %u", read->line) : g_strdup("read before");
    PgaFinding *finding = pga_django_add_at_event(
        run, set,
        "%s.%s is made of its own value, %s without a lock, and saved in line %u: of two processes "
        "that read the same row the later save overwrites what the earlier one did.",
        object->model->name, set->field->name, from, save->line);

    pga_flow_set_confidence(run, finding, set);
    pga_flow_heed_isolation(run, finding, set);
    if (pga_flow_kind(set->field) == PGA_FLOW_BOOLEAN) { /* who presses twice may mean it */
        finding->confidence = MIN(finding->confidence, PGA_CONFIDENCE_LIKELY);
        if (!run->severity_fixed)
            finding->severity = MIN(finding->severity, PGA_SEVERITY_INFO);
    }
    pga_race_lost_update(run, finding, set, save, add_fix(run, finding, set, save));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);
        const PgaDjangoEvent *save;

        if (!is_candidate(event))
            continue;
        n++;
        save = pga_flow_save(event);
        if (save && !pga_flow_is_guarded(event))
            report(run, event, save);
    }
}

const PgaRule pga_rule_dj_read_modify_write = {
    .id = "dj-read-modify-write",
    .title = "Attribute changed from its own value and saved",
    .category = "concurrency",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why =
        "Two processes read the same value, both add to it, and the second save() overwrites the "
        "first: one change is lost without any error.",
    .when_not = "Only one process ever changes the row.",
    .condition =
        "An attribute of a saved object is computed from itself and saved in the same "
        "function, without F(), and nothing locked the row before; not what only puts the value "
        "right, round(self.price, 2). A switch that is turned over (not self.shown) is an info.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Product(models.Model):\n"
               "    stock = models.IntegerField()\n"
               "# shop/views.py\n"
               "from .models import Product\n"
               "def buy(request, pk):\n"
               "    product = Product.objects.get(pk=pk)\n"
               "    product.stock -= 1\n"
               "    product.save()",
    .fix = "Lets the database compute it, update(f=F(\"f\") + n), or locks the row with "
           "select_for_update() in a transaction; both are run in the lab.",
    .docs = "https://docs.djangoproject.com/en/5.2/ref/models/expressions/"
            "#avoiding-race-conditions-using-f",
    .docs_title = "Django: Avoiding race conditions using F()",
    .requirements = "DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.function = judge},
};

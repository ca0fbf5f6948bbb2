/* dj-read-modify-write: a new value made of the one that was read, saved over whatever is there by
 * then. */
#include <string.h>

#include "../django_calls_internal.h"
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

/* "n = p.hits + 1", "n += 1", "n = max(p.hits, 3)"; not "n = p.hits". */
static gboolean
is_computed_in(const char *line, const char *name)
{
    const gsize length = strlen(name);
    const char *rest = line + strspn(line, " \t");

    if (strncmp(rest, name, length) != 0 || g_ascii_isalnum(rest[length]) || rest[length] == '_')
        return FALSE;
    rest += length;
    rest += strspn(rest, " ");
    if (*rest != '=')
        return strpbrk(rest, "+-*/%|^&") == rest;
    rest += 1 + strspn(rest + 1, " ");
    return strpbrk(rest, "+-*/%|^&") || strstr(rest, "max(") || strstr(rest, "min(") ||
           g_str_equal(rest, "(");
}

/* "state = self.state" in one arm, "state = NEW" in another, and "self.state = state": it stays as
 * it is or becomes something that is not made of it. */
static gboolean
is_only_kept(const PgaDjangoEvent *set)
{
    const PgaPyValue *value = set->value;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!value || value->kind != PGA_PY_NAME || *pga_flow_operator(set) || strchr(value->text, '.'))
        return FALSE;
    text = pga_flow_lines(set->function->file, set->function->line, set->line);
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++)
        if (is_computed_in(lines[i], value->text))
            return FALSE;
    return TRUE;
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
           loses(event) && !is_put_right(event) && !is_only_kept(event) && !pga_flow_keeps(event) &&
           pga_flow_shared_object(event) && pga_flow_reads_itself(event) &&
           !pga_flow_is_fresh(event);
}

/* Text has no "+" in SQL, F() no "//", and what a function makes of the value only Python knows. */
static gboolean
is_of_sql(const PgaDjangoEvent *set, const char *before)
{
    return pga_flow_kind(set->field) != PGA_FLOW_TEXT && !strstr(set->text, "//") &&
           !strpbrk(before, "([");
}

/* (transfer full) (nullable): "F("hits") + 1" of "n = p.hits + 1". */
static char *
expression_read(const PgaDjangoEvent *read, const PgaDjangoEvent *update, const char *name)
{
    const PgaPyValue *value = pga_py_argument(update->value, G_MAXUINT, read->field->name);
    g_autofree char *text =
        value->kind == PGA_PY_NAME ? pga_flow_assigned(read) : pga_py_value_text(value);
    g_autofree char *self = g_strdup_printf("%s.%s", name, read->field->name);
    g_autofree char *column = g_strdup_printf("F(\"%s\")", read->field->name);
    g_auto(GStrv) parts = text ? g_strsplit(text, self, 3) : NULL;

    return parts && g_strv_length(parts) == 2 && !strpbrk(text, "([") && !strstr(text, "//") &&
                   !strstr(text, " if ")
               ? g_strjoinv(column, parts)
               : NULL;
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

/* Both stand in the function that reads the row, not in methods that it calls. */
static gboolean
are_here(const PgaDjangoEvent *set, const PgaDjangoEvent *save)
{
    return g_ptr_array_index(set->function->events, set->number) == set && !save->called;
}

/* Whether the fix is a lock. */
static gboolean
add_fix(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoEvent *set,
        const PgaDjangoEvent *save)
{
    const PgaDjangoObject *object = pga_django_event_object(set);
    const char *name = object->name ? object->name : "obj", *field = set->field->name;
    const gboolean is_update = save->act == PGA_DJANGO_UPDATE;
    const gboolean by_update =
        are_here(set, save) && is_alone(set, save) &&
        (is_update ? save->written->len == 1 : !pga_race_has_own_save(run, object->model));
    g_autofree char *expression = !by_update  ? NULL
                                  : is_update ? expression_read(set, save, name)
                                              : expression_of(set, name);
    g_autofree char *class = pga_race_class(object, name);
    g_autofree char *again =
        pga_race_is_own_variable(object)
            ? g_strdup("")
            : g_strdup_printf("\n%s.refresh_from_db(fields=[\"%s\"])", name, field);

    if (!expression) {
        pga_race_fix_lock(finding, &(const PgaRaceChange){set, save});
        return TRUE;
    }
    pga_django_fix_code(finding, g_strdup_printf("%s.objects.filter(pk=%s.pk).update(%s=%s)%s",
                                                 class, name, field, expression, again));
    if (!is_update)
        pga_race_note_update(run, finding, object->model);
    return FALSE;
}

/* bulk_update() takes expressions, too; of rows of a loop there is no one row to lock. */
static gboolean
add_bulk_fix(PgaFinding *finding, const PgaDjangoEvent *set, const PgaDjangoEvent *bulk)
{
    const char *name = pga_django_event_object(set)->name;
    g_autofree char *expression = is_alone(set, bulk) ? expression_of(set, name) : NULL;

    if (!expression) {
        pga_race_fix_words(finding, &(const PgaRaceChange){set, bulk});
        return TRUE;
    }
    pga_django_fix_code(finding, g_strdup_printf("%s.%s = %s  # and bulk_update() as it is", name,
                                                 set->field->name, expression));
    return FALSE;
}

/** What is reported. */
typedef struct {
    const PgaDjangoEvent *at;     /* what changes it: of a method the call */
    const PgaDjangoEvent *set;    /* the same, or what read the value that an update() writes */
    const PgaDjangoEvent *within; /* (nullable): the assignment in the method that is called */
    const PgaDjangoEvent *save;
} Race;

/* (transfer full): " by bump() (shop/models.py, line 5)" */
static char *
by_method(const PgaDjangoEvent *within)
{
    return within ? g_strdup_printf(" by %s() (%s, line %u)", within->function->name,
                                    within->function->file->path, within->line)
                  : g_strdup("");
}

static void
report(PgaDjangoRun *run, const Race *race)
{
    const PgaDjangoEvent *set = race->set, *save = race->save;
    const PgaDjangoObject *object = pga_django_event_object(set);
    const PgaDjangoEvent *read = pga_django_object_event(set->function, object);
    g_autofree char *from =
        read ? g_strdup_printf("read in line %u", read->line) : g_strdup("read before");
    g_autofree char *by = by_method(race->within);
    gboolean locks;
    PgaFinding *finding = pga_django_add_at_event(
        run, race->at,
        "%s.%s is made of its own value%s, %s without a lock, and saved in line %u: of two "
        "processes that read the same row the later save overwrites what the earlier one did.",
        object->model->name, set->field->name, by, from, save->line);

    pga_flow_set_confidence(run, finding, set);
    pga_flow_heed_isolation(run, finding, set);
    if (pga_flow_kind(set->field) == PGA_FLOW_BOOLEAN) { /* who presses twice may mean it */
        finding->confidence = MIN(finding->confidence, PGA_CONFIDENCE_LIKELY);
        if (!run->severity_fixed)
            finding->severity = MIN(finding->severity, PGA_SEVERITY_INFO);
    }
    if (save->act == PGA_DJANGO_BULK_UPDATE) {
        finding->confidence = MIN(finding->confidence, PGA_CONFIDENCE_LIKELY);
        locks = add_bulk_fix(finding, set, save);
    } else {
        locks = add_fix(run, finding, set, save);
    }
    pga_race_lost_update(run, finding, set, save, locks);
}

/* "[product]", or a list made of the rows of a loop. */
static gboolean
is_in_list(const PgaDjangoObject *object, const PgaPyValue *rows)
{
    for (guint i = 0; rows && rows->kind == PGA_PY_LIST && i < rows->items->len; i++) {
        const PgaPyValue *item = g_ptr_array_index(rows->items, i);

        if (item->kind == PGA_PY_NAME && g_strcmp0(item->text, object->name) == 0)
            return TRUE;
    }
    return object->name && rows && rows->kind == PGA_PY_NAME &&
           (object->origin == PGA_DJANGO_OBJECT_LOOP ||
            object->origin == PGA_DJANGO_OBJECT_PARAMETER);
}

/* The bulk_update() that writes what @set changed: (nullable) */
static const PgaDjangoEvent *
bulk_update_of(const PgaDjangoEvent *set)
{
    const PgaDjangoObject *object = pga_django_event_object(set);
    const GPtrArray *events = set->function->events;

    for (guint i = set->number + 1; i < events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(events, i);

        if (event->act == PGA_DJANGO_BULK_UPDATE && event->queryset &&
            event->queryset->model == object->model && event->written &&
            pga_flow_writes(event, set->field->name) && pga_django_event_precedes(set, event) &&
            is_in_list(object, pga_py_argument(event->value, 0, "objs")))
            return event;
    }
    return NULL;
}

/* Of one row by its key, whatever it holds. */
static gboolean
is_by_key(const PgaDjangoEvent *update)
{
    gboolean is_whole;
    g_autoptr(GPtrArray) fields = pga_flow_exact_fields(update->queryset, &is_whole);

    return is_whole && fields->len == 1 &&
           ((const PgaDjangoField *)g_ptr_array_index(fields, 0))->is_primary_key;
}

/* "n = p.hits + 1" and update(hits=n), update(hits=p.hits + 1). */
static gboolean
comes_of(const PgaDjangoEvent *update, const PgaDjangoEvent *read)
{
    const PgaPyValue *value = pga_py_argument(update->value, G_MAXUINT, read->field->name);
    g_autofree char *text = value ? pga_py_value_text(value) : NULL;
    g_autofree char *assignment = text ? g_strdup_printf("%s = ", text) : NULL;
    g_autofree char *self =
        g_strdup_printf("%s.%s", pga_django_event_object(read)->name, read->field->name);

    if (text && value->kind == PGA_PY_NAME && g_str_has_prefix(read->text, assignment))
        return strpbrk(read->text + strlen(assignment), "+-*/") && !strpbrk(read->text, "'\"");
    return text && value->kind == PGA_PY_BINARY && read->line == update->line && strstr(text, self);
}

/* What read the value that @update writes: (nullable) */
static const PgaDjangoEvent *
read_for(const PgaDjangoEvent *update)
{
    for (guint i = update->number; i-- > 0;) {
        const PgaDjangoEvent *event = g_ptr_array_index(update->function->events, i);
        const PgaDjangoObject *object =
            event->act == PGA_DJANGO_GET_ATTRIBUTE ? pga_flow_shared_object(event) : NULL;

        if (object && object->name && object->model == update->queryset->model && event->text &&
            pga_flow_kind(event->field) == PGA_FLOW_NUMBER &&
            pga_django_event_precedes(event, update) && comes_of(update, event))
            return event;
    }
    return NULL;
}

static void
judge_update(PgaDjangoRun *run, const PgaDjangoEvent *update)
{
    const PgaDjangoEvent *read =
        update->queryset && update->queryset->model && update->written && is_by_key(update)
            ? read_for(update)
            : NULL;

    if (read && !pga_flow_is_guarded(read) && !pga_flow_is_guarded(update))
        report(run, &(const Race){update, read, NULL, update});
}

static void
judge_set(PgaDjangoRun *run, const PgaDjangoEvent *set)
{
    const PgaDjangoEvent *save = pga_calls_save(run->memory, set);

    if (!save)
        save = bulk_update_of(set);
    if (save && !pga_calls_is_guarded(run->memory, set))
        report(run, &(const Race){set, set, NULL, save});
}

/* What a method changes is one finding at the call, saved behind it. */
static void
judge_call(PgaDjangoRun *run, const PgaDjangoEvent *call)
{
    g_autoptr(GArray) sets = pga_calls_sets(run->memory, call);

    for (guint i = 0; i < sets->len; i++) {
        const PgaCalledSet *called = &g_array_index(sets, PgaCalledSet, i);
        const PgaDjangoEvent *set = &called->as_set;
        const PgaDjangoEvent *save = is_candidate(set) ? pga_calls_save(run->memory, set) : NULL;

        if (!save || pga_calls_is_guarded(run->memory, set))
            continue;
        report(run, &(const Race){call, set, called->set, save});
        return;
    }
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (event->act == PGA_DJANGO_UPDATE) {
            n++;
            judge_update(run, event);
        } else if (event->called) {
            n++;
            judge_call(run, event);
        } else if (is_candidate(event)) {
            n++;
            judge_set(run, event);
        }
    }
}

static void
begin(PgaDjangoRun *run)
{
    run->memory = pga_calls_new(run->code);
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
        "function, by save(), bulk_update() or an update() of the row by its key, without F(), and "
        "nothing locked the row before; also where methods of the model do the one or the other, "
        "unless all who call them hold a lock; not what only puts the value "
        "right, round(self.price, 2), or keeps it, state = self.state. A switch that is turned "
        "over (not self.shown) is an info.",
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
    .django = {.begin = begin, .function = judge, .forget = pga_calls_free},
};

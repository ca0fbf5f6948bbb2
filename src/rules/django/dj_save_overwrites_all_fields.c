/* dj-save-overwrites-all-fields: save() after one attribute was set writes back all the others as
 * they were read. */
#include "../django_race_internal.h"
#include "../rule_internal.h"

#define MOST_SET 3 /* more attributes set look like an edit of the whole row */

/* The first other column that somebody else may have changed: (nullable). */
static const PgaDjangoField *
other_column(const PgaDjangoModel *model, const PgaDjangoField *set)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (field != set && !field->is_primary_key && field->column && pga_flow_kind(field) &&
            !pga_py_argument(field->call, G_MAXUINT, "auto_now_add") &&
            !pga_py_argument(field->call, G_MAXUINT, "auto_now"))
            return field;
    }
    return NULL;
}

static gboolean
is_candidate(const PgaDjangoEvent *event)
{
    const PgaDjangoObject *object = pga_flow_shared_object(event);

    return event->act == PGA_DJANGO_SAVE && !event->written && object &&
           (object->origin == PGA_DJANGO_OBJECT_QUERIED ||
            object->origin == PGA_DJANGO_OBJECT_LOOP) &&
           pga_flow_is_concurrent(event->function);
}

/* (transfer full): of const PgaDjangoEvent *: what was set before @save; none where other rules are
 * told more by it. */
static GPtrArray *
set_before(const PgaDjangoEvent *save)
{
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < save->number; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(save->function->events, i);

        if (event->act != PGA_DJANGO_SET_ATTRIBUTE || event->object != save->object ||
            !event->field || !event->field->column || !pga_django_event_precedes(event, save))
            continue;
        if (event->reads_itself) {
            g_ptr_array_set_size(found, 0);
            break;
        }
        g_ptr_array_add(found, (gpointer)event);
    }
    return found;
}

/* One process sets @mine, the other @theirs: which is then as it was. */
/* Takes @race. */
static void
fill_race(PgaRace *race, PgaFinding *finding, const PgaDjangoField *mine,
          const PgaDjangoField *theirs, const char *const values[2])
{
    GPtrArray *steps = race->interleaving->steps, *fixed = race->interleaving->fixed;

    pga_race_start(race, theirs, "NULL");
    pga_race_start(race, mine, "NULL");
    pga_race_insert_row(race);
    pga_interleaving_add(steps, 1, "reads the row", pga_race_select(race, FALSE));
    pga_interleaving_add(steps, 2, "reads the row", pga_race_select(race, FALSE));
    pga_interleaving_add(steps, 2, "other code saves another attribute",
                         pga_race_save(race, theirs, values[1], FALSE));
    pga_interleaving_add(steps, 1, "saves all columns",
                         pga_race_save(race, mine, values[0], FALSE));
    pga_interleaving_add(fixed, 1, "reads the row", pga_race_select(race, FALSE));
    pga_interleaving_add(fixed, 2, "reads the row", pga_race_select(race, FALSE));
    pga_interleaving_add(fixed, 2, "other code saves another attribute",
                         pga_race_save(race, theirs, values[1], FALSE));
    pga_interleaving_add(fixed, 1, "saves with update_fields",
                         pga_race_save(race, mine, values[0], TRUE));
    pga_race_finish(
        race, finding,
        g_strdup_printf("SELECT \"%s\" IS NOT NULL FROM %s", theirs->column, race->table), "t");
}

static void
add_race(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model,
         const PgaDjangoField *mine, const PgaDjangoField *theirs)
{
    g_autofree char *value = pga_race_sample(run->project, mine);
    g_autofree char *other = pga_race_sample(run->project, theirs);
    g_autoptr(PgaRace) race = value && other ? pga_race_new(run->project, model) : NULL;

    if (race && pga_race_has_column(race, mine) && pga_race_has_column(race, theirs))
        fill_race(g_steal_pointer(&race), finding, mine, theirs,
                  (const char *const[]){value, other});
}

/* What save() sets by itself is written only when it is named. */
static void
add_fix(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoObject *object,
        GString *quoted)
{
    for (guint i = 0; i < object->model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(object->model->fields, i);

        if (pga_race_is_auto_now(field))
            g_string_append_printf(quoted, ", \"%s\"", field->name);
    }
    pga_django_fix_code(finding, g_strdup_printf("%s.save(update_fields=[%s])",
                                                 object->name ? object->name : "obj", quoted->str));
    if (pga_race_has_own_save(run, object->model))
        pga_finding_note(finding,
                         "%s has a save() of its own: what that sets has to be named in "
                         "update_fields, too.",
                         object->model->name);
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *save, const GPtrArray *set)
{
    const PgaDjangoEvent *first = g_ptr_array_index(set, 0);
    const PgaDjangoObject *object = pga_django_event_object(save);
    const PgaDjangoField *other = other_column(object->model, first->field);
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    g_autoptr(GString) names = g_string_new(NULL);
    g_autoptr(GString) quoted = g_string_new(NULL);
    PgaFinding *finding;

    if (!other)
        return;
    for (guint i = 0; i < set->len; i++)
        pga_flow_add_field(fields, ((const PgaDjangoEvent *)g_ptr_array_index(set, i))->field);
    for (guint i = 0; i < fields->len; i++) {
        const char *name = ((const PgaDjangoField *)g_ptr_array_index(fields, i))->name;

        g_string_append_printf(names, "%s%s", i ? ", " : "", name);
        g_string_append_printf(quoted, "%s\"%s\"", i ? ", " : "", name);
    }
    finding = pga_django_add_at_event(
        run, save,
        "Only %s changes, and save() writes every column of %s as it was read: what another "
        "process changed meanwhile, %s for one, is written back.",
        names->str, object->model->name, other->name);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    add_fix(run, finding, object, quoted);
    add_race(run, finding, object->model, first->field, other);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);
        g_autoptr(GPtrArray) set = NULL;

        if (!is_candidate(event))
            continue;
        n++;
        set = set_before(event);
        if (set->len > 0 && set->len <= MOST_SET && !pga_flow_is_guarded(event))
            report(run, event, set);
    }
}

const PgaRule pga_rule_dj_save_overwrites_all_fields = {
    .id = "dj-save-overwrites-all-fields",
    .title = "save() without update_fields after a partial change",
    .category = "concurrency",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_INFO,
    .why = "save() of an object that was read writes every column, those that did not change too, "
           "with the values of the time of reading.",
    .when_not =
        "Nothing else changes the other columns of these rows, or the whole object is edited.",
    .condition =
        "In a view, a task or a signal's receiver one to three attributes of an object that "
        "was read there are set, and it is saved without update_fields, unlocked.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Order(models.Model):\n"
               "    note = models.TextField()\n"
               "    status = models.CharField(max_length=10)\n"
               "# shop/views.py\n"
               "from .models import Order\n"
               "def remark(request, pk):\n"
               "    order = Order.objects.get(pk=pk)\n"
               "    order.note = \"seen\"\n"
               "    order.save()",
    .fix = "save(update_fields=[…]), auto_now fields among them, or filter(pk=…).update(…).",
    .docs = "https://docs.djangoproject.com/en/5.2/ref/models/instances/"
            "#specifying-which-fields-to-save",
    .docs_title = "Django: Specifying which fields to save",
    .requirements = "DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.function = judge},
};

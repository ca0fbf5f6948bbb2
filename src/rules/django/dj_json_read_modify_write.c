/* dj-json-read-modify-write: a document or list changed in memory and saved whole. */
#include "../django_calls_internal.h"
#include "../django_race_internal.h"

static gboolean
is_candidate(const PgaDjangoEvent *event)
{
    const PgaFlowKind kind = pga_flow_kind(event->field);

    return event->act == PGA_DJANGO_SET_ATTRIBUTE && !event->is_expression &&
           (kind == PGA_FLOW_JSON || kind == PGA_FLOW_ARRAY || kind == PGA_FLOW_HSTORE) &&
           pga_flow_shared_object(event) && pga_flow_reads_itself(event) &&
           !pga_flow_is_fresh(event) && !pga_flow_keeps(event);
}

/* save() of the model itself puts its value in order: who changes it is whoever called. */
static gboolean
is_own_save(const PgaDjangoEvent *event)
{
    const PgaDjangoObject *object = pga_django_event_object(event);

    return g_str_equal(event->function->name, "save") && g_strcmp0(object->name, "self") == 0;
}

/* @within (nullable): the change, where @set is the call of a method that makes it. */
static void
report(PgaDjangoRun *run, const PgaDjangoEvent *set, const PgaDjangoEvent *within,
       const PgaDjangoEvent *save)
{
    const PgaDjangoObject *object = pga_django_event_object(set);
    g_autofree char *by = within ? g_strdup_printf("by %s() (%s, line %u)", within->function->name,
                                                   within->function->file->path, within->line)
                                 : g_strdup("in memory");
    PgaFinding *finding = pga_django_add_at_event(
        run, set,
        "%s.%s is changed %s and the whole value saved in line %u: what another process put into "
        "it meanwhile is gone.",
        object->model->name, set->field->name, by, save->line);

    pga_flow_set_confidence(run, finding, set);
    if (is_own_save(set))
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_flow_heed_isolation(run, finding, set);
    pga_race_fix_lock(finding, &(const PgaRaceChange){set, save});
    pga_race_lost_update(run, finding, set, save, TRUE);
}

/** One function. */
typedef struct {
    PgaDjangoRun *run;
    GHashTable
        *told; /* of const PgaDjangoEvent *: several changes before a save() are one finding */
} Look;

static void
judge_set(const Look *look, const PgaDjangoEvent *set, const PgaDjangoEvent *within)
{
    const PgaCalls *calls = look->run->memory;
    const PgaDjangoEvent *save = is_candidate(set) ? pga_calls_save(calls, set) : NULL;

    if (save && !pga_calls_is_guarded(calls, set) && g_hash_table_add(look->told, (gpointer)save))
        report(look->run, set, within, save);
}

static void
judge_call(const Look *look, const PgaDjangoEvent *call)
{
    g_autoptr(GArray) sets = pga_calls_sets(look->run->memory, call);

    for (guint i = 0; i < sets->len; i++) {
        const PgaCalledSet *called = &g_array_index(sets, PgaCalledSet, i);

        judge_set(look, &called->as_set, called->set);
    }
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    g_autoptr(GHashTable) told = g_hash_table_new(g_direct_hash, g_direct_equal);
    const Look look = {run, told};
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (event->called) {
            n++;
            judge_call(&look, event);
        } else if (is_candidate(event)) {
            n++;
            judge_set(&look, event, NULL);
        }
    }
}

static void
begin(PgaDjangoRun *run)
{
    run->memory = pga_calls_new(run->code);
}

const PgaRule pga_rule_dj_json_read_modify_write = {
    .id = "dj-json-read-modify-write",
    .title = "JSON, array or hstore value changed in memory and saved",
    .category = "concurrency",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why =
        "save() writes the whole value back: a key or element that another process added after it "
        "was read is lost.",
    .when_not = "Only one process ever changes the row.",
    .condition = "A key, element or method of a JSONField, ArrayField or HStoreField changes the "
                 "value of a saved object, under its own name or another, which is saved in the "
                 "same function or by a method that it calls, and nothing locked the row before.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Cart(models.Model):\n"
               "    items = models.JSONField(default=dict)\n"
               "# shop/views.py\n"
               "from .models import Cart\n"
               "def put(request, pk):\n"
               "    cart = Cart.objects.get(pk=pk)\n"
               "    cart.items[\"one\"] = 1\n"
               "    cart.save()",
    .fix = "Locks the row with select_for_update() in a transaction before it is read; a key alone "
           "can be set by jsonb_set(), what is many by nature is a table of its own.",
    .docs = "functions-json.html#FUNCTIONS-JSON-PROCESSING-TABLE",
    .docs_title = "JSON Functions and Operators",
    .requirements = "DJ-2 DJ-3",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.begin = begin, .function = judge, .forget = pga_calls_free},
};

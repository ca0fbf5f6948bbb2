/* dj-select-for-update-order: many rows locked in whatever order they come. */
#include <string.h>

#include "../django_flow_internal.h"

static gboolean
is_many(const PgaDjangoEvent *event)
{
    return (event->act == PGA_DJANGO_FETCH || event->act == PGA_DJANGO_ITERATOR ||
            event->act == PGA_DJANGO_IN_BULK || event->act == PGA_DJANGO_LEN ||
            event->act == PGA_DJANGO_TRUTH) &&
           !event->is_cached;
}

static gboolean
is_candidate(const PgaDjangoEvent *event)
{
    const PgaDjangoQuerySet *queryset = event->queryset;

    return queryset && queryset->is_for_update && queryset->model && is_many(event) &&
           queryset->order->len == 0 && !queryset->skips_locked && !queryset->nowait &&
           queryset->limit != 1 && !queryset->incomplete;
}

/* A lock on something else goes before: whoever has that one has these, too. */
static gboolean
is_behind_lock(const PgaDjangoEvent *event)
{
    for (guint i = 0; i < event->number; i++) {
        const PgaDjangoEvent *before = g_ptr_array_index(event->function->events, i);

        if (before->queryset && before->queryset->is_for_update &&
            pga_django_event_precedes(before, event))
            return TRUE;
    }
    return FALSE;
}

/* Who calls a method of a row may have locked that one. */
static gboolean
is_method_of_row(const PgaDjangoFunction *function)
{
    const PgaDjangoObject *first =
        function->objects->len > 0 ? g_ptr_array_index(function->objects, 0) : NULL;

    return first && first->origin == PGA_DJANGO_OBJECT_SELF;
}

/* Of select_for_update().get(pk=source): the name. (nullable) */
static const char *
locked_by(const PgaDjangoEvent *event)
{
    const PgaPyValue *key = NULL;

    if (event->act != PGA_DJANGO_GET || !event->queryset || !event->queryset->is_for_update ||
        !event->queryset->model || event->queryset->skips_locked || event->queryset->nowait ||
        !event->value || event->value->kind != PGA_PY_CALL || pga_django_event_loop(event))
        return NULL;
    key = pga_py_argument(event->value, G_MAXUINT, "pk");
    if (!key)
        key = pga_py_argument(event->value, G_MAXUINT, "id");
    return key && key->kind == PGA_PY_NAME ? key->text : NULL;
}

static const PgaDjangoBlock *
block_at(const PgaDjangoFunction *function, guint place)
{
    return g_ptr_array_index(function->blocks, place);
}

/* An arm of an if that may be about which comes first. */
static gboolean
compares(const PgaDjangoBlock *block)
{
    g_autofree char *condition = block->condition ? pga_py_value_text(block->condition) : NULL;

    return block->kind == PGA_DJANGO_BLOCK_ELSE || (condition && strpbrk(condition, "<>"));
}

/* Something puts the two in order. */
static gboolean
is_ordered(const PgaDjangoFunction *function, const PgaDjangoEvent *event)
{
    static const char *const words[] = {"sorted(", ".sort(", "min(", "max("};
    const char *text = function->file->text, *end;
    g_autofree char *body = NULL;

    for (guint at = event->block; at != 0; at = block_at(function, at)->parent)
        if (compares(block_at(function, at)))
            return TRUE;
    for (guint line = 1; line < function->line && (end = strchr(text, '\n')); line++)
        text = end + 1;
    end = text;
    for (guint line = function->line; line <= event->line && end; line++)
        end = strchr(end + (line > function->line), '\n');
    body = end ? g_strndup(text, (gsize)(end - text)) : g_strdup(text);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(body, words[i]))
            return TRUE;
    return FALSE;
}

/* The row of the same model that is locked before by another name: (nullable) */
static const PgaDjangoEvent *
locked_before(const PgaDjangoEvent *second, const char *by)
{
    for (guint i = 0; i < second->number; i++) {
        const PgaDjangoEvent *first = g_ptr_array_index(second->function->events, i);
        const char *name = locked_by(first);

        if (name && first->queryset->model == second->queryset->model && !g_str_equal(name, by) &&
            pga_django_event_precedes(first, second))
            return is_behind_lock(first) ? NULL : first;
    }
    return NULL;
}

/* Of a transfer from one row to another each direction has its own order. */
static void
judge_pair(PgaDjangoRun *run, const PgaDjangoEvent *second)
{
    const char *by = locked_by(second);
    const PgaDjangoEvent *first = by ? locked_before(second, by) : NULL;
    PgaFinding *finding;

    if (!first || is_ordered(second->function, second))
        return;
    finding = pga_django_add_at_event(
        run, second,
        "A second row of %s is locked here, after that of line %u: a process that is given the "
        "two the other way round has locked this one and waits for that one, and PostgreSQL ends "
        "one of them (deadlock detected).",
        second->queryset->model->name, first->line);
    finding->confidence =
        pga_flow_is_single(second->function) ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
    pga_django_fix_code(finding,
                        g_strdup_printf("rows = %s.objects.select_for_update().order_by(\"pk\")"
                                        ".in_bulk([%s, %s])",
                                        second->queryset->model->name, locked_by(first), by));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);
        gboolean whole = FALSE, partial = FALSE;
        g_autoptr(GPtrArray) fields = NULL;
        PgaFinding *finding;

        if (locked_by(event) && n++ < PGA_FLOW_MOST)
            judge_pair(run, event);
        if (!is_candidate(event))
            continue;
        n++;
        fields = pga_flow_exact_fields(event->queryset, &whole);
        if (pga_flow_is_unique(run, event->queryset->model, fields, &partial) ||
            is_behind_lock(event))
            continue;
        finding = pga_django_add_at_event(
            run, event,
            "The rows of %s are locked in the order in which they are found: two processes that "
            "lock the same rows in different orders wait for each other, and PostgreSQL ends one "
            "of them (deadlock detected).",
            event->queryset->model->name);
        finding->confidence = PGA_CONFIDENCE_LIKELY;
        if (pga_flow_is_single(function) || is_method_of_row(function))
            finding->confidence = PGA_CONFIDENCE_POSSIBLE;
        pga_django_fix_code(finding, g_strdup(".order_by(\"pk\").select_for_update()"));
    }
}

const PgaRule pga_rule_dj_select_for_update_order = {
    .id = "dj-select-for-update-order",
    .title = "Rows locked in no stated order",
    .category = "concurrency",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Two processes that lock the same rows in different orders wait for each other until "
           "PostgreSQL ends one of them with an error.",
    .when_not = "A lock that comes before lets one process only come here.",
    .condition =
        "select_for_update() of more than one row without order_by(), skip_locked or nowait; "
        "the rows are not found by a unique field. Or two rows of a model, one after the other, by "
        "keys of two names that nothing sorts.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Product(models.Model):\n"
               "    stock = models.IntegerField()\n"
               "# shop/views.py\n"
               "from django.db import transaction\n"
               "from .models import Product\n"
               "@transaction.atomic\n"
               "def buy(request, ids):\n"
               "    for product in Product.objects.select_for_update().filter(pk__in=ids):\n"
               "        product.save()",
    .fix = "order_by(\"pk\"): everybody locks in the same order, and waits instead.",
    .docs = "explicit-locking.html#LOCKING-DEADLOCKS",
    .docs_title = "Explicit Locking: Deadlocks",
    .requirements = "DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.function = judge},
};

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

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);
        gboolean whole = FALSE, partial = FALSE;
        g_autoptr(GPtrArray) fields = NULL;
        PgaFinding *finding;

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
        "the rows are not found by a unique field.",
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

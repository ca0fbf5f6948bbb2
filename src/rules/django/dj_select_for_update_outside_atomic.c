/* dj-select-for-update-outside-atomic: a lock that would be gone at once; Django refuses it when
 * the rows are fetched. */
#include "../django_flow_internal.h"

#include <string.h>

static void
forget(gpointer memory)
{
    g_hash_table_unref(memory);
}

static const char *
last_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot ? dot + 1 : name;
}

#define CALLED_ATOMIC 1U /* in a transaction: who calls a function may have opened one */
#define CALLED_PLAIN  2U /* by a view, a task or a command, outside of one */

static gboolean
begins_alone(const PgaDjangoFunction *function)
{
    return pga_flow_is_concurrent(function) || function->is_command;
}

static void
note_call(GHashTable *called, const PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const char *name = last_part(event->name);
    guint how = GPOINTER_TO_UINT(g_hash_table_lookup(called, name));

    if (pga_django_event_is_atomic(run->code, event))
        how |= CALLED_ATOMIC;
    else if (begins_alone(event->function))
        how |= CALLED_PLAIN;
    g_hash_table_insert(called, (gpointer)name, GUINT_TO_POINTER(how));
}

/* How names are called. */
static void
begin(PgaDjangoRun *run)
{
    GHashTable *called = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < run->code->functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(run->code->functions, i);

        for (guint n = 0; n < function->events->len; n++) {
            const PgaDjangoEvent *event = g_ptr_array_index(function->events, n);

            if (event->act == PGA_DJANGO_CALL && event->name)
                note_call(called, run, event);
        }
    }
    run->memory = called;
}

/* ATOMIC_REQUESTS is on, or may be. */
static gboolean
may_be_atomic(const PgaDjangoRun *run)
{
    const PgaDjangoSettings *settings = pga_django_project_settings(run->project);

    for (guint i = 0; settings && i < settings->databases->len; i++) {
        const PgaDjangoDatabase *database = g_ptr_array_index(settings->databases, i);

        if (database->atomic_requests == PGA_DJANGO_COMPUTED)
            return TRUE;
    }
    return !settings;
}

/* dispatch() or the whole class is decorated, which its methods do not tell. */
static gboolean
is_decorated(const PgaDjangoFunction *function)
{
    for (guint i = 0; i < function->decorators->len; i++)
        if (strstr(g_ptr_array_index(function->decorators, i), "atomic"))
            return TRUE;
    return function->class && strstr(function->file->text, "method_decorator(transaction.atomic");
}

/* What Django refuses at once seldom stays: a helper of whose callers nobody is known to have no
 * transaction is called in one. */
static PgaConfidence
confidence_of(const PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    const guint how = GPOINTER_TO_UINT(g_hash_table_lookup(run->memory, function->name));

    if (how & CALLED_ATOMIC || (!begins_alone(function) && !(how & CALLED_PLAIN)))
        return PGA_CONFIDENCE_POSSIBLE;
    return may_be_atomic(run) || !begins_alone(function) ? PGA_CONFIDENCE_LIKELY
                                                         : PGA_CONFIDENCE_CERTAIN;
}

static gboolean
is_fetched(const PgaDjangoEvent *event)
{
    switch ((int)event->act) {
    case PGA_DJANGO_FETCH:
    case PGA_DJANGO_GET:
    case PGA_DJANGO_FIRST:
    case PGA_DJANGO_ITERATOR:
    case PGA_DJANGO_IN_BULK:
    case PGA_DJANGO_LEN:
    case PGA_DJANGO_TRUTH:
    case PGA_DJANGO_GET_OR_CREATE:
        return TRUE;
    default:
        return FALSE;
    }
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoFunction *function = event->function;
    PgaFinding *finding;

    if (!event->queryset || !event->queryset->is_for_update || !is_fetched(event) ||
        event->is_cached || pga_django_event_is_atomic(run->code, event) ||
        is_decorated(function) || pga_django_event_block(event, PGA_DJANGO_BLOCK_LAMBDA))
        return;
    finding = pga_django_add_at_event(
        run, event,
        "The rows are fetched outside transaction.atomic(): Django raises "
        "TransactionManagementError (select_for_update cannot be used outside of a transaction).");
    finding->confidence = confidence_of(run, function);
    pga_django_fix_code(finding, g_strdup("with transaction.atomic():\n    ..."));
}

const PgaRule pga_rule_dj_select_for_update_outside_atomic = {
    .id = "dj-select-for-update-outside-atomic",
    .title = "select_for_update() outside a transaction",
    .category = "concurrency",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why = "A row lock lasts as long as its transaction: outside of one Django raises "
           "TransactionManagementError when the rows are fetched.",
    .when_not = "Every caller has opened a transaction.",
    .condition =
        "Rows of a select_for_update() are fetched in a function that is neither decorated "
        "with atomic() nor in such a block, ATOMIC_REQUESTS does not cover it, and no "
        "caller in the project is in a transaction. Of a helper that no view, task or command "
        "calls "
        "outside of one it is shown with --all.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Product(models.Model):\n"
               "    stock = models.IntegerField()\n"
               "# shop/views.py\n"
               "from .models import Product\n"
               "def buy(request, pk):\n"
               "    product = Product.objects.select_for_update().get(pk=pk)",
    .fix = "with transaction.atomic(), around the reading and the saving.",
    .docs = "https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update",
    .docs_title = "Django: select_for_update()",
    .requirements = "DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.begin = begin, .event = judge, .forget = forget},
};

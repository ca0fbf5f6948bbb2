/* dj-signal-outside-commit: others are told of rows that are not there yet, and maybe never will
 * be.
 */
#include <string.h>

#include "../django_flow_internal.h"

static gboolean
ends_in(const char *name, const char *const *ends)
{
    for (guint i = 0; ends[i]; i++)
        if (g_str_has_suffix(name, ends[i]))
            return TRUE;
    return FALSE;
}

/* The worker may look before the COMMIT. */
static gboolean
is_task(const char *name)
{
    static const char *const ends[] = {".delay",   ".apply_async",       ".send_task",
                                       ".enqueue", ".send_with_options", NULL};

    return ends_in(name, ends);
}

static gboolean
is_mail(const char *name)
{
    static const char *const ends[] = {"send_mail",     "send_mass_mail", "mail_admins",
                                       "mail_managers", "email_user",     NULL};

    return ends_in(name, ends);
}

/* Of whatever model they are. */
static gboolean
saves_given(const char *name)
{
    static const char *const ends[] = {"serializer.save", "form.save", "formset.save", NULL};

    return ends_in(name, ends);
}

static gboolean
is_write(const PgaDjangoEvent *event)
{
    switch ((int)event->act) {
    case PGA_DJANGO_CREATE:
    case PGA_DJANGO_BULK_CREATE:
    case PGA_DJANGO_BULK_UPDATE:
    case PGA_DJANGO_UPDATE:
    case PGA_DJANGO_DELETE:
    case PGA_DJANGO_SAVE:
    case PGA_DJANGO_DELETE_OBJECT:
    case PGA_DJANGO_RELATED_SET:
    case PGA_DJANGO_GET_OR_CREATE:
    case PGA_DJANGO_UPDATE_OR_CREATE:
        return TRUE;
    case PGA_DJANGO_CALL:
        return event->name && saves_given(event->name);
    default:
        return FALSE;
    }
}

static const PgaDjangoEvent *
write_before(const PgaDjangoEvent *call)
{
    const PgaDjangoBlock *block = pga_django_event_block(call, PGA_DJANGO_BLOCK_ATOMIC);
    const guint first = block ? block->first_event : 0;

    for (guint i = call->number; i > first; i--) {
        const PgaDjangoEvent *event = g_ptr_array_index(call->function->events, i - 1);

        if (is_write(event) && pga_django_event_precedes(event, call))
            return event;
    }
    return NULL;
}

static gboolean
is_candidate(const PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    return event->act == PGA_DJANGO_CALL && event->name &&
           (is_task(event->name) || is_mail(event->name)) &&
           pga_django_event_is_atomic(run->code, event) &&
           !pga_django_event_block(event, PGA_DJANGO_BLOCK_LAMBDA);
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *call, const PgaDjangoEvent *write)
{
    PgaFinding *finding = pga_django_add_at_event(
        run, call,
        is_task(call->name)
            ? "%s() is called in the transaction that writes in line %u: a worker that is quick "
              "does not see the rows yet, and after a rollback works on rows that never were."
            : "%s() is called in the transaction that writes in line %u: after a rollback the mail "
              "has been sent all the same, and the mail server is waited for with the locks held.",
        call->name, write->line);

    finding->confidence =
        pga_flow_is_single(call->function) ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
    pga_django_fix_code(finding,
                        g_strdup_printf("transaction.on_commit(lambda: %s(...))", call->name));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i), *write;

        if (!is_candidate(run, event))
            continue;
        n++;
        write = write_before(event);
        if (write)
            report(run, event, write);
    }
}

const PgaRule pga_rule_dj_signal_outside_commit = {
    .id = "dj-signal-outside-commit",
    .title = "Task queued or mail sent inside a transaction",
    .category = "concurrency",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why =
        "Who is told looks before the COMMIT and finds nothing, or is told of what is then rolled "
        "back.",
    .when_not = "The queue is a table of the same database, written in the same transaction.",
    .condition =
        "In a transaction, of atomic() or ATOMIC_REQUESTS, rows are written, and then a task "
        "is queued or a mail sent without transaction.on_commit().",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Order(models.Model):\n"
               "    note = models.TextField()\n"
               "# shop/views.py\n"
               "from django.db import transaction\n"
               "from .models import Order\n"
               "from .tasks import ship\n"
               "@transaction.atomic\n"
               "def buy(request):\n"
               "    order = Order.objects.create(note=\"\")\n"
               "    ship.delay(order.pk)",
    .fix = "transaction.on_commit(…).",
    .docs = "https://docs.djangoproject.com/en/5.2/topics/db/transactions/"
            "#performing-actions-after-commit",
    .docs_title = "Django: Performing actions after commit",
    .requirements = "DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.function = judge},
};

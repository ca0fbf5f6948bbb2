/* dj-check-then-act: no row is found, so one is made; between the two another process does so too.
 */
#include <string.h>

#include "../django_calls_internal.h"
#include "../django_race_internal.h"

static gboolean
is_check(const PgaDjangoEvent *event)
{
    return (event->act == PGA_DJANGO_EXISTS_CALL || event->act == PGA_DJANGO_TRUTH ||
            event->act == PGA_DJANGO_FIRST || event->act == PGA_DJANGO_GET ||
            event->act == PGA_DJANGO_COUNT) &&
           event->queryset && event->queryset->model;
}

/* In the except of the try that the event stands in. */
static gboolean
is_handler_of(const PgaDjangoEvent *later, const PgaDjangoEvent *event)
{
    const PgaDjangoBlock *attempt = pga_django_event_block(event, PGA_DJANGO_BLOCK_TRY);
    const PgaDjangoBlock *handler = pga_django_event_block(later, PGA_DJANGO_BLOCK_EXCEPT);

    return attempt && handler && attempt->first_arm == handler->first_arm && handler->name &&
           strstr(handler->name, "DoesNotExist");
}

/* One of the fields is written, by its own name or its column's. */
static gboolean
writes_one(const PgaDjangoEvent *create, const GPtrArray *fields)
{
    for (guint i = 0; i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        if (pga_flow_writes(create, field->name) || pga_flow_writes(create, field->column))
            return TRUE;
    }
    return FALSE;
}

/* The row that @event makes, by itself or by a short function that it calls: (nullable) */
static const PgaDjangoEvent *
creation(const PgaDjangoEvent *event, const PgaDjangoModel *model)
{
    if (pga_flow_created_model(event) == model)
        return event;
    return event->callee ? pga_called_create(event, model) : NULL;
}

/* "if not self.changes.filter(user=user).exists(): Change.objects.create(user=user, …)": what is
 * made does not belong to what was asked about, or only save() knows. */
static gboolean
is_of_another(const PgaDjangoEvent *create, const GPtrArray *fields)
{
    gboolean whole;
    g_autoptr(GPtrArray) own =
        create->act == PGA_DJANGO_CREATE && create->queryset && create->queryset->model
            ? pga_flow_exact_fields(create->queryset, &whole)
            : NULL;

    for (guint i = 0; own && i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        if (field->kind == PGA_DJANGO_FOREIGN_KEY && !pga_flow_writes(create, field->name) &&
            !pga_flow_writes(create, field->column) && !g_ptr_array_find(own, field, NULL))
            return TRUE;
    }
    return FALSE;
}

/* What is made because @check found nothing, or the call of what makes it: (nullable) */
static const PgaDjangoEvent *
act_after(const PgaDjangoEvent *check, const GPtrArray *fields)
{
    const GPtrArray *events = check->function->events;
    const PgaDjangoBlock *decision = check->act == PGA_DJANGO_GET ? NULL : pga_flow_decision(check);

    for (guint i = check->number + 1; i < events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(events, i);
        const PgaDjangoEvent *create = creation(event, check->queryset->model);

        if (create && writes_one(create, fields) &&
            (create->function != check->function || !is_of_another(create, fields)) &&
            (decision ? pga_flow_depends_on(event, decision) : is_handler_of(event, check)))
            return event;
    }
    return NULL;
}

/* (transfer full): "user, name" or with quotes. */
static char *
names_of(const GPtrArray *fields, const char *quote)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        g_string_append_printf(names, "%s%s%s%s", i ? ", " : "", quote, field->name, quote);
    }
    return g_strdup(names->str);
}

static void
report_unique(PgaDjangoRun *run, const PgaDjangoEvent *check, const PgaDjangoEvent *create,
              const char *names)
{
    PgaFinding *finding = pga_django_add_at_event(
        run, check,
        "Whether there is a %s of this %s is asked here, and it is made in line %u: the unique "
        "constraint refuses the second of two processes, and nothing handles IntegrityError.",
        check->queryset->model->name, names, create->line);

    pga_flow_set_confidence(run, finding, check);
    finding->confidence = MIN(finding->confidence, PGA_CONFIDENCE_LIKELY);
    if (!run->severity_fixed)
        finding->severity = PGA_SEVERITY_INFO;
    pga_django_fix_code(
        finding, g_strdup_printf("%s.objects.get_or_create(...)", check->queryset->model->name));
}

/* "sold >= quota.size", "count() < 5"; not "count() > 0", which asks whether there is one. */
static gboolean
is_limit(const PgaDjangoEvent *check)
{
    const PgaDjangoBlock *decision = pga_flow_decision(check);
    g_autofree char *text =
        decision && decision->condition ? pga_py_value_text(decision->condition) : NULL;
    const char *rest = text ? strpbrk(text, "<>") : NULL;

    if (check->act != PGA_DJANGO_COUNT || !rest)
        return FALSE;
    rest += strspn(rest, "<>= ");
    return !((*rest == '0' || *rest == '1') && !g_ascii_isdigit(rest[1]));
}

static void
report_limit(PgaDjangoRun *run, const PgaDjangoEvent *check, const PgaDjangoEvent *create,
             const GPtrArray *fields)
{
    const char *model = check->queryset->model->name;
    g_autofree char *names = names_of(fields, "");
    PgaFinding *finding = pga_django_add_at_event(
        run, check,
        "Each %s of this %s is counted here, and one more is made in line %u: of two processes "
        "both count the same and both make one, which is one more than the limit allows.",
        model, names, create->line);

    pga_flow_set_confidence(run, finding, check);
    finding->confidence = MIN(finding->confidence, PGA_CONFIDENCE_LIKELY);
    pga_django_fix_code(finding, g_strdup("with transaction.atomic():\n"
                                          "    # the row that has the limit, before the count:\n"
                                          "    Owner.objects.select_for_update().get(pk=...)"));
    finding->fix.safety = PGA_SAFETY_REVIEW;
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *check, const PgaDjangoEvent *create,
       const GPtrArray *fields, gboolean whole)
{
    const PgaDjangoModel *model = check->queryset->model;
    g_autofree char *names = names_of(fields, ""),
                    *constraint = pga_race_constraint(run->project, model, fields);
    PgaFinding *finding = pga_django_add_at_event(
        run, check,
        "Whether there is a %s of this %s is asked here, and it is made in line %u: of two "
        "processes both find none and both make one, and no unique constraint over %s keeps "
        "them from it.",
        model->name, names, create->line, names);

    pga_flow_set_confidence(run, finding, check);
    finding->confidence = MIN(finding->confidence, PGA_CONFIDENCE_LIKELY);
    if (!whole || check->act == PGA_DJANGO_COUNT || pga_race_is_seed(check)) {
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
        return;
    }
    pga_django_fix_code(finding, g_strdup_printf("# in Meta.constraints:\n"
                                                 "%s\n"
                                                 "# and in its place:\n"
                                                 "%s.objects.get_or_create(...)",
                                                 constraint, model->name));
    pga_race_double_create(run, finding, model, fields);
}

/* --- while there is one of that name: another name --- */

/* What makes them unlike each other by chance. */
static gboolean
is_by_chance(const PgaDjangoEvent *check, guint last)
{
    static const char *const words[] = {"random", "uuid", "secret", "token"};
    g_autofree char *text = pga_flow_lines(check->function->file, check->function->line, last);

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(text, words[i]))
            return TRUE;
    return FALSE;
}

/* Where what was found to be free is taken: (nullable) */
static const PgaDjangoEvent *
taken_after(const PgaDjangoEvent *check, const GPtrArray *fields)
{
    const GPtrArray *events = check->function->events;

    for (guint i = check->number + 1; i < events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(events, i);
        const PgaDjangoObject *object = pga_django_event_object(event);

        if (event->act == PGA_DJANGO_SET_ATTRIBUTE && object && event->field &&
            object->model == check->queryset->model &&
            g_ptr_array_find((GPtrArray *)fields, event->field, NULL))
            return event;
    }
    return NULL;
}

static gboolean
is_of_while(const PgaDjangoEvent *check)
{
    return check->text && g_str_has_prefix(check->text, "while ") && check->is_condition;
}

static void
judge_while(PgaDjangoRun *run, const PgaDjangoEvent *check, const GPtrArray *fields)
{
    const PgaDjangoModel *model = check->queryset->model;
    const PgaDjangoEvent *taken = fields->len > 0 ? taken_after(check, fields) : NULL;
    g_autofree char *names = names_of(fields, ""),
                    *constraint = pga_race_constraint(run->project, model, fields);
    gboolean partial = FALSE;
    PgaFinding *finding;

    if (!taken || pga_flow_is_guarded(taken) || is_by_chance(check, taken->last_line) ||
        pga_flow_is_unique(run, model, fields, &partial) || partial)
        return;
    finding = pga_django_add_at_event(
        run, check,
        "A %s of %s is looked for that no other has, and taken in line %u: two processes find the "
        "same one free, and no unique constraint over %s keeps them from it.",
        names, model->name, taken->line, names);
    pga_flow_set_confidence(run, finding, check);
    finding->confidence = MIN(finding->confidence, PGA_CONFIDENCE_LIKELY);
    pga_django_fix_code(finding,
                        g_strdup_printf("# in Meta.constraints:\n"
                                        "%s\n"
                                        "# and save() again with the next one after IntegrityError",
                                        constraint));
    pga_race_double_create(run, finding, model, fields);
}

/* "if not story.points.all(): for role in roles: Points.objects.create(story=…, role=role)": both
 * processes make the same ones, and a unique key over what they have refuses the second's. */
static gboolean
is_lot_unique(const PgaDjangoRun *run, const PgaDjangoEvent *check, const PgaDjangoEvent *create)
{
    const PgaDjangoModel *model = check->queryset->model;
    g_autoptr(GPtrArray) written = g_ptr_array_new();
    gboolean partial;

    if (!create->written || !pga_django_event_loop(create) || pga_django_event_loop(check))
        return FALSE;
    for (guint i = 0; i < create->written->len; i++) {
        const PgaDjangoField *field =
            pga_flow_field_named(model, g_ptr_array_index(create->written, i));

        if (field)
            pga_flow_add_field(written, field);
    }
    return pga_flow_is_unique(run, model, written, &partial);
}

static void
judge_check(PgaDjangoRun *run, const PgaDjangoEvent *check)
{
    gboolean whole = FALSE, partial = FALSE, unique;
    g_autoptr(GPtrArray) fields = pga_flow_exact_fields(check->queryset, &whole);
    const PgaDjangoEvent *create = fields->len > 0 ? act_after(check, fields) : NULL;
    g_autofree char *names = NULL;

    if (is_of_while(check))
        judge_while(run, check, fields);
    if (!create || pga_flow_is_guarded(create))
        return;
    unique = pga_flow_is_unique(run, check->queryset->model, fields, &partial) ||
             is_lot_unique(run, check, create);
    if (is_limit(check)) {
        report_limit(run, check, create, fields);
        return;
    }
    if (!unique && !partial) {
        report(run, check, create, fields, whole);
        return;
    }
    names = names_of(fields, "");
    if (unique && !pga_flow_is_caught(create, "IntegrityError") &&
        !pga_flow_is_caught(creation(create, check->queryset->model), "IntegrityError"))
        report_unique(run, check, create, names);
}

/* if is_taken(seat): as if what the function returns were asked here. */
static void
judge_call(PgaDjangoRun *run, const PgaDjangoEvent *call)
{
    const PgaDjangoEvent *asked = pga_called_return(call);
    PgaDjangoEvent check = *call;

    if (!asked || !is_check(asked))
        return;
    check.act = asked->act;
    check.queryset = asked->queryset;
    judge_check(run, &check);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (!is_check(event) && !event->callee)
            continue;
        n++;
        if (event->callee)
            judge_call(run, event);
        else
            judge_check(run, event);
    }
}

const PgaRule pga_rule_dj_check_then_act = {
    .id = "dj-check-then-act",
    .title = "A row is looked for, then made, without a lock or constraint",
    .category = "concurrency",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Between the look and the INSERT another process does the same: two rows where the code "
           "relies on one, and get() raises MultipleObjectsReturned from then on.",
    .when_not = "Only one process makes such rows, or two of them do no harm.",
    .condition =
        "exists(), first() or get() with DoesNotExist decides whether a row with the same "
        "fields is made in the same function, or in short ones that it calls, count() is compared "
        "with a limit, or a while "
        "looks for a name that no other row has; no unique constraint covers the fields, "
        "and nothing is locked. What is made belongs to the same rows as far as foreign keys "
        "say; rows that the source itself names are only possible. With the constraint, but "
        "IntegrityError not caught, it is "
        "an info, and a while is left alone.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Seat(models.Model):\n"
               "    show = models.IntegerField()\n"
               "    number = models.IntegerField()\n"
               "# shop/views.py\n"
               "from .models import Seat\n"
               "def book(request, show, number):\n"
               "    if not Seat.objects.filter(show=show, number=number).exists():\n"
               "        Seat.objects.create(show=show, number=number)",
    .fix = "A UniqueConstraint, and get_or_create() or bulk_create(ignore_conflicts=True), which "
           "relies on it; both ways are run in the lab. For a limit a lock on the row that has it.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS",
    .docs_title = "Constraints: Unique Constraints",
    .requirements = "DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.function = judge},
};

/* dj-max-plus-one: the next number is what is there plus one, which another process computes at the
 * same time. */
#include <string.h>

#include "../django_race_internal.h"

/* Numbers of places in a list: two that are equal do no harm. */
static gboolean
is_place(const char *name)
{
    static const char *const words[] = {"position", "order",    "sort",  "rank",
                                        "weight",   "priority", "index", "place"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(name, words[i]))
            return TRUE;
    return FALSE;
}

/* The field whose maximum aggregate() asks for: (nullable) */
static const PgaDjangoField *
maximum_of(const PgaDjangoQuerySet *queryset)
{
    for (guint i = 0; i < queryset->aggregates->len; i++) {
        const PgaDjangoAnnotation *annotation = g_ptr_array_index(queryset->aggregates, i);
        const char *name = pga_py_argument_text(annotation->value, 0, NULL);

        if (name && g_str_equal(pga_py_last_name(annotation->value), "Max"))
            return pga_django_model_field(queryset->model, name);
    }
    return NULL;
}

/* The field that the first of them has the most of: (nullable) */
static const PgaDjangoField *
last_of(const PgaDjangoQuerySet *queryset)
{
    const PgaDjangoOrder *order =
        queryset->order->len > 0 ? g_ptr_array_index(queryset->order, 0) : NULL;

    return order && !order->is_random && order->path.hops->len == 0 ? order->path.field : NULL;
}

/* The number that the question is about: (nullable) */
static const PgaDjangoField *
asked_for(const PgaDjangoEvent *event)
{
    const PgaDjangoField *field;

    if (!event->queryset || !event->queryset->model)
        return NULL;
    field = event->act == PGA_DJANGO_AGGREGATE ? maximum_of(event->queryset)
            : event->act == PGA_DJANGO_FIRST   ? last_of(event->queryset)
                                               : NULL;
    return field && pga_flow_kind(field) == PGA_FLOW_NUMBER && !field->is_primary_key ? field
                                                                                      : NULL;
}

/* The last row there is, by whatever: last(), latest(), the first in descending order. */
static gboolean
is_last(const PgaDjangoEvent *event)
{
    const char *method =
        event->value && event->value->kind == PGA_PY_CALL ? pga_py_last_name(event->value) : "";
    const PgaDjangoOrder *order = event->queryset && event->queryset->order->len > 0
                                      ? g_ptr_array_index(event->queryset->order, 0)
                                      : NULL;

    if (event->act == PGA_DJANGO_GET)
        return g_str_equal(method, "latest");
    return event->act == PGA_DJANGO_FIRST &&
           (g_str_equal(method, "last") || (order && order->is_descending));
}

/* "last.number + 1", of text "int(last.number) + 1". */
static gboolean
reads_number(const PgaDjangoEvent *read, const char *name)
{
    const PgaFlowKind kind = pga_flow_kind(read->field);
    g_autofree char *plain = g_strdup_printf("%s.%s", name, read->field->name);
    g_autofree char *whole = g_strdup_printf("int(%s", plain);
    const char *number =
        read->text ? strstr(read->text, kind == PGA_FLOW_TEXT ? whole : plain) : NULL;
    const char *one = number ? strstr(number, " + 1") : NULL;

    if (!one || g_ascii_isdigit(one[4]) || one[4] == '.' || read->field->is_primary_key)
        return FALSE;
    return kind == PGA_FLOW_TEXT || (kind == PGA_FLOW_NUMBER && one == number + strlen(plain));
}

/* The number of the last row that one is added to: (nullable) */
static const PgaDjangoField *
counted_on(const PgaDjangoEvent *event)
{
    const GPtrArray *events = event->function->events;
    const PgaDjangoObject *last =
        event->result && event->queryset && event->queryset->model && is_last(event)
            ? g_ptr_array_index(event->function->objects, event->result - 1)
            : NULL;

    for (guint i = event->number + 1; last && last->name && i < events->len; i++) {
        const PgaDjangoEvent *read = g_ptr_array_index(events, i);

        if (read->act == PGA_DJANGO_GET_ATTRIBUTE && read->object == event->result && read->field &&
            reads_number(read, last->name))
            return read->field;
    }
    return NULL;
}

/** Where the lines of the file that was looked at last begin. */
typedef struct {
    const PgaDjangoFile *file;
    GArray *begins; /* of gsize */
} Lines;

static void
begin(PgaDjangoRun *run)
{
    Lines *lines = g_new0(Lines, 1);

    lines->begins = g_array_new(FALSE, FALSE, sizeof(gsize));
    run->memory = lines;
}

static void
forget(gpointer memory)
{
    Lines *lines = memory;

    g_array_unref(lines->begins);
    g_free(lines);
}

static void
count_lines(Lines *lines, const PgaDjangoFile *file)
{
    gsize at = 0;

    lines->file = file;
    g_array_set_size(lines->begins, 0);
    do {
        const char *end = strchr(file->text + at, '\n');

        g_array_append_val(lines->begins, at);
        at = end ? (gsize)(end - file->text) + 1 : file->length;
    } while (at < file->length);
    g_array_append_val(lines->begins, at);
}

/* Whether the source from the question to the use adds one to something. */
static gboolean
adds_one(Lines *lines, const PgaDjangoEvent *question, const PgaDjangoEvent *use)
{
    enum { FURTHEST = 200 }; /* lines */
    g_autofree char *text = NULL;
    gsize from, until;

    if (lines->file != question->function->file)
        count_lines(lines, question->function->file);
    if (use->last_line >= lines->begins->len || use->last_line - question->line > FURTHEST)
        return FALSE;
    from = g_array_index(lines->begins, gsize, question->line - 1);
    until = g_array_index(lines->begins, gsize, use->last_line);
    text = g_strndup(question->function->file->text + from, until - from);
    return strstr(text, "+ 1") || strstr(text, "+1") || strstr(text, "+= 1") ||
           strstr(text, "1 + ");
}

/* def next_number(): … return last.number + 1 */
static gboolean
gives_next(const PgaDjangoEvent *event)
{
    const char *name = event->function->name;

    return event->act == PGA_DJANGO_RETURN && event->text &&
           (strstr(event->text, "+ 1") || strstr(event->text, "+1")) &&
           (strstr(name, "next") || strstr(name, "number"));
}

/* A new row of the model gets the field's value, or the caller does for one: (nullable) */
static const PgaDjangoEvent *
use_of(const PgaDjangoEvent *question, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const GPtrArray *events = question->function->events;

    for (guint i = question->number + 1; i < events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(events, i);
        const PgaDjangoObject *object = pga_django_event_object(event);

        if (event->act == PGA_DJANGO_SET_ATTRIBUTE && event->field == field && object &&
            (object->origin == PGA_DJANGO_OBJECT_NEW ||
             object->origin == PGA_DJANGO_OBJECT_CREATED ||
             object->origin == PGA_DJANGO_OBJECT_SELF))
            return event;
        if (pga_flow_created_model(event) == model && event->written &&
            pga_flow_writes(event, field->name))
            return event;
        if (gives_next(event))
            return event;
    }
    return NULL;
}

/* "Order.objects.count() + 1" */
static gboolean
is_count_plus_one(const PgaPyValue *value)
{
    const PgaPyValue *left, *right;

    if (!value || value->kind != PGA_PY_BINARY || !g_str_equal(value->text, "+"))
        return FALSE;
    left = g_ptr_array_index(value->items, 0);
    right = g_ptr_array_index(value->items, 1);
    return left->kind == PGA_PY_CALL && g_str_equal(pga_py_last_name(left), "count") &&
           right->kind == PGA_PY_NUMBER && g_str_equal(right->text, "1");
}

/* The number that is the count of rows and one: of create(number=…) or order.number = …: (nullable)
 */
static const PgaDjangoField *
counted_for(const PgaDjangoEvent *event, const PgaDjangoModel *model)
{
    const PgaPyValue *call = event->value;

    if (event->act == PGA_DJANGO_SET_ATTRIBUTE)
        return is_count_plus_one(call) && event->field ? event->field : NULL;
    if (pga_flow_created_model(event) != model || !call || call->kind != PGA_PY_CALL)
        return NULL;
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);

        if (key && is_count_plus_one(g_ptr_array_index(call->items, i)))
            return pga_django_model_field(model, key->text);
    }
    return NULL;
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *question, const PgaDjangoEvent *use,
       const PgaDjangoField *field)
{
    const PgaDjangoModel *model = question->queryset->model;
    gboolean whole = FALSE, partial = FALSE, unique;
    g_autoptr(GPtrArray) fields = pga_flow_exact_fields(question->queryset, &whole);
    PgaFinding *finding;

    pga_flow_add_field(fields, field);
    unique = pga_flow_is_unique(run, model, fields, &partial) || partial;
    if (unique && pga_flow_is_caught(use, "IntegrityError"))
        return;
    finding = pga_django_add_at_event(
        run, question,
        "The last %s.%s is asked for here, and the next one %s in line %u: two processes get the "
        "same number%s.",
        model->name, field->name, use->act == PGA_DJANGO_RETURN ? "returned" : "given to a new row",
        use->line,
        unique ? ", and one of them an IntegrityError" : "; nothing in the database refuses it");
    pga_flow_set_confidence(run, finding, question);
    finding->confidence = MIN(finding->confidence, PGA_CONFIDENCE_LIKELY);
    if (is_place(field->name))
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    if (unique && !run->severity_fixed)
        finding->severity = MIN(finding->severity, PGA_SEVERITY_WARNING);
    pga_django_fix_code(
        finding,
        g_strdup_printf("# a sequence, made by a migration with RunSQL:\n"
                        "# CREATE SEQUENCE %s_%s_next\n"
                        "# or, in transaction.atomic(), first lock the row that the numbers "
                        "belong to:\n"
                        "# Parent.objects.select_for_update().get(...)",
                        model->table, field->name));
    if (!unique && pga_flow_kind(field) == PGA_FLOW_NUMBER)
        pga_race_double_number(run, finding, model, field);
}

/* The next one has the place of the last one that was deleted, too. */
static void
judge_count(PgaDjangoRun *run, const PgaDjangoEvent *count)
{
    const GPtrArray *events = count->function->events;
    const PgaDjangoModel *model = count->queryset ? count->queryset->model : NULL;

    for (guint i = count->number + 1; model && i < events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(events, i);
        const PgaDjangoField *field = event->line == count->line ? counted_for(event, model) : NULL;

        if (field && pga_flow_kind(field) == PGA_FLOW_NUMBER && !pga_flow_is_guarded(event)) {
            report(run, count, event, field);
            return;
        }
    }
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i), *use;
        const PgaDjangoField *field = asked_for(event);

        if (!field)
            field = counted_on(event);
        if (event->act == PGA_DJANGO_COUNT)
            judge_count(run, event);
        if (!field)
            continue;
        n++;
        use = use_of(event, event->queryset->model, field);
        if (use && adds_one(run->memory, event, use) && !pga_flow_is_guarded(use) &&
            !event->queryset->is_for_update)
            report(run, event, use, field);
    }
}

const PgaRule pga_rule_dj_max_plus_one = {
    .id = "dj-max-plus-one",
    .title = "Next number computed from the last one",
    .category = "concurrency",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why =
        "Two processes see the same last number, and both give the next one: two invoices of one "
        "number, or an IntegrityError for one of two customers.",
    .when_not = "Equal numbers do no harm, or one process only makes such rows.",
    .condition =
        "Max() of a number, the first object by it in descending order, the number of the last "
        "object (also where it is text: int(last.number) + 1), or count(), plus one is "
        "the number of a new row in the same function, or what a function returns that is called "
        "next or number, and nothing is locked. With a unique constraint it is a warning.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Invoice(models.Model):\n"
               "    number = models.IntegerField()\n"
               "# shop/views.py\n"
               "from django.db.models import Max\n"
               "from .models import Invoice\n"
               "def bill(request):\n"
               "    last = Invoice.objects.aggregate(last=Max(\"number\"))[\"last\"] or 0\n"
               "    Invoice.objects.create(number=last + 1)",
    .fix = "A sequence, which never gives a number twice; where numbers must have no gaps, the row "
           "that they belong to is locked first. Run in the lab.",
    .docs = "sql-createsequence.html",
    .docs_title = "CREATE SEQUENCE",
    .requirements = "DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.begin = begin, .function = judge, .forget = forget},
};

/* dj-query-in-loop: a statement for each round of a loop where one for all would do. */
#include <string.h>

#include "../django_declared_internal.h"
#include "../django_flow_internal.h"
#include "../django_loop_internal.h"
#include "../django_own_internal.h"
#include "../django_tables_internal.h"

/* Events after a query among which a return belongs to it. */
#define MAX_AHEAD 20

typedef struct {
    PgaDjangoAct act;
    gboolean is_read;
    const char *what; /* "asks for one object" */
    const char *instead;
} Kind;

#define ONE    TRUE, "asks for one object", "in_bulk(), or filter(…__in=…) before the loop"
#define MANY   TRUE, "asks once more", "one query before the loop: filter(…__in=…)"
#define INSERT FALSE, "inserts one row", "bulk_create() after the loop"
#define REPLACE                                                                                    \
    FALSE, "saves one row", "bulk_update() after the loop, or update() with an expression"
#define REMOVE FALSE, "deletes one row", "filter(…__in=…).delete()"

static const Kind kinds[] = {
    {PGA_DJANGO_GET, ONE},       {PGA_DJANGO_FIRST, ONE},           {PGA_DJANGO_REFRESH, ONE},
    {PGA_DJANGO_FETCH, MANY},    {PGA_DJANGO_TRUTH, MANY},          {PGA_DJANGO_LEN, MANY},
    {PGA_DJANGO_COUNT, MANY},    {PGA_DJANGO_EXISTS_CALL, MANY},    {PGA_DJANGO_AGGREGATE, MANY},
    {PGA_DJANGO_CREATE, INSERT}, {PGA_DJANGO_SAVE, REPLACE},        {PGA_DJANGO_UPDATE, REPLACE},
    {PGA_DJANGO_DELETE, REMOVE}, {PGA_DJANGO_DELETE_OBJECT, REMOVE}};

static const Kind *
kind_of(PgaDjangoAct act)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (kinds[i].act == act)
            return &kinds[i];
    return NULL;
}

/* save() is the project's own: bulk_update() would not call it. */
static gboolean
has_own_save(const PgaDjangoRun *run, const PgaDjangoModel *model)
{
    return pga_django_names_method(run->memory, model, "save") != NULL;
}

static const PgaDjangoModel *
model_of(const PgaDjangoEvent *event)
{
    const PgaDjangoObject *object = pga_django_event_object(event);

    return event->queryset ? event->queryset->model : object ? object->model : NULL;
}

/* The round ends with it: a retry, a search that stops at the first. */
static gboolean
leaves_loop(const PgaDjangoEvent *event)
{
    const PgaDjangoFunction *function = event->function;

    for (guint i = event->number + 1; i < function->events->len && i < event->number + MAX_AHEAD;
         i++) {
        const PgaDjangoEvent *next = g_ptr_array_index(function->events, i);

        if (next->block == event->block &&
            (next->act == PGA_DJANGO_RETURN || next->act == PGA_DJANGO_RAISE))
            return TRUE;
    }
    return FALSE;
}

/* dj-n-plus-one speaks of these. */
static gboolean
is_relation(const PgaDjangoEvent *event)
{
    return event->is_prefetched || event->is_cached ||
           (event->name && event->object && pga_django_event_reads_relation(event));
}

/* with transaction.atomic(): …select_for_update().get(pk=row.pk): each row in its own transaction,
 * locked for as long as that takes. */
static gboolean
locks_its_row(const PgaDjangoEvent *event, const PgaDjangoBlock *loop)
{
    const GPtrArray *blocks = event->function->blocks;
    gboolean is_atomic = FALSE;

    if (event->act != PGA_DJANGO_GET || !event->queryset || !event->queryset->is_for_update)
        return FALSE;
    for (const PgaDjangoBlock *at = g_ptr_array_index(blocks, event->block); at != loop;
         at = g_ptr_array_index(blocks, at->parent))
        is_atomic |= at->kind == PGA_DJANGO_BLOCK_ATOMIC;
    return is_atomic;
}

/* "results = ….raw(…)" before the loop, gone through in each round: it keeps its rows. */
static gboolean
is_kept_outside(const PgaDjangoEvent *event, const PgaDjangoBlock *loop)
{
    const PgaDjangoQuerySet *queryset = event->queryset;

    return (event->act == PGA_DJANGO_FETCH || event->act == PGA_DJANGO_TRUTH ||
            event->act == PGA_DJANGO_LEN) &&
           queryset && queryset->is_raw && queryset->file == event->function->file &&
           queryset->line >= event->function->line && queryset->line < loop->line;
}

/* "for cohort in cohorts[:settings.AT_ONCE]": who runs it has chosen how many. */
static gboolean
is_of_chosen_number(const PgaDjangoEvent *fetch)
{
    g_autofree char *text =
        fetch->queryset->is_sliced && fetch->queryset->limit < 0
            ? pga_flow_lines(fetch->function->file, fetch->line, fetch->last_line)
            : NULL;
    const char *slice = text ? strrchr(text, '[') : NULL;

    return slice && strstr(slice, "settings.");
}

static PgaConfidence
confidence_of(const PgaDjangoEvent *event, const PgaDjangoBlock *loop)
{
    const PgaDjangoEvent *fetch = pga_django_loop_fetch(event->function, loop);

    if (!fetch || !fetch->queryset || pga_django_is_batch(event->function) ||
        is_of_chosen_number(fetch))
        return PGA_CONFIDENCE_POSSIBLE;
    return PGA_CONFIDENCE_LIKELY;
}

static void
complete(PgaFinding *finding)
{
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "In its place: %s.",
                     "annotate() on the query of the rows, or one query before: filter(…__in=…)");
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaDjangoBlock *loop, const Kind *kind)
{
    const PgaDjangoModel *model = model_of(event);
    PgaFinding *finding =
        pga_django_add_at_event(run, event, "each round of the loop of line %u %s of %s.%s",
                                loop->line, kind->what, model->app, model->name);

    finding->confidence = confidence_of(event, loop);
    if (!run->severity_fixed && (!kind->is_read || pga_django_is_batch(event->function)))
        finding->severity = PGA_SEVERITY_INFO;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "In its place: %s.", kind->instead);
    if (!kind->is_read)
        pga_finding_note(finding, "Signals and save() of the model are not called then.");
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoBlock *loop = pga_django_event_loop(event);
    const Kind *kind = loop ? kind_of(event->act) : NULL;
    const PgaDjangoModel *model = kind ? model_of(event) : NULL;

    if (!model || loop->condition || is_relation(event) || leaves_loop(event) ||
        loop->iterated == event->number + 1 || !pga_django_loop_is_long(event->function, loop) ||
        pga_django_is_small(run, model, run->threshold[0]) || is_kept_outside(event, loop) ||
        (event->queryset && event->queryset->is_none) || locks_its_row(event, loop))
        return;
    if (event->act == PGA_DJANGO_SAVE && has_own_save(run, model))
        return;
    report(run, event, loop, kind);
}

/* --- methods that ask --- */

/* for order in orders: order.total() */
static void
judge_function(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    g_autoptr(GPtrArray) reads = pga_django_loop_reads(run->memory, function);

    for (guint i = 0; i < reads->len; i++) {
        const PgaLoopRead *read = g_ptr_array_index(reads, i);
        const PgaDjangoModel *model = read->is_query ? read->inner->queryset->model : NULL;
        PgaFinding *finding;

        if (!model || pga_django_is_small(run, model, run->threshold[0]))
            continue;
        finding = pga_django_add_at_event(
            run, read->event,
            "each round of the loop of line %u runs %s(), which asks for %s.%s "
            "(%s:%u)",
            read->loop->line, read->inner->function->name, model->app, model->name,
            read->inner->function->file->path, read->inner->line);
        finding->confidence = read->is_maybe || pga_django_is_batch(function)
                                  ? PGA_CONFIDENCE_POSSIBLE
                                  : PGA_CONFIDENCE_LIKELY;
        if (!run->severity_fixed && pga_loop_writes(read))
            finding->severity = PGA_SEVERITY_INFO;
        complete(finding);
    }
}

/* SerializerMethodField, a column of the admin's list. */
static void
judge_declared(PgaDjangoRun *run, const PgaDeclaredRead *read, PgaFinding *finding,
               gboolean is_admin)
{
    finding->confidence = read->is_maybe ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
    if (is_admin && !run->severity_fixed)
        finding->severity = PGA_SEVERITY_INFO;
    complete(finding);
}

static void
judge_class(PgaDjangoRun *run, const PgaDjangoClass *class)
{
    g_autoptr(GPtrArray) reads = pga_django_declared_reads(run->memory, class);

    for (guint i = 0; i < reads->len; i++) {
        const PgaDeclaredRead *read = g_ptr_array_index(reads, i);

        if (read->is_query && !pga_django_is_small(run, class->model, run->threshold[0]))
            judge_declared(
                run, read,
                pga_django_add_finding(run, class->file, read->line ? read->line : class->line,
                                       class->qualified, NULL, "%s: a query for each row of %s.%s",
                                       read->why, class->model->app, class->model->name),
                class->kind == PGA_DJANGO_CLASS_ADMIN);
    }
}

static void
begin(PgaDjangoRun *run)
{
    run->memory = pga_django_names_new(run->code);
}

static void
forget(gpointer memory)
{
    pga_django_names_free(memory);
}

const PgaRule pga_rule_dj_query_in_loop = {
    .id = "dj-query-in-loop",
    .title = "A statement for each round of a loop",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Each round waits for the database: a thousand rounds are a thousand round trips.",
    .when_not = "There are never more than a few rounds, or signals have to be sent for each row.",
    .condition = "get(), first(), exists(), count() or another query in a loop over the rows of a "
                 "query, of a model of {min_rows} rows or more or whose rows nobody states; "
                 "methods of the rows "
                 "that ask for themselves, SerializerMethodFields and columns of the admin's lists "
                 "that do; "
                 "create(), save() and delete() there as an info, but not of models with a save() "
                 "of their own. Not what each round locks in a transaction of its own. Loops over "
                 "anything else are shown with --all.",
    .example =
        "# shop/models.py\n"
        "from django.db import models\n"
        "\n"
        "\n"
        "class Customer(models.Model):\n"
        "    name = models.CharField(max_length=200)\n"
        "    made = models.DateTimeField(auto_now_add=True)\n"
        "\n"
        "\n"
        "class Order(models.Model):\n"
        "    customer = models.ForeignKey(Customer, models.CASCADE, related_name=\"orders\")\n"
        "    made = models.DateTimeField(auto_now_add=True)\n"
        "\n"
        "# shop/views.py\n"
        "from shop.models import Customer, Order\n"
        "\n"
        "\n"
        "def find(request):\n"
        "    for customer in Customer.objects.all():\n"
        "        print(Order.objects.filter(customer=customer).count())",
    .fix = "None is generated: the note says what asks once for all.",
    .docs = "https://docs.djangoproject.com/en/stable/topics/db/optimization/",
    .docs_title = "Django: Database access optimization",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 50, "Smaller tables are left as they are."}},
    .django = {.begin = begin,
               .function = judge_function,
               .class = judge_class,
               .event = judge,
               .forget = forget},
};

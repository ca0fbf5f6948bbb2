/* dj-n-plus-one: for each row of one query another query: relations read in loops, by serializers,
 * by the admin's lists, by templates. */
#include <string.h>

#include "../django_declared_internal.h"
#include "../django_loop_internal.h"
#include "../django_tables_internal.h"
#include "../django_template_internal.h"

/* From here on a request that asks once for each row is not acceptable. */
#define LARGE_ROWS 10000

static void
complete(PgaFinding *finding, const char *path, gboolean is_to_one)
{
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, NULL);
    pga_django_fix_code(finding, g_strdup_printf(is_to_one ? "….select_related(\"%s\")"
                                                           : "….prefetch_related(\"%s\")",
                                                 path));
    pga_finding_verify(finding, "assertNumQueries() stays the same for ten times as many rows.");
}

/* values() ask even where the rows were fetched. */
static void
complete_with_rows(PgaFinding *finding, const PgaLoopRead *read)
{
    const GPtrArray *values = read->event->queryset->values;
    const char *first = values->len == 1 ? g_ptr_array_index(values, 0) : "__";
    const char *value = strstr(first, "__") ? "…" : first;

    pga_django_fix_code(finding, g_strdup_printf("….prefetch_related(\"%s\")\n"
                                                 "[each.%s for each in ….%s.all()]  # not values()",
                                                 read->path, value, read->event->name));
    pga_finding_note(finding, "values() and values_list() ask even where the rows were fetched: "
                              "take them from all() in the loop.");
}

static PgaSeverity
severity_of(const PgaDjangoRun *run, const PgaLoopRead *read)
{
    const PgaDjangoFunction *function = read->event->function;
    const PgaDjangoQuerySet *queryset = read->fetch->queryset;

    if (pga_django_is_batch(function) || pga_loop_writes(read))
        return PGA_SEVERITY_INFO;
    return read->is_certain && function->is_view && !queryset->where && !queryset->is_sliced &&
                   pga_django_rows(run, queryset->model) >= LARGE_ROWS
               ? PGA_SEVERITY_ERROR
               : PGA_SEVERITY_WARNING;
}

/* ", by label() (shop/models.py:12),": (transfer full) */
static char *
by_method(const PgaLoopRead *read)
{
    return read->inner ? g_strdup_printf(" by %s() (%s:%u)", read->inner->function->name,
                                         read->inner->function->file->path, read->inner->line)
                       : g_strdup("");
}

static void
judge_loop(PgaDjangoRun *run, const PgaLoopRead *read)
{
    const PgaDjangoModel *model = read->fetch->queryset->model;
    const gboolean is_small = pga_django_is_small(run, model, run->threshold[0]);
    const gboolean asks_anyway = !read->inner && pga_loop_asks_anyway(read->event);
    g_autofree char *by = by_method(read);
    PgaFinding *finding;

    if (is_small && pga_django_rows(run, model) >= 0)
        return;
    finding = pga_django_add_at_event(
        run, read->event,
        "%s is read of each %s.%s%s in the loop of line %u, whose query (line %u) %s: one query "
        "more for each row",
        read->path, model->app, model->name, by, read->loop->line, read->fetch->line,
        asks_anyway ? "cannot fetch values()" : "does not fetch it");
    finding->confidence = is_small || read->is_maybe || read->fetch->queryset->incomplete
                              ? PGA_CONFIDENCE_POSSIBLE
                          : read->is_certain ? PGA_CONFIDENCE_CERTAIN
                                             : PGA_CONFIDENCE_LIKELY;
    finding->severity = run->severity_fixed ? run->severity : severity_of(run, read);
    complete(finding, read->path, read->is_to_one);
    if (asks_anyway)
        complete_with_rows(finding, read);
}

/* OrderSerializer(orders, many=True) */
static void
judge_shown(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    PgaDjangoNames *names = run->memory;
    const PgaDjangoClass *serializer = g_hash_table_lookup(names->serializers, event->shown_by);
    const PgaDjangoModel *model = event->queryset->model;
    g_autoptr(GPtrArray) reads = serializer && !pga_django_is_few(event->queryset)
                                     ? pga_django_serializer_reads(names, serializer, event)
                                     : NULL;

    if (pga_django_is_small(run, model, run->threshold[0]))
        return;
    for (guint i = 0; reads && i < reads->len; i++) {
        const PgaDeclaredRead *read = g_ptr_array_index(reads, i);
        PgaFinding *finding;

        if (read->is_query)
            continue;
        finding = pga_django_add_at_event(run, event, "%s: one query more for each row of %s.%s",
                                          read->why, model->app, model->name);
        finding->confidence = read->is_maybe ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
        complete(finding, read->path, read->is_to_one);
    }
}

static void
judge_function(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    g_autoptr(GPtrArray) reads = pga_django_loop_reads(run->memory, function);

    for (guint i = 0; i < reads->len; i++) {
        const PgaLoopRead *read = g_ptr_array_index(reads, i);

        if (!read->is_query)
            judge_loop(run, read);
    }
    for (guint i = 0; i < function->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (event->shown_by)
            judge_shown(run, event);
    }
}

static gboolean
says_what_it_shows(const PgaDjangoClass *class)
{
    static const char *const names[] = {"queryset",
                                        "get_queryset",
                                        "serializer_class",
                                        "get_serializer_class",
                                        "list_display",
                                        "list_select_related",
                                        "model",
                                        "filter_queryset"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_hash_table_contains(class->lines, names[i]))
            return TRUE;
    return FALSE;
}

/* "class LegacyOrders(Orders): legacy = True": told of its base. */
static gboolean
is_as_its_base(const PgaDjangoRun *run, const PgaDjangoClass *class)
{
    for (guint i = 0; !says_what_it_shows(class) && i < run->code->classes->len; i++) {
        const PgaDjangoClass *base = g_ptr_array_index(run->code->classes, i);

        if (base != class && base->kind == class->kind && base->model == class->model &&
            g_ptr_array_find_with_equal_func(class->lineage, base->qualified, g_str_equal, NULL))
            return TRUE;
    }
    return FALSE;
}

static void
judge_reads(PgaDjangoRun *run, const PgaDjangoClass *class, const GPtrArray *reads)
{
    const gboolean is_admin = class->kind == PGA_DJANGO_CLASS_ADMIN;

    for (guint i = 0; i < reads->len; i++) {
        const PgaDeclaredRead *read = g_ptr_array_index(reads, i);
        g_autofree char *object = g_strdup_printf("%s.%s", class->qualified, read->path);
        PgaFinding *finding;

        if (read->is_query || pga_django_is_small(run, class->model, run->threshold[0]))
            continue;
        finding = pga_django_add_finding(run, class->file, read->line ? read->line : class->line,
                                         object, NULL, "%s: one query more for each row of %s.%s",
                                         read->why, class->model->app, class->model->name);
        finding->confidence = read->is_maybe ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
        if (is_admin && !run->severity_fixed)
            finding->severity = PGA_SEVERITY_INFO;
        complete(finding, read->path, read->is_to_one);
        if (is_admin && read->is_to_one)
            pga_django_fix_code(finding,
                                g_strdup_printf("list_select_related = [\"%s\"]", read->path));
    }
}

static void
judge_class(PgaDjangoRun *run, const PgaDjangoClass *class)
{
    g_autoptr(GPtrArray) reads = pga_django_declared_reads(run->memory, class);

    if (reads->len > 0 && !is_as_its_base(run, class))
        judge_reads(run, class, reads);
}

/* --- templates --- */

/** What was told already: two views may use one template. */
typedef struct {
    PgaDjangoRun *run;
    GHashTable *seen; /* of "path:line:relation" */
} Templates;

static void
judge_template(const PgaTemplateSource *source, gpointer data)
{
    const Templates *templates = data;
    PgaDjangoRun *run = templates->run;
    const PgaDjangoContext *context = source->context;
    const PgaDjangoModel *model = context->queryset->model;

    if (context->is_rows && pga_django_is_small(run, model, run->threshold[0]))
        return;
    for (guint i = 0; i < source->declared.reads->len; i++) {
        const PgaDeclaredRead *read = g_ptr_array_index(source->declared.reads, i);
        g_autofree char *object = g_strdup_printf("%s.%s.%s", model->app, model->name, read->path);
        PgaFinding *finding;

        if (!g_hash_table_add(templates->seen, g_strdup_printf("%s:%u:%s", read->file->path,
                                                               read->line, read->path)))
            continue;
        finding = pga_django_add_finding(
            run, read->file, read->line, object, NULL,
            "%s is read of each row; %s gives %s.%s as \"%s\" (%s:%u) and does not fetch it: one "
            "query more for each",
            read->why, context->where, model->app, model->name, context->name, context->file->path,
            context->line);
        finding->confidence = read->is_maybe ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
        complete(finding, read->path, read->is_to_one);
    }
}

static void
judge_templates(PgaDjangoRun *run)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Templates templates = {run, seen};

    pga_django_template_reads(run->memory, run->code, judge_template, &templates);
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

const PgaRule pga_rule_dj_n_plus_one = {
    .id = "dj-n-plus-one",
    .title = "A relation is read row by row",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Each row costs a query of its own: the time grows with the rows, by a round trip each.",
    .when_not = "There are never more than a few rows.",
    .condition =
        "In a loop over a query of the same function a relation of the row is read, by the "
        "loop or by a method of the row, that neither select_related() nor "
        "prefetch_related() fetches, or its values(), which nothing fetches; a serializer gives a "
        "relation that the QuerySet of "
        "its view, or the one it is called with, does not fetch: nested, by source= or "
        "by a SerializerMethodField; a list of the admin shows a relation, or a method "
        "or __str__ that follows one, without list_select_related; a template does it with rows "
        "that its view gives it. A method that writes rows as well has a statement a round anyway: "
        "an info. Not in loops of ten rounds or "
        "fewer, not for models stated "
        "to have fewer than {min_rows} rows.",
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
        "from shop.models import Order\n"
        "\n"
        "\n"
        "def find(request):\n"
        "    return [order.customer.name for order in Order.objects.all()]",
    .fix = "select_related() for relations to one row, prefetch_related() for those to many.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/querysets/#select-related",
    .docs_title = "Django: select_related()",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 50, "Smaller tables are left as they are."}},
    .django = {.begin = begin,
               .function = judge_function,
               .class = judge_class,
               .finish = judge_templates,
               .forget = forget},
};

/* dj-select-for-update-joins: the rows that select_related() brings are locked, too, and of an
 * outer join they cannot be. */
#include <string.h>

#include "../django_flow_internal.h"

/* The first relation of @path that may be NULL: (nullable) */
static const PgaDjangoField *
nullable_of(const PgaDjangoProject *project, const PgaDjangoModel *model, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "__", -1);

    for (guint i = 0; parts[i] && model; i++) {
        const PgaDjangoField *field = pga_django_model_field(model, parts[i]);

        if (!field || field->is_null)
            return field;
        model = field->target ? pga_django_project_model(project, field->target) : NULL;
    }
    return NULL;
}

typedef struct {
    const PgaDjangoField *field;
    gboolean found;
} Inner;

/* A condition on what is joined makes Django join it with INNER JOIN. */
static void
look(const PgaDjangoLookup *lookup, gboolean required, gpointer data)
{
    Inner *inner = data;
    const PgaDjangoHop *hop =
        lookup->path.hops->len > 0 ? &g_array_index(lookup->path.hops, PgaDjangoHop, 0) : NULL;

    inner->found |=
        required && ((hop && hop->field == inner->field) || lookup->path.field == inner->field);
}

/* (nullable) */
static const PgaDjangoField *
outer_join(const PgaDjangoRun *run, const PgaDjangoQuerySet *queryset)
{
    for (guint i = 0; i < queryset->select_related->len; i++) {
        Inner inner = {nullable_of(run->project, queryset->model,
                                   g_ptr_array_index(queryset->select_related, i)),
                       FALSE};

        if (inner.field)
            pga_django_queryset_each_lookup(queryset, look, &inner);
        if (inner.field && !inner.found)
            return inner.field;
    }
    return NULL;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoQuerySet *queryset = event->queryset;
    const PgaDjangoField *outer;
    PgaFinding *finding;

    if (!queryset || !queryset->is_for_update || !queryset->model || event->is_cached ||
        queryset->select_related->len == 0 || queryset->lock_of->len > 0)
        return;
    outer = outer_join(run, queryset);
    if (outer)
        finding = pga_django_add_at_event(
            run, event,
            "select_related() brings %s, which may be NULL, by an outer join, and PostgreSQL "
            "refuses the statement: FOR UPDATE cannot be applied to the nullable side of an outer "
            "join.",
            outer->name);
    else
        finding = pga_django_add_at_event(
            run, event,
            "The rows that select_related() brings are locked, too: everybody who wants to change "
            "one of these waits for this transaction.");
    if (outer && !run->severity_fixed)
        finding->severity = PGA_SEVERITY_ERROR;
    pga_django_fix_code(finding, g_strdup("select_for_update(of=(\"self\",))"));
}

const PgaRule pga_rule_dj_select_for_update_joins = {
    .id = "dj-select-for-update-joins",
    .title = "select_for_update() locks joined tables",
    .category = "concurrency",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "FOR UPDATE without of= is about every table of the statement: rows that are only read "
           "are locked, and over a nullable relation the statement fails.",
    .when_not = "The joined rows are changed, too.",
    .condition = "A QuerySet with select_for_update() and select_related() has no of=; over a "
                 "relation that may be NULL, and that no condition makes an inner join, it is an "
                 "error.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Customer(models.Model):\n"
               "    name = models.TextField()\n"
               "class Order(models.Model):\n"
               "    customer = models.ForeignKey(Customer, models.CASCADE)\n"
               "# shop/views.py\n"
               "from django.db import transaction\n"
               "from .models import Order\n"
               "@transaction.atomic\n"
               "def ship(request, pk):\n"
               "    orders = Order.objects.select_related(\"customer\")\n"
               "    order = orders.select_for_update().get(pk=pk)",
    .fix = "select_for_update(of=(\"self\",)).",
    .docs = "sql-select.html#SQL-FOR-UPDATE-SHARE",
    .docs_title = "SELECT: The Locking Clause",
    .requirements = "DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.event = judge},
};

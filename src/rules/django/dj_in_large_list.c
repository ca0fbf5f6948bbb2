/* dj-in-large-list: keys are fetched by one query to be sent back in another. */
#include "../django_lookups_internal.h"
#include "../django_once_internal.h"

/* list(rows), where the rows are fetched: before the query that gets the list. */
static gboolean
is_fetched_there(const PgaDjangoEvent *query, guint line)
{
    for (guint i = 0; line > 0 && i < query->number; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(query->function->events, i);

        if (event->act == PGA_DJANGO_FETCH && event->line == line && event->queryset &&
            !event->is_cached)
            return TRUE;
    }
    return FALSE;
}

/* list(….values_list("pk", flat=True)), set(…), tuple(…), of a name or not. */
static gboolean
is_fetched_list(const PgaDjangoEvent *event, const PgaPyValue *value)
{
    static const char *const containers[] = {"list", "set", "tuple", "frozenset", NULL};
    static const char *const ends[] = {"values_list", "values", "filter", "exclude", "all", NULL};
    const PgaPyValue *inner;

    if (!value || value->kind != PGA_PY_CALL || !value->text ||
        !g_strv_contains(containers, value->text))
        return FALSE;
    inner = pga_py_argument(value, 0, NULL);
    if (inner && inner->kind == PGA_PY_NAME)
        return is_fetched_there(event, value->line);
    return inner && inner->kind == PGA_PY_CALL && g_strv_contains(ends, pga_py_last_name(inner));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    g_autoptr(GArray) lookups = NULL;

    if (!event->queryset || !event->queryset->where)
        return;
    lookups = pga_django_used_lookups(event->queryset);
    for (guint i = 0; i < lookups->len; i++) {
        const PgaDjangoLookup *lookup = g_array_index(lookups, PgaUsedLookup, i).lookup;
        PgaFinding *finding;

        if (!g_str_equal(lookup->path.lookup, "in") || !is_fetched_list(event, lookup->value) ||
            !pga_django_once(run, event))
            continue;
        finding = pga_django_add_at_event(
            run, event, "%s: the keys are fetched and sent back one by one", lookup->path.text);
        pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, NULL);
        pga_finding_note(finding, "Without list() Django makes a subquery of it: one statement, "
                                  "and the planner joins.");
    }
}

const PgaRule pga_rule_dj_in_large_list = {
    .id = "dj-in-large-list",
    .title = "in with a list that another query made",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "The keys travel to the application and back, each as a parameter of its own.",
    .when_not = "The list is short, or used more than once.",
    .condition = "…__in=list(queryset), set(…) or tuple(…).",
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
        "    return "
        "list(Order.objects.filter(customer__in=list(Customer.objects.values_list(\"id\"))))",
    .fix = "None is generated: the QuerySet itself, without list(), is the subquery.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/querysets/#in",
    .docs_title = "Django: in",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.begin = pga_django_once_begin, .event = judge, .forget = pga_django_once_free},
};

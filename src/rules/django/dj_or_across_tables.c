/* dj-or-across-tables: an OR of columns of different tables: no index of either helps. */
#include "../django_filter_internal.h"
#include "../django_once_internal.h"
#include "../django_tables_internal.h"

#define MAX_DEPTH 64

typedef struct {
    const PgaDjangoPath *one, *other; /* (nullable): of different tables */
} Arms;

static void
see_path(Arms *arms, const PgaDjangoPath *path)
{
    if (!path->field)
        return;
    if (!arms->one)
        arms->one = path;
    else if (!arms->other && !pga_django_same_hops(arms->one, path))
        arms->other = path;
}

/* NOLINTBEGIN(misc-no-recursion): bounded by MAX_DEPTH */

static void
see_arms(Arms *arms, const PgaDjangoCondition *condition, guint depth)
{
    if (condition->kind == PGA_DJANGO_LOOKUP)
        see_path(arms, &condition->lookup->path);
    for (guint i = 0; depth < MAX_DEPTH && condition->items && i < condition->items->len; i++)
        see_arms(arms, g_ptr_array_index(condition->items, i), depth + 1);
}

/* The first OR with arms of different tables. */
static Arms
find_or(const PgaDjangoCondition *condition, guint depth)
{
    Arms arms = {0};

    if (condition->kind == PGA_DJANGO_OR)
        see_arms(&arms, condition, 0);
    for (guint i = 0; !arms.other && condition->kind != PGA_DJANGO_OR && depth < MAX_DEPTH &&
                      condition->items && i < condition->items->len;
         i++)
        arms = find_or(g_ptr_array_index(condition->items, i), depth + 1);
    return arms;
}

/* NOLINTEND(misc-no-recursion) */

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoQuerySet *queryset = event->queryset;
    PgaFinding *finding;
    Arms arms;

    if (!queryset || !queryset->where || !queryset->model ||
        pga_django_is_small(run, queryset->model, run->threshold[0]))
        return;
    arms = find_or(queryset->where, 0);
    if (!arms.other || !pga_django_once(run, event))
        return;
    finding = pga_django_add_at_event(run, event,
                                      "%s or %s: both tables are joined whole before the "
                                      "condition is judged",
                                      arms.one->text, arms.other->text);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "union() of two queries, or Exists() for the arm over the relation, "
                              "lets each arm use its own index.");
}

const PgaRule pga_rule_dj_or_across_tables = {
    .id = "dj-or-across-tables",
    .title = "OR over columns of different tables",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "Neither arm's index can be used: the tables are joined, then every row is judged.",
    .when_not = "The tables stay small, or another condition leaves few rows.",
    .condition = "Q(…) | Q(relation__…) in one filter of a model of {min_rows} rows or more, or "
                 "whose rows nobody states.",
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
        "    note = models.TextField()\n"
        "    made = models.DateTimeField(auto_now_add=True)\n"
        "\n"
        "# shop/views.py\n"
        "from django.db.models import Q\n"
        "from shop.models import Order\n"
        "\n"
        "\n"
        "def find(request):\n"
        "    q = request.GET[\"q\"]\n"
        "    return list(Order.objects.filter(Q(note=q) | Q(customer__name=q)))",
    .fix = "None is generated: union() or Exists() take its place.",
    .docs = "indexes-bitmap-scans.html",
    .docs_title = "Combining Multiple Indexes",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {PGA_NEED_MIN_ROWS},
    .django = {.begin = pga_django_once_begin, .event = judge, .forget = pga_django_once_free},
};

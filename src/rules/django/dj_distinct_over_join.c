/* dj-distinct-over-join: rows are multiplied by a join and made one again by DISTINCT. */
#include "../django_lookups_internal.h"
#include "../django_once_internal.h"

/* (nullable): the condition over a relation of many. */
static const PgaDjangoLookup *
multiple_lookup(const GArray *lookups)
{
    for (guint i = 0; i < lookups->len; i++) {
        const PgaUsedLookup *used = &g_array_index(lookups, PgaUsedLookup, i);

        if (used->role != PGA_LOOKUP_NEGATED && pga_django_path_is_multiple(&used->lookup->path))
            return used->lookup;
    }
    return NULL;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoQuerySet *queryset = event->queryset;
    g_autoptr(GArray) lookups = NULL;
    const PgaDjangoLookup *lookup;
    PgaFinding *finding;

    if (!queryset || !queryset->is_distinct || queryset->distinct_on->len > 0 ||
        queryset->has_values)
        return;
    lookups = pga_django_used_lookups(queryset);
    lookup = multiple_lookup(lookups);
    if (!lookup || !pga_django_once(run, event))
        return;
    finding = pga_django_add_at_event(run, event,
                                      "%s joins many rows for one, which distinct() makes one "
                                      "again by comparing all columns",
                                      lookup->path.text);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "filter(Exists(…filter(…=OuterRef(\"pk\")))) asks whether there is "
                              "one, and needs no distinct().");
}

const PgaRule pga_rule_dj_distinct_over_join = {
    .id = "dj-distinct-over-join",
    .title = "distinct() that undoes a join",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "All rows of the join are made, then sorted or hashed over all columns, and nearly all "
           "of them thrown away.",
    .when_not = "Few rows are joined.",
    .condition = "distinct() without fields or values() on a QuerySet that is filtered over a "
                 "many-to-many or a reverse relation.",
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
        "from shop.models import Customer\n"
        "\n"
        "\n"
        "def find(request):\n"
        "    return list(Customer.objects.filter(orders__made__year=2026).distinct())",
    .fix = "None is generated: Exists() takes the place of the join.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/expressions/"
            "#exists-subqueries",
    .docs_title = "Django: Exists() subqueries",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.begin = pga_django_once_begin, .event = judge, .forget = pga_django_once_free},
};

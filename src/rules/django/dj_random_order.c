/* dj-random-order: order_by("?"): a random number for every row, all of them sorted. */
#include "../django_filter_internal.h"
#include "../django_once_internal.h"
#include "../django_tables_internal.h"

static gboolean
is_random(const PgaDjangoQuerySet *queryset)
{
    for (guint i = 0; i < queryset->order->len; i++) {
        const PgaDjangoOrder *order = g_ptr_array_index(queryset->order, i);

        if (order->is_random)
            return TRUE;
    }
    return FALSE;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoModel *model = event->queryset ? event->queryset->model : NULL;
    g_autofree char *rows = NULL;
    PgaFinding *finding;

    if (!model || !is_random(event->queryset) ||
        pga_django_is_small(run, model, run->threshold[0]) || !pga_django_once(run, event))
        return;
    rows = pga_django_rows_text(run, model);
    finding = pga_django_add_at_event(run, event,
                                      "order_by(\"?\") gives every row of %s.%s a random number "
                                      "and sorts all of them; %s",
                                      model->app, model->name, rows);
    if (pga_django_rows(run, model) < 0)
        finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Choose random keys first and ask for these: "
                              "filter(pk__in=random.sample(keys, n)); of a very large table "
                              "TABLESAMPLE gives some rows quickly.");
}

const PgaRule pga_rule_dj_random_order = {
    .id = "dj-random-order",
    .title = "order_by(\"?\")",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The whole table is read and sorted for the few rows that are wanted.",
    .when_not = "The table stays small.",
    .condition = "order_by(\"?\") on a model of {min_rows} rows or more, or whose rows nobody "
                 "states and that does not look like a list of kinds or settings.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "\n"
               "\n"
               "class Order(models.Model):\n"
               "    email = models.EmailField()\n"
               "    made = models.DateTimeField(auto_now_add=True)\n"
               "\n"
               "# shop/views.py\n"
               "from shop.models import Order\n"
               "\n"
               "\n"
               "def find(request):\n"
               "    return Order.objects.order_by(\"?\").first()",
    .fix = "None is generated: the note says what to do instead.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/querysets/#order-by",
    .docs_title = "Django: order_by()",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {PGA_NEED_MIN_ROWS},
    .django = {.begin = pga_django_once_begin, .event = judge, .forget = pga_django_once_free},
};

/* dj-no-iterator-large: all rows of a table come into memory at once. */
#include "../django_once_internal.h"
#include "../django_tables_internal.h"

static gboolean
fetches_all(const PgaDjangoEvent *event)
{
    const PgaDjangoQuerySet *queryset = event->queryset;

    return event->act == PGA_DJANGO_FETCH && pga_django_event_asks(event) && !queryset->where &&
           !queryset->is_sliced && queryset->limit == -1 && !queryset->incomplete &&
           !queryset->is_distinct && !queryset->combinator && !queryset->is_raw &&
           queryset->annotations->len == 0;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoModel *model = event->queryset ? event->queryset->model : NULL;
    g_autofree char *rows = NULL;
    PgaFinding *finding;

    if (!model || !fetches_all(event) || pga_django_is_small(run, model, run->threshold[0]))
        return;
    if ((pga_django_rows(run, model) < 0 &&
         (!pga_django_is_batch(event->function) || !pga_django_looks_growing(model))) ||
        !pga_django_once(run, event))
        return;
    rows = pga_django_rows_text(run, model);
    finding =
        pga_django_add_at_event(run, event, "every row of %s.%s comes into memory at once; %s",
                                model->app, model->name, rows);
    if (pga_django_rows(run, model) < 0) {
        finding->confidence = PGA_CONFIDENCE_LIKELY;
        finding->severity = run->severity_fixed ? finding->severity : PGA_SEVERITY_INFO;
    }
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_django_fix_code(finding, g_strdup("….iterator(chunk_size=2000)"));
    pga_finding_note(finding, "iterator() keeps a cursor open on the server: behind PgBouncer in "
                              "transaction mode it needs DISABLE_SERVER_SIDE_CURSORS, or a loop "
                              "over ranges of the key.");
}

const PgaRule pga_rule_dj_no_iterator_large = {
    .id = "dj-no-iterator-large",
    .title = "Whole table loaded into memory",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "A QuerySet keeps all the objects that it fetched: memory grows with the table.",
    .when_not = "The table stays small.",
    .condition = "A loop or list() over all rows without a condition, a slice or iterator(), of a "
                 "model of {min_rows} rows or more; where nobody states the rows an info, and only "
                 "in commands and tasks, of models that rows are added to as time goes by.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "\n"
               "\n"
               "class Order(models.Model):\n"
               "    email = models.EmailField()\n"
               "    made = models.DateTimeField(auto_now_add=True)\n"
               "\n"
               "# shop/management/commands/mail.py\n"
               "from django.core.management.base import BaseCommand\n"
               "from shop.models import Order\n"
               "\n"
               "\n"
               "class Command(BaseCommand):\n"
               "    def handle(self, *args, **options):\n"
               "        for order in Order.objects.all():\n"
               "            print(order.email)",
    .fix = "iterator(chunk_size=…) at the end of the chain.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/querysets/#iterator",
    .docs_title = "Django: iterator()",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 10000, "Smaller tables are left as they are."}},
    .django = {.begin = pga_django_once_begin, .event = judge, .forget = pga_django_once_free},
};

/* dj-extra-deprecated: QuerySet.extra(). */
#include "../django_once_internal.h"

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    PgaFinding *finding;

    if (!event->queryset || !event->queryset->has_extra || !pga_django_once(run, event))
        return;
    finding = pga_django_add_at_event(run, event,
                                      "extra() puts text into the statement that "
                                      "Django can neither quote nor join");
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "annotate(), filter() with Func, RawSQL or Exists say the same.");
}

const PgaRule pga_rule_dj_extra_deprecated = {
    .id = "dj-extra-deprecated",
    .title = "QuerySet.extra()",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "Django's documentation calls it a last resort that is to go away: names in it are not "
           "qualified, and whoever puts values into its text opens it to injection.",
    .when_not = "It says what no expression can say.",
    .condition = "extra() is called on a QuerySet.",
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
               "    return list(Order.objects.extra(where=[\"length(email) > 50\"]))",
    .fix = "None is generated: annotate(), Func, RawSQL or Exists take its place.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/querysets/#extra",
    .docs_title = "Django: extra()",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.begin = pga_django_once_begin, .event = judge, .forget = pga_django_once_free},
};

/* dj-bulk-no-batch-size: on PostgreSQL bulk_create() without batch_size is one INSERT of all rows:
 * 3,000 rows, measured with 3.2. */
#include "../django_once_internal.h"

/* Of the objects: a list as long as the source has it. */
static gboolean
is_bounded(const PgaPyValue *objects)
{
    return objects && objects->kind == PGA_PY_LIST;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const gboolean creates = event->act == PGA_DJANGO_BULK_CREATE;
    PgaFinding *finding;

    if ((!creates && event->act != PGA_DJANGO_BULK_UPDATE) || !event->value ||
        event->value->kind != PGA_PY_CALL ||
        pga_py_argument(event->value, creates ? 1 : 2, "batch_size") ||
        is_bounded(pga_py_argument(event->value, 0, "objs")))
        return;
    finding = pga_django_add_at_event(run, event,
                                      creates ? "all objects go into one INSERT"
                                              : "all objects go into one UPDATE with "
                                                "a CASE arm for each");
    finding->confidence = creates ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_CERTAIN;
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, NULL);
    pga_django_fix_code(finding, g_strdup(creates ? "bulk_create(objects, batch_size=1000)"
                                                  : "bulk_update(objects, fields, "
                                                    "batch_size=500)"));
}

const PgaRule pga_rule_dj_bulk_no_batch_size = {
    .id = "dj-bulk-no-batch-size",
    .title = "bulk_create() or bulk_update() without batch_size",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "On PostgreSQL Django sends one statement for all objects: it grows without a limit, in "
           "memory on both sides, and holds its locks until it is done.",
    .when_not = "There are never more than some hundred objects.",
    .condition = "bulk_create() or bulk_update() without batch_size, of what is no literal list.",
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
               "    Order.objects.bulk_create(Order(email=line) for line in request)",
    .fix = "batch_size; each batch is a statement of its own in the same transaction.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/querysets/#bulk-create",
    .docs_title = "Django: bulk_create()",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.event = judge},
};

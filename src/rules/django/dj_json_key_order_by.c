/* dj-json-key-order-by: a sort by what is inside of a document. */
#include "../django_field_internal.h"

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoQuerySet *queryset = event->queryset;

    for (guint i = 0; queryset && queryset->order && i < queryset->order->len; i++) {
        const PgaDjangoOrder *order = g_ptr_array_index(queryset->order, i);
        PgaFinding *finding;

        if (!order->path.is_json_key || !order->path.field || !order->path.model)
            continue;
        finding = pga_django_add_at_event(run, event,
                                          "sorts by %s: every row's document is read and taken "
                                          "apart before the first row comes",
                                          order->path.text);
        finding->confidence = PGA_CONFIDENCE_LIKELY;
        finding->fix.safety = PGA_SAFETY_REVIEW;
        pga_django_fix_code(
            finding, g_strdup_printf("models.Index(KT(\"%s\"), name=\"…\"),  # or a column of its "
                                     "own",
                                     order->path.text));
        if (pga_django_rows(run, order->path.model) >= run->threshold[0])
            pga_django_set_severity(run, finding, PGA_SEVERITY_WARNING);
        return;
    }
}

const PgaRule pga_rule_dj_json_key_order_by = {
    .id = "dj-json-key-order-by",
    .title = "Order by a key of a JSONField",
    .category = "jsonb",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "There are no statistics inside of a document and no index in that order; numbers and "
           "texts of one key do not even sort together.",
    .when_not = "Few rows are sorted.",
    .condition = "order_by() with a key of a JSONField; a warning for models known to have "
                 "{min_rows} rows or more.",
    .example = "# shop/models.py\nfrom django.db import models\n\n\nclass Product(models.Model):\n"
               "    extra = models.JSONField(default=dict)\n\n\ndef by_size():\n"
               "    return list(Product.objects.order_by(\"extra__size\"))",
    .fix = "Proposes an index over the key, or a column.",
    .docs = "https://docs.djangoproject.com/en/stable/topics/db/queries/#kt-expressions",
    .docs_title = "KT() expressions",
    .requirements = "DJ-3 DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 10000, "From there on it is a warning."}},
    .django = {.event = judge},
};

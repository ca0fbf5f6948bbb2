/* dj-float-money: amounts that do not add up. */
#include "../column_internal.h"
#include "../django_field_internal.h"

static const char *const surely[] = {"price",  "salary", "wage",    "revenue", "fee",
                                     "refund", "money",  "payment", "prices",  NULL};
static const char *const maybe[] = {"amount", "balance", "cost", "total", "subtotal", NULL};

/* Something else in the model is money. */
static gboolean
is_about_money(const PgaDjangoModel *model)
{
    static const char *const words[] = {"currency", "price",   "payment", "invoice", "salary",
                                        "iban",     "account", "vat",     NULL};
    static const char *const names[] = {"order", "invoice", "payment", "purchase", "account", NULL};

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (pga_name_has_word(field->name, words))
            return TRUE;
    }
    return pga_name_contains(model->name, names);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const gboolean sure = pga_name_has_word(field->name, surely);
    PgaFinding *finding;

    if (!g_str_equal(field->base, "FloatField") || !(sure || pga_name_has_word(field->name, maybe)))
        return;
    finding = pga_django_add_at_field(
        run, model, field, "double precision cannot hold 0.10, and sums of it depend on the order");
    finding->confidence =
        sure || is_about_money(model) ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE;
    pga_django_fix_code(
        finding,
        g_strdup_printf("%s = models.DecimalField(max_digits=12, decimal_places=2)", field->name));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "rewrite");
}

const PgaRule pga_rule_dj_float_money = {
    .id = "dj-float-money",
    .title = "FloatField for money",
    .category = "constraint",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Floats cannot hold 0.10: totals are off by a cent, and two sums of the same rows "
           "differ by the order of adding.",
    .when_not = "The number is a measurement, an estimate or a ratio.",
    .condition = "A FloatField with price, fee, salary or the like in its name; with amount, "
                 "balance, cost or total it is only possible, unless the model is about money.",
    .example = "from django.db import models\n\n\nclass Product(models.Model):\n"
               "    price = models.FloatField()",
    .fix = "Proposes a DecimalField; the change of type rewrites the table.",
    .docs = "datatype-numeric.html#DATATYPE-FLOAT",
    .docs_title = "Numeric Types: Floating-Point Types",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.field = judge},
};

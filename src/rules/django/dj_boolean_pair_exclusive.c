/* dj-boolean-pair-exclusive: one of two references, says the code. */
#include <base/text.h>
#include <string.h>

#include "../django_event_internal.h"
#include "../django_field_internal.h"

static const char pattern[] =
    "^\\(?(not )?self\\.(\\w+?)(?:_id)? (and) (not )?self\\.(\\w+?)(?:_id)?\\)?$";

static const PgaDjangoField *
reference(const PgaDjangoModel *model, GMatchInfo *match, gint group)
{
    g_autofree char *name = g_match_info_fetch(match, group);
    const PgaDjangoField *field = pga_django_model_field(model, name);

    return field && field->is_null && pga_field_is_reference(field) ? field : NULL;
}

static char *
condition_of(const PgaDjangoEvent *event)
{
    const PgaDjangoBlock *block = pga_django_event_block(event, PGA_DJANGO_BLOCK_IF);

    return block && block->condition ? pga_py_value_text(block->condition) : NULL;
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaDjangoField *one,
       const PgaDjangoField *two)
{
    const PgaDjangoModel *model = pga_function_model(event->function);
    g_autofree char *what = g_strdup_printf("%s_or_%s", one->name, two->name);
    g_autofree char *left = pga_quote_identifier(one->column);
    g_autofree char *right = pga_quote_identifier(two->column);
    g_autofree char *condition = g_strdup_printf(
        "models.Q(%s__isnull=True) | models.Q(%s__isnull=True)", one->name, two->name);
    g_autofree char *sql = g_strdup_printf("num_nonnulls(%s, %s) <= 1", left, right);
    PgaFinding *finding = pga_django_add_at_event(
        run, event,
        "rows with both %s and %s are refused here; save(), update() and SQL write them", one->name,
        two->name);

    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_add_check(run, finding, model, what, condition, sql);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoModel *model = pga_function_model(event->function);
    g_autofree char *text = NULL, *first_not = NULL, *second_not = NULL;
    g_autoptr(GRegex) regex = NULL;
    g_autoptr(GMatchInfo) match = NULL;
    const PgaDjangoField *one, *two;

    if (event->act != PGA_DJANGO_RAISE || !model || !strstr(event->text, "Error"))
        return;
    text = condition_of(event);
    regex = g_regex_new(pattern, 0, 0, NULL);
    if (!text || !g_regex_match(regex, text, 0, &match))
        return;
    first_not = g_match_info_fetch(match, 1);
    second_not = g_match_info_fetch(match, 4);
    one = reference(model, match, 2);
    two = reference(model, match, 5);
    if (one && two && !*first_not && !*second_not &&
        !(pga_model_checks(model, one->name) && pga_model_checks(model, two->name)))
        report(run, event, one, two);
}

const PgaRule pga_rule_dj_boolean_pair_exclusive = {
    .id = "dj-boolean-pair-exclusive",
    .title = "Two references of which only one may be set",
    .category = "constraint",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "A row with both is read one way here and another way there; the check in Python runs "
           "in forms only.",
    .when_not = "Rows with both are dealt with.",
    .condition = "A method of a model raises an error where two of its references, which may be "
                 "NULL, are both set, and no CheckConstraint names both.",
    .example = "# shop/models.py\nfrom django.core.exceptions import ValidationError\n"
               "from django.db import models\n\n\nclass Person(models.Model):\n    pass\n\n\n"
               "class Firm(models.Model):\n    pass\n\n\nclass Owner(models.Model):\n"
               "    person = models.ForeignKey(Person, models.CASCADE, null=True)\n"
               "    firm = models.ForeignKey(Firm, models.CASCADE, null=True)\n\n"
               "    def clean(self):\n        if self.person and self.firm:\n"
               "            raise ValidationError(\"one of them\")",
    .fix = "Proposes a CheckConstraint, added NOT VALID (ACCESS EXCLUSIVE for an instant) and "
           "validated after, while writes go on.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS",
    .docs_title = "Check Constraints",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.event = judge},
};

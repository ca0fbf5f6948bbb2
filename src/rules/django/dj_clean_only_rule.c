/* dj-clean-only-rule: clean() compares two fields, the database does not. */
#include <base/text.h>
#include <string.h>

#include "../django_event_internal.h"
#include "../django_field_internal.h"

static const struct {
    const char *refused, *allowed, *lookup;
} operators[] = {
    {"<", ">=", "gte"},
    {"<=", ">", "gt"},
    {">", "<=", "lte"},
    {">=", "<", "lt"},
};

static const char pattern[] =
    "^\\W*(?:self\\.\\w+ and )*self\\.(\\w+) (<=?|>=?) self\\.(\\w+)\\W*$";

/* The condition of the if that the event stands in, as text. (transfer full) (nullable) */
static char *
condition_of(const PgaDjangoEvent *event)
{
    const PgaDjangoBlock *block = pga_django_event_block(event, PGA_DJANGO_BLOCK_IF);
    g_autofree char *text = block && block->condition ? pga_py_value_text(block->condition) : NULL;
    g_auto(GStrv) words = text ? g_strsplit_set(text, " \t\n", -1) : NULL;
    g_autoptr(GString) joined = g_string_new(NULL);

    for (guint i = 0; words && words[i]; i++)
        if (*words[i])
            g_string_append_printf(joined, "%s%s", joined->len ? " " : "", words[i]);
    return joined->len ? g_string_free(g_steal_pointer(&joined), FALSE) : NULL;
}

static gboolean
is_rule(const PgaDjangoEvent *event)
{
    const PgaDjangoFunction *function = event->function;

    return event->act == PGA_DJANGO_RAISE && pga_function_model(function) &&
           strstr(event->text, "ValidationError") &&
           (g_str_has_prefix(function->name, "clean") ||
            g_str_has_prefix(function->name, "validate") || g_str_equal(function->name, "save"));
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaDjangoField *left,
       const PgaDjangoField *right, const char *sign)
{
    const PgaDjangoModel *model = pga_function_model(event->function);
    g_autofree char *what = g_strdup_printf("%s_%s", left->name, right->name);
    g_autofree char *one = pga_quote_identifier(left->column);
    g_autofree char *two = pga_quote_identifier(right->column);
    PgaFinding *finding = pga_django_add_at_event(
        run, event,
        "rows with %s %s %s are refused here; save(), update(), bulk_create() and SQL write them",
        left->name, sign, right->name);

    finding->confidence = PGA_CONFIDENCE_LIKELY;
    for (guint i = 0; i < G_N_ELEMENTS(operators); i++) {
        g_autofree char *condition = NULL, *sql = NULL;

        if (!g_str_equal(sign, operators[i].refused))
            continue;
        condition = g_strdup_printf("models.Q(%s__%s=models.F(\"%s\"))", left->name,
                                    operators[i].lookup, right->name);
        sql = g_strdup_printf("%s %s %s", one, operators[i].allowed, two);
        pga_finding_add_check(run, finding, model, what, condition, sql);
    }
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    g_autofree char *text = is_rule(event) ? condition_of(event) : NULL, *left = NULL;
    g_autofree char *right = NULL, *sign = NULL;
    g_autoptr(GRegex) regex = NULL;
    g_autoptr(GMatchInfo) match = NULL;
    const PgaDjangoModel *model = pga_function_model(event->function);
    const PgaDjangoField *one, *two;

    if (!text)
        return;
    regex = g_regex_new(pattern, 0, 0, NULL);
    if (!g_regex_match(regex, text, 0, &match))
        return;
    left = g_match_info_fetch(match, 1);
    sign = g_match_info_fetch(match, 2);
    right = g_match_info_fetch(match, 3);
    one = pga_django_model_field(model, left);
    two = pga_django_model_field(model, right);
    if (one && two && one->column && two->column &&
        !(pga_model_checks(model, left) && pga_model_checks(model, right)))
        report(run, event, one, two, sign);
}

const PgaRule pga_rule_dj_clean_only_rule = {
    .id = "dj-clean-only-rule",
    .title = "Rule about two fields that only clean() knows",
    .category = "constraint",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "clean() runs in forms and full_clean(); save(), update(), bulk_create(), the shell and "
           "other programs go past it.",
    .when_not = "The rule depends on time or on who asks.",
    .condition = "clean(), validate() or save() of a model that raises ValidationError where one "
                 "of its fields is less or greater than another, and no CheckConstraint names "
                 "both.",
    .example = "# shop/models.py\nfrom django.core.exceptions import ValidationError\n"
               "from django.db import models\n\n\nclass Booking(models.Model):\n"
               "    arrival = models.DateField()\n    departure = models.DateField()\n\n"
               "    def clean(self):\n        if self.departure < self.arrival:\n"
               "            raise ValidationError(\"departure before arrival\")",
    .fix = "Proposes a CheckConstraint, added NOT VALID (ACCESS EXCLUSIVE for an instant) and "
           "validated after, while writes go on.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/instances/"
            "#django.db.models.Model.clean",
    .docs_title = "Model.clean()",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.event = judge},
};

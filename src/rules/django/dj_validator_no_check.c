/* dj-validator-no-check: bounds that only forms check. */
#include <base/text.h>
#include <string.h>

#include "../django_field_internal.h"

/** A validator with a bound. */
typedef struct {
    const char *class, *lookup, *operator_;
} Bound;

static const Bound bounds[] = {
    {"MinValueValidator", "gte", ">="},
    {"MaxValueValidator", "lte", "<="},
};

/* (nullable): the number of the bound. */
static const PgaPyValue *
bound_of(const PgaPyValue *call, const Bound *bound)
{
    const PgaPyValue *limit;

    if (call->kind != PGA_PY_CALL || !g_str_equal(pga_py_last_name(call), bound->class))
        return NULL;
    limit = pga_py_argument(call, 0, "limit_value");
    return limit && limit->kind == PGA_PY_NUMBER ? limit : NULL;
}

/* The type says so already. */
static gboolean
is_said(const PgaDjangoField *field, const Bound *bound, const PgaPyValue *limit)
{
    return g_str_has_prefix(field->base, "Positive") && bound->operator_[0] == '>' &&
           g_ascii_strtod(limit->text, NULL) <= 0;
}

static const PgaPyValue *
validators_of(const PgaDjangoField *field)
{
    const PgaPyValue *validators = pga_field_argument(field, "validators");

    return validators && validators->kind == PGA_PY_LIST ? validators : NULL;
}

static gboolean
is_bound(const PgaDjangoField *field, const PgaPyValue *call)
{
    for (guint i = 0; i < G_N_ELEMENTS(bounds); i++) {
        const PgaPyValue *limit = bound_of(call, &bounds[i]);

        if (limit && !is_said(field, &bounds[i], limit))
            return TRUE;
    }
    return FALSE;
}

static gboolean
matches(const PgaDjangoRun *run G_GNUC_UNUSED, const PgaDjangoModel *model,
        const PgaDjangoField *field)
{
    const PgaPyValue *validators = validators_of(field);

    if (!validators || !pga_field_is_number(field) || pga_model_checks(model, field->name))
        return FALSE;
    for (guint i = 0; i < validators->items->len; i++)
        if (is_bound(field, g_ptr_array_index(validators->items, i)))
            return TRUE;
    return FALSE;
}

static void
propose(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model,
        const PgaDjangoField *field)
{
    const PgaPyValue *validators = validators_of(field);
    g_autoptr(GString) python = g_string_new(NULL), sql = g_string_new(NULL);
    g_autofree char *column = pga_quote_identifier(field->column);
    g_autofree char *what = g_strconcat(field->name, "_range", NULL), *condition = NULL;

    for (guint i = 0; i < validators->items->len * G_N_ELEMENTS(bounds); i++) {
        const Bound *bound = &bounds[i % G_N_ELEMENTS(bounds)];
        const PgaPyValue *limit =
            bound_of(g_ptr_array_index(validators->items, i / G_N_ELEMENTS(bounds)), bound);

        if (!limit || is_said(field, bound, limit))
            continue;
        g_string_append_printf(python, "%s%s__%s=%s", python->len ? ", " : "", field->name,
                               bound->lookup, limit->text);
        g_string_append_printf(sql, "%s%s %s %s", sql->len ? " AND " : "", column, bound->operator_,
                               limit->text);
    }
    condition = g_strdup_printf("models.Q(%s)", python->str);
    pga_finding_add_check(run, finding, model, what, condition, sql->str);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) fields = pga_model_new_fields(run, model, matches);
    g_autofree char *names = fields ? pga_field_names(fields) : NULL;
    PgaFinding *finding;

    if (!fields)
        return;
    finding = pga_django_add_at_fields(run, model, fields,
                                       "the validators of %s run in forms and full_clean(), not in "
                                       "save(), update(), bulk_create() or SQL",
                                       names);
    for (guint i = 0; i < fields->len; i++)
        propose(run, finding, model, g_ptr_array_index(fields, i));
}

const PgaRule pga_rule_dj_validator_no_check = {
    .id = "dj-validator-no-check",
    .title = "Bounds that the database does not check",
    .category = "constraint",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Validators do not run on save(): an update with F(), an import or another program "
           "writes values beyond the bounds, and nothing says so.",
    .when_not = "The bounds are advice for the people who fill in a form.",
    .condition = "Numbers with MinValueValidator or MaxValueValidator of a constant, that no "
                 "CheckConstraint of the model names. One finding for all fields of a model.",
    .example = "from django.core.validators import MaxValueValidator\n"
               "from django.db import models\n\n\nclass Discount(models.Model):\n"
               "    percent = models.IntegerField(validators=[MaxValueValidator(100)])",
    .fix = "Proposes a CheckConstraint with the same bounds, added NOT VALID (ACCESS EXCLUSIVE for "
           "an instant) and validated after, while writes go on.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/validators/#how-validators-are-run",
    .docs_title = "How validators are run",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.model = judge, .forget = pga_fields_forget},
};

/* dj-choices-no-check: values that only forms check. */
#include <base/text.h>
#include <string.h>

#include "../django_field_internal.h"

static gboolean
matches(const PgaDjangoRun *run G_GNUC_UNUSED, const PgaDjangoModel *model,
        const PgaDjangoField *field)
{
    const PgaPyValue *choices = pga_field_argument(field, "choices");

    if (!choices || field->kind != PGA_DJANGO_PLAIN || pga_model_checks(model, field->name))
        return FALSE;
    return pga_field_n_choices(field) > 0 ||
           (choices->kind == PGA_PY_NAME && g_str_has_suffix(choices->text, ".choices"));
}

/* The value of ("a", "A"), of "a": (nullable): a group, computed. */
static const PgaPyValue *
value_of(const PgaPyValue *choice)
{
    const PgaPyValue *value = choice;

    if (choice->kind == PGA_PY_LIST && choice->items->len == 2) {
        const PgaPyValue *label = g_ptr_array_index(choice->items, 1);

        if (label->kind == PGA_PY_LIST)
            return NULL;
        value = g_ptr_array_index(choice->items, 0);
    }
    return value->kind == PGA_PY_STRING || value->kind == PGA_PY_NUMBER ? value : NULL;
}

/* FALSE: a value that cannot be told. */
static gboolean
write_values(const PgaPyValue *choices, GString *python, GString *sql)
{
    for (guint i = 0; i < choices->items->len; i++) {
        const PgaPyValue *value = value_of(g_ptr_array_index(choices->items, i));
        g_autofree char *text = value ? pga_py_value_text(value) : NULL;
        g_autofree char *literal = value ? pga_quote_literal(value->text) : NULL;

        if (!value)
            return FALSE;
        g_string_append_printf(python, "%s%s", i ? ", " : "", text);
        g_string_append_printf(sql, "%s%s", i ? ", " : "",
                               value->kind == PGA_PY_STRING ? literal : value->text);
    }
    return TRUE;
}

static void
propose(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model,
        const PgaDjangoField *field)
{
    const PgaPyValue *choices = pga_field_argument(field, "choices");
    g_autoptr(GString) python = g_string_new(NULL), sql = g_string_new(NULL);
    g_autofree char *column = pga_quote_identifier(field->column ? field->column : field->name);
    g_autofree char *what = g_strconcat(field->name, "_valid", NULL);
    g_autofree char *condition = NULL, *check = NULL;

    if (choices->kind == PGA_PY_NAME) {
        condition =
            g_strdup_printf("models.Q(%s__in=%.*s.values)", field->name,
                            (int)(strrchr(choices->text, '.') - choices->text), choices->text);
        pga_finding_add_check(run, finding, model, what, condition, NULL);
        return;
    }
    if (choices->kind != PGA_PY_LIST || !write_values(choices, python, sql))
        return;
    condition = g_strdup_printf("models.Q(%s__in=[%s])", field->name, python->str);
    check = g_strdup_printf("%s IN (%s)", column, sql->str);
    pga_finding_add_check(run, finding, model, what, condition, check);
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
                                       "forms and full_clean() check the choices of %s; save(), "
                                       "update(), bulk_create() and SQL do not",
                                       names);
    for (guint i = 0; i < fields->len; i++)
        propose(run, finding, model, g_ptr_array_index(fields, i));
}

const PgaRule pga_rule_dj_choices_no_check = {
    .id = "dj-choices-no-check",
    .title = "Choices that the database does not check",
    .category = "constraint",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why =
        "choices are a rule of forms; a script, an import or an old worker writes what it likes, "
        "and code that switches over the value meets one that it does not know.",
    .when_not = "The choices grow with plug-ins or translations, or only the admin writes them.",
    .condition = "Fields with literal choices or an enumeration's, that no CheckConstraint of the "
                 "model names. One finding for all fields of a model.",
    .example =
        "from django.db import models\n\n\nclass Order(models.Model):\n"
        "    status = models.CharField(max_length=9, choices=[(\"new\", \"New\"), (\"paid\", "
        "\"Paid\")])",
    .fix = "Proposes a CheckConstraint, added NOT VALID (ACCESS EXCLUSIVE for an instant) and "
           "validated after, while writes go on.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/constraints/#checkconstraint",
    .docs_title = "CheckConstraint",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.model = judge, .forget = pga_fields_forget},
};

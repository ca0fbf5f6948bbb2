/* dj-nonnegative-no-check: stock and prices that may fall below zero. */
#include <base/text.h>
#include <django/history.h>
#include <string.h>

#include "../column_internal.h"
#include "../django_field_internal.h"

static const char *const counted[] = {"stock", "quantity", "qty", "inventory", "seats", NULL};
static const char *const priced[] = {"price", NULL};

/* What is booked may be negative. */
static gboolean
may_be_negative(const PgaDjangoModel *model, const PgaDjangoField *field)
{
    static const char *const words[] = {"delta",  "change",    "adjustment",  "difference",
                                        "ledger", "movement",  "transaction", "diff",
                                        "offset", "modifier",  "discount",    "refund",
                                        "entry",  "surcharge", NULL};

    return pga_name_contains(model->name, words) || pga_name_has_word(field->name, words);
}

static gboolean
is_positive(const PgaPyValue *field)
{
    return field && field->kind == PGA_PY_CALL &&
           g_str_has_prefix(pga_py_last_name(field), "Positive");
}

static gboolean
is_text(const PgaPyValue *value, const char *text)
{
    return value && value->kind == PGA_PY_STRING && g_ascii_strcasecmp(value->text, text) == 0;
}

/* CreateModel(name, fields=[("stock", models.PositiveIntegerField())]) */
static gboolean
creates_positive(const PgaPyValue *fields, const char *name)
{
    for (guint i = 0; fields && fields->items && i < fields->items->len; i++) {
        const PgaPyValue *pair = g_ptr_array_index(fields->items, i);

        if (pair->kind == PGA_PY_LIST && pair->items->len == 2 &&
            is_text(g_ptr_array_index(pair->items, 0), name))
            return is_positive(g_ptr_array_index(pair->items, 1));
    }
    return FALSE;
}

static gboolean
makes_positive(const PgaPyValue *operation, const PgaDjangoModel *model,
               const PgaDjangoField *field)
{
    const char *name = pga_py_last_name(operation);

    if (g_str_equal(name, "CreateModel"))
        return is_text(pga_py_argument(operation, 0, "name"), model->name) &&
               creates_positive(pga_py_argument(operation, 1, "fields"), field->name);
    return (g_str_equal(name, "AddField") || g_str_equal(name, "AlterField")) &&
           is_text(pga_py_argument(operation, 0, "model_name"), model->name) &&
           is_text(pga_py_argument(operation, 1, "name"), field->name) &&
           is_positive(pga_py_argument(operation, 2, "field"));
}

/* A migration made it so before: that it may be negative was decided since. */
static gboolean
was_positive(const PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const PgaDjangoHistory *history = pga_django_project_history(run->project);

    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);

        for (guint j = 0; j < entry->operations->len; j++)
            if (g_strcmp0(entry->migration->app, model->app) == 0 &&
                makes_positive(g_ptr_array_index(entry->operations, j), model, field))
                return TRUE;
    }
    return FALSE;
}

static gboolean
matches(const PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    if (!pga_field_is_number(field) || g_str_has_prefix(field->base, "Positive"))
        return FALSE;
    if (!pga_name_has_word(field->name, counted) && !pga_name_has_word(field->name, priced))
        return FALSE;
    return !pga_field_argument(field, "validators") && !pga_field_argument(field, "choices") &&
           !may_be_negative(model, field) && !pga_model_checks(model, field->name) &&
           !was_positive(run, model, field);
}

static void
propose(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model,
        const PgaDjangoField *field)
{
    g_autofree char *column = pga_quote_identifier(field->column);
    g_autofree char *what = g_strconcat(field->name, "_not_negative", NULL);
    g_autofree char *condition = g_strdup_printf("models.Q(%s__gte=0)", field->name);
    g_autofree char *sql = g_strdup_printf("%s >= 0", column);

    pga_finding_add_check(run, finding, model, what, condition, sql);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) fields = pga_model_new_fields(run, model, matches);
    g_autofree char *names = fields ? pga_field_names(fields) : NULL;
    gboolean is_stock = FALSE;
    PgaFinding *finding;

    if (!fields)
        return;
    finding = pga_django_add_at_fields(
        run, model, fields, "%s may become negative: no CheckConstraint, no Positive… field",
        names);
    for (guint i = 0; i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        is_stock |= pga_name_has_word(field->name, counted);
        propose(run, finding, model, field);
    }
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    if (!is_stock)
        pga_django_set_severity(run, finding, PGA_SEVERITY_INFO);
}

const PgaRule pga_rule_dj_nonnegative_no_check = {
    .id = "dj-nonnegative-no-check",
    .title = "Stock or price that may become negative",
    .category = "constraint",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Two orders that both saw the last piece take it twice; a check is what makes the "
           "second one fail, whatever the code does.",
    .when_not = "The number is a difference or may be owed: bookings, corrections, back orders; a "
                "migration made a Positive… field one that may.",
    .condition = "Numbers called stock, quantity, inventory or seats (a warning), or price (an "
                 "info) without Positive… type, validators or a CheckConstraint; names of "
                 "bookings and differences, and what was Positive… in a migration, are left out. "
                 "One finding for all fields of a model.",
    .example = "from django.db import models\n\n\nclass Product(models.Model):\n"
               "    stock = models.IntegerField(default=0)",
    .fix = "Proposes a CheckConstraint, added NOT VALID (ACCESS EXCLUSIVE for an instant) and "
           "validated after, while writes go on.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS",
    .docs_title = "Check Constraints",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.model = judge, .forget = pga_fields_forget},
};

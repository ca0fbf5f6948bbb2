/* dj-date-range-no-check: an end before its start. */
#include <base/text.h>
#include <string.h>

#include "../django_field_internal.h"

static const struct {
    const char *start, *end;
} pairs[] = {
    {"start", "end"},        {"starts", "ends"}, {"from", "to"},      {"from", "until"},
    {"from", "till"},        {"begin", "end"},   {"start", "finish"}, {"started", "ended"},
    {"started", "finished"}, {"start", "stop"},  {"opens", "closes"}, {"not_before", "not_after"},
    {"started", "stopped"},
};

/* The name with the word in place of the other: "date_from" → "date_to". (transfer full)
 * (nullable) */
static char *
partner(const char *name, const char *start, const char *end)
{
    const gsize length = strlen(start);

    for (const char *at = strstr(name, start); at; at = strstr(at + 1, start)) {
        const gboolean begins = at == name || at[-1] == '_';
        const gboolean ends = at[length] == '\0' || at[length] == '_';

        if (begins && ends)
            return g_strdup_printf("%.*s%s%s", (int)(at - name), name, end, at + length);
    }
    return NULL;
}

/* (nullable): the field that says when it ends. */
static const PgaDjangoField *
end_of(const PgaDjangoModel *model, const PgaDjangoField *start)
{
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *name = partner(start->name, pairs[i].start, pairs[i].end);
        const PgaDjangoField *end = name ? pga_django_model_field(model, name) : NULL;

        if (end && g_str_equal(end->base, start->base))
            return end;
    }
    return NULL;
}

static gboolean
matches(const PgaDjangoRun *run G_GNUC_UNUSED, const PgaDjangoModel *model,
        const PgaDjangoField *field)
{
    return pga_field_is_date(field) && end_of(model, field) &&
           !pga_model_checks(model, field->name);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) fields = pga_model_new_fields(run, model, matches);

    for (guint i = 0; fields && i < fields->len; i++) {
        const PgaDjangoField *start = g_ptr_array_index(fields, i), *end = end_of(model, start);
        g_autofree char *from = pga_quote_identifier(start->column);
        g_autofree char *until = pga_quote_identifier(end->column);
        g_autofree char *what = g_strdup_printf("%s_before_%s", start->name, end->name);
        g_autofree char *condition =
            g_strdup_printf("models.Q(%s__gte=models.F(\"%s\"))", end->name, start->name);
        g_autofree char *sql = g_strdup_printf("%s >= %s", until, from);
        PgaFinding *finding = pga_django_add_at_field(
            run, model, start, "no CheckConstraint keeps %s from being before %s", end->name,
            start->name);

        finding->confidence = PGA_CONFIDENCE_LIKELY;
        pga_finding_add_check(run, finding, model, what, condition, sql);
    }
}

const PgaRule pga_rule_dj_date_range_no_check = {
    .id = "dj-date-range-no-check",
    .title = "Start and end without a check",
    .category = "constraint",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "A row that ends before it starts is in no range: queries miss it, and a duration is "
           "negative.",
    .when_not = "A special value stands for \"open\".",
    .condition = "Two fields of the same date type whose names are a pair: start and end, from and "
                 "to, begin and end; and no CheckConstraint of the model names the first.",
    .example = "from django.db import models\n\n\nclass Booking(models.Model):\n"
               "    start_date = models.DateField()\n    end_date = models.DateField()",
    .fix = "Proposes a CheckConstraint, added NOT VALID (ACCESS EXCLUSIVE for an instant) and "
           "validated after, while writes go on; where ranges may not overlap, a range type with "
           "an exclusion constraint does both.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS",
    .docs_title = "Check Constraints",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.model = judge, .forget = pga_fields_forget},
};

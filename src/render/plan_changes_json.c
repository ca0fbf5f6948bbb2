/* What became of statements as JSON: schemas/plan_changes.schema.json. */
#include "plan_changes_internal.h"

static const char *const fates[] = {
    [PGA_FATE_BROKEN] = "broken", [PGA_FATE_WORSE] = "worse", [PGA_FATE_MENDED] = "mended",
    [PGA_FATE_BETTER] = "better", [PGA_FATE_NEVER] = "never", [PGA_FATE_SAME] = "same",
};

static json_t *
cost(double number)
{
    return number < 0 ? json_null() : pga_json_real(number);
}

static json_t *
ratio(const PgaStatementChange *from)
{
    return from->before > 0 && from->after >= 0 ? pga_json_real(from->after / from->before)
                                                : json_null();
}

static json_t *
change(const PgaStatementChange *from)
{
    json_t *object = json_object();

    pga_json_set_text(object, "fingerprint", from->fingerprint);
    pga_json_set_text(object, "fate", fates[from->fate]);
    pga_json_set_text(object, "severity", pga_severity_name(from->severity));
    pga_json_set_text(object, "text", from->text);
    pga_json_set_text(object, "origin", from->origin);
    json_object_set_new(object, "calls", pga_json_real(from->calls));
    json_object_set_new(object, "before", cost(from->before));
    json_object_set_new(object, "after", cost(from->after));
    json_object_set_new(object, "ratio", ratio(from));
    json_object_set_new(object, "samples", json_integer(from->n_texts));
    pga_json_set_text(object, "planned", from->planned);
    pga_json_set_text(object, "change", from->what);
    pga_json_set_text(object, "failure", from->failure);
    pga_json_set_text(object, "plan_before", from->plan_before);
    pga_json_set_text(object, "plan_after", from->plan_after);
    return object;
}

/* Those that stay as they were are counted only. */
static json_t *
changes(const PgaPlanReport *report)
{
    json_t *array = json_array();

    for (guint i = 0; i < report->changes->len; i++) {
        const PgaStatementChange *from = g_ptr_array_index(report->changes, i);

        if (from->fate != PGA_FATE_SAME)
            json_array_append_new(array, change(from));
    }
    return array;
}

static json_t *
totals(const PgaPlanReport *report)
{
    json_t *object = json_object();
    double before, after;

    pga_plan_report_totals(report, &before, &after);
    json_object_set_new(object, "statements", json_integer(report->changes->len));
    for (guint i = 0; i < PGA_N_FATES; i++)
        json_object_set_new(object, fates[i],
                            json_integer(pga_plan_report_count(report, (PgaFate)i)));
    json_object_set_new(object, "before", pga_json_real(before));
    json_object_set_new(object, "after", pga_json_real(after));
    json_object_set_new(object, "min_improvement", pga_json_real(report->min_improvement));
    return object;
}

void
pga_plan_changes_set(json_t *object, const PgaPlanReport *report)
{
    json_object_set_new(object, "totals", totals(report));
    json_object_set_new(object, "plan_changes", changes(report));
    json_object_set_new(object, "not_checked", pga_json_not_checked(report->not_checked));
    json_object_set_new(object, "notes", pga_json_strings(report->notes));
}

char *
pga_render_plan_changes_json(const PgaPlanReport *report)
{
    json_t *root = json_object();

    json_object_set_new(root, "tool", pga_json_tool());
    pga_json_set_text(root, "command", "index");
    json_object_set_new(root, "complete", json_boolean(report->complete));
    json_object_set_new(root, "source", pga_json_source(report->environment));
    pga_json_set_text(root, "compared_with", report->before);
    pga_json_set_text(root, "lab_before", report->lab_before);
    pga_json_set_text(root, "lab", report->lab);
    pga_json_set_text(root, "written", report->written);
    pga_plan_changes_set(root, report);
    return pga_json_dump(root);
}

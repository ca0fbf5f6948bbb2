/* Findings: memory handling and the names of their levels. */
#include "model/finding.h"

#include <base/error.h>

static const char *const severity_names[] = {"info", "warning", "error"};
static const char *const confidence_names[] = {"possible", "likely", "certain"};
static const char *const safety_names[] = {"safe", "lock", "restart", "review"};

static void
plan_change_free(gpointer data)
{
    PgaPlanChange *change = data;

    g_free(change->what);
    g_free(change->statement);
    g_free(change->plan_before);
    g_free(change->plan_after);
    g_free(change);
}

PgaFinding *
pga_finding_new(const char *rule)
{
    PgaFinding *finding = g_new0(PgaFinding, 1);

    finding->rule = rule;
    finding->confidence = PGA_CONFIDENCE_CERTAIN;
    finding->fix.sql = g_ptr_array_new_with_free_func(g_free);
    finding->fix.undo = g_ptr_array_new_with_free_func(g_free);
    finding->fix.safety = PGA_SAFETY_REVIEW;
    finding->proof.relations = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    finding->proof.plans = g_ptr_array_new_with_free_func(plan_change_free);
    return finding;
}

static void
gain_free(PgaGain *gain)
{
    if (!gain)
        return;
    g_free(gain->method);
    g_free(gain);
}

void
pga_finding_free(PgaFinding *finding)
{
    if (!finding)
        return;
    g_free(finding->object);
    g_free(finding->file);
    g_free(finding->title);
    g_free(finding->evidence);
    g_free(finding->statement);
    pga_interleaving_free(finding->interleaving);
    g_free(finding->fingerprint);
    g_free(finding->group);
    g_free(finding->reason);
    g_ptr_array_unref(finding->fix.sql);
    g_ptr_array_unref(finding->fix.undo);
    g_clear_pointer(&finding->fix.steps, g_ptr_array_unref);
    g_free(finding->fix.note);
    g_free(finding->fix.code);
    g_free(finding->fix.verify);
    g_array_unref(finding->proof.relations);
    g_ptr_array_unref(finding->proof.plans);
    g_free(finding->proof.setting);
    g_free(finding->proof.value);
    g_free(finding->proof.outcome);
    gain_free(finding->gain);
    g_free(finding);
}

PgaFixStep *
pga_fix_step_new(const char *title)
{
    PgaFixStep *step = g_new0(PgaFixStep, 1);

    step->title = g_strdup(title);
    step->sql = g_ptr_array_new_with_free_func(g_free);
    return step;
}

void
pga_fix_step_free(PgaFixStep *step)
{
    if (!step)
        return;
    g_free(step->title);
    g_ptr_array_unref(step->sql);
    g_free(step);
}

GPtrArray *
pga_fix_step_statements(const PgaFixStep *step)
{
    const gboolean is_block = !step->alone && step->sql->len > 1;
    GPtrArray *statements = g_ptr_array_new();

    if (is_block)
        g_ptr_array_add(statements, (gpointer) "BEGIN;");
    for (guint i = 0; i < step->sql->len; i++)
        g_ptr_array_add(statements, g_ptr_array_index(step->sql, i));
    if (is_block)
        g_ptr_array_add(statements, (gpointer) "COMMIT;");
    return statements;
}

void
pga_finding_add_step(PgaFinding *finding, PgaFixStep *step)
{
    g_autoptr(GPtrArray) statements = pga_fix_step_statements(step);

    if (!finding->fix.steps)
        finding->fix.steps = g_ptr_array_new_with_free_func((GDestroyNotify)pga_fix_step_free);
    g_ptr_array_add(finding->fix.steps, step);
    for (guint i = 0; i < statements->len; i++)
        pga_finding_add_sql(finding, g_strdup(g_ptr_array_index(statements, i)));
}

PgaPlanChange *
pga_finding_add_plan(PgaFinding *finding, const char *what, char *statement)
{
    PgaPlanChange *change = g_new0(PgaPlanChange, 1);

    change->what = g_strdup(what);
    change->statement = statement;
    g_ptr_array_add(finding->proof.plans, change);
    return change;
}

double
pga_finding_improvement(const PgaFinding *finding)
{
    double best = -1;

    for (guint i = 0; i < finding->proof.plans->len; i++) {
        const PgaPlanChange *change = g_ptr_array_index(finding->proof.plans, i);

        if (change->measured && change->before > 0)
            best = MAX(best, MAX(0, (change->before - change->after) / change->before));
    }
    return best;
}

char *
pga_finding_fingerprint(const char *rule, const char *object)
{
    g_autofree char *text = g_strconcat(rule, "\n", object, NULL);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    return g_strndup(digest, 16);
}

void
pga_finding_add_sql(PgaFinding *finding, char *sql)
{
    g_ptr_array_add(finding->fix.sql, sql);
}

void
pga_finding_add_undo(PgaFinding *finding, char *sql)
{
    g_ptr_array_add(finding->fix.undo, sql);
}

void
pga_finding_set_impact(PgaFinding *finding, double impact, const char *unit)
{
    finding->impact = impact;
    finding->impact_unit = unit;
}

void
pga_finding_set_gain(PgaFinding *finding, double before, double after, const char *unit,
                     const char *method)
{
    gain_free(finding->gain);
    finding->gain = g_new0(PgaGain, 1);
    finding->gain->before = before;
    finding->gain->after = after;
    finding->gain->unit = unit;
    finding->gain->method = g_strdup(method);
    if (!finding->impact_unit && before > after && g_strcmp0(unit, PGA_IMPACT_BYTES) == 0)
        pga_finding_set_impact(finding, before - after, PGA_IMPACT_BYTES);
}

PgaNotChecked *
pga_not_checked_new(const char *rule, char *what, char *why)
{
    PgaNotChecked *entry = g_new0(PgaNotChecked, 1);

    entry->rule = rule;
    entry->what = what;
    entry->why = why;
    return entry;
}

void
pga_not_checked_free(PgaNotChecked *entry)
{
    if (!entry)
        return;
    g_free(entry->what);
    g_free(entry->why);
    g_free(entry->file);
    g_free(entry);
}

const char *
pga_severity_name(PgaSeverity severity)
{
    return severity_names[severity];
}

const char *
pga_confidence_name(PgaConfidence confidence)
{
    return confidence_names[confidence];
}

const char *
pga_safety_name(PgaSafety safety)
{
    return safety_names[safety];
}

gboolean
pga_severity_parse(const char *text, PgaSeverity *out, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(severity_names); i++) {
        if (g_str_equal(text, severity_names[i])) {
            *out = (PgaSeverity)i;
            return TRUE;
        }
    }
    pga_error_set(error, PGA_ERROR_INPUT, "severity \"%s\" is not known", text);
    pga_error_hint(error, "Allowed values: info, warning, error.");
    return FALSE;
}

/* A finding as in the JSON contract, on one line. */
#include "json_text_internal.h"

static void
put_step(GString *out, const PgaFixStep *step)
{
    pga_json_text_open(out, NULL, '{');
    pga_json_text_put(out, "title", step->title);
    pga_json_text_put_boolean(out, "deploy", step->deploy);
    pga_json_text_put_boolean(out, "alone", step->alone);
    pga_json_text_put_list(out, "sql", step->sql);
    pga_json_text_close(out, '}');
}

static void
put_fix(GString *out, const PgaFix *fix)
{
    pga_json_text_open(out, "fix", '{');
    pga_json_text_put_list(out, "sql", fix->sql);
    if (fix->steps) {
        pga_json_text_open(out, "steps", '[');
        for (guint i = 0; i < fix->steps->len; i++)
            put_step(out, g_ptr_array_index(fix->steps, i));
        pga_json_text_close(out, ']');
    }
    if (fix->code)
        pga_json_text_put(out, "django", fix->code);
    pga_json_text_put_list(out, "undo", fix->undo);
    pga_json_text_put(out, "safety", pga_safety_name(fix->safety));
    pga_json_text_put(out, "lock", fix->lock);
    pga_json_text_put(out, "duration", fix->duration);
    pga_json_text_put(out, "note", fix->note);
    pga_json_text_put(out, "verify", fix->verify);
    pga_json_text_close(out, '}');
}

static void
put_impact(GString *out, const PgaFinding *finding)
{
    if (!finding->impact_unit) {
        pga_json_text_put_null(out, "impact");
        return;
    }
    pga_json_text_open(out, "impact", '{');
    pga_json_text_put_real(out, "value", finding->impact);
    pga_json_text_put(out, "unit", finding->impact_unit);
    pga_json_text_close(out, '}');
}

static void
put_gain(GString *out, const PgaGain *gain)
{
    if (!gain) {
        pga_json_text_put_null(out, "gain");
        return;
    }
    pga_json_text_open(out, "gain", '{');
    pga_json_text_put_real(out, "before", gain->before);
    pga_json_text_put_real(out, "after", gain->after);
    pga_json_text_put(out, "unit", gain->unit);
    pga_json_text_put(out, "method", gain->method);
    pga_json_text_close(out, '}');
}

static void
put_citations(GString *out, const PgaFinding *finding)
{
    pga_json_text_open(out, "citations", '[');
    if (finding->docs_url) {
        pga_json_text_open(out, NULL, '{');
        pga_json_text_put(out, "title", finding->docs_title);
        pga_json_text_put(out, "url", finding->docs_url);
        pga_json_text_close(out, '}');
    }
    pga_json_text_close(out, ']');
}

static void
put_words(GString *out, const char *key, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "", " ", -1);

    pga_json_text_open(out, key, '[');
    for (char **part = parts; *part; part++)
        if (**part)
            pga_json_text_put(out, NULL, *part);
    pga_json_text_close(out, ']');
}

static void
put_plan_side(GString *out, const char *key, double cost, const char *plan)
{
    pga_json_text_open(out, key, '{');
    pga_json_text_put_real(out, "cost", cost);
    pga_json_text_put(out, "plan", plan);
    pga_json_text_close(out, '}');
}

static void
put_plan_change(GString *out, const PgaPlanChange *change)
{
    pga_json_text_open(out, NULL, '{');
    pga_json_text_put(out, "what", change->what);
    pga_json_text_put(out, "statement", change->statement);
    put_plan_side(out, "before", change->before, change->plan_before);
    put_plan_side(out, "after", change->after, change->plan_after);
    pga_json_text_close(out, '}');
}

static void
put_proof(GString *out, const PgaProof *proof)
{
    static const char *const kinds[] = {
        [PGA_PROOF_NONE] = "none",
        [PGA_PROOF_EXECUTE] = "execute",
        [PGA_PROOF_PLAN] = "plan",
        [PGA_PROOF_CONFIG] = "config",
    };

    pga_json_text_open(out, "proof", '{');
    pga_json_text_put(out, "kind", kinds[proof->kind]);
    pga_json_text_put_boolean(out, "executed", proof->done);
    pga_json_text_put(out, "outcome", proof->outcome);
    pga_json_text_open(out, "plans", '[');
    for (guint i = 0; i < proof->plans->len; i++) {
        const PgaPlanChange *change = g_ptr_array_index(proof->plans, i);

        if (change->measured)
            put_plan_change(out, change);
    }
    pga_json_text_close(out, ']');
    pga_json_text_close(out, '}');
}

static void
put_interleaving_steps(GString *out, const char *key, const GPtrArray *steps)
{
    pga_json_text_open(out, key, '[');
    for (guint i = 0; i < steps->len; i++) {
        const PgaInterleavingStep *step = g_ptr_array_index(steps, i);

        pga_json_text_open(out, NULL, '{');
        pga_json_text_put_integer(out, "process", step->process);
        pga_json_text_put(out, "does", step->does);
        pga_json_text_put(out, "sql", step->sql);
        pga_json_text_put(out, "when", step->when);
        pga_json_text_put(out, "saw", step->saw);
        pga_json_text_close(out, '}');
    }
    pga_json_text_close(out, ']');
}

static void
put_interleaving(GString *out, const PgaInterleaving *interleaving)
{
    pga_json_text_open(out, "interleaving", '{');
    pga_json_text_put_list(out, "setup", interleaving->setup);
    put_interleaving_steps(out, "steps", interleaving->steps);
    put_interleaving_steps(out, "fixed", interleaving->fixed);
    pga_json_text_put(out, "observe", interleaving->observe);
    pga_json_text_put(out, "expected", interleaving->expected);
    pga_json_text_put_boolean(out, "executed", interleaving->done);
    pga_json_text_put(out, "result", interleaving->result);
    pga_json_text_put(out, "fixed_result", interleaving->fixed_result);
    pga_json_text_put(out, "outcome", interleaving->outcome);
    pga_json_text_close(out, '}');
}

void
pga_json_text_put_finding(GString *out, const PgaFinding *finding)
{
    pga_json_text_open(out, NULL, '{');
    pga_json_text_put(out, "rule", finding->rule);
    pga_json_text_put(out, "severity", pga_severity_name(finding->severity));
    pga_json_text_put(out, "category", finding->category);
    pga_json_text_put(out, "object", finding->object);
    pga_json_text_put_location(out, finding->file, finding->line, finding->column);
    pga_json_text_put(out, "title", finding->title);
    pga_json_text_put(out, "evidence", finding->evidence);
    if (finding->statement)
        pga_json_text_put(out, "statement", finding->statement);
    if (finding->interleaving)
        put_interleaving(out, finding->interleaving);
    put_fix(out, &finding->fix);
    pga_json_text_put(out, "confidence", pga_confidence_name(finding->confidence));
    pga_json_text_put(out, "fingerprint", finding->fingerprint);
    pga_json_text_put(out, "group", finding->group);
    put_impact(out, finding);
    put_gain(out, finding->gain);
    put_citations(out, finding);
    put_words(out, "requirements", finding->requirements);
    pga_json_text_put(out, "when_not", finding->when_not);
    put_proof(out, &finding->proof);
    pga_json_text_close(out, '}');
}

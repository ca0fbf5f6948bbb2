/* What `lint` answers as JSON: schemas/lint.schema.json. Findings and statements a line each, as
 * they are written: a document of many is not built up twice. */
#include "json_document_internal.h"
#include "json_internal.h"
#include "json_text_internal.h"
#include "lint_internal.h"
#include "plan_changes_internal.h"

static void
put_locks(GString *out, const GArray *locks)
{
    pga_json_text_open(out, "locks", '[');
    for (guint i = 0; i < locks->len; i++) {
        const PgaLintLock *lock = &g_array_index(locks, PgaLintLock, i);

        pga_json_text_open(out, NULL, '{');
        pga_json_text_put(out, "relation", lock->relation);
        pga_json_text_put(out, "mode", lock->mode);
        pga_json_text_close(out, '}');
    }
    pga_json_text_close(out, ']');
}

static void
put_trace(GString *out, const PgaLintTrace *trace)
{
    pga_json_text_open(out, NULL, '{');
    pga_json_text_put_integer(out, "version_num", trace->version);
    pga_json_text_put_boolean(out, "executed", trace->executed);
    pga_json_text_put(out, "error", trace->error);
    put_locks(out, trace->locks);
    pga_json_text_put_list(out, "rewritten", trace->rewritten);
    pga_json_text_put_list(out, "scanned", trace->scanned);
    pga_json_text_put_list(out, "rebuilt", trace->rebuilt);
    pga_json_text_put_boolean(out, "blocked_reads", trace->blocked_reads);
    pga_json_text_put_boolean(out, "blocked_writes", trace->blocked_writes);
    pga_json_text_put_list(out, "disagreements", trace->disagreements);
    pga_json_text_close(out, '}');
}

static void
put_traces(GString *out, const GPtrArray *traces)
{
    pga_json_text_open(out, "traces", '[');
    for (guint i = 0; i < traces->len; i++)
        put_trace(out, g_ptr_array_index(traces, i));
    pga_json_text_close(out, ']');
}

static void
put_statement(GString *out, gconstpointer entry)
{
    const PgaLintStatement *statement = entry;

    pga_json_text_open(out, NULL, '{');
    pga_json_text_put_location(out, statement->file, statement->line, statement->column);
    pga_json_text_put(out, "text", statement->text);
    pga_json_text_put_integer(out, "transaction", statement->transaction);
    pga_json_text_put_boolean(out, "in_block", statement->in_block);
    pga_json_text_put_boolean(out, "known", statement->known);
    put_locks(out, statement->locks);
    pga_json_text_put_boolean(out, "blocks_reads", statement->blocks_reads);
    pga_json_text_put_boolean(out, "blocks_writes", statement->blocks_writes);
    pga_json_text_put_list(out, "rewritten", statement->rewritten);
    pga_json_text_put_list(out, "scanned", statement->scanned);
    pga_json_text_put_list(out, "built", statement->built);
    pga_json_text_put_list(out, "rebuilt", statement->rebuilt);
    pga_json_text_put_real(out, "seconds", statement->seconds);
    pga_json_text_put(out, "refusal", statement->refusal);
    put_traces(out, statement->traces);
    pga_json_text_close(out, '}');
}

static json_t *
plans(const PgaPlanReport *from)
{
    json_t *object = from ? json_object() : json_null();

    if (!from)
        return object;
    json_object_set_new(object, "complete", json_boolean(from->complete));
    pga_json_set_text(object, "lab", from->lab);
    pga_plan_changes_set(object, from);
    return object;
}

static json_t *
summary(const PgaLintReport *report)
{
    int n[PGA_SEVERITY_ERROR + 1] = {0};

    for (guint i = 0; i < report->findings->len; i++)
        n[((const PgaFinding *)g_ptr_array_index(report->findings, i))->severity]++;
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "errors",
                     n[PGA_SEVERITY_ERROR], "warnings", n[PGA_SEVERITY_WARNING], "infos",
                     n[PGA_SEVERITY_INFO], "not_checked", (int)report->not_checked->len,
                     "set_aside", (int)report->set_aside->len, "baseline",
                     (int)report->baseline->len, "files", (int)report->n_files, "statements",
                     (int)report->n_statements, "not_parsed", (int)report->n_not_parsed);
}

static json_t *
assumptions(const PgaLintReport *report)
{
    json_t *object = json_object();

    json_object_set_new(object, "version_num", json_integer(report->version));
    json_object_set_new(object, "version_stated", json_boolean(report->version_stated));
    json_object_set_new(object, "bytes_per_second", pga_json_real(report->bytes_per_second));
    json_object_set_new(object, "small_table_rows", pga_json_real(report->small_table_rows));
    return object;
}

gboolean
pga_lint_render_json(const PgaLintReport *report, PgaRenderSink sink, gpointer data)
{
    PgaJsonDocument document = {.sink = sink, .data = data};
    const PgaJsonTail tail = {report->set_aside, report->baseline, report->notes,
                              report->configuration};

    pga_json_document_begin(&document, "lint", report->complete == NULL, report->environment);
    pga_json_document_findings(&document, report->findings);
    pga_json_document_value(&document, "not_checked", pga_json_not_checked(report->not_checked));
    pga_json_document_value(&document, "summary", summary(report));
    pga_json_document_value(&document, "assumptions", assumptions(report));
    pga_json_document_list(&document, "statements", report->statements, put_statement);
    pga_json_document_value(&document, "plans", plans(report->plans));
    return pga_json_document_end(&document, &tail);
}

/* What `lint` answers as JSON: schemas/lint.schema.json. Findings and statements a line each, as
 * they are written: a document of many is not built up twice. */
#include "json_internal.h"
#include "json_text_internal.h"
#include "lint_internal.h"
#include "plan_changes_internal.h"

#define PART 65536 /* bytes that are handed on at a time */

/** A document on its way. */
typedef struct {
    GString *part;
    PgaRenderSink sink;
    gpointer data;
    gboolean done; /* the sink took all that it was given */
} Writer;

static void
flush(Writer *writer)
{
    writer->done = writer->done && writer->sink(writer->part->str, writer->part->len, writer->data);
    g_string_truncate(writer->part, 0);
}

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

static void
put_finding(GString *out, gconstpointer entry)
{
    pga_json_text_put_finding(out, entry);
}

static void
put_set_aside(GString *out, gconstpointer entry)
{
    const PgaFinding *finding = entry;

    pga_json_text_open(out, NULL, '{');
    pga_json_text_put(out, "rule", finding->rule);
    pga_json_text_put(out, "object", finding->object);
    pga_json_text_put(out, "fingerprint", finding->fingerprint);
    pga_json_text_put_location(out, finding->file, finding->line, finding->column);
    pga_json_text_put(out, "reason", finding->reason);
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

static void
append_value(Writer *writer, const char *key, json_t *value)
{
    g_autofree char *text = pga_json_line(value);

    g_string_append_printf(writer->part, ",\n  \"%s\": ", key);
    g_string_append(writer->part, text);
}

static void
append_list(Writer *writer, const char *key, const GPtrArray *entries,
            void (*put)(GString *out, gconstpointer entry))
{
    g_string_append_printf(writer->part, ",\n  \"%s\": [", key);
    for (guint i = 0; i < entries->len; i++) {
        g_string_append(writer->part, i ? ",\n    " : "\n    ");
        put(writer->part, g_ptr_array_index(entries, i));
        if (writer->part->len >= PART)
            flush(writer);
    }
    g_string_append(writer->part, entries->len ? "\n  ]" : "]");
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
    g_autofree char *tool = pga_json_line(pga_json_tool());
    g_autoptr(GString) part = g_string_new(NULL);
    Writer writer = {part, sink, data, TRUE};

    g_string_append_printf(part, "{\n  \"tool\": %s", tool);
    append_value(&writer, "command", json_string("lint"));
    append_value(&writer, "complete", json_boolean(report->complete == NULL));
    append_value(&writer, "source",
                 report->environment ? pga_json_source(report->environment) : json_null());
    append_list(&writer, "findings", report->findings, put_finding);
    append_value(&writer, "not_checked", pga_json_not_checked(report->not_checked));
    append_value(&writer, "summary", summary(report));
    append_value(&writer, "assumptions", assumptions(report));
    append_list(&writer, "statements", report->statements, put_statement);
    append_value(&writer, "plans", plans(report->plans));
    append_list(&writer, "set_aside", report->set_aside, put_set_aside);
    append_list(&writer, "baseline", report->baseline, put_set_aside);
    append_value(&writer, "notes", pga_json_strings(report->notes));
    append_value(&writer, "configuration", pga_json_string(report->configuration));
    g_string_append(part, "\n}\n");
    flush(&writer);
    return writer.done;
}

#include "json_document_internal.h"

#include "json_internal.h"
#include "json_text_internal.h"

#define PART 65536 /* bytes that are handed on at a time */

static void
flush(PgaJsonDocument *document)
{
    document->done =
        document->done && document->sink(document->part->str, document->part->len, document->data);
    g_string_truncate(document->part, 0);
}

void
pga_json_document_begin(PgaJsonDocument *document, const char *command, gboolean complete,
                        const PgaEnvironment *environment)
{
    g_autofree char *tool = pga_json_line(pga_json_tool());

    document->part = g_string_new(NULL);
    document->done = TRUE;
    g_string_append_printf(document->part, "{\n  \"tool\": %s", tool);
    pga_json_document_value(document, "command", json_string(command));
    pga_json_document_value(document, "complete", json_boolean(complete));
    pga_json_document_value(document, "source",
                            environment ? pga_json_source(environment) : json_null());
}

void
pga_json_document_value(PgaJsonDocument *document, const char *key, json_t *value)
{
    g_autofree char *text = pga_json_line(value);

    g_string_append_printf(document->part, ",\n  \"%s\": ", key);
    g_string_append(document->part, text);
}

void
pga_json_document_list(PgaJsonDocument *document, const char *key, const GPtrArray *entries,
                       void (*put)(GString *out, gconstpointer entry))
{
    g_string_append_printf(document->part, ",\n  \"%s\": [", key);
    for (guint i = 0; i < entries->len; i++) {
        g_string_append(document->part, i ? ",\n    " : "\n    ");
        put(document->part, g_ptr_array_index(entries, i));
        if (document->part->len >= PART)
            flush(document);
    }
    g_string_append(document->part, entries->len ? "\n  ]" : "]");
}

static void
put_finding(GString *out, gconstpointer entry)
{
    pga_json_text_put_finding(out, entry);
}

void
pga_json_document_findings(PgaJsonDocument *document, const GPtrArray *findings)
{
    pga_json_document_list(document, "findings", findings, put_finding);
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

gboolean
pga_json_document_end(PgaJsonDocument *document, const PgaJsonTail *tail)
{
    pga_json_document_list(document, "set_aside", tail->set_aside, put_set_aside);
    pga_json_document_list(document, "baseline", tail->baseline, put_set_aside);
    pga_json_document_value(document, "notes", pga_json_strings(tail->notes));
    pga_json_document_value(document, "configuration", pga_json_string(tail->configuration));
    g_string_append(document->part, "\n}\n");
    flush(document);
    g_string_free(document->part, TRUE);
    document->part = NULL;
    return document->done;
}

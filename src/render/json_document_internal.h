/* A long document as JSON, a key at a time: an entry a line, as they are written, so that a
 * document of many is not built up twice. */
#pragma once
#include <jansson.h>
#include <model/report.h>
#include <render/render.h>

/** A document on its way; caller's storage, with sink and data. */
typedef struct {
    PgaRenderSink sink;
    gpointer data;
    GString *part;
    gboolean done; /* the sink took all that it was given */
} PgaJsonDocument;

/** What every answer ends with. */
typedef struct {
    const GPtrArray *set_aside, *baseline, *notes;
    const char *configuration; /* (nullable) */
} PgaJsonTail;

/* What every answer begins with: "tool", "command", "complete", "source". @environment: (nullable).
 */
void pga_json_document_begin(PgaJsonDocument *document, const char *command, gboolean complete,
                             const PgaEnvironment *environment);
/* Takes @value. */
void pga_json_document_value(PgaJsonDocument *document, const char *key, json_t *value);
/* @put: an entry as pga_json_text_*() write it. */
void pga_json_document_list(PgaJsonDocument *document, const char *key, const GPtrArray *entries,
                            void (*put)(GString *out, gconstpointer entry));
void pga_json_document_findings(PgaJsonDocument *document, const GPtrArray *findings);
/* Whether the sink took all of it. */
gboolean pga_json_document_end(PgaJsonDocument *document, const PgaJsonTail *tail);

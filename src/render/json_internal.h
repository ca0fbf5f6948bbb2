/* The JSON contract, schemas/check.schema.json, and what other JSON formats share with it. */
#pragma once
#include <glib.h>
#include <jansson.h>
#include <model/report.h>

/* (transfer full): complete, never cut, keys in the order of the contract. */
char *pga_render_json(const PgaReport *report);

/* (transfer full): the same as a value. */
json_t *pga_json_report(const PgaReport *report);

/* (transfer full): valid UTF-8, or null. */
json_t *pga_json_string(const char *text);

/* (transfer full): null for what is no number. */
json_t *pga_json_real(double number);

/* (transfer full): null for what is unknown, below 0. */
json_t *pga_json_count(gint64 number);

/* As pga_json_string() has it. */
void pga_json_set_text(json_t *object, const char *key, const char *text);

/* (transfer full): {"name", "version"} */
json_t *pga_json_tool(void);

/* (transfer full): takes @root. Ends in a newline. */
char *pga_json_dump(json_t *root);

/* (transfer full): the same on one line, without a newline at its end. */
char *pga_json_line(json_t *root);

/* The character at @at, escaped if a terminal acts on it. */
void pga_json_append_escaped(GString *out, const char *at);

/* (transfer full): of PgaFinding *, of PgaNotChecked *; a source. As in the contract. */
json_t *pga_json_findings(const GPtrArray *findings);
json_t *pga_json_strings(const GPtrArray *texts);
/* (transfer full): {"file", "line", "column"}, or null without a file. */
json_t *pga_json_location(const char *file, guint line, guint column);
json_t *pga_json_not_checked(const GPtrArray *entries);
json_t *pga_json_source(const PgaEnvironment *environment);

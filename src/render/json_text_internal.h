/* JSON written as it goes, on one line, byte by byte what jansson makes of the same value: for
 * documents of many entries. A key is NULL inside a list. */
#pragma once
#include <glib.h>
#include <model/finding.h>

/* @bracket: '{' or '['; '}' or ']'. */
void pga_json_text_open(GString *out, const char *key, char bracket);
void pga_json_text_close(GString *out, char bracket);

/* @text (nullable): made valid UTF-8, and what a terminal acts on is escaped. */
void pga_json_text_put(GString *out, const char *key, const char *text);
void pga_json_text_put_boolean(GString *out, const char *key, gboolean value);
void pga_json_text_put_integer(GString *out, const char *key, gint64 value);
/* null for what is no number. */
void pga_json_text_put_real(GString *out, const char *key, double value);
void pga_json_text_put_null(GString *out, const char *key);
/* Of char *. */
void pga_json_text_put_list(GString *out, const char *key, const GPtrArray *texts);
/* {"file", "line", "column"}, or null without a file. */
void pga_json_text_put_location(GString *out, const char *file, guint line, guint column);

/* An entry of "findings". */
void pga_json_text_put_finding(GString *out, const PgaFinding *finding);

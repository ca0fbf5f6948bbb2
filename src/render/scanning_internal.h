/* Formats that services attach to a change of code: SARIF, GitHub's workflow commands. */
#pragma once
#include <glib.h>
#include <model/report.h>
#include <render/render.h>

/* (transfer full) */
char *pga_render_sarif(const PgaReport *report, const PgaRenderOptions *options);
char *pga_render_github(const PgaReport *report, const PgaRenderOptions *options);

/* (transfer full): @file seen from options->root: "db/schema.sql"; absolute when it is not below;
 * "stdin" for standard input. */
char *pga_scanning_path(const PgaRenderOptions *options, const char *file);

/* (transfer full): "CREATE INDEX …; (safe: reads and writes go on)", or the note where there is no
 * statement; "" without either. Printable. */
char *pga_scanning_fix(const PgaFinding *finding);

/* What became of statements between two states, as text, Markdown or JSON; and a state's plans as a
 * file. Pure functions: same input, same bytes. */
#pragma once
#include <glib.h>
#include <model/plan_changes.h>
#include <render/index.h>

G_BEGIN_DECLS

/* (transfer full): ends in a newline; schemas/plan_changes.schema.json. There is no SQL form: it is
 * text then. */
char *pga_render_plan_changes(const PgaPlanReport *report, const PgaIndexRenderOptions *options);

/* (transfer full): the file of --write-plans: parse/plan_baseline.h. */
char *pga_render_plan_baseline(const PgaPlannedState *state);

G_END_DECLS

/* The forms of a report about plans. */
#pragma once
#include <render/plan_changes.h>

/* (transfer full) */
char *pga_render_plan_changes_json(const PgaPlanReport *report);

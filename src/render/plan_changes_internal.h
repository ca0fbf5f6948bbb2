/* The forms of a report about plans. */
#pragma once
#include <render/plan_changes.h>

#include "json_internal.h"
#include "page_internal.h"

/* (transfer full) */
char *pga_render_plan_changes_json(const PgaPlanReport *report);

/* All of it, as a part of another page. */
void pga_plan_changes_section(PgaPage *page, const PgaPlanReport *report);

/* Totals, changes, what was not checked, notes. */
void pga_plan_changes_set(json_t *object, const PgaPlanReport *report);

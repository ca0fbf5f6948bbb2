/* The JSON contract, schemas/check.schema.json. */
#pragma once
#include <glib.h>
#include <model/report.h>

/* (transfer full): complete, never cut, keys in the order of the contract. */
char *pga_render_json(const PgaReport *report);

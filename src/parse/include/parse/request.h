/* The planner module's requests (whatif/whatif.sql: requests()), JSON, to the model. */
#pragma once
#include <glib.h>
#include <model/index_request.h>

G_BEGIN_DECLS

/* (nullable): NULL with PGA_ERROR_LAB: not what the module writes. */
PgaIndexRequests *pga_index_requests_parse(const char *json, GError **error);

G_END_DECLS

/* What `check` reads of whole tables and indexes when it is asked to. */
#pragma once
#include <app/check.h>
#include <rules/rule.h>

#include "source_internal.h"

G_BEGIN_DECLS

/* --exact and --deep: nothing without them; of a source that is no live server an entry in
 * @not_checked. Any PgaError. */
gboolean pga_app_measure(const PgaCheckRequest *request, PgaSource *source,
                         const PgaConfiguration *configuration, GPtrArray *not_checked,
                         GError **error);

G_END_DECLS

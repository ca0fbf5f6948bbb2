/* The memory inequality (model/memory.h) for the server that is looked at. */
#pragma once
#include <model/memory.h>

#include "rule_internal.h"

G_BEGIN_DECLS

/* FALSE, after a "not evaluated", when RAM or one of the settings is not known. */
gboolean pga_memory_settings_read(PgaRuleRun *run, PgaMemorySettings *settings);

/* The same without a word where something is not known. */
gboolean pga_memory_settings_known(const PgaRuleRun *run, PgaMemorySettings *settings);

G_END_DECLS

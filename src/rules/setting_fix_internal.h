/* Settings: reading them, rounding them, and changing one as a fix. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/* FALSE, after a "not evaluated", when the server's RAM is not known. */
gboolean pga_rule_ram(PgaRuleRun *run, gint64 *ram_bytes);

/* Bytes or number; -1, after a "not evaluated", when the setting was not collected. */
gint64 pga_rule_setting(PgaRuleRun *run, const char *name);

/* @bytes rounded down to a number people would write: 8MB steps below 1GB, 128MB below 8GB, 1GB
 * above. */
gint64 pga_memory_round_down(gint64 bytes);

/* (transfer full): "15.6 GB": three significant digits, PostgreSQL's units (1 GB = 1024³ bytes). */
char *pga_memory_text(gint64 bytes);

/**
 * pga_finding_set_setting:
 *
 * Adds the change of @name to @value to the fix, and the way back: ALTER SYSTEM, or on a managed
 * service what does it there. The last setting added is the one that the lab starts a server with.
 */
void pga_finding_set_setting(const PgaRuleRun *run, PgaFinding *finding, const char *name,
                             const char *value);

/* Closes the fix: what makes the settings take effect. @restart: one of them needs a restart of the
 * server. */
void pga_finding_apply_settings(const PgaRuleRun *run, PgaFinding *finding, gboolean restart);

/* Less sure where RAM was read from a machine that may run more than this server. */
void pga_finding_doubt_ram(const PgaRuleRun *run, PgaFinding *finding);

G_END_DECLS

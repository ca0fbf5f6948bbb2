/* Settings of the whole server as rules ask about them: what only the connecting role, database or
 * session gets is nobody's configuration. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/* (nullable): NULL when it is not known, or set by ALTER ROLE, ALTER DATABASE or PGOPTIONS for this
 * connection. */
const PgaSetting *pga_server_setting(const PgaRuleRun *run, const char *name);

/* (nullable): its value; NULL when it is not known. */
const char *pga_server_setting_value(const PgaRuleRun *run, const char *name);

/* Whether it is known and has that value. */
gboolean pga_server_setting_is(const PgaRuleRun *run, const char *name, const char *value);

/* Its number, unit multiplied out: bytes, ms, or plain; @if_unknown otherwise. */
double pga_server_setting_number(const PgaRuleRun *run, const char *name, double if_unknown);

/* Whether the list of libraries @setting (nullable) has @library, with or without a path. */
gboolean pga_setting_lists(const PgaSetting *setting, const char *library);

/* (transfer full): what a setting looks like to people: "5s", "off". */
char *pga_setting_text(const PgaSetting *setting);

/**
 * pga_finding_change_setting:
 *
 * The fix sets @name to @value, proven by a start of the lab's server with it; reload or restart
 * follows from the setting's context.
 */
void pga_finding_change_setting(const PgaRuleRun *run, PgaFinding *finding, const char *name,
                                const char *value);

G_END_DECLS

/* What rules about a server's state share: settings without a word where they are unknown, counters
 * as rates, fixes that are a person's decision. */
#pragma once
#include "server_setting_internal.h"

G_BEGIN_DECLS

#define PGA_DAY 86400.0

/* FALSE, after a "not evaluated", when it is not known since when @what counts. @days: at least 1,
 * so that a busy first hour is no rate. */
gboolean pga_rule_days(PgaRuleRun *run, double age, const char *what, double *days);

/* (transfer full): "3 days", "less than a day": nothing that a minute changes. */
char *pga_window_format(double age);

/* (nullable): the database that was connected to; NULL after a "not evaluated". */
const PgaDatabase *pga_rule_database(PgaRuleRun *run);

/* Nothing to execute before a person has decided; @format says between what. */
void pga_finding_decide(PgaFinding *finding, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* (nullable): of the slots that no one reads the one that keeps the most WAL. */
const PgaReplicationSlot *pga_worst_slot(const PgaServer *server);

/* Whether there are receivers of WAL whose state the role may not see. */
gboolean pga_senders_are_hidden(const PgaServer *server);

/* Whether the newest attempt to archive failed. */
gboolean pga_archiver_fails(const PgaRuleRun *run);

/* Whether WAL is archived here: on a standby only with archive_mode = always. */
gboolean pga_server_archives(const PgaRuleRun *run);

G_END_DECLS

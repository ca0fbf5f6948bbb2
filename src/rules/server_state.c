/* Questions about a server's state that several rules ask. */
#include "server_state_internal.h"

gboolean
pga_rule_days(PgaRuleRun *run, double age, const char *what, double *days)
{
    if (age < 0) {
        pga_rule_not_evaluated(run, NULL, "it is not known since when %s counts", what);
        return FALSE;
    }
    *days = MAX(1.0, age / PGA_DAY);
    return TRUE;
}

char *
pga_window_format(double age)
{
    const double days = age / PGA_DAY;

    return days < 1 ? g_strdup("less than a day")
                    : g_strdup_printf("%.0f day%s", days, days < 1.5 ? "" : "s");
}

const PgaDatabase *
pga_rule_database(PgaRuleRun *run)
{
    const PgaDatabase *database = pga_server_current_database(run->server);

    if (!database)
        pga_rule_not_evaluated(run, NULL, "the counters of the database were not read");
    return database;
}

void
pga_finding_decide(PgaFinding *finding, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "%s", text);
}

const PgaReplicationSlot *
pga_worst_slot(const PgaServer *server)
{
    const PgaReplicationSlot *worst = NULL;

    for (guint i = 0; i < server->slots->len; i++) {
        const PgaReplicationSlot *slot = g_ptr_array_index(server->slots, i);

        if (!slot->active && slot->retained_bytes >= 0 &&
            (!worst || slot->retained_bytes > worst->retained_bytes))
            worst = slot;
    }
    return worst;
}

gboolean
pga_senders_are_hidden(const PgaServer *server)
{
    for (guint i = 0; i < server->senders->len; i++) {
        const PgaWalSender *sender = g_ptr_array_index(server->senders, i);

        if (!sender->state)
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_archiver_fails(const PgaRuleRun *run)
{
    const PgaServer *server = run->server;

    return server->failed_count > 0 && server->last_failed_age >= 0 &&
           (server->last_archived_age < 0 || server->last_failed_age < server->last_archived_age);
}

gboolean
pga_server_archives(const PgaRuleRun *run)
{
    return pga_server_setting_is(run, "archive_mode", "always") ||
           (!run->environment->is_standby && pga_server_setting_is(run, "archive_mode", "on"));
}

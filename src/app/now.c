/* check --now: connection → moment → the rules that judge one → what to do first. */
#include "app/now.h"

#include <base/error.h>
#include <base/progress.h>
#include <collect/now.h>
#include <rules/rank.h>
#include <rules/rule.h>
#include <string.h>

#include "configuration_internal.h"
#include "set_aside_internal.h"
#include "source_internal.h"

#define CONNECT_TIMEOUT 5 /* s: somebody waits for the answer */

/* Those that need nothing but the moment. */
static const char *const rules[] = {"lock-waits",
                                    "txn-idle-in-transaction",
                                    "xmin-horizon-held",
                                    "query-long-running",
                                    "xid-wraparound",
                                    "mxid-wraparound",
                                    "repl-slot-inactive",
                                    "archiver-failing",
                                    "orphan-prepared-xacts",
                                    "conf-connections-saturated",
                                    "repl-lag",
                                    "disk-full-forecast",
                                    NULL};

/* What keeps new sessions from being let in is what one wants to know at such a time. */
static void
explain(GError *error)
{
    GError **place = &error;

    if (strstr(error->message, "too many clients") ||
        strstr(error->message, "remaining connection"))
        pga_error_hint(place,
                       "Every connection is taken. superuser_reserved_connections keeps a few for "
                       "superusers, from 16 on reserved_connections for members of "
                       "pg_use_reserved_connections: connect as one of them (--user postgres). "
                       "Ending idle clients or the pooler frees places at once.");
    else if (strstr(error->message, "timed out"))
        pga_error_hint(place,
                       "The server takes the connection but does not let the session in: it may "
                       "be overloaded, or somebody holds a system catalog such as pg_class under "
                       "ACCESS EXCLUSIVE (VACUUM FULL or LOCK of it). Then an open session, or "
                       "ending that process on the host with kill -INT (never -KILL), helps.");
}

static gboolean
collect(const PgaNowRequest *request, PgaNow *now, GError **error)
{
    const PgaSourceRequest *from = &request->from;
    const PgaConnectionOptions where = {.dbname = from->source,
                                        .host = from->host,
                                        .port = from->port,
                                        .user = from->user,
                                        .service = from->service,
                                        .ask_password = from->ask_password,
                                        .ask_data = from->ask_data,
                                        .connect_timeout = CONNECT_TIMEOUT};
    const PgaCollectOptions options = {
        .ram_bytes = -1, .statement_timeout = from->timeout * 1000, .progress = from->progress};
    g_autoptr(GError) refused = NULL;
    g_autoptr(PgaConnection) connection = NULL;

    pga_progress_step(from->progress, "connecting");
    connection = pga_connection_open(&where, &refused);
    if (!connection) {
        explain(refused);
        g_propagate_error(error, g_steal_pointer(&refused));
        return FALSE;
    }
    return pga_collect_now(connection, &options, now, now->report->not_checked, error);
}

static gboolean
is_complete(const PgaReport *report)
{
    for (guint i = 0; i < report->not_checked->len; i++)
        if (!((const PgaNotChecked *)g_ptr_array_index(report->not_checked, i))->rule)
            return FALSE;
    return TRUE;
}

static void
judge(const PgaNowRequest *request, const PgaConfiguration *configuration, PgaNow *now)
{
    PgaReport *report = now->report;

    report->complete = is_complete(report);
    report->n_rules = pga_rules_run(&(PgaRuleSource){.catalog = now->catalog,
                                                     .environment = report->environment,
                                                     .configuration = configuration,
                                                     .server = now->server,
                                                     .only = rules},
                                    report->findings, report->not_checked);
    pga_set_aside(configuration, request->now, report);
    pga_rank_findings(report->findings, report->environment->workload);
    pga_now_finish(now);
}

PgaNow *
pga_app_now(const PgaNowRequest *request, GError **error)
{
    g_autoptr(PgaConfiguration) configuration =
        pga_app_configuration(request->config_path, NULL, error);
    g_autoptr(PgaNow) now = NULL;

    if (!configuration)
        return NULL;
    if (pga_source_is_file(request->from.source)) {
        pga_error_set(error, PGA_ERROR_INPUT, "--now needs a running server, not a file");
        pga_error_hint(error, "Leave --now out: the file itself can be checked.");
        return NULL;
    }
    now = pga_now_new();
    if (!collect(request, now, error))
        return NULL;
    judge(request, configuration, now);
    return g_steal_pointer(&now);
}

/* conf-bgwriter-backend-writes: backends write pages themselves before they can read others. */
#include <string.h>

#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define MIN_SHARE   0 /* places in the rule's thresholds */
#define MIN_PER_DAY 1

/* Settings of the background writer as they come: blocks a round, ms between rounds. */
#define DEFAULT_MAXPAGES 100
#define DEFAULT_DELAY    200

/** Blocks written, without those of bulk operations, which use a ring of their own. */
typedef struct {
    gint64 by_backends, fsyncs, all;
} Writes;

/* From 16 on by backend type and context. Before, buffers_backend counts the extension of relations
 * and bulk operations too: only its fsyncs say something. */
static Writes
count_writes(const PgaServer *server)
{
    Writes writes = {0};

    writes.fsyncs = server->io->len > 0 ? 0 : MAX(server->buffers_backend_fsync, 0);
    for (guint i = 0; i < server->io->len; i++) {
        const PgaIoStatistics *io = g_ptr_array_index(server->io, i);

        if (strcmp(io->context, "normal") != 0)
            continue;
        writes.all += MAX(io->writes, 0);
        if (strcmp(io->backend_type, "client backend") == 0) {
            writes.by_backends = MAX(io->writes, 0);
            writes.fsyncs = MAX(io->fsyncs, 0);
        }
    }
    return writes;
}

static void
add_fix(const PgaRuleRun *run, PgaFinding *finding)
{
    const double maxpages = pga_server_setting_number(run, "bgwriter_lru_maxpages", -1);
    const double delay = pga_server_setting_number(run, "bgwriter_delay", -1);

    if (maxpages == DEFAULT_MAXPAGES && delay == DEFAULT_DELAY) {
        pga_finding_set_setting(run, finding, "bgwriter_delay", "50ms");
        pga_finding_change_setting(run, finding, "bgwriter_lru_maxpages", "400");
        return;
    }
    pga_finding_decide(finding,
                       "bgwriter_lru_maxpages and bgwriter_delay were changed already: look "
                       "at the size of shared_buffers, and at queries that dirty many pages "
                       "at once.");
    pga_finding_verify(finding, "SHOW bgwriter_lru_maxpages;");
}

static void
check(PgaRuleRun *run)
{
    const Writes writes = count_writes(run->server);
    const double share = writes.all > 0 ? (double)writes.by_backends / (double)writes.all : 0;
    g_autofree char *window = NULL;
    PgaFinding *finding;
    double days;

    if (run->server->checkpoints_timed < 0 ||
        !pga_rule_days(run, run->server->checkpointer_stats_age, "the background writer", &days))
        return;
    if (writes.fsyncs == 0 && (share <= run->threshold[MIN_SHARE] ||
                               (double)writes.by_backends / days <= run->threshold[MIN_PER_DAY]))
        return;
    window = pga_window_format(run->server->checkpointer_stats_age);
    if (writes.fsyncs > 0)
        finding =
            pga_rule_report_object(run, "bgwriter_lru_maxpages",
                                   "Client backends had to fsync files themselves %" G_GINT64_FORMAT
                                   " times: the checkpointer's queue was full.",
                                   writes.fsyncs);
    else
        finding =
            pga_rule_report_object(run, "bgwriter_lru_maxpages",
                                   "Client backends wrote %.0f %% of the pages, %" G_GINT64_FORMAT
                                   " in %s, bulk operations apart (pg_stat_io).",
                                   share * 100, writes.by_backends, window);
    finding->weight = share;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    add_fix(run, finding);
}

const PgaRule pga_rule_conf_bgwriter_backend_writes = {
    .id = "conf-bgwriter-backend-writes",
    .title = "Queries write pages that the background writer should",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "A query that finds no clean buffer waits for a write before it can read.",
    .when_not = "A bulk load has just run, or shared_buffers is small on purpose.",
    .condition =
        "Client backends write more than {min_share} of all pages, bulk operations apart, and "
        "more than {min_per_day} a day, or had to fsync themselves.",
    .example = "ALTER SYSTEM SET bgwriter_lru_maxpages = 0;",
    .fix =
        "Makes the background writer work more often and longer, with ALTER SYSTEM and a reload.",
    .versions =
        "pg_stat_io came with 16; before it only fsyncs of backends are judged, as the number "
        "of their writes includes bulk operations.",
    .docs = "runtime-config-resource.html#RUNTIME-CONFIG-RESOURCE-BACKGROUND-WRITER",
    .docs_title = "Background Writer",
    .requirements = "T3-4 T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the counters of a running server",
    .thresholds = {{"min_share", "share", 0.2, "So many may be the queries' own."},
                   {"min_per_day", "blocks", 100000, "Fewer a day are left alone."}},
    .of_server = TRUE,
    .check = check,
};

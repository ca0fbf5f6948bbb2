/* autovacuum-workers-saturated: as many autovacuum workers as there may be, and more to do. */
#include <math.h>

#include "../maintenance_internal.h"
#include "../server_setting_internal.h"
#include "../sessions_internal.h"

#define MIN_DUE    0 /* places in the rule's thresholds */

#define COST_LIMIT "2000"

static guint
count_workers(const PgaServer *server)
{
    guint n = 0;

    for (guint i = 0; i < server->sessions->len; i++) {
        const PgaSession *session = g_ptr_array_index(server->sessions, i);

        n += g_strcmp0(session->backend_type, "autovacuum worker") == 0;
    }
    return n;
}

/* Due by its dead rows, and nobody is at it. */
static gboolean
is_due(const PgaRuleRun *run, const PgaRelation *relation, double *weight)
{
    const double begun = pga_vacuum_threshold(run, relation);

    *weight = (double)relation->counters.n_dead_tup;
    return relation->has_counters && !relation->being_vacuumed && !isnan(begun) &&
           *weight > begun && !pga_reloptions_stop_autovacuum(relation->reloptions);
}

static guint
count_due(const PgaRuleRun *run)
{
    guint n = 0;

    for (guint i = 0; i < run->whole->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->whole->relations, i);
        double dead;

        n += pga_table_is_stored(relation) && is_due(run, relation, &dead);
    }
    return n;
}

/* The limit on all workers' work together; -1 in autovacuum_vacuum_cost_limit means the other. */
static double
cost_limit(const PgaRuleRun *run)
{
    const double own = pga_server_setting_number(run, "autovacuum_vacuum_cost_limit", -1);

    return own > 0 ? own : pga_server_setting_number(run, "vacuum_cost_limit", 200);
}

static void
report(PgaRuleRun *run, guint n_workers, guint n_due)
{
    PgaFinding *finding = pga_rule_report_object(
        run, "autovacuum_max_workers",
        "All %u autovacuum workers are busy, and %u tables of this database are due for one.",
        n_workers, n_due);

    finding->weight = n_due;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    if (cost_limit(run) < g_ascii_strtod(COST_LIMIT, NULL)) {
        pga_finding_change_setting(run, finding, "autovacuum_vacuum_cost_limit", COST_LIMIT);
        pga_finding_note(finding, "The limit is shared by all workers: more of them without more "
                                  "of it do each a smaller part of the same work. Watch the disks' "
                                  "load afterwards.");
    } else {
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
        pga_finding_note(finding, "They are not held back by autovacuum_vacuum_cost_limit: raise "
                                  "autovacuum_max_workers, and look for one table that keeps a "
                                  "worker for hours.");
    }
    pga_finding_verify(finding, "SELECT count(*) FROM pg_stat_activity WHERE backend_type = "
                                "'autovacuum worker';");
}

static void
check(PgaRuleRun *run)
{
    const double most = pga_server_setting_number(run, "autovacuum_max_workers", 0);
    const guint n_workers = count_workers(run->server);
    guint n_due;

    if (!pga_rule_sessions(run) || most < 1 || n_workers < most)
        return;
    n_due = count_due(run);
    if (n_due >= run->threshold[MIN_DUE])
        report(run, n_workers, n_due);
}

const PgaRule pga_rule_autovacuum_workers_saturated = {
    .id = "autovacuum-workers-saturated",
    .title = "All autovacuum workers are busy and tables wait",
    .category = "vacuum",
    .family = PGA_FAMILY_MAINTENANCE,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Tables that wait for a worker go on growing; the ones that change most wait as long as "
           "those that nobody touches.",
    .when_not = "A bulk load has just ended and the workers are catching up.",
    .condition = "As many autovacuum workers run as autovacuum_max_workers allows, and {min_due} "
                 "or more of this database have more dead rows than autovacuum begins at, with "
                 "nobody vacuuming them.",
    .fix = "Raises autovacuum_vacuum_cost_limit, so that each worker ends sooner; a reload.",
    .versions = "From 18 autovacuum_max_workers can be changed by a reload, up to "
                "autovacuum_worker_slots.",
    .docs = "routine-vacuuming.html#AUTOVACUUM",
    .docs_title = "Routine Vacuuming: The Autovacuum Daemon",
    .requirements = "T2-8",
    .inputs = PGA_INPUTS_LIVE,
    .thresholds = {{"min_due", "tables", 3, "One or two are taken up in the next round."}},
    .check = check,
};

/* Failover against what it needs: time, nodes, regions, Patroni's timings. Vendors' figures are
 * what they state. */
#include "contradictions_internal.h"

/* Patroni's smallest values, and its defaults: dynamic_configuration. Seconds. */
#define MIN_TTL               20
#define DEFAULT_LOOP_WAIT     10
#define DEFAULT_RETRY_TIMEOUT 10
#define MIN_RETRY_TIMEOUT     3
/* A human notices and acts. Seconds. */
#define HUMAN_S           1800

#define RPO(requirements) pga_seconds_text("an RPO", (requirements)->availability.rpo_s)
#define RTO(requirements) pga_seconds_text("an RTO", (requirements)->availability.rto_s)

/* What a provider states of its failover: the shortest it promises. */
static double
fastest_failover(const PgaRequirements *requirements)
{
    static const double seconds[] = {
        [PGA_DEPLOYMENT_SELF_HOSTED] = MIN_TTL, [PGA_DEPLOYMENT_AWS_RDS] = 35,
        [PGA_DEPLOYMENT_AURORA] = 30,           [PGA_DEPLOYMENT_GCP_CLOUDSQL] = 60,
        [PGA_DEPLOYMENT_AZURE_POSTGRES] = 60,
    };

    if (!pga_is_managed(requirements) && requirements->availability.ttl > MIN_TTL)
        return requirements->availability.ttl;
    return seconds[requirements->deployment.platform];
}

/* C-05 */
static gboolean
fast_failover(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;
    double fastest = fastest_failover(requirements);

    if (pga_is_managed(requirements) || availability->rto_s < 0 || availability->rto_s >= fastest)
        return FALSE;
    return pga_conflict(
        conflict, RTO(requirements), pga_line_of(availability, &availability->rto_at),
        g_strdup_printf("failover by Patroni with a ttl of %g s", fastest), availability->at.line,
        g_strdup_printf("A lost host is noticed when its lease ends, up to %g s after it died, and "
                        "only then another is promoted.",
                        fastest));
}

/* C-05, where nobody reaches the host */
static gboolean
fast_provider(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;
    double fastest = fastest_failover(requirements);

    if (!pga_is_managed(requirements) || availability->rto_s < 0 || availability->rto_s >= fastest)
        return FALSE;
    return pga_conflict(
        conflict, RTO(requirements), pga_line_of(availability, &availability->rto_at),
        g_strdup_printf("failover on %s", pga_deployment_name(requirements->deployment.platform)),
        requirements->deployment.at.line,
        g_strdup_printf("The provider states %g s at best.", fastest));
}

/* C-06 */
static gboolean
manual_failover(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;
    gboolean none = availability->failover == PGA_FAILOVER_NONE;

    if (availability->rto_s < 0 || availability->rto_s >= HUMAN_S ||
        (!none && availability->failover != PGA_FAILOVER_MANUAL))
        return FALSE;
    return pga_conflict(conflict, RTO(requirements),
                        pga_line_of(availability, &availability->rto_at),
                        g_strdup(none ? "no failover" : "manual failover"), availability->at.line,
                        g_strdup("A human needs about 15 min to notice and as long to decide and "
                                 "act: 30 min."));
}

/* C-07 */
static gboolean
one_standby(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;

    if (pga_is_managed(requirements) || availability->rpo_s != 0 || availability->sla < 99.9 ||
        requirements->deployment.nodes != 2)
        return FALSE;
    return pga_conflict(
        conflict, RPO(requirements), pga_line_of(availability, &availability->rpo_at),
        g_strdup_printf("two nodes under an SLA of %g %%", availability->sla),
        requirements->deployment.at.line,
        g_strdup("With the only standby lost no commit may be acknowledged: writes are available "
                 "only while both nodes are, less than one node alone."));
}

/* C-08 */
static gboolean
no_witness(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;

    if (pga_is_managed(requirements) || availability->failover != PGA_FAILOVER_AUTOMATIC ||
        requirements->deployment.nodes != 2)
        return FALSE;
    return pga_conflict(conflict, g_strdup("automatic failover"), availability->at.line,
                        g_strdup("two nodes"), requirements->deployment.at.line,
                        g_strdup("Of two, neither is a majority: a node that is alone cannot tell "
                                 "a dead peer from a cut line, so both write or none does."));
}

/* C-09 */
static gboolean
two_regions(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;

    if (pga_is_managed(requirements) || availability->region_failover != PGA_FAILOVER_AUTOMATIC ||
        availability->regions->len == 0 || availability->regions->len > 2)
        return FALSE;
    return pga_conflict(conflict, g_strdup("automatic failover between regions"),
                        availability->at.line,
                        g_strdup(availability->regions->len == 1 ? "one region" : "two regions"),
                        availability->at.line,
                        g_strdup("The majority that decides sits in one of two regions; with that "
                                 "one lost nothing is promoted, with the other lost nothing "
                                 "needs to be."));
}

/* Explicit timings of Patroni: C-18, its own rule. */
static gboolean
patroni_timings(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;
    gboolean stated =
        availability->ttl > 0 || availability->loop_wait > 0 || availability->retry_timeout > 0;
    double ttl = availability->ttl > 0 ? availability->ttl : PGA_PATRONI_TTL;
    double loop = availability->loop_wait > 0 ? availability->loop_wait : DEFAULT_LOOP_WAIT;
    double retry =
        availability->retry_timeout > 0 ? availability->retry_timeout : DEFAULT_RETRY_TIMEOUT;

    if (!stated)
        return FALSE;
    if (ttl < MIN_TTL || loop < 1 || retry < MIN_RETRY_TIMEOUT)
        return pga_conflict(
            conflict, g_strdup_printf("ttl %g, loop_wait %g, retry_timeout %g", ttl, loop, retry),
            availability->at.line, g_strdup("what Patroni accepts"), availability->at.line,
            g_strdup_printf("Its least values are ttl %d, loop_wait 1, retry_timeout %d.", MIN_TTL,
                            MIN_RETRY_TIMEOUT));
    if (loop + 2 * retry <= ttl)
        return FALSE;
    return pga_conflict(
        conflict, g_strdup_printf("a ttl of %g s", ttl), availability->at.line,
        g_strdup_printf("loop_wait %g s with retry_timeout %g s", loop, retry),
        availability->at.line,
        g_strdup_printf("loop_wait + 2 * retry_timeout = %g s has to be at most ttl: a leader that "
                        "only retries would lose its lease, and be demoted while it is healthy.",
                        loop + 2 * retry));
}

/* C-19 */
static gboolean
patroni_elsewhere(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;

    if (!pga_is_managed(requirements) ||
        (availability->ttl < 0 && availability->loop_wait < 0 && availability->retry_timeout < 0))
        return FALSE;
    return pga_conflict(
        conflict, g_strdup("timings of Patroni"), availability->at.line,
        g_strdup_printf("deployment on %s", pga_deployment_name(requirements->deployment.platform)),
        requirements->deployment.at.line,
        g_strdup("The provider fails over by itself; nothing reads these timings."));
}

const PgaContradiction pga_contradictions_failover[] = {
    {"C-18", FALSE, patroni_timings,
     "Raise ttl, or lower loop_wait or retry_timeout: 30/10/10 is the default, 20/5/5 a tuned "
     "one."},
    {"C-05", FALSE, fast_failover,
     "Allow an rto of 30 s or more, with a ttl of 20 s, which is Patroni's least."},
    {"C-05", FALSE, fast_provider,
     "Allow an rto of a minute or more, as providers state it, or deploy self-hosted on three "
     "nodes, where Patroni needs 20 to 36 s."},
    {"C-06", FALSE, manual_failover, "Use failover: automatic, or allow an rto of 30 min or more."},
    {"C-07", FALSE, one_standby,
     "Use nodes: 3 (any one standby acknowledges), lower the sla below 99.9%, or allow an rpo "
     "above 0."},
    {"C-08", FALSE, no_witness,
     "Use nodes: 3 (the third may be a small witness in a third zone), or failover: manual."},
    {"C-09", FALSE, two_regions,
     "Name a third region for the cluster's state, or use region_failover: manual."},
    {"C-19", TRUE, patroni_elsewhere, "Remove them, or deploy self-hosted."},
    {0},
};

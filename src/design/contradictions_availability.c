/* Availability, loss and failover against what they need. Planning figures of round trips, flushes
 * and failovers are those that the topology is chosen by; vendors' figures are what they state. */
#include <math.h>
#include <string.h>

#include "availability_internal.h"
#include "contradictions_internal.h"

/* A near region: what is refused is refused in the best case. */
#define RTT_REGION_MS     25

#define SLA(requirements) g_strdup_printf("an SLA of %g %%", (requirements)->availability.sla)
#define RPO(requirements) pga_seconds_text("an RPO", (requirements)->availability.rpo_s)
#define RTO(requirements) pga_seconds_text("an RTO", (requirements)->availability.rto_s)

char *
pga_seconds_text(const char *what, double seconds)
{
    if (seconds >= 120 && fmod(seconds, 60) == 0)
        return g_strdup_printf("%s of %g min", what, seconds / 60);
    return g_strdup_printf("%s of %g s", what, seconds);
}

gboolean
pga_is_managed(const PgaRequirements *requirements)
{
    return requirements->deployment.platform != PGA_DEPLOYMENT_SELF_HOSTED;
}

guint
pga_line_of(const PgaSpecAvailability *availability, const PgaSpecPlace *place)
{
    return place->line > 0 ? place->line : availability->at.line;
}

static gboolean
spans_regions(const PgaSpecAvailability *availability)
{
    return g_strcmp0(availability->rpo_scope, "region") == 0 ||
           (availability->regions->len > 1 && availability->replication == PGA_REPLICATION_SYNC &&
            g_strcmp0(availability->rpo_scope, "zone") != 0);
}

/* C-01 */
static gboolean
lossless_async(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;

    if (availability->rpo_s != 0 || availability->replication != PGA_REPLICATION_ASYNC)
        return FALSE;
    return pga_conflict(conflict, RPO(requirements),
                        pga_line_of(availability, &availability->rpo_at),
                        g_strdup("asynchronous replication"), availability->at.line,
                        g_strdup("An asynchronous primary tells success before any standby has the "
                                 "WAL; what it had not sent is lost with it."));
}

/* C-13 */
static gboolean
lossless_backup(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;

    if (availability->rpo_s != 0 || g_strcmp0(availability->recovery, "backup-only") != 0)
        return FALSE;
    return pga_conflict(conflict, RPO(requirements),
                        pga_line_of(availability, &availability->rpo_at),
                        g_strdup("recovery from backups only"), availability->at.line,
                        g_strdup("An archive has what was shipped, up to archive_timeout ago; the "
                                 "rest is lost."));
}

/* C-02 */
static gboolean
one_node(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;

    if (availability->sla < 99.9 || requirements->deployment.nodes != 1 ||
        (availability->sla <= 99.9 &&
         requirements->deployment.platform == PGA_DEPLOYMENT_AZURE_POSTGRES))
        return FALSE; /* Azure commits itself to 99.9 % of a server alone */
    return pga_conflict(
        conflict, SLA(requirements), pga_line_of(availability, &availability->sla_at),
        g_strdup("one node"), requirements->deployment.at.line,
        g_strdup_printf("The SLA leaves %.1f min a year; a lost host is a restore of the whole "
                        "database, and maintenance of the host alone spends it.",
                        pga_downtime_budget_min(availability->sla)));
}

static gboolean
backup_only(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;
    double restore = (double)requirements->bytes / PGA_RESTORE_RATE / 60;

    if (availability->sla <= 99 || g_strcmp0(availability->recovery, "backup-only") != 0)
        return FALSE;
    return pga_conflict(conflict, SLA(requirements),
                        pga_line_of(availability, &availability->sla_at),
                        g_strdup("recovery from backups only"), availability->at.line,
                        g_strdup_printf("The SLA leaves %.1f min a year; one restore at 200 MB/s "
                                        "takes %.0f min, after a human noticed (15 min) and "
                                        "decided.",
                                        pga_downtime_budget_min(availability->sla), ceil(restore)));
}

/* The time that a synchronous commit takes at least, and the strictest latency stated for it. */
static double
commit_ms(const PgaRequirements *requirements, double rtt)
{
    const double flush = pga_flush_ms(requirements->deployment.storage);

    return pga_commit_sync_ms(flush, rtt, flush);
}

/* C-03 */
static gboolean
far_commit(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;
    double rtt = availability->region_rtt_ms >= 0 ? availability->region_rtt_ms : RTT_REGION_MS;
    double commit = commit_ms(requirements, rtt);
    const char *name = NULL;
    double latency = pga_stated_latency(requirements, &name);

    if (latency < 0 || latency >= commit || !spans_regions(availability) ||
        (availability->rpo_s != 0 && availability->replication != PGA_REPLICATION_SYNC))
        return FALSE;
    return pga_conflict(
        conflict, g_strdup_printf("a latency of %g ms (%s)", latency, name),
        requirements->latency_at.line, g_strdup("synchronous replication between regions"),
        pga_line_of(availability, &availability->rpo_at),
        g_strdup_printf("Each commit waits for a round trip of %g ms%s and two flushes of %g ms: "
                        "%g ms; light is not faster.",
                        rtt, availability->region_rtt_ms >= 0 ? "" : " (planned)",
                        pga_flush_ms(requirements->deployment.storage), commit));
}

/* C-14 */
static gboolean
fast_commit(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;
    const char *name = NULL;
    double latency = pga_stated_latency(requirements, &name);
    gboolean synchronous =
        availability->rpo_s == 0 || availability->replication == PGA_REPLICATION_SYNC;

    if (latency < 0 || latency >= PGA_ZONE_RTT_MS || !synchronous)
        return FALSE;
    return pga_conflict(
        conflict, g_strdup_printf("a latency of %g ms (%s)", latency, name),
        requirements->latency_at.line,
        availability->rpo_s == 0 ? RPO(requirements) : g_strdup("synchronous replication"),
        pga_line_of(availability, &availability->rpo_at),
        g_strdup_printf("Nothing is lost with a zone only if each commit waits for another zone: a "
                        "round trip of about %g ms and two flushes of %g ms, %g ms.",
                        PGA_ZONE_RTT_MS, pga_flush_ms(requirements->deployment.storage),
                        commit_ms(requirements, PGA_ZONE_RTT_MS)));
}

/* C-04 */
static gboolean
small_loss(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;
    double ttl = availability->ttl > 0 ? availability->ttl : PGA_PATRONI_TTL;

    if (pga_is_managed(requirements) || availability->rpo_s <= 0 || availability->rpo_s >= ttl ||
        availability->replication != PGA_REPLICATION_ASYNC ||
        availability->failover == PGA_FAILOVER_MANUAL ||
        availability->failover == PGA_FAILOVER_NONE)
        return FALSE;
    return pga_conflict(
        conflict, RPO(requirements), pga_line_of(availability, &availability->rpo_at),
        g_strdup("asynchronous replication with automatic failover"), availability->at.line,
        g_strdup_printf("The lag is usually well below a second, but it is compared through the "
                        "store of the cluster's state: at worst what was written in %g s (ttl) is "
                        "lost as well. The figure holds typically, not as a bound.",
                        ttl));
}

/* Expected minutes a year of three nodes with upgrades by logical replication: half a host, one
 * process, six switchovers, half a major upgrade, a tenth of a zone, a tenth of a human error. */
static double
expected_minutes(void)
{
    return (0.5 * 25 + 1 * 10 + 6 * 5 + 0.5 * 30 + 0.1 * 25 + 0.1 * 3600) / 60;
}

/* C-10 */
static gboolean
five_nines(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;
    double budget = pga_downtime_budget_min(availability->sla);

    if (pga_is_managed(requirements) || availability->sla < 0 || expected_minutes() <= budget)
        return FALSE;
    return pga_conflict(
        conflict, SLA(requirements), pga_line_of(availability, &availability->sla_at),
        g_strdup_printf("%.1f min of expected downtime", expected_minutes()), availability->at.line,
        g_strdup_printf("The SLA leaves %.2f min a year. Planned: half a lost host of 25 s, a "
                        "crash of 10 s, six switchovers of 5 s, half a major upgrade of 30 s, a "
                        "tenth of a restore after a human error of an hour: %.1f min.",
                        budget, expected_minutes()));
}

/* C-11 */
static gboolean
upgrades(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;

    if (availability->sla < 99.99)
        return FALSE;
    return pga_conflict(conflict, SLA(requirements),
                        pga_line_of(availability, &availability->sla_at),
                        g_strdup("major upgrades by pg_upgrade"), 0,
                        g_strdup_printf("One takes 10 to 60 min of downtime; the SLA leaves %.1f "
                                        "min a year.",
                                        pga_downtime_budget_min(availability->sla)));
}

/* Regions by how their names begin, longest first; NULL: outside the lists. */
static const char *
residency(const char *region)
{
    static const char *const places[][2] = {
        {"eu-west-2", "UK"},     {"eu-central-2", "CH"}, {"europe-west2", "UK"},
        {"europe-west6", "CH"},  {"eu-", "EU"},          {"europe-", "EU"},
        {"westeurope", "EU"},    {"northeurope", "EU"},  {"germany", "EU"},
        {"france", "EU"},        {"sweden", "EU"},       {"italy", "EU"},
        {"spain", "EU"},         {"poland", "EU"},       {"uk", "UK"},
        {"switzerland", "CH"},   {"us-", "US"},          {"eastus", "US"},
        {"westus", "US"},        {"centralus", "US"},    {"ca-", "CA"},
        {"canada", "CA"},        {"ap-", "APAC"},        {"asia-", "APAC"},
        {"australia", "APAC"},   {"japan", "APAC"},      {"sa-", "SA"},
        {"southamerica-", "SA"}, {"brazil", "SA"},       {"me-", "ME"},
        {"af-", "AF"},           {"cn-", "CN"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(places); i++)
        if (g_str_has_prefix(region, places[i][0]))
            return places[i][1];
    return NULL;
}

static gboolean
has_text(const GPtrArray *texts, const char *text)
{
    for (guint i = 0; i < texts->len; i++)
        if (g_ascii_strcasecmp(g_ptr_array_index(texts, i), text) == 0)
            return TRUE;
    return FALSE;
}

/* C-12 */
static gboolean
outside(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;
    const GPtrArray *tenants = requirements->deployment.tenants_in;

    for (guint i = 0; tenants->len > 0 && i < availability->regions->len; i++) {
        const char *region = g_ptr_array_index(availability->regions, i);
        const char *place = residency(region);

        if (!place || has_text(tenants, place))
            continue;
        return pga_conflict(
            conflict,
            g_strdup_printf("tenants in %s%s", (char *)g_ptr_array_index(tenants, 0),
                            tenants->len > 1 ? " and others" : " only"),
            requirements->deployment.at.line, g_strdup_printf("the region %s", region),
            availability->at.line,
            g_strdup_printf("%s is in %s, where no tenant is: a standby there takes every tenant's "
                            "rows out of where they have to stay.",
                            region, place));
    }
    return FALSE;
}

/* C-15 */
static gboolean
vendor_sla(const PgaRequirements *requirements, PgaConflict *conflict)
{
    static const double most[] = {
        [PGA_DEPLOYMENT_SELF_HOSTED] = 100,      [PGA_DEPLOYMENT_AWS_RDS] = 99.95,
        [PGA_DEPLOYMENT_AURORA] = 99.99,         [PGA_DEPLOYMENT_GCP_CLOUDSQL] = 99.99,
        [PGA_DEPLOYMENT_AZURE_POSTGRES] = 99.99,
    };
    const PgaSpecAvailability *availability = &requirements->availability;
    PgaDeployment platform = requirements->deployment.platform;

    if (availability->sla <= most[platform])
        return FALSE;
    return pga_conflict(
        conflict, SLA(requirements), pga_line_of(availability, &availability->sla_at),
        g_strdup_printf("deployment on %s", pga_deployment_name(platform)),
        requirements->deployment.at.line,
        g_strdup_printf(
            "The provider commits itself to %g %% with its most available variant: %.1f "
            "min a year against %.1f.",
            most[platform], pga_downtime_budget_min(most[platform]),
            pga_downtime_budget_min(availability->sla)));
}

/* C-16 */
static gboolean
slow_restore(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecAvailability *availability = &requirements->availability;
    double restore = (double)requirements->bytes / PGA_RESTORE_RATE;

    if (availability->rto_s < 0 || availability->rto_s >= restore ||
        g_strcmp0(availability->recovery, "backup-only") != 0)
        return FALSE;
    return pga_conflict(conflict, RTO(requirements),
                        pga_line_of(availability, &availability->rto_at),
                        g_strdup("recovery from backups only"), availability->at.line,
                        g_strdup_printf("A restore at 200 MB/s takes %.0f min before any WAL is "
                                        "replayed.",
                                        ceil(restore / 60)));
}

const PgaContradiction pga_contradictions_availability[] = {
    {"C-01", FALSE, lossless_async,
     "Use replication: sync (each commit then waits for a standby), or state the rpo that may be "
     "lost, as in rpo: 5s."},
    {"C-13", FALSE, lossless_backup,
     "Use recovery: standby with replication: sync, or state an rpo of minutes."},
    {"C-02", FALSE, one_node,
     "Use nodes: 3 (or 2 with a witness) in different zones, or lower the sla to 99%."},
    {"C-02", FALSE, backup_only, "Use recovery: standby, or lower the sla to 99%."},
    {"C-15", FALSE, vendor_sla,
     "Lower the sla to what the provider states, choose a provider or variant that states more, or "
     "deploy self-hosted."},
    {"C-12", FALSE, outside,
     "Choose a region where the tenants are, name that place in tenants_in, or keep one database "
     "for each place."},
    {"C-03", FALSE, far_commit,
     "Replicate synchronously inside the region and asynchronously between regions (rpo_scope: "
     "zone, with an rpo above 0 for the loss of a region), allow a higher latency, or choose "
     "regions that are nearer."},
    {"C-14", FALSE, fast_commit,
     "Replicate synchronously inside one zone and asynchronously to others (an rpo above 0), or "
     "allow 3 ms or more."},
    {"C-10", FALSE, five_nines,
     "Lower the sla to 99.99%, exclude planned work from it, or serve from several regions in the "
     "application."},
    {"C-04", TRUE, small_loss,
     "For a bound use replication: sync, or an rpo not below ttl; else read it as typical."},
    {"C-11", TRUE, upgrades,
     "Upgrade by logical replication (a switchover of seconds), or exclude planned windows from "
     "the SLA."},
    {"C-16", TRUE, slow_restore,
     "Use recovery: standby, a delayed standby against human errors, faster restores, or state an "
     "rto of its own for errors."},
    {0},
};

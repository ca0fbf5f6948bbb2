/* What a managed service has instead of a failover manager of one's own. Figures are the providers'
 * published ones, not measured. */
#include <base/error.h>
#include <string.h>

#include "availability_internal.h"

#define AWS   "https://docs.aws.amazon.com/AmazonRDS/latest/"
#define GCP   "https://cloud.google.com/sql/docs/postgres/"
#define AZURE "https://learn.microsoft.com/azure/postgresql/"

typedef struct {
    PgaDeployment deployment;
    const char *variant, *architecture, *failover;
    double sla;   /* -1: the provider states none */
    double rpo_s; /* least that can be asked for */
    double rto_low, rto_high;
    guint regions;
    gboolean synchronous;
    const char *rpo;       /* as the answer has it */
    const char *switch_on; /* what to do there */
    const char *docs;
} Variant;

/* Cheapest first within a service. */
static const Variant variants[] = {
    {PGA_DEPLOYMENT_AWS_RDS, "Single-AZ", "one instance (Single-AZ), no standby",
     "none (restore to a point in time, by hand)", -1, 300, 1800, 14400, 1, FALSE,
     "< 5 minutes (WAL is uploaded every 5 minutes)",
     "automated backups with a retention of 7 to 35 days", AWS "UserGuide/USER_PIT.html"},
    {PGA_DEPLOYMENT_AWS_RDS, "Multi-AZ instance",
     "primary + 1 synchronous standby in another zone, not readable (RDS Multi-AZ instance)",
     "automatic (RDS Multi-AZ; the endpoint's DNS name moves)", 99.95, 0, 60, 120, 1, TRUE,
     "0 (synchronous block replication)",
     "Multi-AZ deployment: a standby instance; clients look the endpoint up again after a failover "
     "(DNS cache of 5 seconds, connect_timeout)",
     AWS "UserGuide/Concepts.MultiAZSingleStandby.html"},
    {PGA_DEPLOYMENT_AWS_RDS, "Multi-AZ DB cluster",
     "primary + 2 readable standbys (semi-synchronous, 1 of 2 confirms; RDS Multi-AZ DB cluster)",
     "automatic (RDS Multi-AZ DB cluster)", 99.95, 0, 0, 35, 1, TRUE,
     "0 (semi-synchronous: 1 of 2 standbys confirms)",
     "Multi-AZ DB cluster: two readable standbys, of an instance class that offers it; the writer "
     "and the reader endpoint. A failover waits until the standby has applied its lag",
     AWS "UserGuide/multi-az-db-clusters-concepts.html"},
    {PGA_DEPLOYMENT_AWS_RDS, "Multi-AZ instance + replica in another region",
     "primary + 1 synchronous standby in another zone + 1 read replica (async) in another region",
     "automatic in the region (RDS Multi-AZ); manual to the other region (promote the replica)",
     99.95, 0, 60, 120, 2, TRUE,
     "0 in the region; of the region's loss the replica's lag (ReplicaLag)",
     "Multi-AZ deployment, and a cross-region read replica that is promoted by hand",
     AWS "UserGuide/USER_ReadRepl.XRgn.html"},
    {PGA_DEPLOYMENT_AURORA, "writer + 1 reader",
     "writer + 1 reader in another zone (shared storage: 6 copies in 3 zones)",
     "automatic (Aurora promotes the reader)", 99.99, 0, 30, 60, 1, TRUE,
     "0 (storage: 4 of 6 copies confirm)",
     "one Aurora replica at least, in another zone, of the writer's class and of failover tier 0 "
     "or 1; without one a failover takes 60 to 600 seconds",
     AWS "AuroraUserGuide/Concepts.AuroraHighAvailability.html"},
    {PGA_DEPLOYMENT_AURORA, "Global Database",
     "writer + 1 reader in another zone + a secondary cluster (async) in another region",
     "automatic in the region (Aurora); manual to the other region (failover of the global "
     "database)",
     99.99, 0, 30, 60, 2, TRUE,
     "0 in the region; of the region's loss the lag, typically about 1 second",
     "Aurora Global Database with a secondary region; rds.global_db_rpo (20 seconds at least) "
     "bounds the lag by stalling commits",
     AWS "AuroraUserGuide/aurora-global-database-disaster-recovery.html"},
    {PGA_DEPLOYMENT_GCP_CLOUDSQL, "zonal", "one instance (zonal), no standby",
     "none (restore to a point in time, by hand)", -1, 300, 1800, 14400, 1, FALSE,
     "< 5 minutes (archived WAL)", "automated backups and point-in-time recovery",
     GCP "high-availability"},
    {PGA_DEPLOYMENT_GCP_CLOUDSQL, "regional",
     "primary + 1 standby in another zone, not readable (regional disk, synchronous)",
     "automatic (Cloud SQL high availability)", 99.95, 0, 60, 120, 1, TRUE,
     "0 (synchronous regional disk)",
     "availability type REGIONAL, with automated backups and point-in-time recovery",
     GCP "high-availability"},
    {PGA_DEPLOYMENT_GCP_CLOUDSQL, "regional, Enterprise Plus",
     "primary + 1 standby in another zone, not readable (regional disk, synchronous; Enterprise "
     "Plus)",
     "automatic (Cloud SQL high availability)", 99.99, 0, 60, 120, 1, TRUE,
     "0 (synchronous regional disk)",
     "edition Enterprise Plus and availability type REGIONAL, with automated backups and "
     "point-in-time recovery",
     GCP "high-availability"},
    {PGA_DEPLOYMENT_GCP_CLOUDSQL, "regional + replica in another region",
     "primary + 1 standby in another zone (synchronous) + 1 read replica (async) in another region",
     "automatic in the region (Cloud SQL); manual to the other region (promote the replica)", 99.99,
     0, 60, 120, 2, TRUE, "0 in the region; of the region's loss the replica's lag",
     "availability type REGIONAL and a cross-region read replica that is promoted by hand; an SLA "
     "above 99.95 % takes edition Enterprise Plus",
     GCP "replication/cross-region-replicas"},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "no HA", "one server, no standby",
     "none (the service restarts the server on another host)", 99.9, 300, 1800, 14400, 1, FALSE,
     "< 5 minutes (backups, point-in-time restore)", "nothing but backups (7 to 35 days)",
     AZURE "flexible-server/concepts-high-availability"},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "same-zone HA",
     "primary + 1 synchronous standby in the same zone, not readable",
     "automatic (Azure high availability)", 99.95, 0, 60, 120, 1, TRUE, "0 (synchronous standby)",
     "high availability: same zone (not on Burstable)",
     AZURE "flexible-server/concepts-high-availability"},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "zone-redundant HA",
     "primary + 1 synchronous standby in another zone, not readable",
     "automatic (Azure high availability)", 99.99, 0, 60, 120, 1, TRUE, "0 (synchronous standby)",
     "high availability: zone-redundant (not on Burstable)",
     AZURE "flexible-server/concepts-high-availability"},
    {PGA_DEPLOYMENT_AZURE_POSTGRES, "zone-redundant HA + replica in another region",
     "primary + 1 synchronous standby in another zone + 1 read replica (async) in another region",
     "automatic in the region (Azure); manual to the other region (promote the replica)", 99.99, 0,
     60, 120, 2, TRUE, "0 in the region; of the region's loss the replica's lag",
     "high availability: zone-redundant, and a read replica in another region that is promoted by "
     "hand",
     AZURE "flexible-server/concepts-read-replicas-geo"},
};

/* @typically: within what the provider states is enough, which is a range. */
static const char *
falls_short(const Variant *v, const PgaTargets *targets, gboolean typically)
{
    const double rto = typically && v->rto_low > 0 ? v->rto_low : v->rto_high;

    if (v->regions != MIN(targets->regions, 2))
        return "regions";
    if (targets->over_regions)
        return "rpo";
    if (targets->sla > v->sla && (targets->sla >= 99 || v->sla >= 0))
        return "sla";
    if (targets->rto_s >= 0 && targets->rto_s < rto)
        return "rto";
    if (targets->rpo_s >= 0 && targets->rpo_s < v->rpo_s)
        return "rpo";
    if (targets->failover == PGA_FAILOVER_AUTOMATIC && !v->synchronous)
        return "failover";
    return NULL;
}

/* What came nearest to the targets. */
typedef struct {
    const char *short_of;
    double sla, rto;
} Nearest;

static void
refuse(const char *name, const PgaTargets *targets, const Nearest *nearest, GError **error)
{
    if (g_str_equal(nearest->short_of, "rto"))
        pga_error_set(error, PGA_ERROR_INPUT,
                      "an RTO of %g s on %s, whose failover takes up to %g s", targets->rto_s, name,
                      nearest->rto);
    else if (g_str_equal(nearest->short_of, "rpo"))
        pga_error_set(error, PGA_ERROR_INPUT,
                      "an RPO of %g s on %s, which replicates to another region asynchronously",
                      targets->rpo_s, name);
    else
        pga_error_set(error, PGA_ERROR_INPUT, "an SLA of %g %% on %s, which states %g %% at most",
                      targets->sla, name, nearest->sla);
    pga_error_detail(error, "%s, line %u. The figures are the provider's published ones.",
                     targets->file ? targets->file : "requirements", targets->line);
    pga_error_hint(error, "Relax the target, take another service, or deployment: self-hosted.");
}

/* (nullable): the cheapest variant that reaches them. */
static const Variant *
cheapest(PgaDeployment deployment, const PgaTargets *targets, gboolean typically, Nearest *nearest)
{
    for (guint i = 0; i < G_N_ELEMENTS(variants); i++) {
        const Variant *v = &variants[i];
        const char *reason =
            v->deployment == deployment ? falls_short(v, targets, typically) : "regions";

        if (!reason)
            return v;
        if (g_str_equal(reason, "regions"))
            continue;
        nearest->short_of = reason;
        nearest->sla = MAX(nearest->sla, v->sla);
        nearest->rto = MIN(nearest->rto, v->rto_high);
    }
    return NULL;
}

static const Variant *
choose(PgaDeployment deployment, const PgaTargets *targets, GError **error)
{
    Nearest nearest = {"sla", -1, G_MAXINT};
    const Variant *v = cheapest(deployment, targets, FALSE, &nearest);

    if (!v)
        v = cheapest(deployment, targets, TRUE, &nearest);
    if (!v)
        refuse(pga_deployment_name(deployment), targets, &nearest, error);
    return v;
}

/* (transfer full): "60 to 120 seconds (the provider states)" as OUT-1 words it. */
static char *
rto_text(const Variant *v)
{
    if (v->rto_high >= 3600)
        return g_strdup_printf("< %g hours (restore)", v->rto_high / 3600);
    return g_strdup_printf("< %g seconds (as the provider states it)", v->rto_high);
}

/* What was perhaps expected, and what it is here. */
static char *
difference(const Variant *v, const PgaTargets *targets)
{
    const char *name = pga_deployment_name(v->deployment);
    GString *text = g_string_new(NULL);

    g_string_append_printf(
        text,
        "%s: %s. Switch on: %s. Patroni, etcd, HAProxy, postgresql.conf and pg_hba.conf are not "
        "made: on %s nobody reaches the host, the service fails over itself, and replication and "
        "access are its own. Figures are published by the provider, not measured",
        name, v->variant, v->switch_on, name);
    if (targets->nodes > 0)
        g_string_append_printf(text, "; the %d nodes that were stated are the service's to place",
                               (int)targets->nodes);
    if (v->deployment == PGA_DEPLOYMENT_AWS_RDS && targets->regions == 1 && v->rto_high > 60)
        g_string_append(text, ". An RTO below 60 seconds, or standbys that are read, take a "
                              "Multi-AZ DB cluster (2 readable standbys, up to 35 s); replicas "
                              "that are only read are added to either");
    g_string_append_c(text, '.');
    return g_string_free(text, FALSE);
}

/* What is read, and what only stands by. */
static const char *
second_role(const Variant *v)
{
    return v->deployment == PGA_DEPLOYMENT_AURORA ? "reader (shared storage)"
           : strstr(v->variant, "DB cluster")     ? "replica (sync)"
                                                  : "standby (sync)";
}

static void
add_nodes(PgaArchitecture *architecture, const Variant *v, guint readers)
{
    static const char *const zones[] = {"zone-a", "zone-b", "zone-c"};
    const GPtrArray *regions = architecture->requirements->availability.regions;

    for (guint i = 0; i < 1 + readers; i++) {
        g_autofree char *name = g_strdup_printf("db%u", i + 1);
        PgaDesignNode *node =
            pga_architecture_add_node(architecture, name, i == 0 ? "primary" : second_role(v));

        node->zone = g_strdup(zones[MIN(i, 2)]);
        node->region = g_strdup(regions->len > 0 ? g_ptr_array_index(regions, 0) : "region-1");
        node->has_data = TRUE;
    }
    if (v->regions > 1) {
        PgaDesignNode *node = pga_architecture_add_node(architecture, "dr1", "replica (async)");

        node->zone = g_strdup(zones[0]);
        node->region = g_strdup(regions->len > 1 ? g_ptr_array_index(regions, 1) : "region-2");
        node->has_data = TRUE;
    }
}

static void
say_figures(PgaArchitecture *architecture, const Variant *v, const PgaTargets *targets)
{
    PgaDesignAvailability *a = &architecture->availability;

    a->rto_low_s = v->rto_low;
    a->rto_high_s = v->rto_high;
    a->rpo_s = v->synchronous ? 0 : v->rpo_s;
    a->rto = rto_text(v);
    a->rpo = g_strdup(v->rpo);
    a->rto_derivation =
        g_strdup_printf("%g to %g s from the loss of the host to writes again, as the provider "
                        "states it for %s; clients add what their own reconnection takes (a DNS "
                        "name looked up anew)",
                        v->rto_low, v->rto_high, v->variant);
    a->rpo_derivation = g_strdup_printf("as the provider states it for %s%s", v->variant,
                                        v->synchronous ? ": a commit is answered once the other "
                                                         "copy has it"
                                                       : "");
    a->synchronous = v->synchronous;
    a->sync_decision =
        v->synchronous
            ? g_strdup_printf("it is the service's own way (%s); each commit waits "
                              "for the other copy, planned %.3g ms more (RTT of another zone, "
                              "assumed), %.3g sessions for %.4g commits a second",
                              v->variant, 1.2, pga_commit_sessions(targets->writes_per_s, 2.2),
                              targets->writes_per_s)
            : g_strdup_printf("there is no standby (%s)", v->variant);
    a->sync_cost_ms = v->synchronous ? 1.2 : -1;
    a->budget = pga_availability_budget(targets, v->rto_high, 0, NULL);
}

gboolean
pga_availability_managed(PgaArchitecture *architecture, const PgaTargets *targets, GError **error)
{
    const PgaDeployment deployment = architecture->requirements->deployment.platform;
    PgaDesignAvailability *a = &architecture->availability;
    const Variant *v = choose(deployment, targets, error);

    if (!v)
        return FALSE;
    a->topology = g_strdup(v->variant);
    a->architecture = g_strdup(v->architecture);
    a->failover_strategy = g_strdup(v->failover);
    a->managed = difference(v, targets);
    say_figures(architecture, v, targets);
    add_nodes(architecture, v,
              !v->synchronous                                  ? 0
              : g_str_equal(v->variant, "Multi-AZ DB cluster") ? 2
                                                               : 1);
    if (targets->rto_s >= 0 && targets->rto_s < v->rto_high)
        pga_availability_note(architecture,
                              "The RTO of %g s is within what the provider states (%g to %g s), "
                              "not above all of it: it holds typically, not always.",
                              targets->rto_s, v->rto_low, v->rto_high);
    pga_availability_note(architecture,
                          "Not promised: that the provider keeps its figures; try a failover "
                          "before users depend on it.");
    pga_availability_note(architecture, "A standby repeats what people do wrong: a dropped table "
                                        "is brought back by a restore to a point in time, which "
                                        "makes a new instance.");
    pga_availability_cite(architecture, v->docs);
    return TRUE;
}

const char *
pga_availability_switch_on(const PgaArchitecture *architecture)
{
    for (guint i = 0; i < G_N_ELEMENTS(variants); i++)
        if (variants[i].deployment == architecture->requirements->deployment.platform &&
            g_strcmp0(variants[i].variant, architecture->availability.topology) == 0)
            return variants[i].switch_on;
    return "";
}

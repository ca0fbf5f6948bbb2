/* ha/README.md and ha/RUNBOOK.md. */
#include <base/text.h>
#include <string.h>

#include "access_internal.h"
#include "availability_internal.h"
#include "design/design.h"

static const PgaDesignNode *
node_at(const PgaArchitecture *architecture, guint i)
{
    return g_ptr_array_index(architecture->availability.nodes, i);
}

/* What patronictl list shows when all is well. */
static char *
member_list(const PgaArchitecture *architecture)
{
    GString *out =
        g_string_new("| Member | Host          | Role         | State     | TL | Lag |\n");
    const PgaDesignAvailability *a = &architecture->availability;

    for (guint i = 0; i < a->nodes->len; i++) {
        const PgaDesignNode *node = node_at(architecture, i);
        g_autofree char *host = g_strconcat(node->name, ".internal", NULL);

        if (!node->has_data || g_str_has_prefix(node->name, "dr"))
            continue;
        g_string_append_printf(out, "| %-6s | %-13s | %-12s | %-9s |  1 | %3s |\n", node->name,
                               host,
                               i == 0                     ? "Leader"
                               : a->synchronous && i == 1 ? "Sync Standby"
                                                          : "Replica",
                               i == 0 ? "running" : "streaming", i == 0 ? "" : "0");
    }
    g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

static char *
endpoints(const PgaArchitecture *architecture, guint *n)
{
    GString *out = g_string_new(NULL);

    *n = 0;
    for (guint i = 0; i < architecture->availability.nodes->len; i++) {
        const PgaDesignNode *node = node_at(architecture, i);

        if (!node->has_dcs || g_str_has_prefix(node->name, "dr") ||
            g_str_equal(node->name, "witness2"))
            continue;
        g_string_append_printf(out, "%s%s.internal:2379", *n > 0 ? "," : "", node->name);
        (*n)++;
    }
    return g_string_free(out, FALSE);
}

static char *
host_list(const PgaArchitecture *architecture)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < architecture->availability.nodes->len; i++) {
        const PgaDesignNode *node = node_at(architecture, i);

        if (node->has_proxy && !g_str_has_prefix(node->name, "dr"))
            g_string_append_printf(out, "%s%s.internal", out->len > 0 ? "," : "", node->name);
    }
    return g_string_free(out, FALSE);
}

static const char sync_section[] =
    "## Synchronous replicas\n\n"
    "With one replica away commits go on as long as another confirms; the change takes up to a\n"
    "loop_wait plus a moment (3.2 s measured). With none left commits wait (strict): nothing is "
    "lost,\n"
    "nothing is written. To write on without a replica, at the risk of loss, until one is back:\n"
    "`patronictl edit-config @SCOPE@ -s synchronous_mode_strict=false --force`; back with "
    "`=true`.\n\n"
    "`SELECT application_name, sync_state FROM pg_stat_replication;` Good: `sync` or `quorum` at "
    "least\n"
    "once. A session with `SET synchronous_commit = local` does not wait and may lose its "
    "commits.\n\n";

static const char region_section[] =
    "## The other region takes over (a person decides)\n\n"
    "1. Make sure that the first region is down or cut off for good: stop HAProxy there if it is\n"
    "   reachable. Both regions writing is worse than none.\n"
    "2. In the other region: `patronictl edit-config @SCOPE@-dr -s standby_cluster=null --force`.\n"
    "3. `patronictl list`: after a loop_wait `dr1` turns from Standby Leader to Leader.\n"
    "4. Point clients at dr1.internal and dr2.internal, port 5000 (pgbouncer.ini, `RELOAD`).\n"
    "5. What the first region had not sent is lost: compare `pg_last_wal_replay_lsn()` noted "
    "before 2\n"
    "   with the old leader's `pg_controldata`, once it can be read.\n\n"
    "Back: make the first region a standby cluster of this one (`standby_cluster` with "
    "dr1.internal,\n"
    "dr2.internal, port 5000), let it catch up, then the same the other way round.\n\n";

/* (transfer full): a section, its keys replaced. */
static char *
section(const char *text, GHashTable *values)
{
    g_auto(GStrv) parts = g_strsplit(text, "@SCOPE@", -1);

    return g_strjoinv(g_hash_table_lookup(values, "SCOPE"), parts);
}

static void
set_patroni(PgaArchitecture *architecture, GHashTable *values)
{
    const PgaDesignAvailability *a = &architecture->availability;
    g_autofree char *low = pga_availability_duration(a->rto_low_s),
                    *high = pga_availability_duration(a->rto_high_s);
    gboolean two_regions = FALSE;
    guint members = 0;

    for (guint i = 0; i < a->nodes->len; i++)
        two_regions = two_regions || g_str_has_prefix(node_at(architecture, i)->name, "dr");
    pga_ha_set(values, "LIST", member_list(architecture));
    pga_ha_set(values, "ENDPOINTS", endpoints(architecture, &members));
    pga_ha_set(values, "MEMBERS_N", g_strdup_printf("%u", members));
    pga_ha_set(values, "TOLERATED", g_strdup_printf("%u", pga_quorum_tolerated(members)));
    pga_ha_set(values, "RANGE", g_strdup_printf("%s to %s", low, high));
    pga_ha_set(values, "HOSTS_LIST", host_list(architecture));
    pga_ha_set(values, "SYNC_CANDIDATE",
               g_strdup(a->synchronous ? ", its Role `Sync Standby`" : ""));
    pga_ha_set(values, "SYNC_WARNING",
               g_strdup(a->synchronous
                            ? "\n   A replica that is no Sync Standby loses commits that "
                              "were answered: the last resort."
                            : ""));
    pga_ha_set(values, "SYNC_SECTION",
               a->synchronous ? section(sync_section, values) : g_strdup(""));
    pga_ha_set(values, "REGION_SECTION",
               two_regions ? section(region_section, values) : g_strdup(""));
}

static const struct {
    PgaDeployment platform;
    const char *rehearsal;
} rehearsals[] = {
    {PGA_DEPLOYMENT_AWS_RDS,
     "\"Reboot with failover\" of the instance, \"Failover\" of a cluster."},
    {PGA_DEPLOYMENT_AURORA, "\"Failover\" of the cluster."},
    {PGA_DEPLOYMENT_GCP_CLOUDSQL, "\"Failover\" of the instance."},
    {PGA_DEPLOYMENT_AZURE_POSTGRES,
     "\"Planned failover\", then \"forced failover\", of the server."},
};

static void
set_managed(PgaArchitecture *architecture, GHashTable *values)
{
    const PgaDeployment platform = architecture->requirements->deployment.platform;
    const PgaDesignAvailability *a = &architecture->availability;

    pga_ha_set(values, "PLATFORM", g_strdup(pga_deployment_name(platform)));
    pga_ha_set(values, "MANAGED", g_strdup(a->managed ? a->managed : ""));
    pga_ha_set(values, "SWITCH_ON", g_strdup(pga_availability_switch_on(architecture)));
    for (guint i = 0; i < G_N_ELEMENTS(rehearsals); i++)
        if (rehearsals[i].platform == platform)
            pga_ha_set(values, "REHEARSAL", g_strdup(rehearsals[i].rehearsal));
}

static void
set_common(PgaArchitecture *architecture, GHashTable *values)
{
    const PgaDesignAvailability *a = &architecture->availability;
    const double bytes = (double)MAX(architecture->requirements->bytes, 0);
    g_autofree char *cluster = pga_design_cluster(architecture);
    g_autofree char *database = pga_quote_identifier(architecture->requirements->name);
    g_autofree char *shell = g_shell_quote(architecture->requirements->name);

    pga_ha_set(values, "CLUSTER", g_strdup(cluster));
    pga_ha_set(values, "SCOPE", g_strdup(cluster));
    pga_ha_set(values, "DATABASE",
               pga_text_printable(strcmp(database, cluster) == 0 ? database : shell));
    pga_ha_set(values, "ARCHITECTURE", g_strdup(a->architecture));
    pga_ha_set(values, "TOPOLOGY", g_strdup(a->topology));
    pga_ha_set(values, "FAILOVER", g_strdup(a->failover_strategy));
    pga_ha_set(values, "RTO", g_strdup(a->rto));
    pga_ha_set(values, "RPO", g_strdup(a->rpo));
    pga_ha_set(values, "MAJOR", g_strdup_printf("%u", architecture->major));
    pga_ha_set(values, "FIRST", g_strdup("db1"));
    pga_ha_set(values, "SECOND", g_strdup("db2"));
    pga_ha_set(values, "SIZE",
               g_strdup_printf("%.3g GB: at 200 MB/s %.0f min", bytes / 1e9, bytes / 200e6 / 60));
}

void
pga_ha_pages(PgaArchitecture *architecture, GHashTable *values)
{
    const gboolean patroni = pga_design_has_patroni(architecture);
    const gboolean single = architecture->availability.nodes->len == 1;

    if (patroni)
        set_patroni(architecture, values);
    pga_architecture_put_file(
        architecture, "ha/README.md",
        pga_ha_expand(patroni ? "README-patroni.md" : "README-servers.md", values));
    pga_architecture_put_file(architecture, "ha/RUNBOOK.md",
                              pga_ha_expand(patroni  ? "RUNBOOK-patroni.md"
                                            : single ? "RUNBOOK-single.md"
                                                     : "RUNBOOK-warm.md",
                                            values));
}

void
pga_design_ha_files(PgaArchitecture *architecture)
{
    g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    set_common(architecture, values);
    if (architecture->requirements->deployment.platform != PGA_DEPLOYMENT_SELF_HOSTED) {
        set_managed(architecture, values);
        pga_architecture_put_file(architecture, "ha/RUNBOOK.md",
                                  pga_ha_expand("RUNBOOK-managed.md", values));
        return;
    }
    pga_ha_configuration(architecture, values);
    pga_ha_pages(architecture, values);
}

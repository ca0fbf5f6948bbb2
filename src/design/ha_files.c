/* The files of ha/: what stands for the keys of the templates, and which node gets which file. */
#include <math.h>
#include <string.h>

#include "access_internal.h"
#include "availability_internal.h"
#include "design/design.h"

#define GB                1e9
#define SLOT_HOURS        6
#define LEAST_SLOT_GB     10
#define ETCD_HEARTBEAT_MS 100
#define ETCD_ROUND_TRIPS  10

static const PgaDesignNode *
node_at(const PgaArchitecture *architecture, guint i)
{
    return g_ptr_array_index(architecture->availability.nodes, i);
}

static gboolean
is_far(const PgaDesignNode *node)
{
    return g_str_has_prefix(node->name, "dr") || g_str_equal(node->name, "witness2");
}

/* (transfer full): "DB1_ADDRESS" */
static char *
variable(const PgaDesignNode *node)
{
    g_autofree char *upper = g_ascii_strup(node->name, -1);

    return g_strconcat(upper, "_ADDRESS", NULL);
}

/* Placeholders: one network for each region. */
static char *
addresses(const PgaArchitecture *architecture)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < architecture->availability.nodes->len; i++) {
        const PgaDesignNode *node = node_at(architecture, i);
        g_autofree char *name = variable(node);

        g_string_append_printf(out, "# %s: %s, %s of %s\n%s=10.0.%d.%u\n", node->name, node->role,
                               node->zone, node->region, name, is_far(node) ? 1 : 0, 11 + i);
    }
    if (!pga_design_has_patroni(architecture))
        g_string_append(out, "# The network that applications connect from (CIDR).\n"
                             "CLIENT_NETWORK=" PGA_CLIENT_NETWORK "\n");
    return g_string_free(out, FALSE);
}

static char *
host_lines(const PgaArchitecture *architecture)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < architecture->availability.nodes->len; i++) {
        const PgaDesignNode *node = node_at(architecture, i);
        g_autofree char *name = variable(node);

        g_string_append_printf(out, "    printf '%%s %%s\\n' \"$%s\" %s.internal\n", name,
                               node->name);
    }
    return g_string_free(out, FALSE);
}

static char *
node_table(const PgaArchitecture *architecture)
{
    GString *out = g_string_new("| Node | Role | Zone | Region | Runs |\n|---|---|---|---|---|\n");

    for (guint i = 0; i < architecture->availability.nodes->len; i++) {
        const PgaDesignNode *node = node_at(architecture, i);

        g_string_append_printf(out, "| %s | %s | %s | %s | %s%s%s |\n", node->name, node->role,
                               node->zone, node->region, node->has_data ? "PostgreSQL" : "",
                               node->has_dcs ? node->has_data ? ", Patroni, etcd" : "etcd" : "",
                               node->has_proxy ? ", HAProxy" : "");
    }
    return g_string_free(out, FALSE);
}

/* Of the region's nodes that @has picks: "%s" of @format is the name. (transfer full) */
static char *
joined(const PgaArchitecture *architecture, gboolean far, gboolean dcs, const char *before,
       const char *between, const char *after)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < architecture->availability.nodes->len; i++) {
        const PgaDesignNode *node = node_at(architecture, i);

        if (is_far(node) != far || !(dcs ? node->has_dcs : node->has_data))
            continue;
        g_string_append_printf(out, "%s%s%s", out->len > 0 ? "," : "", before, node->name);
        if (between)
            g_string_append_printf(out, "%s%s", between, node->name);
        g_string_append(out, after);
    }
    return g_string_free(out, FALSE);
}

/* (transfer full): @text in single quotes of YAML. */
static char *
yaml(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "'", -1);
    g_autofree char *doubled = g_strjoinv("''", parts);

    return g_strdup_printf("'%s'", doubled);
}

static void
add_parameter(GString *out, const char *name, const char *value)
{
    g_autofree char *text = yaml(value);

    g_string_append_printf(out, "        %s: %s\n", name, text);
}

static gboolean
has_parameter(const GString *out, const char *name)
{
    g_autofree char *line = g_strdup_printf(" %s: ", name);

    return strstr(out->str, line) != NULL;
}

/* Patroni's own, and those that each node has for itself. */
static gboolean
is_patronis(const char *name)
{
    static const char *const names[] = {
        "listen_addresses",          "port", "cluster_name", "hot_standby", "config_file",
        "synchronous_standby_names", NULL};

    return g_strv_contains(names, name);
}

/* Nothing that a replica left behind fills the disk. */
static char *
slot_keep(const PgaTargets *targets)
{
    const double bytes = targets->wal_bytes_per_s * SLOT_HOURS * 3600;

    return g_strdup_printf("%.0fGB", MAX(ceil(bytes / GB), LEAST_SLOT_GB));
}

static char *
parameters(const PgaArchitecture *architecture, const PgaTargets *targets)
{
    static const char *const fixed[][2] = {
        {"wal_log_hints", "on"},
        {"password_encryption", "scram-sha-256"},
        {"ssl", "on"},
        {"ssl_cert_file", "/etc/postgresql/tls/server.crt"},
        {"ssl_key_file", "/etc/postgresql/tls/server.key"},
        {"ssl_min_protocol_version", "TLSv1.2"},
    };
    const GPtrArray *settings = architecture->tune ? architecture->tune->tuning->settings : NULL;
    GString *out =
        g_string_new("        # postgresql.conf of this bundle says how each came about\n");
    g_autofree char *keep = slot_keep(targets);

    for (guint i = 0; settings && i < settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(settings, i);

        if (pga_tune_writes(setting) && !is_patronis(setting->name))
            add_parameter(out, setting->name, setting->value);
    }
    for (guint i = 0; i < G_N_ELEMENTS(fixed); i++)
        if (!has_parameter(out, fixed[i][0]))
            add_parameter(out, fixed[i][0], fixed[i][1]);
    if (!has_parameter(out, "max_slot_wal_keep_size")) {
        g_string_append_printf(out,
                               "        # %d h of WAL at %.3g MB/s, %d GB at least: a replica "
                               "that is gone does not fill the disk\n",
                               SLOT_HOURS, targets->wal_bytes_per_s / 1e6, LEAST_SLOT_GB);
        add_parameter(out, "max_slot_wal_keep_size", keep);
    }
    g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

static char *
access_list(const PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) lines = pga_access_lines(architecture);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < lines->len; i++) {
        g_autofree char *line = yaml(g_ptr_array_index(lines, i));

        g_string_append_printf(out, "    - %s\n", line);
    }
    return g_string_free(out, FALSE);
}

static char *
synchronous(const PgaTopology *topology)
{
    if (!topology->sync)
        return g_strdup("    # asynchronous: a commit does not wait for a replica\n"
                        "    synchronous_mode: false\n");
    return g_strdup_printf("    # a commit waits for %u replica(s); only those that have it may be "
                           "promoted. With Patroni 4.0 or\n"
                           "    # later \"synchronous_mode: quorum\" waits for any of them instead "
                           "of chosen ones.\n"
                           "    synchronous_mode: true\n"
                           "    synchronous_mode_strict: true\n"
                           "    synchronous_node_count: %u\n",
                           topology->sync_count, topology->sync_count);
}

static char *
standby_cluster(const PgaArchitecture *architecture)
{
    g_autofree char *hosts = joined(architecture, FALSE, FALSE, "", NULL, ".internal");

    return g_strdup_printf("    # a standby of the other region, through its HAProxy; RUNBOOK.md "
                           "says how it takes over\n"
                           "    standby_cluster:\n"
                           "      host: '%s'\n"
                           "      port: 5000\n"
                           "      create_replica_methods:\n"
                           "        - basebackup\n",
                           hosts);
}

static void
set_timings(const PgaTargets *targets, const PgaTopology *topology, const PgaPatroniTiming *timing,
            GHashTable *values)
{
    const double rpo = targets->rpo_s > 0 ? targets->rpo_s : 5;
    const double lag = topology->sync
                           ? 1048576
                           : pga_maximum_lag_bytes(rpo, targets->wal_bytes_per_s, timing->ttl);
    const PgaProxyTiming *proxy = pga_proxy_timing(targets);

    pga_ha_set(values, "TTL", g_strdup_printf("%.0f", timing->ttl));
    pga_ha_set(values, "LOOP_WAIT", g_strdup_printf("%.0f", timing->loop_wait));
    pga_ha_set(values, "RETRY_TIMEOUT", g_strdup_printf("%.0f", timing->retry_timeout));
    pga_ha_set(values, "LAG", g_strdup_printf("%.0f", lag));
    pga_ha_set(values, "LAG_WHY",
               topology->sync
                   ? g_strdup("synchronous replicas have everything: 1 MiB")
                   : g_strdup_printf("max(1 MiB, (RPO %g s - ttl %g s) x %.3g MB/s of WAL), bytes",
                                     rpo, timing->ttl, targets->wal_bytes_per_s / 1e6));
    pga_ha_set(values, "START_TIMEOUT", g_strdup(topology->sync ? "0" : "300"));
    pga_ha_set(values, "START_WHY",
               g_strdup(topology->sync ? "0: a synchronous replica has lost nothing"
                                       : "0 would be sooner, and lose what was not replicated"));
    pga_ha_set(values, "WATCHDOG",
               g_strdup(topology->sync || targets->sla >= 99.99 ? "required" : "automatic"));
    pga_ha_set(values, "WATCHDOG_WHY",
               g_strdup("a frozen primary is reset before its lease is another's"));
    pga_ha_set(values, "TIMING", g_strdup(proxy->id));
    pga_ha_set(values, "SERVER", g_strdup(proxy->server));
    pga_ha_set(values, "RETRIES", g_strdup_printf("%u", proxy->retries));
    pga_ha_set(values, "CONNECT", g_strdup_printf("%u", proxy->connect_s));
}

/* Elections wait for the slowest answer. */
static void
set_etcd(const PgaTargets *targets, const PgaTopology *topology, GHashTable *values)
{
    const double rtt = targets->region_rtt_ms > 0 ? targets->region_rtt_ms : PGA_FAR_RTT_MS;
    const double heartbeat = topology->regions == 3
                                 ? MAX(ETCD_HEARTBEAT_MS, ceil(rtt * 1.5 / 10) * 10)
                                 : ETCD_HEARTBEAT_MS;

    pga_ha_set(values, "HEARTBEAT", g_strdup_printf("%.0f", heartbeat));
    pga_ha_set(values, "ELECTION", g_strdup_printf("%.0f", heartbeat * ETCD_ROUND_TRIPS));
    pga_ha_set(values, "HEARTBEAT_WHY",
               topology->regions == 3
                   ? g_strdup_printf("milliseconds; one and a half round trips of %g ms, and ten "
                                     "times that",
                                     rtt)
                   : g_strdup("milliseconds; the defaults, for one region"));
}

static char *
proxy_servers(const PgaArchitecture *architecture, gboolean far, gint64 connections)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < architecture->availability.nodes->len; i++) {
        const PgaDesignNode *node = node_at(architecture, i);

        if (node->has_data && is_far(node) == far)
            g_string_append_printf(out,
                                   "    server %s %s.internal:5432 maxconn %" G_GINT64_FORMAT
                                   " check port 8008\n",
                                   node->name, node->name, connections);
    }
    return g_string_free(out, FALSE);
}

/* What is another region's. */
static void
set_region(const PgaArchitecture *architecture, gboolean far, GHashTable *values)
{
    const PgaTunedSetting *setting =
        architecture->tune ? pga_tuning_setting(architecture->tune->tuning, "max_connections")
                           : NULL;
    const gint64 connections = setting ? (gint64)setting->number : 100;
    g_autofree char *cluster = pga_design_cluster(architecture);

    pga_ha_set(values, "CLUSTER", g_strconcat(cluster, far ? "-dr" : "", NULL));
    pga_ha_set(values, "SCOPE", g_strconcat(cluster, far ? "-dr" : "", NULL));
    pga_ha_set(values, "HAPROXY", g_strdup(far ? "haproxy-dr.cfg" : "haproxy.cfg"));
    pga_ha_set(values, "STANDBY_CLUSTER", far ? standby_cluster(architecture) : g_strdup(""));
    pga_ha_set(values, "ETCD_HOSTS", joined(architecture, far, TRUE, "", NULL, ".internal:2379"));
    pga_ha_set(values, "MEMBERS",
               joined(architecture, far, TRUE, "", "=http://", ".internal:2380"));
    pga_ha_set(values, "PROXIES", joined(architecture, far, FALSE, "", NULL, ""));
    pga_ha_set(values, "SERVERS", proxy_servers(architecture, far, connections));
    pga_ha_set(values, "MAXCONN_ALL", g_strdup_printf("%" G_GINT64_FORMAT, 4 * connections + 100));
}

static void
set_node(const PgaDesignNode *node, GHashTable *values)
{
    pga_ha_set(values, "NODE", g_strdup(node->name));
    pga_ha_set(values, "ROLE", g_strdup(node->role));
    pga_ha_set(values, "ZONE", g_strdup(node->zone));
    pga_ha_set(values, "REGION", g_strdup(node->region));
    pga_ha_set(values, "VARIABLE", variable(node));
}

G_GNUC_PRINTF(4, 5)
static PgaDesignFile *
put(PgaArchitecture *architecture, const char *template_, GHashTable *values, const char *format,
    ...)
{
    g_autofree char *path = NULL;
    va_list arguments;

    va_start(arguments, format);
    path = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return pga_architecture_put_file(architecture, path, pga_ha_expand(template_, values));
}

static void
put_script(PgaArchitecture *architecture, const char *node, const char *const *parts,
           GHashTable *values)
{
    g_autofree char *path = g_strdup_printf("ha/setup-%s.sh", node);
    GString *text = g_string_new(NULL);

    for (; *parts; parts++) {
        g_autofree char *part = pga_ha_expand(*parts, values);

        g_string_append(text, part);
    }
    pga_architecture_put_file(architecture, path, g_string_free(text, FALSE))->is_executable = TRUE;
}

static void
put_patroni_node(PgaArchitecture *architecture, const PgaDesignNode *node, GHashTable *values)
{
    static const char *const data[] = {"setup_head.sh",
                                       "setup_etcd.sh",
                                       "setup_postgresql.sh",
                                       "setup_patroni.sh",
                                       "setup_haproxy.sh",
                                       "setup_tail.sh",
                                       NULL};
    static const char *const replica[] = {"setup_head.sh",    "setup_postgresql.sh",
                                          "setup_patroni.sh", "setup_haproxy.sh",
                                          "setup_tail.sh",    NULL};
    static const char *const witness[] = {"setup_head.sh", "setup_etcd.sh", "setup_tail.sh", NULL};

    set_node(node, values);
    set_region(architecture, is_far(node), values);
    if (node->has_data)
        put(architecture, "patroni.yml", values, "ha/patroni-%s.yml", node->name);
    if (node->has_dcs)
        put(architecture, "etcd.yml", values, "ha/etcd-%s.yml", node->name);
    put_script(architecture, node->name,
               !node->has_data ? witness
               : node->has_dcs ? data
                               : replica,
               values);
}

static void
put_server(PgaArchitecture *architecture, const PgaDesignNode *node, gboolean primary,
           GHashTable *values)
{
    static const char *const single[] = {"setup_head.sh", "setup_postgresql.sh", "setup_server.sh",
                                         "setup_tail.sh", NULL};
    static const char *const with_standby[] = {"setup_head.sh",   "setup_postgresql.sh",
                                               "setup_server.sh", "setup_primary_role.sh",
                                               "setup_tail.sh",   NULL};
    GString *slots = g_string_new(NULL);
    char *make;

    set_node(node, values);
    pga_ha_set(values, "SLOT", g_strdup(node->name));
    pga_ha_set(values, "CLIENT_NETWORK_PLACEHOLDER", g_strdup(PGA_CLIENT_NETWORK));
    for (guint i = 1; i < architecture->availability.nodes->len; i++)
        g_string_append_printf(slots,
                               "SELECT pg_catalog.pg_create_physical_replication_slot('%s')\n"
                               " WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots "
                               "WHERE slot_name = '%s');\n",
                               node_at(architecture, i)->name, node_at(architecture, i)->name);
    pga_ha_set(values, "SLOTS", g_string_free(slots, FALSE));
    make = pga_ha_expand(primary ? "make_data_primary.sh" : "make_data_standby.sh", values);
    pga_ha_set(values, "MAKE_DATA", g_strchomp(make));
    put_script(architecture, node->name,
               primary && architecture->availability.nodes->len > 1 ? with_standby : single,
               values);
}

static void
put_patroni_files(PgaArchitecture *architecture, GHashTable *values)
{
    const GPtrArray *nodes = architecture->availability.nodes;
    const gboolean two_regions = is_far(node_at(architecture, nodes->len - 1));

    for (guint i = 0; i < nodes->len; i++)
        put_patroni_node(architecture, node_at(architecture, i), values);
    for (guint far = 0; far <= (two_regions ? 1 : 0); far++) {
        set_region(architecture, far == 1, values);
        put(architecture, "haproxy.cfg", values, "ha/%s",
            (const char *)g_hash_table_lookup(values, "HAPROXY"));
    }
    set_region(architecture, FALSE, values);
}

void
pga_ha_configuration(PgaArchitecture *architecture, GHashTable *values)
{
    const PgaTargets targets = pga_availability_targets(architecture->requirements);
    const PgaTopology *topology = pga_availability_choose(&targets, NULL);
    PgaPatroniTiming timing = {0};

    pga_ha_set(values, "ADDRESSES", addresses(architecture));
    pga_ha_set(values, "HOSTS", host_lines(architecture));
    pga_ha_set(values, "NODES", node_table(architecture));
    pga_ha_set(values, "PARAMETERS", parameters(architecture, &targets));
    pga_ha_set(values, "PG_HBA", access_list(architecture));
    pga_ha_set(values, "PRIMARY", g_strdup("db1"));
    if (!topology || !pga_patroni_timing(architecture->requirements, &targets, &timing, NULL))
        return;
    pga_ha_set(values, "SYNC", synchronous(topology));
    set_timings(&targets, topology, &timing, values);
    set_etcd(&targets, topology, values);
    put(architecture, "inventory.env", values, "ha/inventory.env");
    if (topology->manager == PGA_MANAGER_PATRONI)
        put_patroni_files(architecture, values);
    for (guint i = 0;
         topology->manager != PGA_MANAGER_PATRONI && i < architecture->availability.nodes->len; i++)
        put_server(architecture, node_at(architecture, i), i == 0, values);
}

/* Availability: which targets get which topology, and the figures behind it, held against worked
 * examples. */
#include <base/error.h>
#include <design/design.h>
#include <math.h>
#include <string.h>

#include "availability_internal.h"

#define UNSTATED (-1)

typedef struct {
    const char *name;
    PgaDeployment platform;
    double sla, rpo_s, rto_s;
    gint32 nodes;
    guint regions;
    PgaReplication replication;
    PgaFailover failover;
    const char *topology; /* NULL: refused */
    const char *architecture, *rto, *rpo;
} Case;

#define SELF  PGA_DEPLOYMENT_SELF_HOSTED
#define ASYNC PGA_REPLICATION_ASYNC
#define SYNC  PGA_REPLICATION_SYNC

static const Case cases[] = {
    {"single", SELF, 99, UNSTATED, UNSTATED, -1, 0, 0, 0, "T-SINGLE", "one server, no replica",
     "< 4 hours", "< 5 minutes (archived WAL), 0 when only the process dies"},
    {"warm", SELF, 99.5, UNSTATED, 3600, -1, 0, 0, 0, "T-WARM", "primary + 1 warm standby (async)",
     "< 60 minutes", "< 5 seconds (async replication lag)"},
    {"half-an-hour-is-not-29-min", SELF, 99.5, UNSTATED, 1740, -1, 0, 0, 0, "T-2+W", NULL, NULL,
     NULL},
    {"witness", SELF, 99.9, 5, 60, -1, 0, 0, 0, "T-2+W",
     "primary + 1 read replica (async) + 1 witness (etcd)", "< 60 seconds",
     "< 5 seconds (async replication lag)"},
    {"out-1", SELF, 99.95, 5, 60, -1, 0, 0, 0, "T-3A", "primary + 2 read replicas (async)",
     "< 60 seconds", "< 5 seconds (async replication lag)"},
    {"three-zones", SELF, 99.99, 5, 30, -1, 0, 0, 0, "T-3A", "primary + 2 read replicas (async)",
     "< 30 seconds", "< 5 seconds (async replication lag)"},
    {"no-loss", SELF, 99.99, 0, 60, -1, 0, 0, 0, "T-3S",
     "primary + 2 read replicas (sync, 1 of 2 confirms)", "< 60 seconds",
     "0 (any single node, sync)"},
    {"no-loss-without-sla", SELF, UNSTATED, 0, UNSTATED, -1, 0, 0, 0, "T-3S", NULL, NULL, NULL},
    {"sync-stated", SELF, 99.9, 5, 60, -1, 0, SYNC, 0, "T-3S", NULL, NULL, NULL},
    {"no-loss-async", SELF, 99.9, 0, 60, -1, 0, ASYNC, 0, NULL, NULL, NULL, NULL},
    {"five-replicas", SELF, 99.95, 5, 60, 5, 0, 0, 0, "T-3A", "primary + 4 read replicas (async)",
     NULL, NULL},
    {"two-nodes", SELF, 99.9, 5, 60, 2, 0, 0, 0, "T-2+W", NULL, NULL, NULL},
    {"two-nodes-are-not-three", SELF, 99.95, 5, 60, 2, 0, 0, 0, NULL, NULL, NULL, NULL},
    {"detection", SELF, 99.9, 5, 20, -1, 0, 0, 0, "T-2+W", NULL, NULL, NULL},
    {"below-detection", SELF, 99.9, 5, 19, -1, 0, 0, 0, NULL, NULL, NULL, NULL},
    {"by-hand", SELF, 99.5, 60, 1800, -1, 0, 0, PGA_FAILOVER_MANUAL, "T-WARM", NULL, NULL, NULL},
    {"by-hand-too-soon", SELF, 99.5, 60, 60, -1, 0, 0, PGA_FAILOVER_MANUAL, NULL, NULL, NULL, NULL},
    {"two-regions", SELF, 99.99, 5, 60, -1, 2, 0, 0, "T-3S+DR",
     "primary + 2 read replicas (sync, 1 of 2 confirms); region-b: standby cluster of 2 (async)",
     NULL, NULL},
    {"two-regions-async", SELF, 99.95, 5, 60, -1, 2, ASYNC, 0, "T-3A+DR", NULL, NULL, NULL},
    {"five-nines", SELF, 99.999, 5, 60, -1, 0, 0, 0, NULL, NULL, NULL, NULL},
    {"rds", PGA_DEPLOYMENT_AWS_RDS, 99.95, UNSTATED, UNSTATED, -1, 0, 0, 0, "Multi-AZ instance",
     NULL, "< 120 seconds (as the provider states it)", NULL},
    {"rds-soon", PGA_DEPLOYMENT_AWS_RDS, 99.95, UNSTATED, 60, -1, 0, 0, 0, "Multi-AZ DB cluster",
     NULL, "< 35 seconds (as the provider states it)", NULL},
    {"rds-sooner", PGA_DEPLOYMENT_AWS_RDS, 99.95, UNSTATED, 34, -1, 0, 0, 0, NULL, NULL, NULL,
     NULL},
    {"rds-more", PGA_DEPLOYMENT_AWS_RDS, 99.99, UNSTATED, UNSTATED, -1, 0, 0, 0, NULL, NULL, NULL,
     NULL},
    {"rds-single", PGA_DEPLOYMENT_AWS_RDS, UNSTATED, 300, 14400, -1, 0, 0, 0, "Single-AZ", NULL,
     NULL, NULL},
    {"aurora", PGA_DEPLOYMENT_AURORA, 99.99, 0, 60, -1, 0, 0, 0, "writer + 1 reader", NULL, NULL,
     NULL},
    {"cloudsql", PGA_DEPLOYMENT_GCP_CLOUDSQL, 99.95, 0, UNSTATED, -1, 0, 0, 0, "regional", NULL,
     NULL, NULL},
    {"cloudsql-typically", PGA_DEPLOYMENT_GCP_CLOUDSQL, 99.95, 5, 60, -1, 0, 0, 0, "regional", NULL,
     "< 120 seconds (as the provider states it)", NULL},
    {"cloudsql-never", PGA_DEPLOYMENT_GCP_CLOUDSQL, 99.95, 5, 59, -1, 0, 0, 0, NULL, NULL, NULL,
     NULL},
    {"cloudsql-plus", PGA_DEPLOYMENT_GCP_CLOUDSQL, 99.99, 0, UNSTATED, -1, 0, 0, 0,
     "regional, Enterprise Plus", NULL, NULL, NULL},
    {"azure-none", PGA_DEPLOYMENT_AZURE_POSTGRES, 99.9, UNSTATED, UNSTATED, -1, 0, 0, 0, "no HA",
     NULL, NULL, NULL},
    {"azure-same", PGA_DEPLOYMENT_AZURE_POSTGRES, 99.95, UNSTATED, UNSTATED, -1, 0, 0, 0,
     "same-zone HA", NULL, NULL, NULL},
    {"azure-zones", PGA_DEPLOYMENT_AZURE_POSTGRES, 99.99, UNSTATED, UNSTATED, -1, 0, 0, 0,
     "zone-redundant HA", NULL, NULL, NULL},
};

static PgaArchitecture *
make(const Case *c)
{
    PgaRequirements *r = pga_requirements_new();
    PgaArchitecture *architecture;

    g_free(r->name);
    r->name = g_strdup("shop");
    r->workload = PGA_WORKLOAD_OLTP;
    r->bytes = 500LL * 1000 * 1000 * 1000;
    r->queries_per_second = 5000;
    r->read_share = 0.8;
    r->connections = 200;
    r->deployment.platform = c->platform;
    r->deployment.storage = PGA_STORAGE_SSD;
    r->deployment.nodes = c->nodes;
    r->deployment.ram_bytes = 64LL << 30;
    r->deployment.cores = 16;
    r->availability.sla = c->sla;
    r->availability.rpo_s = c->rpo_s;
    r->availability.rto_s = c->rto_s;
    r->availability.replication = c->replication;
    r->availability.failover = c->failover;
    for (guint i = 0; i < c->regions; i++)
        g_ptr_array_add(r->availability.regions, g_strdup_printf("region-%c", 'a' + (char)i));
    architecture = pga_architecture_new(r);
    architecture->major = 17;
    return architecture;
}

static void
assert_said(const char *text, const char *want)
{
    if (want)
        g_assert_cmpstr(text, ==, want);
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaArchitecture) architecture = make(c);
    const PgaDesignAvailability *a = &architecture->availability;
    g_autoptr(GError) error = NULL;

    if (!pga_design_availability(architecture, &error)) {
        g_assert_null(c->topology);
        g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
        g_assert_nonnull(pga_error_get_detail(error));
        g_assert_nonnull(pga_error_get_hint(error));
        return;
    }
    g_assert_cmpstr(a->topology, ==, c->topology);
    assert_said(a->architecture, c->architecture);
    assert_said(a->rto, c->rto);
    assert_said(a->rpo, c->rpo);
    g_assert_true(a->wanted);
    g_assert_nonnull(a->failover_strategy);
    g_assert_nonnull(a->rto_derivation);
    g_assert_nonnull(a->rpo_derivation);
    g_assert_nonnull(a->sync_decision);
    g_assert_cmpuint(a->nodes->len, >, 0);
    g_assert_cmpuint(a->notes->len, >, 0);
    g_assert_cmpuint(a->citations->len, >, 0);
    g_assert_cmpint(a->budget != NULL, ==, c->sla >= 0);
    g_assert_cmpint(a->managed != NULL, ==, c->platform != SELF);
}

static void
test_nothing_stated(void)
{
    static const Case c = {"none", SELF, UNSTATED, UNSTATED, UNSTATED, 3,   0,
                           0,      0,    NULL,     NULL,     NULL,     NULL};
    g_autoptr(PgaArchitecture) architecture = make(&c);

    g_assert_true(pga_design_availability(architecture, NULL));
    g_assert_false(architecture->availability.wanted);
    g_assert_null(architecture->availability.architecture);
    g_assert_cmpuint(architecture->availability.nodes->len, ==, 0);
}

static void
test_budget(void)
{
    static const struct {
        double sla, minutes;
        int failovers; /* of 25 s */
    } rows[] = {{99, 5256, 12614},   {99.5, 2628, 6307},  {99.9, 525.6, 1261}, {99.95, 262.8, 630},
                {99.99, 52.56, 126}, {99.995, 26.28, 63}, {99.999, 5.256, 12}};

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        const double minutes = pga_downtime_budget_min(rows[i].sla);

        g_assert_cmpfloat_with_epsilon(minutes, rows[i].minutes, 1e-6);
        g_assert_cmpint((int)floor(minutes * 60 / 25 + 1e-9), ==, rows[i].failovers);
    }
}

static void
test_spend(void)
{
    const PgaDowntimeSpend spend = pga_downtime_spend(25, 600, 0, 3600);

    g_assert_cmpfloat_with_epsilon(spend.total, 11.92, 0.005);
    g_assert_cmpfloat(spend.total, <, pga_downtime_budget_min(99.99));
    g_assert_cmpfloat(spend.total, >, pga_downtime_budget_min(99.999));
    g_assert_cmpfloat(spend.major + spend.human, >, spend.total / 2);
}

static void
test_latency(void)
{
    const double zone = pga_commit_sync_ms(0.1, 1.2, 0.1), ocean = pga_commit_sync_ms(1, 80, 1);

    g_assert_cmpfloat_with_epsilon(pga_commit_async_ms(0.1), 0.1, 1e-9);
    g_assert_cmpfloat_with_epsilon(zone, 1.4, 1e-9);
    g_assert_cmpfloat_with_epsilon(pga_commit_sessions(5000, zone), 7, 1e-9);
    g_assert_cmpint((int)(1000 / zone), ==, 714);
    g_assert_cmpfloat_with_epsilon(ocean, 82, 1e-9);
    g_assert_cmpfloat_with_epsilon(pga_commit_sessions(5000, ocean), 410, 1e-9);
    g_assert_cmpint((int)(1000 / ocean), ==, 12);
}

static void
test_loss(void)
{
    const double worst = pga_async_worst_bytes(4e6, 1048576, 30);

    g_assert_cmpfloat_with_epsilon(worst, 121048576, 0.5);
    g_assert_cmpfloat_with_epsilon(worst / 4e6, 30.26, 0.005);
    g_assert_cmpfloat_with_epsilon(pga_maximum_lag_bytes(30, 4e6, 20), 40e6, 0.5);
    g_assert_cmpfloat_with_epsilon(pga_maximum_lag_bytes(5, 4e6, 30), 1048576, 0.5);
}

static void
test_quorum(void)
{
    static const guint rows[][3] = {{3, 2, 1}, {5, 3, 2}, {7, 4, 3}};

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpuint(pga_quorum_majority(rows[i][0]), ==, rows[i][1]);
        g_assert_cmpuint(pga_quorum_tolerated(rows[i][0]), ==, rows[i][2]);
    }
}

/* Every killed leader of the trials came back within the range. */
static void
test_failover_time(void)
{
    static const struct {
        double ttl, loop_wait, low, high; /* measured */
    } rows[] = {{30, 10, 22.8, 29.0}, {20, 5, 16.4, 19.8}, {20, 2, 19.5, 25.1}};
    static const PgaTargets usual = {.rto_s = 60};

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        const PgaPatroniTiming timing = {"trial", rows[i].ttl, rows[i].loop_wait, 5};
        const PgaFailoverTime time = pga_failover_time(&timing, pga_proxy_timing(&usual));

        g_assert_cmpfloat(time.low, <=, rows[i].low);
        g_assert_cmpfloat(time.high, >=, rows[i].high);
        g_assert_cmpfloat(time.low, <, time.mean);
        g_assert_cmpfloat(time.mean, <, time.high);
    }
}

static void
test_timings(void)
{
    static const struct {
        double ttl, loop_wait, retry_timeout;
        gboolean taken;
    } rows[] = {{30, 10, 10, TRUE},  {20, 5, 5, TRUE},  {20, 10, 5, TRUE},
                {30, 10, 11, FALSE}, {19, 5, 5, FALSE}, {20, 5, 2, FALSE}};
    static const Case c = {"timings", SELF, 99.95, 5, 60, -1, 0, 0, 0, "T-3A", NULL, NULL, NULL};

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgaArchitecture) architecture = make(&c);
        PgaSpecAvailability *stated = &architecture->requirements->availability;
        g_autoptr(GError) error = NULL;

        stated->ttl = rows[i].ttl;
        stated->loop_wait = rows[i].loop_wait;
        stated->retry_timeout = rows[i].retry_timeout;
        g_assert_cmpint(pga_design_availability(architecture, &error), ==, rows[i].taken);
        if (!rows[i].taken)
            g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    }
}

static void
test_nodes(void)
{
    static const Case c = {"dr", SELF, 99.99, 5, 60, -1, 2, 0, 0, NULL, NULL, NULL, NULL};
    g_autoptr(PgaArchitecture) architecture = make(&c);
    guint data = 0, members[2] = {0};

    g_assert_true(pga_design_availability(architecture, NULL));
    for (guint i = 0; i < architecture->availability.nodes->len; i++) {
        const PgaDesignNode *node = g_ptr_array_index(architecture->availability.nodes, i);

        data += node->has_data ? 1 : 0;
        members[g_str_equal(node->region, "region-b")] += node->has_dcs ? 1 : 0;
        g_assert_nonnull(node->zone);
    }
    g_assert_cmpuint(data, ==, 5);
    g_assert_cmpuint(members[0], ==, 3);
    g_assert_cmpuint(members[1], ==, 3);
}

/* Every node has its files, and nothing of a template is left in one. */
static void
test_files(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaArchitecture) architecture = make(c), again = make(c);
    const GPtrArray *nodes = architecture->availability.nodes;
    g_autoptr(GRegex) key = g_regex_new("(?<!@)@[A-Z_]+@", 0, 0, NULL);

    if (!pga_design_availability(architecture, NULL))
        return;
    g_assert_true(pga_design_availability(again, NULL));
    pga_design_configuration(architecture);
    pga_design_configuration(again);
    g_assert_nonnull(pga_architecture_file(architecture, "ha/RUNBOOK.md"));
    g_assert_cmpuint(architecture->files->len, ==, again->files->len);
    for (guint i = 0; i < architecture->files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(architecture->files, i);

        g_assert_cmpstr(file->text, ==,
                        ((const PgaDesignFile *)g_ptr_array_index(again->files, i))->text);
        g_assert_false(g_regex_match(key, file->text, 0, NULL));
        g_assert_cmpint(file->is_executable, ==, g_str_has_suffix(file->path, ".sh"));
    }
    for (guint i = 0; c->platform == SELF && i < nodes->len; i++) {
        const PgaDesignNode *node = g_ptr_array_index(nodes, i);
        g_autofree char *setup = g_strdup_printf("ha/setup-%s.sh", node->name);
        g_autofree char *etcd = g_strdup_printf("ha/etcd-%s.yml", node->name);
        g_autofree char *patroni = g_strdup_printf("ha/patroni-%s.yml", node->name);

        g_assert_nonnull(pga_architecture_file(architecture, setup));
        g_assert_cmpint(pga_architecture_file(architecture, etcd) != NULL, ==, node->has_dcs);
        g_assert_cmpint(pga_architecture_file(architecture, patroni) != NULL, ==, node->has_proxy);
    }
    g_assert_cmpint(pga_architecture_file(architecture, "pg_hba.conf") != NULL, ==,
                    c->platform == SELF);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/design/availability/target/%s", cases[i].name);
        g_autofree char *files = g_strdup_printf("/design/availability/files/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
        g_test_add_data_func(files, &cases[i], test_files);
    }
    g_test_add_func("/design/availability/nothing-stated", test_nothing_stated);
    g_test_add_func("/design/availability/budget", test_budget);
    g_test_add_func("/design/availability/spend", test_spend);
    g_test_add_func("/design/availability/latency", test_latency);
    g_test_add_func("/design/availability/loss", test_loss);
    g_test_add_func("/design/availability/quorum", test_quorum);
    g_test_add_func("/design/availability/failover-time", test_failover_time);
    g_test_add_func("/design/availability/timings", test_timings);
    g_test_add_func("/design/availability/nodes", test_nodes);
    return g_test_run();
}

/* What cannot be had together is refused with both sides; what agrees is not. Each rule with both.
 */
#include <base/error.h>
#include <design/design.h>
#include <string.h>

#define GB 1000000000LL

typedef void (*Change)(PgaRequirements *requirements);

/** One side of a rule: what is changed of a quiet design, and what is said of it. */
typedef struct {
    const char *name;
    Change change;
    const char *id;      /* (nullable): refused with; NULL: accepted */
    const char *note;    /* (nullable): noted */
    const char *message; /* (nullable): what the message has */
} Case;

static PgaRequirements *
quiet(void)
{
    PgaRequirements *requirements = pga_requirements_new();
    PgaSpecEntity *orders = pga_requirements_add_entity(requirements, "orders");

    requirements->file = g_strdup("shop.yaml");
    requirements->workload = PGA_WORKLOAD_OLTP;
    requirements->workload_at.line = 2;
    requirements->bytes = 100 * GB;
    requirements->volume_at.line = 3;
    requirements->queries_per_second = 1000;
    requirements->qps_at.line = 4;
    requirements->latency_at.line = 5;
    requirements->connections_at.line = 6;
    requirements->availability.at.line = 7;
    requirements->deployment.at.line = 8;
    requirements->deployment.is_stated = TRUE;
    requirements->sharding_at.line = 9;
    orders->rows = 50e6;
    orders->at.line = 10;
    return requirements;
}

#define CHANGE(name, ...)                                                                          \
    static void name(PgaRequirements *r)                                                           \
    {                                                                                              \
        PgaSpecAvailability *a = &r->availability;                                                 \
        PgaSpecDeployment *d = &r->deployment;                                                     \
                                                                                                   \
        (void)a;                                                                                   \
        (void)d;                                                                                   \
        __VA_ARGS__                                                                                \
    }

static void
regions(PgaRequirements *requirements, const char *names)
{
    g_auto(GStrv) each = g_strsplit(names, " ", -1);

    for (guint i = 0; each[i]; i++)
        g_ptr_array_add(requirements->availability.regions, g_strdup(each[i]));
}

static void
tenants(PgaRequirements *requirements, const char *names)
{
    g_auto(GStrv) each = g_strsplit(names, " ", -1);

    for (guint i = 0; each[i]; i++)
        g_ptr_array_add(requirements->deployment.tenants_in, g_strdup(each[i]));
}

static PgaSpecPattern *
pattern(PgaRequirements *requirements, PgaPatternKind kind, double per_second)
{
    PgaSpecPattern *added = pga_requirements_add_pattern(requirements, "stated");

    added->kind = kind;
    added->entity = g_strdup("orders");
    added->per_second = per_second;
    added->at.line = 20;
    return added;
}

static PgaSpecAttribute *
attribute(PgaRequirements *requirements, const char *name, PgaMeaning meaning)
{
    PgaSpecEntity *orders = pga_requirements_entity(requirements, "orders");
    PgaSpecAttribute *added = pga_spec_add_attribute(orders->attributes, name);

    added->meaning = meaning;
    added->at.line = 11;
    return added;
}

/* The founding example: "sub-millisecond latency" and "10TB OLAP queries". */
CHANGE(olap_fast, r->workload = PGA_WORKLOAD_OLAP; r->bytes = 10000 * GB; r->p99_ms = 0.9;)
CHANGE(olap_fast_median, r->workload = PGA_WORKLOAD_OLAP; r->bytes = 10000 * GB; r->p50_ms = 0.5;)
CHANGE(olap_slow, r->workload = PGA_WORKLOAD_OLAP; r->bytes = 10000 * GB; r->p99_ms = 20000;)
CHANGE(oltp_fast, r->bytes = 10000 * GB; r->p99_ms = 0.9;)
CHANGE(falling, r->p95_ms = 50; r->p99_ms = 20;)
CHANGE(rising, r->p95_ms = 20; r->p99_ms = 20;)
CHANGE(one_megabyte, r->bytes = 1000000;)
CHANGE(just_enough, r->bytes = 4 * GB;)
CHANGE(patterns_thrice, pattern(r, PGA_PATTERN_FIND, 3000);)
CHANGE(patterns_more, pattern(r, PGA_PATTERN_FIND, 1300);)
CHANGE(patterns_all, pattern(r, PGA_PATTERN_FIND, 1000);)
CHANGE(writes_more, r->read_share = 0.9; pattern(r, PGA_PATTERN_INSERT, 500);)
CHANGE(writes_fit, r->read_share = 0.5; pattern(r, PGA_PATTERN_INSERT, 500);)
CHANGE(connections_more, r->connections = 5000; d->ram_bytes = 8 * 1073741824LL;)
CHANGE(connections_fit, r->connections = 300; d->ram_bytes = 8 * 1073741824LL;)
CHANGE(cores_few, r->queries_per_second = 50000; d->cores = 8;)
CHANGE(cores_fit, r->queries_per_second = 10000; d->cores = 8;)
CHANGE(acu, d->version = g_strdup("aurora-serverless-v2"); d->ram_bytes = 64 * 1073741824LL;)
CHANGE(acu_unstated, d->version = g_strdup("aurora-serverless-v2");)
CHANGE(append_update, pga_requirements_entity(r, "orders")->append_only = 1;
       pattern(r, PGA_PATTERN_UPDATE, 10);)
CHANGE(append_insert, pga_requirements_entity(r, "orders")->append_only = 1;
       pattern(r, PGA_PATTERN_INSERT, 10);)
CHANGE(timeless, r->workload = PGA_WORKLOAD_TIME_SERIES; attribute(r, "n", PGA_MEANING_INTEGER);)
CHANGE(timely, r->workload = PGA_WORKLOAD_TIME_SERIES; attribute(r, "n", PGA_MEANING_TIMESTAMP);)
CHANGE(citus_rds, r->sharding = PGA_SHARDING_CITUS; d->platform = PGA_DEPLOYMENT_AWS_RDS;)
CHANGE(citus_azure, r->sharding = PGA_SHARDING_CITUS; d->platform = PGA_DEPLOYMENT_AZURE_POSTGRES;)
CHANGE(citus_own, r->sharding = PGA_SHARDING_CITUS;)
CHANGE(column_nowhere, r->sharding = PGA_SHARDING_CITUS;
       r->distribution_column = g_strdup("tenant_id");)
CHANGE(column_key, column_nowhere(r); attribute(r, "tenant_id", PGA_MEANING_INTEGER);
       g_ptr_array_add(pga_requirements_entity(r, "orders")->key, g_strdup("number"));)
CHANGE(column_in_key, column_nowhere(r); attribute(r, "tenant_id", PGA_MEANING_INTEGER);
       g_ptr_array_add(pga_requirements_entity(r, "orders")->key, g_strdup("tenant_id"));)
CHANGE(column_unique, column_nowhere(r); attribute(r, "tenant_id", PGA_MEANING_INTEGER);
       attribute(r, "number", PGA_MEANING_TEXT_SHORT)->unique = TRUE;)
CHANGE(column_rule, column_nowhere(r); attribute(r, "tenant_id", PGA_MEANING_INTEGER);
       PgaSpecRule *rule = pga_requirements_add_rule(r, PGA_SPEC_RULE_UNIQUE);
       rule->entity = g_strdup("orders"); g_ptr_array_add(rule->left, g_strdup("number"));)
CHANGE(column_rule_with, column_rule(r); PgaSpecRule *rule = g_ptr_array_index(r->rules, 0);
       g_ptr_array_add(rule->left, g_strdup("tenant_id"));)

CHANGE(rpo0_async, a->rpo_s = 0; a->replication = PGA_REPLICATION_ASYNC;)
CHANGE(rpo0_sync, a->rpo_s = 0; a->replication = PGA_REPLICATION_SYNC;)
CHANGE(rpo60_async, a->rpo_s = 60; a->replication = PGA_REPLICATION_ASYNC;)
CHANGE(rpo0_backup, a->rpo_s = 0; a->recovery = g_strdup("backup-only");)
CHANGE(rpo_backup, a->rpo_s = 3600; a->recovery = g_strdup("backup-only");)
CHANGE(sla_one, a->sla = 99.99; d->nodes = 1;)
CHANGE(sla_low_one, a->sla = 99; d->nodes = 1;)
CHANGE(sla_azure, a->sla = 99.9; d->nodes = 1; d->platform = PGA_DEPLOYMENT_AZURE_POSTGRES;)
CHANGE(sla_three, a->sla = 99.95; d->nodes = 3;)
CHANGE(sla_backup, a->sla = 99.9; a->recovery = g_strdup("backup-only");)
CHANGE(sla_rds, a->sla = 99.99; d->platform = PGA_DEPLOYMENT_AWS_RDS;)
CHANGE(sla_rds_low, a->sla = 99.95; d->platform = PGA_DEPLOYMENT_AWS_RDS;)
CHANGE(sla_aurora, a->sla = 99.99; d->platform = PGA_DEPLOYMENT_AURORA;)
CHANGE(eu_us, tenants(r, "EU"); regions(r, "eu-west-1 us-east-1");)
CHANGE(eu_uk, tenants(r, "EU"); regions(r, "eu-west-1 eu-west-2");)
CHANGE(eu_eu, tenants(r, "EU"); regions(r, "eu-west-1 eu-central-1");)
CHANGE(eu_us_both, tenants(r, "EU US"); regions(r, "eu-west-1 us-east-1");)
CHANGE(own_region, tenants(r, "EU"); regions(r, "basement");)
CHANGE(far, regions(r, "eu-west-1 eu-central-1 eu-north-1"); a->region_rtt_ms = 80; a->rpo_s = 0;
       a->rpo_scope = g_strdup("region"); r->p99_ms = 20;)
CHANGE(far_patient, far(r); r->p99_ms = 200;)
CHANGE(far_zone, far(r); g_free(a->rpo_scope); a->rpo_scope = g_strdup("zone");)
CHANGE(fast_sync, a->rpo_s = 0; r->p95_ms = 0.8;)
CHANGE(slow_sync, a->rpo_s = 0; r->p95_ms = 5;)
CHANGE(fast_loss, a->rpo_s = 60; r->p95_ms = 0.8;)
CHANGE(small_rpo, a->rpo_s = 5; a->replication = PGA_REPLICATION_ASYNC;)
CHANGE(rto5, a->rto_s = 5;)
CHANGE(rto30, a->rto_s = 30;)
CHANGE(rto30_ttl, a->rto_s = 30; a->ttl = 60;)
CHANGE(rto30_gcp, a->rto_s = 30; d->platform = PGA_DEPLOYMENT_GCP_CLOUDSQL;)
CHANGE(rto120_gcp, a->rto_s = 120; d->platform = PGA_DEPLOYMENT_GCP_CLOUDSQL;)
CHANGE(rto_manual, a->rto_s = 300; a->failover = PGA_FAILOVER_MANUAL;)
CHANGE(rto_none, a->rto_s = 300; a->failover = PGA_FAILOVER_NONE;)
CHANGE(rto_manual_slow, a->rto_s = 1800; a->failover = PGA_FAILOVER_MANUAL;)
CHANGE(rto_automatic, a->rto_s = 300; a->failover = PGA_FAILOVER_AUTOMATIC;)
CHANGE(strict_two, a->rpo_s = 0; a->sla = 99.9; d->nodes = 2;)
CHANGE(strict_three, a->rpo_s = 0; a->sla = 99.9; d->nodes = 3;)
CHANGE(automatic_two, a->failover = PGA_FAILOVER_AUTOMATIC; d->nodes = 2;)
CHANGE(manual_two, a->failover = PGA_FAILOVER_MANUAL; d->nodes = 2;)
CHANGE(region_two, a->region_failover = PGA_FAILOVER_AUTOMATIC; regions(r, "a b");)
CHANGE(region_three, a->region_failover = PGA_FAILOVER_AUTOMATIC; regions(r, "a b c");)
CHANGE(region_manual, a->region_failover = PGA_FAILOVER_MANUAL; regions(r, "a b");)
CHANGE(nines_five, a->sla = 99.999;)
CHANGE(nines_four, a->sla = 99.99;)
CHANGE(nines_three, a->sla = 99.9;)
CHANGE(backup_fast, a->rto_s = 60; a->recovery = g_strdup("backup-only");)
CHANGE(backup_slow, a->rto_s = 7200; a->recovery = g_strdup("backup-only");)
CHANGE(ttl_short, a->ttl = 20; a->loop_wait = 10; a->retry_timeout = 10;)
CHANGE(ttl_default_retry, a->retry_timeout = 15;)
CHANGE(ttl_tiny, a->ttl = 10; a->loop_wait = 2; a->retry_timeout = 3;)
CHANGE(ttl_fits, a->ttl = 30; a->loop_wait = 10; a->retry_timeout = 10;)
CHANGE(ttl_rds, ttl_fits(r); d->platform = PGA_DEPLOYMENT_AWS_RDS;)
CHANGE(nothing, (void)r;)

static const Case cases[] = {
    {"nothing-stated", nothing, NULL, NULL, NULL},
    {"D-01/sub-millisecond-olap", olap_fast, "D-01", NULL,
     "a latency of 0.9 ms (p99) and analytical queries (olap) on 10 TB"},
    {"D-01/median", olap_fast_median, "D-01", NULL, "(p50)"},
    {"D-01/seconds", olap_slow, NULL, NULL, NULL},
    {"D-01/oltp", oltp_fast, NULL, NULL, NULL},
    {"D-02/falling", falling, "D-02", NULL,
     "a latency of 50 ms (p95) and a latency of 20 ms (p99)"},
    {"D-02/equal", rising, NULL, NULL, NULL},
    {"D-03/one-megabyte", one_megabyte, "D-03", NULL, "a data volume of 1 MB and 50 M orders"},
    {"D-03/enough", just_enough, NULL, NULL, NULL},
    {"D-05/three-times", patterns_thrice, "D-05", NULL, "1000 queries per second"},
    {"D-06/some-more", patterns_more, NULL, "D-06", NULL},
    {"D-06/the-same", patterns_all, NULL, NULL, NULL},
    {"D-07/writes", writes_more, NULL, "D-07", NULL},
    {"D-07/fit", writes_fit, NULL, NULL, NULL},
    {"D-08/connections", connections_more, NULL, "D-08", NULL},
    {"D-08/fit", connections_fit, NULL, NULL, NULL},
    {"D-09/cores", cores_few, NULL, "D-09", NULL},
    {"D-09/fit", cores_fit, NULL, NULL, NULL},
    {"D-10/serverless", acu, "D-10", NULL, "64GB of RAM"},
    {"D-10/unstated", acu_unstated, NULL, NULL, NULL},
    {"D-11/update", append_update, "D-11", NULL, "append-only orders"},
    {"D-11/insert", append_insert, NULL, NULL, NULL},
    {"D-12/timeless", timeless, NULL, "D-12", NULL},
    {"D-12/timely", timely, NULL, NULL, NULL},
    {"D-13/rds", citus_rds, "D-13", NULL, "sharding by Citus and deployment on aws-rds"},
    {"D-13/azure", citus_azure, NULL, NULL, NULL},
    {"D-13/own", citus_own, NULL, NULL, NULL},
    {"D-14/nowhere", column_nowhere, "D-14", NULL, "tenant_id"},
    {"D-15/key", column_key, "D-15", NULL, "the key of orders"},
    {"D-15/in-key", column_in_key, NULL, NULL, NULL},
    {"D-15/unique", column_unique, "D-15", NULL, "unique orders.number"},
    {"D-15/rule", column_rule, "D-15", NULL, "a unique rule of orders"},
    {"D-15/rule-with", column_rule_with, NULL, NULL, NULL},
    {"C-01/async", rpo0_async, "C-01", NULL, "an RPO of 0 s and asynchronous replication"},
    {"C-01/sync", rpo0_sync, NULL, NULL, NULL},
    {"C-01/loss", rpo60_async, NULL, NULL, NULL},
    {"C-13/lossless", rpo0_backup, "C-13", NULL, "recovery from backups only"},
    {"C-13/loss", rpo_backup, NULL, NULL, NULL},
    {"C-02/one", sla_one, "C-02", NULL, "an SLA of 99.99 % and one node"},
    {"C-02/low", sla_low_one, NULL, NULL, NULL},
    {"C-02/azure", sla_azure, NULL, NULL, NULL},
    {"C-02/three", sla_three, NULL, NULL, NULL},
    {"C-02/backup", sla_backup, "C-02", NULL, "backups only"},
    {"C-15/rds", sla_rds, "C-15", NULL, "deployment on aws-rds"},
    {"C-15/rds-low", sla_rds_low, NULL, NULL, NULL},
    {"C-15/aurora", sla_aurora, NULL, "C-11", NULL},
    {"C-12/us", eu_us, "C-12", NULL, "the region us-east-1"},
    {"C-12/london", eu_uk, "C-12", NULL, "the region eu-west-2"},
    {"C-12/eu", eu_eu, NULL, NULL, NULL},
    {"C-12/both", eu_us_both, NULL, NULL, NULL},
    {"C-12/own", own_region, NULL, NULL, NULL},
    {"C-03/far", far, "C-03", NULL, "a latency of 20 ms (p99)"},
    {"C-03/patient", far_patient, NULL, NULL, NULL},
    {"C-03/zone", far_zone, NULL, NULL, NULL},
    {"C-14/fast", fast_sync, "C-14", NULL, "0.8 ms"},
    {"C-14/slow", slow_sync, NULL, NULL, NULL},
    {"C-14/loss", fast_loss, NULL, NULL, NULL},
    {"C-04/small", small_rpo, NULL, "C-04", NULL},
    {"C-05/fast", rto5, "C-05", NULL, "an RTO of 5 s"},
    {"C-05/fits", rto30, NULL, NULL, NULL},
    {"C-05/ttl", rto30_ttl, "C-05", NULL, "a ttl of 60 s"},
    {"C-05/managed", rto30_gcp, "C-05", NULL, "gcp-cloudsql"},
    {"C-05/managed-fits", rto120_gcp, NULL, NULL, NULL},
    {"C-06/manual", rto_manual, "C-06", NULL, "an RTO of 5 min and manual failover"},
    {"C-06/none", rto_none, "C-06", NULL, "no failover"},
    {"C-06/slow", rto_manual_slow, NULL, NULL, NULL},
    {"C-06/automatic", rto_automatic, NULL, NULL, NULL},
    {"C-07/two", strict_two, "C-07", NULL, "two nodes under an SLA of 99.9 %"},
    {"C-07/three", strict_three, NULL, NULL, NULL},
    {"C-08/two", automatic_two, "C-08", NULL, "automatic failover and two nodes"},
    {"C-08/manual", manual_two, NULL, NULL, NULL},
    {"C-09/two", region_two, "C-09", NULL, "two regions"},
    {"C-09/three", region_three, NULL, NULL, NULL},
    {"C-09/manual", region_manual, NULL, NULL, NULL},
    {"C-10/five-nines", nines_five, "C-10", NULL, "an SLA of 99.999 %"},
    {"C-11/four-nines", nines_four, NULL, "C-11", NULL},
    {"C-11/three-nines", nines_three, NULL, NULL, NULL},
    {"C-16/fast", backup_fast, NULL, "C-16", NULL},
    {"C-16/slow", backup_slow, NULL, NULL, NULL},
    {"C-18/short", ttl_short, "C-18", NULL,
     "a ttl of 20 s and loop_wait 10 s with retry_timeout 10 s"},
    {"C-18/default", ttl_default_retry, "C-18", NULL, "a ttl of 30 s"},
    {"C-18/tiny", ttl_tiny, "C-18", NULL, "what Patroni accepts"},
    {"C-18/fits", ttl_fits, NULL, NULL, NULL},
    {"C-19/rds", ttl_rds, NULL, "C-19", NULL},
};

static void
assert_refused(const Case *c, const GError *error)
{
    const char *detail = pga_error_get_detail(error), *hint = pga_error_get_hint(error);
    g_autofree char *id = g_strdup_printf("(%s)", c->id);

    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(detail);
    g_assert_nonnull(hint);
    if (!strstr(detail, id) || !strstr(error->message, c->message))
        g_error("%s: %s / %s", c->name, error->message, detail);
    g_assert_nonnull(strstr(error->message, "contradict"));
    g_assert_nonnull(strstr(detail, "shop.yaml, line "));
}

static void
assert_notes(const Case *c, const GPtrArray *notes)
{
    for (guint i = 0; i < notes->len; i++) {
        const char *note = g_ptr_array_index(notes, i);

        if (!c->note || !g_str_has_prefix(note, c->note))
            g_error("%s: unexpected note: %s", c->name, note);
    }
    g_assert_cmpuint(notes->len, ==, c->note ? 1 : 0);
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaRequirements) requirements = quiet();
    g_autoptr(GError) error = NULL;
    gboolean accepted = FALSE;

    c->change(requirements);
    pga_design_complete(requirements);
    accepted = pga_design_check(requirements, &error);
    if (c->id) {
        g_assert_false(accepted);
        assert_refused(c, error);
    } else {
        g_assert_no_error(error);
        g_assert_true(accepted);
        assert_notes(c, requirements->notes);
    }
}

/* Each contradiction is told, of data first. */
static void
test_all(void)
{
    g_autoptr(PgaRequirements) requirements = quiet();
    g_autoptr(GError) error = NULL;
    const GPtrArray *others;
    const GError *other;

    rpo0_async(requirements);
    rto5(requirements);
    pga_design_complete(requirements);
    g_assert_false(pga_design_check(requirements, &error));
    others = pga_error_get_others(error);
    g_assert_nonnull(strstr(pga_error_get_detail(error), "(C-01)"));
    g_assert_cmpuint(others->len, ==, 1);
    other = g_ptr_array_index(others, 0);
    g_assert_nonnull(strstr(pga_error_get_detail(other), "(C-05)"));
}

/* Nobody sets Patroni's ttl where nobody reaches the host. */
static void
test_hint_of_managed(void)
{
    g_autoptr(PgaRequirements) requirements = quiet();
    g_autoptr(GError) error = NULL;

    rto30_gcp(requirements);
    pga_design_complete(requirements);
    g_assert_false(pga_design_check(requirements, &error));
    g_assert_null(strstr(pga_error_get_hint(error), "ttl"));
    g_assert_nonnull(strstr(pga_error_get_hint(error), "a minute"));
}

static void
test_no_entity(void)
{
    g_autoptr(PgaRequirements) requirements = pga_requirements_new();
    g_autoptr(GError) error = NULL;

    pga_design_complete(requirements);
    g_assert_false(pga_design_check(requirements, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/design/contradictions/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/design/contradictions/no-entity", test_no_entity);
    g_test_add_func("/design/contradictions/all-of-them", test_all);
    g_test_add_func("/design/contradictions/hint-of-managed", test_hint_of_managed);
    return g_test_run();
}

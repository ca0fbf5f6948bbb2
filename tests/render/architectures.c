#include "architectures.h"

#include "indexings.h"
#include "tunings.h"

#include <math.h>

static void
replace(char **field, const char *text)
{
    g_free(*field);
    *field = g_strdup(text);
}

static void
add_words(GPtrArray *words, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);

    for (char **part = parts; *part; part++)
        g_ptr_array_add(words, g_strdup(*part));
}

static PgaDesignColumn *
add_column(PgaDesignTable *table, const char *name, const char *type, gboolean not_null)
{
    PgaDesignColumn *column = pga_design_table_add_column(table, name, type);

    column->not_null = not_null;
    return column;
}

static void
add_key(PgaDesignTable *table, PgaDesignKeyKind kind, const char *name, const char *columns)
{
    PgaDesignKey *key = pga_design_table_add_key(table, kind);

    key->name = g_strdup(name);
    add_words(key->columns, columns);
}

static void
add_requirements(PgaRequirements *requirements)
{
    requirements->file = g_strdup("shop.yaml");
    replace(&requirements->name, "shop");
    requirements->workload = PGA_WORKLOAD_OLTP;
    requirements->bytes = 500000000000;
    requirements->queries_per_second = 5000;
    requirements->read_share = 0.8;
    requirements->availability.sla = 99.95;
    requirements->deployment.platform = PGA_DEPLOYMENT_SELF_HOSTED;
    pga_requirements_assume(requirements, "deployment.ram", g_strdup("64GB"),
                            "an eighth of the data volume");
    pga_requirements_assume(requirements, "read_share", g_strdup("0.8"), "usual of oltp");
    g_ptr_array_add(requirements->notes, g_strdup("Patroni does not run on RDS."));
}

static PgaDesignTable *
add_users(PgaArchitecture *architecture)
{
    PgaDesignTable *table = pga_architecture_add_table(architecture, "users");
    PgaDesignColumn *id = add_column(table, "id", "bigint", TRUE);
    PgaDesignColumn *email = add_column(table, "email", "text", TRUE);
    PgaDesignColumn *status = add_column(table, "status", "text", TRUE);
    PgaDesignConstraint *check = pga_design_table_add_constraint(table, "users_status_check");

    id->identity = "ALWAYS";
    id->shape.distinct = -1;
    email->reason = g_strdup("any length; compared without case");
    status->default_ = g_strdup("'active'");
    status->shape.distinct = 2;
    pga_spec_add_share(status->shape.common, "active", 0.97);
    pga_spec_add_share(status->shape.common, "deleted", 0.03);
    check->column = g_strdup("status");
    check->definition = g_strdup("CHECK (status IN ('active', 'deleted', 'id'))");
    check->why = g_strdup("one_of");
    add_key(table, PGA_DESIGN_PRIMARY, "users_pkey", "id");
    add_key(table, PGA_DESIGN_UNIQUE, "users_email_key", "email");
    table->origin = g_strdup("stated");
    table->normal_form = g_strdup("BCNF");
    table->rows = 5e6;
    table->row_bytes = 120;
    table->heap_bytes = 6.5e8;
    table->index_bytes = 2.5e8;
    return table;
}

static void
add_reference(PgaDesignTable *table, const char *column, const char *to)
{
    PgaDesignReference *reference = pga_design_table_add_reference(table, to);
    g_autofree char *name = g_strdup_printf("%s_%s_fkey", table->name, column);

    reference->name = g_strdup(name);
    add_words(reference->columns, column);
    add_words(reference->referenced_columns, "id");
    reference->on_delete = PGA_DELETE_RESTRICT;
    reference->why = g_strdup("an order is kept for its tax");
}

static void
add_partitioning(PgaArchitecture *architecture, PgaDesignTable *table)
{
    PgaDesignPartitioning *partitioning = pga_architecture_add_partitioning(architecture, table);

    partitioning->recommended = TRUE;
    partitioning->verdict = g_strdup("its rows go after 24 months");
    partitioning->method = PGA_PARTITION_RANGE;
    partitioning->column = g_strdup("placed_at");
    partitioning->interval = g_strdup("1 month");
    partitioning->interval_name = g_strdup("monthly");
    partitioning->n_partitions = 28;
    partitioning->premake = 3;
    partitioning->retention_days = 730;
    partitioning->retention_policy = g_strdup("drop partitions older than 24 months");
    partitioning->default_policy = g_strdup("none: a row outside of every partition is an error");
    partitioning->cost_before = 45000;
    partitioning->n_planned = 2;
    partitioning->cost_after = 2000;
    partitioning->pruning = g_strdup("2 of 28 partitions at planning");
    pga_partitioning_add_reason(partitioning, "P-01", 3)->text =
        g_strdup("a retention of 24 months was stated");
    table->partitioning = partitioning;
}

static void
add_orders(PgaArchitecture *architecture)
{
    PgaDesignTable *table = pga_architecture_add_table(architecture, "orders");
    PgaDesignPartitioning * not ;

    add_column(table, "id", "bigint", TRUE)->identity = "ALWAYS";
    add_column(table, "placed_at", "timestamp with time zone", TRUE)->default_ = g_strdup("now()");
    add_column(table, "user", "bigint", TRUE);
    add_column(table, "total", "numeric(12,2)", TRUE)->generated = g_strdup("price * quantity");
    add_column(table, "note", "text", FALSE);
    add_key(table, PGA_DESIGN_PRIMARY, "orders_pkey", "id placed_at");
    add_reference(table, "user", "users");
    table->origin = g_strdup("stated");
    table->normal_form = g_strdup("3NF");
    table->rows = 5e7;
    table->rows_per_year = 2.5e7;
    table->retention_days = 730;
    table->row_bytes = 88;
    table->padding_saved = 8;
    table->heap_bytes = 5e9;
    table->toast_bytes = 1e9;
    table->index_bytes = 2e9;
    table->storage_options = g_strdup("fillfactor = 90");
    g_ptr_array_add(table->notes, g_strdup("the key lasts 4,000,000 years"));
    add_partitioning(architecture, table);
    not = pga_architecture_add_partitioning(architecture,
                                            pga_architecture_table(architecture, "users"));
    not ->verdict = g_strdup("0.9 GB, and no query has a range of it");
}

static void
add_hostile(PgaArchitecture *architecture)
{
    PgaDesignTable *table =
        pga_architecture_add_table(architecture, "a\"b%%{init: {}}%%\n<img src=x> direction TB");

    add_column(table, "pk", "integer", TRUE);
    add_column(table, "two words", "timestamp with time zone[]", FALSE)->comment =
        g_strdup("\033[31mred `code` | \"quoted\"");
    add_column(table, "two-words", "public.mood", FALSE);
    add_key(table, PGA_DESIGN_PRIMARY, "weird_pkey", "pk");
    add_reference(table, "pk", "users");
    add_reference(table, "two-words", table->name);
}

static void
add_queries(PgaArchitecture *architecture)
{
    PgaSpecPattern *pattern = pga_requirements_add_pattern(architecture->requirements, "login");
    PgaDesignQuery *login, *search;

    pattern->target_ms = 5;
    login = pga_architecture_add_query(architecture, pattern);
    login->sql = g_strdup("SELECT id, status FROM users WHERE email = $1");
    login->origin = g_strdup("stated");
    login->per_second = 800;
    login->cost_before = 124000;
    login->cost_after = 8.45;
    login->cost_tenfold = 8.6;
    login->rows = 1;
    login->plan = g_strdup("Index Scan using users_email_key on users");
    g_ptr_array_add(login->indexes, g_strdup("users_email_key"));
    login->low_ms = 0.05;
    login->high_ms = 0.9;
    login->verdict = PGA_LATENCY_PLAUSIBLE;
    login->latency = g_strdup("3 pages, at most 3 of them read");
    login->tenfold = g_strdup("cost 8.45 -> 8.6: stays");
    search = pga_architecture_add_query(
        architecture, pga_requirements_add_pattern(architecture->requirements, "search"));
    search->failure = g_strdup("column \"title\" is not known");
    architecture->breaks_first = g_strdup("revenue: 12 s at ten times the data");
}

static void
add_availability(PgaDesignAvailability *availability)
{
    availability->wanted = TRUE;
    availability->topology = g_strdup("T-3A");
    availability->architecture = g_strdup("primary + 2 read replicas (async)");
    availability->failover_strategy = g_strdup("automatic (Patroni + etcd)");
    availability->rto = g_strdup("< 60 seconds");
    availability->rpo = g_strdup("< 5 seconds (async replication lag)");
    availability->rto_derivation = g_strdup("ttl 30 s + loop_wait 10 s + promotion 5 s");
    availability->rto_low_s = 30;
    availability->rto_high_s = 45;
    availability->budget = g_strdup("99.95 % leaves 4 h 23 min a year");
    g_ptr_array_add(availability->notes, g_strdup("a third zone keeps the quorum"));
    g_ptr_array_add(availability->citations,
                    g_strdup("https://www.postgresql.org/docs/17/high-availability.html"));
}

static void
add_nodes(PgaArchitecture *architecture)
{
    static const char *const roles[] = {"primary", "replica (async)", "replica (async)", "proxy"};

    for (guint i = 0; i < G_N_ELEMENTS(roles); i++) {
        g_autofree char *name = g_strdup_printf("db%u", i + 1);
        PgaDesignNode *node = pga_architecture_add_node(architecture, name, roles[i]);

        g_free(node->zone);
        node->zone = g_strdup_printf("zone-%u", i + 1);
        node->has_data = i < 3;
        node->has_dcs = i < 3;
        node->has_proxy = i == 3;
    }
}

static void
add_normalisation(PgaArchitecture *architecture)
{
    PgaDesignDependency *dependency =
        pga_architecture_add_dependency(architecture, "orders", PGA_SAID_STATED);
    PgaDesignViolation *violation = pga_architecture_add_violation(architecture, 3);
    PgaDesignView *view = pga_architecture_add_view(architecture, "daily_revenue");

    add_words(dependency->left, "zip");
    add_words(dependency->right, "city");
    dependency->note = g_strdup("moved to table zips");
    violation->entity = g_strdup("orders");
    violation->attribute = g_strdup("city");
    violation->problem = g_strdup("depends on zip, not on the key");
    violation->resolution = g_strdup("table zips");
    violation->at = (PgaSpecPlace){12, 5};
    view->sql = g_strdup("CREATE MATERIALIZED VIEW daily_revenue AS SELECT 1 AS day");
    view->unique_sql = g_strdup("CREATE UNIQUE INDEX daily_revenue_day ON daily_revenue (day)");
    view->refresh = g_strdup("REFRESH MATERIALIZED VIEW CONCURRENTLY daily_revenue, every 15 min");
    view->staleness = g_strdup("at most 15 min");
    view->why = g_strdup("the target cannot be met from the rows");
}

static void
add_outcome(PgaArchitecture *architecture)
{
    PgaDesignProof *good = pga_architecture_add_proof(architecture, g_strdup("schema.sql"),
                                                      g_strdup("PostgreSQL 17.2"));
    PgaDesignProof *bad =
        pga_architecture_add_proof(architecture, g_strdup("haproxy.cfg"), g_strdup("haproxy -c"));
    PgaFinding *finding = pga_finding_new("design-latency");

    good->done = TRUE;
    good->outcome = g_strdup("41 statements");
    bad->outcome = g_strdup("haproxy is not installed");
    finding->object = g_strdup("search");
    finding->title = g_strdup("the target cannot be met");
    finding->evidence = g_strdup("900 ms are predicted");
    finding->severity = PGA_SEVERITY_WARNING;
    finding->fingerprint = pga_finding_fingerprint("design-latency", "search");
    finding->category = "design";
    g_ptr_array_add(architecture->findings, finding);
    g_ptr_array_add(architecture->not_checked,
                    pga_not_checked_new(NULL, g_strdup("haproxy.cfg"), g_strdup("no haproxy")));
    g_ptr_array_add(architecture->notes, g_strdup("One note."));
    pga_architecture_put_file(architecture, "schema.sql", g_strdup("CREATE TABLE users ();\n"));
    pga_architecture_put_file(architecture, "ha/setup-db1.sh", g_strdup("#!/bin/sh\n"))
        ->is_executable = TRUE;
}

PgaArchitecture *
pga_architecture_of_shop(void)
{
    PgaArchitecture *architecture = pga_architecture_new(pga_requirements_new());

    add_requirements(architecture->requirements);
    architecture->major = 17;
    architecture->complete = TRUE;
    architecture->normal_form = g_strdup("3NF");
    architecture->bytes = 9.4e9;
    add_users(architecture);
    add_orders(architecture);
    add_hostile(architecture);
    add_normalisation(architecture);
    add_queries(architecture);
    add_availability(&architecture->availability);
    add_nodes(architecture);
    architecture->index = pga_indexing_of_shop();
    architecture->tune = pga_tuning_of_shop(PGA_DEPLOYMENT_SELF_HOSTED);
    add_outcome(architecture);
    return architecture;
}

PgaArchitecture *
pga_architecture_of_nothing(void)
{
    PgaArchitecture *architecture = pga_architecture_new(pga_requirements_new());

    architecture->major = 17;
    return architecture;
}

static PgaFinding *
add_finding(GPtrArray *findings, const char *object, const char *title, PgaSeverity severity)
{
    PgaFinding *finding = pga_finding_new("fk-missing-index");

    finding->object = g_strdup(object);
    finding->title = g_strdup(title);
    finding->evidence = g_strdup("Evidence.");
    finding->severity = severity;
    finding->category = "index";
    finding->fingerprint = pga_finding_fingerprint("fk-missing-index", object);
    g_ptr_array_add(findings, finding);
    return finding;
}

static void
add_change(PgaArchitecture *architecture, const PgaFinding *finding, const char *path,
           const char *objection)
{
    PgaDesignChange *change =
        pga_architecture_add_change(architecture, finding ? finding->title : "Index a on b");

    change->object = g_strdup(finding ? finding->object : NULL);
    change->fingerprint = g_strdup(finding ? finding->fingerprint : NULL);
    change->sql = g_strdup("CREATE INDEX CONCURRENTLY a ON b (c);");
    change->lock = g_strdup(finding ? "SHARE UPDATE EXCLUSIVE" : NULL);
    change->path = g_strdup(path);
    change->objection = g_strdup(objection);
}

PgaArchitecture *
pga_architecture_of_source(void)
{
    PgaArchitecture *architecture = pga_architecture_new(pga_requirements_new());
    GPtrArray *findings = architecture->findings;
    const PgaFinding *safe = NULL, *open = NULL;
    PgaFinding *other;

    architecture->major = 17;
    architecture->complete = TRUE;
    architecture->requirements->name = g_strdup("shop");
    architecture->source = pga_environment_new();
    architecture->source->source_name = g_strdup("shop");
    architecture->source->version = g_strdup("17.2");
    pga_architecture_add_table(architecture, "small")->rows = 5;
    pga_architecture_add_table(architecture, "unknown")->rows = -1;
    pga_architecture_add_table(architecture, "large")->heap_bytes = architecture->bytes = 5e6;
    safe = add_finding(findings, "public.b.c", "No index", PGA_SEVERITY_WARNING);
    open = add_finding(findings, "public.b.d", "Another index", PGA_SEVERITY_WARNING);
    (void)add_finding(findings, "public.b.d", "Another index", PGA_SEVERITY_WARNING);
    other = add_finding(findings, "server", "Worst of all", PGA_SEVERITY_ERROR);
    pga_finding_add_sql(other, g_strdup("ALTER SYSTEM SET fsync = 'on';"));
    pga_finding_add_sql(other, g_strdup("SELECT pg_reload_conf();"));
    other = add_finding(findings, "host", "Nothing to execute", PGA_SEVERITY_WARNING);
    other->fix.note = g_strdup("Buy another one.");
    add_change(architecture, safe, "migrations/001_c.sql", NULL);
    add_change(architecture, NULL, "migrations/002_a.sql", NULL);
    add_change(architecture, open, NULL, "a person has to say so");
    return architecture;
}

PgaArchitecture *
pga_architecture_of_many(guint n)
{
    PgaArchitecture *architecture = pga_architecture_of_shop();

    for (guint i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("table_%03u", i);
        PgaDesignTable *table = pga_architecture_add_table(architecture, name);

        add_column(table, "id", "bigint", TRUE)->identity = "ALWAYS";
        add_column(table, "created_at", "timestamptz", TRUE);
        add_key(table, PGA_DESIGN_PRIMARY, "pkey", "id");
        if (i % 2)
            add_reference(table, "id", "users");
        table->origin = g_strdup("archetype users, assumed");
        pga_requirements_assume(architecture->requirements, name, g_strdup("1000 rows"),
                                "a table known by its name only");
    }
    return architecture;
}

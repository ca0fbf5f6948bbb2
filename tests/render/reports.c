/* Builders of reports, written out by hand: what they hold is what the golden
 * files show. */
#include "reports.h"

#define DOCS "https://www.postgresql.org/docs/15/"

static PgaReport *
report_begin(PgaSourceKind kind, const char *name)
{
    PgaReport *report = pga_report_new("check");
    PgaEnvironment *environment = pga_environment_new();

    environment->source_kind = kind;
    environment->source_name = g_strdup(name);
    environment->version_num = 150018;
    environment->version = g_strdup("15.18");
    environment->role = kind == PGA_SOURCE_LIVE ? g_strdup("auditor") : NULL;
    environment->is_monitor = kind == PGA_SOURCE_LIVE;
    environment->ram_bytes = kind == PGA_SOURCE_LIVE ? 17179869184 : -1;
    environment->ram_method = kind == PGA_SOURCE_LIVE ? g_strdup("stated") : NULL;
    environment->database_bytes = kind == PGA_SOURCE_LIVE ? 1234567890 : -1;
    environment->workload = PGA_WORKLOAD_OLTP;
    environment->workload_method = g_strdup("stated");
    report->environment = environment;
    report->n_relations = 63;
    report->n_indexes = 121;
    report->n_foreign_keys = 40;
    report->n_rules = 18;
    report->lab = g_strdup("PostgreSQL 15.18");
    return report;
}

PgaFinding *
report_add_finding(PgaReport *report, const char *rule, PgaSeverity severity, const char *object,
                   const char *title)
{
    PgaFinding *finding = pga_finding_new(rule);

    finding->severity = severity;
    finding->category = "schema";
    finding->object = g_strdup(object);
    finding->title = g_strdup(title);
    finding->fingerprint = g_strdup_printf("%016x", 0xabc000 + report->findings->len);
    finding->docs_title = "Constraints";
    finding->docs_url = DOCS "ddl-constraints.html#DDL-CONSTRAINTS-FK";
    finding->requirements = "T1-2 PRE-7";
    g_ptr_array_add(report->findings, finding);
    return finding;
}

static void
prove(PgaFinding *finding, PgaProofKind kind, const char *outcome)
{
    finding->proof.kind = kind;
    finding->proof.done = TRUE;
    finding->proof.outcome = g_strdup(outcome);
}

static void
add_running_out(PgaReport *report)
{
    PgaFinding *finding = report_add_finding(report, "sequence-exhaustion", PGA_SEVERITY_ERROR,
                                             "public.events.id", "Integer key is running out");

    finding->evidence =
        g_strdup("public.events_id_seq has handed out 1,932,735,283 of 2,147,483,647 "
                 "values "
                 "that an integer holds (90 %); at the limit every INSERT fails.");
    pga_finding_add_sql(finding,
                        g_strdup("ALTER TABLE public.events ALTER COLUMN id TYPE bigint;"));
    pga_finding_add_sql(finding, g_strdup("ALTER SEQUENCE public.events_id_seq AS bigint;"));
    pga_finding_add_undo(finding, g_strdup("ALTER SEQUENCE public.events_id_seq AS integer;"));
    pga_finding_add_undo(finding,
                         g_strdup("ALTER TABLE public.events ALTER COLUMN id TYPE integer;"));
    finding->fix.safety = PGA_SAFETY_LOCK;
    finding->fix.lock = "ACCESS EXCLUSIVE";
    finding->fix.duration = "rewrite";
    finding->fix.note = g_strdup("Choose a maintenance window: 1.9 billion rows are rewritten.");
    finding->fix.verify = g_strdup("SELECT max_value FROM pg_catalog.pg_sequences WHERE "
                                   "sequencename = 'events_id_seq';");
    finding->when_not = "the table is emptied and its sequence restarted before that day";
    prove(finding, PGA_PROOF_EXECUTE, "executed and undone on PostgreSQL 15.18 (lab)");
}

static void
add_missing_index(PgaReport *report)
{
    PgaFinding *finding = report_add_finding(
        report, "fk-missing-index", PGA_SEVERITY_WARNING, "public.orders.customer_id",
        "Foreign key without an index on its referencing columns");

    finding->category = "index";
    finding->evidence =
        g_strdup("orders_customer_id_fkey (customer_id) leads no index of public.orders "
                 "(1,000,000 rows): deleting one row of public.customers reads them all.");
    pga_finding_add_sql(
        finding, g_strdup("CREATE INDEX CONCURRENTLY orders_customer_id_idx ON public.orders "
                          "(customer_id);"));
    pga_finding_add_undo(finding,
                         g_strdup("DROP INDEX CONCURRENTLY public.orders_customer_id_idx;"));
    finding->fix.safety = PGA_SAFETY_SAFE;
    finding->fix.lock = "SHARE UPDATE EXCLUSIVE";
    finding->fix.duration = "scan";
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->fix.verify = g_strdup("EXPLAIN ANALYZE of a DELETE from public.customers, rolled "
                                   "back, shows less time in the foreign key's trigger.");
    finding->when_not = "customers are never deleted and orders are never looked up by customer";
    {
        PgaPlanChange *plan = pga_finding_add_plan(
            finding, "deleting a referenced row (the foreign key's check)",
            g_strdup("SELECT 1 FROM ONLY public.orders x WHERE $1 = x.customer_id"));

        plan->measured = TRUE;
        plan->before = 18334.0;
        plan->after = 44.2;
        plan->plan_before = g_strdup("LockRows  (cost=0.00..18334.00 rows=10 width=10)\n"
                                     "  ->  Seq Scan on orders x  (cost=0.00..18333.90 rows=10 "
                                     "width=10)\n        Filter: ($1 = customer_id)");
        plan->plan_after = g_strdup("LockRows  (cost=0.42..44.20 rows=10 width=10)\n"
                                    "  ->  Index Scan using orders_customer_id_idx on orders x  "
                                    "(cost=0.42..44.10 rows=10 width=10)\n"
                                    "        Index Cond: (customer_id = $1)");
    }
    pga_finding_set_gain(finding, 18334.0, 44.2, "planner cost",
                         "the planner's cost of the foreign key's own query on "
                         "the clone, before and after");
    prove(finding, PGA_PROOF_PLAN, "executed, planned and undone on PostgreSQL 15.18 (lab)");
}

static void
add_duplicate_index(PgaReport *report)
{
    PgaFinding *finding =
        report_add_finding(report, "index-duplicate", PGA_SEVERITY_WARNING,
                           "public.orders_status_idx2", "Two indexes are identical");

    finding->category = "index";
    finding->evidence = g_strdup("Same definition as public.orders_status_idx; "
                                 "every INSERT pays for both.");
    pga_finding_add_sql(finding, g_strdup("DROP INDEX CONCURRENTLY public.orders_status_idx2;"));
    pga_finding_add_undo(finding,
                         g_strdup("CREATE INDEX CONCURRENTLY orders_status_idx2 ON public.orders\n"
                                  "USING btree (status);"));
    pga_finding_set_gain(finding, 214900000, 0, "bytes", "pg_relation_size()");
    finding->proof.kind = PGA_PROOF_EXECUTE;
    finding->proof.outcome = g_strdup("not executed: public.orders was locked by another session");
}

static void
add_settings(PgaReport *report)
{
    PgaFinding *finding =
        report_add_finding(report, "shared-buffers-small", PGA_SEVERITY_WARNING, "shared_buffers",
                           "shared_buffers is below a quarter of the memory");

    finding->category = "config";
    finding->evidence = g_strdup("128MB of 16GB (0.8 %).");
    pga_finding_add_sql(finding, g_strdup("ALTER SYSTEM SET shared_buffers = '4GB';"));
    pga_finding_add_undo(finding, g_strdup("ALTER SYSTEM RESET shared_buffers;"));
    finding->fix.safety = PGA_SAFETY_RESTART;
    pga_finding_set_gain(finding, 134217728, 4294967296, "bytes", "a quarter of the memory");
    finding = report_add_finding(report, "workload-advice", PGA_SEVERITY_INFO, "shop",
                                 "Connections are opened per request");
    finding->fix.note = g_strdup("Put a pooler between the application and the server.");
}

static void
add_not_checked(PgaReport *report, const char *rule, const char *what, const char *why)
{
    g_ptr_array_add(report->not_checked, pga_not_checked_new(rule, g_strdup(what), g_strdup(why)));
}

static void
add_set_aside(PgaReport *report, GPtrArray *aside, const char *object, const char *reason)
{
    PgaFinding *finding = report_add_finding(report, "table-no-primary-key", PGA_SEVERITY_WARNING,
                                             object, "Table without a primary key");

    g_ptr_array_steal_index(report->findings, report->findings->len - 1);
    finding->reason = g_strdup(reason);
    g_ptr_array_add(aside, finding);
}

PgaReport *
report_of_shop(void)
{
    PgaReport *report = report_begin(PGA_SOURCE_LIVE, "shop");
    PgaFinding *accepted;

    add_running_out(report);
    add_missing_index(report);
    add_duplicate_index(report);
    for (guint i = 0; i < 3; i++)
        g_ptr_array_add(report->top, g_ptr_array_index(report->findings, i));
    add_settings(report);
    report_add_finding(report, "text-overuse", PGA_SEVERITY_INFO, "public.customers.country",
                       "Column of type text holds few values");
    add_not_checked(report, "index-unused", "public.audit", "canceled by lock_timeout (500 ms)");
    add_not_checked(report, "text-overuse", "public.secrets",
                    "permission denied for table secrets: grant SELECT on it, or "
                    "pg_read_all_stats, to auditor");
    add_not_checked(report, NULL, "sequence public.hidden_seq", "needs USAGE on the sequence");
    add_not_checked(report, NULL, "memory of the server", "ram is not known: state it with --ram");
    accepted = report_add_finding(report, "serial-column", PGA_SEVERITY_INFO, "public.legacy.id",
                                  "Column is serial, not an identity column");
    g_ptr_array_steal_index(report->findings, report->findings->len - 1);
    g_ptr_array_add(report->accepted, accepted);
    accepted->reason = g_strdup("goes away in March");
    add_set_aside(report, report->ignored, "public.legacy_orders", "archived tables");
    add_set_aside(report, report->baseline, "public.audit", NULL);
    g_ptr_array_add(report->notes, g_strdup("2 entries of the baseline no longer occur: write it "
                                            "again to drop them."));
    report->configuration = g_strdup("/srv/shop/pgarchitect.yaml");
    return report;
}

PgaReport *
report_of_dump(void)
{
    PgaReport *report = report_begin(PGA_SOURCE_DDL, "schema.sql");
    PgaNotChecked *entry;
    PgaFinding *finding;

    add_missing_index(report);
    finding = g_ptr_array_index(report->findings, 0);
    finding->file = g_strdup("schema.sql");
    finding->line = 112;
    finding->column = 5;
    g_ptr_array_add(report->top, finding);
    add_not_checked(report, NULL, "CREATE FOREIGN TABLE public.remote",
                    "syntax error at or near \"OPTIONZ\"");
    entry = g_ptr_array_index(report->not_checked, 0);
    entry->file = g_strdup("schema.sql");
    entry->line = 240;
    report->complete = FALSE;
    report->n_relations = 1;
    report->n_indexes = 1;
    report->n_foreign_keys = 1;
    report->environment->workload = PGA_WORKLOAD_UNKNOWN;
    g_clear_pointer(&report->environment->workload_method, g_free);
    return report;
}

PgaReport *
report_of_tenants(void)
{
    PgaReport *report = report_begin(PGA_SOURCE_LIVE, "tenants");

    for (guint i = 0; i < 40; i++) {
        g_autofree char *object = g_strdup_printf("tenant_%02u.orders.customer_id", i);
        PgaFinding *finding = report_add_finding(report, "fk-missing-index", PGA_SEVERITY_WARNING,
                                                 object, "Foreign key without an index");

        finding->group = g_strdup("*.orders.customer_id");
        finding->evidence = g_strdup_printf("tenant_%02u.orders has 5,000 rows.", i);
        pga_finding_add_sql(finding, g_strdup_printf("CREATE INDEX CONCURRENTLY ON tenant_%02u."
                                                     "orders (customer_id);",
                                                     i));
    }
    g_ptr_array_add(report->top, g_ptr_array_index(report->findings, 0));
    for (guint i = 0; i < 3; i++) {
        g_autofree char *object = g_strdup_printf("\"Tenant %u\".log", i);
        PgaFinding *finding = report_add_finding(report, "table-no-primary-key", PGA_SEVERITY_INFO,
                                                 object, "Table without a primary key");

        finding->group = g_strdup("*.log");
    }
    report_add_finding(report, "table-no-primary-key", PGA_SEVERITY_INFO, "public.log",
                       "Table without a primary key");
    return report;
}

PgaReport *
report_without_findings(void)
{
    PgaReport *report = report_begin(PGA_SOURCE_LIVE, "tidy");

    report->environment->is_standby = TRUE;
    report->environment->is_pooled = TRUE;
    report->environment->provider = g_strdup("aws-rds");
    return report;
}

PgaReport *
report_without_tables(void)
{
    PgaReport *report = report_begin(PGA_SOURCE_LIVE, "empty");

    report->n_relations = report->n_indexes = report->n_foreign_keys = 0;
    g_clear_pointer(&report->lab, g_free);
    return report;
}

PgaReport *
report_of_hostile_names(void)
{
    PgaReport *report = report_begin(PGA_SOURCE_LIVE, "sh\033[2Jop\n# <b>_name_</b>");
    PgaFinding *finding;

    g_free(report->environment->workload_method);
    report->environment->workload_method = g_strdup("\xff\xfe not UTF-8, \xc2\x9b"
                                                    "31m C1, www.evil.example");
    finding =
        report_add_finding(report, "fk-missing-index", PGA_SEVERITY_ERROR,
                           "public.\"a\nb\".\"``x`` | [y](http://evil.example)\"",
                           "A title with *stars*, <script>alert(1)</script> and \033]0;owned\a");
    finding->evidence = g_strdup("\xe2\x80\xae"
                                 "desrever\xe2\x80\xac, http://evil.example, &lt; and a | pipe");
    pga_finding_add_sql(finding, g_strdup("CREATE INDEX ON public.\"a\nb\" "
                                          "(\"back\\slash\", \"esc\033[2J\");"));
    pga_finding_add_sql(finding,
                        g_strdup("COMMENT ON TABLE public.t IS 'it''s\ttabbed ```` ticks';"));
    pga_finding_add_undo(finding, g_strdup("SELECT E'\033[2J';"));
    finding->fix.note = g_strdup("line one\nline two");
    finding->file = g_strdup("\xf0\x9f\x98\x80 dump`.sql");
    finding->line = 7;
    g_ptr_array_add(report->top, finding);
    finding = report_add_finding(report, "text-overuse", PGA_SEVERITY_INFO,
                                 "public.\xe8\xa1\xa8.\xe5\x88\x97", "- begins like a list");
    finding->evidence = NULL;
    finding->docs_url = NULL;
    g_ptr_array_add(report->top, finding);
    add_not_checked(report, NULL, "public.\"\r\nHTTP/1.1 200\"", "\x80\x81 said the server");
    return report;
}

PgaReport *
report_of_many(guint n)
{
    PgaReport *report = report_begin(PGA_SOURCE_LIVE, "wide");

    for (guint i = 0; i < n; i++) {
        g_autofree char *object = g_strdup_printf("public.table_%u.customer_id", i);
        PgaFinding *finding =
            report_add_finding(report, "fk-missing-index", (PgaSeverity)(2 - i % 3), object,
                               "Foreign key without an index");

        finding->evidence =
            g_strdup_printf("table_%u_customer_id_fkey leads no index of public.table_%u.", i, i);
        pga_finding_add_sql(finding, g_strdup_printf("CREATE INDEX CONCURRENTLY ON public.table_%u "
                                                     "(customer_id);",
                                                     i));
        add_not_checked(report, "index-unused", object, "canceled by lock_timeout (500 ms)");
        g_ptr_array_add(report->top, finding);
    }
    return report;
}

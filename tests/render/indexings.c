#include "indexings.h"

static PgaEnvironment *
environment(const char *name)
{
    PgaEnvironment *environment = pga_environment_new();

    environment->source_kind = PGA_SOURCE_LIVE;
    environment->source_name = g_strdup(name);
    environment->version_num = 150018;
    environment->version = g_strdup("15.18");
    return environment;
}

/** A statement, and what became of it. */
typedef struct {
    const char *text, *used, *failure, *hindrance, *hint;
    double calls, total_ms, before, after, least, most;
} Line;

static const Line lines[] = {
    {"SELECT *\n  FROM orders\n WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 20",
     "orders_customer_id_created_at_idx", NULL, NULL, NULL, 1200000, 9600000, 18334.2, 44.2, 0.0024,
     0.31},
    {"SELECT count(*) FROM orders WHERE status = $1", "orders_open_idx", NULL, NULL, NULL, 8000,
     640000, 52000, 310.5, 0.006, 0.006},
    {"SELECT * FROM document WHERE body ILIKE $1", "document_body_idx", NULL, NULL, NULL, 91, 45500,
     90211, 1204.1, 0.0133, 0.0133},
    {"SELECT id FROM orders WHERE date(created_at) = $1", NULL, NULL,
     "date(created_at) hides the column from its index.",
     "Compare the column itself: created_at >= $1 AND created_at < $1 + interval '1 day'.", 400,
     32000, 48000, 48000, 1, 1},
    {"UPDATE orders SET status = $1 WHERE id = $2", NULL, NULL, NULL, NULL, 500000, 25000, 8.5, 9.1,
     1.07, 1.07},
    {"SELECT * FROM nowhere", NULL, "relation \"nowhere\" does not exist", NULL, NULL, 3, 0.1, -1,
     -1, 1, 1},
};

static void
add_queries(PgaIndexReport *report)
{
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        const Line *line = &lines[i];
        PgaQuery *query = pga_query_new();
        PgaQueryOutcome *outcome;

        query->fingerprint = g_strdup_printf("%016x", 0xabc0 + i);
        query->text = g_strdup(line->text);
        query->command = 's';
        query->calls = line->calls;
        query->total_ms = line->total_ms;
        query->origin = g_strdup("pg_stat_statements");
        g_ptr_array_add(query->samples, pga_query_sample_new(g_strdup(line->text), 1));
        g_ptr_array_add(report->workload->queries, query);
        outcome = pga_index_report_add_query(report, query);
        outcome->planned = !line->failure;
        outcome->failure = g_strdup(line->failure);
        outcome->weight = line->before > 0 ? line->total_ms / line->before : 0;
        outcome->before = line->before;
        outcome->after = line->after;
        outcome->least = line->least;
        outcome->most = line->most;
        outcome->hindrance = g_strdup(line->hindrance);
        outcome->hindrance_hint = g_strdup(line->hint);
        if (line->used)
            g_ptr_array_add(outcome->used, g_strdup(line->used));
    }
}

static void
add_texts(GPtrArray *to, const char *const *texts)
{
    for (guint i = 0; texts[i]; i++)
        g_ptr_array_add(to, g_strdup(texts[i]));
}

static void
add_effect(PgaIndexAdvice *advice, guint query)
{
    PgaIndexEffect *effect = pga_index_advice_add_effect(advice, query);

    effect->before = lines[query].before;
    effect->after = lines[query].after;
    effect->plan_before = g_strdup("Seq Scan on orders  (cost=0.00..18334.20 rows=20 width=97)\n"
                                   "  Filter: (customer_id = $1)");
    effect->plan_after = g_strdup("Limit  (cost=0.43..44.20 rows=20 width=97)\n"
                                  "  ->  Index Scan using the_new_one on orders");
}

static void
fill_ddl(PgaIndexAdvice *advice, const char *definition)
{
    advice->create = g_strdup_printf("CREATE INDEX CONCURRENTLY %s ON %s %s;", advice->name,
                                     advice->table, definition);
    g_ptr_array_add(advice->statements, g_strdup("SET lock_timeout = '5s';"));
    if (advice->extension)
        g_ptr_array_add(advice->statements,
                        g_strdup_printf("CREATE EXTENSION IF NOT EXISTS %s;", advice->extension));
    g_ptr_array_add(advice->statements, g_strdup(advice->create));
    g_ptr_array_add(advice->undo, g_strdup_printf("DROP INDEX CONCURRENTLY %s;", advice->name));
    advice->check = g_strdup_printf("SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = "
                                    "'%s'::regclass;",
                                    advice->name);
    advice->cleanup = g_strdup_printf("DROP INDEX CONCURRENTLY IF EXISTS %s;", advice->name);
    advice->proven = TRUE;
    advice->proof = g_strdup("Executed and undone on a clone on PostgreSQL 15.18.");
}

static void
add_composite(PgaIndexReport *report)
{
    PgaIndexAdvice *advice = pga_index_report_add_advice(report);
    static const char *const columns[] = {"customer_id", "created_at DESC", NULL};

    advice->table = g_strdup("public.orders");
    advice->name = g_strdup("orders_customer_id_created_at_idx");
    advice->type = g_strdup("btree");
    add_texts(advice->columns, columns);
    g_ptr_array_add(advice->include, g_strdup("total"));
    fill_ddl(advice, "(customer_id, created_at DESC) INCLUDE (total)");
    advice->rationale = g_strdup("Equality on customer_id, in the order of created_at.");
    advice->bytes = 33700000;
    advice->accuracy = g_strdup("within 10 %");
    advice->build_seconds = 3.4;
    advice->build_seconds_from_disk = 8.1;
    advice->build_method =
        g_strdup("rough: 215 MB read twice, from disk at 100 MB/s; 5 M rows sorted");
    advice->write_cost = g_strdup("2.1 M rows inserted, 0 updated; 24 s of 2.9 h");
    advice->upkeep = 24000;
    advice->gain = 9500000;
    advice->supersedes = g_strdup("public.orders_customer_id_idx");
    add_effect(advice, 0);
}

static void
add_partial(PgaIndexReport *report)
{
    PgaIndexAdvice *advice = pga_index_report_add_advice(report);

    advice->table = g_strdup("public.orders");
    advice->name = g_strdup("orders_open_idx");
    advice->type = g_strdup("btree");
    g_ptr_array_add(advice->columns, g_strdup("status"));
    advice->predicate = g_strdup("status = 'open'");
    fill_ddl(advice, "(status) WHERE status = 'open'");
    advice->rationale = g_strdup("One row in 200 is open.");
    advice->bytes = 1100000;
    advice->accuracy = g_strdup("within 10 %");
    advice->gain = 630000;
    add_effect(advice, 1);
}

/* Needs what the source has not, of a name that would write lines of its own. */
static void
add_hostile(PgaIndexReport *report)
{
    PgaIndexAdvice *advice = pga_index_report_add_advice(report);

    advice->table = g_strdup("public.\"doc\nDROP TABLE x;--\"");
    advice->name = g_strdup("document_body_idx");
    advice->type = g_strdup("gin");
    g_ptr_array_add(advice->columns, g_strdup("body gin_trgm_ops"));
    advice->extension = g_strdup("pg_trgm");
    advice->extension_note = g_strdup("pg_trgm, which the source has not installed.");
    fill_ddl(advice, "USING gin (body gin_trgm_ops)");
    advice->proven = FALSE;
    g_free(advice->proof);
    advice->proof = g_strdup("Not executed: the lab has no pg_trgm.");
    advice->bytes = 377000000;
    advice->accuracy = g_strdup("within a factor of 2");
    advice->gain = 44000;
    add_effect(advice, 2);
}

static void
add_removal(PgaIndexReport *report)
{
    PgaIndexRemoval *removal = pga_index_report_add_removal(report);

    removal->table = g_strdup("public.orders");
    removal->name = g_strdup("orders_customer_id_idx");
    removal->bytes = 12600000;
    removal->reason = g_strdup("orders_customer_id_created_at_idx begins with its columns");
    removal->statement = g_strdup("DROP INDEX CONCURRENTLY public.orders_customer_id_idx;");
    removal->undo = g_strdup("CREATE INDEX CONCURRENTLY orders_customer_id_idx ON public.orders "
                             "(customer_id);");
    removal->lock = g_strdup("SHARE UPDATE EXCLUSIVE");
    removal->caution = g_strdup("The counters are 41 days old; standbys were not looked at.");
}

static void
add_rest(PgaIndexReport *report)
{
    PgaFinding *finding = pga_finding_new("index-invalid");

    finding->severity = PGA_SEVERITY_WARNING;
    finding->category = "index";
    finding->object = g_strdup("public.orders.orders_total_idx");
    finding->title = g_strdup("An index is invalid");
    finding->fingerprint = pga_finding_fingerprint("index-invalid", finding->object);
    g_ptr_array_add(report->findings, finding);
    pga_index_report_count_not_analysed(report, "relation \"nowhere\" does not exist",
                                        "SELECT * FROM nowhere");
    pga_index_report_add_point(report, 0, 1, NULL);
    pga_index_report_add_point(report, 1100000, 0.94, "orders_open_idx");
    pga_index_report_add_point(report, 34800000, 0.021, "orders_customer_id_created_at_idx");
    pga_index_report_add_point(report, 411800000, 0.017, "document_body_idx");
    g_ptr_array_add(report->not_checked,
                    pga_not_checked_new(NULL, g_strdup("rules of pg_hba.conf"),
                                        g_strdup("the role may not read them")));
    g_ptr_array_add(report->notes, g_strdup("Sizes of GIN indexes are good to a factor of 2."));
    g_ptr_array_add(
        report->workload->notes,
        g_strdup("pg_stat_statements: 3 statements have values drawn from statistics."));
}

PgaIndexReport *
pga_indexing_of_shop(void)
{
    PgaIndexReport *report = pga_index_report_new();

    report->environment = environment("shop");
    report->workload = pga_query_set_new();
    report->workload->n_statements = 1708494;
    report->workload->n_skipped = 17;
    report->workload->n_unreadable = 2;
    add_queries(report);
    add_composite(report);
    add_partial(report);
    add_hostile(report);
    add_removal(report);
    add_rest(report);
    report->unit = "ms";
    report->weight_method = g_strdup("weights are measured times: 1 unit of planner cost of a "
                                     "statement counts what it took");
    report->total_before = 10342500;
    report->total_after = 175000;
    report->lower_bound = 170500;
    report->gap = (report->total_after - report->lower_bound) / report->total_after;
    report->upkeep = 24000;
    report->budget_bytes = 500000000;
    report->bytes = 411800000;
    report->min_improvement = 0.1;
    report->min_gain = 3.8;
    report->n_candidates = 61;
    report->n_plans = 412;
    report->lab = g_strdup("PostgreSQL 15.18");
    return report;
}

PgaIndexReport *
pga_indexing_of_nothing(void)
{
    PgaIndexReport *report = pga_index_report_new();

    report->environment = environment("empty");
    report->workload = pga_query_set_new();
    report->workload->n_statements = 12;
    report->workload->n_skipped = 12;
    report->min_improvement = 0.1;
    report->min_gain = 3.8;
    return report;
}

static PgaMeasuredRuns
runs(double least, double median, double most, double cost)
{
    return (PgaMeasuredRuns){.least = least, .median = median, .most = most, .cost = cost};
}

static void
add_measured_queries(PgaIndexMeasurement *measurement)
{
    PgaMeasuredQuery *first = pga_index_measurement_add_query(measurement, 0);
    PgaMeasuredQuery *second = pga_index_measurement_add_query(measurement, 1);
    PgaMeasuredQuery *third = pga_index_measurement_add_query(measurement, 2);

    first->is_guess = TRUE;
    first->before = runs(181.2, 190.4, 250, 18400);
    first->after = runs(0.041, 0.046, 0.052, 45);
    g_ptr_array_add(first->used, g_strdup("orders_customer_id_created_at_idx"));
    second->before.timed_out = TRUE;
    second->before.failure = g_strdup("canceling statement due to statement timeout");
    second->after = runs(3.1, 3.2, 3.9, 311);
    third->before.failure = g_strdup("permission denied for table document");
    third->after.failure = g_strdup("permission denied for table document");
}

static void
add_measured_indexes(PgaIndexReport *report)
{
    for (guint i = 0; i < report->advice->len; i++) {
        PgaMeasuredIndex *index = pga_index_measurement_add_index(report->measurement, i);

        if (i == 1) {
            index->failure = g_strdup("canceling statement due to lock timeout");
            continue;
        }
        index->bytes = 412000000 + i;
        index->build_seconds = 12.5;
    }
}

PgaIndexReport *
pga_indexing_of_measured(void)
{
    PgaIndexReport *report = pga_indexing_of_shop();
    PgaIndexMeasurement *measurement = report->measurement = pga_index_measurement_new();

    measurement->database = g_strdup("shop_copy on PostgreSQL 15.18");
    measurement->n_runs = 3;
    measurement->timeout = 60;
    add_measured_queries(measurement);
    add_measured_indexes(report);
    pga_index_measurement_leave_out(measurement, "it changes data, or is no query", 1);
    pga_index_measurement_leave_out(measurement, "values of its parameters are not known", 0);
    pga_index_measurement_leave_out(measurement, "it changes data, or is no query", 2);
    g_ptr_array_add(measurement->notes, g_strdup("public.orders has 12 MB on the copy, 9.1 GB on "
                                                 "the source."));
    measurement->n_total = 1;
    measurement->total_before = 1200000 * 190.4;
    measurement->total_after = 1200000 * 0.046;
    return report;
}

static PgaVerifiedQuery *
add_verified(PgaIndexVerification *verification, guint query, double before, double after)
{
    PgaVerifiedQuery *added = pga_index_verification_add_query(verification, query);

    added->our_before = 18400;
    added->our_after = 45;
    added->before = before;
    added->after = after;
    verification->our_total_before += added->our_before;
    verification->our_total_after += added->our_after;
    verification->total_before += before;
    verification->total_after += after;
    return added;
}

/* One that both agree about, and one of each verdict that differs. */
static void
add_verdicts(PgaIndexVerification *verification)
{
    PgaVerifiedQuery *query = add_verified(verification, 0, 18420, 44);

    g_ptr_array_add(query->used, g_strdup("orders_customer_id_created_at_idx"));
    query = add_verified(verification, 1, 18420, 18420);
    query->verdict = PGA_VERDICT_UNUSED;
    query->instead = g_strdup("Seq Scan on orders");
    add_verified(verification, 2, 18420, 15100)->verdict = PGA_VERDICT_LESS;
    add_verified(verification, 0, 18420, 21000)->verdict = PGA_VERDICT_WORSE;
    query = add_verified(verification, 1, 18420, 300);
    query->our_after = 18400;
    query->verdict = PGA_VERDICT_MORE;
    verification->n_differing = 4;
}

PgaIndexReport *
pga_indexing_of_verified(void)
{
    PgaIndexReport *report = pga_indexing_of_shop();
    PgaIndexVerification *verification = report->verification = pga_index_verification_new();

    verification->database = g_strdup("shop on PostgreSQL 15.18");
    verification->hypopg = g_strdup("1.3.1");
    add_verdicts(verification);
    for (guint i = 0; i < report->advice->len; i++) {
        PgaMeasuredIndex *index = pga_measured_index_add(verification->indexes, i);

        if (i == 1)
            index->failure = g_strdup("hypopg: access method \"gin\" is not supported");
        else
            index->bytes = 412000000;
    }
    pga_unmeasured_count(verification->left_out,
                         "planning may call functions of the database's own", 2);
    pga_unmeasured_count(verification->left_out, "parameters whose values are not known", 1);
    g_ptr_array_add(verification->notes,
                    g_strdup("HypoPG 1.3.1 cannot hide indexes, as 1.4 does: those that are "
                             "proposed for removal were there in both plans."));
    return report;
}

/* Nothing could be asked for. */
PgaIndexReport *
pga_indexing_of_unverified(void)
{
    PgaIndexReport *report = pga_indexing_of_shop();
    PgaIndexVerification *verification = report->verification = pga_index_verification_new();

    verification->database = g_strdup("shop on PostgreSQL 15.18");
    verification->hypopg = g_strdup("1.4.1");
    pga_unmeasured_count(verification->left_out, "permission denied for table orders", 3);
    return report;
}

PgaIndexReport *
pga_indexing_of_hypothetical(void)
{
    PgaIndexReport *report = pga_indexing_of_shop();
    PgaIndexMeasurement *measurement = report->measurement = pga_index_measurement_new();
    PgaMeasuredQuery *query = pga_index_measurement_add_query(measurement, 0);

    measurement->database = g_strdup("shop_copy on PostgreSQL 15.18");
    measurement->is_hypothetical = TRUE;
    query->before.cost = 18400;
    query->after.cost = 45;
    pga_index_measurement_add_index(measurement, 0)->bytes = 430000000;
    return report;
}

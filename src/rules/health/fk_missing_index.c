/* fk-missing-index: a foreign key whose referencing columns lead no index. Deleting a referenced
 * row, or changing its key, then reads the whole referencing table; below min_rows that costs what
 * an index descent does. */
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "../column_internal.h"
#include "../index_fix_internal.h"
#include "../object_name_internal.h"
#include "../partition_index_internal.h"

#define MIN_ROWS        0 /* place in the rule's thresholds */
#define IDLE_AFTER_DAYS 1
#define MIN_IMPROVEMENT 2

#define DAY             86400.0

typedef struct {
    PgaRuleRun *run;
    GHashTable *names;      /* of relations, to name new indexes */
    GHashTable *partitions; /* by parent */
} Pass;

/* One index to make, and the foreign keys that it serves. */
typedef struct {
    const PgaConstraint *fk;  /* the widest one */
    GArray *attnums;          /* its columns in the index's order */
    GPtrArray *also;          /* of const PgaConstraint *: others that it serves */
    const PgaIndex *unusable; /* (nullable): it exists, but is not valid */
} Plan;

static void
plan_free(Plan *plan)
{
    g_array_unref(plan->attnums);
    g_ptr_array_unref(plan->also);
    g_free(plan);
}

static int
compare_wider_first(gconstpointer a, gconstpointer b)
{
    const PgaConstraint *left = *(PgaConstraint *const *)a, *right = *(PgaConstraint *const *)b;

    if (left->conkey->len != right->conkey->len)
        return left->conkey->len > right->conkey->len ? -1 : 1;
    return strcmp(left->conname, right->conname);
}

/* (transfer container): the foreign keys of @relation that no index serves, wider ones first. */
static GPtrArray *
uncovered(const Pass *pass, const PgaRelation *relation)
{
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < relation->constraints->len; i++) {
        PgaConstraint *fk = g_ptr_array_index(relation->constraints, i);

        if (fk->contype == 'f' && !fk->conparentid &&
            !pga_covering_index(relation, fk->conkey, TRUE) &&
            !pga_partitions_are_covered(pass->partitions, relation, fk->conkey))
            g_ptr_array_add(found, fk);
    }
    g_ptr_array_sort(found, compare_wider_first);
    return found;
}

static void
append_columns(GArray *order, const GArray *attnums)
{
    for (guint i = 0; i < attnums->len; i++) {
        const gint16 attnum = g_array_index(attnums, gint16, i);

        if (!pga_attnums_contain(order, attnum))
            g_array_append_val(order, attnum);
    }
}

static Plan *
plan_new(const PgaConstraint *fk)
{
    Plan *plan = g_new0(Plan, 1);

    plan->fk = fk;
    plan->attnums = g_array_new(FALSE, FALSE, sizeof(gint16));
    plan->also = g_ptr_array_new();
    return plan;
}

/* The index for @fks's first one, ordered so that narrower ones use its beginning: each of these,
 * from the narrowest up, that contains the columns placed before it. Whatever it serves leaves
 * @fks. */
static Plan *
take_plan(const PgaRelation *relation, GPtrArray *fks)
{
    Plan *plan = plan_new(g_ptr_array_steal_index(fks, 0));

    plan->unusable = pga_covering_index(relation, plan->fk->conkey, FALSE);
    for (guint i = fks->len; i > 0 && !plan->unusable; i--) {
        PgaConstraint *narrow = g_ptr_array_index(fks, i - 1);

        if (!pga_attnums_include(plan->fk->conkey, narrow->conkey) ||
            !pga_attnums_include(narrow->conkey, plan->attnums) ||
            pga_covering_index(relation, narrow->conkey, FALSE))
            continue;
        append_columns(plan->attnums, narrow->conkey);
        g_ptr_array_add(plan->also, g_ptr_array_steal_index(fks, i - 1));
    }
    append_columns(plan->attnums, plan->fk->conkey);
    return plan;
}

/* From a referenced row to those that reference it, as every page about the former asks. */
static void
add_join(const Pass *pass, PgaFinding *finding, const PgaRelation *relation,
         const PgaConstraint *fk)
{
    const PgaRelation *parent = pga_catalog_relation(pass->run->catalog, fk->confrelid);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *referenced = parent ? pga_relation_display(parent, NULL) : NULL;
    g_autoptr(GString) on = g_string_new(NULL);
    g_autoptr(GString) where = g_string_new(NULL);

    for (guint i = 0; parent && i < fk->conkey->len && i < fk->confkey->len; i++) {
        const PgaAttribute *own =
            pga_relation_attribute(relation, g_array_index(fk->conkey, gint16, i));
        const PgaAttribute *other =
            pga_relation_attribute(parent, g_array_index(fk->confkey, gint16, i));
        g_autofree char *column = pga_quote_identifier(own ? own->attname : "");
        g_autofree char *key = pga_quote_identifier(other ? other->attname : "");
        g_autofree char *schema =
            pga_quote_identifier(own ? pga_equality_schema(own) : "pg_catalog");

        g_string_append_printf(on, "%sp.%s OPERATOR(%s.=) x.%s", i ? " AND " : "", key, schema,
                               column);
        g_string_append_printf(where, "%sp.%s OPERATOR(%s.=) $%u", i ? " AND " : "", key, schema,
                               i + 1);
    }
    if (parent)
        pga_finding_add_plan(finding, "reading what references a row (a join)",
                             g_strdup_printf("SELECT x.* FROM %s p JOIN %s x ON %s WHERE %s",
                                             referenced, table, on->str, where->str));
}

static void
add_partitioned_fix(PgaFinding *finding, const PgaRelation *relation, const char *name,
                    const PgaPartitionIndex *index)
{
    g_autofree char *quoted = pga_quote_identifier(name);
    g_autofree char *qualified = pga_quote_qualified(relation->nspname, name);
    g_autofree char *table = pga_relation_display(relation, NULL);

    pga_finding_add_sql(finding, g_strdup_printf("CREATE INDEX %s ON ONLY %s %s;", quoted, table,
                                                 index->definition));
    pga_finding_add_undo(finding, g_strdup_printf("DROP INDEX %s;", qualified));
    if (!pga_finding_index_partitions(finding, relation, qualified, 0, index))
        finding->proof.kind = PGA_PROOF_EXECUTE;
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE", "scan");
    pga_finding_note(
        finding, "CREATE INDEX ON ONLY and ATTACH PARTITION hold their locks for an instant, the "
                 "concurrent builds block nobody: set lock_timeout, run each statement by itself.");
}

static void
add_plain_fix(PgaFinding *finding, const PgaRelation *relation, const char *name,
              const char *definition)
{
    g_autofree char *quoted = pga_quote_identifier(name);
    g_autofree char *qualified = pga_quote_qualified(relation->nspname, name);
    g_autofree char *table = pga_relation_display(relation, NULL);

    pga_finding_add_sql(finding, g_strdup_printf("CREATE INDEX CONCURRENTLY %s ON %s %s;", quoted,
                                                 table, definition));
    pga_finding_add_undo(finding, g_strdup_printf("DROP INDEX CONCURRENTLY %s;", qualified));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_note(finding,
                     "Run it outside a transaction block. If it is cancelled it leaves an invalid "
                     "index: drop that (the undo) and run it again.");
}

static void
add_fix(const Pass *pass, PgaFinding *finding, const PgaRelation *relation, const Plan *plan)
{
    g_autofree char *columns = pga_relation_column_list(relation, plan->attnums);
    g_autofree char *definition = g_strdup_printf("(%s)", columns);
    g_autofree char *middle = pga_object_name_columns(relation, plan->attnums);
    g_autofree char *name =
        pga_object_name_choose(pass->names, relation->nspname, relation->relname, middle, "idx");
    const PgaPartitionIndex index = {
        .kind = "INDEX",
        .definition = definition,
        .columns = middle,
        .partitions = pass->partitions,
        .names = pass->names,
    };

    pga_finding_prove(finding, PGA_PROOF_PLAN, relation);
    if (relation->relkind == 'p')
        add_partitioned_fix(finding, relation, name, &index);
    else
        add_plain_fix(finding, relation, name, definition);
    pga_finding_verify_index(finding, relation->nspname, name);
    if (finding->proof.kind == PGA_PROOF_PLAN) {
        pga_finding_add_plan(finding, "deleting a referenced row (the foreign key's check)",
                             pga_foreign_key_check(relation, plan->attnums));
        add_join(pass, finding, relation, plan->fk);
        finding->proof.min_improvement = pass->run->threshold[MIN_IMPROVEMENT] / 100;
    }
}

/* A second index on the same columns would be in the way of the first one's repair. */
static void
refer_to_repair(PgaFinding *finding, const PgaRelation *relation, const Plan *plan)
{
    g_autofree char *name = pga_index_display(plan->unusable);

    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, NULL);
    pga_finding_note(finding,
                     "Index %s is on these columns but is not valid: repair it (index-invalid), "
                     "and it serves this foreign key.",
                     name);
    pga_finding_prove(finding, PGA_PROOF_NONE, relation);
}

/* A standby counts no writes, so that its counters say nothing about deletes. */
static gboolean
has_evidence(const PgaRuleRun *run, const PgaRelation *relation, const PgaRelation *parent)
{
    return pga_rule_is_server(run) && !run->environment->is_standby && parent->has_counters &&
           relation->has_counters;
}

/* Appends what the counters say about how often the missing index hurts. */
static void
append_counters(const PgaRuleRun *run, GString *evidence, const PgaRelation *relation,
                const PgaRelation *parent)
{
    g_autofree char *deletes = NULL, *scans = NULL, *age = NULL;

    if (!parent || !has_evidence(run, relation, parent) || run->environment->stats_age < DAY)
        return;
    deletes = pga_count_format((double)parent->counters.n_tup_del);
    scans = pga_count_format((double)relation->counters.seq_scan);
    age = pga_duration_format(run->environment->stats_age);
    g_string_append_printf(
        evidence,
        " In the %s that the counters cover the referenced table had %s rows deleted and "
        "this one %s sequential scans.",
        age, deletes, scans);
}

/* (transfer full) */
static char *
describe(const PgaRuleRun *run, const PgaRelation *relation, const Plan *plan)
{
    const PgaRelation *parent = pga_catalog_relation(run->catalog, plan->fk->confrelid);
    g_autofree char *parent_name =
        parent ? pga_relation_display(parent, NULL) : g_strdup("the referenced table");
    g_autofree char *name = pga_quote_identifier(plan->fk->conname);
    g_autofree char *columns = pga_relation_column_list(relation, plan->fk->conkey);
    g_autofree char *rows = pga_rule_rows(relation);
    GString *evidence = g_string_new(NULL);

    g_string_append_printf(
        evidence,
        "Foreign key %s (%s) references %s, and no valid index begins with its columns: each "
        "DELETE of a row in %s, and each UPDATE of its key, reads all of this table, %s.",
        name, columns, parent_name, parent_name, rows);
    if (relation->reltuples < 0)
        g_string_append(evidence, " Sizes are unknown: give --rows to judge it by them.");
    for (guint i = 0; i < plan->also->len; i++) {
        const PgaConstraint *other = g_ptr_array_index(plan->also, i);
        g_autofree char *other_name = pga_quote_identifier(other->conname);

        g_string_append_printf(evidence, " The same index serves foreign key %s.", other_name);
    }
    append_counters(run, evidence, relation, parent);
    return g_string_free(evidence, FALSE);
}

/* Nobody deletes or updates referenced rows and nobody scans this table: the index would wait for a
 * first use. */
static gboolean
is_idle(const PgaRuleRun *run, const PgaRelation *relation, const Plan *plan)
{
    const PgaRelation *parent = pga_catalog_relation(run->catalog, plan->fk->confrelid);

    return parent && has_evidence(run, relation, parent) && plan->also->len == 0 &&
           run->environment->stats_age >= run->threshold[IDLE_AFTER_DAYS] * DAY &&
           parent->counters.n_tup_del == 0 && parent->counters.n_tup_upd == 0 &&
           relation->counters.seq_scan == 0;
}

static void
report(const Pass *pass, const PgaRelation *relation, const Plan *plan)
{
    PgaRuleRun *run = pass->run;
    g_autofree char *evidence = describe(run, relation, plan);
    const PgaRelation *parent = pga_catalog_relation(run->catalog, plan->fk->confrelid);
    PgaFinding *finding;

    if (plan->fk->conkey->len == 1) {
        finding = pga_rule_report(
            run, relation,
            pga_relation_attribute(relation, g_array_index(plan->fk->conkey, gint16, 0)), "%s",
            evidence);
    } else {
        g_autofree char *table = pga_relation_display(relation, NULL);
        g_autofree char *columns = pga_relation_column_list(relation, plan->fk->conkey);
        g_autofree char *object = g_strdup_printf("%s (%s)", table, columns);

        finding = pga_rule_report_object(run, object, "%s", evidence);
    }
    finding->weight = MAX(relation->reltuples, 0);
    if (relation->reltuples < 0)
        finding->confidence = PGA_CONFIDENCE_LIKELY;
    if (is_idle(run, relation, plan))
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    if (plan->unusable)
        refer_to_repair(finding, relation, plan);
    else
        add_fix(pass, finding, relation, plan);
    if (parent && parent != relation)
        pga_finding_prove(finding, finding->proof.kind, parent);
}

static void
check_relation(const Pass *pass, const PgaRelation *relation)
{
    g_autoptr(GPtrArray) fks = uncovered(pass, relation);

    if (fks->len == 0)
        return;
    if (relation->reltuples < 0 && pga_rule_is_server(pass->run)) {
        g_autofree char *table = pga_relation_display(relation, NULL);

        pga_rule_not_evaluated(
            pass->run, table, "no row estimate: run ANALYZE %s, or give --rows %s=N", table, table);
        return;
    }
    if (relation->reltuples >= 0 && relation->reltuples < pass->run->threshold[MIN_ROWS])
        return;
    while (fks->len > 0) {
        Plan *plan = take_plan(relation, fks);

        if (!plan->unusable || !plan->unusable->being_built)
            report(pass, relation, plan);
        plan_free(plan);
    }
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) names = pga_object_names_new(run->whole);
    g_autoptr(GHashTable) partitions = pga_rule_partitions(run->whole);
    const Pass pass = {run, names, partitions};

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        /* partitions too: of their own foreign keys, which the partitioned table has not */
        if (pga_rule_concerns_indexes(relation))
            check_relation(&pass, relation);
    }
}

const PgaRule pga_rule_fk_missing_index = {
    .id = "fk-missing-index",
    .title = "Foreign key without an index on its referencing columns",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "PostgreSQL indexes the referenced side of a foreign key, never the referencing one. "
           "Without an index "
           "there, deleting one referenced row reads the whole referencing table, and joins along "
           "the key have "
           "nothing to use.",
    .when_not = "Referenced rows are never deleted, their keys never change, and no query joins or "
                "filters on these "
                "columns.",
    .condition = "No valid index begins with the foreign key's columns, in any order, and the "
                 "referencing table has {min_rows} or more.",
    .example =
        "CREATE TABLE customers (id bigint PRIMARY KEY);\n"
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);",
    .fix = "Creates the index with CONCURRENTLY, in the lab first: reads and writes go on; it is "
           "dropped from the report when the planner gains less than {min_improvement}.",
    .versions = "Of a partitioned table each partition's index is built CONCURRENTLY and then "
                "attached, since 11.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-FK",
    .docs_title = "Constraints: Foreign Keys",
    .requirements = "T1-2 PRE-7 DJ-1",
    .thresholds = {{"min_rows", "rows", 1000, "Tables with fewer rows are left alone."},
                   {"idle_days", "days", 7,
                    "Counters that cover this long and show no use make the finding an info."},
                   {"min_improvement", "%", 10,
                    "Less of the planner's cost saved in the lab, and the finding is dropped."}},
    .check = check,
};

/* fk-missing-index: a foreign key whose referencing columns lead no index. Deleting a referenced
 * row, or changing its key, then reads the whole referencing table; below min_rows that costs what
 * an index descent does. */
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "../object_name_internal.h"
#include "../partition_index_internal.h"

#define MIN_ROWS        0 /* place in the rule's thresholds */
#define IDLE_AFTER_DAYS 1

#define DAY             86400.0

typedef struct {
    PgaRuleRun *run;
    GHashTable *names;      /* of relations, to name new indexes */
    GHashTable *partitions; /* by parent */
} Pass;

/* One index to make, and the foreign keys that it serves. */
typedef struct {
    const PgaConstraint *fk; /* the widest one */
    GArray *attnums;         /* its columns in the index's order */
    GPtrArray *also;         /* of const PgaConstraint *: others that it serves */
} Plan;

static void
plan_free(Plan *plan)
{
    g_array_unref(plan->attnums);
    g_ptr_array_unref(plan->also);
    g_free(plan);
}

static gboolean
contains(const GArray *attnums, guint length, gint16 attnum)
{
    for (guint i = 0; i < length; i++) {
        if (g_array_index(attnums, gint16, i) == attnum)
            return TRUE;
    }
    return FALSE;
}

/* Whether the first columns of @wide, as a set, are those of @narrow. */
static gboolean
leads(const GArray *wide, guint wide_length, const GArray *narrow)
{
    if (wide_length < narrow->len)
        return FALSE;
    for (guint i = 0; i < narrow->len; i++) {
        if (!contains(wide, narrow->len, g_array_index(narrow, gint16, i)))
            return FALSE;
    }
    return TRUE;
}

/* A predicate that demands nothing but that columns of the key are not null: the foreign key's own
 * lookup, for a value that is not null, implies it. */
static gboolean
predicate_is_implied(const PgaRelation *relation, const char *pred, const GArray *attnums)
{
    g_autoptr(GString) rest = g_string_new(pred);

    for (guint i = 0; i < attnums->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(attnums, gint16, i));
        g_autofree char *column =
            attribute ? pga_quote_identifier(attribute->attname) : g_strdup("");
        g_autofree char *term = g_strdup_printf("(%s IS NOT NULL)", column);

        g_string_replace(rest, term, "", 0);
    }
    g_string_replace(rest, " AND ", "", 0);
    return strspn(rest->str, "()") == rest->len;
}

static gboolean
index_covers(const PgaRelation *relation, const PgaIndex *index, const GArray *attnums)
{
    const gboolean hash = g_str_equal(index->amname, "hash") && attnums->len == 1;

    if (!index->indisvalid || !index->indisready || (!hash && !g_str_equal(index->amname, "btree")))
        return FALSE;
    if (!leads(index->indkey, index->n_key_atts, attnums))
        return FALSE;
    return !index->pred || predicate_is_implied(relation, index->pred, attnums);
}

static gboolean
is_covered(const PgaRelation *relation, const GArray *attnums)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        if (index_covers(relation, g_ptr_array_index(relation->indexes, i), attnums))
            return TRUE;
    }
    return FALSE;
}

/* (transfer full): @attnums of @relation as @partition numbers its columns of the same names. */
static GArray *
translate(const PgaRelation *relation, const PgaRelation *partition, const GArray *attnums)
{
    GArray *translated = g_array_new(FALSE, FALSE, sizeof(gint16));

    for (guint i = 0; i < attnums->len; i++) {
        const PgaAttribute *wanted =
            pga_relation_attribute(relation, g_array_index(attnums, gint16, i));

        for (guint j = 0; wanted && j < partition->attributes->len; j++) {
            const PgaAttribute *attribute = g_ptr_array_index(partition->attributes, j);

            if (g_str_equal(attribute->attname, wanted->attname))
                g_array_append_val(translated, attribute->attnum);
        }
    }
    return translated;
}

/* Whether every partition has an index of its own, although the partitioned table has none. */
static gboolean
partitions_are_covered(const Pass *pass, const PgaRelation *relation, const GArray *attnums)
{
    const GPtrArray *partitions =
        g_hash_table_lookup(pass->partitions, GUINT_TO_POINTER(relation->oid));

    for (guint i = 0; partitions && i < partitions->len; i++) {
        const PgaRelation *partition = g_ptr_array_index(partitions, i);
        g_autoptr(GArray) own = translate(relation, partition, attnums);

        if (!is_covered(partition, own) && !partitions_are_covered(pass, partition, own))
            return FALSE;
    }
    return partitions != NULL;
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

        if (fk->contype == 'f' && !fk->conparentid && !is_covered(relation, fk->conkey) &&
            !partitions_are_covered(pass, relation, fk->conkey))
            g_ptr_array_add(found, fk);
    }
    g_ptr_array_sort(found, compare_wider_first);
    return found;
}

/* Whether @narrow's columns all are among @wide's. */
static gboolean
is_subset(const GArray *narrow, const GArray *wide)
{
    for (guint i = 0; i < narrow->len; i++) {
        if (!contains(wide, wide->len, g_array_index(narrow, gint16, i)))
            return FALSE;
    }
    return TRUE;
}

static void
append_columns(GArray *order, const GArray *attnums)
{
    for (guint i = 0; i < attnums->len; i++) {
        const gint16 attnum = g_array_index(attnums, gint16, i);

        if (!contains(order, order->len, attnum))
            g_array_append_val(order, attnum);
    }
}

/* The index for @fks's first one, ordered so that narrower ones use its beginning: each of these,
 * from the narrowest up, that contains the columns placed before it. Whatever it serves leaves
 * @fks. */
static Plan *
take_plan(GPtrArray *fks)
{
    Plan *plan = g_new0(Plan, 1);

    plan->fk = g_ptr_array_steal_index(fks, 0);
    plan->attnums = g_array_new(FALSE, FALSE, sizeof(gint16));
    plan->also = g_ptr_array_new();
    for (guint i = fks->len; i > 0; i--) {
        PgaConstraint *narrow = g_ptr_array_index(fks, i - 1);

        if (!is_subset(narrow->conkey, plan->fk->conkey) ||
            !is_subset(plan->attnums, narrow->conkey))
            continue;
        append_columns(plan->attnums, narrow->conkey);
        g_ptr_array_add(plan->also, g_ptr_array_steal_index(fks, i - 1));
    }
    append_columns(plan->attnums, plan->fk->conkey);
    return plan;
}

/* The operator that the referential check itself would use: that of the column's own schema where
 * the type is not built in (citext's "=" is not text's). */
static const char *
operator_schema(const PgaAttribute *attribute)
{
    if (attribute->typtype != 'b' || attribute->typcategory == 'A' || !attribute->typnspname)
        return "pg_catalog";
    return attribute->typnspname;
}

/* As the trigger of the foreign key asks when a referenced row goes.
 * Source: ri_Check_Pk_Match(), RI_FKey_noaction_del() in PostgreSQL 17
 * src/backend/utils/adt/ri_triggers.c */
static char *
probe(const PgaRelation *relation, const GArray *attnums)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    GString *sql = g_string_new("SELECT 1 FROM ");

    g_string_append_printf(sql, "%s%s x WHERE ", relation->relkind == 'p' ? "" : "ONLY ", table);
    for (guint i = 0; i < attnums->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(attnums, gint16, i));
        g_autofree char *column =
            attribute ? pga_quote_identifier(attribute->attname) : g_strdup("");
        g_autofree char *schema =
            pga_quote_identifier(attribute ? operator_schema(attribute) : "pg_catalog");

        g_string_append_printf(sql, "%s$%u OPERATOR(%s.=) x.%s", i ? " AND " : "", i + 1, schema,
                               column);
    }
    g_string_append(sql, " FOR KEY SHARE OF x");
    return g_string_free(sql, FALSE);
}

static void
add_fix(const Pass *pass, PgaFinding *finding, const PgaRelation *relation, const Plan *plan)
{
    g_autofree char *columns = pga_relation_column_list(relation, plan->attnums);
    g_autofree char *definition = g_strdup_printf("(%s)", columns);
    g_autofree char *middle = pga_object_name_columns(relation, plan->attnums);
    g_autofree char *name =
        pga_object_name_choose(pass->names, relation->nspname, relation->relname, middle, "idx");
    g_autofree char *quoted = pga_quote_identifier(name);
    g_autofree char *qualified = pga_quote_qualified(relation->nspname, name);
    g_autofree char *table = pga_relation_display(relation, NULL);
    const PgaPartitionIndex index = {"INDEX", definition, middle, pass->partitions, pass->names};
    gboolean complete = TRUE;

    if (relation->relkind == 'p') {
        pga_finding_add_sql(
            finding, g_strdup_printf("CREATE INDEX %s ON ONLY %s %s;", quoted, table, definition));
        complete = pga_finding_index_partitions(finding, relation, qualified, 0, &index);
        pga_finding_add_undo(finding, g_strdup_printf("DROP INDEX %s;", qualified));
        pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE", "scan");
        pga_finding_note(
            finding, "CREATE INDEX ON ONLY and ATTACH PARTITION hold their locks for an instant, "
                     "the concurrent builds block nobody: set lock_timeout, run each statement by "
                     "itself.");
    } else {
        pga_finding_add_sql(finding, g_strdup_printf("CREATE INDEX CONCURRENTLY %s ON %s %s;",
                                                     quoted, table, definition));
        pga_finding_add_undo(finding, g_strdup_printf("DROP INDEX CONCURRENTLY %s;", qualified));
        pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
        pga_finding_note(
            finding, "Run it outside a transaction block. If it is cancelled it leaves an invalid "
                     "index: drop that (the undo) and run it again.");
    }
    pga_finding_prove(finding, complete ? PGA_PROOF_PLAN : PGA_PROOF_EXECUTE, relation);
    if (complete)
        finding->proof.probe = probe(relation, plan->attnums);
}

/* Appends what the counters say about how often the missing index hurts. */
static void
append_counters(const PgaRuleRun *run, GString *evidence, const PgaRelation *relation,
                const PgaRelation *parent)
{
    g_autofree char *deletes = NULL, *scans = NULL, *age = NULL;

    if (!pga_rule_is_live(run) || run->environment->stats_age < 0 || !parent ||
        !parent->has_counters || !relation->has_counters)
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

    return pga_rule_is_live(run) && plan->also->len == 0 &&
           run->environment->stats_age >= run->threshold[IDLE_AFTER_DAYS] * DAY && parent &&
           parent->has_counters && relation->has_counters && parent->counters.n_tup_del == 0 &&
           parent->counters.n_tup_upd == 0 && relation->counters.seq_scan == 0;
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
    if (relation->reltuples < 0 && pga_rule_is_live(pass->run)) {
        g_autofree char *table = pga_relation_display(relation, NULL);

        pga_rule_not_evaluated(
            pass->run, table, "no row estimate: run ANALYZE %s, or give --rows %s=N", table, table);
        return;
    }
    if (relation->reltuples >= 0 && relation->reltuples < pass->run->threshold[MIN_ROWS])
        return;
    while (fks->len > 0) {
        Plan *plan = take_plan(fks);

        report(pass, relation, plan);
        plan_free(plan);
    }
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) names = pga_object_names_new(run->catalog);
    g_autoptr(GHashTable) partitions = pga_rule_partitions(run->catalog);
    const Pass pass = {run, names, partitions};

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        if (pga_rule_concerns(relation))
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
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-FK",
    .docs_title = "Constraints: Foreign Keys",
    .requirements = "T1-2 PRE-7 DJ-1",
    .thresholds = {{"min_rows", "rows", 1000, "Tables with fewer rows are left alone."},
                   {"idle_days", "days", 7,
                    "Counters that cover this long and show no use make the finding an info."}},
    .check = check,
};

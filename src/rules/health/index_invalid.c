/* index-invalid: an index that the planner ignores, left behind by a concurrent build that failed,
 * or a partitioned index that not every partition has joined. Writes may still maintain it; a
 * unique one enforces nothing sure. */
#include <string.h>

#include <base/text.h>

#include "../index_fix_internal.h"
#include "../object_name_internal.h"
#include "../partition_index_internal.h"

typedef struct {
    PgaRuleRun *run;
    GHashTable *partitions; /* by parent */
    GHashTable *names;      /* of relations; made with the first partitioned index */
} Pass;

/* A copy that REINDEX CONCURRENTLY left: name_ccnew, name_ccold, perhaps numbered.
 * Source: ReindexRelationConcurrently() in PostgreSQL 17 src/backend/commands/indexcmds.c */
static gboolean
is_leftover(const PgaIndex *index)
{
    const char *suffix = g_strrstr(index->relname, "_cc");

    if (!suffix || index->constraint || index->parent ||
        (!g_str_has_prefix(suffix, "_ccnew") && !g_str_has_prefix(suffix, "_ccold")))
        return FALSE;
    suffix += strlen("_ccnew");
    return suffix[strspn(suffix, "0123456789")] == '\0';
}

static void
drop(PgaFinding *finding, const PgaRelation *relation, const PgaIndex *index, const char *name)
{
    pga_finding_add_sql(finding, g_strdup_printf("DROP INDEX CONCURRENTLY %s;", name));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "instant");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
    if (is_leftover(index)) {
        pga_finding_note(
            finding,
            "It is what an interrupted REINDEX CONCURRENTLY left; the index itself is another "
            "one and stays. No query used this copy: there is nothing to undo.");
        return;
    }
    pga_finding_add_undo(finding, pga_index_recreate(relation, index));
    pga_finding_note(
        finding,
        "Its drop was begun and interrupted: only finishing it helps. The undo builds it anew.");
}

/* Nulls are duplicates of each other only with NULLS NOT DISTINCT: the others are left out. */
static void
append_not_null(GString *where, const PgaRelation *relation, const PgaIndex *index,
                const GArray *key)
{
    for (guint i = 0; i < key->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(key, gint16, i));
        g_autofree char *name = attribute ? pga_quote_identifier(attribute->attname) : NULL;

        if (name && !attribute->attnotnull)
            g_string_append_printf(where, "%s %s IS NOT NULL", where->len ? " AND" : " WHERE",
                                   name);
    }
    if (index->exprs)
        g_string_append_printf(where, "%s num_nonnulls(%s) = %u", where->len ? " AND" : " WHERE",
                               index->exprs, index->n_key_atts - key->len);
}

/* (transfer full): the query that lists what a unique index cannot hold twice: its plain columns,
 * then its expressions, which are known as one text. */
static char *
duplicates_query(const PgaRelation *relation, const PgaIndex *index)
{
    g_autoptr(GArray) key = pga_index_key(index);
    g_autoptr(GString) where = g_string_new(NULL);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *columns = NULL, *all = NULL;

    for (guint i = key->len; i > 0; i--) {
        if (g_array_index(key, gint16, i - 1) == 0)
            g_array_remove_index(key, i - 1);
    }
    columns = pga_relation_column_list(relation, key);
    all = g_strconcat(columns, index->exprs && key->len > 0 ? ", " : "",
                      index->exprs ? index->exprs : "", NULL);
    if (index->pred)
        g_string_append_printf(where, " WHERE %s", index->pred);
    if (!index->indnullsnotdistinct)
        append_not_null(where, relation, index, key);
    return g_strdup_printf("SELECT %s, count(*) FROM %s%s GROUP BY %s HAVING count(*) > 1;", all,
                           table, where->str, all);
}

/* A unique index fails to build over duplicates, and the empty clone has none. */
static void
note_unique(PgaFinding *finding, const PgaRelation *relation, const PgaIndex *index,
            gboolean leaves_copy)
{
    g_autofree char *query = duplicates_query(relation, index);
    g_autofree char *copy = pga_object_name_make(index->relname, NULL, "ccnew");
    g_autofree char *name = pga_quote_qualified(index->nspname, copy);

    pga_finding_note(finding,
                     "It fails again while the table holds duplicates: remove those first. This "
                     "lists them: %s",
                     query);
    if (leaves_copy)
        pga_finding_note(finding,
                         "When it fails, one more invalid index stays, %s: DROP INDEX CONCURRENTLY "
                         "%s;",
                         name, name);
}

static void
rebuild(const PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation,
        const PgaIndex *index, const char *name)
{
    /* REINDEX CONCURRENTLY came with 12, and still refuses exclusion constraints */
    const gboolean old = run->environment->version_num < 120000;
    const gboolean replaceable =
        old && !index->constraint && !index->parent && !index->indisexclusion;
    const gboolean blocks = (old && !replaceable) || index->indisexclusion;

    if (replaceable) {
        pga_finding_add_sql(finding, g_strdup_printf("DROP INDEX CONCURRENTLY %s;", name));
        pga_finding_add_sql(finding, pga_index_recreate(relation, index));
    } else {
        pga_finding_add_sql(
            finding, g_strdup_printf("REINDEX INDEX %s%s;", blocks ? "" : "CONCURRENTLY ", name));
    }
    pga_finding_set_fix(finding, blocks ? PGA_SAFETY_LOCK : PGA_SAFETY_SAFE,
                        blocks ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_note(finding, blocks ? "Writes to the table are blocked while it runs, and reads "
                                       "too: planning one locks all indexes of the table."
                                     : "Run it outside a transaction block.");
    if (index->indisunique)
        note_unique(finding, relation, index, !old && !blocks);
    pga_finding_note(finding, "If nobody needs the index, DROP INDEX CONCURRENTLY instead.");
    if (!index->indisunique)
        pga_finding_note(finding, "Nothing to undo: rows and definition stay as they are.");
    pga_finding_prove(finding, index->indisunique ? PGA_PROOF_NONE : PGA_PROOF_EXECUTE, relation);
}

static gboolean
has_foreign_partition(const Pass *pass, const PgaRelation *relation)
{
    const GPtrArray *list = g_hash_table_lookup(pass->partitions, GUINT_TO_POINTER(relation->oid));

    for (guint i = 0; list && i < list->len; i++) {
        if (((const PgaRelation *)g_ptr_array_index(list, i))->relkind == 'f')
            return TRUE;
    }
    return FALSE;
}

/* What no statement about partitions can mend. Returns whether it said something. */
static gboolean
explain_partitioned(const Pass *pass, PgaFinding *finding, const PgaRelation *relation,
                    const PgaIndex *index)
{
    const gboolean foreign = has_foreign_partition(pass, relation);

    if (!foreign && !index->indisexclusion)
        return FALSE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(
        finding,
        foreign ? "A foreign table among the partitions cannot have a part of it, so that an index "
                  "made with ON ONLY never becomes valid: make it anew without ONLY."
                : "Give each partition its exclusion constraint and attach that one's index: no "
                  "exclusion constraint can be built concurrently.");
    pga_finding_prove(finding, PGA_PROOF_NONE, relation);
    return TRUE;
}

static void
explain_attached(PgaFinding *finding, const PgaRelation *relation, const char *name)
{
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, NULL);
    pga_finding_note(
        finding,
        "Every partition has its index attached, so one of those is invalid itself: "
        "REINDEX INDEX CONCURRENTLY that one, then ALTER INDEX %s ATTACH PARTITION it "
        "once more. Older minor releases leave this one invalid all the same: there, make "
        "it anew.",
        name);
    pga_finding_prove(finding, PGA_PROOF_NONE, relation);
}

/* The index is valid once every partition's has been attached. */
static void
complete_partitions(Pass *pass, PgaFinding *finding, const PgaRelation *relation,
                    const PgaIndex *index, const char *name)
{
    const PgaConstraint *constraint = pga_index_constraint(relation, index);
    g_autofree char *columns = pga_object_name_columns(relation, index->indkey);
    PgaPartitionIndex wanted = {
        .kind = index->indisunique ? "UNIQUE INDEX" : "INDEX",
        .definition = pga_index_tail(index),
        .constraint = constraint ? constraint->definition : NULL,
        .columns = columns,
        .partitions = pass->partitions,
    };

    pga_rule_set_severity(pass->run, finding, PGA_SEVERITY_WARNING);
    if (explain_partitioned(pass, finding, relation, index))
        return;
    if (!pass->names)
        pass->names = pga_object_names_new(pass->run->whole);
    wanted.names = pass->names;
    if (pga_finding_index_partitions(finding, relation, name, index->indexrelid, &wanted) &&
        finding->fix.sql->len == 0) {
        explain_attached(finding, relation, name);
        return;
    }
    if (constraint)
        pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "scan");
    else
        pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_note(finding,
                     "Only adds indexes. An attached one goes only with the whole: to undo "
                     "it all, drop the partitioned index or its constraint.");
    /* the clone's partitions have all joined it: there is nothing to execute there */
    pga_finding_prove(finding, PGA_PROOF_NONE, relation);
}

/* Which indexes of the table are still invalid. */
static void
verify(PgaFinding *finding, const PgaRelation *relation)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *literal = pga_quote_literal(table);

    pga_finding_verify(finding,
                       "SELECT indexrelid::regclass FROM pg_index WHERE "
                       "indrelid = %s::regclass AND NOT indisvalid;",
                       literal);
}

static void
report_partitioned(Pass *pass, const PgaRelation *relation, const PgaIndex *index)
{
    g_autofree char *name = pga_index_display(index);
    g_autofree char *table = pga_relation_display(relation, NULL);
    PgaFinding *finding = pga_rule_report_object(
        pass->run, name,
        "pg_index has indisvalid false for this partitioned index: not every partition of %s has "
        "its part of it%s.",
        table, index->indisunique ? ", so that nothing guarantees unique values" : "");

    finding->weight = (double)MAX(index->bytes, 0);
    verify(finding, relation);
    complete_partitions(pass, finding, relation, index, name);
}

static const char *
word(gboolean value)
{
    return value ? "true" : "false";
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    g_autofree char *name = pga_index_display(index);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *size = pga_index_size(run, index);
    PgaFinding *finding = pga_rule_report_object(
        run, name,
        "pg_index has indisvalid %s, indisready %s, indislive %s for it, and no CREATE INDEX is "
        "running on %s: no query uses it%s; it takes %s.",
        word(index->indisvalid), word(index->indisready), word(index->indislive), table,
        index->indisready ? ", while every write maintains it" : "", size);

    finding->weight = (double)MAX(index->bytes, 0);
    verify(finding, relation);
    if (is_leftover(index) || !index->indislive)
        drop(finding, relation, index, name);
    else
        rebuild(run, finding, relation, index, name);
}

static void
check_index(Pass *pass, const PgaRelation *relation, const PgaIndex *index)
{
    if (index->being_built || (index->indisvalid && index->indisready && index->indislive))
        return;
    if (relation->relkind == 'p')
        report_partitioned(pass, relation, index);
    else
        report(pass->run, relation, index);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) partitions = pga_rule_partitions(run->whole);
    Pass pass = {run, partitions, NULL};

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint j = 0; j < relation->indexes->len && pga_rule_concerns_indexes(relation); j++)
            check_index(&pass, relation, g_ptr_array_index(relation->indexes, j));
    }
    g_clear_pointer(&pass.names, g_hash_table_unref);
}

const PgaRule pga_rule_index_invalid = {
    .id = "index-invalid",
    .title = "Invalid index",
    .category = "index",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The planner ignores an invalid index, writes may pay for it all the same, and an "
           "invalid unique index does "
           "not guarantee that values are unique.",
    .when_not = "A concurrent build that is not visible to this role is still running.",
    .condition =
        "pg_index has indisvalid, indisready or indislive false for the index, and no CREATE "
        "INDEX or REINDEX is running on its table.",
    .example = "CREATE TABLE orders (number int);\n"
               "INSERT INTO orders VALUES (1), (1);\n"
               "CREATE UNIQUE INDEX CONCURRENTLY orders_number_idx ON orders (number); -- fails",
    .fix = "Rebuilds it with REINDEX CONCURRENTLY, or drops what an interrupted REINDEX left: "
           "reads and writes go on, except for exclusion constraints.",
    .versions =
        "REINDEX CONCURRENTLY came with 12; before it the index is dropped and created again, "
        "both CONCURRENTLY.",
    .docs = "sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
    .docs_title = "CREATE INDEX: Building Indexes Concurrently",
    .requirements = "T2-5",
    .check = check,
};

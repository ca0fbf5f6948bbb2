/* pk-int-exhaustion: a sequence near the end of what it, or the column that it numbers, can hold.
 * After the last value every INSERT fails. */
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "../column_internal.h"
#include "../sequence_default_internal.h"
#include "../type_change_internal.h"

#define WARN        0 /* places in the rule's thresholds */
#define ERROR       1

#define DAY         86400.0
#define ONLINE_ROWS 1e6 /* from here on a rewrite is no longer done in passing */

/* A column that has to become bigint. */
typedef struct {
    const PgaRelation *relation;
    const PgaAttribute *attribute;
} Column;

/* The largest value of an integer column; 0 for other types. */
static gint64
column_max(const PgaAttribute *attribute)
{
    if (pga_column_has_type(attribute, "int2"))
        return G_MAXINT16;
    if (pga_column_has_type(attribute, "int4"))
        return G_MAXINT32;
    return pga_column_has_type(attribute, "int8") ? G_MAXINT64 : 0;
}

static gboolean
is_narrow(const PgaAttribute *attribute)
{
    const gint64 max = column_max(attribute);

    return max > 0 && max < G_MAXINT64;
}

static gboolean
is_listed(const GArray *columns, const PgaAttribute *attribute)
{
    for (guint i = 0; i < columns->len; i++) {
        if (g_array_index(columns, Column, i).attribute == attribute)
            return TRUE;
    }
    return FALSE;
}

/* Appends the columns that @fk makes hold the values of @column. */
static void
append_referencing(const PgaCatalog *catalog, const PgaConstraint *fk, const Column *column,
                   GArray *columns)
{
    const PgaRelation *relation = pga_catalog_relation(catalog, fk->conrelid);

    for (guint i = 0; i < MIN(fk->confkey->len, fk->conkey->len); i++) {
        Column other = {relation, NULL};

        if (g_array_index(fk->confkey, gint16, i) != column->attribute->attnum)
            continue;
        other.attribute = pga_relation_attribute(relation, g_array_index(fk->conkey, gint16, i));
        if (other.attribute && is_narrow(other.attribute) && !is_listed(columns, other.attribute))
            g_array_append_val(columns, other);
    }
}

/* (transfer full): of Column: the column and, over any number of foreign keys, all that take its
 * values. */
static GArray *
columns_to_widen(const PgaCatalog *catalog, const PgaRelation *relation,
                 const PgaAttribute *attribute)
{
    GArray *columns = g_array_new(FALSE, FALSE, sizeof(Column));
    const Column first = {relation, attribute};

    g_array_append_val(columns, first);
    for (guint i = 0; i < columns->len; i++) {
        const Column column = g_array_index(columns, Column, i);

        for (guint j = 0; j < catalog->constraints->len; j++) {
            const PgaConstraint *fk = g_ptr_array_index(catalog->constraints, j);

            if (fk->contype == 'f' && fk->confrelid == column.relation->oid && !fk->conparentid)
                append_referencing(catalog, fk, &column, columns);
        }
    }
    return columns;
}

/* The sequence's own limit, if it is narrower than bigint's; an identity column's follows the
 * column by itself. */
static void
widen_sequence(PgaFinding *finding, const PgaSequence *sequence)
{
    g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);
    const gboolean is_type_max =
        sequence->max_value == G_MAXINT16 || sequence->max_value == G_MAXINT32;

    if (sequence->max_value == G_MAXINT64 || (sequence->owner_deptype == 'i' && is_type_max))
        return;
    pga_finding_add_sql(finding, g_strdup_printf("ALTER SEQUENCE %s AS bigint NO MAXVALUE;", name));
    if (is_type_max)
        pga_finding_add_undo(
            finding, g_strdup_printf("ALTER SEQUENCE %s AS %s;", name,
                                     sequence->max_value == G_MAXINT16 ? "smallint" : "integer"));
    else
        pga_finding_add_undo(finding,
                             g_strdup_printf("ALTER SEQUENCE %s MAXVALUE %" G_GINT64_FORMAT ";",
                                             name, sequence->max_value));
}

/* (nullable): of @columns the one whose type PostgreSQL does not change. */
static const Column *
in_partition_key(const GArray *columns)
{
    for (guint i = 0; i < columns->len; i++) {
        const Column *column = &g_array_index(columns, Column, i);

        if (pga_column_in_partition_key(column->relation, column->attribute))
            return column;
    }
    return NULL;
}

static void
widen_columns(PgaFinding *finding, const GArray *columns)
{
    for (guint i = 0; i < columns->len; i++) {
        const Column *column = &g_array_index(columns, Column, i);
        g_autofree char *table = pga_relation_display(column->relation, NULL);
        g_autofree char *name = pga_quote_identifier(column->attribute->attname);

        pga_finding_add_sql(
            finding, g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s TYPE bigint;", table, name));
        pga_finding_add_undo(finding, g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s TYPE %s;",
                                                      table, name, column->attribute->type));
        pga_finding_prove(finding, PGA_PROOF_EXECUTE, column->relation);
    }
}

static void
note_columns(const PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation,
             const GArray *columns)
{
    pga_finding_note_rewrite(run, finding, relation);
    if (columns->len > 1)
        pga_finding_note(
            finding,
            "The columns that reference it by foreign keys must hold the new values too: %u more "
            "to widen.",
            columns->len - 1);
    if (relation->reltuples < 0 || relation->reltuples > ONLINE_ROWS)
        pga_finding_note(
            finding,
            "Without the long lock: add a bigint column, keep it equal by a trigger, fill it in "
            "batches, build its unique index CONCURRENTLY, then swap names and sequence in one "
            "short transaction.");
    pga_finding_note(finding, "Views that use the columns must be dropped first and made again. "
                              "The undo works only until the first value beyond the old type.");
}

static void
note_partition_key(PgaFinding *finding, const Column *column)
{
    g_autofree char *name = pga_relation_display(column->relation, column->attribute);

    pga_finding_note(
        finding,
        "%s is in a partition key, whose type PostgreSQL does not change: make a new partitioned "
        "table with bigint, move the rows, and swap the names.",
        name);
    pga_finding_prove(finding, PGA_PROOF_NONE, column->relation);
}

static void
add_fix(const PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation,
        const PgaAttribute *attribute, const PgaSequence *sequence)
{
    g_autoptr(GArray) columns = NULL;
    const Column *partitioning;

    if (!is_narrow(attribute)) {
        widen_sequence(finding, sequence);
        pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE ROW EXCLUSIVE", "instant");
        pga_finding_note(finding, "Only the sequence ends early: the column is a bigint already.");
        pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
        return;
    }
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "rewrite");
    columns = columns_to_widen(run->catalog, relation, attribute);
    partitioning = in_partition_key(columns);
    if (partitioning) {
        note_partition_key(finding, partitioning);
        return;
    }
    widen_sequence(finding, sequence);
    widen_columns(finding, columns);
    note_columns(run, finding, relation, columns);
}

/* (transfer full): how long the rest lasts at the rate of the counters; empty where there is none.
 */
static char *
forecast(const PgaRuleRun *run, const PgaRelation *relation, const PgaSequence *sequence,
         gint64 limit)
{
    const double age = run->environment->stats_age;
    const double used = (double)relation->counters.n_tup_ins * (double)sequence->increment;
    g_autofree char *left = NULL, *covered = NULL;

    if (!pga_rule_is_live(run) || !relation->has_counters || age < DAY || used <= 0 ||
        sequence->last_value >= limit)
        return g_strdup("");
    left = pga_duration_format((double)(limit - sequence->last_value) / (used / age));
    covered = pga_duration_format(age);
    return g_strdup_printf(" At the rate of inserts of the last %s the rest lasts %s.", covered,
                           left);
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
       const PgaSequence *sequence, gint64 limit)
{
    const double share = (double)sequence->last_value / (double)limit;
    g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);
    g_autofree char *rest = forecast(run, relation, sequence, limit);
    PgaFinding *finding =
        pga_rule_report(run, relation, attribute,
                        "Sequence %s is at %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                        " (%.1f %%); the limit is that of the "
                        "%s. After it every INSERT fails.%s",
                        name, sequence->last_value, limit, share * 100,
                        limit < column_max(attribute) ? "sequence" : attribute->type, rest);

    finding->weight = share;
    if (share < run->threshold[ERROR])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    add_fix(run, finding, relation, attribute, sequence);
}

/* A value set but not yet handed out counts: setval(…, false) leaves one behind. */
static gboolean
is_used(const PgaSequence *sequence)
{
    return sequence->is_called || sequence->last_value != sequence->start_value;
}

static void
check_column(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
             const PgaSequence *sequence)
{
    const gint64 limit = MIN(column_max(attribute), sequence->max_value);
    g_autofree char *name = NULL;

    if (limit <= 0 || sequence->cycle || sequence->increment <= 0)
        return;
    if (!sequence->readable) {
        name = pga_quote_qualified(sequence->nspname, sequence->relname);
        pga_rule_not_evaluated(
            run, name, "the role may not read last_value: GRANT SELECT ON SEQUENCE %s", name);
        return;
    }
    if (is_used(sequence) && (double)sequence->last_value >= run->threshold[WARN] * (double)limit)
        report(run, relation, attribute, sequence, limit);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) free_sequences = pga_free_sequences(run->catalog);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint j = 0; j < relation->attributes->len && pga_rule_concerns(relation); j++) {
            const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, j);
            const PgaSequence *sequence =
                pga_column_sequence(run->catalog, free_sequences, attribute);

            if (sequence)
                check_column(run, relation, attribute, sequence);
        }
    }
}

const PgaRule pga_rule_pk_int_exhaustion = {
    .id = "pk-int-exhaustion",
    .title = "Numbered column is running out of values",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why = "When the sequence or the column's type has no value left, every INSERT fails until the "
           "type is changed, which "
           "rewrites the table.",
    .when_not = "The table gets no new rows.",
    .docs = "datatype-numeric.html#DATATYPE-INT",
    .docs_title = "Numeric Types: Integer Types",
    .requirements = "T2-2",
    .thresholds = {{"warn", "share", 0.7, "Share of the values used from which it is a warning."},
                   {"error", "share", 0.9, "Share of the values used from which it is an error."}},
    .check = check,
};

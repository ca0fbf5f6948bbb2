/* pk-int-exhaustion: a sequence near the end of what it, or the column that it numbers, can hold.
 * After the last value every INSERT fails. */
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "../column_internal.h"
#include "../sequence_default_internal.h"
#include "../type_change_internal.h"

#define SEQUENCES_VIEW_SINCE 100000 /* pg_sequences */
#define WARN                 0      /* places in the rule's thresholds */
#define ERROR                1

#define MAX_NAMED            3 /* sequences */
#define DAY                  86400.0
#define ONLINE_ROWS          1e6 /* from here on a rewrite is no longer done in passing */

/* A column that has to become bigint. */
typedef struct {
    const PgaRelation *relation;
    const PgaAttribute *attribute;
} Column;

/* What could not be looked at, and what was there to look at. */
typedef struct {
    GHashTable *free_sequences;
    GPtrArray *unreadable; /* of const PgaSequence * */
    guint n_sequences, n_used;
} Sight;

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

static gboolean
descends(const PgaSequence *sequence)
{
    return sequence->increment < 0;
}

/* The least value of the column, as column_max(). */
static gint64
column_min(const PgaAttribute *attribute)
{
    return -column_max(attribute) - 1;
}

/* The last value that both sequence and column hold. */
static gint64
limit_of(const PgaAttribute *attribute, const PgaSequence *sequence)
{
    return descends(sequence) ? MAX(column_min(attribute), sequence->min_value)
                              : MIN(column_max(attribute), sequence->max_value);
}

/* Whether it is numbered towards an end. */
static gboolean
has_end(const PgaAttribute *attribute, const PgaSequence *sequence)
{
    if (column_max(attribute) == 0 || sequence->cycle || sequence->increment == 0)
        return FALSE;
    return descends(sequence) ? limit_of(attribute, sequence) < sequence->start_value
                              : limit_of(attribute, sequence) > 0;
}

/* Of the way to @limit, from zero or, down to a positive end, from where it began. */
static double
share_of(const PgaSequence *sequence, gint64 limit)
{
    const gint64 origin = descends(sequence) && limit >= 0 ? sequence->start_value : 0;

    return ((double)sequence->last_value - (double)origin) / ((double)limit - (double)origin);
}

/* The sequence's own limit, if it is narrower than bigint's; an identity column's follows the
 * column by itself. */
static void
widen_sequence(PgaFinding *finding, const PgaSequence *sequence)
{
    const gboolean down = descends(sequence);
    const gint64 end = down ? sequence->min_value : sequence->max_value;
    const char *word = down ? "MINVALUE" : "MAXVALUE";
    const gint64 mirrored = down ? -(end + 1) : end; /* as if it went up */
    const gboolean is_type_end = mirrored == G_MAXINT16 || mirrored == G_MAXINT32;
    g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);

    if (mirrored == G_MAXINT64 || (sequence->owner_deptype == 'i' && is_type_end))
        return;
    pga_finding_add_sql(finding, g_strdup_printf("ALTER SEQUENCE %s AS bigint NO %s;", name, word));
    if (is_type_end)
        pga_finding_add_undo(finding,
                             g_strdup_printf("ALTER SEQUENCE %s AS %s;", name,
                                             mirrored == G_MAXINT16 ? "smallint" : "integer"));
    else
        pga_finding_add_undo(finding, g_strdup_printf("ALTER SEQUENCE %s %s %" G_GINT64_FORMAT ";",
                                                      name, word, end));
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
        pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "SHARE ROW EXCLUSIVE", "instant");
        pga_finding_note(finding, "Only the sequence ends early: the column is a bigint already. "
                                  "The lock is on the sequence: it waits for transactions that "
                                  "took a number to end, and makes INSERTs wait behind it, so set "
                                  "lock_timeout.");
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
    const double rest = (double)limit - (double)sequence->last_value;
    g_autofree char *left = NULL, *covered = NULL;

    /* used and rest have the sign of the increment, until the limit is reached */
    if (!pga_rule_is_server(run) || !relation->has_counters || age < DAY || used * rest <= 0)
        return g_strdup("");
    left = pga_duration_format(rest / (used / age));
    covered = pga_duration_format(age);
    return g_strdup_printf(" At the rate of inserts of the last %s the rest lasts %s.", covered,
                           left);
}

static void
verify(PgaFinding *finding, const PgaSequence *sequence)
{
    g_autofree char *schema = pga_quote_literal(sequence->nspname);
    g_autofree char *name = pga_quote_literal(sequence->relname);

    pga_finding_verify(finding,
                       "SELECT data_type, last_value, max_value FROM pg_sequences "
                       "WHERE schemaname = %s AND sequencename = %s;",
                       schema, name);
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
       const PgaSequence *sequence, gint64 limit)
{
    const double share = share_of(sequence, limit);
    const gint64 column_limit = descends(sequence) ? column_min(attribute) : column_max(attribute);
    g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);
    g_autofree char *rest = forecast(run, relation, sequence, limit);
    PgaFinding *finding =
        pga_rule_report(run, relation, attribute,
                        "Sequence %s is at %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                        " (%.1f %%); the limit is that of the "
                        "%s. After it every INSERT fails.%s",
                        name, sequence->last_value, limit, share * 100,
                        limit != column_limit ? "sequence" : attribute->type, rest);

    finding->weight = share;
    if (share < run->threshold[ERROR])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    add_fix(run, finding, relation, attribute, sequence);
    if (run->environment->version_num >= SEQUENCES_VIEW_SINCE)
        verify(finding, sequence);
}

/* A value set but not yet handed out counts: setval(…, false) leaves one behind. */
static gboolean
is_used(const PgaSequence *sequence)
{
    return sequence->is_called || sequence->last_value != sequence->start_value;
}

static void
check_column(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
             Sight *sight)
{
    const PgaSequence *sequence =
        pga_column_sequence(run->catalog, sight->free_sequences, attribute);
    gint64 limit;

    if (!sequence || !has_end(attribute, sequence))
        return;
    limit = limit_of(attribute, sequence);
    sight->n_sequences++;
    if (!sequence->readable) {
        if (!g_ptr_array_find(sight->unreadable, sequence, NULL))
            g_ptr_array_add(sight->unreadable, (gpointer)sequence);
        return;
    }
    sight->n_used += is_used(sequence);
    if (is_used(sequence) && share_of(sequence, limit) >= run->threshold[WARN])
        report(run, relation, attribute, sequence, limit);
}

/* One entry for all: a role without the privilege mostly lacks it everywhere. */
static void
tell_unreadable(PgaRuleRun *run, const GPtrArray *unreadable)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < MIN(unreadable->len, MAX_NAMED); i++) {
        const PgaSequence *sequence = g_ptr_array_index(unreadable, i);
        g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);

        g_string_append_printf(names, "%s%s", i ? ", " : "", name);
    }
    if (unreadable->len > MAX_NAMED)
        g_string_append_printf(names, " and %u more", unreadable->len - MAX_NAMED);
    pga_rule_not_evaluated(run, NULL,
                           "last_value of %u sequence%s cannot be read (%s): the role needs SELECT "
                           "on the sequences and USAGE on their schemas",
                           unreadable->len, unreadable->len == 1 ? "" : "s", names->str);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) free_sequences = pga_free_sequences(run->catalog);
    g_autoptr(GPtrArray) unreadable = g_ptr_array_new();
    Sight sight = {free_sequences, unreadable, 0, 0};

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint j = 0; j < relation->attributes->len && pga_rule_concerns(relation); j++)
            check_column(run, relation, g_ptr_array_index(relation->attributes, j), &sight);
    }
    if (unreadable->len > 0)
        tell_unreadable(run, unreadable);
    else if (!pga_rule_is_server(run) && sight.n_sequences > 0 && sight.n_used == 0)
        pga_rule_not_evaluated(run, NULL, "a schema dump has no sequence positions");
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
    .condition =
        "The sequence of a column has used {warn} of what it or the column's type can hold; "
        "from {error} on it is an error.",
    .example = "CREATE TABLE events (id serial PRIMARY KEY);\n"
               "SELECT setval('events_id_seq', 1932735283);",
    .fix = "Widens the column, the columns that reference it and the sequence to bigint, which "
           "rewrites the tables under ACCESS EXCLUSIVE; where the column is a bigint already, "
           "only the sequence, in an instant.",
    .docs = "datatype-numeric.html#DATATYPE-INT",
    .docs_title = "Numeric Types: Integer Types",
    .requirements = "T2-2",
    .thresholds = {{"warn", "share", 0.7, "Share of the values used from which it is a warning."},
                   {"error", "share", 0.9, "Share of the values used from which it is an error."}},
    .check = check,
};

/* table-unpartitioned-large: a table that partitioning would suit by its size. Whether it would
 * suit by its queries is not known here: hence an info, with the column that looks like the key. */
#include <math.h>
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "../column_internal.h"
#include "../index_fix_internal.h"

#define ROWS         0 /* places in the rule's thresholds */
#define BYTES        1
#define WARN_BYTES   2

#define IN_ORDER     0.9 /* |correlation| from which a column follows the order in which rows came */
#define SMALLEST_ROW 28.0 /* bytes: 24 of tuple header, 4 of line pointer */

static gboolean
is_time(const PgaAttribute *attribute)
{
    return pga_column_has_type(attribute, "timestamptz") ||
           pga_column_has_type(attribute, "timestamp") || pga_column_has_type(attribute, "date");
}

static double
order(const PgaAttribute *attribute)
{
    if (!attribute->stats || isnan(attribute->stats->correlation))
        return 0;
    return fabs(attribute->stats->correlation);
}

/* How well the column would do as partition key: 0 not at all, then by name, by order, NOT NULL
 * first. */
static double
fitness(const PgaAttribute *attribute)
{
    static const char *const words[] = {"created", "inserted", "occurred",  "recorded", "logged",
                                        "event",   "received", "timestamp", "time",     "ts",
                                        "date",    "day",      "added",     NULL};

    if (!is_time(attribute))
        return 0;
    if (order(attribute) > IN_ORDER)
        return order(attribute) + (attribute->attnotnull ? 2 : 1);
    return attribute->attnotnull && pga_name_has_word(attribute->attname, words) ? 0.5 : 0;
}

/* (nullable): the best one; the first in the table where they are equal. */
static const PgaAttribute *
find_key(const PgaRelation *relation)
{
    const PgaAttribute *found = NULL;

    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (fitness(attribute) > (found ? fitness(found) : 0))
            found = attribute;
    }
    return found;
}

/* (transfer full): what the primary key would become. */
static char *
future_key(const PgaRelation *relation, const PgaAttribute *key)
{
    const PgaIndex *primary = pga_relation_primary_key(relation);
    g_autofree char *column = pga_quote_identifier(key->attname);
    g_autofree char *columns = NULL;
    g_autoptr(GArray) attnums = NULL;

    if (!primary)
        return g_strdup("");
    attnums = pga_index_key(primary);
    columns = pga_relation_column_list(relation, attnums);
    if (pga_attnums_contain(attnums, key->attnum))
        return g_strdup("");
    return g_strdup_printf(
        " The primary key (%s) becomes (%s, %s), and foreign keys to it must follow.", columns,
        columns, column);
}

/* Every unique index of a partitioned table must hold the partition key, so that the others cannot
 * stay as they are. */
static void
note_unique_indexes(PgaFinding *finding, const PgaRelation *relation, const PgaAttribute *key)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);
        g_autofree char *name = pga_quote_identifier(index->relname);
        g_autoptr(GArray) attnums = pga_index_key(index);

        if (index->indisunique && !index->indisprimary &&
            !pga_attnums_contain(attnums, key->attnum))
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", name);
    }
    if (names->len > 0)
        pga_finding_note(finding,
                         "What is unique over the whole table now, by %s, would be so in each "
                         "partition only.",
                         names->str);
}

static void
describe_fix(PgaFinding *finding, const PgaRelation *relation, const PgaAttribute *key)
{
    g_autofree char *column = key ? pga_quote_identifier(key->attname) : NULL;
    g_autofree char *primary = key ? future_key(relation, key) : NULL;

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    if (!key) {
        pga_finding_note(
            finding,
            "No date or timestamp column stands out as the key. Partition only if nearly every "
            "query filters by the same column, or whole ranges of rows are deleted together.");
        return;
    }
    pga_finding_verify(finding,
                       "EXPLAIN of the usual queries names few partitions, and dropping the "
                       "oldest one takes an instant.");
    pga_finding_note(finding,
                     "Candidate: PARTITION BY RANGE (%s). Make the partitioned table beside this "
                     "one, attach this one as "
                     "the partition of the past (with a CHECK on %s first, so that ATTACH does not "
                     "read it), add "
                     "partitions for the future, swap the names.%s",
                     column, column, primary);
    note_unique_indexes(finding, relation, key);
    if (order(key) > IN_ORDER)
        pga_finding_note(finding,
                         "If it is only about queries by %s, a BRIN index on it costs some "
                         "kilobytes and may do.",
                         column);
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, gint64 bytes)
{
    const PgaAttribute *key = find_key(relation);
    g_autofree char *rows = pga_rule_rows(relation);
    g_autofree char *size =
        bytes < 0 ? g_strdup("an unknown size") : pga_bytes_format_storage(bytes);
    g_autofree char *column = key ? pga_quote_identifier(key->attname) : NULL;
    g_autofree char *hint =
        key && order(key) > IN_ORDER
            ? g_strdup_printf(" Its rows lie in the order of %s (correlation %.2f in pg_stats).",
                              column, key->stats->correlation)
            : g_strdup("");
    PgaFinding *finding =
        pga_rule_report(run, relation, NULL,
                        "Not partitioned, with %s and %s of table and TOAST.%s", rows, size, hint);

    finding->weight = MAX(pga_rule_is_server(run) ? (double)bytes : relation->reltuples, 0);
    finding->confidence = key ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE;
    if ((double)bytes > run->threshold[WARN_BYTES])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    describe_fix(finding, relation, key);
    pga_finding_prove(finding, PGA_PROOF_NONE, relation);
}

/* Returns whether the table's size is known well enough. */
static gboolean
check_relation(PgaRuleRun *run, const PgaRelation *relation)
{
    /* of a DDL file the lab's tables are empty: their size says nothing */
    const gint64 bytes = pga_rule_is_server(run) ? relation->table_bytes : -1;
    g_autofree char *table = NULL;

    if (relation->reltuples > run->threshold[ROWS] || (double)bytes > run->threshold[BYTES]) {
        report(run, relation, bytes);
        return TRUE;
    }
    if (relation->reltuples >= 0)
        return TRUE;
    if (!pga_rule_is_server(run))
        return FALSE;
    if (bytes >= 0 && (double)bytes <= run->threshold[ROWS] * SMALLEST_ROW)
        return TRUE;
    table = pga_relation_display(relation, NULL);
    pga_rule_not_evaluated(run, table, "no row estimate: run ANALYZE %s, or give --rows %s=N",
                           table, table);
    return TRUE;
}

static void
check(PgaRuleRun *run)
{
    guint n_unknown = 0;

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        /* a child in old-style inheritance is a partition of its kind */
        if (pga_rule_concerns(relation) && relation->relkind == 'r' && !relation->inherits)
            n_unknown += !check_relation(run, relation);
    }
    if (n_unknown > 0)
        pga_rule_not_evaluated(
            run, NULL,
            "a DDL file does not say how many rows a table has: give --rows table=N for the "
            "large ones (unknown: %u)",
            n_unknown);
}

const PgaRule pga_rule_table_unpartitioned_large = {
    .id = "table-unpartitioned-large",
    .title = "Large table that is not partitioned",
    .category = "schema",
    .family = PGA_FAMILY_PARTITIONING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Old rows can only be deleted one by one and vacuumed away, an index of the whole table "
           "no longer fits into "
           "memory, and VACUUM and index builds take it all at once.",
    .when_not = "Queries look rows up by an index, no rows are ever deleted in bulk, and "
                "maintenance keeps up: most tables "
                "below 100 GB.",
    .condition =
        "A table that is not partitioned has more than {rows} and more than {bytes} of table "
        "and TOAST; from {warn_bytes} on it is a warning.",
    .example =
        "CREATE TABLE events (at timestamptz NOT NULL, payload jsonb); -- and it grows and grows",
    .fix = "Names the column to partition by and the way there; nothing is executed, the decision "
           "is yours.",
    .versions =
        "Declarative partitioning came with 10; primary keys and default partitions with 11, "
        "foreign keys that reference a partitioned table with 12.",
    .docs = "ddl-partitioning.html",
    .docs_title = "Table Partitioning",
    .requirements = "T1-2 PRE-6 T2-6",
    .thresholds = {{"rows", "rows", 1000000, "Tables with more rows are candidates."},
                   {"bytes", "bytes", 1073741824,
                    "Tables with more bytes (table and TOAST) are candidates."},
                   {"warn_bytes", "bytes", 100e9, "From this size on it is a warning."}},
    .check = check,
};

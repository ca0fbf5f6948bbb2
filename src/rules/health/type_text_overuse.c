/* type-text-overuse: text that holds dates, numbers, addresses or JSON. PostgreSQL then checks
 * nothing, compares as text, and estimates badly. Judged by the values that ANALYZE sampled; of a
 * DDL file by a few plain names. */
#include <string.h>

#include "../column_internal.h"
#include "../sampled_values_internal.h"
#include "../type_change_internal.h"

/* (nullable): the type for values of @kind, and @bytes that it takes (0: varies). */
static const char *
type_for(PgaValuesKind kind, guint *bytes)
{
    static const struct {
        PgaValuesKind kind;
        const char *type;
        guint bytes;
    } types[] = {
        {PGA_VALUES_DATE, "date", 4},       {PGA_VALUES_TIMESTAMP, "timestamptz", 8},
        {PGA_VALUES_INTEGER, "integer", 4}, {PGA_VALUES_BIGINT, "bigint", 8},
        {PGA_VALUES_NUMERIC, "numeric", 0}, {PGA_VALUES_INET, "inet", 0},
        {PGA_VALUES_JSON, "jsonb", 0},      {PGA_VALUES_BOOLEAN, "boolean", 1},
    };

    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        if (types[i].kind == kind) {
            *bytes = types[i].bytes;
            return types[i].type;
        }
    }
    return NULL;
}

/* Codes of digits are text all the same: leading zeros count, nobody adds them up. */
static gboolean
is_code(const PgaAttribute *attribute)
{
    static const char *const words[] = {
        "phone",   "mobile", "fax",  "tel",   "zip",  "zipcode", "postal",    "postcode",
        "code",    "number", "no",   "nr",    "num",  "ssn",     "vat",       "iban",
        "isbn",    "ean",    "upc",  "sku",   "pin",  "serial",  "version",   "account",
        "barcode", "imei",   "key",  "token", "hash", "ref",     "reference", "plz",
        "date",    "year",   "name", "value", NULL};

    return pga_name_has_word(attribute->attname, words);
}

/* (nullable): by the values. A GIN or GiST index on the column, or one for patterns, shows that it
 * is used as text; Django makes the latter for every indexed CharField, so that one does not count.
 */
static const char *
type_by_values(const PgaRelation *relation, const PgaAttribute *attribute, guint *bytes)
{
    PgaValuesKind kind;

    if (!attribute->stats)
        return NULL;
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if ((g_str_equal(index->amname, "gin") || g_str_equal(index->amname, "gist")) &&
            pga_attnums_contain(index->indkey, attribute->attnum))
            return NULL;
    }
    kind = pga_values_kind(attribute->stats, relation->reltuples);
    if ((kind & (PGA_VALUES_INTEGER | PGA_VALUES_BIGINT | PGA_VALUES_NUMERIC)) &&
        is_code(attribute))
        return NULL;
    return type_for(kind, bytes);
}

/* (nullable): by the name alone; only names that hardly mean anything else. */
static const char *
type_by_name(const PgaAttribute *attribute)
{
    static const struct {
        const char *affix;
        gboolean prefix;
        const char *type;
    } names[] = {
        {"_at", FALSE, "timestamptz"}, {"_date", FALSE, "date"},      {"is_", TRUE, "boolean"},
        {"_json", FALSE, "jsonb"},     {"_amount", FALSE, "numeric"}, {"_ip", FALSE, "inet"},
        {"ip_address", FALSE, "inet"},
    };
    const char *name = attribute->attname;

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i].prefix ? g_str_has_prefix(name, names[i].affix)
                            : g_str_has_suffix(name, names[i].affix))
            return names[i].type;
    }
    return NULL;
}

static void
set_gain(PgaFinding *finding, const PgaRelation *relation, const PgaAttribute *attribute,
         guint bytes)
{
    const double rows = relation->reltuples * (1 - attribute->stats->null_frac);

    if (rows > 0 && bytes > 0 && (gint64)bytes < attribute->stats->avg_width)
        pga_finding_set_gain(finding, rows * attribute->stats->avg_width, rows * bytes, "bytes",
                             "rows times pg_stats.avg_width, against the type's own width; in the "
                             "table, its indexes "
                             "not counted");
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
       GHashTable *referenced)
{
    guint bytes = 0;
    const char *type = type_by_values(relation, attribute, &bytes);
    const gboolean sampled = type != NULL;
    PgaTypeChange change = {relation, attribute, type, FALSE, referenced};
    g_autofree char *evidence = NULL;
    PgaFinding *finding;

    if (!sampled && !pga_rule_is_live(run))
        change.type = type_by_name(attribute);
    if (!change.type)
        return;
    evidence =
        sampled
            ? g_strdup_printf(
                  "The column is %s; all %u values that ANALYZE sampled (pg_stats) are valid %s.",
                  attribute->type, pga_values_count(attribute->stats), change.type)
            : g_strdup_printf("The column is %s, and its name suggests %s; no values were seen.",
                              attribute->type, change.type);
    finding = pga_rule_report(run, relation, attribute, "%s", evidence);
    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = sampled ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE;
    if (sampled)
        set_gain(finding, relation, attribute, bytes);
    pga_finding_change_type(run, finding, &change);
    if (g_str_equal(change.type, "timestamptz"))
        pga_finding_note(
            finding,
            "Values without an offset are read in the session's TimeZone: set that first.");
}

/* Whether ANALYZE's values were there to look at. */
typedef struct {
    guint n_text, n_sampled;
} Sight;

static void
check_relation(PgaRuleRun *run, const PgaRelation *relation, GHashTable *referenced, Sight *sight)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (!pga_column_is_text(attribute) || attribute->attgenerated)
            continue;
        sight->n_text += relation->reltuples != 0;
        sight->n_sampled += attribute->stats && pga_values_count(attribute->stats) > 0;
        report(run, relation, attribute, referenced);
    }
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) referenced = pga_referenced_columns(run->catalog);
    Sight sight = {0, 0};

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        if (pga_rule_concerns(relation))
            check_relation(run, relation, referenced, &sight);
    }
    if (pga_rule_is_live(run) && sight.n_text > 0 && sight.n_sampled == 0)
        pga_rule_not_evaluated(
            run, NULL,
            "no sampled values: --no-values, never analyzed, or no SELECT on the tables "
            "(pg_stats shows only columns that the role may read)");
}

const PgaRule pga_rule_type_text_overuse = {
    .id = "type-text-overuse",
    .title = "Text column holds values of a specific type",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "As text, nothing refuses a 31st of February, '10' sorts before '9', comparisons need "
           "casts that keep indexes "
           "from being used, and estimates of ranges are poor.",
    .when_not =
        "Values of another form are expected later, or the column keeps what somebody typed.",
    .docs = "datatype.html",
    .docs_title = "Data Types",
    .requirements = "T1-2 DJ-5",
    .check = check,
};

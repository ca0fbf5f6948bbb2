/* type-text-overuse: text that holds dates, numbers, addresses or JSON. PostgreSQL then checks
 * nothing, compares as text, and estimates badly. Judged by the values that ANALYZE sampled; of a
 * DDL file by a few plain names. */
#include <string.h>

#include <base/text.h>

#include "../column_internal.h"
#include "../sampled_values_internal.h"
#include "../type_change_internal.h"

/* (nullable): the type for values of @kind, and @bytes that it takes (0: varies). */
static const char *
type_for(PgaValuesKind kind, guint *bytes)
{
    static const struct {
        PgaValuesKind kind;
        guint bytes;
        const char *type;
    } types[] = {
        {PGA_VALUES_DATE, 4, "date"},       {PGA_VALUES_TIMESTAMP, 8, "timestamptz"},
        {PGA_VALUES_INTEGER, 4, "integer"}, {PGA_VALUES_BIGINT, 8, "bigint"},
        {PGA_VALUES_NUMERIC, 0, "numeric"}, {PGA_VALUES_INET, 0, "inet"},
        {PGA_VALUES_JSON, 0, "jsonb"},      {PGA_VALUES_BOOLEAN, 1, "boolean"},
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
        "no",   "nr",      "num",      "ssn",      "vat",      "tax",       "iban",
        "isbn", "ean",     "upc",      "gtin",     "sku",      "pin",       "otp",
        "imei", "imsi",    "iccid",    "key",      "hash",     "ref",       "plz",
        "date", "year",    "name",     "value",    "fax",      "tel",       "cell",
        "mac",  "release", "revision", "ver",      "external", "reference", "tracking",
        "lot",  "part",    "model",    "passport", "licence",  "license",   NULL};
    static const char *const parts[] = {"phone",   "mobile", "zip",     "post",  "code",   "number",
                                        "version", "serial", "account", "token", "msisdn", NULL};

    return pga_name_has_word(attribute->attname, words) ||
           pga_name_contains(attribute->attname, parts);
}

/* Keys, here or elsewhere, are compared and never added up either. */
static gboolean
is_key(const PgaRelation *relation, const PgaAttribute *attribute, GHashTable *referenced)
{
    return pga_column_in_constraint(relation, attribute, 'p') ||
           pga_column_in_constraint(relation, attribute, 'u') ||
           pga_column_in_constraint(relation, attribute, 'f') ||
           pga_column_is_referenced(referenced, relation, attribute);
}

/* A GIN or GiST index on the column; one for patterns would show it as well, but Django makes that
 * for every indexed CharField. */
static gboolean
is_searched_as_text(const PgaRelation *relation, const PgaAttribute *attribute)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if ((g_strcmp0(index->amname, "gin") == 0 || g_strcmp0(index->amname, "gist") == 0) &&
            pga_attnums_contain(index->indkey, attribute->attnum))
            return TRUE;
    }
    return FALSE;
}

/* What the values are; PGA_VALUES_UNKNOWN also where a number's type would be wrong all the same.
 */
static PgaValuesKind
values_kind(const PgaRelation *relation, const PgaAttribute *attribute, GHashTable *referenced)
{
    PgaValuesKind kind;

    if (!attribute->stats || is_searched_as_text(relation, attribute))
        return PGA_VALUES_UNKNOWN;
    kind = pga_values_kind(attribute->stats, relation->reltuples);
    if ((kind & (PGA_VALUES_INTEGER | PGA_VALUES_BIGINT | PGA_VALUES_NUMERIC)) &&
        (is_code(attribute) || is_key(relation, attribute, referenced)))
        return PGA_VALUES_UNKNOWN;
    return kind;
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
        {"_at", FALSE, "timestamptz"},  {"_date", FALSE, "date"},      {"is_", TRUE, "boolean"},
        {"_json", FALSE, "jsonb"},      {"_amount", FALSE, "numeric"}, {"_ip", FALSE, "inet"},
        {"_ip_address", FALSE, "inet"},
    };
    const char *name = attribute->attname;

    if (g_str_equal(name, "ip") || g_str_equal(name, "ip_address"))
        return "inet";
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i].prefix ? g_str_has_prefix(name, names[i].affix)
                            : g_str_has_suffix(name, names[i].affix))
            return names[i].type;
    }
    return NULL;
}

/* (transfer full) (nullable): the expression that makes the old text again, where a cast would make
 * another. */
static char *
way_back(const PgaAttribute *attribute, PgaValuesKind kind)
{
    g_autofree char *column = pga_quote_identifier(attribute->attname);
    g_autofree char *yes = NULL, *no = NULL;

    if (kind == PGA_VALUES_INET)
        return g_strdup_printf("pg_catalog.host(%s)", column);
    if (kind != PGA_VALUES_BOOLEAN)
        return NULL;
    yes = pga_quote_literal(pga_values_true_word(attribute->stats));
    no = pga_quote_literal(pga_values_false_word(attribute->stats));
    return g_strdup_printf("(CASE %s WHEN true THEN %s WHEN false THEN %s END)", column, yes, no);
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
note_type(PgaFinding *finding, const char *type)
{
    if (g_str_equal(type, "timestamptz"))
        pga_finding_note(
            finding, "Values without an offset are read in the session's TimeZone: set that first. "
                     "The undo writes them with an offset.");
    else if (g_str_equal(type, "jsonb"))
        pga_finding_note(
            finding,
            "jsonb drops blanks, the order of keys and all but the last of equal keys; the undo "
            "does not bring them back.");
}

/* @kind: PGA_VALUES_UNKNOWN when @type is from the name. */
static void
report(PgaRuleRun *run, const PgaTypeChange *change, PgaValuesKind kind, guint bytes)
{
    const PgaRelation *relation = change->relation;
    const PgaAttribute *attribute = change->attribute;
    g_autofree char *evidence =
        kind ? g_strdup_printf(
                   "The column is %s; all %u values that ANALYZE sampled (pg_stats) are valid %s.",
                   attribute->type, pga_values_count(attribute->stats), change->type)
             : g_strdup_printf("The column is %s, and its name suggests %s; no values were seen.",
                               attribute->type, change->type);
    PgaFinding *finding = pga_rule_report(run, relation, attribute, "%s", evidence);

    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = kind ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE;
    if (kind)
        set_gain(finding, relation, attribute, bytes);
    pga_finding_change_type(run, finding, change);
    note_type(finding, change->type);
}

static void
check_column(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
             GHashTable *referenced)
{
    guint bytes = 0;
    PgaValuesKind kind = values_kind(relation, attribute, referenced);
    PgaTypeChange change = {relation, attribute, type_for(kind, &bytes), FALSE, referenced, NULL};
    g_autofree char *back = NULL;

    if (change.type) {
        back = way_back(attribute, kind);
        change.back = back;
    } else if (!pga_rule_is_server(run)) {
        kind = PGA_VALUES_UNKNOWN;
        change.type = type_by_name(attribute);
    }
    if (change.type)
        report(run, &change, kind, bytes);
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
        check_column(run, relation, attribute, referenced);
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
    pga_rule_judge_samples(run, sight.n_text, sight.n_sampled);
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
    .condition = "All values that ANALYZE sampled of a text column are dates, timestamps, numbers, "
                 "booleans, addresses of networks or JSON; of a DDL file, where its name says so.",
    .example = "CREATE TABLE visits (visited_at text, ip text);\n"
               "INSERT INTO visits SELECT '2026-01-01 10:00:00+00', '10.0.0.1' FROM "
               "generate_series(1, 1000);\n"
               "ANALYZE visits;",
    .fix = "Changes the type with a cast, which rewrites the table under ACCESS EXCLUSIVE; wants "
           "your decision first.",
    .docs = "datatype.html",
    .docs_title = "Data Types",
    .requirements = "T1-2 DJ-5",
    .check = check,
};

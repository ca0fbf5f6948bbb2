/* check-constraint-missing: quantities and prices that nothing keeps from being negative, and
 * status columns that accept any text. Guessed from names and sampled values, so never more than a
 * suggestion. */
#include <string.h>

#include <base/text.h>

#include "../column_internal.h"
#include "../object_name_internal.h"
#include "../rule_internal.h"
#include "../sampled_values_internal.h"

#define MIN_ROWS         0 /* places in the rule's thresholds */
#define MAX_VALUES       1

#define MAX_VALUE_LENGTH 64    /* sampled values are cut there */
#define COVERED_SHARE    0.999 /* of the rows, by the most common values and NULL */

/* Never negative by its name: neither a balance nor a change of one, nor a key or a kind. Amounts
 * and percentages may go either way, so there the values have a say. */
static gboolean
is_quantity(const PgaAttribute *attribute, gboolean sampled)
{
    static const char *const words[] = {"qty", "quantity", "stock", "price", NULL};
    static const char *const when_sampled[] = {"amount", "percent", NULL};
    static const char *const signed_words[] = {
        "balance",  "delta",  "change", "changed",    "diff",     "difference",  "adjustment",
        "adjusted", "offset", "refund", "discount",   "margin",   "net",         "movement",
        "growth",   "gain",   "loss",   "correction", "profit",   "variance",    "deviation",
        "transfer", "debit",  "credit", "rebate",     "relative", "return",      "returns",
        "trend",    "drift",  "swing",  "surplus",    "temp",     "temperature", NULL};
    static const char *const key_words[] = {"id",   "ids",     "code",  "no",  "number", "type",
                                            "kind", "version", "level", "key", "index",  NULL};

    if (pga_name_has_word(attribute->attname, signed_words) ||
        pga_name_has_word(attribute->attname, key_words))
        return FALSE;
    return pga_name_has_word(attribute->attname, words) ||
           (sampled && pga_name_has_word(attribute->attname, when_sampled));
}

/* Keys are compared, not counted; and what is referenced has its values from elsewhere. */
static gboolean
is_key(const PgaRelation *relation, const PgaAttribute *attribute, GHashTable *referenced)
{
    return pga_column_in_constraint(relation, attribute, 'p') ||
           pga_column_in_constraint(relation, attribute, 'f') ||
           pga_column_is_referenced(referenced, relation, attribute);
}

static gboolean
is_address(const PgaRelation *relation)
{
    static const char *const words[] = {"city",     "zip",     "zipcode", "postal",
                                        "postcode", "country", NULL};

    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (pga_name_has_word(attribute->attname, words))
            return TRUE;
    }
    return FALSE;
}

/* In an address, "state" is a place. */
static gboolean
is_state(const PgaRelation *relation, const PgaAttribute *attribute)
{
    static const char *const words[] = {"status", "kind",     "level",      "role",     "stage",
                                        "phase",  "priority", "visibility", "severity", NULL};
    static const char *const ambiguous[] = {"state", NULL};

    return pga_name_has_word(attribute->attname, words) ||
           (pga_name_has_word(attribute->attname, ambiguous) && !is_address(relation));
}

/* Unlike g_ptr_array_copy() without the free function: the values stay the statistics'. */
static GPtrArray *
sorted_values(GPtrArray *values)
{
    GPtrArray *sorted = g_ptr_array_sized_new(values->len);

    for (guint i = 0; i < values->len; i++)
        g_ptr_array_add(sorted, g_ptr_array_index(values, i));
    g_ptr_array_sort(sorted, pga_compare_texts);
    return sorted;
}

/* (transfer container) (nullable): the values of a column that has few and no others, sorted. */
static GPtrArray *
only_values(const PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute)
{
    const PgaAttributeStats *stats = attribute->stats;
    double share;

    if (!stats || !stats->mcv || !stats->mcv_freqs || stats->mcv->len != stats->mcv_freqs->len ||
        (stats->histogram && stats->histogram->len > 0) ||
        relation->reltuples < run->threshold[MIN_ROWS] || stats->mcv->len < 2 ||
        stats->mcv->len > run->threshold[MAX_VALUES] || stats->n_distinct != stats->mcv->len)
        return NULL;
    share = stats->null_frac;
    for (guint i = 0; i < stats->mcv->len; i++) {
        share += g_array_index(stats->mcv_freqs, double, i);
        if (g_utf8_strlen(g_ptr_array_index(stats->mcv, i), -1) >= MAX_VALUE_LENGTH)
            return NULL;
    }
    if (share < COVERED_SHARE)
        return NULL;
    return sorted_values(stats->mcv);
}

/* (transfer full): "status IN ('new', 'paid')" */
static char *
in_list(const char *column, const GPtrArray *values)
{
    GString *text = g_string_new(column);

    g_string_append(text, " IN (");
    for (guint i = 0; i < values->len; i++) {
        g_autofree char *literal = pga_quote_literal(g_ptr_array_index(values, i));

        g_string_append_printf(text, "%s%s", i ? ", " : "", literal);
    }
    g_string_append_c(text, ')');
    return g_string_free(text, FALSE);
}

/* (transfer full): the constraint's name, as PostgreSQL would choose it, unless the table has it
 * already. */
static char *
constraint_name(const PgaRelation *relation, const PgaAttribute *attribute)
{
    for (guint n = 0;; n++) {
        g_autofree char *label = n ? g_strdup_printf("check%u", n) : g_strdup("check");
        g_autofree char *name = pga_object_name_make(relation->relname, attribute->attname, label);
        gboolean taken = FALSE;

        for (guint i = 0; i < relation->constraints->len; i++) {
            const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);

            taken |= g_str_equal(constraint->conname, name);
        }
        if (!taken)
            return g_steal_pointer(&name);
    }
}

static void
add_fix(PgaFinding *finding, const PgaRelation *relation, const PgaAttribute *attribute,
        const char *condition)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *plain = constraint_name(relation, attribute);
    g_autofree char *name = pga_quote_identifier(plain);
    g_autofree char *table_literal = pga_quote_literal(table);
    g_autofree char *name_literal = pga_quote_literal(plain);

    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID;",
                                        table, name, condition));
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s VALIDATE CONSTRAINT %s;", table, name));
    pga_finding_add_undo(finding,
                         g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s;", table, name));
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "scan");
    pga_finding_note(
        finding,
        "The first statement locks for an instant (set lock_timeout); the second reads the table "
        "while reads and writes go on, and fails if a row breaks the rule. From the first one on "
        "such rows are refused: make sure that the rule is one.");
    pga_finding_verify(finding,
                       "SELECT convalidated FROM pg_constraint WHERE conrelid = "
                       "%s::regclass AND conname = %s;",
                       table_literal, name_literal);
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

/* Whether ANALYZE's values were there to look at, where they would have been needed. */
typedef struct {
    guint n_wanted, n_sampled;
} Sight;

static void
count_sight(Sight *sight, const PgaRelation *relation, const PgaAttribute *attribute)
{
    sight->n_wanted += relation->reltuples != 0;
    sight->n_sampled += attribute->stats && pga_values_count(attribute->stats) > 0;
}

static void
check_quantity(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute)
{
    const gboolean sampled = attribute->stats && pga_values_are_not_negative(attribute->stats);
    g_autofree char *column = NULL, *condition = NULL, *how = NULL;
    PgaFinding *finding;

    if ((!sampled && pga_rule_is_server(run)) || !is_quantity(attribute, sampled))
        return;
    column = pga_quote_identifier(attribute->attname);
    condition = g_strdup_printf("%s >= 0", column);
    how = sampled ? g_strdup_printf("all %u values that ANALYZE sampled (pg_stats) are 0 or more",
                                    pga_values_count(attribute->stats))
                  : g_strdup("by its name it should not be negative; no values were seen");
    finding =
        pga_rule_report(run, relation, attribute,
                        "The column is %s without a CHECK constraint; %s.", attribute->type, how);
    finding->confidence = sampled ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE;
    finding->weight = MAX(relation->reltuples, 0);
    add_fix(finding, relation, attribute, condition);
}

static void
check_state(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute)
{
    g_autoptr(GPtrArray) values = only_values(run, relation, attribute);
    g_autofree char *column = NULL, *condition = NULL, *rows = NULL;
    PgaFinding *finding;

    if (!values)
        return;
    column = pga_quote_identifier(attribute->attname);
    condition = in_list(column, values);
    rows = pga_rule_rows(relation);
    finding = pga_rule_report(
        run, relation, attribute,
        "The column is %s without a CHECK constraint, and pg_stats knows just %u values in %s.",
        attribute->type, values->len, rows);
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    finding->weight = MAX(relation->reltuples, 0);
    add_fix(finding, relation, attribute, condition);
}

static void
check_relation(PgaRuleRun *run, const PgaRelation *relation, GHashTable *referenced, Sight *sight)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (attribute->attgenerated || pga_column_in_constraint(relation, attribute, 'c') ||
            is_key(relation, attribute, referenced))
            continue;
        if (pga_column_is_number(attribute) && is_quantity(attribute, TRUE)) {
            count_sight(sight, relation, attribute);
            check_quantity(run, relation, attribute);
        } else if (pga_column_is_text(attribute) && is_state(relation, attribute)) {
            count_sight(sight, relation, attribute);
            check_state(run, relation, attribute);
        }
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
    pga_rule_judge_samples(run, sight.n_wanted, sight.n_sampled);
}

const PgaRule pga_rule_check_constraint_missing = {
    .id = "check-constraint-missing",
    .title = "Column that a CHECK constraint could guard",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "A rule that only the application keeps is broken by the next script, import or race; "
           "the database keeps it "
           "for everybody.",
    .when_not =
        "The rule is not one: negative amounts are bookings back, and new states come by the week.",
    .condition =
        "A column named for a quantity or price holds no negative value, or a text column of a "
        "table with {min_rows} or more has at most {max_values}, and no CHECK constraint is on "
        "it.",
    .example = "CREATE TABLE items (price numeric NOT NULL, status text NOT NULL);",
    .fix = "Adds the constraint NOT VALID, then validates it: an ACCESS EXCLUSIVE lock for an "
           "instant, then the table is read while reads and writes go on.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS",
    .docs_title = "Constraints: Check Constraints",
    .requirements = "T2-3 DJ-4",
    .thresholds = {{"min_rows", "rows", 1000,
                    "A text column of a table with fewer rows says too little about its values."},
                   {"max_values", "values", 10,
                    "A text column with more values is no list of states."}},
    .check = check,
};

/* type-char-n: blanks kept up to a length that nobody asked for. */
#include "../column_internal.h"
#include "../each_internal.h"
#include "../type_change_internal.h"
#include <base/text.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LENGTH 0 /* place in the rule's threshold */

static gint64
length_of(const PgaAttribute *attribute)
{
    const char *parenthesis = strchr(attribute->type, '(');

    return parenthesis ? g_ascii_strtoll(parenthesis + 1, NULL, 10) : 0;
}

static gboolean
is_in_an_index(const PgaRelation *relation, const PgaAttribute *attribute)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (pga_attnums_contain(index->indkey, attribute->attnum) ||
            pga_expression_names_column(index->exprs, attribute) ||
            pga_expression_names_column(index->pred, attribute))
            return TRUE;
    }
    return FALSE;
}

/* Nothing else was made for the blanks. */
static gboolean
is_free(const PgaRelation *relation, const PgaAttribute *attribute, GHashTable *referenced)
{
    return !attribute->attgenerated && !attribute->default_expr && !attribute->dependent &&
           !is_in_an_index(relation, attribute) &&
           !pga_column_in_partition_key(relation, attribute) &&
           !pga_column_in_constraint(relation, attribute, 'c') &&
           !pga_column_in_constraint(relation, attribute, 'f') &&
           !pga_column_is_referenced(referenced, relation, attribute);
}

static void
find_columns(const PgaRuleRun *run, const PgaRelation *relation, GHashTable *referenced,
             GPtrArray *all, GPtrArray *freely)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (!pga_column_has_type(attribute, "bpchar") ||
            (length_of(attribute) && (double)length_of(attribute) <= run->threshold[MAX_LENGTH]))
            continue;
        g_ptr_array_add(all, attribute);
        if (is_free(relation, attribute, referenced))
            g_ptr_array_add(freely, attribute);
    }
}

static char *
statement(const PgaRelation *relation, const GPtrArray *columns, gboolean back)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    GString *sql = g_string_new("ALTER TABLE ");

    g_string_append(sql, table);
    for (guint i = 0; i < columns->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(columns, i);
        g_autofree char *column = pga_quote_identifier(attribute->attname);

        g_string_append_printf(sql, "%s ALTER COLUMN %s TYPE %s", i ? "," : "", column,
                               back ? attribute->type : "text");
    }
    return g_string_free(g_string_append_c(sql, ';'), FALSE);
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, gpointer data)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new(), freely = g_ptr_array_new();
    g_autofree char *names = NULL;
    PgaFinding *finding;

    find_columns(run, relation, data, all, freely);
    if (all->len == 0)
        return;
    names = pga_column_names(all);
    finding = pga_rule_report(run, relation, NULL, "%u column%s of type character(n): %s.",
                              all->len, all->len == 1 ? "" : "s", names);
    finding->weight = MAX(relation->reltuples, 0);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "rewrite");
    if (freely->len < all->len)
        pga_finding_note(finding, "Not in the statement: what keys, indexes, constraints, defaults "
                                  "or views use.");
    if (freely->len == 0)
        return;
    pga_finding_add_sql(finding, statement(relation, freely, FALSE));
    pga_finding_add_undo(finding, statement(relation, freely, TRUE));
    pga_finding_note_rewrite(run, finding, relation);
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) referenced = pga_referenced_columns(run->whole);

    pga_each_relation(run, judge, referenced);
}

const PgaRule pga_rule_type_char_n = {
    .id = "type-char-n",
    .title = "Texts padded with blanks",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "character(n) stores blanks up to n and drops them again in comparisons and casts; LIKE "
           "and regular expressions see them. It is never faster than text.",
    .when_not = "Codes of a fixed length, written by machines.",
    .condition = "Columns of type character(n) with n above {max_length}, or without a length. One "
                 "finding for each table.",
    .example = "CREATE TABLE person (name char(40));",
    .fix = "Changes them to text, which rewrites the table; wants your decision.",
    .docs = "datatype-character.html",
    .docs_title = "Character Types",
    .requirements = "T2-2",
    .thresholds = {{"max_length", "characters", 3, "Short codes always fill their length."}},
    .check = check,
};

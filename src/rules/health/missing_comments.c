/* missing-comments: tables and columns that nothing describes. One finding for each schema. */
#include <base/text.h>

#include "../subject_internal.h"

typedef struct {
    guint n_tables, n_columns;
    GPtrArray *names; /* of char *: tables without a comment */
} Undescribed;

static void
undescribed_free(gpointer data)
{
    Undescribed *undescribed = data;

    g_ptr_array_unref(undescribed->names);
    g_free(undescribed);
}

static void
count(Undescribed *undescribed, const PgaRelation *relation)
{
    undescribed->n_tables++;
    if (!relation->commented)
        g_ptr_array_add(undescribed->names, pga_quote_identifier(relation->relname));
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        undescribed->n_columns += !attribute->commented;
    }
}

static void
report(PgaRuleRun *run, const char *nspname, const Undescribed *undescribed)
{
    g_autofree char *schema = pga_quote_identifier(nspname);
    g_autofree char *list = pga_names_listed(undescribed->names);
    PgaFinding *finding;

    if (undescribed->names->len == 0 && undescribed->n_columns == 0)
        return;
    finding = pga_rule_report_object(
        run, schema, "%u of %u tables and %u columns have no comment (pg_description)%s%s.",
        undescribed->names->len, undescribed->n_tables, undescribed->n_columns, *list ? ": " : "",
        list);
    finding->weight = undescribed->names->len;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "SHARE UPDATE EXCLUSIVE", "instant");
    pga_finding_note(finding, "COMMENT ON TABLE … IS '…'; says it where everybody looks (\\d+).");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) schemas =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, undescribed_free);
    g_autoptr(GPtrArray) order = g_ptr_array_new();

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        Undescribed *undescribed = g_hash_table_lookup(schemas, relation->nspname);

        if (!pga_rule_concerns(relation) || !pga_rule_sees_schema(run, relation->nspname))
            continue;
        if (!undescribed) {
            undescribed = g_new0(Undescribed, 1);
            undescribed->names = g_ptr_array_new_with_free_func(g_free);
            g_hash_table_insert(schemas, relation->nspname, undescribed);
            g_ptr_array_add(order, relation->nspname);
        }
        count(undescribed, relation);
    }
    for (guint i = 0; i < order->len; i++)
        report(run, g_ptr_array_index(order, i),
               g_hash_table_lookup(schemas, g_ptr_array_index(order, i)));
}

const PgaRule pga_rule_missing_comments = {
    .id = "missing-comments",
    .title = "Tables and columns without a comment",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Who comes later has to guess what a column means.",
    .when_not = "Names say enough, or the descriptions are kept elsewhere.",
    .condition = "Tables or columns of a schema have no comment. Runs only where the configuration "
                 "switches it on.",
    .example = "CREATE TABLE orders (st char(2));",
    .fix = "Advises COMMENT ON; the words are yours.",
    .docs = "sql-comment.html",
    .docs_title = "COMMENT",
    .requirements = "OUT-1",
    .off_by_default = TRUE,
    .check = check,
};

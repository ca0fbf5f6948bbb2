/* index-needless-predicate: WHERE column IS NOT NULL on a column that is never NULL. */
#include <string.h>

#include <base/text.h>

#include "../index_shape_internal.h"

/* (transfer full) (nullable): the predicate, where it is that single test of a NOT NULL column. */
static char *
needless_predicate(const PgaRelation *relation, const PgaIndex *index)
{
    for (guint i = 0; index->pred && i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        g_autofree char *column = pga_quote_identifier(attribute->attname);
        g_autofree char *predicate = g_strdup_printf("(%s IS NOT NULL)", column);

        if (attribute->attnotnull && g_str_equal(index->pred, predicate))
            return g_steal_pointer(&predicate);
    }
    return NULL;
}

static void
check_index(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index)
{
    g_autofree char *predicate = needless_predicate(relation, index);
    g_autofree char *where = predicate ? g_strconcat(" WHERE ", predicate, NULL) : NULL;
    const char *tail = pga_index_tail(index);
    g_autofree char *name = NULL, *without = NULL;
    PgaFinding *finding;

    if (!where || !g_str_has_suffix(tail, where) || pga_index_enforces(index))
        return;
    name = pga_index_display(index);
    without = g_strndup(tail, strlen(tail) - strlen(where));
    finding = pga_rule_report_object(
        run, name, "Its predicate %s leaves out nothing: the column is NOT NULL.", predicate);
    pga_finding_replace_index(finding, relation, index, "_full", without);
}

static void
check(PgaRuleRun *run)
{
    pga_rule_each_index(run, check_index);
}

const PgaRule pga_rule_index_needless_predicate = {
    .id = "index-needless-predicate",
    .title = "Partial index whose predicate always holds",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "It has an entry for each row all the same, but the planner uses it only for queries "
           "that imply the predicate: not for one that merely sorts by the column.",
    .when_not = "The column is to become nullable.",
    .condition = "The predicate of an index is exactly column IS NOT NULL, and the column is "
                 "NOT NULL.",
    .example = "CREATE TABLE orders (id bigint PRIMARY KEY, paid_at timestamptz NOT NULL);\n"
               "CREATE INDEX ON orders (paid_at) WHERE paid_at IS NOT NULL;",
    .fix = "Creates it anew without the predicate, CONCURRENTLY, and drops the old one: the drop "
           "is yours to approve.",
    .docs = "indexes-partial.html",
    .docs_title = "Partial Indexes",
    .requirements = "T2-4",
    .inputs = PGA_INPUTS_ANY,
    .check = check,
};

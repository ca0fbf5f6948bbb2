/* GIN beside the B-tree, or in its place: which, is for somebody who knows the queries. */
#include "element_index_internal.h"

#include <base/text.h>
#include <base/units.h>

/* (nullable): the first key column of that kind. */
static const PgaAttribute *
column_of(const PgaRelation *relation, const PgaIndex *index, const PgaElementIndex *kind)
{
    for (guint i = 0; i < index->n_key_atts; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(relation, g_array_index(index->indkey, gint16, i));

        if (attribute && kind->holds(attribute))
            return attribute;
    }
    return NULL;
}

static gboolean
has_gin(const PgaRelation *relation, gint16 attnum)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (g_str_equal(index->amname, "gin") && index->indkey->len > 0 &&
            g_array_index(index->indkey, gint16, 0) == attnum)
            return TRUE;
    }
    return FALSE;
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaIndex *index,
       const PgaElementIndex *kind)
{
    const PgaAttribute *attribute = column_of(relation, index, kind);
    g_autofree char *name = pga_index_display(index);
    g_autofree char *column = pga_quote_identifier(attribute->attname);
    g_autofree char *tail = g_strdup_printf("USING gin (%s%s)", column, kind->opclass);
    g_autofree char *new_name = pga_index_new_name(index, "_gin");
    PgaFinding *finding =
        pga_rule_report_object(run, name, "Its key column %s is %s.", column, kind->what);

    finding->weight = (double)index->bytes;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    if (has_gin(relation, attribute->attnum)) {
        pga_finding_drop_index(finding, relation, index);
        pga_finding_note(finding, "The column has a GIN index already.");
        return;
    }
    pga_finding_create_index(finding, relation, new_name, tail);
    pga_finding_note(finding, "It serves %s; it is slower to write to than a B-tree.",
                     kind->operators);
}

void
pga_element_index_check(PgaRuleRun *run, const PgaElementIndex *kind)
{
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint k = 0; k < relation->indexes->len; k++) {
            const PgaIndex *index = g_ptr_array_index(relation->indexes, k);

            if (pga_index_is_judged(relation, index) && g_str_equal(index->amname, "btree") &&
                !pga_index_enforces(index) && column_of(relation, index, kind))
                report(run, relation, index, kind);
        }
    }
}

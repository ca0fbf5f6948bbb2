/* index-btree-on-jsonb: a B-tree on a jsonb column, where queries look for keys and values. */
#include "../column_internal.h"
#include "../element_index_internal.h"

static gboolean
is_jsonb(const PgaAttribute *attribute)
{
    return pga_column_has_type(attribute, "jsonb");
}

static void
check(PgaRuleRun *run)
{
    static const PgaElementIndex documents = {
        .holds = is_jsonb,
        .what = "a jsonb document",
        .opclass = " jsonb_path_ops",
        .operators = "@>, @? and @@",
    };

    pga_element_index_check(run, &documents);
}

const PgaRule pga_rule_index_btree_on_jsonb = {
    .id = "index-btree-on-jsonb",
    .title = "B-tree index on a jsonb column",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "A B-tree compares whole documents, and refuses one of more than 2.7 kB: conditions on "
           "what is in a document cannot use it.",
    .when_not = "Queries compare whole documents that stay small.",
    .condition = "A key column of a B-tree that enforces nothing is of type jsonb.",
    .example = "CREATE TABLE events (id bigint PRIMARY KEY, payload jsonb);\n"
               "CREATE INDEX ON events (payload);",
    .fix = "Creates a GIN index on the column CONCURRENTLY: reads and writes go on; whether the "
           "B-tree may go then is yours to decide.",
    .docs = "datatype-json.html#JSON-INDEXING",
    .docs_title = "JSON Types: jsonb Indexing",
    .requirements = "T2-4 DJ-3",
    .inputs = PGA_INPUTS_ANY,
    .check = check,
};

/* index-btree-on-array: a B-tree on an array column, where queries look for elements. */
#include "../element_index_internal.h"

static gboolean
is_array(const PgaAttribute *attribute)
{
    return attribute->typcategory == 'A';
}

static void
check(PgaRuleRun *run)
{
    static const PgaElementIndex arrays = {
        .holds = is_array,
        .what = "an array",
        .opclass = "",
        .operators = "@>, && and <@",
    };

    pga_element_index_check(run, &arrays);
}

const PgaRule pga_rule_index_btree_on_array = {
    .id = "index-btree-on-array",
    .title = "B-tree index on an array column",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "A B-tree compares whole arrays: operators that look for elements, such as @> and &&, "
           "cannot use it.",
    .when_not = "Queries compare whole arrays, or sort by them.",
    .condition = "A key column of a B-tree that enforces nothing is an array.",
    .example = "CREATE TABLE posts (id bigint PRIMARY KEY, tags text[]);\n"
               "CREATE INDEX ON posts (tags);",
    .fix = "Creates a GIN index on the column CONCURRENTLY: reads and writes go on; whether the "
           "B-tree may go then is yours to decide.",
    .docs = "gin.html",
    .docs_title = "GIN Indexes",
    .requirements = "T2-4",
    .inputs = PGA_INPUTS_ANY,
    .check = check,
};

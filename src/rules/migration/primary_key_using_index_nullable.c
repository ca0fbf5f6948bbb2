/* primary-key-using-index-nullable: a primary key by USING INDEX whose columns may hold NULL. */
#include "../added_constraint_internal.h"
#include "../lock_cost_internal.h"

typedef enum { HOLDS_NO_NULL, MAY_HOLD_NULL, NOT_KNOWN } Nulls;

static Nulls
nulls_of(const PgaLintRun *run, const PgaStateRelation *relation, const char *name)
{
    const PgaStateColumn *column = pga_state_column(relation, name);

    if (run->state->version >= 120000 && pga_state_proves_not_null(relation, name))
        return HOLDS_NO_NULL;
    if (!column)
        return NOT_KNOWN;
    return column->not_null ? HOLDS_NO_NULL : MAY_HOLD_NULL;
}

static Nulls
nulls_of_key(const PgaLintRun *run, const PgaStateRelation *relation, const PgaStateIndex *index)
{
    Nulls worst = HOLDS_NO_NULL;

    for (guint i = 0; i < index->columns->len && worst != MAY_HOLD_NULL; i++) {
        const Nulls nulls = nulls_of(run, relation, g_ptr_array_index(index->columns, i));

        worst = nulls > HOLDS_NO_NULL ? nulls : worst;
    }
    return worst;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    const PgaStateIndex *index;
    PgaFinding *finding;
    Nulls nulls;

    if (!pga_lint_adds_constraint(run, action, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY, FALSE) ||
        !pga_constraint_uses_index(action->constraint))
        return;
    index = pga_state_index(run->state, action->relation->nspname, action->constraint->indexname);
    nulls = index ? nulls_of_key(run, action->relation, index) : NOT_KNOWN;
    if (nulls == HOLDS_NO_NULL || (nulls == NOT_KNOWN && run->state->complete))
        return;
    finding = pga_lint_report(run, action,
                              "%s sets NOT NULL on its columns, which reads the whole table under "
                              "ACCESS EXCLUSIVE: reads and writes wait until it is done.",
                              nulls == NOT_KNOWN ? "Unless they are NOT NULL already, it"
                                                 : "The primary key");
    pga_lint_add_recipe(run, finding, action);
    if (nulls == NOT_KNOWN) {
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
        pga_lint_lower(run, finding, PGA_SEVERITY_INFO);
    }
}

const PgaRule pga_rule_primary_key_using_index_nullable = {
    .id = "primary-key-using-index-nullable",
    .title = "PRIMARY KEY USING INDEX on columns that may hold NULL",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The index is there, but its columns are set NOT NULL along with it, and every row is "
           "read for that under ACCESS EXCLUSIVE.",
    .when_not = "The columns are NOT NULL already, or the table is small.",
    .condition = "ADD PRIMARY KEY USING INDEX where a column of the index is not NOT NULL and no "
                 "valid CHECK says IS NOT NULL; info when the columns are not known.",
    .example = "CREATE TABLE orders (id bigint);\n"
               "\n"
               "CREATE UNIQUE INDEX CONCURRENTLY orders_id ON orders (id);\n"
               "ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_id;",
    .fix = "Sets NOT NULL first, by way of a check that is validated while reads and writes go on.",
    .versions = "Before 12 a check is no proof.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};

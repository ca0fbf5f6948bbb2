/* alter-type-rechecks-constraint: a type change that makes constraints of the column anew. */
#include "../lock_cost_internal.h"

static gboolean
has_column(const GPtrArray *columns, const char *name)
{
    for (guint i = 0; columns && i < columns->len; i++)
        if (g_str_equal(g_ptr_array_index(columns, i), name))
            return TRUE;
    return FALSE;
}

/* Foreign keys are made anew in any case; checks are read again unless a rewrite does so anyway. */
static gboolean
is_made_anew(const PgaStateConstraint *constraint, const char *name, gboolean rewrites)
{
    return has_column(constraint->columns, name) &&
           (constraint->type == 'f' || (constraint->type == 'c' && constraint->valid && !rewrites));
}

static gboolean
references(const PgaStateConstraint *key, const PgaAction *action)
{
    const GPtrArray *indexes = action->relation->indexes;

    if (key->referenced_columns && key->referenced_columns->len > 0)
        return has_column(key->referenced_columns, action->name);
    for (guint i = 0; i < indexes->len; i++) {
        const PgaStateIndex *index = g_ptr_array_index(indexes, i);

        if (index->primary)
            return has_column(index->columns, action->name);
    }
    return FALSE;
}

/* (transfer full): names of constraints. */
static GString *
made_anew(const PgaAction *action, gboolean rewrites)
{
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < action->relation->constraints->len; i++) {
        const PgaStateConstraint *own = g_ptr_array_index(action->relation->constraints, i);

        if (is_made_anew(own, action->name, rewrites))
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", own->name);
    }
    for (guint i = 0; i < action->relation->referenced_by->len; i++) {
        const PgaStateConstraint *key = g_ptr_array_index(action->relation->referenced_by, i);
        g_autofree char *table = pga_state_relation_name(key->relation);

        if (key->relation != action->relation && references(key, action))
            g_string_append_printf(names, "%s%s of %s", names->len > 0 ? ", " : "", key->name,
                                   table);
    }
    return names;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    g_autofree char *sentence = NULL;
    GString *names;

    if (action->kind != PGA_ACTION_ALTER_TYPE || !action->name || !pga_lint_concerns(run, action))
        return;
    names = made_anew(action, pga_lint_rewrites(run, action));
    if (names->len > 0) {
        sentence = pga_effect_sentence(run->effect);
        pga_lint_advise(pga_lint_report(run, action, "Makes anew: %s. %s", names->str, sentence),
                        "Drop the constraint first, change the type, add the constraint with NOT "
                        "VALID, and validate it in a transaction of its own.");
    }
    g_string_free(names, TRUE);
}

const PgaRule pga_rule_alter_type_rechecks_constraint = {
    .id = "alter-type-rechecks-constraint",
    .title = "Column type change that makes constraints anew",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "A CHECK on the column is dropped, added again and checked for every row under ACCESS "
           "EXCLUSIVE; a foreign key is made anew with ACCESS EXCLUSIVE on both tables.",
    .when_not = "The tables are small, or nobody uses them meanwhile.",
    .condition = "ALTER COLUMN … TYPE of a column that a valid CHECK names or that is on either "
                 "side of a foreign key.",
    .example = "CREATE TABLE customers (name varchar(20) CHECK (name <> ''));\n"
               "\n"
               "ALTER TABLE customers ALTER COLUMN name TYPE varchar(40);",
    .fix = "Proposes to drop the constraint first and to add it with NOT VALID after, validated in "
           "a transaction of its own.",
    .docs = "ddl-alter.html#DDL-ALTER-COLUMN-TYPE",
    .docs_title = "Modifying Tables: Changing a Column's Data Type",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};

/* mergeable-alter-table: changes of a table that could be one. */
#include "../lock_cost_internal.h"

/** The statement before. */
typedef struct {
    char *relation; /* (nullable): of its ALTER TABLE */
    gboolean works; /* it reads or rewrites a table */
    gboolean told;  /* of this row of statements */
} Memory;

static void
memory_free(Memory *memory)
{
    g_free(memory->relation);
    g_free(memory);
}

/* What has to stay apart, because of its locks, or because of the order in which one statement
 * would do it: constraints are dropped before they prove anything. */
static gboolean
stays_apart(const GArray *actions)
{
    for (guint i = 0; i < actions->len; i++) {
        const PgaAction *action = &g_array_index(actions, PgaAction, i);

        if (action->kind == PGA_ACTION_VALIDATE_CONSTRAINT ||
            action->kind == PGA_ACTION_DROP_CONSTRAINT || action->kind == PGA_ACTION_SET_DEFAULT ||
            action->kind == PGA_ACTION_ATTACH_PARTITION ||
            action->kind == PGA_ACTION_DETACH_PARTITION ||
            (action->constraint && action->constraint->skip_validation))
            return TRUE;
    }
    return FALSE;
}

/* (nullable) (transfer full): NULL also of what Django makes of its operations; the table that the
 * statement changes. */
static char *
changed_table(const PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;

    if (!action || run->file->django ||
        action->statement->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT ||
        !pga_lint_concerns(run, action) || stays_apart(run->actions))
        return NULL;
    return pga_state_relation_name(action->relation);
}

static gboolean
works(const PgaEffect *effect)
{
    return effect->rewritten->len + effect->scanned->len + effect->rebuilt->len > 0;
}

/* In a transaction the lock is waited for once, whatever follows. */
static gboolean
gains(const PgaLintRun *run, const Memory *before)
{
    return !run->step->in_block || (before->works && works(run->effect));
}

static void
judge_step(PgaLintRun *run)
{
    g_autofree char *table = changed_table(run);
    Memory *memory = run->memory;

    if (!memory)
        run->memory = memory = g_new0(Memory, 1);
    if (!table || g_strcmp0(table, memory->relation) != 0)
        memory->told = FALSE;
    else if (!memory->told && gains(run, memory)) {
        pga_lint_report(run, &g_array_index(run->actions, PgaAction, 0),
                        "The statement before changes the same table.");
        memory->told = TRUE;
    }
    g_free(memory->relation);
    memory->relation = g_steal_pointer(&table);
    memory->works = works(run->effect);
}

static void
finish(PgaLintRun *run)
{
    g_clear_pointer(&run->memory, memory_free);
}

const PgaRule pga_rule_mergeable_alter_table = {
    .id = "mergeable-alter-table",
    .title = "ALTER TABLE of one table in several statements",
    .category = "style",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "Each waits for its lock anew, and each that reads or rewrites the table does so again; "
           "in one statement they share the lock and the pass.",
    .when_not = "The statements are in transactions of their own on purpose.",
    .condition = "ALTER TABLE right after another one of the same table, in a transaction only "
                 "where both read "
                 "or rewrite it; VALIDATE CONSTRAINT, NOT VALID, DROP CONSTRAINT, SET DEFAULT and "
                 "partitions, which have to stay apart, are left out; once for a row of them.",
    .example = "ALTER TABLE orders ADD COLUMN a int;\n"
               "ALTER TABLE orders ADD COLUMN b int;",
    .fix = "Proposes to join the changes by commas.",
    .docs = "sql-altertable.html#SQL-ALTERTABLE-NOTES",
    .docs_title = "ALTER TABLE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step, .finish = finish, .forget = (GDestroyNotify)memory_free},
};

/* Which action has which recipe, and how recipes of one statement's actions come together. */
#include <base/text.h>
#include <stdarg.h>

#include "recipe_internal.h"

static const struct {
    PgaActionKind kind;
    const char *id;
    gboolean (*write)(PgaRecipeWriter *writer);
} recipes[] = {
    {PGA_ACTION_CREATE_INDEX, "create-index-concurrently", pga_recipe_create_index},
    {PGA_ACTION_DROP, "drop-gently", pga_recipe_drop},
    {PGA_ACTION_REINDEX, "reindex-concurrently", pga_recipe_reindex},
    {PGA_ACTION_REFRESH, "refresh-concurrently", pga_recipe_refresh},
    {PGA_ACTION_ADD_COLUMN, "add-column-in-steps", pga_recipe_add_column},
    {PGA_ACTION_ALTER_TYPE, "change-type-by-new-column", pga_recipe_alter_type},
    {PGA_ACTION_SET_NOT_NULL, "not-null-by-check", pga_recipe_set_not_null},
    {PGA_ACTION_ADD_CONSTRAINT, "add-constraint-in-steps", pga_recipe_add_constraint},
    {PGA_ACTION_DROP_COLUMN, "drop-column-after-deployment", pga_recipe_drop_column},
    {PGA_ACTION_RENAME, "rename-behind-a-view", pga_recipe_rename},
    {PGA_ACTION_ATTACH_PARTITION, "attach-checked-partition", pga_recipe_attach},
    {PGA_ACTION_DETACH_PARTITION, "detach-concurrently", pga_recipe_detach},
    {PGA_ACTION_CREATE_TABLE, "create-then-attach-partition", pga_recipe_create_partition},
    {PGA_ACTION_UPDATE, "change-rows-in-batches", pga_recipe_change_rows},
    {PGA_ACTION_DELETE, "change-rows-in-batches", pga_recipe_change_rows},
};

static PgaRecipe *
recipe_new(const char *id)
{
    PgaRecipe *recipe = g_new0(PgaRecipe, 1);

    recipe->id = id;
    recipe->steps = g_ptr_array_new_with_free_func((GDestroyNotify)pga_fix_step_free);
    recipe->undo = g_ptr_array_new_with_free_func(g_free);
    return recipe;
}

void
pga_recipe_free(PgaRecipe *recipe)
{
    if (!recipe)
        return;
    g_ptr_array_unref(recipe->steps);
    g_ptr_array_unref(recipe->undo);
    g_free(recipe->difference);
    g_free(recipe);
}

/* Nobody but this migration sees the relation: nobody has to wait. */
static gboolean
is_private(const PgaState *state, const PgaStateRelation *relation)
{
    return relation && (relation->persistence == 't' || pga_state_is_new(state, relation));
}

PgaRecipe *
pga_recipe_for(PgaState *state, const PgaAction *action, const PgaRecipeOptions *options)
{
    if (is_private(state, action->relation) || action->of_create)
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(recipes); i++) {
        g_autoptr(PgaRecipe) recipe = NULL;
        PgaRecipeWriter writer = {.state = state, .action = action, .options = options};
        gboolean is_written;

        if (recipes[i].kind != action->kind)
            continue;
        writer.recipe = recipe = recipe_new(recipes[i].id);
        writer.table =
            action->range
                ? pga_quote_qualified(*action->range->schemaname ? action->range->schemaname : NULL,
                                      action->range->relname)
                : NULL;
        is_written = recipes[i].write(&writer);
        g_free(writer.table);
        return is_written ? g_steal_pointer(&recipe) : NULL;
    }
    return NULL;
}

/* --- whole statements --- */

static void
move_all(GPtrArray *from, GPtrArray *to)
{
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, g_steal_pointer(&g_ptr_array_index(from, i)));
    g_ptr_array_set_size(from, 0);
}

static void
append_recipe(PgaRecipe *whole, PgaRecipe *part)
{
    whole->id = whole->steps->len > 0 ? "in-steps" : part->id;
    move_all(part->steps, whole->steps);
    move_all(part->undo, whole->undo);
    whole->several_deployments |= part->several_deployments;
    if (part->difference && !whole->difference)
        whole->difference = g_steal_pointer(&part->difference);
}

/* The subcommands of ALTER TABLE that are fine as they stand, as one statement. */
static void
append_rest(PgaRecipeWriter *writer, const PgQuery__AlterTableStmt *statement,
            const GPtrArray *commands)
{
    PgQuery__AlterTableStmt rest = *statement;
    PgQuery__Node node = PG_QUERY__NODE__INIT;
    g_autofree char *sql = NULL;

    rest.cmds = (PgQuery__Node **)commands->pdata;
    rest.n_cmds = commands->len;
    node.node_case = PG_QUERY__NODE__NODE_ALTER_TABLE_STMT;
    node.alter_table_stmt = &rest;
    sql = pga_tree_deparse(&node);
    if (sql)
        pga_recipe_sql(pga_recipe_step(writer, "Make the changes that need no care"), "%s;", sql);
}

/* @node's subcommand is what the recipe of one of the actions replaces. */
static gboolean
is_replaced(const PgQuery__Node *node, GPtrArray *replaced)
{
    return node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD &&
           g_ptr_array_find(replaced, node->alter_table_cmd, NULL);
}

static PgaRecipe *
recipe_of_alter_table(PgaState *state, const PgQuery__AlterTableStmt *statement,
                      const GArray *actions, const PgaRecipeOptions *options)
{
    g_autoptr(PgaRecipe) whole = recipe_new("in-steps"), tail = recipe_new("in-steps");
    g_autoptr(GPtrArray) replaced = g_ptr_array_new(), kept = g_ptr_array_new();
    PgaRecipeWriter writer = {.state = state, .options = options, .recipe = whole};

    for (guint i = 0; i < actions->len; i++) {
        const PgaAction *action = &g_array_index(actions, PgaAction, i);
        g_autoptr(PgaRecipe) part = NULL;

        if (action->command && g_ptr_array_find(replaced, action->command, NULL))
            continue; /* a column's recipe takes care of its constraints */
        part = pga_recipe_for(state, action, options);
        if (!part)
            continue;
        g_ptr_array_add(replaced, (gpointer)action->command);
        append_recipe(tail, part);
    }
    if (replaced->len == 0)
        return NULL;
    for (gsize i = 0; i < statement->n_cmds; i++)
        if (!is_replaced(statement->cmds[i], replaced))
            g_ptr_array_add(kept, statement->cmds[i]);
    if (kept->len > 0)
        append_rest(&writer, statement, kept);
    append_recipe(whole, tail);
    return g_steal_pointer(&whole);
}

PgaRecipe *
pga_recipe_for_step(PgaState *state, const PgaStep *step, const PgaRecipeOptions *options)
{
    g_autoptr(GArray) actions = g_array_new(FALSE, FALSE, sizeof(PgaAction));
    const PgQuery__Node *tree = step->tree;

    if (!tree)
        return NULL;
    pga_actions_of(state, step, actions);
    if (tree->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT &&
        tree->alter_table_stmt->n_cmds > 1)
        return recipe_of_alter_table(state, tree->alter_table_stmt, actions, options);
    for (guint i = 0; i < actions->len; i++) {
        PgaRecipe *recipe = pga_recipe_for(state, &g_array_index(actions, PgaAction, i), options);

        if (recipe)
            return recipe;
    }
    return NULL;
}

/* --- writing --- */

static PgaFixStep *
add_step(PgaRecipeWriter *writer, const char *title)
{
    PgaFixStep *step = pga_fix_step_new(title);

    g_ptr_array_add(writer->recipe->steps, step);
    return step;
}

PgaFixStep *
pga_recipe_step(PgaRecipeWriter *writer, const char *title)
{
    PgaFixStep *step = add_step(writer, title);

    pga_recipe_sql(step, "SET LOCAL lock_timeout = '%s';", writer->options->lock_timeout);
    return step;
}

PgaFixStep *
pga_recipe_step_alone(PgaRecipeWriter *writer, const char *title)
{
    PgaFixStep *step = add_step(writer, title);

    step->alone = TRUE;
    return step;
}

void
pga_recipe_deploy(PgaRecipeWriter *writer, const char *format, ...)
{
    g_autofree char *title = NULL;
    va_list arguments;

    va_start(arguments, format);
    title = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    add_step(writer, title)->deploy = TRUE;
    writer->recipe->several_deployments = TRUE;
}

void
pga_recipe_sql(PgaFixStep *step, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(step->sql, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

void
pga_recipe_undo(PgaRecipeWriter *writer, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(writer->recipe->undo, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

char *
pga_recipe_alter_table(const PgaAction *action, const PgQuery__AlterTableCmd *command)
{
    const PgQuery__AlterTableStmt *whole = action->statement->alter_table_stmt;
    PgQuery__AlterTableStmt statement = *whole;
    PgQuery__Node node = PG_QUERY__NODE__INIT, part = PG_QUERY__NODE__INIT;
    PgQuery__Node *parts[] = {&part};

    part.node_case = PG_QUERY__NODE__NODE_ALTER_TABLE_CMD;
    part.alter_table_cmd = (PgQuery__AlterTableCmd *)command;
    statement.cmds = parts;
    statement.n_cmds = 1;
    node.node_case = PG_QUERY__NODE__NODE_ALTER_TABLE_STMT;
    node.alter_table_stmt = &statement;
    return pga_tree_deparse(&node);
}

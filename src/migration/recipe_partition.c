/* Partitions: made or proved beside the parent, then attached, which only keeps out other
 * maintenance (ATTACH PARTITION: SHARE UPDATE EXCLUSIVE on the parent since 12). */
#include <base/text.h>
#include <string.h>

#include "recipe_internal.h"

static char *
name_of_range(const PgQuery__RangeVar *range)
{
    return pga_quote_qualified(*range->schemaname ? range->schemaname : NULL, range->relname);
}

/* "FOR VALUES FROM …", "DEFAULT". (transfer full) (nullable) */
static char *
bound_text(const char *sql)
{
    const char *at = sql ? g_strrstr(sql, " FOR VALUES ") : NULL;

    if (!at && sql && g_str_has_suffix(sql, " DEFAULT"))
        at = sql + strlen(sql) - strlen(" DEFAULT");
    return at ? g_strdup(at + 1) : NULL;
}

/* One side of a range over one column: "k >= value"; nothing of MINVALUE and MAXVALUE. FALSE: not
 * to be written. */
static gboolean
append_side(GString *check, const char *key, const char *operator_, const PgQuery__Node *datum)
{
    g_autofree char *value = NULL;

    if (datum->node_case == PG_QUERY__NODE__NODE_COLUMN_REF)
        return TRUE; /* the grammar's form of MINVALUE, MAXVALUE */
    value = pga_tree_deparse_expression(datum);
    if (value)
        g_string_append_printf(check, " AND %s %s %s", key, operator_, value);
    return value != NULL;
}

static gboolean
append_list(GString *check, const char *key, const PgQuery__PartitionBoundSpec *bound)
{
    g_string_append_printf(check, " AND %s IN (", key);
    for (gsize i = 0; i < bound->n_listdatums; i++) {
        const PgQuery__Node *datum = bound->listdatums[i];
        g_autofree char *value = pga_tree_deparse_expression(datum);

        if (!value || (datum->node_case == PG_QUERY__NODE__NODE_A_CONST && datum->a_const->isnull))
            return FALSE;
        g_string_append_printf(check, "%s%s", i ? ", " : "", value);
    }
    g_string_append_c(check, ')');
    return TRUE;
}

/* The bound as a condition, which proves to ATTACH that the rows fit (QueuePartitionConstraint-
 * Validation): ranges and lists over one column. (transfer full) (nullable) */
static char *
bound_as_check(const PgaStateRelation *parent, const PgQuery__PartitionBoundSpec *bound)
{
    g_autoptr(GString) check = g_string_new(NULL);
    g_autofree char *key = NULL;
    gboolean is_written = FALSE;

    if (!parent || !parent->partition_key || parent->partition_key->len != 1 ||
        !g_ptr_array_index(parent->partition_key, 0) || bound->is_default)
        return NULL;
    key = pga_quote_identifier(g_ptr_array_index(parent->partition_key, 0));
    g_string_append_printf(check, "%s IS NOT NULL", key);
    if (parent->strategy == 'r' && bound->n_lowerdatums == 1 && bound->n_upperdatums == 1)
        is_written = append_side(check, key, ">=", bound->lowerdatums[0]) &&
                     append_side(check, key, "<", bound->upperdatums[0]);
    else if (parent->strategy == 'l')
        is_written = append_list(check, key, bound);
    return is_written ? g_string_free(g_steal_pointer(&check), FALSE) : NULL;
}

static const PgaStateRelation *
default_partition(const PgaStateRelation *parent)
{
    for (guint i = 0; parent && i < parent->children->len; i++) {
        const PgaStateRelation *child = g_ptr_array_index(parent->children, i);

        if (child->is_default)
            return child;
    }
    return NULL;
}

/* A check proved apart, on @table; its name. */
static void
write_check(PgaRecipeWriter *writer, const char *table, const char *name, const char *condition)
{
    pga_recipe_sql(pga_recipe_step(writer, "State for new rows what has to hold"),
                   "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID;", table, name,
                   condition);
    pga_recipe_sql(pga_recipe_step(writer, "Check the rows that exist, while others work"),
                   "ALTER TABLE %s VALIDATE CONSTRAINT %s;", table, name);
    pga_recipe_undo(writer, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s;", table, name);
}

static void
write_default_check(PgaRecipeWriter *writer, const PgaStateRelation *other, const char *condition)
{
    g_autofree char *table = pga_state_relation_name(other);
    g_autofree char *negated = g_strdup_printf("NOT (%s)", condition);

    write_check(writer, table, "not_the_new_partition", negated);
}

gboolean
pga_recipe_attach(PgaRecipeWriter *writer)
{
    const PgQuery__PartitionCmd *part = writer->action->command->def->partition_cmd;
    const PgaStateRelation *parent = writer->action->relation;
    const PgaStateRelation *other = default_partition(parent);
    g_autofree char *condition = bound_as_check(parent, part->bound);
    g_autofree char *table = name_of_range(part->name);
    g_autofree char *sql = pga_recipe_alter_table(writer->action, writer->action->command);
    g_autoptr(PgaEffect) effect = pga_effect_of_action(writer->state, writer->action);
    PgaFixStep *step;

    if (!condition || !sql || (effect->known && effect->scanned->len == 0))
        return FALSE;
    write_check(writer, table, "fits_partition", condition);
    if (other)
        write_default_check(writer, other, condition);
    step = pga_recipe_step(writer, "Attach it, which the check proves without a scan");
    pga_recipe_sql(step, "%s;", sql);
    pga_recipe_sql(step, "ALTER TABLE %s DROP CONSTRAINT fits_partition;", table);
    if (other) {
        g_autofree char *name = pga_state_relation_name(other);

        pga_recipe_sql(step, "ALTER TABLE %s DROP CONSTRAINT not_the_new_partition;", name);
    }
    return TRUE;
}

gboolean
pga_recipe_detach(PgaRecipeWriter *writer)
{
    const PgQuery__PartitionCmd *part = writer->action->command->def->partition_cmd;
    g_autofree char *table = NULL;

    if (part->concurrent || writer->state->version < 140000 ||
        default_partition(writer->action->relation))
        return FALSE;
    table = name_of_range(part->name);
    pga_recipe_sql(pga_recipe_step_alone(writer, "Detach it while others work"),
                   "ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY;", writer->table, table);
    writer->recipe->difference = g_strdup(
        "The detached table keeps a CHECK of its bounds, by which PostgreSQL proves them.");
    return TRUE;
}

/* CREATE TABLE … PARTITION OF takes ACCESS EXCLUSIVE on the parent; a table made like it and
 * attached does not. */
gboolean
pga_recipe_create_partition(PgaRecipeWriter *writer)
{
    const PgQuery__CreateStmt *create =
        writer->action->statement->node_case == PG_QUERY__NODE__NODE_CREATE_STMT
            ? writer->action->statement->create_stmt
            : NULL;
    g_autofree char *whole = NULL, *bound = NULL, *table = NULL, *parent = NULL;
    const PgaStateRelation *known;

    if (!create || !create->partbound || create->n_inh_relations != 1 || create->partspec ||
        create->n_table_elts > 0)
        return FALSE;
    known = pga_state_relation(writer->state, create->inh_relations[0]->range_var->schemaname,
                               create->inh_relations[0]->range_var->relname);
    if (known && (pga_state_is_new(writer->state, known) || default_partition(known)))
        return FALSE;
    whole = pga_tree_deparse(writer->action->statement);
    bound = bound_text(whole);
    if (!bound)
        return FALSE;
    table = name_of_range(create->relation);
    parent = name_of_range(create->inh_relations[0]->range_var);
    pga_recipe_sql(pga_recipe_step(writer, "Create the table by itself"),
                   "CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS);", table,
                   parent);
    pga_recipe_sql(pga_recipe_step(writer, "Attach it; it is empty"),
                   "ALTER TABLE %s ATTACH PARTITION %s %s;", parent, table, bound);
    pga_recipe_undo(writer, "DROP TABLE IF EXISTS %s;", table);
    return TRUE;
}

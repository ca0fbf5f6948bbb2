/* A column changed by a second one beside it: filled by a trigger and in batches, indexed
 * concurrently, put in the first one's place in one short transaction. */
#include <base/text.h>
#include <string.h>

#include "recipe_internal.h"

/** The names at work. All quoted. */
typedef struct {
    char *column, *twin, *old, *function;
    const char *twin_name; /* not quoted */
} Names;

static char *
suffixed(const char *name, const char *suffix)
{
    g_autofree char *whole = g_strdup_printf("%.55s_%s", name, suffix);

    return pga_quote_identifier(whole);
}

static char *
function_name(const char *table, const char *column)
{
    g_autofree char *whole = g_strdup_printf("%.27s_%.27s_in_step", table, column);

    return pga_quote_identifier(whole);
}

static void
names_clear(Names *names)
{
    g_free(names->column);
    g_free(names->twin);
    g_free(names->old);
    g_free(names->function);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Names, names_clear)

static gboolean
uses(const GPtrArray *columns, const char *column)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)columns, column, g_str_equal, NULL);
}

static gboolean
indexes_can_move(const PgaStateRelation *relation, const char *column)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaStateIndex *index = g_ptr_array_index(relation->indexes, i);
        const gboolean has_expression = g_ptr_array_find(index->columns, NULL, NULL);

        if (has_expression || (index->predicate && strstr(index->predicate, column)))
            return FALSE;
        if (!uses(index->columns, column) && !uses(index->included, column))
            continue;
        if (index->constraint)
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_constrained(const PgaStateRelation *relation, const char *column)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaStateConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (constraint->type != 'n' && uses(constraint->columns, column))
            return TRUE;
    }
    return FALSE;
}

/* Nothing hangs on the column that would have to be moved by hand. */
static gboolean
is_movable(const PgaStateRelation *relation, const PgaStateColumn *column)
{
    return relation->kind == 'r' && !relation->assumed && relation->dependents->len == 0 &&
           relation->referenced_by->len == 0 && !relation->is_partition &&
           relation->children->len == 0 && !column->identity && !column->generated &&
           !column->serial && !is_constrained(relation, column->name) &&
           indexes_can_move(relation, column->name);
}

static char *
value_of(const PgaRecipeTwin *twin, const Names *names)
{
    if (twin->using)
        return g_strdup(twin->using);
    return twin->new_name ? g_strdup(names->column)
                          : g_strdup_printf("%s::%s", names->column, twin->type);
}

/* Of a new type the twin follows the column; of a new name each follows the other, whichever the
 * code in use writes. */
static char *
trigger_body(const PgaRecipeTwin *twin, const Names *names, const char *value)
{
    if (!twin->new_name)
        return g_strdup_printf("    NEW.%s := (SELECT %s FROM (SELECT NEW.*) AS row_);\n",
                               names->twin, value);
    return g_strdup_printf("    IF TG_OP = 'INSERT' AND NEW.%s IS NOT NULL\n"
                           "       OR TG_OP = 'UPDATE' AND NEW.%s IS DISTINCT FROM OLD.%s THEN\n"
                           "        NEW.%s := NEW.%s;\n"
                           "    ELSE\n"
                           "        NEW.%s := NEW.%s;\n"
                           "    END IF;\n",
                           names->twin, names->twin, names->twin, names->column, names->twin,
                           names->twin, names->column);
}

static void
write_twin(PgaRecipeWriter *writer, const PgaRecipeTwin *twin, const Names *names,
           const char *value)
{
    g_autofree char *body = trigger_body(twin, names, value);
    PgaFixStep *step = pga_recipe_step(writer, "Put the new column beside the old one");

    pga_recipe_sql(step, "ALTER TABLE %s ADD COLUMN %s %s;", writer->table, names->twin,
                   twin->type);
    pga_recipe_sql(step,
                   "CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $body$\n"
                   "BEGIN\n%s    RETURN NEW;\nEND\n$body$;",
                   names->function, body);
    pga_recipe_sql(step,
                   "CREATE TRIGGER %s BEFORE INSERT OR UPDATE ON %s\n"
                   "    FOR EACH ROW EXECUTE FUNCTION %s();",
                   names->function, writer->table, names->function);
    pga_recipe_undo(writer, "DROP TRIGGER IF EXISTS %s ON %s;", names->function, writer->table);
    pga_recipe_undo(writer, "DROP FUNCTION IF EXISTS %s();", names->function);
    pga_recipe_undo(writer, "ALTER TABLE %s DROP COLUMN IF EXISTS %s;", writer->table, names->twin);
}

/* @rest: what a key says after its column: " text_pattern_ops DESC". */
static void
append_column(GString *sql, const char *name, const char *column, const Names *names,
              const char *rest)
{
    g_autofree char *quoted = pga_quote_identifier(name);

    g_string_append_printf(sql, "%s%s", g_str_equal(name, column) ? names->twin : quoted, rest);
}

static void
append_keys(GString *sql, const PgaStateIndex *index, const char *column, const Names *names)
{
    for (guint i = 0; i < index->columns->len; i++) {
        const char *name = g_ptr_array_index(index->columns, i);
        const char *key = g_ptr_array_index(index->keys, i);
        g_autofree char *quoted = pga_quote_identifier(name);

        g_string_append(sql, i ? ", " : "");
        append_column(sql, name, column, names,
                      g_str_has_prefix(key, quoted) ? key + strlen(quoted) : "");
    }
}

static gboolean
write_index(PgaRecipeWriter *writer, const PgaStateIndex *index, const char *column,
            const Names *names)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_autofree char *name = suffixed(index->name, "new");

    if (!uses(index->columns, column) && !uses(index->included, column))
        return FALSE;
    g_string_append_printf(sql, "CREATE %sINDEX CONCURRENTLY %s ON %s USING %s (",
                           index->unique ? "UNIQUE " : "", name, writer->table, index->method);
    append_keys(sql, index, column, names);
    g_string_append_c(sql, ')');
    if (index->included->len > 0) {
        g_string_append(sql, " INCLUDE (");
        for (guint i = 0; i < index->included->len; i++) {
            g_string_append(sql, i ? ", " : "");
            append_column(sql, g_ptr_array_index(index->included, i), column, names, "");
        }
        g_string_append_c(sql, ')');
    }
    if (index->predicate)
        g_string_append_printf(sql, " WHERE %s", index->predicate);
    pga_recipe_sql(pga_recipe_step_alone(writer, "Build its index while others write"), "%s;",
                   sql->str);
    return TRUE;
}

static void
write_default(const PgaRecipeWriter *writer, PgaFixStep *step, const PgaStateColumn *column,
              const char *name)
{
    if (column->default_text)
        pga_recipe_sql(step, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;", writer->table, name,
                       column->default_text);
}

static void
write_stop(const PgaRecipeWriter *writer, PgaFixStep *step, const Names *names)
{
    pga_recipe_sql(step, "DROP TRIGGER %s ON %s;", names->function, writer->table);
    pga_recipe_sql(step, "DROP FUNCTION %s();", names->function);
}

/* The indexes' names go over once the old column's indexes are gone with it. */
static void
write_end(PgaRecipeWriter *writer, const PgaRecipeTwin *twin, const PgaStateColumn *column,
          const Names *names, const GPtrArray *indexes)
{
    const char *gone = twin->new_name ? names->column : names->old;
    PgaFixStep *step = pga_recipe_step(writer, "Drop the old column");

    if (twin->new_name) {
        write_stop(writer, step, names);
        write_default(writer, step, column, names->twin);
    }
    pga_recipe_sql(step, "ALTER TABLE %s DROP COLUMN %s;", writer->table, gone);
    for (guint i = 0; i < indexes->len; i++) {
        const PgaStateIndex *index = g_ptr_array_index(indexes, i);
        const PgaStateRelation *relation = index->relation;
        g_autofree char *name = pga_quote_identifier(index->name);
        g_autofree char *built = g_strdup_printf("%.55s_new", index->name);
        g_autofree char *qualified = pga_quote_qualified(
            relation->nspname && *relation->nspname ? relation->nspname : NULL, built);

        pga_recipe_sql(step, "ALTER INDEX %s RENAME TO %s;", qualified, name);
    }
}

static void
write_swap(PgaRecipeWriter *writer, const PgaStateColumn *column, const Names *names)
{
    PgaFixStep *step = pga_recipe_step(writer, "Put it in the old one's place");

    write_stop(writer, step, names);
    if (column->not_null) /* nobody writes the old one any more */
        pga_recipe_sql(step, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL;", writer->table,
                       names->column);
    pga_recipe_sql(step, "ALTER TABLE %s RENAME COLUMN %s TO %s;", writer->table, names->column,
                   names->old);
    pga_recipe_sql(step, "ALTER TABLE %s RENAME COLUMN %s TO %s;", writer->table, names->twin,
                   names->column);
    write_default(writer, step, column, names->column);
    pga_recipe_deploy(writer, "See that everything works with the new column; this is the last "
                              "way back");
}

gboolean
pga_recipe_write_twin(PgaRecipeWriter *writer, const char *column, const PgaRecipeTwin *twin)
{
    PgaStateRelation *relation = writer->action->relation;
    const PgaStateColumn *known = relation ? pga_state_column(relation, column) : NULL;
    g_autofree char *plain = g_strdup_printf("%.55s_new", column), *value = NULL;
    g_autoptr(GPtrArray) indexes = g_ptr_array_new();
    g_auto(Names) names = {0};

    if (!known || !is_movable(relation, known))
        return FALSE;
    names.column = pga_quote_identifier(column);
    names.old = suffixed(column, "old");
    names.function = function_name(relation->relname, column);
    names.twin_name = twin->new_name ? twin->new_name : plain;
    names.twin = pga_quote_identifier(names.twin_name);
    value = value_of(twin, &names);
    write_twin(writer, twin, &names, value);
    pga_recipe_write_backfill(writer, names.twin_name, value);
    if (known->not_null)
        pga_recipe_write_not_null(writer, names.twin_name);
    for (guint i = 0; i < relation->indexes->len; i++)
        if (write_index(writer, g_ptr_array_index(relation->indexes, i), column, &names))
            g_ptr_array_add(indexes, g_ptr_array_index(relation->indexes, i));
    if (twin->new_name)
        pga_recipe_deploy(writer, "Deploy code that uses %s, and wait for the last of the old",
                          names.twin);
    else
        write_swap(writer, known, &names);
    write_end(writer, twin, known, &names, indexes);
    writer->recipe->difference = g_strdup("The column is the table's last one.");
    return TRUE;
}

gboolean
pga_recipe_alter_type(PgaRecipeWriter *writer)
{
    const PgQuery__AlterTableCmd *command = writer->action->command;
    const PgQuery__ColumnDef *column = writer->action->column;
    g_autoptr(PgaEffect) effect = pga_effect_of_action(writer->state, writer->action);
    g_autofree char *using = NULL;
    PgaStateTypeName type = {0};
    PgaRecipeTwin twin = {0};

    if (!command || !column || !column->type_name || column->coll_clause ||
        !(effect->known && effect->rewritten->len > 0))
        return FALSE;
    pga_state_type_name(writer->state, column->type_name, &type);
    using = column->raw_default ? pga_tree_deparse_expression(column->raw_default) : NULL;
    twin.type = type.type;
    twin.using = using;
    return type.type && pga_recipe_write_twin(writer, command->name, &twin);
}

/* States made of SQL, and shown as text. */
#include "states.h"

#include <string.h>

char *
state_apply_sql(PgaState *state, const char *sql)
{
    const PgaMigrationFile file = {.path = (char *)"test.sql", .text = (char *)sql};
    const PgaMigrationOptions options = {.tool = "psql"};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaMigrationReader) reader = pga_migration_reader_new(&file, &options, &error);
    GString *refusals = g_string_new(NULL);
    const PgaStep *step;

    g_assert_no_error(error);
    pga_state_begin_migration(state);
    while (pga_migration_reader_next(reader, &step, &error)) {
        g_autofree char *refusal = pga_state_apply(state, step);

        if (step->error)
            g_string_append_printf(refusals, "%u: cannot be read: %s\n", step->line, step->error);
        if (refusal)
            g_string_append_printf(refusals, "%u: %s\n", step->line, refusal);
    }
    g_assert_no_error(error);
    return g_string_free(refusals, FALSE);
}

static char *
names(const GPtrArray *array)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < array->len; i++) {
        const char *name = g_ptr_array_index(array, i);

        g_string_append_printf(text, "%s%s", i ? "," : "", name ? name : "?");
    }
    return g_string_free(text, FALSE);
}

static int
compare(gconstpointer one, gconstpointer other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static char *
sorted(const GPtrArray *array)
{
    g_autoptr(GPtrArray) copy = g_ptr_array_new();

    for (guint i = 0; i < array->len; i++)
        g_ptr_array_add(copy, g_ptr_array_index(array, i));
    g_ptr_array_sort(copy, compare);
    return names(copy);
}

static char
shown(char letter)
{
    if (letter)
        return letter;
    return '-';
}

static void
add_column(GString *text, const PgaStateColumn *column)
{
    g_string_append_printf(text, "  column %s %s [%s]", column->name, column->type,
                           column->typname);
    if (column->domain)
        g_string_append_printf(text, " domain %s", column->domain);
    if (column->not_null)
        g_string_append(text, column->not_null_valid ? " not null" : " not null not valid");
    if (column->default_text)
        g_string_append(text, " default");
    if (column->identity || column->generated)
        g_string_append_printf(text, " identity %c generated %c", shown(column->identity),
                               shown(column->generated));
    if (column->serial)
        g_string_append(text, " serial");
    if (column->sequence)
        g_string_append_printf(text, " sequence %s", column->sequence->relname);
    if (column->n_inherited)
        g_string_append_printf(text, " inherited %u", column->n_inherited);
    g_string_append_c(text, '\n');
}

static char *
index_line(const PgaStateIndex *index)
{
    g_autofree char *definition = pga_state_index_definition(index);
    g_autofree char *columns = names(index->columns);
    GString *text = g_string_new(NULL);

    /* servers write expressions in their own way */
    if (index->predicate || strchr(columns, '?'))
        g_string_append_printf(text, "  index %s (%s)%s", index->name, columns,
                               index->predicate ? " partial" : "");
    else
        g_string_append_printf(text, "  index %s", definition);
    if (index->primary)
        g_string_append(text, " primary");
    if (!index->valid)
        g_string_append(text, " invalid");
    if (index->constraint)
        g_string_append_printf(text, " of %s", index->constraint);
    if (index->parent)
        g_string_append_printf(text, " parent %s", index->parent->name);
    return g_string_free(text, FALSE);
}

static char *
constraint_line(const PgaStateConstraint *constraint)
{
    g_autofree char *columns =
        constraint->type == 'c' ? sorted(constraint->columns) : names(constraint->columns);
    g_autofree char *referenced = names(constraint->referenced_columns);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "  constraint %s %c (%s)", constraint->name, constraint->type,
                           columns);
    if (constraint->type == 'f')
        g_string_append_printf(text, " references %s (%s) %c %c",
                               constraint->referenced ? constraint->referenced->relname : "?",
                               referenced, shown(constraint->on_delete),
                               shown(constraint->on_update));
    if (!constraint->valid)
        g_string_append(text, " not valid");
    if (!constraint->enforced)
        g_string_append(text, " not enforced");
    if (constraint->deferrable)
        g_string_append(text, " deferrable");
    if (constraint->type == 'c' && constraint->no_inherit)
        g_string_append(text, " no inherit");
    if (constraint->proves_not_null)
        g_string_append(text, " proves");
    if (constraint->index)
        g_string_append_printf(text, " index %s", constraint->index);
    g_string_append_printf(text, " inherited %s", constraint->n_inherited > 0 ? "yes" : "no");
    return g_string_free(text, FALSE);
}

static void
add_sorted(GString *text, GPtrArray *lines)
{
    g_ptr_array_sort(lines, compare);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(text, "%s\n", (const char *)g_ptr_array_index(lines, i));
}

static void
add_parts(GString *text, const PgaStateRelation *relation)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < relation->indexes->len; i++)
        g_ptr_array_add(lines, index_line(g_ptr_array_index(relation->indexes, i)));
    for (guint i = 0; i < relation->constraints->len; i++)
        g_ptr_array_add(lines, constraint_line(g_ptr_array_index(relation->constraints, i)));
    add_sorted(text, lines);
}

static void
add_names(GString *text, const char *what, const GPtrArray *array)
{
    g_autofree char *all = sorted(array);

    if (array->len > 0)
        g_string_append_printf(text, " %s %s", what, all);
}

static void
add_relations(GString *text, const char *what, const GPtrArray *relations)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < relations->len; i++)
        g_ptr_array_add(all, pga_state_relation_name(g_ptr_array_index(relations, i)));
    add_names(text, what, all);
}

char *
state_relation_text(const PgaStateRelation *relation)
{
    GString *text = g_string_new(NULL);
    g_autofree char *name = pga_state_relation_name(relation);
    g_autofree char *key = names(relation->partition_key);

    g_string_append_printf(text, "relation %s %c %c", name, relation->kind, relation->persistence);
    if (relation->strategy)
        g_string_append_printf(text, " by %c (%s)", relation->strategy, key);
    if (relation->is_partition)
        g_string_append_printf(text, " partition%s %s", relation->is_default ? " default" : "",
                               relation->bound ? relation->bound : "?");
    if (relation->row_security)
        g_string_append(text, " rls");
    add_relations(text, "parents", relation->parents);
    add_relations(text, "children", relation->children);
    if (strchr("vm", relation->kind))
        add_relations(text, "reads", relation->reads);
    if (relation->kind != 'c')
        add_relations(text, "dependents", relation->dependents);
    add_names(text, "triggers", relation->triggers);
    add_names(text, "policies", relation->policies);
    add_names(text, "rules", relation->rules);
    g_string_append_printf(text, "%s\n", relation->assumed ? " assumed" : "");
    for (guint i = 0; relation->kind != 'v' && i < relation->columns->len; i++)
        add_column(text, g_ptr_array_index(relation->columns, i));
    add_parts(text, relation);
    return g_string_free(text, FALSE);
}

static char *
type_line(const PgaStateType *type)
{
    g_autofree char *labels = names(type->labels), *checks = sorted(type->checks);

    return g_strdup_printf("type %s.%s %c labels %s base %s%s checks %s\n", type->nspname,
                           type->name, type->kind, labels, type->base ? type->base : "-",
                           type->constrained ? " constrained" : "", checks);
}

char *
state_text(const PgaState *state)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    GString *text = g_string_new(NULL);
    GHashTableIter all;
    gpointer key, value;

    g_hash_table_iter_init(&all, state->relations);
    while (g_hash_table_iter_next(&all, NULL, &value))
        g_ptr_array_add(lines, state_relation_text(value));
    g_hash_table_iter_init(&all, state->types);
    while (g_hash_table_iter_next(&all, NULL, &value))
        g_ptr_array_add(lines, type_line(value));
    g_hash_table_iter_init(&all, state->schemas);
    while (g_hash_table_iter_next(&all, &key, NULL))
        g_ptr_array_add(lines, g_strdup_printf("schema %s\n", (const char *)key));
    g_ptr_array_sort(lines, compare);
    for (guint i = 0; i < lines->len; i++)
        g_string_append(text, g_ptr_array_index(lines, i));
    return g_string_free(text, FALSE);
}

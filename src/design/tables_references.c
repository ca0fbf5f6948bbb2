/* References: the columns that have them, their types, ON DELETE, and the order of tables. */
#include <base/text.h>

#include "tables_internal.h"

PgaDesignReference *
pga_table_reference_of(const PgaDesignTable *table, const char *column)
{
    for (guint i = 0; i < table->references->len; i++) {
        PgaDesignReference *reference = g_ptr_array_index(table->references, i);

        if (pga_list_has(reference->columns, column))
            return reference;
    }
    return NULL;
}

/* Puts @column, which was added last, after the column at @index. */
static void
place_after(PgaDesignTable *table, guint index)
{
    guint last = table->columns->len - 1;
    gpointer *columns = table->columns->pdata;
    gpointer column = columns[last];

    for (guint i = last; i > index + 1; i--)
        columns[i] = columns[i - 1];
    columns[index + 1] = column;
}

static gboolean
find_column(const PgaDesignTable *table, const char *name, guint *index)
{
    for (*index = 0; *index < table->columns->len; (*index)++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, *index);

        if (g_str_equal(column->name, name))
            return TRUE;
    }
    return FALSE;
}

/* In the keys of @table, @name becomes the columns of @reference. */
static void
widen_keys(PgaDesignTable *table, const char *name, const PgaDesignReference *reference)
{
    for (guint i = 0; i < table->keys->len; i++) {
        PgaDesignKey *key = g_ptr_array_index(table->keys, i);
        guint at = 0;

        if (!g_ptr_array_find_with_equal_func(key->columns, name, g_str_equal, &at))
            continue;
        g_ptr_array_remove_index(key->columns, at);
        for (guint j = 0; j < reference->columns->len; j++)
            g_ptr_array_insert(key->columns, (gint)(at + j),
                               g_strdup(g_ptr_array_index(reference->columns, j)));
    }
}

/* @column references a key of several columns: it becomes one for each. */
static void
widen(PgaDesignTable *table, PgaDesignReference *reference, const char *name, const GPtrArray *key)
{
    guint at = 0;
    gboolean found = find_column(table, name, &at);
    const PgaDesignColumn *old = found ? g_ptr_array_index(table->columns, at) : NULL;

    for (guint i = 0; i < key->len; i++) {
        g_autofree char *wanted = g_strdup_printf("%s_%s", name, (char *)g_ptr_array_index(key, i));
        g_autofree char *wide = pga_column_name(wanted);
        PgaDesignColumn *column = pga_design_table_column(table, wide);

        if (!column) {
            column = pga_design_table_add_column(table, wide, NULL);
            column->not_null = old ? old->not_null : TRUE;
            column->attribute = old ? old->attribute : NULL;
            if (found)
                place_after(table, at + i);
        }
        g_ptr_array_add(reference->columns, g_strdup(wide));
    }
    widen_keys(table, name, reference);
    if (found) {
        g_autofree char *columns = pga_list_text(reference->columns);

        g_ptr_array_add(table->notes,
                        g_strdup_printf("%s is %s: the key of %s has several columns.", name,
                                        columns, reference->table));
        g_ptr_array_remove_index(table->columns, at);
    }
}

PgaDesignReference *
pga_tables_refer(PgaArchitecture *architecture, PgaDesignTable *table, const char *name,
                 PgaDesignTable *parent)
{
    PgaDesignReference *reference = pga_design_table_add_reference(table, parent->name);
    const GPtrArray *key = pga_table_key_columns(parent);
    g_autofree char *fitting = pga_column_name(name);

    (void)architecture;
    for (guint i = 0; i < key->len; i++)
        g_ptr_array_add(reference->referenced_columns, g_strdup(g_ptr_array_index(key, i)));
    if (key->len > 1) {
        widen(table, reference, name, key);
        return reference;
    }
    if (!pga_design_table_column(table, fitting))
        pga_design_table_add_column(table, fitting, NULL)->not_null = TRUE;
    g_ptr_array_add(reference->columns, g_steal_pointer(&fitting));
    return reference;
}

/* Gives @column the type of @key. */
static gboolean
copy_type(PgaDesignColumn *column, const PgaDesignTable *parent, const PgaDesignColumn *key)
{
    column->type = g_strdup(key->type);
    if (!column->reason)
        column->reason = g_strdup_printf("the type of %s.%s", parent->name, key->name);
    return TRUE;
}

/* One more round of types; whether some column got one. *missing: whether one still has none. */
static gboolean
copy_types(PgaArchitecture *architecture, PgaDesignTable *table, gboolean *missing)
{
    gboolean changed = FALSE;

    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);
        const PgaDesignTable *parent = pga_architecture_table(architecture, reference->table);

        for (guint j = 0; parent && j < reference->columns->len; j++) {
            PgaDesignColumn *column =
                pga_design_table_column(table, g_ptr_array_index(reference->columns, j));
            const PgaDesignColumn *key = pga_design_table_column(
                parent, g_ptr_array_index(reference->referenced_columns, j));
            gboolean wants = column && !column->type;

            if (wants && key && key->type)
                changed |= copy_type(column, parent, key);
            else
                *missing |= wants;
        }
    }
    return changed;
}

static void
resolve_types(PgaArchitecture *architecture)
{
    gboolean changed = TRUE, missing = TRUE;

    while (changed && missing) {
        changed = missing = FALSE;
        for (guint i = 0; i < architecture->tables->len; i++)
            changed |=
                copy_types(architecture, g_ptr_array_index(architecture->tables, i), &missing);
    }
    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        for (guint j = 0; j < table->columns->len; j++) {
            PgaDesignColumn *column = g_ptr_array_index(table->columns, j);

            if (!column->type) {
                column->type = g_strdup("bigint");
                column->reason = g_strdup("keys that reference each other: bigint assumed");
            }
        }
    }
}

void
pga_tables_check_tree(PgaDesignTable *table, const PgaDesignReference *reference)
{
    const char *name = reference->columns->len == 1 ? g_ptr_array_index(reference->columns, 0) : "";
    const PgaDesignColumn *column = pga_design_table_column(table, name);
    g_autofree char *child = pga_quote_identifier(name);
    g_autofree char *key = NULL;

    if (!g_str_equal(reference->table, table->name) || !column || column->not_null)
        return;
    key = pga_quote_identifier(g_ptr_array_index(reference->referenced_columns, 0));
    pga_table_check(table, name, g_strdup_printf("%s <> %s", child, key),
                    "no row is its own parent");
}

static gboolean
is_nullable(const PgaDesignTable *table, const PgaDesignReference *reference)
{
    for (guint i = 0; i < reference->columns->len; i++) {
        const PgaDesignColumn *column =
            pga_design_table_column(table, g_ptr_array_index(reference->columns, i));

        if (!column || column->not_null)
            return FALSE;
    }
    return TRUE;
}

static gboolean
in_primary(const PgaDesignTable *table, const PgaDesignReference *reference)
{
    for (guint i = 0; i < reference->columns->len; i++)
        if (pga_list_has(pga_table_key_columns(table), g_ptr_array_index(reference->columns, i)))
            return TRUE;
    return FALSE;
}

/* SET NULL that was stated wants columns that can be NULL. */
static void
allow_null(PgaDesignTable *table, PgaDesignReference *reference)
{
    if (in_primary(table, reference)) {
        reference->on_delete = PGA_DELETE_RESTRICT;
        g_free(reference->why);
        reference->why = g_strdup("SET NULL was stated, but a primary key is never NULL");
        return;
    }
    for (guint i = 0; i < reference->columns->len; i++) {
        PgaDesignColumn *column =
            pga_design_table_column(table, g_ptr_array_index(reference->columns, i));

        if (column)
            column->not_null = FALSE;
    }
}

/* What cannot be a constraint is dropped, and said: its key became another one. */
static void
check_columns(const PgaArchitecture *architecture, PgaDesignTable *table,
              PgaDesignReference *reference)
{
    const PgaDesignTable *parent = pga_architecture_table(architecture, reference->table);
    gboolean fits = parent && reference->columns->len == reference->referenced_columns->len;

    for (guint i = 0; fits && i < reference->columns->len; i++)
        fits = pga_design_table_column(table, g_ptr_array_index(reference->columns, i)) &&
               pga_list_has(pga_table_key_columns(parent),
                            g_ptr_array_index(reference->referenced_columns, i));
    if (fits)
        return;
    reference->is_dropped = TRUE;
    g_free(reference->why);
    reference->why = g_strdup_printf("the key of %s has other columns", reference->table);
}

static void
choose_action(PgaDesignTable *table, PgaDesignReference *reference)
{
    if (reference->on_delete == PGA_DELETE_SET_NULL)
        allow_null(table, reference);
    if (reference->on_delete != PGA_DELETE_UNSTATED)
        return;
    if (is_nullable(table, reference)) {
        reference->on_delete = PGA_DELETE_SET_NULL;
        reference->why = g_strdup_printf("optional: rows of %s live on without it", table->name);
    } else {
        reference->on_delete = PGA_DELETE_RESTRICT;
        reference->why =
            g_strdup_printf("nothing was said: rows of %s are not deleted unseen", table->name);
    }
}

#define PLACED G_MAXUINT

/* NOLINTBEGIN(misc-no-recursion): each table once, by its mark */
/* Whether @from reaches @to through references to tables that have no place yet; marks what it saw
 * with @walk. */
static gboolean
reaches(PgaArchitecture *architecture, PgaDesignTable *from, const PgaDesignTable *to, guint walk)
{
    for (guint i = 0; i < from->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(from->references, i);
        PgaDesignTable *next = pga_architecture_table(architecture, reference->table);

        if (!next || next == from || reference->is_later || reference->is_dropped)
            continue;
        if (next == to)
            return TRUE;
        if (next->mark == PLACED || next->mark == walk)
            continue;
        next->mark = walk;
        if (reaches(architecture, next, to, walk))
            return TRUE;
    }
    return FALSE;
}
/* NOLINTEND(misc-no-recursion) */

/* How many references hold @table back. */
static guint
waits_for(PgaArchitecture *architecture, const PgaDesignTable *table)
{
    guint count = 0;

    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);
        const PgaDesignTable *parent = pga_architecture_table(architecture, reference->table);

        count += parent && parent != table && parent->mark != PLACED && !reference->is_later &&
                 !reference->is_dropped;
    }
    return count;
}

static void
put_later(PgaDesignTable *table, PgaDesignReference *reference)
{
    gboolean nullable = is_nullable(table, reference);

    reference->is_later = TRUE;
    reference->is_deferrable = !nullable;
    if (!nullable && reference->on_delete == PGA_DELETE_RESTRICT)
        reference->on_delete = PGA_DELETE_NO_ACTION; /* RESTRICT is not deferred */
}

/* Marks a reference of a cycle as one to add later: one that can be NULL, else the first. */
static gboolean
break_cycle(PgaArchitecture *architecture, GPtrArray *left, gboolean any, guint *walk)
{
    for (guint i = 0; i < left->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(left, i);

        for (guint j = 0; j < table->references->len; j++) {
            PgaDesignReference *reference = g_ptr_array_index(table->references, j);
            PgaDesignTable *parent = pga_architecture_table(architecture, reference->table);

            if (!parent || parent == table || parent->mark == PLACED || reference->is_later ||
                reference->is_dropped || (!any && !is_nullable(table, reference)))
                continue;
            parent->mark = ++*walk;
            if (reaches(architecture, parent, table, *walk)) {
                put_later(table, reference);
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* The first of @left that waits for nothing. */
static PgaDesignTable *
take_free(PgaArchitecture *architecture, GPtrArray *left)
{
    for (guint i = 0; i < left->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(left, i);

        if (waits_for(architecture, table) == 0)
            return g_ptr_array_remove_index(left, i);
    }
    return NULL;
}

/* Referenced tables before referencing ones, else as they were. */
static void
sort_tables(PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) left = g_ptr_array_new();
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    guint walk = 0;

    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        table->mark = 0;
        g_ptr_array_add(left, table);
    }
    while (left->len > 0) {
        PgaDesignTable *table = take_free(architecture, left);

        if (table) {
            table->mark = PLACED;
            g_ptr_array_add(sorted, table);
        } else if (!break_cycle(architecture, left, FALSE, &walk) &&
                   !break_cycle(architecture, left, TRUE, &walk))
            break; /* there is always a cycle then */
    }
    for (guint i = 0; i < sorted->len; i++) {
        architecture->tables->pdata[i] = g_ptr_array_index(sorted, i);
        ((PgaDesignTable *)g_ptr_array_index(sorted, i))->mark = 0;
    }
}

void
pga_tables_resolve(PgaArchitecture *architecture)
{
    resolve_types(architecture);
    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        for (guint j = 0; j < table->references->len; j++) {
            choose_action(table, g_ptr_array_index(table->references, j));
            check_columns(architecture, table, g_ptr_array_index(table->references, j));
        }
    }
    sort_tables(architecture);
}

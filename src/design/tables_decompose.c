/* Third normal form: each group of a minimal cover whose left side is no key becomes a table, or
 * goes to the table that its left side references. Prime columns stay, so that a key stays and the
 * join gives the rows back; each dependency is within one table. */
#include <string.h>

#include "tables_decompose_internal.h"

/** A group that leaves its table. */
typedef struct {
    guint64 left, right, same;
    PgaDesignTable *to;
    gboolean is_new;
} Part;

typedef struct {
    PgaArchitecture *architecture;
    PgaFds *relation;
    GArray *parts; /* of Part */
    guint64 moved;
} Split;

static const char *const forms[] = {"unknown", "1NF", "2NF", "3NF", "BCNF"};

static char *
names_text(const PgaFds *relation, guint64 mask)
{
    g_autoptr(GPtrArray) names = pga_fds_names(relation, mask);

    return pga_list_text(names);
}

/* The table that @left, one column, references; NULL. */
static PgaDesignTable *
referenced(const Split *split, const GPtrArray *left)
{
    const PgaDesignReference *reference =
        left->len == 1 ? pga_table_reference_of(split->relation->table, g_ptr_array_index(left, 0))
                       : NULL;

    return reference && reference->columns->len == 1
               ? pga_architecture_table(split->architecture, reference->table)
               : NULL;
}

/* (transfer full): "zips" of zip, "courses" of course_id. */
static char *
table_name(const Split *split, const GPtrArray *left)
{
    g_autofree char *last = pga_dependency_stem(g_ptr_array_index(left, left->len - 1));
    g_autofree char *plural = pga_word_plural(last);
    g_autofree char *first = pga_dependency_stem(g_ptr_array_index(left, 0));
    g_autofree char *wanted =
        left->len > 1 ? g_strdup_printf("%s_%s", first, plural) : g_strdup(plural);

    if (pga_architecture_table(split->architecture, wanted)) {
        g_autofree char *singular = pga_word_singular(split->relation->table->name);
        g_autofree char *longer = g_strdup_printf("%s_%s", singular, plural);

        return pga_tables_free_name(split->architecture, longer);
    }
    return pga_tables_free_name(split->architecture, wanted);
}

static PgaDesignColumn *
copy_column(PgaDesignTable *to, const PgaDesignTable *from, const char *name, const char *new_name)
{
    const PgaDesignColumn *column = pga_design_table_column(from, name);
    const PgaDesignReference *reference = pga_table_reference_of(from, name);
    PgaDesignColumn *copy = pga_design_table_add_column(to, new_name, column->type);

    copy->attribute = column->attribute;
    copy->not_null = column->not_null;
    if (reference && reference->columns->len == 1) {
        PgaDesignReference *moved = pga_design_table_add_reference(to, reference->table);

        g_ptr_array_add(moved->columns, g_strdup(new_name));
        g_ptr_array_add(moved->referenced_columns,
                        g_strdup(g_ptr_array_index(reference->referenced_columns, 0)));
        moved->on_delete = reference->on_delete;
        moved->why = g_strdup(reference->why);
    }
    return copy;
}

static double
rows_of(const PgaDesignTable *from, const GPtrArray *left)
{
    double rows = 1;

    for (guint i = 0; i < left->len; i++) {
        const PgaDesignColumn *column = pga_design_table_column(from, g_ptr_array_index(left, i));

        rows *= column->attribute && column->attribute->distinct > 0 ? column->attribute->distinct
                                                                     : MAX(100, from->rows / 50);
    }
    if (left->len > 1)
        rows = MIN(rows, from->rows / 10);
    return CLAMP(rows, 1, MAX(from->rows, 1));
}

static void
make_table(const Split *split, Part *part, const GPtrArray *left)
{
    PgaDesignTable *from = split->relation->table;
    g_autofree char *name = table_name(split, left);
    g_autofree char *key_text = pga_list_text(left);
    PgaDesignKey *key = NULL;

    part->to = pga_architecture_add_table(split->architecture, name);
    part->is_new = TRUE;
    part->to->origin = g_strdup_printf("decomposed from %s", from->name);
    part->to->comment = g_strdup_printf("What depends on %s alone", key_text);
    part->to->rows = rows_of(from, left);
    part->to->rows_per_year =
        from->rows > 0 ? part->to->rows * MAX(from->rows_per_year, 0) / from->rows / 10 : 0;
    key = pga_design_table_add_key(part->to, PGA_DESIGN_PRIMARY);
    key->why = g_strdup_printf("all else depends on %s", key_text);
    for (guint i = 0; i < left->len; i++) {
        const char *column = g_ptr_array_index(left, i);

        copy_column(part->to, from, column, column)->not_null = TRUE;
        g_ptr_array_add(key->columns, g_strdup(column));
    }
}

/* The name of @column in the table that it goes to: without what names that table. (transfer full)
 */
static char *
new_name(const Split *split, const Part *part, const char *left, const char *column)
{
    g_autofree char *stem = pga_dependency_stem(left);
    g_autofree char *singular = pga_word_singular(part->to->name);
    const char *const prefixes[] = {stem, singular};
    guint64 bit = pga_fds_bit(split->relation, column);

    for (guint i = 0; i < split->parts->len; i++)
        if (g_array_index(split->parts, Part, i).left & bit)
            return g_strdup(column); /* others reference it by this name */
    for (guint i = 0; !part->is_new && i < G_N_ELEMENTS(prefixes); i++) {
        size_t length = strlen(prefixes[i]);

        if (g_str_has_prefix(column, prefixes[i]) && column[length] == '_' &&
            column[length + 1] != '\0')
            return g_strdup(column + length + 1);
    }
    return g_strdup(column);
}

static void
move_columns(Split *split, const Part *part, const GPtrArray *left)
{
    PgaDesignTable *from = split->relation->table;
    g_autoptr(GPtrArray) right = pga_fds_names(split->relation, part->right);

    for (guint i = 0; i < right->len; i++) {
        const char *column = g_ptr_array_index(right, i);
        g_autofree char *name = new_name(split, part, g_ptr_array_index(left, 0), column);
        PgaDesignMove *move = pga_architecture_add_move(split->architecture, from->name, column);

        if (!pga_design_table_column(part->to, name)) /* not every row there is referenced */
            copy_column(part->to, from, column, name)->not_null &= part->is_new;
        move->to_table = g_strdup(part->to->name);
        move->to_column = g_strdup(name);
    }
    if (part->same && part->is_new) {
        g_autoptr(GPtrArray) same = pga_fds_names(split->relation, part->same);
        PgaDesignKey *key = pga_design_table_add_key(part->to, PGA_DESIGN_UNIQUE);

        for (guint i = 0; i < same->len; i++)
            g_ptr_array_add(key->columns, g_strdup(g_ptr_array_index(same, i)));
        key->why = g_strdup("it determines the primary key");
    }
}

/* (transfer full): the columns that moved, as the table has them that they moved to. */
static char *
names_there(const Split *split, const Part *part)
{
    g_autoptr(GPtrArray) left = pga_fds_names(split->relation, part->left);
    g_autoptr(GPtrArray) right = pga_fds_names(split->relation, part->right);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < right->len; i++)
        g_ptr_array_add(
            names, new_name(split, part, g_ptr_array_index(left, 0), g_ptr_array_index(right, i)));
    return pga_list_text(names);
}

static void
record_violation(const Split *split, const Part *part)
{
    const PgaFds *relation = split->relation;
    g_autoptr(GArray) keys = pga_fds_keys(relation, relation->all);
    PgaDesignViolation *found = NULL;
    g_autofree char *left = names_text(relation, part->left);
    g_autofree char *there = names_there(split, part);
    char *right = names_text(relation, part->right);
    const PgaSpecAttribute *first = NULL;
    gboolean partial = FALSE;
    g_auto(GStrv) names = g_strsplit(right, ", ", 2);

    for (guint i = 0; i < keys->len; i++)
        partial |= (part->left & ~g_array_index(keys, guint64, i)) == 0;
    found = pga_architecture_add_violation(split->architecture, partial ? 2 : 3);
    found->entity = g_strdup(relation->table->name);
    found->attribute = right;
    found->problem = partial ? g_strdup_printf("%s depend%s on %s, a part of the key only", right,
                                               names[1] ? "" : "s", left)
                             : g_strdup_printf("%s depend%s on %s, which is no key (transitive)",
                                               right, names[1] ? "" : "s", left);
    found->resolution =
        g_strdup_printf(part->is_new ? "table %s (%s, %s)" : "read from %s through %s: %s",
                        part->to->name, left, part->is_new ? right : there);
    first = relation->table->entity
                ? pga_spec_attribute(relation->table->entity->attributes, names[0])
                : NULL;
    if (first)
        found->at = first->at;
}

/* A reference to @part's new table from @table, where that has the columns of its left side. */
static void
refer(const Part *part, PgaDesignTable *table, const GPtrArray *left)
{
    PgaDesignReference *reference = NULL;

    for (guint i = 0; i < left->len; i++)
        if (!pga_design_table_column(table, g_ptr_array_index(left, i)))
            return;
    if (table == part->to)
        return;
    reference = pga_design_table_add_reference(table, part->to->name);
    for (guint i = 0; i < left->len; i++) {
        g_ptr_array_add(reference->columns, g_strdup(g_ptr_array_index(left, i)));
        g_ptr_array_add(reference->referenced_columns, g_strdup(g_ptr_array_index(left, i)));
    }
    reference->on_delete = PGA_DELETE_RESTRICT;
    reference->why = g_strdup_printf("rows of %s need it", table->name);
}

static void
find_parts(Split *split)
{
    const PgaFds *relation = split->relation;
    g_autoptr(GArray) groups = pga_fds_cover(relation);
    guint64 prime = pga_fds_prime(relation, relation->all);

    for (guint i = 0; i < groups->len; i++) {
        const PgaFdGroup *group = &g_array_index(groups, PgaFdGroup, i);
        Part part = {.left = group->left, .right = group->right & ~prime, .same = group->same};

        if (part.right == 0 || (relation->all & ~pga_fds_closure(relation, group->left)) == 0)
            continue;
        part.same &= part.right;
        split->moved |= part.right;
        g_array_append_val(split->parts, part);
    }
}

static void
refer_all(const Split *split, const Part *part, const GPtrArray *left)
{
    refer(part, split->relation->table, left);
    for (guint i = 0; i < split->parts->len; i++)
        refer(part, g_array_index(split->parts, Part, i).to, left);
}

/* What one row of @other's table decides has no more values than that has rows. */
static void
bound_by(const Part *part, const Part *other)
{
    if (part == other || !part->is_new || (part->left & ~other->right) != 0 ||
        other->to->rows < 0 || part->to->rows <= other->to->rows)
        return;
    part->to->rows_per_year *= other->to->rows / part->to->rows;
    part->to->rows = other->to->rows;
}

/* Dependencies make chains: as often as there are parts, each is compared with all others. */
static void
bound_rows(const Split *split)
{
    const guint n = split->parts->len;

    for (guint round = 0; round < n; round++)
        for (guint i = 0; i < n; i++)
            for (guint j = 0; j < n; j++)
                bound_by(&g_array_index(split->parts, Part, i),
                         &g_array_index(split->parts, Part, j));
    for (guint i = 0; i < n; i++) {
        const Part *part = &g_array_index(split->parts, Part, i);
        g_autofree char *left = names_text(split->relation, part->left);

        if (part->is_new)
            g_ptr_array_add(part->to->notes, g_strdup_printf("%.0f rows assumed: the values of %s.",
                                                             part->to->rows, left));
    }
}

static void
apply(Split *split)
{
    g_autoptr(GPtrArray) gone = pga_fds_names(split->relation, split->moved);

    for (guint i = 0; i < split->parts->len; i++) {
        Part *part = &g_array_index(split->parts, Part, i);
        g_autoptr(GPtrArray) left = pga_fds_names(split->relation, part->left);

        part->to = referenced(split, left);
        if (!part->to)
            make_table(split, part, left);
        move_columns(split, part, left);
        record_violation(split, part);
    }
    bound_rows(split);
    for (guint i = 0; i < gone->len; i++)
        pga_table_drop_column(split->relation->table, g_ptr_array_index(gone, i));
    for (guint i = 0; i < split->parts->len; i++) {
        const Part *part = &g_array_index(split->parts, Part, i);
        g_autoptr(GPtrArray) left = pga_fds_names(split->relation, part->left);

        if (part->is_new)
            refer_all(split, part, left);
    }
}

static void
set_form(const PgaFds *relation, PgaDesignTable *table, guint64 of)
{
    guint form = relation->too_wide ? 0 : pga_fds_normal_form(relation, of);

    g_free(table->normal_form);
    table->normal_form = g_strdup(forms[form]);
    if (form == 3)
        g_ptr_array_add(
            table->notes,
            g_strdup("3NF, not BCNF: columns of a key depend on others; a further split "
                     "would leave a dependency without a table."));
    if (form == 0)
        g_ptr_array_add(table->notes, g_strdup("Normal form not computed: dependencies name more "
                                               "than 62 columns."));
}

/* The table that all of @columns moved to; NULL. The relation still knows columns that moved. */
static const PgaDesignTable *
moved_to(const Split *split, const GPtrArray *columns)
{
    guint64 mask = pga_fds_known(split->relation, columns);

    for (guint i = 0; mask && i < split->parts->len; i++) {
        const Part *part = &g_array_index(split->parts, Part, i);

        if ((mask & ~part->right) == 0)
            return part->to;
    }
    return NULL;
}

/* What became of each dependency stands with it. */
static void
note_moved(const Split *split)
{
    const GPtrArray *dependencies = split->architecture->dependencies;

    for (guint i = 0; i < dependencies->len; i++) {
        PgaDesignDependency *dependency = g_ptr_array_index(dependencies, i);
        const PgaDesignTable *to = g_str_equal(dependency->table, split->relation->table->name)
                                       ? moved_to(split, dependency->right)
                                       : NULL;
        g_autofree char *old = NULL;

        if (!to)
            continue;
        old = g_steal_pointer(&dependency->note);
        dependency->note =
            g_strdup_printf("%s%smoved to table %s", old ? old : "", old ? "; " : "", to->name);
    }
}

static void
normalise(PgaArchitecture *architecture, PgaDesignTable *table)
{
    g_autoptr(PgaFds) relation = pga_fds_of(architecture, table);
    Split split = {.architecture = architecture,
                   .relation = relation,
                   .parts = g_array_new(FALSE, FALSE, sizeof(Part))};

    if (!relation->too_wide) {
        find_parts(&split);
        apply(&split);
        note_moved(&split);
    }
    for (guint i = 0; i < split.parts->len; i++) {
        const Part *part = &g_array_index(split.parts, Part, i);

        if (part->is_new)
            set_form(relation, part->to, part->left | part->right);
    }
    set_form(relation, table, relation->all & ~split.moved);
    g_array_unref(split.parts);
}

/* The least of all tables: what holds for the whole. */
static void
set_least(PgaArchitecture *architecture)
{
    guint least = 4, strong = 0;

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        guint form = 0;

        while (form < 4 && g_strcmp0(forms[form], table->normal_form) != 0)
            form++;
        least = MIN(least, form);
        strong += form == 4;
    }
    architecture->normal_form = g_strdup(forms[MIN(least, 3)]);
    if (architecture->tables->len > 0)
        g_ptr_array_add(
            architecture->notes,
            g_strdup_printf("Normal forms are relative to the dependencies listed: %u of "
                            "%u tables are in BCNF.",
                            strong, architecture->tables->len));
}

void
pga_tables_normalise(PgaArchitecture *architecture)
{
    guint stated = architecture->tables->len;

    for (guint i = 0; i < stated; i++)
        normalise(architecture, g_ptr_array_index(architecture->tables, i));
    pga_tables_record_keys(architecture);
    set_least(architecture);
}

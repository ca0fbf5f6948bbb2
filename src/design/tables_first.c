/* First normal form: attributes that hold several values become tables. */
#include <stdlib.h>
#include <string.h>

#include <base/text.h>

#include "tables_first_internal.h"

#define MIN_GROUP      3 /* numbered attributes; less only where the meaning makes it plain */
#define MAX_GROUP_SIZE 100

/* Stems that are numbered although they are parts of one value. */
#define PARTS_OF_ONE "address addr address_line line street street_line x y z lat lon dim axis coef"

/* name, stem, number, rest of "phone_1_type": "phone", 1, "type". */
typedef struct {
    char *stem, *rest;
    guint number;
    const PgaSpecAttribute *attribute;
} Numbered;

static void
numbered_clear(Numbered *numbered)
{
    g_free(numbered->stem);
    g_free(numbered->rest);
}

static gboolean
split_number(const PgaSpecAttribute *attribute, Numbered *out)
{
    const char *name = attribute->name;
    size_t start = strcspn(name, "0123456789");
    char *end = NULL;
    gulong number = 0;
    size_t stem = start;

    if (start == 0 || name[start] == '\0')
        return FALSE;
    number = strtoul(name + start, &end, 10);
    if (number > MAX_GROUP_SIZE || (*end != '\0' && *end != '_'))
        return FALSE;
    while (stem > 0 && name[stem - 1] == '_')
        stem--;
    if (stem == 0)
        return FALSE;
    out->stem = g_strndup(name, stem);
    out->rest = g_strdup(*end == '_' ? end + 1 : "");
    out->number = (guint)number;
    out->attribute = attribute;
    return TRUE;
}

/* (transfer full): a name that no table has. */
char *
pga_tables_free_name(const PgaArchitecture *architecture, const char *wanted)
{
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        g_hash_table_add(taken, g_strdup(table->name));
    }
    return pga_design_name(taken, wanted, NULL, NULL);
}

/* A table of the values of @attribute of @parent, with a reference to it; its key begins with that.
 */
PgaDesignTable *
pga_first_child(PgaArchitecture *architecture, PgaDesignTable *parent, const char *values,
                double rows)
{
    g_autofree char *singular = pga_word_singular(parent->name);
    g_autofree char *plural = pga_word_plural(values);
    g_autofree char *wanted = g_strdup_printf("%s_%s", singular, plural);
    g_autofree char *name = pga_tables_free_name(architecture, wanted);
    g_autofree char *column = g_strconcat(singular, "_id", NULL);
    PgaDesignTable *child = pga_architecture_add_table(architecture, name);
    PgaDesignReference *reference = pga_tables_refer(architecture, child, column, parent);
    PgaDesignKey *key = pga_design_table_add_key(child, PGA_DESIGN_PRIMARY);

    child->origin = g_strdup_printf("decomposed from %s", parent->name);
    child->comment = g_strdup_printf("%s of %s, one a row", plural, parent->name);
    child->rows = parent->rows * rows;
    child->rows_per_year = MAX(parent->rows_per_year, 0) * rows;
    child->retention_days = parent->retention_days;
    child->append_only = parent->append_only;
    reference->on_delete = PGA_DELETE_CASCADE;
    reference->why = g_strdup("values of a row go with it");
    for (guint i = 0; i < reference->columns->len; i++)
        g_ptr_array_add(key->columns, g_strdup(g_ptr_array_index(reference->columns, i)));
    key->why = g_strdup("each value of a row once");
    g_ptr_array_add(child->notes,
                    g_strdup_printf("%.3g rows for each of %s assumed.", rows, parent->name));
    return child;
}

void
pga_first_move(PgaArchitecture *architecture, const PgaDesignTable *from, const char *column,
               const PgaDesignTable *to, const char *to_column)
{
    PgaDesignMove *moved = pga_architecture_add_move(architecture, from->name, column);

    moved->to_table = g_strdup(to->name);
    moved->to_column = g_strdup(to_column);
    moved->many = TRUE;
}

void
pga_first_violation(PgaArchitecture *architecture, const PgaDesignTable *table, char *attributes,
                    char *problem, const PgaDesignTable *to)
{
    PgaDesignViolation *found = pga_architecture_add_violation(architecture, 1);
    const PgaSpecAttribute *first = NULL;
    g_auto(GStrv) names = g_strsplit(attributes, ", ", 2);

    found->entity = g_strdup(table->name);
    found->attribute = attributes;
    found->problem = problem;
    found->resolution = g_strdup_printf("table %s, one value a row", to->name);
    if (table->entity)
        first = pga_spec_attribute(table->entity->attributes, names[0]);
    if (first)
        found->at = first->at;
}

/* The value's column in @child: a reference, or of the attribute's meaning. */
void
pga_first_value(PgaArchitecture *architecture, PgaDesignTable *child, const char *name,
                const PgaSpecAttribute *attribute)
{
    PgaDesignTable *parent =
        attribute->references ? pga_architecture_table(architecture, attribute->references) : NULL;
    PgaDesignColumn *column = pga_design_table_add_column(child, name, NULL);

    column->attribute = attribute;
    column->not_null = TRUE;
    if (parent) {
        PgaDesignReference *reference = pga_tables_refer(architecture, child, name, parent);

        reference->on_delete = attribute->on_delete;
    }
    if (attribute->unique) {
        PgaDesignKey *key = pga_design_table_add_key(child, PGA_DESIGN_UNIQUE);

        g_ptr_array_add(key->columns, g_strdup(name));
        key->why = g_strdup("stated: unique");
    }
}

void
pga_first_position(PgaDesignTable *child, const char *name, guint highest)
{
    PgaDesignColumn *column = pga_design_table_add_column(child, name, "smallint");
    PgaDesignKey *key = g_ptr_array_index(child->keys, 0);
    g_autofree char *quoted = pga_quote_identifier(name);

    column->not_null = TRUE;
    column->reason = g_strdup("the place that the attribute's name had");
    g_ptr_array_add(key->columns, g_strdup(name));
    pga_table_check(child, name, g_strdup_printf("%s >= 1 AND %s <= %u", quoted, quoted, highest),
                    "the places that there were");
}

/* Numbered attributes of @stem, each rest with the same numbers from 1 on; highest, 0 where they
 * are no group. *rests (out): of char *, borrowed */
static guint
group_size(const GArray *all, const char *stem, GPtrArray *rests)
{
    guint highest = 0, count = 0;
    gboolean is_plain = FALSE;
    PgaMeaning first = PGA_MEANING_NONE;

    for (guint i = 0; i < all->len; i++) {
        const Numbered *each = &g_array_index(all, Numbered, i);
        gboolean assumed = FALSE;
        PgaMeaning meaning = pga_attribute_meaning(each->attribute, &assumed);

        if (!g_str_equal(each->stem, stem))
            continue;
        if (!pga_list_has(rests, each->rest))
            g_ptr_array_add(rests, each->rest);
        if (count++ == 0)
            first = meaning;
        if (rests->len == 1 && meaning != first)
            return 0;
        highest = MAX(highest, each->number);
        is_plain |= meaning == PGA_MEANING_PHONE || meaning == PGA_MEANING_EMAIL ||
                    meaning == PGA_MEANING_URL || meaning == PGA_MEANING_IMAGE ||
                    meaning == PGA_MEANING_REFERENCE || strstr(stem, "phone") ||
                    strstr(stem, "email");
    }
    if (count != highest * rests->len || highest < (is_plain ? 2 : MIN_GROUP))
        return 0;
    return pga_word_in(stem, PARTS_OF_ONE) ? 0 : highest;
}

static void
split_group(PgaArchitecture *architecture, PgaDesignTable *table, const GArray *all,
            const char *stem, guint size)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *singular = pga_word_singular(stem);
    PgaDesignTable *child =
        pga_first_child(architecture, table, singular, MAX(1, (double)size / 2));
    char *list = NULL;

    pga_first_position(child, "position", size);
    for (guint i = 0; i < all->len; i++) {
        const Numbered *each = &g_array_index(all, Numbered, i);
        const char *name = *each->rest ? each->rest : singular;

        if (!g_str_equal(each->stem, stem))
            continue;
        if (!pga_design_table_column(child, name))
            pga_first_value(architecture, child, name, each->attribute);
        pga_first_move(architecture, table, each->attribute->name, child, name);
        g_ptr_array_add(names, each->attribute->name);
        pga_table_drop_column(table, each->attribute->name);
    }
    list = pga_list_text(names);
    pga_first_violation(
        architecture, table, list,
        g_strdup_printf("%s repeat one attribute: a search asks %u columns, and the "
                        "next value needs a new one",
                        list, names->len),
        child);
}

static void
find_groups(PgaArchitecture *architecture, PgaDesignTable *table)
{
    g_autoptr(GArray) all = g_array_new(FALSE, TRUE, sizeof(Numbered));
    g_autoptr(GPtrArray) done = g_ptr_array_new();

    g_array_set_clear_func(all, (GDestroyNotify)numbered_clear);
    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        Numbered each = {0};

        if (column->attribute && !pga_list_has(pga_table_key_columns(table), column->name) &&
            g_str_equal(column->attribute->name, column->name) &&
            split_number(column->attribute, &each))
            g_array_append_val(all, each);
    }
    for (guint i = 0; i < all->len; i++) {
        const char *stem = g_array_index(all, Numbered, i).stem;
        g_autoptr(GPtrArray) rests = g_ptr_array_new();
        guint size = 0;

        if (pga_list_has(done, stem))
            continue;
        g_ptr_array_add(done, (gpointer)stem);
        size = group_size(all, stem, rests);
        if (size > 0)
            split_group(architecture, table, all, stem, size);
    }
}

void
pga_tables_first_form(PgaArchitecture *architecture)
{
    guint stated = architecture->tables->len; /* tables made here need no look */

    for (guint i = 0; i < stated; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        find_groups(architecture, table);
        pga_first_cycles(architecture, table);
        pga_first_lists(architecture, table);
    }
}

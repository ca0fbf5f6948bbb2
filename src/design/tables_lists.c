/* Several values in one attribute: a column for each month, lists in a text, "many". */
#include <string.h>

#include "tables_first_internal.h"

#define ROWS_PER_LIST 3

#define LONG_NAMES                                                                                 \
    "january february march april june july august september october november december monday "    \
    "tuesday wednesday thursday friday saturday sunday"

/* Names of a cycle that are columns where they should be rows. */
static const struct {
    const char *column, *members;
    guint least;
} cycles[] = {
    {"month", "jan feb mar apr may jun jul aug sep oct nov dec", 6},
    {"weekday", "mon tue wed thu fri sat sun", 5},
    {"quarter", "q1 q2 q3 q4", 4},
};

/* The place of @name in @members from 1 on: "sales_jan", "january"; 0: none. *stem: (out) (transfer
 * full) */
static guint
cycle_place(const char *name, const char *members, char **stem)
{
    g_auto(GStrv) each = g_strsplit(members, " ", -1);
    g_autofree char *lower = g_ascii_strdown(name, -1);
    char *end = strrchr(lower, '_');
    const char *word = end ? end + 1 : lower;
    g_autofree char *rest = end ? g_strndup(lower, (gsize)(end - lower)) : g_strdup("");

    for (guint i = 0; each[i]; i++) {
        g_autofree char *prefix = g_strconcat(each[i], "_", NULL);
        gboolean is_word = strlen(each[i]) == 2
                               ? g_str_equal(word, each[i])
                               : g_str_has_prefix(word, each[i]) && pga_word_in(word, LONG_NAMES);

        if (g_str_equal(word, each[i]) || is_word)
            *stem = g_steal_pointer(&rest);
        else if (g_str_has_prefix(lower, prefix))
            *stem = g_strdup(lower + strlen(prefix));
        else
            continue;
        return i + 1;
    }
    return 0;
}

/* (transfer full): of columns of @table, names that are in the cycle with @stem. */
static GPtrArray *
cycle_members(const PgaDesignTable *table, const char *members, const char *stem)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        g_autofree char *its = NULL;

        if (column->attribute && cycle_place(column->name, members, &its) > 0 &&
            g_str_equal(its, stem) && !pga_list_has(pga_table_key_columns(table), column->name))
            g_ptr_array_add(names, g_strdup(column->name));
    }
    return names;
}

static void
split_cycle(PgaArchitecture *architecture, PgaDesignTable *table, guint cycle,
            const GPtrArray *names, const char *stem)
{
    const char *value = *stem ? stem : "value";
    g_auto(GStrv) members = g_strsplit(cycles[cycle].members, " ", -1);
    g_autofree char *values = *stem ? g_strdup_printf("%s_%s", cycles[cycle].column, stem)
                                    : g_strdup(cycles[cycle].column);
    PgaDesignTable *child = pga_first_child(architecture, table, values, names->len);
    char *list = pga_list_text(names);

    pga_first_position(child, cycles[cycle].column, g_strv_length(members));
    pga_first_value(architecture, child, value,
                    pga_design_table_column(table, g_ptr_array_index(names, 0))->attribute);
    for (guint i = 0; i < names->len; i++) {
        pga_first_move(architecture, table, g_ptr_array_index(names, i), child, value);
        pga_table_drop_column(table, g_ptr_array_index(names, i));
    }
    pga_first_violation(architecture, table, list,
                        g_strdup_printf("a column for each %s: %s", cycles[cycle].column, list),
                        child);
}

void
pga_first_cycles(PgaArchitecture *architecture, PgaDesignTable *table)
{
    for (guint cycle = 0; cycle < G_N_ELEMENTS(cycles); cycle++)
        for (guint i = 0; i < table->columns->len; i++) {
            const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
            g_autofree char *stem = NULL;
            g_autoptr(GPtrArray) names = NULL;

            if (cycle_place(column->name, cycles[cycle].members, &stem) == 0)
                continue;
            names = cycle_members(table, cycles[cycle].members, stem);
            if (names->len < cycles[cycle].least)
                continue;
            split_cycle(architecture, table, cycle, names, stem);
            i = 0;
        }
}

/* Texts whose names end so hold lists, by their names; those stems before _list do not. */
#define LIST_ENDINGS "_csv _ids _list"
#define LISTS                                                                                      \
    "emails phones phone_numbers email_addresses skills hobbies categories genres authors "        \
    "ingredients colors colours languages interests roles permissions members participants"
#define NO_LISTS "price mailing wait waiting white black allow deny block check todo play wish"

/* (transfer full) (nullable): "product_id" of "product_ids", "tag" of "tag_list". */
static char *
value_by_name(const char *name)
{
    g_auto(GStrv) endings = g_strsplit(LIST_ENDINGS, " ", -1);

    if (pga_word_in(name, LISTS))
        return pga_word_singular(name);
    for (guint i = 0; endings[i]; i++) {
        g_autofree char *stem = NULL, *singular = NULL;

        if (!g_str_has_suffix(name, endings[i]) || strlen(name) == strlen(endings[i]))
            continue;
        stem = g_strndup(name, strlen(name) - strlen(endings[i]));
        if (g_str_equal(endings[i], "_list") && pga_word_in(stem, NO_LISTS))
            return NULL;
        singular = pga_word_singular(stem);
        return g_str_equal(endings[i], "_ids") ? g_strconcat(singular, "_id", NULL)
                                               : g_steal_pointer(&singular);
    }
    return NULL;
}

static gboolean
is_text(const PgaSpecAttribute *attribute)
{
    return attribute->meaning == PGA_MEANING_NONE || attribute->meaning == PGA_MEANING_TEXT_SHORT ||
           attribute->meaning == PGA_MEANING_TEXT_LONG ||
           (attribute->meaning == PGA_MEANING_TYPE &&
            (g_str_has_prefix(attribute->type, "text") ||
             g_str_has_prefix(attribute->type, "varchar") ||
             g_str_has_prefix(attribute->type, "character")) &&
            !strchr(attribute->type, '['));
}

/* The comment says that the text is a list. */
static gboolean
is_said_list(const PgaSpecAttribute *attribute)
{
    static const char *const words[] = {"comma separated", "comma-separated", "semicolon separated",
                                        "semicolon-separated", "delimited list"};
    g_autofree char *comment = g_ascii_strdown(attribute->comment ? attribute->comment : "", -1);

    for (guint i = 0; i < G_N_ELEMENTS(words) && is_text(attribute); i++)
        if (strstr(comment, words[i]))
            return TRUE;
    return FALSE;
}

/* (nullable): the table that "product_id" names. */
static PgaDesignTable *
named_table(const PgaArchitecture *architecture, const char *value)
{
    g_autofree char *stem =
        g_str_has_suffix(value, "_id") ? g_strndup(value, strlen(value) - 3) : g_strdup(value);
    g_autofree char *plural = pga_word_plural(stem);
    PgaDesignTable *table = pga_architecture_table(architecture, plural);

    if (!g_str_has_suffix(value, "_id"))
        return NULL;
    return table ? table : pga_architecture_table(architecture, stem);
}

/* A text that is a list: its values are texts, or keys of another table. */
static void
split_list(PgaArchitecture *architecture, PgaDesignTable *table, const PgaSpecAttribute *attribute,
           const char *value)
{
    PgaDesignTable *parent = named_table(architecture, value);
    PgaDesignTable *child = NULL;
    PgaDesignColumn *column = NULL;
    g_autofree char *plain = parent ? pga_word_singular(parent->name) : pga_word_singular(value);

    child = pga_first_child(architecture, table, plain, ROWS_PER_LIST);
    column = pga_design_table_add_column(child, value, parent ? NULL : "text");
    column->not_null = TRUE;
    if (parent) {
        pga_tables_refer(architecture, child, value, parent)->on_delete = PGA_DELETE_CASCADE;
    } else
        column->reason = g_strdup("a value of the list");
    g_ptr_array_add(((PgaDesignKey *)g_ptr_array_index(child->keys, 0))->columns, g_strdup(value));
    pga_first_move(architecture, table, attribute->name, child, value);
    pga_table_drop_column(table, attribute->name);
    pga_first_violation(
        architecture, table, g_strdup(attribute->name),
        g_strdup_printf("%s holds a list in a text (%s): no reference, CHECK or index sees its "
                        "values",
                        attribute->name,
                        attribute->separator ? "a separator was stated" : "by its name, assumed"),
        child);
}

/* Several values in each row: of one type, or references. */
static void
split_many(PgaArchitecture *architecture, PgaDesignTable *table, const PgaSpecAttribute *attribute)
{
    g_autofree char *value = pga_word_singular(attribute->name);
    PgaDesignTable *child = pga_first_child(architecture, table, value, ROWS_PER_LIST);
    const char *name = pga_design_table_column(child, value) ? "value" : value;

    pga_first_value(architecture, child, name, attribute);
    g_ptr_array_add(((PgaDesignKey *)g_ptr_array_index(child->keys, 0))->columns, g_strdup(name));
    pga_first_move(architecture, table, attribute->name, child, name);
    pga_table_drop_column(table, attribute->name);
    pga_first_violation(architecture, table, g_strdup(attribute->name),
                        g_strdup_printf("%s has several values in each row", attribute->name),
                        child);
}

void
pga_first_lists(PgaArchitecture *architecture, PgaDesignTable *table)
{
    for (guint i = table->columns->len; i-- > 0;) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        const PgaSpecAttribute *attribute = column->attribute;
        g_autofree char *value = NULL;

        if (!attribute || pga_list_has(pga_table_key_columns(table), column->name) ||
            attribute->meaning == PGA_MEANING_TAGS || attribute->meaning == PGA_MEANING_JSON)
            continue;
        if (is_text(attribute) && attribute->many != TRUE)
            value = value_by_name(attribute->name);
        if ((attribute->separator || is_said_list(attribute)) && !value)
            value = pga_word_singular(attribute->name);
        if (value)
            split_list(architecture, table, attribute, value);
        else if (attribute->many == TRUE)
            split_many(architecture, table, attribute);
    }
}

/* er.mmd: the tables as Mermaid entity relationship diagrams. Names stand in aliases and comments
 * only; identifiers are ours. More tables than one picture shows are parted by what references
 * what, and er.mmd is an overview. */
#include "design/design.h"
#include "diagram_internal.h"

#include <base/text.h>
#include <string.h>

#define MAX_ENTITIES   40
#define MAX_CHARACTERS 45000
#define MAX_COLUMNS    20
#define MAX_SHEET      6000 /* characters of one in the overview, at most */

typedef struct {
    const PgaArchitecture *architecture;
    GPtrArray *tables; /* of PgaDesignTable *, by name */
    GHashTable *ids;   /* of them to GUINT_TO_POINTER(1 …) */
} Drawing;

/** A picture: tables drawn whole, and those that they reference. */
typedef struct {
    GString *out;
    GHashTable *entities; /* of PgaDesignTable *: declared in it */
} Sheet;

static guint
id_of(const Drawing *drawing, const PgaDesignTable *table)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(drawing->ids, table));
}

static gboolean
leads(const GPtrArray *columns, const char *name)
{
    return columns->len > 0 && g_str_equal(g_ptr_array_index(columns, 0), name);
}

/* An index's table and columns are named as SQL names them. */
static gboolean
is_led_by(const PgaIndexAdvice *advice, const PgaDesignTable *table, const char *column)
{
    g_autofree char *name = pga_quote_identifier(table->name);
    g_autofree char *qualified = pga_quote_qualified("public", table->name);
    g_autofree char *quoted = pga_quote_identifier(column);
    const char *first = advice->columns->len > 0 ? g_ptr_array_index(advice->columns, 0) : "";

    return (g_str_equal(advice->table, name) || g_str_equal(advice->table, qualified)) &&
           g_str_has_prefix(first, quoted) && strchr(" ", first[strlen(quoted)]);
}

/* Takes @first (nullable). */
static char *
add_note(char *first, char *next)
{
    g_autofree char *before = first, *after = next;

    return before ? g_strconcat(before, ", ", after, NULL) : g_steal_pointer(&after);
}

/* (transfer full) (nullable): of those that are only drawn all. */
static char *
key_note(const PgaDesignTable *table, const char *column)
{
    char *note = NULL;

    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);

        if (key->name && leads(key->columns, column) && (!note || key->kind == PGA_DESIGN_INDEX))
            note = add_note(note,
                            g_strdup_printf("idx %s%s", key->name, key->where ? " partial" : ""));
    }
    return note;
}

/* (transfer full) (nullable): the index that @column leads. */
static char *
index_note(const Drawing *drawing, const PgaDesignTable *table, const char *column)
{
    const PgaIndexReport *report = drawing->architecture->index;
    char *note = key_note(table, column);

    for (guint i = 0; !note && report && i < report->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, i);
        const gboolean is_btree = g_str_equal(advice->type, "btree");
        g_autofree char *method = g_ascii_strup(advice->type, -1);

        if (is_led_by(advice, table, column))
            note = g_strdup_printf("idx %s%s%s%s", advice->name, is_btree ? "" : " ",
                                   is_btree ? "" : method, advice->predicate ? " partial" : "");
    }
    return note;
}

typedef struct {
    gboolean primary, foreign, unique;
} Keys;

static Keys
keys_of(const PgaDesignTable *table, const char *column)
{
    Keys keys = {0};

    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);

        keys.primary |= key->kind == PGA_DESIGN_PRIMARY && pga_names_have(key->columns, column);
        keys.unique |= key->kind == PGA_DESIGN_UNIQUE && key->columns->len == 1 &&
                       pga_names_have(key->columns, column);
    }
    for (guint i = 0; i < table->references->len; i++)
        keys.foreign |= pga_names_have(
            ((const PgaDesignReference *)g_ptr_array_index(table->references, i))->columns, column);
    return keys;
}

/* (transfer full): @word, or with a number where another column has it already. */
static char *
make_unique(GHashTable *taken, const char *word)
{
    char *unique = g_strdup(word);

    for (guint i = 2; !g_hash_table_add(taken, g_strdup(unique)); i++) {
        g_free(unique);
        unique = g_strdup_printf("%s_%u", word, i);
    }
    return unique;
}

static void
append_keys(GString *out, Keys keys)
{
    const char *separator = " ";
    const struct {
        gboolean has;
        const char *name;
    } all[] = {{keys.primary, "PK"}, {keys.foreign, "FK"}, {keys.unique, "UK"}};

    for (guint i = 0; i < G_N_ELEMENTS(all); i++)
        if (all[i].has) {
            g_string_append_printf(out, "%s%s", separator, all[i].name);
            separator = ", ";
        }
}

static void
append_column(const Drawing *drawing, GString *out, const PgaDesignTable *table,
              const PgaDesignColumn *column, GHashTable *taken)
{
    const Keys keys = keys_of(table, column->name);
    g_autofree char *type = pga_diagram_type(column->type);
    g_autofree char *word = pga_diagram_word(column->name);
    g_autofree char *name = make_unique(taken, word);
    g_autofree char *index = index_note(drawing, table, column->name);
    const char *note = index ? index : keys.foreign ? "NO INDEX" : "";
    const gboolean renamed = !g_str_equal(name, column->name);
    g_autofree char *comment =
        g_strconcat(renamed ? column->name : "", renamed && *note ? "; " : "", note, NULL);
    g_autofree char *label = pga_diagram_label(comment);

    g_string_append_printf(out, "    %s %s", type, name);
    append_keys(out, keys);
    if (*comment)
        g_string_append_printf(out, " \"%s\"", label);
    g_string_append_c(out, '\n');
}

/* Of a wide table only what ties it to others is shown. */
static gboolean
is_shown(const Drawing *drawing, const PgaDesignTable *table, const PgaDesignColumn *column)
{
    const Keys keys = keys_of(table, column->name);
    g_autofree char *index = index_note(drawing, table, column->name);

    return table->columns->len <= MAX_COLUMNS || keys.primary || keys.foreign || index;
}

static void
append_entity(const Drawing *drawing, GString *out, const PgaDesignTable *table)
{
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *label = pga_diagram_label(table->name);
    guint n_left_out = 0;

    g_string_append_printf(out, "  T%u[\"%s\"] {\n", id_of(drawing, table), label);
    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);

        if (is_shown(drawing, table, column))
            append_column(drawing, out, table, column, taken);
        else
            n_left_out++;
    }
    if (n_left_out > 0) {
        g_autofree char *name = make_unique(taken, "more_columns");

        g_string_append_printf(out, "    int %s \"%u more columns\"\n", name, n_left_out);
    }
    g_string_append(out, "  }\n");
}

static gboolean
are_not_null(const PgaDesignTable *table, const GPtrArray *columns)
{
    for (guint i = 0; i < columns->len; i++) {
        const PgaDesignColumn *column =
            pga_design_table_column(table, g_ptr_array_index(columns, i));

        if (!column || !column->not_null)
            return FALSE;
    }
    return TRUE;
}

static gboolean
are_all_in(const GPtrArray *names, const GPtrArray *in)
{
    for (guint i = 0; i < names->len; i++)
        if (!pga_names_have(in, g_ptr_array_index(names, i)))
            return FALSE;
    return names->len > 0;
}

/* Whether at most one row has given values of @columns. */
static gboolean
are_unique(const PgaDesignTable *table, const GPtrArray *columns)
{
    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);

        if (!key->where && key->kind != PGA_DESIGN_INDEX && are_all_in(key->columns, columns))
            return TRUE;
    }
    return FALSE;
}

static void
append_reference(const Drawing *drawing, GString *out, const PgaDesignTable *table,
                 const PgaDesignReference *reference, const PgaDesignTable *to)
{
    const PgaDesignKey *primary = pga_design_table_primary(table);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *label = NULL;

    for (guint i = 0; i < reference->columns->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(reference->columns, i));
    if (reference->is_dropped)
        g_string_append(text, " (not enforced)");
    label = pga_diagram_label(text->str);
    g_string_append_printf(
        out, "  T%u %s%s%s T%u : \"%s\"\n", id_of(drawing, to),
        are_not_null(table, reference->columns) ? "||" : "|o",
        primary && are_all_in(reference->columns, primary->columns) ? "--" : "..",
        are_unique(table, reference->columns) ? "o|" : "o{", id_of(drawing, table), label);
}

static void
append_references(const Drawing *drawing, GString *out, const PgaDesignTable *table)
{
    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);
        const PgaDesignTable *to = pga_architecture_table(drawing->architecture, reference->table);

        if (to)
            append_reference(drawing, out, table, reference, to);
    }
}

static void
append_stub(const Drawing *drawing, GString *out, const PgaDesignTable *table)
{
    g_autofree char *label = pga_diagram_label(table->name);

    g_string_append_printf(out, "  T%u[\"%s\"]\n", id_of(drawing, table), label);
}

/* The tables that @table references, itself first. */
static GPtrArray *
neighbours(const Drawing *drawing, PgaDesignTable *table)
{
    GPtrArray *all = g_ptr_array_new();

    g_ptr_array_add(all, table);
    for (guint i = 0; i < table->references->len; i++) {
        PgaDesignTable *to = pga_architecture_table(
            drawing->architecture,
            ((const PgaDesignReference *)g_ptr_array_index(table->references, i))->table);

        if (to && !g_ptr_array_find(all, to, NULL))
            g_ptr_array_add(all, to);
    }
    return all;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp((*(const PgaDesignTable *const *)a)->name,
                  (*(const PgaDesignTable *const *)b)->name);
}

/* Parents before children, a component after the other: what belongs together is drawn together. */
static void
visit(const Drawing *drawing, PgaDesignTable *table, GHashTable *seen, GPtrArray *order)
{
    g_autoptr(GPtrArray) queue = g_ptr_array_new();

    if (!g_hash_table_add(seen, table))
        return;
    g_ptr_array_add(queue, table);
    for (guint next = 0; next < queue->len; next++) {
        PgaDesignTable *at = g_ptr_array_index(queue, next);

        g_ptr_array_add(order, at);
        for (guint i = 0; i < drawing->tables->len; i++) {
            PgaDesignTable *other = g_ptr_array_index(drawing->tables, i);
            g_autoptr(GPtrArray) of_other = neighbours(drawing, other);
            g_autoptr(GPtrArray) of_at = neighbours(drawing, at);

            if ((g_ptr_array_find(of_other, at, NULL) || g_ptr_array_find(of_at, other, NULL)) &&
                g_hash_table_add(seen, other))
                g_ptr_array_add(queue, other);
        }
    }
}

static guint
count_new(const GPtrArray *tables, GHashTable *in)
{
    guint n = 0;

    for (guint i = 0; i < tables->len; i++)
        n += !g_hash_table_contains(in, g_ptr_array_index(tables, i));
    return n;
}

/* (transfer full): the picture of @tables; *n_entities: with what they reference. */
static char *
draw(const Drawing *drawing, const GPtrArray *tables)
{
    g_autoptr(GHashTable) whole = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) declared = g_hash_table_new(NULL, NULL);
    GString *out = g_string_new("erDiagram\n");

    for (guint i = 0; i < tables->len; i++)
        g_hash_table_add(whole, g_ptr_array_index(tables, i));
    for (guint i = 0; i < tables->len; i++)
        append_entity(drawing, out, g_ptr_array_index(tables, i));
    for (guint i = 0; i < tables->len; i++) {
        g_autoptr(GPtrArray) all = neighbours(drawing, g_ptr_array_index(tables, i));

        for (guint j = 1; j < all->len; j++)
            if (!g_hash_table_contains(whole, g_ptr_array_index(all, j)) &&
                g_hash_table_add(declared, g_ptr_array_index(all, j)))
                append_stub(drawing, out, g_ptr_array_index(all, j));
    }
    for (guint i = 0; i < tables->len; i++)
        append_references(drawing, out, g_ptr_array_index(tables, i));
    return g_string_free(out, FALSE);
}

static gboolean
fits(const Drawing *drawing, const GPtrArray *sheet)
{
    g_autofree char *text = draw(drawing, sheet);

    return strlen(text) <= MAX_CHARACTERS;
}

/* Of GPtrArray * of PgaDesignTable *: as many tables on one as there is room for. */
static GPtrArray *
make_sheets(const Drawing *drawing, const GPtrArray *order)
{
    GPtrArray *sheets = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) in = g_hash_table_new(NULL, NULL);
    GPtrArray *sheet = NULL;

    for (guint i = 0; i < order->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(order, i);
        g_autoptr(GPtrArray) all = neighbours(drawing, table);

        if (sheet)
            g_ptr_array_add(sheet, table);
        if (!sheet || g_hash_table_size(in) + count_new(all, in) > MAX_ENTITIES ||
            !fits(drawing, sheet)) {
            if (sheet)
                g_ptr_array_set_size(sheet, (int)sheet->len - 1);
            sheet = g_ptr_array_new();
            g_ptr_array_add(sheet, table);
            g_ptr_array_add(sheets, sheet);
            g_hash_table_remove_all(in);
        }
        for (guint j = 0; j < all->len; j++)
            g_hash_table_add(in, g_ptr_array_index(all, j));
    }
    return sheets;
}

static void
append_sheet(GString *out, guint number, const GPtrArray *tables)
{
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    g_string_append_printf(out, "  T%u[\"er-%u.mmd\"] {\n", number, number + 1);
    for (guint i = 0; i < tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(tables, i);
        g_autofree char *word = pga_diagram_word(table->name);
        g_autofree char *name = make_unique(taken, word);
        g_autofree char *label = pga_diagram_label(table->name);

        g_string_append_printf(out, "    table %s", name);
        if (!g_str_equal(name, table->name))
            g_string_append_printf(out, " \"%s\"", label);
        g_string_append_c(out, '\n');
    }
    g_string_append(out, "  }\n");
}

/* The other diagrams as entities, each with the names of the tables that it draws. */
static char *
draw_overview(const GPtrArray *sheets)
{
    GString *out = g_string_new("erDiagram\n");

    for (guint i = 0; i < sheets->len; i++) {
        const gboolean is_last = i + 1 == MAX_ENTITIES && sheets->len > MAX_ENTITIES;

        if (is_last || out->len > MAX_CHARACTERS - MAX_SHEET) {
            g_string_append_printf(out, "  T0[\"er-%u.mmd to er-%u.mmd\"]\n", i + 2,
                                   sheets->len + 1);
            break;
        }
        append_sheet(out, i + 1, g_ptr_array_index(sheets, i));
    }
    return g_string_free(out, FALSE);
}

static void
draw_all(const Drawing *drawing, PgaArchitecture *architecture)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) order = g_ptr_array_new(), sheets = NULL;

    for (guint i = 0; i < drawing->tables->len; i++)
        visit(drawing, g_ptr_array_index(drawing->tables, i), seen, order);
    sheets = make_sheets(drawing, order);
    if (sheets->len == 1) {
        pga_architecture_put_file(architecture, "er.mmd",
                                  draw(drawing, g_ptr_array_index(sheets, 0)));
        return;
    }
    pga_architecture_put_file(architecture, "er.mmd", draw_overview(sheets));
    for (guint i = 0; i < sheets->len; i++) {
        g_autofree char *path = g_strdup_printf("er-%u.mmd", i + 2);

        pga_architecture_put_file(architecture, path, draw(drawing, g_ptr_array_index(sheets, i)));
    }
}

static void
drawing_init(Drawing *drawing, const PgaArchitecture *architecture)
{
    drawing->architecture = architecture;
    drawing->tables = g_ptr_array_copy(architecture->tables, NULL, NULL);
    drawing->ids = g_hash_table_new(NULL, NULL);
    g_ptr_array_set_free_func(drawing->tables, NULL);
    g_ptr_array_sort(drawing->tables, compare_names);
    for (guint i = 0; i < drawing->tables->len; i++)
        g_hash_table_insert(drawing->ids, g_ptr_array_index(drawing->tables, i),
                            GUINT_TO_POINTER(i + 1));
}

static void
drawing_clear(Drawing *drawing)
{
    g_hash_table_unref(drawing->ids);
    g_ptr_array_unref(drawing->tables);
}

void
pga_design_diagrams(PgaArchitecture *architecture)
{
    Drawing drawing;

    drawing_init(&drawing, architecture);
    draw_all(&drawing, architecture);
    pga_diagram_topology(architecture);
    drawing_clear(&drawing);
}

GPtrArray *
pga_design_pictures(const PgaArchitecture *architecture, const GPtrArray *tables)
{
    GPtrArray *pictures = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) sheets = NULL;
    Drawing drawing;

    drawing_init(&drawing, architecture);
    sheets = make_sheets(&drawing, tables);
    for (guint i = 0; i < sheets->len; i++)
        g_ptr_array_add(pictures, draw(&drawing, g_ptr_array_index(sheets, i)));
    drawing_clear(&drawing);
    return pictures;
}

/* Findings as aligned columns, by libsmartcols. */
#include "page_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>

typedef struct libscols_table ScolsTable;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScolsTable, scols_unref_table)

static ScolsTable *
table_new(guint width)
{
    static const struct {
        const char *name;
        int flags;
    } columns[] = {
        {"#", SCOLS_FL_RIGHT},     {"severity", 0},         {"rule", 0},
        {"object", SCOLS_FL_WRAP}, {"gain", SCOLS_FL_WRAP},
    };
    ScolsTable *table = scols_new_table();

    for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
        scols_table_new_column(table, columns[i].name, 0, columns[i].flags);
    scols_table_enable_ascii(table, TRUE);
    scols_table_enable_noencoding(table, TRUE); /* cells are printable already */
    scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
    scols_table_set_termwidth(table, width);
    return table;
}

static void
add_line(ScolsTable *table, guint number, const PgaFinding *finding)
{
    struct libscols_line *line = scols_table_new_line(table, NULL);
    g_autofree char *place = g_strdup_printf("%u", number);
    g_autofree char *object = pga_text_printable(finding->object ? finding->object : "");
    g_autofree char *gain = finding->gain ? pga_phrase_gain_short(finding->gain) : NULL;

    scols_line_set_data(line, 0, place);
    scols_line_set_data(line, 1, pga_severity_name(finding->severity));
    scols_line_set_data(line, 2, finding->rule);
    scols_line_set_data(line, 3, object);
    scols_line_set_data(line, 4, gain ? gain : "-");
}

/* libsmartcols measures by the locale of the thread; the same report must give the same bytes in
 * any. */
static char *
print_as_utf8(ScolsTable *table)
{
    const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    const locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
    char *printed = NULL;

    scols_print_table_to_string(table, &printed);
    if (utf8) {
        uselocale(before);
        freelocale(utf8);
    }
    return printed;
}

/* A cell that wraps leaves blanks behind the others. */
static char *
strip_line_ends(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++)
        g_strchomp(*line);
    return g_strjoinv("\n", lines);
}

char *
pga_table_render(const GPtrArray *findings, guint width)
{
    g_autoptr(ScolsTable) table = table_new(width);
    char *printed, *stripped;

    for (guint i = 0; i < findings->len; i++)
        add_line(table, i + 1, g_ptr_array_index(findings, i));
    printed = print_as_utf8(table);
    stripped = strip_line_ends(printed ? printed : "");
    free(printed);
    return stripped;
}

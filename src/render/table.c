/* Findings as aligned columns, by libsmartcols. */
#include "page_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum { UNLIMITED_WIDTH = 10000, MIN_OBJECT_WIDTH = 16, N_GAPS = 4 };

typedef struct libscols_table ScolsTable;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScolsTable, scols_unref_table)

/* Columns as wide as their cells: what does not fit is cut here, because releases of libsmartcols
 * break cells at different places and the same report must give the same bytes. */
static ScolsTable *
table_new(void)
{
    static const struct {
        const char *name;
        int flags;
    } columns[] = {{"#", SCOLS_FL_RIGHT}, {"severity", 0}, {"rule", 0}, {"object", 0}, {"gain", 0}};
    ScolsTable *table = scols_new_table();

    for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
        scols_table_new_column(table, columns[i].name, 0, columns[i].flags);
    scols_table_enable_ascii(table, TRUE);
    scols_table_enable_noencoding(table, TRUE); /* cells are printable already */
    scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
    scols_table_set_termwidth(table, UNLIMITED_WIDTH);
    return table;
}

static char *
gain_cell(const PgaFinding *finding)
{
    return finding->gain ? pga_phrase_gain_short(finding->gain) : g_strdup("-");
}

/* (transfer full): the first @width columns of @text, "..." at the end when there was more. */
static char *
cut(const char *text, guint width)
{
    GString *out = g_string_new(NULL);

    if (pga_text_width(text) <= width)
        return g_string_free(g_string_assign(out, text), FALSE);
    for (const char *c = text; *c; c = g_utf8_next_char(c)) {
        const gsize length = out->len;

        g_string_append_len(out, c, g_utf8_next_char(c) - c);
        if (pga_text_width(out->str) + 3 > width) {
            g_string_truncate(out, length);
            break;
        }
    }
    g_string_append(out, "...");
    return g_string_free(out, FALSE);
}

/* Columns that are left for the object when all others have what they need. */
static guint
object_width(const GPtrArray *findings, guint width)
{
    g_autofree char *last = g_strdup_printf("%u", findings->len);
    guint rule = (guint)strlen("rule"), gain = (guint)strlen("gain"), others;

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        g_autofree char *cell = gain_cell(finding);

        rule = MAX(rule, pga_text_width(finding->rule));
        gain = MAX(gain, pga_text_width(cell));
    }
    others = (guint)strlen(last) + (guint)strlen("severity") + rule + gain + N_GAPS;
    return width > others + MIN_OBJECT_WIDTH ? width - others : MIN_OBJECT_WIDTH;
}

static void
add_line(ScolsTable *table, guint number, const PgaFinding *finding, const char *others,
         guint width)
{
    struct libscols_line *line = scols_table_new_line(table, NULL);
    g_autofree char *place = g_strdup_printf("%u", number);
    g_autofree char *printable = pga_text_printable(finding->object ? finding->object : "");
    const guint reserved = (guint)strlen(others);
    g_autofree char *name = cut(printable, width > reserved + 3 ? width - reserved : width);
    g_autofree char *object = g_strconcat(name, others, NULL);
    g_autofree char *gain = gain_cell(finding);

    scols_line_set_data(line, 0, place);
    scols_line_set_data(line, 1, pga_severity_name(finding->severity));
    scols_line_set_data(line, 2, finding->rule);
    scols_line_set_data(line, 3, object);
    scols_line_set_data(line, 4, gain);
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

/* The last column is padded too. */
static char *
strip_line_ends(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++)
        g_strchomp(*line);
    return g_strjoinv("\n", lines);
}

char *
pga_table_render(const GPtrArray *findings, const PgaGroups *groups, guint width)
{
    g_autoptr(ScolsTable) table = table_new();
    const guint object = object_width(findings, width);
    char *printed, *stripped;

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        g_autofree char *others = pga_page_others(groups, finding);

        add_line(table, i + 1, finding, others, object);
    }
    printed = print_as_utf8(table);
    stripped = strip_line_ends(printed ? printed : "");
    free(printed);
    return stripped;
}

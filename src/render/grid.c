/* Columns of text: aligned on a terminal, the last one wrapped beside the others, or below them
 * where there is no room. */
#include "page_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <string.h>

#define GAP        2
#define MAX_COLUMN 40
#define MIN_LAST   36 /* the last column's; less, and it goes below */
#define BELOW      "      "
#define MARGIN     3

static guint
width_of(const PgaGrid *grid, guint column)
{
    guint width = pga_text_width(grid->titles[column]);

    for (guint i = 0; i < grid->rows->len; i++) {
        char *const *row = g_ptr_array_index(grid->rows, i);
        g_autofree char *printable = pga_text_printable(row[column]);

        width = MAX(width, pga_text_width(printable));
    }
    return MIN(width, MAX_COLUMN);
}

/* All but the last column; returns where the last begins. */
static guint
append_cells(GString *out, const PgaGrid *grid, const char *const *cells, const guint *widths)
{
    guint column = MARGIN;

    g_string_append_printf(out, "%*s", MARGIN, "");
    for (guint i = 0; i + 1 < grid->n_columns; i++) {
        g_autofree char *cut = pga_phrase_cut(cells[i], MAX_COLUMN);

        g_string_append(out, cut);
        g_string_append_printf(out, "%*s", (int)(widths[i] - pga_text_width(cut) + GAP), "");
        column += widths[i] + GAP;
    }
    return column;
}

static void
trim(GString *out)
{
    while (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
}

static void
append_last(GString *out, const char *text, guint column, guint width)
{
    const gboolean below = column + MIN_LAST > width;
    g_autofree char *indent = below ? g_strdup(BELOW) : g_strnfill(column, ' ');
    g_autofree char *printable = pga_text_printable(text);
    g_autofree char *wrapped = pga_text_wrap(printable, width - (guint)strlen(indent), "");
    g_auto(GStrv) lines = g_strsplit(wrapped, "\n", -1);

    if (below)
        trim(out);
    for (char **line = lines; *line && **line; line++)
        g_string_append_printf(out, "%s%s%s", line > lines || below ? "\n" : "",
                               line > lines || below ? indent : "", *line);
    trim(out);
    g_string_append_c(out, '\n');
}

void
pga_grid_text(GString *out, const PgaGrid *grid, guint width)
{
    g_autofree guint *widths = g_new0(guint, grid->n_columns);
    guint column;

    for (guint i = 0; i < grid->n_columns; i++)
        widths[i] = width_of(grid, i);
    column = append_cells(out, grid, grid->titles, widths);
    if (column + MIN_LAST <= width)
        g_string_append(out, grid->titles[grid->n_columns - 1]);
    trim(out);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < grid->rows->len; i++) {
        const char *const *row = g_ptr_array_index(grid->rows, i);

        append_last(out, row[grid->n_columns - 1], append_cells(out, grid, row, widths), width);
    }
}

static void
append_row(GString *out, guint n, const char *const *cells)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *safe = pga_page_escape_markdown(cells[i]);
        g_auto(GStrv) parts = g_strsplit(safe, "|", -1);
        g_autofree char *cell = g_strjoinv("\\|", parts);

        g_string_append_printf(out, "| %s ", cell);
    }
    g_string_append(out, "|\n");
}

void
pga_grid_markdown(GString *out, const PgaGrid *grid)
{
    append_row(out, grid->n_columns, grid->titles);
    for (guint i = 0; i < grid->n_columns; i++)
        g_string_append(out, "|---");
    g_string_append(out, "|\n");
    for (guint i = 0; i < grid->rows->len; i++)
        append_row(out, grid->n_columns, g_ptr_array_index(grid->rows, i));
}

/* The plan of changes for a database that is there: its migrations, what a person has to decide. */
#include "design_page_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <base/units.h>
#include <string.h>

#define SQL_WIDTH 160

static guint
count(const PgaArchitecture *architecture, gboolean has_path)
{
    guint n = 0;

    for (guint i = 0; i < architecture->changes->len; i++)
        n += (((const PgaDesignChange *)g_ptr_array_index(architecture->changes, i))->path !=
              NULL) == has_path;
    return n;
}

guint
pga_design_count_migrations(const PgaArchitecture *architecture)
{
    return count(architecture, TRUE);
}

guint
pga_design_count_decisions(const PgaArchitecture *architecture)
{
    return count(architecture, FALSE);
}

void
pga_design_write_migrations(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    for (guint i = 0; i < architecture->changes->len && n > 0; i++) {
        const PgaDesignChange *change = g_ptr_array_index(architecture->changes, i);
        g_autofree char *sql = pga_phrase_clip(change->sql, SQL_WIDTH);

        if (!change->path)
            continue;
        n--;
        pga_page_item(page,
                      g_strdup_printf("%s: %s Lock: %s.", change->path, sql,
                                      change->lock ? change->lock : "none that others wait for"));
    }
}

void
pga_design_write_decisions(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    for (guint i = 0; i < architecture->changes->len && n > 0; i++) {
        const PgaDesignChange *change = g_ptr_array_index(architecture->changes, i);
        g_autofree char *sql = pga_phrase_clip(change->sql, SQL_WIDTH);

        if (change->path)
            continue;
        n--;
        pga_page_item(page, g_strdup_printf("%s%s%s: %s%s%s", change->object ? change->object : "",
                                            change->object ? ": " : "", change->title,
                                            change->objection ? change->objection : "?",
                                            *sql ? ": " : "", sql));
    }
}

static const PgaDesignChange *
change_for(const PgaArchitecture *architecture, const PgaFinding *finding)
{
    for (guint i = 0; finding->fingerprint && i < architecture->changes->len; i++) {
        const PgaDesignChange *change = g_ptr_array_index(architecture->changes, i);

        if (g_strcmp0(change->fingerprint, finding->fingerprint) == 0)
            return change;
    }
    return NULL;
}

char *
pga_design_action(const PgaArchitecture *architecture, const PgaFinding *finding)
{
    const PgaDesignChange *change = change_for(architecture, finding);
    const GPtrArray *sql = finding->fix.sql;
    const char *more = sql->len > 1 ? " …" : "";
    g_autofree char *first =
        sql->len > 0 ? pga_phrase_clip(g_ptr_array_index(sql, 0), SQL_WIDTH) : NULL;

    if (change && change->path)
        return g_strdup_printf(" Do: %s", change->path);
    if (change && *change->sql)
        return g_strdup_printf(" To decide: %s%s (%s)", first ? first : change->sql, more,
                               change->objection ? change->objection : "?");
    if (first)
        return g_strdup_printf(" Do: %s%s", first, more);
    return finding->fix.note ? g_strdup_printf(" Do: %s", finding->fix.note) : g_strdup("");
}

static double
bytes_of(const PgaDesignTable *table)
{
    return table->heap_bytes + table->toast_bytes + table->index_bytes;
}

static gint
by_size(gconstpointer a, gconstpointer b, gpointer data)
{
    const double one = bytes_of(*(PgaDesignTable *const *)a);
    const double other = bytes_of(*(PgaDesignTable *const *)b);

    (void)data;
    return (one < other) - (one > other);
}

/* (transfer container): of those whose size is known. */
static GPtrArray *
sized_tables(const PgaArchitecture *architecture)
{
    GPtrArray *tables = g_ptr_array_new();

    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        if (bytes_of(table) > 0 || table->rows >= 0)
            g_ptr_array_add(tables, table);
    }
    g_ptr_array_sort_with_data(tables, by_size, NULL); /* stable */
    return tables;
}

guint
pga_design_count_sizes(const PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) tables = sized_tables(architecture);

    return tables->len;
}

void
pga_design_write_sizes(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    static const char *const titles[] = {"table", "rows", "size", NULL};
    g_autoptr(GPtrArray) tables = sized_tables(architecture);
    GPtrArray *rows = pga_design_rows_new();

    for (guint i = 0; i < n; i++) {
        const PgaDesignTable *table = g_ptr_array_index(tables, i);

        pga_design_row(
            rows, (char *[]){g_strdup(table->name),
                             table->rows < 0 ? g_strdup("?") : pga_count_format(table->rows),
                             pga_bytes_format_storage((gint64)MIN(bytes_of(table), 9e18)), NULL});
    }
    pga_design_grid(page, titles, rows);
}

char *
pga_design_source_summary(const PgaArchitecture *architecture)
{
    g_autofree char *tables = pga_phrase_count(architecture->tables->len, "table");
    g_autofree char *size = architecture->bytes > 0
                                ? pga_bytes_format_storage((gint64)MIN(architecture->bytes, 9e18))
                                : g_strdup("of unknown size");
    const guint n = count(architecture, TRUE), n_decisions = count(architecture, FALSE);
    g_autofree char *migrations = pga_phrase_count(n, "migration");
    g_autofree char *decisions = pga_phrase_count(n_decisions, "change");

    return g_strdup_printf("What to change in %s, %s: %s that lint calls safe; %s for a person to "
                           "decide.",
                           tables, size, migrations, decisions);
}

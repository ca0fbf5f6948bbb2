/* The index map as lines: of each table what it has, what comes, what goes. */
#include "django_internal.h"

#include <base/text.h>
#include <string.h>

#define INDENT "       "

static const char *const marks[] = {
    [PGA_DJANGO_INDEX_STAYS] = " ", [PGA_DJANGO_INDEX_COMES] = "+", [PGA_DJANGO_INDEX_GOES] = "-"};

/* (transfer full): "shop_order_status_idx (status, -created)", "name_trgm (OpClass(…)) GIN". */
static char *
phrase(const PgaDjangoMapEntry *entry)
{
    GString *text = g_string_new(entry->name ? entry->name : entry->origin);

    g_string_append(text, " (");
    for (guint i = 0; i < entry->keys->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "",
                               (const char *)g_ptr_array_index(entry->keys, i));
    g_string_append_c(text, ')');
    if (g_strcmp0(entry->method, "btree") != 0) {
        g_autofree char *method = g_ascii_strup(entry->method ? entry->method : "", -1);

        g_string_append_printf(text, " %s", method);
    }
    if (entry->is_unique && g_strcmp0(entry->origin, "primary_key") != 0)
        g_string_append(text, ", unique");
    if (entry->condition)
        g_string_append_printf(text, ", where %s", entry->condition);
    return g_string_free(text, FALSE);
}

static void
write_entry(PgaDjangoPage *page, const PgaDjangoMapEntry *entry)
{
    g_autofree char *text = phrase(entry), *printable = pga_text_printable(text);
    g_autofree char *wrapped =
        pga_text_wrap(printable, page->page.width - (guint)strlen(INDENT), INDENT);

    g_string_append_printf(page->page.out, "   %s %s\n", marks[entry->change], wrapped);
}

/* Where the next table begins. */
static guint
end_of(const GPtrArray *map, guint from, gboolean *changes)
{
    const PgaDjangoMapEntry *first = g_ptr_array_index(map, from);
    guint end = from;

    *changes = FALSE;
    for (; end < map->len; end++) {
        const PgaDjangoMapEntry *entry = g_ptr_array_index(map, end);

        if (!g_str_equal(entry->model, first->model))
            break;
        *changes |= entry->change != PGA_DJANGO_INDEX_STAYS;
    }
    return end;
}

static void
write_table(PgaDjangoPage *page, guint from, guint end)
{
    const GPtrArray *map = page->report->index_map;
    const PgaDjangoMapEntry *first = g_ptr_array_index(map, from);
    g_autofree char *title = g_strdup_printf("%s, %s", first->model, first->table);

    pga_django_page_part(page, title);
    for (guint i = from; i < end; i++)
        write_entry(page, g_ptr_array_index(map, i));
}

guint
pga_django_page_map(PgaDjangoPage *page, guint most)
{
    const GPtrArray *map = page->report->index_map;
    guint n = 0, n_left_out = 0;
    gboolean changes;

    for (guint from = 0, end; from < map->len; from = end) {
        end = end_of(map, from, &changes);
        if (!page->page.all && (!changes || n >= most)) {
            n_left_out++;
            continue;
        }
        write_table(page, from, end);
        n++;
    }
    return n_left_out;
}

/* Versions are numbers, dates or dotted numbers; names may carry numbers without leading zeros. */
#include "order_internal.h"
#include <string.h>

static gsize
skip_zeros(const char **text)
{
    while (**text == '0' && g_ascii_isdigit((*text)[1]))
        (*text)++;
    return strspn(*text, "0123456789");
}

/* Of the numbers that both begin with; both are moved behind theirs. */
static int
compare_numbers(const char **one, const char **other)
{
    const gsize a = skip_zeros(one), b = skip_zeros(other);
    const int order = a == b ? strncmp(*one, *other, a) : 0;

    *one += a;
    *other += b;
    if (a != b)
        return a < b ? -1 : 1;
    return order;
}

int
pga_natural_compare(const char *one, const char *other)
{
    int order = 0;

    while (order == 0 && *one && *other) {
        if (g_ascii_isdigit(*one) && g_ascii_isdigit(*other))
            order = compare_numbers(&one, &other);
        else
            order = (guchar)*one++ - (guchar)*other++;
    }
    return order != 0 ? order : (guchar)*one - (guchar)*other;
}

/* 1_2 is 1.2 to Flyway. */
static int
compare_versions(const char *one, const char *other)
{
    g_autofree char *a = g_strdelimit(g_strdup(one), "_-", '.');
    g_autofree char *b = g_strdelimit(g_strdup(other), "_-", '.');

    return pga_natural_compare(a, b);
}

typedef struct {
    PgaMigrationFile *file;
    guint place; /* as given */
} Entry;

static gint
compare(gconstpointer one, gconstpointer other)
{
    const Entry *a = one, *b = other;
    int order = a->file->repeatable - b->file->repeatable;

    if (order == 0 && a->file->version && b->file->version)
        order = compare_versions(a->file->version, b->file->version);
    if (order == 0 && a->file->version && b->file->version)
        order = a->file->down - b->file->down;
    if (order == 0)
        order = a->place < b->place ? -1 : 1;
    return order;
}

/* Numbers before the names of plain files order those of one folder only. */
static gboolean
is_of_other_folder(const PgaMigrationFile *file, const PgaMigrationFile *first)
{
    g_autofree char *one = g_path_get_dirname(file->path);
    g_autofree char *other = g_path_get_dirname(first->path);

    return strcmp(file->tool->name, "psql") == 0 && strcmp(one, other) != 0;
}

/* A file without a version keeps its place: then all keep theirs. */
void
pga_migration_sort(GPtrArray *files)
{
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));

    for (guint i = 0; i < files->len; i++) {
        const Entry entry = {.file = g_ptr_array_index(files, i), .place = i};

        if ((!entry.file->version && !entry.file->repeatable) ||
            is_of_other_folder(entry.file, g_ptr_array_index(files, 0)))
            return;
        g_array_append_val(entries, entry);
    }
    g_array_sort(entries, compare);
    for (guint i = 0; i < files->len; i++)
        files->pdata[i] = g_array_index(entries, Entry, i).file;
}

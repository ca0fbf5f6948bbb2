/* The scan of a plan in words. */
#include <string.h>

#include "django_plan_internal.h"

/** A scan that EXPLAIN's text tells. */
typedef struct {
    char *words; /* "Bitmap Heap Scan on shop_order" */
    char *table;
    double cost;
    gboolean is_wanted;
} Scan;

static void
scan_clear(Scan *scan)
{
    g_clear_pointer(&scan->words, g_free);
    g_clear_pointer(&scan->table, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scan, scan_clear)

/* (transfer full): what stands behind " on " or " using ": a name, maybe quoted, qualified. */
static char *
name_at(const char *at)
{
    const char *end = at;
    gboolean quoted = FALSE;

    for (; *end && (quoted || !strchr(" \n", *end)); end++)
        quoted ^= *end == '"';
    return g_strndup(at, (gsize)(end - at));
}

static gboolean
reads_table(const char *kind)
{
    static const char *const others[] = {"Bitmap Index Scan", "Subquery Scan", "CTE Scan",
                                         "Function Scan",     "Values Scan",   "WorkTable Scan"};

    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        if (g_str_has_prefix(kind, others[i]))
            return FALSE;
    return TRUE;
}

/* "…Scan using i on t a  (cost=0.00..8.15 rows=1 width=4)": FALSE: it is no scan of a table. */
static gboolean
read_line(const char *line, gsize length, Scan *scan)
{
    g_autofree char *text = g_strndup(line, length);
    const char *start = strstr(text, "->  ");
    const char *cost = strstr(text, "  (cost=");
    const char *dots = cost ? strstr(cost, "..") : NULL;
    const char *kind = start ? start + strlen("->  ") : text;
    const char *scans = strstr(kind, "Scan ");
    const char *on = scans ? strstr(scans, " on ") : NULL;

    while (*kind == ' ')
        kind++;
    if (!dots || !on || on > cost || scans > cost || !reads_table(kind))
        return FALSE;
    scan->cost = g_ascii_strtod(dots + 2, NULL);
    scan->table = name_at(on + strlen(" on "));
    scan->words = g_strdup_printf("%.*s on %s", (int)(on - kind), kind, scan->table);
    return TRUE;
}

/* "Bitmap Index Scan on i": the first index below the scan at @line. */
static char *
bitmap_index(const char *line)
{
    const char *at = strstr(line, "Bitmap Index Scan on ");

    return at ? name_at(at + strlen("Bitmap Index Scan on ")) : NULL;
}

static void
consider(Scan *best, Scan *scan, const char *line)
{
    if (best->words && (best->is_wanted > scan->is_wanted ||
                        (best->is_wanted == scan->is_wanted && best->cost >= scan->cost)))
        return;
    if (g_str_has_prefix(scan->words, "Bitmap Heap Scan")) {
        g_autofree char *index = bitmap_index(line);
        g_autofree char *words = g_steal_pointer(&scan->words);

        scan->words = index ? g_strdup_printf("Bitmap Heap Scan using %s on %s", index, scan->table)
                            : g_steal_pointer(&words);
    }
    scan_clear(best);
    *best = *scan;
    *scan = (Scan){0};
}

char *
pga_django_scan_words(const char *plan, const char *wanted, char **table)
{
    g_auto(Scan) best = {0};

    for (const char *line = plan; line && *line;) {
        const char *end = strchr(line, '\n');
        g_auto(Scan) scan = {0};

        if (read_line(line, end ? (gsize)(end - line) : strlen(line), &scan)) {
            scan.is_wanted = wanted && g_str_equal(scan.table, wanted);
            consider(&best, &scan, line);
        }
        line = end ? end + 1 : NULL;
    }
    if (table)
        *table = g_steal_pointer(&best.table);
    return g_steal_pointer(&best.words);
}

/* What EXPLAIN says of partitions, counted and told. */
#include <stdlib.h>
#include <string.h>

#include "design_prune_internal.h"

/* (transfer full) (nullable): what a line of a plan scans. */
static char *
scanned_of(const char *line)
{
    const char *scan = strstr(line, "Scan "), *on = scan ? strstr(scan, " on ") : NULL;
    const char *name = on ? on + strlen(" on ") : NULL;
    gsize length = 0;

    if (!name || strstr(line, "Bitmap Index Scan"))
        return NULL;
    if (*name != '"')
        return g_strndup(name, strcspn(name, " "));
    for (length = 1; name[length] && (name[length] != '"' || name[length + 1] == '"'); length++)
        length += name[length] == '"';
    return g_strndup(name, length + 1);
}

PgaPruneCount
pga_prune_count(const char *plan, GHashTable *leaves)
{
    static const char removed[] = "Subplans Removed: ";
    g_auto(GStrv) lines = g_strsplit(plan, "\n", -1);
    PgaPruneCount count = {0};

    for (guint i = 0; lines[i]; i++) {
        const char *at = strstr(lines[i], removed);
        g_autofree char *scanned = scanned_of(lines[i]);

        if (at)
            count.removed += (guint)strtoul(at + strlen(removed), NULL, 10);
        if (!scanned || !g_hash_table_contains(leaves, scanned))
            continue;
        count.scanned++;
        count.executed += strstr(lines[i], "(never executed)") == NULL;
    }
    return count;
}

static gboolean
is_pruned(const PgaPruneShown *shown, guint n_leaves)
{
    return shown->planned.scanned < n_leaves;
}

/* (nullable) */
static const PgaPruneShown *
best_of(const GArray *all, guint n_leaves)
{
    const PgaPruneShown *best = NULL;

    for (guint i = 0; i < all->len; i++) {
        const PgaPruneShown *shown = &g_array_index(all, PgaPruneShown, i);
        const gboolean pruned = is_pruned(shown, n_leaves);

        if (!best || pruned > is_pruned(best, n_leaves) ||
            (pruned == is_pruned(best, n_leaves) &&
             ((shown->run != NULL) > (best->run != NULL) ||
              ((shown->run != NULL) == (best->run != NULL) &&
               shown->query->per_second > best->query->per_second))))
            best = shown;
    }
    return best;
}

/* (transfer full) (nullable): a plan under its statement's name. */
static char *
exhibit(const PgaPruneShown *shown, const char *plan, const char *how)
{
    return plan ? g_strdup_printf("%s, %s:\n%s", shown->query->name, how, plan) : NULL;
}

static void
append_others(GString *text, const GArray *all, guint n_leaves)
{
    guint n = 0;
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < all->len; i++) {
        const PgaPruneShown *shown = &g_array_index(all, PgaPruneShown, i);

        if (is_pruned(shown, n_leaves))
            n++;
        else
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", shown->query->name);
    }
    g_string_append_printf(text, ". Of %u statements on it %u %s pruned", all->len, n,
                           n == 1 ? "is" : "are");
    if (names->len)
        g_string_append_printf(text, "; all partitions are looked into by: %s", names->str);
}

void
pga_prune_tell(PgaDesignPartitioning *partitioning, const GArray *all, guint n_leaves)
{
    const PgaPruneShown *shown = best_of(all, n_leaves);
    g_autoptr(GString) text = g_string_new(NULL);

    if (!shown)
        return;
    partitioning->pruning_plan = exhibit(shown, shown->plan, "planned with its values");
    partitioning->pruning_generic = exhibit(shown, shown->generic, "planned for any values");
    partitioning->pruning_run =
        exhibit(shown, shown->run, "that plan executed on a few synthetic rows in each partition");
    g_string_append_printf(text, "%s: %u of %u partitions when planned with its values",
                           shown->query->name, shown->planned.scanned, n_leaves);
    if (shown->generic)
        g_string_append_printf(text,
                               "; planned for any values, %u are removed as it starts (Subplans "
                               "Removed: %u)",
                               shown->any.removed, shown->any.removed);
    if (shown->run)
        g_string_append_printf(text, "; executed: %u", shown->executed.executed);
    append_others(text, all, n_leaves);
    partitioning->pruning = g_strdup_printf("%s.", text->str);
}

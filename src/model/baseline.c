/* A baseline: memory handling. */
#include "model/baseline.h"

static void
entry_free(gpointer data)
{
    PgaBaselineEntry *entry = data;

    g_free(entry->fingerprint);
    g_free(entry->rule);
    g_free(entry->object);
    g_free(entry);
}

PgaBaseline *
pga_baseline_new(const char *path)
{
    PgaBaseline *baseline = g_new0(PgaBaseline, 1);

    baseline->path = g_strdup(path);
    baseline->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
    return baseline;
}

void
pga_baseline_free(PgaBaseline *baseline)
{
    if (!baseline)
        return;
    g_free(baseline->path);
    g_hash_table_unref(baseline->entries);
    g_free(baseline);
}

PgaBaselineEntry *
pga_baseline_add(PgaBaseline *baseline, const char *fingerprint, const char *rule,
                 const char *object)
{
    PgaBaselineEntry *entry = g_hash_table_lookup(baseline->entries, fingerprint);

    if (entry)
        return entry;
    entry = g_new0(PgaBaselineEntry, 1);
    entry->fingerprint = g_strdup(fingerprint);
    entry->rule = g_strdup(rule);
    entry->object = g_strdup(object);
    g_hash_table_insert(baseline->entries, entry->fingerprint, entry);
    return entry;
}

/* What cannot be known from here and decides whether a value is right. None of it makes the
 * configuration incomplete: each has the name of what it belongs to. */
#include <string.h>

#include <model/tune_report.h>

#include "tune_internal.h"

static void
add(const PgaTune *t, const char *rule, const char *what, const char *why)
{
    g_ptr_array_add(t->tuning->not_checked,
                    pga_not_checked_new(rule, g_strdup(what), g_strdup(why)));
}

static gboolean
loads_statements(const PgaTune *t)
{
    const char *libraries = pga_tune_current_word(t, "shared_preload_libraries");

    return libraries && strstr(libraries, "pg_stat_statements");
}

/* The sum holds only with values that can be set. */
static void
add_unconfirmed(const PgaTune *t)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < t->tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(t->tuning->settings, i);

        if (setting->managed != PGA_MANAGED_SETTABLE && pga_tune_proof_counts_on(setting))
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", setting->name);
    }
    if (names->len > 0)
        g_ptr_array_add(t->tuning->not_checked,
                        pga_not_checked_new(
                            "tune-managed", g_strdup("whether the service leaves the sum true"),
                            g_strdup_printf("it counts on values that are not confirmed to be "
                                            "settable there: compare with what the service has: %s",
                                            names->str)));
}

void
pga_tune_not_checked(const PgaTune *t)
{
    const gboolean self_hosted = t->input->deployment.value == PGA_DEPLOYMENT_SELF_HOSTED;

    if (t->input->wal_disk_bytes.value < 0 && self_hosted)
        add(t, "tune-wal-disk", "whether the disk with pg_wal holds twice max_wal_size",
            "its size is not known: give --wal-disk");
    if (t->workload == PGA_WORKLOAD_OLAP && t->storage != PGA_STORAGE_HDD)
        add(t, "tune-plans", "whether a plan gets worse with random_page_cost 1.1",
            "no queries were planned: compare their plans at 1.1, 2 and 4");
    if (t->seen->lz4 < 0)
        add(t, "tune-build", "whether the server's build has lz4",
            "no server was asked: wal_compression and default_toast_compression do without it");
    add_unconfirmed(t);
    if (!loads_statements(t) && self_hosted)
        add(t, "tune-contrib", "whether the server's contrib modules are installed",
            "without pg_stat_statements among them it does not start with this file: install "
            "them, or leave shared_preload_libraries out");
}

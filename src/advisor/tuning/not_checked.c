/* What cannot be known from here and decides whether a value is right. None of it makes the
 * configuration incomplete: each has the name of what it belongs to. */
#include <string.h>

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
            "no server was asked: wal_compression and default_toast_compression stay with pglz");
    if (!loads_statements(t) && self_hosted)
        add(t, "tune-contrib", "whether the server's contrib modules are installed",
            "without pg_stat_statements among them it does not start with this file: install "
            "them, or leave shared_preload_libraries out");
}

/* The kernel of the server's host, and the limits of its service: what PostgreSQL's documentation
 * asks for, with this configuration's numbers. Of a managed service nobody sets them. */
#include "advisor/tuning.h"

#include <base/units.h>

#include "tune_internal.h"

#define HUGE_PAGE_KB    2048 /* x86-64's and arm64's usual size */
#define MANY_BUFFERS    (2 * PGA_GB)
#define LEAST_COMMITTED 80 /* percent of RAM */

static void
add(GPtrArray *lines, const PgaTuning *tuning, const char *name, const char *value,
    const char *anchor, const char *why)
{
    PgaTuningLine *line = pga_tuning_add_line(lines, name, value, why);

    line->docs_url = g_strdup_printf("https://www.postgresql.org/docs/%u/kernel-resources.html%s",
                                     tuning->input->major, anchor);
}

static gboolean
wants_huge_pages(const PgaTuning *tuning)
{
    const PgaTunedSetting *setting = pga_tuning_setting(tuning, "huge_pages");

    return tuning->memory.shared_buffers_kb * PGA_KB >= MANY_BUFFERS &&
           (!setting || g_strcmp0(setting->value, "off") != 0);
}

static void
add_huge_pages(PgaTuning *tuning, gint64 counted)
{
    PgaTuningKernel *kernel = &tuning->kernel;
    g_autofree char *value = NULL, *why = NULL;

    if (!wants_huge_pages(tuning))
        return;
    kernel->huge_pages =
        counted > 0 ? counted : (tuning->worst.shared + HUGE_PAGE_KB - 1) / HUGE_PAGE_KB;
    value = g_strdup_printf("%" G_GINT64_FORMAT, kernel->huge_pages);
    why = g_strdup_printf("shared memory in pages of 2MB, %s; set before the server starts, with "
                          "others' pages added",
                          counted > 0 ? "by the server's own count "
                                        "(shared_memory_size_in_huge_pages)"
                                      : "by the sum above");
    add(kernel->sysctl, tuning, "vm.nr_hugepages", value, "#LINUX-HUGE-PAGES", why);
}

/* With 2 the kernel refuses memory that it may not have, and a statement fails; with 0 it gives it,
 * and kills a process later: then all sessions end. */
static void
add_overcommit(PgaTuning *tuning)
{
    const gint64 ram = tuning->memory.ram_kb;
    const gint64 huge =
        MAX(0, tuning->kernel.huge_pages) * HUGE_PAGE_KB; /* count on neither side */
    gint64 percent;
    g_autofree char *ratio = NULL;

    if (!tuning->input->dedicated || !tuning->safe || huge >= ram)
        return;
    percent = (tuning->worst.total - huge) * 100 / (ram - huge);
    percent = CLAMP((percent / 5 + 1) * 5, LEAST_COMMITTED, 100);
    ratio = g_strdup_printf("%" G_GINT64_FORMAT, percent);
    add(tuning->kernel.sysctl, tuning, "vm.overcommit_memory", "2", "#LINUX-MEMORY-OVERCOMMIT",
        "too much memory fails one statement instead of the whole server; not in a container, "
        "whose "
        "host decides");
    add(tuning->kernel.sysctl, tuning, "vm.overcommit_ratio", ratio, "#LINUX-MEMORY-OVERCOMMIT",
        "percent of RAM without huge pages that all programs may ask for, swap comes on top: the "
        "sum "
        "above, and at least 80; with the default of 50 half of RAM is never used");
}

/* Backends, their workers, and the server's own. */
static gint64
processes(const PgaTuning *tuning)
{
    static const char *const names[] = {"max_worker_processes", "autovacuum_max_workers",
                                        "max_wal_senders", "io_workers"};
    gint64 sum = tuning->memory.max_connections + 10;

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const PgaTunedSetting *setting = pga_tuning_setting(tuning, names[i]);

        sum += setting ? pga_int64(setting->number) : 0;
    }
    return sum;
}

static void
add_limits(PgaTuning *tuning)
{
    GPtrArray *limits = tuning->kernel.limits;
    const gint64 n = processes(tuning);
    const gint64 clients = tuning->pooler.max_client_conn + tuning->pooler.max_db_connections + 100;
    g_autofree char *tasks = g_strdup_printf("%" G_GINT64_FORMAT, (n * 5 / 4 + 99) / 100 * 100);
    g_autofree char *why_tasks =
        g_strdup_printf("%" G_GINT64_FORMAT " processes by the settings, and a quarter more", n);
    g_autofree char *files = g_strdup_printf("%" G_GINT64_FORMAT, clients);

    add(limits, tuning, "LimitNOFILE", "4096", "",
        "of each process: max_files_per_process (1000) is not all that is open");
    add(limits, tuning, "TasksMax", tasks, "", why_tasks);
    add(limits, tuning, "OOMScoreAdjust", "-1000", "#LINUX-MEMORY-OVERCOMMIT",
        "of the postmaster, with PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj in the service's "
        "Environment so that backends can still be killed");
    if (tuning->pooler.recommended) {
        PgaTuningLine *line = pga_tuning_add_line(limits, "LimitNOFILE of pgbouncer", files,
                                                  "clients and server connections, and 100 more");

        line->docs_url = g_strdup("https://www.pgbouncer.org/config.html#max_client_conn");
    }
}

void
pga_tune_kernel(PgaTuning *tuning, gint64 huge_pages)
{
    if (tuning->input->deployment.value > PGA_DEPLOYMENT_SELF_HOSTED)
        return;
    add_huge_pages(tuning, huge_pages);
    add_overcommit(tuning);
    add_limits(tuning);
}

/* Reads logs and says how fast: for each, megabytes; megabytes per second of processor time, of the
 * reader alone and with its statements gathered to distinct queries; statements, lines that were
 * not understood, queries. Run by bench/log. */
#include <base/error.h>
#include <parse/log.h>
#include <parse/query_set.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static gboolean
take(gpointer self, const PgaLogStatement *statement, G_GNUC_UNUSED GError **error)
{
    *(guint64 *)self += statement->length;
    return TRUE;
}

static double
cpu_seconds(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC;
}

/* Megabytes per second; ends the program on failure. */
static double
measure(const char *path, PgaLogTake taker, gpointer self, PgaLogSummary *summary)
{
    const PgaLogOptions options = {.path = path};
    const double begun = cpu_seconds();
    g_autoptr(GError) error = NULL;

    if (!pga_log_read(&options, taker, self, summary, &error)) {
        fprintf(stderr, "%s: %s\n", path, error->message);
        exit(1);
    }
    return (double)summary->n_bytes / 1e6 / (cpu_seconds() - begun);
}

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        g_autoptr(PgaQueryGatherer) gatherer = pga_query_gatherer_new();
        g_autoptr(PgaQuerySet) set = NULL;
        g_auto(PgaLogSummary) alone = {0}, gathered = {0};
        guint64 bytes = 0;
        const double reader = measure(argv[i], take, &bytes, &alone);
        const double whole = measure(argv[i], pga_query_gather_logged, gatherer, &gathered);

        set = pga_query_gatherer_finish(gatherer);
        printf("%.1f %.1f %.1f %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %u\n",
               (double)alone.n_bytes / 1e6, reader, whole, alone.n_statements, alone.n_unreadable,
               set->queries->len);
    }
    return 0;
}

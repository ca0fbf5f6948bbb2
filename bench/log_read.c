/* Reads logs and says how fast: for each, megabytes, seconds of processor time, megabytes per
 * second, statements. Run by bench/log. */
#include <base/error.h>
#include <parse/log.h>
#include <stdio.h>
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

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const PgaLogOptions options = {.path = argv[i]};
        g_auto(PgaLogSummary) summary = {0};
        g_autoptr(GError) error = NULL;
        const double begun = cpu_seconds();
        guint64 bytes = 0;
        double seconds, megabytes;

        if (!pga_log_read(&options, take, &bytes, &summary, &error)) {
            fprintf(stderr, "%s: %s\n", argv[i], error->message);
            return 1;
        }
        seconds = cpu_seconds() - begun;
        megabytes = (double)summary.n_bytes / 1e6;
        printf("%.1f %.3f %.1f %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n", megabytes, seconds,
               megabytes / seconds, summary.n_statements, summary.n_unreadable);
    }
    return 0;
}

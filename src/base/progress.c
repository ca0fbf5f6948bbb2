#include "base/progress.h"

static void send(const PgaProgress *progress, PgaProgressKind kind, const char *format,
                 va_list args) G_GNUC_PRINTF(3, 0);

static void
send(const PgaProgress *progress, PgaProgressKind kind, const char *format, va_list args)
{
    g_autofree char *message = NULL;

    if (!progress || !progress->receive)
        return;
    message = g_strdup_vprintf(format, args);
    progress->receive(progress->data, kind, message);
}

void
pga_progress_step(const PgaProgress *progress, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    send(progress, PGA_PROGRESS_STEP, format, args);
    va_end(args);
}

void
pga_progress_notice(const PgaProgress *progress, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    send(progress, PGA_PROGRESS_NOTICE, format, args);
    va_end(args);
}

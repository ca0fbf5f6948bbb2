/* Progress on standard error. On a terminal a thread of its own tells, after two seconds and then
 * once a second, what the program is at: a long step is told while it lasts, a burst of short ones
 * in one line. */
#include <stdio.h>
#include <unistd.h>

#include <base/text.h>

#include "terminal.h"

#define PATIENCE_MS 2000 /* work shorter than this needs no word */
#define INTERVAL_MS 1000

struct PgaTerminalProgress {
    PgaProgress progress;
    gboolean quiet, verbose;
    GMutex mutex;
    GCond ended;
    gboolean over;
    char *step; /* (nullable): the current one, not yet shown */
    GThread *timer;
};

static void
show(const char *message)
{
    g_autofree char *safe = pga_text_printable(message);

    fprintf(stderr, "pgarchitect: %s\n", safe);
}

static void
receive(gpointer data, PgaProgressKind kind, const char *message)
{
    PgaTerminalProgress *self = data;

    if (self->quiet)
        return;
    g_mutex_lock(&self->mutex);
    if (kind == PGA_PROGRESS_NOTICE || self->verbose) {
        show(message);
    } else {
        g_free(self->step);
        self->step = g_strdup(message);
    }
    g_mutex_unlock(&self->mutex);
}

static gpointer
show_now_and_then(gpointer data)
{
    PgaTerminalProgress *self = data;
    gint64 until = g_get_monotonic_time() + (gint64)PATIENCE_MS * 1000;

    g_mutex_lock(&self->mutex);
    while (!self->over) {
        if (g_cond_wait_until(&self->ended, &self->mutex, until))
            continue;
        if (self->step)
            show(self->step);
        g_clear_pointer(&self->step, g_free);
        until = g_get_monotonic_time() + (gint64)INTERVAL_MS * 1000;
    }
    g_mutex_unlock(&self->mutex);
    return NULL;
}

PgaTerminalProgress *
pga_terminal_progress_new(gboolean quiet, gboolean verbose)
{
    PgaTerminalProgress *self = g_new0(PgaTerminalProgress, 1);

    self->progress = (PgaProgress){receive, self};
    self->quiet = quiet;
    self->verbose = verbose;
    g_mutex_init(&self->mutex);
    g_cond_init(&self->ended);
    if (!quiet && !verbose && isatty(STDERR_FILENO))
        self->timer = g_thread_new("progress", show_now_and_then, self);
    return self;
}

const PgaProgress *
pga_terminal_progress_get(PgaTerminalProgress *progress)
{
    return &progress->progress;
}

void
pga_terminal_progress_silence(PgaTerminalProgress *progress)
{
    g_mutex_lock(&progress->mutex);
    progress->quiet = TRUE;
    g_clear_pointer(&progress->step, g_free);
    g_mutex_unlock(&progress->mutex);
}

void
pga_terminal_progress_free(PgaTerminalProgress *progress)
{
    if (!progress)
        return;
    g_mutex_lock(&progress->mutex);
    progress->over = TRUE;
    g_cond_signal(&progress->ended);
    g_mutex_unlock(&progress->mutex);
    if (progress->timer)
        g_thread_join(progress->timer);
    g_mutex_clear(&progress->mutex);
    g_cond_clear(&progress->ended);
    g_free(progress->step);
    g_free(progress);
}

/* check --since: the counters of a source less those of an earlier snapshot of it. */
#include <base/error.h>
#include <base/progress.h>
#include <base/units.h>
#include <model/since.h>
#include <parse/snapshot.h>

#include "since_internal.h"

static gboolean
check_server(const char *path, const PgaEnvironment *earlier, const PgaEnvironment *later,
             GError **error)
{
    const guint was = earlier->version_num / 10000, is = later->version_num / 10000;

    if (was != is) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is of a server of version %s, not %s", path,
                      earlier->version, later->version);
        pga_error_hint(error, "Counters are of one major version: take a new earlier snapshot. "
                              "diff compares any two.");
        return FALSE;
    }
    if (pga_since_server(earlier, later) != PGA_SINCE_OTHER_SERVER)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is of another server", path);
    pga_error_detail(error, "Both were running when it was taken, and were started at different "
                            "times.");
    pga_error_hint(error, "Each server counts on its own, a standby too: take both looks at the "
                          "same one.");
    return FALSE;
}

/* Without a doubt two looks at one database, in this order. */
static gboolean
check_pair(const char *path, const PgaSnapshot *earlier, const PgaLater *later, GError **error)
{
    const char *before = earlier->environment->source_name;
    const char *after = later->environment->source_name;

    if (!g_str_equal(before, after)) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is a snapshot of %s, not of %s", path, before,
                      after);
        pga_error_hint(error, "--since takes an earlier snapshot of the same database; diff "
                              "compares two databases.");
        return FALSE;
    }
    if (!check_server(path, earlier->environment, later->environment, error))
        return FALSE;
    if (earlier->taken_at < later->taken_at)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" was not taken before what is to be checked",
                  path);
    pga_error_hint(error, "--since takes the earlier one of the two.");
    return FALSE;
}

/* "2026-11-20 10:00 UTC" */
static char *
time_text(gint64 seconds)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

    return time ? g_date_time_format(time, "%Y-%m-%d %H:%M UTC") : g_strdup("?");
}

static void
add_notes(const PgaSnapshot *earlier, const PgaEnvironment *later, gint64 seconds,
          const PgaSinceNotes *since, GPtrArray *notes)
{
    g_autofree char *span = pga_duration_format((double)seconds);
    g_autofree char *begun = time_text(earlier->taken_at);

    g_ptr_array_add(notes, g_strdup_printf("Counters are of the %s since %s.", span, begun));
    if (pga_since_server(earlier->environment, later) == PGA_SINCE_RESTARTED)
        g_ptr_array_add(notes, g_strdup("The server was started anew in between. After a crash its "
                                        "counters begin at 0."));
    if (since->database_reset)
        g_ptr_array_add(notes, g_strdup("The database's counters were reset in between: they are "
                                        "of the time since the reset."));
    if (since->workload_reset)
        g_ptr_array_add(notes, g_strdup("pg_stat_statements was reset in between: its statements "
                                        "are of the time since the reset."));
    if (since->n_reset > 0)
        g_ptr_array_add(
            notes,
            g_strdup_printf("%u %s reset in between: they are of the time since their "
                            "reset.",
                            since->n_reset,
                            since->n_reset == 1 ? "set of counters was" : "sets of counters were"));
}

gboolean
pga_app_since(const char *path, PgaSource *source, gint64 now, GPtrArray *notes, GError **error)
{
    g_autoptr(PgaSnapshot) earlier = NULL;
    PgaLater later = {.environment = source->environment,
                      .catalog = source->catalog,
                      .server = source->server,
                      .workload = source->workload,
                      .taken_at = source->snapshot ? source->snapshot->taken_at : now};
    PgaSinceNotes since;

    if (source->environment->source_kind == PGA_SOURCE_DDL) {
        pga_error_set(error, PGA_ERROR_INPUT, "--since needs counters, which DDL has not");
        return FALSE;
    }
    pga_progress_step(source->collect.progress, "reading %s", path);
    earlier = pga_snapshot_read_for_check(path, error);
    if (!earlier || !check_pair(path, earlier, &later, error))
        return FALSE;
    since = pga_since(earlier, &later);
    add_notes(earlier, later.environment, later.taken_at - earlier->taken_at, &since, notes);
    return TRUE;
}

/* check --since: the counters of a source less those of an earlier snapshot of it. */
#include <base/error.h>
#include <base/progress.h>
#include <base/units.h>
#include <model/since.h>
#include <parse/snapshot.h>

#include "since_internal.h"

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
add_notes(const PgaSnapshot *earlier, gint64 seconds, const PgaSinceNotes *since, GPtrArray *notes)
{
    g_autofree char *span = pga_duration_format((double)seconds);
    g_autofree char *begun = time_text(earlier->taken_at);

    g_ptr_array_add(notes, g_strdup_printf("Counters are of the %s since %s.", span, begun));
    if (since->database_reset)
        g_ptr_array_add(notes, g_strdup("The database's counters were reset in between: they are "
                                        "of the time since the reset."));
    if (since->workload_reset)
        g_ptr_array_add(notes, g_strdup("pg_stat_statements was reset in between: its statements "
                                        "are of the time since the reset."));
    if (since->n_reset > 0)
        g_ptr_array_add(notes,
                        g_strdup_printf("%u sets of counters went backwards, so they were reset in "
                                        "between: they are of the time since their reset.",
                                        since->n_reset));
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
    add_notes(earlier, later.taken_at - earlier->taken_at, &since, notes);
    return TRUE;
}

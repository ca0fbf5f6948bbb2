/* diff: two sources → two models → what differs. */
#include "app/diff.h"

#include <base/error.h>
#include <base/progress.h>
#include <model/finding.h>

#include "source_internal.h"

static gboolean
read_side(const PgaSourceRequest *request, PgaSource *source, GPtrArray *not_checked,
          GError **error)
{
    if (pga_source_open(request, source, not_checked, error) &&
        pga_source_read_objects(source, not_checked, error))
        return TRUE;
    if (error && *error && !pga_error_get_detail(*error)) /* of two sources, which */
        pga_error_detail(error, "The source was %s.", request->source);
    return FALSE;
}

/* Of a live source, notes about what a comparison never looks at. */
static gboolean
concerns_diff(const PgaNotChecked *note)
{
    static const char *const others[] = {"last values of sequences", "column statistics (pg_stats)",
                                         "usage on the primary and on other standbys", NULL};

    return !g_strv_contains(others, note->what);
}

/* Each note once, with its side. */
static void
take_notes(GPtrArray *notes, const PgaSource *source, PgaDiffReport *report)
{
    for (guint i = 0; i < notes->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(notes, i);

        if (!concerns_diff(note))
            continue;
        g_ptr_array_add(report->not_checked,
                        pga_not_checked_new(
                            NULL,
                            g_strdup_printf("%s: %s", source->environment->source_name, note->what),
                            g_strdup(note->why)));
    }
}

/* DDL goes into a lab of the other side's major, whose words for a definition are the same. */
static gboolean
read_sides(const PgaDiffRequest *request, PgaSource *sources, GPtrArray **notes, GError **error)
{
    PgaSourceRequest requests[] = {request->before, request->after};
    const guint first = pga_source_is_ddl(request->before.source) ? 1 : 0;

    for (guint i = 0; i < G_N_ELEMENTS(requests); i++) {
        requests[i].no_planner = TRUE;
        if (!pga_source_is_ddl(requests[i].source))
            requests[i].pg_version = 0; /* says in which lab DDL is read */
    }
    if (!read_side(&requests[first], &sources[first], notes[first], error))
        return FALSE;
    if (requests[1 - first].pg_version == 0 && pga_source_is_ddl(requests[1 - first].source))
        requests[1 - first].pg_version = sources[first].environment->version_num / 10000;
    return read_side(&requests[1 - first], &sources[1 - first], notes[1 - first], error);
}

static PgaSide
side_of(const PgaSource *source)
{
    return (PgaSide){source->catalog, source->objects, source->environment};
}

static GPtrArray *
notes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
}

/* Both sources are there. */
static void
compare(PgaSource *sources, PgaDiffReport *report)
{
    const PgaSide before = side_of(&sources[0]), after = side_of(&sources[1]);

    g_ptr_array_unref(report->differences);
    report->differences = pga_differences(&before, &after);
    g_ptr_array_unref(report->drifts);
    report->drifts = pga_drifts(&before, &after);
    report->before = g_steal_pointer(&sources[0].environment);
    report->after = g_steal_pointer(&sources[1].environment);
}

PgaDiffReport *
pga_app_diff(const PgaDiffRequest *request, GError **error)
{
    g_autoptr(PgaDiffReport) report = pga_diff_report_new();
    PgaSource sources[2] = {{0}, {0}};
    GPtrArray *notes[] = {notes_new(), notes_new()};
    const gboolean done = read_sides(request, sources, notes, error);

    if (done) {
        pga_progress_step(request->before.progress, "comparing");
        take_notes(notes[0], &sources[0], report);
        take_notes(notes[1], &sources[1], report);
        compare(sources, report);
    }
    for (guint i = 0; i < G_N_ELEMENTS(sources); i++) {
        pga_source_clear(&sources[i]);
        g_ptr_array_unref(notes[i]);
    }
    return done ? g_steal_pointer(&report) : NULL;
}

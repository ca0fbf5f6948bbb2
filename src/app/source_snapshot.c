/* A snapshot file as a source: everything is read at once, what could not be read when it was taken
 * is told where a live source would tell it. */
#include <base/progress.h>
#include <parse/snapshot.h>

#include "source_internal.h"

void
pga_source_take_notes(PgaSource *source, PgaSnapshotReading reading, GPtrArray *not_checked)
{
    GPtrArray *notes = source->snapshot->notes;

    for (guint i = 0; i < notes->len;) {
        PgaSnapshotNote *note = g_ptr_array_index(notes, i);

        if (note->reading != (gint32)reading) {
            i++;
            continue;
        }
        g_ptr_array_add(not_checked,
                        pga_not_checked_new(NULL, g_strdup(note->what), g_strdup(note->why)));
        pga_record_free(&pga_snapshot_note_type, g_ptr_array_steal_index(notes, i));
    }
}

/* --ram says what the machine is now; the file, what was found out then. */
static void
state_ram(PgaSource *source)
{
    PgaEnvironment *environment = source->environment;

    if (source->collect.ram_bytes < 0)
        return;
    environment->ram_bytes = source->collect.ram_bytes;
    environment->ram_shared = FALSE;
    g_free(environment->ram_method);
    environment->ram_method = g_strdup("stated with --ram");
}

gboolean
pga_source_open_snapshot(const PgaSourceRequest *request, PgaSource *source, GPtrArray *not_checked,
                         GError **error)
{
    PgaSnapshot *snapshot;

    pga_progress_step(request->progress, "reading %s", request->source);
    snapshot = request->no_planner ? pga_snapshot_read_for_check(request->source, error)
                                   : pga_snapshot_read(request->source, error);
    if (!snapshot)
        return FALSE;
    if (request->no_values)
        pga_snapshot_drop_values(snapshot);
    source->snapshot = snapshot;
    source->catalog = g_steal_pointer(&snapshot->catalog);
    source->environment = g_steal_pointer(&snapshot->environment);
    source->objects = g_steal_pointer(&snapshot->objects);
    source->server = g_steal_pointer(&snapshot->server);
    source->workload = g_steal_pointer(&snapshot->workload);
    source->environment->source_kind = PGA_SOURCE_SNAPSHOT;
    source->collect.no_values = snapshot->no_values;
    state_ram(source);
    pga_source_take_notes(source, PGA_SNAPSHOT_CATALOG, not_checked);
    if (request->sample)
        g_ptr_array_add(not_checked,
                        pga_not_checked_new(NULL, g_strdup("rows of tables (--sample)"),
                                            g_strdup("a snapshot has none")));
    return TRUE;
}

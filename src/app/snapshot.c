/* snapshot: source → model → file. */
#include "app/snapshot.h"

#include <anonymize/anonymize.h>
#include <base/error.h>
#include <base/file.h>
#include <base/progress.h>
#include <base/text.h>
#include <base/units.h>
#include <collect/clone_source.h>
#include <parse/workload.h>
#include <render/snapshot.h>

#include "snapshot_internal.h"
#include "source_internal.h"
#include "verify_internal.h"

#define MAX_KEY_BYTES (1 << 20)
#define N_NOTES       5 /* of what could not be read, unless all are asked for */

static PgaSnapshotSummary *
summary_new(void)
{
    PgaSnapshotSummary *summary = g_new0(PgaSnapshotSummary, 1);

    summary->not_read = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    summary->kept = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    return summary;
}

void
pga_snapshot_summary_free(PgaSnapshotSummary *summary)
{
    if (!summary)
        return;
    g_free(summary->source_name);
    g_free(summary->source_version);
    g_ptr_array_unref(summary->not_read);
    g_ptr_array_unref(summary->kept);
    pga_verification_free(summary->verification);
    g_free(summary);
}

/* The entries of @entries from @first on are of @reading. Returns where the next ones begin. */
static guint
keep_notes(const GPtrArray *entries, guint first, PgaSnapshotReading reading, PgaSnapshot *snapshot)
{
    for (guint i = first; i < entries->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(entries, i);
        PgaSnapshotNote *note = pga_record_add(snapshot->notes, &pga_snapshot_note_type);

        note->reading = reading;
        note->what = g_strdup(entry->what);
        note->why = g_strdup(entry->why);
    }
    return entries->len;
}

static gboolean
refuse_ddl(const PgaSourceRequest *request, GError **error)
{
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is DDL: there is nothing to take a snapshot of",
                  request->source);
    pga_error_hint(error, "check and clone read the DDL itself; a snapshot is taken of a live "
                          "database, which has statistics and counters.");
    return FALSE;
}

/* Of a live source; what its planner knows of all relations among it. */
static gboolean
read_live(PgaSource *source, PgaSnapshot *snapshot, GPtrArray *not_read, GError **error)
{
    guint n = keep_notes(not_read, 0, PGA_SNAPSHOT_CATALOG, snapshot);

    pga_progress_step(source->collect.progress, "reading the definitions");
    if (!pga_source_read_objects(source, not_read, error))
        return FALSE;
    n = keep_notes(not_read, n, PGA_SNAPSHOT_OBJECTS, snapshot);
    if (!pga_source_read_facts(source, not_read, error))
        return FALSE;
    n = keep_notes(not_read, n, PGA_SNAPSHOT_FACTS, snapshot);
    /* where secrets are looked for depends on what kind of statement it is */
    if (source->workload && !pga_workload_parse(source->catalog, source->workload, error))
        return FALSE;
    pga_progress_step(source->collect.progress, "reading statistics, sizes and extremes");
    if (!pga_collect_planner(source->connection, &source->collect, source->catalog, NULL,
                             snapshot->planner, not_read, error))
        return FALSE;
    keep_notes(not_read, n, PGA_SNAPSHOT_PLANNER, snapshot);
    return TRUE;
}

/* Sessions are of the moment, and their statements hold constants. */
static void
drop_sessions(PgaServer *server)
{
    for (guint i = 0; i < server->sessions->len; i++)
        pga_record_free(&pga_session_type, g_ptr_array_index(server->sessions, i));
    g_ptr_array_set_size(server->sessions, 0);
    server->sessions_known = FALSE;
}

/* What was read moves into @snapshot. */
static void
take(PgaSource *source, PgaSnapshot *snapshot)
{
    pga_environment_free(snapshot->environment);
    pga_catalog_free(snapshot->catalog);
    pga_objects_free(snapshot->objects);
    pga_server_free(snapshot->server);
    pga_workload_free(snapshot->workload);
    snapshot->environment = g_steal_pointer(&source->environment);
    snapshot->catalog = g_steal_pointer(&source->catalog);
    snapshot->objects = g_steal_pointer(&source->objects);
    snapshot->server = g_steal_pointer(&source->server);
    snapshot->workload = g_steal_pointer(&source->workload);
    snapshot->environment->source_kind = PGA_SOURCE_SNAPSHOT;
    snapshot->no_values = source->collect.no_values;
    drop_sessions(snapshot->server);
}

/* (transfer full) (nullable) */
static PgaSnapshot *
read_source(const PgaSnapshotRequest *request, GPtrArray *not_read, GError **error)
{
    g_auto(PgaSource) source = {0};
    g_autoptr(PgaSnapshot) snapshot = NULL;

    if (!pga_source_open(&request->from, &source, not_read, error))
        return NULL;
    if (source.environment->source_kind == PGA_SOURCE_DDL) {
        refuse_ddl(&request->from, error);
        return NULL;
    }
    if (source.snapshot) {
        snapshot = g_steal_pointer(&source.snapshot);
        keep_notes(not_read, 0, PGA_SNAPSHOT_CATALOG, snapshot);
    } else {
        snapshot = pga_snapshot_new();
        snapshot->taken_at = request->now;
        if (!read_live(&source, snapshot, not_read, error))
            return NULL;
    }
    take(&source, snapshot);
    return g_steal_pointer(&snapshot);
}

static gboolean
anonymize(const PgaSnapshotRequest *request, PgaSnapshot *snapshot, GPtrArray *kept, GError **error)
{
    PgaAnonymizeRequest how = {0};
    g_autofree char *key = NULL;
    gboolean done;

    if (request->key_file) {
        key = pga_file_read(request->key_file, MAX_KEY_BYTES, &how.key_length, error);
        if (!key)
            return FALSE;
        how.key = (const guint8 *)key;
    }
    pga_progress_step(request->from.progress, "replacing names and values");
    done = pga_anonymize(snapshot, &how, kept, error);
    if (key)
        explicit_bzero(key, how.key_length);
    return done;
}

/* Of what the source is called, before that is replaced. */
static void
describe(const PgaSnapshot *snapshot, PgaSnapshotSummary *summary)
{
    summary->source_name = g_strdup(snapshot->environment->source_name);
    summary->source_version = g_strdup(snapshot->environment->version);
    summary->n_relations = snapshot->catalog->relations->len;
    summary->n_indexes = snapshot->catalog->indexes->len;
    summary->n_statistics = snapshot->planner->columns->len;
    summary->n_statements = snapshot->workload->statements->len;
}

static gboolean
write_snapshot(const PgaSnapshotRequest *request, PgaSnapshot *snapshot,
               PgaSnapshotSummary *summary, GError **error)
{
    PgaSnapshotSize size;

    pga_progress_step(request->from.progress, "writing %s", request->output);
    if (!pga_render_snapshot(snapshot, request->output, &size, error))
        return FALSE;
    summary->bytes = size.bytes;
    return TRUE;
}

/* The original is asked before it is replaced, and not kept. */
static gboolean
write_anonymized(const PgaSnapshotRequest *request, PgaSnapshot *snapshot,
                 PgaSnapshotSummary *summary, GError **error)
{
    const PgaVerifyOptions options = {.from = &request->from, .all = request->verify_all};
    g_autoptr(PgaVerify) verify =
        request->verify ? pga_verify_begin(&options, snapshot, error) : NULL;

    summary->anonymized = TRUE;
    if ((request->verify && !verify) || !anonymize(request, snapshot, summary->kept, error))
        return FALSE;
    if (verify)
        pga_verify_take(verify, snapshot);
    if (!write_snapshot(request, snapshot, summary, error))
        return FALSE;
    if (verify)
        summary->verification = pga_verify_end(verify, request->output, error);
    return !verify || summary->verification;
}

PgaSnapshotSummary *
pga_app_snapshot(const PgaSnapshotRequest *request, GError **error)
{
    g_autoptr(PgaSnapshotSummary) summary = summary_new();
    g_autoptr(PgaSnapshot) snapshot = read_source(request, summary->not_read, error);

    if (!snapshot ||
        !pga_snapshot_add_workload(snapshot, request->workload, summary->not_read, error))
        return NULL;
    pga_snapshot_remove_secrets(snapshot);
    describe(snapshot, summary);
    if (!(request->anonymize ? write_anonymized : write_snapshot)(request, snapshot, summary,
                                                                  error))
        return NULL;
    return g_steal_pointer(&summary);
}

static void
add_notes(GString *out, const char *what_became, const GPtrArray *notes, gboolean all)
{
    const guint n = all ? notes->len : MIN(notes->len, N_NOTES);

    for (guint i = 0; i < n; i++) {
        const PgaNotChecked *note = g_ptr_array_index(notes, i);
        g_autofree char *what = pga_text_printable(note->what);
        g_autofree char *why = pga_text_printable(note->why);

        g_string_append_printf(out, "pgarchitect: %s: %s: %s\n", what_became, what, why);
    }
}

static void
add_more(GString *out, const char *what_became, const GPtrArray *notes, gboolean all)
{
    if (!all && notes->len > N_NOTES)
        g_string_append_printf(out, "pgarchitect: and %u more that %s (--verbose)\n",
                               notes->len - N_NOTES, what_became);
}

char *
pga_app_snapshot_summary(const PgaSnapshotSummary *summary, gboolean all)
{
    g_autofree char *name = pga_text_printable(summary->source_name);
    g_autofree char *bytes = pga_bytes_format_storage((gint64)summary->bytes);
    GString *out = g_string_new(NULL);

    g_string_append_printf(out,
                           "pgarchitect: %s of %s (PostgreSQL %s): %u tables, %u indexes, "
                           "statistics of %u columns, %u statements; %s\n",
                           summary->anonymized ? "anonymized snapshot" : "snapshot", name,
                           summary->source_version, summary->n_relations, summary->n_indexes,
                           summary->n_statistics, summary->n_statements, bytes);
    add_notes(out, "not read", summary->not_read, all);
    add_more(out, "could not be read", summary->not_read, all);
    add_notes(out, "anonymizing", summary->kept, all);
    add_more(out, "were left out or kept", summary->kept, all);
    return g_string_free(out, FALSE);
}

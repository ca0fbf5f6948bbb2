/* What a migration meets: the server's version, the schema before it, the sizes of its tables. */
#include "lint_internal.h"

#include <base/error.h>
#include <base/progress.h>
#include <parse/configuration.h>

/* Without a lab its text is read as the migrations are. */
static gboolean
read_as_text(PgaLintWork *work, const GError *cause, GError **error)
{
    const char *const paths[] = {work->request->from.source, NULL};
    g_autoptr(GPtrArray) files = pga_migrations_find(paths, &work->options, error);

    if (!files)
        return FALSE;
    for (guint i = files->len; i > 0; i--) {
        PgaMigrationFile *file = g_ptr_array_index(files, i - 1);

        file->context = TRUE;
        g_ptr_array_insert(work->files, 0, file);
    }
    g_free(g_ptr_array_steal(files, NULL));
    g_ptr_array_add(
        work->report->notes,
        g_strdup_printf("The schema was read as text, not by a server: %s.", cause->message));
    return TRUE;
}

static gboolean
load(PgaLintWork *work, GError **error)
{
    PgaLintReport *report = work->report;
    PgaSource *source = &work->source;

    if (!pga_source_read_objects(source, report->not_checked, error))
        return FALSE;
    report->source = g_strdup(source->environment->source_name);
    if (!report->version_stated)
        report->version = source->environment->version_num;
    work->state->version = report->version;
    pga_state_load(work->state, source->catalog, source->objects);
    return TRUE;
}

static gboolean
open_source(PgaLintWork *work, GError **error)
{
    PgaSourceRequest from = work->request->from;
    const gboolean is_ddl = pga_source_is_ddl(from.source);
    g_autoptr(GError) cause = NULL;

    from.no_values = from.no_planner = TRUE;
    from.rows = NULL; /* the state is told of them */
    if (is_ddl && work->report->version_stated)
        from.pg_version = work->report->version / 10000;
    if (pga_source_open(&from, &work->source, work->report->not_checked, &cause))
        return load(work, error);
    if (is_ddl && g_error_matches(cause, PGA_ERROR, PGA_ERROR_LAB))
        return read_as_text(work, cause, error);
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

static gboolean
read_rows(PgaLintWork *work, GError **error)
{
    const char *const *rows = work->request->from.rows;

    work->rows = g_array_new(FALSE, FALSE, sizeof(PgaStatedRows));
    g_array_set_clear_func(work->rows, (GDestroyNotify)pga_stated_rows_clear);
    for (guint i = 0; rows && rows[i]; i++)
        if (!pga_stated_rows_read(rows[i], work->rows, error))
            return FALSE;
    return TRUE;
}

void
pga_lint_work_state_rows(PgaLintWork *work)
{
    for (guint i = work->rows->len; i > 0; i--) {
        const PgaStatedRows *rows = &g_array_index(work->rows, PgaStatedRows, i - 1);

        if (pga_state_set_rows(work->state, rows->relation, rows->rows))
            g_array_remove_index(work->rows, i - 1);
    }
}

gboolean
pga_lint_work_open(PgaLintWork *work, GError **error)
{
    const PgaLintRequest *request = work->request;
    PgaLintReport *report = work->report;

    report->version = PGA_OLDEST_SUPPORTED;
    report->version_stated = request->pg_version != NULL;
    if ((request->pg_version &&
         !pga_source_version_parse(request->pg_version, &report->version, error)) ||
        !read_rows(work, error))
        return FALSE;
    work->state = pga_state_new(report->version);
    return !request->has_source || open_source(work, error);
}

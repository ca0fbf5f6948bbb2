/* What of the findings is shown, and where it stands as the user sees it. */
#include "django_steps_internal.h"

#include <model/lint_report.h>
#include <string.h>

#define MAX_LINE 1000 /* bytes of a line that are kept */

/* Leaves the findings that @wanted says; frees the others. */
static guint
leave(PgaDjangoWork *work, gboolean (*wanted)(const PgaDjangoWork *, const PgaFinding *))
{
    GPtrArray *findings = work->report->findings;
    guint kept = 0, dropped;

    for (guint i = 0; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);

        if (wanted(work, finding))
            findings->pdata[kept++] = finding;
        else
            pga_finding_free(finding);
    }
    dropped = findings->len - kept;
    while (findings->len > kept) /* those left at the end have moved or are freed */
        g_ptr_array_steal_index_fast(findings, findings->len - 1);
    return dropped;
}

static gboolean
is_of_app(const PgaDjangoWork *work, const PgaFinding *finding)
{
    return pga_django_is_judged(
        work, finding->file ? pga_django_project_file(work->project, finding->file) : NULL);
}

void
pga_django_only_judged(PgaDjangoWork *work)
{
    if (work->request->apps && work->request->apps[0])
        leave(work, is_of_app);
}

static gboolean
is_likely(const PgaDjangoWork *work G_GNUC_UNUSED, const PgaFinding *finding)
{
    return finding->confidence > PGA_CONFIDENCE_POSSIBLE;
}

void
pga_django_hide_possible(PgaDjangoWork *work)
{
    if (!work->request->all)
        work->report->n_possible = leave(work, is_likely);
}

/* (transfer full): where each line of @text begins: of const char *. */
static GPtrArray *
lines_of(const char *text)
{
    GPtrArray *lines = g_ptr_array_new();

    for (const char *at = text; at;) {
        g_ptr_array_add(lines, (gpointer)at);
        at = strchr(at, '\n');
        if (at)
            at++;
    }
    return lines;
}

/* (transfer full): what leads to the project's files: from the working folder where it lies below
 * that, so that an editor opens them; "" where it lies elsewhere, but for who needs them whole. */
static char *
way_to(PgaDjangoWork *work)
{
    g_autofree char *here = g_get_current_dir();
    g_autofree char *whole = g_canonicalize_filename(work->request->project, here);
    const gsize length = strlen(here);

    if (g_str_has_prefix(whole, here) && (!whole[length] || whole[length] == '/'))
        return g_strdup(whole[length] ? whole + length + 1 : "");
    work->report->is_elsewhere = !work->request->whole_paths;
    return work->report->is_elsewhere ? g_strdup("") : g_steal_pointer(&whole);
}

static void
keep_excerpt(const PgaDjangoWork *work, const PgaFinding *finding, const GPtrArray *lines)
{
    g_autofree char *file = g_build_filename(work->way, finding->file, NULL);
    const char *line;

    if (finding->line < 1 || finding->line > lines->len)
        return;
    line = g_ptr_array_index(lines, finding->line - 1);
    g_hash_table_insert(work->report->excerpts, pga_lint_excerpt_key(file, finding->line),
                        g_strndup(line, MIN(strcspn(line, "\r\n"), (gsize)MAX_LINE)));
}

/* Each file's lines are found once. */
static void
keep_excerpts(PgaDjangoWork *work)
{
    g_autoptr(GHashTable) lines = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL,
                                                        (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < work->report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(work->report->findings, i);
        const PgaDjangoFile *file =
            finding->file ? pga_django_project_file(work->project, finding->file) : NULL;

        if (!file || !file->text)
            continue;
        if (!g_hash_table_contains(lines, file))
            g_hash_table_insert(lines, (gpointer)file, lines_of(file->text));
        keep_excerpt(work, finding, g_hash_table_lookup(lines, file));
    }
}

static void
locate(const PgaDjangoWork *work, char **file)
{
    char *seen = *file ? g_build_filename(work->way, *file, NULL) : NULL;

    g_free(*file);
    *file = seen;
}

static void
locate_findings(const PgaDjangoWork *work, const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++)
        locate(work, &((PgaFinding *)g_ptr_array_index(findings, i))->file);
}

static void
locate_answer(const PgaDjangoWork *work)
{
    const PgaDjangoReport *report = work->report;

    for (guint i = 0; i < report->not_checked->len; i++)
        locate(work, &((PgaNotChecked *)g_ptr_array_index(report->not_checked, i))->file);
    for (guint i = 0; i < report->decisions->len; i++)
        locate(work, &((PgaDjangoDecision *)g_ptr_array_index(report->decisions, i))->file);
    for (guint i = 0; i < report->changes->len; i++)
        locate(work, &((PgaDjangoChange *)g_ptr_array_index(report->changes, i))->file);
    for (guint i = 0; i < report->plans->len; i++) {
        const PgaDjangoPlan *plan = g_ptr_array_index(report->plans, i);

        for (guint j = 0; j < plan->places->len; j++)
            locate(work, (char **)&plan->places->pdata[j]);
    }
}

static void
locate_all(PgaDjangoWork *work)
{
    locate_findings(work, work->report->findings);
    locate_findings(work, work->report->set_aside);
    locate_findings(work, work->report->baseline);
    locate_answer(work);
}

/* What is behind a link is mostly read where it stands: nothing need be missing. */
static void
tell_unread(PgaDjangoWork *work)
{
    const GPtrArray *unread = work->project->unread;
    gboolean is_missing = FALSE;

    for (guint i = 0; i < unread->len; i++) {
        const PgaDjangoUnread *from = g_ptr_array_index(unread, i);
        PgaNotChecked *entry = pga_not_checked_new(NULL, g_strdup(from->path), g_strdup(from->why));

        entry->file = g_strdup(from->path);
        entry->line = entry->column = 1;
        g_ptr_array_add(work->report->not_checked, entry);
        is_missing = is_missing || !from->is_link;
    }
    if (is_missing)
        work->report->complete = g_strdup("some files could not be read");
}

void
pga_django_finish(PgaDjangoWork *work)
{
    PgaDjangoReport *report = work->report;
    const PgaDjangoProject *project = work->project;

    report->project = g_strdup(work->request->project);
    report->django_version =
        g_strdup_printf("%u.%u", project->version / 100, project->version % 100);
    report->version_source = g_strdup(project->version_source);
    report->n_files = pga_django_count_files(project);
    report->n_queries = work->queries->len;
    report->n_lines = work->code->n_lines;
    report->n_chains = work->code->n_chains;
    report->n_incomplete = work->code->n_incomplete;
    report->configuration = g_strdup(work->configuration->path);
    tell_unread(work);
    work->way = way_to(work);
    if (work->request->excerpts)
        keep_excerpts(work);
    locate_all(work);
    report->environment = g_steal_pointer(&work->source.environment);
}

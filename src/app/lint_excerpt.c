/* The lines that findings stand on, for a page that points at them. */
#include "lint_internal.h"

#include <string.h>

#include <base/file.h>

#define MAX_BYTES (G_GINT64_CONSTANT(1) << 30)
#define MAX_LINE  1000 /* bytes of a line that are kept */

/* (transfer full) (nullable) */
static char *
text_of(const PgaMigrationFile *file)
{
    if (file->text)
        return g_strdup(file->text);
    return pga_file_read(file->path, (gsize)MAX_BYTES, NULL, NULL);
}

/* (nullable): where line @wanted begins; @at is the beginning of line @line, both move on. */
static const char *
advance(const char **at, guint *line, guint wanted)
{
    while (*at && *line < wanted) {
        *at = strchr(*at, '\n');
        if (*at)
            ++*at;
        ++*line;
    }
    return *at;
}

static void
keep(PgaLintReport *report, const PgaFinding *finding, const char *line)
{
    const gsize length = MIN(strcspn(line, "\r\n"), (gsize)MAX_LINE);
    g_autofree char *raw = g_strndup(line, length);

    g_hash_table_insert(report->excerpts, pga_lint_excerpt_key(finding->file, finding->line),
                        g_utf8_make_valid(raw, -1));
}

void
pga_lint_excerpt(PgaLintWork *work, const PgaMigrationFile *file, guint first)
{
    const GPtrArray *findings = pga_lint_findings(work->lint);
    g_autofree char *text = findings->len > first ? text_of(file) : NULL;
    const char *at = text;
    guint line = 1;

    if (at && g_str_has_prefix(at, "\xef\xbb\xbf"))
        at += 3;
    for (guint i = first; at && i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        if (finding->line < line && finding->line > 0) {
            at = text;
            line = 1;
        }
        if (advance(&at, &line, finding->line))
            keep(work->report, finding, at);
    }
}

/* Workflow commands of GitHub Actions: one line an annotation. Nothing that a database says can
 * begin a line, and so a command, of its own: line breaks are escaped. */
#include "page_internal.h"
#include "phrases_internal.h"
#include "scanning_internal.h"

#include <base/text.h>
#include <string.h>

/* GitHub shows so many annotations of each level for one step. */
#define MAX_OF_LEVEL   10
#define MAX_CHARACTERS 2000

static const char *const levels[] = {
    [PGA_SEVERITY_INFO] = "notice",
    [PGA_SEVERITY_WARNING] = "warning",
    [PGA_SEVERITY_ERROR] = "error",
};

/* Source: escapeData() and escapeProperty() of @actions/core. */
static char *
escape(const char *text, gboolean property)
{
    GString *out = g_string_new(NULL);

    for (const char *at = text; *at; at++) {
        if (*at == '%' || *at == '\r' || *at == '\n' || (property && (*at == ':' || *at == ',')))
            g_string_append_printf(out, "%%%02X", (guint)*at);
        else
            g_string_append_c(out, *at);
    }
    return g_string_free(out, FALSE);
}

/* The first property follows a blank, the others a comma. */
static void
append_property(GString *out, const char *name, const char *value)
{
    g_autofree char *escaped = escape(value, TRUE);
    const char last = out->str[out->len - 1];

    g_string_append_printf(out, "%s%s=%s", last == ' ' ? "" : ",", name, escaped);
}

static void
append_place(GString *out, const PgaFinding *finding, const PgaRenderOptions *options)
{
    g_autofree char *path = NULL, *printable = NULL;

    if (!finding->file)
        return;
    path = pga_scanning_path(options, finding->file);
    printable = pga_text_printable(path);
    append_property(out, "file", printable);
    if (finding->line) {
        g_autofree char *line = g_strdup_printf("%u", finding->line);

        append_property(out, "line", line);
    }
    if (finding->column) {
        g_autofree char *column = g_strdup_printf("%u", finding->column);

        append_property(out, "col", column);
    }
}

/* (transfer full): "public.orders.id and in 39 other schemas: evidence", the fix on a line of its
 * own. */
static char *
message(const PgaScanned *scanned, const PgaFinding *finding)
{
    const GPtrArray *members = pga_groups_members(scanned->groups, finding);
    g_autofree char *place = pga_text_printable(scanned->place ? scanned->place : "");
    g_autofree char *object = pga_text_printable(finding->object);
    g_autofree char *evidence =
        pga_phrase_clip(finding->evidence ? finding->evidence : "", MAX_CHARACTERS);
    g_autofree char *whole_fix = pga_scanning_fix(finding);
    g_autofree char *fix = pga_phrase_clip(whole_fix, MAX_CHARACTERS);
    GString *out = g_string_new(place);

    g_string_append_printf(out, "%s%s", *place ? ": " : "", object);
    if (members)
        g_string_append_printf(out, ", and in %u other schemas", members->len - 1);
    if (*evidence)
        g_string_append_printf(out, ": %s", evidence);
    if (*fix)
        g_string_append_printf(out, "\n%s: %s", finding->proof.refused ? "Sketch" : "Fix", fix);
    return g_string_free(out, FALSE);
}

static void
append_finding(GString *out, const PgaScanned *scanned, const PgaFinding *finding,
               const PgaRenderOptions *options)
{
    g_autofree char *printable = pga_text_printable(finding->title);
    g_autofree char *title = g_strdup_printf("%s (%s)", printable, finding->rule);
    g_autofree char *plain = message(scanned, finding);
    g_autofree char *escaped = escape(plain, FALSE);

    g_string_append_printf(out, "::%s ", levels[finding->severity]);
    append_place(out, finding, options);
    append_property(out, "title", title);
    g_string_append_printf(out, "::%s\n", escaped);
}

static void
append_rest(GString *out, const GPtrArray *left)
{
    g_autofree char *severities = pga_phrase_severities(left);

    g_string_append_printf(
        out,
        "::notice title=pgarchitect::%s more: GitHub shows %d of each level for a "
        "step. --format sarif or json has all.\n",
        severities, MAX_OF_LEVEL);
}

/* One notice is kept back for the line about the rest. */
static gboolean
has_room(const guint *n, guint n_shown, PgaSeverity severity)
{
    if (severity == PGA_SEVERITY_INFO && n_shown > MAX_OF_LEVEL)
        return n[severity] + 1 < MAX_OF_LEVEL;
    return n[severity] < MAX_OF_LEVEL;
}

/* The log's own line: it begins with our word, so it is no command. */
static void
append_header(GString *out, const PgaScanned *scanned)
{
    const PgaReport *report = scanned->report;
    const char *raw = scanned->place ? scanned->place : report->environment->source_name;
    g_autofree char *name = pga_phrase_clip(raw ? raw : "?", 80);
    g_autofree char *source = pga_phrase_source(report->environment);
    g_autofree char *severities = pga_phrase_severities(report->findings);

    g_string_append_printf(out, "pgarchitect %s: %s (%s): %s", report->command, name, source,
                           *severities ? severities : "nothing found");
    if (report->not_checked->len)
        g_string_append_printf(out, "; %u not checked", report->not_checked->len);
    g_string_append_c(out, '\n');
}

/* A line for each report, and for each database that gave none. */
static void
append_headers(GString *out, const PgaScan *scan)
{
    for (guint i = 0; i < scan->scanned->len; i++)
        append_header(out, &g_array_index(scan->scanned, PgaScanned, i));
    for (guint i = 0; i < scan->failures->len; i++) {
        g_autofree char *failure = pga_text_printable(g_ptr_array_index(scan->failures, i));

        g_string_append_printf(out, "pgarchitect check: %s\n", failure);
    }
}

/* (transfer container): those that stand for others of their group, and those in none. */
static GPtrArray *
shown_of(const PgaScan *scan)
{
    g_autoptr(GHashTable) first = g_hash_table_new(NULL, NULL);
    GPtrArray *shown = g_ptr_array_new();

    for (guint i = 0; i < scan->scanned->len; i++) {
        const GPtrArray *list = g_array_index(scan->scanned, PgaScanned, i).groups->shown;

        for (guint j = 0; j < list->len; j++)
            g_hash_table_add(first, g_ptr_array_index(list, j));
    }
    for (guint i = 0; i < scan->findings->len; i++)
        if (g_hash_table_contains(first, g_ptr_array_index(scan->findings, i)))
            g_ptr_array_add(shown, g_ptr_array_index(scan->findings, i));
    return shown;
}

char *
pga_render_github(const PgaScan *scan, const PgaRenderOptions *options)
{
    g_autoptr(GPtrArray) shown = shown_of(scan);
    g_autoptr(GPtrArray) left = g_ptr_array_new();
    guint n[G_N_ELEMENTS(levels)] = {0};
    GString *out = g_string_new(NULL);

    append_headers(out, scan);
    for (guint i = 0; i < shown->len; i++) {
        PgaFinding *finding = g_ptr_array_index(shown, i);

        if (!has_room(n, shown->len, finding->severity)) {
            g_ptr_array_add(left, finding);
            continue;
        }
        n[finding->severity]++;
        append_finding(out, pga_scan_of(scan, finding), finding, options);
    }
    if (left->len)
        append_rest(out, left);
    return g_string_free(out, FALSE);
}

/* The words of the pages about Django projects. */
#include "django_internal.h"
#include "phrases_internal.h"

#include <base/units.h>

static void
append_count(GString *out, guint n, const char *what)
{
    if (n)
        g_string_append_printf(out, "; %u %s", n, what);
}

/* (transfer full): "Django 4.2 (requirements.txt), PostgreSQL 14". */
static char *
versions(const PgaDjangoReport *report)
{
    return g_strdup_printf(
        "Django %s (%s), PostgreSQL %u", report->django_version ? report->django_version : "?",
        report->version_source ? report->version_source : "assumed", report->version / 10000);
}

char *
pga_django_phrase_summary(const PgaDjangoReport *report)
{
    g_autofree char *severities = pga_phrase_severities(report->findings);
    g_autofree char *models = pga_phrase_count(report->n_models, "model");
    g_autofree char *lines = pga_count_format((double)report->n_lines);
    g_autofree char *files = pga_phrase_count(report->n_files, "file");
    g_autofree char *judged_for = versions(report);
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s in %s, %u %s, %s lines of %s, for %s",
                           *severities ? severities : "Nothing found", models, report->n_queries,
                           report->n_queries == 1 ? "query" : "queries", lines, files, judged_for);
    append_count(out, report->n_possible, "possible not shown (--all)");
    append_count(out, report->set_aside->len, "set aside");
    append_count(out, report->baseline->len, "in the baseline");
    append_count(out, report->not_checked->len, "not checked");
    g_string_append_c(out, '.');
    return g_string_free(out, FALSE);
}

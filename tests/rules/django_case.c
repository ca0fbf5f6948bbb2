#include "django_case.h"

#include <string.h>

/* --- texts --- */

static void
add_file(PgaDjangoProject *project, const char *path, const char *text, gsize length)
{
    g_autofree char *package = g_path_get_dirname(path);
    g_autofree char *init = g_strconcat(package, "/__init__.py", NULL);

    if (!g_str_equal(package, ".") && !pga_django_project_file(project, init) &&
        !g_str_equal(path, init))
        pga_django_project_add(project, init, "", 0);
    pga_django_project_add(project, path, text, length);
}

/* "# shop/views.py": the path; NULL: no such line. (transfer full) */
static char *
path_of(const char *line)
{
    const gsize length = strcspn(line, "\n");
    g_autofree char *path = g_strndup(line, length);

    if (!g_str_has_prefix(path, "# ") || strchr(path + 2, ' ') || !strchr(path, '.'))
        return NULL;
    return g_strdup(path + 2);
}

static const char *
next_file(const char *text)
{
    for (const char *line = strchr(text, '\n'); line; line = strchr(line + 1, '\n')) {
        g_autofree char *path = path_of(line + 1);

        if (path)
            return line + 1;
    }
    return text + strlen(text);
}

/* The line with the path is the first of the file: lines count with it. */
static void
add_texts(PgaDjangoProject *project, const char *text)
{
    while (*text) {
        g_autofree char *path = path_of(text);
        const char *end = next_file(text);

        add_file(project, path ? path : "shop/models.py", text, (gsize)(end - text));
        text = end;
    }
}

/* "shop.Order=1000000 shop.Line=5" */
static GHashTable *
rows_of(const char *text)
{
    GHashTable *rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) words = g_strsplit(text, " ", -1);

    for (guint i = 0; words[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(words[i], "=", 2);
        double *number = g_new(double, 1);

        *number = g_ascii_strtod(parts[1], NULL);
        g_hash_table_insert(rows, g_strdup(parts[0]), number);
    }
    return rows;
}

/* --- judging --- */

static void
finding_free(gpointer data)
{
    pga_finding_free(data);
}

static void
not_checked_free(gpointer data)
{
    pga_not_checked_free(data);
}

DjangoJudged *
django_judge(const char *rule, const char *text, const char *rows)
{
    const char *const only[] = {rule, NULL};
    DjangoJudged *judged;

    if (!pga_python_is_available()) {
        g_test_skip("built without the grammar");
        return NULL;
    }
    g_assert_nonnull(pga_rule_by_id(rule));
    judged = g_new0(DjangoJudged, 1);
    judged->project = pga_django_project_new();
    add_texts(judged->project, text);
    pga_django_project_resolve(judged->project);
    judged->code = pga_django_code_read(judged->project);
    judged->queries = pga_django_queries(judged->project, judged->code);
    judged->rows = rows ? rows_of(rows) : NULL;
    judged->findings = g_ptr_array_new_with_free_func(finding_free);
    judged->not_checked = g_ptr_array_new_with_free_func(not_checked_free);
    {
        const PgaDjangoSource source = {
            .project = judged->project,
            .code = judged->code,
            .queries = judged->queries,
            .rows = judged->rows,
            .pg_version = 150000,
            .only = only,
        };

        pga_django_rules_run(&source, judged->findings, judged->not_checked);
    }
    return judged;
}

void
django_judged_free(DjangoJudged *judged)
{
    if (!judged)
        return;
    g_ptr_array_unref(judged->findings);
    g_ptr_array_unref(judged->not_checked);
    g_ptr_array_unref(judged->queries);
    pga_django_code_free(judged->code);
    pga_django_project_free(judged->project);
    g_clear_pointer(&judged->rows, g_hash_table_unref);
    g_free(judged);
}

char *
django_found(const DjangoJudged *judged)
{
    g_autoptr(GString) found = g_string_new(NULL);

    for (guint i = 0; i < judged->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(judged->findings, i);
        g_autofree char *file = g_path_get_basename(finding->file ? finding->file : "-");

        g_string_append_printf(found, "%s%s:%u", i ? " " : "", file, finding->line);
        if (finding->confidence != PGA_CONFIDENCE_CERTAIN)
            g_string_append_printf(found, ":%s", pga_confidence_name(finding->confidence));
    }
    return g_string_free(g_steal_pointer(&found), FALSE);
}

const PgaFinding *
django_first(const DjangoJudged *judged)
{
    g_assert_cmpuint(judged->findings->len, >, 0);
    return g_ptr_array_index(judged->findings, 0);
}

static char *
explain(const DjangoJudged *judged)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < judged->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(judged->findings, i);

        g_string_append_printf(text, "\n%s:%u %s: %s", finding->file, finding->line,
                               finding->object, finding->evidence);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

void
django_assert_cases(const char *rule, const DjangoCase *cases, gsize n_cases)
{
    for (gsize i = 0; i < n_cases; i++) {
        g_autoptr(DjangoJudged) judged = django_judge(rule, cases[i].text, NULL);
        g_autofree char *found = judged ? django_found(judged) : NULL;

        if (judged && !g_str_equal(found, cases[i].found)) {
            g_autofree char *why = explain(judged);

            g_test_fail_printf("%s:\n%s\nexpected: %s\nfound: %s%s", rule, cases[i].text,
                               cases[i].found, found, why);
        }
    }
}

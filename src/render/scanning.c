/* What SARIF and GitHub's commands have in common. */
#include "phrases_internal.h"
#include "scanning_internal.h"

#include <base/text.h>
#include <string.h>

char *
pga_scanning_path(const PgaRenderOptions *options, const char *file)
{
    g_autofree char *whole = NULL, *root = NULL;

    if (g_str_equal(file, "-"))
        return g_strdup("stdin");
    if (!options->folder)
        return g_strdup(file);
    whole = g_canonicalize_filename(file, options->folder);
    root = g_canonicalize_filename(options->root ? options->root : options->folder, "/");
    if (g_str_has_prefix(whole, root) && whole[strlen(root)] == '/')
        return g_strdup(whole + strlen(root) + 1);
    return g_steal_pointer(&whole);
}

/* (transfer full): words, else the beginning of the code. */
static char *
fix_without_sql(const PgaFix *fix)
{
    const char *code = fix->note || !fix->code ? "" : fix->code;
    g_autofree char *line = g_strndup(code, strcspn(code, "\n"));
    g_autofree char *note = pga_text_printable(fix->note ? fix->note : line);

    return g_strconcat(note, code[strlen(line)] ? " ..." : "", NULL);
}

char *
pga_scanning_fix(const PgaFinding *finding)
{
    const PgaFix *fix = &finding->fix;
    g_autofree char *safety = NULL;
    GString *out;

    if (!fix->sql->len)
        return fix_without_sql(fix);
    out = g_string_new(NULL);
    for (guint i = 0; i < fix->sql->len; i++) {
        g_autofree char *sql = pga_text_printable(g_ptr_array_index(fix->sql, i));

        g_string_append_printf(out, "%s ", sql);
    }
    safety = pga_phrase_safety(fix);
    g_string_append_printf(out, "(%s)", safety);
    return g_string_free(out, FALSE);
}

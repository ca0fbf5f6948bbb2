/* What --fix makes of a file: statements replaced by their safe way, everything else as it stands.
 * Only what can be run at one go is written; ways with deployments between their steps are
 * proposed. */
#include "lint_internal.h"

#include <string.h>

#include <base/error.h>
#include <base/file.h>

#define MAX_BYTES (1u << 30)

struct PgaLintFixer {
    PgaLintWork *work;
    const PgaMigrationFile *file;
    PgaLintFix *fix;
    GString *out;
    gsize taken;      /* bytes of fix->before that are in @out */
    gboolean opt_out; /* a statement needs to be outside the tool's transaction */
    char *mark;       /* (nullable): the tool's word for that; NULL: there is none for this file */
    gsize mark_at;    /* byte of fix->before where it is put */
};

/* (nullable): behind the line that is @line and nothing else. */
static const char *
end_of_line(const char *text, const char *line)
{
    const gsize length = strlen(line);

    for (const char *at = strstr(text, line); at; at = strstr(at + 1, line))
        if ((at == text || at[-1] == '\n') && strchr("\r\n", at[length]))
            return at + length;
    return NULL;
}

/* The tool's word is a line of its own at the file's beginning, or the last word of a line that is
 * there: "-- migrate:up transaction:false". */
static void
find_mark(PgaLintFixer *fixer)
{
    const char *word = fixer->file->tool ? fixer->file->tool->opt_out : NULL;
    const char *last = word && g_str_has_prefix(word, "--") ? strrchr(word, ' ') : NULL;
    g_autofree char *line = last ? g_strndup(word, (gsize)(last - word)) : NULL;
    const char *end = line ? end_of_line(fixer->fix->before, line) : NULL;

    if (!last || strstr(word, "AUTHOR"))
        return;
    if (end) {
        fixer->mark = g_strdup(last);
        fixer->mark_at = (gsize)(end - fixer->fix->before);
    } else if (!strstr(word, "migrate:up") && !strstr(word, "migrate Up")) {
        fixer->mark = g_strconcat(word, "\n", NULL);
    }
}

PgaLintFixer *
pga_lint_fixer_new(PgaLintWork *work, const PgaMigrationFile *file)
{
    g_autofree char *text =
        file->text ? g_strdup(file->text) : pga_file_read(file->path, MAX_BYTES, NULL, NULL);
    PgaLintFixer *fixer;

    if (!text)
        return NULL;
    fixer = g_new0(PgaLintFixer, 1);
    fixer->work = work;
    fixer->file = file;
    fixer->fix = pga_lint_fix_new(file->path);
    fixer->fix->before = g_steal_pointer(&text);
    fixer->out = g_string_new(NULL);
    find_mark(fixer);
    return fixer;
}

static void
decline(PgaLintFixer *fixer, const PgaStep *step, const char *why)
{
    g_ptr_array_add(fixer->work->report->notes,
                    g_strdup_printf("%s:%u is not rewritten: %s.", step->file, step->line, why));
}

/* What is behind the statement belongs to it. */
static gsize
end_of(const char *text, gsize end)
{
    const gsize blanks = strspn(text + end, " \t\r\n");

    return text[end + blanks] == ';' ? end + blanks + 1 : end;
}

/* The step's text stands in the file as it was read: neither in another encoding nor in Python. */
static gboolean
is_verbatim(const PgaLintFixer *fixer, const PgaStep *step)
{
    const gsize length = strlen(fixer->fix->before);

    return step->offset >= fixer->taken && step->offset <= length &&
           step->length <= length - step->offset && g_str_equal(step->file, fixer->fix->file) &&
           !g_str_has_suffix(step->file, ".py") &&
           memcmp(fixer->fix->before + step->offset, step->text, step->length) == 0;
}

/* (nullable): why the recipe cannot stand in the statement's place. */
static const char *
hindrance(const PgaLintFixer *fixer, const PgaStep *step, const PgaRecipe *recipe, gboolean *alone)
{
    for (guint i = 0; i < recipe->steps->len; i++) {
        const PgaFixStep *part = g_ptr_array_index(recipe->steps, i);

        if (part->deploy || recipe->several_deployments)
            return "the safe way has deployments between its steps";
        if (part->sql->len == 0)
            return "a step of the safe way is a person's";
        *alone |= part->alone || recipe->steps->len > 1; /* each step commits */
    }
    if (!is_verbatim(fixer, step))
        return "its text does not stand in the file as it is run";
    if (*alone && step->in_block && !(fixer->mark && step->in_tools_block))
        return "the safe way runs outside a transaction block";
    return NULL;
}

/* What holds for a transaction alone needs one. */
static gboolean
needs_block(const PgaFixStep *part)
{
    return !part->alone && part->sql->len > 1 &&
           g_ascii_strncasecmp(g_ptr_array_index(part->sql, 0), "SET LOCAL ", 10) == 0;
}

static void
append_recipe(GString *out, const PgaRecipe *recipe, gboolean in_block)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    g_autofree char *text = NULL;

    for (guint i = 0; i < recipe->steps->len; i++) {
        const PgaFixStep *part = g_ptr_array_index(recipe->steps, i);
        const gboolean block = !in_block && needs_block(part);

        if (block)
            g_ptr_array_add(lines, (gpointer) "BEGIN;");
        g_ptr_array_extend(lines, part->sql, NULL, NULL);
        if (block)
            g_ptr_array_add(lines, (gpointer) "COMMIT;");
    }
    g_ptr_array_add(lines, NULL);
    text = g_strjoinv("\n", (char **)lines->pdata);
    g_string_append(out, text);
}

static void
replace(PgaLintFixer *fixer, const PgaStep *step, const PgaRecipe *recipe, gboolean in_block)
{
    const char *before = fixer->fix->before;
    PgaLintEdit edit = {.before = step->offset,
                        .before_end = end_of(before, step->offset + step->length)};

    g_string_append_len(fixer->out, before + fixer->taken, (gssize)(edit.before - fixer->taken));
    edit.after = fixer->out->len;
    append_recipe(fixer->out, recipe, in_block);
    edit.after_end = fixer->out->len;
    fixer->taken = edit.before_end;
    g_array_append_val(fixer->fix->edits, edit);
}

void
pga_lint_fixer_step(PgaLintFixer *fixer, const PgaStep *step)
{
    g_autoptr(PgaRecipe) recipe = NULL;
    gboolean alone = FALSE;
    const char *why;

    if (!step->tree || step->depth > 0 || !step->executed || (step->ignored && step->ignored[0]))
        return;
    recipe = pga_recipe_for_step(fixer->work->state, step, &fixer->work->recipes);
    if (!recipe || recipe->steps->len == 0)
        return;
    why = hindrance(fixer, step, recipe, &alone);
    if (why) {
        decline(fixer, step, why);
        return;
    }
    fixer->opt_out |= alone && step->in_block;
    replace(fixer, step, recipe, step->in_block && !alone);
}

/* The tool's own word that the file is run without a transaction; it stands before the edits. */
static void
insert_mark(PgaLintFixer *fixer)
{
    const gsize length = strlen(fixer->mark);
    const PgaLintEdit edit = {fixer->mark_at, fixer->mark_at, fixer->mark_at,
                              fixer->mark_at + length};

    for (guint i = 0; i < fixer->fix->edits->len; i++) {
        PgaLintEdit *other = &g_array_index(fixer->fix->edits, PgaLintEdit, i);

        other->after += length;
        other->after_end += length;
    }
    g_array_prepend_val(fixer->fix->edits, edit);
    g_string_insert(fixer->out, (gssize)fixer->mark_at, fixer->mark);
}

void
pga_lint_fixer_finish(PgaLintFixer *fixer)
{
    if (!fixer)
        return;
    if (fixer->fix->edits->len > 0) {
        g_string_append(fixer->out, fixer->fix->before + fixer->taken);
        if (fixer->opt_out)
            insert_mark(fixer);
        fixer->fix->after = g_strdup(fixer->out->str);
        g_ptr_array_add(fixer->work->report->fixes, fixer->fix);
    } else {
        pga_lint_fix_free(fixer->fix);
    }
    g_string_free(fixer->out, TRUE);
    g_free(fixer->mark);
    g_free(fixer);
}

/* (transfer full): below @folder as below the working folder; of elsewhere just the name. */
static char *
target(const char *folder, const char *file)
{
    g_autofree char *here = g_get_current_dir();
    g_autofree char *whole = g_canonicalize_filename(file, here);
    g_autofree char *name = g_path_get_basename(whole);

    if (!folder)
        return g_strdup(file);
    if (g_str_equal(file, "-"))
        return g_build_filename(folder, "stdin.sql", NULL);
    if (g_str_has_prefix(whole, here) && whole[strlen(here)] == '/')
        return g_build_filename(folder, whole + strlen(here) + 1, NULL);
    return g_build_filename(folder, name, NULL);
}

static gboolean
write_fix(const PgaLintFix *fix, const char *folder, GError **error)
{
    g_autofree char *path = target(folder, fix->file);
    g_autofree char *above = g_path_get_dirname(path);

    if (!folder && g_str_equal(fix->file, "-")) {
        pga_error_set(error, PGA_ERROR_INPUT, "standard input cannot be rewritten in place");
        pga_error_hint(error, "--fix-to DIR writes it to DIR/stdin.sql, --dry-run shows the "
                              "difference.");
        return FALSE;
    }
    if (folder && g_mkdir_with_parents(above, 0777) != 0) {
        pga_error_set(error, PGA_ERROR_INPUT, "the folder %s could not be made", above);
        return FALSE;
    }
    return pga_file_write(path, fix->after, strlen(fix->after), error);
}

gboolean
pga_app_lint_write(const PgaLintReport *report, const char *folder, GError **error)
{
    for (guint i = 0; i < report->fixes->len; i++)
        if (!write_fix(g_ptr_array_index(report->fixes, i), folder, error))
            return FALSE;
    return TRUE;
}

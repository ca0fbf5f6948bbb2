#include "scripts.h"

static void
append_word(GString *out, gboolean wanted, const char *word)
{
    if (wanted)
        g_string_append_printf(out, " [%s]", word);
}

static void
append_step(GString *out, const PgaStep *step)
{
    static const char *const kinds[] = {"sql", "rows", "meta", "opaque"};

    g_string_append_printf(out, "%u:%u %s %u%s %.*s", step->line, step->column, kinds[step->kind],
                           step->transaction, step->in_block ? "*" : "", (int)step->length,
                           step->text);
    append_word(out, !step->tree && !step->error && step->kind == PGA_STEP_SQL, "no tree");
    append_word(out, step->tree && step->error, "tree and error");
    append_word(out, step->depth > 0, "inner");
    append_word(out, !step->executed, "not executed");
    append_word(out, step->conditional, "conditional");
    if (step->newer)
        g_string_append_printf(out, " [newer %x]", step->newer);
    if (step->error)
        g_string_append_printf(out, " [%u:%u %s]", step->error_line, step->error_column,
                               step->error);
    append_word(out, step->hint != NULL, step->hint);
    for (guint i = 0; step->ignored && step->ignored[i]; i++)
        g_string_append_printf(out, " [-%s]", step->ignored[i]);
    g_string_append_c(out, '\n');
}

char *
script_file_steps(const PgaMigrationFile *file, const PgaMigrationOptions *options)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaMigrationReader) reader = pga_migration_reader_new(file, options, &error);
    GString *out = g_string_new(NULL);
    const PgaStep *step;

    while (reader && pga_migration_reader_next(reader, &step, &error))
        append_step(out, step);
    if (error)
        g_string_append_printf(out, "error: %s\n", error->message);
    return g_string_free(out, FALSE);
}

char *
script_steps(const char *tool, const char *text)
{
    const PgaMigrationOptions options = {0};
    PgaMigrationFile file = {.path = (char *)"m.sql", .text = (char *)text};

    file.tool = pga_migration_tool(tool);
    g_assert_nonnull(file.tool);
    return script_file_steps(&file, &options);
}

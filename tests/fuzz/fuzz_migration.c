/* Any bytes as a migration: read to its end, whatever is in it; what steps tell lies in the file.
 * The first byte chooses the tool, and whether the down section is read. */
#include <migration/script.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static const PgaMigrationTool *
choose_tool(guint8 byte)
{
    guint n = 0;

    while (pga_migration_tool_at(n))
        n++;
    return pga_migration_tool_at(byte % n);
}

static void
check_step(const PgaStep *step, guint last_number)
{
    guint line, column;

    g_assert_cmpuint(step->number, >=, last_number);
    g_assert_cmpuint(step->line, >, 0);
    g_assert_cmpuint(step->column, >, 0);
    g_assert_cmpuint(step->transaction + (step->kind == PGA_STEP_META), >, 0);
    g_assert_true(!step->tree || !step->error);
    g_assert_true(step->tree || step->error || step->kind == PGA_STEP_META);
    g_assert_true(!step->error || step->error_line >= step->line);
    pga_step_position(step, step->length, &line, &column);
    g_assert_cmpuint(line, >=, step->line);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    const PgaMigrationOptions options = {0};
    PgaMigrationFile file = {.path = (char *)"m.sql"};
    g_autofree char *text = NULL;
    g_autoptr(PgaMigrationReader) reader = NULL;
    g_autoptr(GError) error = NULL;
    const PgaStep *step;
    guint number = 0;

    if (size == 0)
        return 0;
    text = g_strndup((const char *)data + 1, size - 1);
    file.text = text;
    file.tool = choose_tool(data[0] & 0x7f);
    file.down = (data[0] & 0x80) != 0;
    reader = pga_migration_reader_new(&file, &options, &error);
    g_assert_true((reader == NULL) == (error != NULL));
    while (reader && pga_migration_reader_next(reader, &step, &error)) {
        check_step(step, number);
        number = step->number;
    }
    g_assert_true(!reader || !error);
    return 0;
}

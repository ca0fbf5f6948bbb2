/* Any bytes as an SQL script: refused with an error, or cut into statements that lie in the text
 * and, read alone, are one statement each. */
#include <parse/script.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
check_alone(const PgaStatement *statement)
{
    g_autoptr(PgaScript) alone =
        pga_script_parse(statement->text, statement->length, "alone", NULL);

    if (!alone || g_str_has_prefix(statement->text, "\xef\xbb\xbf"))
        return;
    g_assert_cmpuint(alone->statements->len, ==, 1);
    g_assert_cmpuint(g_array_index(alone->statements, PgaStatement, 0).length, ==,
                     statement->length);
}

static void
check_statement(const PgaScript *script, const PgaStatement *statement)
{
    guint line, column;

    g_assert_cmpuint(statement->length, >, 0);
    g_assert_true(statement->text >= script->owned_text);
    g_assert_true(g_utf8_validate_len(statement->text, statement->length, NULL));
    g_assert_cmpuint(statement->line, >, 0);
    g_assert_cmpuint(statement->column, >, 0);
    pga_statement_position(statement, (guint)statement->length + 1, &line, &column);
    g_assert_cmpuint(line, >=, statement->line);
    if (statement->kind == PGA_STATEMENT_SQL)
        check_alone(statement);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaScript) script = pga_script_parse((const char *)data, size, "fuzz", &error);
    const char *behind = NULL;

    g_assert_true((script == NULL) == (error != NULL));
    for (guint i = 0; script && i < script->statements->len; i++) {
        const PgaStatement *statement = &g_array_index(script->statements, PgaStatement, i);

        check_statement(script, statement);
        g_assert_true(statement->text >= behind);
        behind = statement->text + statement->length;
    }
    g_assert_true(!script || behind <= script->owned_text + size);
    return 0;
}

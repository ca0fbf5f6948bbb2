#include "scripts.h"

#include <string.h>

/* Each is refused by the parser as it stands, and read with these flags. */
static const struct {
    const char *name, *text;
    guint newer;
} cases[] = {
    {"check-not-enforced", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED",
     PGA_NEWER_NOT_ENFORCED},
    {"foreign-key-not-enforced", "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r (a) NOT ENFORCED",
     PGA_NEWER_NOT_ENFORCED},
    {"enforced", "ALTER TABLE t ADD CHECK (a > 0) ENFORCED", PGA_NEWER_OTHER},
    {"alter-not-enforced", "ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED",
     PGA_NEWER_ALTER_NOT_ENFORCED},
    {"alter-enforced", "ALTER TABLE t ALTER CONSTRAINT c ENFORCED", PGA_NEWER_ALTER_ENFORCED},
    {"alter-no-inherit", "ALTER TABLE t ALTER CONSTRAINT c NO INHERIT", PGA_NEWER_ALTER_INHERIT},
    {"alter-inherit", "ALTER TABLE t ALTER CONSTRAINT c INHERIT", PGA_NEWER_ALTER_INHERIT},
    {"virtual", "CREATE TABLE t (a int GENERATED ALWAYS AS (b + 1) VIRTUAL)", PGA_NEWER_VIRTUAL},
    {"virtual-unsaid", "CREATE TABLE t (a int GENERATED ALWAYS AS (b + 1), c int)",
     PGA_NEWER_VIRTUAL},
    {"set-expression", "ALTER TABLE t ALTER COLUMN a SET EXPRESSION AS (b + 1)",
     PGA_NEWER_SET_EXPRESSION},
    {"named-not-null", "ALTER TABLE t ADD CONSTRAINT n NOT NULL \"a b\"", PGA_NEWER_NAMED_NOT_NULL},
    {"named-not-null-not-valid", "ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID",
     PGA_NEWER_NAMED_NOT_NULL | PGA_NEWER_NOT_NULL_NOT_VALID},
    {"unnamed-not-null", "ALTER TABLE t ADD NOT NULL a", PGA_NEWER_NAMED_NOT_NULL},
    {"not-null-of-a-table", "CREATE TABLE t (a int, CONSTRAINT n NOT NULL a)",
     PGA_NEWER_NAMED_NOT_NULL},
    {"not-null-no-inherit", "CREATE TABLE t (a int NOT NULL NO INHERIT)", PGA_NEWER_OTHER},
    {"without-overlaps", "CREATE TABLE t (PRIMARY KEY (a, b WITHOUT OVERLAPS))",
     PGA_NEWER_WITHOUT_OVERLAPS},
    {"period", "ALTER TABLE t ADD FOREIGN KEY (a, PERIOD b) REFERENCES r (a, PERIOD b)",
     PGA_NEWER_PERIOD},
    {"merge-returning", "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE RETURNING t.*",
     PGA_NEWER_MERGE_RETURNING},
    {"merge-by-source", "MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED BY SOURCE THEN DELETE",
     PGA_NEWER_OTHER},
    {"returning-old", "UPDATE t SET a = 1 RETURNING WITH (OLD AS o) o.a", PGA_NEWER_OTHER},
    {"grant-inherit", "GRANT a TO b WITH INHERIT TRUE, SET FALSE", PGA_NEWER_OTHER},
    {"storage", "CREATE TABLE t (storage text, a text STORAGE EXTERNAL)", PGA_NEWER_OTHER},
    {"access-method-default", "ALTER TABLE t SET ACCESS METHOD DEFAULT", PGA_NEWER_OTHER},
    {"statistics-default", "ALTER TABLE t ALTER a SET STATISTICS DEFAULT", PGA_NEWER_OTHER},
    {"vacuum-only", "VACUUM ONLY t", PGA_NEWER_OTHER},
    {"is-json", "SELECT a IS NOT JSON OBJECT", PGA_NEWER_OTHER},
    {"json-table", "SELECT * FROM JSON_TABLE(a, '$' COLUMNS (b int PATH '$.b')) j",
     PGA_NEWER_OTHER},
    {"numbers", "SELECT 1_000, 0xFF", PGA_NEWER_OTHER},
    {"domain-not-null", "ALTER DOMAIN d ADD CONSTRAINT n NOT NULL", PGA_NEWER_OTHER},
};

static PgaMigrationReader *
open_text(const char *text)
{
    const PgaMigrationOptions options = {0};
    const PgaMigrationFile file = {.path = (char *)"m.sql", .text = (char *)text};

    return pga_migration_reader_new(&file, &options, NULL);
}

static void
test_case(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(PgaMigrationReader) reader = open_text(cases[i].text);
    const PgaStep *step;

    g_assert_true(pga_migration_reader_next(reader, &step, NULL));
    g_assert_cmpstr(step->error, ==, NULL);
    g_assert_nonnull(step->tree);
    g_assert_cmphex(step->newer, ==, cases[i].newer);
    g_assert_cmpuint(step->length, ==, strlen(cases[i].text));
}

/* As the newer parser has it: keys name the column. */
static void
test_not_null(void)
{
    g_autoptr(PgaMigrationReader) reader =
        open_text("ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID");
    const PgQuery__Constraint *constraint;
    const PgaStep *step;

    g_assert_true(pga_migration_reader_next(reader, &step, NULL));
    constraint = step->tree->alter_table_stmt->cmds[0]->alter_table_cmd->def->constraint;
    g_assert_cmpint(constraint->contype, ==, PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL);
    g_assert_cmpstr(constraint->conname, ==, "n");
    g_assert_cmpuint(constraint->n_keys, ==, 1);
    g_assert_cmpstr(constraint->keys[0]->string->sval, ==, "a");
    g_assert_true(constraint->skip_validation);
    g_assert_null(constraint->raw_expr);
}

/* Words put in move nothing that the tree points to. */
static void
test_places(void)
{
    static const char text[] = "CREATE TABLE t (a int GENERATED ALWAYS AS (1),"
                               " b int GENERATED ALWAYS AS (2), wanted int)";
    g_autoptr(PgaMigrationReader) reader = open_text(text);
    const PgQuery__CreateStmt *create;
    const PgaStep *step;

    g_assert_true(pga_migration_reader_next(reader, &step, NULL));
    create = step->tree->create_stmt;
    g_assert_cmpint(create->table_elts[2]->column_def->location, ==, strstr(text, "wanted") - text);
    g_assert_cmpint(create->table_elts[1]->column_def->location, ==, strstr(text, "b int") - text);
}

/* What is wrong anyway is told where it is, in the words of the first try. */
static void
test_mistake(void)
{
    g_autoptr(PgaMigrationReader) reader =
        open_text("ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED, ADD");
    const PgaStep *step;

    g_assert_true(pga_migration_reader_next(reader, &step, NULL));
    g_assert_cmpstr(step->error, ==, "syntax error at or near \"ENFORCED\"");
    g_assert_cmpuint(step->error_column, ==, 37);
    g_assert_cmphex(step->newer, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/migration/newer/", cases[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_case);
    }
    g_test_add_func("/migration/newer/not-null-has-its-key", test_not_null);
    g_test_add_func("/migration/newer/places-stay", test_places);
    g_test_add_func("/migration/newer/a-mistake-stays-one", test_mistake);
    return g_test_run();
}

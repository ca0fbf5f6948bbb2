#include "scripts.h"

#include <base/directory.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/** Files, and what is found: "tool version path", "-" before what undoes, "*" before what is run
 * again. */
typedef struct {
    const char *name;
    const char *files[9]; /* path=text */
    const char *found;
} Case;

static const Case cases[] = {
    {"plain-in-number-order",
     {"10_c.sql=SELECT 1", "9_b.sql=SELECT 1", "1_a.sql=SELECT 1", "notes.txt=x"},
     "psql 1 1_a.sql\npsql 9 9_b.sql\npsql 10 10_c.sql\n"},
    {"folders-in-order",
     {"b/1.sql=SELECT 1", "a/2.sql=SELECT 1"},
     "psql 2 a/2.sql\npsql 1 b/1.sql\n"},
    {"plain-that-undoes",
     {"1_a.sql=SELECT 1", "1_a.down.sql=SELECT 1"},
     "psql 1 1_a.sql\n-golang-migrate 1 1_a.down.sql\n"},
    {"flyway",
     {"V2__b.sql=SELECT 1", "V10__c.sql=SELECT 1", "V1.1__a.sql=SELECT 1", "U2__b.sql=SELECT 1",
      "R__v.sql=SELECT 1"},
     "flyway 1.1 V1.1__a.sql\nflyway 2 V2__b.sql\n-flyway 2 U2__b.sql\nflyway 10 V10__c.sql\n"
     "*flyway ? R__v.sql\n"},
    {"flyway-told-otherwise",
     {"V1__a.sql=SELECT 1", "V1__a.sql.conf=executeInTransaction = FALSE\n"},
     "flyway 1 V1__a.sql outside\n"},
    {"golang-migrate",
     {"2_b.up.sql=SELECT 1", "2_b.down.sql=SELECT 1", "1_a.up.sql=SELECT 1"},
     "golang-migrate 1 1_a.up.sql\ngolang-migrate 2 2_b.up.sql\n-golang-migrate 2 2_b.down.sql\n"},
    {"diesel",
     {"2024-01-02-000000_b/up.sql=SELECT 1", "2024-01-02-000000_b/down.sql=SELECT 1",
      "2024-01-02-000000_b/metadata.toml=run_in_transaction = false"},
     "diesel 2024-01-02-000000 2024-01-02-000000_b/up.sql outside\n"
     "-diesel 2024-01-02-000000 2024-01-02-000000_b/down.sql outside\n"},
    {"prisma",
     {"migrations/20240101000000_a/migration.sql=SELECT 1"},
     "prisma 20240101000000 migrations/20240101000000_a/migration.sql\n"},
    {"supabase",
     {"supabase/migrations/20240101_a.sql=SELECT 1"},
     "supabase 20240101 supabase/migrations/20240101_a.sql\n"},
    {"rails", {"db/structure.sql=SELECT 1"}, "rails ? db/structure.sql\n"},
    {"atlas",
     {"20240101000000.sql=SELECT 1", "atlas.sum=h1:x"},
     "atlas 20240101000000 20240101000000.sql\n"},
    {"drizzle",
     {"0000_a.sql=SELECT 1;\n--> statement-breakpoint\nSELECT 2;"},
     "drizzle 0000 0000_a.sql\n"},
    {"dbmate-both-ways",
     {"1_a.sql=-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;",
      "2_b.sql=-- migrate:up\nSELECT 1;"},
     "dbmate 1 1_a.sql\n-dbmate 1 1_a.sql\ndbmate 2 2_b.sql\n"},
    {"sqitch-by-plan",
     {"sqitch.plan=%syntax-version=1.0.0\n\nz 2024 a\na [z] 2024 b\n@v1 2024 c\nz [z@v1] 2024",
      "deploy/a.sql=SELECT 1", "deploy/z.sql=SELECT 1", "deploy/z@v1.sql=SELECT 1",
      "revert/a.sql=SELECT 1"},
     "sqitch 1 deploy/z@v1.sql\nsqitch 2 deploy/a.sql\n-sqitch 2 revert/a.sql\n"
     "sqitch 4 deploy/z.sql\n"},
    {"hidden-is-left-out",
     {"a.sql=SELECT 1", ".git/b.sql=SELECT 1", "node_modules/c.sql=SELECT 1"},
     "psql ? a.sql\n"},
};

static char *
make_folder(const char *const *files)
{
    char *folder = g_dir_make_tmp("pga-migrations-XXXXXX", NULL);

    for (guint i = 0; files[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(files[i], "=", 2);
        g_autofree char *path = g_build_filename(folder, parts[0], NULL);
        g_autofree char *parent = g_path_get_dirname(path);

        g_mkdir_with_parents(parent, 0700);
        g_assert_true(g_file_set_contents(path, parts[1], -1, NULL));
    }
    return folder;
}

static char *
describe(const GPtrArray *files, const char *folder)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < files->len; i++) {
        const PgaMigrationFile *file = g_ptr_array_index(files, i);

        g_string_append_printf(out, "%s%s %s %s%s\n",
                               file->down         ? "-"
                               : file->repeatable ? "*"
                                                  : "",
                               file->tool->name, file->version ? file->version : "?",
                               file->path + strlen(folder) + 1, file->outside ? " outside" : "");
    }
    return g_string_free(out, FALSE);
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autofree char *folder = make_folder(c->files), *found = NULL;
    const char *const paths[] = {folder, NULL};
    const PgaMigrationOptions options = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) files = pga_migrations_find(paths, &options, &error);

    g_assert_no_error(error);
    found = describe(files, folder);
    g_assert_cmpstr(found, ==, c->found);
    pga_directory_remove_tree(folder, NULL);
}

static char *
read_first(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    const char *const paths[] = {path, NULL};
    const PgaMigrationOptions options = {0};
    g_autoptr(GPtrArray) files = pga_migrations_find(paths, &options, NULL);

    return script_file_steps(g_ptr_array_index(files, 0), &options);
}

/* Inside the folder they are followed, from there the including file goes on; not outside. */
static void
test_includes(void)
{
    static const char *const files[] = {"m/a.sql=\\ir s/b.sql\nSELECT 2;\n\\i ../o.sql\n\\ir a.sql",
                                        "m/s/b.sql=SELECT 1;\n\\ir c.sql", "m/s/c.sql=SELECT 3;",
                                        "o.sql=SELECT 4;", NULL};
    g_autofree char *folder = make_folder(files);
    g_autofree char *steps = read_first(folder, "m/a.sql");

    g_assert_true(g_str_has_prefix(
        steps, "1:1 sql 1 SELECT 1\n1:1 sql 2 SELECT 3\n2:1 sql 3 SELECT 2\n3:1 opaque 3 \\i "
               "../o.sql [3:1 \"../o.sql\" is outside of the migrations' folder, and not read]"));
    g_assert_nonnull(strstr(steps, "\"a.sql\" nests too deep"));
    pga_directory_remove_tree(folder, NULL);
}

static void
test_links(void)
{
    static const char *const files[] = {"m/a.sql=SELECT 1;", "o.sql=SELECT 4;", NULL};
    g_autofree char *folder = make_folder(files), *inner = g_build_filename(folder, "m", NULL);
    g_autofree char *link = g_build_filename(inner, "b.sql", NULL);
    g_autofree char *loop = g_build_filename(inner, "loop", NULL);
    const char *const paths[] = {inner, NULL};
    const PgaMigrationOptions options = {0};
    g_autoptr(GPtrArray) found = NULL;

    g_assert_cmpint(symlink("../o.sql", link), ==, 0);
    g_assert_cmpint(symlink("..", loop), ==, 0);
    found = pga_migrations_find(paths, &options, NULL);
    g_assert_cmpuint(found->len, ==, 1);
    pga_directory_remove_tree(folder, NULL);
}

static void
test_encodings(void)
{
    static const char utf16[] = "\xff\xfeS\0E\0L\0E\0C\0T\0 \0'\0\xe9\0'\0";
    g_autofree char *folder = g_dir_make_tmp("pga-migrations-XXXXXX", NULL), *steps = NULL;
    g_autofree char *path = g_build_filename(folder, "a.sql", NULL), *latin = NULL;
    PgaMigrationOptions options = {0};
    const PgaMigrationFile file = {.path = path};

    g_file_set_contents(path, utf16, sizeof utf16 - 1, NULL);
    steps = script_file_steps(&file, &options);
    g_assert_cmpstr(steps, ==, "1:1 sql 1 SELECT 'é'\n");
    g_file_set_contents(path, "SELECT '\xe9'", -1, NULL);
    options.encoding = "ISO-8859-1";
    latin = script_file_steps(&file, &options);
    g_assert_cmpstr(latin, ==, "1:1 sql 1 SELECT 'é'\n");
    pga_directory_remove_tree(folder, NULL);
}

static void
test_refusals(void)
{
    g_autofree char *folder = g_dir_make_tmp("pga-migrations-XXXXXX", NULL), *steps = NULL;
    g_autofree char *path = g_build_filename(folder, "a.dump", NULL);
    const char *const empty[] = {folder, NULL}, *const missing[] = {path, NULL};
    const PgaMigrationOptions options = {0}, unknown = {.tool = "hammer"};
    const PgaMigrationFile file = {.path = path};
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_migrations_find(empty, &options, &error));
    g_assert_cmpstr(error->message, ==, "there is no migration");
    g_clear_error(&error);
    g_assert_null(pga_migrations_find(missing, &options, &error));
    g_assert_true(g_str_has_prefix(error->message, "there is no \""));
    g_clear_error(&error);
    g_file_set_contents(path, "PGDMP\1\2", -1, NULL);
    g_assert_null(pga_migrations_find(missing, &unknown, &error));
    g_assert_cmpstr(error->message, ==, "migration tool \"hammer\" is not known");
    steps = script_file_steps(&file, &options);
    g_assert_true(g_str_has_suffix(steps, "is not SQL text\n"));
    pga_directory_remove_tree(folder, NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/migration/find/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/migration/find/includes-stay-inside", test_includes);
    g_test_add_func("/migration/find/links-stay-inside", test_links);
    g_test_add_func("/migration/find/encodings", test_encodings);
    g_test_add_func("/migration/find/refusals", test_refusals);
    return g_test_run();
}

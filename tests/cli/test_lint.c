/* lint from outside: files, mistakes, exit statuses, what is set aside, ranges of git. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "program.h"

#define CREATE_INDEX "CREATE INDEX i ON orders (a);\n"

/** A folder of files, the working folder of what is run. */
typedef struct {
    char *path, *before;
} Folder;

static void
put(const Folder *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder->path, name, NULL);
    g_autofree char *above = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(above, 0755), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static char *
get(const Folder *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder->path, name, NULL);
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void
run_in(const Folder *folder, const char *const *argv)
{
    int status = 0;

    g_assert_true(
        g_spawn_sync(folder->path, (char **)argv, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, NULL, NULL, &status, NULL));
    g_assert_true(g_spawn_check_wait_status(status, NULL));
}

static void
set_up(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    folder->path = g_dir_make_tmp("pgarchitect-lint-XXXXXX", NULL);
    folder->before = g_get_current_dir();
    g_assert_cmpint(chdir(folder->path), ==, 0);
    put(folder, "pgarchitect.yaml",
        "rules:\n  missing-lock-timeout: off\n  missing-statement-timeout: off\n"
        "  missing-session-guards: off\n  safe-but-locks-briefly: off\n");
    put(folder, "bad.sql", "SELECT 1;\n" CREATE_INDEX);
    put(folder, "good.sql", "SELECT 1;\n");
}

static void
tear_down(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    const char *const argv[] = {"rm", "-rf", folder->path, NULL};

    g_assert_cmpint(chdir(folder->before), ==, 0);
    run_in(&(Folder){.path = (char *)"/"}, argv);
    g_free(folder->path);
    g_free(folder->before);
}

static PgaProgramRun *
lint(const char *const *arguments)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    g_ptr_array_add(all, (gpointer) "lint");
    for (guint i = 0; arguments[i]; i++)
        g_ptr_array_add(all, (gpointer)arguments[i]);
    g_ptr_array_add(all, NULL);
    return pga_program_run((const char *const *)all->pdata, NULL);
}
#define LINT(...) lint((const char *const[]){__VA_ARGS__, NULL})

/** What is refused, and what is said of it. */
typedef struct {
    const char *name;
    const char *arguments[6];
    const char *says;
} Mistake;

static const Mistake mistakes[] = {
    {"no-file", {"-q"}, "no migration was given"},
    {"file-not-there", {"nowhere.sql"}, "nowhere.sql"},
    {"version-of-nothing", {"bad.sql", "--pg-version", "x"}, "no version of PostgreSQL"},
    {"too-long-a-version", {"bad.sql", "--pg-version", "14.3.1"}, "no version of PostgreSQL"},
    {"old-version", {"bad.sql", "--pg-version", "9.6"}, "no version of PostgreSQL"},
    {"unknown-format", {"bad.sql", "--format", "yaml"}, "sarif"},
    {"unknown-severity", {"bad.sql", "--fail-on", "fatal"}, "info, warning, error"},
    {"unknown-tool", {"bad.sql", "--tool", "hammer"}, "hammer"},
    {"dry-run-of-nothing", {"bad.sql", "-n"}, "--fix"},
    {"two-sources", {"bad.sql", "--source", "a", "-d", "b"}, "more than one source"},
    {"rows-of-nothing", {"bad.sql", "--rows", "orders"}, "orders"},
    {"baseline-not-there", {"bad.sql", "--baseline", "nowhere.json"}, "nowhere.json"},
    {"range-as-option", {"--diff=--output=x"}, "is no range"},
    {"range-without-repository", {"--diff", "main..."}, "git could not compare"},
    {"less-than-no-rows", {"bad.sql", "--trace-rows=-1"}, "must not be negative"},
};

static void
test_mistake(Folder *folder G_GNUC_UNUSED, gconstpointer data)
{
    const Mistake *mistake = data;
    g_autoptr(PgaProgramRun) run = lint(mistake->arguments);

    g_assert_cmpint(run->status, ==, 2);
    g_assert_cmpstr(run->out, ==, "");
    pga_assert_contains(run->err, "pgarchitect: error: ");
    pga_assert_contains(run->err, mistake->says);
}

static void
test_failure_as_json(Folder *folder G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) run = LINT("nowhere.sql", "--format", "json");

    g_assert_cmpint(run->status, ==, 2);
    pga_assert_valid(run->out, "lint.schema.json");
}

static void
test_statuses(Folder *folder G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) bad = LINT("bad.sql");
    g_autoptr(PgaProgramRun) good = LINT("good.sql");
    g_autoptr(PgaProgramRun) never = LINT("bad.sql", "--fail-on", "none");

    g_assert_cmpint(bad->status, ==, 1);
    pga_assert_contains(bad->out, "bad.sql:2:");
    pga_assert_contains(bad->out, "error: CREATE INDEX without CONCURRENTLY");
    pga_assert_contains(bad->out, "    2 | CREATE INDEX i ON orders (a);\n");
    g_assert_cmpint(good->status, ==, 0);
    pga_assert_contains(good->out, "Nothing found in 1 statement of 1 file");
    g_assert_cmpint(never->status, ==, 0);
}

static void
test_formats(Folder *folder G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) json = LINT("bad.sql", "--format", "json", "--all");
    g_autoptr(PgaProgramRun) sarif = LINT("bad.sql", "--format", "sarif");
    g_autoptr(PgaProgramRun) github = LINT("bad.sql", "--format", "github");
    g_autoptr(PgaProgramRun) page = LINT("bad.sql", "--format", "markdown", "-o", "page.md");

    pga_assert_valid(json->out, "lint.schema.json");
    pga_assert_contains(json->out, "\"rule\": \"index-not-concurrent\"");
    pga_assert_contains(sarif->out, "\"index-not-concurrent\"");
    pga_assert_contains(github->out, "::error file=bad.sql,line=2,");
    g_assert_cmpstr(page->out, ==, "");
    g_assert_cmpint(page->status, ==, 1);
}

static void
test_small_tables(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) small = LINT("bad.sql", "--rows", "orders=100");
    g_autoptr(PgaProgramRun) large = LINT("bad.sql", "--rows", "orders=1M");
    g_autoptr(PgaProgramRun) other = LINT("bad.sql", "--rows", "elsewhere=1M");
    g_autoptr(PgaProgramRun) stated = NULL;

    g_assert_cmpint(small->status, ==, 0);
    pga_assert_contains(small->out, "info: CREATE INDEX");
    g_assert_cmpint(large->status, ==, 1);
    g_assert_cmpint(other->status, ==, 1);
    put(folder, "pgarchitect.yaml", "lint:\n  small_table_rows: 2M\n  throughput: 1GB\n");
    stated = LINT("bad.sql", "--rows", "orders=1M");
    g_assert_cmpint(stated->status, ==, 0);
}

static void
test_configuration_mistakes(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const texts[][2] = {
        {"lint:\n  small_rows: 1\n", "small_rows"},
        {"lint:\n  throughput: fast\n", "throughput"},
        {"lint:\n  throughput: 1B\n", "a second"},
        {"lint:\n  lock_timeout: 2\n", "no time to wait"},
        {"lint:\n  batch_rows: 0\n", "no batch"},
        {"lint:\n  batch_rows: [1]\n", "batch_rows"},
        {"lint: 1\n", "lint"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(PgaProgramRun) run = NULL;

        put(folder, "pgarchitect.yaml", texts[i][0]);
        run = LINT("bad.sql");
        g_assert_cmpint(run->status, ==, 2);
        pga_assert_contains(run->err, texts[i][1]);
    }
}

static void
test_baseline(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) written = LINT("bad.sql", "--write-baseline", "base.json");
    g_autoptr(PgaProgramRun) again = LINT("bad.sql", "--baseline", "base.json");
    g_autoptr(PgaProgramRun) later = NULL;

    g_assert_cmpint(written->status, ==, 1);
    pga_assert_contains(written->out, "Baseline written: base.json.");
    g_assert_cmpint(again->status, ==, 0);
    pga_assert_contains(again->out, "in the baseline");
    put(folder, "other.sql", "CREATE INDEX j ON orders (a);\n");
    later = LINT("bad.sql", "other.sql", "--baseline", "base.json");
    g_assert_cmpint(later->status, ==, 1);
    pga_assert_contains(later->out, "other.sql:1:");
}

static void
test_accepted(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) run = NULL;

    put(folder, "pgarchitect.yaml",
        "ignore:\n  - rule: index-not-concurrent\n    object: public.orders\n"
        "    reason: nobody writes\n");
    run = LINT("bad.sql", "--all");
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "Set aside:\n");
    pga_assert_contains(run->out, "nobody writes");
}

/* The one that cannot be read is said; the others are judged. */
static void
test_unreadable_among_others(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) run = NULL, alone = NULL;

    put(folder, "open.sql", "SELECT 'never closed;\n");
    put(folder, "wrong.sql", "SELEC 1;\n" CREATE_INDEX);
    alone = LINT("open.sql");
    pga_assert_contains(alone->out, "Not checked:\n   open.sql:1:");
    run = LINT("good.sql", "open.sql", "wrong.sql", "--format", "json");
    g_assert_cmpint(run->status, ==, 1);
    pga_assert_valid(run->out, "lint.schema.json");
    pga_assert_contains(run->out, "\"complete\": false");
    pga_assert_contains(run->out, "open.sql");
    pga_assert_contains(run->out, "\"file\": \"wrong.sql\", \"line\": 2");
}

/* Columns are characters, the caret stands below the place whatever they are wide. */
static void
test_multibyte(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) run = NULL;
    g_auto(GStrv) lines = NULL;
    const char *place;

    put(folder, "wide.sql", "/* größe */ CREATE INDEX i ON orders (a);\n");
    run = LINT("wide.sql");
    lines = g_strsplit(run->out, "\n", 4);
    pga_assert_contains(lines[0], "wide.sql:1:31: error");
    place = strstr(lines[1], "orders");
    g_assert_cmpint(g_utf8_pointer_to_offset(lines[1], place), ==,
                    strchr(lines[2], '^') - lines[2]);
}

static void
test_git_range(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const init[] = {"git", "init", "-q", ".", NULL};
    static const char *const add[] = {"git", "add", ".", NULL};
    static const char *const commit[] = {"git",    "-c", "user.name=a", "-c", "user.email=a@b",
                                         "commit", "-q", "-m",          "x",  NULL};
    g_autoptr(PgaProgramRun) none = NULL, changed = NULL, wrong = NULL;

    run_in(folder, init);
    run_in(folder, add);
    run_in(folder, commit);
    none = LINT("--diff", "HEAD");
    g_assert_cmpint(none->status, ==, 0);
    put(folder, "later.sql", "CREATE INDEX late ON orders (a);\n");
    run_in(folder, add);
    run_in(folder, commit);
    changed = LINT("--diff", "HEAD~1...");
    g_assert_cmpint(changed->status, ==, 1);
    pga_assert_contains(changed->out, "later.sql:1:");
    pga_assert_lacks(changed->out, "bad.sql:2:");
    wrong = LINT("--diff", "nothing...");
    g_assert_cmpint(wrong->status, ==, 2);
    pga_assert_contains(wrong->err, "nothing");
}

static void
test_fix(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *before = get(folder, "bad.sql"), *after = NULL, *beside = NULL;
    g_autoptr(PgaProgramRun) shown = LINT("bad.sql", "--fix", "-n");
    g_autoptr(PgaProgramRun) aside = LINT("bad.sql", "--fix-to", "safe");
    g_autofree char *untouched = get(folder, "bad.sql");
    g_autoptr(PgaProgramRun) written = LINT("bad.sql", "--fix");
    g_autoptr(PgaProgramRun) again = LINT("bad.sql", "--pg-version", "17"), inside = NULL;

    pga_assert_contains(shown->out, "--- bad.sql\n+++ bad.sql\n@@ -1,2 +1,");
    pga_assert_contains(shown->out, "\n-" CREATE_INDEX);
    put(folder, "block.sql", "BEGIN;\n" CREATE_INDEX "COMMIT;\n");
    inside = LINT("block.sql", "--fix", "-n");
    g_assert_cmpstr(inside->out, ==, "");
    pga_assert_contains(inside->err, "block.sql:2 is not rewritten: ");
    g_assert_cmpint(aside->status, ==, 1);
    g_assert_cmpstr(untouched, ==, before);
    g_assert_cmpint(written->status, ==, 1);
    after = get(folder, "bad.sql");
    beside = get(folder, "safe/bad.sql");
    pga_assert_contains(after, "CREATE INDEX CONCURRENTLY");
    g_assert_cmpstr(after, ==, beside);
    g_assert_cmpint(again->status, ==, 0);
}

static void
test_suppressed(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) run = NULL, unused = NULL;

    put(folder, "told.sql",
        "-- pgarchitect: ignore index-not-concurrent nobody writes at night\n" CREATE_INDEX);
    run = LINT("told.sql", "--all");
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_contains(run->out, "nobody writes at night");
    put(folder, "told.sql", "-- pgarchitect: ignore index-not-concurrent why\nSELECT 1;\n");
    unused = LINT("told.sql");
    g_assert_cmpint(unused->status, ==, 0);
    pga_assert_contains(unused->out, "[unused-suppression]");
}

static void
add(const char *path, void (*test)(Folder *, gconstpointer))
{
    g_test_add(path, Folder, NULL, set_up, test, tear_down);
}

/* Two migrations of an app: what the first made tells what the second does. */
static void
put_django(const Folder *folder)
{
    put(folder, "shop/migrations/__init__.py", "");
    put(folder, "shop/migrations/0002_more.py",
        "class Migration(migrations.Migration):\n"
        "    dependencies = [('shop', '0001_initial')]\n"
        "    operations = [\n"
        "        migrations.AddIndex('item', models.Index(fields=['sku'], name='item_sku')),\n"
        "        # pgarchitect: ignore add-unique-constraint few rows\n"
        "        migrations.AlterField('item', 'sku', models.CharField(max_length=20, "
        "unique=True)),\n"
        "        migrations.RunPython(fill),\n"
        "    ]\n");
    put(folder, "shop/migrations/0001_initial.py",
        "class Migration(migrations.Migration):\n"
        "    operations = [\n"
        "        migrations.CreateModel('Item', [('id', models.BigAutoField(primary_key=True)),\n"
        "            ('sku', models.CharField(max_length=20))]),\n"
        "    ]\n");
}

static void
test_django(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    const char *const arguments[] = {"shop", NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    put_django(folder);
    run = lint(arguments);
    if (strstr(run->out, "built without its grammar")) {
        g_test_skip("built without the grammar of Python");
        return;
    }
    g_assert_cmpint(run->status, ==, 1);
    pga_assert_contains(run->out, "shop/migrations/0002_more.py:4:9: error: CREATE INDEX");
    pga_assert_contains(
        run->out, "AddIndexConcurrently('item', models.Index(fields=['sku'], name='item_sku')),");
    pga_assert_contains(run->out, "RunPython(fill) is code");
    g_assert_null(strstr(run->out, "[add-unique-constraint]"));
    g_assert_null(strstr(run->out, "0001_initial.py:"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *path = g_strconcat("/cli/lint/mistake/", mistakes[i].name, NULL);

        g_test_add(path, Folder, &mistakes[i], set_up, test_mistake, tear_down);
    }
    add("/cli/lint/failure-as-json", test_failure_as_json);
    add("/cli/lint/exit-statuses", test_statuses);
    add("/cli/lint/formats", test_formats);
    add("/cli/lint/small-tables", test_small_tables);
    add("/cli/lint/configuration-mistakes", test_configuration_mistakes);
    add("/cli/lint/baseline", test_baseline);
    add("/cli/lint/accepted", test_accepted);
    add("/cli/lint/unreadable-among-others", test_unreadable_among_others);
    add("/cli/lint/multibyte", test_multibyte);
    add("/cli/lint/git-range", test_git_range);
    add("/cli/lint/fix", test_fix);
    add("/cli/lint/suppressed", test_suppressed);
    add("/cli/lint/django", test_django);
    return g_test_run();
}

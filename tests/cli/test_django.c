/* `django` from outside: projects in, findings and exit statuses out. */
#include "program.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** A folder that is worked in. */
typedef struct {
    char *path, *before;
} Folder;

static const char models[] = "from django.db import models\n\n\n"
                             "class Order(models.Model):\n"
                             "    note = models.CharField(max_length=9, null=True)\n"
                             "    total = models.FloatField()\n\n\n"
                             "class Line(models.Model):\n"
                             "    order = models.ForeignKey(Order, models.CASCADE)\n"
                             "    text = models.CharField(max_length=9, null=True)\n";

static void
put(const Folder *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder->path, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_mkdir_with_parents(parent, 0755), ==, 0);
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

static void
run_in(const char *folder, const char *const *argv)
{
    int status = 0;

    g_assert_true(
        g_spawn_sync(folder, (char **)argv, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, NULL, NULL, &status, NULL));
    g_assert_true(g_spawn_check_wait_status(status, NULL));
}

static void
set_up(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    folder->path = g_dir_make_tmp("pgarchitect-django-XXXXXX", NULL);
    folder->before = g_get_current_dir();
    g_assert_cmpint(chdir(folder->path), ==, 0);
    put(folder, "web/manage.py", "import os\n");
    put(folder, "web/site_/settings.py", "INSTALLED_APPS = ['shop', 'blog']\nUSE_TZ = True\n");
    put(folder, "web/site_/__init__.py", "");
    put(folder, "web/shop/__init__.py", "");
    put(folder, "web/shop/models.py", models);
    put(folder, "web/blog/__init__.py", "");
    put(folder, "web/blog/models.py",
        "from django.db import models\n\n\nclass Post(models.Model):\n"
        "    title = models.CharField(max_length=9, null=True)\n");
    put(folder, "web/requirements.txt", "Django==4.2.1\n");
    put(folder, "empty/notes.txt", "nothing\n");
}

static void
tear_down(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    const char *const argv[] = {"rm", "-rf", folder->path, NULL};

    g_assert_cmpint(chdir(folder->before), ==, 0);
    run_in("/", argv);
    g_free(folder->path);
    g_free(folder->before);
}

static PgaProgramRun *
django(const char *const *arguments)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    g_ptr_array_add(all, (gpointer) "django");
    g_ptr_array_add(all, (gpointer) "--no-lab");
    for (guint i = 0; arguments[i]; i++)
        g_ptr_array_add(all, (gpointer)arguments[i]);
    g_ptr_array_add(all, NULL);
    return pga_program_run((const char *const *)all->pdata, NULL);
}
#define DJANGO(...) django((const char *const[]){__VA_ARGS__, NULL})

/* FALSE: the test is over. */
static gboolean
can_read_python(void)
{
    g_autoptr(PgaProgramRun) run = DJANGO("web");

    if (!strstr(run->err, "built without its grammar"))
        return TRUE;
    g_test_skip("built without the grammar of Python");
    return FALSE;
}

/** What is refused, and what is said of it. */
typedef struct {
    const char *name;
    const char *arguments[6];
    const char *says;
} Mistake;

static const Mistake mistakes[] = {
    {"no-project", {"-q"}, "no project was given"},
    {"two-projects", {"web", "empty"}, "more than one project"},
    {"no-folder", {"nowhere"}, "\"nowhere\" is no folder"},
    {"no-models", {"empty"}, "\"empty\" has no models of Django"},
    {"unknown-app", {"web", "--app", "sho"}, "It has these: blog, shop"},
    {"unknown-rule",
     {"web", "--only", "dj-nullable-strin"},
     "Did you mean \"dj-nullable-string\"?"},
    {"one-of-a-list",
     {"web", "--only", "dj-float-money,dj-nullable-strin"},
     "Did you mean \"dj-nullable-string\"?"},
    {"app-of-a-list", {"web", "--app", "blog,sho"}, "It has these: blog, shop"},
    {"rule-of-another-verb", {"web", "--only", "drop-table"}, "about Django projects"},
    {"no-rule-at-all",
     {"web", "--only", "0123456789012345678901234"},
     "\"pgarchitect rules\" lists"},
    {"old-django", {"web", "--django-version", "1.11"}, "--django-version \"1.11\" is not known"},
    {"far-django", {"web", "--django-version", "7.0"}, "from 2.2 to 6.0"},
    {"pg-version", {"web", "--pg-version", "x"}, "no version of PostgreSQL"},
    {"format", {"web", "--format", "yaml"}, "sarif"},
    {"severity", {"web", "--fail-on", "fatal"}, "info, warning, error, none"},
    {"time", {"web", "--time-limit", "soon"}, "--time-limit \"soon\" is not understood"},
    {"rows", {"web", "--rows", "shop.Order"}, "shop.Order"},
    {"two-sources", {"web", "--source", "a", "-d", "b"}, "more than one source"},
    {"baseline", {"web", "--baseline", "nowhere.json"}, "nowhere.json"},
    {"configuration", {"web", "--config", "nowhere.yaml"}, "nowhere.yaml"},
    {"no-revision", {"web", "--changed-since=-x"}, "is no revision"},
    {"no-repository", {"web", "--changed-since", "main"}, "git could not tell"},
    {"output", {"web", "-o", "nowhere/page.md"}, "nowhere/page.md"},
};

static void
test_mistake(Folder *folder G_GNUC_UNUSED, gconstpointer data)
{
    const Mistake *mistake = data;
    g_autoptr(PgaProgramRun) run = NULL;

    if (!can_read_python())
        return;
    run = django(mistake->arguments);
    g_assert_cmpint(run->status, ==, 2);
    g_assert_cmpstr(run->out, ==, "");
    pga_assert_contains(run->err, "pgarchitect: error: ");
    pga_assert_contains(run->err, mistake->says);
}

static void
test_failure_as_json(Folder *folder G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) run = DJANGO("nowhere", "--format", "json");

    g_assert_cmpint(run->status, ==, 2);
    pga_assert_valid(run->out, "django.schema.json");
}

static void
test_statuses(Folder *folder G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) fine = DJANGO("web");
    g_autoptr(PgaProgramRun) strict = NULL, never = NULL, one = NULL;

    if (!can_read_python())
        return;
    g_assert_cmpint(fine->status, ==, 0);
    pga_assert_contains(fine->out, "\n   dj-nullable-string: Text that may be NULL and empty: 3 "
                                   "places, e.g.\n     web/blog/models.py:5\n");
    pga_assert_lacks(fine->out, "web/shop/models.py:5: info: ");
    pga_assert_contains(fine->out, "for Django 4.2");
    strict = DJANGO("web", "--fail-on", "info");
    g_assert_cmpint(strict->status, ==, 1);
    never = DJANGO("web", "--fail-on", "none");
    g_assert_cmpint(never->status, ==, 0);
    one = DJANGO("web", "--only", "dj-float-money", "--fail-on", "info", "--django-version", "5.2");
    pga_assert_lacks(one->out, "dj-nullable-string");
    pga_assert_contains(one->out, "Django 5.2 (stated)");
}

static void
test_formats(Folder *folder G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) json = DJANGO("web", "--format", "json", "--all");
    g_autoptr(PgaProgramRun) sarif = DJANGO("web", "--format", "sarif");
    g_autoptr(PgaProgramRun) github = DJANGO("web", "--format", "github");
    g_autoptr(PgaProgramRun) page = DJANGO("web", "--format", "markdown", "-o", "page.md");

    if (!can_read_python())
        return;
    pga_assert_valid(json->out, "django.schema.json");
    pga_assert_contains(json->out, "\"rule\": \"dj-nullable-string\"");
    pga_assert_contains(json->out, "\"file\": \"web/shop/models.py\", \"line\": 5");
    pga_assert_contains(sarif->out, "\"dj-nullable-string\"");
    pga_assert_contains(github->out, "::notice file=web/shop/models.py,line=5,");
    g_assert_cmpstr(page->out, ==, "");
    g_assert_cmpint(page->status, ==, 0);
    g_assert_true(g_file_test("page.md", G_FILE_TEST_EXISTS));
}

static void
test_apps(Folder *folder G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) run = DJANGO("web", "--app", "blog", "--all");
    g_autoptr(PgaProgramRun) both = DJANGO("web", "--app", "blog, shop", "--all", "--only",
                                           "dj-float-money,dj-nullable-string");

    if (!can_read_python())
        return;
    pga_assert_contains(run->out, "web/blog/models.py:5");
    pga_assert_lacks(run->out, "web/shop/models.py:5: info");
    pga_assert_contains(both->out, "web/blog/models.py:5: info");
    pga_assert_contains(both->out, "web/shop/models.py:5: info");
}

/* From within the project its files are named as they stand there; from elsewhere too, where the
 * project is named. For who asks for them from the repository's root that is not enough. */
static void
test_within(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *web = g_build_filename(folder->path, "web", NULL);
    g_autofree char *elsewhere = g_build_filename(folder->path, "empty", NULL);
    g_autoptr(PgaProgramRun) run = NULL, beside = NULL, github = NULL, whole = NULL;

    if (!can_read_python())
        return;
    g_assert_cmpint(chdir(web), ==, 0);
    run = DJANGO(".", "--all");
    g_assert_cmpint(chdir(elsewhere), ==, 0);
    beside = DJANGO("../web", "--all");
    github = DJANGO("../web", "--format", "github");
    g_assert_cmpint(chdir(folder->path), ==, 0);
    whole = DJANGO(web, "--all");
    pga_assert_contains(run->out, "\nshop/models.py:5: info: shop.Order.note: Text that ");
    pga_assert_lacks(run->out, "files are named from there");
    pga_assert_contains(beside->out, "In ../web; files are named from there.\n");
    pga_assert_contains(beside->out, "\nshop/models.py:5: info: ");
    pga_assert_contains(beside->out,
                        "\n    5 | note = models.CharField(max_length=9, null=True)\n");
    pga_assert_contains(github->out, "/web/shop/models.py,line=5,");
    pga_assert_contains(whole->out, "\nweb/shop/models.py:5: info: ");
}

/* Settings are judged where there are no models. */
static void
test_settings_only(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) run = NULL, library = NULL;

    if (!can_read_python())
        return;
    put(folder, "library/tree.py",
        "from django.db import models\n\n\nclass Node(models.Model):\n"
        "    class Meta:\n        abstract = True\n");
    library = DJANGO("library");
    g_assert_cmpint(library->status, ==, 0);
    pga_assert_contains(library->out, "No app makes tables: ");
    put(folder, "bare/manage.py", "import os\n");
    put(folder, "bare/site_/__init__.py", "");
    put(folder, "bare/site_/settings.py",
        "INSTALLED_APPS = []\nUSE_TZ = False\n"
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'a',\n"
        "                         'PASSWORD': 'Tr0ub4dor-and-3'}}\n");
    run = DJANGO("bare", "--all");
    g_assert_cmpint(run->status, !=, 2);
    pga_assert_contains(run->out, "bare/site_/settings.py:");
    pga_assert_contains(run->out, "No app makes tables: settings and code were judged.");
}

static void
test_rows(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) stated = DJANGO("web", "--rows", "shop.Order=10M");
    g_autoptr(PgaProgramRun) table = DJANGO("web", "--rows", "shop_order=10M");
    g_autoptr(PgaProgramRun) other = DJANGO("web", "--rows", "shop.Ordr=5k");
    g_autoptr(PgaProgramRun) file = NULL;

    if (!can_read_python())
        return;
    pga_assert_lacks(stated->out, "--rows names");
    pga_assert_lacks(table->out, "--rows names");
    pga_assert_contains(other->out, "--rows names shop.Ordr");
    put(folder, "rows.yaml", "rows:\n  shop.Order: 1M\n  elsewhere: 5\n");
    file = DJANGO("web", "--rows", "rows.yaml");
    pga_assert_contains(file->out, "--rows names elsewhere");
}

static void
test_configuration(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) off = NULL, raised = NULL, ignored = NULL;

    if (!can_read_python())
        return;
    put(folder, "pgarchitect.yaml", "rules:\n  dj-nullable-string: off\n");
    off = DJANGO("web");
    pga_assert_lacks(off->out, "dj-nullable-string");
    put(folder, "pgarchitect.yaml", "rules:\n  dj-nullable-string:\n    severity: error\n");
    raised = DJANGO("web");
    g_assert_cmpint(raised->status, ==, 1);
    pga_assert_contains(raised->out, "    5 | note = models.CharField(max_length=9, null=True)\n");
    put(folder, "pgarchitect.yaml",
        "ignore:\n  - rule: dj-nullable-string\n    object: shop.Order\n    reason: legacy\n");
    ignored = DJANGO("web", "--all");
    pga_assert_contains(ignored->out, "Set aside:\n   web/shop/models.py:5: ");
    pga_assert_contains(ignored->out, "]:\n     legacy\n");
}

static void
test_baseline(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) written = DJANGO("web", "--write-baseline", "base.json");
    g_autoptr(PgaProgramRun) again = NULL, later = NULL;

    if (!can_read_python())
        return;
    pga_assert_contains(written->out, "Baseline written: base.json.");
    again = DJANGO("web", "--baseline", "base.json", "--fail-on", "info");
    g_assert_cmpint(again->status, ==, 0);
    pga_assert_contains(again->out, "in the baseline");
    put(folder, "web/blog/models.py",
        "from django.db import models\n\n\nclass Page(models.Model):\n"
        "    title = models.CharField(max_length=9, null=True)\n");
    later = DJANGO("web", "--baseline", "base.json", "--fail-on", "info");
    g_assert_cmpint(later->status, ==, 1);
    pga_assert_contains(later->out, "web/blog/models.py:5: info");
}

static void
test_suppressed(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) run = NULL;

    if (!can_read_python())
        return;
    put(folder, "web/blog/models.py",
        "from django.db import models\n\n\n"
        "class Post(models.Model):  # pgarchitect: ignore dj-nullable-string -- imported so\n"
        "    title = models.CharField(max_length=9, null=True)\n"
        "    n = models.IntegerField()  # pgarchitect: ignore dj-hstore\n");
    run = DJANGO("web", "--all");
    pga_assert_contains(run->out, "imported so\n");
    pga_assert_contains(run->out, "web/blog/models.py:6: info: dj-hstore: Suppression comment");
}

static void
test_unreadable(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) run = NULL;

    if (!can_read_python())
        return;
    put(folder, "web/shop/old.py", "caf\xe9 = 1\n");
    run = DJANGO("web", "--format", "json");
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_valid(run->out, "django.schema.json");
    pga_assert_contains(run->out, "\"complete\": false");
    pga_assert_contains(run->out, "web/shop/old.py");
}

static void
commit(const char *folder)
{
    static const char *const add[] = {"git", "add", ".", NULL};
    static const char *const save[] = {"git",    "-c", "user.name=a", "-c", "user.email=a@b",
                                       "commit", "-q", "-m",          "x",  NULL};

    run_in(folder, add);
    run_in(folder, save);
}

/* Lines that were there already are not told again, wherever they stand now. */
static void
test_changed(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const init[] = {"git", "init", "-q", ".", NULL};
    g_autofree char *longer =
        g_strconcat("import os\n", models, "    more = models.TextField(null=True)\n", NULL);
    g_autoptr(PgaProgramRun) none = NULL, changed = NULL, wrong = NULL;

    if (!can_read_python())
        return;
    run_in(folder->path, init);
    commit(folder->path);
    none = DJANGO("web", "--changed-since", "HEAD", "--fail-on", "info");
    g_assert_cmpint(none->status, ==, 0);
    put(folder, "web/shop/models.py", longer);
    put(folder, "web/blog/more.py",
        "from django.db import models\n\n\nclass N(models.Model):\n"
        "    t = models.TextField(null=True)\n");
    changed = DJANGO("web", "--changed-since", "HEAD", "--only", "dj-nullable-string");
    pga_assert_contains(changed->out, "web/blog/more.py:5: info");
    pga_assert_lacks(changed->out, "web/blog/models.py:5: info");
    pga_assert_lacks(changed->out, "web/shop/models.py:6: info");
    wrong = DJANGO("web", "--changed-since", "nothing");
    g_assert_cmpint(wrong->status, ==, 2);
    pga_assert_contains(wrong->err, "nothing");
}

/* Sizes and the version are those of the source. */
static void
test_source(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) missing = DJANGO("web", "--source", "nowhere.sql");
    g_autoptr(PgaProgramRun) run = NULL, stated = NULL;

    if (!can_read_python())
        return;
    g_assert_cmpint(missing->status, ==, 2);
    pga_assert_contains(missing->err, "nowhere.sql");
    put(folder, "schema.sql",
        "CREATE TABLE shop_order (id bigint PRIMARY KEY, note text, total float8);\n"
        "INSERT INTO shop_order VALUES (1, '', 0);\n"
        "CREATE SCHEMA old; CREATE TABLE old.shop_order (id int);\n");
    run = DJANGO("web", "--source", "schema.sql", "--format", "json");
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_valid(run->out, "django.schema.json");
    pga_assert_contains(run->out, "\"name\": \"schema.sql\"");
    pga_assert_contains(run->out, "Rows are those of schema.sql; ");
    stated = DJANGO("web", "--source", "schema.sql", "--rows", "shop.Line=7", "--pg-version", "15",
                    "--format", "json");
    pga_assert_contains(stated->out, "schema.sql and of --rows; ");
    pga_assert_contains(stated->out, "\"version_num\": 150000");
}

static void
test_written(Folder *folder, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaProgramRun) first = DJANGO("web", "--write", "answer");
    g_autoptr(PgaProgramRun) again = NULL, refused = NULL;

    if (!can_read_python())
        return;
    g_assert_cmpint(first->status, ==, 0);
    pga_assert_contains(first->out, "The answer was written below answer.");
    g_assert_true(g_file_test("answer/schema.mmd", G_FILE_TEST_EXISTS));
    again = DJANGO("web", "--write", "answer");
    g_assert_cmpint(again->status, ==, 0);
    put(folder, "answer/schema.mmd", "mine\n");
    refused = DJANGO("web", "--write", "answer");
    g_assert_cmpint(refused->status, ==, 2);
    pga_assert_contains(refused->err, "is there already");
}

static void
add(const char *path, void (*test)(Folder *, gconstpointer))
{
    g_test_add(path, Folder, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *path = g_strconcat("/cli/django/mistake/", mistakes[i].name, NULL);

        g_test_add(path, Folder, &mistakes[i], set_up, test_mistake, tear_down);
    }
    add("/cli/django/failure-as-json", test_failure_as_json);
    add("/cli/django/exit-statuses", test_statuses);
    add("/cli/django/formats", test_formats);
    add("/cli/django/apps", test_apps);
    add("/cli/django/within-the-project", test_within);
    add("/cli/django/settings-only", test_settings_only);
    add("/cli/django/rows", test_rows);
    add("/cli/django/configuration", test_configuration);
    add("/cli/django/baseline", test_baseline);
    add("/cli/django/suppressed", test_suppressed);
    add("/cli/django/unreadable", test_unreadable);
    add("/cli/django/changed-since", test_changed);
    add("/cli/django/source", test_source);
    add("/cli/django/written", test_written);
    return g_test_run();
}

/* Projects of a few texts each: what is found in them, what is said of what is not read. */
#include <base/directory.h>
#include <base/error.h>
#include <django/history.h>
#include <django/migration.h>
#include <django/model.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MODELS "from django.db import models\n"

/* Path, text, path, text …, NULL. NULL: skipped. */
static PgaDjangoProject *
project_of(const char *const *texts)
{
    PgaDjangoProject *project;

    if (!pga_python_is_available()) {
        g_test_skip("built without the grammar");
        return NULL;
    }
    project = pga_django_project_new();
    for (guint i = 0; texts[i]; i += 2)
        pga_django_project_add(project, texts[i], texts[i + 1], strlen(texts[i + 1]));
    pga_django_project_resolve(project);
    return project;
}

static const PgaDjangoField *
field_of(const PgaDjangoProject *project, const char *model, const char *name)
{
    const PgaDjangoModel *found = pga_django_project_model(project, model);

    g_assert_nonnull(found);
    return pga_django_model_field(found, name);
}

static gboolean
is_unread(const PgaDjangoProject *project, const char *path, const char *why)
{
    for (guint i = 0; i < project->unread->len; i++) {
        const PgaDjangoUnread *unread = g_ptr_array_index(project->unread, i);

        if (g_str_equal(unread->path, path) && strstr(unread->why, why))
            return TRUE;
    }
    return FALSE;
}

/* --- the fixture project --- */

static PgaDjangoProject *
store(void)
{
    g_autoptr(GError) error = NULL;
    PgaDjangoProject *project;

    if (!pga_python_is_available()) {
        g_test_skip("built without the grammar");
        return NULL;
    }
    project = pga_django_project_read(PGA_SOURCE_ROOT "/tests/django/projects/store", &error);
    g_assert_no_error(error);
    return project;
}

static void
test_settings(void)
{
    g_autoptr(PgaDjangoProject) project = store();
    const PgaDjangoSettings *settings;
    const PgaDjangoDatabase *database;

    if (!project)
        return;
    settings = pga_django_project_settings(project);
    g_assert_cmpstr(settings->file->path, ==, "backend/config/settings.py");
    g_assert_cmpuint(settings->installed_apps->len, ==, 12);
    g_assert_cmpstr(g_ptr_array_index(settings->installed_apps, 10), ==, "shop.apps.ShopConfig");
    g_assert_true(settings->apps_are_whole);
    g_assert_cmpstr(settings->auth_user_model, ==, "accounts.User");
    g_assert_cmpstr(settings->default_auto_field, ==, "django.db.models.BigAutoField");
    g_assert_cmpint(settings->use_tz, ==, PGA_DJANGO_TRUE);
    database = g_ptr_array_index(settings->databases, 0);
    g_assert_cmpstr(database->alias, ==, "default");
    g_assert_cmpstr(database->engine, ==, "django.db.backends.postgresql");
    g_assert_cmpstr(database->conn_max_age, ==, "600");
    g_assert_cmpint(database->atomic_requests, ==, PGA_DJANGO_TRUE);
    g_assert_cmpint(database->pool, ==, PGA_DJANGO_UNSTATED);
    g_assert_cmpuint(database->line, ==, 9);
    g_assert_cmpuint(project->version, ==, 302);
    g_assert_cmpstr(project->version_source, ==, "requirements.txt");
    g_assert_cmpuint(project->psycopg, ==, 2);
    g_assert_cmpuint(project->unread->len, ==, 0);
}

static void
test_store_models(void)
{
    g_autoptr(PgaDjangoProject) project = store();
    const PgaDjangoModel *model;
    const PgaDjangoField *field;

    if (!project)
        return;
    model = pga_django_project_model(project, "store.Cafe");
    g_assert_cmpstr(model->parent, ==, "store.Place");
    g_assert_cmpstr(model->table, ==, "store_cafe");
    g_assert_cmpstr(model->file->path, ==, "backend/shop/models/place.py");
    g_assert_cmpuint(model->line, ==, 18);
    field = pga_django_model_field(model, "pk");
    g_assert_cmpstr(field->name, ==, "place_ptr");
    g_assert_cmpstr(field->column, ==, "place_ptr_id");
    g_assert_true(field->is_auto_created);
    g_assert_true(pga_django_project_model(project, "accounts.Staff")->is_proxy);
    g_assert_false(pga_django_project_model(project, "store.old")->is_managed);
    g_assert_true(pga_django_project_model(project, "store.Dated")->is_abstract);
    g_assert_true(pga_django_project_model(project, "auth.User")->is_swapped);

    field = field_of(project, "store.Product", "price");
    g_assert_cmpstr(field->class, ==, "Money");
    g_assert_cmpstr(field->base, ==, "DecimalField");
    field = field_of(project, "store.Product", "made");
    g_assert_cmpstr(field->file->path, ==, "backend/shop/base.py");
    g_assert_true(field->has_index);
    g_assert_null(field_of(project, "store.Product", "note")); /* note = None */
    g_assert_null(field_of(project, "store.Customer", "ignored"));
    field = field_of(project, "store.Order", "products");
    g_assert_cmpint(field->kind, ==, PGA_DJANGO_MANY_TO_MANY);
    g_assert_cmpstr(field->target, ==, "store.Product");
    g_assert_cmpstr(field->through, ==, "store.Line");
    field = field_of(project, "store.Order", "state");
    g_assert_cmpstr(field->column, ==, "st");
    field = field_of(project, "store.Remark", "about");
    g_assert_cmpint(field->kind, ==, PGA_DJANGO_GENERIC_KEY);
    g_assert_null(field->column);
    model = pga_django_project_model(project, "store.Order");
    g_assert_cmpuint(model->ordering->len, ==, 1);
    g_assert_cmpuint(model->indexes->len, ==, 2);
    g_assert_cmpuint(model->constraints->len, ==, 5);
}

/* NOLINTBEGIN(bugprone-suspicious-missing-comma): texts of several lines */

/* --- layouts and names --- */

/* "extras/models/models.py" are models of extras, not of an app called models. */
static void
test_package_of_models(void)
{
    static const char *const texts[] = {"site/settings.py",
                                        "INSTALLED_APPS = ['extras']\n",
                                        "extras/__init__.py",
                                        "",
                                        "extras/models/__init__.py",
                                        "from .models import *\nfrom .tags import *\n",
                                        "extras/models/models.py",
                                        MODELS "class Hook(models.Model):\n    pass\n",
                                        "extras/models/tags.py",
                                        MODELS "class Tag(models.Model):\n    pass\n",
                                        NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);

    if (!project)
        return;
    g_assert_nonnull(pga_django_project_model(project, "extras.Hook"));
    g_assert_nonnull(pga_django_project_model(project, "extras.Tag"));
    g_assert_null(pga_django_project_model(project, "models.Hook"));
}

static void
test_monorepo(void)
{
    static const char *const texts[] = {
        "services/one/manage.py",
        "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'conf.settings'\n",
        "services/one/conf/settings.py",
        "INSTALLED_APPS = ['apps.blog']\nDATABASES = {'default': env.db()}\n",
        "services/one/apps/blog/models.py",
        MODELS "from apps.people.models import Person\n"
               "class Post(models.Model):\n    by = models.ForeignKey(Person, models.CASCADE)\n",
        "services/one/apps/people/models.py",
        MODELS "class Person(models.Model):\n    name = models.CharField(max_length=9)\n",
        "services/two/setup.py",
        "install_requires=['Django>=4.2,<5', 'psycopg[binary]']\n",
        "services/two/blog2/__init__.py",
        "",
        "services/two/blog2/models.py",
        MODELS "class Other(models.Model):\n    pass\n",
        NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);
    g_autofree char *sql = NULL;
    const PgaDjangoFile *file;

    if (!project)
        return;
    g_assert_cmpuint(project->version, ==, 402);
    g_assert_cmpuint(project->psycopg, ==, 3);
    file = pga_django_project_file(project, "services/one/apps/blog/models.py");
    g_assert_cmpstr(file->module, ==, "apps.blog.models");
    g_assert_cmpstr(pga_django_project_app(project, file)->label, ==, "blog");
    g_assert_cmpstr(field_of(project, "blog.Post", "by")->target, ==, "people.Person");
    g_assert_false(pga_django_project_settings(project)->databases->len > 1);
    sql = pga_django_project_sql(project);
    g_assert_nonnull(strstr(sql, "CREATE TABLE \"people_person\""));
    g_assert_null(strstr(sql, "blog2_other")); /* nobody installs it */
}

static void
test_newer_fields(void)
{
    static const char *const texts[] = {
        "shop/models.py",
        MODELS "from django.db.models.functions import Lower, Now\n"
               "class Item(models.Model):\n"
               "    pk = models.CompositePrimaryKey('tenant', 'number')\n"
               "    tenant = models.IntegerField()\n"
               "    number = models.IntegerField()\n"
               "    name = models.CharField(max_length=20)\n"
               "    lower = models.GeneratedField(expression=Lower('name'),\n"
               "        output_field=models.CharField(max_length=20), db_persist=True)\n"
               "    made = models.DateTimeField(db_default=Now())\n"
               "    state = models.IntegerField(db_default=7, db_comment=\"it's\")\n"
               "    class Meta:\n"
               "        db_table_comment = 'of things'\n"
               "        constraints = [models.UniqueConstraint(fields=['name'], name='one',\n"
               "            nulls_distinct=False)]\n",
        "poetry.lock",
        "[[package]]\nname = \"django\"\nversion = \"5.2.1\"\n\n"
        "[[package]]\nname = \"psycopg\"\nversion = \"3.2\"\n",
        "requirements.txt",
        "django==3.2\npsycopg2\n",
        NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);
    g_autofree char *sql = NULL;

    if (!project)
        return;
    g_assert_cmpuint(project->version, ==, 502);
    g_assert_cmpuint(project->psycopg, ==, 3);
    sql = pga_django_project_sql(project);
    g_assert_cmpstr(
        sql, ==,
        "CREATE TABLE \"shop_item\" (\"tenant\" integer NOT NULL, \"number\" integer NOT NULL, "
        "\"name\" varchar(20) NOT NULL, \"lower\" varchar(20) GENERATED ALWAYS AS "
        "(LOWER(\"name\")) STORED NULL, \"made\" timestamp with time zone DEFAULT "
        "STATEMENT_TIMESTAMP() NOT NULL, \"state\" integer DEFAULT 7 NOT NULL, PRIMARY KEY "
        "(\"tenant\", \"number\"));\n"
        "COMMENT ON TABLE \"shop_item\" IS 'of things';\n"
        "COMMENT ON COLUMN \"shop_item\".\"state\" IS 'it''s';\n"
        "ALTER TABLE \"shop_item\" ADD CONSTRAINT \"one\" UNIQUE NULLS NOT DISTINCT "
        "(\"name\");\n");
}

/* Without settings or versions: the newest Django's defaults, and what is referred to. */
static void
test_library(void)
{
    static const char *const texts[] = {"lib/__init__.py", "", "lib/models.py",
                                        "from django.contrib.auth import get_user_model\n"
                                        "from django.db.models import *\n"
                                        "from model_utils.models import TimeStampedModel\n"
                                        "from elsewhere.models import Thing, BaseModel\n"
                                        "User = get_user_model()\n"
                                        "class Note(TimeStampedModel, Model):\n"
                                        "    user = ForeignKey(User, CASCADE)\n"
                                        "    thing = ForeignKey(Thing, CASCADE)\n"
                                        "class Half(BaseModel):\n"
                                        "    text = TextField()\n"
                                        "class NoModel(BaseModel):\n"
                                        "    text = 'of nothing that is known'\n",
                                        NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);
    g_autofree char *sql = NULL;

    if (!project)
        return;
    g_assert_cmpstr(field_of(project, "lib.Note", "user")->target, ==, "auth.User");
    g_assert_nonnull(field_of(project, "lib.Note", "modified"));
    g_assert_null(field_of(project, "lib.Note", "thing")->target);
    g_assert_true(pga_django_project_model(project, "lib.Half")->is_partial);
    g_assert_null(pga_django_project_model(project, "lib.NoModel"));
    sql = pga_django_project_sql(project);
    g_assert_nonnull(strstr(sql, "CREATE TABLE \"auth_user\""));
    g_assert_nonnull(strstr(sql, "-- not told: Note.thing references a model that is computed"));
    g_assert_null(strstr(sql, "fk_elsewhere"));
}

/* Choices, constants of other modules, computed names, names that Django makes. */
static void
test_meta(void)
{
    static const char *const texts[] = {
        "shop/consts.py", "LENGTHS = {'a': 1}\nSHORT = 5\nLONG = SHORT\nNAMES = ['a'] + ['b']\n",
        "shop/models.py",
        MODELS
        "from . import consts\nfrom .consts import LONG as WIDE\n"
        "class Base(models.Model):\n"
        "    class Meta:\n        abstract = True\n        indexes = [models.Index(fields=['b'])]\n"
        "class Item(Base):\n"
        "    class Kind(models.IntegerChoices):\n        ONE = 1, 'One'\n"
        "    a = models.CharField(max_length=WIDE)\n"
        "    b = models.CharField(max_length=consts.SHORT)\n"
        "    kind = models.IntegerField()\n"
        "    class Meta(Base.Meta):\n"
        "        app_label = 'other'\n"
        "        indexes = Base.Meta.indexes + [models.Index(fields=['a'], name='i',\n"
        "            condition=models.Q(kind=Kind.ONE))]\n"
        "        unique_together = [consts.NAMES]\n"
        "        db_tablespace = 'fast'\n",
        NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);
    g_autofree char *sql = NULL;

    if (!project)
        return;
    g_assert_cmpstr(pga_django_project_model(project, "other.Item")->tablespace, ==, "fast");
    sql = pga_django_project_sql(project);
    g_assert_nonnull(strstr(sql, "\"a\" varchar(5) NOT NULL, \"b\" varchar(5)"));
    g_assert_nonnull(strstr(sql, "CREATE INDEX \"other_item_b_"));
    g_assert_nonnull(strstr(sql, "UNIQUE (\"a\", \"b\")"));
    g_assert_nonnull(strstr(sql, "(\"a\") WHERE \"kind\" = 1;"));
}

/* Fields and options of abstract models are in the table of the first class below that has one. */
static void
test_tables_inherited(void)
{
    static const char *const texts[] = {"shop/models.py",
                                        MODELS
                                        "class Timed(models.Model):\n"
                                        "    made = models.DateTimeField()\n"
                                        "    class Meta:\n        abstract = True\n"
                                        "class Place(Timed):\n"
                                        "    name = models.CharField(max_length=9)\n"
                                        "    city = models.CharField(max_length=9)\n"
                                        "    class Meta(Timed.Meta):\n"
                                        "        unique_together = [('name', 'city')]\n"
                                        "class Bar(Place):\n"
                                        "    beers = models.IntegerField()\n"
                                        "    class Meta(Place.Meta):\n        pass\n"
                                        "class Own(Timed):\n"
                                        "    class Meta(Place.Meta):\n        db_table = 'own'\n"
                                        "class Seen(Place):\n"
                                        "    class Meta:\n        proxy = True\n",
                                        NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);
    g_autofree char *sql = NULL;

    if (!project)
        return;
    g_assert_null(field_of(project, "shop.Bar", "made"));
    g_assert_nonnull(field_of(project, "shop.Place", "made"));
    g_assert_nonnull(field_of(project, "shop.Own", "made"));
    g_assert_nonnull(field_of(project, "shop.Seen", "made"));
    sql = pga_django_project_sql(project);
    g_assert_nonnull(strstr(sql, "ALTER TABLE \"shop_place\" ADD CONSTRAINT"));
    g_assert_null(strstr(sql, "ALTER TABLE \"shop_bar\" ADD CONSTRAINT \"shop_bar_name"));
    g_assert_null(strstr(sql, "ALTER TABLE \"own\""));
}

/* What only running it would tell is said; sources of Django itself in the project change nothing.
 */
static void
test_computed(void)
{
    static const char *const texts[] = {
        "shop/models.py",
        MODELS "from django.conf import settings\n"
               "class Item(models.Model):\n"
               "    name = models.CharField(max_length=settings.LENGTH, unique=app.UNIQUE)\n"
               "class Shown(Item):\n"
               "    class Meta:\n        proxy = 'shop' in settings.INSTALLED_APPS\n"
               "class Leaf(models.Model):\n"
               "    shown = models.ForeignKey(Shown, models.CASCADE)\n",
        "django/db/models/__init__.py",
        "from django.db.models.base import Model\n",
        "django/db/models/base.py",
        "class Model(metaclass=ModelBase):\n    pass\n",
        NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);
    g_autofree char *sql = NULL;

    if (!project)
        return;
    g_assert_true(pga_django_project_model(project, "shop.Shown")->is_proxy);
    sql = pga_django_project_sql(project);
    g_assert_nonnull(strstr(sql, "-- not told: Item.name: its max_length is computed"));
    g_assert_nonnull(strstr(sql, "-- not told: Item.name: its unique is computed"));
    g_assert_null(strstr(sql, "shop_shown\" ("));
    g_assert_nonnull(strstr(sql, "REFERENCES \"shop_item\" (\"id\")"));
}

/* --- bad input --- */

static void
test_bad_texts(void)
{
    static const char *const texts[] = {
        "shop/models.py",
        MODELS "from .circle import *\n"
               "class Item(models.Model):\n    a = models.IntegerField()\n"
               "print 'Python 2'\n"
               "class Broken(models.Model:\n    b = = models.IntegerField(\n"
               "Dynamic = type('Dynamic', (models.Model,), {})\n",
        "shop/circle.py",
        "from .models import *\nfrom .circle import *\nclass Loop(Loop):\n    x = Loop.x\nLoop2 = "
        "Loop2\n"
        "class A(B): pass\nclass B(A): pass\n",
        "shop/latin.py",
        "# \xe9t\xe9\nclass X: pass\n",
        "shop/marked.py",
        "\xef\xbb\xbf" MODELS "class Marked(models.Model):\n    a = models.TextField()\n",
        NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);

    if (!project)
        return;
    g_assert_nonnull(field_of(project, "shop.Item", "a"));
    g_assert_nonnull(field_of(project, "shop.Marked", "a"));
    g_assert_true(is_unread(project, "shop/latin.py", "not UTF-8 at byte 3"));
    g_assert_true(is_unread(project, "shop/models.py", "not Python"));
}

/* What is no Python is left out; its class, its neighbours and other files are not. */
static void
test_broken_statements(void)
{
    static const char *const texts[] = {
        "shop/models.py",
        MODELS "class Item(models.Model):\n    \"\"\"One.\"\"\"\n    a = models.IntegerField()\n"
               "    n = models.IntegerField(default=0\n"
               "    b = models.TextField()\n"
               "class Line(models.Model:\n    x = models.TextField()\n"
               "@receiver(save)\n@second\ndef on_save(sender):\n    if sender:\n        return (1\n"
               "    return 2\n"
               "class Part(models.Model):\n    class Meta:\n        ordering = [\"a\"\n"
               "    c = models.TextField()\n"
               "x = (\n",
        "shop/newer.py",
        "\"\"\"What it is.\nclass of things:\n\"\"\"\n" MODELS
        "class Box[T=int](models.Model):\n    e = models.TextField()\n    f = models.TextField()\n",
        "shop/latin.py",
        "#!/usr/bin/env python\n# -*- coding: latin-1 -*-\n" MODELS
        "class Caf\xe9(models.Model):\n    d = models.TextField()\n",
        "shop/wrong.py",
        "# coding: utf-8\n# \xe9\n",
        "shop/unknown.py",
        "# coding=no-such-one\n# \xe9\n",
        "shop/none.py",
        "# coding: \n# decoding \xe9\n",
        NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);

    if (!project)
        return;
    g_assert_nonnull(field_of(project, "shop.Item", "a"));
    g_assert_nonnull(field_of(project, "shop.Item", "b"));
    g_assert_nonnull(field_of(project, "shop.Part", "c"));
    g_assert_nonnull(field_of(project, "shop.Caf\xc3\xa9", "d"));
    g_assert_true(is_unread(project, "shop/models.py", "line 5: not Python"));
    g_assert_true(is_unread(project, "shop/models.py", "line 7: not Python"));
    g_assert_true(is_unread(project, "shop/models.py", "line 13: not Python"));
    g_assert_true(is_unread(project, "shop/models.py", "line 17: not Python"));
    g_assert_true(is_unread(project, "shop/models.py", "line 19: not Python"));
    g_assert_nonnull(field_of(project, "shop.Box", "f"));
    g_assert_true(is_unread(project, "shop/newer.py", "line 5: not Python"));
    g_assert_true(is_unread(project, "shop/wrong.py", "not UTF-8 at byte 19"));
    g_assert_true(is_unread(project, "shop/unknown.py", "not UTF-8"));
    g_assert_true(is_unread(project, "shop/none.py", "not UTF-8"));
}

static void
write_file(const char *folder, const char *path, const char *text)
{
    g_autofree char *full = g_build_filename(folder, path, NULL);
    g_autofree char *above = g_path_get_dirname(full);

    g_assert_cmpint(g_mkdir_with_parents(above, 0700), ==, 0);
    g_assert_true(g_file_set_contents(full, text, -1, NULL));
}

static void
test_app_itself(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaDirectory) directory = pga_directory_new(getuid(), getgid(), &error);
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autofree char *name = NULL, *own = NULL;
    const PgaDjangoHistory *history;
    const PgaDjangoHistoryEntry *first;
    const char *folder;

    if (!pga_python_is_available()) {
        g_test_skip("built without the grammar");
        return;
    }
    g_assert_no_error(error);
    folder = pga_directory_get_path(directory);
    name = g_path_get_basename(folder);
    own = g_strconcat(name, ".M", NULL);
    write_file(folder, "models.py", MODELS "class M(models.Model):\n    pass\n");
    write_file(folder, "migrations/0001_initial.py",
               "class Migration(migrations.Migration):\n    operations = []\n");
    project = pga_django_project_read(folder, &error);
    g_assert_null(pga_django_project_model(project, own)); /* no package, no app */
    pga_django_project_free(g_steal_pointer(&project));

    write_file(folder, "__init__.py", "");
    project = pga_django_project_read(folder, &error);
    g_assert_no_error(error);
    g_assert_nonnull(pga_django_project_model(project, own));
    history = pga_django_project_history(project);
    g_assert_cmpuint(history->entries->len, ==, 1);
    first = g_ptr_array_index(history->entries, 0);
    g_assert_cmpstr(first->migration->app, ==, name);
}

static void
test_folders(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaDirectory) directory = pga_directory_new(getuid(), getgid(), &error);
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autofree char *link = NULL, *dangling = NULL, *pipe = NULL, *base = NULL, *module = NULL;
    const char *folder;

    if (!pga_python_is_available()) {
        g_test_skip("built without the grammar");
        return;
    }
    g_assert_no_error(error);
    folder = pga_directory_get_path(directory);
    write_file(folder, "app/models.py", MODELS "class M(models.Model):\n    pass\n");
    write_file(folder, "node_modules/app2/models.py", "class N(models.Model): pass\n");
    write_file(folder, "my-env/pyvenv.cfg", "");
    write_file(folder, "my-env/lib/models.py", "class E(models.Model): pass\n");
    link = g_build_filename(folder, "app", "again", NULL);
    g_assert_cmpint(symlink("..", link), ==, 0);
    dangling = g_build_filename(folder, "app", "gone.py", NULL);
    g_assert_cmpint(symlink("/nowhere/at/all", dangling), ==, 0);
    pipe = g_build_filename(folder, "app", "folder.py", NULL);
    g_assert_cmpint(g_mkdir(pipe, 0700), ==, 0);

    project = pga_django_project_read(folder, &error);
    g_assert_no_error(error);
    g_assert_nonnull(pga_django_project_model(project, "app.M"));
    g_assert_true(is_unread(project, "app/again", "symbolic link"));
    g_assert_true(is_unread(project, "app/gone.py", ""));
    g_assert_cmpuint(project->unread->len, ==, 2);
    base = g_path_get_basename(folder);
    module = g_strconcat(base, ".app.models", NULL);
    g_assert_nonnull(pga_django_project_module(project, NULL, module));
    g_assert_null(pga_django_project_module(project, NULL, "other.app.models"));
    g_assert_null(pga_django_project_file(project, "my-env/lib/models.py"));
    g_assert_null(pga_django_project_file(project, "node_modules/app2/models.py"));

    pga_django_project_free(g_steal_pointer(&project));
    project = pga_django_project_read("/nowhere/at/all", &error);
    g_assert_null(project);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(pga_error_get_hint(error));
}

static void
test_namespace(void)
{
    static const char *const texts[] = {"lib/shop/api/__init__.py", "", "lib/shop/api/models.py",
                                        MODELS "class M(models.Model):\n    pass\n", NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);

    if (!project)
        return;
    g_assert_nonnull(pga_django_project_module(project, NULL, "api.models"));
    g_assert_nonnull(pga_django_project_module(project, NULL, "shop.api.models"));
    g_assert_null(pga_django_project_module(project, NULL, "django.api.models"));
}

static void
test_parse_again(void)
{
    static const char *const texts[] = {"a.py", "x = 1\n", NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPythonSource) source = NULL;

    if (!project)
        return;
    source = pga_django_file_parse(pga_django_project_file(project, "a.py"), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(ts_node_type(pga_python_root(source)), ==, "module");
}

/* --- settings --- */

static void
test_settings_forms(void)
{
    static const char *const texts[] = {
        "conf/settings/base.py",
        "import environ\nenv = environ.Env()\n"
        "INSTALLED_APPS = ('django.contrib.auth',)\nINSTALLED_APPS += ('shop',)\n"
        "if env.bool('DEBUG', default=False):\n    INSTALLED_APPS.append('debug')\n"
        "    USE_TZ = False\n"
        "try:\n    from .local import *\nexcept ImportError:\n    pass\n"
        "INSTALLED_APPS.extend(['more'])\nINSTALLED_APPS.insert(0, 'first')\n"
        "DATABASES = {'default': {'ENGINE': env.str('E', "
        "default='django.db.backends.postgresql'),\n"
        "    'CONN_MAX_AGE': None, 'OPTIONS': {'pool': {'min_size': 2}},\n"
        "    'ATOMIC_REQUESTS': env.bool('A')},\n"
        "  'replica': dj_database_url.config(conn_max_age=60)}\n"
        "USE_TZ = bool(1)\n",
        "conf/settings/local.py",
        "AUTH_USER_MODEL = 'shop.Person'\n",
        "shop/models.py",
        MODELS "class Person(models.Model):\n    pass\n",
        "shop/migrations/0001_initial.py",
        "# Generated by Django 4.1.3 on 2023-01-01\n",
        NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);
    const PgaDjangoSettings *settings;
    const PgaDjangoDatabase *database;
    g_autofree char *apps = NULL;

    if (!project)
        return;
    settings = pga_django_project_settings(project);
    g_ptr_array_add(settings->installed_apps, NULL);
    apps = g_strjoinv(" ", (char **)settings->installed_apps->pdata);
    g_ptr_array_set_size(settings->installed_apps, (gint)settings->installed_apps->len - 1);
    g_assert_cmpstr(apps, ==, "django.contrib.auth shop debug more first");
    g_assert_cmpstr(pga_django_project_user_model(project), ==, "shop.Person");
    g_assert_cmpint(settings->use_tz, ==, PGA_DJANGO_COMPUTED);
    database = g_ptr_array_index(settings->databases, 0);
    g_assert_cmpstr(database->engine, ==, "django.db.backends.postgresql");
    g_assert_cmpstr(database->conn_max_age, ==, "None");
    g_assert_cmpint(database->pool, ==, PGA_DJANGO_TRUE);
    g_assert_cmpint(database->atomic_requests, ==, PGA_DJANGO_COMPUTED);
    database = g_ptr_array_index(settings->databases, 1);
    g_assert_cmpstr(database->alias, ==, "replica");
    g_assert_null(database->engine);
    g_assert_cmpstr(database->conn_max_age, ==, "60");
    g_assert_cmpuint(project->version, ==, 401);
    g_assert_cmpstr(project->version_source, ==, "migrations");
}

static void
test_without_columns(void)
{
    static const char *const texts[] = {
        "shop/fields.py",
        MODELS "from django_prices.models import MoneyField\n"
               "class Pair(models.Field):\n    pass\n"
               "class Mine(models.Field):\n    def db_type(self, connection):\n"
               "        return 'text'\n"
               "class Mixed(Mixin, models.Field):\n    pass\n",
        "shop/models.py",
        MODELS "from .fields import Mine, Mixed, MoneyField, Pair\n"
               "class Order(models.Model):\n"
               "    total = MoneyField(amount_field='amount', currency_field='currency')\n"
               "    pair = Pair()\n    mine = Mine()\n    mixed = Mixed()\n"
               "    cost = MoneyField(max_digits=9, decimal_places=2)\n",
        NULL};
    g_autoptr(PgaDjangoProject) project = project_of(texts);

    if (!project)
        return;
    g_assert_null(field_of(project, "shop.Order", "total"));
    g_assert_null(field_of(project, "shop.Order", "pair"));
    g_assert_nonnull(field_of(project, "shop.Order", "mine"));
    g_assert_nonnull(field_of(project, "shop.Order", "mixed"));
    g_assert_nonnull(field_of(project, "shop.Order", "cost"));
}

/* NOLINTEND(bugprone-suspicious-missing-comma) */

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/django/project/settings-are-values", test_settings);
    g_test_add_func("/django/project/settings-in-many-forms", test_settings_forms);
    g_test_add_func("/django/project/models-of-a-project", test_store_models);
    g_test_add_func("/django/project/package-of-models", test_package_of_models);
    g_test_add_func("/django/project/repository-of-several", test_monorepo);
    g_test_add_func("/django/project/newer-fields", test_newer_fields);
    g_test_add_func("/django/project/fields-without-columns", test_without_columns);
    g_test_add_func("/django/project/library-without-settings", test_library);
    g_test_add_func("/django/project/meta-and-constants", test_meta);
    g_test_add_func("/django/project/tables-inherited", test_tables_inherited);
    g_test_add_func("/django/project/computed-is-said", test_computed);
    g_test_add_func("/django/project/bad-texts-are-named", test_bad_texts);
    g_test_add_func("/django/project/broken-statements-are-named", test_broken_statements);
    g_test_add_func("/django/project/folders-passed-over", test_folders);
    g_test_add_func("/django/project/app-itself", test_app_itself);
    g_test_add_func("/django/project/package-without-init", test_namespace);
    g_test_add_func("/django/project/file-parsed-again", test_parse_again);
    return g_test_run();
}

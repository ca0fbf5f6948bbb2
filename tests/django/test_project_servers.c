/* The schema made from models beside the database that Django's own migrate makes of them, catalog
 * by catalog. The project is copied: makemigrations writes its migrations there. */
#include <base/directory.h>
#include <base/error.h>
#include <cluster.h>
#include <django/model.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* What Django keeps for itself is no model's. Sequences by what they belong to. */
static const char columns_sql[] =
    "SELECT c.relname || '.' || row_number() OVER (PARTITION BY c.oid ORDER BY attnum) || ' ' ||"
    " attname || ' ' || format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' NOT NULL'"
    " ELSE '' END || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '') || ' ' ||"
    " attidentity::text || coalesce(' COLLATE ' || (SELECT collname FROM pg_collation l"
    " WHERE l.oid = attcollation AND collname <> 'default'), '')"
    " FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped"
    " LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum"
    " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    " AND relname <> 'django_migrations' ORDER BY c.relname, attnum";
static const char indexes_sql[] =
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    " AND tablename <> 'django_migrations' ORDER BY tablename, indexname";
static const char constraints_sql[] =
    "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'"
    " AND conrelid::regclass::text <> 'django_migrations' ORDER BY conrelid::regclass::text,"
    " conname";

static const char comments_sql[] =
    "SELECT objoid::regclass || '.' || objsubid || ' ' || description FROM pg_description"
    " WHERE classoid = 'pg_class'::regclass AND objoid IN (SELECT oid FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace) ORDER BY 1";

static char *
rows(const char *dsn, const char *sql)
{
    g_autofree char *whole =
        g_strdup_printf("SELECT coalesce(string_agg(line, E'\\n'), '') FROM (%s) AS t(line)", sql);

    return pga_test_value(dsn, whole);
}

/* Lines of one that the other lacks. */
static guint
missing(const char *one, const char *other, const char *who)
{
    g_auto(GStrv) lines = g_strsplit(one, "\n", -1), others = g_strsplit(other, "\n", -1);
    guint n = 0;

    for (guint i = 0; lines[i]; i++) {
        if (g_strv_contains((const char *const *)others, lines[i]))
            continue;
        g_test_message("only %s: %s", who, lines[i]);
        n++;
    }
    return n;
}

static guint
differences(const char *ours, const char *theirs, const char *sql)
{
    g_autofree char *one = rows(ours, sql), *other = rows(theirs, sql);

    g_assert_true(sql == comments_sql || strlen(other) > 100);
    return missing(one, other, "from models") + missing(other, one, "from Django");
}

/* Debian's interpreter, which Debian's packages are for. (nullable) */
static const char *
interpreter(void)
{
    static const char *const arguments[] = {"/usr/bin/python3", "-c", "import django, psycopg2",
                                            NULL};
    int status = 1;

    if (!g_spawn_sync(NULL, (char **)arguments, NULL,
                      G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                      NULL, &status, NULL))
        return NULL;
    return status == 0 ? arguments[0] : NULL;
}

static void
run(const char *folder, const char *const *arguments, char **environment)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *out = NULL, *err = NULL;
    int status = 0;

    g_spawn_sync(folder, (char **)arguments, environment, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
                 &err, &status, &error);
    g_assert_no_error(error);
    if (status != 0)
        g_error("%s: %s%s", arguments[2] ? arguments[2] : arguments[0], out, err);
}

static char **
environment_for(const PgaTestCluster *cluster, const char *database)
{
    g_autofree char *port = g_strdup_printf("%d", pga_test_cluster_port(cluster));
    char **environment = g_get_environ();

    environment = g_environ_setenv(environment, "STORE_DB", database, TRUE);
    environment =
        g_environ_setenv(environment, "STORE_HOST", pga_test_cluster_directory(cluster), TRUE);
    environment = g_environ_setenv(environment, "STORE_PORT", port, TRUE);
    environment = g_environ_setenv(environment, "PYTHONDONTWRITEBYTECODE", "1", TRUE);
    return g_environ_unsetenv(environment, "DJANGO_SETTINGS_MODULE");
}

/* Of Django's version as it is installed: 302. */
static guint
installed_version(void)
{
    static const char *const arguments[] = {
        "/usr/bin/python3", "-c",
        "import django; print(django.VERSION[0] * 100 + django.VERSION[1])", NULL};
    g_autofree char *out = NULL;

    g_spawn_sync(NULL, (char **)arguments, NULL, 0, NULL, NULL, &out, NULL, NULL, NULL);
    return (guint)g_ascii_strtoull(out ? out : "", NULL, 10);
}

/* A fixture project, and what makes its migrations. */
typedef struct {
    const char *name, *folder; /* below tests/django/projects; of its manage.py */
    const char *apps[4];
    guint oldest, newest; /* of Django */
} Fixture;

static const Fixture fixtures[] = {
    {"store", "backend", {"accounts", "store", "catalog"}, 302, 500}, /* has index_together */
    {"newer", "", {"shop"}, 502, G_MAXUINT},
};

static void
migrate(const PgaTestCluster *cluster, const Fixture *fixture, const char *folder)
{
    const char *make[] = {
        interpreter(),    "manage.py", "makemigrations", fixture->apps[0], fixture->apps[1],
        fixture->apps[2], NULL};
    const char *apply[] = {interpreter(), "manage.py", "migrate", NULL};
    g_auto(GStrv) environment = environment_for(cluster, "theirs");

    run(folder, make, environment);
    run(folder, apply, environment);
}

static gboolean
is_skipped(const Fixture *fixture)
{
    if (!pga_python_is_available() || !interpreter()) {
        g_test_skip("needs the grammar of Python, and Debian's python3-django, python3-psycopg2");
        return TRUE;
    }
    if (installed_version() < fixture->oldest || installed_version() > fixture->newest) {
        g_test_skip("the project is for another Django: PYTHONPATH can name one");
        return TRUE;
    }
    return !pga_test_have_server();
}

static void
test_same_as_migrate(gconstpointer data)
{
    static const char extensions[] = "CREATE EXTENSION hstore; CREATE EXTENSION citext;"
                                     "CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist";
    const Fixture *fixture = data;
    const char *copy[] = {"cp", "-r", NULL, NULL, NULL};
    g_autoptr(PgaDirectory) directory = NULL;
    g_autoptr(PgaDjangoProject) project = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *theirs = NULL, *ours = NULL, *sql = NULL, *folder = NULL, *from = NULL;
    const PgaTestCluster *cluster;
    guint n;

    if (is_skipped(fixture))
        return;
    cluster = pga_test_cluster(0);
    directory = pga_directory_new(getuid(), getgid(), &error);
    g_assert_no_error(error);
    from = g_build_filename(PGA_SOURCE_ROOT "/tests/django/projects", fixture->name, NULL);
    copy[2] = from;
    copy[3] = pga_directory_get_path(directory);
    run(NULL, copy, NULL);
    folder = g_build_filename(copy[3], fixture->name, fixture->folder, NULL);
    project = pga_django_project_read(folder, &error);
    g_assert_no_error(error);
    project->version = installed_version();
    sql = pga_django_project_sql(project);
    g_assert_null(strstr(sql, "-- not told"));

    theirs = pga_test_cluster_database(cluster, "theirs");
    ours = pga_test_cluster_database(cluster, "ours");
    pga_test_sql(theirs, extensions);
    pga_test_sql(ours, sql);
    migrate(cluster, fixture, folder);
    n = differences(ours, theirs, columns_sql) + differences(ours, theirs, indexes_sql) +
        differences(ours, theirs, constraints_sql) + differences(ours, theirs, comments_sql);
    g_assert_cmpuint(n, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(fixtures); i++) {
        g_autofree char *path =
            g_strdup_printf("/django/project/same-schema-as-migrate-makes/%s", fixtures[i].name);

        g_test_add_data_func(path, &fixtures[i], test_same_as_migrate);
    }
    return g_test_run();
}

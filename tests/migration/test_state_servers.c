/* What the state makes of statements is what servers make of them. */
#include "states.h"

#include <base/error.h>
#include <cluster.h>
#include <collect/clone_source.h>
#include <collect/libpq.h>
#include <jansson.h>
#include <model/finding.h>
#include <string.h>

#define OLDEST 14

/* The state of a server's catalogs. */
static PgaState *
collected(const char *dsn, guint major)
{
    const PgaConnectionOptions where = {.dbname = dsn};
    const PgaCollectOptions options = {.ram_bytes = -1, .no_values = TRUE};
    g_autoptr(GPtrArray) not_checked =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaConnection) connection = pga_connection_open(&where, &error);
    g_autoptr(PgaCatalog) catalog = NULL;
    g_autoptr(PgaEnvironment) environment = NULL;
    g_autoptr(PgaObjects) objects = NULL;
    PgaState *state = pga_state_new(major * 10000);

    g_assert_no_error(error);
    pga_collect(connection, &options, &catalog, &environment, not_checked, &error);
    g_assert_no_error(error);
    pga_collect_objects(connection, &options, &objects, not_checked, &error);
    g_assert_no_error(error);
    pga_state_load(state, catalog, objects);
    return state;
}

/* Statements one by one, so that one that is refused does not take others with it. */
static char *
execute(PGconn *connection, const char *sql)
{
    const PgaMigrationFile file = {.path = (char *)"test.sql", .text = (char *)sql};
    const PgaMigrationOptions options = {.tool = "psql"};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaMigrationReader) reader = pga_migration_reader_new(&file, &options, &error);
    GString *refusals = g_string_new(NULL);
    const PgaStep *step;

    while (pga_migration_reader_next(reader, &step, &error)) {
        g_autofree char *statement = g_strndup(step->text, step->length);
        PGresult *result;

        if (step->kind != PGA_STEP_SQL || step->depth > 0)
            continue;
        result = PQexec(connection, statement);
        if (PQresultStatus(result) == PGRES_FATAL_ERROR)
            g_string_append_printf(refusals, "%u: %s\n", step->line,
                                   PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
        PQclear(result);
    }
    g_assert_no_error(error);
    return g_string_free(refusals, FALSE);
}

/* The texts' lines that only one has. */
static char *
difference(const char *simulated, const char *real)
{
    g_auto(GStrv) ours = g_strsplit(simulated, "\n", -1), theirs = g_strsplit(real, "\n", -1);
    g_autoptr(GString) text = g_string_new(NULL);
    guint i = 0, k = 0;

    while (ours[i] && theirs[k] && g_str_equal(ours[i], theirs[k]))
        i++, k++;
    for (guint n = 0; n < 6 && (ours[i] || theirs[k]); n++) {
        g_string_append_printf(text, "  ours  %s\n  theirs %s\n", ours[i] ? ours[i] : "",
                               theirs[k] ? theirs[k] : "");
        i += ours[i] != NULL;
        k += theirs[k] != NULL;
    }
    return g_strdup(text->str);
}

/* (transfer full): conninfo. Emptied, not made anew: that is ten times as fast. */
static char *
empty_database(const PgaTestCluster *cluster)
{
    const char *dsn = pga_test_cluster_dsn(cluster);

    pga_test_sql(dsn, "SET client_min_messages = warning;"
                      "DO $$ DECLARE n name; BEGIN"
                      " FOR n IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP"
                      "  EXECUTE format('DROP EXTENSION %I CASCADE', n); END LOOP;"
                      " FOR n IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'"
                      "  AND nspname <> 'information_schema' LOOP"
                      "  EXECUTE format('DROP SCHEMA %I CASCADE', n); END LOOP;"
                      "END $$; CREATE SCHEMA public;");
    return g_strdup(dsn);
}

/** What is compared. */
typedef struct {
    const char *name, *sql;
    gboolean lenient; /* rows may make the server refuse */
} Script;

/* FALSE: they differ; said as a message. */
static gboolean
agrees(const PgaTestCluster *cluster, const Script *script)
{
    const char *sql = script->sql;
    g_autofree char *dsn = empty_database(cluster);
    guint major = pga_test_cluster_major(cluster);
    PGconn *connection = pga_test_session(dsn);
    g_autofree char *refused = execute(connection, sql);
    g_autoptr(PgaState) simulated = pga_state_new(major * 10000);
    g_autoptr(PgaState) real = NULL;
    g_autofree char *refusals = NULL, *ours = NULL, *theirs = NULL, *differing = NULL;
    gboolean same;

    PQfinish(connection);
    simulated->complete = TRUE;
    refusals = state_apply_sql(simulated, sql);
    real = collected(dsn, major);
    pga_state_begin_migration(simulated); /* the session has ended */
    ours = state_text(simulated);
    theirs = state_text(real);
    same = g_str_equal(ours, theirs) && g_str_equal(refused, refusals);
    if (same || (script->lenient && *refused))
        return TRUE;
    differing = difference(ours, theirs);
    g_test_message("%u %s:\n%s refusals:\n%s theirs:\n%s", major, script->name, differing, refusals,
                   refused);
    return FALSE;
}

/* Scripts of tests/migration/states/NAME.sql, parted by lines "-- title". */
static void
test_scripts(gconstpointer data)
{
    const PgaTestCluster *cluster = pga_test_cluster(GPOINTER_TO_UINT(data));
    g_autofree char *path =
        g_build_filename(PGA_SOURCE_ROOT, "tests", "migration", "states.sql", NULL);
    g_autofree char *all = NULL;
    g_auto(GStrv) scripts = NULL;
    guint failed = 0;

    g_assert_true(g_file_get_contents(path, &all, NULL, NULL));
    scripts = g_strsplit(all, "\n-- * ", -1);
    for (guint i = 1; scripts[i]; i++) {
        char *title_end = strchr(scripts[i], '\n');
        g_autofree char *title = g_strndup(scripts[i], (gsize)(title_end - scripts[i]));
        guint since = (guint)g_ascii_strtoull(title, NULL, 10);

        const Script script = {title, title_end + 1, FALSE};

        if (since <= GPOINTER_TO_UINT(data))
            failed += !agrees(cluster, &script);
    }
    g_assert_cmpuint(failed, ==, 0);
}

/* (transfer full) (nullable): a file of the shared material, wherever it is */
static char *
shared(const char *name)
{
    const char *directory = g_getenv("PGA_SHARED");
    g_autofree char *path = directory
                                ? g_build_filename(directory, name, NULL)
                                : g_build_filename(PGA_SOURCE_ROOT, "..", "shared", name, NULL);
    char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        g_test_skip_printf("%s is not there", path);
    return text;
}

static void
test_dump(gconstpointer data)
{
    static const char *const replaced[][2] = {
        /* PostGIS is not everywhere */
        {"CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;", ""},
        {"COMMENT ON EXTENSION postgis", "-- "},
        {"public.geometry(Polygon,4326)", "box"},
    };
    g_autofree char *sql = shared("schemas/openstreetmap.sql");
    Script script = {"openstreetmap", NULL, FALSE};
    g_autoptr(GString) text = NULL;

    if (!sql)
        return;
    text = g_string_new(sql);
    for (guint i = 0; i < G_N_ELEMENTS(replaced); i++)
        g_string_replace(text, replaced[i][0], replaced[i][1], 0);
    script.sql = text->str;
    g_assert_true(agrees(pga_test_cluster(GPOINTER_TO_UINT(data)), &script));
}

/* (transfer full): a script without its rows, which take most of the time. */
static char *
schema_only(const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr(GRegex) rows = g_regex_new("^(INSERT|ANALYZE)[^;]*;", G_REGEX_MULTILINE, 0, NULL);

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return g_regex_replace_literal(rows, text, -1, 0, "", 0, NULL);
}

/* Each measured form on the schema that it was measured on. */
static void
test_matrix(gconstpointer data)
{
    g_autofree char *text = shared("facts/lock-matrix.json"), *base = NULL;
    json_t *forms = text ? json_loads(text, 0, NULL) : NULL, *form;
    guint failed = 0;
    size_t i;

    if (!text)
        return;
    base = schema_only(PGA_SOURCE_ROOT "/tests/data/lint/matrix.sql");
    json_array_foreach(forms, i, form)
    {
        const char *setup = json_string_value(json_object_get(form, "setup"));
        const char *sql = json_string_value(json_object_get(form, "sql"));
        g_autofree char *all = g_strdup_printf("%s\n%s;\n%s;\n", base, setup ? setup : "", sql);
        const Script script = {json_string_value(json_object_get(form, "form")), all, TRUE};

        failed += !agrees(pga_test_cluster(GPOINTER_TO_UINT(data)), &script);
    }
    json_decref(forms);
    g_assert_cmpuint(failed, ==, 0);
}

static void
append_all(GString *sql, const json_t *record)
{
    const json_t *statements = json_object_get(record, "sql");

    for (size_t i = 0; i < json_array_size(statements); i++)
        g_string_append_printf(sql, "%s\n", json_string_value(json_array_get(statements, i)));
}

/* What Django runs for each operation, on its base schema. */
static void
test_django(gconstpointer data)
{
    g_autofree char *text = shared("fixtures/django-sqlmigrate.jsonl");
    g_autoptr(GString) base = g_string_new(NULL);
    g_auto(GStrv) lines = NULL;
    guint failed = 0;

    if (!text)
        return;
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] && *lines[i]; i++) {
        json_t *record = json_loads(lines[i], 0, NULL);
        g_autoptr(GString) sql = g_string_new(base->str);
        Script script = {json_string_value(json_object_get(record, "id")), NULL, TRUE};

        append_all(i == 0 ? base : sql, record);
        script.sql = sql->str;
        if (i > 0)
            failed += !agrees(pga_test_cluster(GPOINTER_TO_UINT(data)), &script);
        json_decref(record);
    }
    g_assert_cmpuint(failed, ==, 0);
}

static void
add(const char *name, guint major, GTestDataFunc test)
{
    g_autofree char *path = g_strdup_printf("/migration/state-servers/%s/%u", name, major);

    g_test_add_data_func(path, GUINT_TO_POINTER(major), test);
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        guint major = ((const PgaTestServer *)g_ptr_array_index(servers, i))->major;

        if (major < OLDEST)
            continue;
        add("scripts", major, test_scripts);
        add("dump", major, test_dump);
        if (i > 0)
            continue;
        add("matrix", major, test_matrix);
        add("django", major, test_django);
    }
    return g_test_run();
}

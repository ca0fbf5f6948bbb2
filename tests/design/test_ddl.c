/* The SQL files, run as their users run them: by psql, as a superuser and as a database's owner, on
 * every server there is. */
#include <cluster.h>
#include <design/design.h>
#include <glib/gstdio.h>
#include <string.h>

enum { OLDEST = 14 };

static const char hostile_name[] = "Ord\"er's \\ \n; DROP $$ --table";
static const char hostile_comment[] =
    "It's \\ \"quoted\" $$ $body$ \n\\! ls\n:name ; DROP TABLE x; -- \xc3\xa9 /* */";
static const char long_name[] = "a_name_of_sixty_three_bytes_which_is_as_long_as_a_name_may_be__";

typedef struct {
    PgaTestCluster *cluster;
    char *dsn;
    char *directory;
} Place;

static void
place_clear(Place *place)
{
    g_free(place->dsn);
    g_free(place->directory);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static void
add_names(GPtrArray *names, const char *first, const char *second)
{
    g_ptr_array_add(names, g_strdup(first));
    if (second)
        g_ptr_array_add(names, g_strdup(second));
}

static PgaDesignColumn *
add_column(PgaDesignTable *table, const char *name, const char *type)
{
    PgaDesignColumn *column = pga_design_table_add_column(table, name, type);

    column->not_null = TRUE;
    return column;
}

static void
add_primary(PgaDesignTable *table, const char *column)
{
    PgaDesignKey *key = pga_design_table_add_key(table, PGA_DESIGN_PRIMARY);

    key->name = g_strdup_printf("%.50s_pkey", table->name);
    key->why = g_strdup("its key");
    add_names(key->columns, column, NULL);
    add_column(table, column, "bigint")->identity = "BY DEFAULT";
}

static PgaDesignReference *
add_reference(PgaDesignTable *table, const char *name, const char *column, const char *referenced,
              const char *referenced_column)
{
    PgaDesignReference *reference = pga_design_table_add_reference(table, referenced);

    reference->name = g_strdup(name);
    reference->on_delete = PGA_DELETE_CASCADE;
    reference->why = g_strdup(hostile_comment);
    add_names(reference->columns, column, NULL);
    add_names(reference->referenced_columns, referenced_column, NULL);
    return reference;
}

static void
add_constraint(PgaDesignTable *table, const char *name, const char *definition)
{
    PgaDesignConstraint *constraint = pga_design_table_add_constraint(table, name);

    constraint->definition = g_strdup(definition);
    constraint->why = g_strdup(hostile_comment);
}

static PgaArchitecture *
new_architecture(const char *name)
{
    PgaRequirements *requirements = pga_requirements_new();
    PgaArchitecture *architecture = NULL;

    g_free(requirements->name);
    requirements->name = g_strdup(name);
    requirements->workload = PGA_WORKLOAD_OLTP;
    architecture = pga_architecture_new(requirements);
    architecture->major = OLDEST;
    return architecture;
}

/* A table whose names need quotes. */
static void
add_hostile(PgaArchitecture *architecture)
{
    PgaDesignTable *table = pga_architecture_add_table(architecture, hostile_name);
    PgaDesignKey *key = NULL;

    table->comment = g_strdup(hostile_comment);
    table->storage_options = g_strdup("fillfactor = 90");
    add_primary(table, "Se\"lect");
    add_column(table, "user", "text")->comment = g_strdup(hostile_comment);
    add_column(table, "pay\\load\n'", "jsonb")->default_ = g_strdup("'{\"a\\\\b\": 1}'");
    add_column(table, "tags", "text[]")->default_ = g_strdup("'{}'");
    pga_design_table_add_column(table, "total", "numeric(12,2)");
    pga_design_table_add_column(table, "doubled", "numeric(13,2)")->generated =
        g_strdup("total * 2");
    pga_design_table_add_column(table, "during", "tstzrange");
    add_constraint(table, "to\"tal'_check", "CHECK (total >= 0)");
    add_constraint(table, "during_excl", "EXCLUDE USING gist (\"user\" WITH =, during WITH &&)");
    key = pga_design_table_add_key(table, PGA_DESIGN_UNIQUE);
    key->name = g_strdup("user's_key");
    add_names(key->columns, "user", "total");
    key = pga_design_table_add_key(table, PGA_DESIGN_UNIQUE_INDEX);
    key->name = g_strdup("Partial \"one\"");
    key->where = g_strdup("total <> 0");
    key->why = g_strdup(hostile_comment);
    add_names(key->columns, "user", NULL);
}

/* Two tables that reference each other, one of them itself, one with a name of the system's. */
static void
add_cycle(PgaArchitecture *architecture)
{
    PgaDesignTable *first = pga_architecture_add_table(architecture, long_name);
    PgaDesignTable *second = pga_architecture_add_table(architecture, "pg_class");

    add_primary(first, "id");
    pga_design_table_add_column(first, "second", "bigint");
    add_reference(first, "first_second_fkey", "second", "pg_class", "id")->is_deferrable = TRUE;
    add_primary(second, "id");
    second->comment = g_strdup("not the system's");
    pga_design_table_add_column(second, "first", "bigint");
    pga_design_table_add_column(second, "parent", "bigint");
    add_reference(second, "second_first_fkey", "first", long_name, "id");
    add_reference(second, "parent", "parent", "pg_class", "id");
    add_reference(second, "dropped", "parent", "pg_class", "id")->is_dropped = TRUE;
}

static void
add_partitioned(PgaArchitecture *architecture)
{
    PgaDesignTable *table = pga_architecture_add_table(architecture, "events");
    PgaDesignPartitioning *partitioning = pga_architecture_add_partitioning(architecture, table);

    add_column(table, "at", "timestamptz");
    add_column(table, "kind", "text");
    table->append_only = TRUE;
    table->storage_options = g_strdup("fillfactor = 100");
    partitioning->method = PGA_PARTITION_RANGE;
    partitioning->column = g_strdup("at");
    table->partitioning = partitioning;
}

static void
add_personal(PgaArchitecture *architecture)
{
    PgaDesignTable *table = pga_architecture_add_table(architecture, "people");
    PgaSpecEntity *entity = pga_requirements_add_entity(architecture->requirements, "people");
    PgaSpecAttribute *email = pga_spec_add_attribute(entity->attributes, "email");

    email->personal = TRUE;
    add_primary(table, "id");
    add_column(table, "email", "text")->attribute = email;
    add_column(table, "country", "text");
}

static void
add_indexes(PgaArchitecture *architecture)
{
    PgaIndexAdvice *advice = NULL;

    architecture->index = pga_index_report_new();
    advice = pga_index_report_add_advice(architecture->index);
    advice->rationale = g_strdup(hostile_comment);
    g_ptr_array_add(advice->statements,
                    g_strdup("CREATE INDEX CONCURRENTLY people_country_idx ON public.people "
                             "USING btree (country);"));
    advice = pga_index_report_add_advice(architecture->index);
    g_ptr_array_add(advice->statements,
                    g_strdup("CREATE INDEX CONCURRENTLY events_kind_idx ON public.events (kind)"));
}

static PgaArchitecture *
hostile_architecture(const char *name)
{
    PgaArchitecture *architecture = new_architecture(name);

    g_ptr_array_add(architecture->extensions, g_strdup("btree_gist"));
    add_hostile(architecture);
    add_cycle(architecture);
    add_partitioned(architecture);
    add_personal(architecture);
    add_indexes(architecture);
    pga_design_ddl(architecture);
    return architecture;
}

/* Whether psql came to the end of @file; what it said is shown where it did not. */
static gboolean
run_file(const Place *place, const PgaArchitecture *architecture, const char *path)
{
    const PgaDesignFile *file = pga_architecture_file(architecture, path);
    g_autofree char *name = g_build_filename(place->directory, path, NULL);
    const char *const argv[] = {"psql", "-X",       "-q", "-v", "ON_ERROR_STOP=1",
                                "-d",   place->dsn, "-f", name, NULL};
    g_autofree char *messages = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;

    g_assert_nonnull(file);
    g_assert_true(g_file_set_contents(name, file->text, -1, NULL));
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                               &messages, &status, &error));
    if (status != 0)
        g_test_message("PostgreSQL %u: %s", pga_test_cluster_major(place->cluster), messages);
    g_unlink(name);
    return status == 0;
}

static void
run_files(const Place *place, const PgaArchitecture *architecture)
{
    static const char *const files[] = {"schema.sql", "roles.sql", "indexes.sql"};

    for (guint i = 0; i < G_N_ELEMENTS(files); i++)
        g_assert_true(run_file(place, architecture, files[i]));
}

static void
assert_value(const Place *place, const char *sql, const char *expected)
{
    g_autofree char *value = pga_test_value(place->dsn, sql);

    g_assert_cmpstr(value, ==, expected);
}

static void
check_schema(const Place *place)
{
    assert_value(place,
                 "SELECT obj_description(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = "
                 "relnamespace WHERE nspname = 'public' AND relkind = 'r' AND relname LIKE 'Ord%'",
                 hostile_comment);
    assert_value(place, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'Ord%'",
                 hostile_name);
    assert_value(place, "SELECT obj_description('public.pg_class'::regclass)", "not the system's");
    assert_value(place,
                 "SELECT count(*) FROM pg_description d JOIN pg_constraint c ON c.oid = d.objoid "
                 "WHERE classoid = 'pg_constraint'::regclass AND connamespace = "
                 "'public'::regnamespace AND contype IN ('f', 'c', 'x')",
                 "5");
    assert_value(place, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND condeferred",
                 "1");
    assert_value(place,
                 "SELECT reloptions[1] FROM pg_class WHERE relname LIKE 'Ord%' AND relkind = 'r'",
                 "fillfactor=90");
    assert_value(place, "SELECT pg_get_partkeydef('events'::regclass)", "RANGE (at)");
    assert_value(place,
                 "SELECT count(*) FROM pg_index WHERE indrelid IN ('people'::regclass, "
                 "'events'::regclass) AND NOT indisprimary AND indisvalid",
                 "2");
}

static void
check_roles(const Place *place, const char *name, const char *may_create)
{
    g_autofree char *expected = g_strdup_printf("t t f %s t f t f t t", may_create);
    g_autofree char *owned = g_strdup_printf(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN "
        "('r', 'p', 'S', 'i', 'I') AND pg_get_userbyid(relowner) <> '%s_owner'",
        name);
    g_autofree char *privileges = g_strdup_printf(
        "SELECT concat_ws(' ', has_table_privilege('%1$s_app', 'people', 'UPDATE'), "
        "has_table_privilege('%1$s_app', 'events', 'INSERT'), "
        "has_table_privilege('%1$s_app', 'events', 'DELETE'), "
        "has_schema_privilege('%1$s_app', 'public', 'CREATE'), "
        "has_column_privilege('%1$s_readonly', 'people', 'country', 'SELECT'), "
        "has_column_privilege('%1$s_readonly', 'people', 'email', 'SELECT'), "
        "has_table_privilege('%1$s_readonly', 'events', 'SELECT'), "
        "has_table_privilege('%1$s_readonly', 'events', 'INSERT'), "
        "has_database_privilege('%1$s_readonly', current_database(), 'CONNECT'), "
        "pg_has_role('%1$s_migration', '%1$s_owner', 'USAGE'))",
        name);
    g_autofree char *settings = g_strdup_printf(
        "SELECT setconfig::text FROM pg_db_role_setting WHERE setrole = '%s_app'::regrole", name);
    g_autofree char *logins = g_strdup_printf(
        "SELECT string_agg(substr(rolname, length('%1$s_') + 1) || ' ' || rolcanlogin, ' ' ORDER "
        "BY rolname) FROM pg_roles WHERE rolname LIKE '%1$s\\_%%'",
        name);

    assert_value(place, owned, "0");
    assert_value(place, privileges, expected);
    assert_value(place, settings,
                 "{search_path=public,statement_timeout=30s,lock_timeout=5s,"
                 "idle_in_transaction_session_timeout=60s}");
    assert_value(place, logins, "app true migration true owner false readonly true");
}

/* A table made by the migration role belongs to the owner, and the application may use it. */
static void
check_migration(const Place *place, const char *name)
{
    g_autofree char *directory_dsn = g_strdup_printf("%s user=%s_migration", place->dsn, name);
    g_autofree char *check = g_strdup_printf(
        "SELECT concat_ws(' ', pg_get_userbyid(relowner) = '%1$s_owner', "
        "has_table_privilege('%1$s_app', oid, 'INSERT'), "
        "has_table_privilege('%1$s_readonly', oid, 'SELECT')) FROM pg_class WHERE relname = "
        "'made_later'",
        name);

    pga_test_sql(directory_dsn, "CREATE TABLE made_later (a int)");
    assert_value(place, check, "t t f");
}

static void
open_place(Place *place, guint major, const char *database)
{
    place->cluster = pga_test_cluster(major);
    place->dsn = pga_test_cluster_database(place->cluster, database);
    place->directory = g_dir_make_tmp("pga-ddl-XXXXXX", NULL);
    g_assert_nonnull(place->directory);
}

static void
for_each_server(void (*check)(guint major))
{
    const GPtrArray *servers = pga_test_servers();
    g_autofree char *psql = g_find_program_in_path("psql");

    if (!psql) {
        g_test_skip("psql is not installed");
        return;
    }
    if (!pga_test_have_server())
        return;
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);

        if (server->major >= OLDEST)
            check(server->major);
    }
}

static void
check_as_superuser(guint major)
{
    g_autoptr(PgaArchitecture) architecture = hostile_architecture("Shop");
    g_auto(Place) place = {0};

    open_place(&place, major, "as_superuser");
    run_files(&place, architecture);
    check_schema(&place);
    check_roles(&place, "shop", "f");
    check_migration(&place, "shop");
    /* again: the schema stops before it has changed anything, roles may be run again */
    g_assert_false(run_file(&place, architecture, "schema.sql"));
    g_assert_true(run_file(&place, architecture, "roles.sql"));
    check_schema(&place);
    g_rmdir(place.directory);
}

static void
test_superuser(void)
{
    for_each_server(check_as_superuser);
}

/* As providers give it: who may make roles and owns the database, but is no superuser. */
static void
check_as_owner(guint major)
{
    g_autoptr(PgaArchitecture) architecture = hostile_architecture("9 \xc3\xa9'lives");
    g_auto(Place) place = {0};
    g_autofree char *dsn = NULL;

    open_place(&place, major, "as_owner");
    pga_test_cluster_sql(place.cluster, "CREATE ROLE \"Master\" LOGIN CREATEROLE");
    pga_test_cluster_sql(place.cluster, "ALTER DATABASE as_owner OWNER TO \"Master\"");
    dsn = place.dsn;
    place.dsn = g_strdup_printf("%s user=Master", dsn);
    run_files(&place, architecture);
    check_schema(&place);
    /* before 15 public belongs to the superuser, and what everybody may do there */
    check_roles(&place, "app_9____lives", major < 15 ? "t" : "f");
    g_assert_true(run_file(&place, architecture, "roles.sql"));
    g_rmdir(place.directory);
}

static void
test_owner(void)
{
    for_each_server(check_as_owner);
}

/* Nothing but names and numbers of the input: the same bytes each time, none of the clock's. */
static void
test_same_bytes(void)
{
    g_autoptr(PgaArchitecture) first = hostile_architecture("shop");
    g_autoptr(PgaArchitecture) second = hostile_architecture("shop");

    g_assert_cmpuint(first->files->len, ==, 4);
    for (guint i = 0; i < first->files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(first->files, i);

        g_assert_cmpstr(file->text, ==, pga_architecture_file(second, file->path)->text);
        g_assert_null(strstr(file->text, "DROP TABLE people"));
    }
}

/* The whole of a small schema, as people read it. */
static void
test_text(void)
{
    g_autoptr(PgaArchitecture) architecture = new_architecture("shop");
    PgaDesignTable *table = NULL;

    add_personal(architecture);
    table = pga_architecture_table(architecture, "people");
    table->comment = g_strdup("Who buys.");
    pga_design_ddl(architecture);
    g_assert_cmpstr(pga_architecture_file(architecture, "schema.sql")->text, ==,
                    "-- shop: tables, keys, constraints. For PostgreSQL 14.\n"
                    "--     psql -v ON_ERROR_STOP=1 -d DATABASE -f schema.sql\n"
                    "-- Order, as far as they are there: schema.sql, partitions.sql, roles.sql, "
                    "indexes.sql.\n"
                    "-- On an empty database; one transaction: run again, it stops at what is "
                    "there and changes nothing.\n"
                    "\n"
                    "SET client_encoding = 'UTF8';\n"
                    "SET search_path = public;\n"
                    "SET lock_timeout = '5s';\n"
                    "\n"
                    "BEGIN;\n"
                    "\n"
                    "CREATE TABLE people (\n"
                    "    id      bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,\n"
                    "    email   text NOT NULL,\n"
                    "    country text NOT NULL,\n"
                    "    CONSTRAINT people_pkey PRIMARY KEY (id)\n"
                    ");\n"
                    "COMMENT ON TABLE people IS 'Who buys.';\n"
                    "COMMENT ON CONSTRAINT people_pkey ON people IS 'its key';\n"
                    "\n"
                    "\n"
                    "COMMIT;\n");
    g_assert_null(pga_architecture_file(architecture, "indexes.sql"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/design/ddl/as-people-read-it", test_text);
    g_test_add_func("/design/ddl/same-bytes", test_same_bytes);
    g_test_add_func("/design/ddl/psql-as-superuser", test_superuser);
    g_test_add_func("/design/ddl/psql-as-database-owner", test_owner);
    return g_test_run();
}

#include "tpch.h"
#include "array_literal_internal.h"
#include "clone_internal.h"
#include <base/error.h>
#include <lab/module.h>
#include <string.h>

/* src/include/catalog/pg_statistic.h */
enum { KIND_MCV = 1, KIND_HISTOGRAM = 2, KIND_CORRELATION = 3 };

static char *
path_of(const char *name)
{
    const char *shared = g_getenv("PGA_SHARED");

    return g_build_filename(shared ? shared : PGA_SOURCE_ROOT "/../shared", "workloads", "tpch",
                            name, NULL);
}

static char *
contents_of(const char *name)
{
    g_autofree char *path = path_of(name);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

const char *
pga_tpch_obstacle(const PgaTestServer *server)
{
    g_autofree char *path = path_of("expected-costs-sf1.json");
    g_autofree char *module = pga_lab_module_find(server->major);

    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return "workloads/tpch is not there: PGA_SHARED names the folder that has it";
    return module ? NULL : "no planner module for this major";
}

static json_t *
parse_json(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, 0, &error);

    if (!json)
        g_error("%s, line %d", error.text, error.line);
    return json;
}

static GPtrArray *
read_statistics(void)
{
    GPtrArray *statistics = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
    g_autofree char *text = contents_of("stats-sf1.columns.jsonl");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i]; i++)
        if (*lines[i])
            g_ptr_array_add(statistics, parse_json(lines[i]));
    return statistics;
}

/* Nine digits are what a float4 needs to come back as it was. */
static char *
float4_text(const json_t *number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_assert_true(json_is_number(number));
    return g_strdup(g_ascii_formatd(text, sizeof text, "%.9g", json_number_value(number)));
}

static void
add_size(const json_t *relations, const PgaRelation *relation, PgaPlannerData *data)
{
    size_t i;
    const json_t *row;

    json_array_foreach(relations, i, row)
    {
        PgaRelationSize *size;

        if (strcmp(json_string_value(json_object_get(row, "relname")), relation->relname) != 0)
            continue;
        size = pga_planner_data_add_size(data, relation->oid);
        size->relpages = size->pages = json_integer_value(json_object_get(row, "relpages"));
        size->relallvisible = json_integer_value(json_object_get(row, "relallvisible"));
        size->reltuples = float4_text(json_object_get(row, "reltuples"));
    }
}

static gint16
attnum_of(const PgaRelation *relation, const char *attname)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (strcmp(attribute->attname, attname) == 0)
            return attribute->attnum;
    }
    g_error("%s has no column %s", relation->relname, attname);
}

static void
fill_slots(const json_t *row, PgaStatisticSlot *slot)
{
    const char *mcv = json_string_value(json_object_get(row, "most_common_vals"));
    const char *freqs = json_string_value(json_object_get(row, "most_common_freqs"));
    const char *histogram = json_string_value(json_object_get(row, "histogram_bounds"));
    const json_t *correlation = json_object_get(row, "correlation");

    if (mcv)
        *slot++ = (PgaStatisticSlot){KIND_MCV, g_strdup(freqs), g_strdup(mcv)};
    if (histogram)
        *slot++ = (PgaStatisticSlot){KIND_HISTOGRAM, NULL, g_strdup(histogram)};
    if (json_is_number(correlation)) {
        g_autofree char *number = float4_text(correlation);

        *slot = (PgaStatisticSlot){KIND_CORRELATION, g_strdup_printf("{%s}", number), NULL};
    }
}

static void
add_columns(const GPtrArray *statistics, const PgaRelation *relation, PgaPlannerData *data)
{
    for (guint i = 0; i < statistics->len; i++) {
        const json_t *row = g_ptr_array_index(statistics, i);
        const char *attname = json_string_value(json_object_get(row, "attname"));
        PgaColumnStatistics *column;

        if (strcmp(json_string_value(json_object_get(row, "tablename")), relation->relname) != 0)
            continue;
        column = pga_planner_data_add_column(data, relation->oid);
        column->attnum = attnum_of(relation, attname);
        column->attname = g_strdup(attname);
        column->null_frac = float4_text(json_object_get(row, "null_frac"));
        column->n_distinct = float4_text(json_object_get(row, "n_distinct"));
        column->width = (gint32)json_integer_value(json_object_get(row, "avg_width"));
        fill_slots(row, column->slots);
    }
}

static gboolean
read_planner(gpointer self, const GArray *relations, PgaPlannerData *data,
             G_GNUC_UNUSED GError **error)
{
    const PgaTpch *tpch = self;

    for (guint i = 0; i < relations->len; i++) {
        const PgaRelation *relation =
            pga_catalog_relation(tpch->catalog, g_array_index(relations, PgaOid, i));

        add_size(json_object_get(tpch->expected, "relations"), relation, data);
        add_columns(tpch->statistics, relation, data);
    }
    return TRUE;
}

static GPtrArray *
notes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
}

/* The lab's own settings, and those of its reader's session, say nothing about a source. */
static void
forget_lab_settings(const PgaCatalog *catalog)
{
    for (guint i = 0; i < catalog->settings->len; i++) {
        PgaSetting *setting = g_ptr_array_index(catalog->settings, i);

        if (g_strcmp0(setting->source, "configuration file") == 0 || !setting->boot_val)
            continue;
        g_free(setting->setting);
        setting->setting = g_strdup(setting->boot_val);
    }
}

/* As the program reads a DDL file: loaded, then collected. */
static void
collect(PgaTpch *tpch, const char *more)
{
    g_autofree char *schema = contents_of("schema.sql");
    g_autofree char *sql = g_strconcat(schema, more, NULL);
    const PgaCollectOptions options = {.ram_bytes = -1};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaLabLoad) load = pga_test_load(tpch->lab, sql, &error);
    g_autoptr(GPtrArray) notes = notes_new();
    g_autoptr(PgaEnvironment) environment = NULL;
    g_autoptr(PgaConnection) connection = NULL;

    g_assert_no_error(error);
    g_assert_cmpuint(load->not_checked->len, ==, 0);
    connection = pga_lab_connect(tpch->lab, &error);
    g_assert_no_error(error);
    pga_collect(connection, &options, &tpch->catalog, &environment, notes, &error);
    g_assert_no_error(error);
    pga_collect_objects(connection, &options, &tpch->objects, notes, &error);
    g_assert_no_error(error);
    forget_lab_settings(tpch->catalog);
}

PgaTpch *
pga_tpch_new(const PgaTestServer *server, const char *more)
{
    PgaTpch *tpch = g_new0(PgaTpch, 1);
    g_autofree char *expected = contents_of("expected-costs-sf1.json");

    tpch->expected = parse_json(expected);
    tpch->statistics = read_statistics();
    for (guint i = 0; i < PGA_TPCH_QUERIES; i++) {
        g_autofree char *name = g_strdup_printf("queries/%02u.sql", i + 1);

        tpch->queries[i] = contents_of(name);
    }
    tpch->planner = (PgaPlannerSource){.read = read_planner, .self = tpch};
    tpch->lab = pga_test_lab_start(server);
    collect(tpch, more);
    return tpch;
}

void
pga_tpch_free(PgaTpch *tpch)
{
    pga_catalog_free(tpch->catalog);
    pga_objects_free(tpch->objects);
    pga_lab_free(tpch->lab);
    json_decref(tpch->expected);
    g_ptr_array_unref(tpch->statistics);
    for (guint i = 0; i < PGA_TPCH_QUERIES; i++)
        g_free(tpch->queries[i]);
    g_free(tpch);
}

PgaClone *
pga_tpch_clone(PgaTpch *tpch)
{
    const PgaCloneOptions options = {
        .catalog = tpch->catalog, .objects = tpch->objects, .planner = &tpch->planner};
    g_autoptr(GError) error = NULL;
    PgaClone *clone = pga_clone_open(tpch->lab, &options, &error);

    if (error)
        g_test_message("%s (%s)", error->message, pga_error_get_detail(error));
    g_assert_no_error(error);
    g_assert_true(pga_clone_has_whatif(clone));
    return clone;
}

PGconn *
pga_tpch_connect(const PgaClone *clone)
{
    g_auto(GStrv) environment = pga_clone_environment(clone);
    const char *host = g_environ_getenv(environment, "PGHOST");
    const char *const keywords[] = {"host", "port", "dbname", "user", "options", NULL};
    const char *const values[] = {host,
                                  g_environ_getenv(environment, "PGPORT"),
                                  g_environ_getenv(environment, "PGDATABASE"),
                                  g_environ_getenv(environment, "PGUSER"),
                                  "-c jit=off",
                                  NULL};
    PGconn *conn = PQconnectdbParams(keywords, values, 0);

    if (PQstatus(conn) != CONNECTION_OK)
        g_error("%s", PQerrorMessage(conn));
    return conn;
}

PGresult *
pga_tpch_exec(PGconn *conn, const char *sql, const char *const *params, int n_params)
{
    PGresult *result = PQexecParams(conn, sql, n_params, NULL, params, NULL, NULL, 0);

    if (pga_result_failed(result))
        g_error("%s", PQresultErrorMessage(result));
    return result;
}

static void
do_for_indexes(const PgaTpch *tpch, const PgaClone *clone, const char *sql)
{
    size_t i;
    const json_t *row;

    json_array_foreach(json_object_get(tpch->expected, "indexes"), i, row)
    {
        g_autofree char *name = g_strdup_printf("tpch_%zu", i + 1);
        g_autofree char *pages = NULL, *height = NULL;
        g_autoptr(PGresult) result = NULL;

        pages = g_strdup_printf("%" JSON_INTEGER_FORMAT,
                                json_integer_value(json_object_get(row, "pages")));
        height = g_strdup_printf("%" JSON_INTEGER_FORMAT,
                                 json_integer_value(json_object_get(row, "tree_height")));
        result =
            pga_tpch_exec(clone->admin->conn, sql, (const char *const[]){name, pages, height}, 3);
        g_assert_cmpint(PQntuples(result), ==, 1);
    }
}

void
pga_tpch_make_indexes(const PgaTpch *tpch, const PgaClone *clone)
{
    size_t i;
    const json_t *row;

    json_array_foreach(json_object_get(tpch->expected, "indexes"), i, row)
    {
        g_autofree char *sql = g_strdup_printf("CREATE INDEX tpch_%zu ON public.%s", i + 1,
                                               json_string_value(json_object_get(row, "index")));

        PQclear(pga_tpch_exec(clone->admin->conn, sql, NULL, 0));
    }
}

void
pga_tpch_size_indexes(const PgaTpch *tpch, const PgaClone *clone)
{
    do_for_indexes(tpch, clone,
                   "UPDATE pg_catalog.pg_class c SET relpages = $2::int4, reltuples = s.reltuples"
                   " FROM pg_catalog.pg_index i JOIN pgarchitect_whatif.size s ON s.relid ="
                   " i.indrelid WHERE c.oid = i.indexrelid AND c.relname = $1 AND $3 <> ''"
                   " RETURNING c.oid");
    do_for_indexes(tpch, clone,
                   "SELECT pgarchitect_whatif.put_size(oid, $2::int8, $3::int4)"
                   " FROM pg_catalog.pg_class WHERE relname = $1");
}

char *
pga_tpch_indexes(const PgaTpch *tpch, PGconn *conn)
{
    g_autoptr(PGresult) oids =
        pga_tpch_exec(conn,
                      "SELECT string_agg(oid::text, ' ' ORDER BY relname) FROM pg_catalog.pg_class"
                      " WHERE relname LIKE 'tpch\\__'",
                      NULL, 0);

    g_assert_cmpuint(json_array_size(json_object_get(tpch->expected, "indexes")), <, 10);
    return g_strdup(PQgetvalue(oids, 0, 0));
}

char *
pga_tpch_query_array(const PgaTpch *tpch)
{
    GString *array = pga_array_literal_new();

    for (guint i = 0; i < PGA_TPCH_QUERIES; i++)
        pga_array_literal_add(array, tpch->queries[i]);
    pga_array_literal_end(array);
    return g_string_free(array, FALSE);
}

char *
pga_tpch_explain(PGconn *conn, const char *query)
{
    g_autofree char *sql = g_strconcat("EXPLAIN (FORMAT JSON) ", query, NULL);
    g_autoptr(PGresult) result = pga_tpch_exec(conn, sql, NULL, 0);
    json_t *plan = parse_json(PQgetvalue(result, 0, 0));
    char *cost = NULL;
    const json_t *top = json_object_get(json_array_get(plan, 0), "Plan");

    g_assert_nonnull(json_object_get(top, "Total Cost"));
    cost = g_strdup_printf("%.2f", json_number_value(json_object_get(top, "Total Cost")));
    json_decref(plan);
    return cost;
}

char *
pga_tpch_expected(const PgaTpch *tpch, const char *table, guint i)
{
    g_autofree char *key = g_strdup_printf("%02u", i + 1);
    const json_t *cost = json_object_get(json_object_get(tpch->expected, table), key);

    g_assert_true(json_is_number(cost));
    return g_strdup_printf("%.2f", json_number_value(cost));
}

/* Which kind of source an argument is, and how each becomes a model. */
#include "source_internal.h"

#include <string.h>

#include <base/error.h>
#include <base/progress.h>
#include <base/units.h>
#include <collect/clone_source.h>
#include <collect/server.h>
#include <parse/configuration.h>
#include <parse/script.h>
#include <parse/snapshot.h>

#define MIN_RAM_BYTES       (G_GINT64_CONSTANT(64) << 20)
#define MIN_TABLES_TO_DOUBT 5 /* a schema of fewer may well have neither keys nor indexes */

void
pga_source_clear(PgaSource *source)
{
    g_clear_pointer(&source->connection, pga_connection_close);
    g_clear_pointer(&source->catalog, pga_catalog_free);
    g_clear_pointer(&source->environment, pga_environment_free);
    g_clear_pointer(&source->objects, pga_objects_free);
    g_clear_pointer(&source->server, pga_server_free);
    g_clear_pointer(&source->workload, pga_workload_free);
    g_clear_pointer(&source->snapshot, pga_snapshot_free);
    g_clear_pointer(&source->load, pga_lab_load_free);
    g_clear_pointer(&source->lab, pga_lab_free);
    g_clear_pointer(&source->path, g_free);
}

/* A name that psql would take for a database's. */
static gboolean
may_be_database(const char *source)
{
    return !strpbrk(source, "/.") && !g_str_equal(source, "-");
}

/* A URI or conninfo string is a connection whatever files there are; a word with a slash, ".sql" or
 * ".pga" is a file; of the rest, which may be a database's name, only an existing file is one. */
gboolean
pga_source_is_file(const char *source)
{
    if (!source || g_str_has_prefix(source, "postgres://") ||
        g_str_has_prefix(source, "postgresql://"))
        return FALSE;
    if (g_str_equal(source, "-"))
        return TRUE;
    if (g_file_test(source, G_FILE_TEST_EXISTS))
        return strchr(source, '/') || !g_file_test(source, G_FILE_TEST_IS_DIR);
    if (strchr(source, '='))
        return FALSE;
    return strchr(source, '/') || g_str_has_suffix(source, ".sql") ||
           g_str_has_suffix(source, ".pga");
}

gboolean
pga_source_is_ddl(const char *source)
{
    return pga_source_is_file(source) && !pga_snapshot_recognise(source);
}

static gboolean
parse_ram(const char *text, gint64 *bytes, GError **error)
{
    if (!pga_bytes_parse(text, PGA_BYTES_MEMORY, bytes, error))
        return FALSE;
    if (*bytes >= MIN_RAM_BYTES)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "--ram \"%s\" is too little for a PostgreSQL server",
                  text);
    pga_error_hint(error, "Give it with its unit, 64MB or more: --ram 16GB.");
    return FALSE;
}

static gboolean
collect_options(const PgaSourceRequest *request, PgaCollectOptions *options, GError **error)
{
    *options = (PgaCollectOptions){.no_values = request->no_values,
                                   .sample = request->sample,
                                   .database_sizes = request->database_sizes,
                                   .ram_bytes = -1,
                                   .statement_timeout = request->timeout * 1000,
                                   .progress = request->progress};
    return !request->ram || parse_ram(request->ram, &options->ram_bytes, error);
}

static gboolean
open_live(const PgaSourceRequest *request, PgaSource *source, GPtrArray *not_checked,
          GError **error)
{
    const PgaConnectionOptions where = {
        .dbname = request->source,
        .host = request->host,
        .port = request->port,
        .user = request->user,
        .service = request->service,
        .database = request->database,
        .ask_password = request->ask_password,
        .ask_data = request->ask_data,
    };

    pga_progress_step(request->progress, "connecting");
    source->connection = pga_connection_open(&where, error);
    return source->connection && pga_collect(source->connection, &source->collect, &source->catalog,
                                             &source->environment, not_checked, error);
}

/* What the lab measured of its own empty tables says nothing about the database that the DDL is of.
 */
static void
forget_measures(PgaCatalog *catalog, PgaEnvironment *environment)
{
    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        relation->reltuples = -1;
        relation->rows_source = PGA_ROWS_UNKNOWN;
        relation->relpages = relation->relallvisible = 0;
        relation->table_bytes = relation->index_bytes = -1;
        relation->heap_bytes = relation->toast_bytes = -1;
        relation->frozenxid_age = relation->minmxid_age = -1;
        relation->being_vacuumed = FALSE;
        relation->has_counters = FALSE;
        relation->counters = (PgaRelationCounters)PGA_RELATION_COUNTERS_NONE;
    }
    for (guint i = 0; i < catalog->indexes->len; i++) {
        PgaIndex *index = g_ptr_array_index(catalog->indexes, i);

        index->bytes = index->idx_scan = -1;
        index->last_idx_scan_age = -1;
        index->relpages = 0;
        index->reltuples = -1;
    }
    for (guint i = 0; i < catalog->extensions->len; i++)
        g_clear_pointer(
            &((PgaExtension *)g_ptr_array_index(catalog->extensions, i))->default_version, g_free);
    g_clear_pointer(&environment->available_extensions, g_ptr_array_unref);
    environment->database_bytes = environment->temp_bytes = -1;
    environment->stats_age = environment->uptime = environment->temp_age = -1;
    environment->xact_commit = environment->blks_read = environment->blks_hit = -1;
    environment->tup_returned = environment->tup_fetched = -1;
}

static void
take_dump_rows(PgaCatalog *catalog, GHashTable *rows)
{
    GHashTableIter iter;
    gpointer name, count;

    g_hash_table_iter_init(&iter, rows);
    while (g_hash_table_iter_next(&iter, &name, &count)) {
        PgaRelation *relation = pga_catalog_relation_by_written_name(catalog, name, NULL);

        if (!relation)
            continue; /* its CREATE TABLE failed, which was said */
        relation->reltuples = *(double *)count;
        relation->rows_source = PGA_ROWS_DUMP;
    }
}

static void
move_entries(GPtrArray *from, GPtrArray *to)
{
    while (from->len > 0)
        g_ptr_array_add(to, g_ptr_array_steal_index(from, 0));
}

/* pg_dump writes tables first, keys and indexes last: a file cut off between two statements has
 * none of these. */
static void
doubt_file(const PgaCatalog *catalog, const char *path, GPtrArray *not_checked)
{
    if (catalog->relations->len < MIN_TABLES_TO_DOUBT || catalog->indexes->len > 0)
        return;
    g_ptr_array_add(not_checked,
                    pga_not_checked_new(
                        NULL, g_strdup_printf("whether %s is whole", path),
                        g_strdup_printf("none of its %u tables has a key or an index; a dump that "
                                        "was cut off looks like that",
                                        catalog->relations->len)));
}

static gboolean
read_lab(const PgaSourceRequest *request, PgaSource *source, GPtrArray *not_checked, GError **error)
{
    g_autoptr(GPtrArray) ignored =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);

    source->connection = pga_lab_connect(source->lab, error);
    if (!source->connection || !pga_collect(source->connection, &source->collect, &source->catalog,
                                            &source->environment, ignored, error))
        return FALSE; /* what the lab's reader may not see are the lab's own counters: not worth a
                         word */
    forget_measures(source->catalog, source->environment);
    take_dump_rows(source->catalog, source->load->rows);
    doubt_file(source->catalog, request->source, not_checked);
    move_entries(source->load->not_checked, not_checked);
    return TRUE;
}

gboolean
pga_source_open_script(const PgaSourceRequest *request, const PgaScript *script, PgaSource *source,
                       GPtrArray *not_checked, GError **error)
{
    const PgaLabOptions options = {.bindir = request->bindir,
                                   .want_major = request->pg_version ? request->pg_version
                                                                     : script->dumped_from,
                                   .want_module = request->want_whatif,
                                   .progress = request->progress};

    if (!source->lab) {
        pga_progress_step(request->progress, "starting the lab");
        source->lab = pga_lab_start(&options, error);
    }
    if (!source->lab)
        return FALSE;
    pga_progress_step(request->progress, "loading %s into the lab", request->source);
    source->load = pga_lab_load(source->lab, script, error);
    if (!source->load || !read_lab(request, source, not_checked, error))
        return FALSE;
    source->environment->source_kind = PGA_SOURCE_DDL;
    g_free(source->environment->source_name);
    source->environment->source_name = g_strdup(script->name);
    return TRUE;
}

static gboolean
open_ddl(const PgaSourceRequest *request, PgaSource *source, GPtrArray *not_checked, GError **error)
{
    const gboolean from_stdin = g_str_equal(request->source, "-");
    g_autoptr(PgaScript) script =
        pga_script_open(from_stdin ? "/dev/stdin" : request->source, error);

    if (!script)
        return FALSE;
    source->path = g_strdup(request->source);
    if (!pga_source_open_script(request, script, source, not_checked, error))
        return FALSE;
    g_free(source->environment->source_name);
    source->environment->source_name =
        from_stdin ? g_strdup("standard input") : g_path_get_basename(request->source);
    return TRUE;
}

/* Whether @what, "table public.b" or "statement at line 3: CREATE TABLE b", is about table @name.
 */
static gboolean
is_about(const char *what, const char *name)
{
    const gsize length = strlen(what), name_length = strlen(name);

    return (strstr(what, "table ") || strstr(what, "TABLE ")) && length > name_length &&
           g_ascii_strcasecmp(what + length - name_length, name) == 0 &&
           strchr(" .", what[length - name_length - 1]);
}

/* A table that could not be read is named already: its rows are no mistake of whoever stated them.
 */
static gboolean
is_left_out(const char *name, GPtrArray *not_checked)
{
    for (guint i = 0; i < not_checked->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(not_checked, i);

        if (!is_about(note->what, name))
            continue;
        g_ptr_array_add(not_checked, pga_not_checked_new(
                                         NULL, g_strdup_printf("--rows of table %s", name),
                                         g_strdup_printf("the table is left out: %s", note->why)));
        return TRUE;
    }
    return FALSE;
}

static gboolean
state_rows(const PgaSourceRequest *request, PgaCatalog *catalog, GPtrArray *not_checked,
           GError **error)
{
    g_autoptr(GArray) stated = g_array_new(FALSE, FALSE, sizeof(PgaStatedRows));

    g_array_set_clear_func(stated, (GDestroyNotify)pga_stated_rows_clear);
    for (guint i = 0; request->rows && request->rows[i]; i++)
        if (!pga_stated_rows_read(request->rows[i], stated, error))
            return FALSE;
    for (guint i = 0; i < stated->len; i++) {
        const PgaStatedRows *rows = &g_array_index(stated, PgaStatedRows, i);

        if (!pga_catalog_relation_by_written_name(catalog, rows->relation, NULL) &&
            (request->rows_of_others || is_left_out(rows->relation, not_checked)))
            continue;
        if (!pga_catalog_state_rows(catalog, rows->relation, rows->rows, error))
            return FALSE;
    }
    pga_catalog_sum_partitions(catalog);
    return TRUE;
}

/* Of a source that has a version and sizes of its own. */
static gboolean
check_ddl_options(const PgaSourceRequest *request, GError **error)
{
    if (request->pg_version) {
        pga_error_set(error, PGA_ERROR_INPUT, "--pg-version is for DDL files");
        pga_error_hint(error, "A database is examined on a lab of its own major version, or the "
                              "nearest one that this machine has; --pg-bindir names another.");
        return FALSE;
    }
    if (request->rows && request->rows[0] && request->rows_for_ddl_only) {
        pga_error_set(error, PGA_ERROR_INPUT, "--rows is for DDL files");
        pga_error_hint(error, "A clone of a database has the numbers of rows that its planner "
                              "knows; to try others, clone its schema: pg_dump -s … | pgarchitect "
                              "clone - --rows TABLE=N.");
        return FALSE;
    }
    return TRUE;
}

gboolean
pga_source_open(const PgaSourceRequest *request, PgaSource *source, GPtrArray *not_checked,
                GError **error)
{
    gboolean (*open_source)(const PgaSourceRequest *, PgaSource *, GPtrArray *, GError **) =
        open_live;

    if (pga_source_is_file(request->source))
        open_source = pga_snapshot_recognise(request->source) ? pga_source_open_snapshot : open_ddl;
    if (open_source != open_live && may_be_database(request->source))
        pga_progress_notice(request->progress,
                            "%s is taken for the file of that name in the current folder, not for "
                            "a database (dbname=%s)",
                            request->source, request->source);
    if ((open_source != open_ddl && !check_ddl_options(request, error)) ||
        !collect_options(request, &source->collect, error) ||
        !open_source(request, source, not_checked, error))
        return FALSE;
    return state_rows(request, source->catalog, not_checked, error);
}

gboolean
pga_source_read_objects(PgaSource *source, GPtrArray *not_checked, GError **error)
{
    if (source->snapshot)
        pga_source_take_notes(source, PGA_SNAPSHOT_OBJECTS, not_checked);
    return source->objects || pga_collect_objects(source->connection, &source->collect,
                                                  &source->objects, not_checked, error);
}

gboolean
pga_source_read_planner(PgaSource *source, const GArray *relations, gboolean no_extremes,
                        PgaPlannerData *data, GPtrArray *not_checked, GError **error)
{
    PgaCollectOptions options = source->collect;

    options.no_extremes = no_extremes;
    if (!source->snapshot)
        return pga_collect_planner(source->connection, &options, source->catalog, relations, data,
                                   not_checked, error);
    pga_source_take_notes(source, PGA_SNAPSHOT_PLANNER, not_checked);
    pga_snapshot_planner(&(PgaPlannerQuestion){.catalog = source->catalog,
                                               .objects = source->objects,
                                               .known = source->snapshot->planner,
                                               .no_extremes = no_extremes},
                         relations, data);
    return TRUE;
}

gboolean
pga_source_read_facts(PgaSource *source, GPtrArray *not_checked, GError **error)
{
    if (!pga_source_read_objects(source, not_checked, error))
        return FALSE;
    if (source->snapshot)
        pga_source_take_notes(source, PGA_SNAPSHOT_FACTS, not_checked);
    if (source->environment->source_kind != PGA_SOURCE_LIVE)
        return TRUE;
    return pga_collect_server(source->connection, &source->collect, &source->server, not_checked,
                              error) &&
           pga_collect_workload(source->connection, &source->collect, &source->workload,
                                not_checked, error);
}

PgaLab *
pga_source_lab(PgaSource *source, const PgaSourceRequest *request, GError **error)
{
    const PgaLabOptions options = {
        .bindir = request->bindir,
        .want_major = source->environment->version_num / 10000,
        .want_module = request->want_whatif,
        .progress = request->progress,
    };

    if (!source->lab) {
        pga_progress_step(request->progress, "starting the lab");
        source->lab = pga_lab_start(&options, error);
    }
    return source->lab;
}

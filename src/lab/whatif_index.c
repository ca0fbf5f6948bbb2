/* Candidates: made for real on the clone's empty tables, found again by their names, and their
 * sizes asked. */
#include "array_literal_internal.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "extensions_internal.h"
#include "head_internal.h"
#include "sizes_internal.h"
#include "whatif_internal.h"
#include <string.h>

enum {
    DEPTH = 2,
    CHUNK = 512,    /* indexes between two looks at the disk */
    TOGETHER = 64,  /* made in one transaction */
    SIZES_EACH = 8, /* asked for in one message */
};

static const char found_sql[] =
    "SELECT u.place, c.oid, c.relkind"
    " FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[], $3::pg_catalog.text[],"
    " $4::pg_catalog.text[]) u (place, relname, nspname, heap)"
    " JOIN pg_catalog.pg_class t ON t.relname = u.heap::pg_catalog.name"
    " JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace"
    " JOIN pg_catalog.pg_index i ON i.indrelid = t.oid"
    " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
    " WHERE c.relname = u.relname::pg_catalog.name"
    " AND n.nspname = COALESCE(u.nspname::pg_catalog.name, (SELECT s.nspname"
    " FROM unnest($5::pg_catalog.name[]) WITH ORDINALITY s (nspname, place)"
    " JOIN pg_catalog.pg_namespace sn ON sn.nspname = s.nspname"
    " JOIN pg_catalog.pg_class st ON st.relnamespace = sn.oid"
    " WHERE st.relname = u.heap::pg_catalog.name ORDER BY s.place LIMIT 1))";

static const char schemas_sql[] =
    "SELECT pg_catalog.set_config('search_path', $1, false), pg_catalog.current_schemas(false)";

/* One that the source has may have been taken over: it is no candidate. */
static const char leaves_sql[] =
    "SELECT u.oid, c.oid FROM unnest($1::pg_catalog.oid[]) u (oid)"
    " CROSS JOIN LATERAL pg_catalog.pg_partition_tree(u.oid) p"
    " JOIN pg_catalog.pg_class c ON c.oid = p.relid AND c.relkind = 'i'"
    " WHERE c.oid NOT IN (SELECT relid FROM pgarchitect_whatif.size)"
    " ORDER BY 1, 2";

static const char size_sql[] =
    "SELECT u.place, s.bytes, s.accuracy, s.method, s.pages, s.tuples, s.tree_height"
    " FROM pg_catalog.unnest($1::pg_catalog.oid[]) WITH ORDINALITY u (oid, place)"
    " CROSS JOIN LATERAL pgarchitect_whatif.index_size(u.oid) s";

/* Columns of size_sql. */
enum { PLACE, BYTES, ACCURACY, METHOD, PAGES, TUPLES, TREE_HEIGHT };

void
pga_whatif_index_free(PgaWhatifIndex *index)
{
    if (!index)
        return;
    g_free(index->sql);
    g_free(index->accuracy);
    g_free(index->method);
    g_free(index->failure);
    g_free(index);
}

/** One call: indexes[from .. to). */
typedef struct {
    PgaWhatif *whatif;
    GPtrArray *indexes;
    guint from, to;
    GArray *leaves;   /* of Leaf */
    const char *path; /* where definitions look; interned */
    char *schemas;    /* the same without what is not there; array text */
} Making;

/** An index that has blocks of its own. */
typedef struct {
    PgaWhatifIndex *index; /* a candidate, perhaps of a partitioned table */
    guint32 oid;
} Leaf;

/* Adds @place to the last task that waits, or to a new one. */
static void
add_to_task(PgaWhatifRun *run, guint place, guint most, const char *path)
{
    PgaWhatifTask *task = g_queue_peek_tail(&run->waiting);

    if (!task || task->places->len >= most) {
        task = pga_whatif_task_new(0, path);
        task->places = g_array_new(FALSE, FALSE, sizeof(guint));
        g_queue_push_tail(&run->waiting, task);
    }
    g_array_append_val(task->places, place);
}

static void
ask_singly(PgaWhatifRun *run, const PgaWhatifTask *task)
{
    for (guint i = task->places->len; i-- > 0;) {
        PgaWhatifTask *single = pga_whatif_task_new(0, task->path);

        single->places = g_array_new(FALSE, FALSE, sizeof(guint));
        g_array_append_val(single->places, g_array_index(task->places, guint, i));
        g_queue_push_head(&run->waiting, single);
    }
}

static PgaWhatifIndex *
index_of(const PgaWhatifRun *run, const PgaWhatifTask *task, guint i)
{
    const Making *making = run->self;

    return g_ptr_array_index(making->indexes, g_array_index(task->places, guint, i));
}

/* What is sent until a Sync is one transaction, and still one statement at a time. */
static PgaWhatifSending
send_definitions(PgaWhatifRun *run, const PgaWhatifLine *line, PgaWhatifTask *task)
{
    for (guint i = 0; i < task->places->len; i++)
        if (!PQsendQueryParams(line->session->conn, index_of(run, task, i)->sql, 0, NULL, NULL,
                               NULL, NULL, 0))
            return PGA_LOST;
    return PGA_SENT;
}

/* @result: of the last statement. One that fails takes all of the transaction with it. */
static void
take_definitions(PgaWhatifRun *run, PgaWhatifTask *task, const PGresult *result)
{
    if (PQresultStatus(result) == PGRES_COMMAND_OK)
        return;
    if (task->places->len > 1)
        ask_singly(run, task);
    else
        index_of(run, task, 0)->failure = pga_result_message(result);
}

static void
lose_definitions(PgaWhatifRun *run, PgaWhatifTask *task, const char *why)
{
    if (task->places->len > 1)
        ask_singly(run, task);
    else
        index_of(run, task, 0)->failure = g_strdup(why);
}

/* Nothing else than an index is made here. */
static gboolean
is_index(const char *sql, PgaMade *made)
{
    g_autoptr(PgaHead) head = pga_head_read(sql, strlen(sql));

    pga_head_made(head, made);
    return g_strcmp0(made->kind, "index") == 0 && made->name && made->on_name;
}

/* By one session: of two plans of the same cost the planner takes the one of the index with the
 * lower oid, so that these have to come in the same order each time. */
static gboolean
define(const Making *making, GError **error)
{
    PgaWhatif *whatif = making->whatif;
    const GPtrArray *lines = whatif->creators ? whatif->creators : whatif->lines;
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    g_auto(PgaWhatifRun) run = {.whatif = whatif,
                                .lines = one,
                                .self = (gpointer)making,
                                .depth = DEPTH,
                                .send = send_definitions,
                                .answer = take_definitions,
                                .lost = lose_definitions};

    g_ptr_array_add(one, g_ptr_array_index(lines, 0));
    g_queue_init(&run.waiting);
    for (guint i = making->from; i < making->to; i++) {
        PgaWhatifIndex *index = g_ptr_array_index(making->indexes, i);
        g_auto(PgaMade) made = {0};

        index->oid = 0;
        index->bytes = -1;
        g_clear_pointer(&index->failure, g_free);
        if (is_index(index->sql, &made))
            add_to_task(&run, i, TOGETHER, making->path);
        else
            index->failure = g_strdup("it is no CREATE INDEX with a name");
    }
    return pga_whatif_run(&run, error);
}

/* (transfer full): the answer to found_sql */
static PGresult *
look_up(const Making *making, GError **error)
{
    GString *columns[4];
    const char *params[5] = {NULL, NULL, NULL, NULL, making->schemas};
    PGresult *rows;

    for (guint k = 0; k < G_N_ELEMENTS(columns); k++)
        columns[k] = pga_array_literal_new();
    for (guint i = making->from; i < making->to; i++) {
        const PgaWhatifIndex *index = g_ptr_array_index(making->indexes, i);
        g_autofree char *place = g_strdup_printf("%u", i);
        g_auto(PgaMade) made = {0};

        if (index->failure || !is_index(index->sql, &made))
            continue;
        pga_array_literal_add(columns[0], place);
        pga_array_literal_add(columns[1], made.name);
        pga_array_literal_add(columns[2], made.on_nspname);
        pga_array_literal_add(columns[3], made.on_name);
    }
    for (guint k = 0; k < G_N_ELEMENTS(columns); k++) {
        pga_array_literal_end(columns[k]);
        params[k] = columns[k]->str;
    }
    rows = pga_clone_query(making->whatif->clone->admin, found_sql, params, 5, error);
    for (guint k = 0; k < G_N_ELEMENTS(columns); k++)
        g_string_free(columns[k], TRUE);
    return rows;
}

static guint32
oid_of(const PGresult *rows, int row, int column)
{
    return (guint32)g_ascii_strtoull(PQgetvalue(rows, row, column), NULL, 10);
}

static void
add_leaf(const Making *making, PgaWhatifIndex *index, guint32 oid)
{
    const Leaf leaf = {index, oid};

    g_array_append_val(making->leaves, leaf);
    if (oid != index->oid)
        g_hash_table_insert(making->whatif->root_of, GUINT_TO_POINTER(oid),
                            GUINT_TO_POINTER(index->oid));
}

static gboolean
add_partitions(const Making *making, GHashTable *parents, GError **error)
{
    g_autoptr(GString) array = g_string_new("{");
    g_autoptr(PGresult) rows = NULL;

    for (guint i = making->from; i < making->to; i++) {
        const PgaWhatifIndex *index = g_ptr_array_index(making->indexes, i);

        if (g_hash_table_contains(parents, GUINT_TO_POINTER(index->oid)))
            g_string_append_printf(array, "%s%u", array->len > 1 ? "," : "", index->oid);
    }
    g_string_append_c(array, '}');
    rows = pga_clone_query(making->whatif->clone->admin, leaves_sql,
                           (const char *const[]){array->str}, 1, error);
    if (!rows)
        return FALSE;
    for (int i = 0; i < PQntuples(rows); i++)
        add_leaf(making, g_hash_table_lookup(parents, GUINT_TO_POINTER(oid_of(rows, i, 0))),
                 oid_of(rows, i, 1));
    return TRUE;
}

/* Listed in a configuration, an index all of whose partitions' indexes are the source's would hide
 * those. It cannot be dropped without them. */
static void
refuse_taken(const Making *making)
{
    g_autoptr(GHashTable) with_leaves = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < making->leaves->len; i++)
        g_hash_table_add(with_leaves, g_array_index(making->leaves, Leaf, i).index);
    for (guint i = making->from; i < making->to; i++) {
        PgaWhatifIndex *index = g_ptr_array_index(making->indexes, i);

        if (index->oid && !g_hash_table_contains(with_leaves, index)) {
            index->oid = 0;
            index->failure = g_strdup("there is no partition without such an index");
        }
        if (index->oid)
            g_array_append_val(making->whatif->candidates, index->oid);
        else if (!index->failure)
            index->failure = g_strdup("it was not made");
    }
}

static gboolean
find(const Making *making, GError **error)
{
    g_autoptr(PGresult) rows = look_up(making, error);
    g_autoptr(GHashTable) parents = g_hash_table_new(NULL, NULL);

    if (!rows)
        return FALSE;
    for (int i = 0; i < PQntuples(rows); i++) {
        PgaWhatifIndex *index = g_ptr_array_index(
            making->indexes, (guint)g_ascii_strtoull(PQgetvalue(rows, i, 0), NULL, 10));

        if (g_hash_table_contains(making->whatif->own, GUINT_TO_POINTER(oid_of(rows, i, 1))))
            continue; /* IF NOT EXISTS */
        index->oid = oid_of(rows, i, 1);
        if (*PQgetvalue(rows, i, 2) == 'I')
            g_hash_table_insert(parents, GUINT_TO_POINTER(index->oid), index);
        else
            add_leaf(making, index, index->oid);
    }
    if (g_hash_table_size(parents) > 0 && !add_partitions(making, parents, error))
        return FALSE;
    refuse_taken(making);
    return TRUE;
}

static PgaWhatifSending
send_sizes(PgaWhatifRun *run, const PgaWhatifLine *line, PgaWhatifTask *task)
{
    const Making *making = run->self;
    g_autoptr(GString) oids = g_string_new("{");

    for (guint i = 0; i < task->places->len; i++) {
        const guint place = g_array_index(task->places, guint, i);

        g_string_append_printf(oids, "%s%u", i > 0 ? "," : "",
                               g_array_index(making->leaves, Leaf, place).oid);
    }
    g_string_append_c(oids, '}');
    return PQsendQueryParams(line->session->conn, size_sql, 1, NULL,
                             (const char *const[]){oids->str}, NULL, NULL, 0)
               ? PGA_SENT
               : PGA_LOST;
}

static void
keep_estimate(const Making *making, guint32 oid, const PGresult *rows, int row)
{
    const PgaWhatifEstimate estimate = {
        .oid = oid,
        .pages = g_ascii_strtoll(PQgetvalue(rows, row, PAGES), NULL, 10),
        .tuples = g_ascii_strtod(PQgetvalue(rows, row, TUPLES), NULL),
        .tree_height = (gint32)g_ascii_strtoll(PQgetvalue(rows, row, TREE_HEIGHT), NULL, 10),
    };

    if (estimate.tree_height >= 0) /* other access methods also look into the index itself */
        g_array_append_val(making->whatif->estimates, estimate);
}

/* Of a partitioned one the sum; how it was found out is said of one partition. */
static void
take_size(const Making *making, const PgaWhatifTask *task, const PGresult *rows, int row)
{
    const guint64 place = g_ascii_strtoull(PQgetvalue(rows, row, PLACE), NULL, 10);
    const Leaf *leaf;
    PgaWhatifIndex *index;

    if (place < 1 || place > task->places->len || PQgetisnull(rows, row, BYTES))
        return;
    leaf = &g_array_index(making->leaves, Leaf, g_array_index(task->places, guint, place - 1));
    index = leaf->index;
    keep_estimate(making, leaf->oid, rows, row);
    index->bytes = MAX(index->bytes, 0) + g_ascii_strtoll(PQgetvalue(rows, row, BYTES), NULL, 10);
    if (!index->accuracy && !PQgetisnull(rows, row, ACCURACY))
        index->accuracy = g_strdup(PQgetvalue(rows, row, ACCURACY));
    if (!index->method && !PQgetisnull(rows, row, METHOD))
        index->method = g_strdup(PQgetvalue(rows, row, METHOD));
}

static void
take_sizes(PgaWhatifRun *run, PgaWhatifTask *task, const PGresult *result)
{
    if (pga_result_failed(result) && task->places->len > 1)
        ask_singly(run, task);
    else if (!pga_result_failed(result))
        for (int row = 0; row < PQntuples(result); row++)
            take_size(run->self, task, result, row);
}

static void
lose_sizes(PgaWhatifRun *run, PgaWhatifTask *task, G_GNUC_UNUSED const char *why)
{
    if (task->places->len > 1)
        ask_singly(run, task);
}

static gboolean
measure(const Making *making, GError **error)
{
    g_auto(PgaWhatifRun) run = {.whatif = making->whatif,
                                .lines = making->whatif->lines,
                                .self = (gpointer)making,
                                .depth = DEPTH,
                                .send = send_sizes,
                                .answer = take_sizes,
                                .lost = lose_sizes};

    g_queue_init(&run.waiting);
    for (guint i = 0; i < making->leaves->len; i++)
        add_to_task(&run, i, SIZES_EACH, NULL);
    return pga_whatif_run(&run, error);
}

static void
refuse_rest(const Making *making)
{
    for (guint i = making->from; i < making->indexes->len; i++) {
        PgaWhatifIndex *index = g_ptr_array_index(making->indexes, i);

        index->oid = 0;
        index->bytes = -1;
        g_free(index->failure);
        index->failure = g_strdup("the lab's limit of disk is used up");
    }
}

static gboolean
make_chunk(Making *making, GError **error)
{
    gboolean ok;

    making->leaves = g_array_new(FALSE, FALSE, sizeof(Leaf));
    ok = define(making, error) && find(making, error) && measure(making, error);
    g_clear_pointer(&making->leaves, g_array_unref);
    return ok;
}

/* Whether the clone's user has the rights of whoever the tables belong to. */
static gboolean
choose_creators(PgaWhatif *whatif, GError **error)
{
    g_autoptr(PGresult) row = NULL;

    if (whatif->creators || strcmp(whatif->clone->role, PGA_ROLE_PROVER) == 0)
        return TRUE;
    row = pga_clone_query(whatif->clone->admin,
                          "SELECT pg_catalog.pg_has_role($1, '" PGA_ROLE_PROVER "', 'USAGE')",
                          (const char *const[]){whatif->clone->role}, 1, error);
    if (!row)
        return FALSE;
    if (*PQgetvalue(row, 0, 0) == 'f')
        whatif->creators = pga_whatif_lines_open(whatif, PGA_ROLE_PROVER, error);
    return *PQgetvalue(row, 0, 0) == 't' || whatif->creators;
}

static gboolean
find_schemas(Making *making, GError **error)
{
    const GPtrArray *lines =
        making->whatif->creators ? making->whatif->creators : making->whatif->lines;
    PgaWhatifLine *line = g_ptr_array_index(lines, 0);
    g_autoptr(PGresult) row = NULL;

    making->path = pga_whatif_path_for_indexes(making->whatif, error);
    if (!making->path || (line->spoilt && !pga_whatif_line_reopen(line, error)))
        return FALSE;
    row =
        pga_clone_query(line->session, schemas_sql, (const char *const[]){making->path}, 1, error);
    line->path = row ? making->path : NULL;
    making->schemas = row ? g_strdup(PQgetvalue(row, 0, 1)) : NULL;
    return row != NULL;
}

static gboolean
make_all(Making *making, GError **error)
{
    for (; making->from < making->indexes->len; making->from = making->to) {
        if (pga_lab_is_full(making->whatif->clone->lab, g_get_monotonic_time())) {
            refuse_rest(making);
            return TRUE;
        }
        making->to = MIN(making->from + CHUNK, making->indexes->len);
        if (!make_chunk(making, error))
            return FALSE;
    }
    return TRUE;
}

/* Each change of a table is compared with each statement that a session keeps, and what was
 * analysed with it before is of no use after. They are prepared again as they are planned. */
static gboolean
forget_statements(PgaWhatif *whatif, GError **error)
{
    for (guint i = 0; i < whatif->lines->len; i++) {
        PgaWhatifLine *line = g_ptr_array_index(whatif->lines, i);
        g_autoptr(PGresult) done = NULL;

        if (line->spoilt)
            continue;
        g_array_set_size(line->numbers, 0);
        done = pga_clone_query(line->session, "SELECT pgarchitect_whatif.forget()", NULL, 0, error);
        if (!done)
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_whatif_create(PgaWhatif *whatif, GPtrArray *indexes, GError **error)
{
    Making making = {.whatif = whatif, .indexes = indexes};
    const gboolean ok = forget_statements(whatif, error) && choose_creators(whatif, error) &&
                        find_schemas(&making, error) && make_all(&making, error) &&
                        pga_whatif_know(whatif, error);

    g_free(making.schemas);
    return ok;
}

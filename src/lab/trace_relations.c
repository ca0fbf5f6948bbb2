/* Relations before and after a statement, and what the difference says: whatever a statement
 * rewrites, scans, makes or drops, it holds a lock on until the transaction ends. */
#include "base/error.h"
#include "base/text.h"
#include "trace_internal.h"
#include <stdlib.h>
#include <string.h>

enum { SHARED_STATISTICS_SINCE = 150000 };

/* Columns of both queries. */
enum { OID, MODES, NSPNAME, RELNAME, RELKIND, FILENODE, TABLE, SCANS };

#define FIRST_OID     "16384"                  /* FirstNormalObjectId in access/transam.h */
#define TABLE_SCANNED "c.relkind IN ('r','m')" /* a partitioned table has no rows of its own */

static const char all_query[] =
    "SELECT c.oid, '', n.nspname, c.relname, c.relkind, pg_catalog.pg_relation_filenode(c.oid),"
    " COALESCE(i.indrelid, 0), 0"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid"
    " WHERE c.oid >= " FIRST_OID " AND c.relkind IN ('r','p','m','v','f','S','i','I','c')"
    " AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT LIKE 'pgarchitect\\_%'";

static const char held_query[] =
    "SELECT l.relation, l.modes, n.nspname, c.relname, c.relkind,"
    " pg_catalog.pg_relation_filenode(c.oid), COALESCE(i.indrelid, 0),"
    " pg_catalog.pg_stat_get_xact_numscans(l.relation)"
    " FROM (SELECT relation, pg_catalog.string_agg(mode, ' ') AS modes FROM pg_catalog.pg_locks"
    " WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND relation >= " FIRST_OID
    " AND database = (SELECT oid FROM pg_catalog.pg_database"
    " WHERE datname = pg_catalog.current_database()) GROUP BY relation) l"
    " LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation"
    " LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid"
    " WHERE c.oid IS NULL OR (c.relkind IN ('r','p','m','v','f','S','i','I','c')"
    " AND n.nspname NOT LIKE 'pg\\_%') ORDER BY n.nspname, c.relname";

/* %s: how often each was scanned. */
static const char scans_query[] =
    "SELECT c.oid, s.n FROM pg_catalog.pg_class c CROSS JOIN LATERAL (SELECT %s AS n) s"
    " WHERE c.oid >= " FIRST_OID " AND " TABLE_SCANNED " AND s.n > 0";

void
pga_traced_free(PgaTraced *traced)
{
    g_free(traced->name);
    g_free(traced->qualified);
    g_free(traced);
}

gboolean
pga_traced_is_index(const PgaTraced *traced)
{
    return traced->kind == 'i' || traced->kind == 'I';
}

gboolean
pga_traced_is_table(const PgaTraced *traced)
{
    return traced->kind == 'r' || traced->kind == 'p' || traced->kind == 'm';
}

PGresult *
pga_tracer_query(PgaTracer *tracer, const char *sql, GError **error)
{
    g_autoptr(PGresult) result = pga_session_exec(tracer->session, sql, NULL, 0, TRUE, error);
    g_autofree char *message = NULL;

    if (!result || !pga_result_failed(result))
        return g_steal_pointer(&result);
    message = pga_result_message(result);
    pga_error_set(error, PGA_ERROR_LAB, "a statement could not be observed in the lab");
    pga_error_detail(error, "%s.", message);
    return NULL;
}

static PgaOid
oid_at(const PGresult *rows, int row, int column)
{
    return (PgaOid)strtoul(PQgetvalue(rows, row, column), NULL, 10);
}

/* Everything of the row but the locks. */
static void
read_traced(const PGresult *rows, int row, PgaTraced *traced)
{
    const char *nspname = PQgetvalue(rows, row, NSPNAME), *relname = PQgetvalue(rows, row, RELNAME);

    traced->oid = oid_at(rows, row, OID);
    traced->kind = *PQgetvalue(rows, row, RELKIND);
    traced->filenode = oid_at(rows, row, FILENODE);
    traced->table = oid_at(rows, row, TABLE);
    traced->scans = g_ascii_strtoll(PQgetvalue(rows, row, SCANS), NULL, 10);
    g_free(traced->qualified);
    traced->qualified = pga_quote_qualified(nspname, relname);
    g_free(traced->name);
    traced->name =
        pga_traced_is_index(traced) ? pga_quote_identifier(relname) : g_strdup(traced->qualified);
}

static GHashTable *
relations_new(void)
{
    return g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)pga_traced_free);
}

gboolean
pga_tracer_load(PgaTracer *tracer, gboolean keep, GError **error)
{
    g_autoptr(PGresult) rows = pga_tracer_query(tracer, all_query, error);
    GHashTable *relations;

    if (!rows)
        return FALSE;
    relations = relations_new();
    for (int i = 0; i < PQntuples(rows); i++) {
        PgaTraced *traced = g_new0(PgaTraced, 1);
        const PgaTraced *old;

        read_traced(rows, i, traced);
        old = keep ? g_hash_table_lookup(tracer->relations, GUINT_TO_POINTER(traced->oid)) : NULL;
        if (old) {
            traced->created = old->created;
            traced->modes = old->modes;
            traced->scans = old->scans;
        }
        g_hash_table_insert(relations, GUINT_TO_POINTER(traced->oid), traced);
    }
    g_clear_pointer(&tracer->relations, g_hash_table_unref);
    tracer->relations = relations;
    return TRUE;
}

/* What a session has counted and not yet sent away is its own alone; of what it has sent, 14 hears
 * late. */
gboolean
pga_tracer_count_scans(PgaTracer *tracer, gboolean sent, GError **error)
{
    const gboolean both = sent && tracer->lab->binaries->version_num >= SHARED_STATISTICS_SINCE;
    g_autofree char *sql =
        g_strdup_printf(scans_query, both ? "pg_catalog.pg_stat_get_xact_numscans(c.oid)"
                                            " + pg_catalog.pg_stat_get_numscans(c.oid)"
                                          : "pg_catalog.pg_stat_get_xact_numscans(c.oid)");
    g_autoptr(PGresult) rows = pga_tracer_query(tracer, sql, error);
    GHashTableIter iter;
    gpointer value;

    if (!rows)
        return FALSE;
    g_hash_table_iter_init(&iter, tracer->relations);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        ((PgaTraced *)value)->scans = 0;
    for (int i = 0; i < PQntuples(rows); i++) {
        PgaTraced *traced =
            g_hash_table_lookup(tracer->relations, GUINT_TO_POINTER(oid_at(rows, i, 0)));

        if (traced)
            traced->scans = g_ascii_strtoll(PQgetvalue(rows, i, 1), NULL, 10);
    }
    return TRUE;
}

static guint
modes_at(const PGresult *rows, int row)
{
    g_auto(GStrv) words = g_strsplit(PQgetvalue(rows, row, MODES), " ", -1);
    guint modes = 0;

    for (guint i = 0; words[i]; i++)
        modes |= pga_lock_bit(words[i]);
    return modes;
}

/** What one look at the locks finds, in its order. */
typedef struct {
    PgaTracer *tracer;
    PgaLintTrace *trace;
    gboolean empties;
    GPtrArray *dropped, *created; /* of PgaTraced *, indexes */
    GPtrArray *locked; /* of PgaTraced *: tables with a new lock that may keep others waiting */
} Look;

static void
compare_files(const Look *look, const PgaTraced *traced, const PGresult *rows, int row)
{
    const PgaOid filenode = oid_at(rows, row, FILENODE);
    const gint64 scans = g_ascii_strtoll(PQgetvalue(rows, row, SCANS), NULL, 10);

    if (look->empties)
        return;
    if (pga_traced_is_table(traced) && scans > traced->scans)
        g_ptr_array_add(look->trace->scanned, g_strdup(traced->name));
    if (filenode == traced->filenode)
        return;
    if (pga_traced_is_index(traced))
        g_ptr_array_add(look->trace->rebuilt, g_strdup(traced->name));
    else if (pga_traced_is_table(traced))
        g_ptr_array_add(look->trace->rewritten, g_strdup(traced->name));
}

static void
take_locks(const Look *look, PgaTraced *traced, guint modes)
{
    const guint anew = modes & ~traced->modes;

    pga_locks_add(look->trace->locks, traced, anew, FALSE);
    pga_locks_add(look->trace->held, traced, modes, TRUE);
    traced->modes = modes;
    if (!pga_traced_is_index(traced) && pga_locks_block_writes(anew))
        g_ptr_array_add(look->locked, traced);
}

static void
take_created(const Look *look, const PGresult *rows, int row)
{
    PgaTraced *traced = g_new0(PgaTraced, 1);

    read_traced(rows, row, traced);
    traced->created = TRUE;
    traced->modes = modes_at(rows, row);
    g_hash_table_insert(look->tracer->relations, GUINT_TO_POINTER(traced->oid), traced);
    if (pga_traced_is_index(traced))
        g_ptr_array_add(look->created, traced);
}

static void
take_row(const Look *look, const PGresult *rows, int row)
{
    PgaTraced *traced =
        g_hash_table_lookup(look->tracer->relations, GUINT_TO_POINTER(oid_at(rows, row, OID)));
    const gboolean gone = PQgetisnull(rows, row, RELKIND);

    if (!traced && !gone)
        take_created(look, rows, row);
    if (!traced)
        return;
    if (!traced->created)
        take_locks(look, traced, modes_at(rows, row));
    if (gone) {
        g_ptr_array_add(look->dropped, traced);
        return;
    }
    if (!traced->created)
        compare_files(look, traced, rows, row);
    else
        traced->modes = modes_at(rows, row);
}

/* ALTER TYPE drops an index and makes it again under its name: the old one to everybody else, and
 * rebuilt unless it keeps the file. */
static void
match_rebuilt(const Look *look)
{
    for (guint i = 0; i < look->created->len; i++) {
        PgaTraced *created = g_ptr_array_index(look->created, i);

        for (guint k = 0; k < look->dropped->len; k++) {
            const PgaTraced *dropped = g_ptr_array_index(look->dropped, k);

            if (dropped->created || strcmp(created->qualified, dropped->qualified) != 0)
                continue;
            created->created = FALSE;
            if (created->filenode != dropped->filenode)
                g_ptr_array_add(look->trace->rebuilt, g_strdup(created->name));
        }
    }
}

/* While relations are still known by the names that other sessions see. */
static gboolean
probe(const Look *look, GError **error)
{
    for (guint i = 0; i < look->locked->len; i++)
        if (!pga_tracer_probe(look->tracer, g_ptr_array_index(look->locked, i), look->trace, error))
            return FALSE;
    return TRUE;
}

/* Then by their new ones. */
static void
rename_all(const Look *look, const PGresult *rows)
{
    for (guint i = 0; i < look->dropped->len; i++)
        g_hash_table_remove(
            look->tracer->relations,
            GUINT_TO_POINTER(((PgaTraced *)g_ptr_array_index(look->dropped, i))->oid));
    for (int i = 0; i < PQntuples(rows); i++) {
        PgaTraced *traced =
            g_hash_table_lookup(look->tracer->relations, GUINT_TO_POINTER(oid_at(rows, i, OID)));

        if (traced && !PQgetisnull(rows, i, RELKIND))
            read_traced(rows, i, traced);
    }
}

void
pga_trace_sort(PgaLintTrace *trace)
{
    g_ptr_array_sort(trace->rewritten, pga_compare_texts);
    g_ptr_array_sort(trace->scanned, pga_compare_texts);
    g_ptr_array_sort(trace->rebuilt, pga_compare_texts);
}

gboolean
pga_tracer_observe(PgaTracer *tracer, gboolean empties, PgaLintTrace *trace, GError **error)
{
    g_autoptr(PGresult) rows = pga_tracer_query(tracer, held_query, error);
    g_autoptr(GPtrArray) dropped = g_ptr_array_new(), created = g_ptr_array_new();
    g_autoptr(GPtrArray) locked = g_ptr_array_new();
    const Look look = {tracer, trace, empties, dropped, created, locked};

    if (!rows)
        return FALSE;
    for (int i = 0; i < PQntuples(rows); i++)
        take_row(&look, rows, i);
    match_rebuilt(&look);
    pga_trace_sort(trace);
    if (!probe(&look, error))
        return FALSE;
    rename_all(&look, rows);
    return TRUE;
}

void
pga_tracer_settle(PgaTracer *tracer)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, tracer->relations);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        ((PgaTraced *)value)->created = FALSE;
        ((PgaTraced *)value)->modes = 0;
    }
}

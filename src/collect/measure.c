/* pgstattuple and amcheck, one relation at a time. */
#include "collect/measure.h"

#include <base/interrupt.h>
#include <base/progress.h>
#include <base/text.h>
#include <math.h>
#include <string.h>

#include "collector_internal.h"

#define BTREE_FILLFACTOR 90.0

typedef struct Work Work;

/** A function of an extension, and what is made of its row or its error. */
typedef struct {
    const char *extension, *function;
    const char *arguments; /* after the relation */
    const char *what;      /* "bloat of table" */
    void (*take)(Work *work, PgaRows *rows);
    gboolean (*take_refusal)(Work *work, const PgaCollector *collector); /* (nullable) */
} Measure;

/** One relation's turn. */
struct Work {
    const Measure *measure;
    PgaCatalog *catalog;
    PgaOid oid;
    char *name; /* as shown */
    char *sql;
    gboolean not_allowed; /* the role may not execute the function */
};

static void
work_clear(Work *work)
{
    g_clear_pointer(&work->name, g_free);
    g_clear_pointer(&work->sql, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static char *
made_before(const PgaCollector *collector G_GNUC_UNUSED, gconstpointer sql)
{
    return g_strdup(sql);
}

static gboolean
read_one(PgaCollector *collector, GError **error)
{
    Work *work = collector->data;
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_try_made(collector, made_before, work->sql, &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (pga_rows_next(&rows)) {
        work->measure->take(work, &rows);
        return TRUE;
    }
    work->not_allowed = strcmp(collector->refusal_state, "42501") == 0;
    if (!work->measure->take_refusal || !work->measure->take_refusal(work, collector))
        pga_collector_note(collector, g_strdup_printf("%s %s", work->measure->what, work->name),
                           g_strdup_printf("the server said: %s", collector->refusal));
    return TRUE;
}

/* (transfer full) (nullable): "public.pgstattuple_approx" */
static char *
qualified_function(const PgaCatalog *catalog, const Measure *measure)
{
    const PgaExtension *extension = pga_catalog_extension(catalog, measure->extension);

    return extension ? pga_quote_qualified(extension->nspname, measure->function) : NULL;
}

static void
prepare(Work *work, const char *function, PgaOid oid)
{
    const PgaRelation *relation = pga_catalog_relation(work->catalog, oid);
    const PgaIndex *index = pga_catalog_index(work->catalog, oid);

    work->oid = oid;
    work->name = relation ? pga_relation_display(relation, NULL)
                          : pga_quote_qualified(index->nspname, index->relname);
    work->sql = g_strdup_printf("SELECT m.* FROM %s(%u::pg_catalog.oid::pg_catalog.regclass%s) m",
                                function, oid, work->measure->arguments);
}

static void
note_missing(const PgaMeasureSource *source, const Measure *measure, guint n)
{
    g_ptr_array_add(
        source->not_checked,
        pga_not_checked_new(NULL, g_strdup_printf("%s: %u of them", measure->what, n),
                            g_strdup_printf("the extension %s is not installed in this database",
                                            measure->extension)));
}

/* Where the role may not execute the function, the first relation's entry says so for all. */
static gboolean
measure_all(const PgaMeasureSource *source, const Measure *measure, const GArray *oids,
            GError **error)
{
    g_autofree char *function = qualified_function(source->catalog, measure);
    gboolean not_allowed = FALSE;

    if (!function && oids->len > 0)
        note_missing(source, measure, oids->len);
    for (guint i = 0; function && i < oids->len && !not_allowed; i++) {
        g_auto(Work) work = {.measure = measure, .catalog = source->catalog};
        const PgaCollection collection = {.read = read_one, .data = &work};

        prepare(&work, function, g_array_index(oids, PgaOid, i));
        pga_progress_step(source->options->progress, "%s %s", measure->what, work.name);
        if (pga_interrupt_check(error) ||
            !pga_collector_run(source->connection, source->options, &collection,
                               source->not_checked, error))
            return FALSE;
        not_allowed = work.not_allowed;
    }
    return TRUE;
}

/* Free, dead, and not kept free on purpose. */
static void
take_table(Work *work, PgaRows *rows)
{
    PgaRelation *relation = pga_catalog_relation(work->catalog, work->oid);
    const double bytes = pga_rows_double(rows, "table_len", 0);
    const double free_bytes =
        pga_rows_double(rows, "approx_free_space", 0) + pga_rows_double(rows, "dead_tuple_len", 0);
    const double kept = (1 - pga_fillfactor(relation->reloptions, 100)) * bytes;

    relation->measured_free_bytes = (gint64)MAX(free_bytes - kept, 0);
}

static PgaIndex *
index_of(const PgaCatalog *catalog, PgaOid oid)
{
    return g_hash_table_lookup(catalog->index_by_oid, GUINT_TO_POINTER(oid));
}

/* Empty pages, and what the others are less full than a new index's. */
static void
take_index(Work *work, PgaRows *rows)
{
    PgaIndex *index = index_of(work->catalog, work->oid);
    const gint64 stated = pga_catalog_setting_int64(work->catalog, "block_size");
    const double block = stated > 0 ? (double)stated : 8192;
    const double density = pga_rows_double(rows, "avg_leaf_density", 0) / 100;
    const double full = pga_fillfactor(index->reloptions, BTREE_FILLFACTOR);
    const double loose = isnan(density) ? 0 : MAX(1 - density / full, 0);
    const double pages = pga_rows_double(rows, "empty_pages", 0) +
                         pga_rows_double(rows, "deleted_pages", 0) +
                         pga_rows_double(rows, "leaf_pages", 0) * loose;

    index->measured_free_bytes = (gint64)(pages * block);
}

gboolean
pga_measure_bloat(const PgaMeasureSource *source, const GArray *tables, const GArray *indexes,
                  GError **error)
{
    static const Measure of_table = {.extension = "pgstattuple",
                                     .function = "pgstattuple_approx",
                                     .arguments = "",
                                     .what = "exact bloat of table",
                                     .take = take_table};
    static const Measure of_index = {.extension = "pgstattuple",
                                     .function = "pgstatindex",
                                     .arguments = "",
                                     .what = "exact bloat of index",
                                     .take = take_index};

    return measure_all(source, &of_table, tables, error) &&
           measure_all(source, &of_index, indexes, error);
}

static void
take_verified(Work *work, PgaRows *rows G_GNUC_UNUSED)
{
    index_of(work->catalog, work->oid)->verified = TRUE;
}

/* data_corrupted, index_corrupted; whatever else went wrong says nothing about the index. */
static gboolean
take_corruption(Work *work, const PgaCollector *collector)
{
    PgaIndex *index = index_of(work->catalog, work->oid);

    if (strcmp(collector->refusal_state, "XX001") != 0 &&
        strcmp(collector->refusal_state, "XX002") != 0)
        return FALSE;
    index->verified = TRUE;
    g_free(index->corruption);
    index->corruption = g_strdup(collector->refusal);
    return TRUE;
}

gboolean
pga_verify_indexes(const PgaMeasureSource *source, const GArray *indexes, GError **error)
{
    static const Measure verification = {.extension = "amcheck",
                                         .function = "bt_index_check",
                                         .arguments = ", TRUE",
                                         .what = "verification of index",
                                         .take = take_verified,
                                         .take_refusal = take_corruption};

    return measure_all(source, &verification, indexes, error);
}

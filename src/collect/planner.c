/* What the planner knows of relations, as pga_collect_planner() hands it over: which ways the role
 * has, then every subject in turn. */
#include "planner_internal.h"

#include <base/error.h>
#include <base/interrupt.h>
#include <base/text.h>
#include <string.h>

#include "sql_internal.h"

/* Relations refused alone before a query is given up: then it is no single relation's fault. */
#define MAX_FAILURES 20

char *
pga_planner_oids(const GArray *oids, guint from, guint n)
{
    GString *text = g_string_new("{");

    for (guint i = from; i < from + n; i++)
        g_string_append_printf(text, "%s%u", i == from ? "" : ",", g_array_index(oids, PgaOid, i));
    return g_string_free(g_string_append_c(text, '}'), FALSE);
}

typedef struct {
    const PgaBatchQuery *query;
    const PgaPlannerReader *reader;
    const char *oids;
} Made;

static char *
make_sql(const PgaCollector *collector G_GNUC_UNUSED, gconstpointer data)
{
    const Made *made = data;

    return made->query->make(made->reader, made->oids);
}

static gboolean
try_batch(PgaCollector *collector, const PgaBatchQuery *query, const char *oids, const char *second,
          PGresult **result, GError **error)
{
    const Made made = {query, collector->data, oids};
    PgaQuery named = {
        .name = query->name,
        .what = query->what,
        .need = PGA_QUERY_TRIED,
        .argument = oids,
        .second = second,
        .key = query->key,
    };

    memcpy(named.fragile, query->fragile, sizeof named.fragile);
    return query->make ? pga_collector_try_made(collector, make_sql, &made, result, error)
                       : pga_collector_query(collector, &named, result, error);
}

static void
note_failure(PgaCollector *collector, const PgaBatchQuery *query, PgaOid oid, const char *refusal)
{
    PgaPlannerReader *reader = collector->data;
    const char *name = g_hash_table_lookup(reader->names, GUINT_TO_POINTER(oid));
    g_autofree char *unnamed = g_strdup_printf("relation %u", oid);

    reader->n_failures++;
    pga_collector_note_refused(
        collector, g_strdup_printf("%s of %s", query->what, name ? name : unnamed), refusal);
    if (reader->n_failures == MAX_FAILURES)
        pga_collector_note(
            collector, g_strdup_printf("%s of further relations", query->what),
            g_strdup_printf("given up after %u that the server refused", MAX_FAILURES));
}

/** Part of a list that is still to be read. */
typedef struct {
    guint from, n;
} Range;

static void
add_rows(PgaCollector *collector, const PgaBatchQuery *query, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows))
        query->add(collector->data, collector, &rows);
}

/* All the rest of it can often be had. */
static gboolean
take_refused(PgaCollector *collector, const PgaBatchQuery *query, PgaOid oid, GError **error)
{
    g_autofree char *text = g_strdup_printf("{%u}", oid);
    g_autofree char *refusal = g_strdup(collector->refusal);
    g_autoptr(PGresult) result = NULL;

    if (query->spared &&
        !try_batch(collector, query, text, *query->spared ? query->spared : text, &result, error))
        return FALSE;
    if (result)
        add_rows(collector, query, result); /* which may tell the relation's name */
    note_failure(collector, query, oid, refusal);
    return TRUE;
}

/* Appends the halves of what was refused, the first one last. */
static gboolean
read_range(PgaCollector *collector, const PgaBatchQuery *query, const GArray *oids, Range range,
           GArray *rest, GError **error)
{
    g_autofree char *text = pga_planner_oids(oids, range.from, range.n);
    const Range halves[] = {{range.from + range.n / 2, range.n - range.n / 2},
                            {range.from, range.n / 2}};
    g_autoptr(PGresult) result = NULL;

    if (pga_interrupt_check(error) ||
        !try_batch(collector, query, text, query->second, &result, error))
        return FALSE;
    if (result)
        add_rows(collector, query, result);
    else if (range.n > 1)
        g_array_append_vals(rest, halves, 2);
    else
        return take_refused(collector, query, g_array_index(oids, PgaOid, range.from), error);
    return TRUE;
}

gboolean
pga_planner_read(PgaCollector *collector, const PgaBatchQuery *query, const GArray *oids,
                 GError **error)
{
    g_autoptr(GArray) rest = g_array_new(FALSE, FALSE, sizeof(Range));
    PgaPlannerReader *reader = collector->data;

    for (guint i = (oids->len + query->batch - 1) / query->batch; i > 0; i--) {
        const guint from = (i - 1) * query->batch;
        const Range range = {from, MIN(query->batch, oids->len - from)};

        g_array_append_val(rest, range);
    }
    reader->n_failures = 0;
    while (rest->len > 0 && reader->n_failures < MAX_FAILURES) {
        const Range range = g_array_index(rest, Range, rest->len - 1);

        g_array_set_size(rest, rest->len - 1);
        if (!read_range(collector, query, oids, range, rest, error))
            return FALSE;
    }
    return TRUE;
}

void
pga_planner_note_hidden(PgaCollector *collector, const char *what, guint n, const char *first,
                        const char *why)
{
    if (n > 0)
        pga_collector_note(
            collector,
            n == 1 ? g_strdup_printf("%s of %s", what, first)
                   : g_strdup_printf("%s of %u relations, %s the first", what, n, first),
            g_strdup(why));
}

gboolean
pga_planner_set(PgaCollector *collector, const char *name, const char *argument, GError **error)
{
    const char *params[] = {argument};

    return pga_collector_execute(collector, pga_sql_text(name, collector->major), params,
                                 argument ? 1 : 0, NULL, error) &&
           pga_collector_execute(collector, "RELEASE SAVEPOINT pgarchitect", NULL, 0, NULL,
                                 error) &&
           pga_collector_execute(collector, "SAVEPOINT pgarchitect", NULL, 0, NULL, error);
}

/* @state: what planner_access says of the function. */
static PgaStatisticsWay
choose_way(PgaCollector *collector, gboolean direct, const char *function, const char *state)
{
    const char *why;

    if (direct)
        return PGA_STATISTICS_DIRECT;
    if (strcmp(state, "usable") == 0)
        return PGA_STATISTICS_FUNCTION;
    if (strcmp(state, "untrusted") == 0)
        why = "not executed: it or its schema is not owned by a superuser, or it is not SECURITY "
              "DEFINER; install it anew (pgarchitect doctor --grants)";
    else if (strcmp(state, "denied") == 0)
        why = "this role may not execute it: pgarchitect doctor --grants prints the GRANT";
    else
        return PGA_STATISTICS_VIEW;
    pga_collector_note(collector, g_strdup_printf("function pgarchitect.%s()", function),
                       g_strdup(why));
    return PGA_STATISTICS_VIEW;
}

gboolean
pga_planner_read_access(PgaCollector *collector, GError **error)
{
    PgaPlannerReader *reader = collector->data;
    g_autoptr(PGresult) result = NULL;
    gboolean columns, extended;
    PgaRows rows;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "planner_access",
                                         .what = "privileges on statistics",
                                         .need = PGA_QUERY_ESSENTIAL},
                             &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    if (!pga_rows_next(&rows))
        return TRUE;
    reader->is_superuser = pga_rows_bool(&rows, "is_superuser");
    reader->reads_sizes = pga_rows_bool(&rows, "reads_sizes");
    columns = pga_rows_bool(&rows, "reads_columns");
    extended = pga_rows_bool(&rows, "reads_extended");
    reader->columns = choose_way(collector, columns, "column_statistics",
                                 pga_rows_text(&rows, "column_statistics"));
    reader->extended = choose_way(collector, extended, "extended_statistics",
                                  pga_rows_text(&rows, "extended_statistics"));
    return TRUE;
}

/* What has no size now was there when the Catalog was read. */
static void
note_gone(PgaCollector *collector)
{
    const PgaPlannerReader *reader = collector->data;

    for (guint i = 0; reader->catalog && i < reader->wanted->len; i++) {
        const PgaOid oid = g_array_index(reader->wanted, PgaOid, i);
        const PgaRelation *relation = pga_catalog_relation(reader->catalog, oid);
        g_autofree char *name = relation ? pga_relation_display(relation, NULL) : NULL;

        if (name && !g_hash_table_contains(reader->names, GUINT_TO_POINTER(oid)))
            pga_collector_note(collector, g_strdup_printf("sizes and statistics of %s", name),
                               g_strdup("it was dropped or made anew while the source was read"));
    }
}

static gboolean
read_subjects(PgaCollector *collector, GError **error)
{
    const PgaPlannerReader *reader = collector->data;

    if (!pga_planner_set(collector, "planner_session", NULL, error) ||
        !pga_planner_read_access(collector, error) ||
        (reader->is_superuser && !pga_planner_set(collector, "planner_uncounted", NULL, error)) ||
        !pga_planner_read_sizes(collector, error))
        return FALSE;
    note_gone(collector);
    if (!pga_planner_read_columns(collector, error) ||
        !pga_planner_read_extended(collector, error) ||
        !pga_planner_read_metapages(collector, error))
        return FALSE;
    if (reader->with_values)
        return (collector->options->no_extremes || pga_planner_read_extremes(collector, error)) &&
               (!collector->options->sample || pga_planner_read_samples(collector, error));
    pga_collector_note(
        collector,
        g_strdup("most common values, histograms, extended MCV lists and ends of B-trees"),
        g_strdup("--no-values: plans on the clone know null_frac, n_distinct, width and "
                 "correlation only"));
    return TRUE;
}

static void
reader_clear(PgaPlannerReader *reader)
{
    g_clear_pointer(&reader->data, pga_planner_data_free);
    g_clear_pointer(&reader->readable, g_array_unref);
    g_clear_pointer(&reader->analysed, g_array_unref);
    g_clear_pointer(&reader->btree, g_array_unref);
    g_clear_pointer(&reader->gin, g_array_unref);
    g_clear_pointer(&reader->brin, g_array_unref);
    g_clear_pointer(&reader->empty, g_hash_table_unref);
    g_clear_pointer(&reader->names, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaPlannerReader, reader_clear)

static gboolean
read_anew(PgaCollector *collector, GError **error)
{
    PgaPlannerReader *reader = collector->data;

    reader_clear(reader);
    reader->data = pga_planner_data_new();
    reader->readable = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    reader->analysed = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    reader->btree = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    reader->gin = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    reader->brin = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    reader->empty = g_hash_table_new(NULL, NULL);
    reader->names = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return read_subjects(collector, error);
}

static void
move(GPtrArray *to, GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, from->pdata[i]);
    g_ptr_array_set_free_func(from, NULL);
    g_ptr_array_set_size(from, 0);
}

static void
hand_over(PgaCollector *collector)
{
    const PgaPlannerReader *reader = collector->data;
    PgaPlannerData *target = reader->target, *data = reader->data;

    move(target->sizes, data->sizes);
    move(target->columns, data->columns);
    move(target->extended, data->extended);
    move(target->extremes, data->extremes);
    move(target->metapages, data->metapages);
    move(target->samples, data->samples);
}

/* (transfer full): @relations, or all of @catalog, in ascending order, each once. */
static GArray *
list_wanted(const PgaCatalog *catalog, const GArray *relations)
{
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
    GArray *wanted = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    const guint n = relations ? relations->len : catalog->relations->len;

    for (guint i = 0; i < n; i++) {
        const PgaOid oid =
            relations ? g_array_index(relations, PgaOid, i)
                      : ((const PgaRelation *)g_ptr_array_index(catalog->relations, i))->oid;

        if (g_hash_table_add(known, GUINT_TO_POINTER(oid)))
            g_array_append_val(wanted, oid);
    }
    return wanted;
}

gboolean
/* NOLINTNEXTLINE(readability-function-size): pga_collect()'s parameters, for a part of a catalog */
pga_collect_planner(PgaConnection *connection, const PgaCollectOptions *options,
                    const PgaCatalog *catalog, const GArray *relations, PgaPlannerData *data,
                    GPtrArray *not_checked, GError **error)
{
    g_autoptr(GArray) wanted = list_wanted(catalog, relations);
    g_auto(PgaPlannerReader) reader = {
        .catalog = catalog,
        .wanted = wanted,
        .target = data,
        .with_values = !options->no_values,
    };
    const PgaCollection collection = {
        .read = read_anew,
        .hand_over = hand_over,
        .data = &reader,
    };

    return pga_collector_run(connection, options, &collection, not_checked, error);
}

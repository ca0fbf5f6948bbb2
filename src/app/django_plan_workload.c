/* The project's queries as the advisor takes them: what a request sends counts more than what a
 * command does, and what a loop sends a hundred times as much. */
#include <string.h>

#include <parse/query_set.h>

#include "django_plan_internal.h"

#define REQUEST_CALLS 10
#define OTHER_CALLS   3
#define COMMAND_CALLS 1
#define LOOP_ROUNDS   100
#define RARE_SHARE    0.1
#define MANY_QUERIES  500 /* so many or more are planned with one set of values each */
/* Without --time-limit those are planned that matter most, so many; of very many tables, which take
 * time of their own, fewer. */
#define MOST_QUERIES  1000
#define LEAST_QUERIES 500
#define QUERIES       1300 /* for which there would be time if there were no tables, */
#define A_TABLE       2    /* and of these so many for each */

/** A query that can be planned. */
typedef struct {
    const PgaDjangoQuery *query;
    char command;
    gboolean is_plain; /* by the primary key, or all of a table: no index changes that */
    double calls;
    guint nth; /* of its model's queries of this kind: each model has its turn */
    guint number;
} Plannable;

/* 0: nothing that is planned. */
static char
command_of(const PgaDjangoQuery *query)
{
    static const struct {
        const char *word;
        char command;
    } all[] = {{"select", 's'}, {"with", 's'},   {"(", 's'},
               {"update", 'u'}, {"delete", 'd'}, {"insert", 'i'}};

    for (guint i = 0; query->sql && i < G_N_ELEMENTS(all); i++)
        if (g_ascii_strncasecmp(query->sql, all[i].word, strlen(all[i].word)) == 0)
            return all[i].command;
    return 0;
}

static double
calls_of(const PgaDjangoQuery *query)
{
    const double once = query->in_request   ? REQUEST_CALLS
                        : query->in_command ? COMMAND_CALLS
                                            : OTHER_CALLS;

    return once * (query->in_loop ? LOOP_ROUNDS : 1);
}

static void
add_query(DjangoPlanner *planner, PgaQuerySet *set, const PgaDjangoQuery *from, char command)
{
    PgaQuery *query = pga_query_new();
    PgaQuerySample *sample = pga_query_sample_new(g_strdup(from->sql), 1);

    query->fingerprint = g_strdup_printf("%016x", set->queries->len + 1);
    query->text = g_strdup(from->sql);
    query->command = command;
    query->calls = calls_of(from);
    query->total_ms = -1;
    query->origin = g_strdup(from->name ? from->name : "the project");
    query->samples_differ = TRUE;
    sample->is_generic = strstr(from->sql, "$1") != NULL;
    g_ptr_array_add(query->samples, sample);
    g_ptr_array_add(set->queries, query);
    g_ptr_array_add(planner->planned, (gpointer)from);
    set->n_statements++;
}

/* Without any of its conditions the planner would be asked for something else. */
static gboolean
is_told(const PgaDjangoQuery *query)
{
    return !query->is_partial || strstr(query->sql, " WHERE ");
}

static void
find_key(const PgaDjangoLookup *lookup, gboolean required, gpointer data)
{
    const PgaDjangoField *field = lookup->path.field;

    if (required && lookup->path.hops->len == 0 && field && field->is_primary_key &&
        g_str_equal(lookup->path.lookup, "exact"))
        *(gboolean *)data = TRUE;
}

static gboolean
is_plain(const PgaDjangoQuery *query)
{
    const PgaDjangoQuerySet *queryset = query->queryset;
    gboolean by_key = FALSE;

    if (!queryset || queryset->is_raw || queryset->combinator)
        return FALSE;
    pga_django_queryset_each_lookup(queryset, find_key, &by_key);
    return by_key || !(strstr(query->sql, " WHERE ") || strstr(query->sql, " JOIN ") ||
                       strstr(query->sql, " LIMIT "));
}

static int
most_wanted_first(gconstpointer a, gconstpointer b)
{
    const Plannable *first = a, *second = b;

    if (first->is_plain != second->is_plain)
        return first->is_plain ? 1 : -1;
    if (first->calls != second->calls)
        return first->calls < second->calls ? 1 : -1;
    if (first->nth != second->nth)
        return first->nth < second->nth ? -1 : 1;
    return first->number < second->number ? -1 : 1;
}

static int
by_number(gconstpointer a, gconstpointer b)
{
    const Plannable *first = a, *second = b;

    return first->number < second->number ? -1 : 1;
}

/* (transfer full): of Plannable, as the project has them */
static GArray *
plannable_queries(const DjangoPlanner *planner)
{
    const GPtrArray *queries = planner->work->queries;
    GArray *found = g_array_new(FALSE, TRUE, sizeof(Plannable));
    g_autoptr(GHashTable) counts = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < queries->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(queries, i);
        Plannable one = {.query = query, .command = command_of(query), .number = i};
        gpointer model = query->queryset ? (gpointer)query->queryset->model : NULL;

        if (!one.command || query->in_test || !is_told(query))
            continue;
        one.is_plain = is_plain(query);
        one.calls = calls_of(query);
        if (!one.is_plain) {
            one.nth = GPOINTER_TO_UINT(g_hash_table_lookup(counts, model));
            g_hash_table_insert(counts, model, GUINT_TO_POINTER(one.nth + 1));
        }
        g_array_append_val(found, one);
    }
    return found;
}

static guint
most_queries(const DjangoPlanner *planner)
{
    const GPtrArray *models = planner->work->project->models;
    gint64 room = QUERIES;

    for (guint i = 0; i < models->len; i++)
        room -= pga_django_has_table(g_ptr_array_index(models, i)) ? A_TABLE : 0;
    return (guint)CLAMP(room, LEAST_QUERIES, MOST_QUERIES);
}

static void
note_unplanned(const DjangoPlanner *planner, const GArray *all, guint most)
{
    guint n_plain = 0;

    for (guint i = most; i < all->len; i++)
        n_plain += g_array_index(all, Plannable, i).is_plain;
    g_ptr_array_add(
        planner->work->report->notes,
        g_strdup_printf("%u of %u queries were planned, those that requests and loops send first; "
                        "of the others %u read by primary key or whole tables. --time-limit plans "
                        "all of them, for as long as it says.",
                        most, all->len, n_plain));
}

PgaQuerySet *
pga_django_workload(DjangoPlanner *planner)
{
    PgaQuerySet *set = pga_query_set_new();
    g_autoptr(GArray) all = plannable_queries(planner);
    const guint most = most_queries(planner);

    if (all->len > most && !planner->work->request->time_limit) {
        g_array_sort(all, most_wanted_first);
        note_unplanned(planner, all, most);
        planner->leaves_out = TRUE;
        g_array_set_size(all, most);
        g_array_sort(all, by_number);
    }
    for (guint i = 0; i < all->len; i++) {
        const Plannable *one = &g_array_index(all, Plannable, i);

        add_query(planner, set, one->query, one->command);
    }
    return set;
}

/* Of the texts with values one whose values are neither common nor rare; with constants beside them
 * another one, so that the advisor tells what is constant. */
static void
choose_samples(PgaQuery *query, gboolean with_variant)
{
    GPtrArray *all = query->samples;
    const guint main_one = MIN(all->len - 1, 2);
    PgaQuerySample *sample = g_ptr_array_steal_index(all, main_one);
    PgaQuerySample *variant = NULL;

    if (with_variant && main_one == 2 && !sample->is_generic && strchr(sample->text, '\''))
        variant = g_ptr_array_steal_index(all, 1);
    g_ptr_array_set_size(all, 0);
    sample->share = 1;
    g_ptr_array_add(all, sample);
    if (!variant)
        return;
    sample->is_guess = variant->is_guess = FALSE;
    sample->share = 1 - RARE_SHARE;
    variant->share = RARE_SHARE;
    g_ptr_array_add(all, variant);
}

static gboolean
read_statistics(DjangoPlanner *planner, PgaPlannerData *data, GError **error)
{
    PgaSource *source = &planner->index.source;
    g_autoptr(GArray) oids = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    g_autoptr(GPtrArray) ignored =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);

    for (guint i = 0; i < source->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(source->catalog->relations, i);

        if (g_hash_table_contains(planner->rows, relation->relname))
            g_array_append_val(oids, relation->oid);
    }
    if (planner->is_assumed)
        return pga_design_statistics_read(&planner->statistics, oids, data, error);
    return source->collect.no_values ||
           pga_source_read_planner(source, oids, TRUE, data, ignored, error);
}

/* Assumed texts go from "aaa" to "zzz", which is all that their histograms have: what begins like
 * one of these ends is half of the rows for the operators of varchar_pattern_ops
 * (ineq_histogram_selectivity(), src/backend/utils/adt/selfuncs.c); another beginning is not. */
static void
choose_beginnings(const PgaQuery *query)
{
    static const char *const ends[] = {"LIKE '" DJANGO_FIRST_TEXT "%'",
                                       "LIKE '" DJANGO_LAST_TEXT "%'"};

    for (guint i = 0; i < query->samples->len; i++) {
        PgaQuerySample *sample = g_ptr_array_index(query->samples, i);

        for (guint j = 0; j < G_N_ELEMENTS(ends); j++) {
            g_auto(GStrv) parts = g_strsplit(sample->text, ends[j], -1);

            g_free(sample->text);
            sample->text = g_strjoinv("LIKE 'mno%'", parts);
        }
    }
}

gboolean
pga_django_represent(DjangoPlanner *planner, PgaQuerySet *set, GError **error)
{
    g_autoptr(PgaPlannerData) data = pga_planner_data_new();

    if (!read_statistics(planner, data, error))
        return FALSE;
    pga_query_set_represent(set, planner->index.source.catalog, data);
    for (guint i = 0; i < set->queries->len; i++) {
        PgaQuery *query = g_ptr_array_index(set->queries, i);

        choose_samples(query, set->queries->len < MANY_QUERIES);
        if (planner->is_assumed)
            choose_beginnings(query);
    }
    return TRUE;
}

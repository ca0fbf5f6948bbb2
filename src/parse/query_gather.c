/* The sources of statements, which texts are kept, and the set that is made of it all. */
#include <string.h>

#include "query_gatherer_internal.h"

/* Where the next text goes, if it is kept; NULL. */
static QueryKept *
place_of(QueryEntry *entry, guint64 priority)
{
    QueryKept *highest = &entry->kept[0];

    if (entry->n_kept < QUERY_SAMPLES)
        return &entry->kept[entry->n_kept];
    for (guint i = 1; i < entry->n_kept; i++)
        if (entry->kept[i].priority > highest->priority)
            highest = &entry->kept[i];
    return highest->priority > priority ? highest : NULL;
}

/* Every call has the same chance, by its place among all of them: the same log gives the same
 * texts. Constants that are kept already are counted only, so that the texts differ. */
void
pga_query_entry_keep(PgaQueryGatherer *gatherer, QueryEntry *entry,
                     const QueryOccurrence *occurrence, guint64 constants)
{
    const guint64 priority = pga_query_shape_mix(++entry->n_seen);
    g_auto(QueryPart) part = {.kind = QUERY_PART_NOTHING};
    QueryKept *kept;
    gboolean is_generic = FALSE;
    char *text;

    for (guint i = 0; i < entry->n_kept; i++)
        if (entry->kept[i].constants == constants) {
            entry->kept[i].calls += occurrence->calls;
            entry->kept[i].priority = MIN(entry->kept[i].priority, priority);
            return;
        }
    kept = place_of(entry, priority);
    text = kept ? pga_query_occurrence_text(gatherer, occurrence, &part, &is_generic) : NULL;
    if (!text)
        return;
    if (kept == &entry->kept[entry->n_kept])
        entry->n_kept++;
    g_free(kept->text);
    *kept = (QueryKept){.text = text,
                        .constants = constants,
                        .priority = priority,
                        .calls = occurrence->calls,
                        .is_generic = is_generic,
                        .is_bound = occurrence->parameters || occurrence->is_executed};
}

void
pga_query_gather_script(PgaQueryGatherer *gatherer, const PgaScript *script)
{
    g_autofree char *name = g_path_get_basename(script->name);

    pga_query_gatherer_name(gatherer, name);
    for (guint i = 0; i < script->statements->len; i++) {
        const PgaStatement *statement = &g_array_index(script->statements, PgaStatement, i);
        const QueryOccurrence occurrence = {
            .text = statement->text,
            .length = statement->length,
            .calls = statement->kind == PGA_STATEMENT_ROWS && statement->n_rows > 0
                         ? (double)statement->n_rows
                         : 1,
            .total_ms = -1,
            .line = statement->line,
        };

        if (statement->kind == PGA_STATEMENT_META) {
            gatherer->set->n_statements++;
            gatherer->set->n_skipped++;
        } else {
            pga_query_gatherer_take(gatherer, &occurrence);
        }
    }
}

void
pga_query_gather_workload(PgaQueryGatherer *gatherer, const PgaWorkload *workload)
{
    for (guint i = 0; i < workload->statements->len; i++) {
        const PgaWorkloadStatement *statement = g_ptr_array_index(workload->statements, i);
        const QueryOccurrence occurrence = {
            .text = statement->query,
            .length = strlen(statement->query),
            .calls = (double)MAX(statement->calls, 0),
            .total_ms = MAX(statement->total_exec_time, 0),
            .usename = statement->usename,
            .origin = "pg_stat_statements",
            .is_recorded = TRUE,
        };

        if (strcmp(statement->query, "<insufficient privilege>") == 0) {
            gatherer->set->n_statements++;
            gatherer->n_hidden++;
        } else {
            pga_query_gatherer_take(gatherer, &occurrence);
        }
    }
    gatherer->n_hidden = MAX(gatherer->n_hidden, workload->n_hidden);
}

/* Of this program: its statements begin with a word and the comment. */
static gboolean
is_own(const PgaLogStatement *statement)
{
    static const char comment[] = "/* pgarchitect */";

    return memmem(statement->text, MIN(statement->length, 40), comment, strlen(comment)) != NULL;
}

gboolean
pga_query_gather_logged(gpointer gatherer, const PgaLogStatement *statement,
                        G_GNUC_UNUSED GError **error)
{
    PgaQueryGatherer *self = gatherer;
    const QueryOccurrence occurrence = {
        .text = statement->text,
        .length = statement->length,
        .parameters = statement->parameters,
        .parameters_length = statement->parameters_length,
        .preparation = statement->preparation,
        .preparation_length = statement->preparation_length,
        .calls = 1,
        .total_ms = statement->duration_ms,
        .usename = statement->user,
        .line = statement->line,
        .is_plan = statement->is_plan,
    };

    if (is_own(statement))
        return TRUE;
    if (statement->failed) {
        self->set->n_statements++;
        self->n_failed++;
    } else {
        pga_query_gatherer_take(self, &occurrence);
    }
    return TRUE;
}

static guint
count_with_values(const QueryEntry *entry)
{
    guint n = 0;

    for (guint i = 0; i < entry->n_kept; i++)
        n += !entry->kept[i].is_generic;
    return n;
}

/* Texts with values, if there are any. What else the query was called is theirs evenly. */
static void
add_samples(QueryEntry *entry)
{
    const guint n_with_values = count_with_values(entry);
    const guint n = n_with_values > 0 ? n_with_values : MIN(entry->n_kept, 1);
    const double calls = MAX(entry->query->calls, 1);
    double counted = 0;

    for (guint i = 0; i < entry->n_kept; i++)
        if (!entry->kept[i].is_generic || n_with_values == 0)
            counted += entry->kept[i].calls;
    counted = n_with_values > 0 ? MIN(counted, calls) : 0;
    for (guint i = 0; i < entry->n_kept && entry->query->samples->len < n; i++) {
        QueryKept *kept = &entry->kept[i];
        const double own = n_with_values > 0 ? MIN(kept->calls, calls) : 0;
        PgaQuerySample *sample;

        if (kept->is_generic && n_with_values > 0)
            continue;
        sample = pga_query_sample_new(g_steal_pointer(&kept->text),
                                      (own + (calls - counted) / n) / calls);
        sample->is_generic = kept->is_generic;
        sample->is_bound = kept->is_bound;
        g_ptr_array_add(entry->query->samples, sample);
    }
}

/* Shares of a query add up to 1 whatever was counted. */
static void
level_shares(const GPtrArray *samples)
{
    double sum = 0;

    for (guint i = 0; i < samples->len; i++)
        sum += ((PgaQuerySample *)g_ptr_array_index(samples, i))->share;
    for (guint i = 0; i < samples->len; i++)
        ((PgaQuerySample *)g_ptr_array_index(samples, i))->share /= sum;
}

static int
most_time_first(gconstpointer a, gconstpointer b)
{
    const PgaQuery *left = *(PgaQuery *const *)a, *right = *(PgaQuery *const *)b;

    if (left->total_ms != right->total_ms)
        return left->total_ms > right->total_ms ? -1 : 1;
    if (left->calls != right->calls)
        return left->calls > right->calls ? -1 : 1;
    return strcmp(left->fingerprint, right->fingerprint);
}

static void
finish_entry(PgaQueryGatherer *gatherer, QueryEntry *entry)
{
    PgaQuery *query = entry->query;

    query->calls = MAX(query->calls, entry->plan_calls);
    if (entry->plan_calls > 0)
        query->total_ms = MAX(query->total_ms, entry->plan_ms);
    if (entry->n_kept > 0 && pga_query_is_temporary(entry->kept[0].text, gatherer->temporary))
        query->not_analysed = g_strdup("on a temporary table");
    if (!query->not_analysed) {
        add_samples(entry);
        level_shares(query->samples);
    }
    g_ptr_array_add(gatherer->set->queries, g_steal_pointer(&entry->query));
}

/* What was prepared and never executed is a statement of its own. */
static void
take_unexecuted(PgaQueryGatherer *gatherer)
{
    g_autoptr(GList) names =
        g_list_sort(g_hash_table_get_keys(gatherer->prepared), (GCompareFunc)strcmp);

    for (const GList *i = names; i; i = i->next) {
        const QueryPrepared *prepared = g_hash_table_lookup(gatherer->prepared, i->data);
        const QueryOccurrence occurrence = {
            .text = prepared->text,
            .length = strlen(prepared->text),
            .calls = 1,
            .total_ms = -1,
            .origin = "PREPARE",
        };

        if (prepared->executed)
            continue;
        gatherer->set->n_statements--; /* counted already, as skipped */
        gatherer->set->n_skipped--;
        pga_query_gatherer_take(gatherer, &occurrence);
    }
}

/* @one, @many: what is said of one, and of so many; each with a place for the number. */
static void
note(PgaQuerySet *set, guint64 n, const char *one, const char *many)
{
    g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, n);
    GString *text;

    if (n == 0)
        return;
    text = g_string_new(n == 1 ? one : many);
    g_string_replace(text, "{}", number, 1);
    g_ptr_array_add(set->notes, g_string_free(text, FALSE));
}

static void
add_notes(const PgaQueryGatherer *gatherer)
{
    PgaQuerySet *set = gatherer->set;

    note(set, gatherer->n_failed, "{} statement that failed is left out.",
         "{} statements that failed are left out.");
    note(set, gatherer->n_hidden,
         "The text of {} statement is hidden from the role: it needs pg_read_all_stats.",
         "The texts of {} statements are hidden from the role: it needs pg_read_all_stats.");
    note(set, gatherer->n_too_many, "{} statement is left out: there are too many different ones.",
         "{} statements are left out: there are too many different ones.");
    note(set, gatherer->n_lists,
         "A list of constants in a text of more than 32 kB was cut to its first items.",
         "Lists of constants in texts of more than 32 kB were cut to their first items.");
}

PgaQuerySet *
pga_query_gatherer_finish(PgaQueryGatherer *gatherer)
{
    PgaQuerySet *set = gatherer->set;
    GHashTableIter iter;
    gpointer entry;

    take_unexecuted(gatherer);
    g_hash_table_iter_init(&iter, gatherer->by_fingerprint);
    while (g_hash_table_iter_next(&iter, NULL, &entry))
        finish_entry(gatherer, entry);
    g_hash_table_remove_all(gatherer->by_shape);
    g_hash_table_remove_all(gatherer->by_fingerprint); /* whose keys are the set's */
    g_hash_table_remove_all(gatherer->prepared);
    g_hash_table_remove_all(gatherer->temporary);
    g_ptr_array_sort(set->queries, most_time_first);
    add_notes(gatherer);
    gatherer->set = pga_query_set_new();
    gatherer->n_failed = gatherer->n_hidden = gatherer->n_too_many = gatherer->n_lists = 0;
    return set;
}

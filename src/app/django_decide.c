/* The decision log: the four questions about each model and each query, with what was looked at;
 * also where nothing is wrong. */
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "django_decide_internal.h"
#include "django_plan_internal.h"

#define MAX_NAMED 4

/* Takes @answer and @evidence; findings decide where there are some. */
static void
decide(const DjangoDecisions *decisions, const DjangoFacts *facts, PgaDecisionQuestion question,
       char *answer, char *evidence)
{
    const GPtrArray *findings = facts->findings[question];
    g_autofree char *found = pga_django_findings_text(findings);
    g_autofree char *looked_at = evidence;
    PgaDjangoDecision *decision = pga_django_decision_add(
        decisions->work->report, question, answer,
        g_strconcat(found, *found && *looked_at ? "; " : "", looked_at, NULL));

    if (findings->len > 0) {
        g_free(decision->answer);
        decision->answer = g_strdup(((const PgaFinding *)g_ptr_array_index(findings, 0))->title);
        decision->is_fine = FALSE;
    }
    decision->subject = pga_django_model_name(facts->model);
    decision->file = g_strdup(facts->model->file->path);
    decision->line = facts->model->line;
}

static const char *
plural(guint n)
{
    return n == 1 ? "" : "s";
}

/* (transfer full): of char *, borrowed. */
static GPtrArray *
keys_of(GHashTable *table)
{
    GPtrArray *keys = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_ptr_array_add(keys, key);
    return keys;
}

static int
most_first(gconstpointer a, gconstpointer b, gpointer counts)
{
    const char *first = *(const char *const *)a, *second = *(const char *const *)b;
    const guint one = GPOINTER_TO_UINT(g_hash_table_lookup(counts, first));
    const guint other = GPOINTER_TO_UINT(g_hash_table_lookup(counts, second));

    return one != other ? (one < other ? 1 : -1) : strcmp(first, second);
}

/* "status (3), customer (2)" */
static void
append_asked(GString *text, const DjangoFacts *facts)
{
    g_autoptr(GPtrArray) names = keys_of(facts->asked);

    g_ptr_array_sort_with_data(names, most_first, facts->asked);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);

        if (i == MAX_NAMED) {
            g_string_append_printf(text, " and %u more", names->len - i);
            break;
        }
        g_string_append_printf(text, "%s%s (%u)", i > 0 ? ", " : " filter or sort by ", name,
                               GPOINTER_TO_UINT(g_hash_table_lookup(facts->asked, name)));
    }
}

static void
append_plans(GString *text, const DjangoFacts *facts)
{
    g_autofree char *before = pga_count_format(facts->before);
    g_autofree char *after = pga_count_format(facts->after);
    g_autoptr(GPtrArray) names = keys_of(facts->advised);

    if (facts->n_planned == 0)
        return;
    g_ptr_array_sort(names, pga_compare_texts);
    for (guint i = 0; i < MIN(names->len, MAX_NAMED); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "; planned with ",
                               (const char *)g_ptr_array_index(names, i));
    if (names->len > 0)
        g_string_append_printf(text, ", cost %s of %s", after, before);
    else
        g_string_append_printf(text, "; planned, cost %s", before);
}

static char *
index_evidence(const DjangoDecisions *decisions, const DjangoFacts *facts)
{
    GString *text = g_string_new(NULL);
    g_autofree char *name = pga_django_model_name(facts->model);
    const PgaDjangoRows *rows = g_hash_table_lookup(decisions->rows, name);
    g_autofree char *count = rows ? pga_count_format(rows->rows) : NULL;

    g_string_append_printf(text, "%u quer%s", facts->n_queries,
                           facts->n_queries == 1 ? "y" : "ies");
    append_asked(text, facts);
    append_plans(text, facts);
    g_string_append_printf(text, "; %u index%s", facts->n_indexes,
                           facts->n_indexes == 1 ? "" : "es");
    if (rows)
        g_string_append_printf(text, "; %s rows (%s)", count, rows->how);
    return g_string_free(text, FALSE);
}

static void
decide_index(const DjangoDecisions *decisions, const DjangoFacts *facts)
{
    char *answer;

    if (facts->n_better > 0)
        answer =
            g_strdup_printf("%u of its queries get%s faster with %u new index%s.", facts->n_better,
                            facts->n_better == 1 ? "s" : "", g_hash_table_size(facts->advised),
                            g_hash_table_size(facts->advised) == 1 ? "" : "es");
    else if (g_hash_table_size(facts->asked) == 0)
        answer = g_strdup("Nothing filters or sorts it.");
    else if (facts->n_planned > 0)
        answer = g_strdup("No index serves its queries better than those it has.");
    else
        answer = g_strdup("Nothing wrong was found; nothing was planned.");
    decide(decisions, facts, PGA_DECISION_INDEX, answer, index_evidence(decisions, facts));
    if (facts->n_better > 0)
        ((PgaDjangoDecision *)g_ptr_array_index(decisions->work->report->decisions,
                                                decisions->work->report->decisions->len - 1))
            ->is_fine = FALSE;
}

static void
decide_concurrency(const DjangoDecisions *decisions, const DjangoFacts *facts)
{
    decide(decisions, facts, PGA_DECISION_CONCURRENCY,
           g_strdup(facts->n_writes == 0 ? "Nothing in the code writes it."
                                         : "No update was found that another process can undo."),
           g_strdup_printf("%u place%s write%s it, %u in a transaction, %u with an expression of "
                           "the database; %u quer%s lock%s its rows",
                           facts->n_writes, plural(facts->n_writes),
                           facts->n_writes == 1 ? "s" : "", facts->n_atomic, facts->n_expressions,
                           facts->n_locked, facts->n_locked == 1 ? "y" : "ies",
                           facts->n_locked == 1 ? "s" : ""));
}

static void
decide_json(const DjangoDecisions *decisions, const DjangoFacts *facts)
{
    if (facts->n_json == 0) {
        decide(decisions, facts, PGA_DECISION_JSON, g_strdup("It has no JSON field."),
               g_strdup(""));
        return;
    }
    decide(decisions, facts, PGA_DECISION_JSON,
           g_strdup(facts->n_json_asked == 0 ? "Its JSON is stored and read whole: no index needed."
                                             : "Its JSON is asked for as its indexes allow."),
           g_strdup_printf("%u JSON field%s; asked for %u time%s; %u GIN index%s", facts->n_json,
                           plural(facts->n_json), facts->n_json_asked, plural(facts->n_json_asked),
                           facts->n_gin, facts->n_gin == 1 ? "" : "es"));
}

static void
decide_constraint(const DjangoDecisions *decisions, const DjangoFacts *facts)
{
    decide(decisions, facts, PGA_DECISION_CONSTRAINT,
           g_strdup(facts->n_validators == 0
                        ? "The code states no rule that the database does not hold."
                        : "No rule was found that the database should hold and does not."),
           g_strdup_printf("%u rule%s in validators and choices; in the database %u check%s, %u "
                           "unique",
                           facts->n_validators, plural(facts->n_validators), facts->n_checks,
                           plural(facts->n_checks), facts->n_unique));
}

void
pga_django_decide(PgaDjangoWork *work)
{
    g_auto(DjangoDecisions) decisions = {0};

    pga_django_facts_gather(&decisions, work);
    for (guint i = 0; i < decisions.models->len; i++) {
        const DjangoFacts *facts = g_ptr_array_index(decisions.models, i);

        decide_index(&decisions, facts);
        decide_concurrency(&decisions, facts);
        decide_json(&decisions, facts);
        decide_constraint(&decisions, facts);
    }
    for (guint i = 0; work->queries && i < work->queries->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(work->queries, i);

        if (!query->in_test && pga_django_query_is_judged(work, query))
            pga_django_decide_query(&decisions, query);
    }
}

/* Pruning shown, not claimed: the statements on the partitioned tables, planned with their values,
 * planned for any values and executed, in the lab, on tables with the same columns and partitions
 * and a few rows in each partition. */
#include <base/error.h>
#include <base/progress.h>
#include <base/text.h>
#include <design/design.h>
#include <lab/rollout.h>
#include <parse/script.h>
#include <stdlib.h>
#include <string.h>

#include "design_internal.h"
#include "design_prune_internal.h"

#define ROWS_A_PARTITION 3
#define MAX_STATEMENTS   100
#define NONE             G_MAXUINT

/** A statement, with the numbers of its questions. */
typedef struct {
    const PgaDesignQuery *query;
    guint planned, generic, run;
} Statement;

/** A partitioned table. */
typedef struct {
    PgaDesignPartitioning *partitioning;
    guint leaves; /* the question for its partitions */
} Subject;

typedef struct {
    PgaDesignRun *run;
    GArray *questions;  /* of PgaRolloutQuestion; their texts are of: */
    GPtrArray *texts;   /* of char * */
    GArray *statements; /* of Statement */
    GArray *subjects;   /* of Subject */
    GHashTable *costs;  /* of statements, without partitions */
} Prune;

static void
prune_init(Prune *prune, PgaDesignRun *run)
{
    prune->run = run;
    prune->questions = g_array_new(FALSE, TRUE, sizeof(PgaRolloutQuestion));
    g_array_set_clear_func(prune->questions, (GDestroyNotify)pga_rollout_question_clear);
    prune->texts = g_ptr_array_new_with_free_func(g_free);
    prune->statements = g_array_new(FALSE, TRUE, sizeof(Statement));
    prune->subjects = g_array_new(FALSE, TRUE, sizeof(Subject));
}

static void
prune_clear(Prune *prune)
{
    g_array_unref(prune->questions);
    g_ptr_array_unref(prune->texts);
    g_array_unref(prune->statements);
    g_array_unref(prune->subjects);
    g_clear_pointer(&prune->costs, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Prune, prune_clear)

/* Takes @sql; the question's number. */
static guint
ask(Prune *prune, char *sql)
{
    const PgaRolloutQuestion question = {.sql = sql};

    g_ptr_array_add(prune->texts, sql);
    g_array_append_val(prune->questions, question);
    return prune->questions->len - 1;
}

/* (nullable) */
static const char *
answer_of(const Prune *prune, guint number)
{
    return number == NONE ? NULL
                          : g_array_index(prune->questions, PgaRolloutQuestion, number).answer;
}

static void
ask_subjects(Prune *prune)
{
    const GPtrArray *all = prune->run->architecture->partitionings;

    for (guint i = 0; i < all->len; i++) {
        Subject subject = {.partitioning = g_ptr_array_index(all, i)};
        const char *name = subject.partitioning->table->name;
        g_autofree char *relation = pga_quote_qualified("public", name);
        g_autofree char *literal = pga_quote_literal(relation);

        if (!subject.partitioning->recommended)
            continue;
        ask(prune, pga_prune_rows(subject.partitioning, ROWS_A_PARTITION));
        ask(prune, g_strdup_printf("ANALYZE %s", relation));
        subject.leaves = ask(prune, g_strdup_printf("SELECT relid::regclass FROM "
                                                    "pg_partition_tree(%s) WHERE isleaf",
                                                    literal));
        g_array_append_val(prune->subjects, subject);
    }
}

static gboolean
names_subject(const Prune *prune, const char *sql)
{
    for (guint i = 0; i < prune->subjects->len; i++)
        if (strstr(sql, g_array_index(prune->subjects, Subject, i).partitioning->table->name))
            return TRUE;
    return FALSE;
}

/* (transfer full): "EXECUTE pruned ('2024-12-02', NULL)" */
static char *
execution_of(const PgaDesignQuery *query)
{
    GString *text = g_string_new("EXECUTE pruned (");

    for (guint i = 0; i < query->values->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "",
                               (const char *)g_ptr_array_index(query->values, i));
    g_string_append_c(text, ')');
    return g_string_free(text, FALSE);
}

static void
ask_statement(Prune *prune, const PgaDesignQuery *query)
{
    Statement statement = {.query = query, .generic = NONE, .run = NONE};

    statement.planned = ask(prune, g_strdup_printf("EXPLAIN (COSTS OFF) %s", query->planned_sql));
    if (query->values->len > 0) {
        g_autofree char *execution = execution_of(query);

        ask(prune, g_strdup_printf("PREPARE pruned AS %s", query->sql));
        statement.generic = ask(prune, g_strdup_printf("EXPLAIN (COSTS OFF) %s", execution));
        if (query->command == 's')
            statement.run = ask(prune, g_strdup_printf("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, "
                                                       "SUMMARY OFF, BUFFERS OFF) %s",
                                                       execution));
        ask(prune, g_strdup("DEALLOCATE ALL"));
    }
    g_array_append_val(prune->statements, statement);
}

static void
ask_statements(Prune *prune)
{
    const GPtrArray *queries = prune->run->architecture->queries;

    ask(prune, g_strdup("SET plan_cache_mode = force_generic_plan"));
    for (guint i = 0; i < queries->len && prune->statements->len < MAX_STATEMENTS; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(queries, i);

        if (query->planned_sql && query->command != 'i' && names_subject(prune, query->planned_sql))
            ask_statement(prune, query);
    }
}

/* (transfer full): of char * to itself. */
static GHashTable *
leaves_of(const Prune *prune, const Subject *subject)
{
    GHashTable *leaves = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *answer = answer_of(prune, subject->leaves);
    g_auto(GStrv) names = g_strsplit(answer ? answer : "", "\n", -1);

    for (guint i = 0; names[i]; i++)
        if (*names[i])
            g_hash_table_add(leaves, g_strdup(names[i]));
    return leaves;
}

static void
tell_subject(const Prune *prune, const Subject *subject)
{
    g_autoptr(GHashTable) leaves = leaves_of(prune, subject);
    g_autoptr(GArray) all = g_array_new(FALSE, TRUE, sizeof(PgaPruneShown));

    for (guint i = 0; i < prune->statements->len; i++) {
        const Statement *statement = &g_array_index(prune->statements, Statement, i);
        PgaPruneShown shown = {.query = statement->query,
                               .plan = answer_of(prune, statement->planned),
                               .generic = answer_of(prune, statement->generic),
                               .run = answer_of(prune, statement->run)};

        if (!shown.plan)
            continue;
        shown.planned = pga_prune_count(shown.plan, leaves);
        if (shown.generic)
            shown.any = pga_prune_count(shown.generic, leaves);
        if (shown.run)
            shown.executed = pga_prune_count(shown.run, leaves);
        if (shown.planned.scanned > 0)
            g_array_append_val(all, shown);
    }
    pga_prune_tell(subject->partitioning, all, g_hash_table_size(leaves));
    pga_prune_costs_sum(subject->partitioning, all, prune->costs);
    pga_prune_price(subject->partitioning, all, g_hash_table_size(leaves), prune->costs);
}

static void
give_up(const Prune *prune, const char *why)
{
    g_ptr_array_add(prune->run->architecture->not_checked,
                    pga_not_checked_new(NULL, g_strdup("pruning of partitions"), g_strdup(why)));
}

static gboolean
roll_out(Prune *prune, PgaLab *lab, GError **error)
{
    g_autofree char *text = pga_prune_script(prune->run->architecture);
    g_autoptr(PgaScript) script = pga_script_parse(text, strlen(text), "partitions.sql", error);
    const PgaRolloutScript item = {.script = script};
    g_autoptr(GArray) scripts = g_array_new(FALSE, FALSE, sizeof(PgaRolloutScript));
    g_auto(PgaRollout) rollout = {.questions = prune->questions};

    g_array_append_val(scripts, item);
    if (!script || !pga_lab_roll_out(lab, scripts, &rollout, error))
        return FALSE;
    if (rollout.lacking || rollout.failure) {
        give_up(prune, rollout.lacking ? rollout.lacking : rollout.failure);
        return TRUE;
    }
    for (guint i = 0; i < prune->subjects->len; i++)
        tell_subject(prune, &g_array_index(prune->subjects, Subject, i));
    return TRUE;
}

static double
gain_of(const PgaDesignPartitioning *partitioning)
{
    return partitioning->recommended && partitioning->cost_before >= 0
               ? partitioning->cost_before - partitioning->cost_after
               : 0;
}

/* Most gain first; what is partitioned for its retention alone may cost something. */
static gint
compare_gains(gconstpointer a, gconstpointer b)
{
    const PgaDesignPartitioning *left = *(PgaDesignPartitioning *const *)a;
    const PgaDesignPartitioning *right = *(PgaDesignPartitioning *const *)b;

    if (left->recommended != right->recommended)
        return left->recommended ? -1 : 1;
    if (gain_of(left) != gain_of(right))
        return gain_of(left) > gain_of(right) ? -1 : 1;
    return strcmp(left->table->name, right->table->name);
}

gboolean
pga_design_prune(PgaDesignRun *run, GError **error)
{
    g_auto(Prune) prune = {0};
    g_auto(PgaDesignPlanner) planner = {0};

    prune_init(&prune, run);
    ask_subjects(&prune);
    if (prune.subjects->len == 0)
        return TRUE;
    ask_statements(&prune);
    prune.costs = pga_prune_costs(&planner, run, error);
    if (!prune.costs || !roll_out(&prune, planner.index.source.lab, error))
        return FALSE;
    g_ptr_array_sort(run->architecture->partitionings, compare_gains);
    return TRUE;
}

/* Costs of many statements under many configurations. Plans go out in chunks, the longest first and
 * each smaller than the one before, so that all sessions have something to do until the end and
 * what fails costs little; a chunk that fails is asked again plan by plan. */
#include "base/error.h"
#include "whatif_internal.h"
#include <string.h>

enum {
    DEPTH = 2,
    MAX_PLANS = 512,       /* in a chunk */
    SHARES_PER_LINE = 2,   /* of what is left, of which a chunk is one */
    MIN_MILLISECONDS = 2,  /* of a chunk */
    MAX_MILLISECONDS = 60, /* the same */
};

/* A statement whose planning fails after so long is not tried again: the planner ran out of memory.
 */
#define LONG_FAILURE_MILLISECONDS 2000

#define MEMORY_OF_TIMES           0.5 /* how much of a statement's known time stays when it takes another */

/* Columns of cost_pairs(). */
enum { PLACE, STARTUP_COST, TOTAL_COST, PLAN_ROWS, INDEXES, MESSAGE, MILLISECONDS };

#define COST_NAME "pgarchitect_cost"
#define COST_SQL                                                                                   \
    "SELECT configuration, startup_cost, total_cost, plan_rows, indexes, message, milliseconds"    \
    " FROM pgarchitect_whatif.cost_pairs($1, $2)"

/* Asked thousands of times: parsed and planned once for each session. */
gboolean
pga_whatif_line_learn_cost(PgaWhatifLine *line, GError **error)
{
    return pga_session_do(line->session, error, "PREPARE " COST_NAME " AS " COST_SQL);
}

void
pga_whatif_plan_clear(PgaWhatifPlan *plan)
{
    g_clear_pointer(&plan->used, g_array_unref);
    g_clear_pointer(&plan->failure, g_free);
}

void
pga_whatif_append_oids(GString *text, const guint32 *oids, guint n, char separator)
{
    for (guint i = 0; i < n; i++) {
        char digits[16];

        if (i > 0)
            g_string_append_c(text, separator);
        g_snprintf(digits, sizeof digits, "%u", oids[i]);
        g_string_append(text, digits);
    }
}

static PgaWhatifPlan *
plan_at(const PgaWhatifRun *run, guint i)
{
    return &g_array_index((GArray *)run->self, PgaWhatifPlan, i);
}

static void
fail(PgaWhatifPlan *plan, const char *why)
{
    plan->startup_cost = plan->total_cost = plan->rows = -1;
    g_free(plan->failure);
    plan->failure = g_strdup(why);
}

/* A statement that went past the limit once is not tried again: what is left of the task. */
static void
drop_failed(PgaWhatifRun *run, const PgaWhatifTask *task)
{
    guint n = 0;

    for (guint i = 0; i < task->places->len; i++) {
        const guint place = g_array_index(task->places, guint, i);
        PgaWhatifPlan *plan = plan_at(run, place);
        const PgaWhatifKept *kept = pga_whatif_kept(run->whatif, plan->statement);

        if (kept->failure)
            fail(plan, kept->failure);
        else
            g_array_index(task->places, guint, n++) = place;
    }
    g_array_set_size(task->places, n);
}

static PgaWhatifSending
send_chunk(PgaWhatifRun *run, const PgaWhatifLine *line, PgaWhatifTask *task)
{
    g_autoptr(GString) statements = g_string_new("{");
    g_autoptr(GString) configurations = g_string_new("{");
    const char *params[2];

    drop_failed(run, task);
    if (task->places->len == 0)
        return PGA_NOTHING;
    for (guint i = 0; i < task->places->len; i++) {
        const PgaWhatifPlan *plan = plan_at(run, g_array_index(task->places, guint, i));

        g_string_append_printf(statements, "%s%d", i > 0 ? "," : "",
                               pga_whatif_line_number(line, plan->statement));
        g_string_append(configurations, i > 0 ? ",\"" : "\"");
        pga_whatif_append_oids(configurations, plan->oids, plan->n_oids, ' ');
        g_string_append_c(configurations, '"');
    }
    g_string_append_c(statements, '}');
    g_string_append_c(configurations, '}');
    params[0] = statements->str;
    params[1] = configurations->str;
    return (run->whatif->cost_is_lost
                ? PQsendQueryParams(line->session->conn, COST_SQL, 2, NULL, params, NULL, NULL, 0)
                : PQsendQueryPrepared(line->session->conn, COST_NAME, 2, params, NULL, NULL, 0))
               ? PGA_SENT
               : PGA_LOST;
}

static gint
compare_oids(gconstpointer a, gconstpointer b)
{
    const guint32 first = *(const guint32 *)a, second = *(const guint32 *)b;

    return (first > second) - (first < second);
}

/* (transfer full): the oids of @text as callers know them, each once */
static GArray *
used_indexes(const PgaWhatif *whatif, const char *text)
{
    GArray *used = g_array_new(FALSE, FALSE, sizeof(guint32));
    guint n = 0;

    for (const char *at = text; *at;) {
        char *end;
        const guint32 oid = pga_whatif_root(whatif, (guint32)g_ascii_strtoull(at, &end, 10));

        g_array_append_val(used, oid);
        at = *end == ' ' ? end + 1 : end + strlen(end);
    }
    g_array_sort(used, compare_oids);
    for (guint i = 0; i < used->len; i++) {
        const guint32 oid = g_array_index(used, guint32, i);

        if (n == 0 || g_array_index(used, guint32, n - 1) != oid)
            g_array_index(used, guint32, n++) = oid;
    }
    g_array_set_size(used, n);
    return used;
}

static void
remember_time(PgaWhatifKept *kept, double milliseconds)
{
    kept->milliseconds =
        MEMORY_OF_TIMES * kept->milliseconds + (1 - MEMORY_OF_TIMES) * milliseconds;
}

static void
take_failure(PgaWhatifKept *kept, PgaWhatifPlan *plan, const char *message, double milliseconds)
{
    fail(plan, message);
    if (milliseconds > LONG_FAILURE_MILLISECONDS && !kept->failure)
        kept->failure = g_strdup(message);
}

static void
take_row(const PgaWhatifRun *run, const PgaWhatifTask *task, const PGresult *rows, int row)
{
    const guint64 place = g_ascii_strtoull(PQgetvalue(rows, row, PLACE), NULL, 10);
    const double milliseconds = g_ascii_strtod(PQgetvalue(rows, row, MILLISECONDS), NULL);
    PgaWhatifPlan *plan;
    PgaWhatifKept *kept;

    if (place < 1 || place > task->places->len)
        return;
    plan = plan_at(run, g_array_index(task->places, guint, place - 1));
    kept = pga_whatif_kept(run->whatif, plan->statement);
    remember_time(kept, milliseconds);
    if (!PQgetisnull(rows, row, MESSAGE)) {
        take_failure(kept, plan, PQgetvalue(rows, row, MESSAGE), milliseconds);
        return;
    }
    plan->startup_cost = g_ascii_strtod(PQgetvalue(rows, row, STARTUP_COST), NULL);
    plan->total_cost = g_ascii_strtod(PQgetvalue(rows, row, TOTAL_COST), NULL);
    plan->rows = g_ascii_strtod(PQgetvalue(rows, row, PLAN_ROWS), NULL);
    plan->used = used_indexes(run->whatif, PQgetvalue(rows, row, INDEXES));
    g_clear_pointer(&plan->failure, g_free);
}

static PgaWhatifTask *
chunk_new(const PgaWhatif *whatif, const PgaWhatifPlan *first)
{
    PgaWhatifTask *task = pga_whatif_task_new(0, pga_whatif_kept(whatif, first->statement)->path);

    task->statements = g_array_new(FALSE, FALSE, sizeof(gint32));
    task->places = g_array_new(FALSE, FALSE, sizeof(guint));
    return task;
}

/* Plans come in the order of their statements. */
static void
chunk_add(PgaWhatifTask *task, const PgaWhatifPlan *plan, guint place)
{
    const guint n = task->statements->len;

    if (n == 0 || g_array_index(task->statements, gint32, n - 1) != plan->statement)
        g_array_append_val(task->statements, plan->statement);
    g_array_append_val(task->places, place);
}

static void
ask_singly(PgaWhatifRun *run, const PgaWhatifTask *task)
{
    for (guint i = task->places->len; i-- > 0;) {
        const guint place = g_array_index(task->places, guint, i);
        PgaWhatifTask *single = chunk_new(run->whatif, plan_at(run, place));

        chunk_add(single, plan_at(run, place), place);
        g_queue_push_head(&run->waiting, single);
    }
}

/* A function that is called while planning may have deallocated everything. */
static gboolean
has_lost_cost(const PgaWhatifRun *run, const PGresult *result)
{
    return !run->whatif->cost_is_lost && strcmp(pga_result_sqlstate(result), "26000") == 0;
}

static void
take_chunk(PgaWhatifRun *run, PgaWhatifTask *task, const PGresult *result)
{
    g_autofree char *message = NULL;

    if (!pga_result_failed(result)) {
        for (int row = 0; row < PQntuples(result); row++)
            take_row(run, task, result, row);
    } else if (has_lost_cost(run, result)) {
        run->whatif->cost_is_lost = TRUE;
        ask_singly(run, task);
    } else if (task->places->len > 1) {
        ask_singly(run, task);
    } else {
        message = pga_result_message(result);
        fail(plan_at(run, g_array_index(task->places, guint, 0)), message);
    }
}

static void
lose_chunk(PgaWhatifRun *run, PgaWhatifTask *task, const char *why)
{
    PgaWhatifPlan *plan = plan_at(run, g_array_index(task->places, guint, 0));
    PgaWhatifKept *kept = pga_whatif_kept(run->whatif, plan->statement);

    if (task->places->len > 1) {
        ask_singly(run, task);
        return;
    }
    if (!kept->failure)
        kept->failure = g_strdup(why);
    fail(plan, kept->failure);
}

/** A plan's place in the order of asking. */
typedef struct {
    const PgaWhatifPlan *plan;
    const char *path;
    double milliseconds; /* that it will take, about */
    guint place;
} Ranked;

/* By path, then what takes longest, statement by statement, as they were given. */
static gint
compare_ranked(gconstpointer a, gconstpointer b)
{
    const Ranked *first = a, *second = b;
    const int path = first->path == second->path ? 0 : strcmp(first->path, second->path);

    if (path != 0)
        return path;
    if (first->milliseconds != second->milliseconds)
        return first->milliseconds > second->milliseconds ? -1 : 1;
    if (first->plan->statement != second->plan->statement)
        return first->plan->statement < second->plan->statement ? -1 : 1;
    return (first->place > second->place) - (first->place < second->place);
}

/* (transfer full): of Ranked, sorted: those that can be planned; the others fail. @milliseconds:
 * (out): that all of them will take, about */
static GArray *
rank(const PgaWhatif *whatif, GArray *plans, double *milliseconds)
{
    GArray *ranked = g_array_new(FALSE, FALSE, sizeof(Ranked));

    *milliseconds = 0;
    for (guint i = 0; i < plans->len; i++) {
        PgaWhatifPlan *plan = &g_array_index(plans, PgaWhatifPlan, i);
        const PgaWhatifKept *kept = pga_whatif_kept(whatif, plan->statement);
        const Ranked entry = {plan, kept ? kept->path : NULL, kept ? kept->milliseconds : 0, i};

        pga_whatif_plan_clear(plan);
        if (!kept || kept->failure) {
            fail(plan, kept ? kept->failure : "the statement has not been prepared");
            continue;
        }
        *milliseconds += kept->milliseconds;
        g_array_append_val(ranked, entry);
    }
    g_array_sort(ranked, compare_ranked);
    return ranked;
}

/* @left: milliseconds, of all of them */
static void
make_chunks(PgaWhatifRun *run, const GArray *ranked, double left)
{
    const double n_shares = run->lines->len * SHARES_PER_LINE;
    PgaWhatifTask *task = NULL;
    double taken = 0, limit = 0;

    for (guint i = 0; i < ranked->len; i++) {
        const Ranked *entry = &g_array_index(ranked, Ranked, i);

        if (!task || task->path != entry->path || task->places->len >= MAX_PLANS ||
            taken + entry->milliseconds > limit) {
            task = chunk_new(run->whatif, entry->plan);
            g_queue_push_tail(&run->waiting, task);
            limit = CLAMP(left / n_shares, MIN_MILLISECONDS, MAX_MILLISECONDS);
            taken = 0;
        }
        chunk_add(task, entry->plan, entry->place);
        taken += entry->milliseconds;
        left -= entry->milliseconds;
    }
}

gboolean
pga_whatif_cost(PgaWhatif *whatif, GArray *plans, GError **error)
{
    g_auto(PgaWhatifRun) run = {.whatif = whatif,
                                .lines = whatif->lines,
                                .self = plans,
                                .depth = DEPTH,
                                .send = send_chunk,
                                .answer = take_chunk,
                                .lost = lose_chunk};
    double milliseconds;
    g_autoptr(GArray) ranked = rank(whatif, plans, &milliseconds);

    g_queue_init(&run.waiting);
    make_chunks(&run, ranked, milliseconds);
    return pga_whatif_run(&run, error);
}

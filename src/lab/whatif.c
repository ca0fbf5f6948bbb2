/* What-if planning: opening it, and the statements that it keeps. */
#include "lab/whatif.h"
#include "base/error.h"
#include "sizes_internal.h"
#include "whatif_internal.h"
#include <string.h>

enum { PREPARE_DEPTH = 1, REQUESTS_DEPTH = 8 };

#define MILLISECONDS_AT_FIRST 1.0 /* of a statement that was never planned */

void
pga_whatif_statement_clear(PgaWhatifStatement *statement)
{
    g_clear_pointer(&statement->failure, g_free);
}

static void
kept_free(gpointer data)
{
    PgaWhatifKept *kept = data;

    g_free(kept->text);
    g_free(kept->failure);
    g_free(kept);
}

void
pga_whatif_free(PgaWhatif *whatif)
{
    if (!whatif)
        return;
    g_clear_pointer(&whatif->lines, g_ptr_array_unref);
    g_clear_pointer(&whatif->creators, g_ptr_array_unref);
    g_ptr_array_unref(whatif->kept);
    g_hash_table_unref(whatif->paths);
    g_hash_table_unref(whatif->root_of);
    g_hash_table_unref(whatif->own);
    g_array_unref(whatif->candidates);
    g_array_unref(whatif->estimates);
    g_free(whatif);
}

PgaWhatif *
pga_whatif_open(PgaClone *clone, GError **error)
{
    g_autoptr(PgaWhatif) whatif = g_new0(PgaWhatif, 1);

    whatif->clone = clone;
    whatif->kept = g_ptr_array_new_with_free_func(kept_free);
    whatif->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    whatif->root_of = g_hash_table_new(NULL, NULL);
    whatif->own = g_hash_table_new(NULL, NULL);
    whatif->candidates = g_array_new(FALSE, FALSE, sizeof(guint32));
    whatif->estimates = g_array_new(FALSE, FALSE, sizeof(PgaWhatifEstimate));
    whatif->path = pga_whatif_path_of(whatif, NULL);
    if (!pga_clone_has_whatif(clone)) {
        pga_error_set(error, PGA_ERROR_LAB, "there is no planner module for PostgreSQL %s",
                      pga_lab_version(clone->lab));
        return NULL;
    }
    whatif->lines = pga_whatif_lines_open(whatif, clone->role, error);
    if (!whatif->lines || !pga_whatif_find_own(whatif, error))
        return NULL;
    return g_steal_pointer(&whatif);
}

PgaWhatifKept *
pga_whatif_kept(const PgaWhatif *whatif, gint32 statement)
{
    return statement >= 1 && (guint)statement <= whatif->kept->len
               ? g_ptr_array_index(whatif->kept, (guint)statement - 1)
               : NULL;
}

static gint32
keep(PgaWhatif *whatif, const PgaWhatifStatement *statement)
{
    PgaWhatifKept *kept = g_new0(PgaWhatifKept, 1);

    kept->text = g_strdup(statement->text);
    kept->path = pga_whatif_path_of(whatif, statement->usename);
    kept->milliseconds = MILLISECONDS_AT_FIRST;
    g_ptr_array_add(whatif->kept, kept);
    return (gint32)whatif->kept->len;
}

/* Its statements are prepared by then. */
static PgaWhatifSending
send_nothing(G_GNUC_UNUSED PgaWhatifRun *run, G_GNUC_UNUSED const PgaWhatifLine *line,
             G_GNUC_UNUSED PgaWhatifTask *task)
{
    return PGA_NOTHING;
}

/* One session learns all statements that were kept from @first on. */
static gboolean
teach(PgaWhatif *whatif, guint first, GError **error)
{
    g_auto(PgaWhatifRun) run = {
        .whatif = whatif, .lines = whatif->lines, .depth = PREPARE_DEPTH, .send = send_nothing};

    g_queue_init(&run.waiting);
    for (guint i = 0; i < whatif->lines->len; i++) {
        PgaWhatifTask *task = pga_whatif_task_new(i, NULL);

        task->statements = g_array_new(FALSE, FALSE, sizeof(gint32));
        for (guint k = first; k < whatif->kept->len; k++) {
            const gint32 number = (gint32)k + 1;

            g_array_append_val(task->statements, number);
        }
        g_queue_push_tail(&run.waiting, task);
    }
    return pga_whatif_run(&run, error);
}

gboolean
pga_whatif_prepare(PgaWhatif *whatif, GArray *statements, GError **error)
{
    const guint first = whatif->kept->len;

    for (guint i = 0; i < statements->len; i++)
        keep(whatif, &g_array_index(statements, PgaWhatifStatement, i));
    if (!teach(whatif, first, error))
        return FALSE;
    for (guint i = 0; i < statements->len; i++) {
        PgaWhatifStatement *statement = &g_array_index(statements, PgaWhatifStatement, i);
        const PgaWhatifKept *kept = g_ptr_array_index(whatif->kept, first + i);

        g_clear_pointer(&statement->failure, g_free);
        statement->failure = g_strdup(kept->failure);
        statement->number = kept->failure ? 0 : (gint32)(first + i) + 1;
    }
    return TRUE;
}

/** What pga_whatif_requests() fills. */
typedef struct {
    GArray *statements;
    char **answers; /* as many */
} Requests;

static PgaWhatifSending
send_requests(PgaWhatifRun *run, const PgaWhatifLine *line, PgaWhatifTask *task)
{
    const gint32 statement = g_array_index(task->statements, gint32, 0);
    const PgaWhatifKept *kept = pga_whatif_kept(run->whatif, statement);
    char number[16];
    const char *const params[] = {number};

    if (kept->failure) {
        run->lost(run, task, kept->failure);
        return PGA_NOTHING;
    }
    g_snprintf(number, sizeof number, "%d", pga_whatif_line_number(line, statement));
    return PQsendQueryParams(line->session->conn, "SELECT pgarchitect_whatif.requests($1)", 1, NULL,
                             params, NULL, NULL, 0)
               ? PGA_SENT
               : PGA_LOST;
}

static PgaWhatifStatement *
statement_of(const PgaWhatifRun *run, const PgaWhatifTask *task)
{
    const Requests *requests = run->self;

    return &g_array_index(requests->statements, PgaWhatifStatement, task->subject);
}

static void
take_requests(PgaWhatifRun *run, PgaWhatifTask *task, const PGresult *result)
{
    const Requests *requests = run->self;

    if (!pga_result_failed(result) && PQntuples(result) == 1 && !PQgetisnull(result, 0, 0)) {
        requests->answers[task->subject] = g_strdup(PQgetvalue(result, 0, 0));
    } else {
        g_free(statement_of(run, task)->failure);
        statement_of(run, task)->failure = pga_result_message(result);
    }
}

static void
lose_requests(PgaWhatifRun *run, PgaWhatifTask *task, const char *why)
{
    g_free(statement_of(run, task)->failure);
    statement_of(run, task)->failure = g_strdup(why);
}

gboolean
pga_whatif_requests(PgaWhatif *whatif, GArray *statements, GPtrArray *requests, GError **error)
{
    g_autofree char **answers = g_new0(char *, statements->len + 1);
    Requests self = {statements, answers};
    g_auto(PgaWhatifRun) run = {.whatif = whatif,
                                .lines = whatif->lines,
                                .self = &self,
                                .depth = REQUESTS_DEPTH,
                                .send = send_requests,
                                .answer = take_requests,
                                .lost = lose_requests};
    gboolean ok;

    g_queue_init(&run.waiting);
    for (guint i = 0; i < statements->len; i++) {
        const PgaWhatifStatement *statement = &g_array_index(statements, PgaWhatifStatement, i);
        PgaWhatifTask *task;

        if (!pga_whatif_kept(whatif, statement->number))
            continue;
        task = pga_whatif_task_new(i, pga_whatif_kept(whatif, statement->number)->path);
        task->statements = g_array_new(FALSE, FALSE, sizeof(gint32));
        g_array_append_val(task->statements, statement->number);
        g_queue_push_tail(&run.waiting, task);
    }
    ok = pga_whatif_run(&run, error);
    for (guint i = 0; ok && i < statements->len; i++)
        g_ptr_array_add(requests, g_steal_pointer(&answers[i]));
    for (guint i = 0; i < statements->len; i++)
        g_free(answers[i]);
    return ok;
}

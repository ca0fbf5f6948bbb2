/* Proof before advice: what two processes do to each other is run in the lab, as the code is and
 * after the fix. What is not lost there is no finding of which one is sure. */
#include <string.h>

#include <base/error.h>
#include <base/interrupt.h>
#include <base/progress.h>
#include <django/migration.h>
#include <lab/interleave.h>

#include "django_internal.h"

#define MOST_RUNS 60 /* different ones */

/** All runs of one audit. */
typedef struct {
    PgaDjangoWork *work;
    PgaInterleaver *interleaver;
    GHashTable *done; /* of char *, what it is made of, to const PgaInterleaving * */
    guint n_runs, n_lost, n_left_out;
} Prover;

/* (transfer container): of PgaFinding *: those to prove. */
static GPtrArray *
claims_of(const PgaDjangoWork *work)
{
    GPtrArray *claims = g_ptr_array_new();

    for (guint i = 0; i < work->report->findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(work->report->findings, i);

        if (finding->interleaving)
            g_ptr_array_add(claims, finding);
    }
    return claims;
}

/* Names as they stand in SQL, of all tables that are needed. */
static GHashTable *
tables_of(const GPtrArray *claims)
{
    GHashTable *tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < claims->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(claims, i);
        const GPtrArray *names = finding->interleaving->tables;

        for (guint n = 0; n < names->len; n++)
            g_hash_table_add(tables,
                             g_strdup_printf("\"%s\"", (char *)g_ptr_array_index(names, n)));
    }
    return tables;
}

/* The first quoted name behind TABLE or ON: what the statement makes or changes. (transfer full)
 * (nullable) */
static char *
table_of(const char *sql)
{
    const char *word = strstr(sql, " TABLE \"");
    const char *begin, *end;

    if (!word)
        word = strstr(sql, " ON \"");
    begin = word ? strchr(word, '"') : NULL;
    end = begin ? strchr(begin + 1, '"') : NULL;
    return end ? g_strndup(begin, (gsize)(end - begin) + 1) : NULL;
}

static gboolean
is_wanted(const char *sql, GHashTable *tables)
{
    g_autofree char *table = NULL;

    if (g_str_has_prefix(sql, "CREATE EXTENSION"))
        return TRUE;
    table = table_of(sql);
    return table && g_hash_table_contains(tables, table) && !strstr(sql, " FOREIGN KEY ") &&
           !strstr(sql, " REFERENCES ");
}

/* (transfer full): of char *: what makes the tables. */
static GPtrArray *
statements_of(const PgaDjangoWork *work, const GPtrArray *claims)
{
    g_autoptr(GPtrArray) all = pga_django_project_statements(work->project);
    g_autoptr(GHashTable) tables = tables_of(claims);
    GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < all->len; i++) {
        const PgaDjangoStatement *statement = g_ptr_array_index(all, i);

        if (statement->sql && is_wanted(statement->sql, tables))
            g_ptr_array_add(statements, g_strdup(statement->sql));
    }
    return statements;
}

static void
append_all(GString *text, const GPtrArray *steps)
{
    for (guint i = 0; i < steps->len; i++) {
        const PgaInterleavingStep *step = g_ptr_array_index(steps, i);

        g_string_append_printf(text, "\n%u %s %s", step->process, step->when ? step->when : "",
                               step->sql);
    }
}

/* (transfer full): what two findings of one rule have to have in common to be proven by one run. */
static char *
key_of(const PgaFinding *finding)
{
    g_autoptr(GString) text = g_string_new(finding->rule);

    append_all(text, finding->interleaving->steps);
    append_all(text, finding->interleaving->fixed);
    g_string_append_printf(text, "\n%s", finding->interleaving->observe);
    return g_strdup(text->str);
}

static void
copy_steps(const GPtrArray *from, GPtrArray *to)
{
    for (guint i = 0; i < from->len; i++) {
        const PgaInterleavingStep *seen = g_ptr_array_index(from, i);
        PgaInterleavingStep *step = g_ptr_array_index(to, i);

        g_free(step->sql);
        step->sql = g_strdup(seen->sql);
        step->saw = g_strdup(seen->saw);
    }
}

static void
copy_result(const PgaInterleaving *from, PgaInterleaving *to)
{
    copy_steps(from->steps, to->steps);
    copy_steps(from->fixed, to->fixed);
    to->done = from->done;
    to->result = g_strdup(from->result);
    to->fixed_result = g_strdup(from->fixed_result);
    to->outcome = g_strdup(from->outcome);
}

static gboolean
has_time(const PgaDjangoWork *work)
{
    return work->until <= 0 || g_get_monotonic_time() < work->until;
}

static gboolean
prove(Prover *prover, PgaFinding *finding, GError **error)
{
    PgaInterleaving *interleaving = finding->interleaving;
    g_autofree char *key = key_of(finding);
    const PgaInterleaving *same = g_hash_table_lookup(prover->done, key);

    if (pga_interrupt_check(error))
        return FALSE;
    if (same) {
        copy_result(same, interleaving);
    } else if (prover->n_runs >= MOST_RUNS || !has_time(prover->work)) {
        prover->n_left_out++;
        interleaving->outcome = g_strdup("not run: others took the time that there was");
    } else {
        prover->n_runs++;
        if (!pga_interleaver_run(prover->interleaver, interleaving, error))
            return FALSE;
        g_hash_table_insert(prover->done, g_steal_pointer(&key), interleaving);
    }
    return TRUE;
}

/* Shown to do no harm, it is a guess at most. */
static void
judge(Prover *prover, PgaFinding *finding)
{
    if (!finding->interleaving->done || pga_interleaving_is_proven(finding->interleaving))
        return;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    prover->n_lost++;
}

static int
compare_certain_first(gconstpointer left, gconstpointer right)
{
    const PgaFinding *a = *(PgaFinding *const *)left, *b = *(PgaFinding *const *)right;

    if (a->confidence != b->confidence)
        return a->confidence > b->confidence ? -1 : 1;
    return (a->severity < b->severity) - (a->severity > b->severity);
}

static void
tell(Prover *prover)
{
    if (prover->n_lost > 0)
        pga_django_not_done(
            prover->work, "proofs",
            g_strdup_printf("%u findings about two processes could not be shown in the lab, and "
                            "are possible only",
                            prover->n_lost));
    if (prover->n_left_out > 0)
        pga_django_not_done(
            prover->work, "proofs",
            g_strdup_printf("%u findings about two processes were not run in the lab: %u were",
                            prover->n_left_out, prover->n_runs));
}

static gboolean
prove_all(PgaDjangoWork *work, PgaLab *lab, const GPtrArray *claims, GError **error)
{
    g_autoptr(GPtrArray) statements = statements_of(work, claims);
    g_autoptr(PgaInterleaver) interleaver = pga_interleaver_open(lab, statements, error);
    g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Prover prover = {.work = work, .interleaver = interleaver, .done = done};

    for (guint i = 0; interleaver && i < claims->len; i++) {
        if (!prove(&prover, g_ptr_array_index(claims, i), error))
            return FALSE;
        judge(&prover, g_ptr_array_index(claims, i));
    }
    tell(&prover);
    return interleaver != NULL;
}

/* Where nothing was planned. (nullable) */
static PgaLab *
lab_of_models(PgaDjangoWork *work)
{
    g_auto(PgaSource) source = {0};
    GHashTable *references = NULL;

    (void)pga_django_loaded(work->loading, &source, &references, NULL);
    g_clear_pointer(&references, g_hash_table_unref);
    return g_steal_pointer(&source.lab);
}

/* The one that planning started, or one of the version that is judged for. (nullable) */
static PgaLab *
lab_of(PgaDjangoWork *work, GError **error)
{
    const PgaLabOptions options = {
        .bindir = work->request->from.bindir,
        .want_major = work->report->version / 10000,
        .progress = work->request->from.progress,
    };

    if (!work->source.lab)
        work->source.lab = lab_of_models(work);
    if (!work->source.lab)
        work->source.lab = pga_lab_start(&options, error);
    return work->source.lab;
}

gboolean
pga_django_prove(PgaDjangoWork *work, GError **error)
{
    g_autoptr(GPtrArray) claims = claims_of(work);
    g_autoptr(GError) cause = NULL;
    PgaLab *lab;

    if (claims->len == 0)
        return TRUE;
    if (work->request->no_lab) {
        pga_django_not_done(work, "proofs", g_strdup("no lab was wanted"));
        return TRUE;
    }
    lab = lab_of(work, &cause);
    if (!lab && g_error_matches(cause, PGA_ERROR, PGA_ERROR_LAB)) {
        pga_django_not_done(work, "proofs", g_strdup(cause->message));
        return TRUE;
    }
    if (!lab) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    pga_progress_step(work->request->from.progress, "running what two processes do to each other");
    g_ptr_array_sort(claims, compare_certain_first);
    return prove_all(work, lab, claims, error);
}

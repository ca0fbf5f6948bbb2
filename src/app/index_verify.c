/* --verify: what the source's own planner makes of the advice, by HypoPG's hypothetical indexes.
 * Nothing of it is fatal: what could not be asked is told. */
#include <base/error.h>
#include <base/progress.h>
#include <base/text.h>

#include "index_verify_internal.h"

#define STATEMENT_TIMEOUT_MS 5000
#define LOCK_TIMEOUT_MS      200
#define WHAT                 "the advice on the source (--verify)"

/* Takes @what and @why. */
static void
tell(PgaIndexRun *run, char *what, char *why)
{
    g_ptr_array_add(run->report->not_checked, pga_not_checked_new(NULL, what, why));
}

/* Ctrl-C goes on; everything else is told. */
static gboolean
tell_error(PgaIndexRun *run, GError *cause, GError **error)
{
    const char *detail = pga_error_get_detail(cause);
    char *why;

    if (g_error_matches(cause, PGA_ERROR, PGA_ERROR_INTERRUPTED)) {
        g_propagate_error(error, cause);
        return FALSE;
    }
    why = g_strdup_printf("%s%s%s", cause->message, detail ? ": " : "", detail ? detail : "");
    tell(run, g_strdup(WHAT), g_strdelimit(why, "\n\t", ' '));
    g_error_free(cause);
    return TRUE;
}

/* While the source is connected to: whether there will be anything to ask. */
gboolean
pga_index_check_verify(PgaIndexRun *run, GError **error)
{
    GError *cause = NULL;
    char *obstacle = NULL;

    if (!run->ask->verify)
        return TRUE;
    if (run->source.environment->source_kind != PGA_SOURCE_LIVE)
        obstacle = g_strdup("a snapshot or a file of DDL has no planner: name the database as "
                            "SOURCE, or a copy of it, --measure CONNINFO --hypopg");
    else if (!pga_live_check(run->source.connection, &obstacle, &cause))
        return tell_error(run, cause, error);
    run->verifies = obstacle == NULL;
    if (obstacle)
        tell(run, g_strdup(WHAT), obstacle);
    return TRUE;
}

static gboolean
make_index(PgaIndexVerify *verify, guint number, GError **error)
{
    const PgaIndexAdvice *advice = g_ptr_array_index(verify->run->report->advice, number);
    PgaMeasuredIndex *made = pga_measured_index_add(verify->verification->indexes, number);
    g_autofree char *name = NULL, *quoted = NULL;

    if (!pga_live_create(verify->live, advice->create, &name, &made->bytes, &made->failure, error))
        return FALSE;
    if (name) {
        quoted = pga_quote_identifier(name);
        pga_index_explained_add(verify->made, quoted, number);
    }
    if (made->failure)
        tell(verify->run, g_strdup_printf("index %s on the source (--verify)", advice->name),
             g_strdup_printf("%s; --measure makes it on a copy", made->failure));
    return TRUE;
}

/* As far as HypoPG can: before 1.4 indexes cannot be hidden. */
static gboolean
hide_removed(PgaIndexVerify *verify, GError **error)
{
    const GPtrArray *removals = verify->run->report->removals;
    GPtrArray *notes = verify->verification->notes;

    if (removals->len > 0 && !pga_live_hides(verify->live)) {
        g_ptr_array_add(notes,
                        g_strdup_printf("HypoPG %s cannot hide indexes, as 1.4 does: those that "
                                        "are proposed for removal were there in both plans.",
                                        pga_live_hypopg_version(verify->live)));
        return TRUE;
    }
    for (guint i = 0; i < removals->len; i++) {
        const PgaIndexRemoval *removal = g_ptr_array_index(removals, i);
        g_autofree char *failure = NULL;

        if (!pga_live_hide(verify->live, removal->index, &failure, error))
            return FALSE;
        if (failure)
            g_ptr_array_add(notes,
                            g_strdup_printf("%s was not hidden: %s", removal->name, failure));
    }
    return TRUE;
}

static gboolean
make_indexes(PgaIndexVerify *verify, GError **error)
{
    for (guint i = 0; i < verify->run->report->advice->len; i++)
        if (!make_index(verify, i, error))
            return FALSE;
    return hide_removed(verify, error);
}

static void
tell_left_out(const PgaIndexVerify *verify)
{
    const GPtrArray *left_out = verify->verification->left_out;

    for (guint i = 0; i < left_out->len; i++) {
        const PgaUnmeasured *entry = g_ptr_array_index(left_out, i);

        tell(verify->run,
             g_strdup_printf("%u %s on the source (--verify)", entry->n,
                             entry->n == 1 ? "statement" : "statements"),
             g_strdup(entry->why));
    }
}

/* Half of the time is for the plans as they are. */
static gboolean
ask_all(PgaIndexVerify *verify, GError **error)
{
    const gint64 limit = verify->run->bounds.verify_limit_us;
    const gint64 begun = g_get_monotonic_time();
    g_autofree char *failure = NULL;

    if (!pga_live_reached_names(verify->live, verify->reached, &failure, error))
        return FALSE;
    if (failure) {
        pga_error_set(error, PGA_ERROR_SOURCE,
                      "which statements call functions of the database's own could not be read: "
                      "%s",
                      failure);
        return FALSE;
    }
    pga_index_choose_probes(verify);
    if (!pga_index_probe(verify, FALSE, begun + limit / 2, error) || !make_indexes(verify, error) ||
        !pga_index_probe(verify, TRUE, begun + limit, error))
        return FALSE;
    pga_index_settle_verdicts(verify);
    tell_left_out(verify);
    return TRUE;
}

static gboolean
verify_with(PgaIndexRun *run, PgaLive *live, GError **error)
{
    g_autoptr(PgaIndexVerification) verification = pga_index_verification_new();
    g_autoptr(GPtrArray) reached =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_reached_name_free);
    g_autoptr(GHashTable) made = pga_index_explained_new();
    g_autoptr(GArray) probes = g_array_new(FALSE, FALSE, sizeof(PgaIndexProbe));
    g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func(g_free);
    PgaIndexVerify verify = {run, verification, live, reached, made, probes, reasons};

    verification->database = pga_live_name(live);
    verification->hypopg = g_strdup(pga_live_hypopg_version(live));
    if (!ask_all(&verify, error))
        return FALSE;
    run->report->verification = g_steal_pointer(&verification);
    return TRUE;
}

gboolean
pga_index_verify(PgaIndexRun *run, GError **error)
{
    const PgaLiveLimits limits = {STATEMENT_TIMEOUT_MS, LOCK_TIMEOUT_MS};
    g_autoptr(PgaLive) live = NULL;
    g_autofree char *obstacle = NULL;
    GError *cause = NULL;

    if (!run->live || run->report->advice->len == 0)
        return TRUE;
    pga_progress_step(run->ask->from.progress, "asking the source's planner");
    live = pga_live_begin(g_steal_pointer(&run->live), &limits, &obstacle, &cause);
    if (obstacle)
        tell(run, g_strdup(WHAT), g_steal_pointer(&obstacle));
    if (cause || (live && !verify_with(run, live, &cause)))
        return tell_error(run, cause, error);
    return TRUE;
}

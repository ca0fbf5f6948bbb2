/* Lock modes as pg_locks writes them (src/include/storage/lockdefs.h), and what other sessions say
 * of them. */
#include "trace_internal.h"
#include <base/text.h>
#include <string.h>

enum { SHARE = 1 << 4, STRONGEST = 7 };

/* Weakest first: the bit of each is its place. */
static const struct {
    const char *mode, *name;
} modes[] = {
    {"AccessShareLock", "ACCESS SHARE"},
    {"RowShareLock", "ROW SHARE"},
    {"RowExclusiveLock", "ROW EXCLUSIVE"},
    {"ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"},
    {"ShareLock", "SHARE"},
    {"ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"},
    {"ExclusiveLock", "EXCLUSIVE"},
    {"AccessExclusiveLock", "ACCESS EXCLUSIVE"},
};

guint
pga_lock_bit(const char *mode)
{
    for (guint i = 0; i < G_N_ELEMENTS(modes); i++)
        if (strcmp(modes[i].mode, mode) == 0)
            return 1u << i;
    return 0;
}

gboolean
pga_locks_block_reads(guint held)
{
    return (held & (1u << STRONGEST)) != 0;
}

gboolean
pga_locks_block_writes(guint held)
{
    return held >= SHARE;
}

void
pga_locks_add(GArray *locks, const PgaTraced *traced, guint held, gboolean each)
{
    for (guint i = G_N_ELEMENTS(modes); i-- > 0;) {
        PgaLintLock lock = {.mode = modes[i].name,
                            .is_index = pga_traced_is_index(traced),
                            .is_sequence = traced->kind == 'S'};

        if (!(held & (1u << i)))
            continue;
        lock.relation = g_strdup(traced->name);
        g_array_append_val(locks, lock);
        if (!each)
            return;
    }
}

/* Whether the mode cannot be had at once; *waits stays as it is where another session does not even
 * find the relation, which has a new name. */
static gboolean
try_lock(PgaTracer *tracer, const PgaTraced *traced, const char *mode, gboolean *waits,
         GError **error)
{
    PgaSession *session = tracer->clone->admin;
    g_autofree char *sql =
        g_strdup_printf("LOCK TABLE ONLY %s IN %s MODE NOWAIT", traced->qualified, mode);
    g_autoptr(PGresult) result = NULL;

    if (!pga_session_do(session, error, "BEGIN"))
        return FALSE;
    result = pga_session_exec(session, sql, NULL, 0, FALSE, error);
    if (!result)
        return FALSE;
    if (!pga_result_failed(result) || strcmp(pga_result_sqlstate(result), "55P03") == 0)
        *waits = pga_result_failed(result);
    return pga_session_do(session, error, "ROLLBACK");
}

gboolean
pga_tracer_probe(PgaTracer *tracer, const PgaTraced *traced, PgaLintTrace *trace, GError **error)
{
    gboolean reads = pga_locks_block_reads(traced->modes);
    gboolean writes = pga_locks_block_writes(traced->modes);
    const gboolean lockable = traced->kind == 'r' || traced->kind == 'p'; /* by LOCK TABLE */

    if (lockable &&
        ((!trace->blocked_writes && !try_lock(tracer, traced, "ROW EXCLUSIVE", &writes, error)) ||
         (!trace->blocked_reads && !try_lock(tracer, traced, "ACCESS SHARE", &reads, error))))
        return FALSE;
    trace->blocked_reads |= reads;
    trace->blocked_writes |= writes;
    return TRUE;
}

/* statement-under-access-exclusive: work that others wait for, since an earlier statement locked
 * their table. */
#include "../told_once_internal.h"

static gboolean
works(const PgaLintRun *run)
{
    const PgaAction *action =
        run->actions->len > 0 ? &g_array_index(run->actions, PgaAction, 0) : NULL;

    if (action && action->relation && pga_lint_is_book(action->relation))
        return FALSE;
    return run->effect->rewritten->len + run->effect->scanned->len + run->effect->rebuilt->len > 0;
}

static gboolean
locks_itself(const PgaEffect *effect, const PgaLock *held)
{
    for (guint i = 0; i < effect->locks->len; i++) {
        const PgaLock *lock = &g_array_index(effect->locks, PgaLock, i);

        if (lock->mode == PGA_LOCK_ACCESS_EXCLUSIVE && g_str_equal(lock->relation, held->relation))
            return TRUE;
    }
    return FALSE;
}

static void
judge_step(PgaLintRun *run)
{
    const GArray *held = run->transaction->held;

    if (!run->transaction->in_block || !works(run))
        return;
    for (guint i = 0; i < held->len; i++) {
        const PgaHeldLock *lock = &g_array_index(held, PgaHeldLock, i);

        if (lock->lock.is_index || lock->lock.mode < PGA_LOCK_ACCESS_EXCLUSIVE ||
            locks_itself(run->effect, &lock->lock))
            continue;
        if (pga_lint_first_time(run, ""))
            pga_lint_report(run, NULL,
                            "%s is locked in ACCESS EXCLUSIVE since line %u: reads and writes wait "
                            "for this statement as well.",
                            lock->lock.relation, lock->line);
        return;
    }
}

const PgaRule pga_rule_statement_under_access_exclusive = {
    .id = "statement-under-access-exclusive",
    .title = "Long work while ACCESS EXCLUSIVE is held",
    .category = "transaction",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Locks are kept to the end of the transaction: an instant change of one statement keeps "
           "others out for as long as the slowest one after it runs.",
    .when_not = "The tables that it reads are small.",
    .condition =
        "A statement that reads or rewrites a whole table in use, in a transaction that an earlier "
        "statement made hold ACCESS EXCLUSIVE on a table; once for a transaction.",
    .example = "BEGIN;\n"
               "ALTER TABLE orders ADD COLUMN state text;\n"
               "UPDATE orders SET state = 'new';\n"
               "COMMIT;",
    .fix = "Proposes to split the transaction: the change of the definition alone, the work after "
           "it is committed.",
    .docs = "explicit-locking.html#LOCKING-TABLES",
    .docs_title = "Explicit Locking: Table-Level Locks",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step, .finish = pga_lint_start_over, .forget = pga_lint_forget_told},
};

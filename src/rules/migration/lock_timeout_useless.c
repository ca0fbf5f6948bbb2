/* lock-timeout-useless: a lock_timeout that protects nobody. */
#include "../timeout_setting_internal.h"

#define MAX_SECONDS 0 /* place in the rule's thresholds */

/* The strong lock that the transaction holds already (nullable). */
static const PgaHeldLock *
held_strongly(const PgaLintRun *run)
{
    const GArray *held = run->transaction->held;

    for (guint i = 0; run->transaction->in_block && i < held->len; i++) {
        const PgaHeldLock *lock = &g_array_index(held, PgaHeldLock, i);

        if (lock->lock.mode >= PGA_LOCK_SHARE)
            return lock;
    }
    return NULL;
}

/* Off is said when something waits without end because of it. */
static void
remember_off(PgaLintRun *run, const PgaAction *action)
{
    pga_place_free(run->memory);
    run->memory = pga_place_new(run->step, action->location);
}

static void
judge_value(PgaLintRun *run, const PgaAction *action, double milliseconds)
{
    const PgaHeldLock *held = held_strongly(run);
    const double statement = pga_lint_timeout(run, "statement_timeout");

    if (action->statement->variable_set_stmt->is_local && !run->transaction->in_block)
        pga_lint_report(run, action, "SET LOCAL outside of a transaction sets nothing.");
    else if (milliseconds == 0)
        remember_off(run, action);
    else if (held)
        pga_lint_report(run, action, "%s on %s is held since line %u.",
                        pga_lock_mode_name(held->lock.mode), held->lock.relation, held->line);
    else if (milliseconds > 1000 * run->threshold[MAX_SECONDS])
        pga_lint_report(run, action,
                        "Everybody queues for up to %g s behind a statement that "
                        "waits as long.",
                        milliseconds / 1000);
    else if (statement > 0 && statement <= milliseconds)
        pga_lint_report(run, action, "statement_timeout, of %g s, comes first.", statement / 1000);
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    g_autofree char *value = pga_action_sets(action, "lock_timeout");
    const double milliseconds = value ? pga_timeout_parse(value) : -1;

    if (milliseconds >= 0)
        judge_value(run, action, milliseconds);
}

static void
forget_off(PgaLintRun *run)
{
    pga_place_free(run->memory);
    run->memory = NULL;
}

static void
judge_step(PgaLintRun *run)
{
    if (!run->memory || !pga_lint_locks_strongly(run))
        return;
    if (pga_lint_timeout(run, "lock_timeout") == 0)
        pga_lint_report_at(run, run->memory, "lock_timeout",
                           "It is off, and the statement in line %u waits without end.",
                           run->step->line);
    forget_off(run);
}

const PgaRule pga_rule_lock_timeout_useless = {
    .id = "lock-timeout-useless",
    .title = "lock_timeout that does not protect",
    .category = "process",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The migration looks as if it would give up waiting, and does not: off, longer than "
           "users bear, set when the lock is held already, in no transaction, or never reached.",
    .when_not = "The timeout is meant for a later statement.",
    .condition = "SET lock_timeout to 0 before a statement that takes SHARE or more, to more than "
                 "{max_seconds}, after such a lock was taken in the same transaction, or to no "
                 "less than statement_timeout; SET LOCAL outside of a transaction.",
    .example = "SET LOCAL lock_timeout = '2s';\n"
               "ALTER TABLE orders ADD COLUMN note text;",
    .fix = "Proposes SET LOCAL in the transaction before its first change, or SET outside of one, "
           "to a few seconds.",
    .docs = "runtime-config-client.html#GUC-LOCK-TIMEOUT",
    .docs_title = "Client Connection Defaults: lock_timeout",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .thresholds = {{"max_seconds", "seconds", 10, "A lock_timeout above it is too long."}},
    .lint = {.action = judge,
             .step = judge_step,
             .finish = forget_off,
             .forget = (GDestroyNotify)pga_place_free},
};

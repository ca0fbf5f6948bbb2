/* multiple-tables-locked: one transaction locks one table after the other. */
#include "../told_once_internal.h"

static gboolean
counts(const PgaLintRun *run, const PgaLock *lock)
{
    return !lock->is_index && (!lock->of || pga_lint_is_shared(run, lock->of)) &&
           lock->mode >= PGA_LOCK_SHARE_ROW_EXCLUSIVE;
}

static gboolean
is_of_same_tree(const PgaStateRelation *a, const PgaStateRelation *b)
{
    return a && b && (a->parent == b || b->parent == a || (a->parent && a->parent == b->parent));
}

/* (nullable): what earlier statements hold, unless @lock is on that already. */
static const PgaHeldLock *
held_before(const PgaLintRun *run, const PgaLock *lock)
{
    const GArray *held = run->transaction->held;
    const PgaHeldLock *other = NULL;

    for (guint i = 0; i < held->len; i++) {
        const PgaHeldLock *entry = &g_array_index(held, PgaHeldLock, i);

        if (g_str_equal(entry->lock.relation, lock->relation))
            return NULL;
        if (!other && counts(run, &entry->lock) && !is_of_same_tree(entry->lock.of, lock->of))
            other = entry;
    }
    return other;
}

static void
judge_step(PgaLintRun *run)
{
    const GArray *locks = run->effect->locks;

    for (guint i = 0; run->transaction->in_block && i < locks->len; i++) {
        const PgaLock *lock = &g_array_index(locks, PgaLock, i);
        const PgaHeldLock *other = counts(run, lock) ? held_before(run, lock) : NULL;

        if (!other)
            continue;
        if (pga_lint_first_time(run, ""))
            pga_lint_report(run, NULL, "%s on %s, while %s on %s is held since line %u.",
                            pga_lock_mode_name(lock->mode), lock->relation,
                            pga_lock_mode_name(other->lock.mode), other->lock.relation,
                            other->line);
        return;
    }
}

const PgaRule pga_rule_multiple_tables_locked = {
    .id = "multiple-tables-locked",
    .title = "Strong locks on several tables in one transaction",
    .category = "transaction",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The first table is out of use while the lock on the second is waited for; code that "
           "locks them the other way round deadlocks with it.",
    .when_not = "The application locks these tables in the same order, and lock_timeout is set.",
    .condition = "A statement that takes SHARE ROW EXCLUSIVE or more on a table in use, in a "
                 "transaction that holds such a lock on another one; not the two tables of one "
                 "foreign key, nor partitions of one table; once for a transaction.",
    .example = "BEGIN;\n"
               "ALTER TABLE orders ADD COLUMN note text;\n"
               "ALTER TABLE customers ADD COLUMN note text;\n"
               "COMMIT;",
    .fix = "Proposes a transaction for each table.",
    .docs = "explicit-locking.html#LOCKING-DEADLOCKS",
    .docs_title = "Explicit Locking: Deadlocks",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step, .finish = pga_lint_start_over, .forget = pga_lint_forget_told},
};

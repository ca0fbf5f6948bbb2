/* What was told of a statement against what it was seen to do. A lock that its transaction held
 * before is not taken anew, so that only the modes held say whether it is there. */
#include <string.h>

#include "lint_trace_internal.h"

/* A table whose schema nobody said is told by its name alone. */
static gboolean
same_relation(const char *a, const char *b)
{
    const char *const dot_a = strrchr(a, '.'), *const dot_b = strrchr(b, '.');

    if (strcmp(a, b) == 0)
        return TRUE;
    if (!dot_a == !dot_b)
        return FALSE;
    return strcmp(dot_a ? dot_a + 1 : a, dot_b ? dot_b + 1 : b) == 0;
}

static void
disagree(PgaLintTrace *trace, char *what)
{
    g_ptr_array_add(trace->disagreements, what);
}

static PgaLockMode
mode_named(const char *name)
{
    for (PgaLockMode mode = PGA_LOCK_NONE; mode <= PGA_LOCK_ACCESS_EXCLUSIVE; mode++)
        if (strcmp(pga_lock_mode_name(mode), name) == 0)
            return mode;
    return PGA_LOCK_NONE;
}

/* The strongest that is told of @relation. */
static PgaLockMode
told(const PgaEffect *effect, const char *relation)
{
    PgaLockMode strongest = PGA_LOCK_NONE;

    for (guint i = 0; i < effect->locks->len; i++) {
        const PgaLock *lock = &g_array_index(effect->locks, PgaLock, i);

        if (!lock->is_index && lock->mode > strongest && same_relation(lock->relation, relation))
            strongest = lock->mode;
    }
    return strongest;
}

static gboolean
is_held(const PgaLintTrace *trace, const char *relation, PgaLockMode mode)
{
    for (guint i = 0; i < trace->held->len; i++) {
        const PgaLintLock *lock = &g_array_index(trace->held, PgaLintLock, i);

        if (!lock->is_index && same_relation(lock->relation, relation) &&
            mode_named(lock->mode) == mode)
            return TRUE;
    }
    return FALSE;
}

/* Of a statement that changes rows, whatever is done to other tables for each of them. */
static gboolean
is_for_rows(const PgaLock *lock, gboolean data, const char *target)
{
    return data &&
           (lock->mode <= PGA_LOCK_ROW_SHARE || (lock->mode <= PGA_LOCK_ROW_EXCLUSIVE && target &&
                                                 !same_relation(lock->relation, target)));
}

/* What was told must be there. */
static void
compare_told(PgaLintTrace *trace, const PgaEffect *effect, gboolean data, const char *target)
{
    if (trace->sampled && trace->locks->len > 0)
        return;
    for (guint i = 0; i < effect->locks->len; i++) {
        const PgaLock *lock = &g_array_index(effect->locks, PgaLock, i);

        if (lock->is_index || is_for_rows(lock, data, target) ||
            told(effect, lock->relation) != lock->mode ||
            is_held(trace, lock->relation, lock->mode))
            continue;
        disagree(trace, g_strdup_printf("no %s on %s was seen", pga_lock_mode_name(lock->mode),
                                        lock->relation));
    }
}

/* What is there must have been told. Triggers and functions of a statement that changes rows do
 * what nobody can tell; a sequence comes along with the table that it belongs to. */
static void
compare_seen(PgaLintTrace *trace, const PgaEffect *effect, gboolean data)
{
    for (guint i = 0; i < trace->locks->len; i++) {
        const PgaLintLock *lock = &g_array_index(trace->locks, PgaLintLock, i);
        const PgaLockMode seen = mode_named(lock->mode), expected = told(effect, lock->relation);

        if (lock->is_index || (lock->is_sequence && expected == PGA_LOCK_NONE) ||
            seen <= expected || (data && seen <= PGA_LOCK_ROW_EXCLUSIVE))
            continue;
        disagree(trace, expected == PGA_LOCK_NONE
                            ? g_strdup_printf("%s on %s was not told", lock->mode, lock->relation)
                            : g_strdup_printf("%s on %s, not %s", lock->mode, lock->relation,
                                              pga_lock_mode_name(expected)));
    }
}

static gboolean
has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (same_relation(g_ptr_array_index(names, i), name))
            return TRUE;
    return FALSE;
}

/* @only: (nullable): of nothing else it counts that it was not seen. */
static void
compare_names(PgaLintTrace *trace, const GPtrArray *expected, const GPtrArray *seen,
              const char *what, const char *only)
{
    for (guint i = 0; i < expected->len; i++) {
        const char *name = g_ptr_array_index(expected, i);

        if (!has_name(seen, name) && (!only || same_relation(name, only)))
            disagree(trace, g_strdup_printf("%s was not %s", name, what));
    }
    for (guint i = 0; i < seen->len; i++)
        if (!has_name(expected, g_ptr_array_index(seen, i)))
            disagree(trace, g_strdup_printf("%s was %s", (char *)g_ptr_array_index(seen, i), what));
}

/* An index that goes, and a new one by its name in the same statement, look as one built again. */
static void
compare_rebuilt(PgaLintTrace *trace, const PgaEffect *effect)
{
    g_autoptr(GPtrArray) seen = g_ptr_array_new();

    for (guint i = 0; i < trace->rebuilt->len; i++) {
        const char *name = g_ptr_array_index(trace->rebuilt, i);

        if (has_name(effect->rebuilt, name) || !has_name(effect->built, name))
            g_ptr_array_add(seen, (gpointer)name);
    }
    compare_names(trace, effect->rebuilt, seen, "rebuilt", NULL);
}

void
pga_lint_trace_compare(PgaLintTrace *trace, const PgaEffect *effect, guint varies,
                       const char *target)
{
    const gboolean data = (varies & PGA_TRACE_ROWS) != 0;

    if (!trace->executed || !effect->known)
        return;
    if (effect->refused) {
        disagree(trace, g_strdup("it was not refused"));
        return;
    }
    compare_told(trace, effect, data, target);
    compare_seen(trace, effect, data);
    if (data)
        return;
    compare_names(trace, effect->rewritten, trace->rewritten, "rewritten", NULL);
    compare_rebuilt(trace, effect);
    if (!(varies & PGA_TRACE_SCANS) && !(trace->sampled && trace->scanned->len == 0))
        compare_names(trace, effect->scanned, trace->scanned, "scanned", target);
}

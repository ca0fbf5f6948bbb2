/* What is told of statements beside what was seen of them. */
#include <glib.h>

#include "lint_trace_internal.h"

static PgaEffect *
effect_new(void)
{
    PgaEffect *effect = g_new0(PgaEffect, 1);

    effect->locks = g_array_new(FALSE, TRUE, sizeof(PgaLock));
    effect->rewritten = g_ptr_array_new_with_free_func(g_free);
    effect->scanned = g_ptr_array_new_with_free_func(g_free);
    effect->rebuilt = g_ptr_array_new_with_free_func(g_free);
    effect->built = g_ptr_array_new_with_free_func(g_free);
    effect->known = TRUE;
    return effect;
}

static void
effect_clear(PgaEffect *effect)
{
    for (guint i = 0; i < effect->locks->len; i++)
        g_free(g_array_index(effect->locks, PgaLock, i).relation);
    g_array_unref(effect->locks);
    g_ptr_array_unref(effect->rewritten);
    g_ptr_array_unref(effect->scanned);
    g_ptr_array_unref(effect->rebuilt);
    g_ptr_array_unref(effect->built);
    g_free(effect);
}

static void
tell_lock(PgaEffect *effect, const char *relation, PgaLockMode mode)
{
    const PgaLock lock = {.relation = g_strdup(relation), .mode = mode};

    g_array_append_val(effect->locks, lock);
}

static void
see_lock(GArray *locks, const char *relation, const char *mode)
{
    const PgaLintLock lock = {.relation = g_strdup(relation), .mode = mode};

    g_array_append_val(locks, lock);
}

static PgaLintTrace *
trace_new(guint version)
{
    PgaLintTrace *trace = pga_lint_trace_new(version);

    trace->executed = TRUE;
    return trace;
}

/* Compares and frees both; the disagreements, one a line. */
static char *
compare(PgaEffect *effect, PgaLintTrace *trace, guint varies)
{
    GString *all = g_string_new(NULL);

    pga_lint_trace_compare(trace, effect, varies, "t");
    for (guint i = 0; i < trace->disagreements->len; i++)
        g_string_append_printf(all, "%s\n", (char *)g_ptr_array_index(trace->disagreements, i));
    effect_clear(effect);
    pga_lint_trace_free(trace);
    return g_string_free(all, FALSE);
}

static void
assert_disagreements(PgaEffect *effect, PgaLintTrace *trace, guint varies, const char *expected)
{
    g_autofree char *text = compare(effect, trace, varies);

    g_assert_cmpstr(text, ==, expected);
}

static void
test_agreement(void)
{
    PgaEffect *effect = effect_new();
    PgaLintTrace *trace = trace_new(150020);

    tell_lock(effect, "t", PGA_LOCK_SHARE);
    tell_lock(effect, "public.u", PGA_LOCK_ACCESS_EXCLUSIVE);
    see_lock(trace->locks, "public.t", "SHARE");
    see_lock(trace->held, "public.t", "SHARE");
    see_lock(trace->held, "public.u", "ACCESS EXCLUSIVE"); /* by an earlier statement */
    g_ptr_array_add(effect->scanned, g_strdup("t"));
    g_ptr_array_add(effect->scanned, g_strdup("u")); /* referenced by an empty one */
    g_ptr_array_add(trace->scanned, g_strdup("public.t"));
    assert_disagreements(effect, trace, 0, "");
}

static void
test_disagreement(void)
{
    PgaEffect *effect = effect_new();
    PgaLintTrace *trace = trace_new(150020);

    tell_lock(effect, "public.t", PGA_LOCK_SHARE);
    tell_lock(effect, "public.u", PGA_LOCK_ACCESS_EXCLUSIVE);
    see_lock(trace->locks, "public.t", "ACCESS EXCLUSIVE");
    see_lock(trace->held, "public.t", "ACCESS EXCLUSIVE");
    see_lock(trace->locks, "public.v", "SHARE");
    g_ptr_array_add(effect->rewritten, g_strdup("public.t"));
    g_ptr_array_add(trace->scanned, g_strdup("other.t"));
    g_ptr_array_add(trace->rebuilt, g_strdup("i"));
    assert_disagreements(effect, trace, 0,
                         "no SHARE on public.t was seen\n"
                         "no ACCESS EXCLUSIVE on public.u was seen\n"
                         "ACCESS EXCLUSIVE on public.t, not SHARE\n"
                         "SHARE on public.v was not told\n"
                         "public.t was not rewritten\n"
                         "i was rebuilt\n"
                         "other.t was scanned\n");
}

/* Triggers write where they like, the planner reads as it likes. */
static void
test_data(void)
{
    PgaEffect *effect = effect_new();
    PgaLintTrace *trace = trace_new(150020);

    tell_lock(effect, "public.t", PGA_LOCK_ROW_EXCLUSIVE);
    tell_lock(effect, "public.ref", PGA_LOCK_ROW_SHARE);
    see_lock(trace->locks, "public.t", "ROW EXCLUSIVE");
    see_lock(trace->held, "public.t", "ROW EXCLUSIVE");
    see_lock(trace->locks, "public.audit", "ROW EXCLUSIVE");
    g_ptr_array_add(trace->scanned, g_strdup("public.t"));
    assert_disagreements(effect, trace, PGA_TRACE_ROWS, "");
}

static void
test_refused(void)
{
    PgaEffect *effect = effect_new();

    effect->refused = TRUE;
    assert_disagreements(effect, trace_new(150020), 0, "it was not refused\n");
    effect = effect_new();
    tell_lock(effect, "t", PGA_LOCK_SHARE);
    assert_disagreements(effect, pga_lint_trace_new(150020), 0, ""); /* not executed */
    effect = effect_new();
    tell_lock(effect, "t", PGA_LOCK_SHARE);
    effect->known = FALSE;
    assert_disagreements(effect, trace_new(150020), 0, "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/lint-trace/agreement", test_agreement);
    g_test_add_func("/app/lint-trace/disagreement", test_disagreement);
    g_test_add_func("/app/lint-trace/rows-changed", test_data);
    g_test_add_func("/app/lint-trace/refused-and-unknown", test_refused);
    return g_test_run();
}

/* What an action of a migration costs others, in words: lock, work under it, who waits. */
#include "lock_cost_internal.h"

#include <string.h>

#include <base/units.h>

#include "rule_internal.h"

#define MAX_NAMES 4 /* of relations in a sentence */

gboolean
pga_lint_concerns(const PgaLintRun *run, const PgaAction *action)
{
    return action->relation && !action->of_create && pga_lint_is_shared(run, action->relation);
}

/* The statement's own where that is its only action; else made, for @made to free. */
static const PgaEffect *
effect_of(const PgaLintRun *run, const PgaAction *action, PgaEffect **made)
{
    if (run->effect && run->actions->len == 1 &&
        action == &g_array_index(run->actions, PgaAction, 0))
        return run->effect;
    *made = pga_effect_of_action(run->state, action);
    return *made;
}

gboolean
pga_lint_rewrites(const PgaLintRun *run, const PgaAction *action)
{
    g_autoptr(PgaEffect) made = NULL;

    return effect_of(run, action, &made)->rewritten->len > 0;
}

gboolean
pga_lint_scans(const PgaLintRun *run, const PgaAction *action)
{
    g_autoptr(PgaEffect) made = NULL;

    return effect_of(run, action, &made)->scanned->len > 0;
}

gboolean
pga_lint_rebuilds(const PgaLintRun *run, const PgaAction *action)
{
    g_autoptr(PgaEffect) made = NULL;

    return effect_of(run, action, &made)->rebuilt->len > 0;
}

static gboolean
has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (g_str_equal(g_ptr_array_index(names, i), name))
            return TRUE;
    return FALSE;
}

gboolean
pga_effect_reads(const PgaEffect *effect, const PgaStateRelation *relation)
{
    g_autofree char *name = pga_state_relation_name((PgaStateRelation *)relation);

    return has_name(effect->scanned, name);
}

gboolean
pga_lint_holds(const PgaLintRun *run, const PgaStateRelation *relation, PgaLockMode mode)
{
    const GArray *held = run->transaction->held;

    for (guint i = 0; run->transaction->in_block && i < held->len; i++) {
        const PgaLock *lock = &g_array_index(held, PgaHeldLock, i).lock;

        if (lock->of == relation && !lock->is_index && lock->mode >= mode)
            return TRUE;
    }
    return FALSE;
}

void
pga_lint_lower(const PgaLintRun *run, PgaFinding *finding, PgaSeverity severity)
{
    if (!run->severity_fixed && finding->severity > severity)
        finding->severity = severity;
}

/* "a", "a and b", "a, b, c, d and 7 more" */
static void
append_names(GString *text, const GPtrArray *names)
{
    const guint n_shown = names->len > MAX_NAMES ? MAX_NAMES : names->len;

    for (guint i = 0; i < n_shown; i++) {
        if (i > 0)
            g_string_append(text, i + 1 == names->len ? " and " : ", ");
        g_string_append(text, g_ptr_array_index(names, i));
    }
    if (names->len > n_shown)
        g_string_append_printf(text, " and %u more", names->len - n_shown);
}

/* "orders (1.2 M rows)" */
static char *
lock_name(const PgaLock *lock)
{
    g_autofree char *rows = NULL;

    if (!lock->of || lock->of->rows < 0)
        return g_strdup(lock->relation);
    rows = pga_count_format(lock->of->rows);
    return g_strdup_printf("%s (%s rows)", lock->relation, rows);
}

static void
append_locks(GString *text, const PgaEffect *effect)
{
    const char *before = "";

    for (int mode = PGA_LOCK_ACCESS_EXCLUSIVE; mode >= PGA_LOCK_SHARE_UPDATE_EXCLUSIVE; mode--) {
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

        for (guint i = 0; i < effect->locks->len; i++) {
            const PgaLock *lock = &g_array_index(effect->locks, PgaLock, i);

            if (lock->mode == (PgaLockMode)mode && !lock->is_index)
                g_ptr_array_add(names, lock_name(lock));
        }
        if (names->len == 0)
            continue;
        g_string_append_printf(text, "%s%s on ", before, pga_lock_mode_name((PgaLockMode)mode));
        append_names(text, names);
        before = ", ";
    }
}

static void
append_work(GString *text, const PgaEffect *effect)
{
    const struct {
        const char *does;
        const GPtrArray *to;
    } works[] = {
        {"rewrites ", effect->rewritten},
        {"reads all of ", effect->scanned},
        {"rebuilds ", effect->rebuilt},
    };
    const char *before = " and ";

    for (guint i = 0; i < G_N_ELEMENTS(works); i++) {
        /* whatever is rewritten is read, with its indexes */
        if (works[i].to->len == 0 || (i > 0 && effect->rewritten->len > 0))
            continue;
        g_string_append_printf(text, "%s%s", before, works[i].does);
        append_names(text, works[i].to);
        before = ", ";
    }
}

static const char *
who_waits(PgaLockMode mode)
{
    return pga_lock_blocks_reads(mode) ? "reads and writes wait" : "writes wait";
}

char *
pga_effect_sentence(const PgaEffect *effect)
{
    const PgaLockMode mode = pga_effect_strongest(effect);
    GString *text = g_string_new("Takes ");

    append_locks(text, effect);
    append_work(text, effect);
    if (effect->rewritten->len + effect->scanned->len + effect->rebuilt->len > 0)
        g_string_append_printf(text, ": %s until it is done.", who_waits(mode));
    else
        g_string_append_printf(text,
                               ": short once it has the lock; while it waits for running "
                               "transactions, %s behind it.",
                               who_waits(mode));
    return g_string_free(text, FALSE);
}

static PgaFinding *
report(PgaLintRun *run, const PgaAction *action, const PgaEffect *effect)
{
    g_autofree char *sentence = NULL;
    PgaFinding *finding;

    if (pga_effect_strongest(effect) < PGA_LOCK_SHARE)
        finding =
            pga_lint_report(run, action, "What it locks cannot be told from the statement alone.");
    else {
        sentence = pga_effect_sentence(effect);
        finding = pga_lint_report(run, action, "%s", sentence);
    }
    pga_lint_add_recipe(run, finding, action);
    return finding;
}

PgaFinding *
pga_lint_report_cost(PgaLintRun *run, const PgaAction *action)
{
    g_autoptr(PgaEffect) made = NULL;

    return report(run, action, effect_of(run, action, &made));
}

PgaFinding *
pga_lint_report_step_cost(PgaLintRun *run, const PgaAction *action)
{
    return report(run, action, run->effect);
}

void
pga_lint_advise(PgaFinding *finding, const char *advice)
{
    if (finding->fix.sql->len == 0 && !finding->fix.note)
        pga_finding_note(finding, "%s", advice);
}

/* Of an option's value: TRUE for none, "on", "true", 1. */
static gboolean
value_is_on(const PgQuery__Node *value)
{
    if (!value)
        return TRUE;
    if (value->node_case == PG_QUERY__NODE__NODE_INTEGER)
        return value->integer->ival != 0;
    return value->node_case != PG_QUERY__NODE__NODE_STRING ||
           (g_ascii_strcasecmp(value->string->sval, "false") != 0 &&
            g_ascii_strcasecmp(value->string->sval, "off") != 0);
}

gboolean
pga_option_is_on(PgQuery__Node *const *options, gsize n_options, const char *name)
{
    for (gsize i = 0; i < n_options; i++)
        if (options[i]->node_case == PG_QUERY__NODE__NODE_DEF_ELEM &&
            g_str_equal(options[i]->def_elem->defname, name))
            return value_is_on(options[i]->def_elem->arg);
    return FALSE;
}

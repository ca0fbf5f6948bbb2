/* The engine for rules of migrations: shows each statement to each rule, then lets the state follow
 * it. */
#include "lint_internal.h"
#include "rule_internal.h"

#define MAJOR(version) ((version) / 10000)

struct PgaLint {
    PgaState *state; /* the caller's */
    PgaRecipeOptions recipes;
    const PgaMigrationFile *file; /* the caller's; of the present file */
    GArray *runs;                 /* of PgaLintRun: rules that are on, in their order */
    PgaLintRun *unused;           /* (nullable): of unused-suppression, in @runs */
    PgaLintRun *refused;          /* (nullable): of statement-refused */
    GArray *actions;              /* of PgaAction: of the present step */
    PgaEffect *effect;            /* (nullable) */
    char *refusal;                /* (nullable) */
    PgaLintFollower transaction;
    PgaLintSuppressor suppressor;
    PgaLintStep answer;
    GHashTable *files; /* of path to its number, from 1 */
    guint first;       /* of @findings: the present file's first */
    GPtrArray *findings, *suppressed, *not_checked;
};

static gboolean
is_wanted(const PgaRule *rule, const PgaState *state, const PgaLintOptions *options)
{
    const guint major = MAJOR(state->version);

    return rule->inputs == PGA_INPUTS_MIGRATION && major >= rule->lint.since &&
           (rule->lint.until == 0 || major < rule->lint.until) &&
           pga_rule_is_enabled(rule, options->configuration) &&
           (!options->only || g_strv_contains(options->only, rule->id));
}

static void
add_run(PgaLint *lint, const PgaRule *rule, const PgaLintOptions *options)
{
    PgaLintRun run = {
        .rule = rule,
        .state = lint->state,
        .actions = lint->actions,
        .transaction = &lint->transaction.now,
        .recipes = &lint->recipes,
        .small_table_rows = options->small_table_rows,
        .findings = lint->findings,
        .not_checked = lint->not_checked,
    };

    run.severity_fixed =
        pga_rule_prepare(rule, options->configuration, run.threshold, &run.severity);
    run.docs_url = pga_rule_docs_of(lint->state->version, rule->docs);
    g_array_append_val(lint->runs, run);
}

PgaLint *
pga_lint_new(PgaState *state, const PgaLintOptions *options)
{
    PgaLint *lint = g_new0(PgaLint, 1);
    guint n_rules = 0;
    const PgaRule *const *rules = pga_rules(&n_rules);

    lint->state = state;
    lint->recipes = options->recipes;
    lint->actions = g_array_new(FALSE, TRUE, sizeof(PgaAction));
    lint->runs = g_array_new(FALSE, FALSE, sizeof(PgaLintRun));
    lint->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    lint->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    lint->suppressed = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    lint->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    pga_lint_follower_init(&lint->transaction);
    pga_lint_suppressor_init(&lint->suppressor);
    for (guint i = 0; i < n_rules; i++)
        if (is_wanted(rules[i], state, options))
            add_run(lint, rules[i], options);
    for (guint i = 0; i < lint->runs->len; i++) {
        PgaLintRun *run = &g_array_index(lint->runs, PgaLintRun, i);

        if (g_str_equal(run->rule->id, "unused-suppression"))
            lint->unused = run;
        if (g_str_equal(run->rule->id, "statement-refused"))
            lint->refused = run;
    }
    return lint;
}

static void
forget_step(PgaLint *lint)
{
    g_array_set_size(lint->actions, 0);
    g_clear_pointer(&lint->effect, pga_effect_free);
    g_clear_pointer(&lint->refusal, g_free);
}

void
pga_lint_free(PgaLint *lint)
{
    if (!lint)
        return;
    for (guint i = 0; i < lint->runs->len; i++) {
        PgaLintRun *run = &g_array_index(lint->runs, PgaLintRun, i);

        if (run->memory && run->rule->lint.forget)
            run->rule->lint.forget(run->memory);
    }
    forget_step(lint);
    g_array_unref(lint->runs);
    g_array_unref(lint->actions);
    g_hash_table_unref(lint->files);
    pga_lint_follower_clear(&lint->transaction);
    pga_lint_suppressor_clear(&lint->suppressor);
    g_ptr_array_unref(lint->findings);
    g_ptr_array_unref(lint->suppressed);
    g_ptr_array_unref(lint->not_checked);
    g_free(lint);
}

void
pga_lint_begin_file(PgaLint *lint, const PgaMigrationFile *file)
{
    forget_step(lint);
    lint->file = file;
    lint->first = lint->findings->len;
    if (!g_hash_table_contains(lint->files, file->path))
        g_hash_table_insert(lint->files, g_strdup(file->path),
                            GUINT_TO_POINTER(g_hash_table_size(lint->files) + 1));
    pga_lint_follower_begin_file(&lint->transaction);
    if (!file->down)
        pga_state_begin_migration(lint->state);
}

static gboolean
is_judged(const PgaLint *lint)
{
    return !lint->file->context && !lint->file->down;
}

/* What could not be read is said, not dropped. */
static void
note_unread(PgaLint *lint, const PgaStep *step)
{
    PgaNotChecked *entry;

    if (step->tree || !step->error || !is_judged(lint))
        return;
    entry = pga_not_checked_new(NULL, g_strdup_printf("statement %u", step->number),
                                step->hint ? g_strdup_printf("%s. %s", step->error, step->hint)
                                           : g_strdup(step->error));
    entry->file = g_strdup(step->file);
    entry->line = step->error_line ? step->error_line : step->line;
    entry->column = step->error_line ? step->error_column : step->column;
    g_ptr_array_add(lint->not_checked, entry);
}

static void
ask(PgaLintRun *run)
{
    const PgaLintHooks *hooks = &run->rule->lint;

    for (guint i = 0; hooks->action && i < run->actions->len; i++)
        hooks->action(run, &g_array_index(run->actions, PgaAction, i));
    if (hooks->step)
        hooks->step(run);
}

static void
judge(PgaLint *lint, const PgaStep *step)
{
    for (guint i = 0; i < lint->runs->len; i++) {
        PgaLintRun *run = &g_array_index(lint->runs, PgaLintRun, i);

        run->file = lint->file;
        run->step = step;
        run->effect = lint->effect;
        ask(run);
    }
    pga_lint_suppressor_see(&lint->suppressor, step);
}

/* What the statement locked may be gone now: its name stays. */
static void
forget_dropped(PgaLint *lint)
{
    gboolean drops = FALSE;

    for (guint i = 0; i < lint->actions->len; i++)
        drops |= g_array_index(lint->actions, PgaAction, i).kind == PGA_ACTION_DROP;
    for (guint i = 0; drops && lint->effect && i < lint->effect->locks->len; i++)
        g_array_index(lint->effect->locks, PgaLock, i).of = NULL;
}

/* A lock that is not waited for long does less harm. */
static void
note_lock_timeout(PgaLint *lint)
{
    const char *value = pga_state_setting(lint->state, "lock_timeout", NULL);

    lint->recipes.lock_timeout_set = value && !g_str_equal(value, "0");
}

static void
report_refusal(PgaLint *lint, const PgaStep *step)
{
    if (lint->refusal && lint->refused && !step->conditional)
        pga_lint_report(lint->refused, NULL, "The server would say: %s.", lint->refusal);
}

/* Down migrations are read, not run; bodies of functions run some other time. */
static void
follow(PgaLint *lint, const PgaStep *step)
{
    const gboolean judged = is_judged(lint);

    if (!step->tree || !step->executed || lint->file->down)
        return;
    pga_actions_of(lint->state, step, lint->actions);
    pga_lint_follower_before(&lint->transaction, step);
    if (judged) {
        lint->effect = pga_effect_of(lint->state, step);
        note_lock_timeout(lint);
        judge(lint, step);
    }
    lint->refusal = pga_state_apply(lint->state, step);
    if (judged)
        report_refusal(lint, step);
    forget_dropped(lint);
    pga_lint_follower_after(&lint->transaction, lint->state, step, lint->actions, lint->effect);
}

const PgaLintStep *
pga_lint_step(PgaLint *lint, const PgaStep *step)
{
    const guint n_before = lint->findings->len;

    forget_step(lint);
    note_unread(lint, step);
    follow(lint, step);
    lint->answer = (PgaLintStep){
        .step = step,
        .effect = lint->effect,
        .refusal = lint->refusal,
        .n_findings = lint->findings->len - n_before,
    };
    return &lint->answer;
}

static int
compare_guint(guint a, guint b)
{
    return (a > b) - (a < b);
}

static int
compare_places(gconstpointer left, gconstpointer right, gpointer data)
{
    GHashTable *files = data;
    const PgaFinding *a = *(PgaFinding *const *)left, *b = *(PgaFinding *const *)right;
    int order = 0;

    if (!g_str_equal(a->file, b->file))
        order = compare_guint(GPOINTER_TO_UINT(g_hash_table_lookup(files, a->file)),
                              GPOINTER_TO_UINT(g_hash_table_lookup(files, b->file)));
    if (!order)
        order = compare_guint(a->line, b->line);
    return order ? order : compare_guint(a->column, b->column);
}

typedef void (*Hook)(PgaLintRun *run);

static void
finish(PgaLint *lint, gboolean history)
{
    for (guint i = 0; i < lint->runs->len; i++) {
        PgaLintRun *run = &g_array_index(lint->runs, PgaLintRun, i);
        const Hook hook = history ? run->rule->lint.finish_history : run->rule->lint.finish;

        run->file = lint->file;
        run->step = NULL;
        run->effect = NULL;
        if (hook)
            hook(run);
    }
}

void
pga_lint_end_file(PgaLint *lint, const GPtrArray *suppressions)
{
    forget_step(lint);
    if (!is_judged(lint))
        return;
    finish(lint, FALSE);
    pga_lint_suppressor_end_file(&lint->suppressor, lint->file->path, suppressions);
    if (lint->findings->len > lint->first)
        g_qsort_with_data(lint->findings->pdata + lint->first,
                          (int)(lint->findings->len - lint->first), sizeof(gpointer),
                          compare_places, lint->files);
}

void
pga_lint_end(PgaLint *lint)
{
    const guint n_before = lint->findings->len;

    forget_step(lint);
    finish(lint, TRUE);
    pga_lint_suppressor_sort_out(&lint->suppressor, lint->findings, lint->suppressed);
    if (lint->unused)
        pga_lint_suppressor_report_unused(&lint->suppressor, lint->unused);
    if (lint->findings->len != n_before)
        g_ptr_array_sort_with_data(lint->findings, compare_places, lint->files);
    pga_lint_gather_repeated(lint->runs, lint->findings);
}

GPtrArray *
pga_lint_findings(PgaLint *lint)
{
    return lint->findings;
}

GPtrArray *
pga_lint_suppressed(PgaLint *lint)
{
    return lint->suppressed;
}

GPtrArray *
pga_lint_not_checked(PgaLint *lint)
{
    return lint->not_checked;
}

/* Two states' plans of the same statements, compared: costs first, then what is different. */
#include "model/plan_changes.h"

#include <string.h>

#define MUCH_WORSE 10 /* times the cost before: an error */

static void
text_free(PgaPlannedText *text)
{
    g_free(text->text);
    g_free(text->failure);
    g_free(text->plan);
    g_free(text);
}

static void
statement_free(PgaPlannedStatement *statement)
{
    g_free(statement->fingerprint);
    g_free(statement->text);
    g_free(statement->usename);
    g_free(statement->origin);
    g_ptr_array_unref(statement->texts);
    g_free(statement);
}

static void
change_free(PgaStatementChange *change)
{
    g_free(change->fingerprint);
    g_free(change->text);
    g_free(change->origin);
    g_free(change->planned);
    g_free(change->what);
    g_free(change->failure);
    g_free(change->plan_before);
    g_free(change->plan_after);
    g_free(change);
}

static GPtrArray *
changes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)change_free);
}

PgaPlannedState *
pga_planned_state_new(void)
{
    PgaPlannedState *state = g_new0(PgaPlannedState, 1);

    state->statements = g_ptr_array_new_with_free_func((GDestroyNotify)statement_free);
    return state;
}

void
pga_planned_state_free(PgaPlannedState *state)
{
    if (!state)
        return;
    g_free(state->source);
    g_free(state->lab);
    g_ptr_array_unref(state->statements);
    g_free(state);
}

PgaPlannedStatement *
pga_planned_state_add(PgaPlannedState *state, const char *fingerprint, const char *text)
{
    PgaPlannedStatement *statement = g_new0(PgaPlannedStatement, 1);

    statement->fingerprint = g_strdup(fingerprint);
    statement->text = g_strdup(text);
    statement->texts = g_ptr_array_new_with_free_func((GDestroyNotify)text_free);
    g_ptr_array_add(state->statements, statement);
    return statement;
}

PgaPlannedText *
pga_planned_statement_add(PgaPlannedStatement *statement, const char *text, double share)
{
    PgaPlannedText *planned = g_new0(PgaPlannedText, 1);

    planned->text = g_strdup(text);
    planned->share = share;
    planned->cost = -1;
    g_ptr_array_add(statement->texts, planned);
    return planned;
}

/** The texts of a statement side by side. */
typedef struct {
    const PgaPlannedText *before, *after;
} Pair;

static Pair
pair_at(const PgaPlannedStatement *before, const PgaPlannedStatement *after, guint number)
{
    return (Pair){g_ptr_array_index(before->texts, number),
                  g_ptr_array_index(after->texts, number)};
}

/** What the texts of a statement come to. */
typedef struct {
    double before, after, share; /* of those that are planned in both states */
    guint n_lost, n_won;         /* only planned before; only after */
} Sum;

static Sum
sum_up(const PgaPlannedStatement *before, const PgaPlannedStatement *after)
{
    Sum sum = {0};

    for (guint i = 0; i < MIN(before->texts->len, after->texts->len); i++) {
        const Pair pair = pair_at(before, after, i);
        const gboolean was = pair.before->cost >= 0, is = pair.after->cost >= 0;

        sum.n_lost += was && !is;
        sum.n_won += is && !was;
        if (!was || !is)
            continue;
        sum.before += pair.before->share * pair.before->cost;
        sum.after += pair.before->share * pair.after->cost;
        sum.share += pair.before->share;
    }
    if (sum.share > 0) {
        sum.before /= sum.share;
        sum.after /= sum.share;
    }
    return sum;
}

static PgaFate
fate_of(const Sum *sum, double min_change)
{
    if (sum->n_lost > 0)
        return PGA_FATE_BROKEN;
    if (sum->share <= 0)
        return sum->n_won > 0 ? PGA_FATE_MENDED : PGA_FATE_NEVER;
    if (sum->after > sum->before * (1 + min_change))
        return PGA_FATE_WORSE;
    return sum->after < sum->before * (1 - min_change) ? PGA_FATE_BETTER : PGA_FATE_SAME;
}

/* How well a text shows what became of its statement. */
static double
shows(PgaFate fate, Pair pair)
{
    const gboolean was = pair.before->cost >= 0, is = pair.after->cost >= 0;
    const double more = pair.before->share * (pair.after->cost - pair.before->cost);

    switch (fate) {
    case PGA_FATE_BROKEN:
        return was && !is;
    case PGA_FATE_MENDED:
        return is;
    case PGA_FATE_WORSE:
        return was && is ? more : -G_MAXDOUBLE;
    case PGA_FATE_BETTER:
        return was && is ? -more : -G_MAXDOUBLE;
    case PGA_FATE_NEVER:
    case PGA_FATE_SAME:
    default:
        return 0;
    }
}

/* One text stands for all of them. */
static void
tell_plans(PgaStatementChange *change, const PgaPlannedStatement *before,
           const PgaPlannedStatement *after)
{
    const guint n = MIN(before->texts->len, after->texts->len);
    Pair best = {NULL, NULL};

    for (guint i = 0; i < n; i++) {
        const Pair pair = pair_at(before, after, i);

        if (!best.before || shows(change->fate, pair) > shows(change->fate, best))
            best = pair;
    }
    if (!best.before)
        return;
    change->planned = g_strdup(best.after->text);
    change->failure = g_strdup(best.after->failure);
    change->plan_before = g_strdup(best.before->plan);
    change->plan_after = g_strdup(best.after->plan);
    if (best.before->plan && best.after->plan && change->fate != PGA_FATE_SAME)
        change->what = pga_plan_difference(best.before->plan, best.after->plan);
}

static PgaSeverity
severity_of(PgaFate fate, const Sum *sum)
{
    if (fate == PGA_FATE_BROKEN)
        return PGA_SEVERITY_ERROR;
    if (fate != PGA_FATE_WORSE)
        return PGA_SEVERITY_INFO;
    return sum->after > MUCH_WORSE * sum->before ? PGA_SEVERITY_ERROR : PGA_SEVERITY_WARNING;
}

/* What is planned in one state only has that one's cost. */
static double
cost_of(const PgaPlannedStatement *statement)
{
    double cost = 0, share = 0;

    for (guint i = 0; i < statement->texts->len; i++) {
        const PgaPlannedText *text = g_ptr_array_index(statement->texts, i);

        if (text->cost < 0)
            continue;
        cost += text->share * text->cost;
        share += text->share;
    }
    return share > 0 ? cost / share : -1;
}

static PgaStatementChange *
compare(const PgaPlannedStatement *before, const PgaPlannedStatement *after, double min_change)
{
    const Sum sum = sum_up(before, after);
    PgaStatementChange *change = g_new0(PgaStatementChange, 1);

    change->fate = fate_of(&sum, min_change);
    change->severity = severity_of(change->fate, &sum);
    change->fingerprint = g_strdup(before->fingerprint);
    change->text = g_strdup(before->text);
    change->origin = g_strdup(before->origin);
    change->calls = before->calls;
    change->n_texts = before->texts->len;
    change->before = sum.share > 0 ? sum.before : cost_of(before);
    change->after = sum.share > 0 ? sum.after : cost_of(after);
    tell_plans(change, before, after);
    return change;
}

static double
added_cost(const PgaStatementChange *change)
{
    const double times = MAX(change->calls, 1);

    if (change->before < 0 || change->after < 0)
        return times * MAX(change->before, change->after);
    return times * (change->after - change->before);
}

/* Of those that got better, the most first, too. */
static int
gravest_first(gconstpointer left, gconstpointer right)
{
    const PgaStatementChange *a = *(PgaStatementChange *const *)left;
    const PgaStatementChange *b = *(PgaStatementChange *const *)right;
    const int sign = a->fate == PGA_FATE_BETTER ? -1 : 1;
    const double more = sign * added_cost(a), than = sign * added_cost(b);

    if (a->fate != b->fate)
        return a->fate < b->fate ? -1 : 1;
    if (more != than)
        return more > than ? -1 : 1;
    return strcmp(a->fingerprint, b->fingerprint);
}

GPtrArray *
pga_plan_changes(const PgaPlannedState *before, const PgaPlannedState *after, double min_change)
{
    GPtrArray *changes = changes_new();

    for (guint i = 0; i < MIN(before->statements->len, after->statements->len); i++)
        g_ptr_array_add(changes, compare(g_ptr_array_index(before->statements, i),
                                         g_ptr_array_index(after->statements, i), min_change));
    g_ptr_array_sort(changes, gravest_first);
    return changes;
}

PgaPlanReport *
pga_plan_report_new(void)
{
    PgaPlanReport *report = g_new0(PgaPlanReport, 1);

    report->changes = changes_new();
    report->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    report->notes = g_ptr_array_new_with_free_func(g_free);
    report->complete = TRUE;
    return report;
}

void
pga_plan_report_free(PgaPlanReport *report)
{
    if (!report)
        return;
    pga_environment_free(report->environment);
    g_free(report->before);
    g_free(report->lab_before);
    g_free(report->lab);
    g_free(report->written);
    g_ptr_array_unref(report->changes);
    g_ptr_array_unref(report->not_checked);
    g_ptr_array_unref(report->notes);
    g_free(report);
}

guint
pga_plan_report_count(const PgaPlanReport *report, PgaFate fate)
{
    guint n = 0;

    for (guint i = 0; i < report->changes->len; i++)
        n += ((const PgaStatementChange *)g_ptr_array_index(report->changes, i))->fate == fate;
    return n;
}

gboolean
pga_plan_report_regressed(const PgaPlanReport *report, PgaSeverity severity)
{
    for (guint i = 0; i < report->changes->len; i++) {
        const PgaStatementChange *change = g_ptr_array_index(report->changes, i);

        if (change->fate <= PGA_FATE_WORSE && change->severity >= severity)
            return TRUE;
    }
    return FALSE;
}

void
pga_plan_report_totals(const PgaPlanReport *report, double *before, double *after)
{
    *before = *after = 0;
    for (guint i = 0; i < report->changes->len; i++) {
        const PgaStatementChange *change = g_ptr_array_index(report->changes, i);

        if (change->before < 0 || change->after < 0)
            continue;
        *before += MAX(change->calls, 1) * change->before;
        *after += MAX(change->calls, 1) * change->after;
    }
}

/* What is to be decided, by statement and by variable. */
#include "selection_internal.h"

#define POOL_BLOCK 65536

gpointer
select_alloc(Select *s, gsize bytes)
{
    gpointer memory;

    bytes = (bytes + 7) & ~(gsize)7;
    if (bytes > s->pool_left) {
        gsize block = MAX(bytes, POOL_BLOCK);

        s->pool_next = g_malloc0(block);
        s->pool_left = block;
        g_ptr_array_add(s->pool, s->pool_next);
    }
    memory = s->pool_next;
    s->pool_next += bytes;
    s->pool_left -= bytes;
    return memory;
}

gboolean
select_is_late(Select *s)
{
    gboolean is_late = s->deadline && g_get_monotonic_time() >= s->deadline;

    s->is_limited |= is_late;
    return is_late;
}

static gboolean
is_relevant(const PgaSelectionProblem *p, const guint8 *seen, guint index)
{
    double bytes = p->bytes[index];

    if (p->existing[index])
        return FALSE;
    return seen[index] && (p->budget_bytes < 0 || bytes <= p->budget_bytes);
}

/* Existing and always there: not removable, or its going would save nothing. */
static gboolean
charge_is_due(const PgaSelectionProblem *p, const PgaSelectionCharge *charge)
{
    for (guint i = 0; i < charge->indexes->len; i++) {
        guint index = g_array_index(charge->indexes, guint, i);

        if (p->existing[index] && !p->removable[index])
            return TRUE;
    }
    return FALSE;
}

/* Existing ones whose going would save something. */
static void
mark_charged(const PgaSelectionProblem *p, const PgaSelectionCharge *charge, guint8 *wanted)
{
    if (!(charge->cost > 0) || charge_is_due(p, charge))
        return;
    for (guint i = 0; i < charge->indexes->len; i++) {
        guint index = g_array_index(charge->indexes, guint, i);

        if (p->existing[index])
            wanted[index] = 1;
    }
}

static void
mark_variables(Select *s, guint8 *wanted)
{
    const PgaSelectionProblem *p = s->problem;
    g_autofree guint8 *seen = g_new0(guint8, p->n_indexes + 1);

    for (guint q = 0; q < p->n_statements; q++)
        for (guint i = 0; i < p->relevant[q]->len; i++)
            seen[g_array_index(p->relevant[q], guint, i)] = 1;
    for (guint i = 0; i < p->n_indexes; i++)
        wanted[i] = is_relevant(p, seen, i) ? 1 : 0;
    for (guint k = 0; p->charges && k < p->charges->len; k++)
        mark_charged(p, g_ptr_array_index(p->charges, k), wanted);
}

static void
number_variables(Select *s)
{
    const PgaSelectionProblem *p = s->problem;
    g_autofree guint8 *wanted = g_new0(guint8, p->n_indexes + 1);

    mark_variables(s, wanted);
    s->index = g_new0(guint, p->n_indexes + 1);
    s->variable = g_new0(guint, p->n_indexes + 1);
    s->bytes = g_new0(double, p->n_indexes + 1);
    s->charge = g_new0(double, p->n_indexes + 1);
    s->is_new = g_new0(gboolean, p->n_indexes + 1);
    s->fixed = g_new0(guint8, p->n_indexes + 1);
    for (guint i = 0; i < p->n_indexes; i++) {
        guint v = s->n_variables;

        s->variable[i] = SELECT_NONE;
        if (!wanted[i])
            continue;
        s->variable[i] = v;
        s->index[v] = i;
        s->is_new[v] = !p->existing[i];
        s->bytes[v] = s->is_new[v] ? MAX(p->bytes[i], 0) : 0;
        s->bytes_total += s->bytes[v];
        s->n_variables++;
    }
}

static int
compare_guint(gconstpointer a, gconstpointer b)
{
    guint x = *(const guint *)a, y = *(const guint *)b;

    return (x > y) - (x < y);
}

/* Ascending, each once. */
static void
sort_numbers(GArray *numbers)
{
    guint n = 0;

    g_array_sort(numbers, compare_guint);
    for (guint i = 0; i < numbers->len; i++)
        if (!i || g_array_index(numbers, guint, i) != g_array_index(numbers, guint, n - 1))
            g_array_index(numbers, guint, n++) = g_array_index(numbers, guint, i);
    g_array_set_size(numbers, n);
}

static void
add_statement(Select *s, guint number)
{
    const PgaSelectionProblem *p = s->problem;
    const GArray *relevant = p->relevant[number];
    SelectStatement *st = &s->statements[number];
    g_autoptr(GArray) variables = g_array_new(FALSE, FALSE, sizeof(guint));

    st->kept = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < relevant->len; i++) {
        guint index = g_array_index(relevant, guint, i);

        if (s->variable[index] != SELECT_NONE)
            g_array_append_val(variables, s->variable[index]);
        else if (p->existing[index])
            g_array_append_val(st->kept, index);
    }
    sort_numbers(variables);
    sort_numbers(st->kept);
    st->n = variables->len;
    st->words = variables->len / 64 + 1;
    st->variables = select_alloc(s, sizeof(guint) * (st->n + 1));
    for (guint i = 0; i < st->n; i++)
        st->variables[i] = g_array_index(variables, guint, i);
    st->offset = s->n_multipliers;
    s->n_multipliers += st->n;
    st->weight = MAX(p->weights[number], 0);
    st->base = -1;
    st->known = g_array_new(FALSE, FALSE, sizeof(SelectKnown));
    st->surprises = g_array_new(FALSE, FALSE, sizeof(SelectSurprise));
    st->pending = g_ptr_array_new();
    st->options = g_ptr_array_new();
    st->leaves = g_ptr_array_new();
}

static void
index_touches(Select *s)
{
    g_autofree guint *next = g_new0(guint, s->n_variables + 1);

    s->touch_start = g_new0(guint, s->n_variables + 2);
    for (guint q = 0; q < s->n_statements; q++)
        for (guint i = 0; i < s->statements[q].n; i++)
            s->touch_start[s->statements[q].variables[i] + 1]++;
    for (guint v = 0; v < s->n_variables; v++)
        s->touch_start[v + 1] += s->touch_start[v];
    memcpy(next, s->touch_start, sizeof(guint) * (s->n_variables + 1));
    s->touches = g_new0(SelectTouch, s->n_multipliers + 1);
    for (guint q = 0; q < s->n_statements; q++)
        for (guint i = 0; i < s->statements[q].n; i++)
            s->touches[next[s->statements[q].variables[i]]++] = (SelectTouch){q, i};
}

/* One of several variables is kept apart; of one variable added to what it costs. */
static void
add_charge(Select *s, const PgaSelectionCharge *charge)
{
    g_autoptr(GArray) variables = g_array_new(FALSE, FALSE, sizeof(guint));
    SelectCharge *own = &s->charges[s->n_charges];

    if (!(charge->cost > 0))
        return;
    if (charge_is_due(s->problem, charge)) {
        s->constant += charge->cost;
        return;
    }
    for (guint i = 0; i < charge->indexes->len; i++) {
        guint v = s->variable[g_array_index(charge->indexes, guint, i)];

        if (v != SELECT_NONE)
            g_array_append_val(variables, v);
    }
    sort_numbers(variables);
    if (variables->len == 1)
        s->charge[g_array_index(variables, guint, 0)] += charge->cost;
    if (variables->len < 2)
        return;
    own->n = variables->len;
    own->cost = charge->cost;
    own->offset = s->n_multipliers;
    own->variables = select_alloc(s, sizeof(guint) * own->n);
    for (guint i = 0; i < own->n; i++)
        own->variables[i] = g_array_index(variables, guint, i);
    s->n_multipliers += own->n;
    s->n_charges++;
}

static void
index_charges(Select *s)
{
    g_autofree guint *next = g_new0(guint, s->n_variables + 1);
    guint n = 0;

    s->charge_start = g_new0(guint, s->n_variables + 2);
    for (guint k = 0; k < s->n_charges; k++)
        for (guint i = 0; i < s->charges[k].n; i++, n++)
            s->charge_start[s->charges[k].variables[i] + 1]++;
    for (guint v = 0; v < s->n_variables; v++)
        s->charge_start[v + 1] += s->charge_start[v];
    memcpy(next, s->charge_start, sizeof(guint) * (s->n_variables + 1));
    s->charges_of = g_new0(guint, n + 1);
    for (guint k = 0; k < s->n_charges; k++)
        for (guint i = 0; i < s->charges[k].n; i++)
            s->charges_of[next[s->charges[k].variables[i]]++] = k;
}

Select *
select_new(const PgaSelectionProblem *problem, const PgaSelectionPlanner *planner)
{
    Select *s = g_new0(Select, 1);
    guint n_charges = problem->charges ? problem->charges->len : 0;

    s->problem = problem;
    s->planner = planner;
    s->pool = g_ptr_array_new_with_free_func(g_free);
    s->budget = problem->budget_bytes < 0 ? G_MAXDOUBLE : problem->budget_bytes;
    s->max_indexes = problem->max_indexes ? problem->max_indexes : G_MAXUINT;
    s->max_plans = G_MAXUINT;
    if (problem->max_plans) /* some are kept for the last look */
        s->max_plans = problem->max_plans - MIN(problem->max_plans / 4, problem->n_statements);
    s->deadline = problem->time_limit_us ? g_get_monotonic_time() + problem->time_limit_us : 0;
    number_variables(s);
    s->n_statements = problem->n_statements;
    s->statements = g_new0(SelectStatement, s->n_statements + 1);
    for (guint q = 0; q < s->n_statements; q++)
        add_statement(s, q);
    index_touches(s);
    s->charges = g_new0(SelectCharge, n_charges + 1);
    for (guint k = 0; k < n_charges; k++)
        add_charge(s, g_ptr_array_index(problem->charges, k));
    index_charges(s);
    return s;
}

void
select_free(Select *s)
{
    for (guint q = 0; q < s->n_statements; q++) {
        g_array_unref(s->statements[q].kept);
        g_array_unref(s->statements[q].known);
        g_array_unref(s->statements[q].surprises);
        g_ptr_array_unref(s->statements[q].pending);
        g_ptr_array_unref(s->statements[q].options);
        g_ptr_array_unref(s->statements[q].leaves);
    }
    g_free(s->statements);
    g_free(s->index);
    g_free(s->variable);
    g_free(s->bytes);
    g_free(s->charge);
    g_free(s->is_new);
    g_free(s->fixed);
    g_free(s->touch_start);
    g_free(s->touches);
    g_free(s->charge_start);
    g_free(s->charges_of);
    g_free(s->charges);
    g_ptr_array_unref(s->pool);
    g_free(s);
}

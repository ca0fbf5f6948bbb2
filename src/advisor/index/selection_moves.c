/* Search for a good set: fill by what is saved per byte, single variables and the missing needs of
 * an option alike (a merge join or two bitmaps take two indexes to pay); then take something in,
 * throw out what is worth least until it fits, fill again, and keep that when it is better. */
#include <math.h>
#include <string.h>

#include "selection_set_internal.h"

#define NOTHING 1e-9 /* of the total: a difference that is none */
#define BUNDLES 16   /* looked at before something is taken in */

/** Variables to take in together. */
typedef struct {
    guint statement, option; /* option SELECT_NONE: statement is the variable itself */
    double score;
} Move;

static double
small_bytes(double bytes, double power)
{
    return pow(bytes + 1, power);
}

/* Calls for each variable that @move takes in; FALSE when they do not fit. */
static gboolean
move_variables(const SelectSet *set, const Move *move, GArray *variables)
{
    const Select *s = set->s;
    double bytes = set->bytes;
    guint n_new = set->n_new;

    g_array_set_size(variables, 0);
    if (move->option == SELECT_NONE) {
        g_array_append_val(variables, move->statement);
    } else {
        const SelectStatement *st = &s->statements[move->statement];
        const SelectTerm *o = g_ptr_array_index(st->options, move->option);

        for (guint i = 0; i < o->n_groups; i++)
            if (!set->in[st->variables[o->members[i]]])
                g_array_append_val(variables, st->variables[o->members[i]]);
    }
    for (guint i = 0; i < variables->len; i++) {
        guint v = g_array_index(variables, guint, i);

        bytes += s->bytes[v];
        n_new += s->is_new[v] ? 1 : 0;
    }
    return select_set_fits(set, bytes, n_new);
}

/* What @variables would save, as far as single gains and that of @move's own statement tell. */
static double
move_gain(const SelectSet *set, const Move *move, const GArray *variables)
{
    const Select *s = set->s;
    double gain = 0;

    for (guint i = 0; i < variables->len; i++) {
        guint v = g_array_index(variables, guint, i);

        gain += set->gain[v] - select_set_charge(set, v);
    }
    if (move->option != SELECT_NONE) {
        const SelectStatement *st = &s->statements[move->statement];
        const SelectTerm *o = g_ptr_array_index(st->options, move->option);

        gain += set->current[move->statement] - o->cost;
        for (guint i = 0; i < o->n_groups; i++)
            gain -= set->part[st->offset + o->members[i]];
    }
    return gain;
}

static double
move_score(const SelectSet *set, const Move *move, GArray *variables, double power)
{
    double gain, bytes = 0;
    gboolean fits = move_variables(set, move, variables);

    if (!variables->len)
        return -1;
    gain = move_gain(set, move, variables);
    for (guint i = 0; i < variables->len; i++)
        bytes += set->s->bytes[g_array_index(variables, guint, i)];
    return fits ? gain / small_bytes(bytes, power) : -1;
}

static gboolean
may_take(const SelectSet *set, const GArray *variables, const guint8 *tabu)
{
    for (guint i = 0; i < variables->len; i++) {
        guint v = g_array_index(variables, guint, i);

        if ((tabu && tabu[v]) || set->s->fixed[v] == SELECT_OUT)
            return FALSE;
    }
    return TRUE;
}

typedef struct {
    const guint8 *tabu; /* (nullable): never taken in */
    double power, score;
    GArray *variables, *best;
} Choice;

static void
consider(SelectSet *set, const Move *move, Choice *choice)
{
    double score = move_score(set, move, choice->variables, choice->power);

    if (score <= choice->score || !may_take(set, choice->variables, choice->tabu))
        return;
    choice->score = score;
    g_array_set_size(choice->best, 0);
    g_array_append_vals(choice->best, choice->variables->data, choice->variables->len);
}

/* Statements whose several missing needs save most per byte, into @found. How many. */
static guint
best_bundles(const SelectSet *set, guint *found)
{
    guint n = 0;

    for (guint q = 0; q < set->s->n_statements; q++) {
        guint place = n;

        if (set->ratio[q] <= 0 || (n == BUNDLES && set->ratio[q] <= set->ratio[found[BUNDLES - 1]]))
            continue;
        n = MIN(n + 1, BUNDLES);
        place = MIN(place, BUNDLES - 1);
        for (; place && set->ratio[found[place - 1]] < set->ratio[q]; place--)
            found[place] = found[place - 1];
        found[place] = q;
    }
    return n;
}

/* The move that pays most, into choice->best; FALSE when none does. */
static gboolean
best_move(SelectSet *set, Choice *choice)
{
    const Select *s = set->s;
    guint bundles[BUNDLES], n;

    select_set_gains(set);
    g_array_set_size(choice->best, 0);
    choice->score = NOTHING * fabs(set->total) / small_bytes(s->bytes_total, choice->power);
    for (guint v = 0; v < s->n_variables; v++)
        if (!set->in[v] && set->gain[v] > 0)
            consider(set, &(Move){v, SELECT_NONE, 0}, choice);
    n = best_bundles(set, bundles);
    for (guint i = 0; i < n; i++)
        consider(set, &(Move){bundles[i], set->bundle[bundles[i]], 0}, choice);
    set->work += (s->n_variables + s->n_statements) / 8;
    return choice->best->len > 0;
}

static void
flip(SelectSet *set, guint variable, GArray *journal)
{
    select_set_flip(set, variable);
    if (journal)
        g_array_append_val(journal, variable);
}

static void
fill(SelectSet *set, double power, const guint8 *tabu, GArray *journal)
{
    g_autoptr(GArray) best = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) variables = g_array_new(FALSE, FALSE, sizeof(guint));
    Choice choice = {.tabu = tabu, .power = power, .variables = variables, .best = best};

    while (!select_is_late(set->s) && best_move(set, &choice)) {
        double before = set->total;

        for (guint i = 0; i < best->len; i++)
            flip(set, g_array_index(best, guint, i), journal);
        if (set->total < before)
            continue;
        for (guint i = 0; i < best->len; i++) /* counted twice somewhere: no good after all */
            flip(set, g_array_index(best, guint, i), journal);
        break;
    }
}

void
select_fill(SelectSet *set, double power)
{
    fill(set, power, NULL, NULL);
}

/* What is worth least, per byte where bytes are what lacks; SELECT_NONE: nothing below @least. */
static guint
least_worth(SelectSet *set, const guint8 *locked, gboolean over_bytes, double least)
{
    const Select *s = set->s;
    guint worst = SELECT_NONE;
    gboolean over = least >= G_MAXDOUBLE;

    select_set_gains(set);
    set->work += s->n_variables / 8;
    for (guint v = 0; v < s->n_variables; v++) {
        double loss;

        if (!set->in[v] || locked[v] || s->fixed[v] == SELECT_IN || (over && !s->is_new[v]) ||
            (over_bytes && s->bytes[v] <= 0))
            continue;
        loss = set->loss[v] - select_set_charge(set, v);
        if (over_bytes && loss > 0)
            loss /= s->bytes[v];
        if (loss < least) {
            least = loss;
            worst = v;
        }
    }
    return worst;
}

/* Throws out what is worth least per byte until it fits, and what is worth nothing. */
static void
throw_out(SelectSet *set, const guint8 *locked, GArray *journal)
{
    guint worst;

    do {
        gboolean over_bytes = !select_set_fits(set, set->bytes, 0);
        gboolean over = over_bytes || !select_set_fits(set, 0, set->n_new);

        worst =
            least_worth(set, locked, over_bytes, over ? G_MAXDOUBLE : -NOTHING * fabs(set->total));
        if (worst != SELECT_NONE)
            flip(set, worst, journal);
    } while (worst != SELECT_NONE);
}

static void
undo(SelectSet *set, GArray *journal)
{
    for (guint i = journal->len; i-- > 0;)
        select_set_flip(set, g_array_index(journal, guint, i));
    g_array_set_size(journal, 0);
}

/* Keeps what has been done since @before when that is better. */
static gboolean
keep_better(SelectSet *set, double before, GArray *journal)
{
    gboolean fits = select_set_fits(set, set->bytes, set->n_new);

    if (fits && set->total < before - NOTHING * fabs(before)) {
        g_array_set_size(journal, 0);
        return TRUE;
    }
    undo(set, journal);
    return FALSE;
}

static gboolean
try_move(SelectSet *set, const Move *move, guint8 *locked, GArray *journal)
{
    g_autoptr(GArray) variables = g_array_new(FALSE, FALSE, sizeof(guint));
    double before = set->total;

    move_variables(set, move, variables);
    for (guint i = 0; i < variables->len; i++) {
        guint v = g_array_index(variables, guint, i);

        if (set->s->fixed[v] == SELECT_OUT)
            break;
        locked[v] = 1;
        flip(set, v, journal);
    }
    throw_out(set, locked, journal);
    if (set->total < before || set->bytes < set->s->budget)
        fill(set, 1, NULL, journal);
    for (guint i = 0; i < variables->len; i++)
        locked[g_array_index(variables, guint, i)] = 0;
    return keep_better(set, before, journal);
}

static gboolean
try_without(SelectSet *set, guint variable, guint8 *tabu, GArray *journal)
{
    double before = set->total;

    flip(set, variable, journal);
    tabu[variable] = 1;
    fill(set, 1, tabu, journal);
    tabu[variable] = 0;
    return keep_better(set, before, journal);
}

static int
compare_moves(gconstpointer a, gconstpointer b)
{
    const Move *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->statement != y->statement)
        return x->statement < y->statement ? -1 : 1;
    return (x->option > y->option) - (x->option < y->option);
}

static void
append_move(const SelectSet *set, Move move, GArray *variables, GArray *moves)
{
    double bytes = 0;

    move_variables(set, &move, variables);
    if (!variables->len || variables->len > 6)
        return;
    for (guint i = 0; i < variables->len; i++)
        bytes += set->s->bytes[g_array_index(variables, guint, i)];
    move.score = move_gain(set, &move, variables) / small_bytes(bytes, 1);
    if (move.score > 0)
        g_array_append_val(moves, move);
}

/* What might be taken in, the most promising first. */
static GArray *
list_moves(SelectSet *set)
{
    const Select *s = set->s;
    GArray *moves = g_array_new(FALSE, FALSE, sizeof(Move));
    g_autoptr(GArray) variables = g_array_new(FALSE, FALSE, sizeof(guint));

    select_set_gains(set);
    for (guint v = 0; v < s->n_variables; v++)
        if (!set->in[v] && set->gain[v] > 0)
            append_move(set, (Move){v, SELECT_NONE, 0}, variables, moves);
    for (guint q = 0; q < s->n_statements; q++) {
        guint n = MIN(set->at[q], s->statements[q].options->len);

        for (guint i = 0; i < n; i++)
            append_move(set, (Move){q, i, 0}, variables, moves);
        set->work += n;
    }
    g_array_sort(moves, compare_moves);
    return moves;
}

gboolean
select_improve(SelectSet *set, gint64 work)
{
    const Select *s = set->s;
    gint64 end = set->work + work;
    gboolean better = FALSE, found = TRUE;
    g_autofree guint8 *marks = g_new0(guint8, s->n_variables + 1);
    g_autoptr(GArray) journal = g_array_new(FALSE, FALSE, sizeof(guint));

    while (found && set->work < end && !select_is_late(set->s)) {
        g_autoptr(GArray) moves = list_moves(set);

        found = FALSE;
        for (guint i = 0; i < moves->len && !found && set->work < end && !select_is_late(set->s);
             i++)
            found = try_move(set, &g_array_index(moves, Move, i), marks, journal);
        for (guint v = 0;
             v < s->n_variables && !found && set->work < end && !select_is_late(set->s); v++)
            if (set->in[v] && s->fixed[v] != SELECT_IN)
                found = try_without(set, v, marks, journal);
        better |= found;
    }
    return better;
}

void
select_start(SelectSet *set)
{
    static const double powers[] = {1, 0.5, 0};
    const Select *s = set->s;
    g_autofree guint8 *best = g_memdup2(set->in, s->n_variables + 1);
    g_autofree guint8 *start = g_new0(guint8, s->n_variables + 1);
    double total = set->total;

    for (guint v = 0; v < s->n_variables; v++)
        start[v] = !s->is_new[v];
    for (guint i = 0; i < G_N_ELEMENTS(powers); i++) {
        select_set_assign(set, start);
        select_fill(set, powers[i]);
        if (set->total < total) {
            total = set->total;
            memcpy(best, set->in, s->n_variables);
        }
    }
    select_set_assign(set, best);
}

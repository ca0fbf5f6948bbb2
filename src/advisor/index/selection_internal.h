/* What is known of the planner's cost, as a function of the indexes that are there.
 *
 * A plan of a statement under a set C of indexes, using U of them at cost c, says two things.
 * Wherever U is there, the cost is at most c: an *option*. And wherever nothing outside C is there,
 * the cost is at least c, because an index more never makes a plan dearer. The sets of indexes for
 * which the exact cost is not known yet are covered by *leaves*: none of `excluded`, at least one
 * of each group, not all of `used`; there the cost is at least `cost`. Options and leaves together
 * are a lower bound of the cost, options alone an upper bound; planning a leaf turns a part of it
 * into an option.
 *
 * Variables are what is to be decided: new indexes that fit the budget, and existing ones that may
 * go and whose writes cost something. A statement knows its variables by position, in bitsets. */
#pragma once
#include <advisor/index_selection.h>

G_BEGIN_DECLS

#define SELECT_NONE G_MAXUINT

typedef enum { SELECT_FREE, SELECT_IN, SELECT_OUT } SelectFixing;

/** An option or a leaf. Group g of its needs is members[ends[g-1]] to members[ends[g] - 1]. */
typedef struct {
    double cost; /* weighted, after min_improvement and min_gain */
    guint n_groups;
    guint *ends, *members;
    guint64 *used;     /* option: what it needs; leaf: what the plan that gave the cost uses */
    guint64 *excluded; /* (nullable): of a leaf */
    guint serial;      /* order among equal costs */
} SelectTerm;

/** A set under which the planner, sparing itself a comparison, does worse than an option promises.
 */
typedef struct {
    const guint64 *set;
    double cost; /* weighted */
} SelectSurprise;

/** A plan that was made. */
typedef struct {
    guint64 *set, *used;
    double cost; /* the planner's */
} SelectKnown;

typedef struct {
    guint n, words;      /* variables; words of a bitset over them */
    guint offset;        /* of its multipliers in Select.multipliers */
    guint *variables;    /* of a position, ascending */
    GArray *kept;        /* of guint: relevant indexes that are always there */
    double weight;       /* 0: not searched */
    gboolean has_failed; /* it cannot be planned */
    double base;         /* the planner's cost with the existing indexes; below 0: not planned */
    GArray *known;       /* of SelectKnown */
    GArray *surprises;   /* of SelectSurprise */
    GPtrArray *pending;  /* sets that are being asked for */
    GPtrArray *options, *leaves; /* of SelectTerm *, ascending by cost */
} SelectStatement;

typedef struct {
    guint statement, position;
} SelectTouch;

/** A charge that more than one variable causes. */
typedef struct {
    guint n, offset; /* of its multipliers */
    guint *variables;
    double cost;
} SelectCharge;

typedef struct {
    const PgaSelectionProblem *problem;
    const PgaSelectionPlanner *planner;
    guint n_variables;
    guint *index;    /* of a variable: number in the problem */
    guint *variable; /* of an index of the problem; SELECT_NONE */
    double *bytes, *charge;
    double bytes_total; /* of all variables */
    gboolean *is_new;
    guint8 *fixed; /* SelectFixing, of variables: proven */
    guint *touch_start, *charge_start;
    SelectTouch *touches; /* of variable v: touch_start[v] to touch_start[v + 1] */
    guint *charges_of;    /* likewise: numbers of charges */
    SelectCharge *charges;
    guint n_charges, n_multipliers;
    double constant; /* charges due whatever is decided */
    SelectStatement *statements;
    guint n_statements;
    double budget;
    guint max_indexes, max_plans; /* G_MAXUINT: any number */
    guint n_plans, serial;
    gint64 deadline;     /* monotonic; 0: none */
    gboolean is_limited; /* a limit was met */
    GPtrArray *pool;     /* memory of terms and bitsets */
    gsize pool_left;
    char *pool_next;
} Select;

/* selection_problem.c */
Select *select_new(const PgaSelectionProblem *problem, const PgaSelectionPlanner *planner);
void select_free(Select *s);
gpointer select_alloc(Select *s, gsize bytes); /* zeroed, freed with @s */
gboolean select_is_late(Select *s);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Select, select_free)

/* selection_plans.c */

/** A plan to ask for. */
typedef struct {
    guint statement;
    guint64 *set;
    SelectTerm *leaf; /* (nullable): one whose cost this plan is */
} SelectAsk;

/* The plan that tells the cost of @st under @set; NULL: not known. */
const SelectKnown *select_known(const SelectStatement *st, const guint64 *set);
const SelectKnown *select_known_exactly(const SelectStatement *st, const guint64 *set);
/* Asks those that are not known yet, as far as limits allow unless @always; empties @asks. */
gboolean select_ask(Select *s, GArray *asks, gboolean always, GError **error);
/* FALSE when @asks has the same already. */
gboolean select_push(Select *s, GArray *asks, const SelectAsk *ask);
/* Asks for a plan of @statement under @set; FALSE when it is known already. */
gboolean select_want(Select *s, GArray *asks, guint statement, const guint64 *set,
                     gboolean exactly);
/* Puts a statement's options and leaves into order; those that say nothing any more go. */
void select_tidy(SelectStatement *st);
/* What the answer to @ask says. */
void select_record(Select *s, const SelectAsk *ask, const PgaSelectionPlan *plan);
/* Takes the problem's plans that were made before. */
void select_take_made(Select *s);
double select_weighted(const Select *s, const SelectStatement *st, double cost);

/* selection_leaves.c */
/* What is not known yet: everything that @all does not say. */
SelectTerm *select_leaf_root(Select *s, guint statement, const SelectKnown *all);
/* Splits @leaf: those parts of it that need a variable of at least @step in @prices become leaves
 * of their own; a plan is asked for the rest, which is returned. NULL: there is none. */
SelectTerm *select_leaf_split(Select *s, guint statement, SelectTerm *leaf, const double *prices,
                              double step, GArray *asks);
double select_term_value(const SelectTerm *term, const double *prices, double limit);

/* bitsets */
static inline gboolean
bits_has(const guint64 *a, guint bit)
{
    return (a[bit / 64] >> (bit % 64)) & 1;
}

static inline void
bits_set(guint64 *a, guint bit)
{
    a[bit / 64] |= G_GUINT64_CONSTANT(1) << (bit % 64);
}

static inline void
bits_flip(guint64 *a, guint bit)
{
    a[bit / 64] ^= G_GUINT64_CONSTANT(1) << (bit % 64);
}

static inline gboolean
bits_within(const guint64 *a, const guint64 *b, guint words)
{
    for (guint i = 0; i < words; i++)
        if (a[i] & ~b[i])
            return FALSE;
    return TRUE;
}

static inline gboolean
bits_meet(const guint64 *a, const guint64 *b, guint words)
{
    for (guint i = 0; i < words; i++)
        if (a[i] & b[i])
            return TRUE;
    return FALSE;
}

G_END_DECLS

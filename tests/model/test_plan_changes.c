/* What becomes of statements between two states: fates, severities, order, what differs in plans.
 */
#include "model/plan_changes.h"
#include <string.h>

#define ABSENT (-1.0) /* it cannot be planned */

/** Costs of a statement's two texts, each standing for half of its calls. */
typedef struct {
    const char *name;
    double before[2], after[2];
    PgaFate fate;
    PgaSeverity severity;
} Case;

static const Case cases[] = {
    {"the-same", {10, 20}, {10, 20}, PGA_FATE_SAME, PGA_SEVERITY_INFO},
    {"a-tenth-is-none", {10, 10}, {11, 11}, PGA_FATE_SAME, PGA_SEVERITY_INFO},
    {"more-than-a-tenth", {10, 10}, {11.01, 11.01}, PGA_FATE_WORSE, PGA_SEVERITY_WARNING},
    {"ten-times", {10, 10}, {100, 100}, PGA_FATE_WORSE, PGA_SEVERITY_WARNING},
    {"more-than-ten-times", {10, 10}, {100.1, 100.1}, PGA_FATE_WORSE, PGA_SEVERITY_ERROR},
    {"one-text-alone", {10, 10}, {10, 13}, PGA_FATE_WORSE, PGA_SEVERITY_WARNING},
    {"texts-make-up", {10, 10}, {5, 15}, PGA_FATE_SAME, PGA_SEVERITY_INFO},
    {"better", {10, 10}, {8, 8}, PGA_FATE_BETTER, PGA_SEVERITY_INFO},
    {"broken", {10, 10}, {ABSENT, ABSENT}, PGA_FATE_BROKEN, PGA_SEVERITY_ERROR},
    {"broken-by-one-text", {10, 10}, {1, ABSENT}, PGA_FATE_BROKEN, PGA_SEVERITY_ERROR},
    {"mended", {ABSENT, ABSENT}, {10, 10}, PGA_FATE_MENDED, PGA_SEVERITY_INFO},
    {"one-text-comes", {10, ABSENT}, {10, 900}, PGA_FATE_SAME, PGA_SEVERITY_INFO},
    {"never", {ABSENT, ABSENT}, {ABSENT, ABSENT}, PGA_FATE_NEVER, PGA_SEVERITY_INFO},
    {"from-nothing", {0, 0}, {0.01, 0.01}, PGA_FATE_WORSE, PGA_SEVERITY_ERROR},
};

static PgaPlannedStatement *
add(PgaPlannedState *state, const char *fingerprint, const double *costs, guint n)
{
    PgaPlannedStatement *statement = pga_planned_state_add(state, fingerprint, "SELECT $1");

    for (guint i = 0; i < n; i++)
        pga_planned_statement_add(statement, i == 0 ? "SELECT 1" : "SELECT 2", 1.0 / n)->cost =
            costs[i];
    return statement;
}

static void
test_fate(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaPlannedState) before = pga_planned_state_new(), after = pga_planned_state_new();
    g_autoptr(GPtrArray) changes = NULL;
    const PgaStatementChange *change;

    add(before, "a", c->before, 2);
    add(after, "a", c->after, 2);
    changes = pga_plan_changes(before, after, 0.1);
    g_assert_cmpuint(changes->len, ==, 1);
    change = g_ptr_array_index(changes, 0);
    g_assert_cmpint(change->fate, ==, c->fate);
    g_assert_cmpint(change->severity, ==, c->severity);
    g_assert_cmpint(change->before < 0, ==, c->before[0] < 0);
    g_assert_cmpint(change->after < 0, ==, c->after[0] < 0);
}

/* The gravest first; of the worse ones what costs the most more, calls counted. */
static void
test_order(void)
{
    static const struct {
        const char *fingerprint;
        double before, after, calls;
    } lines[] = {{"same", 10, 10, 1000},       {"cheap", 10, 20, 1},  {"often", 10, 12, 900},
                 {"gone", 10, ABSENT, 1},      {"less", 50, 20, 1},   {"least", 90, 10, 1},
                 {"never", ABSENT, ABSENT, 1}, {"new", ABSENT, 10, 1}};
    static const char *const wanted[] = {"gone",  "often", "cheap", "new",
                                         "least", "less",  "never", "same"};
    g_autoptr(PgaPlannedState) before = pga_planned_state_new(), after = pga_planned_state_new();
    g_autoptr(PgaPlanReport) report = pga_plan_report_new();
    double then, now;

    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        add(before, lines[i].fingerprint, &lines[i].before, 1)->calls = lines[i].calls;
        add(after, lines[i].fingerprint, &lines[i].after, 1);
    }
    g_ptr_array_unref(report->changes);
    report->changes = pga_plan_changes(before, after, 0.1);
    g_assert_cmpuint(report->changes->len, ==, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
        g_assert_cmpstr(((PgaStatementChange *)g_ptr_array_index(report->changes, i))->fingerprint,
                        ==, wanted[i]);
    g_assert_cmpuint(pga_plan_report_count(report, PGA_FATE_WORSE), ==, 2);
    g_assert_cmpuint(pga_plan_report_count(report, PGA_FATE_MENDED), ==, 1);
    pga_plan_report_totals(report, &then, &now);
    g_assert_cmpfloat(then, ==, 10000 + 10 + 9000 + 50 + 90);
    g_assert_cmpfloat(now, ==, 10000 + 20 + 10800 + 20 + 10);
}

/* Plans and the reason are those of the text that changed most. */
static void
test_shown(void)
{
    static const double then[] = {10, 10}, now[] = {11, 500};
    g_autoptr(PgaPlannedState) before = pga_planned_state_new(), after = pga_planned_state_new();
    PgaPlannedStatement *a = add(before, "a", then, 2), *b = add(after, "a", now, 2);
    g_autoptr(GPtrArray) changes = NULL;
    const PgaStatementChange *change;

    for (guint i = 0; i < 2; i++) {
        ((PgaPlannedText *)g_ptr_array_index(a->texts, i))->plan =
            g_strdup("Index Scan using t_idx on t  (cost=0.00..10.00 rows=1 width=4)");
        ((PgaPlannedText *)g_ptr_array_index(b->texts, i))->plan =
            g_strdup(i == 0 ? "Index Scan using t_idx on t  (cost=0.00..11.00 rows=1 width=4)"
                            : "Seq Scan on t  (cost=0.00..500.00 rows=1 width=4)");
    }
    changes = pga_plan_changes(before, after, 0.1);
    change = g_ptr_array_index(changes, 0);
    g_assert_cmpstr(change->planned, ==, "SELECT 2");
    g_assert_cmpstr(change->what, ==, "Index Scan using t_idx on t -> Seq Scan on t");
    g_assert_true(g_str_has_prefix(change->plan_after, "Seq Scan"));
}

/** Two plans, and what is said of them. */
typedef struct {
    const char *name, *before, *after, *says;
} Difference;

#define N "  (cost=0.00..1.00 rows=10 width=4)"
#define M "  (cost=0.00..9.00 rows=4000 width=4)"

static const Difference differences[] = {
    {"scan", "Index Scan using a_idx on a" N "\n  Index Cond: (x = 1)",
     "Seq Scan on a" N "\n  Filter: (x = 1)", "Index Scan using a_idx on a -> Seq Scan on a"},
    {"join-first",
     "Sort" N "\n  Sort Key: a.x\n  ->  Nested Loop" N "\n        ->  Seq Scan on a" N
     "\n        ->  Seq Scan on b" N,
     "Hash Join" N "\n  ->  Seq Scan on a" N "\n  ->  Hash" N "\n        ->  Seq Scan on b" N,
     "Nested Loop -> Hash Join"},
    {"other-nodes", "HashAggregate" N "\n  ->  Seq Scan on a" N,
     "GroupAggregate" N "\n  ->  Seq Scan on a" N, "HashAggregate -> GroupAggregate"},
    {"new-one", "Seq Scan on a" N, "Sort" N "\n  ->  Seq Scan on a" N, "new: Sort"},
    {"gone", "Memoize" N "\n  ->  Seq Scan on a" N, "Seq Scan on a" N, "gone: Memoize"},
    {"counted", "Append" N "\n  ->  Seq Scan on a" N "\n  ->  Seq Scan on a" N,
     "Append" N "\n  ->  Seq Scan on a" N, "gone: Seq Scan on a"},
    {"order", "Hash Join" N "\n  ->  Seq Scan on a" N "\n  ->  Seq Scan on b" N,
     "Hash Join" N "\n  ->  Seq Scan on b" N "\n  ->  Seq Scan on a" N,
     "the same nodes in another order"},
    {"rows", "Seq Scan on a" N, "Seq Scan on a" M,
     "the same plan; rows expected of Seq Scan on a: 10 -> 4,000"},
    {"nothing", "Seq Scan on a" N, "Seq Scan on a" N,
     "the same plan; sizes, statistics or settings make the cost"},
    {"many",
     "Append" N "\n  ->  Seq Scan on a" N "\n  ->  Seq Scan on b" N "\n  ->  Seq Scan on c" N
     "\n  ->  Seq Scan on d" N "\n  ->  Seq Scan on e" N,
     "Result" N, "gone: Seq Scan on a, Seq Scan on b, Seq Scan on c, 2 more"},
    {"empty", "", "", "the same plan; sizes, statistics or settings make the cost"},
    {"nonsense", "  (cost=\n->  (cost=", "x  (cost= rows=nan\ny", "new: x"},
    {"endless", "x  (cost= rows=1e999", "x  (cost= rows=-5",
     "the same plan; sizes, statistics or settings make the cost"},
};

static void
test_difference(gconstpointer data)
{
    const Difference *difference = data;
    g_autofree char *text = pga_plan_difference(difference->before, difference->after);

    g_assert_cmpstr(text, ==, difference->says);
}

/* As many nodes as a file can have: no time to speak of. */
static void
test_long(void)
{
    g_autoptr(GString) before = g_string_new(NULL), after = g_string_new(NULL);
    g_autofree char *text = NULL;

    for (guint i = 0; i < 10000; i++) {
        g_string_append_printf(before, "->  Seq Scan on t%u" N "\n", i);
        g_string_append_printf(after, "->  Seq Scan on u%u" N "\n", i);
    }
    text = pga_plan_difference(before->str, after->str);
    g_assert_true(g_str_has_suffix(text, "Seq Scan on u2, 9997 more"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/model/plan-changes/fate/%s", cases[i].name);

        g_test_add_data_func(name, &cases[i], test_fate);
    }
    for (guint i = 0; i < G_N_ELEMENTS(differences); i++) {
        g_autofree char *name = g_strdup_printf("/model/plan-difference/%s", differences[i].name);

        g_test_add_data_func(name, &differences[i], test_difference);
    }
    g_test_add_func("/model/plan-changes/gravest-first", test_order);
    g_test_add_func("/model/plan-changes/text-that-changed-most", test_shown);
    g_test_add_func("/model/plan-difference/long-plans", test_long);
    return g_test_run();
}

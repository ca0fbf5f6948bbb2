/* What became of statements in each of its forms, against tests/golden/plans-*; and a state's file
 * that is read back. */
#include <string.h>

#include <golden.h>
#include <render/plan_changes.h>

/** A statement in both states. */
typedef struct {
    const char *text, *failure, *plan_before, *plan_after;
    double calls, before, after;
} Line;

#define COSTS "  (cost=0.00..1.00 rows=10 width=4)"

static const Line lines[] = {
    {"SELECT * FROM orders WHERE customer_id = $1", NULL,
     "Index Scan using orders_customer_idx on orders" COSTS "\n  Index Cond: (customer_id = 42)",
     "Seq Scan on orders" COSTS "\n  Filter: (customer_id = 42)", 1200000, 18.3, 1250},
    {"SELECT note FROM orders WHERE id = $1", "column \"note\" does not exist",
     "Index Scan using orders_pkey on orders" COSTS, NULL, 1, 8.44, -1},
    {"SELECT count(*) FROM orders", NULL, "Seq Scan on orders" COSTS, "Seq Scan on orders" COSTS,
     30, 1500, 1900},
    {"SELECT * FROM customer\n WHERE email = $1", NULL, "Seq Scan on customer" COSTS,
     "Index Scan using customer_email_idx on customer" COSTS, 0, 2084, 8.4},
    {"SELECT \x1b[31mred FROM \"<b>\"", NULL, NULL, "Seq Scan on \"<b>\"" COSTS, 2, -1, 3},
    {"SELECT * FROM nowhere", "relation \"nowhere\" does not exist", NULL, NULL, 1, -1, -1},
    {"SELECT 1", NULL, "Result" COSTS, "Result" COSTS, 5, 0.01, 0.01},
};

static PgaPlannedState *
make_state(gboolean is_after)
{
    PgaPlannedState *state = pga_planned_state_new();

    state->source = g_strdup("monday.pga (PostgreSQL 15.18, snapshot)");
    state->lab = g_strdup("PostgreSQL 15.18");
    state->has_statistics = TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *fingerprint = g_strdup_printf("%016x", 0xabc0 + i);
        PgaPlannedStatement *statement = pga_planned_state_add(state, fingerprint, lines[i].text);
        PgaPlannedText *text = pga_planned_statement_add(statement, lines[i].text, 1);

        statement->calls = lines[i].calls;
        statement->origin = g_strdup("pg_stat_statements");
        text->cost = is_after ? lines[i].after : lines[i].before;
        text->failure = text->cost < 0 ? g_strdup(lines[i].failure) : NULL;
        text->plan = g_strdup(is_after ? lines[i].plan_after : lines[i].plan_before);
        if (i == 0) { /* another value, which changes less */
            text->share = 0.5;
            pga_planned_statement_add(statement, "SELECT 'another'", 0.5)->cost = 20;
        }
    }
    return state;
}

static PgaPlanReport *
make_report(void)
{
    PgaPlanReport *report = pga_plan_report_new();

    report->environment = pga_environment_new();
    report->environment->source_kind = PGA_SOURCE_LIVE;
    report->environment->source_name = g_strdup("shop");
    report->environment->version_num = 150018;
    report->environment->version = g_strdup("15.18");
    report->lab = g_strdup("PostgreSQL 15.18");
    report->min_improvement = 0.1;
    return report;
}

static PgaPlanReport *
make_shop(void)
{
    PgaPlanReport *report = make_report();
    g_autoptr(PgaPlannedState) before = make_state(FALSE), after = make_state(TRUE);

    g_ptr_array_unref(report->changes);
    report->changes = pga_plan_changes(before, after, report->min_improvement);
    report->before = g_strdup(before->source);
    report->lab_before = g_strdup(before->lab);
    report->complete = FALSE;
    g_ptr_array_add(report->not_checked,
                    pga_not_checked_new(NULL, g_strdup("view public.v"), g_strdup("it is broken")));
    g_ptr_array_add(report->notes, g_strdup("1 statement is not planned: a utility statement"));
    return report;
}

static PgaPlanReport *
make_written(void)
{
    PgaPlanReport *report = make_report();
    g_autoptr(PgaPlannedState) state = make_state(FALSE);

    g_ptr_array_unref(report->changes);
    report->changes = pga_plan_changes(state, state, report->min_improvement);
    report->written = g_strdup("plans.json");
    return report;
}

static PgaPlanReport *
make_nothing(void)
{
    PgaPlanReport *report = make_report();

    report->before = g_strdup("plans.json: shop (PostgreSQL 15.18, live)");
    return report;
}

typedef struct {
    const char *name;
    PgaPlanReport *(*make)(void);
    PgaIndexRenderOptions options;
} Form;

static const Form forms[] = {
    {"plans-shop.txt", make_shop, {.width = 80}},
    {"plans-shop-top.txt", make_shop, {.width = 100, .top = 1}},
    {"plans-shop-all.txt", make_shop, {.width = 100, .all = TRUE}},
    {"plans-shop.md", make_shop, {.format = PGA_INDEX_MARKDOWN, .all = TRUE}},
    {"plans-shop.json", make_shop, {.format = PGA_INDEX_JSON}},
    {"plans-written.txt", make_written, {.width = 80}},
    {"plans-written.json", make_written, {.format = PGA_INDEX_JSON}},
    {"plans-nothing.txt", make_nothing, {.width = 80}},
};

static void
test_form(gconstpointer data)
{
    const Form *form = data;
    g_autoptr(PgaPlanReport) report = form->make();
    g_autofree char *text = pga_render_plan_changes(report, &form->options);

    pga_assert_golden(text, form->name);
}

/* A statement that broke and one that got worse are told of; the rest of many is counted. */
static void
test_lists(void)
{
    g_autoptr(PgaPlanReport) report = make_report();
    g_autoptr(PgaPlannedState) before = pga_planned_state_new(), after = pga_planned_state_new();
    g_autofree char *text = NULL, *none = NULL;

    for (guint i = 0; i < 9; i++) {
        g_autofree char *fingerprint = g_strdup_printf("%016x", i);

        pga_planned_statement_add(pga_planned_state_add(before, fingerprint, "SELECT 1"),
                                  "SELECT 1", 1)
            ->cost = 10;
        pga_planned_statement_add(pga_planned_state_add(after, fingerprint, "SELECT 1"), "SELECT 1",
                                  1)
            ->cost = 1;
    }
    g_ptr_array_unref(report->changes);
    report->changes = pga_plan_changes(before, after, report->min_improvement);
    text = pga_render_plan_changes(report, &(PgaIndexRenderOptions){.width = 80});
    g_assert_nonnull(strstr(text, "9 statements get better"));
    g_assert_nonnull(strstr(text, "4 more: --all"));
    g_clear_pointer(&report, pga_plan_report_free);
    report = make_shop();
    none = pga_render_plan_changes(report, &(PgaIndexRenderOptions){.top = -1});
    g_assert_null(strstr(none, "\n1. "));
    g_assert_nonnull(strstr(none, " more: --all"));
}

static void
test_baseline(void)
{
    g_autoptr(PgaPlannedState) state = make_state(FALSE);
    g_autofree char *text = pga_render_plan_baseline(state);

    pga_assert_golden(text, "plans-baseline.json");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autofree char *name = g_strdup_printf("/render/plan-changes/%s", forms[i].name);

        g_test_add_data_func(name, &forms[i], test_form);
    }
    g_test_add_func("/render/plan-changes/lists-are-cut", test_lists);
    g_test_add_func("/render/plan-baseline/file", test_baseline);
    return g_test_run();
}

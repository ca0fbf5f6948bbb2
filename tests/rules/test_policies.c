/* Row security, triggers and constraints that do not do what they say. */
#include "schema.h"

/* A policy for @cmd and @role on a table with or without row security. */
typedef struct {
    const char *name;
    gboolean rls;
    const char *who; /* NULL: no policy */
    const char *qual, *with_check;
    Outcome want;
    PgaSeverity severity;
} PolicyCase;

static const PolicyCase policy_cases[] = {
    {"not-enabled", FALSE, "* app", "(owner = 1)", NULL, FIRES, PGA_SEVERITY_WARNING},
    {"no-policy", TRUE, NULL, NULL, NULL, FIRES, PGA_SEVERITY_INFO},
    {"neither", FALSE, NULL, NULL, NULL, SILENT, 0},
    {"healthy", TRUE, "* public", "(owner = 1)", NULL, SILENT, 0},
    {"all-true", TRUE, "* public", "true", NULL, FIRES, PGA_SEVERITY_WARNING},
    {"insert-true", TRUE, "a public", NULL, "true", FIRES, PGA_SEVERITY_WARNING},
    {"update-checked", TRUE, "w public", "true", "(owner = 1)", SILENT, 0},
    {"delete-true", TRUE, "d public", "true", NULL, FIRES, PGA_SEVERITY_WARNING},
    {"select-true", TRUE, "r public", "true", NULL, SILENT, 0},
    {"one-role-may-all", TRUE, "* service", "true", NULL, SILENT, 0},
};

static void
test_policy(gconstpointer data)
{
    const PolicyCase *c = data;
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);

    schema_extra(model, orders->oid, "orders")->relrowsecurity = c->rls;
    if (c->who)
        schema_policy(model, orders->oid, "p", c->who, c->qual, c->with_check);
    g_assert_cmpint(schema_run(model, "sec-rls-inconsistent"), ==, c->want);
    if (c->want != FIRES)
        return;
    g_assert_cmpstr(model_finding(model)->object, ==, "public.orders");
    g_assert_cmpint(model_finding(model)->severity, ==, c->severity);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    c->rls ? "" : "ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;");
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    c->rls ? "" : "ALTER TABLE public.orders DISABLE ROW LEVEL SECURITY;");
}

static void
test_narrowed(void)
{
    g_autoptr(Model) model = model_new();

    schema_extra(model, 900, "orders")->relrowsecurity = TRUE;
    schema_policy(model, 900, "all", "* public", "true", NULL);
    schema_policy(model, 900, "own", "* public", "(a = 1)", NULL)->permissive = FALSE;
    g_assert_cmpint(schema_run(model, "sec-rls-inconsistent"), ==, SILENT);
}

static void
test_several_permissive(void)
{
    static const char *const whos[] = {"r app", "a app", "w app", "d app", "* app"};

    for (guint i = 0; i < G_N_ELEMENTS(whos); i++) {
        g_autoptr(Model) model = model_new();

        schema_extra(model, 900, "orders")->relrowsecurity = TRUE;
        schema_extra(model, 901, "v")->relkind = 'v';
        schema_policy(model, 900, "a", whos[i], "(a = 1)", NULL);
        schema_policy(model, 900, "b", whos[i], "(b = 1)", NULL);
        schema_policy(model, 900, "c", whos[i], "(b = 1)", NULL);
        g_assert_cmpint(schema_run(model, "sec-rls-inconsistent"), ==, FIRES);
        g_assert_cmpint(model_finding(model)->severity, ==, PGA_SEVERITY_INFO);
        assert_contains(model_finding(model)->evidence, " for app: each is evaluated");
    }
}

static void
test_policies_of_several_roles(void)
{
    g_autoptr(Model) model = model_new();

    schema_extra(model, 900, "orders")->relrowsecurity = TRUE;
    schema_policy(model, 900, "a", "r app", "(a = 1)", NULL);
    schema_policy(model, 900, "b", "r web", "(b = 1)", NULL);
    schema_policy(model, 900, "c", "r app", "(b = 1)", NULL)->permissive = FALSE;
    g_assert_cmpint(schema_run(model, "sec-rls-inconsistent"), ==, SILENT);
}

/** An expression and what it becomes; NULL: nothing to say. */
static const struct {
    const char *qual, *becomes;
} expressions[] = {
    {"(tenant = current_setting('app.t'::text))",
     "(tenant = (SELECT current_setting('app.t'::text)))"},
    {"((tenant)::text = (current_setting('it''s (a'::text, true))::text)",
     "((tenant)::text = ((SELECT current_setting('it''s (a'::text, true)))::text)"},
    {"(tenant = public.my_tenant())", "(tenant = (SELECT public.my_tenant()))"},
    {"(\"current_setting(\" = 1)", NULL},
    {"(tenant = ( SELECT current_setting('app.t'::text) AS current_setting))", NULL},
    {"(EXISTS ( SELECT 1 FROM public.m WHERE (m.id = current_setting('a'::text))))", NULL},
    {"(tenant = public.of_arguments(tenant))", NULL},
    {"(tenant = public.volatile_one())", NULL},
    {"(owner = CURRENT_USER)", NULL},
    {"(note = 'unterminated", NULL},
    {"(tenant = current_setting('unterminated", "(tenant = (SELECT current_setting('unterminated)"},
};

static void
test_initplan(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 50000);

    schema_routine(model, "my_tenant", "")->provolatile = 's';
    schema_routine(model, "of_arguments", "a integer")->provolatile = 's';
    schema_routine(model, "volatile_one", "");
    schema_policy(model, orders->oid, "p", "* app", expressions[i].qual, "(a = 1)");
    g_assert_cmpint(schema_run(model, "sec-rls-initplan"), ==,
                    expressions[i].becomes ? FIRES : SILENT);
    if (expressions[i].becomes) {
        const PgaFinding *finding = model_finding(model);
        g_autofree char *fix =
            g_strdup_printf("ALTER POLICY p ON public.orders USING (%s) WITH CHECK ((a = 1));",
                            expressions[i].becomes);
        g_autofree char *undo =
            g_strdup_printf("ALTER POLICY p ON public.orders USING (%s) WITH CHECK ((a = 1));",
                            expressions[i].qual);

        g_assert_cmpstr(finding->object, ==, "public.orders.p");
        g_assert_cmpstr(fix_at(finding, 0), ==, fix);
        g_assert_cmpstr(undo_at(finding, 0), ==, undo);
    }
}

static void
test_initplan_guards(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *small = model_table(model, "small", 500), *big = model_table(model, "big", 50000);
    const char *call = "current_setting('a'::text)";

    schema_policy(model, small->oid, "p", "* app", call, NULL);
    schema_policy(model, 99, "p", "* app", call, NULL);
    schema_policy(model, big->oid, "p", "a app", NULL, call);
    g_assert_cmpint(schema_run(model, "sec-rls-initplan"), ==, SILENT);
}

/* WITH CHECK goes along. */
static void
test_initplan_of_both(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *big = model_table(model, "big", 50000);

    schema_policy(model, big->oid, "p", "* app", "current_setting('a')", "current_setting('b')");
    g_assert_cmpint(schema_run(model, "sec-rls-initplan"), ==, FIRES);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER POLICY p ON public.big USING ((SELECT current_setting('a'))) WITH CHECK "
                    "((SELECT current_setting('b')));");
}

static void
test_triggers(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaRelation *healthy = model_table(model, "healthy", 1000);
    const PgaFinding *finding;

    schema_trigger(model, orders, "Touch")->tgenabled = 'D';
    schema_trigger(model, orders, "log");
    schema_trigger(model, healthy, "log");
    schema_trigger(model, healthy, "replica")->tgenabled = 'R';
    g_assert_cmpint(schema_run(model, "trigger-disabled"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.orders");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpstr(finding->evidence, ==, "Disabled (pg_trigger.tgenabled): \"Touch\".");
    g_assert_cmpstr(fix_at(finding, 0), ==, "ALTER TABLE public.orders ENABLE TRIGGER \"Touch\";");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "ALTER TABLE public.orders DISABLE TRIGGER \"Touch\";");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_EXECUTE);
}

static PgaTrigger *
internal_trigger(Model *model, const PgaRelation *relation, PgaOid constraint, char enabled)
{
    PgaTrigger *trigger = schema_trigger(model, relation, "RI_ConstraintTrigger_c_1");

    trigger->tgisinternal = TRUE;
    trigger->constraint = constraint;
    trigger->tgenabled = enabled;
    return trigger;
}

static void
test_triggers_of_constraints(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000),
                *items = model_table(model, "items", 1);
    PgaConstraint *key;
    const PgaFinding *finding;

    model_column(orders, "id", "bigint");
    model_column(items, "order_id", "bigint");
    key = model_foreign_key(model, items, "order_id", orders, "id");
    internal_trigger(model, items, key->oid, 'D');
    internal_trigger(model, items, key->oid, 'R');
    internal_trigger(model, orders, 0, 'A');
    schema_trigger(model, items, "own")->tgenabled = 'D';
    g_assert_cmpint(schema_run(model, "trigger-disabled"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_cmpstr(finding->evidence, ==,
                    "Disabled (pg_trigger.tgenabled): own. 2 of the triggers that enforce "
                    "items_order_id_fkey do not fire (pg_trigger.tgenabled).");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_NONE);
}

/* Switched off with its parent's. */
static void
test_triggers_of_partitions(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = model_table(model, "events", 1);
    PgaRelation *first = model_partition(model, events, "events_1", 1);
    PgaRelation *other = model_partition(model, model_table(model, "log", 1), "log_1", 1);

    schema_trigger(model, events, "t")->tgenabled = 'D';
    schema_trigger(model, first, "t")->tgenabled = 'D';
    schema_trigger(model, other, "t")->tgenabled = 'D';
    g_assert_cmpint(schema_run(model, "trigger-disabled"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    schema_finding(model, "public.events");
    schema_finding(model, "public.log_1");
}

static void
test_closed_partition(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = model_table(model, "events", 1);
    PgaRelation *first = model_partition(model, events, "events_1", 1);

    schema_extra(model, first->oid, "events_1")->relrowsecurity = TRUE;
    g_assert_cmpint(schema_run(model, "sec-rls-inconsistent"), ==, SILENT);
}

static void
test_trigger_of_unknown_constraint(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *items = model_table(model, "items", 1);

    internal_trigger(model, items, 77, 'D');
    g_assert_cmpint(schema_run(model, "trigger-disabled"), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "enforce its constraints do not");
}

static void
test_not_valid(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000),
                *items = model_table(model, "items", 5);
    PgaConstraint *key, *check, *unenforced, *partition;
    const PgaFinding *finding;

    model_column(orders, "id", "bigint");
    model_column(items, "order_id", "bigint");
    key = model_foreign_key(model, items, "order_id", orders, "id");
    check = model_check(model, orders, "id");
    unenforced = model_check(model, orders, "id");
    partition = model_check(model, orders, "id");
    key->convalidated = check->convalidated = FALSE;
    unenforced->convalidated = unenforced->conenforced = FALSE;
    partition->convalidated = FALSE;
    partition->conparentid = check->oid;
    g_assert_cmpint(schema_run(model, "constraint-not-valid"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    finding = schema_finding(model, "public.orders.orders_id_check");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER TABLE public.orders VALIDATE CONSTRAINT orders_id_check;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_SAFE);
    assert_contains(finding->evidence, "The check holds");
    finding = schema_finding(model, "public.items.items_order_id_fkey");
    assert_contains(finding->evidence, "The foreign key holds");
    assert_contains(finding->fix.note, "in both tables");
}

static void
test_not_null_not_valid(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    PgaConstraint *constraint;

    model_column(orders, "id", "bigint");
    constraint = model_check(model, orders, "id");
    constraint->contype = 'n';
    constraint->convalidated = FALSE;
    g_assert_cmpint(schema_run(model, "constraint-not-valid"), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "The NOT NULL holds");
}

static void
test_healthy_constraints(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);

    model_column(orders, "id", "bigint");
    model_check(model, orders, "id");
    g_assert_cmpint(schema_run(model, "constraint-not-valid"), ==, SILENT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(policy_cases); i++) {
        g_autofree char *path =
            g_strconcat("/rules/sec-rls-inconsistent/", policy_cases[i].name, NULL);

        g_test_add_data_func(path, &policy_cases[i], test_policy);
    }
    for (guint i = 0; i < G_N_ELEMENTS(expressions); i++) {
        g_autofree char *path = g_strdup_printf("/rules/sec-rls-initplan/expression-%u", i);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_initplan);
    }
    g_test_add_func("/rules/sec-rls-inconsistent/several-permissive", test_several_permissive);
    g_test_add_func("/rules/sec-rls-inconsistent/narrowed", test_narrowed);
    g_test_add_func("/rules/sec-rls-inconsistent/several-roles", test_policies_of_several_roles);
    g_test_add_func("/rules/sec-rls-initplan/guards", test_initplan_guards);
    g_test_add_func("/rules/sec-rls-initplan/with-check", test_initplan_of_both);
    g_test_add_func("/rules/trigger-disabled/users", test_triggers);
    g_test_add_func("/rules/trigger-disabled/constraints", test_triggers_of_constraints);
    g_test_add_func("/rules/trigger-disabled/partitions", test_triggers_of_partitions);
    g_test_add_func("/rules/sec-rls-inconsistent/closed-partition", test_closed_partition);
    g_test_add_func("/rules/trigger-disabled/unknown-constraint",
                    test_trigger_of_unknown_constraint);
    g_test_add_func("/rules/constraint-not-valid/kinds", test_not_valid);
    g_test_add_func("/rules/constraint-not-valid/not-null", test_not_null_not_valid);
    g_test_add_func("/rules/constraint-not-valid/healthy", test_healthy_constraints);
    return g_test_run();
}

/* Rules about sessions: who waits, who idles, who runs long, who holds the oldest snapshot. */
#include <sessions_internal.h>

#include "model.h"

static PgaSession *
session(Model *model, gint32 pid, const char *state)
{
    PgaSession *added = pga_record_add(model->server->sessions, &pga_session_type);

    model->server->sessions_known = TRUE;
    added->pid = pid;
    added->usename = g_strdup("app");
    added->datname = g_strdup("shop");
    added->application_name = g_strdup("web");
    added->backend_type = g_strdup("client backend");
    added->state = g_strdup(state);
    added->query = g_strdup("UPDATE orders SET card = '4111' WHERE id = 1");
    added->query_age = added->state_age = added->xact_age = 5;
    added->wait_age = -1;
    added->xid_age = added->xmin_age = -1;
    return added;
}

static PgaSession *
waiter(Model *model, gint32 pid, const char *blockers, double wait_age)
{
    PgaSession *added = session(model, pid, "active");

    added->blockers = g_strdup(blockers);
    added->wait_event_type = g_strdup("Lock");
    added->lock_mode = g_strdup("ShareLock");
    added->lock_relation = g_strdup("public.orders");
    added->wait_age = wait_age;
    return added;
}

static void
set(char **field, const char *value)
{
    g_free(*field);
    *field = g_strdup(value);
}

static void
test_long_running(void)
{
    static const struct {
        const char *backend_type, *application, *state, *wait, *query;
        double age;
        PgaWorkloadClass workload;
        Outcome expected;
    } cases[] = {
        {"client backend", "web", "active", NULL, "SELECT 1", 61, PGA_WORKLOAD_UNKNOWN, FIRES},
        {"client backend", "web", "active", NULL, "SELECT 1", 59, PGA_WORKLOAD_UNKNOWN, SILENT},
        {"client backend", "web", "active", NULL, "SELECT 1", 3599, PGA_WORKLOAD_OLAP, SILENT},
        {"client backend", "web", "active", NULL, "SELECT 1", 3601, PGA_WORKLOAD_OLAP, FIRES},
        {"client backend", "web", "active", NULL, NULL, 61, PGA_WORKLOAD_OLTP, FIRES},
        {"client backend", "web", "active", "Lock", "SELECT 1", 61, PGA_WORKLOAD_OLTP, SILENT},
        {"client backend", "web", "idle", NULL, "SELECT 1", 61, PGA_WORKLOAD_OLTP, SILENT},
        {"client backend", "pg_dump", "active", NULL, "SELECT", 61, PGA_WORKLOAD_OLTP, SILENT},
        {"client backend", "pg_restore", "active", NULL, "X", 61, PGA_WORKLOAD_OLTP, SILENT},
        {"client backend", "pg_basebackup", "active", NULL, "X", 61, PGA_WORKLOAD_OLTP, SILENT},
        {"client backend", NULL, "active", NULL, "X", 61, PGA_WORKLOAD_OLTP, FIRES},
        {"client backend", "w", "active", NULL, " CREATE INDEX", 61, PGA_WORKLOAD_OLTP, SILENT},
        {"client backend", "w", "active", NULL, "vacuum t", 61, PGA_WORKLOAD_OLTP, SILENT},
        {"walsender", "w", "active", NULL, "START", 61, PGA_WORKLOAD_OLTP, SILENT},
        {"autovacuum worker", "", "active", NULL, "X", 61, PGA_WORKLOAD_OLTP, SILENT},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaSession *added = session(model, 7, cases[i].state);

        set(&added->backend_type, cases[i].backend_type);
        set(&added->application_name, cases[i].application);
        set(&added->wait_event_type, cases[i].wait);
        set(&added->query, cases[i].query);
        added->query_age = cases[i].age;
        model->environment->workload = cases[i].workload;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "query-long-running"), ==, cases[i].expected);
    }
}

/* What the statement holds is nobody's business in a report that is kept. */
static void
test_long_running_text(void)
{
    static const char *const queries[] = {"SELECT 'secret'",
                                          "-- hm",
                                          "drop table x",
                                          NULL,
                                          "(select 1)",
                                          "WITH a AS (SELECT 1) TABLE a",
                                          "-- hm"};
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
        PgaSession *added = session(model, (gint32)(100 + i), "active");

        set(&added->query, queries[i]);
        added->query_age = 100 + i;
    }
    g_assert_cmpint(model_run(model, "query-long-running"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "role app in database shop");
    g_assert_cmpstr(finding->evidence, ==,
                    "process 106 (web), a statement: 1.8 min; process 105 (web), WITH: 1.8 min; "
                    "process 104 (web), "
                    "SELECT: 1.7 min; process 103 (web): 1.7 min; process 102 (web), DROP TABLE: "
                    "1.7 min; 2 more. Statements of this workload should end within 1 min.");
    g_assert_cmpuint(finding->fix.sql->len, ==, 5);
    g_assert_cmpstr(fix_at(finding, 0), ==, "SELECT pg_cancel_backend(106);");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_REVIEW);
}

static void
test_hidden(void)
{
    static const char *const rules[] = {"query-long-running", "txn-idle-in-transaction",
                                        "xmin-horizon-held"};

    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autoptr(Model) model = model_new();

        g_assert_cmpint(model_run(model, rules[i]), ==, NOT_EVALUATED);
    }
}

static void
test_idle(void)
{
    static const struct {
        const char *state, *application;
        double age;
        gint64 xid_age;
        Outcome expected;
        PgaSeverity severity;
    } cases[] = {
        {"idle in transaction", "web", 59, -1, SILENT, 0},
        {"idle in transaction", "web", 61, -1, FIRES, PGA_SEVERITY_WARNING},
        {"idle in transaction (aborted)", "web", 61, 5, FIRES, PGA_SEVERITY_WARNING},
        {"idle in transaction", "web", 901, -1, FIRES, PGA_SEVERITY_ERROR},
        {"idle in transaction", "web", 61, 1000000, FIRES, PGA_SEVERITY_ERROR},
        {"idle in transaction", "pg_dump", 9999, -1, SILENT, 0},
        {"idle", "web", 9999, -1, SILENT, 0},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaSession *added = session(model, 7, cases[i].state);

        set(&added->application_name, cases[i].application);
        added->state_age = cases[i].age;
        added->xid_age = cases[i].xid_age;
        session(model, 8, "active")->xmin_age = 999999;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "txn-idle-in-transaction"), ==, cases[i].expected);
        if (cases[i].expected == FIRES) {
            g_assert_cmpint(model_finding(model)->severity, ==, cases[i].severity);
            g_assert_cmpstr(fix_at(model_finding(model), 0), ==, "SELECT pg_terminate_backend(7);");
        }
    }
}

static void
test_lock_waits(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    session(model, 1, "idle in transaction")->state_age = 720;
    waiter(model, 2, "{1}", 301);
    waiter(model, 3, "{1,2}", 20);
    waiter(model, 4, "{2}", 11);
    g_assert_cmpint(model_run(model, "lock-waits"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "role app in database shop");
    g_assert_cmpstr(finding->evidence, ==,
                    "process 1 (web), UPDATE, idle in transaction for 12 min, holds up 3 sessions, "
                    "the longest for 5 min. The one that waits longest wants ShareLock on "
                    "public.orders.");
    g_assert_cmpstr(fix_at(finding, 0), ==, "SELECT pg_terminate_backend(1);");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
}

static void
test_lock_waits_roots(void)
{
    static const struct {
        const char *backend_type, *query, *state;
        const char *sql, *note;
    } cases[] = {
        {"client backend", "UPDATE t", "active", "SELECT pg_cancel_backend(1);", "lock_timeout"},
        {"autovacuum worker", "autovacuum: VACUUM public.t", "active",
         "SELECT pg_cancel_backend(1);", "rolled back"},
        {"autovacuum worker", "autovacuum: VACUUM public.t (to prevent wraparound)", "active", "",
         "prevents wraparound"},
        {"walsender", "START_REPLICATION", "active", "", "no session that could be ended"},
        {"startup", NULL, NULL, "", "no session that could be ended"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaSession *root = session(model, 1, cases[i].state);

        set(&root->backend_type, cases[i].backend_type);
        set(&root->query, cases[i].query);
        if (!cases[i].state)
            set(&root->usename, NULL);
        set(&waiter(model, 2, "{1}", 20)->lock_mode, NULL);
        g_assert_cmpint(model_run(model, "lock-waits"), ==, FIRES);
        g_assert_cmpstr(fix_at(model_finding(model), 0), ==, cases[i].sql);
        assert_contains(model_finding(model)->fix.note, cases[i].note);
    }
}

static void
test_lock_waits_no_session(void)
{
    g_autoptr(Model) model = model_new();
    PgaPreparedTransaction *prepared =
        pga_record_add(model->server->prepared, &pga_prepared_transaction_type);

    prepared->gid = g_strdup("it's");
    set(&waiter(model, 2, "{0}", 20)->prepared_blocker, "it's");
    waiter(model, 3, "{99}", 20);
    waiter(model, 4, "{5}", 9);
    waiter(model, 5, "{4}", 9);
    g_assert_cmpint(model_run(model, "lock-waits"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    g_assert_cmpstr(model_finding_at(model, 0)->object, ==, "prepared transaction it's");
    assert_contains(model_finding_at(model, 0)->fix.note, "ROLLBACK PREPARED 'it''s';");
    g_assert_cmpuint(model_finding_at(model, 0)->fix.sql->len, ==, 0);
    g_assert_cmpstr(model_finding_at(model, 1)->object, ==, "a session that is gone");
}

static void
test_lock_waits_deadlock(void)
{
    g_autoptr(Model) model = model_new();

    waiter(model, 4, "{5}", 20);
    waiter(model, 5, "{4}", 21);
    waiter(model, 6, "{0}", 22);
    g_assert_cmpint(model_run(model, "lock-waits"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    g_assert_cmpstr(model_finding_at(model, 0)->object, ==, "a prepared transaction");
    assert_contains(model_finding_at(model, 1)->evidence, "a deadlock");
}

static void
test_horizon(void)
{
    static const struct {
        gint64 xids;
        double age;
        Outcome expected;
    } cases[] = {
        {10000000, -1, SILENT}, {10000001, -1, FIRES}, {10000, 3601, FIRES},
        {9999, 3601, SILENT},   {10000, 3600, SILENT}, {-1, 9999, SILENT},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaSession *added = session(model, 7, "active");

        added->xmin_age = cases[i].xids;
        added->xact_age = cases[i].age;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "xmin-horizon-held"), ==, cases[i].expected);
    }
}

static void
test_horizon_holders(void)
{
    g_autoptr(Model) model = model_new();
    PgaPreparedTransaction *prepared =
        pga_record_add(model->server->prepared, &pga_prepared_transaction_type);

    prepared->gid = g_strdup("px");
    prepared->xid_age = 20000000;
    prepared->age = 7200;
    set(&session(model, 3, "active")->query, "autovacuum: VACUUM public.t");
    session(model, 4, "active")->xmin_age = 1;
    g_assert_cmpint(model_run(model, "xmin-horizon-held"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "prepared transaction px");
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "The oldest snapshot of the server is 20 M transactions old, held for 2 h; no "
                    "row that died since can be removed.");
}

static void
test_horizon_replication(void)
{
    g_autoptr(Model) model = model_new();
    g_autoptr(Model) other = model_new();
    PgaReplicationSlot *slot = pga_record_add(model->server->slots, &pga_replication_slot_type);
    PgaWalSender *sender = pga_record_add(other->server->senders, &pga_wal_sender_type);

    slot->slot_name = g_strdup("cdc");
    slot->xmin_age = -1;
    slot->catalog_xmin_age = 20000000;
    slot->inactive_age = -1;
    g_assert_cmpint(model_run(model, "xmin-horizon-held"), ==, FIRES);
    g_assert_cmpstr(model_finding_at(model, 0)->object, ==, "replication slot cdc");
    assert_contains(model_finding_at(model, 0)->fix.note, "pg_drop_replication_slot('cdc')");
    g_assert_cmpstr(model_finding_at(model, 0)->evidence, ==,
                    "The oldest snapshot of the system catalogs is 20 M transactions old; no row "
                    "of them that died since can be removed.");
    session(model, 9, "active")->xmin_age = 15000000; /* keeps the rows of tables, too */
    g_assert_cmpint(model_run(model, "xmin-horizon-held"), ==, FIRES);
    g_assert_cmpint(model_finding_at(model, 1)->fix.sql->len, ==, 1);
    assert_contains(model_finding_at(model, 1)->evidence, "of the server is 15 M transactions old");

    sender->xmin_age = 20000000;
    set(&session(other, 5, "active")->backend_type, "walsender");
    g_assert_cmpint(model_run(other, "xmin-horizon-held"), ==, FIRES);
    g_assert_cmpstr(model_finding(other)->object, ==, "standby (unnamed)");
}

static void
add_workers(Model *model, guint n_workers, guint n_due)
{
    model_setting(model, "autovacuum_max_workers", "3", NULL);
    model_setting(model, "autovacuum_vacuum_threshold", "50", NULL);
    model_setting(model, "autovacuum_vacuum_scale_factor", "0.2", NULL);
    for (guint i = 0; i < n_workers; i++)
        set(&session(model, (gint32)i + 1, "active")->backend_type, "autovacuum worker");
    for (guint i = 0; i < n_due; i++) {
        g_autofree char *name = g_strdup_printf("t%u", i);
        PgaRelation *relation = model_table(model, name, 100);

        relation->has_counters = TRUE;
        relation->counters.n_dead_tup = 1000;
    }
}

static void
test_workers(void)
{
    static const struct {
        guint n_workers, n_due;
        const char *cost_limit;
        Outcome expected;
        const char *note;
    } cases[] = {
        {3, 3, "-1", FIRES, "shared by all workers"},
        {3, 3, "5000", FIRES, "raise autovacuum_max_workers"},
        {2, 3, "-1", SILENT, NULL},
        {3, 2, "-1", SILENT, NULL},
        {0, 3, "-1", NOT_EVALUATED, NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();

        add_workers(model, cases[i].n_workers, cases[i].n_due);
        model_setting(model, "autovacuum_vacuum_cost_limit", cases[i].cost_limit, NULL);
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "autovacuum-workers-saturated"), ==, cases[i].expected);
        if (cases[i].note)
            assert_contains(model_finding(model)->fix.note, cases[i].note);
    }
}

/* Every path of what a group and a session are called. */
static void
test_names(void)
{
    g_autoptr(Model) model = model_new();
    PgaSession *added = session(model, 9, "active");
    g_autofree char *hidden = NULL, *shown = NULL, *unnamed = NULL;

    set(&added->application_name, "");
    unnamed = pga_session_display(added);
    g_assert_cmpstr(unnamed, ==, "process 9 (client backend), UPDATE");
    set(&added->usename, NULL);
    set(&added->backend_type, NULL);
    set(&added->query, NULL);
    hidden = pga_session_object(added);
    shown = pga_session_display(added);
    g_assert_cmpstr(hidden, ==, "a hidden session");
    g_assert_cmpstr(shown, ==, "process 9 (no application_name)");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/sessions/long-running", test_long_running);
    g_test_add_func("/rules/sessions/long-running-text", test_long_running_text);
    g_test_add_func("/rules/sessions/hidden", test_hidden);
    g_test_add_func("/rules/sessions/idle", test_idle);
    g_test_add_func("/rules/sessions/lock-waits", test_lock_waits);
    g_test_add_func("/rules/sessions/lock-waits-by-root", test_lock_waits_roots);
    g_test_add_func("/rules/sessions/lock-waits-no-session", test_lock_waits_no_session);
    g_test_add_func("/rules/sessions/lock-waits-deadlock", test_lock_waits_deadlock);
    g_test_add_func("/rules/sessions/horizon", test_horizon);
    g_test_add_func("/rules/sessions/horizon-holders", test_horizon_holders);
    g_test_add_func("/rules/sessions/horizon-replication", test_horizon_replication);
    g_test_add_func("/rules/sessions/workers", test_workers);
    g_test_add_func("/rules/sessions/names", test_names);
    return g_test_run();
}

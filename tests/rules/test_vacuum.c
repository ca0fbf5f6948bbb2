/* Rules about VACUUM: when autovacuum should have come, and what it is kept from. */
#include <maintenance_internal.h>
#include <math.h>

#include "model.h"

static void
add_settings(Model *model)
{
    model_setting(model, "autovacuum", "on", NULL);
    model_setting(model, "track_counts", "on", NULL);
    model_setting(model, "autovacuum_vacuum_threshold", "50", NULL);
    model_setting(model, "autovacuum_vacuum_scale_factor", "0.2", NULL);
    model_setting(model, "autovacuum_freeze_max_age", "200000000", NULL);
    model_setting(model, "maintenance_work_mem", "65536", "kB");
    model_setting(model, "autovacuum_work_mem", "-1", "kB");
    model_setting(model, "default_toast_compression", "pglz", NULL);
}

static PgaRelation *
vacuumed_table(Model *model, const char *name, double rows, gint64 dead)
{
    PgaRelation *relation = model_table(model, name, rows);

    relation->has_counters = TRUE;
    relation->counters.n_dead_tup = dead;
    relation->counters.n_tup_upd = dead;
    relation->counters.last_autovacuum_age = 7200;
    return relation;
}

static void
test_storage_parameters(void)
{
    static const struct {
        const char *options;
        gboolean off;
    } cases[] = {
        {NULL, FALSE},
        {"fillfactor=70", FALSE},
        {"autovacuum_enabled=false", TRUE},
        {"fillfactor=70, autovacuum_enabled=OFF", TRUE},
        {"autovacuum_enabled=0", TRUE},
        {"autovacuum_enabled=n", TRUE},
        {"autovacuum_enabled=of", TRUE},
        {"autovacuum_enabled=on", FALSE},
        {"autovacuum_enabled=", FALSE},
        {"autovacuum_enabled_else=off", FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(pga_reloptions_stop_autovacuum(cases[i].options), ==, cases[i].off);
}

static void
test_disabled_table(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *jobs = vacuumed_table(model, "jobs", 1000, 500);
    const PgaFinding *finding;

    add_settings(model);
    jobs->reloptions = g_strdup("autovacuum_enabled=off");
    g_assert_cmpint(model_run(model, "autovacuum-disabled"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.jobs");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    assert_contains(finding->evidence, "autovacuum_enabled is off, and 500 dead rows");
    g_assert_cmpstr(fix_at(finding, 0), ==, "ALTER TABLE public.jobs RESET (autovacuum_enabled);");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "ALTER TABLE public.jobs SET (autovacuum_enabled = off);");
    g_assert_cmpint(finding->proof.kind, ==, PGA_PROOF_EXECUTE);
}

static void
test_disabled_toast_of_ddl(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *jobs = model_table(model, "jobs", -1);

    model_make_ddl(model);
    model_setting(model, "autovacuum", "off", NULL); /* of the lab: says nothing */
    jobs->toast_reloptions = g_strdup("autovacuum_enabled=false");
    g_assert_cmpint(model_run(model, "autovacuum-disabled"), ==, FIRES);
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.jobs RESET (toast.autovacuum_enabled);");
}

static void
test_disabled_server(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    model_setting(model, "autovacuum", "off", NULL);
    model_setting(model, "track_counts", "off", NULL);
    g_assert_cmpint(model_run(model, "autovacuum-disabled"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    finding = model_finding_at(model, 0);
    g_assert_cmpstr(finding->object, ==, "autovacuum");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    g_assert_cmpstr(fix_at(finding, 0), ==, "ALTER SYSTEM SET autovacuum = 'on';");
}

static void
test_partitions_are_one_finding(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = model_table(model, "events", -1);
    const PgaFinding *finding;

    add_settings(model);
    events->relkind = 'p';
    for (guint i = 0; i < 25; i++) {
        g_autofree char *name = g_strdup_printf("events_%02u", i);
        PgaRelation *leaf = model_partition(model, events, name, i == 7 ? 500 : 100);

        leaf->reloptions = g_strdup("autovacuum_enabled=off");
    }
    g_assert_cmpint(model_run(model, "autovacuum-disabled"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.events");
    assert_contains(finding->evidence,
                    "This is its partition public.events_07, the worst of 25 such partitions.");
    g_assert_cmpuint(finding->fix.sql->len, ==, 20);
    assert_contains(fix_at(finding, 0), "public.events_07 ");
    assert_contains(fix_at(finding, 1), "public.events_00 ");
    assert_contains(finding->fix.note, "The same for 5 more partitions.");
}

static void
test_one_partition(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *events = model_table(model, "events", -1), *leaf;

    events->relkind = 'p';
    leaf = model_partition(model, events, "events_1", 100);
    leaf->reloptions = g_strdup("autovacuum_enabled=off");
    g_assert_cmpint(model_run(model, "autovacuum-disabled"), ==, FIRES);
    assert_contains(model_finding(model)->evidence, " This is its partition public.events_1.");
}

static void
test_tables_that_do_not_count(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *tables[4];

    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        tables[i] = model_table(model, "t", 10);
        tables[i]->reloptions = g_strdup("autovacuum_enabled=off");
    }
    tables[0]->relkind = 'f';
    tables[1]->relpersistence = 't';
    tables[2]->extension = g_strdup("postgis");
    g_free(tables[3]->nspname);
    tables[3]->nspname = g_strdup("_timescaledb_internal");
    g_assert_cmpint(model_run(model, "autovacuum-disabled"), ==, SILENT);
}

static void
test_behind(void)
{
    static const struct {
        double rows;
        gint64 dead;
        double vacuum_age, autovacuum_age;
        const char *options;
        gboolean running;
        Outcome expected;
    } cases[] = {
        {100000, 40101, -1, 7200, NULL, FALSE, FIRES},
        {100000, 40100, -1, 7200, NULL, FALSE, SILENT},
        {100000, 40101, -1, 3599, NULL, FALSE, SILENT},
        {100000, 40101, 60, 7200, NULL, FALSE, SILENT},
        {100000, 40101, 7200, -1, NULL, FALSE, FIRES},
        {100000, 40101, -1, -1, NULL, FALSE, FIRES},
        {100000, 40101, -1, -1, NULL, TRUE, SILENT},
        {100, 9999, -1, -1, NULL, FALSE, SILENT},
        {-1, 10000, -1, -1, NULL, FALSE, FIRES},
        {100000, 40101, -1, -1, "autovacuum_enabled=off", FALSE, FIRES},
        {100000, 40101, -1, -1, "autovacuum_vacuum_scale_factor=0.3", FALSE, SILENT},
        {100000, 20101, -1, -1, "autovacuum_vacuum_scale_factor=0.1", FALSE, FIRES},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = vacuumed_table(model, "orders", cases[i].rows, cases[i].dead);

        add_settings(model);
        orders->counters.last_vacuum_age = cases[i].vacuum_age;
        orders->counters.last_autovacuum_age = cases[i].autovacuum_age;
        orders->reloptions = g_strdup(cases[i].options);
        orders->being_vacuumed = cases[i].running;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "autovacuum-behind"), ==, cases[i].expected);
    }
}

static void
test_behind_with_a_cap(void)
{
    static const struct {
        const char *cap;
        Outcome expected;
    } cases[] = {{"100000000", FIRES}, {"-1", SILENT}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();

        add_settings(model);
        model_setting(model, "autovacuum_vacuum_max_threshold", cases[i].cap, NULL);
        vacuumed_table(model, "orders", 2e9, 300000000);
        g_assert_cmpint(model_run(model, "autovacuum-behind"), ==, cases[i].expected);
    }
}

static void
test_behind_without_autovacuum_or_settings(void)
{
    g_autoptr(Model) off = model_new(), unknown = model_new();

    vacuumed_table(off, "orders", 100, 1000000);
    model_setting(off, "autovacuum", "off", NULL);
    model_setting(off, "autovacuum_vacuum_threshold", "50", NULL);
    model_setting(off, "autovacuum_vacuum_scale_factor", "0.2", NULL);
    g_assert_cmpint(model_run(off, "autovacuum-behind"), ==, FIRES);
    assert_contains(model_finding(off)->fix.note, "Autovacuum is off for it");
    vacuumed_table(unknown, "orders", 100, 1000000);
    g_assert_cmpint(model_run(unknown, "autovacuum-behind"), ==, SILENT);
}

static void
test_behind_text(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    add_settings(model);
    vacuumed_table(model, "orders", 100000, 90000);
    vacuumed_table(model, "never", 100000, 90000)->counters.last_autovacuum_age = -1;
    g_assert_cmpint(model_run(model, "autovacuum-behind"), ==, FIRES);
    finding = model_finding_at(model, 0);
    g_assert_cmpstr(finding->evidence, ==,
                    "90 k dead rows (pg_stat_all_tables.n_dead_tup); autovacuum begins at 20.1 k, "
                    "and the last VACUUM never ran.");
    finding = model_finding_at(model, 1);
    assert_contains(finding->evidence, "and the last VACUUM ended 2 h ago.");
    g_assert_cmpstr(fix_at(finding, 0), ==, "VACUUM (VERBOSE, ANALYZE) public.orders;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_SAFE);
    assert_contains(finding->fix.note, "autovacuum_max_workers are too few");
}

static PgaSession *
session(Model *model, gint32 pid, gint64 xmin_age)
{
    PgaSession *added = pga_record_add(model->server->sessions, &pga_session_type);

    added->pid = pid;
    added->xmin_age = xmin_age;
    added->xid_age = -1;
    added->xact_age = -1;
    return added;
}

/* The oldest one is named, whatever it is. */
static void
test_holder(void)
{
    static const struct {
        gint64 session, prepared, slot, sender;
        const char *expected;
    } cases[] = {
        {200000, -1, -1, -1,
         "the session with process id 4711 of role app, its transaction open for 3 h: SELECT "
         "pg_terminate_backend(4711); ends it (200 k transactions old)."},
        {200000, 300000, -1, -1, "the prepared transaction 'it''s': COMMIT PREPARED"},
        {200000, 300000, 400000, -1, "the replication slot 'debezium'"},
        {200000, 300000, 400000, 500000, "the standby (unnamed)"},
        {99999, -1, -1, -1, NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaSession *app = session(model, 4711, cases[i].session);
        PgaPreparedTransaction *prepared =
            pga_record_add(model->server->prepared, &pga_prepared_transaction_type);
        PgaReplicationSlot *slot = pga_record_add(model->server->slots, &pga_replication_slot_type);
        PgaWalSender *sender = pga_record_add(model->server->senders, &pga_wal_sender_type);

        add_settings(model);
        session(model, 1, 5);
        app->usename = g_strdup("app");
        app->xact_age = 10800;
        prepared->gid = g_strdup("it's");
        prepared->xid_age = cases[i].prepared;
        slot->slot_name = g_strdup("debezium");
        slot->xmin_age = -1;
        slot->catalog_xmin_age = cases[i].slot;
        sender->xmin_age = cases[i].sender;
        vacuumed_table(model, "orders", 100000, 90000);
        g_assert_cmpint(model_run(model, "autovacuum-behind"), ==, FIRES);
        assert_contains(model_finding(model)->fix.note,
                        cases[i].expected ? cases[i].expected : "If this returns");
    }
}

static void
test_scale(void)
{
    static const struct {
        double rows;
        const char *options;
        const char *cap;
        gint64 changed;
        Outcome expected;
    } cases[] = {
        {10000000, NULL, NULL, 1, FIRES},
        {9999999, NULL, NULL, 1, SILENT},
        {10000000, NULL, NULL, 0, SILENT},
        {10000000, "autovacuum_vacuum_scale_factor=0.05", NULL, 1, SILENT},
        {10000000, "autovacuum_vacuum_scale_factor=0.1", NULL, 1, FIRES},
        {10000000, "autovacuum_enabled=off", NULL, 1, SILENT},
        {1e9, NULL, "100000000", 1, SILENT},
        {1e8, NULL, "100000000", 1, FIRES},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = vacuumed_table(model, "orders", cases[i].rows, cases[i].changed);

        add_settings(model);
        if (cases[i].cap)
            model_setting(model, "autovacuum_vacuum_max_threshold", cases[i].cap, NULL);
        orders->reloptions = g_strdup(cases[i].options);
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "autovacuum-scale-large-table"), ==, cases[i].expected);
    }
}

static void
test_scale_fix(void)
{
    static const struct {
        const char *options, *fix, *undo;
    } cases[] = {
        {NULL,
         "ALTER TABLE public.orders SET (autovacuum_vacuum_scale_factor = 0.01, "
         "autovacuum_analyze_scale_factor = 0.01);",
         "ALTER TABLE public.orders RESET (autovacuum_vacuum_scale_factor, "
         "autovacuum_analyze_scale_factor);"},
        {"autovacuum_vacuum_scale_factor=0.4",
         "ALTER TABLE public.orders SET (autovacuum_vacuum_scale_factor = 0.01, "
         "autovacuum_analyze_scale_factor = 0.01);",
         "ALTER TABLE public.orders SET (autovacuum_vacuum_scale_factor = 0.4), RESET "
         "(autovacuum_analyze_scale_factor);"},
        {"autovacuum_analyze_scale_factor=0.02",
         "ALTER TABLE public.orders SET (autovacuum_vacuum_scale_factor = 0.01);",
         "ALTER TABLE public.orders RESET (autovacuum_vacuum_scale_factor);"},
        {"autovacuum_vacuum_scale_factor=0.4, autovacuum_analyze_scale_factor=0.02",
         "ALTER TABLE public.orders SET (autovacuum_vacuum_scale_factor = 0.01);",
         "ALTER TABLE public.orders SET (autovacuum_vacuum_scale_factor = 0.4);"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = vacuumed_table(model, "orders", 20000000, 1);

        add_settings(model);
        orders->reloptions = g_strdup(cases[i].options);
        g_assert_cmpint(model_run(model, "autovacuum-scale-large-table"), ==, FIRES);
        g_assert_cmpstr(fix_at(model_finding(model), 0), ==, cases[i].fix);
        g_assert_cmpstr(undo_at(model_finding(model), 0), ==, cases[i].undo);
    }
}

static PgaProgressEntry *
progress(Model *model, PgaOid relid, gint64 passes)
{
    PgaProgressEntry *entry = pga_record_add(model->server->progress, &pga_progress_entry_type);

    entry->pid = 4711;
    entry->relid = relid;
    entry->index_vacuum_count = passes;
    return entry;
}

static void
test_index_passes(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);
    const PgaFinding *finding;

    add_settings(model);
    progress(model, orders->oid, 3)->is_autovacuum = TRUE;
    progress(model, orders->oid, 1);
    progress(model, 0, 9);
    progress(model, 1, 9); /* not in this database */
    g_assert_cmpint(model_run(model, "vacuum-index-passes"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "public.orders");
    assert_contains(finding->evidence, "with all indexes 3 times and is not done");
    g_assert_cmpstr(fix_at(finding, 0), ==, "ALTER SYSTEM SET maintenance_work_mem = '256MB';");
}

static void
test_index_passes_of_autovacuum_memory(void)
{
    static const struct {
        const char *memory;
        gboolean automatic;
        const char *fix;
    } cases[] = {
        {"16384", TRUE, "ALTER SYSTEM SET autovacuum_work_mem = '64MB';"},
        {"16384", FALSE, "ALTER SYSTEM SET maintenance_work_mem = '256MB';"},
        {"1048576", TRUE, ""},
        {"524288", TRUE, "ALTER SYSTEM SET autovacuum_work_mem = '1GB';"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = model_table(model, "orders", 1000);

        model_setting(model, "maintenance_work_mem", "65536", "kB");
        model_setting(model, "autovacuum_work_mem", cases[i].memory, "kB");
        progress(model, orders->oid, 2)->is_autovacuum = cases[i].automatic;
        g_assert_cmpint(model_run(model, "vacuum-index-passes"), ==, FIRES);
        g_assert_cmpstr(fix_at(model_finding(model), 0), ==, cases[i].fix);
    }
}

static void
test_index_passes_without_settings(void)
{
    g_autoptr(Model) model = model_new();
    PgaRelation *orders = model_table(model, "orders", 1000);

    progress(model, orders->oid, 2);
    g_assert_cmpint(model_run(model, "vacuum-index-passes"), ==, FIRES);
    assert_contains(model_finding(model)->evidence, "maintenance_work_mem is unknown");
    assert_contains(model_finding(model)->fix.note, "vacuum the table more often");
}

static void
test_freeze(void)
{
    static const struct {
        gint64 bytes, age;
        const char *options;
        gboolean running;
        Outcome expected;
    } cases[] = {
        {10737418240, 160000001, NULL, FALSE, FIRES},
        {10737418239, 160000001, NULL, FALSE, SILENT},
        {-1, 160000001, NULL, FALSE, SILENT},
        {10737418240, 160000000, NULL, FALSE, SILENT},
        {10737418240, 160000001, NULL, TRUE, SILENT},
        {10737418240, 90000000, "autovacuum_freeze_max_age=100000000", FALSE, FIRES},
        {10737418240, 160000001, "autovacuum_freeze_max_age=900000000", FALSE, FIRES},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Model) model = model_new();
        PgaRelation *orders = model_table(model, "orders", 1e8);

        add_settings(model);
        orders->heap_bytes = cases[i].bytes;
        orders->frozenxid_age = cases[i].age;
        orders->reloptions = g_strdup(cases[i].options);
        orders->being_vacuumed = cases[i].running;
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "freeze-storm-ahead"), ==, cases[i].expected);
    }
}

static void
test_freeze_text(void)
{
    g_autoptr(Model) model = model_new(), unknown = model_new();
    PgaRelation *orders = model_table(model, "orders", 1e8);
    PgaRelation *other = model_table(unknown, "orders", 1e8);

    add_settings(model);
    orders->heap_bytes = other->heap_bytes = 20000000000;
    orders->frozenxid_age = other->frozenxid_age = 190000000;
    g_assert_cmpint(model_run(model, "freeze-storm-ahead"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "relfrozenxid is 190 M transactions old, the vacuum that cannot be put off "
                    "begins at 200 M, and the table has 20 GB.");
    g_assert_cmpstr(fix_at(model_finding(model), 0), ==, "VACUUM (FREEZE, VERBOSE) public.orders;");
    g_assert_cmpint(model_run(unknown, "freeze-storm-ahead"), ==, SILENT);
}

typedef struct {
    PgaRelation *docs;
    PgaAttribute *body;
} Docs;

static Docs
toasted(Model *model)
{
    Docs made = {.docs = model_table(model, "docs", 1000)};

    made.docs->has_counters = TRUE;
    made.docs->counters.n_tup_upd = 1000;
    made.docs->heap_bytes = 20000000;
    made.docs->toast_bytes = 200000000;
    model_column(made.docs, "id", "bigint")->typlen = 8;
    made.body = model_column(made.docs, "body", "text");
    made.body->typlen = -1;
    made.body->attstorage = 'x';
    return made;
}

static void
test_toast(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    add_settings(model);
    toasted(model);
    g_assert_cmpint(model_run(model, "toast-heavy"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->evidence, ==,
                    "Its TOAST table has 200 MB, its heap 20 MB; 1,000 rows were updated. "
                    "Compressed with pglz: body.");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER TABLE public.docs ALTER COLUMN body SET COMPRESSION lz4;");
    g_assert_cmpstr(undo_at(finding, 0), ==,
                    "ALTER TABLE public.docs ALTER COLUMN body SET COMPRESSION default;");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_LOCK);
}

static void
silence_toast(Docs made, Model *model, guint i)
{
    switch (i) {
    case 0:
        made.docs->toast_bytes = 80000000; /* no more than 4 times the heap */
        break;
    case 1:
        made.docs->toast_bytes = 90000000; /* too few bytes */
        made.docs->heap_bytes = 1000;
        break;
    case 2:
        made.docs->counters.n_tup_upd = 999;
        break;
    case 3:
        made.body->attcompression = 'l';
        break;
    case 4:
        made.body->attstorage = 'e';
        break;
    case 5:
        pga_attribute_add_stats(made.body)->avg_width = 17;
        break;
    case 6:
        model->environment->version_num = 130010;
        break;
    case 7:
        made.docs->has_counters = FALSE;
        break;
    case 8:
        model_setting(model, "default_toast_compression", "lz4", NULL);
        break;
    default:
        made.docs->heap_bytes = -1;
        break;
    }
}

static void
test_toast_is_silent(void)
{
    for (guint i = 0; i < 10; i++) {
        g_autoptr(Model) model = model_new();

        silence_toast(toasted(model), model, i);
        g_test_message("case %u", i);
        g_assert_cmpint(model_run(model, "toast-heavy"), ==, SILENT);
    }
}

static void
test_toast_stated_pglz(void)
{
    g_autoptr(Model) model = model_new();
    const Docs made = toasted(model);

    model_setting(model, "default_toast_compression", "lz4", NULL);
    made.body->attcompression = 'p';
    pga_attribute_add_stats(made.body)->avg_width = 18;
    g_assert_cmpint(model_run(model, "toast-heavy"), ==, FIRES);
    g_assert_cmpstr(undo_at(model_finding(model), 0), ==,
                    "ALTER TABLE public.docs ALTER COLUMN body SET COMPRESSION pglz;");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/vacuum/storage-parameters", test_storage_parameters);
    g_test_add_func("/rules/vacuum/disabled/table", test_disabled_table);
    g_test_add_func("/rules/vacuum/disabled/toast-of-ddl", test_disabled_toast_of_ddl);
    g_test_add_func("/rules/vacuum/disabled/server", test_disabled_server);
    g_test_add_func("/rules/vacuum/partitions/one-finding", test_partitions_are_one_finding);
    g_test_add_func("/rules/vacuum/partitions/single", test_one_partition);
    g_test_add_func("/rules/vacuum/others-are-left-alone", test_tables_that_do_not_count);
    g_test_add_func("/rules/vacuum/behind/threshold", test_behind);
    g_test_add_func("/rules/vacuum/behind/cap", test_behind_with_a_cap);
    g_test_add_func("/rules/vacuum/behind/not-judged", test_behind_without_autovacuum_or_settings);
    g_test_add_func("/rules/vacuum/behind/text", test_behind_text);
    g_test_add_func("/rules/vacuum/behind/holder", test_holder);
    g_test_add_func("/rules/vacuum/scale/threshold", test_scale);
    g_test_add_func("/rules/vacuum/scale/fix-and-undo", test_scale_fix);
    g_test_add_func("/rules/vacuum/index-passes/fires", test_index_passes);
    g_test_add_func("/rules/vacuum/index-passes/memory", test_index_passes_of_autovacuum_memory);
    g_test_add_func("/rules/vacuum/index-passes/no-settings", test_index_passes_without_settings);
    g_test_add_func("/rules/vacuum/freeze/thresholds", test_freeze);
    g_test_add_func("/rules/vacuum/freeze/text", test_freeze_text);
    g_test_add_func("/rules/vacuum/toast/fix-and-undo", test_toast);
    g_test_add_func("/rules/vacuum/toast/silent", test_toast_is_silent);
    g_test_add_func("/rules/vacuum/toast/stated-pglz", test_toast_stated_pglz);
    return g_test_run();
}

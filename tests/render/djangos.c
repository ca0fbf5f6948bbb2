#include "djangos.h"

#include <model/lint_report.h>

static PgaFinding *
finding(GPtrArray *list, const char *rule, PgaSeverity severity, const char *object,
        const char *title)
{
    PgaFinding *finding = pga_finding_new(rule);

    finding->severity = severity;
    finding->category = "concurrency";
    finding->object = g_strdup(object);
    finding->title = g_strdup(title);
    finding->fingerprint = pga_finding_fingerprint(rule, object);
    finding->docs_title = "Row-Level Locks";
    finding->docs_url = "https://www.postgresql.org/docs/17/explicit-locking.html";
    finding->requirements = "DJ-2";
    finding->when_not = "Only one process ever writes the row.";
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    g_ptr_array_add(list, finding);
    return finding;
}

static void
at(PgaFinding *finding, const char *file, guint line)
{
    finding->file = g_strdup(file);
    finding->line = line;
    finding->column = 5;
}

static void
step(GPtrArray *steps, guint process, const char *does, const char *sql, const char *saw)
{
    pga_interleaving_add(steps, process, does, g_strdup(sql));
    ((PgaInterleavingStep *)g_ptr_array_index(steps, steps->len - 1))->saw = g_strdup(saw);
}

static PgaInterleaving *
race(void)
{
    static const char read[] = "SELECT stock FROM shop_item WHERE id = 1";
    static const char write[] = "UPDATE shop_item SET stock = 9 WHERE id = 1";
    PgaInterleaving *race = pga_interleaving_new();

    g_ptr_array_add(race->setup, g_strdup("INSERT INTO shop_item VALUES (1, 10)"));
    step(race->steps, 1, "reads stock", read, "10");
    step(race->steps, 2, "reads stock", read, "10");
    step(race->steps, 1, "writes it", write, "1 row");
    step(race->steps, 2, "writes it", write, "1 row");
    step(race->fixed, 1, "takes one", "UPDATE shop_item SET stock = stock - 1 WHERE id = 1", NULL);
    race->observe = g_strdup("SELECT stock FROM shop_item");
    race->expected = g_strdup("8");
    race->result = g_strdup("9");
    race->fixed_result = g_strdup("8");
    race->outcome = g_strdup("8 expected, 9 found on PostgreSQL 17 (lab); after the fix 8");
    race->done = TRUE;
    return race;
}

static void
add_findings(PgaDjangoReport *report)
{
    PgaFinding *lost = finding(report->findings, "dj-read-modify-write", PGA_SEVERITY_ERROR,
                               "shop.Item in shop.views.take", "Read, changed in Python, saved");
    PgaFinding *index = finding(report->findings, "dj-filter-unindexed", PGA_SEVERITY_WARNING,
                                "shop.Order.status", "Filtered by, without an index");
    PgaFinding *hint = finding(report->findings, "dj-null-text", PGA_SEVERITY_INFO,
                               "shop.Order.note", "Two ways to say nothing");

    at(lost, "shop/views.py", 12);
    lost->statement = g_strdup("item.stock -= 1");
    lost->evidence = g_strdup("stock is read in line 11 and saved in line 13.");
    lost->interleaving = race();
    pga_finding_set_gain(lost, 2, 1, "bytes", "measured");
    lost->fix.code = g_strdup("Item.objects.filter(pk=item.pk).update(\n    stock=F(\"stock\") - 1,"
                              "\n)\n");
    lost->fix.note = g_strdup("Read the new value with refresh_from_db().");
    g_hash_table_insert(report->excerpts, pga_lint_excerpt_key("shop/views.py", 12),
                        g_strdup("    item.stock -= 1  # \033[31mtake ``` one"));
    at(index, "shop/views.py", 40);
    index->statement = g_strdup("Order.objects.filter(status=\"new\")");
    index->evidence = g_strdup("2 queries filter by status.");
    pga_finding_add_sql(index, g_strdup("CREATE INDEX CONCURRENTLY i ON shop_order (status);"));
    pga_finding_add_undo(index, g_strdup("DROP INDEX CONCURRENTLY i;"));
    hint->evidence = g_strdup("NULL and \"\" both mean that there is none.");
    at(finding(report->findings, "dj-len", PGA_SEVERITY_INFO, "shop.Order in shop.views",
               "Rows fetched to count them"),
       "web/shop/__init__.py", 7);
    for (guint i = 1; i <= 2; i++)
        at(finding(report->findings, "dj-choices", PGA_SEVERITY_INFO, "shop.Order.status",
                   "Choices < the database's"),
           "shop/models.py", i);
    finding(report->set_aside, "dj-null-text", PGA_SEVERITY_INFO, "shop.Item.note", "Set aside")
        ->reason = g_strdup("known");
    at(finding(report->set_aside, "dj-null-text", PGA_SEVERITY_INFO, "shop.Item.b", "Aside"),
       "shop/models.py", 3);
    ((PgaFinding *)g_ptr_array_index(report->set_aside, 1))->in_source = TRUE;
    finding(report->baseline, "dj-secret", PGA_SEVERITY_ERROR, "shop.settings", "A password");
}

/* Of a table that changes, and of one that does not. */
static void
add_map(PgaDjangoReport *report)
{
    static const struct {
        const char *model, *name, *origin, *key, *method;
        PgaDjangoIndexChange change;
    } entries[] = {
        {"shop.Item", NULL, "primary_key", "id", "btree", PGA_DJANGO_INDEX_STAYS},
        {"shop.Order", NULL, "primary_key", "id", "btree", PGA_DJANGO_INDEX_STAYS},
        {"shop.Order", "order_number", "Meta.constraints", "number", "btree",
         PGA_DJANGO_INDEX_STAYS},
        {"shop.Order", NULL, "db_index", "status", "btree", PGA_DJANGO_INDEX_GOES},
        {"shop.Order", "order_status", "dj-filter-unindexed", "status", "btree",
         PGA_DJANGO_INDEX_COMES},
        {"shop.Order", "order_note", "advisor", "OpClass(Upper(\"note\"), name=\"gin_trgm_ops\")",
         "gin", PGA_DJANGO_INDEX_COMES},
    };

    for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
        PgaDjangoMapEntry *entry = pga_django_map_entry_new();

        entry->model = g_strdup(entries[i].model);
        entry->table = g_ascii_strdown(entries[i].model, -1);
        entry->name = g_strdup(entries[i].name);
        entry->origin = g_strdup(entries[i].origin);
        entry->method = g_strdup(entries[i].method);
        entry->change = entries[i].change;
        entry->is_unique = i <= 2;
        entry->condition = i == 4 ? g_strdup("models.Q(is_open=True)") : NULL;
        g_ptr_array_add(entry->keys, g_strdup(entries[i].key));
        g_ptr_array_add(report->index_map, entry);
    }
    g_ptr_array_add(((PgaDjangoMapEntry *)g_ptr_array_index(report->index_map, 4))->keys,
                    g_strdup("-created"));
}

static void
add_rule(PgaDjangoReport *report)
{
    PgaRuleText *rule = g_new0(PgaRuleText, 1);

    rule->id = "dj-read-modify-write";
    rule->title = "Read, changed in Python, saved";
    rule->category = "concurrency";
    rule->severity = PGA_SEVERITY_ERROR;
    rule->why = "Two processes read the same value: one of the two changes is lost.";
    rule->when_not = "Only one process ever writes the row.";
    rule->fix = "Changes the value in the database.";
    rule->verb = "django";
    rule->docs_page = "explicit-locking.html";
    rule->docs_title = "Row-Level Locks";
    rule->requirements = "DJ-2";
    g_ptr_array_add(report->rules, rule);
}

static void
decide(PgaDjangoReport *report, PgaDecisionQuestion question, const char *subject, gboolean is_fine,
       const char *answer)
{
    PgaDjangoDecision *decision = g_new0(PgaDjangoDecision, 1);

    decision->question = question;
    decision->subject = g_strdup(subject);
    decision->is_fine = is_fine;
    decision->answer = g_strdup(answer);
    decision->evidence = g_strdup(is_fine ? "" : "1 query");
    decision->file = is_fine ? NULL : g_strdup("shop/models.py");
    decision->line = is_fine ? 0 : 4;
    g_ptr_array_add(report->decisions, decision);
}

static PgaDjangoPlan *
plan(PgaDjangoReport *report, const char *place, gboolean planned)
{
    PgaDjangoPlan *plan = pga_django_plan_new();

    plan->name = g_strdup("shop.views.orders");
    plan->code = g_strdup("Order.objects.filter(status=\"new\")");
    plan->planned = planned;
    if (place)
        g_ptr_array_add(plan->places, g_strdup(place));
    g_ptr_array_add(report->plans, plan);
    return plan;
}

void
django_add_plan(PgaDjangoReport *report, double before, double after)
{
    PgaDjangoPlan *one = plan(report, NULL, TRUE);

    one->before = before;
    one->after = after;
}

static void
add_plans(PgaDjangoReport *report)
{
    PgaDjangoPlan *better = plan(report, "shop/views.py:40", TRUE);
    PgaDjangoPlan *same = plan(report, NULL, TRUE);
    PgaDjangoRows *rows = g_new0(PgaDjangoRows, 1);

    better->model = g_strdup("shop.Order");
    g_ptr_array_add(better->places, g_strdup("shop/tasks.py:4"));
    better->sql = g_strdup("SELECT * FROM shop_order WHERE status = $1");
    better->before = 1834;
    better->after = 44.2;
    better->scan_before = g_strdup("Seq Scan on shop_order");
    better->scan_after = g_strdup("Index Scan using shop_order_new on shop_order");
    g_ptr_array_add(better->indexes, g_strdup("shop_order_new"));
    g_ptr_array_add(better->indexes, g_strdup("shop_order_done"));
    g_ptr_array_add(better->indexes, g_strdup("shop_order_status"));
    same->before = same->after = 12;
    same->hindrance = g_strdup("all rows are asked for");
    plan(report, "shop/views.py:50", FALSE)->why = g_strdup("method published()");
    rows->model = g_strdup("shop.Order");
    rows->table = g_strdup("shop_order");
    rows->rows = 1e6;
    rows->how = "stated";
    g_ptr_array_add(report->rows, rows);
    report->n_planned = 2;
}

static void
add_change(PgaDjangoReport *report, guint number)
{
    PgaDjangoChange *change = pga_django_change_new();

    change->file = g_strdup("shop/models.py");
    change->line = number;
    change->model = g_strdup_printf("shop.Order%u", number);
    change->code = g_strdup("class Order(models.Model):\n\tclass Meta:\n\n\t\tindexes = [x]\n");
    g_ptr_array_add(change->reasons, g_strdup("status is filtered by (dj-filter-unindexed)"));
    g_ptr_array_add(report->changes, change);
}

static void
add_migration(PgaDjangoReport *report, const char *lock)
{
    PgaDjangoMigrationPlan *plan = pga_django_migration_plan_new();

    plan->app = g_strdup("shop");
    plan->name = g_strdup("0007_order_status");
    plan->path = g_strdup("shop/migrations/0007_order_status.py");
    plan->code = g_strdup("class Migration(migrations.Migration):\n    atomic = False\n");
    plan->sql = g_strdup(lock ? "CREATE INDEX CONCURRENTLY i ON shop_order (status);"
                              : "BEGIN;\nSELECT 1;\nSELECT 2;\nSELECT 3;\nCOMMIT;\n");
    plan->why = g_strdup("Builds the index while others write.");
    plan->lock = g_strdup(lock);
    g_ptr_array_add(plan->rules, g_strdup("dj-filter-unindexed"));
    g_ptr_array_add(report->migrations, plan);
}

static void
add_rest(PgaDjangoReport *report)
{
    PgaNotChecked *unread =
        pga_not_checked_new(NULL, g_strdup("shop/old.py"), g_strdup("not UTF-8"));

    unread->file = g_strdup("shop/old.py");
    unread->line = unread->column = 1;
    g_ptr_array_add(report->not_checked, unread);
    for (guint i = 0; i < 11; i++)
        g_ptr_array_add(
            report->not_checked,
            pga_not_checked_new(i ? NULL : "dj-secret", g_strdup("plans"), g_strdup("no server")));
    g_ptr_array_add(report->notes, g_strdup("--rows names shop.Ordr."));
    g_ptr_array_add(report->apps, g_strdup("shop"));
    report->complete = g_strdup("some files could not be read");
    report->n_possible = 3;
}

PgaDjangoReport *
django_report_of_shop(void)
{
    PgaDjangoReport *report = django_report_of_nothing();
    PgaDjangoDiagram *diagram;

    add_findings(report);
    add_rule(report);
    add_map(report);
    decide(report, PGA_DECISION_INDEX, "shop.Order", FALSE, "no index leads with status");
    decide(report, PGA_DECISION_INDEX, "shop.Item", TRUE, "all are");
    for (guint i = 0; i < 14; i++) {
        g_autofree char *subject = g_strdup_printf("shop.Order%u", i);

        decide(report, PGA_DECISION_CONSTRAINT, subject, FALSE, "total may be negative");
    }
    decide(report, PGA_DECISION_CONSTRAINT, "shop.Order0", FALSE, "its name may be empty");
    decide(report, PGA_DECISION_CONCURRENCY, "shop.views.take", FALSE, "another one writes it");
    ((PgaDjangoDecision *)g_ptr_array_index(report->decisions, report->decisions->len - 1))
        ->of_query = TRUE;
    decide(report, PGA_DECISION_JSON, "shop.Item", TRUE, "there is no JSON");
    report->diagram = g_strdup("erDiagram\n    ORDER {\n        bigint id PK\n    }\n");
    diagram = g_new0(PgaDjangoDiagram, 1);
    diagram->title = g_strdup("app shop");
    diagram->text = g_strdup("erDiagram\n    LINE {\n        bigint id PK\n    }\n");
    g_ptr_array_add(report->diagrams, diagram);
    for (guint i = 1; i <= 9; i++)
        add_change(report, i);
    report->sql = g_strdup("CREATE INDEX CONCURRENTLY i ON shop_order (status);");
    add_plans(report);
    add_migration(report, "SHARE UPDATE EXCLUSIVE");
    add_migration(report, NULL);
    add_rest(report);
    return report;
}

PgaDjangoReport *
django_report_of_nothing(void)
{
    PgaDjangoReport *report = pga_django_report_new();

    report->project = g_strdup("backend");
    report->django_version = g_strdup("4.2");
    report->version_source = g_strdup("requirements.txt");
    report->sizes_source = g_strdup("Rows are those of --rows.");
    report->version = 170000;
    report->n_files = 3;
    report->n_models = report->n_queries = 1;
    report->n_lines = 1234;
    return report;
}

#include "lints.h"

#include <string.h>

static PgaLintStatement *
statement(PgaLintReport *report, const char *file, guint line, guint last_line, const char *text)
{
    PgaLintStatement *statement = pga_lint_statement_new();

    statement->file = g_strdup(file);
    statement->line = line;
    statement->column = 1;
    statement->last_line = last_line;
    statement->last_column = 80;
    statement->text = g_strdup(text);
    statement->transaction = line;
    statement->known = TRUE;
    g_ptr_array_add(report->statements, statement);
    return statement;
}

static void
lock(GArray *locks, const char *mode, const char *relation)
{
    PgaLintLock entry = {.relation = g_strdup(relation), .mode = mode};

    g_array_append_val(locks, entry);
}

static PgaFinding *
finding(GPtrArray *list, const char *rule, PgaSeverity severity, const char *object,
        const char *title)
{
    PgaFinding *finding = pga_finding_new(rule);

    finding->severity = severity;
    finding->category = "lock";
    finding->object = g_strdup(object);
    finding->title = g_strdup(title);
    finding->fingerprint = pga_finding_fingerprint(rule, object);
    finding->docs_title = "CREATE INDEX";
    finding->docs_url = "https://www.postgresql.org/docs/14/sql-createindex.html";
    finding->requirements = "DJ-5";
    finding->when_not = "Nothing writes to the table.";
    g_ptr_array_add(list, finding);
    return finding;
}

static void
at(PgaFinding *finding, const char *file, guint line, guint column)
{
    finding->file = g_strdup(file);
    finding->line = line;
    finding->column = column;
}

static void
excerpt(PgaLintReport *report, const PgaFinding *finding, const char *line)
{
    g_hash_table_insert(report->excerpts, pga_lint_excerpt_key(finding->file, finding->line),
                        g_strdup(line));
}

static void
step(PgaFinding *finding, const char *title, gboolean deploy, gboolean alone, const char *sql)
{
    PgaFixStep *step = pga_fix_step_new(title);

    step->deploy = deploy;
    step->alone = alone;
    if (sql)
        g_ptr_array_add(step->sql, g_strdup(sql));
    pga_finding_add_step(finding, step);
}

static void
add_index(PgaLintReport *report)
{
    PgaLintStatement *create =
        statement(report, "db/2.sql", 3, 3, "CREATE INDEX orders_note ON orders (note)");
    PgaLintTrace *trace = pga_lint_trace_new(150004);
    PgaFinding *found = finding(report->findings, "index-not-concurrent", PGA_SEVERITY_ERROR,
                                "public.orders.orders_note", "CREATE INDEX without CONCURRENTLY");

    lock(create->locks, "SHARE", "public.orders");
    g_ptr_array_add(create->scanned, g_strdup("public.orders"));
    g_ptr_array_add(create->built, g_strdup("orders_note"));
    create->blocks_writes = TRUE;
    create->seconds = 180;
    trace->executed = TRUE;
    trace->blocked_writes = TRUE;
    lock(trace->locks, "SHARE", "public.orders");
    g_ptr_array_add(create->traces, trace);
    at(found, "db/2.sql", 3, 28);
    excerpt(report, found, "CREATE INDEX orders_note ON\torders (note);");
    found->evidence = g_strdup("INSERT, UPDATE and DELETE wait until it is built.");
    step(found, "Build the index", FALSE, TRUE,
         "CREATE INDEX CONCURRENTLY orders_note ON orders (note);");
    pga_finding_add_undo(found, g_strdup("DROP INDEX CONCURRENTLY orders_note;"));
    found->fix.safety = PGA_SAFETY_SAFE;
}

static void
add_rename(PgaLintReport *report)
{
    PgaLintStatement *rename =
        statement(report, "db/2.sql", 5, 6, "ALTER TABLE orders RENAME COLUMN note TO remark");
    PgaFinding *found = finding(report->findings, "rename-column", PGA_SEVERITY_WARNING,
                                "public.orders.note", "Column renamed under the application");

    lock(rename->locks, "ACCESS EXCLUSIVE", "public.orders");
    rename->blocks_reads = rename->blocks_writes = TRUE;
    at(found, "db/2.sql", 6, 12);
    excerpt(report, found, "  -- größe RENAME COLUMN note TO remark;");
    found->confidence = PGA_CONFIDENCE_LIKELY;
    found->evidence = g_strdup("Code that reads note fails from this moment on.");
    step(found, "Add the new column", FALSE, FALSE, "ALTER TABLE orders ADD COLUMN remark text;");
    step(found, "Deploy code that writes both", TRUE, FALSE, NULL);
    step(found, "Drop the old column", TRUE, FALSE, "ALTER TABLE orders DROP COLUMN note;");
    found->fix.note = g_strdup("The column comes last, not in its old place.");
}

static void
add_others(PgaLintReport *report)
{
    PgaLintStatement *refused = statement(report, "db/3.sql", 1, 1, "DROP TABLE gone");
    PgaLintTrace *failed = pga_lint_trace_new(140000);
    PgaFinding *brief = finding(report->findings, "safe-but-locks-briefly", PGA_SEVERITY_INFO,
                                "public.orders", "Short lock");
    PgaFinding *second = finding(report->findings, "index-not-concurrent", PGA_SEVERITY_INFO,
                                 "public.a.i", "CREATE INDEX without CONCURRENTLY");
    PgaNotChecked *unread = pga_not_checked_new(NULL, g_strdup("statement 4"),
                                                g_strdup("syntax error at or near \"SELEC\""));

    refused->refusal = g_strdup("table \"gone\" does not exist");
    failed->error = g_strdup("42P01: table \"gone\" does not exist");
    g_ptr_array_add(refused->traces, failed);
    at(brief, "db/3.sql", 7, 1);
    at(second, "db/3.sql", 9, 1);
    brief->evidence = g_strdup("It waits for the longest transaction.");
    brief->fix.note = g_strdup("SET lock_timeout first.");
    unread->file = g_strdup("db/3.sql");
    unread->line = 4;
    unread->column = 2;
    g_ptr_array_add(report->not_checked, unread);
}

static void
edit(PgaLintFix *fix, const char *before, const char *after)
{
    const char *from = strstr(fix->before, before), *to = strstr(fix->after, after);
    PgaLintEdit edit = {.before = (gsize)(from - fix->before), .after = (gsize)(to - fix->after)};

    edit.before_end = edit.before + strlen(before);
    edit.after_end = edit.after + strlen(after);
    g_array_append_val(fix->edits, edit);
}

static void
add_fix(PgaLintReport *report)
{
    PgaLintFix *fix = pga_lint_fix_new("db/2.sql");

    fix->before = g_strdup("line 1\n\nindex i;\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17"
                           "\nindex j;\nlast");
    fix->after = g_strdup("-- disable-transaction!!\nline 1\n\nindex i safely;;\n4\n5\n6\n7\n8\n9"
                          "\n10\n11\n12\n13\n14\n15\n16\n17\nINDEX j;\nlast");
    edit(fix, "", "-- disable-transaction!!\n");
    edit(fix, "index i;", "index i safely;;");
    edit(fix, "index j;", "INDEX j;");
    g_ptr_array_add(report->fixes, fix);
}

PgaLintReport *
lint_report_of_nothing(void)
{
    PgaLintReport *report = pga_lint_report_new();

    report->version = 170000;
    report->version_stated = TRUE;
    report->bytes_per_second = 100e6;
    report->small_table_rows = 10000;
    report->n_files = 1;
    report->n_statements = 2;
    return report;
}

PgaLintReport *
lint_report_of_shop(void)
{
    PgaLintReport *report = lint_report_of_nothing();
    PgaRuleText *rule = g_new0(PgaRuleText, 1);
    PgaFinding *aside;

    report->version = 140003;
    report->n_files = 2;
    report->n_statements = 9;
    report->n_not_parsed = 1;
    report->complete = g_strdup("a statement could not be read");
    *rule = (PgaRuleText){.id = "index-not-concurrent",
                          .verb = "lint",
                          .title = "CREATE INDEX without CONCURRENTLY",
                          .category = "lock",
                          .severity = PGA_SEVERITY_ERROR,
                          .why = "Every write waits for the whole build.",
                          .when_not = "Nothing writes.",
                          .docs_page = "sql-createindex.html",
                          .docs_title = "CREATE INDEX",
                          .requirements = "DJ-5"};
    g_ptr_array_add(report->rules, rule);
    add_index(report);
    add_rename(report);
    add_others(report);
    add_fix(report);
    aside = finding(report->set_aside, "truncate", PGA_SEVERITY_ERROR, "public.log", "TRUNCATE");
    at(aside, "db/3.sql", 12, 1);
    aside->reason = g_strdup("nobody reads it");
    finding(report->baseline, "drop-column", PGA_SEVERITY_ERROR, "public.a.b", "Column dropped");
    g_ptr_array_add(report->notes, g_strdup("A note."));
    return report;
}

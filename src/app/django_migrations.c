/* The project's own migrations through the rules of `lint`: those that are news are told of, of the
 * others how much there would be to tell. */
#include <base/error.h>
#include <base/text.h>
#include <django/history.h>
#include <rules/lint.h>
#include <string.h>

#include "django_internal.h"

#define LOCK_TIMEOUT "2s"
#define MAX_TEXT     150 /* characters of a finding's statement */

/* What an operation of Django may do to others. Style of SQL that Django writes, and what its own
 * bookkeeping of migrations makes needless, is not asked about. */
static const char *const rules[] = {"index-not-concurrent",
                                    "drop-index-not-concurrent",
                                    "concurrently-in-transaction",
                                    "concurrent-index-several-statements",
                                    "add-check-validating",
                                    "add-column-inline-check",
                                    "add-column-inline-fk",
                                    "add-column-inline-unique",
                                    "add-column-not-null-no-default",
                                    "add-column-volatile-default",
                                    "add-column-generated-stored",
                                    "add-column-serial",
                                    "add-exclusion-constraint",
                                    "add-fk-validating",
                                    "add-primary-key",
                                    "add-unique-constraint",
                                    "alter-type-index-rebuild",
                                    "alter-type-narrowing",
                                    "alter-type-rechecks-constraint",
                                    "alter-type-rewrite",
                                    "alter-type-timezone",
                                    "set-not-null-scan",
                                    "set-not-null-same-transaction",
                                    "validate-in-same-transaction",
                                    "primary-key-using-index-nullable",
                                    "drop-column",
                                    "drop-table",
                                    "rename-column",
                                    "rename-table",
                                    "mass-update-in-migration",
                                    "statement-under-access-exclusive",
                                    "explicit-lock-table",
                                    "refresh-matview-blocking",
                                    "reindex-not-concurrent",
                                    "vacuum-full-cluster",
                                    "truncate",
                                    "truncate-cascade",
                                    "disable-trigger-all",
                                    "enum-add-value-in-transaction",
                                    "missing-lock-timeout",
                                    "raw-sql-unanalysable",
                                    NULL};

/** The rules at work. */
typedef struct {
    PgaDjangoWork *work;
    const PgaDjangoHistory *history;
    PgaState *state;
    PgaLint *lint;
} Linting;

/* --- reading --- */

/* Rows that are stated or read of the tables that are there now. */
static void
state_rows(const Linting *linting)
{
    const PgaDjangoProject *project = linting->work->project;

    for (guint i = 0; linting->work->rows && i < project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(project->models, i);
        g_autofree char *name = pga_django_model_name(model);
        const double *rows = g_hash_table_lookup(linting->work->rows, name);
        PgaStateRelation *relation =
            rows ? pga_state_relation(linting->state, NULL, model->table) : NULL;

        if (relation)
            relation->rows = *rows;
    }
}

static gboolean
read_entry(const Linting *linting, const PgaDjangoHistoryEntry *entry, GError **error)
{
    const PgaMigrationOptions options = {0};
    const PgaMigrationFile file = {
        .path = entry->file->path,
        .tool = pga_migration_tool("django"),
        .django = entry->migration,
    };
    g_autoptr(PgaMigrationReader) reader = pga_migration_reader_new(&file, &options, error);
    const PgaStep *step = NULL;
    g_autoptr(GError) cause = NULL;

    if (!reader)
        return FALSE;
    if (entry->is_new)
        state_rows(linting);
    pga_lint_begin_file(linting->lint, &file);
    while (pga_migration_reader_next(reader, &step, &cause))
        pga_lint_step(linting->lint, step);
    pga_lint_end_file(linting->lint, NULL);
    if (!cause)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

/* --- telling --- */

static const PgaDjangoHistoryEntry *
entry_of(GHashTable *by_path, const PgaFinding *finding)
{
    return finding->file ? g_hash_table_lookup(by_path, finding->file) : NULL;
}

/* (transfer full): its blanks made one each. */
static char *
one_line(const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \t\n", -1);
    g_autoptr(GString) line = g_string_new(NULL);

    for (guint i = 0; words[i]; i++)
        if (*words[i])
            g_string_append_printf(line, "%s%s", line->len ? " " : "", words[i]);
    if (g_utf8_strlen(line->str, -1) > MAX_TEXT) {
        g_autofree char *cut = g_utf8_substring(line->str, 0, MAX_TEXT);

        return g_strconcat(cut, "…", NULL);
    }
    return g_strdup(line->str);
}

/* The operation's source on one line. (transfer full) (nullable) */
static char *
operation_at(const PgaDjangoMigration *migration, guint line)
{
    for (guint i = 0; i < migration->statements->len; i++) {
        const PgaDjangoStatement *statement = g_ptr_array_index(migration->statements, i);

        if (statement->line == line && statement->operation)
            return one_line(statement->operation);
    }
    return NULL;
}

/* One operation locks in several ways: said of the worst, the others named with it. Both are in the
 * order of their lines. */
static gboolean
is_same_operation(const PgaFinding *one, const PgaFinding *other)
{
    return one && g_str_equal(one->file, other->file) && one->line == other->line;
}

static void
also(PgaFinding *finding, const PgaFinding *other)
{
    char *evidence =
        g_strdup_printf("%s Also: %s [%s].", finding->evidence, other->title, other->rule);

    g_free(finding->evidence);
    finding->evidence = evidence;
}

/* Takes @finding. Returns what stands for its operation now. */
static PgaFinding *
tell(PgaDjangoReport *report, PgaFinding *last, PgaFinding *finding)
{
    PgaFinding *told = finding;

    if (!is_same_operation(last, finding)) {
        g_ptr_array_add(report->findings, finding);
        return finding;
    }
    if (finding->severity > last->severity) {
        also(finding, last);
        g_ptr_array_remove_index(report->findings, report->findings->len - 1);
        g_ptr_array_add(report->findings, finding);
    } else {
        also(last, finding);
        pga_finding_free(finding);
        told = last;
    }
    return told;
}

/* "index-not-concurrent 12, add-fk-validating 3". */
static char *
counts_text(GHashTable *counts)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; rules[i]; i++) {
        const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, rules[i]));

        if (n > 0)
            g_string_append_printf(text, "%s%s %u", text->len ? ", " : "", rules[i], n);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static guint
count_old(const PgaDjangoHistory *history)
{
    guint n = 0;

    for (guint i = 0; i < history->entries->len; i++)
        n += !((const PgaDjangoHistoryEntry *)g_ptr_array_index(history->entries, i))->is_new;
    return n;
}

static void
note_old(const Linting *linting, GHashTable *counts)
{
    const guint n = count_old(linting->history);
    g_autofree char *text = counts_text(counts);

    if (n == 0)
        return;
    g_ptr_array_add(
        linting->work->report->notes,
        g_strdup_printf("%u %s taken to have run already: what they did is not told%s%s. "
                        "--changed-since REF judges what is new, \"pgarchitect lint\" "
                        "all.",
                        n, n == 1 ? "migration is" : "migrations are",
                        *text ? ", it would be " : "", text));
}

/* Those of files that are news to the report, of the others their number. @from is emptied. */
static void
sort_out(const Linting *linting, GHashTable *by_path, GPtrArray *from, GHashTable *counts)
{
    gsize n = 0;
    g_autofree gpointer *findings = g_ptr_array_steal(from, &n);
    PgaFinding *last = NULL;

    for (gsize i = 0; i < n; i++) {
        PgaFinding *finding = findings[i];
        const PgaDjangoHistoryEntry *entry = entry_of(by_path, finding);
        const guint known = GPOINTER_TO_UINT(g_hash_table_lookup(counts, finding->rule));

        if (!entry || !entry->is_new) {
            g_hash_table_insert(counts, (gpointer)finding->rule, GUINT_TO_POINTER(known + 1));
            pga_finding_free(finding);
            continue;
        }
        if (g_str_equal(finding->rule, "missing-lock-timeout")) /* mostly the role has one */
            finding->severity = MIN(finding->severity, PGA_SEVERITY_INFO);
        g_free(finding->statement);
        finding->statement = operation_at(entry->migration, finding->line);
        last = tell(linting->work->report, last, finding);
    }
}

static void
finish(const Linting *linting)
{
    g_autoptr(GHashTable) by_path = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < linting->history->entries->len; i++) {
        PgaDjangoHistoryEntry *entry = g_ptr_array_index(linting->history->entries, i);

        g_hash_table_insert(by_path, entry->file->path, entry);
    }
    sort_out(linting, by_path, pga_lint_findings(linting->lint), counts);
    /* comments are judged with those of all rules */
    sort_out(linting, by_path, pga_lint_suppressed(linting->lint), counts);
    note_old(linting, counts);
}

gboolean
pga_django_migrations(PgaDjangoWork *work, GError **error)
{
    const PgaConfiguration *configuration = work->configuration;
    Linting linting = {
        .work = work,
        .history = pga_django_project_history(work->project),
        .state = pga_state_new(work->report->version),
    };
    const PgaLintOptions options = {
        .configuration = configuration,
        .recipes = {.lock_timeout = configuration && configuration->lint.lock_timeout
                                        ? configuration->lint.lock_timeout
                                        : LOCK_TIMEOUT,
                    .batch_rows = configuration ? configuration->lint.batch_rows : 10000},
        .small_table_rows = configuration ? configuration->lint.small_table_rows : 0,
        .only = rules,
    };
    gboolean done = TRUE;

    if (work->request->only && work->request->only[0]) { /* of Django's rules */
        pga_state_free(linting.state);
        return TRUE;
    }
    linting.lint = pga_lint_new(linting.state, &options);
    for (guint i = 0; done && i < linting.history->entries->len; i++) {
        const PgaDjangoHistoryEntry *entry = g_ptr_array_index(linting.history->entries, i);

        done = entry->is_replaced || read_entry(&linting, entry, error);
    }
    pga_lint_end(linting.lint);
    if (done)
        finish(&linting);
    pga_lint_free(linting.lint);
    pga_state_free(linting.state);
    return done;
}

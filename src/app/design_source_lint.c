/* Migrations held against `lint`, on the database that they are for. */
#include "design_source_internal.h"

#include <app/lint.h>
#include <base/directory.h>
#include <base/error.h>
#include <base/file.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file for each; its number is its place. */
static gboolean
write_all(const char *folder, const GPtrArray *migrations, GError **error)
{
    for (guint i = 0; i < migrations->len; i++) {
        const PgaDesignMigration *migration = g_ptr_array_index(migrations, i);
        g_autofree char *path = g_strdup_printf("%s/%06u.sql", folder, i);

        if (!migration->objection &&
            !pga_file_write(path, migration->text, strlen(migration->text), error))
            return FALSE;
    }
    return TRUE;
}

/* (nullable): the migration of a file that was written. */
static PgaDesignMigration *
migration_of(const GPtrArray *migrations, const char *file)
{
    g_autofree char *name = file ? g_path_get_basename(file) : NULL;
    guint64 place = 0;

    if (!name || !g_str_has_suffix(name, ".sql"))
        return NULL;
    name[strlen(name) - strlen(".sql")] = '\0';
    return g_ascii_string_to_unsigned(name, 10, 0, G_MAXUINT, &place, NULL) &&
                   place < migrations->len
               ? g_ptr_array_index(migrations, place)
               : NULL;
}

static void
object(PgaDesignMigration *migration, const char *why, gboolean by_lint)
{
    if (!migration || migration->objection)
        return;
    migration->objection = g_strdup(why);
    migration->by_lint = by_lint;
}

/* What the lab's server said when the migrations were executed one after the other. */
static void
take_traces(const PgaLintStatement *statement, PgaDesignMigration *migration)
{
    for (guint i = 0; i < statement->traces->len; i++) {
        const PgaLintTrace *trace = g_ptr_array_index(statement->traces, i);

        if (!trace->executed && trace->error)
            object(migration, trace->error, FALSE);
    }
}

static void
take_report(const PgaLintReport *report, const GPtrArray *migrations)
{
    for (guint i = 0; i < report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);

        if (finding->severity >= PGA_SEVERITY_WARNING) {
            g_autofree char *why =
                g_strdup_printf("lint says %s (%s)", finding->title, finding->rule);

            object(migration_of(migrations, finding->file), why, TRUE);
        }
    }
    for (guint i = 0; i < report->statements->len; i++) {
        const PgaLintStatement *statement = g_ptr_array_index(report->statements, i);

        if (statement->refusal)
            object(migration_of(migrations, statement->file), statement->refusal, FALSE);
        take_traces(statement, migration_of(migrations, statement->file));
    }
    for (guint i = 0; i < report->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(report->not_checked, i);

        object(migration_of(migrations, entry->file), entry->why, FALSE);
    }
}

/* (nullable): the first trace of all. */
static const PgaLintTrace *
first_trace(const PgaLintReport *report)
{
    for (guint i = 0; i < report->statements->len; i++) {
        const PgaLintStatement *statement = g_ptr_array_index(report->statements, i);

        if (statement->traces->len > 0)
            return g_ptr_array_index(statement->traces, 0);
    }
    return NULL;
}

static void
add_proof(PgaArchitecture *architecture, const PgaLintReport *report, const GPtrArray *migrations)
{
    const PgaLintTrace *trace = first_trace(report);
    PgaDesignProof *proof;
    guint n = 0;

    if (!trace)
        return;
    for (guint i = 0; i < migrations->len; i++)
        n += !((const PgaDesignMigration *)g_ptr_array_index(migrations, i))->objection;
    proof = pga_architecture_add_proof(
        architecture, g_strdup("migrations"),
        g_strdup_printf("PostgreSQL %u.%u", trace->version / 10000, trace->version % 10000));
    proof->done = TRUE;
    proof->outcome = g_strdup_printf("%u migrations executed in order on a clone of the schema, "
                                     "their locks as lint says",
                                     n);
}

/* What lint would write in their place, which is judged again. */
static void
mend(const PgaLintReport *report, const GPtrArray *migrations)
{
    for (guint i = 0; i < report->fixes->len; i++) {
        const PgaLintFix *fix = g_ptr_array_index(report->fixes, i);
        PgaDesignMigration *migration = migration_of(migrations, fix->file);

        if (!migration || !migration->objection || !migration->by_lint)
            continue;
        g_free(migration->text);
        migration->text =
            g_strconcat("-- the safe way, as `lint --fix` writes it, of this:\n", fix->after, NULL);
        g_clear_pointer(&migration->objection, g_free);
    }
}

/* (nullable): lint on what nothing is said against so far; @last: executed in the lab, too. */
static PgaLintReport *
judge_once(PgaDesignRun *run, const GPtrArray *migrations, gboolean last, GError **error)
{
    g_autoptr(PgaDirectory) directory = pga_directory_new(geteuid(), getegid(), error);
    const char *const paths[] = {directory ? pga_directory_get_path(directory) : NULL, NULL};
    const PgaLintRequest request = {.from = run->request->from,
                                    .has_source = TRUE,
                                    .paths = paths,
                                    .all = TRUE,
                                    .fix = !last,
                                    .trace = last && !run->request->no_lab};

    if (!directory || !write_all(paths[0], migrations, error))
        return NULL;
    return pga_app_lint(&request, error);
}

gboolean
pga_design_migrations_judge(PgaDesignRun *run, GPtrArray *migrations, GError **error)
{
    gboolean any = FALSE;

    for (guint pass = 0; pass < 2; pass++) {
        g_autoptr(PgaLintReport) report = NULL;

        any = FALSE;
        for (guint i = 0; i < migrations->len; i++)
            any |= !((const PgaDesignMigration *)g_ptr_array_index(migrations, i))->objection;
        if (!any)
            return TRUE;
        report = judge_once(run, migrations, pass == 1, error);
        if (!report)
            return FALSE;
        take_report(report, migrations);
        if (pass == 0)
            mend(report, migrations);
        else
            add_proof(run->architecture, report, migrations);
    }
    return TRUE;
}

/* The source, and a clone with the relations that the workload's statements name. */
#include <base/error.h>
#include <base/progress.h>
#include <parse/query_set.h>

#include "clone_internal.h"
#include "index_internal.h"

static gboolean
read_planner(gpointer self, const GArray *relations, PgaPlannerData *data, GError **error)
{
    PgaIndexRun *run = self;

    /* ends of B-trees are rows: what a migration does to these could fail, or show */
    return pga_source_read_planner(&run->source, relations, run->for_changes, data,
                                   run->planner_notes, error);
}

/* (transfer full) */
static char *
as_text(const PgaNotChecked *note)
{
    return g_strdup_printf("%s: %s", note->what, note->why);
}

static void
take_notes(GPtrArray *from, GPtrArray *to)
{
    while (from->len > 0) {
        PgaNotChecked *note = g_ptr_array_steal_index(from, 0);

        if (pga_clone_is_concerned_by(note))
            g_ptr_array_add(to, note);
        else
            pga_not_checked_free(note);
    }
}

gboolean
pga_index_open_source(PgaIndexRun *run, GError **error)
{
    PgaSourceRequest from = run->ask->from;
    g_autoptr(GPtrArray) notes =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);

    from.want_whatif = TRUE;
    if (!pga_source_open(&from, &run->source, notes, error))
        return FALSE;
    pga_progress_step(from.progress, "reading the definitions and counters");
    if (!pga_source_read_facts(&run->source, notes, error))
        return FALSE;
    take_notes(notes, run->report->not_checked);
    if (run->source.environment->source_kind == PGA_SOURCE_DDL)
        pga_clone_forget_lab_settings(run->source.catalog);
    return TRUE;
}

static gboolean
check_module(const PgaIndexRun *run, GError **error)
{
    if (pga_clone_has_whatif(run->clone))
        return TRUE;
    pga_error_set(error, PGA_ERROR_LAB, "the planner module for PostgreSQL %s is not there",
                  pga_lab_version(run->source.lab));
    pga_error_hint(error, "\"pgarchitect doctor\" says what is missing. Without it the planner of "
                          "an empty clone does not know the source's sizes.");
    return FALSE;
}

static gboolean
open_clone(PgaIndexRun *run, GError **error)
{
    const PgaEnvironment *environment = run->source.environment;
    PgaSourceRequest from = run->ask->from;
    PgaCloneOptions options = {.catalog = run->source.catalog,
                               .objects = run->source.objects,
                               .for_fixes = run->for_changes,
                               .extensions = run->preinstalled};
    PgaLab *lab;

    from.want_whatif = TRUE;
    if (environment->source_kind != PGA_SOURCE_DDL && !run->planner.read)
        run->planner = (PgaPlannerSource){.read = read_planner, .self = run};
    if (run->planner.read)
        options.planner = &run->planner;
    if (environment->source_kind != PGA_SOURCE_DDL && !run->for_changes) {
        options.role = environment->role;
        options.role_is_superuser = environment->is_superuser;
    }
    lab = pga_source_lab(&run->source, &from, error);
    if (!lab)
        return FALSE;
    run->report->lab = g_strdup_printf("PostgreSQL %s", pga_lab_version(lab));
    pga_progress_step(from.progress, "making the clone");
    run->clone = pga_clone_open(lab, &options, error);
    return run->clone && check_module(run, error);
}

/* All at once: what one statement names the next need not look for again. */
static gboolean
bring(PgaIndexRun *run, GError **error)
{
    const GPtrArray *queries = run->report->workload->queries;
    g_autoptr(GString) all = g_string_new(NULL);

    if (run->for_changes)
        return pga_clone_bring_all(run->clone, error) &&
               pga_clone_relation_oids(run->clone, run->relations, error);
    for (guint i = 0; i < queries->len; i++) {
        const PgaQuery *query = g_ptr_array_index(queries, i);

        if (!query->not_analysed)
            g_string_append_printf(all, "%s\n;\n", query->text);
    }
    return pga_clone_bring_statement(run->clone, all->str, error) &&
           pga_clone_relation_oids(run->clone, run->relations, error);
}

/* Values for what stands as $1 in the texts. */
static gboolean
represent(PgaIndexRun *run, GError **error)
{
    g_autoptr(GArray) relations = pga_clone_relations(run->clone);
    g_autoptr(PgaPlannerData) data = pga_planner_data_new();
    g_autoptr(GPtrArray) ignored =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);

    if (run->source.environment->source_kind != PGA_SOURCE_DDL && !run->source.collect.no_values &&
        !pga_source_read_planner(&run->source, relations, TRUE, data, ignored, error))
        return FALSE;
    pga_query_set_represent(run->report->workload, run->source.catalog, data);
    return TRUE;
}

static void
tell(PgaIndexRun *run)
{
    const GPtrArray *left_out = pga_clone_not_cloned(run->clone);
    const PgaCloneDifferences differences = {
        .environment = run->source.environment,
        .lab_version_num = pga_lab_version_num(run->source.lab),
        .lab_version = pga_lab_version(run->source.lab),
        .no_values = run->source.collect.no_values,
    };
    GPtrArray *notes = run->planner_notes;

    for (guint i = 0; i < left_out->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(left_out, i);

        g_ptr_array_add(run->report->not_checked,
                        pga_not_checked_new(NULL, g_strdup(note->what), g_strdup(note->why)));
    }
    pga_clone_differences(&differences, notes);
    for (guint i = 0; i < notes->len; i++)
        g_ptr_array_add(run->report->notes, as_text(g_ptr_array_index(notes, i)));
}

gboolean
pga_index_make_clone(PgaIndexRun *run, GError **error)
{
    if (!open_clone(run, error) || !bring(run, error) ||
        (!run->texts_are_final && !represent(run, error)))
        return FALSE;
    /* nothing more is asked of the source: no snapshot of it stays open while we search */
    if (run->verifies)
        run->live = g_steal_pointer(&run->source.connection);
    g_clear_pointer(&run->source.connection, pga_connection_close);
    tell(run);
    pga_progress_step(run->ask->from.progress, "preparing the statements");
    run->whatif = pga_whatif_open(run->clone, error);
    return run->whatif != NULL;
}

double
pga_index_setting(const PgaIndexRun *run, const char *name, double fallback)
{
    const PgaSetting *found = pga_catalog_setting(run->source.catalog, name);

    return found && found->setting ? g_ascii_strtod(found->setting, NULL) : fallback;
}

const PgaRelation *
pga_index_root(const PgaIndexRun *run, const PgaRelation *relation)
{
    while (relation && relation->relispartition && relation->parent) {
        const PgaRelation *parent = pga_catalog_relation(run->source.catalog, relation->parent);

        if (!parent)
            break;
        relation = parent;
    }
    return relation;
}

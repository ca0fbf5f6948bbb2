/* check: source → model → rules → ranking → proof → report. */
#include "app/check.h"

#include <base/error.h>
#include <base/interrupt.h>
#include <base/progress.h>
#include <lab/clone.h>
#include <model/group.h>
#include <parse/workload.h>
#include <rules/rank.h>
#include <rules/rule.h>

#include "configuration_internal.h"
#include "measure_internal.h"
#include "rule_texts_internal.h"
#include "set_aside_internal.h"
#include "since_internal.h"
#include "source_internal.h"
#include "workload_internal.h"

#define DEFAULT_TOP         3
#define DEFAULT_PROVE_LIMIT 200

static void
count_objects(const PgaCatalog *catalog, PgaReport *report)
{
    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        if (pga_rule_concerns(relation))
            report->n_relations++;
    }
    for (guint i = 0; i < catalog->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(catalog->indexes, i);

        if (pga_rule_concerns(pga_catalog_relation(catalog, index->indrelid)))
            report->n_indexes++;
    }
    for (guint i = 0; i < catalog->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(catalog->constraints, i);

        if (constraint->contype == 'f' && constraint->conparentid == 0)
            report->n_foreign_keys++;
    }
}

/* A finding about a DDL file says where its object is defined. */
static void
locate(const PgaSource *source, GPtrArray *findings)
{
    for (guint i = 0; source->load && i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);
        const PgaRelation *relation =
            finding->proof.relations->len == 0
                ? NULL
                : pga_catalog_relation(source->catalog,
                                       g_array_index(finding->proof.relations, PgaOid, 0));
        g_autofree char *key =
            relation ? g_strconcat(relation->nspname, ".", relation->relname, NULL) : NULL;
        const PgaLocation *location =
            key ? g_hash_table_lookup(source->load->locations, key) : NULL;

        if (!location)
            continue;
        finding->file = g_strdup(source->path);
        finding->line = location->line;
        finding->column = location->column;
    }
}

static gboolean
asks_for_proof(const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        if (finding->proof.kind != PGA_PROOF_NONE)
            return TRUE;
    }
    return FALSE;
}

static void
note_no_proof(PgaReport *report, const char *why)
{
    g_ptr_array_add(
        report->not_checked,
        pga_not_checked_new(NULL, g_strdup("execution of the fixes in the lab"), g_strdup(why)));
}

static void
note_other_major(const PgaSource *source, PgaReport *report)
{
    const guint lab = pga_lab_version_num(source->lab) / 10000;
    const guint major = source->environment->version_num / 10000;

    if (lab == major)
        return;
    g_ptr_array_add(
        report->not_checked,
        pga_not_checked_new(
            NULL, g_strdup("execution of the fixes on the source's major version"),
            g_strdup_printf("no server programs of PostgreSQL %u are installed: the lab "
                            "ran %u (install postgresql-%u, or give --pg-bindir)",
                            major, lab, major)));
}

static gboolean
read_planner(gpointer self, const GArray *relations, PgaPlannerData *data, GError **error)
{
    g_autoptr(GPtrArray) ignored =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);

    /* without the ends of B-trees: they are rows, and rows would be in the way of ALTER TABLE */
    return pga_source_read_planner(self, relations, TRUE, data, ignored, error);
}

/* (transfer container): what is shown comes first, so that no limit on proofs leaves it out. */
static GPtrArray *
shown_first(const GPtrArray *findings)
{
    g_autoptr(PgaGroups) groups = pga_groups_new(findings);
    g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
    GPtrArray *order = g_ptr_array_new();

    for (guint i = 0; i < groups->shown->len; i++) {
        g_hash_table_add(taken, g_ptr_array_index(groups->shown, i));
        g_ptr_array_add(order, g_ptr_array_index(groups->shown, i));
    }
    for (guint i = 0; i < findings->len; i++)
        if (!g_hash_table_contains(taken, g_ptr_array_index(findings, i)))
            g_ptr_array_add(order, g_ptr_array_index(findings, i));
    return order;
}

static GPtrArray *
top_of(const GPtrArray *findings, guint n)
{
    g_autoptr(PgaGroups) groups = pga_groups_new(findings);

    return pga_rank_top(groups->shown, n ? n : DEFAULT_TOP);
}

/* What could not be read of the definitions shows in the findings that need it. */
static gboolean
prove_on_clone(PgaSource *source, PgaReport *report, guint limit, GError **error)
{
    const PgaPlannerSource planner = {.read = read_planner, .self = source};
    g_autoptr(GPtrArray) order = shown_first(report->findings);
    PgaCloneOptions options = {
        .catalog = source->catalog, .objects = source->objects, .for_fixes = TRUE};

    if (source->environment->source_kind != PGA_SOURCE_DDL)
        options.planner = &planner;
    return pga_lab_prove(source->lab, &options, order, limit, error);
}

/* Without a lab a live source still has its findings, each saying that its fix was not executed. */
static gboolean
prove(const PgaCheckRequest *request, PgaSource *source, PgaReport *report, GError **error)
{
    const guint limit = request->prove_limit ? request->prove_limit : DEFAULT_PROVE_LIMIT;
    g_autoptr(GError) cause = NULL;

    if (!asks_for_proof(report->findings))
        return TRUE;
    if (request->no_lab) {
        if (!request->one_of_many)
            note_no_proof(report, "switched off by --no-lab");
        return TRUE;
    }
    if (!pga_source_lab(source, &request->from, &cause)) {
        if (!g_error_matches(cause, PGA_ERROR, PGA_ERROR_LAB)) {
            g_propagate_error(error, g_steal_pointer(&cause));
            return FALSE;
        }
        note_no_proof(report, cause->message);
        return TRUE;
    }
    note_other_major(source, report);
    report->lab = g_strdup_printf("PostgreSQL %s", pga_lab_version(source->lab));
    pga_progress_step(request->from.progress, "executing the fixes in the lab");
    return prove_on_clone(source, report, limit, error);
}

/* An index that the planner gains too little by is no advice. */
static void
drop_small_gains(PgaReport *report)
{
    for (guint i = 0; i < report->findings->len;) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);
        const double improvement = pga_finding_improvement(finding);

        if (improvement >= 0 && improvement < finding->proof.min_improvement)
            g_ptr_array_remove_index(report->findings, i);
        else
            i++;
    }
}

static gboolean
settle_workload(const PgaCheckRequest *request, PgaSource *source, GError **error)
{
    if (!request->workload_type) {
        pga_workload_detect(source->catalog, source->environment);
        return TRUE;
    }
    g_free(source->environment->workload_method);
    source->environment->workload_method = g_strdup("stated");
    return pga_workload_class_parse(request->workload_type, &source->environment->workload, error);
}

/* A rule that is "not evaluated" for what its kind of source never has leaves the analysis whole;
 * what could not be read, loaded or executed does not, and has no rule. */
static gboolean
is_complete(const PgaReport *report)
{
    for (guint i = 0; i < report->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(report->not_checked, i);

        if (!entry->rule)
            return FALSE;
    }
    return TRUE;
}

static gboolean
run(const PgaCheckRequest *request, const PgaConfiguration *configuration, PgaSource *source,
    PgaReport *report, GError **error)
{
    PgaSourceRequest from = request->from;

    from.no_planner = request->no_lab;
    if (!pga_source_open(&from, source, report->not_checked, error) ||
        !pga_source_read_facts(source, report->not_checked, error) ||
        (request->since &&
         !pga_app_since(request->since, source, request->now, report->notes, error)) ||
        !settle_workload(request, source, error) ||
        (source->workload && !pga_workload_analyse(source->catalog, source->workload, error)) ||
        !pga_app_measure(request, source, configuration, report->not_checked, error))
        return FALSE;
    pga_progress_step(request->from.progress, "applying the rules");
    report->n_rules = pga_rules_run(&(PgaRuleSource){.catalog = source->catalog,
                                                     .environment = source->environment,
                                                     .configuration = configuration,
                                                     .objects = source->objects,
                                                     .server = source->server,
                                                     .workload = source->workload},
                                    report->findings, report->not_checked);
    count_objects(source->catalog, report);
    pga_set_aside(configuration, request->now, report);
    pga_rank_findings(report->findings, source->environment->workload);
    pga_findings_group(report->findings, source->catalog);
    locate(source, report->findings);
    if (!prove(request, source, report, error) || pga_interrupt_check(error))
        return FALSE;
    drop_small_gains(report);
    pga_findings_group(report->findings, source->catalog);
    g_ptr_array_unref(report->top);
    report->top = top_of(report->findings, request->top);
    report->complete = is_complete(report);
    report->configuration = g_strdup(configuration->path);
    pga_rule_texts(configuration, report->rules);
    report->environment = g_steal_pointer(&source->environment);
    return TRUE;
}

PgaReport *
pga_app_check(const PgaCheckRequest *request, GError **error)
{
    g_autoptr(PgaReport) report = pga_report_new("check");
    g_autoptr(PgaConfiguration) configuration =
        pga_app_configuration(request->config_path, request->baseline_path, error);
    g_auto(PgaSource) source = {0};
    PgaWorkloadClass ignored;

    if (!configuration || (request->workload_type &&
                           !pga_workload_class_parse(request->workload_type, &ignored, error)))
        return NULL;
    return run(request, configuration, &source, report, error) ? g_steal_pointer(&report) : NULL;
}

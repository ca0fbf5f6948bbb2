/* The planner's cost of a finding's probe before and after its fix. */
#include "probe_internal.h"
#include "prove_internal.h"
#include "sizes_internal.h"

void
pga_proof_run_clear(PgaProofRun *run)
{
    g_clear_pointer(&run->fix_message, g_free);
    g_clear_pointer(&run->undo_message, g_free);
}

/* Without a number of rows a cost means nothing. */
static gboolean
rows_are_known(const PgaClone *clone, const PgaFinding *finding)
{
    for (guint i = 0; i < finding->proof.relations->len; i++) {
        const PgaRelation *relation = pga_catalog_relation(
            clone->catalog, g_array_index(finding->proof.relations, PgaOid, i));

        if (!relation || relation->rows_source == PGA_ROWS_UNKNOWN || relation->reltuples < 0)
            return FALSE;
    }
    return finding->proof.relations->len > 0;
}

/* A statement that cannot be planned before stays as it is; one that cannot be planned after does
 * not count as measured. */
static gboolean
measure_one(PgaClone *clone, PgaPlanChange *change, gboolean after, GError **error)
{
    char **plan = after ? &change->plan_after : &change->plan_before;
    double *cost = after ? &change->after : &change->before;
    g_autofree char *message = NULL;

    if (after && !change->plan_before)
        return TRUE;
    g_clear_pointer(plan, g_free);
    if (!pga_probe_plan(clone, change->statement, cost, plan, &message, error))
        return FALSE;
    change->measured = after && *plan;
    return TRUE;
}

static gboolean
measure_all(PgaClone *clone, const PgaFinding *finding, gboolean after, GError **error)
{
    for (guint i = 0; i < finding->proof.plans->len; i++)
        if (!measure_one(clone, g_ptr_array_index(finding->proof.plans, i), after, error))
            return FALSE;
    return TRUE;
}

/* Without the whatif module relations look large only while the planner looks: building an index
 * would read every hole. */
static gboolean
measure(PgaClone *clone, const PgaFinding *finding, gboolean after, GError **error)
{
    g_autoptr(PgaSizes) sizes = NULL;
    gboolean ok;

    if (clone->module)
        return measure_all(clone, finding, after, error);
    sizes = pga_sizes_show(clone, finding->proof.relations, error);
    if (!sizes)
        return FALSE;
    ok = measure_all(clone, finding, after, error);
    return pga_sizes_hide(sizes, ok ? error : NULL) && ok;
}

gboolean
pga_probe_before(PgaClone *clone, const PgaFinding *finding, PgaProofRun *run, GError **error)
{
    run->has_before = rows_are_known(clone, finding);
    run->probes = run->has_before;
    return !run->has_before || measure(clone, finding, FALSE, error);
}

gboolean
pga_probe_after(PgaClone *clone, const PgaFinding *finding, PgaProofRun *run, GError **error)
{
    return !run->has_before || measure(clone, finding, TRUE, error);
}

static const char *
rows_phrase(const PgaRelation *relation)
{
    switch (relation->rows_source) {
    case PGA_ROWS_STATED:
        return "the stated row counts";
    case PGA_ROWS_DUMP:
        return "the dump's row counts";
    case PGA_ROWS_ANALYZED:
    case PGA_ROWS_COUNTERS:
    case PGA_ROWS_UNKNOWN:
        break;
    }
    return "the source's row counts";
}

/* Whether a foreign key of the relation has to do without statistics. */
static gboolean
is_assumed(const PgaClone *clone, const PgaRelation *relation)
{
    double n_distinct;

    for (guint i = 0; i < relation->attributes->len; i++)
        if (pga_clone_assumes_distinct(clone, relation, g_ptr_array_index(relation->attributes, i),
                                       &n_distinct))
            return TRUE;
    return FALSE;
}

void
pga_probe_judge(const PgaClone *clone, PgaFinding *finding, const PgaProofRun *run)
{
    const PgaRelation *relation =
        finding->proof.relations->len > 0
            ? pga_catalog_relation(clone->catalog,
                                   g_array_index(finding->proof.relations, PgaOid, 0))
            : NULL;
    const PgaPlanChange *first =
        finding->proof.plans->len > 0 ? g_ptr_array_index(finding->proof.plans, 0) : NULL;
    g_autofree char *method = NULL;

    if (!finding->proof.done || !run->has_before || !first || !first->measured || !relation)
        return;
    method = g_strdup_printf(
        "planner's generic plan of %s on an empty clone with %s%s, PostgreSQL %s",
        g_str_has_prefix(finding->rule, "fk-") ? "the foreign key check"
                                               : "the statement it is for",
        rows_phrase(relation),
        is_assumed(clone, relation) ? ", each referenced row referenced equally often" : "",
        pga_lab_version(clone->lab));
    pga_finding_set_gain(finding, first->before, first->after, "planner cost", method);
}

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

/* Without the whatif module relations look large only while the planner looks: building an index
 * would read every hole. */
static gboolean
measure(PgaClone *clone, const PgaFinding *finding, double *cost, gboolean *measured,
        GError **error)
{
    g_autoptr(PgaSizes) sizes = NULL;
    g_autofree char *message = NULL;
    gboolean ok;

    if (!clone->module) {
        sizes = pga_sizes_show(clone, finding->proof.relations, error);
        if (!sizes)
            return FALSE;
    }
    ok = pga_probe_cost(clone, finding->proof.probe, cost, &message, error);
    *measured = ok && !message;
    return (!sizes || pga_sizes_hide(sizes, ok ? error : NULL)) && ok;
}

gboolean
pga_probe_before(PgaClone *clone, const PgaFinding *finding, PgaProofRun *run, GError **error)
{
    if (rows_are_known(clone, finding))
        return measure(clone, finding, &run->before, &run->has_before, error);
    run->probes = FALSE;
    return TRUE;
}

gboolean
pga_probe_after(PgaClone *clone, const PgaFinding *finding, PgaProofRun *run, GError **error)
{
    return !run->has_before || measure(clone, finding, &run->after, &run->has_after, error);
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
    g_autofree char *method = NULL;

    if (!finding->proof.done || !run->has_before || !run->has_after || !relation)
        return;
    method = g_strdup_printf(
        "planner's generic plan of %s on an empty clone with %s%s, PostgreSQL %s",
        g_str_has_prefix(finding->rule, "fk-") ? "the foreign key check"
                                               : "the statement it is for",
        rows_phrase(relation),
        is_assumed(clone, relation) ? ", each referenced row referenced equally often" : "",
        pga_lab_version(clone->lab));
    pga_finding_set_gain(finding, run->before, run->after, "planner cost", method);
}

/* The order of findings. Which family comes first for which workload is a table below;
 * docs/ranking.md explains it to users. */
#include <string.h>

#include <rules/rank.h>
#include <rules/rule.h>

#define N_FAMILIES 10

/* By workload and family, 0 first. Correctness leads everywhere (PRE-7), what T1-1 names for the
 * workload follows, suggestions about types close. */
static const guint8 priorities[][N_FAMILIES] = {
    /* columns: correctness, operation, security, index, partitioning, query, maintenance,
       configuration, modelling, migration */
    [PGA_WORKLOAD_UNKNOWN] = {0, 1, 2, 3, 6, 4, 5, 7, 8, 9},
    [PGA_WORKLOAD_OLTP] = {0, 1, 2, 3, 7, 4, 5, 6, 8, 9},
    [PGA_WORKLOAD_OLAP] = {0, 1, 2, 6, 5, 3, 7, 4, 8, 9},
    [PGA_WORKLOAD_HTAP] = {0, 1, 2, 3, 7, 4, 5, 6, 8, 9},
    [PGA_WORKLOAD_TIME_SERIES] = {0, 1, 2, 4, 3, 5, 6, 7, 8, 9},
};

typedef struct {
    PgaFinding *finding;
    guint priority; /* of its rule's family */
    guint place;    /* of its rule in rules.def */
} Ranked;

static int
compare_guint(guint a, guint b)
{
    return (a > b) - (a < b);
}

static int
compare_double(double a, double b)
{
    return (a > b) - (a < b);
}

/* What was measured as a share of the workload's time comes before what was not, the larger share
 * first; any other unit says nothing across rules. */
static double
workload_share(const PgaFinding *finding)
{
    return g_strcmp0(finding->impact_unit, PGA_IMPACT_WORKLOAD) == 0 ? finding->impact : -1;
}

static int
compare_ranked(gconstpointer left, gconstpointer right)
{
    const Ranked *a = left, *b = right;
    int order = compare_guint(b->finding->severity, a->finding->severity);

    if (!order)
        order = compare_guint(a->priority, b->priority);
    if (!order)
        order = compare_double(workload_share(b->finding), workload_share(a->finding));
    if (!order)
        order = compare_guint(a->place, b->place);
    if (!order)
        order = strcmp(a->finding->rule, b->finding->rule);
    if (!order)
        order = compare_double(b->finding->weight, a->finding->weight);
    return order ? order : strcmp(a->finding->object, b->finding->object);
}

/* Findings of a rule that is not in the registry come after all others. */
static Ranked
ranked(PgaFinding *finding, PgaWorkloadClass workload)
{
    guint n_rules = 0;
    const PgaRule *const *rules = pga_rules(&n_rules);
    guint place = 0;

    while (place < n_rules && !g_str_equal(rules[place]->id, finding->rule))
        place++;
    return (Ranked){
        .finding = finding,
        .priority = place < n_rules ? priorities[workload][rules[place]->family] : N_FAMILIES,
        .place = place,
    };
}

void
pga_rank_findings(GPtrArray *findings, PgaWorkloadClass workload)
{
    g_autoptr(GArray) order = g_array_sized_new(FALSE, FALSE, sizeof(Ranked), findings->len);

    for (guint i = 0; i < findings->len; i++) {
        Ranked entry = ranked(g_ptr_array_index(findings, i), workload);

        g_array_append_val(order, entry);
    }
    g_array_sort(order, compare_ranked);
    for (guint i = 0; i < order->len; i++)
        findings->pdata[i] = g_array_index(order, Ranked, i).finding;
}

/* One round over the findings of one severity, from @first to before @end: every rule's first that
 * was not taken yet. Returns whether it took any. */
static gboolean
take_round(const GPtrArray *findings, guint first, guint end, GHashTable *taken, GPtrArray *top,
           guint n)
{
    g_autoptr(GHashTable) rules = g_hash_table_new(g_str_hash, g_str_equal);
    gboolean any = FALSE;

    for (guint i = first; i < end && top->len < n; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);

        if (g_hash_table_contains(taken, finding) ||
            !g_hash_table_add(rules, (gpointer)finding->rule))
            continue;
        g_hash_table_add(taken, finding);
        g_ptr_array_add(top, finding);
        any = TRUE;
    }
    return any;
}

GPtrArray *
pga_rank_top(const GPtrArray *findings, guint n)
{
    GPtrArray *top = g_ptr_array_new();
    g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
    guint first = 0;

    while (first < findings->len && top->len < n) {
        const PgaFinding *head = g_ptr_array_index(findings, first);
        guint end = first;

        while (end < findings->len &&
               ((const PgaFinding *)g_ptr_array_index(findings, end))->severity == head->severity)
            end++;
        while (take_round(findings, first, end, taken, top, n))
            continue;
        first = end;
    }
    return top;
}

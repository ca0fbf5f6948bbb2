/* What a reader in a hurry must know of an architecture: what went wrong, what will not hold, what
 * brings most. */
#include "design_page_internal.h"
#include "index_internal.h"
#include "phrases_internal.h"

#define N_WINS 3

static void
add(GPtrArray *lines, char *line)
{
    g_ptr_array_add(lines, line);
}

static const char *
or_empty(const char *text)
{
    return text ? text : "";
}

static gboolean
has_fingerprint(gconstpointer a, gconstpointer b)
{
    const PgaFinding *one = a, *other = b;

    return one->fingerprint && g_strcmp0(one->fingerprint, other->fingerprint) == 0;
}

/* Once, though check, index and tune may all have found it. */
static void
collect(GPtrArray *all, const GPtrArray *findings)
{
    for (guint i = 0; findings && i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);

        if (finding->severity > PGA_SEVERITY_INFO &&
            !g_ptr_array_find_with_equal_func(all, finding, has_fingerprint, NULL))
            g_ptr_array_add(all, finding);
    }
}

static gint
by_severity(gconstpointer a, gconstpointer b, gpointer data)
{
    const PgaFinding *one = *(PgaFinding *const *)a, *other = *(PgaFinding *const *)b;

    (void)data;
    return (one->severity < other->severity) - (one->severity > other->severity);
}

static void
add_findings(GPtrArray *lines, const PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    collect(all, architecture->findings);
    if (architecture->tune)
        collect(all, architecture->tune->tuning->findings);
    if (architecture->index)
        collect(all, architecture->index->findings);
    g_ptr_array_sort_with_data(all, by_severity, NULL); /* stable */
    for (guint i = 0; i < all->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(all, i);
        g_autofree char *severity = pga_page_severity(finding);
        g_autofree char *action = pga_design_action(architecture, finding);

        add(lines, g_strdup_printf("%s: %s: %s. %s%s", severity, or_empty(finding->object),
                                   or_empty(finding->title), or_empty(finding->evidence), action));
    }
}

static void
add_failures(GPtrArray *lines, const PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->proofs->len; i++) {
        const PgaDesignProof *proof = g_ptr_array_index(architecture->proofs, i);

        if (!proof->done)
            add(lines, g_strdup_printf("not verified: %s on %s: %s", or_empty(proof->what),
                                       or_empty(proof->where), or_empty(proof->outcome)));
    }
}

static void
add_unplanned(GPtrArray *lines, const PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);
        const guint line = query->pattern ? query->pattern->at.line : 0;
        g_autofree char *where = line > 0 ? g_strdup_printf(" (line %u)", line) : g_strdup("");

        if (query->failure)
            add(lines,
                g_strdup_printf("access pattern %s%s cannot be planned, nothing serves it: %s",
                                or_empty(query->name), where, query->failure));
    }
}

/* (nullable) */
static const PgaDesignView *
view_for(const PgaArchitecture *architecture, const PgaDesignQuery *query)
{
    for (guint i = 0; i < architecture->views->len; i++) {
        const PgaDesignView *view = g_ptr_array_index(architecture->views, i);

        if (g_strcmp0(view->pattern, query->name) == 0)
            return view;
    }
    return NULL;
}

static void
add_latencies(GPtrArray *lines, const PgaArchitecture *architecture, PgaLatencyVerdict verdict)
{
    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);
        const PgaDesignView *view = view_for(architecture, query);

        if (!query->failure && query->verdict == verdict)
            add(lines, g_strdup_printf("%s: its target is %s: %s%s%s%s", or_empty(query->name),
                                       pga_latency_verdict_name(verdict), or_empty(query->latency),
                                       view ? " Ask the materialized view " : "",
                                       view ? view->name : "", view ? " instead." : ""));
    }
}

static void
add_wins(GPtrArray *lines, const PgaArchitecture *architecture)
{
    const PgaIndexReport *report = architecture->index;

    for (guint i = 0; report && i < MIN(report->advice->len, N_WINS); i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, i);
        g_autofree char *speedup = pga_index_speedup(advice, report);

        add(lines,
            g_strdup_printf("index %s: %s for the statements that use it", advice->name, speedup));
    }
    for (guint i = 0; i < architecture->partitionings->len; i++) {
        const PgaDesignPartitioning *from = g_ptr_array_index(architecture->partitionings, i);
        g_autofree char *speedup = pga_design_partition_speedup(from);

        if (from->recommended && from->cost_before > 0 && from->cost_after > 0 &&
            from->cost_before != from->cost_after)
            add(lines, g_strdup_printf("partitions of %s: %s", from->table->name, speedup));
    }
}

GPtrArray *
pga_design_matters(const PgaArchitecture *architecture)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    add_findings(lines, architecture);
    add_failures(lines, architecture);
    add_unplanned(lines, architecture);
    add_latencies(lines, architecture, PGA_LATENCY_IMPLAUSIBLE);
    add_latencies(lines, architecture, PGA_LATENCY_DOUBTFUL);
    if (architecture->breaks_first)
        add(lines, g_strdup_printf("breaks first as data grow: %s", architecture->breaks_first));
    add_wins(lines, architecture);
    return lines;
}

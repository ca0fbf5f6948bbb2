/* Access patterns, the indexes and partitions they ask for, and the summary. */
#include "design_page_internal.h"
#include "index_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <base/units.h>
#include <math.h>
#include <string.h>

static char *
milliseconds(double ms)
{
    return pga_duration_format(ms / 1000);
}

/* "18,334 -> 44.2 (415x less)" */
static char *
cost_change(double before, double after)
{
    return before >= 0 && after >= 0 ? pga_index_change("", before, after) : g_strdup("");
}

/* What its first statement costs without and with the indexes. */
static char *
index_effect(const PgaIndexReport *report, const PgaIndexAdvice *advice)
{
    double before = 0, after = 0;

    for (guint i = 0; i < advice->effects->len; i++) {
        const PgaIndexEffect *effect = g_ptr_array_index(advice->effects, i);

        before += effect->before;
        after += effect->after;
    }
    (void)report;
    return cost_change(before, after);
}

void
pga_design_write_indexes(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    const PgaIndexReport *report = architecture->index;

    for (guint i = 0; i < n; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, i);
        g_autofree char *definition = pga_index_definition(advice);
        g_autofree char *effect = index_effect(report, advice);
        g_autofree char *size = pga_index_size_words(advice);

        pga_page_item(page, g_strdup_printf("%s ON %s USING %s %s: planner cost %s; %s. %s",
                                            advice->name, advice->table, advice->type, definition,
                                            *effect ? effect : "not known", size,
                                            advice->rationale ? advice->rationale : ""));
    }
}

static void
append_sentence(GString *out, const char *label, const char *text)
{
    if (text && *text)
        g_string_append_printf(out, " %s%s%s", label, text, g_str_has_suffix(text, ".") ? "" : ".");
}

static char *
partition_decision(const PgaDesignPartitioning *from)
{
    g_autofree char *interval = pga_design_partition_interval(from);
    g_autofree char *speedup = pga_design_partition_speedup(from);
    GString *out = g_string_new(from->table->name);

    if (!from->recommended) {
        append_sentence(out, "is not partitioned: ", from->verdict);
        return g_string_free(out, FALSE);
    }
    g_string_append_printf(out, ": %s (%s), %s, %u partitions.",
                           pga_partition_method_name(from->method), from->column, interval,
                           from->n_partitions);
    append_sentence(out, "", from->verdict);
    append_sentence(out, "Retention: ", from->retention_policy);
    append_sentence(out, "Pruning: ", from->pruning);
    append_sentence(out, "Speedup: ", speedup);
    append_sentence(out, "Price: ", from->price);
    append_sentence(out, "DEFAULT: ", from->default_policy);
    append_sentence(out, "Key: ", from->key_change);
    return g_string_free(out, FALSE);
}

void
pga_design_write_partitions(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    for (guint i = 0; i < n; i++)
        pga_page_item(page, partition_decision(g_ptr_array_index(architecture->partitionings, i)));
}

static char *
predicted(const PgaDesignQuery *query)
{
    g_autofree char *low = NULL, *high = NULL;

    if (query->low_ms < 0 || query->high_ms < 0)
        return g_strdup("?");
    low = milliseconds(query->low_ms);
    high = milliseconds(query->high_ms);
    return g_str_equal(low, high) ? g_steal_pointer(&low) : g_strdup_printf("%s-%s", low, high);
}

static char *
target(const PgaDesignQuery *query)
{
    return query->pattern && query->pattern->target_ms >= 0
               ? milliseconds(query->pattern->target_ms)
               : g_strdup("none");
}

static const char *
verdict(const PgaDesignQuery *query)
{
    return query->failure ? "not planned" : pga_latency_verdict_name(query->verdict);
}

/* (transfer full): what ten times the data do to it; a word where that is nothing. */
static char *
growth(const PgaDesignQuery *query)
{
    const double times = query->cost_after > 0 ? query->cost_tenfold / query->cost_after : 1;

    if (query->failure)
        return g_strdup(query->failure);
    if (query->tenfold && query->cost_tenfold >= 0 && times < 2 && times > 0.5)
        return g_strdup("as now");
    return g_strdup(query->tenfold ? query->tenfold : "");
}

void
pga_design_write_queries(PgaPage *page, const PgaArchitecture *architecture, guint n)
{
    static const char *const titles[] = {
        "pattern", "predicted", "target", "verdict", "cost", "at ten times the data", NULL};
    GPtrArray *rows = pga_design_rows_new();

    for (guint i = 0; i < n; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);

        pga_design_row(rows, (char *[]){g_strdup(query->name), predicted(query), target(query),
                                        g_strdup(verdict(query)),
                                        cost_change(query->cost_before, query->cost_after),
                                        growth(query), NULL});
    }
    pga_design_grid(page, titles, rows);
    if (architecture->breaks_first)
        pga_page_item(page, g_strdup_printf("What breaks first: %s", architecture->breaks_first));
}

/* "1 implausible, 2 doubtful, 6 plausible" */
static void
append_verdicts(GString *out, const PgaArchitecture *architecture)
{
    static const PgaLatencyVerdict order[] = {PGA_LATENCY_IMPLAUSIBLE, PGA_LATENCY_DOUBTFUL,
                                              PGA_LATENCY_PLAUSIBLE};
    guint counts[PGA_LATENCY_IMPLAUSIBLE + 1] = {0};
    const char *separator = " Targets: ";

    for (guint i = 0; i < architecture->queries->len; i++)
        counts[((const PgaDesignQuery *)g_ptr_array_index(architecture->queries, i))->verdict]++;
    for (guint i = 0; i < G_N_ELEMENTS(order); i++)
        if (counts[order[i]] > 0) {
            g_string_append_printf(out, "%s%u %s", separator, counts[order[i]],
                                   pga_latency_verdict_name(order[i]));
            separator = ", ";
        }
    if (*separator == ',')
        g_string_append_c(out, '.');
}

static void
append_unplanned(GString *out, const PgaArchitecture *architecture)
{
    guint n = 0;

    for (guint i = 0; i < architecture->queries->len; i++)
        n += ((const PgaDesignQuery *)g_ptr_array_index(architecture->queries, i))->failure != NULL;
    if (n > 0)
        g_string_append_printf(out, " NOT planned: %u of %u access patterns, see below.", n,
                               architecture->queries->len);
}

/* How much of it was executed: the first thing to know of it. */
static void
append_proofs(GString *out, const PgaArchitecture *architecture)
{
    guint n_done = 0;

    for (guint i = 0; i < architecture->proofs->len; i++)
        n_done += ((const PgaDesignProof *)g_ptr_array_index(architecture->proofs, i))->done;
    if (architecture->proofs->len == 0)
        g_string_append(out, " Nothing was executed.");
    else if (n_done == architecture->proofs->len)
        g_string_append(out, " All files were executed, see below.");
    else
        g_string_append_printf(out, " NOT all of it could be executed: %u of %u, see below.",
                               n_done, architecture->proofs->len);
    if (!architecture->complete)
        g_string_append(out, " Incomplete: a part of the design could not be done.");
}

static guint
count_partitioned(const PgaArchitecture *architecture)
{
    guint n = 0;

    for (guint i = 0; i < architecture->tables->len; i++)
        n += ((const PgaDesignTable *)g_ptr_array_index(architecture->tables, i))->partitioning !=
             NULL;
    return n;
}

static char *
summary(const PgaArchitecture *architecture)
{
    const PgaRequirements *requirements = architecture->requirements;
    g_autofree char *size = pga_bytes_format_storage((gint64)CLAMP(architecture->bytes, 0, 9e18));
    g_autofree char *tables = pga_phrase_count(architecture->tables->len, "table");
    g_autofree char *indexes =
        pga_phrase_count(architecture->index ? architecture->index->advice->len : 0, "index");
    g_autofree char *rate = pga_phrase_number(requirements->queries_per_second);
    GString *out = g_string_new(NULL);

    g_string_append_printf(
        out, "%s in %s (%u partitioned), %s besides the keys', %s in all.", tables,
        architecture->normal_form ? architecture->normal_form : "an unknown normal form",
        count_partitioned(architecture), indexes, size);
    if (requirements->workload >= 0 && requirements->queries_per_second >= 0)
        g_string_append_printf(out, " For %s at %s queries/s on %s.",
                               pga_workload_class_name((PgaWorkloadClass)requirements->workload),
                               rate, pga_deployment_name(requirements->deployment.platform));
    if (architecture->availability.wanted && architecture->availability.architecture)
        g_string_append_printf(out, " Availability: %s.", architecture->availability.architecture);
    if (architecture->views->len > 0) {
        g_autofree char *views = pga_phrase_count(architecture->views->len, "materialized view");

        g_string_append_printf(out, " %s.", views);
    }
    append_verdicts(out, architecture);
    append_unplanned(out, architecture);
    append_proofs(out, architecture);
    return g_string_free(out, FALSE);
}

void
pga_design_write_title(PgaPage *page, const PgaArchitecture *architecture)
{
    g_autofree char *name = pga_phrase_clip(
        architecture->requirements->name ? architecture->requirements->name : "?", 80);
    g_autofree char *title =
        g_strdup_printf("pgarchitect design: %s (PostgreSQL %u)", name, architecture->major);
    g_autofree char *facts = architecture->source ? NULL : summary(architecture);

    if (architecture->source) {
        g_autofree char *plan = pga_design_source_summary(architecture);
        GString *out = g_string_new(plan);

        append_proofs(out, architecture);
        facts = g_string_free(out, FALSE);
    }
    page->style->title(page, title, facts);
}

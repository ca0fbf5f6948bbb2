/* A set of indexes in words: sizes, changes, how near to the optimum. */
#include "index_internal.h"
#include "phrases_internal.h"

#include <base/error.h>
#include <base/units.h>
#include <math.h>
#include <string.h>

gboolean
pga_index_format_parse(const char *text, PgaIndexFormat *out, GError **error)
{
    static const char *const names[] = {[PGA_INDEX_TEXT] = "text",
                                        [PGA_INDEX_JSON] = "json",
                                        [PGA_INDEX_MARKDOWN] = "markdown",
                                        [PGA_INDEX_SQL] = "sql"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(text, names[i]) == 0) {
            *out = (PgaIndexFormat)i;
            return TRUE;
        }
    pga_error_set(error, PGA_ERROR_INPUT, "format \"%s\" is not known", text);
    pga_error_hint(error, "Formats: text, json, markdown, sql.");
    return FALSE;
}

static void
append_list(GString *out, const char *before, const GPtrArray *names, const char *after)
{
    g_string_append(out, before);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(names, i));
    g_string_append(out, after);
}

char *
pga_index_definition(const PgaIndexAdvice *advice)
{
    GString *out = g_string_new(NULL);

    append_list(out, "(", advice->columns, ")");
    if (advice->include->len > 0)
        append_list(out, " INCLUDE (", advice->include, ")");
    if (advice->predicate)
        g_string_append_printf(out, " WHERE %s", advice->predicate);
    return g_string_free(out, FALSE);
}

char *
pga_index_statement(const char *sql, guint width)
{
    g_autoptr(GString) line = g_string_new(NULL);

    for (const char *at = sql; *at; at++) {
        if (!g_ascii_isspace(*at))
            g_string_append_c(line, *at);
        else if (line->len > 0 && line->str[line->len - 1] != ' ')
            g_string_append_c(line, ' ');
    }
    if (line->len > 0 && line->str[line->len - 1] == ' ')
        g_string_truncate(line, line->len - 1);
    return pga_phrase_cut(line->str, width);
}

static gboolean
is_time(const char *unit)
{
    return g_strcmp0(unit, "ms") == 0;
}

/* (transfer full): "4.2x less"; "" where there is nothing to compare. */
static char *
ratio(double before, double after)
{
    const PgaGain gain = {.before = before, .after = after, .unit = ""};

    if (before <= 0 || after <= 0 || before == after)
        return g_strdup("");
    return pga_phrase_gain_short(&gain);
}

char *
pga_index_change(const char *unit, double before, double after)
{
    const PgaGain gain = {.before = before, .after = after, .unit = unit};
    g_autofree char *from = NULL, *to = NULL, *change = NULL;

    if (!is_time(unit))
        return pga_phrase_gain(&gain);
    from = pga_duration_format(before / 1000);
    to = pga_duration_format(after / 1000);
    change = ratio(before, after);
    return g_strdup_printf("%s -> %s%s%s%s", from, to, *change ? " (" : "", change,
                           *change ? ")" : "");
}

char *
pga_index_amount(const PgaIndexReport *report, double amount)
{
    g_autofree char *number = NULL;

    if (is_time(report->unit))
        return pga_duration_format(amount / 1000);
    number = pga_phrase_number(amount);
    return g_strdup_printf("%s %s", report->unit, number);
}

char *
pga_index_size_words(const PgaIndexAdvice *advice)
{
    g_autofree char *bytes =
        advice->bytes < 0 ? g_strdup("unknown") : pga_bytes_format_storage(advice->bytes);

    return advice->accuracy ? g_strdup_printf("%s (%s)", bytes, advice->accuracy)
                            : g_steal_pointer(&bytes);
}

/* (transfer full): "3 %", "0.4 %": below 10 one digit more. */
static char *
percent(double share)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];
    const double value = 100 * share;

    return g_strconcat(
        g_ascii_formatd(buffer, sizeof buffer, value > 0 && value < 9.95 ? "%.1f" : "%.0f", value),
        " %", NULL);
}

char *
pga_index_gain_share(const PgaIndexReport *report, const PgaIndexAdvice *advice)
{
    return percent(report->total_before > 0 ? advice->gain / report->total_before : 0);
}

char *
pga_index_bound(const PgaIndexReport *report)
{
    const double left = MAX(report->total_after - report->lower_bound, 0);
    g_autofree char *gap = percent(report->gap);
    g_autofree char *share = percent(report->total_before > 0 ? left / report->total_before : 0);
    const char *ended =
        report->search_complete ? "" : " The search ended at a limit of time or plans.";

    if (report->gap < 0.0005)
        return g_strdup_printf("No set of the candidates within the bounds is better.%s", ended);
    return g_strdup_printf("No set of the candidates within the bounds saves more than another %s "
                           "of what the workload costs now (gap %s of what it costs then).%s",
                           share, gap, ended);
}

static void
append_removals(GString *out, const PgaIndexReport *report)
{
    g_autofree char *n = pga_phrase_count(report->removals->len, "index");

    if (report->removals->len > 0)
        g_string_append_printf(out, " %s to drop, for review.", n);
}

static void
append_none(GString *out, const PgaIndexReport *report)
{
    g_autofree char *least = pga_bytes_format_storage(report->least_bytes);
    g_autofree char *budget = pga_bytes_format_storage(MAX(report->budget_bytes, 0));

    if (report->budget_bytes >= 0 && report->least_bytes > report->budget_bytes)
        g_string_append_printf(out, "No index fits into %s: the smallest candidate takes %s.",
                               budget, least);
    else
        g_string_append(out, "No index is worth making for this workload.");
}

char *
pga_index_verdict(const PgaIndexReport *report)
{
    g_autofree char *n = pga_phrase_count(report->advice->len, "index");
    g_autofree char *size = pga_bytes_format_storage(MAX(report->bytes, 0));
    g_autofree char *change =
        pga_index_change(report->unit, report->total_before, report->total_after);
    g_autofree char *bound = pga_index_bound(report);
    GString *out = g_string_new(NULL);

    if (report->queries->len == 0)
        g_string_append(out, "The workload has no statement that an index could serve.");
    else if (report->total_before <= 0)
        g_string_append(out, "No statement of the workload could be analysed.");
    else if (report->advice->len == 0)
        append_none(out, report);
    else
        g_string_append_printf(out, "%s to make, %s: workload %s. %s", n, size, change, bound);
    if (report->total_before > 0 && report->advice->len == 0)
        g_string_append_printf(out, " %s", bound);
    append_removals(out, report);
    if (!report->complete)
        g_string_append(out, " Incomplete: a part of the analysis could not be done.");
    return g_string_free(out, FALSE);
}

static void
sum_effects(const PgaIndexAdvice *advice, const PgaIndexReport *report, double *before,
            double *after)
{
    *before = *after = 0;
    for (guint i = 0; i < advice->effects->len; i++) {
        const PgaIndexEffect *effect = g_ptr_array_index(advice->effects, i);
        const PgaQueryOutcome *outcome = g_ptr_array_index(report->queries, effect->query);

        *before += outcome->weight * effect->before;
        *after += outcome->weight * effect->after;
    }
}

char *
pga_index_speedup(const PgaIndexAdvice *advice, const PgaIndexReport *report)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];
    double before, after;

    sum_effects(advice, report, &before, &after);
    if (after <= 0 || before <= 0)
        return g_strdup("unknown");
    return g_strconcat(g_ascii_formatd(buffer, sizeof buffer,
                                       before / after < 9.95 ? "%.1f" : "%.0f", before / after),
                       "x", NULL);
}

char *
pga_index_workload(const PgaIndexReport *report)
{
    guint n_planned = 0;
    g_autofree char *queries = pga_phrase_count(report->queries->len, "distinct statement");
    g_autofree char *all = pga_phrase_number((double)report->workload->n_statements);

    for (guint i = 0; i < report->queries->len; i++)
        n_planned += ((const PgaQueryOutcome *)g_ptr_array_index(report->queries, i))->planned;
    return g_strdup_printf("%s of %s read, %u analysed; %u candidates, %u plans%s%s.", queries, all,
                           n_planned, report->n_candidates, report->n_plans,
                           report->weight_method ? "; " : "",
                           report->weight_method ? report->weight_method : "");
}

typedef struct {
    const char *amname, *page, *title;
} AccessMethod;

static const AccessMethod access_methods[] = {
    {"btree", "indexes-multicolumn.html", "Multicolumn Indexes"},
    {"gin", "gin.html", "GIN Indexes"},
    {"gist", "gist.html", "GiST Indexes"},
    {"spgist", "spgist.html", "SP-GiST Indexes"},
    {"brin", "brin.html", "BRIN Indexes"},
    {"hash", "hash-index.html", "Hash Indexes"},
};

char *
pga_index_docs(const PgaIndexReport *report, const PgaIndexAdvice *advice, const char **title)
{
    const guint major = report->environment ? report->environment->version_num / 10000 : 0;
    const char *page = "sql-createindex.html";
    g_autofree char *version = major > 0 ? g_strdup_printf("%u", major) : g_strdup("current");

    *title = "CREATE INDEX";
    for (guint i = 0; i < G_N_ELEMENTS(access_methods); i++)
        if (g_strcmp0(access_methods[i].amname, advice->type) == 0) {
            page = access_methods[i].page;
            *title = access_methods[i].title;
        }
    if (advice->predicate) {
        page = "indexes-partial.html";
        *title = "Partial Indexes";
    } else if (advice->include->len > 0) {
        page = "indexes-index-only-scans.html";
        *title = "Index-Only Scans and Covering Indexes";
    }
    return g_strdup_printf("https://www.postgresql.org/docs/%s/%s", version, page);
}

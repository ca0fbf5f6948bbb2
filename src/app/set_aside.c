/* What the configuration and the baseline take out of a report, and what of them has had its time.
 */
#include "set_aside_internal.h"

#include <rules/rule.h>
#include <string.h>

/* (nullable): the list that @finding belongs to; NULL: among the findings. */
static GPtrArray *
list_of(const PgaConfiguration *configuration, gint64 now, const PgaReport *report,
        PgaFinding *finding)
{
    const PgaException *exception = pga_configuration_accepts(configuration, finding, now);
    GPtrArray *list = exception ? report->accepted : NULL;
    PgaBaselineEntry *entry =
        configuration->baseline
            ? g_hash_table_lookup(configuration->baseline->entries, finding->fingerprint)
            : NULL;

    if (entry)
        entry->seen = TRUE;
    if (!exception) {
        exception = pga_configuration_ignores(configuration, finding, now);
        list = exception ? report->ignored : NULL;
    }
    if (exception)
        finding->reason = g_strdup(exception->reason);
    else if (entry)
        list = report->baseline;
    return list;
}

static void
sort_out(const PgaConfiguration *configuration, gint64 now, PgaReport *report)
{
    guint kept = 0;

    for (guint i = 0; i < report->findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(report->findings, i);
        GPtrArray *list = list_of(configuration, now, report, finding);

        if (list)
            g_ptr_array_add(list, finding);
        else
            report->findings->pdata[kept++] = finding;
    }
    while (report->findings->len > kept) /* those left at the end have moved */
        g_ptr_array_steal_index_fast(report->findings, report->findings->len - 1);
}

/* A rule that is ignored whole has nothing that could not be evaluated. */
static gboolean
is_ignored_whole(const PgaConfiguration *configuration, gint64 now, const char *rule)
{
    for (guint i = 0; rule && i < configuration->ignored->len; i++) {
        const PgaException *exception = g_ptr_array_index(configuration->ignored, i);

        if (!exception->object && g_str_equal(exception->rule, rule) &&
            !pga_exception_has_expired(exception, now))
            return TRUE;
    }
    return FALSE;
}

static void
drop_not_checked(const PgaConfiguration *configuration, gint64 now, GPtrArray *not_checked)
{
    for (guint i = not_checked->len; i > 0; i--) {
        const PgaNotChecked *entry = g_ptr_array_index(not_checked, i - 1);

        if (is_ignored_whole(configuration, now, entry->rule))
            g_ptr_array_remove_index(not_checked, i - 1);
    }
}

static int
compare_lines(gconstpointer left, gconstpointer right)
{
    const PgaException *a = *(PgaException *const *)left, *b = *(PgaException *const *)right;

    return (a->line > b->line) - (a->line < b->line);
}

static void
note_expired(const PgaConfiguration *configuration, const PgaException *exception, GPtrArray *notes)
{
    g_autofree char *rule =
        exception->rule ? g_strdup_printf("rule %s", exception->rule) : g_strdup("");
    g_autofree char *object =
        exception->object ? g_strdup_printf("object %s", exception->object) : g_strdup("");
    g_autofree char *what = exception->fingerprint
                                ? g_strdup_printf("fingerprint %s", exception->fingerprint)
                                : g_strconcat(rule, *rule && *object ? ", " : "", object, NULL);

    g_ptr_array_add(notes, g_strdup_printf("%s until %s and no longer: %s (%s, line %u).",
                                           exception->fingerprint ? "Accepted" : "Ignored",
                                           exception->expires, what, configuration->path,
                                           exception->line));
}

static void
note_all_expired(const PgaConfiguration *configuration, gint64 now, GPtrArray *notes)
{
    g_autoptr(GPtrArray) expired = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, configuration->accepted);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (pga_exception_has_expired(value, now))
            g_ptr_array_add(expired, value);
    for (guint i = 0; i < configuration->ignored->len; i++) {
        value = g_ptr_array_index(configuration->ignored, i);
        if (pga_exception_has_expired(value, now))
            g_ptr_array_add(expired, value);
    }
    g_ptr_array_sort(expired, compare_lines);
    for (guint i = 0; i < expired->len; i++)
        note_expired(configuration, g_ptr_array_index(expired, i), notes);
}

/* Of rules that were judged: of the others nobody knows. */
static guint
count_gone(const PgaConfiguration *configuration, const GPtrArray *not_checked)
{
    g_autoptr(GHashTable) unjudged = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer value;
    guint n = 0;

    for (guint i = 0; i < not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(not_checked, i);

        if (entry->rule)
            g_hash_table_add(unjudged, (gpointer)entry->rule);
    }
    g_hash_table_iter_init(&iter, configuration->baseline->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const PgaBaselineEntry *entry = value;
        const PgaRule *rule = pga_rule_by_id(entry->rule);

        n += !entry->seen && !g_hash_table_contains(unjudged, entry->rule) &&
             (!rule || pga_rule_is_enabled(rule, configuration));
    }
    return n;
}

static void
note_gone(const PgaConfiguration *configuration, PgaReport *report)
{
    const guint n = count_gone(configuration, report->not_checked);

    if (n)
        g_ptr_array_add(report->notes,
                        g_strdup_printf("%u %s of the baseline %s no longer occur%s: write it "
                                        "again to drop %s (%s).",
                                        n, n == 1 ? "entry" : "entries",
                                        configuration->baseline->path, n == 1 ? "s" : "",
                                        n == 1 ? "it" : "them", "--write-baseline"));
}

void
pga_set_aside(const PgaConfiguration *configuration, gint64 now, PgaReport *report)
{
    sort_out(configuration, now, report);
    note_all_expired(configuration, now, report->notes);
    if (configuration->baseline)
        note_gone(configuration, report);
    drop_not_checked(configuration, now, report->not_checked);
}

void
pga_set_aside_move(GPtrArray *from, GPtrArray *to)
{
    gsize n = 0;
    g_autofree gpointer *entries = g_ptr_array_steal(from, &n);

    for (gsize i = 0; i < n; i++)
        g_ptr_array_add(to, entries[i]);
}

void
pga_set_aside_lists(const PgaConfiguration *configuration, gint64 now,
                    const PgaSetAsideLists *lists)
{
    g_autoptr(PgaReport) report = pga_report_new("lists");

    pga_set_aside_move(lists->findings, report->findings);
    pga_set_aside_move(lists->not_checked, report->not_checked);
    pga_set_aside(configuration, now, report);
    pga_set_aside_move(report->findings, lists->findings);
    pga_set_aside_move(report->not_checked, lists->not_checked);
    pga_set_aside_move(report->notes, lists->notes);
    pga_set_aside_move(report->accepted, lists->set_aside);
    pga_set_aside_move(report->ignored, lists->set_aside);
    pga_set_aside_move(report->baseline, lists->baseline);
}

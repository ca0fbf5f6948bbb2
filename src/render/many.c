/* A check of many databases: what is where, which rule speaks how often, and what to fix first. */
#include "json_internal.h"
#include "page_internal.h"
#include "phrases_internal.h"
#include "scanning_internal.h"

#include <string.h>

#define MAX_PLACES 5

/** One rule over all databases. */
typedef struct {
    const PgaFinding *first; /* the first one found */
    guint n_findings, n_databases;
    const PgaCheckedDatabase *last; /* the database that was counted last */
} RuleCount;

static void
write_title(PgaPage *page, const PgaCheckedMany *many)
{
    const GPtrArray *all = many->ranked;
    g_autofree char *severities = pga_phrase_severities(all);
    const guint n_failed = pga_checked_many_failed(many);
    const guint n = many->databases->len - n_failed;
    g_autofree char *count = pga_phrase_count(n, "database");
    g_autofree char *title = g_strdup_printf("%s checked%s%s", count, n ? ": " : "",
                                             all->len ? severities
                                             : n      ? "nothing found"
                                                      : "");
    g_autofree char *failed =
        n_failed ? g_strdup_printf(" %u could not be checked: see below.", n_failed) : g_strdup("");
    g_autofree char *facts = g_strdup_printf(
        "%s%s", n ? "Fixes were not executed: check one database for that." : "", failed);

    page->style->title(page, title, facts);
}

/* (transfer full) */
static char *
describe_report(const PgaReport *report)
{
    g_autofree char *severities = pga_phrase_severities(report->findings);

    return g_strconcat(*severities ? severities : "nothing found",
                       report->complete ? "" : " (not everything read)", NULL);
}

static void
write_databases(PgaPage *page, const PgaCheckedMany *many)
{
    page->style->section(page, "Databases");
    for (guint i = 0; i < many->databases->len; i++) {
        const PgaCheckedDatabase *checked = g_ptr_array_index(many->databases, i);
        g_autofree char *place = pga_scanning_place(checked);
        g_autofree char *state = checked->report ? describe_report(checked->report) : NULL;
        g_autofree char *text =
            state ? g_strdup_printf("%s: %s", place, state) : pga_scanning_failure(checked);

        page->style->item(page, text);
    }
}

static void
count_finding(GPtrArray *rules, const PgaCheckedDatabase *checked, const PgaFinding *finding)
{
    RuleCount *count = NULL;

    for (guint i = 0; i < rules->len && !count; i++) {
        RuleCount *other = g_ptr_array_index(rules, i);

        if (g_str_equal(other->first->rule, finding->rule))
            count = other;
    }
    if (!count) {
        count = g_new0(RuleCount, 1);
        count->first = finding;
        g_ptr_array_add(rules, count);
    }
    count->n_findings++;
    count->n_databases += count->last != checked;
    count->last = checked;
}

static int
compare_counts(gconstpointer a, gconstpointer b)
{
    const RuleCount *left = *(RuleCount *const *)a, *right = *(RuleCount *const *)b;
    const int order = (left->first->severity < right->first->severity) -
                      (left->first->severity > right->first->severity);

    if (order)
        return order;
    if (left->n_databases != right->n_databases)
        return left->n_databases < right->n_databases ? 1 : -1;
    return strcmp(left->first->rule, right->first->rule);
}

static void
write_rules(PgaPage *page, const PgaCheckedMany *many)
{
    g_autoptr(GPtrArray) rules = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < many->databases->len; i++) {
        const PgaCheckedDatabase *checked = g_ptr_array_index(many->databases, i);

        for (guint j = 0; checked->report && j < checked->report->findings->len; j++)
            count_finding(rules, checked, g_ptr_array_index(checked->report->findings, j));
    }
    if (rules->len == 0)
        return;
    g_ptr_array_sort(rules, compare_counts);
    page->style->section(page, "Rules");
    for (guint i = 0; i < rules->len; i++) {
        const RuleCount *count = g_ptr_array_index(rules, i);
        g_autofree char *text = g_strdup_printf(
            "%s: %s (%s): %u in %u database%s", pga_severity_name(count->first->severity),
            count->first->title, count->first->rule, count->n_findings, count->n_databases,
            count->n_databases == 1 ? "" : "s");

        page->style->item(page, text);
    }
}

/* (transfer full): "main/shop, main/web and 12 others": where the same is found. */
static char *
places_of(const PgaCheckedMany *many, const PgaFinding *finding)
{
    GString *places = g_string_new(NULL);
    guint n = 0;

    for (guint i = 0; i < many->ranked->len; i++) {
        const PgaFinding *other = g_ptr_array_index(many->ranked, i);
        const PgaCheckedDatabase *checked;
        g_autofree char *place = NULL;

        if (g_strcmp0(other->fingerprint, finding->fingerprint) != 0 || ++n > MAX_PLACES)
            continue;
        checked = pga_checked_many_of(many, other);
        place = checked ? pga_scanning_place(checked) : g_strdup("");
        g_string_append_printf(places, "%s%s", n > 1 ? ", " : "", place);
    }
    if (n > MAX_PLACES)
        g_string_append_printf(places, " and %u other%s", n - MAX_PLACES,
                               n == MAX_PLACES + 1 ? "" : "s");
    return g_string_free(places, FALSE);
}

static void
write_top(PgaPage *page, const PgaCheckedMany *many)
{
    for (guint i = 0; i < many->top->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(many->top, i);
        g_autofree char *places = places_of(many, finding);

        pga_page_finding(page, i + 1, finding);
        page->style->labelled(page, "In", places);
    }
}

static char *
render_page(const PgaCheckedMany *many, const PgaRenderOptions *options, const PgaPageStyle *style)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(PgaGroups) groups = pga_groups_new(none);
    PgaPage page = {
        .style = style,
        .out = g_string_new(NULL),
        .all = TRUE,
        .colour = options->colour,
        .width = pga_page_width(options->width),
        .groups = groups,
    };

    write_title(&page, many);
    write_top(&page, many);
    write_databases(&page, many);
    write_rules(&page, many);
    return g_string_free(page.out, FALSE);
}

static json_t *
failure_json(const PgaCheckedDatabase *checked)
{
    json_t *object = json_object();

    if (checked->report) {
        json_decref(object);
        return json_null();
    }
    json_object_set_new(object, "message", pga_json_string(checked->message));
    json_object_set_new(object, "detail", pga_json_string(checked->detail));
    json_object_set_new(object, "hint", pga_json_string(checked->hint));
    return object;
}

static json_t *
summary_json(const PgaCheckedMany *many)
{
    const GPtrArray *all = many->ranked;
    gint n[PGA_SEVERITY_ERROR + 1] = {0};

    for (guint i = 0; i < all->len; i++)
        n[((const PgaFinding *)g_ptr_array_index(all, i))->severity]++;
    return json_pack("{s:i, s:i, s:i, s:i, s:i}", "databases", (int)many->databases->len, "failed",
                     (int)pga_checked_many_failed(many), "errors", n[PGA_SEVERITY_ERROR],
                     "warnings", n[PGA_SEVERITY_WARNING], "infos", n[PGA_SEVERITY_INFO]);
}

static gboolean
is_complete(const PgaCheckedMany *many)
{
    for (guint i = 0; i < many->databases->len; i++) {
        const PgaCheckedDatabase *checked = g_ptr_array_index(many->databases, i);

        if (!checked->report || !checked->report->complete)
            return FALSE;
    }
    return TRUE;
}

static char *
render_json(const PgaCheckedMany *many)
{
    json_t *root = json_object(), *targets = json_array();

    for (guint i = 0; i < many->databases->len; i++) {
        const PgaCheckedDatabase *checked = g_ptr_array_index(many->databases, i);
        json_t *target = json_object();

        json_object_set_new(target, "cluster", pga_json_string(checked->cluster));
        json_object_set_new(target, "database", pga_json_string(checked->database));
        json_object_set_new(target, "error", failure_json(checked));
        json_object_set_new(target, "report",
                            checked->report ? pga_json_report(checked->report) : json_null());
        json_array_append_new(targets, target);
    }
    json_object_set_new(root, "tool", pga_json_tool());
    json_object_set_new(root, "command", json_string("check"));
    json_object_set_new(root, "complete", json_boolean(is_complete(many)));
    json_object_set_new(root, "source", json_null());
    json_object_set_new(root, "findings", json_array());
    json_object_set_new(root, "not_checked", json_array());
    json_object_set_new(root, "targets", targets);
    json_object_set_new(root, "summary", summary_json(many));
    return pga_json_dump(root);
}

static char *
render_scan(const PgaCheckedMany *many, const PgaRenderOptions *options)
{
    g_autoptr(PgaScan) scan = pga_scan_of_many(many);

    return options->format == PGA_FORMAT_SARIF ? pga_render_sarif(scan, options)
                                               : pga_render_github(scan, options);
}

char *
pga_render_many(const PgaCheckedMany *many, const PgaRenderOptions *options)
{
    switch (options->format) {
    case PGA_FORMAT_JSON:
        return render_json(many);
    case PGA_FORMAT_SARIF:
    case PGA_FORMAT_GITHUB:
        return render_scan(many, options);
    case PGA_FORMAT_MARKDOWN:
        return render_page(many, options, &pga_page_markdown);
    case PGA_FORMAT_TEXT:
    default:
        return render_page(many, options, &pga_page_text);
    }
}

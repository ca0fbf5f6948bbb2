/* SARIF 2.1.0 as code scanning wants it. The standard leaves a location optional; GitHub does not,
 * so that what is in no file stands in one that is named after the database. */
#include "json_internal.h"
#include "phrases_internal.h"
#include "scanning_internal.h"

#include <base/text.h>
#include <render/rules.h>
#include <string.h>

/* GitHub refuses a run with more results; of these it shows 5,000, the most severe. It takes 20
 * runs of a file, and no two of one category: there is one, however many databases it is about. */
#define MAX_RESULTS       25000
#define MAX_NOTIFICATIONS 1000
#define MAX_MESSAGE       1000 /* characters of what a message quotes */
#define MAX_DESCRIPTION   1024 /* GitHub cuts descriptions of rules there */
#define MAX_NAME          200  /* characters of the category */
#define PAGE_WIDTH        100
#define MANUAL            "https://www.postgresql.org/docs/current/"

static const char *const levels[] = {
    [PGA_SEVERITY_INFO] = "note",
    [PGA_SEVERITY_WARNING] = "warning",
    [PGA_SEVERITY_ERROR] = "error",
};

/* What GitHub calls the severity of a problem. */
static const char *const problems[] = {
    [PGA_SEVERITY_INFO] = "recommendation",
    [PGA_SEVERITY_WARNING] = "warning",
    [PGA_SEVERITY_ERROR] = "error",
};

/* In a message brackets make links and braces placeholders: SARIF 2.1.0, 3.11.5 and 3.11.6. */
static json_t *
message(const char *text)
{
    g_autofree char *printable = pga_text_printable(text);
    g_autoptr(GString) out = g_string_new(NULL);
    json_t *object = json_object();

    for (const char *at = printable; *at; at++) {
        if (*at == '[' || *at == ']')
            g_string_append_c(out, '\\');
        if (*at == '{' || *at == '}')
            g_string_append_c(out, *at);
        g_string_append_c(out, *at);
    }
    json_object_set_new(object, "text", pga_json_string(out->str));
    return object;
}

/* Our own words, in full. */
static json_t *
plain(const char *text)
{
    g_autofree char *clipped = pga_phrase_clip(text, MAX_DESCRIPTION - 3);
    json_t *object = json_object();

    json_object_set_new(object, "text", pga_json_string(clipped));
    return object;
}

static json_t *
help(const PgaRuleText *rule)
{
    g_autofree char *text = pga_render_rule_text(rule, PAGE_WIDTH);
    g_autofree char *markdown = pga_render_rule_markdown(rule, "current");

    return json_pack("{s:s, s:s}", "text", text, "markdown", markdown);
}

/* With it, and the tag that is the category, GitHub lists the alert among those about security:
 * high from 7.0 on, medium from 4.0. */
static const char *const security[] = {
    [PGA_SEVERITY_INFO] = "2.0",
    [PGA_SEVERITY_WARNING] = "5.0",
    [PGA_SEVERITY_ERROR] = "8.0",
};

static json_t *
descriptor(const PgaRuleText *rule)
{
    const gboolean is_whole = g_str_has_prefix(rule->docs_page, "https://");
    g_autofree char *url = g_strconcat(is_whole ? "" : MANUAL, rule->docs_page, NULL);
    json_t *object = json_object();
    json_t *properties = json_pack("{s:[s, s], s:s}", "tags", "postgresql", rule->category,
                                   "problem.severity", problems[rule->severity]);

    if (g_str_equal(rule->category, "security"))
        json_object_set_new(properties, "security-severity", json_string(security[rule->severity]));
    json_object_set_new(object, "id", json_string(rule->id));
    json_object_set_new(object, "shortDescription", plain(rule->title));
    json_object_set_new(object, "fullDescription", plain(rule->why));
    json_object_set_new(object, "helpUri", json_string(url));
    json_object_set_new(object, "help", help(rule));
    json_object_set_new(object, "defaultConfiguration",
                        json_pack("{s:s}", "level", levels[rule->severity]));
    json_object_set_new(object, "properties", properties);
    return object;
}

/* Of one scan all reports have the same rules, unless their sources differ in kind: these are told
 * apart by id. (transfer container): rules to their places, from 1 on. */
static GHashTable *
places_of(const PgaScan *scan, json_t *rules)
{
    GHashTable *places = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < scan->scanned->len; i++) {
        const PgaReport *report = g_array_index(scan->scanned, PgaScanned, i).report;

        for (guint j = 0; j < report->rules->len; j++) {
            const PgaRuleText *rule = g_ptr_array_index(report->rules, j);

            if (g_hash_table_contains(places, rule->id))
                continue;
            json_array_append_new(rules, descriptor(rule));
            g_hash_table_insert(places, (gpointer)rule->id,
                                GUINT_TO_POINTER(json_array_size(rules)));
        }
    }
    return places;
}

/* A file below the root, or anything else that has a place. */
static json_t *
artifact(const char *path)
{
    g_autofree char *valid = g_utf8_make_valid(path, -1);
    json_t *object = json_object();

    if (g_path_is_absolute(path)) {
        g_autofree char *uri = g_filename_to_uri(path, NULL, NULL);

        json_object_set_new(object, "uri", pga_json_string(uri));
    } else {
        g_autofree char *uri = g_uri_escape_string(valid, "/", FALSE);

        json_object_set_new(object, "uri", pga_json_string(uri));
        json_object_set_new(object, "uriBaseId", json_string("%SRCROOT%"));
    }
    return object;
}

static json_t *
region(guint line, guint column)
{
    json_t *object = json_object();

    json_object_set_new(object, "startLine", json_integer(MAX(line, 1)));
    if (line && column)
        json_object_set_new(object, "startColumn", json_integer(column));
    return object;
}

static json_t *
physical(const char *path, guint line, guint column)
{
    json_t *object = json_object();

    json_object_set_new(object, "artifactLocation", artifact(path));
    json_object_set_new(object, "region", region(line, column));
    return object;
}

/* (transfer full): where what is in no file is said to be: "databases/shop", of many
 * "databases/main/shop". */
static char *
stand_in(const PgaScan *scan, const PgaScanned *scanned)
{
    g_autofree char *printable = pga_text_printable(scanned->place ? scanned->place : scan->name);
    char *rest = scanned->place ? strchr(printable, '/') : NULL;

    g_strdelimit(rest ? rest + 1 : printable, "/", '_');
    return g_strconcat("databases/", printable, NULL);
}

/* What the object is, told from the rule's category: an object's own kind is in its name no more.
 */
static const char *
kind_of(const PgaFinding *finding)
{
    if (g_str_equal(finding->category, "index"))
        return "index";
    if (g_str_equal(finding->category, "config"))
        return "setting";
    return g_str_equal(finding->category, "schema") ? "relation" : "object";
}

static json_t *
location(const PgaScan *scan, const PgaFinding *finding, const PgaRenderOptions *options)
{
    g_autofree char *path = finding->file ? pga_scanning_path(options, finding->file)
                                          : stand_in(scan, pga_scan_of(scan, finding));
    json_t *object = json_object(), *logical = json_object(), *list = json_array();

    json_object_set_new(object, "physicalLocation", physical(path, finding->line, finding->column));
    json_object_set_new(logical, "fullyQualifiedName", pga_json_string(finding->object));
    json_object_set_new(logical, "kind", json_string(kind_of(finding)));
    json_array_append_new(list, logical);
    json_object_set_new(object, "logicalLocations", list);
    return object;
}

/* The first sentence is what a list of alerts shows. */
static json_t *
result_message(const PgaScanned *scanned, const PgaFinding *finding)
{
    g_autofree char *evidence =
        pga_phrase_clip(finding->evidence ? finding->evidence : "", MAX_MESSAGE);
    g_autofree char *whole_fix = pga_scanning_fix(finding);
    g_autofree char *fix = pga_phrase_clip(whole_fix, MAX_MESSAGE);
    g_autofree char *object = pga_phrase_clip(finding->object, MAX_MESSAGE);
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text, "%s: %s%s%s.", finding->title, object,
                           scanned->place ? " in " : "", scanned->place ? scanned->place : "");
    if (*evidence)
        g_string_append_printf(text, " %s", evidence);
    if (*fix)
        g_string_append_printf(text, " %s: %s", finding->proof.refused ? "Sketch" : "Fix", fix);
    return message(text->str);
}

static json_t *
result_properties(const PgaFinding *finding)
{
    json_t *object = json_object(), *sql = json_array(), *undo = json_array();

    for (guint i = 0; i < finding->fix.sql->len; i++)
        json_array_append_new(sql, pga_json_string(g_ptr_array_index(finding->fix.sql, i)));
    for (guint i = 0; i < finding->fix.undo->len; i++)
        json_array_append_new(undo, pga_json_string(g_ptr_array_index(finding->fix.undo, i)));
    json_object_set_new(object, "confidence",
                        json_string(pga_confidence_name(finding->confidence)));
    json_object_set_new(object, "safety", json_string(pga_safety_name(finding->fix.safety)));
    json_object_set_new(object, "sql", sql);
    json_object_set_new(object, "undo", undo);
    return object;
}

/* GitHub knows an alert again by primaryLocationLineHash; others by any name. In two databases the
 * same object is two alerts. */
static json_t *
fingerprints(const PgaScanned *scanned, const PgaFinding *finding)
{
    g_autofree char *own = scanned->place
                               ? pga_finding_fingerprint(finding->fingerprint, scanned->place)
                               : g_strdup(finding->fingerprint);
    g_autofree char *hash = g_strconcat(own, ":1", NULL);

    return json_pack("{s:s, s:s}", "pgarchitect/v1", own, "primaryLocationLineHash", hash);
}

static json_t *
result(const PgaScan *scan, const PgaFinding *finding, GHashTable *places,
       const PgaRenderOptions *options)
{
    const PgaScanned *scanned = pga_scan_of(scan, finding);
    const guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, finding->rule));
    json_t *object = json_object(), *locations = json_array();

    json_object_set_new(object, "ruleId", json_string(finding->rule));
    if (place)
        json_object_set_new(object, "ruleIndex", json_integer(place - 1));
    json_object_set_new(object, "level", json_string(levels[finding->severity]));
    json_object_set_new(object, "message", result_message(scanned, finding));
    json_array_append_new(locations, location(scan, finding, options));
    json_object_set_new(object, "locations", locations);
    json_object_set_new(object, "partialFingerprints", fingerprints(scanned, finding));
    json_object_set_new(object, "properties", result_properties(finding));
    return object;
}

/* What was set aside; who reads it leaves them out, but for GitHub, which opens an alert for each.
 */
static void
append_suppressed(const PgaScan *scan, const GPtrArray *findings, json_t *array, GHashTable *places,
                  const PgaRenderOptions *options)
{
    for (guint i = 0; i < findings->len && json_array_size(array) < MAX_RESULTS; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        json_t *object = result(scan, finding, places, options);
        const char *unsaid = finding->in_source ? "a comment in the file" : "in the baseline";
        g_autofree char *reason = pga_text_printable(finding->reason ? finding->reason : unsaid);

        json_object_set_new(object, "suppressions",
                            json_pack("[{s:s, s:s, s:o}]", "kind",
                                      finding->in_source ? "inSource" : "external", "status",
                                      "accepted", "justification", pga_json_string(reason)));
        json_array_append_new(array, object);
    }
}

static json_t *
results(const PgaScan *scan, GHashTable *places, const PgaRenderOptions *options)
{
    json_t *array = json_array();

    for (guint i = 0; i < MIN(scan->findings->len, MAX_RESULTS); i++)
        json_array_append_new(array,
                              result(scan, g_ptr_array_index(scan->findings, i), places, options));
    for (guint i = 0; options->all && i < scan->scanned->len; i++) {
        const PgaReport *report = g_array_index(scan->scanned, PgaScanned, i).report;

        append_suppressed(scan, report->accepted, array, places, options);
        append_suppressed(scan, report->ignored, array, places, options);
        append_suppressed(scan, report->baseline, array, places, options);
    }
    return array;
}

static void
append_notification(json_t *array, const char *level, const char *text)
{
    json_t *object = json_object();

    json_object_set_new(object, "level", json_string(level));
    json_object_set_new(object, "message", message(text));
    json_array_append_new(array, object);
}

/** What the invocation has to say, at most so much. */
typedef struct {
    json_t *array;
    GHashTable *places;
    const PgaRenderOptions *options;
    guint n_left; /* entries that found no room */
} Notifications;

static void
append_not_checked(Notifications *to, const PgaScanned *scanned, const PgaNotChecked *entry)
{
    g_autofree char *what = pga_phrase_clip(entry->what, MAX_MESSAGE);
    g_autofree char *why = pga_phrase_clip(entry->why, MAX_MESSAGE);
    g_autofree char *text = g_strdup_printf("Not checked%s%s: %s: %s", scanned->place ? " in " : "",
                                            scanned->place ? scanned->place : "", what, why);
    json_t *object;

    append_notification(to->array, entry->rule ? "note" : "warning", text);
    object = json_array_get(to->array, json_array_size(to->array) - 1);
    if (entry->rule && g_hash_table_contains(to->places, entry->rule))
        json_object_set_new(object, "associatedRule", json_pack("{s:s}", "id", entry->rule));
    if (entry->file) {
        g_autofree char *path = pga_scanning_path(to->options, entry->file);

        json_object_set_new(
            object, "locations",
            json_pack("[{s:o}]", "physicalLocation", physical(path, entry->line, entry->column)));
    }
}

static void
append_of_report(Notifications *to, const PgaScanned *scanned, guint *n)
{
    const PgaReport *report = scanned->report;

    for (guint i = 0; i < report->notes->len; i++)
        append_notification(to->array, "note", g_ptr_array_index(report->notes, i));
    for (guint i = 0; i < report->not_checked->len; i++) {
        if ((*n)++ < MAX_NOTIFICATIONS)
            append_not_checked(to, scanned, g_ptr_array_index(report->not_checked, i));
        else
            to->n_left++;
    }
}

static json_t *
notifications(const PgaScan *scan, GHashTable *places, const PgaRenderOptions *options)
{
    Notifications to = {json_array(), places, options, 0};
    guint n = 0;

    if (scan->findings->len > MAX_RESULTS) {
        g_autofree char *text =
            g_strdup_printf("%u findings, the least important, are left out: a run may have %d.",
                            scan->findings->len - MAX_RESULTS, MAX_RESULTS);

        append_notification(to.array, "warning", text);
    }
    for (guint i = 0; i < scan->failures->len; i++)
        append_notification(to.array, "error", g_ptr_array_index(scan->failures, i));
    for (guint i = 0; i < scan->scanned->len; i++)
        append_of_report(&to, &g_array_index(scan->scanned, PgaScanned, i), &n);
    if (to.n_left) {
        g_autofree char *text = g_strdup_printf("%u more were not checked.", to.n_left);

        append_notification(to.array, "note", text);
    }
    return to.array;
}

/* Runs of one category replace each other on GitHub: each source has its own. */
static json_t *
automation(const PgaScan *scan)
{
    g_autofree char *whole = pga_text_printable(scan->name);
    g_autofree char *printable = pga_phrase_clip(whole, MAX_NAME);
    const char *command = scan->scanned->len > 0
                              ? g_array_index(scan->scanned, PgaScanned, 0).report->command
                              : "check";
    g_autofree char *id = NULL;

    g_strdelimit(printable, "/", '_');
    id = g_strdup_printf("pgarchitect %s/%s/", command, printable);
    return json_pack("{s:s}", "id", id);
}

static json_t *
run_of(const PgaScan *scan, const PgaRenderOptions *options)
{
    json_t *run = json_object(), *driver = pga_json_tool(), *rules = json_array();
    g_autoptr(GHashTable) places = places_of(scan, rules);
    json_t *invocation =
        json_pack("{s:b, s:o}", "executionSuccessful", scan->scanned->len > 0,
                  "toolExecutionNotifications", notifications(scan, places, options));

    json_object_set_new(driver, "semanticVersion", json_string(PGA_VERSION));
    json_object_set_new(driver, "rules", rules);
    json_object_set_new(run, "tool", json_pack("{s:o}", "driver", driver));
    json_object_set_new(run, "automationDetails", automation(scan));
    json_object_set_new(run, "invocations", json_pack("[o]", invocation));
    json_object_set_new(run, "columnKind", json_string("unicodeCodePoints"));
    json_object_set_new(run, "results", results(scan, places, options));
    return run;
}

char *
pga_render_sarif(const PgaScan *scan, const PgaRenderOptions *options)
{
    json_t *root = json_object();

    json_object_set_new(root, "$schema",
                        json_string("https://json.schemastore.org/sarif-2.1.0.json"));
    json_object_set_new(root, "version", json_string("2.1.0"));
    json_object_set_new(root, "runs", json_pack("[o]", run_of(scan, options)));
    return pga_json_dump(root);
}

/* SARIF 2.1.0 as code scanning wants it. The standard leaves a location optional; GitHub does not,
 * so that what is in no file stands in one that is named after the database. */
#include "json_internal.h"
#include "phrases_internal.h"
#include "scanning_internal.h"

#include <base/text.h>
#include <render/rules.h>
#include <string.h>

/* GitHub refuses a run with more results; of these it shows 5,000, the most severe. */
#define MAX_RESULTS       25000
#define MAX_NOTIFICATIONS 1000
#define MAX_MESSAGE       1000 /* characters of what a message quotes */
#define MAX_DESCRIPTION   1024 /* GitHub cuts descriptions of rules there */
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

static json_t *
descriptor(const PgaRuleText *rule)
{
    g_autofree char *url = g_strconcat(MANUAL, rule->docs_page, NULL);
    json_t *object = json_object();

    json_object_set_new(object, "id", json_string(rule->id));
    json_object_set_new(object, "shortDescription", plain(rule->title));
    json_object_set_new(object, "fullDescription", plain(rule->why));
    json_object_set_new(object, "helpUri", json_string(url));
    json_object_set_new(object, "help", help(rule));
    json_object_set_new(object, "defaultConfiguration",
                        json_pack("{s:s}", "level", levels[rule->severity]));
    json_object_set_new(object, "properties",
                        json_pack("{s:[s, s], s:s}", "tags", "postgresql", rule->category,
                                  "problem.severity", problems[rule->severity]));
    return object;
}

static json_t *
driver(const PgaReport *report)
{
    json_t *object = pga_json_tool(), *rules = json_array();

    json_object_set_new(object, "semanticVersion", json_string(PGA_VERSION));
    for (guint i = 0; i < report->rules->len; i++)
        json_array_append_new(rules, descriptor(g_ptr_array_index(report->rules, i)));
    json_object_set_new(object, "rules", rules);
    return object;
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

/* (transfer full): where what is in no file is said to be: "databases/shop". */
static char *
stand_in(const PgaReport *report)
{
    const char *name = report->environment->source_name;
    g_autofree char *printable = pga_text_printable(name && *name ? name : "postgresql");

    g_strdelimit(printable, "/", '_');
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
location(const PgaReport *report, const PgaFinding *finding, const PgaRenderOptions *options)
{
    g_autofree char *path =
        finding->file ? pga_scanning_path(options, finding->file) : stand_in(report);
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
result_message(const PgaFinding *finding)
{
    g_autofree char *evidence =
        pga_phrase_clip(finding->evidence ? finding->evidence : "", MAX_MESSAGE);
    g_autofree char *whole_fix = pga_scanning_fix(finding);
    g_autofree char *fix = pga_phrase_clip(whole_fix, MAX_MESSAGE);
    g_autofree char *object = pga_phrase_clip(finding->object, MAX_MESSAGE);
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text, "%s: %s.", finding->title, object);
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

/* (nullable key, -1): the rule's place in the driver's list. */
static GHashTable *
places_of(const PgaReport *report)
{
    GHashTable *places = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < report->rules->len; i++) {
        const PgaRuleText *rule = g_ptr_array_index(report->rules, i);

        g_hash_table_insert(places, (gpointer)rule->id, GUINT_TO_POINTER(i + 1));
    }
    return places;
}

/* GitHub knows an alert again by primaryLocationLineHash; others by any name. */
static json_t *
fingerprints(const PgaFinding *finding)
{
    g_autofree char *hash = g_strconcat(finding->fingerprint, ":1", NULL);

    return json_pack("{s:s, s:s}", "pgarchitect/v1", finding->fingerprint,
                     "primaryLocationLineHash", hash);
}

static json_t *
result(const PgaReport *report, const PgaFinding *finding, GHashTable *places,
       const PgaRenderOptions *options)
{
    const guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, finding->rule));
    json_t *object = json_object(), *locations = json_array();

    json_object_set_new(object, "ruleId", json_string(finding->rule));
    if (place)
        json_object_set_new(object, "ruleIndex", json_integer(place - 1));
    json_object_set_new(object, "level", json_string(levels[finding->severity]));
    json_object_set_new(object, "message", result_message(finding));
    json_array_append_new(locations, location(report, finding, options));
    json_object_set_new(object, "locations", locations);
    json_object_set_new(object, "partialFingerprints", fingerprints(finding));
    json_object_set_new(object, "properties", result_properties(finding));
    return object;
}

static json_t *
results(const PgaReport *report, const PgaRenderOptions *options)
{
    g_autoptr(GHashTable) places = places_of(report);
    json_t *array = json_array();

    for (guint i = 0; i < MIN(report->findings->len, MAX_RESULTS); i++)
        json_array_append_new(
            array, result(report, g_ptr_array_index(report->findings, i), places, options));
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

static void
append_not_checked(json_t *array, const PgaNotChecked *entry, GHashTable *places,
                   const PgaRenderOptions *options)
{
    g_autofree char *what = pga_phrase_clip(entry->what, MAX_MESSAGE);
    g_autofree char *why = pga_phrase_clip(entry->why, MAX_MESSAGE);
    g_autofree char *text = g_strdup_printf("Not checked: %s: %s", what, why);
    json_t *object;

    append_notification(array, entry->rule ? "note" : "warning", text);
    object = json_array_get(array, json_array_size(array) - 1);
    if (entry->rule && g_hash_table_contains(places, entry->rule))
        json_object_set_new(object, "associatedRule", json_pack("{s:s}", "id", entry->rule));
    if (entry->file) {
        g_autofree char *path = pga_scanning_path(options, entry->file);

        json_object_set_new(
            object, "locations",
            json_pack("[{s:o}]", "physicalLocation", physical(path, entry->line, entry->column)));
    }
}

static json_t *
notifications(const PgaReport *report, const PgaRenderOptions *options)
{
    g_autoptr(GHashTable) places = places_of(report);
    const guint n_shown = MIN(report->not_checked->len, MAX_NOTIFICATIONS);
    json_t *array = json_array();

    if (report->findings->len > MAX_RESULTS) {
        g_autofree char *text =
            g_strdup_printf("%u findings, the least important, are left out: a run may have %d.",
                            report->findings->len - MAX_RESULTS, MAX_RESULTS);

        append_notification(array, "warning", text);
    }
    for (guint i = 0; i < report->notes->len; i++)
        append_notification(array, "note", g_ptr_array_index(report->notes, i));
    for (guint i = 0; i < n_shown; i++)
        append_not_checked(array, g_ptr_array_index(report->not_checked, i), places, options);
    if (report->not_checked->len > n_shown) {
        g_autofree char *text =
            g_strdup_printf("%u more were not checked.", report->not_checked->len - n_shown);

        append_notification(array, "note", text);
    }
    return array;
}

/* Runs of one category replace each other on GitHub: each source has its own. */
static json_t *
automation(const PgaReport *report)
{
    const char *name = report->environment->source_name;
    g_autofree char *printable = pga_text_printable(name && *name ? name : "postgresql");
    g_autofree char *id = NULL;

    g_strdelimit(printable, "/", '_');
    id = g_strdup_printf("pgarchitect %s/%s/", report->command, printable);
    return json_pack("{s:s}", "id", id);
}

char *
pga_render_sarif(const PgaReport *report, const PgaRenderOptions *options)
{
    json_t *run = json_object(), *root = json_object(), *runs = json_array(),
           *invocation = json_object(), *invocations = json_array();

    json_object_set_new(invocation, "executionSuccessful", json_true());
    json_object_set_new(invocation, "toolExecutionNotifications", notifications(report, options));
    json_array_append_new(invocations, invocation);
    json_object_set_new(run, "tool", json_pack("{s:o}", "driver", driver(report)));
    json_object_set_new(run, "automationDetails", automation(report));
    json_object_set_new(run, "invocations", invocations);
    json_object_set_new(run, "columnKind", json_string("unicodeCodePoints"));
    json_object_set_new(run, "results", results(report, options));
    json_array_append_new(runs, run);
    json_object_set_new(root, "$schema",
                        json_string("https://json.schemastore.org/sarif-2.1.0.json"));
    json_object_set_new(root, "version", json_string("2.1.0"));
    json_object_set_new(root, "runs", runs);
    return pga_json_dump(root);
}

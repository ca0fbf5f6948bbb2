/* Many databases in one document: as much as services take, and each finding with its database. */
#include "reports.h"

#include <jansson.h>
#include <model/many.h>
#include <render/render.h>
#include <string.h>

static PgaRuleText *
rule_new(const char *id, const char *category)
{
    PgaRuleText *rule = g_new0(PgaRuleText, 1);

    *rule = (PgaRuleText){.id = id,
                          .title = "Title",
                          .verb = "check",
                          .category = category,
                          .severity = PGA_SEVERITY_WARNING,
                          .why = "Why.",
                          .when_not = "Never.",
                          .docs_page = "datatype.html",
                          .docs_title = "Data Types",
                          .requirements = "T1-2"};
    return rule;
}

/* @n databases of one cluster, each with the report that @build makes, and one that is away. */
static PgaCheckedMany *
many_new(guint n, PgaReport *(*build)(void))
{
    PgaCheckedMany *many = pga_checked_many_new();

    for (guint i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("tenant %u/x", i);
        PgaCheckedDatabase *checked = pga_checked_many_add(many, "main", name);

        checked->report = build();
        g_ptr_array_add(checked->report->rules, rule_new("fk-missing-index", "index"));
        g_ptr_array_add(checked->report->rules, rule_new("sec-ssl-off", "security"));
        g_ptr_array_extend(many->ranked, checked->report->findings, NULL, NULL);
    }
    pga_checked_database_fail(pga_checked_many_add(many, "gone", NULL),
                              g_error_new(g_quark_from_static_string("test"), 1, "no [route]"));
    return many;
}

static json_t *
sarif_of(const PgaCheckedMany *many)
{
    g_autofree char *text = pga_render_many(many, &(PgaRenderOptions){.format = PGA_FORMAT_SARIF});
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *run;

    g_assert_nonnull(root);
    g_assert_cmpuint(json_array_size(json_object_get(root, "runs")), ==, 1);
    run = json_incref(json_array_get(json_object_get(root, "runs"), 0));
    json_decref(root);
    return run;
}

static const char *
text_at(const json_t *object, const char *key, const char *below)
{
    const json_t *inner = json_object_get(object, key);

    return json_string_value(below ? json_object_get(inner, below) : inner);
}

static const char *
uri_of(const json_t *result)
{
    const json_t *location = json_array_get(json_object_get(result, "locations"), 0);
    const json_t *physical = json_object_get(location, "physicalLocation");

    return text_at(physical, "artifactLocation", "uri");
}

/* Code scanning refuses a file of more than 20 runs. */
static void
test_sarif(void)
{
    g_autoptr(PgaCheckedMany) many = many_new(30, report_of_shop);
    json_t *run = sarif_of(many);
    const json_t *rules = json_object_get(json_object_get(json_object_get(run, "tool"), "driver"),
                                          "rules"),
                 *results = json_object_get(run, "results"),
                 *invocation = json_array_get(json_object_get(run, "invocations"), 0),
                 *failure =
                     json_array_get(json_object_get(invocation, "toolExecutionNotifications"), 0);
    const gsize each = many->ranked->len / 30;
    const json_t *first = json_array_get(results, 0), *other = json_array_get(results, each);

    g_assert_cmpuint(json_array_size(rules), ==, 2);
    g_assert_cmpstr(text_at(json_array_get(rules, 1), "properties", "security-severity"), ==,
                    "5.0");
    g_assert_null(text_at(json_array_get(rules, 0), "properties", "security-severity"));
    g_assert_cmpuint(json_array_size(results), ==, many->ranked->len);
    g_assert_cmpstr(uri_of(first), ==, "databases/main/tenant%200_x");
    g_assert_cmpstr(uri_of(other), ==, "databases/main/tenant%201_x");
    g_assert_nonnull(strstr(text_at(first, "message", "text"), " in main/tenant 0/x."));
    g_assert_cmpstr(text_at(first, "partialFingerprints", "primaryLocationLineHash"), !=,
                    text_at(other, "partialFingerprints", "primaryLocationLineHash"));
    g_assert_cmpstr(text_at(failure, "level", NULL), ==, "error");
    g_assert_cmpstr(text_at(failure, "message", "text"), ==, "gone: not checked: no \\[route\\]");
    g_assert_cmpstr(text_at(run, "automationDetails", "id"), ==, "pgarchitect check/main, gone/");
    json_decref(run);
}

static guint
count_of(const char *text, const char *part)
{
    guint n = 0;

    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        n++;
    return n;
}

/* GitHub shows ten of each level of a step, whichever database they are of. */
static void
test_github(void)
{
    g_autoptr(PgaCheckedMany) many = many_new(30, report_of_shop);
    g_autofree char *text = pga_render_many(many, &(PgaRenderOptions){.format = PGA_FORMAT_GITHUB});

    g_assert_cmpuint(count_of(text, "\n::error "), <=, 10);
    g_assert_cmpuint(count_of(text, "\n::warning "), ==, 10);
    g_assert_cmpuint(count_of(text, "\n::notice "), <=, 10);
    g_assert_cmpuint(count_of(text, "::main/tenant 0/x: "), >, 0);
    g_assert_cmpuint(count_of(text, "\npgarchitect check: main/tenant "), ==, 29);
    g_assert_nonnull(strstr(text, "\npgarchitect check: gone: not checked: no [route]\n"));
    g_assert_nonnull(strstr(text, " more: GitHub shows 10 of each level"));
}

/* What seven databases have in common takes one place at the top. */
static void
test_common(void)
{
    g_autoptr(PgaCheckedMany) many = many_new(7, report_of_shop);
    g_autofree char *text = NULL;

    g_ptr_array_add(many->top, g_ptr_array_index(many->ranked, 0));
    text = pga_render_many(many, &(PgaRenderOptions){.format = PGA_FORMAT_TEXT, .width = 200});
    g_assert_nonnull(strstr(text, "In     main/tenant 0/x, main/tenant 1/x, main/tenant 2/x, "
                                  "main/tenant 3/x, main/tenant 4/x and 2 others"));
    g_assert_nonnull(strstr(text, "7 databases checked: "));
    g_assert_nonnull(strstr(text, "gone: not checked: no [route]"));
}

static void
test_none(void)
{
    g_autoptr(PgaCheckedMany) many = many_new(0, report_of_shop);
    g_autofree char *text =
        pga_render_many(many, &(PgaRenderOptions){.format = PGA_FORMAT_TEXT, .width = 80});
    json_t *run = sarif_of(many);

    g_assert_null(strstr(text, "nothing found"));
    g_assert_nonnull(strstr(text, "0 databases checked"));
    g_assert_false(json_boolean_value(json_object_get(
        json_array_get(json_object_get(run, "invocations"), 0), "executionSuccessful")));
    json_decref(run);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/render/many/one-run-of-sarif", test_sarif);
    g_test_add_func("/render/many/ten-annotations-of-a-level", test_github);
    g_test_add_func("/render/many/common-finding-once", test_common);
    g_test_add_func("/render/many/nothing-reached", test_none);
    return g_test_run();
}

/* config: every value with its origin. */
#include "app/configuration.h"

#include <base/error.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

static const char text[] = "rules:\n"
                           "  fk-missing-index:\n"
                           "    min_rows: 5k\n"
                           "    severity: error\n"
                           "  index-duplicate: off\n"
                           "  index-unused: {min_bytes: 2 MB}\n"
                           "accept:\n"
                           "- {fingerprint: 0123456789abcdef, reason: legacy}\n"
                           "- {fingerprint: 00000000000000ff, reason: later, expires: 1970-01-02}\n"
                           "ignore:\n"
                           "- {rule: index-unused, object: \"public.legacy_*\", reason: old}\n"
                           "- {object: \"s.\\\"a\\tb\\\"\", reason: odd, expires: 2027-01-31}\n"
                           "ignore_schemas: [staging]\n";

#define NOW (G_GINT64_CONSTANT(3) * 86400)

/* (transfer full): with the name of the file that stands in for pgarchitect.yaml taken out. */
static char *
config(const char *yaml, gboolean show, PgaFormat format)
{
    g_autofree char *folder = g_dir_make_tmp("pga-config-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, PGA_CONFIGURATION_NAME, NULL);
    const PgaConfigRequest request = {.path = path, .now = NOW, .show = show, .format = format};
    g_autoptr(GError) error = NULL;
    char *out;

    g_assert_true(g_file_set_contents(path, yaml, -1, NULL));
    out = pga_app_config(&request, &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(out, path));
    g_unlink(path);
    g_rmdir(folder);
    return out;
}

static void
assert_has(const char *out, const char *part)
{
    if (!strstr(out, part))
        g_test_message("no \"%s\" in:\n%s", part, out);
    g_assert_nonnull(strstr(out, part));
}

static void
test_what_is_set(void)
{
    g_autofree char *out = config(text, FALSE, PGA_FORMAT_TEXT);

    assert_has(out, "\nfk-missing-index: error (pgarchitect.yaml:4)\n"
                    "  min_rows = 5000: 5,000 rows (pgarchitect.yaml:3)\n"
                    "  idle_days = 7: 7 days (default)\n");
    assert_has(out, "\nindex-duplicate: off (pgarchitect.yaml:5)\n");
    assert_has(out, "  min_bytes = 2000000: 2 MB (pgarchitect.yaml:6)\n");
    assert_has(out, "\nAccepted:\n  0123456789abcdef: legacy [line 8]\n"
                    "  00000000000000ff: later (expired, counted until 1970-01-02) [line 9]\n");
    assert_has(out, "\nIgnored:\n  index-unused, public.legacy_*: old [line 11]\n"
                    "  s.\"a\\tb\": odd (until 2027-01-31) [line 12]\n");
    assert_has(out, "\nIgnored schemas:\n  staging\n");
    g_assert_null(strstr(out, "table-no-primary-key"));
}

static void
test_everything(void)
{
    g_autofree char *out = config("", TRUE, PGA_FORMAT_TEXT);

    assert_has(out, "\ntable-no-primary-key: warning (default)\n");
    g_assert_null(strstr(out, "Accepted"));
}

static void
test_no_file(void)
{
    const PgaConfigRequest request = {.format = PGA_FORMAT_TEXT};
    g_autofree char *out = pga_app_config(&request, NULL);

    g_assert_cmpstr(out, ==, "No configuration: every rule as it comes.\n");
}

static const json_t *
find_rule(const json_t *root, const char *id)
{
    const json_t *rules = json_object_get(root, "rules");

    for (gsize i = 0; i < json_array_size(rules); i++) {
        const json_t *rule = json_array_get(rules, i);

        if (g_strcmp0(json_string_value(json_object_get(rule, "rule")), id) == 0)
            return rule;
    }
    g_assert_not_reached();
}

static const char *
string(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void
assert_rules(const json_t *root)
{
    const json_t *fk = find_rule(root, "fk-missing-index");
    const json_t *min_rows = json_array_get(json_object_get(fk, "thresholds"), 0);

    g_assert_true(json_is_true(json_object_get(fk, "on")));
    g_assert_cmpstr(string(fk, "severity"), ==, "error");
    g_assert_cmpstr(string(fk, "severity_from"), ==, "pgarchitect.yaml:4");
    g_assert_cmpstr(string(min_rows, "from"), ==, "pgarchitect.yaml:3");
    g_assert_cmpfloat(json_number_value(json_object_get(min_rows, "value")), ==, 5000);
    g_assert_cmpfloat(json_number_value(json_object_get(min_rows, "default")), ==, 1000);
    g_assert_true(json_is_false(json_object_get(find_rule(root, "index-duplicate"), "on")));
}

static void
assert_exceptions(const json_t *root)
{
    const json_t *accept = json_object_get(root, "accept"),
                 *ignore = json_object_get(root, "ignore");
    const json_t *second = json_array_get(accept, 1), *object = json_array_get(ignore, 1);

    g_assert_cmpuint(json_array_size(accept), ==, 2);
    g_assert_true(json_is_null(json_object_get(json_array_get(accept, 0), "expires")));
    g_assert_true(json_is_true(json_object_get(second, "expired")));
    g_assert_cmpstr(string(second, "fingerprint"), ==, "00000000000000ff");
    g_assert_cmpstr(string(json_array_get(ignore, 0), "rule"), ==, "index-unused");
    g_assert_true(json_is_null(json_object_get(object, "rule")));
    g_assert_cmpstr(string(object, "object"), ==, "s.\"a\tb\"");
    g_assert_cmpstr(json_string_value(json_array_get(json_object_get(root, "ignore_schemas"), 0)),
                    ==, "staging");
}

static void
test_json(void)
{
    g_autofree char *out = config(text, FALSE, PGA_FORMAT_JSON);
    json_t *root = json_loads(out, JSON_REJECT_DUPLICATES, NULL);

    g_assert_nonnull(root);
    assert_rules(root);
    assert_exceptions(root);
    json_decref(root);
}

static void
test_bad_file(void)
{
    const PgaConfigRequest request = {.path = "/nonexistent/pgarchitect.yaml"};
    g_autoptr(GError) error = NULL;

    g_assert_null(pga_app_config(&request, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/config/what-is-set", test_what_is_set);
    g_test_add_func("/app/config/every-rule", test_everything);
    g_test_add_func("/app/config/no-file", test_no_file);
    g_test_add_func("/app/config/json", test_json);
    g_test_add_func("/app/config/bad-file", test_bad_file);
    return g_test_run();
}

/* An architecture in each of its forms, against tests/golden/design-*; and as a directory. */
#include <jansson.h>
#include <string.h>

#include <base/directory.h>
#include <base/error.h>
#include <base/manifest.h>
#include <glib/gstdio.h>
#include <golden.h>
#include <render/design.h>
#include <render/tokens.h>
#include <sys/stat.h>

#include "architectures.h"

typedef struct {
    const char *name;
    PgaDesignFormat format;
    guint tier;
    PgaRenderOptions options;
} Form;

static const Form forms[] = {
    {"design-shop.txt", PGA_DESIGN_TEXT, 2, {.width = 80}},
    {"design-shop-wide.txt", PGA_DESIGN_TEXT, 3, {.width = 120}},
    {"design-shop-narrow.txt", PGA_DESIGN_TEXT, 1, {.width = 40}},
    {"design-shop.md", PGA_DESIGN_MARKDOWN, 3, {0}},
    {"design-shop.json", PGA_DESIGN_JSON, 2, {0}},
};

static void
test_form(gconstpointer data)
{
    const Form *form = data;
    g_autoptr(PgaArchitecture) architecture = pga_architecture_of_shop();
    g_autofree char *text =
        pga_render_design(architecture, form->format, form->tier, &form->options);

    pga_assert_golden(text, form->name);
}

static void
test_nothing(void)
{
    g_autoptr(PgaArchitecture) architecture = pga_architecture_of_nothing();
    g_autofree char *json =
        pga_render_design(architecture, PGA_DESIGN_JSON, 2, &(PgaRenderOptions){0});
    g_autofree char *text =
        pga_render_design(architecture, PGA_DESIGN_TEXT, 2, &(PgaRenderOptions){0});

    pga_assert_golden(json, "design-nothing.json");
    pga_assert_golden(text, "design-nothing.txt");
}

static void
test_source(void)
{
    g_autoptr(PgaArchitecture) architecture = pga_architecture_of_source();
    g_autofree char *json =
        pga_render_design(architecture, PGA_DESIGN_JSON, 2, &(PgaRenderOptions){0});
    g_autofree char *text =
        pga_render_design(architecture, PGA_DESIGN_TEXT, 2, &(PgaRenderOptions){0});

    pga_assert_golden(json, "design-source.json");
    pga_assert_golden(text, "design-source.txt");
}

/* What stays as it is fills no rows: a line names what the sum of memory counts on. */
static void
test_kept_settings(void)
{
    g_autoptr(PgaArchitecture) architecture = pga_architecture_of_shop();
    const GPtrArray *settings = architecture->tune->tuning->settings;
    g_autofree char *text = NULL;

    for (guint i = 0; i < settings->len; i++) {
        PgaTunedSetting *setting = g_ptr_array_index(settings, i);

        setting->is_kept = setting->is_default =
            setting->is_kept || g_str_equal(setting->name, "autovacuum_max_workers") ||
            g_str_equal(setting->name, "shared_buffers");
    }
    text = pga_render_design(architecture, PGA_DESIGN_MARKDOWN, 3, &(PgaRenderOptions){0});
    g_assert_nonnull(
        strstr(text, "- The sum counts on what stays as it is: autovacuum_max_workers 4.\n\n|"));
    g_assert_null(strstr(text, "| autovacuum_max_workers |"));
    g_assert_nonnull(strstr(text, "| shared_buffers |"));
}

/* The whole without the settings, whose names no schema can know. */
static void
test_untuned(void)
{
    g_autoptr(PgaArchitecture) architecture = pga_architecture_of_shop();
    g_autofree char *json = NULL;

    g_clear_pointer(&architecture->tune, pga_tune_report_free);
    json = pga_render_design(architecture, PGA_DESIGN_JSON, 2, &(PgaRenderOptions){0});
    pga_assert_golden(json, "design-untuned.json");
}

static void
assert_within(const PgaArchitecture *architecture, PgaDesignFormat format, guint tier,
              gboolean is_cut)
{
    static const guint limits[] = {0, 2000, 6000, 12000};
    g_autofree char *text =
        pga_render_design(architecture, format, tier, &(PgaRenderOptions){.width = 100});
    const guint tokens = pga_tokens_estimate(text, strlen(text));

    g_assert_cmpuint(tokens, <=, limits[tier]);
    if (is_cut) {
        g_assert_nonnull(strstr(text, "Left out ("));
        g_assert_cmpuint(tokens, >, limits[tier] * 7 / 10);
    }
}

/* Whatever there is to say, a tier's tokens are not passed, and what is missing is named. */
static void
test_tiers(void)
{
    static const guint sizes[] = {0, 1, 10, 100, 300};

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(PgaArchitecture) architecture = pga_architecture_of_many(sizes[i]);

        for (guint tier = 1; tier <= 3; tier++) {
            assert_within(architecture, PGA_DESIGN_TEXT, tier, sizes[i] == 300);
            assert_within(architecture, PGA_DESIGN_MARKDOWN, tier, sizes[i] == 300);
        }
    }
}

/* OUT-1: each key of the contract, with the type of its value. */
static void
test_contract(void)
{
    g_autoptr(PgaArchitecture) architecture = pga_architecture_of_shop();
    g_autofree char *text =
        pga_render_design(architecture, PGA_DESIGN_JSON, 2, &(PgaRenderOptions){0});
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_t *schema = json_object_get(root, "schema_design");
    json_t *orders = json_array_get(json_object_get(schema, "tables"), 1);
    json_t *strategy = json_object_get(root, "partitioning_strategy");
    static const char *const of_strategy[] = {"table",
                                              "partition_by",
                                              "partition_key",
                                              "partition_interval",
                                              "retention_policy",
                                              "estimated_query_speedup"};
    static const char *const of_availability[] = {"architecture", "failover_strategy", "rto",
                                                  "rpo"};

    g_assert_true(json_is_number(json_object_get(schema, "estimated_size_gb")));
    g_assert_true(json_is_string(json_object_get(schema, "normalization_level")));
    g_assert_true(json_is_object(json_object_get(orders, "partitioning")));
    for (guint i = 0; i < G_N_ELEMENTS(of_strategy); i++)
        g_assert_true(json_is_string(json_object_get(strategy, of_strategy[i])));
    for (guint i = 0; i < G_N_ELEMENTS(of_availability); i++)
        g_assert_true(json_is_string(
            json_object_get(json_object_get(root, "high_availability"), of_availability[i])));
    json_decref(root);
}

static char *
scratch(void)
{
    char *path = g_dir_make_tmp("pga-bundle-XXXXXX", NULL);

    g_assert_nonnull(path);
    return path;
}

static void
remove_scratch(const char *path)
{
    g_assert_true(pga_directory_remove_tree(path, NULL));
}

static guint
count_entries(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n = 0;

    while (g_dir_read_name(dir))
        n++;
    return n;
}

static void
assert_mode(const char *directory, const char *name, guint mode)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    GStatBuf status;

    g_assert_cmpint(g_stat(path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 07777, ==, mode);
}

static void
test_bundle(void)
{
    g_autoptr(PgaArchitecture) architecture = pga_architecture_of_shop();
    g_autofree char *folder = scratch(), *bundle = g_build_filename(folder, "shop", NULL);
    g_autofree char *manifest_path = g_build_filename(bundle, PGA_MANIFEST, NULL);
    g_autofree char *document_path = g_build_filename(bundle, "architecture.json", NULL);
    g_autofree char *manifest = NULL, *document = NULL;
    g_autofree char *json =
        pga_render_design(architecture, PGA_DESIGN_JSON, 2, &(PgaRenderOptions){0});
    g_autoptr(GError) error = NULL;

    g_assert_true(pga_bundle_write(architecture, bundle, FALSE, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(count_entries(folder), ==, 1);
    assert_mode(bundle, "schema.sql", 0644);
    assert_mode(bundle, "ha/setup-db1.sh", 0755);
    assert_mode(bundle, "ha", 0755);
    assert_mode(bundle, "", 0755);
    g_assert_true(g_file_get_contents(manifest_path, &manifest, NULL, NULL));
    g_assert_true(g_file_get_contents(document_path, &document, NULL, NULL));
    g_assert_cmpstr(document, ==, json);
    g_assert_null(strstr(document, folder));
    g_assert_nonnull(strstr(manifest, "  ha/setup-db1.sh\n"));
    remove_scratch(folder);
}

/* A directory that is there is kept unless --force is given and nothing but a bundle is in it. */
static void
test_force(void)
{
    g_autoptr(PgaArchitecture) architecture = pga_architecture_of_shop();
    g_autofree char *folder = scratch(), *bundle = g_build_filename(folder, "shop", NULL);
    g_autofree char *mine = g_build_filename(bundle, "notes.txt", NULL);
    g_autofree char *old = g_build_filename(bundle, "old.sql", NULL);
    g_autoptr(GError) error = NULL;

    g_mkdir(bundle, 0755);
    g_assert_false(pga_bundle_write(architecture, bundle, FALSE, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_clear_error(&error);
    pga_architecture_put_file(architecture, "old.sql", g_strdup("SELECT 1;\n"));
    g_assert_true(pga_bundle_write(architecture, bundle, TRUE, NULL));
    g_assert_true(g_file_test(old, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_set_contents(mine, "mine", -1, NULL));
    g_assert_false(pga_bundle_write(architecture, bundle, TRUE, &error));
    g_assert_nonnull(strstr(error->message, "notes.txt"));
    g_clear_error(&error);
    g_assert_cmpint(g_unlink(mine), ==, 0);
    {
        g_autoptr(PgaArchitecture) other = pga_architecture_of_nothing();

        g_assert_true(pga_bundle_write(other, bundle, TRUE, &error));
    }
    g_assert_false(g_file_test(old, G_FILE_TEST_EXISTS));
    g_assert_cmpuint(count_entries(folder), ==, 1);
    remove_scratch(folder);
}

/* What cannot be written leaves nothing. */
static void
test_whole_or_nothing(void)
{
    static const char *const paths[] = {"../evil", "/etc/evil", "a//b",     "./a",
                                        "a\\b",    "a\nb",      "a/../../b"};

    for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(PgaArchitecture) architecture = pga_architecture_of_shop();
        g_autofree char *folder = scratch(), *bundle = g_build_filename(folder, "shop", NULL);
        g_autoptr(GError) error = NULL;

        pga_architecture_put_file(architecture, paths[i], g_strdup("evil"));
        g_assert_false(pga_bundle_write(architecture, bundle, FALSE, &error));
        g_assert_error(error, PGA_ERROR, PGA_ERROR_INTERNAL);
        g_assert_cmpuint(count_entries(folder), ==, 0);
        remove_scratch(folder);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autofree char *name = g_strdup_printf("/render/design/%s", forms[i].name);

        g_test_add_data_func(name, &forms[i], test_form);
    }
    g_test_add_func("/render/design/nothing", test_nothing);
    g_test_add_func("/render/design/source", test_source);
    g_test_add_func("/render/design/kept-settings", test_kept_settings);
    g_test_add_func("/render/design/untuned", test_untuned);
    g_test_add_func("/render/design/tiers-are-kept", test_tiers);
    g_test_add_func("/render/design/contract", test_contract);
    g_test_add_func("/render/design/bundle", test_bundle);
    g_test_add_func("/render/design/bundle-force", test_force);
    g_test_add_func("/render/design/bundle-whole-or-nothing", test_whole_or_nothing);
    return g_test_run();
}

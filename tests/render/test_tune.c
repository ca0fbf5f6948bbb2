/* A tuned configuration in each of its forms, against tests/golden/tune-*. */
#include <jansson.h>
#include <string.h>

#include <golden.h>
#include <render/tune.h>

#include "tune_internal.h"
#include "tunings.h"

typedef struct {
    const char *name;
    PgaTuneFormat format;
    PgaDeployment deployment;
    PgaRenderOptions options;
} Form;

static const Form forms[] = {
    {"tune-shop.txt", PGA_TUNE_TEXT, PGA_DEPLOYMENT_SELF_HOSTED, {.width = 80}},
    {"tune-shop-wide.txt", PGA_TUNE_TEXT, PGA_DEPLOYMENT_AURORA, {.width = 120, .all = TRUE}},
    {"tune-shop-narrow.txt", PGA_TUNE_TEXT, PGA_DEPLOYMENT_SELF_HOSTED, {.width = 40}},
    {"tune-shop.md", PGA_TUNE_MARKDOWN, PGA_DEPLOYMENT_AWS_RDS, {.all = TRUE}},
    {"tune-shop.json", PGA_TUNE_JSON, PGA_DEPLOYMENT_SELF_HOSTED, {0}},
    {"tune-shop-managed.json", PGA_TUNE_JSON, PGA_DEPLOYMENT_AURORA, {0}},
    {"tune-shop.conf", PGA_TUNE_CONF, PGA_DEPLOYMENT_SELF_HOSTED, {0}},
    {"tune-shop-managed.conf", PGA_TUNE_CONF, PGA_DEPLOYMENT_AZURE_POSTGRES, {0}},
    {"tune-shop.sql", PGA_TUNE_ALTER_SYSTEM, PGA_DEPLOYMENT_SELF_HOSTED, {0}},
    {"tune-shop-managed.sql", PGA_TUNE_ALTER_SYSTEM, PGA_DEPLOYMENT_AWS_RDS, {0}},
    {"tune-shop-rds.sh", PGA_TUNE_PROVIDER, PGA_DEPLOYMENT_AWS_RDS, {0}},
    {"tune-shop-aurora.sh", PGA_TUNE_PROVIDER, PGA_DEPLOYMENT_AURORA, {0}},
    {"tune-shop-cloudsql.sh", PGA_TUNE_PROVIDER, PGA_DEPLOYMENT_GCP_CLOUDSQL, {0}},
    {"tune-shop-azure.sh", PGA_TUNE_PROVIDER, PGA_DEPLOYMENT_AZURE_POSTGRES, {0}},
    {"tune-shop-self.sh", PGA_TUNE_PROVIDER, PGA_DEPLOYMENT_SELF_HOSTED, {0}},
    {"tune-shop-pgbouncer.ini", PGA_TUNE_PGBOUNCER, PGA_DEPLOYMENT_SELF_HOSTED, {0}},
};

static void
test_form(gconstpointer data)
{
    const Form *form = data;
    g_autoptr(PgaTuneReport) report = pga_tuning_of_shop(form->deployment);
    g_autofree char *text = pga_render_tune(report, form->format, &form->options);

    pga_assert_golden(text, form->name);
}

static void
test_nothing(gconstpointer data)
{
    const PgaTuneFormat format = (PgaTuneFormat)GPOINTER_TO_INT(data);
    g_autoptr(PgaTuneReport) report = pga_tuning_of_nothing();
    g_autofree char *text = pga_render_tune(report, format, &(PgaRenderOptions){.width = 100});

    pga_assert_golden(text, format == PGA_TUNE_JSON   ? "tune-nothing.json"
                            : format == PGA_TUNE_CONF ? "tune-nothing.conf"
                                                      : "tune-nothing.txt");
}

/* What a hostile source calls its libraries must not become a line of its own. */
static void
test_no_line_of_a_source(void)
{
    static const PgaTuneFormat files[] = {PGA_TUNE_CONF, PGA_TUNE_ALTER_SYSTEM, PGA_TUNE_PROVIDER,
                                          PGA_TUNE_PGBOUNCER};

    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(PgaTuneReport) report = pga_tuning_of_shop(PGA_DEPLOYMENT_AWS_RDS);
        g_autofree char *text = pga_render_tune(report, files[i], &(PgaRenderOptions){0});

        g_assert_null(strstr(text, "\nfsync = off"));
    }
}

static void
test_size(void)
{
    static const struct {
        gint64 kilobytes;
        const char *text;
    } sizes[] = {{0, "0kB"},          {1, "1kB"},        {999, "999kB"},   {1024, "1MB"},
                 {1536, "1.5MB"},     {102400, "100MB"}, {1048576, "1GB"}, {17301504, "16.5GB"},
                 {1073741824, "1TB"}, {-2048, "-2MB"}};

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *text = pga_tune_size(sizes[i].kilobytes);

        g_assert_cmpstr(text, ==, sizes[i].text);
    }
}

static void
test_formats(void)
{
    PgaTuneFormat format = PGA_TUNE_TEXT;
    g_autoptr(GError) error = NULL;

    g_assert_true(pga_tune_format_parse("alter-system", &format, NULL));
    g_assert_cmpint(format, ==, PGA_TUNE_ALTER_SYSTEM);
    g_assert_false(pga_tune_format_parse("jsn", &format, &error));
    g_assert_cmpstr(error->message, ==, "format \"jsn\" is not known");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autofree char *name = g_strdup_printf("/render/tune/%s", forms[i].name);

        g_test_add_data_func(name, &forms[i], test_form);
    }
    g_test_add_data_func("/render/tune/nothing.txt", GINT_TO_POINTER(PGA_TUNE_TEXT), test_nothing);
    g_test_add_data_func("/render/tune/nothing.json", GINT_TO_POINTER(PGA_TUNE_JSON), test_nothing);
    g_test_add_data_func("/render/tune/nothing.conf", GINT_TO_POINTER(PGA_TUNE_CONF), test_nothing);
    g_test_add_func("/render/tune/nothing-of-a-source-is-a-line", test_no_line_of_a_source);
    g_test_add_func("/render/tune/sizes", test_size);
    g_test_add_func("/render/tune/formats", test_formats);
    return g_test_run();
}

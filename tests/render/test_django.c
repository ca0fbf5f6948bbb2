/* What `django` answers, in each format. */
#include "djangos.h"
#include "golden.h"

#include <render/django.h>
#include <string.h>

/** A format, and the file of what it makes. */
typedef struct {
    const char *name;
    PgaRenderOptions options;
} Case;

static const Case cases[] = {
    {"django-shop.txt", {.format = PGA_FORMAT_TEXT, .width = 80}},
    {"django-shop-all.txt", {.format = PGA_FORMAT_TEXT, .width = 100, .all = TRUE}},
    {"django-shop-narrow.txt", {.format = PGA_FORMAT_TEXT, .width = 40}},
    {"django-shop-colour.txt", {.format = PGA_FORMAT_TEXT, .width = 80, .colour = TRUE}},
    {"django-shop.md", {.format = PGA_FORMAT_MARKDOWN}},
    {"django-shop.json", {.format = PGA_FORMAT_JSON}},
    {"django-shop.sarif", {.format = PGA_FORMAT_SARIF}},
    {"django-shop-all.sarif", {.format = PGA_FORMAT_SARIF, .all = TRUE}},
    {"django-shop.github", {.format = PGA_FORMAT_GITHUB}},
};

static void
test_format(gconstpointer data)
{
    const Case *one = data;
    g_autoptr(PgaDjangoReport) report = django_report_of_shop();
    g_autofree char *text = pga_render_django(report, &one->options);

    g_assert_null(strstr(text, "\033[31m"));
    pga_assert_golden(text, one->name);
}

static void
test_nothing(void)
{
    const PgaRenderOptions as_text = {.format = PGA_FORMAT_TEXT, .width = 100},
                           as_json = {.format = PGA_FORMAT_JSON};
    g_autoptr(PgaDjangoReport) report = django_report_of_nothing();
    g_autofree char *text = pga_render_django(report, &as_text);
    g_autofree char *json = pga_render_django(report, &as_json);

    g_assert_cmpstr(text, ==,
                    "Nothing found in 1 model, 1 query, 1,234 lines of 3 files, for Django 4.2 "
                    "(requirements.txt),\nPostgreSQL 17.\n");
    pga_assert_golden(json, "django-nothing.json");
}

/* Of models that no migration makes yet there is SQL, and no file. */
static void
test_no_migrations(void)
{
    const PgaRenderOptions options = {.format = PGA_FORMAT_TEXT, .width = 100};
    g_autoptr(PgaDjangoReport) report = django_report_of_shop();
    g_autofree char *with = pga_render_django(report, &options), *without = NULL;

    g_ptr_array_set_size(report->migrations, 0);
    without = pga_render_django(report, &options);
    g_assert_nonnull(strstr(with, "The SQL stands with the migrations below"));
    g_assert_null(strstr(with, "None can be written"));
    g_assert_null(strstr(without, "The SQL stands with the migrations below"));
    g_assert_nonnull(strstr(without, "None can be written: what follows says why."));
}

/* What Django or a database has no version for is said to be assumed. */
static void
test_assumed(void)
{
    const PgaRenderOptions options = {.format = PGA_FORMAT_TEXT, .width = 200};
    g_autoptr(PgaDjangoReport) report = django_report_of_nothing();
    g_autofree char *text = NULL;

    g_clear_pointer(&report->version_source, g_free);
    text = pga_render_django(report, &options);
    g_assert_nonnull(strstr(text, "Django 4.2 (assumed)"));
}

/* The folder is named where files are told from it. */
static void
test_elsewhere(void)
{
    const PgaRenderOptions options = {.format = PGA_FORMAT_TEXT, .width = 80};
    g_autoptr(PgaDjangoReport) report = django_report_of_nothing();
    g_autofree char *text = NULL;

    report->is_elsewhere = TRUE;
    text = pga_render_django(report, &options);
    g_assert_true(g_str_has_prefix(text, "In backend; files are named from there.\n\nNothing"));
}

/* Many queries that get better, many that do not. */
static void
test_many_plans(void)
{
    const PgaRenderOptions options = {.format = PGA_FORMAT_TEXT, .width = 100};
    g_autoptr(PgaDjangoReport) report = django_report_of_shop();
    g_autofree char *stay = NULL, *both = NULL;

    for (guint i = 0; i < 10; i++)
        django_add_plan(report, 10, 10);
    stay = pga_render_django(report, &options);
    g_assert_nonnull(strstr(stay, "\n10 more that stay: --all or --format markdown has them.\n"));
    for (guint i = 0; i < 9; i++)
        django_add_plan(report, 10, 2);
    both = pga_render_django(report, &options);
    g_assert_nonnull(strstr(both, "\n8 more that change and 10 more that stay: --all"));
    g_assert_nonnull(strstr(both, "\n   10 -> 2 (5.0x less): shop.views.orders\n      plan\n"));
}

static gboolean
take_nothing(const char *text G_GNUC_UNUSED, gsize length G_GNUC_UNUSED, gpointer data)
{
    ++*(guint *)data;
    return FALSE;
}

/* A document of many findings comes in parts, and ends when no more is wanted. */
static void
test_parts(void)
{
    const PgaRenderOptions as_json = {.format = PGA_FORMAT_JSON},
                           as_text = {.format = PGA_FORMAT_TEXT};
    g_autoptr(PgaDjangoReport) report = django_report_of_shop();
    guint n = 0;

    for (guint i = 0; i < 2000; i++) {
        PgaDjangoDecision *decision = g_new0(PgaDjangoDecision, 1);

        decision->subject = g_strdup("shop.Order");
        decision->answer = g_strnfill(100, 'x');
        g_ptr_array_add(report->decisions, decision);
    }
    g_assert_false(pga_render_django_to(report, &as_json, take_nothing, &n));
    g_assert_cmpuint(n, ==, 1);
    g_assert_false(pga_render_django_to(report, &as_text, take_nothing, &n));
}

static void
test_baseline(void)
{
    g_autoptr(PgaDjangoReport) report = django_report_of_shop();
    g_autofree char *text = pga_render_django_baseline(report);

    g_assert_nonnull(strstr(text, "\"dj-read-modify-write\""));
    g_assert_nonnull(strstr(text, "\"dj-secret\""));
    g_assert_null(strstr(text, "shop.Item.note"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/render/django/golden/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_format);
    }
    g_test_add_func("/render/django/nothing", test_nothing);
    g_test_add_func("/render/django/assumed-version", test_assumed);
    g_test_add_func("/render/django/no-migrations", test_no_migrations);
    g_test_add_func("/render/django/elsewhere", test_elsewhere);
    g_test_add_func("/render/django/many-plans", test_many_plans);
    g_test_add_func("/render/django/parts", test_parts);
    g_test_add_func("/render/django/baseline", test_baseline);
    return g_test_run();
}

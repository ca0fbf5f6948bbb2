/* One check of a planted database, and questions about its report. */
#include "health.h"

#include <app/check.h>
#include <string.h>
#include <unistd.h>

#define OLDEST_MAJOR 14

typedef void (*Test)(PgaTestCluster *cluster);

typedef struct {
    Test test;
    guint major;
} Case;

static void
run_case(gconstpointer data)
{
    const Case *c = data;

    c->test(pga_test_cluster(c->major));
}

static void
skip(void)
{
    g_test_skip("no server of 14 to 18 is installed");
}

void
health_add(const char *name, Test test)
{
    const GPtrArray *servers = pga_test_servers();
    guint n = 0;

    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *path = g_strdup_printf("/health/%s/%u", name, server->major);
        Case *c;

        if (server->major < OLDEST_MAJOR)
            continue;
        c = g_new(Case, 1);
        *c = (Case){test, server->major};
        g_test_add_data_func_full(path, c, run_case, g_free);
        n++;
    }
    if (n == 0) {
        g_autofree char *path = g_strdup_printf("/health/%s", name);

        g_test_add_func(path, skip);
    }
}

static PgaReport *
check(const char *dsn, const char *config_path)
{
    const PgaCheckRequest request = {
        .from = {.source = dsn}, .config_path = config_path, .no_lab = TRUE};
    g_autoptr(GError) error = NULL;
    PgaReport *report = pga_app_check(&request, &error);

    g_assert_no_error(error);
    g_assert_nonnull(report);
    return report;
}

PgaReport *
health_check(const char *dsn)
{
    return check(dsn, NULL);
}

PgaReport *
health_check_with(const char *dsn, const char *configuration)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    const int fd = g_file_open_tmp("pga-health-XXXXXX.yaml", &path, &error);
    PgaReport *report;

    g_assert_no_error(error);
    close(fd);
    g_assert_true(g_file_set_contents(path, configuration, -1, NULL));
    report = check(dsn, path);
    unlink(path);
    return report;
}

const PgaFinding *
health_finding(const PgaReport *report, const char *rule, const char *object)
{
    for (guint i = 0; i < report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);

        if (g_str_equal(finding->rule, rule) && (!object || g_str_equal(finding->object, object)))
            return finding;
    }
    return NULL;
}

guint
health_count(const PgaReport *report, const char *rule)
{
    guint n = 0;

    for (guint i = 0; i < report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);

        n += g_str_equal(finding->rule, rule);
    }
    return n;
}

static void
print_rule(const PgaReport *report, const char *rule)
{
    for (guint i = 0; i < report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);

        if (g_str_equal(finding->rule, rule))
            g_test_message("%s: %s: %s", finding->rule, finding->object, finding->evidence);
    }
    for (guint i = 0; i < report->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(report->not_checked, i);

        if (!entry->rule || g_str_equal(entry->rule, rule))
            g_test_message("not checked: %s: %s", entry->what, entry->why);
    }
}

const PgaFinding *
health_assert_fires(const PgaReport *report, const char *rule, const char *object)
{
    const PgaFinding *finding = health_finding(report, rule, object);

    if (finding)
        return finding;
    print_rule(report, rule);
    g_error("%s says nothing about %s", rule, object ? object : "anything");
}

void
health_assert_silent(const PgaReport *report, const char *rule, const char *object)
{
    const PgaFinding *finding = health_finding(report, rule, object);

    if (finding)
        g_error("%s: %s: %s", rule, finding->object, finding->evidence);
}

void
health_assert_not_evaluated(const PgaReport *report, const char *rule)
{
    for (guint i = 0; i < report->not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(report->not_checked, i);

        if (g_strcmp0(entry->rule, rule) == 0)
            return;
    }
    g_error("%s is not among what was not evaluated", rule);
}

void
health_await(const char *dsn, const char *sql, const char *wanted)
{
    g_autofree char *value = NULL;

    for (guint i = 0; i < 600 && g_strcmp0(value, wanted) != 0; i++) {
        if (i > 0)
            g_usleep(50000);
        g_free(value);
        value = pga_test_value(dsn, sql);
    }
    if (g_strcmp0(value, wanted) != 0)
        g_error("%s: %s, not %s", sql, value, wanted);
}

void
health_set(const char *dsn, const char *const *statements)
{
    for (; *statements; statements++)
        pga_test_sql(dsn, *statements);
    pga_test_sql(dsn, "SELECT pg_reload_conf(), pg_sleep(0.3)");
}

void
health_wait_until(const char *dsn, const char *condition)
{
    g_autofree char *sql = g_strdup_printf("SELECT CASE WHEN %s THEN 'yes' END", condition);

    for (guint i = 0; i < 200; i++) {
        g_autofree char *value = pga_test_value(dsn, sql);

        if (g_strcmp0(value, "yes") == 0)
            return;
        g_usleep(50000);
    }
    g_error("in vain: %s", condition);
}

/* Who may get into a real server, how, and what its log tells of it. */
#include <cluster_internal.h>
#include <glib/gstdio.h>
#include <string.h>

#include "health.h"

/* (transfer full): where the server says that file is. */
static char *
file_of(const PgaTestCluster *cluster, const char *setting)
{
    g_autofree char *sql = g_strdup_printf("SHOW %s", setting);

    return pga_test_value(pga_test_cluster_dsn(cluster), sql);
}

static void
test_roles(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "roles");
    g_autoptr(PgaReport) healthy = health_check(dsn), report = NULL, after = NULL;
    const PgaFinding *finding;

    health_assert_silent(healthy, "sec-superusers", NULL);
    health_assert_silent(healthy, "sec-role-no-expiry", NULL);
    pga_test_cluster_sql(cluster, "CREATE ROLE super1 LOGIN SUPERUSER");
    pga_test_cluster_sql(cluster, "CREATE ROLE super2 LOGIN SUPERUSER");
    pga_test_cluster_sql(cluster, "CREATE ROLE maker LOGIN CREATEROLE CREATEDB");
    pga_test_cluster_sql(cluster, "CREATE ROLE plain LOGIN");
    report = health_check(dsn);
    health_assert_fires(report, "sec-superusers", "superusers");
    finding = health_assert_fires(report, "sec-role-no-expiry", "role maker");
    g_assert_cmpuint(health_count(report, "sec-role-no-expiry"), ==, 1);
    pga_test_cluster_sql(cluster, g_ptr_array_index(finding->fix.sql, 0));
    pga_test_cluster_sql(cluster, "DROP ROLE super1, super2");
    after = health_check(dsn);
    health_assert_silent(after, "sec-superusers", NULL);
    health_assert_silent(after, "sec-role-no-expiry", NULL);
    pga_test_cluster_sql(cluster, "DROP ROLE maker, plain");
}

static void
test_passwords(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "passwords");
    g_autofree char *dsn_poor = g_strdup_printf("%s user=poor", dsn);
    g_autoptr(PgaReport) healthy = NULL, report = NULL, poor = NULL;

    pga_test_cluster_sql(cluster, "ALTER SYSTEM SET password_encryption = 'scram-sha-256'");
    pga_test_cluster_sql(cluster, "SELECT pg_reload_conf(), pg_sleep(0.3)");
    pga_test_cluster_sql(cluster, "CREATE ROLE poor LOGIN PASSWORD 'x'");
    healthy = health_check(dsn);
    health_assert_silent(healthy, "sec-md5-passwords", NULL);
    poor = health_check(dsn_poor);
    health_assert_not_evaluated(poor, "sec-md5-passwords");

    pga_test_cluster_sql(cluster, "ALTER SYSTEM SET password_encryption = 'md5'");
    pga_test_cluster_sql(cluster, "SELECT pg_reload_conf(), pg_sleep(0.3)");
    pga_test_cluster_sql(cluster, "CREATE ROLE md5 LOGIN PASSWORD 'x'");
    report = health_check(dsn);
    health_assert_fires(report, "sec-md5-passwords", "password_encryption");
    g_assert_cmpstr(health_assert_fires(report, "sec-md5-passwords", "passwords")->evidence, !=,
                    "");
    pga_test_cluster_sql(cluster, "ALTER SYSTEM RESET password_encryption");
    pga_test_cluster_sql(cluster, "DROP ROLE md5, poor");
}

/* The lines are read from the file as it is, loaded or not. */
static void
test_addresses(PgaTestCluster *cluster)
{
    g_autofree char *path = file_of(cluster, "hba_file"), *before = NULL, *lines = NULL;
    g_autoptr(PgaReport) healthy = NULL, report = NULL;
    const PgaFinding *finding;

    g_assert_true(g_file_get_contents(path, &before, NULL, NULL));
    healthy = health_check(pga_test_cluster_dsn(cluster));
    finding =
        health_assert_fires(healthy, "sec-hba-trust", "pg_hba.conf: trust on the server's machine");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_INFO);
    for (guint i = 0; i < healthy->findings->len; i++) {
        finding = g_ptr_array_index(healthy->findings, i);
        g_assert_true(!g_str_equal(finding->rule, "sec-hba-trust") ||
                      finding->severity == PGA_SEVERITY_INFO);
    }
    lines = g_strconcat(before,
                        "host all all 10.0.0.0/8 trust\nhost all app 0.0.0.0/0 scram-sha-256\n"
                        "hostssl all all 0.0.0.0/0 scram-sha-256\n",
                        NULL);
    g_assert_true(g_file_set_contents(path, lines, -1, NULL));
    g_chmod(path, 0644);
    report = health_check(pga_test_cluster_dsn(cluster));
    finding = health_assert_fires(report, "sec-hba-trust",
                                  "pg_hba.conf: host all all 10.0.0.0 255.0.0.0 trust");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_ERROR);
    finding = health_assert_fires(report, "sec-hba-trust",
                                  "pg_hba.conf: host all app 0.0.0.0 0.0.0.0 scram-sha-256");
    g_assert_cmpint(finding->severity, ==, PGA_SEVERITY_WARNING);
    g_assert_cmpuint(health_count(report, "sec-hba-trust"), ==,
                     health_count(healthy, "sec-hba-trust") + 2);
    health_assert_silent(report, "sec-listen-all", NULL);
    g_assert_true(g_file_set_contents(path, before, -1, NULL));
    g_chmod(path, 0644);
}

static void
test_logs(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "logs");
    g_autoptr(PgaReport) report = NULL, after = NULL;
    const PgaFinding *finding;

    pga_test_cluster_sql(cluster, "ALTER SYSTEM SET log_error_verbosity = 'terse'");
    pga_test_cluster_sql(cluster, "SELECT pg_reload_conf(), pg_sleep(0.3)");
    report = health_check(dsn);
    finding = health_assert_fires(report, "sec-audit-missing", "log_statement");
    pga_test_cluster_sql(cluster, g_ptr_array_index(finding->fix.sql, 0));
    finding = health_assert_fires(report, "sec-cis-logging", "log_line_prefix");
    pga_test_cluster_sql(cluster, g_ptr_array_index(finding->fix.sql, 0));
    finding = health_assert_fires(report, "sec-cis-logging", "log_error_verbosity");
    pga_test_cluster_sql(cluster, g_ptr_array_index(finding->fix.sql, 0));
    pga_test_cluster_sql(cluster, "SELECT pg_reload_conf(), pg_sleep(0.3)");
    after = health_check(dsn);
    health_assert_silent(after, "sec-audit-missing", NULL);
    health_assert_silent(after, "sec-cis-logging", NULL);
    pga_test_cluster_sql(cluster, "ALTER SYSTEM RESET ALL");
    pga_test_cluster_sql(cluster, "SELECT pg_reload_conf(), pg_sleep(0.3)");
}

static void
test_files(PgaTestCluster *cluster)
{
    g_autofree char *path = file_of(cluster, "config_file");
    g_autoptr(PgaReport) healthy = NULL, report = NULL;
    const PgaFinding *finding;

    g_chmod(path, 0600);
    healthy = health_check(pga_test_cluster_dsn(cluster));
    health_assert_silent(healthy, "sec-file-permissions", NULL);
    g_chmod(path, 0666);
    report = health_check(pga_test_cluster_dsn(cluster));
    finding = health_assert_fires(report, "sec-file-permissions", "config_file");
    g_assert_nonnull(strstr(finding->fix.note, "chmod 0644"));
    g_chmod(path, 0644);
}

/* As the server's user, who must own the key. FALSE where there is nothing to make one with. */
static gboolean
make_certificate(const char *directory, const char *days)
{
    g_autofree char *openssl = g_find_program_in_path("openssl");
    g_autofree char *key = g_build_filename(directory, "server.key", NULL);
    g_autofree char *certificate = g_build_filename(directory, "server.crt", NULL);
    const char *argv[] = {openssl,   "req",   "-x509", "-newkey",   "rsa:2048",
                          "-nodes",  "-days", days,    "-subj",     "/CN=x",
                          "-keyout", key,     "-out",  certificate, NULL};

    if (openssl)
        pga_test_run(argv);
    return openssl != NULL;
}

/* Where the program was built without OpenSSL it says so. */
static void
assert_certificate(const PgaReport *report, PgaSeverity severity)
{
    const PgaFinding *finding = health_finding(report, "sec-cert-expiry", "ssl_cert_file");

    if (finding)
        g_assert_cmpint(finding->severity, ==, severity);
    else
        health_assert_not_evaluated(report, "sec-cert-expiry");
}

/* A second address that this machine does not have: the server goes on without it. */
static void
test_tls(PgaTestCluster *cluster)
{
    g_autofree char *directory = file_of(cluster, "data_directory");
    g_autofree char *dsn = NULL, *ssl = NULL;
    g_autoptr(PgaReport) off = NULL, old = NULL, young = NULL;
    const PgaFinding *finding;

    pga_test_cluster_listen(cluster);
    dsn = g_strdup(pga_test_cluster_dsn(cluster));
    off = health_check(dsn);
    health_assert_silent(off, "sec-ssl-off", NULL);
    health_assert_silent(off, "sec-cert-expiry", NULL);
    g_clear_pointer(&off, pga_report_free);
    pga_test_cluster_restart(cluster, "listen_addresses = '127.0.0.1,192.0.2.1'\n");
    off = health_check(dsn);
    health_assert_fires(off, "sec-ssl-off", "ssl");

    if (!make_certificate(directory, "10")) {
        g_test_skip("no openssl to make a certificate with");
        return;
    }
    pga_test_cluster_sql(cluster, "ALTER SYSTEM SET ssl_min_protocol_version = 'TLSv1.1'");
    pga_test_cluster_sql(cluster, "ALTER SYSTEM SET ssl = on");
    pga_test_cluster_sql(cluster, "SELECT pg_reload_conf(), pg_sleep(0.5)");
    ssl = file_of(cluster, "ssl");
    if (!g_str_equal(ssl, "on")) {
        g_test_skip("the server was built without OpenSSL");
        return;
    }
    old = health_check(dsn);
    finding = health_assert_fires(old, "sec-ssl-off", "ssl_min_protocol_version");
    pga_test_cluster_sql(cluster, g_ptr_array_index(finding->fix.sql, 0));
    health_assert_silent(old, "sec-ssl-off", "ssl");
    assert_certificate(old, PGA_SEVERITY_WARNING);
    make_certificate(directory, "300");
    young = health_check(dsn);
    assert_certificate(young, PGA_SEVERITY_INFO); /* signed by its own key */
    pga_test_cluster_sql(cluster, "ALTER SYSTEM RESET ALL");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("access/roles", test_roles);
    health_add("access/passwords", test_passwords);
    health_add("access/addresses", test_addresses);
    health_add("access/logs", test_logs);
    health_add("access/files", test_files);
    health_add("access/tls", test_tls);
    return g_test_run();
}

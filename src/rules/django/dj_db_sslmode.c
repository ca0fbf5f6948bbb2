/* dj-db-sslmode: a password over the network in the clear, should anybody ask for it. */
#include "../django_setting_internal.h"

static void
judge_database(PgaDjangoRun *run, const PgaDjangoDatabase *database, const PgaPyValue *entry)
{
    const char *host = pga_database_text(entry, "HOST");
    const PgaPyValue *options = pga_django_entry(entry, "OPTIONS");
    const PgaPyValue *mode = pga_django_entry(options, "sslmode");
    PgaFinding *finding;

    if (!pga_host_is_remote(host) || mode || (options && options->kind != PGA_PY_DICT))
        return;
    finding = pga_django_add_at_database(
        run, database, entry,
        "host %s without sslmode: libpq's default is prefer, which takes an unencrypted "
        "connection when the other side offers no better",
        host);
    pga_django_fix_code(finding,
                        g_strdup("\"OPTIONS\": {\"sslmode\": \"verify-full\", \"sslrootcert\": "
                                 "\"system\"},"));
    finding->fix.safety = PGA_SAFETY_REVIEW;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoSettings *settings)
{
    pga_each_database(run, settings, judge_database);
}

const PgaRule pga_rule_dj_db_sslmode = {
    .id = "dj-db-sslmode",
    .title = "Database on another machine without sslmode",
    .category = "config",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_INFO,
    .why = "Without verify-full whoever stands in between can answer as the server and read the "
           "password and all rows.",
    .when_not = "The network between them is encrypted or private.",
    .condition = "An entry of DATABASES with a literal host that is not this machine, and no "
                 "sslmode in OPTIONS. Settings of tests, development and examples are left out.",
    .example = "# shop/settings.py\nDATABASES = {\n    \"default\": {\n"
               "        \"ENGINE\": \"django.db.backends.postgresql\",\n"
               "        \"HOST\": \"db.example.com\",\n    }\n}",
    .fix = "Proposes sslmode verify-full; the server needs a certificate.",
    .versions = "sslrootcert=system is of libpq 16; before, it is a file.",
    .docs = "libpq-ssl.html#LIBPQ-SSL-PROTECTION",
    .docs_title = "Protection Provided in Different Modes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.settings = judge},
};

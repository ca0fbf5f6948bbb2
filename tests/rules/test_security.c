/* Roles, addresses, TLS, logs and files of a server. */
#include <subject_internal.h>

#include "schema.h"

static void
set(char **text, const char *value)
{
    g_free(*text);
    *text = g_strdup(value);
}

static PgaSession *
add_session(Model *model, const char *usename, const char *client_addr)
{
    PgaSession *session = pga_record_add(model->server->sessions, &pga_session_type);

    model->server->sessions_known = TRUE;
    session->usename = g_strdup(usename);
    session->client_addr = g_strdup(client_addr);
    session->application_name = g_strdup("shop");
    session->backend_type = g_strdup("client backend");
    session->ssl = 1;
    return session;
}

static void
test_superusers(void)
{
    g_autoptr(Model) model = model_new();

    for (guint i = 0; i < 4; i++) {
        g_autofree char *name = g_strdup_printf("super%u", i);
        PgaRole *role = schema_role(model, name);

        role->rolsuper = TRUE;
        role->rolcanlogin = i < 3;
    }
    model->server->sessions_known = TRUE;
    g_assert_cmpint(schema_run(model, "sec-superusers"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "superusers");
    assert_contains(model_finding(model)->evidence, "3 roles");
    assert_contains(model_finding(model)->evidence, "super0, super1, super2.");
}

static void
test_few_superusers(void)
{
    g_autoptr(Model) model = model_new();

    schema_role(model, "postgres")->rolsuper = TRUE;
    schema_role(model, "spare")->rolsuper = TRUE;
    schema_role(model, "app");
    g_assert_cmpint(schema_run(model, "sec-superusers"), ==, NOT_EVALUATED); /* the sessions */
}

static void
test_provider_superusers(void)
{
    g_autoptr(Model) model = model_new();

    for (guint i = 0; i < 4; i++) {
        g_autofree char *name = g_strdup_printf("super%u", i);

        schema_role(model, name)->rolsuper = TRUE;
    }
    model->environment->provider = g_strdup("aws-rds");
    model->server->sessions_known = TRUE;
    g_assert_cmpint(schema_run(model, "sec-superusers"), ==, SILENT);
}

static void
test_superuser_sessions(void)
{
    g_autoptr(Model) model = model_new();
    PgaSession *nameless;

    add_session(model, "app", "10.0.0.7")->is_superuser = TRUE;
    add_session(model, "app", "10.0.0.8")->is_superuser = TRUE;
    add_session(model, "local", "127.0.0.1")->is_superuser = TRUE;
    add_session(model, "socket", NULL)->is_superuser = TRUE;
    add_session(model, "plain", "10.0.0.7");
    set(&add_session(model, "dba", "10.0.0.7")->application_name, "psql");
    ((PgaSession *)g_ptr_array_index(model->server->sessions, 5))->is_superuser = TRUE;
    add_session(model, "sender", "10.0.0.9")->is_superuser = TRUE;
    set(&((PgaSession *)g_ptr_array_index(model->server->sessions, 6))->backend_type, "walsender");
    nameless = add_session(model, "unnamed", "10.0.0.9");
    nameless->is_superuser = TRUE;
    set(&nameless->application_name, NULL);
    g_assert_cmpint(schema_run(model, "sec-superusers"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    schema_finding(model, "role app");
    schema_finding(model, "role unnamed");
}

/** A line of pg_hba.conf. */
static const struct {
    const char *type, *address, *netmask, *method, *error;
    Outcome want;
    PgaSeverity severity;
} lines[] = {
    {"host", "10.0.0.0", "255.0.0.0", "trust", NULL, FIRES, PGA_SEVERITY_ERROR},
    {"hostssl", "10.0.0.0", "255.0.0.0", "trust", NULL, FIRES, PGA_SEVERITY_ERROR},
    {"host", "10.0.0.0", "255.0.0.0", "ident", NULL, FIRES, PGA_SEVERITY_ERROR},
    {"host", "10.0.0.0", "255.0.0.0", "password", NULL, FIRES, PGA_SEVERITY_ERROR},
    {"hostssl", "10.0.0.0", "255.0.0.0", "password", NULL, FIRES, PGA_SEVERITY_WARNING},
    {"host", "all", NULL, "scram-sha-256", NULL, FIRES, PGA_SEVERITY_WARNING},
    {"hostnossl", "0.0.0.0", "0.0.0.0", "scram-sha-256", NULL, FIRES, PGA_SEVERITY_WARNING},
    {"host", "::", "::", "md5", NULL, FIRES, PGA_SEVERITY_WARNING},
    {"host", "127.0.0.1", "255.255.255.255", "trust", NULL, FIRES, PGA_SEVERITY_INFO},
    {"local", NULL, NULL, "trust", NULL, FIRES, PGA_SEVERITY_INFO},
    {"local", NULL, NULL, "peer", NULL, SILENT, 0},
    {"host", "::1", "ffff:", "scram-sha-256", NULL, SILENT, 0},
    {"host", "10.0.0.0", "255.0.0.0", "scram-sha-256", NULL, SILENT, 0},
    {"host", "0.0.0.0", "255.0.0.0", "scram-sha-256", NULL, SILENT, 0},
    {"hostssl", "all", NULL, "scram-sha-256", NULL, SILENT, 0},
    {"hostgssenc", "all", NULL, "gss", NULL, SILENT, 0},
    {"host", "all", NULL, "reject", NULL, SILENT, 0},
    {"host", "all", NULL, "trust", "no such method", SILENT, 0},
};

static void
add_line(Model *model, guint i)
{
    PgaHbaRule *rule = pga_record_add(model->server->hba, &pga_hba_rule_type);

    model->server->hba_known = TRUE;
    rule->line_number = 90;
    rule->type = g_strdup(lines[i].type);
    rule->databases = g_strdup("all");
    rule->users = g_strdup("all");
    rule->address = g_strdup(lines[i].address);
    rule->netmask = g_strdup(lines[i].netmask);
    rule->auth_method = g_strdup(lines[i].method);
    rule->error = g_strdup(lines[i].error);
}

static void
test_line(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();

    add_line(model, i);
    add_line(model, i); /* the same line twice is one finding */
    g_assert_cmpint(schema_run(model, "sec-hba-trust"), ==, lines[i].want);
    if (lines[i].want != FIRES)
        return;
    g_assert_cmpint(model_finding(model)->severity, ==, lines[i].severity);
    if (i == 0)
        g_assert_cmpstr(model_finding(model)->object, ==,
                        "pg_hba.conf: host all all 10.0.0.0 255.0.0.0 trust");
}

static void
test_no_lines(void)
{
    g_autoptr(Model) model = model_new(), managed = model_new();

    g_assert_cmpint(schema_run(model, "sec-hba-trust"), ==, NOT_EVALUATED);
    managed->environment->provider = g_strdup("aws-rds");
    g_assert_cmpint(schema_run(managed, "sec-hba-trust"), ==, SILENT);
}

static void
test_line_without_names(void)
{
    g_autoptr(Model) model = model_new();
    PgaHbaRule *rule;

    add_line(model, 0);
    rule = g_ptr_array_index(model->server->hba, 0);
    set(&rule->databases, NULL);
    set(&rule->users, NULL);
    g_assert_cmpint(schema_run(model, "sec-hba-trust"), ==, FIRES);
}

static void
test_passwords(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    model->environment->version_num = 180001;
    model_setting(model, "password_encryption", "md5", NULL);
    schema_role(model, "old")->password = 'm';
    schema_role(model, "new")->password = 's';
    schema_role(model, "none")->password = '0';
    g_assert_cmpint(schema_run(model, "sec-md5-passwords"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    finding = schema_finding(model, "password_encryption");
    g_assert_cmpstr(fix_at(finding, 0), ==,
                    "ALTER SYSTEM SET password_encryption = 'scram-sha-256';");
    finding = schema_finding(model, "passwords");
    g_assert_cmpstr(finding->evidence, ==,
                    "Kept as MD5 (pg_authid): old. A later version will refuse them.");
    g_assert_cmpuint(model->not_checked->len, ==, 0);
}

static void
test_passwords_of_17(void)
{
    g_autoptr(Model) model = model_new();

    model_setting(model, "password_encryption", "scram-sha-256", NULL);
    schema_role(model, "old")->password = 'm';
    schema_role(model, "hidden")->password = '?';
    g_assert_cmpint(schema_run(model, "sec-md5-passwords"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->evidence, ==, "Kept as MD5 (pg_authid): old.");
    g_assert_cmpuint(model->not_checked->len, ==, 1);
}

static void
test_passwords_before_scram(void)
{
    g_autoptr(Model) model = model_new();

    model->environment->version_num = 90624;
    model_setting(model, "password_encryption", "on", NULL);
    g_assert_cmpint(schema_run(model, "sec-md5-passwords"), ==, SILENT);
}

static const struct {
    const char *ssl, *listen, *protocol;
    Outcome want;
    const char *object;
} tls[] = {
    {"off", "*", "TLSv1.2", FIRES, "ssl"},
    {"off", "localhost", "TLSv1.2", SILENT, NULL},
    {"off", "", "TLSv1.2", SILENT, NULL},
    {"off", "127.0.0.1, ::1", "TLSv1.2", SILENT, NULL},
    {"on", "localhost, 10.0.0.1", "TLSv1", FIRES, "ssl_min_protocol_version"},
    {"on", "*", "", FIRES, "ssl_min_protocol_version"},
    {"on", "*", "TLSv1.3", SILENT, NULL},
    {NULL, "*", "TLSv1.2", SILENT, NULL},
    {"on", "*", NULL, SILENT, NULL},
};

static void
test_tls(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();

    model->server->sessions_known = TRUE;
    if (tls[i].ssl)
        model_setting(model, "ssl", tls[i].ssl, NULL);
    model_setting(model, "listen_addresses", tls[i].listen, NULL);
    if (tls[i].protocol)
        model_setting(model, "ssl_min_protocol_version", tls[i].protocol, NULL);
    g_assert_cmpint(schema_run(model, "sec-ssl-off"), ==, tls[i].want);
    if (tls[i].want == FIRES)
        g_assert_cmpstr(model_finding(model)->object, ==, tls[i].object);
}

static void
test_bare_sessions(void)
{
    g_autoptr(Model) model = model_new();
    PgaWalSender *sender = pga_record_add(model->server->senders, &pga_wal_sender_type);

    model_setting(model, "ssl", "on", NULL);
    model_setting(model, "listen_addresses", "*", NULL);
    add_session(model, "app", "10.0.0.1")->ssl = 0;
    add_session(model, "app", "127.0.0.1")->ssl = 0;
    add_session(model, "app", "10.0.0.1");
    sender->client_addr = g_strdup("10.0.0.2");
    g_assert_cmpint(schema_run(model, "sec-ssl-off"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->evidence, ==,
                    "1 sessions and 1 standbys from other machines do without it (pg_stat_ssl).");
}

static void
test_unknown_sessions(void)
{
    g_autoptr(Model) model = model_new();

    model_setting(model, "ssl", "on", NULL);
    model_setting(model, "listen_addresses", "*", NULL);
    g_assert_cmpint(schema_run(model, "sec-ssl-off"), ==, NOT_EVALUATED);
}

static const struct {
    const char *listen;
    int line; /* -1: pg_hba.conf is not known */
    gboolean managed;
    Outcome want;
} listens[] = {
    {"*", 5, FALSE, FIRES},   {"0.0.0.0", 6, FALSE, FIRES}, {"localhost, ::", 7, FALSE, FIRES},
    {"*", -1, FALSE, FIRES},  {"*", 12, FALSE, SILENT},     {"*", 14, FALSE, SILENT},
    {"*", 16, FALSE, SILENT}, {"*", 9, FALSE, SILENT},      {"10.0.0.1", 5, FALSE, SILENT},
    {"*", 5, TRUE, SILENT},   {NULL, 5, FALSE, SILENT},
};

static void
test_listen(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();

    if (listens[i].listen)
        model_setting(model, "listen_addresses", listens[i].listen, NULL);
    if (listens[i].line >= 0)
        add_line(model, (guint)listens[i].line);
    if (listens[i].managed)
        model->environment->provider = g_strdup("aws-rds");
    g_assert_cmpint(schema_run(model, "sec-listen-all"), ==, listens[i].want);
    if (listens[i].want == FIRES)
        g_assert_cmpint(model_finding(model)->confidence, ==,
                        listens[i].line < 0 ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_CERTAIN);
}

static void
test_role_attributes(void)
{
    g_autoptr(Model) model = model_new();
    PgaRole *maker = schema_role(model, "Maker"), *limited = schema_role(model, "limited");
    const PgaFinding *finding;

    maker->rolcreaterole = maker->rolcreatedb = TRUE;
    limited->rolbypassrls = limited->has_validity = TRUE;
    limited->rolconnlimit = 5;
    schema_role(model, "standby")->rolreplication = TRUE;
    schema_role(model, "super")->rolsuper = TRUE;
    schema_role(model, "group")->rolcanlogin = FALSE;
    g_assert_cmpint(schema_run(model, "sec-role-no-expiry"), ==, FIRES);
    g_assert_cmpuint(model->findings->len, ==, 2);
    finding = schema_finding(model, "role \"Maker\"");
    g_assert_cmpstr(fix_at(finding, 0), ==, "ALTER ROLE \"Maker\" NOCREATEROLE NOCREATEDB;");
    g_assert_cmpstr(undo_at(finding, 0), ==, "ALTER ROLE \"Maker\" CREATEROLE CREATEDB;");
    assert_contains(finding->evidence, "never expires; its connections are not limited.");
    finding = schema_finding(model, "role limited");
    g_assert_cmpstr(finding->evidence, ==, "It may log in and has BYPASSRLS (pg_roles).");
}

static PgaExtension *
add_extension(Model *model, const char *extname, const char *version, const char *available)
{
    PgaExtension *extension = pga_catalog_add_extension(model->catalog, extname);

    extension->extversion = g_strdup(version);
    extension->default_version = g_strdup(available);
    extension->nspname = g_strdup("public");
    return extension;
}

static void
test_extensions(void)
{
    g_autoptr(Model) model = model_new();
    const PgaFinding *finding;

    add_extension(model, "uuid-ossp", "1.0", "1.1");
    add_extension(model, "citext", "1.6", "1.6");
    add_extension(model, "lost", "1.6", NULL);
    g_assert_cmpint(schema_run(model, "sec-extension-schema"), ==, FIRES);
    finding = model_finding(model);
    g_assert_cmpstr(finding->object, ==, "extension \"uuid-ossp\"");
    g_assert_cmpstr(fix_at(finding, 0), ==, "ALTER EXTENSION \"uuid-ossp\" UPDATE TO '1.1';");
    g_assert_cmpint(finding->fix.safety, ==, PGA_SAFETY_REVIEW);
}

static void
test_extension_in_open_schema(void)
{
    g_autoptr(Model) model = model_new();
    PgaSchemaAcl *own = pga_record_add(model->objects->schema->schemas, &pga_schema_acl_type);
    PgaSchemaAcl *public = pga_record_add(model->objects->schema->schemas, &pga_schema_acl_type);

    own->nspname = g_strdup("own");
    public->nspname = g_strdup("public");
    public->public_creates = TRUE;
    add_extension(model, "citext", "1.6", "1.6")->relocatable = TRUE;
    set(&add_extension(model, "hstore", "1.6", "1.6")->nspname, "own");
    g_assert_cmpint(schema_run(model, "sec-extension-schema"), ==, FIRES);
    g_assert_cmpstr(model_finding(model)->object, ==, "extension citext");
    assert_contains(model_finding(model)->fix.note, "SET SCHEMA");
}

static const struct {
    const char *connections, *disconnections, *statement, *libraries;
    Outcome want;
} audits[] = {
    {"off", "off", "none", "pg_stat_statements", FIRES},
    {"", "off", "none", "", FIRES},
    {"on", "off", "none", "", SILENT},
    {"off", "on", "none", "", SILENT},
    {"off", "off", "ddl", "", SILENT},
    {"off", "off", "none", "pg_stat_statements, pgaudit", SILENT},
};

static void
test_audit(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();

    model_setting(model, "log_connections", audits[i].connections, NULL);
    model_setting(model, "log_disconnections", audits[i].disconnections, NULL);
    model_setting(model, "log_statement", audits[i].statement, NULL);
    model_setting(model, "shared_preload_libraries", audits[i].libraries, NULL);
    g_assert_cmpint(schema_run(model, "sec-audit-missing"), ==, audits[i].want);
    if (audits[i].want == FIRES)
        g_assert_cmpstr(fix_at(model_finding(model), 0), ==,
                        "ALTER SYSTEM SET log_statement = 'ddl';");
}

static const struct {
    const char *prefix, *destination, *verbosity;
    gboolean managed;
    const char *object; /* NULL: silent */
} logs[] = {
    {"%m [%p] ", "stderr", "default", FALSE, "log_line_prefix"},
    {"%t %u %d ", "syslog", "default", FALSE, "log_line_prefix"},
    {"%m [%p] %q%u@%d ", "stderr", "default", FALSE, NULL},
    {"%n %c %u %d ", "stderr", "default", FALSE, NULL},
    {"%m [%p] ", "jsonlog", "default", FALSE, NULL},
    {"%m [%p] ", NULL, "default", FALSE, NULL},
    {"%t %p %u %d ", "stderr", "terse", FALSE, "log_error_verbosity"},
    {"%m [%p] ", "stderr", "terse", TRUE, NULL},
    {NULL, "stderr", "verbose", FALSE, NULL},
};

static void
test_log(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();

    if (logs[i].prefix)
        model_setting(model, "log_line_prefix", logs[i].prefix, NULL);
    if (logs[i].destination)
        model_setting(model, "log_destination", logs[i].destination, NULL);
    model_setting(model, "log_error_verbosity", logs[i].verbosity, NULL);
    if (logs[i].managed)
        model->environment->provider = g_strdup("aws-rds");
    g_assert_cmpint(schema_run(model, "sec-cis-logging"), ==, logs[i].object ? FIRES : SILENT);
    if (logs[i].object)
        g_assert_cmpstr(model_finding(model)->object, ==, logs[i].object);
}

static const struct {
    const char *what;
    gint32 mode;
    gboolean by_server_user;
    const char *chmod; /* NULL: silent */
} files[] = {
    {"config_file", 0644, TRUE, NULL},           {"config_file", 0664, TRUE, "chmod 0644"},
    {"hba_file", 0602, TRUE, "chmod 0600"},      {"ssl_key_file", 0600, TRUE, NULL},
    {"ssl_key_file", 0640, FALSE, NULL},         {"ssl_key_file", 0640, TRUE, "chmod 0600"},
    {"ssl_key_file", 0644, FALSE, "chmod 0640"},
};

static void
test_file(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();
    PgaServerFile *file = pga_record_add(model->server->files, &pga_server_file_type);

    file->what = g_strdup(files[i].what);
    file->path = g_strdup("/etc/x");
    file->mode = files[i].mode;
    file->by_server_user = files[i].by_server_user;
    g_assert_cmpint(schema_run(model, "sec-file-permissions"), ==, files[i].chmod ? FIRES : SILENT);
    if (files[i].chmod)
        assert_contains(model_finding(model)->fix.note, files[i].chmod);
}

static void
test_no_files(void)
{
    g_autoptr(Model) model = model_new();

    g_assert_cmpint(schema_run(model, "sec-file-permissions"), ==, NOT_EVALUATED);
}

static const struct {
    const char *ssl;
    gboolean known, self_signed;
    double days;
    Outcome want;
    PgaSeverity severity;
} certificates[] = {
    {"on", TRUE, FALSE, 10, FIRES, PGA_SEVERITY_WARNING},
    {"on", TRUE, TRUE, -3, FIRES, PGA_SEVERITY_ERROR},
    {"on", TRUE, TRUE, 300, FIRES, PGA_SEVERITY_INFO},
    {"on", TRUE, FALSE, 300, SILENT, 0},
    {"on", FALSE, FALSE, 0, NOT_EVALUATED, 0},
    {"off", TRUE, TRUE, -3, SILENT, 0},
};

static void
test_certificate(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Model) model = model_new();

    model_setting(model, "ssl", certificates[i].ssl, NULL);
    model->server->host.cert_known = certificates[i].known;
    model->server->host.cert_self_signed = certificates[i].self_signed;
    model->server->host.cert_days = certificates[i].days;
    g_assert_cmpint(schema_run(model, "sec-cert-expiry"), ==, certificates[i].want);
    if (certificates[i].want == FIRES)
        g_assert_cmpint(model_finding(model)->severity, ==, certificates[i].severity);
}

static void
test_addresses(void)
{
    g_assert_true(pga_address_is_local(NULL) && pga_address_is_local("") &&
                  pga_address_is_local("127.0.0.1/32") && pga_address_is_local("::1") &&
                  pga_address_is_local("::1/128") && pga_address_is_local("localhost") &&
                  pga_address_is_local("samehost"));
    g_assert_false(pga_address_is_local("10.0.0.1") || pga_address_is_local("::") ||
                   pga_address_is_local("*"));
}

int
main(int argc, char **argv)
{
#define EACH(name, cases, test)                                                                    \
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                              \
        g_autofree char *path = g_strdup_printf("/rules/" name "/case-%u", i);                     \
                                                                                                   \
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test);                                     \
    }
    g_test_init(&argc, &argv, NULL);
    EACH("sec-hba-trust", lines, test_line)
    EACH("sec-ssl-off", tls, test_tls)
    EACH("sec-listen-all", listens, test_listen)
    EACH("sec-audit-missing", audits, test_audit)
    EACH("sec-cis-logging", logs, test_log)
    EACH("sec-file-permissions", files, test_file)
    EACH("sec-cert-expiry", certificates, test_certificate)
    g_test_add_func("/rules/sec-superusers/many", test_superusers);
    g_test_add_func("/rules/sec-superusers/few", test_few_superusers);
    g_test_add_func("/rules/sec-superusers/of-a-provider", test_provider_superusers);
    g_test_add_func("/rules/sec-superusers/sessions", test_superuser_sessions);
    g_test_add_func("/rules/sec-hba-trust/not-known", test_no_lines);
    g_test_add_func("/rules/sec-hba-trust/without-names", test_line_without_names);
    g_test_add_func("/rules/sec-md5-passwords/setting-and-roles", test_passwords);
    g_test_add_func("/rules/sec-md5-passwords/some-hidden", test_passwords_of_17);
    g_test_add_func("/rules/sec-md5-passwords/before-scram", test_passwords_before_scram);
    g_test_add_func("/rules/sec-ssl-off/sessions", test_bare_sessions);
    g_test_add_func("/rules/sec-ssl-off/sessions-not-known", test_unknown_sessions);
    g_test_add_func("/rules/sec-role-no-expiry/attributes", test_role_attributes);
    g_test_add_func("/rules/sec-extension-schema/outdated", test_extensions);
    g_test_add_func("/rules/sec-extension-schema/open-schema", test_extension_in_open_schema);
    g_test_add_func("/rules/sec-file-permissions/elsewhere", test_no_files);
    g_test_add_func("/rules/subject/local-addresses", test_addresses);
    return g_test_run();
}

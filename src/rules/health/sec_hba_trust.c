/* sec-hba-trust: lines of pg_hba.conf that let people in without a password, with one that goes
 * over the wire in clear, or from everywhere without TLS. */
#include <string.h>

#include "../subject_internal.h"

/** What is wrong with a line. */
typedef struct {
    PgaSeverity severity;
    const char *what;
} Fault;

static gboolean
is_everywhere(const PgaHbaRule *rule)
{
    static const char *const addresses[] = {"all", "0.0.0.0", "0.0.0.0/0", "::", "::/0", NULL};

    if (!rule->address || !g_strv_contains(addresses, rule->address))
        return FALSE;
    return !rule->netmask || g_str_equal(rule->netmask, "0.0.0.0") ||
           g_str_equal(rule->netmask, "::");
}

static gboolean
is_encrypted(const PgaHbaRule *rule)
{
    return g_str_equal(rule->type, "hostssl") || g_str_equal(rule->type, "hostgssenc");
}

static gboolean
judge_remote(const PgaHbaRule *rule, Fault *fault)
{
    if (g_str_equal(rule->auth_method, "trust"))
        *fault = (Fault){PGA_SEVERITY_ERROR, "nobody is asked for a password"};
    else if (g_str_equal(rule->auth_method, "ident"))
        *fault = (Fault){PGA_SEVERITY_ERROR, "the client's machine says who it is"};
    else if (g_str_equal(rule->auth_method, "password") && !is_encrypted(rule))
        *fault = (Fault){PGA_SEVERITY_ERROR, "the password may go over the network in clear"};
    else if (g_str_equal(rule->auth_method, "password"))
        *fault = (Fault){PGA_SEVERITY_WARNING, "the server gets to see the password"};
    else if (is_everywhere(rule) && !is_encrypted(rule) &&
             !g_str_equal(rule->auth_method, "reject"))
        *fault = (Fault){PGA_SEVERITY_WARNING, "any address may connect, without TLS too"};
    else
        return FALSE;
    return TRUE;
}

static gboolean
is_local(const PgaHbaRule *rule)
{
    return g_str_equal(rule->type, "local") || pga_address_is_local(rule->address);
}

/* (transfer full): the line without blanks and options. */
static char *
line_text(const PgaHbaRule *rule)
{
    return g_strdup_printf("pg_hba.conf: %s %s %s %s%s%s%s%s", rule->type,
                           rule->databases ? rule->databases : "", rule->users ? rule->users : "",
                           rule->address ? rule->address : "", rule->address ? " " : "",
                           rule->netmask ? rule->netmask : "", rule->netmask ? " " : "",
                           rule->auth_method);
}

static void
complete(PgaFinding *finding, PgaSeverity severity, const PgaRuleRun *run, const char *advice)
{
    pga_rule_set_severity(run, finding, severity);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding,
                     "%s The first line that fits decides. Then SELECT pg_reload_conf(); "
                     "connections that are there stay.",
                     advice);
    pga_finding_verify(finding, "SELECT line_number, type, address, auth_method FROM "
                                "pg_hba_file_rules ORDER BY 1;");
}

static void
report(PgaRuleRun *run, const PgaHbaRule *rule, const Fault *fault)
{
    g_autofree char *object = line_text(rule);

    complete(pga_rule_report_object(run, object, "Line %d (pg_hba_file_rules): %s.",
                                    rule->line_number, fault->what),
             fault->severity, run,
             "Use hostssl, scram-sha-256 and the network that clients really are in; set the "
             "passwords first.");
}

/* Whoever has an account on the server's machine. */
static void
report_local(PgaRuleRun *run, const GPtrArray *lines)
{
    g_autofree char *list = pga_names_listed(lines);

    if (lines->len > 0)
        complete(pga_rule_report_object(run, "pg_hba.conf: trust on the server's machine",
                                        "Everybody with an account there may be anybody, by line "
                                        "%s (pg_hba_file_rules).",
                                        list),
                 PGA_SEVERITY_INFO, run,
                 "For local use peer (the account's own name) or scram-sha-256.");
}

static void
check_lines(PgaRuleRun *run)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) locals = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < run->server->hba->len; i++) {
        const PgaHbaRule *rule = g_ptr_array_index(run->server->hba, i);
        Fault fault;

        if (rule->error || !rule->type || !rule->auth_method)
            continue;
        if (is_local(rule) && g_str_equal(rule->auth_method, "trust"))
            g_ptr_array_add(locals, g_strdup_printf("%d", rule->line_number));
        else if (!is_local(rule) && judge_remote(rule, &fault) &&
                 g_hash_table_add(seen, line_text(rule)))
            report(run, rule, &fault);
    }
    report_local(run, locals);
}

static void
check(PgaRuleRun *run)
{
    if (run->environment->provider) /* the provider's lines, which nobody can change */
        return;
    if (run->server->hba_known)
        check_lines(run);
    else
        pga_rule_not_evaluated(run, NULL,
                               "pg_hba.conf was not read: GRANT EXECUTE ON FUNCTION "
                               "pg_catalog.pg_hba_file_rules() to the role");
}

const PgaRule pga_rule_sec_hba_trust = {
    .id = "sec-hba-trust",
    .title = "pg_hba.conf lets clients in too easily",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Whoever reaches the port is in as any role, the superuser among them, or sees the "
           "passwords that others send.",
    .when_not = "A firewall lets only the application's machines reach the port, or nobody else "
                "has an account on the server's machine.",
    .condition = "A line for other machines has the method trust or ident, or password without "
                 "TLS (an error); password with TLS, or any method for all addresses without TLS "
                 "(a warning). trust for this machine only is a note.",
    .example = "-- pg_hba.conf\nhost all all 10.0.0.0/8 trust",
    .fix = "Says what the line should be; the file is yours to change, a reload makes it count.",
    .docs = "auth-pg-hba-conf.html",
    .docs_title = "The pg_hba.conf File",
    .requirements = "T3-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the pg_hba.conf of a server",
    .of_server = TRUE,
    .check = check,
};

/* sec-md5-passwords: passwords kept as MD5, which whoever reads them can log in with. */
#include <base/text.h>

#include "../server_setting_internal.h"
#include "../subject_internal.h"

#define SCRAM_SINCE      100000
#define DEPRECATED_SINCE 180000

static void
check_setting(PgaRuleRun *run)
{
    const char *value = pga_server_setting_value(run, "password_encryption");
    PgaFinding *finding;

    if (!value || g_str_equal(value, "scram-sha-256"))
        return;
    finding = pga_rule_report_object(run, "password_encryption",
                                     "password_encryption is %s: each new password is kept as MD5.",
                                     value);
    pga_finding_change_setting(run, finding, "password_encryption", "scram-sha-256");
    pga_finding_note(finding,
                     "Clients older than libpq 10 or their driver's SCRAM support cannot log in "
                     "with passwords set from then on.");
}

static void
check_roles(PgaRuleRun *run)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *list = NULL;
    guint n_unknown = 0;
    PgaFinding *finding;

    for (guint i = 0; i < run->objects->roles->len; i++) {
        const PgaRole *role = g_ptr_array_index(run->objects->roles, i);

        n_unknown += role->password == '?';
        if (role->password == 'm')
            g_ptr_array_add(names, pga_quote_identifier(role->rolname));
    }
    if (n_unknown > 0)
        pga_rule_not_evaluated(run, "Passwords of roles",
                               "pg_authid cannot be read by this role: only a superuser can");
    if (names->len == 0)
        return;
    list = pga_names_listed(names);
    finding = pga_rule_report_object(run, "passwords", "Kept as MD5 (pg_authid): %s.%s", list,
                                     run->environment->version_num >= DEPRECATED_SINCE
                                         ? " A later version will refuse them."
                                         : "");
    finding->weight = names->len;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding,
                     "Set each password anew with \\password in psql, which sends no clear text; "
                     "password_encryption decides how it is kept. The same password may be given "
                     "again. A line \"md5\" of pg_hba.conf takes SCRAM too.");
    pga_finding_verify(finding, "SELECT rolname FROM pg_authid WHERE rolpassword LIKE 'md5%%';");
}

static void
check(PgaRuleRun *run)
{
    if (run->environment->version_num < SCRAM_SINCE)
        return;
    check_setting(run);
    check_roles(run);
}

const PgaRule pga_rule_sec_md5_passwords = {
    .id = "sec-md5-passwords",
    .title = "Passwords kept as MD5",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "An MD5 verifier from a backup or a dump of the roles is as good as the password: it "
           "logs in without being broken, and it is broken fast.",
    .when_not = "A client that cannot do SCRAM has to connect, over TLS and from known addresses.",
    .condition = "password_encryption is not scram-sha-256, or a role's password is kept as MD5. "
                 "Only the first letters of a verifier are looked at, in the server.",
    .example = "SET password_encryption = 'md5';\nCREATE ROLE app LOGIN PASSWORD '…';",
    .fix = "Sets password_encryption with ALTER SYSTEM and a reload; the passwords are then set "
           "anew by you.",
    .versions = "SCRAM came with 10 and is the default since 14; 18 warns of MD5, which a later "
                "version will drop.",
    .docs = "auth-password.html",
    .docs_title = "Password Authentication",
    .requirements = "T3-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings and roles of a server",
    .of_server = TRUE,
    .check = check,
};

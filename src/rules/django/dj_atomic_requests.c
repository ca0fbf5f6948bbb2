/* dj-atomic-requests: a transaction as long as the request. */
#include "../django_setting_internal.h"

static void
judge_database(PgaDjangoRun *run, const PgaDjangoDatabase *database, const PgaPyValue *entry)
{
    PgaFinding *finding;

    if (database->atomic_requests != PGA_DJANGO_TRUE)
        return;
    finding = pga_django_add_at_database(
        run, database, entry,
        "ATOMIC_REQUESTS: each view is one transaction; rows that it locks stay locked while it "
        "calls other services and renders");
    pga_django_fix_code(finding, g_strdup("\"ATOMIC_REQUESTS\": False,  # transaction.atomic() "
                                          "around what belongs together"));
    finding->fix.safety = PGA_SAFETY_REVIEW;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoSettings *settings)
{
    pga_each_database(run, settings, judge_database);
}

const PgaRule pga_rule_dj_atomic_requests = {
    .id = "dj-atomic-requests",
    .title = "Each request is one transaction",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "A view that waits for another service keeps its locks and its snapshot: others wait "
           "behind it, and vacuum removes nothing that it might still see.",
    .when_not = "Views are short and call nothing outside.",
    .condition = "ATOMIC_REQUESTS = True in the settings that manage.py names.",
    .example = "# shop/settings.py\nDATABASES = {\n    \"default\": {\n"
               "        \"ENGINE\": \"django.db.backends.postgresql\",\n"
               "        \"ATOMIC_REQUESTS\": True,\n    }\n}",
    .fix = "Proposes atomic() around what belongs together, in place of whole requests.",
    .docs = "https://docs.djangoproject.com/en/stable/topics/db/transactions/"
            "#tying-transactions-to-http-requests",
    .docs_title = "Tying transactions to HTTP requests",
    .requirements = "DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.settings = judge},
};

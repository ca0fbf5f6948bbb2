/* orphan-prepared-xacts: a transaction that its coordinator prepared and never ended. It holds its
 * locks, and no row that died since is removed, until somebody ends it. */
#include <base/text.h>
#include <base/units.h>

#include "../server_state_internal.h"

#define MAX_AGE   0 /* places in the rule's thresholds */
#define ERROR_AGE 1

static void
report(PgaRuleRun *run, const PgaPreparedTransaction *prepared)
{
    g_autofree char *age = pga_duration_format(prepared->age);
    g_autofree char *gid = pga_quote_literal(prepared->gid);
    PgaFinding *finding = pga_rule_report_object(
        run, prepared->gid,
        "%s prepared it %s ago in database %s; %" G_GINT64_FORMAT " transactions began since.",
        prepared->owner, age, prepared->datname, prepared->xid_age);

    finding->weight = prepared->age;
    if (prepared->age < run->threshold[ERROR_AGE])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_add_sql(finding, g_strdup_printf("ROLLBACK PREPARED %s;", gid));
    pga_finding_note(
        finding,
        "Ask the coordinator first: if it has committed its other parts, this one is to "
        "be committed too, with COMMIT PREPARED. Either is final; connect to database "
        "%s as %s or a superuser.",
        prepared->datname, prepared->owner);
    pga_finding_verify(finding, "SELECT gid, prepared FROM pg_prepared_xacts;");
}

static void
check(PgaRuleRun *run)
{
    for (guint i = 0; i < run->server->prepared->len; i++) {
        const PgaPreparedTransaction *prepared = g_ptr_array_index(run->server->prepared, i);

        if (prepared->age >= run->threshold[MAX_AGE])
            report(run, prepared);
    }
}

const PgaRule pga_rule_orphan_prepared_xacts = {
    .id = "orphan-prepared-xacts",
    .title = "Prepared transaction that nobody ends",
    .category = "maintenance",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "It holds its locks over restarts, and VACUUM removes nothing that died after it began: "
           "tables bloat, and in the end the server stops taking writes.",
    .when_not = "Its coordinator is in recovery and will end it.",
    .condition =
        "A prepared transaction is older than {max_age} seconds; an error from {error_age} "
        "seconds on.",
    .example = "BEGIN; UPDATE orders SET note = 'x'; PREPARE TRANSACTION 'left behind';",
    .fix = "Rolls it back, which is final: the coordinator may have committed its other parts, so "
           "ask there first.",
    .docs = "view-pg-prepared-xacts.html",
    .docs_title = "pg_prepared_xacts",
    .requirements = "T2-5 T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the prepared transactions of a server",
    .thresholds = {{"max_age", "seconds", 300, "A coordinator ends one within this time."},
                   {"error_age", "seconds", 3600, "From here on it is an error."}},
    .of_server = TRUE,
    .check = check,
};

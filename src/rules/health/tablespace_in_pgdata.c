/* tablespace-in-pgdata: a tablespace below the data directory, which backups and pg_upgrade trip
 * over. */
#include <base/text.h>

#include "../server_state_internal.h"

static void
report(PgaRuleRun *run, const PgaTablespaceUse *use)
{
    g_autofree char *name = pga_quote_identifier(use->spcname);
    PgaFinding *finding = pga_rule_report_object(
        run, name, "Its location %s is inside the data directory.", use->location);

    pga_finding_decide(finding,
                       "Create a tablespace elsewhere, and move its tables and indexes there with "
                       "ALTER TABLE … SET TABLESPACE, which rewrites each under ACCESS EXCLUSIVE. "
                       "On the same disk no tablespace is needed: pg_default does.");
    pga_finding_verify(finding, "SELECT spcname, pg_tablespace_location(oid) FROM pg_tablespace;");
}

static void
check(PgaRuleRun *run)
{
    for (guint i = 0; i < run->server->tablespaces->len; i++) {
        const PgaTablespaceUse *use = g_ptr_array_index(run->server->tablespaces, i);

        if (use->in_data_directory && g_path_is_absolute(use->location))
            report(run, use);
    }
}

const PgaRule pga_rule_tablespace_in_pgdata = {
    .id = "tablespace-in-pgdata",
    .title = "Tablespace inside the data directory",
    .category = "storage",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "A base backup copies its files twice, pg_upgrade leaves them where the old cluster is "
           "deleted, and both refuse or warn at a bad moment.",
    .when_not = "The server is a throw-away one.",
    .condition = "The location of the tablespace is below data_directory.",
    .example = "CREATE TABLESPACE fast LOCATION '/var/lib/postgresql/17/main/fast';",
    .fix = "Nothing to execute at once: its tables and indexes are moved one by one, each locked "
           "meanwhile.",
    .docs = "manage-ag-tablespaces.html",
    .docs_title = "Tablespaces",
    .requirements = "T3-3",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the tablespaces of a server",
    .of_server = TRUE,
    .check = check,
};

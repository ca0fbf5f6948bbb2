/* add-column-serial: a new column that numbers the rows that are there. */
#include "../lock_cost_internal.h"
#include "../new_column_internal.h"

#define ADVICE                                                                                     \
    "Add a bigint column without default; CREATE SEQUENCE … OWNED BY it, and SET DEFAULT "       \
    "nextval() for new rows; number the old rows in batches; then NOT NULL by way of a validated " \
    "CHECK, and a key by way of an index built with CONCURRENTLY."

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (pga_new_column_cause(run, action) == PGA_NEW_COLUMN_NUMBERED)
        pga_lint_advise(pga_lint_report_cost(run, action), ADVICE);
}

const PgaRule pga_rule_add_column_serial = {
    .id = "add-column-serial",
    .title = "ADD COLUMN that numbers existing rows",
    .category = "lock",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Every row gets the next number of a sequence, so the table and all its indexes are "
           "written anew under ACCESS EXCLUSIVE: reads and writes wait for all of it.",
    .when_not = "The table is small, or nobody uses it meanwhile.",
    .condition = "ADD COLUMN of type serial, bigserial or smallserial, as IDENTITY, or with "
                 "DEFAULT nextval().",
    .example = "ALTER TABLE orders ADD COLUMN number bigserial;",
    .fix = "Adds a bigint column without default, makes the sequence the default for new rows, "
           "numbers the old ones in batches, and adds the constraints at the end; in words.",
    .docs = "sql-altertable.html#SQL-ALTERTABLE-NOTES",
    .docs_title = "ALTER TABLE: Notes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};

/* xid-wraparound: a database whose oldest transaction ids come near the end of the counter. */
#include "../wraparound_internal.h"

static gint64
database_age(const PgaDatabase *database)
{
    return database->frozenxid_age;
}

static gint64
relation_age(const PgaRelation *relation)
{
    return relation->frozenxid_age;
}

static void
check(PgaRuleRun *run)
{
    static const PgaWraparound transactions = {
        .what = "transaction ids",
        .max_age = "autovacuum_freeze_max_age",
        .age_of = "age(datfrozenxid)",
        .database_age = database_age,
        .relation_age = relation_age,
        .counts_transactions = TRUE,
    };

    pga_wraparound_check(run, &transactions);
}

const PgaRule pga_rule_xid_wraparound = {
    .id = "xid-wraparound",
    .title = "Transaction ids come near their end",
    .category = "vacuum",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Three million transactions before the end the server stops taking commands that write, "
           "until VACUUM has frozen the oldest rows.",
    .when_not = "The forced vacuum is running (pg_stat_progress_vacuum) and the age is falling.",
    .condition = "age(datfrozenxid) of a database is over {warning_age}, or over {times} times "
                 "autovacuum_freeze_max_age; over {error_age} it is an error.",
    .fix = "VACUUM of the oldest tables, after what holds their freezing back is ended: reads and "
           "writes go on.",
    .versions = "From 14 on VACUUM drops all delays at vacuum_failsafe_age.",
    .docs = "routine-vacuuming.html#VACUUM-FOR-WRAPAROUND",
    .docs_title = "Routine Vacuuming: Preventing Transaction ID Wraparound Failures",
    .requirements = "T2-8",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the age of a running server's databases",
    .thresholds = {{"warning_age", "transactions", 1e9, "Half of all ids are used up."},
                   {"error_age", "transactions", 1.5e9, "A quarter of all ids is left."},
                   {"times", "times autovacuum_freeze_max_age", 1.5,
                    "The forced vacuum should have been done by then."}},
    .of_server = TRUE,
    .check = check,
};

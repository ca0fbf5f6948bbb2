/* mxid-wraparound: the same for multixact ids, which rows locked by several transactions take. */
#include "../wraparound_internal.h"

static gint64
database_age(const PgaDatabase *database)
{
    return database->minmxid_age;
}

static gint64
relation_age(const PgaRelation *relation)
{
    return relation->minmxid_age;
}

static void
check(PgaRuleRun *run)
{
    static const PgaWraparound multixacts = {
        .what = "multixact ids",
        .max_age = "autovacuum_multixact_freeze_max_age",
        .age_of = "mxid_age(datminmxid)",
        .database_age = database_age,
        .relation_age = relation_age,
    };

    pga_wraparound_check(run, &multixacts);
}

const PgaRule pga_rule_mxid_wraparound = {
    .id = "mxid-wraparound",
    .title = "Multixact ids come near their end",
    .category = "vacuum",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Near the end the server refuses commands that let several transactions lock one row, "
           "such as the checks of foreign keys, until VACUUM has frozen the oldest rows.",
    .when_not = "The forced vacuum is running (pg_stat_progress_vacuum) and the age is falling.",
    .condition = "mxid_age(datminmxid) of a database is over {warning_age}, or over {times} times "
                 "autovacuum_multixact_freeze_max_age; over {error_age} it is an error.",
    .fix = "VACUUM of the oldest tables, after what holds their freezing back is ended: reads and "
           "writes go on.",
    .docs = "routine-vacuuming.html#VACUUM-FOR-MULTIXACT-WRAPAROUND",
    .docs_title = "Routine Vacuuming: Multixacts and Wraparound",
    .requirements = "T2-8",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the age of a running server's databases",
    .thresholds = {{"warning_age", "multixacts", 1e9, "Half of all ids are used up."},
                   {"error_age", "multixacts", 1.5e9, "A quarter of all ids is left."},
                   {"times", "times autovacuum_multixact_freeze_max_age", 1.5,
                    "The forced vacuum should have been done by then."}},
    .of_server = TRUE,
    .check = check,
};

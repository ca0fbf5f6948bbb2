/* Rules on real servers: faults are planted with SQL, then every rule runs on what was collected.
 * Each test runs on every major from 14 on that is installed. */
#pragma once
#include <cluster.h>
#include <model/report.h>

/* Adds the test "/health/NAME/MAJOR" for each server; @test gets its cluster. */
void health_add(const char *name, void (*test)(PgaTestCluster *cluster));

/* `check` of that database, without a lab; the test fails with its error. */
PgaReport *health_check(const char *dsn);

/* The same with a configuration (YAML text). */
PgaReport *health_check_with(const char *dsn, const char *configuration);

/* (nullable): NULL when the rule says nothing of the object; @object NULL: of any. */
const PgaFinding *health_finding(const PgaReport *report, const char *rule, const char *object);

/* How many findings the rule has. */
guint health_count(const PgaReport *report, const char *rule);

/* The test fails, printing what there is instead. The finding is returned. */
const PgaFinding *health_assert_fires(const PgaReport *report, const char *rule,
                                      const char *object);
void health_assert_silent(const PgaReport *report, const char *rule, const char *object);
void health_assert_not_evaluated(const PgaReport *report, const char *rule);

/* Until @sql's value is @wanted; the test fails after half a minute. */
void health_await(const char *dsn, const char *sql, const char *wanted);

/* Changes settings (statements without semicolon, up to NULL), and reloads. */
void health_set(const char *dsn, const char *const *statements);

/* The server's counters arrive a moment after the session that made them: polls until the SQL
 * @condition holds; the test fails after ten seconds. */
void health_wait_until(const char *dsn, const char *condition);

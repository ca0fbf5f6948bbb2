/* A database's age is that of its oldest table. Where a forced vacuum has begun and the age goes on
 * growing, something holds VACUUM back. */
#include "wraparound_internal.h"

#include <base/text.h>
#include <base/units.h>

#include "horizon_internal.h"

#define LIMIT        2147483648.0 /* ids until old rows would be in the future */
#define STOP_BEFORE  3000000.0    /* the server takes no more commands that need one */
#define DAY          86400.0
#define TABLES_SHOWN 3
#define HORIZON_AGE  1000000 /* ids: a younger snapshot is not the reason */

static const PgaSetting *
max_age_setting(const PgaRuleRun *run, const PgaWraparound *wraparound)
{
    return pga_catalog_setting(run->catalog, wraparound->max_age);
}

/* The age that makes it a finding. */
static double
first_age(const PgaRuleRun *run, const PgaWraparound *wraparound)
{
    const PgaSetting *setting = max_age_setting(run, wraparound);
    const double stated = run->threshold[PGA_WRAPAROUND_WARNING];

    if (!setting || !setting->setting)
        return stated;
    return MIN(stated,
               run->threshold[PGA_WRAPAROUND_TIMES] * g_ascii_strtod(setting->setting, NULL));
}

/* Ids a day at most: not every transaction takes one. What less than an hour has counted is taken
 * for an hour's. Below 0 unknown. */
static double
most_per_day(const PgaRuleRun *run)
{
    double rate = 0;

    for (guint i = 0; i < run->server->databases->len; i++) {
        const PgaDatabase *database = g_ptr_array_index(run->server->databases, i);

        if (database->stats_age > 0 && database->xact_commit >= 0)
            rate += (double)(database->xact_commit + database->xact_rollback) /
                    MAX(database->stats_age, 3600) * DAY;
    }
    return rate > 0 ? rate : -1;
}

/* (transfer full): " At the present rate …", or "". */
static char *
forecast(const PgaRuleRun *run, double left)
{
    const double rate = most_per_day(run);
    g_autofree char *count = rate > 0 ? pga_count_format(rate) : NULL;
    g_autofree char *duration = rate > 0 ? pga_duration_format(left / rate * DAY) : NULL;

    if (!count)
        return g_strdup("");
    return g_strdup_printf(" The databases end %s transactions a day, so that is %s away at the "
                           "least.",
                           count, duration);
}

static int
compare_ages(gconstpointer a, gconstpointer b, gpointer data)
{
    const PgaWraparound *wraparound = data;
    const gint64 left = wraparound->relation_age(*(const PgaRelation *const *)a);
    const gint64 right = wraparound->relation_age(*(const PgaRelation *const *)b);

    return (left < right) - (left > right);
}

/* (transfer full): tables of this database, oldest first. */
static GPtrArray *
oldest_tables(const PgaRuleRun *run, const PgaWraparound *wraparound, double min_age)
{
    GPtrArray *tables = g_ptr_array_new();

    for (guint i = 0; i < run->whole->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(run->whole->relations, i);

        if (relation->relkind != 'p' && relation->relpersistence != 't' &&
            (double)wraparound->relation_age(relation) >= min_age)
            g_ptr_array_add(tables, relation);
    }
    g_ptr_array_sort_with_data(tables, compare_ages, (gpointer)wraparound);
    return tables;
}

static void
add_vacuum(const PgaRuleRun *run, const PgaWraparound *wraparound, PgaFinding *finding,
           const PgaDatabase *database, double min_age)
{
    g_autoptr(GPtrArray) tables =
        database->is_current ? oldest_tables(run, wraparound, min_age) : g_ptr_array_new();
    g_autofree char *literal = pga_quote_literal(database->datname);

    for (guint i = 0; i < MIN(tables->len, TABLES_SHOWN); i++) {
        g_autofree char *table = pga_relation_display(g_ptr_array_index(tables, i), NULL);

        pga_finding_add_sql(finding, g_strdup_printf("VACUUM (VERBOSE) %s;", table));
    }
    if (!database->datallowconn)
        pga_finding_note(finding, "Nobody may connect to it: only autovacuum can vacuum it; see "
                                  "in the server's log why that fails.");
    else if (tables->len == 0)
        pga_finding_add_sql(finding, g_strdup("VACUUM (VERBOSE);"));
    if (database->datallowconn && !database->is_current)
        pga_finding_note(finding, "Connect to that database first.");
    if (tables->len > TABLES_SHOWN)
        pga_finding_note(finding, "After these: %u more as old.", tables->len - TABLES_SHOWN);
    if (tables->len > 0)
        pga_finding_note(finding, "The database is as old as the oldest of all its tables, system "
                                  "catalogs included: if its age stays, VACUUM (VERBOSE); "
                                  "without a name takes them all.");
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_verify(finding, "SELECT %s FROM pg_database WHERE datname = %s;",
                       wraparound->age_of, literal);
}

static void
report(PgaRuleRun *run, const PgaWraparound *wraparound, const PgaDatabase *database,
       double min_age)
{
    const double age = (double)wraparound->database_age(database);
    const double left = MAX(LIMIT - STOP_BEFORE - age, 0);
    const PgaSetting *setting = max_age_setting(run, wraparound);
    g_autofree char *age_text = pga_count_format(age);
    g_autofree char *left_text = pga_count_format(left);
    g_autofree char *future = wraparound->counts_transactions ? forecast(run, left) : g_strdup("");
    g_autofree char *holder = pga_horizon_holder(run, HORIZON_AGE);
    g_autofree char *name = pga_quote_identifier(database->datname);
    PgaFinding *finding = pga_rule_report_object(
        run, name,
        "Its oldest %s are %s old; %s more, and the server refuses every command that needs a new "
        "one.%s The forced vacuum begins at %s (%s).",
        wraparound->what, age_text, left_text, future,
        setting && setting->setting ? setting->setting : "an unknown age", wraparound->max_age);

    if (age < run->threshold[PGA_WRAPAROUND_ERROR])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    finding->weight = age;
    if (holder)
        pga_finding_note(finding, "%s End that first: before it VACUUM cannot freeze.", holder);
    add_vacuum(run, wraparound, finding, database, min_age);
    pga_finding_note(finding, "Plain VACUUM is the fastest way: neither FULL, which needs an id "
                              "itself, nor FREEZE, which does more than is needed.");
}

void
pga_wraparound_check(PgaRuleRun *run, const PgaWraparound *wraparound)
{
    const double min_age = first_age(run, wraparound);

    if (run->server->databases->len == 0) {
        pga_rule_not_evaluated(run, NULL, "the ages of the databases were not read");
        return;
    }
    for (guint i = 0; i < run->server->databases->len; i++) {
        const PgaDatabase *database = g_ptr_array_index(run->server->databases, i);

        if ((double)wraparound->database_age(database) > min_age)
            report(run, wraparound, database, min_age);
    }
}

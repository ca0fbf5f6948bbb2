/* partition-future-missing: the last range of a table partitioned by time ends soon, or has ended:
 * without a DEFAULT partition INSERT fails from then on. */
#include <string.h>

#include <base/text.h>

#include "../column_internal.h"
#include "../object_name_internal.h"
#include "../rule_internal.h"

#define DAYS         0
#define ARCHIVE_DAYS 1

#define DAY          86400
#define LAST_SECOND  253402300799 /* of the year 9999, where GDateTime ends */

/** What the ranges of a table leave open. */
typedef struct {
    const PgaRelation *newest;
    const PgaRelation *rest; /* (nullable): the DEFAULT partition */
    gint64 from, to;         /* of the newest, Unix time */
    gboolean has_maxvalue;
} Ranges;

/* Whether @text begins like @shape, where "d" is a digit. */
static gboolean
has_shape(const char *text, const char *shape)
{
    for (; *shape; shape++, text++)
        if (*shape == 'd' ? !g_ascii_isdigit(*text) : *text != *shape)
            return FALSE;
    return TRUE;
}

static gint
number_at(const char *text)
{
    return (gint)g_ascii_strtoll(text, NULL, 10);
}

/* 'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS' with whatever zone: exact to the day. */
static gboolean
parse_time(const char *text, gint64 *out)
{
    g_autoptr(GDateTime) time = NULL;
    gint hour = 0, minute = 0;

    if (!has_shape(text, "'dddd-dd-dd"))
        return FALSE;
    if (has_shape(text + strlen("'YYYY-MM-DD"), " dd:dd")) {
        hour = number_at(text + strlen("'YYYY-MM-DD "));
        minute = number_at(text + strlen("'YYYY-MM-DD HH:"));
    }
    time = g_date_time_new_utc(number_at(text + strlen("'")), number_at(text + strlen("'YYYY-")),
                               number_at(text + strlen("'YYYY-MM-")), hour, minute, 0);
    if (time)
        *out = g_date_time_to_unix(time);
    return time != NULL;
}

static void
take_bound(Ranges *ranges, const PgaRelation *partition)
{
    const char *from = strstr(partition->partbound, "FROM (");
    const char *to = strstr(partition->partbound, ") TO (");
    gint64 begin, end;

    if (g_str_equal(partition->partbound, "DEFAULT"))
        ranges->rest = partition;
    if (!from || !to)
        return;
    ranges->has_maxvalue |= g_str_has_prefix(to, ") TO (MAXVALUE");
    if (!parse_time(to + strlen(") TO ("), &end) || (ranges->newest && end <= ranges->to))
        return;
    if (!parse_time(from + strlen("FROM ("), &begin))
        begin = end;
    *ranges = (Ranges){partition, ranges->rest, begin, end, ranges->has_maxvalue};
}

/* By one column of a date or time. */
static gboolean
is_by_time(const PgaRelation *relation)
{
    if (!relation->partkey || !g_str_has_prefix(relation->partkey, "RANGE (") ||
        strchr(relation->partkey, ','))
        return FALSE;
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (pga_column_in_partition_key(relation, attribute))
            return pga_column_has_type(attribute, "date") ||
                   pga_column_has_type(attribute, "timestamp") ||
                   pga_column_has_type(attribute, "timestamptz");
    }
    return FALSE;
}

/* (transfer full): "2026-02-01" */
static char *
day_text(gint64 time, const char *format)
{
    g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(time);

    return g_date_time_format(day, format);
}

/* The end of the range after this one: as many months, or as many days. Its own end when there is
 * no later one. */
static gint64
next_end(gint64 range_from, gint64 range_to)
{
    g_autoptr(GDateTime) from = g_date_time_new_from_unix_utc(range_from);
    g_autoptr(GDateTime) to = g_date_time_new_from_unix_utc(range_to);
    g_autoptr(GDateTime) next = NULL;
    const int months = (g_date_time_get_year(to) - g_date_time_get_year(from)) * 12 +
                       g_date_time_get_month(to) - g_date_time_get_month(from);

    if (g_date_time_get_day_of_month(from) != 1 || g_date_time_get_day_of_month(to) != 1)
        return 2 * range_to - range_from > LAST_SECOND ? range_to : 2 * range_to - range_from;
    next = g_date_time_add_months(to, months);
    return next ? g_date_time_to_unix(next) : range_to;
}

/* Known to hold none. */
static gboolean
is_empty(const PgaRelation *partition)
{
    return partition->has_counters
               ? partition->reltuples <= 0 && partition->counters.n_live_tup == 0
               : partition->reltuples <= 0 && partition->reltuples > -1;
}

/* The range to make next. One that is over helps nobody, and one whose rows are in the DEFAULT
 * partition already cannot be made before they are out of it. */
static void
next_range(const PgaRuleRun *run, const Ranges *ranges, gint64 *from, gint64 *to)
{
    const gint64 now = run->environment->now;
    const gboolean is_filled = ranges->rest && !is_empty(ranges->rest);

    *from = ranges->to;
    *to = next_end(ranges->from, ranges->to);
    while (*to <= now || (is_filled && *from <= now)) {
        const gint64 end = next_end(*from, *to);

        if (end <= *to)
            break;
        *from = *to;
        *to = end;
    }
}

/* What the statement leaves as it is. */
static void
note_rest(PgaFinding *finding, const Ranges *ranges, const char *from, gboolean leaves_gap)
{
    if (leaves_gap)
        pga_finding_note(finding, "Rows from the last partition's end to %s %s.", from,
                         ranges->rest ? "stay in the default partition, where they have to be "
                                        "moved from before that time can have partitions"
                                      : "are still refused: it takes more such partitions if any "
                                        "are to come");
    if (ranges->rest)
        pga_finding_note(finding, "The default partition is scanned for rows of the new range, and "
                                  "the statement fails if there are any.");
}

/* Whole days: others have bounds of their own kind. */
static gboolean
is_daily(const Ranges *ranges)
{
    return ranges->to > ranges->from && ranges->to % DAY == 0 && ranges->from % DAY == 0;
}

static void
add_partition(PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation,
              const Ranges *ranges)
{
    g_autoptr(GHashTable) names = pga_object_names_new(run->whole);
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *from = NULL, *to = NULL, *label = NULL, *name = NULL, *partition = NULL;
    gint64 begin, end;

    next_range(run, ranges, &begin, &end);
    from = day_text(begin, "%Y-%m-%d");
    to = day_text(end, "%Y-%m-%d");
    label = day_text(begin, "p%Y%m%d");
    name = pga_object_name_choose(names, relation->nspname, relation->relname, NULL, label);
    partition = pga_quote_qualified(relation->nspname, name);

    pga_finding_add_sql(
        finding,
        g_strdup_printf("CREATE TABLE %s PARTITION OF %s FOR VALUES FROM ('%s') TO ('%s');",
                        partition, table, from, to));
    pga_finding_add_undo(finding, g_strdup_printf("DROP TABLE %s;", partition));
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE",
                        ranges->rest ? "scan" : "instant");
    pga_finding_note(finding,
                     "Set lock_timeout: the lock waits for running statements of the table and "
                     "makes others wait behind it. The undo is for an empty partition. Have a "
                     "job make the next ones in time (pg_partman, cron).");
    note_rest(finding, ranges, from, begin > ranges->to);
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

/* Nobody has written since the statistics were reset, and the last range ended long ago. */
static gboolean
is_archive(const PgaRuleRun *run, const PgaRelation *relation, const Ranges *ranges)
{
    return relation->has_counters && relation->counters.n_tup_ins == 0 &&
           (double)(run->environment->now - ranges->to) > run->threshold[ARCHIVE_DAYS] * DAY;
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const Ranges *ranges)
{
    const gint64 left = ranges->to - run->environment->now;
    g_autofree char *end = day_text(ranges->to, "%Y-%m-%d");
    g_autofree char *name = pga_relation_display(ranges->newest, NULL);
    g_autofree char *literal = pga_relation_literal(relation);
    PgaFinding *finding = pga_rule_report(
        run, relation, NULL, "The last partition, %s, end%s on %s%s.", name, left < 0 ? "ed" : "s",
        end, ranges->rest ? "; rows after that go to the default partition" : "");

    finding->weight = (double)-left;
    if (ranges->rest)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    if (is_archive(run, relation, ranges))
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    if (is_daily(ranges)) {
        add_partition(run, finding, relation, ranges);
    } else {
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "instant");
        pga_finding_note(finding, "CREATE TABLE … PARTITION OF with the next range, and have a job "
                                  "make the ones after it in time (pg_partman, cron).");
    }
    pga_finding_verify(finding, "SELECT relid FROM pg_partition_tree(%s);", literal);
}

/* A partition for every hour or day is often made just before it begins. */
static gboolean
ends_soon(const PgaRuleRun *run, const Ranges *ranges)
{
    const double width = (double)(ranges->to - ranges->from);
    const double wanted = run->threshold[DAYS] * DAY;

    return (double)(ranges->to - run->environment->now) < MIN(wanted, width);
}

static void
check_relation(PgaRuleRun *run, const PgaRelation *relation, const GPtrArray *partitions)
{
    Ranges ranges = {0};

    for (guint i = 0; partitions && i < partitions->len; i++) {
        const PgaRelation *partition = g_ptr_array_index(partitions, i);

        if (partition->partbound)
            take_bound(&ranges, partition);
    }
    if (ranges.newest && !ranges.has_maxvalue && ends_soon(run, &ranges))
        report(run, relation, &ranges);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) partitions = pga_rule_partitions(run->whole);

    if (run->environment->now <= 0) {
        pga_rule_not_evaluated(run, NULL, "the server's clock was not read");
        return;
    }
    if (run->environment->dates_moved) {
        pga_rule_not_evaluated(run, NULL, "the snapshot is anonymized: its dates were moved");
        return;
    }
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        if (relation->relkind == 'p' && pga_rule_concerns(relation) && is_by_time(relation))
            check_relation(run, relation,
                           g_hash_table_lookup(partitions, GUINT_TO_POINTER(relation->oid)));
    }
}

const PgaRule pga_rule_partition_future_missing = {
    .id = "partition-future-missing",
    .title = "The last partition ends soon",
    .category = "schema",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "From the end of the last range on every INSERT fails with \"no partition of relation "
           "found for row\", at midnight as a rule; with a default partition the rows pile up "
           "there.",
    .when_not = "The table is an archive, or a job makes each partition just before it begins.",
    .condition = "The ranges of a table partitioned by a date or time end within {days}, or within "
                 "the width of the last one where that is less, and none goes up to MAXVALUE. "
                 "A warning with a default partition; a note when the last range ended "
                 "{archive_days} ago and nothing was inserted since.",
    .example = "CREATE TABLE events (at date) PARTITION BY RANGE (at);\n"
               "CREATE TABLE events_1 PARTITION OF events\n"
               "    FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');",
    .fix = "Creates the next partition: ACCESS EXCLUSIVE on the table for an instant.",
    .docs = "ddl-partitioning.html",
    .docs_title = "Table Partitioning",
    .requirements = "T2-6",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the clock of a running server",
    .thresholds = {{"days", "days", 7, "So much time is enough to react."},
                   {"archive_days", "days", 30,
                    "A range that ended longer ago, without inserts, is an archive's."}},
    .check = check,
};

/* disk-full-forecast: how full the disks of the server are and, where there were two looks at it,
 * when they will be. */
#include <base/units.h>

#include "../server_state_internal.h"
#include "../setting_fix_internal.h"

#define MAX_USED      0 /* places in the rule's thresholds */
#define CRITICAL_USED 1
#define MIN_DAYS      2
#define CRITICAL_DAYS 3

#define NEVER         G_MAXDOUBLE

/** A file system of the server. */
typedef struct {
    const char *what; /* "data directory" */
    gint64 free_bytes, disk_bytes;
    gint64 growth; /* since the first of two looks */
} Disk;

/* A burst of an hour is taken for a day's. */
static double
growth_per_day(const PgaRuleRun *run, const Disk *disk)
{
    return (double)disk->growth / MAX(1.0, run->server->host.growth_age / PGA_DAY);
}

static double
days_left(const PgaRuleRun *run, const Disk *disk)
{
    if (run->server->host.growth_age <= 0 || disk->growth <= 0)
        return NEVER;
    return (double)disk->free_bytes / growth_per_day(run, disk);
}

/* (transfer full): how fast it fills; "" where that is not known, or it does not. */
static char *
describe_growth(const PgaRuleRun *run, const Disk *disk)
{
    const double days = days_left(run, disk);
    g_autofree char *growth = NULL, *left = NULL;

    if (days == NEVER)
        return g_strdup("");
    growth = pga_bytes_format_storage((gint64)growth_per_day(run, disk));
    left = pga_duration_format(days * PGA_DAY);
    return g_strdup_printf(" At %s a day more it is full in %s.", growth, left);
}

static void
report(PgaRuleRun *run, const Disk *disk, double used)
{
    g_autofree char *left = pga_bytes_format_storage(disk->free_bytes);
    g_autofree char *whole = pga_bytes_format_storage(disk->disk_bytes);
    g_autofree char *growth = describe_growth(run, disk);
    PgaFinding *finding = pga_rule_report_object(
        run, disk->what, "%.0f %% of its file system is used: %s of %s are free.%s", used * 100,
        left, whole, growth);

    finding->weight = used;
    if (used < run->threshold[CRITICAL_USED] &&
        days_left(run, disk) >= run->threshold[CRITICAL_DAYS])
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    pga_finding_decide(finding,
                       "Enlarge the file system, or free space on it: WAL that a slot keeps, "
                       "tables and indexes that nobody uses, logs, other programs' files. "
                       "VACUUM FULL needs as much space again as the table has.");
    pga_finding_verify(finding, "df of that file system on the server's host.");
}

static void
check_disk(PgaRuleRun *run, const Disk *disk)
{
    double used;

    if (disk->disk_bytes <= 0 || disk->free_bytes < 0)
        return;
    used = 1 - (double)disk->free_bytes / (double)disk->disk_bytes;
    if (used >= run->threshold[MAX_USED] || days_left(run, disk) < run->threshold[MIN_DAYS])
        report(run, disk, used);
}

/* Two places on one file system have the same numbers to the byte, or nearly, as time passes
 * between the two looks. */
static gboolean
is_same(const Disk *a, const Disk *b)
{
    return a->disk_bytes == b->disk_bytes &&
           ABS(a->free_bytes - b->free_bytes) < a->disk_bytes / 1000;
}

static void
check(PgaRuleRun *run)
{
    const PgaHost *host = &run->server->host;
    const Disk data = {"data directory", host->data_free_bytes, host->data_disk_bytes,
                       host->data_growth_bytes};
    const Disk wal = {"pg_wal", host->wal_free_bytes, host->wal_disk_bytes, host->wal_growth_bytes};

    check_disk(run, &data);
    if (!is_same(&wal, &data))
        check_disk(run, &wal);
    for (guint i = 0; i < run->server->tablespaces->len; i++) {
        const PgaTablespaceUse *use = g_ptr_array_index(run->server->tablespaces, i);
        const Disk disk = {use->spcname, use->free_bytes, use->disk_bytes, 0};

        if (!is_same(&disk, &data) && !is_same(&disk, &wal))
            check_disk(run, &disk);
    }
}

const PgaRule pga_rule_disk_full_forecast = {
    .id = "disk-full-forecast",
    .title = "Disk is nearly full, or soon will be",
    .category = "capacity",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Without space for WAL the server stops; without space for tables every write fails.",
    .when_not = "The file system grows by itself, or what is left lasts for years.",
    .condition =
        "{max_used} or more of the file system of the data directory, pg_wal or a tablespace "
        "is used; or, with --since, what was used in between fills it in less than {min_days} "
        "days. "
        "An error from {critical_used} on, or below {critical_days} days.",
    .example = "COPY (SELECT generate_series(1, 1e9)) TO '/var/lib/postgresql/x';",
    .fix = "Nothing to execute: space is added or freed by a person.",
    .docs = "diskusage.html",
    .docs_title = "Monitoring Disk Usage",
    .requirements = "T3-4",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the file systems of a server on this machine",
    .thresholds = {{"max_used", "share", 0.9, "So much of a file system may be used."},
                   {"critical_used", "share", 0.95, "From here on it is an error."},
                   {"min_days", "days", 30, "It lasts so long."},
                   {"critical_days", "days", 7, "Below this it is an error."}},
    .of_server = TRUE,
    .check = check,
};

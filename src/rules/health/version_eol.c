/* version-eol: a version that gets no more fixes, or fixes that are out and not installed. */
#include "../rule_internal.h"

#define DAYS_AHEAD 0 /* place in the rule's thresholds */
#define DAY        86400

/* What was released on the day below: https://www.postgresql.org/about/newsarchive/. */
#define RELEASED_ON "14 May 2026"

/** A major version, the day of its last release, and its newest release on RELEASED_ON. Source of
 * the days: https://www.postgresql.org/support/versioning/ */
typedef struct {
    guint major, minor; /* 9: 9.6 */
    const char *end;
} Release;

static const Release releases[] = {
    {9, 24, "2021-11-11"},  {10, 23, "2022-11-10"}, {11, 22, "2023-11-09"}, {12, 22, "2024-11-21"},
    {13, 23, "2025-11-13"}, {14, 23, "2026-11-12"}, {15, 18, "2027-11-11"}, {16, 14, "2028-11-09"},
    {17, 10, "2029-11-08"}, {18, 4, "2030-11-14"},
};

/* Unix time of the day's beginning. */
static gint64
end_of(const Release *release)
{
    g_autofree char *text = g_strconcat(release->end, "T00:00:00Z", NULL);
    g_autoptr(GDateTime) day = g_date_time_new_from_iso8601(text, NULL);

    return g_date_time_to_unix(day);
}

static const Release *
find_release(guint major)
{
    for (guint i = 0; i < G_N_ELEMENTS(releases); i++)
        if (releases[i].major == major)
            return &releases[i];
    return NULL;
}

static void
report_end(PgaRuleRun *run, const Release *release)
{
    const gint64 now = run->environment->now;
    const gboolean ended = now >= end_of(release);
    PgaFinding *finding = pga_rule_report_object(
        run, "server version",
        ended ? "PostgreSQL %s: the last release of its major version was due on %s."
              : "PostgreSQL %s: its major version gets its last fixes on %s.",
        run->environment->version, release->end);

    if (!ended)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "Upgrade to a newer major version: pg_upgrade with a restart, or "
                              "logical replication with a short switch. Rehearse it on a copy.");
    pga_finding_verify(finding, "SHOW server_version;");
}

static void
report_minor(PgaRuleRun *run, const Release *release, guint minor)
{
    PgaFinding *finding = pga_rule_report_object(
        run, "server version",
        "PostgreSQL %s is at least %u release%s behind: %u.%u came out on " RELEASED_ON ".",
        run->environment->version, release->minor - minor, release->minor - minor == 1 ? "" : "s",
        release->major, release->minor);

    pga_finding_set_fix(finding, PGA_SAFETY_RESTART, NULL, NULL);
    pga_finding_note(finding, "Install the packages and restart: the data stays as it is. The "
                              "release notes name what else is to be done, if anything.");
    pga_finding_verify(finding, "SHOW server_version;");
}

static void
check(PgaRuleRun *run)
{
    const guint version = run->environment->version_num;
    const Release *release = find_release(version / 10000);
    const guint minor = version % 10000 % (version < 100000 ? 100 : 10000);

    if (!release || run->environment->now == 0)
        return;
    if (run->environment->now + (gint64)run->threshold[DAYS_AHEAD] * DAY >= end_of(release))
        report_end(run, release);
    else if (minor < release->minor)
        report_minor(run, release, minor);
}

const PgaRule pga_rule_version_eol = {
    .id = "version-eol",
    .title = "Version without fixes",
    .category = "config",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Known security holes and bugs that lose data stay open: the fixes are out, or there "
           "will be none.",
    .when_not = "A vendor keeps this version alive with fixes of its own.",
    .condition = "The major version's last release is past or (info) less than {days_ahead} away; "
                 "or the minor release is older than that of " RELEASED_ON ".",
    .fix = "A minor release is a restart; a major one is a project of its own.",
    .docs = "upgrading.html",
    .docs_title = "Upgrading a PostgreSQL Cluster",
    .requirements = "PRE-2",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the version of a running server",
    .thresholds = {{"days_ahead", "days", 90, "From then on it is said beforehand."}},
    .of_server = TRUE,
    .check = check,
};

/* conf-shared-buffers: PostgreSQL's own cache against RAM. The default of 128MB is made to start
 * anywhere. */
#include <base/units.h>

#include "../memory_internal.h"
#include "../setting_fix_internal.h"

#define WARN_SHARE    0 /* places in the rule's thresholds */
#define MIN_SHARE     1
#define MAX_SHARE     2

#define MB            (G_GINT64_CONSTANT(1024) * 1024)
#define DEFAULT_BYTES (128 * MB)
/* Source: "a reasonable starting value for shared_buffers is 25% of the memory in your system",
 * PostgreSQL 17 runtime-config-resource.html */
#define TARGET_SHARE 0.25

/* A quarter of RAM, but no more than the database fills. */
static gint64
target(const PgaRuleRun *run, gint64 ram, gint64 present)
{
    const gint64 quarter = pga_memory_round_down((gint64)((double)ram * TARGET_SHARE));
    const gint64 database = run->environment->database_bytes;

    if (database < 0 || quarter < present)
        return quarter;
    return MIN(quarter, (database / DEFAULT_BYTES + 1) * DEFAULT_BYTES);
}

static PgaSeverity
severity(const PgaRuleRun *run, gint64 ram, gint64 present, gint64 value)
{
    const double share = (double)present / (double)ram;

    if (share > run->threshold[MAX_SHARE])
        return PGA_SEVERITY_WARNING;
    if (share >= run->threshold[WARN_SHARE] ||
        (double)value < run->threshold[WARN_SHARE] * (double)ram)
        return PGA_SEVERITY_INFO; /* little to gain: near the range, or a small database */
    return present <= DEFAULT_BYTES && !run->environment->ram_shared ? PGA_SEVERITY_ERROR
                                                                     : PGA_SEVERITY_WARNING;
}

/* FALSE when other settings that the sum needs are not known. */
static gboolean
memory_with(const PgaRuleRun *run, gint64 present, gint64 value, PgaMemorySum *sum)
{
    PgaMemorySettings settings;

    if (!pga_memory_settings_known(run, &settings))
        return FALSE;
    settings.shared_buffers_kb = value / 1024;
    if (settings.shared_memory_kb >= 0)
        settings.shared_memory_kb += (value - present) / 1024;
    pga_memory_sum(&settings, 100, sum);
    return TRUE;
}

static gboolean
fits(const PgaRuleRun *run, gint64 ram, gint64 present, gint64 value)
{
    PgaMemorySum sum;

    return !memory_with(run, present, value, &sum) || sum.total <= ram / 1024;
}

/* as much of @value as all memory settings together leave room for. Where even @present is
 * beyond RAM, conf-memory-overcommit comes first and @value stays. */
static gint64
bounded(const PgaRuleRun *run, gint64 ram, gint64 present, gint64 value)
{
    gint64 bound = value;

    if (value <= present || !fits(run, ram, present, present))
        return value;
    while (bound > present && !fits(run, ram, present, bound))
        bound = pga_memory_round_down(bound - 1);
    return MAX(bound, present);
}

static void
note_memory(PgaRuleRun *run, PgaFinding *finding, gint64 ram, gint64 present, gint64 value)
{
    PgaMemorySum sum;
    g_autofree char *total = NULL;

    if (!memory_with(run, present, value, &sum))
        return;
    total = pga_memory_text(sum.total * 1024);
    pga_finding_note(
        finding, "With it all memory settings together allow %s in the worst case, %.0f %% of RAM.",
        total, 100.0 * (double)sum.total * 1024 / (double)ram);
    if (sum.total > ram / 1024)
        pga_finding_note(finding, "That is more than there is: lower what conf-memory-overcommit "
                                  "names first.");
}

static void
report(PgaRuleRun *run, gint64 ram, gint64 present, gint64 value)
{
    g_autofree char *present_text = pga_memory_text(present);
    g_autofree char *ram_text = pga_memory_text(ram);
    g_autofree char *value_text = pga_bytes_format_memory(value);
    const double share = (double)present / (double)ram;
    PgaFinding *finding = pga_rule_report_object(
        run, "shared_buffers",
        "shared_buffers is %s, %.1f %% of %s of RAM (%s); %.0f to %.0f %% is usual.", present_text,
        share * 100, ram_text,
        run->environment->ram_method ? run->environment->ram_method : "origin not recorded",
        run->threshold[MIN_SHARE] * 100, run->threshold[MAX_SHARE] * 100);

    finding->weight = ABS(share - TARGET_SHARE);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_rule_set_severity(run, finding, severity(run, ram, present, value));
    pga_finding_set_setting(run, finding, "shared_buffers", value_text);
    pga_finding_apply_settings(run, finding, TRUE);
    note_memory(run, finding, ram, present, value);
    pga_finding_doubt_ram(run, finding);
}

static gboolean
is_worth_a_restart(gint64 present, gint64 value)
{
    return ABS(value - present) > present / 10;
}

static void
check(PgaRuleRun *run)
{
    const gint64 present = pga_rule_setting(run, "shared_buffers");
    gint64 ram = 0, value;
    double share;

    if (present < 0)
        return;
    if (g_strcmp0(run->environment->provider, "aurora") == 0) {
        pga_rule_not_evaluated(
            run, NULL,
            "Aurora reads through its own storage, without the operating system's cache: the "
            "usual share of RAM does not apply");
        return;
    }
    if (!pga_rule_ram(run, &ram))
        return;
    share = (double)present / (double)ram;
    if (share >= run->threshold[MIN_SHARE] && share <= run->threshold[MAX_SHARE])
        return;
    if (share < run->threshold[MIN_SHARE] && run->environment->database_bytes >= 0 &&
        run->environment->database_bytes <= present)
        return; /* the whole database fits in already */
    value = bounded(run, ram, present, target(run, ram, present));
    if (value >= 8 * MB && is_worth_a_restart(present, value))
        report(run, ram, present, value);
}

const PgaRule pga_rule_conf_shared_buffers = {
    .id = "conf-shared-buffers",
    .title = "shared_buffers outside the usual share of RAM",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "With too little of it pages are read again and again from the operating system; with "
           "too much, its own cache "
           "and the sessions' memory run short.",
    .when_not = "The machine does other work beside PostgreSQL, or the share was found by "
                "measuring this workload.",
    .condition =
        "shared_buffers is below {min_share} or above {max_share} of RAM, and the database "
        "does not fit into it; below {warn_share} or above {max_share} it is a warning.",
    .example = "ALTER SYSTEM SET shared_buffers = '128MB'; -- the default, with 64 GB of RAM",
    .fix = "Sets it with ALTER SYSTEM, in the lab first; it needs a restart of the server.",
    .docs = "runtime-config-resource.html#GUC-SHARED-BUFFERS",
    .docs_title = "Resource Consumption: shared_buffers",
    .requirements = "T1-3 T2-9 Q-3",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .thresholds = {{"warn_share", "share", 0.15, "Below this share of RAM it is a warning."},
                   {"min_share", "share", 0.25, "The usual range begins here."},
                   {"max_share", "share", 0.4,
                    "The usual range ends here; above it is a warning."}},
    .of_server = TRUE,
    .check = check,
};

/* conf-effective-cache-size: what the planner believes is cached. It reserves nothing; too low, it
 * makes index scans look dearer than they are. */
#include <base/units.h>

#include "../setting_fix_internal.h"

#define MIN_SHARE 0 /* places in the rule's thresholds */
#define MAX_SHARE 1

/* Of a machine that runs PostgreSQL alone, and of a shared one. */
#define TARGET_SHARE        0.75
#define TARGET_SHARE_SHARED 0.5

#define MB                  G_GINT64_CONSTANT(1048576)

/* What to set, within the usual range also after rounding; never below shared_buffers, which it
 * includes. */
static gint64
advised(const PgaRuleRun *run, gint64 ram, double target, gint64 shared_buffers)
{
    const double least = (double)ram * run->threshold[MIN_SHARE];
    gint64 value = pga_memory_round_down((gint64)((double)ram * target));

    if ((double)value < least)
        value = ((gint64)least / MB + 1) * MB;
    return MAX(value, shared_buffers);
}

static void
report(PgaRuleRun *run, gint64 ram, gint64 present, gint64 shared_buffers)
{
    const double target = run->environment->ram_shared ? TARGET_SHARE_SHARED : TARGET_SHARE;
    const gint64 value = advised(run, ram, target, shared_buffers);
    g_autofree char *present_text = pga_memory_text(present);
    g_autofree char *ram_text = pga_memory_text(ram);
    g_autofree char *buffers_text = pga_memory_text(shared_buffers);
    g_autofree char *value_text = pga_bytes_format_memory(value);
    const double share = (double)present / (double)ram;
    PgaFinding *finding;

    if (value == present)
        return;
    finding = pga_rule_report_object(
        run, "effective_cache_size",
        "effective_cache_size is %s, %.1f %% of %s of RAM (%s), beside shared_buffers of %s; %.0f "
        "to %.0f %% is usual.",
        present_text, share * 100, ram_text,
        run->environment->ram_method ? run->environment->ram_method : "origin not recorded",
        buffers_text, run->threshold[MIN_SHARE] * 100, run->threshold[MAX_SHARE] * 100);
    finding->weight = ABS(share - target);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_set_setting(run, finding, "effective_cache_size", value_text);
    pga_finding_apply_settings(run, finding, FALSE);
    pga_finding_note(finding, "It allocates nothing: only the planner reads it.");
    if ((double)value > run->threshold[MAX_SHARE] * (double)ram)
        pga_finding_note(finding, "It includes shared_buffers, so that it cannot be less than "
                                  "that.");
    if (run->environment->ram_shared) /* what others on the machine need is not known */
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    pga_finding_doubt_ram(run, finding);
}

/* A database that fits into what the planner believes, and into RAM, is cached just as it says. */
static gboolean
database_fits(const PgaRuleRun *run, gint64 ram, gint64 present)
{
    const gint64 database = run->environment->database_bytes;

    return database >= 0 && database <= present &&
           (double)database <= run->threshold[MAX_SHARE] * (double)ram;
}

static void
check(PgaRuleRun *run)
{
    const gint64 present = pga_rule_setting(run, "effective_cache_size");
    const gint64 shared_buffers = pga_rule_setting(run, "shared_buffers");
    gint64 ram = 0;
    double share;

    if (present < 0 || shared_buffers < 0 || !pga_rule_ram(run, &ram))
        return;
    share = (double)present / (double)ram;
    if ((share < run->threshold[MIN_SHARE] || share > run->threshold[MAX_SHARE] ||
         present < shared_buffers) &&
        !database_fits(run, ram, present))
        report(run, ram, present, shared_buffers);
}

const PgaRule pga_rule_conf_effective_cache_size = {
    .id = "conf-effective-cache-size",
    .title = "effective_cache_size outside the usual share of RAM",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The planner takes it for the memory that holds pages of tables and indexes. Too low, "
           "it avoids index scans; too "
           "high, it trusts a cache that is not there.",
    .when_not = "Other programs on the machine need the memory that the operating system would use "
                "as cache.",
    .condition = "effective_cache_size is below {min_share} or above {max_share} of RAM, or below "
                 "shared_buffers, and the database is larger than it.",
    .example = "ALTER SYSTEM SET effective_cache_size = '128MB'; -- with 64 GB of RAM",
    .fix = "Sets it with ALTER SYSTEM and reloads: it takes effect at once and allocates nothing.",
    .docs = "runtime-config-query.html#GUC-EFFECTIVE-CACHE-SIZE",
    .docs_title = "Query Planning: effective_cache_size",
    .requirements = "T1-3 T2-9 Q-3",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .thresholds = {{"min_share", "share", 0.5, "The usual range begins here."},
                   {"max_share", "share", 0.8, "The usual range ends here."}},
    .of_server = TRUE,
    .check = check,
};

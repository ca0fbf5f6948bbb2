/* conf-jit-oltp: more time for compiling than it saves. */
#include "../server_setting_internal.h"
#include <base/units.h>

#define MIN_SHARE 0 /* place in the rule's thresholds */

static void
check(PgaRuleRun *run)
{
    double jit = 0, total = 0;
    g_autofree char *jit_text = NULL;
    PgaFinding *finding;

    if (!run->workload->known || !pga_server_setting_is(run, "jit", "on"))
        return;
    for (guint i = 0; i < run->workload->statements->len; i++) {
        const PgaWorkloadStatement *statement = g_ptr_array_index(run->workload->statements, i);

        jit += statement->jit_time;
        total += statement->total_exec_time;
    }
    if (total <= 0 || jit < run->threshold[MIN_SHARE] * total)
        return;
    jit_text = pga_duration_format(jit / 1000);
    finding = pga_rule_report_object(run, "jit",
                                     "%.0f %% of the time of all statements, %s, went into "
                                     "compiling (pg_stat_statements, jit_*_time).",
                                     100 * jit / total, jit_text);
    finding->weight = jit / total;
    pga_finding_change_setting(run, finding, "jit_above_cost", "500000");
    pga_finding_note(finding, "Only dear plans are compiled then; jit = off compiles none.");
}

const PgaRule pga_rule_conf_jit_oltp = {
    .id = "conf-jit-oltp",
    .title = "Compiling of queries takes more than it gives",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "Plans above jit_above_cost are compiled each time they run. Where they are short, that "
           "takes longer than the rows do.",
    .when_not = "Few long queries of the kind that gain from it make up the load.",
    .condition = "jit is on, and statements spent {min_share} or more of their time in compiling "
                 "(15 and later count it).",
    .fix = "Raises jit_above_cost to 500000 with ALTER SYSTEM and a reload.",
    .versions = "pg_stat_statements counts it from 15 on; before, the rule is silent.",
    .docs = "jit-decision.html",
    .docs_title = "When to JIT?",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs pg_stat_statements of a running server",
    .thresholds = {{"min_share", "share", 0.1, "Less is not worth a change."}},
    .of_server = TRUE,
    .check = check,
};

/* conf-random-page-cost-ssd: the planner believes in a spinning disk that is not there. */
#include "../server_setting_internal.h"

#define MIN_COST 0 /* place in the rule's thresholds */

/* (nullable): what is known of the storage, when it has no arms to move. */
static const char *
storage_of(const PgaRuleRun *run)
{
    const char *storage = run->server->host.storage;

    if (run->environment->provider)
        return "the provider's network volume";
    if (g_strcmp0(storage, "ssd") == 0 || g_strcmp0(storage, "nvme") == 0)
        return storage;
    return NULL;
}

static void
check(PgaRuleRun *run)
{
    const double cost = pga_server_setting_number(run, "random_page_cost", -1);
    const double sequential = pga_server_setting_number(run, "seq_page_cost", 1);
    const char *storage = storage_of(run);
    PgaFinding *finding;

    if (!storage || cost < run->threshold[MIN_COST] * sequential)
        return;
    finding = pga_rule_report_object(run, "random_page_cost",
                                     "random_page_cost is %g with seq_page_cost %g, and the data "
                                     "is on %s.",
                                     cost, sequential, storage);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_change_setting(run, finding, "random_page_cost", "1.1");
    pga_finding_note(finding, "Plans change from sequential to index scans: try it in one session "
                              "(SET random_page_cost = 1.1) with the largest queries first. A "
                              "tablespace on a slower disk gets its own with ALTER TABLESPACE.");
}

const PgaRule pga_rule_conf_random_page_cost_ssd = {
    .id = "conf-random-page-cost-ssd",
    .title = "Random reads priced for a spinning disk",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "At 4 the planner takes a page read out of order for four times as dear as the next "
           "one. On flash it is nearly as cheap, so index scans are avoided that would be faster.",
    .when_not = "The workload reads most of tables larger than RAM anyway.",
    .condition = "random_page_cost is {min_cost} times seq_page_cost or more, and the data is on "
                 "flash or a managed service's volume.",
    .fix = "Sets it to 1.1 with ALTER SYSTEM and a reload; plans change at once.",
    .docs = "runtime-config-query.html#GUC-RANDOM-PAGE-COST",
    .docs_title = "Query Planning: random_page_cost",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings and the storage of a running server",
    .thresholds = {{"min_cost", "ratio", 3, "Less was somebody's decision."}},
    .of_server = TRUE,
    .check = check,
};

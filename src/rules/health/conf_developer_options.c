/* conf-developer-options: settings for those who develop or rescue a server, left on in one that
 * serves. */
#include "../server_setting_internal.h"

/** An option and what it does to a server in use. */
typedef struct {
    const char *name;
    gboolean corrupts; /* may lose or damage data; else only slow or noisy */
    const char *effect;
} Option;

static const Option options[] = {
    {"zero_damaged_pages", TRUE, "a damaged page is emptied without asking"},
    {"ignore_checksum_failure", TRUE, "damaged pages are read as if they were whole"},
    {"ignore_invalid_pages", TRUE, "recovery skips WAL whose pages are not there"},
    {"ignore_system_indexes", TRUE, "catalogs are read without their indexes"},
    {"allow_system_table_mods", TRUE, "catalogs can be altered like tables"},
    {"pre_auth_delay", FALSE, "every connection waits before it is authenticated"},
    {"post_auth_delay", FALSE, "every connection waits after it is authenticated"},
    {"debug_discard_caches", FALSE, "caches are thrown away at every chance"},
    {"debug_print_parse", FALSE, "every statement's parse tree is logged"},
    {"debug_print_rewritten", FALSE, "every statement's rewritten tree is logged"},
    {"debug_print_plan", FALSE, "every statement's plan tree is logged"},
    {"debug_parallel_query", FALSE, "queries use workers where it only costs"},
    {"force_parallel_mode", FALSE, "queries use workers where it only costs"},
    {"backtrace_functions", FALSE, "errors write backtraces into the log"},
    {"wal_consistency_checking", FALSE, "WAL carries every page twice"},
    {"log_btree_build_stats", FALSE, "every index build is logged in detail"},
    {"trace_notify", FALSE, "NOTIFY and LISTEN are traced"},
    {"trace_sort", FALSE, "every sort is logged"},
};

static void
judge(PgaRuleRun *run, const Option *option)
{
    const PgaSetting *setting = pga_server_setting(run, option->name);
    g_autofree char *present = NULL;
    PgaFinding *finding;

    if (!setting || !setting->boot_val || g_str_equal(setting->setting, setting->boot_val))
        return;
    present = pga_setting_text(setting);
    finding = pga_rule_report_object(run, option->name, "%s is %s: %s.", option->name, present,
                                     option->effect);
    if (!option->corrupts)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    pga_finding_change_setting(run, finding, option->name, setting->boot_val);
}

static void
check(PgaRuleRun *run)
{
    for (guint i = 0; i < G_N_ELEMENTS(options); i++)
        judge(run, &options[i]);
}

const PgaRule pga_rule_conf_developer_options = {
    .id = "conf-developer-options",
    .title = "Developer option on in a server that is in use",
    .category = "config",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "These options exist to debug or to rescue PostgreSQL. In service they damage data, let "
           "errors pass, or slow every session down.",
    .when_not = "Somebody is rescuing data from this server right now.",
    .condition =
        "One of the developer options differs from its built-in value for the whole server.",
    .example = "ALTER SYSTEM SET zero_damaged_pages = on;",
    .fix =
        "Sets it back to its built-in value and reloads, or restarts where the option needs that.",
    .docs = "runtime-config-developer.html",
    .docs_title = "Developer Options",
    .requirements = "T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs the settings of a running server",
    .of_server = TRUE,
    .check = check,
};

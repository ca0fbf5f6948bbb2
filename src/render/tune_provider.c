/* The commands that set a managed service's parameters, and what can only be checked there. */
#include "tune_internal.h"

#include <base/text.h>
#include <jansson.h>
#include <string.h>

#define N_AT_ONCE 20 /* parameters that one request to modify a group of RDS may have */

/** How a service takes parameters. */
typedef struct {
    const char *what;    /* "parameter group" */
    const char *docs;    /* where the service says so */
    const char *list;    /* (nullable): format with the major: what can be set there */
    const char *caution; /* (nullable) */
} Provider;

static const Provider providers[] = {
    [PGA_DEPLOYMENT_SELF_HOSTED] = {"postgresql.conf", NULL, NULL, NULL},
    [PGA_DEPLOYMENT_AWS_RDS] =
        {"a DB parameter group of your own (the default one cannot be changed)",
         "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
         "Appendix.PostgreSQL.CommonDBATasks.Parameters.html",
         "aws rds describe-db-parameters --db-parameter-group-name default.postgres%u "
         "--query 'Parameters[?IsModifiable].ParameterName'",
         NULL},
    [PGA_DEPLOYMENT_AURORA] =
        {"a DB parameter group, and for the whole cluster a DB cluster parameter group, of your "
         "own",
         "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"
         "AuroraPostgreSQL.Reference.ParameterGroups.html",
         "aws rds describe-db-cluster-parameters --db-cluster-parameter-group-name "
         "default.aurora-postgresql%u --query 'Parameters[?IsModifiable].ParameterName'",
         "Check whether what is proposed for WAL, checkpoints and the page cache matters there: "
         "Aurora's storage is its own."},
    [PGA_DEPLOYMENT_GCP_CLOUDSQL] = {"database flags",
                                     "https://cloud.google.com/sql/docs/postgres/flags",
                                     "gcloud sql flags list --database-version=POSTGRES_%u",
                                     "The command replaces every flag that was set before: add "
                                     "those that are to stay. The instance may restart."},
    [PGA_DEPLOYMENT_AZURE_POSTGRES] =
        {"server parameters",
         "https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-server-parameters",
         "az postgres flexible-server parameter list --resource-group RESOURCE_GROUP "
         "--server-name SERVER --query \"[].{name:name, readOnly:isReadOnly}\" --output table",
         NULL},
};

static PgaDeployment
deployment_of(const PgaTuneReport *report)
{
    const gint64 value = report->tuning->input->deployment.value;

    return value > PGA_DEPLOYMENT_SELF_HOSTED && value <= PGA_DEPLOYMENT_AZURE_POSTGRES
               ? (PgaDeployment)value
               : PGA_DEPLOYMENT_SELF_HOSTED;
}

/* A service has defaults of its own: what the memory sum counts on is told even where it is
 * PostgreSQL's default, unless a source shows that it is set. */
static gboolean
is_told(const PgaTunedSetting *setting)
{
    return pga_tune_writes(setting) ||
           (!setting->current && !setting->is_hidden && pga_tune_proof_counts_on(setting));
}

/* (transfer container): those to be set that are @managed there, on @level (nullable: any). */
static GPtrArray *
choose(const PgaTuneReport *report, PgaManaged managed, const char *level)
{
    GPtrArray *chosen = g_ptr_array_new();

    for (guint i = 0; i < report->tuning->settings->len; i++) {
        PgaTunedSetting *setting = g_ptr_array_index(report->tuning->settings, i);

        if (is_told(setting) && setting->managed == managed && setting->managed_value &&
            (!level || g_strcmp0(setting->managed_level, level) == 0))
            g_ptr_array_add(chosen, setting);
    }
    return chosen;
}

static json_t *
aws_parameter(const PgaTunedSetting *setting)
{
    return json_pack("{s:s,s:s,s:s}", "ParameterName", setting->name, "ParameterValue",
                     setting->managed_value, "ApplyMethod",
                     setting->apply == PGA_APPLY_RESTART ? "pending-reboot" : "immediate");
}

static void
add_aws(GPtrArray *commands, const char *command, const char *group, const GPtrArray *settings)
{
    for (guint first = 0; first < settings->len; first += N_AT_ONCE) {
        json_t *list = json_array();
        g_autofree char *quoted = NULL;
        char *text;

        for (guint i = first; i < MIN(settings->len, first + N_AT_ONCE); i++)
            json_array_append_new(list, aws_parameter(g_ptr_array_index(settings, i)));
        text = json_dumps(list, JSON_COMPACT);
        quoted = g_shell_quote(text);
        g_ptr_array_add(commands,
                        g_strdup_printf("aws rds %s %s --parameters %s", command, group, quoted));
        free(text);
        json_decref(list);
    }
}

static void
add_aws_group(GPtrArray *commands, const PgaTuneReport *report, const char *level)
{
    g_autoptr(GPtrArray) settings = choose(report, PGA_MANAGED_SETTABLE, level);
    const gboolean cluster = g_strcmp0(level, "cluster") == 0;

    add_aws(commands, cluster ? "modify-db-cluster-parameter-group" : "modify-db-parameter-group",
            cluster ? "--db-cluster-parameter-group-name CLUSTER_PARAMETER_GROUP"
                    : "--db-parameter-group-name PARAMETER_GROUP",
            settings);
}

/* A comma separates flags: one whose value has a comma needs another separator, "^:^" before all.
 */
static void
add_gcloud(GPtrArray *commands, const PgaTuneReport *report)
{
    g_autoptr(GPtrArray) settings = choose(report, PGA_MANAGED_SETTABLE, NULL);
    g_autoptr(GString) flags = g_string_new(NULL);

    for (guint i = 0; i < settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(settings, i);

        if (!strpbrk(setting->managed_value, ", "))
            g_string_append_printf(flags, "%s%s=%s", flags->len > 0 ? "," : "", setting->name,
                                   setting->managed_value);
    }
    if (flags->len > 0)
        g_ptr_array_add(
            commands,
            g_strdup_printf("gcloud sql instances patch INSTANCE --database-flags=%s", flags->str));
}

static void
add_azure(GPtrArray *commands, const PgaTuneReport *report)
{
    g_autoptr(GPtrArray) settings = choose(report, PGA_MANAGED_SETTABLE, NULL);

    for (guint i = 0; i < settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(settings, i);
        g_autofree char *value = g_shell_quote(setting->managed_value);

        g_ptr_array_add(
            commands, g_strdup_printf("az postgres flexible-server parameter set --resource-group "
                                      "RESOURCE_GROUP --server-name SERVER --name %s --value %s",
                                      setting->name, value));
    }
}

GPtrArray *
pga_tune_provider_commands(const PgaTuneReport *report)
{
    GPtrArray *commands = g_ptr_array_new_with_free_func(g_free);

    switch (deployment_of(report)) {
    case PGA_DEPLOYMENT_AWS_RDS:
        add_aws_group(commands, report, NULL);
        break;
    case PGA_DEPLOYMENT_AURORA:
        add_aws_group(commands, report, "cluster");
        add_aws_group(commands, report, "instance");
        break;
    case PGA_DEPLOYMENT_GCP_CLOUDSQL:
        add_gcloud(commands, report);
        break;
    case PGA_DEPLOYMENT_AZURE_POSTGRES:
        add_azure(commands, report);
        break;
    case PGA_DEPLOYMENT_SELF_HOSTED:
    default:
        break;
    }
    return commands;
}

char *
pga_tune_provider_list(const PgaTuneReport *report)
{
    const char *format = providers[deployment_of(report)].list;
    g_autofree char *major = g_strdup_printf("%u", report->tuning->input->stated_major);
    g_auto(GStrv) parts = format ? g_strsplit(format, "%u", 2) : NULL;

    return parts ? g_strjoinv(major, parts) : NULL;
}

static void
append_comment(GString *out, const char *text)
{
    g_autofree char *printable = pga_text_printable(text);
    g_autofree char *wrapped = pga_text_wrap(printable, 98, "");
    g_auto(GStrv) lines = g_strsplit(wrapped, "\n", -1);

    for (char **line = lines; *line; line++)
        g_string_append_printf(out, "# %s\n", *line);
}

static void
append_settings(GString *out, const char *title, const GPtrArray *settings)
{
    if (settings->len == 0)
        return;
    g_string_append_c(out, '\n');
    append_comment(out, title);
    for (guint i = 0; i < settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(settings, i);
        const char *note = setting->managed == PGA_MANAGED_CHECK ? NULL : setting->managed_note;
        g_autofree char *text = g_strdup_printf(
            "%s = %s%s%s%s%s", setting->name, setting->managed_value, setting->unit ? " x " : "",
            setting->unit ? setting->unit : "", note ? ": " : "", note ? note : "");

        append_comment(out, text);
    }
}

/* What the service says of what is set. */
static void
append_notes(GString *out, const PgaTuneReport *report)
{
    g_autoptr(GPtrArray) settable = choose(report, PGA_MANAGED_SETTABLE, NULL);
    g_autoptr(GPtrArray) noted = g_ptr_array_new();

    for (guint i = 0; i < settable->len; i++)
        if (((const PgaTunedSetting *)g_ptr_array_index(settable, i))->managed_note)
            g_ptr_array_add(noted, g_ptr_array_index(settable, i));
    append_settings(out, "What the service says of these:", noted);
}

static void
append_rest(GString *out, const PgaTuneReport *report)
{
    const char *name = pga_deployment_name(deployment_of(report));
    g_autoptr(GPtrArray) check = choose(report, PGA_MANAGED_CHECK, NULL);
    g_autoptr(GPtrArray) fixed = choose(report, PGA_MANAGED_FIXED, NULL);
    g_autofree char *list = pga_tune_provider_list(report);
    g_autofree char *unsure =
        g_strdup_printf("Check whether %s lets these be set; the list: %s", name, list);
    g_autofree char *no = g_strdup_printf("Cannot be set on %s:", name);

    append_settings(out, unsure, check);
    append_settings(out, no, fixed);
}

char *
pga_render_tune_provider(const PgaTuneReport *report)
{
    const PgaDeployment deployment = deployment_of(report);
    const Provider *provider = &providers[deployment];
    g_autoptr(GPtrArray) commands = pga_tune_provider_commands(report);
    g_autofree char *machine = pga_tune_machine(report->tuning->input);
    g_autofree char *verdict = pga_tune_verdict(report->tuning);
    g_autofree char *title =
        g_strdup_printf("%s on %s: %s. Values are in PostgreSQL's units.", machine,
                        pga_deployment_name(deployment), provider->what);
    GString *out = g_string_new(NULL);

    append_comment(out, title);
    append_comment(out, verdict);
    for (guint i = 0; i < report->tuning->notes->len; i++)
        append_comment(out, g_ptr_array_index(report->tuning->notes, i));
    if (provider->docs)
        append_comment(out, provider->docs);
    if (provider->caution)
        append_comment(out, provider->caution);
    for (guint i = 0; i < commands->len; i++)
        g_string_append_printf(out, "%s%s\n", i == 0 ? "\n" : "",
                               (const char *)g_ptr_array_index(commands, i));
    append_notes(out, report);
    append_rest(out, report);
    return g_string_free(out, FALSE);
}

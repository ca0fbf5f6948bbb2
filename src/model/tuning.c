/* A tuned configuration: memory handling and names. */
#include "model/tuning.h"

#include <math.h>

#include <base/error.h>

static const char *const storage_names[] = {"hdd", "ssd", "nvme", "network"};
static const char *const deployment_names[] = {"self-hosted", "aws-rds", "aurora", "gcp-cloudsql",
                                               "azure-postgres"};

static void
table_free(PgaTuningTable *table)
{
    g_free(table->name);
    g_free(table->reloptions);
    g_free(table);
}

static void
line_free(PgaTuningLine *line)
{
    g_free(line->name);
    g_free(line->value);
    g_free(line->why);
    g_free(line->docs_url);
    g_free(line);
}

static void
proposal_free(PgaTuningProposal *proposal)
{
    g_free(proposal->object);
    g_free(proposal->sql);
    g_free(proposal->undo);
    g_free(proposal->why);
    g_free(proposal->docs_url);
    g_free(proposal);
}

static void
proof_free(PgaTuningProof *proof)
{
    g_free(proof->version);
    g_free(proof->scaling);
    g_free(proof->outcome);
    g_ptr_array_unref(proof->mismatches);
    g_free(proof);
}

PgaTuningInput *
pga_tuning_input_new(void)
{
    PgaTuningInput *input = g_new0(PgaTuningInput, 1);
    PgaTuningEvidence *e = &input->evidence;

    *e = (PgaTuningEvidence){
        .seconds = -1,
        .wal_bytes_per_s = -1,
        .wal_buffers_full_per_hour = -1,
        .checkpoints_timed_per_hour = -1,
        .checkpoints_requested_per_hour = -1,
        .temp_bytes_per_hour = -1,
        .temp_files_per_hour = -1,
        .dead_per_s = -1,
        .inserts_per_s = -1,
        .transactions_per_s = -1,
        .hit_share = -1,
        .backend_write_share = -1,
        .connection_peak = -1,
        .active_peak = -1,
        .n_databases = -1,
        .standbys = -1,
        .slots = -1,
        .logical_slots = -1,
        .partitions = -1,
        .relations = -1,
        .archiving = -1,
        .checksums = -1,
        .lz4 = -1,
        .zstd = -1,
        .io_uring = -1,
        .prepared_transactions = -1,
        .clock_ns = -1,
        .tables = g_ptr_array_new_with_free_func((GDestroyNotify)table_free),
    };
    input->ram.value = input->cores.value = input->storage.value = input->workload.value = -1;
    input->connections.value = input->database_bytes.value = input->deployment.value = -1;
    input->pool_size.value = input->wal_disk_bytes.value = -1;
    input->archiving = input->logical_replication = input->incremental_backup = -1;
    input->standby = -1;
    input->recovery_seconds = -1;
    input->shared_buffers_share = -1;
    input->dedicated = TRUE;
    return input;
}

void
pga_tuning_input_free(PgaTuningInput *input)
{
    if (!input)
        return;
    g_free(input->ram.method);
    g_free(input->cores.method);
    g_free(input->storage.method);
    g_free(input->workload.method);
    g_free(input->connections.method);
    g_free(input->database_bytes.method);
    g_free(input->deployment.method);
    g_free(input->pool_size.method);
    g_free(input->wal_disk_bytes.method);
    g_free(input->evidence.name);
    g_free(input->evidence.application_role);
    g_ptr_array_unref(input->evidence.tables);
    g_free(input);
}

void
pga_fact_set(PgaFact *fact, gint64 value, PgaOrigin origin, const char *method)
{
    if (fact->value >= 0 && origin < fact->origin)
        return;
    fact->value = value;
    fact->origin = origin;
    g_free(fact->method);
    fact->method = g_strdup(method);
}

PgaTuningTable *
pga_tuning_add_table(PgaTuningEvidence *evidence, const char *name)
{
    PgaTuningTable *table = g_new0(PgaTuningTable, 1);

    table->name = g_strdup(name);
    table->rows = table->dead_per_hour = table->inserts_per_hour = -1;
    g_ptr_array_add(evidence->tables, table);
    return table;
}

PgaTunedSetting *
pga_tuned_setting_new(const char *name)
{
    PgaTunedSetting *setting = g_new0(PgaTunedSetting, 1);

    setting->name = name;
    setting->number = NAN;
    return setting;
}

void
pga_tuned_setting_free(PgaTunedSetting *setting)
{
    g_free(setting->value);
    g_free(setting->conf);
    g_free(setting->alter);
    g_free(setting->current);
    g_free(setting->formula);
    g_free(setting->bounds);
    g_free(setting->docs_url);
    g_free(setting->default_value);
    g_free(setting->managed_value);
    g_free(setting->managed_note);
    g_free(setting);
}

static GPtrArray *
lines_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)line_free);
}

PgaTuning *
pga_tuning_new(void)
{
    PgaTuning *tuning = g_new0(PgaTuning, 1);

    tuning->settings = g_ptr_array_new_with_free_func((GDestroyNotify)pga_tuned_setting_free);
    tuning->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    tuning->proposals = g_ptr_array_new_with_free_func((GDestroyNotify)proposal_free);
    tuning->proof = g_ptr_array_new_with_free_func((GDestroyNotify)proof_free);
    tuning->notes = g_ptr_array_new_with_free_func(g_free);
    tuning->not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    tuning->pooler.ini = lines_new();
    tuning->pooler.breaks = lines_new();
    tuning->kernel.sysctl = lines_new();
    tuning->kernel.limits = lines_new();
    tuning->kernel.huge_pages = -1;
    return tuning;
}

void
pga_tuning_free(PgaTuning *tuning)
{
    if (!tuning)
        return;
    pga_tuning_input_free(tuning->input);
    g_ptr_array_unref(tuning->settings);
    g_ptr_array_unref(tuning->findings);
    g_ptr_array_unref(tuning->proposals);
    g_ptr_array_unref(tuning->proof);
    g_ptr_array_unref(tuning->notes);
    g_ptr_array_unref(tuning->not_checked);
    g_ptr_array_unref(tuning->pooler.ini);
    g_ptr_array_unref(tuning->pooler.breaks);
    g_free(tuning->pooler.reason);
    g_free(tuning->pooler.pgpool);
    g_ptr_array_unref(tuning->kernel.sysctl);
    g_ptr_array_unref(tuning->kernel.limits);
    g_free(tuning->improvement);
    g_free(tuning->improvement_method);
    g_free(tuning);
}

PgaTunedSetting *
pga_tuning_setting(const PgaTuning *tuning, const char *name)
{
    for (guint i = 0; i < tuning->settings->len; i++) {
        PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);

        if (g_str_equal(setting->name, name))
            return setting;
    }
    return NULL;
}

PgaTuningProposal *
pga_tuning_add_proposal(PgaTuning *tuning)
{
    PgaTuningProposal *proposal = g_new0(PgaTuningProposal, 1);

    g_ptr_array_add(tuning->proposals, proposal);
    return proposal;
}

PgaTuningProof *
pga_tuning_add_proof(PgaTuning *tuning)
{
    PgaTuningProof *proof = g_new0(PgaTuningProof, 1);

    proof->mismatches = g_ptr_array_new_with_free_func(g_free);
    proof->shared_memory_kb = proof->inequality_kb = proof->huge_pages = -1;
    g_ptr_array_add(tuning->proof, proof);
    return proof;
}

PgaTuningLine *
pga_tuning_add_line(GPtrArray *lines, const char *name, const char *value, const char *why)
{
    PgaTuningLine *line = g_new0(PgaTuningLine, 1);

    line->name = g_strdup(name);
    line->value = g_strdup(value);
    line->why = g_strdup(why);
    g_ptr_array_add(lines, line);
    return line;
}

const char *
pga_storage_name(PgaStorage storage)
{
    return storage_names[storage];
}

const char *
pga_deployment_name(PgaDeployment deployment)
{
    return deployment_names[deployment];
}

const char *
pga_origin_name(PgaOrigin origin)
{
    static const char *const names[] = {"default", "detected", "measured", "stated"};

    return names[origin];
}

const char *
pga_apply_name(PgaApply apply)
{
    static const char *const names[] = {"session", "reload", "restart"};

    return names[apply];
}

/* The index of @text; -1 when it is none of them. */
static int
find(const char *const *names, guint n, const char *text)
{
    for (guint i = 0; i < n; i++)
        if (g_str_equal(names[i], text))
            return (int)i;
    return -1;
}

gboolean
pga_storage_parse(const char *text, PgaStorage *out, GError **error)
{
    const int i = find(storage_names, G_N_ELEMENTS(storage_names), text);

    if (i >= 0) {
        *out = (PgaStorage)i;
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_INPUT, "storage \"%s\" is not known", text);
    pga_error_hint(error, "Allowed values: hdd, ssd, nvme, network.");
    return FALSE;
}

gboolean
pga_deployment_parse(const char *text, PgaDeployment *out, GError **error)
{
    const int i = find(deployment_names, G_N_ELEMENTS(deployment_names), text);

    if (i >= 0) {
        *out = (PgaDeployment)i;
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_INPUT, "deployment \"%s\" is not known", text);
    pga_error_hint(error,
                   "Allowed values: self-hosted, aws-rds, aurora, gcp-cloudsql, azure-postgres.");
    return FALSE;
}

#include "tuning.h"

#include <string.h>

PgaTuningInput *
test_machine(gint64 ram, gint64 cores, PgaWorkloadClass workload, guint major)
{
    PgaTuningInput *in = pga_tuning_input_new();

    pga_fact_set(&in->ram, ram, PGA_ORIGIN_STATED, "--ram");
    pga_fact_set(&in->cores, cores, PGA_ORIGIN_STATED, "--cores");
    pga_fact_set(&in->workload, workload, PGA_ORIGIN_STATED, "--workload-type");
    in->stated_major = major;
    return in;
}

PgaCatalog *
test_settings(PgaTuningInput *input, ...)
{
    PgaCatalog *catalog = pga_catalog_new();
    const char *name;
    va_list args;

    va_start(args, input);
    while ((name = va_arg(args, const char *))) {
        PgaSetting *setting = pga_catalog_add_setting(catalog, name);

        setting->setting = g_strdup(va_arg(args, const char *));
        setting->source = g_strdup("configuration file");
    }
    va_end(args);
    pga_catalog_finish(catalog);
    input->evidence.settings = catalog;
    input->evidence.present = TRUE;
    return catalog;
}

const char *
test_value(const PgaTuning *tuning, const char *name)
{
    const PgaTunedSetting *setting = pga_tuning_setting(tuning, name);

    if (!setting)
        g_error("there is no setting %s", name);
    return setting->value;
}

const char *
test_formula(const PgaTuning *tuning, const char *name)
{
    test_value(tuning, name);
    return pga_tuning_setting(tuning, name)->formula;
}

const PgaFinding *
test_finding(const PgaTuning *tuning, const char *rule)
{
    for (guint i = 0; i < tuning->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(tuning->findings, i);

        if (g_str_equal(finding->rule, rule))
            return finding;
    }
    return NULL;
}

const PgaTuningProposal *
test_proposal(const PgaTuning *tuning, const char *sql)
{
    for (guint i = 0; i < tuning->proposals->len; i++) {
        const PgaTuningProposal *proposal = g_ptr_array_index(tuning->proposals, i);

        if (strstr(proposal->sql, sql))
            return proposal;
    }
    return NULL;
}

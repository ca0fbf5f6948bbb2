/* The model of a configuration: facts, names, freeing. */
#include <math.h>

#include <base/error.h>
#include <model/tuning.h>

static void
test_stronger_fact(void)
{
    g_autoptr(PgaTuningInput) input = pga_tuning_input_new();

    pga_fact_set(&input->ram, 100, PGA_ORIGIN_DEFAULT, "assumed");
    pga_fact_set(&input->ram, 200, PGA_ORIGIN_STATED, "--ram");
    pga_fact_set(&input->ram, 300, PGA_ORIGIN_DETECTED, "/proc/meminfo");
    g_assert_cmpint(input->ram.value, ==, 200);
    g_assert_cmpstr(input->ram.method, ==, "--ram");
    g_assert_cmpint(input->cores.value, ==, -1);
}

static void
test_names(void)
{
    g_autoptr(GError) error = NULL;
    PgaStorage storage = PGA_STORAGE_HDD;
    PgaDeployment deployment = PGA_DEPLOYMENT_SELF_HOSTED;

    g_assert_true(pga_storage_parse("network", &storage, NULL));
    g_assert_cmpint(storage, ==, PGA_STORAGE_NETWORK);
    g_assert_cmpstr(pga_storage_name(storage), ==, "network");
    g_assert_true(pga_deployment_parse("gcp-cloudsql", &deployment, NULL));
    g_assert_cmpstr(pga_deployment_name(deployment), ==, "gcp-cloudsql");
    g_assert_false(pga_storage_parse("floppy", &storage, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_clear_error(&error);
    g_assert_false(pga_deployment_parse("heroku", &deployment, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_cmpstr(pga_origin_name(PGA_ORIGIN_STATED), ==, "stated");
    g_assert_cmpstr(pga_apply_name(PGA_APPLY_RELOAD), ==, "reload");
}

static void
test_parts(void)
{
    g_autoptr(PgaTuning) tuning = pga_tuning_new();
    PgaTunedSetting *setting = pga_tuned_setting_new("work_mem");

    tuning->input = pga_tuning_input_new();
    g_assert_cmpfloat(pga_tuning_add_table(&tuning->input->evidence, "public.t")->rows, <, 0);
    g_ptr_array_add(tuning->settings, setting);
    g_assert_true(isnan(setting->number));
    g_assert_true(pga_tuning_setting(tuning, "work_mem") == setting);
    g_assert_null(pga_tuning_setting(tuning, "io_method"));
    pga_tuning_add_proposal(tuning)->object = g_strdup("role reporting");
    g_assert_cmpint(pga_tuning_add_proof(tuning)->shared_memory_kb, ==, -1);
    pga_tuning_add_line(tuning->pooler.ini, "pool_mode", "transaction", NULL);
    g_assert_cmpuint(tuning->pooler.ini->len, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/tuning/a-weaker-fact-does-not-replace", test_stronger_fact);
    g_test_add_func("/model/tuning/names-are-read-and-written", test_names);
    g_test_add_func("/model/tuning/parts-are-owned", test_parts);
    return g_test_run();
}

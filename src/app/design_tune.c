/* The server of a design: tune's settings for it, held against a server that starts with them, and
 * the file that has them. */
#include <advisor/tuning.h>
#include <app/tune.h>
#include <base/error.h>
#include <base/progress.h>
#include <design/design.h>
#include <render/tune.h>

#include "design_internal.h"
#include "tune_internal.h"

guint
pga_design_take_not_checked(PgaArchitecture *architecture, const GPtrArray *entries)
{
    guint n_rules = 0;

    for (guint i = 0; i < entries->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(entries, i);

        n_rules += entry->rule != NULL;
        if (!entry->rule)
            g_ptr_array_add(architecture->not_checked,
                            pga_not_checked_new(NULL, g_strdup(entry->what), g_strdup(entry->why)));
    }
    return n_rules;
}

static void
add_proofs(PgaArchitecture *architecture, const PgaTuning *tuning)
{
    for (guint i = 0; i < tuning->proof->len; i++) {
        const PgaTuningProof *of = g_ptr_array_index(tuning->proof, i);
        PgaDesignProof *proof =
            pga_architecture_add_proof(architecture, g_strdup("settings of postgresql.conf"),
                                       g_strdup_printf("PostgreSQL %s", of->version));

        proof->done = of->started && of->as_set;
        proof->outcome = of->scaling ? g_strdup_printf("%s (%s)", of->outcome, of->scaling)
                                     : g_strdup(of->outcome);
    }
}

void
pga_design_put_settings(PgaArchitecture *architecture)
{
    const gboolean managed =
        architecture->tune->tuning->input->deployment.value > PGA_DEPLOYMENT_SELF_HOSTED;
    const PgaRenderOptions options = {0};
    g_autofree char *text =
        pga_render_tune(architecture->tune, managed ? PGA_TUNE_PROVIDER : PGA_TUNE_CONF, &options);

    if (managed)
        pga_architecture_put_file(architecture, "parameters.sh",
                                  g_strconcat("#!/bin/sh\nset -eu\n", text, NULL))
            ->is_executable = TRUE;
    else
        pga_architecture_put_file(architecture, "postgresql.conf", g_steal_pointer(&text));
}

/** Settings on trial, beside whatever else a design is about. */
struct PgaDesignTuning {
    PgaTuneRequest request;
    PgaTuneReport *report;
    GThread *thread; /* (nullable): while it runs; has all of this to itself */
    GError *error;   /* (nullable) */
};

static gpointer
prove(gpointer data)
{
    PgaDesignTuning *tuning = data;

    (void)pga_tune_prove(&tuning->request, tuning->report->tuning, &tuning->error);
    return NULL;
}

PgaDesignTuning *
pga_design_tune_begin(PgaDesignRun *run)
{
    PgaDesignTuning *tuning;
    PgaTuningInput *input = pga_design_tuning_input(run->architecture);

    if (input->ram.value <= 0 || input->cores.value <= 0) {
        pga_tuning_input_free(input);
        return NULL;
    }
    pga_progress_step(run->request->from.progress, "computing the server's settings");
    tuning = g_new0(PgaDesignTuning, 1);
    tuning->request = (PgaTuneRequest){
        .from = {.bindir = run->request->from.bindir, .progress = run->request->from.progress},
        .no_lab = run->request->no_lab};
    tuning->report = pga_tune_report_new();
    tuning->report->tuning = pga_tune(input);
    tuning->report->version_method = g_strdup("the requirements");
    tuning->thread = g_thread_new("settings", prove, tuning);
    return tuning;
}

void
pga_design_tuning_free(PgaDesignTuning *tuning)
{
    if (!tuning)
        return;
    if (tuning->thread)
        g_thread_join(tuning->thread);
    g_clear_pointer(&tuning->report, pga_tune_report_free);
    g_clear_error(&tuning->error);
    g_free(tuning);
}

gboolean
pga_design_tune_end(PgaDesignRun *run, PgaDesignTuning *tuning, GError **error)
{
    PgaArchitecture *architecture = run->architecture;
    const GPtrArray *proof;

    if (!tuning) {
        g_ptr_array_add(architecture->not_checked,
                        pga_not_checked_new(NULL, g_strdup("settings of the server"),
                                            g_strdup("its RAM or its cores are not known")));
        return TRUE;
    }
    g_thread_join(g_steal_pointer(&tuning->thread));
    if (tuning->error) {
        g_propagate_error(error, g_steal_pointer(&tuning->error));
        return FALSE;
    }
    proof = tuning->report->tuning->proof;
    pga_tune_kernel(
        tuning->report->tuning,
        proof->len > 0 ? ((const PgaTuningProof *)g_ptr_array_index(proof, 0))->huge_pages : -1);
    tuning->report->complete = TRUE;
    architecture->tune = g_steal_pointer(&tuning->report);
    (void)pga_design_take_not_checked(architecture, architecture->tune->tuning->not_checked);
    add_proofs(architecture, architecture->tune->tuning);
    pga_design_put_settings(architecture);
    return TRUE;
}

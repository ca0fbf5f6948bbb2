/* Steps of two processes, owned. */
#include "model/interleaving.h"

static void
step_free(gpointer data)
{
    PgaInterleavingStep *step = data;

    g_free(step->sql);
    g_free(step->does);
    g_free(step->when);
    g_free(step->saw);
    g_free(step);
}

PgaInterleaving *
pga_interleaving_new(void)
{
    PgaInterleaving *interleaving = g_new0(PgaInterleaving, 1);

    interleaving->tables = g_ptr_array_new_with_free_func(g_free);
    interleaving->setup = g_ptr_array_new_with_free_func(g_free);
    interleaving->steps = g_ptr_array_new_with_free_func(step_free);
    interleaving->fixed = g_ptr_array_new_with_free_func(step_free);
    return interleaving;
}

void
pga_interleaving_free(PgaInterleaving *interleaving)
{
    if (!interleaving)
        return;
    g_ptr_array_unref(interleaving->tables);
    g_ptr_array_unref(interleaving->setup);
    g_ptr_array_unref(interleaving->steps);
    g_ptr_array_unref(interleaving->fixed);
    g_free(interleaving->observe);
    g_free(interleaving->expected);
    g_free(interleaving->result);
    g_free(interleaving->fixed_result);
    g_free(interleaving->outcome);
    g_free(interleaving);
}

void
pga_interleaving_add(GPtrArray *steps, guint process, const char *does, char *sql)
{
    pga_interleaving_add_when(steps, process, does, NULL, sql);
}

void
pga_interleaving_add_when(GPtrArray *steps, guint process, const char *does, char *when, char *sql)
{
    PgaInterleavingStep *step = g_new0(PgaInterleavingStep, 1);

    step->process = process;
    step->does = g_strdup(does);
    step->when = when;
    step->sql = sql;
    g_ptr_array_add(steps, step);
}

gboolean
pga_interleaving_is_proven(const PgaInterleaving *interleaving)
{
    return interleaving->done && g_strcmp0(interleaving->result, interleaving->expected) != 0 &&
           g_strcmp0(interleaving->fixed_result, interleaving->expected) == 0;
}

/* The surroundings of a database: memory handling and names. */
#include "model/environment.h"

#include <base/error.h>

static const struct {
    PgaWorkloadClass workload;
    const char *name;
} workload_names[] = {
    {PGA_WORKLOAD_UNKNOWN, "unknown"},
    {PGA_WORKLOAD_OLTP, "oltp"},
    {PGA_WORKLOAD_OLAP, "olap"},
    {PGA_WORKLOAD_HTAP, "htap"},
    {PGA_WORKLOAD_TIME_SERIES, "time-series"},
};

PgaEnvironment *
pga_environment_new(void)
{
    PgaEnvironment *environment = g_new0(PgaEnvironment, 1);

    environment->ram_bytes = -1;
    environment->database_bytes = -1;
    environment->stats_age = -1;
    environment->uptime = -1;
    environment->temp_bytes = -1;
    environment->temp_age = -1;
    environment->xact_commit = -1;
    environment->blks_read = -1;
    environment->blks_hit = -1;
    environment->tup_returned = -1;
    environment->tup_fetched = -1;
    return environment;
}

void
pga_environment_free(PgaEnvironment *environment)
{
    if (!environment)
        return;
    g_free(environment->source_name);
    g_free(environment->version);
    g_free(environment->role);
    g_free(environment->provider);
    g_free(environment->ram_method);
    g_free(environment->workload_method);
    g_free(environment);
}

const char *
pga_workload_class_name(PgaWorkloadClass workload)
{
    for (guint i = 0; i < G_N_ELEMENTS(workload_names); i++)
        if (workload_names[i].workload == workload)
            return workload_names[i].name;
    return "unknown";
}

gboolean
pga_workload_class_parse(const char *text, PgaWorkloadClass *out, GError **error)
{
    for (guint i = 1; i < G_N_ELEMENTS(workload_names); i++) {
        if (g_str_equal(text, workload_names[i].name)) {
            *out = workload_names[i].workload;
            return TRUE;
        }
    }
    pga_error_set(error, PGA_ERROR_INPUT, "workload type \"%s\" is not known", text);
    pga_error_hint(error, "Allowed values: oltp, olap, htap, time-series.");
    return FALSE;
}

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
    return pga_record_new(&pga_environment_type);
}

void
pga_environment_free(PgaEnvironment *environment)
{
    pga_record_free(&pga_environment_type, environment);
}

const char *
pga_source_kind_name(PgaSourceKind kind)
{
    static const char *const names[] = {
        [PGA_SOURCE_LIVE] = "live",
        [PGA_SOURCE_DDL] = "ddl",
        [PGA_SOURCE_SNAPSHOT] = "snapshot",
    };

    return names[kind];
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

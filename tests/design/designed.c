#include "designed.h"

#include <design/design.h>
#include <parse/requirements.h>
#include <string.h>

PgaArchitecture *
designed(const char *text, guint major)
{
    g_autofree char *whole = g_strdup_printf(
        "workload_type: oltp\nqueries_per_second: 100\ndata_volume: 10GB\ngrowth: 20%%\n"
        "deployment: {platform: self-hosted, pg_version: %u}\n%s",
        major, text);
    g_autoptr(GError) error = NULL;
    PgaRequirements *requirements =
        pga_requirements_parse(whole, strlen(whole), "test.yaml", &error);
    PgaArchitecture *architecture = NULL;

    g_assert_no_error(error);
    pga_design_complete(requirements);
    architecture = pga_architecture_new(requirements);
    architecture->major = requirements->deployment.major;
    pga_design_tables(architecture, &error);
    g_assert_no_error(error);
    return architecture;
}

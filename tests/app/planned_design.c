/* Requirements planned on a clone, before anything is written: what tests of the advice look at. */
#include "planned_design.h"

#include <design/design.h>
#include <parse/requirements.h>
#include <string.h>

#include "design_internal.h"

PgaArchitecture *
pga_test_planned_design(const char *bindir, const char *spec)
{
    const PgaDesignRequest request = {.from = {.bindir = bindir}};
    g_auto(PgaDesignRun) run = {.request = &request};
    g_autoptr(GError) error = NULL;
    PgaRequirements *requirements = pga_requirements_parse(spec, strlen(spec), "t.yaml", &error);
    PgaArchitecture *architecture;

    g_assert_no_error(error);
    pga_design_complete(requirements);
    run.architecture = architecture = pga_architecture_new(requirements);
    architecture->major = 17;
    g_assert_true(pga_design_tables(architecture, &error) &&
                  pga_design_queries(architecture, &error) &&
                  pga_design_partitions(architecture, &error));
    pga_design_sizes(architecture);
    pga_design_ddl(architecture);
    pga_design_plan(&run, &error);
    g_assert_no_error(error);
    pga_design_plan_tenfold(&run, &error);
    g_assert_no_error(error);
    return architecture;
}

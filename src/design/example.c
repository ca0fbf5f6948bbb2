#include "design/design.h"

#include "example_internal.h"

const char *
pga_design_example(PgaWorkloadClass workload)
{
    switch (workload) {
    case PGA_WORKLOAD_OLAP:
        return pga_design_example_olap;
    case PGA_WORKLOAD_HTAP:
        return pga_design_example_htap;
    case PGA_WORKLOAD_TIME_SERIES:
        return pga_design_example_time_series;
    case PGA_WORKLOAD_OLTP:
    case PGA_WORKLOAD_UNKNOWN:
    default:
        return pga_design_example_oltp;
    }
}

/* The texts of examples/, embedded. */
#pragma once

extern const char pga_design_example_oltp[], pga_design_example_olap[], pga_design_example_htap[],
    pga_design_example_time_series[];

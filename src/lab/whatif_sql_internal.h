/* whatif/whatif.sql as text: what makes the module's functions in a database. */
#pragma once

/* @MODULE@ stands for the path of the shared library. */
extern const char pga_whatif_sql[];

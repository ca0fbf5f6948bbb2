/* Django's migrations among the files that were found. */
#pragma once
#include "migration/script.h"

/* "…/migrations/0001_initial.py" */
gboolean pga_migration_is_django(const char *path);

/* Reads those of @files that are Python and puts them in Django's order, in the places that they
 * have among the others; files that hold no migration are taken out. */
void pga_migrations_read_django(GPtrArray *files);

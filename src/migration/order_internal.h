/* In which order files are run. */
#pragma once
#include "migration/script.h"

/* Digits compared as numbers: 2 before 10. */
int pga_natural_compare(const char *one, const char *other);

/* By version, then as they stand; what undoes behind what it undoes, what is run again last. */
void pga_migration_sort(GPtrArray *files);

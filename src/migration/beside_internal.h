/* What stands beside a migration says more about it: plans, settings, sums. */
#pragma once
#include "migration/script.h"

typedef struct MigrationBeside MigrationBeside;

MigrationBeside *pga_migration_beside_new(void);
void pga_migration_beside_free(MigrationBeside *beside);

/* Fills tool, version and outside of a file on disk whose name has been looked at. */
void pga_migration_beside(MigrationBeside *beside, PgaMigrationFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationBeside, pga_migration_beside_free)

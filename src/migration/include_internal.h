/* \i and \ir: which file is meant, and whether it may be read. */
#pragma once
#include "source_internal.h"

typedef struct {
    const char *root; /* (nullable): real; nothing outside of it is read */
    const char *from; /* path of the file that includes */
    gboolean relative;
} MigrationInclude;

/* Whether the path, links followed, is inside of the root (real). */
gboolean pga_migration_is_inside(const char *path, const char *root);

/* (nullable) (transfer full): its path; NULL with *why, static, what is wrong with it. */
char *pga_migration_include_find(const MigrationInclude *include, const char *path,
                                 const char **why);

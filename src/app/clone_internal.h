/* Why plans on a clone may not be those of its source. */
#pragma once
#include <glib.h>
#include <model/environment.h>

typedef struct {
    const PgaEnvironment *environment; /* of the source */
    guint lab_version_num;
    const char *lab_version;
    gboolean no_values;
} PgaCloneDifferences;

/* Appends to @notes (of PgaNotChecked *). */
void pga_clone_differences(const PgaCloneDifferences *differences, GPtrArray *notes);

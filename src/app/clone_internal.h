/* Why plans on a clone may not be those of its source, and what came too late to be on it. */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/environment.h>
#include <model/finding.h>
#include <model/object.h>

typedef struct {
    const PgaEnvironment *environment; /* of the source */
    guint lab_version_num;
    const char *lab_version;
    gboolean no_values;
    guint n_altered;           /* columns whose values are not text in any encoding we know */
    const char *first_altered; /* (nullable): one of them */
} PgaCloneDifferences;

/* Appends to @notes (of PgaNotChecked *). */
void pga_clone_differences(const PgaCloneDifferences *differences, GPtrArray *notes);

/* clone_changes.c: appends tables that @objects have and @catalog, read before, has not, but for
 * those that @notes name already. */
void pga_clone_note_changes(const PgaCatalog *catalog, const PgaObjects *objects, GPtrArray *notes);

/* clone.c: whether what was not read of the source matters to a clone. */
gboolean pga_clone_is_concerned_by(const PgaNotChecked *note);

/* clone.c: settings of the lab that a DDL file was loaded into are not the database's. */
void pga_clone_forget_lab_settings(const PgaCatalog *catalog);

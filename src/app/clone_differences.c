/* The reasons why a clone's plans may not be those of its source, as far as they concern all of
 * them; what concerns one object is among what was not cloned. docs/clone.md names each. */
#include <model/finding.h>

#include "clone_internal.h"

static void
add(GPtrArray *notes, const char *what, char *why)
{
    g_ptr_array_add(notes, pga_not_checked_new(NULL, g_strdup(what), why));
}

static void
add_version(const PgaCloneDifferences *self, GPtrArray *notes)
{
    const guint source = self->environment->version_num, lab = self->lab_version_num;

    if (source / 10000 != lab / 10000)
        add(notes, "another major version",
            g_strdup_printf("the source is PostgreSQL %s, the clone runs on %s, whose planner "
                            "differs: costs and plans are those of %u",
                            self->environment->version, self->lab_version, lab / 10000));
    else if (source != lab)
        add(notes, "another minor version",
            g_strdup_printf("the source is PostgreSQL %s, the clone runs on %s: plans are the "
                            "same but for corrections of the planner in between",
                            self->environment->version, self->lab_version));
}

static void
add_altered(const PgaCloneDifferences *self, GPtrArray *notes)
{
    g_autofree char *columns =
        self->n_altered == 1
            ? g_strdup(self->first_altered)
            : g_strdup_printf("%u columns, %s the first,", self->n_altered, self->first_altered);

    if (self->n_altered > 0)
        add(notes, "bytes that are not UTF-8",
            g_strdup_printf("the database is in SQL_ASCII; in statistics of %s they were read as "
                            "U+FFFD: conditions on such values are estimated without them",
                            columns));
}

void
pga_clone_differences(const PgaCloneDifferences *differences, GPtrArray *notes)
{
    const gboolean ddl = differences->environment->source_kind == PGA_SOURCE_DDL;

    if (!ddl)
        add_version(differences, notes);
    add_altered(differences, notes);
    if (ddl)
        add(notes, "statistics",
            g_strdup("a DDL file has none: rows are those given by --rows or counted in a dump, "
                     "selectivities PostgreSQL's defaults"));
    else if (differences->no_values)
        add(notes, "values",
            g_strdup("left out by --no-values: no most-common values, histograms and extremes, so "
                     "conditions on a constant are estimated by PostgreSQL's defaults"));
}

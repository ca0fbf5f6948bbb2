/* Databases with one schema for each tenant have every finding once a tenant. Findings of one rule
 * whose objects differ in nothing but the schema are a group, from three schemas on. */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/finding.h>

G_BEGIN_DECLS

#define PGA_GROUP_MIN_SCHEMAS 3

/* Fills in ->group of those among @findings (of PgaFinding *) that belong to one. Objects that are
 * in no schema of @catalog are in none. */
void pga_findings_group(GPtrArray *findings, const PgaCatalog *catalog);

/** What is shown of findings where a group is shown once. */
typedef struct {
    GPtrArray *shown;    /* of PgaFinding *, borrowed, in their order: a group's first, and those in
                            no group */
    GHashTable *members; /* of PgaFinding * (a group's first) to GPtrArray of PgaFinding *: all of
                            the group, the first one included */
} PgaGroups;

PgaGroups *pga_groups_new(const GPtrArray *findings);
void pga_groups_free(PgaGroups *groups);

/* @groups: (nullable). (nullable): the group that @finding is the first of. */
const GPtrArray *pga_groups_members(const PgaGroups *groups, const PgaFinding *finding);

/* (transfer full): the schema of a member's object, as it is written there. */
char *pga_group_schema(const PgaFinding *member);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaGroups, pga_groups_free)

G_END_DECLS

/* A database whose planner data is worth reading, and a collection of it. */
#pragma once
#include <collect/clone_source.h>
#include <model/finding.h>

#include "shop.h"

G_BEGIN_DECLS

/** What both collections handed over. */
typedef struct {
    Collected base;
    PgaPlannerData *data;
    GPtrArray *not_checked; /* of PgaNotChecked *: of the planner's collection alone */
} Planned;

void planned_clear(Planned *planned);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Planned, planned_clear)

/* (transfer full): the conninfo of the database, made once for each major. */
char *planner_source_dsn(guint major);

/* As @user (NULL: postgres), everything of the Catalog. Fails the test on an error. */
void planner_source_collect(const char *dsn, const char *user, const PgaCollectOptions *options,
                            Planned *out);

/* Creates the role once, and executes @grants, in which %s is the role's name. */
void planner_source_role(const char *dsn, const char *name, const char *grants);

/* (transfer full): a line for each row, sorted. */
char *planner_source_columns(const Planned *planned);
char *planner_source_extended(const Planned *planned);

/* 0 when there is none of that name. */
PgaOid planner_source_oid(const char *dsn, const char *name);

const PgaRelationSize *planner_source_size(const Planned *planned, PgaOid oid);
const PgaExtremes *planner_source_extremes(const Planned *planned, PgaOid index);
const PgaMetapage *planner_source_metapage(const Planned *planned, PgaOid index);

/* (nullable): the first entry whose "what: why" contains @text. */
const PgaNotChecked *planner_source_note(const Planned *planned, const char *text);

G_END_DECLS

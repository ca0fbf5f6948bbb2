/* The clone: a source's objects without their rows, in a database of the lab, whose planner is told
 * the source's sizes and statistics. Brought in as they are asked for, with what they depend on.
 * Whatever text comes from the source is executed as a role that is no superuser. */
#pragma once
#include <glib.h>
#include <lab/lab.h>
#include <model/finding.h>
#include <model/object.h>
#include <model/planner.h>

G_BEGIN_DECLS

/** Where planner data comes from: a live connection, a snapshot. */
typedef struct {
    /* Appends to @data what it knows of @relations (of PgaOid). FALSE with an error. */
    gboolean (*read)(gpointer self, const GArray *relations, PgaPlannerData *data, GError **error);
    gpointer self;
} PgaPlannerSource;

typedef struct {
    const PgaCatalog *catalog;
    const PgaObjects *objects;       /* (nullable): a source that knows relations only */
    const PgaPlannerSource *planner; /* (nullable): then the Catalog's own sizes and statistics */
    const char *role; /* (nullable): of the source; who the clone's user is; default: the prover */
    gboolean role_is_superuser;
    gboolean for_fixes;            /* everything belongs to the lab's role, who executes them */
    const char *const *extensions; /* (nullable) NULL-terminated: made besides the source's */
    gboolean is_unplanned;         /* nothing is planned on it: no sizes, no statistics */
} PgaCloneOptions;

typedef struct PgaClone PgaClone;

/* A database with the source's encoding, locale, roles, schemas, extensions and planner settings,
 * without any relation yet. What is borrowed must outlive the clone. PGA_ERROR_LAB,
 * PGA_ERROR_INTERRUPTED. */
PgaClone *pga_clone_open(PgaLab *lab, const PgaCloneOptions *options, GError **error);
void pga_clone_free(PgaClone *clone);

/* Brings in relations (of PgaOid) and what they depend on. That one cannot be made is no error: see
 * pga_clone_not_cloned(). */
gboolean pga_clone_bring(PgaClone *clone, const GArray *relations, GError **error);

/* Brings in whatever a word of @sql names: relations, views, routines, types. */
gboolean pga_clone_bring_statement(PgaClone *clone, const char *sql, GError **error);

gboolean pga_clone_bring_all(PgaClone *clone, GError **error);

/* (transfer full): of PgaOid: the tables and materialized views that are on it. */
GArray *pga_clone_relations(const PgaClone *clone);

/* Fills @relations, of oids on the clone (GUINT_TO_POINTER) to const PgaRelation * of the source's
 * Catalog: tables of every kind. PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
gboolean pga_clone_relation_oids(PgaClone *clone, GHashTable *relations, GError **error);

/* (transfer none): of PgaNotChecked *: what was left out so far, and why. */
const GPtrArray *pga_clone_not_cloned(const PgaClone *clone);

/* Whether the whatif module is loaded: sizes, candidates, costs. Without it no plan is proof. */
gboolean pga_clone_has_whatif(const PgaClone *clone);

/* (transfer full): PGHOST=…, PGPORT=…, PGDATABASE=…, PGUSER=… for a program that is to use the
 * clone. */
char **pga_clone_environment(const PgaClone *clone);

/**
 * pga_lab_prove:
 * @options: of the source; the fixes run as the lab's own role, whatever its role says
 * @findings: of PgaFinding *: those whose proof.kind asks for it get proof.done and proof.outcome,
 * and with PGA_PROOF_PLAN their gain in planner cost
 * @limit: at most so many, the first ones; the others' outcome says so
 *
 * Rebuilds the relations that the findings touch — empty, with the source's sizes and what
 * statistics the Catalog has — in a database of its own, executes fix and undo there as a role that
 * is no superuser, plans the probes. A fix that fails is not shown as valid: its outcome says what
 * the server said.
 *
 * Returns: %FALSE with PGA_ERROR_LAB or PGA_ERROR_INTERRUPTED
 */
gboolean pga_lab_prove(PgaLab *lab, const PgaCloneOptions *options, GPtrArray *findings,
                       guint limit, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaClone, pga_clone_free)

G_END_DECLS

/* The inside of a clone. Phases of bringing something in: closure (what it takes), objects level by
 * level (types, routines, tables, views), parts of tables (defaults, constraints, indexes), what
 * hangs on them (foreign keys, policies, rules, triggers, statistics objects), owners, and last
 * what the planner is told. */
#pragma once
#include "batch_internal.h"
#include "lab/clone.h"
#include "session_internal.h"

G_BEGIN_DECLS

/** What became of one object of the source. */
typedef struct {
    PgaObjectId id;
    const PgaRelation *relation; /* (nullable): a table or materialized view */
    const PgaObject *object;     /* (nullable): anything with a definition of its own */
    guint level;    /* made after what is on lower ones; of a partition at least its depth */
    guint depth;    /* of a partition: how many parents; parents are made first, indexed last */
    gboolean asked; /* what its foreign keys reference comes along */
    gboolean made, has_parts;
    gboolean settled;    /* an earlier call brought it in */
    char *failure;       /* (nullable): why it was not made */
    GPtrArray *left_out; /* of char *: constraints, indexes and defaults that could not be made */
} PgaCloned;

struct PgaClone {
    PgaLab *lab;
    const PgaCatalog *catalog;
    const PgaObjects *objects;              /* (nullable) */
    const PgaPlannerSource *planner_source; /* (nullable) */
    char *dbname;
    char *role;                      /* who the clone's user is */
    gboolean for_fixes;              /* owners are not the source's */
    const char *const *extensions;   /* (nullable): besides the source's */
    gboolean is_unplanned;           /* no module, no sizes, no statistics */
    char *module;                    /* (nullable): the whatif module that its sessions load */
    PgaSession *admin;               /* the superuser's, for catalogs and the module */
    PgaSession *prover;              /* executes definitions and fixes */
    PgaSession *planner;             /* the same role's: asked for plans */
    GPtrArray *workers;              /* of PgaSession *: the prover's, for batches */
    GHashTable *cloned;              /* of PgaObjectId * to PgaCloned *: made, or tried */
    GPtrArray *order;                /* of PgaCloned *, borrowed: as they were made */
    guint n_settled;                 /* of `order`: brought in by earlier calls */
    GHashTable *with_statistics;     /* of oids of the Catalog: told to the planner */
    GHashTable *sequences;           /* of oids: made */
    GHashTable *foreign_keys;        /* of oids of constraints: made, or tried */
    GHashTable *sequence_by_default; /* of char *, the default's text, to PgaSequence *: those
                                        nobody owns */
    GHashTable *enum_labels;         /* of type oids to GPtrArray * of PgaEnumLabel *, borrowed */
    GHashTable *heirs;     /* of relation oids to GArray * of PgaOid: partitions and children */
    GHashTable *hangers;   /* of relation oids to GPtrArray * of PgaObject *, borrowed */
    GHashTable *casts;     /* of type oids to the same */
    gboolean has_owners;   /* schemas have their owners */
    GPtrArray *not_cloned; /* of PgaNotChecked * */
};

/* Sessions that a limit or a statement ended are opened again. */
gboolean pga_clone_reconnect(PgaClone *clone, GError **error);

/* (nullable): NULL when it was not asked for. Borrowed. */
const PgaCloned *pga_clone_lookup(const PgaClone *clone, PgaObjectId id);
const PgaCloned *pga_clone_relation(const PgaClone *clone, PgaOid oid);

/* (nullable): what the objects say of a relation; NULL also where there are none. Borrowed. */
const PgaRelationExtra *pga_clone_extra(const PgaClone *clone, PgaOid oid);

/* (transfer container): of PgaOid: @oid and, of a partitioned table, its partitions that are in the
 * clone. */
GArray *pga_clone_leaves(const PgaClone *clone, PgaOid oid);

void pga_clone_closure_init(PgaClone *clone);

/* clone_closure.c: appends to clone->order what @seeds (of PgaObjectId) take, sorted by level, then
 * oid. @referenced: also what the seeds' foreign keys reference. */
void pga_clone_collect(PgaClone *clone, const GArray *seeds, gboolean referenced);

/* clone_database.c */
gboolean pga_clone_make_database(PgaClone *clone, GError **error);
gboolean pga_clone_make_roles(PgaClone *clone, const PgaCloneOptions *options, GError **error);
/* Whether it is a role of the lab's own, or of the server's: nobody else's. */
gboolean pga_clone_role_is_reserved(const char *rolname);

/* clone_enums.c */
void pga_clone_index_enums(PgaClone *clone);
/* (nullable) (transfer full): CREATE TYPE without labels; NULL when the definition is to be used.
 */
char *pga_clone_enum_statement(const PgaClone *clone, const PgaCloned *cloned);
/* Of those of @tried (PgaCloned *) that are made. */
gboolean pga_clone_put_enum_labels(PgaClone *clone, const GPtrArray *tried, GError **error);

/* clone_settings.c */
gboolean pga_clone_make_settings(PgaClone *clone, GError **error);

/* clone_types.c: schemas, extensions, types, sequences that relations need. */
gboolean pga_clone_make_surroundings(PgaClone *clone, GError **error);
gboolean pga_clone_make_types(PgaClone *clone, GError **error);
/* (nullable) (transfer full): CREATE SEQUENCE of one that was not made before */
char *pga_clone_sequence_statement(PgaClone *clone, const PgaSequence *sequence);
/* (transfer full): "INCREMENT BY 1 MINVALUE 1 …" */
char *pga_sequence_options(const PgaSequence *sequence);

/* clone_table.c. (transfer full): CREATE TABLE or CREATE MATERIALIZED VIEW. @whole: with what may
 * fail for lack of functions. */
char *pga_clone_table_statement(const PgaClone *clone, const PgaCloned *cloned, gboolean whole);
/* (nullable): why the relation is not even tried. Static. */
const char *pga_clone_table_obstacle(const PgaRelation *relation);
/* (nullable): the parent when @cloned is a partition to be made with the parent's columns. */
const PgaCloned *pga_clone_parent_of_partition(const PgaClone *clone, const PgaRelation *relation);
gboolean pga_clone_same_columns(const PgaClone *clone, const PgaRelation *relation,
                                const PgaRelation *parent);
/* (nullable) (transfer full): ALTER TABLE … DROP COLUMN of the columns that stand in the places of
 * the source's dropped ones. */
char *pga_clone_drop_statement(const PgaClone *clone, const PgaCloned *cloned);

/* clone_objects.c, clone_parts.c, clone_hangers.c: for clone->order from n_settled on. */
gboolean pga_clone_make_objects(PgaClone *clone, GError **error);
/* Once more what failed: a view that groups by a primary key needs the key. */
gboolean pga_clone_retry_objects(PgaClone *clone, GError **error);
gboolean pga_clone_make_parts(PgaClone *clone, GError **error);
gboolean pga_clone_make_hangers(PgaClone *clone, GError **error);

/* clone_objects.c. A definition, which may be several statements, in one lane. */
/* (transfer full): pg_get_functiondef()'s text without LEAKPROOF, which only a superuser may say:
 * pga_clone_set_owners() says it afterwards. */
char *pga_clone_without_leakproof(const char *definition);
void pga_clone_add_definition(PgaBatch *batch, guint lane, const char *definition, char **failure);

/* clone_owners.c: owners, ACLs, row security, invalid indexes. */
gboolean pga_clone_set_owners(PgaClone *clone, GError **error);

/* clone_planner.c: what the planner is told. Without the whatif module: pg_class and pg_statistic
 * stay as they are. */
gboolean pga_clone_tell_planner(PgaClone *clone, GError **error);
/* Indexes whose size nobody knows are of the source all the same, no candidates: those of tables
 * that have a size get an estimate. */
gboolean pga_clone_estimate_unsized(PgaClone *clone, GError **error);

/* Appends to clone->not_cloned; takes both. */
void pga_clone_note(PgaClone *clone, char *what, char *why);

/**
 * pga_clone_try:
 * @message: (out) (optional): the server's message when it refused, else NULL
 *
 * Executes @sql as the prover. FALSE with an error only when the clone is of no further use; a
 * limit that the statement hit counts as refused.
 */
gboolean pga_clone_try(PgaClone *clone, const char *sql, char **message, GError **error);

G_END_DECLS

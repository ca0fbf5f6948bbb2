/* The rows-free copy of some relations of a Catalog, in a database of its own. Whatever text comes
 * from the source (types, defaults, expressions, definitions) is executed as a role that is no
 * superuser. */
#pragma once
#include "session_internal.h"

G_BEGIN_DECLS

/** What became of one relation. */
typedef struct {
    const PgaRelation *relation;
    guint depth; /* of a partition: how many parents; parents are made first, indexed last */
    gboolean made;
    char *failure; /* (nullable): why it was not made */
    GPtrArray *
        left_out; /* of char *: constraints, indexes and defaults that could not be made, and why */
} PgaCloned;

typedef struct {
    PgaLab *lab;
    const PgaCatalog *catalog;
    char *dbname;
    PgaSession *admin;   /* the superuser's, for pg_class and pg_statistic */
    PgaSession *prover;  /* executes definitions and fixes */
    PgaSession *planner; /* the same role's: plans while relations look as large as the source's */
    GHashTable *cloned;  /* of relation oids to PgaCloned * */
    GPtrArray *order;    /* of PgaCloned *, borrowed: parents before their partitions */
    GHashTable *with_statistics;     /* of oids of the Catalog: told to the planner */
    GHashTable *sequences;           /* of oids: made */
    GHashTable *sequence_by_default; /* of char *, the default's text, to PgaSequence *: those
                                        nobody owns */
} PgaClone;

/**
 * pga_clone_new:
 * @relations: of PgaOid: with them come what their foreign keys reference, their parents and
 * partitions
 *
 * PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED; a relation that cannot be made is no error.
 */
PgaClone *pga_clone_new(PgaLab *lab, const PgaCatalog *catalog, const GArray *relations,
                        GError **error);
void pga_clone_free(PgaClone *clone);

/* Sessions that a limit or a statement ended are opened again. */
gboolean pga_clone_reconnect(PgaClone *clone, GError **error);

/* (nullable): NULL when the relation was not asked for. Borrowed. */
const PgaCloned *pga_clone_relation(const PgaClone *clone, PgaOid oid);

/* (transfer container): of PgaOid: @oid and, of a partitioned table, its partitions that are in the
 * clone. */
GArray *pga_clone_leaves(const PgaClone *clone, PgaOid oid);

/* clone_closure.c: fills clone->cloned and clone->order. */
void pga_clone_collect(PgaClone *clone, const GArray *relations);

/* clone_types.c: schemas, extensions, types, sequences that the relations need. */
gboolean pga_clone_make_surroundings(PgaClone *clone, GError **error);
gboolean pga_clone_make_types(PgaClone *clone, GError **error);
gboolean pga_clone_make_sequence(PgaClone *clone, const PgaSequence *sequence, GError **error);
/* (transfer full): "INCREMENT BY 1 MINVALUE 1 …" */
char *pga_sequence_options(const PgaSequence *sequence);

/* clone_table.c, clone_parts.c */
gboolean pga_clone_make_table(PgaClone *clone, PgaCloned *cloned, GError **error);
gboolean pga_clone_make_parts(PgaClone *clone, PgaCloned *cloned, GError **error);
gboolean pga_clone_make_foreign_keys(PgaClone *clone, PgaCloned *cloned, GError **error);

/**
 * pga_clone_try:
 * @message: (out) (optional): the server's message when it refused, else NULL
 *
 * Executes @sql as the prover. FALSE with an error only when the clone is of no further use; a
 * limit that the statement hit counts as refused.
 */
gboolean pga_clone_try(PgaClone *clone, const char *sql, char **message, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaClone, pga_clone_free)

G_END_DECLS

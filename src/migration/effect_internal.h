/* Between the files that tell what statements lock, rewrite and read. */
#pragma once
#include <migration/effect.h>

G_BEGIN_DECLS

/** One statement or action. */
typedef struct {
    PgaState *state;
    const PgaStep *step;
    guint major; /* 14 */
    PgaEffect *effect;
    GHashTable *places; /* of relation or index to its place in effect->locks, from 1 */
    /* (nullable): whose type changes: indexes on it are dropped and made again, nobody meets them
     */
    const PgaStateRelation *changed;
    const char *changed_column;
} PgaEffectRun;

typedef void (*PgaEffectHandler)(PgaEffectRun *run, const PgaAction *action);

/* Locks; a relation (nullable) that only this transaction knows is left out. */
void pga_effect_lock_relation(PgaEffectRun *run, PgaStateRelation *relation, PgaLockMode mode);
void pga_effect_lock_index(PgaEffectRun *run, const PgaStateIndex *index, PgaLockMode mode);
void pga_effect_lock_indexes(PgaEffectRun *run, PgaStateRelation *relation, PgaLockMode mode);
/* A relation that the state has no entry for: a composite type. */
void pga_effect_lock_name(PgaEffectRun *run, const char *nspname, const char *name,
                          PgaLockMode mode);

/* (transfer container): the relation, its partitions or children and theirs; only itself when
 * ONLY is written or @range is of an action without a relation. */
GPtrArray *pga_effect_family(PgaStateRelation *relation, gboolean only);
GPtrArray *pga_effect_family_of(const PgaAction *action);
/* (transfer container): every relation of the state, by name. */
GPtrArray *pga_effect_relations(const PgaEffectRun *run);
void pga_effect_lock_all(PgaEffectRun *run, const GPtrArray *relations, PgaLockMode mode);

/* Reads every row; a partitioned table has none. */
void pga_effect_scan(PgaEffectRun *run, const PgaStateRelation *relation);
/* As a planned query: the relation with @mode, its indexes with @mode. */
void pga_effect_plan(PgaEffectRun *run, PgaStateRelation *relation, PgaLockMode mode);
/* New file, every row copied, every index built again. */
void pga_effect_rewrite(PgaEffectRun *run, PgaStateRelation *relation);
void pga_effect_rebuild(PgaEffectRun *run, const PgaStateIndex *index);
void pga_effect_build(PgaEffectRun *run, PgaStateRelation *relation, const char *name);
/* Whether only the present transaction sees it. */
gboolean pga_effect_is_own(const PgaEffectRun *run, const PgaStateRelation *relation);

gboolean pga_effect_index_uses(const PgaStateIndex *index, const char *column);
gboolean pga_effect_names_column(const GPtrArray *columns, const char *column);
/* Whether SQL has the identifier as a word. @sql (nullable). */
gboolean pga_effect_mentions(const char *sql, const char *identifier);

/** How far a query gets. */
typedef enum {
    PGA_READING_LOOKED_AT, /* as by CREATE VIEW */
    PGA_READING_REWRITTEN, /* views are replaced by what they read, as when a function is made */
    PGA_READING_PLANNED,
} PgaEffectReading;

/* Relations of a query and of those in it. */
void pga_effect_read(PgaEffectRun *run, const PgQuery__Node *node, PgaEffectReading reading);
/* A number is taken of the sequence, named as in nextval('…'). */
void pga_effect_lock_sequence(PgaEffectRun *run, const char *name);

/* Of each sort of action. */
void pga_effect_alter(PgaEffectRun *run, const PgaAction *action);
void pga_effect_query(PgaEffectRun *run, const PgaAction *action);
void pga_effect_object(PgaEffectRun *run, const PgaAction *action);
void pga_effect_other(PgaEffectRun *run, const PgaAction *action);
void pga_effect_index(PgaEffectRun *run, const PgaAction *action);
void pga_effect_drop(PgaEffectRun *run, const PgaAction *action);
void pga_effect_create_table(PgaEffectRun *run, const PgaAction *action);
void pga_effect_domain(PgaEffectRun *run, const PgaAction *action);
void pga_effect_function(PgaEffectRun *run, const PgaAction *action);

/* Subcommands of ALTER TABLE; the lock on the table and its children is taken already. */
void pga_effect_add_column(PgaEffectRun *run, const PgaAction *action);
void pga_effect_drop_column(PgaEffectRun *run, const PgaAction *action);
void pga_effect_alter_type(PgaEffectRun *run, const PgaAction *action);
void pga_effect_set_not_null(PgaEffectRun *run, const PgaAction *action);
void pga_effect_set_expression(PgaEffectRun *run, const PgaAction *action);
void pga_effect_add_constraint(PgaEffectRun *run, const PgaAction *action);
void pga_effect_validate(PgaEffectRun *run, const PgaAction *action);
void pga_effect_alter_constraint(PgaEffectRun *run, const PgaAction *action);
void pga_effect_drop_constraint(PgaEffectRun *run, const PgaAction *action);
void pga_effect_attach(PgaEffectRun *run, const PgaAction *action);
void pga_effect_detach(PgaEffectRun *run, const PgaAction *action);

/* A new partition's rows against the default partition's, foreign keys and indexes that it gets. */
void pga_effect_new_partition(PgaEffectRun *run, PgaStateRelation *parent,
                              const PgQuery__PartitionBoundSpec *bound);
/* Tables that reference a partitioned one get triggers for each new partition. */
void pga_effect_lock_referencing(PgaEffectRun *run, const PgaStateRelation *parent);
/* Whether a valid CHECK of @relation says all that the bound says (or, with @refutes, that no row
 * is in it), so that nothing is read: src/backend/optimizer/util/predtest.c, its simplest cases. */
gboolean pga_effect_bound_proven(const PgaStateRelation *relation, const PgaStateRelation *parent,
                                 const PgQuery__PartitionBoundSpec *bound, gboolean refutes);

/** A foreign key, of the state or of a statement. */
typedef struct {
    PgaStateRelation *referencing, *referenced; /* (nullable) both */
    gboolean checked;                           /* rows are read */
} PgaEffectReference;
void pga_effect_add_reference(PgaEffectRun *run, const PgaEffectReference *reference);
/* Rows of both sides are compared: a query over both. */
void pga_effect_check_reference(PgaEffectRun *run, const PgaEffectReference *reference);
/* Minor releases that lock the index of the referenced key without reading it. */
void pga_effect_lock_key(PgaEffectRun *run, PgaStateRelation *referenced);
/* The other side of a foreign key that goes. */
void pga_effect_drop_reference(PgaEffectRun *run, const PgaStateConstraint *constraint);

/** What a change of a column's type costs. */
typedef struct {
    gboolean rewrites;
    gboolean same_operators; /* indexes and foreign keys stay valid */
    gboolean collation;      /* another one */
    gboolean guessed;
} PgaTypeChange;
void pga_type_change(PgaState *state, const PgaStateColumn *column, const PgaAction *action,
                     PgaTypeChange *change);

/* (nullable): what CREATE FUNCTION says as "language", "as", "volatility"; of a text its first. */
const PgQuery__Node *pga_function_option(const PgQuery__CreateFunctionStmt *function,
                                         const char *name);
const char *pga_function_option_text(const PgQuery__CreateFunctionStmt *function, const char *name);

/* Name of a type as the grammar gives it: its last name and, in *@typmod, its modifiers, -1 none.
 */
const char *pga_type_name_last(const PgQuery__TypeName *type);

G_END_DECLS

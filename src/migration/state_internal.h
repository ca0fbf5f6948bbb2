/* How the state's parts work together. What a statement changes goes through pga_state_put() and
 * its sisters, which remember the old value: a refused statement and ROLLBACK take all of it back.
 * Structs and strings live as long as the state. */
#pragma once
#include <pg_query.h>

#include "migration/schema.h"

G_BEGIN_DECLS

#define PGA_STATE_MAX_DEPTH            1000 /* of inheritance, of views on views: hostile input ends here */
#define PGA_NAME_MAX                   63 /* bytes of an identifier: NAMEDATALEN - 1 */

#define PGA_VERSION_PARTITION_IDENTITY 170000 /* partitions have the identity of their parent */

typedef struct PgaStateJournal PgaStateJournal;

/** What the state keeps for itself. */
struct PgaStateMemory {
    PgaStateJournal *journal;
    GStringChunk *strings;
    GPtrArray *structs;           /* blocks that go with the state */
    GPtrArray *arrays;            /* of GPtrArray * */
    GPtrArray *tables;            /* of GHashTable * */
    GHashTable *constraint_names; /* set of "nspname.conname" */
    GHashTable *settings;         /* of name to PgaStateSetting * */
    GPtrArray *savepoints;        /* of PgaStateSavepoint * */
    GPtrArray *fresh_types;       /* of PgaStateType *: with labels of this transaction */
    GPtrArray *at_commit;         /* of PgaStateRelation *: ON COMMIT DROP */
    const char *path;             /* (nullable): of which search_path was made */
    guint domains;                /* that are looked through now */
    gboolean has_local;           /* SET LOCAL in this transaction */
    gboolean in_block;            /* BEGIN was seen, COMMIT not yet */
    const PgaStep *step;          /* the present one */
    gboolean only;                /* ALTER TABLE ONLY: children are left out */
    GHashTable *dropping;         /* (nullable): set of what the present DROP names */
    char *refusal;                /* (nullable): why the server would not do it */
};

typedef struct {
    const char *session; /* (nullable) */
    const char *local;   /* (nullable): SET LOCAL */
} PgaStateSetting;

typedef struct {
    const char *name;
    guint mark;
} PgaStateSavepoint;

/* state_memory.c: the journal */
PgaStateJournal *pga_state_journal_new(void);
void pga_state_journal_free(PgaStateJournal *journal);
guint pga_state_mark(const PgaState *state);
void pga_state_undo_to(PgaState *state, guint mark);
void pga_state_forget_undo(PgaState *state); /* what was done stays done */

/* Remembers @size (<= 8) bytes at @address. */
void pga_state_save(PgaState *state, gpointer address, gsize size);
#define pga_state_put(state, field, value)                                                         \
    do {                                                                                           \
        pga_state_save(state, &(field), sizeof(field));                                            \
        (field) = (value);                                                                         \
    } while (0)
void pga_state_array_add(PgaState *state, GPtrArray *array, gpointer element);
void pga_state_array_insert(PgaState *state, GPtrArray *array, guint at, gpointer element);
void pga_state_array_remove(PgaState *state, GPtrArray *array, gconstpointer element);
void pga_state_array_clear(PgaState *state, GPtrArray *array);
void pga_state_array_set(PgaState *state, GPtrArray *array, guint at, gpointer element);
void pga_state_hash_put(PgaState *state, GHashTable *table, const char *key, gpointer value);
void pga_state_hash_remove(PgaState *state, GHashTable *table, const char *key);

/* Kept by the state; NULL and "" give NULL. */
char *pga_state_keep(PgaState *state, const char *text);
char *pga_state_keep_taken(PgaState *state, char *text);         /* (transfer full) @text */
char *pga_state_key_text(const char *nspname, const char *name); /* (transfer full) */
char *pga_state_key(PgaState *state, const char *nspname, const char *name);
gpointer pga_state_alloc(PgaState *state, gsize size);
GPtrArray *pga_state_array(PgaState *state);
GPtrArray *pga_state_array_copy(PgaState *state, const GPtrArray *array);

/* The statement cannot run: the first reason counts. Returns FALSE. */
gboolean pga_state_refuse(PgaState *state, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* state_names.c */
char *pga_state_object_name(const char *name1, const char *name2, const char *label);
char *pga_state_choose_relation_name(const PgaState *state, const char *name1, const char *name2,
                                     const char *label, const char *nspname, gboolean constraint);
/* @others (nullable): names taken in this statement besides */
char *pga_state_choose_constraint_name(const PgaState *state, const char *name1, const char *name2,
                                       const char *label, const char *nspname);
/* Names of @columns joined as servers do in names of indexes. */
char *pga_state_name_addition(const GPtrArray *columns);
/* What an expression's column would be called; NULL: nothing ("?column?"). */
char *pga_state_figure_name(const PgQuery__Node *expression);
char *pga_state_truncated(const char *name);
gboolean pga_state_name_taken(const PgaState *state, const char *nspname, const char *name);
const char *pga_state_string(const PgQuery__Node *node); /* of a String; "" */
/* The last names of a qualified name's list; *nspname "" when not qualified. */
const char *pga_state_names(size_t n, PgQuery__Node **names, const char **nspname);

/* state_lookup.c */
const char *pga_state_creation_schema(const PgaState *state, const PgQuery__RangeVar *range);
PgaStateRelation *pga_state_find(const PgaState *state, const PgQuery__RangeVar *range);
/* Finds or assumes; refuses with 'relation "x" does not exist' and returns NULL, or, with
 * @missing_ok, only returns NULL. */
PgaStateRelation *pga_state_need(PgaState *state, const PgQuery__RangeVar *range,
                                 gboolean missing_ok);
gboolean pga_state_is_foreign_name(const char *nspname, const char *name); /* the server's own */
PgaStateRelation *pga_state_relation_new(PgaState *state, const char *nspname, const char *relname,
                                         char kind);
void pga_state_relation_register(PgaState *state, PgaStateRelation *relation);
PgaStateType *pga_state_find_type(const PgaState *state, const char *nspname, const char *name);

/* state_types.c */
/** A type by the name that a statement gives it. */
typedef struct {
    const char *type, *typname, *domain; /* domain (nullable) */
    gint32 typmod[2];
    const char *serial; /* (nullable): "integer" of serial */
    gboolean not_null;  /* serial */
} PgaStateTypeName;
void pga_state_type_name(PgaState *state, const PgQuery__TypeName *name, PgaStateTypeName *out);
/* Of a type's text as format_type() writes it: sets type, typname, domain, typmod. */
void pga_state_type_of_text(PgaState *state, const char *text, PgaStateTypeName *out);
void pga_state_column_set_type(PgaState *state, PgaStateColumn *column,
                               const PgaStateTypeName *type);
const char *pga_state_builtin_typname(const char *formatted); /* (nullable) */

/* state_text.c: SQL of expressions, kept; NULL: none, or not possible */
char *pga_state_expression(PgaState *state, const PgQuery__Node *expression);
/* (transfer full) (nullable): without the deparser, when it can be */
char *pga_state_simple_expression(PgaState *state, const PgQuery__Node *expression);
char *pga_state_index_key(PgaState *state, const PgQuery__IndexElem *element);
char *pga_state_statement(PgaState *state, const PgQuery__Node *statement);
char *pga_state_bound(PgaState *state, const PgQuery__PartitionBoundSpec *bound);
/* @old as an identifier in @sql becomes @new_name. (nullable): not in it */
char *pga_state_renamed(PgaState *state, const char *sql, const char *old, const char *new_name);

/* state_proof.c: whether a CHECK of that SQL holds only where the column is not NULL */
gboolean pga_state_expression_proves(const char *expression, const char *column);

/* state_walk.c: what expressions and queries name */
void pga_state_columns_of(PgaState *state, const PgQuery__Node *expression, GPtrArray *columns);
gboolean pga_state_is_not_null_test(const PgQuery__Node *expression, GPtrArray *columns);
typedef struct {
    GPtrArray *ranges; /* of PgQuery__RangeVar *, CTEs left out; borrowed from the tree */
    GHashTable *words; /* set of names of columns; "*"; borrowed as well */
} PgaStateQueryParts;
void pga_state_query_parts(const PgQuery__Node *query, PgaStateQueryParts *out);
void pga_state_query_parts_clear(PgaStateQueryParts *parts);

/* state_column.c */
PgaStateColumn *pga_state_column_new(PgaState *state, const char *name);
/* Into @relation's columns, as inherited from @parent's. */
void pga_state_column_inherit(PgaState *state, PgaStateRelation *relation,
                              const PgaStateRelation *parent, const PgaStateColumn *of);
/* Adds the column alone; its constraints go to @later. */
PgaStateColumn *pga_state_define_column(PgaState *state, PgaStateRelation *relation,
                                        const PgQuery__ColumnDef *definition, GArray *later);
/* ALTER TABLE ADD COLUMN with constraints, in children as well. */
gboolean pga_state_add_column(PgaState *state, PgaStateRelation *relation,
                              const PgQuery__ColumnDef *definition, gboolean if_not_exists);
gboolean pga_state_drop_column(PgaState *state, PgaStateRelation *relation,
                               const PgQuery__AlterTableCmd *command);
/* A sequence of its own for the column: of serial or of identity. */
void pga_state_own_sequence(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column);
void pga_state_disown_sequence(PgaState *state, PgaStateColumn *column);
/* Whether it is a serial one: its default takes from its own sequence. */
void pga_state_refresh_serial(PgaState *state, PgaStateColumn *column);
gboolean pga_state_generated_from(PgaState *state, const PgaStateRelation *relation,
                                  const char *name);
gboolean pga_state_refuse_column(PgaState *state, const PgaStateRelation *relation,
                                 const char *name);

/* state_constraint.c */
/** A constraint of a column or of a table, put off until all columns are there. */
typedef struct {
    const PgQuery__Constraint *definition;
    const char *column;  /* (nullable): written at it */
    gboolean deferrable; /* said behind it: a node of its own */
} PgaStatePending;
PgaStateConstraint *pga_state_constraint_new(PgaState *state, PgaStateRelation *relation, char type,
                                             const char *name);
void pga_state_constraint_attach(PgaState *state, PgaStateConstraint *constraint);
void pga_state_constraint_remove(PgaState *state, PgaStateConstraint *constraint);
PgaStateConstraint *pga_state_constraint_copy(PgaState *state, PgaStateRelation *relation,
                                              const PgaStateConstraint *of);
gboolean pga_state_add_constraint(PgaState *state, PgaStateRelation *relation,
                                  const PgaStatePending *pending, gboolean creating);
/* In the server's order: checks, indexes with the primary key first, foreign keys. */
gboolean pga_state_add_pending(PgaState *state, PgaStateRelation *relation, const GArray *pending,
                               gboolean creating);
gboolean pga_state_drop_constraint(PgaState *state, PgaStateRelation *relation,
                                   const PgQuery__AlterTableCmd *command);
gboolean pga_state_validate_constraint(PgaState *state, PgaStateRelation *relation,
                                       const char *name);
gboolean pga_state_alter_constraint(PgaState *state, PgaStateRelation *relation,
                                    const PgQuery__Constraint *definition);
/* Removes with what needs it: foreign keys on a key, the index. FALSE: refused. */
gboolean pga_state_constraint_drop(PgaState *state, PgaStateConstraint *constraint,
                                   gboolean cascade);

/* state_not_null.c: NOT NULL of columns; from 18 on constraints with names */
void pga_state_set_not_null(PgaState *state, PgaStateRelation *relation, PgaStateColumn *column,
                            const char *name, gboolean valid);
gboolean pga_state_drop_not_null(PgaState *state, PgaStateRelation *relation,
                                 PgaStateColumn *column);
/* (nullable): its name */
const char *pga_state_not_null_name(const PgaStateRelation *relation, const char *column);
PgaStateConstraint *pga_state_not_null_of(const PgaStateRelation *relation, const char *column);

/* state_foreign_key.c */
gboolean pga_state_add_foreign_key(PgaState *state, PgaStateRelation *relation,
                                   const PgaStatePending *pending, gboolean creating);

void pga_state_foreign_key_inherit(PgaState *state, PgaStateRelation *partition,
                                   const PgaStateConstraint *of);
/* Drops foreign keys on the key of @columns; FALSE: there are some, and no @cascade. */
gboolean pga_state_drop_referencing(PgaState *state, PgaStateRelation *relation,
                                    const GPtrArray *columns, gboolean cascade);
gboolean pga_state_references(const PgaStateConstraint *foreign_key, const GPtrArray *columns);
/* (nullable): what @child has of its parent's constraint */
PgaStateConstraint *pga_state_inherited_constraint(const PgaStateRelation *child,
                                                   const PgaStateConstraint *of);

/* state_index.c */
PgaStateIndex *pga_state_index_new(PgaState *state, PgaStateRelation *relation);
void pga_state_index_register(PgaState *state, PgaStateIndex *index);
void pga_state_index_remove(PgaState *state, PgaStateIndex *index);
gboolean pga_state_create_index(PgaState *state, const PgQuery__IndexStmt *statement);
/* One of the relation's, of the elements (IndexElem) and included columns (String). FALSE: refused
 */
gboolean pga_state_index_elements(PgaState *state, PgaStateIndex *index, size_t n,
                                  PgQuery__Node **elements);
void pga_state_index_columns(PgaState *state, PgaStateIndex *index, const GPtrArray *columns);
gboolean pga_state_index_included(PgaState *state, PgaStateIndex *index, size_t n,
                                  PgQuery__Node **included);
char *pga_state_choose_index_name(PgaState *state, const PgaStateIndex *index);
/* The index of @partition that goes with @of, an index of the table it is a partition of: one that
 * is there, or a new one. */
void pga_state_index_recurse(PgaState *state, PgaStateIndex *of, PgaStateRelation *partition);
void pga_state_index_attach(PgaState *state, PgaStateIndex *of, PgaStateIndex *child);
PgaStateIndex *pga_state_index_copy(PgaState *state, PgaStateRelation *relation,
                                    const PgaStateIndex *of);
void pga_state_index_rename(PgaState *state, PgaStateIndex *index, const char *name);
gboolean pga_state_index_equal(const PgaStateIndex *one, const PgaStateIndex *other);

/* state_partition.c */
gboolean pga_state_attach(PgaState *state, PgaStateRelation *parent, PgaStateRelation *child,
                          const PgQuery__PartitionBoundSpec *bound);
/* DETACH … CONCURRENTLY leaves the bound as a check. */
void pga_state_keep_bound(PgaState *state, const PgaStateRelation *parent, PgaStateRelation *child);
void pga_state_detach(PgaState *state, PgaStateRelation *child);
/* Links and hands constraints down; with columns: pga_state_inherit_all(). */
void pga_state_inherit(PgaState *state, PgaStateRelation *parent, PgaStateRelation *child);
void pga_state_inherit_all(PgaState *state, PgaStateRelation *parent, PgaStateRelation *child);
/* Also of itself. */
gboolean pga_state_is_descendant(const PgaStateRelation *relation, const PgaStateRelation *of);
void pga_state_disinherit(PgaState *state, PgaStateRelation *parent, PgaStateRelation *child);

/* state_drop.c */
gboolean pga_state_drop_relation(PgaState *state, PgaStateRelation *relation, gboolean cascade);
gboolean pga_state_apply_drop(PgaState *state, const PgQuery__DropStmt *statement);

/* the rest: one for each sort of statement; FALSE: refused */
gboolean pga_state_apply_create(PgaState *state, const PgQuery__CreateStmt *statement, char kind);
/* Whether something new may have that name; FALSE also when it exists and that is fine. */
gboolean pga_state_may_create(PgaState *state, const PgQuery__RangeVar *range,
                              gboolean if_not_exists, const char **nspname);
PgaStateRelation *pga_state_create_relation(PgaState *state, const PgQuery__RangeVar *range,
                                            const char *nspname, char kind);
gboolean pga_state_apply_alter(PgaState *state, const PgQuery__AlterTableStmt *statement);
gboolean pga_state_alter_column(PgaState *state, PgaStateRelation *relation,
                                const PgQuery__AlterTableCmd *command);
gboolean pga_state_apply_rename(PgaState *state, const PgQuery__RenameStmt *statement);
gboolean pga_state_apply_set_schema(PgaState *state,
                                    const PgQuery__AlterObjectSchemaStmt *statement);
gboolean pga_state_apply_view(PgaState *state, const PgQuery__ViewStmt *statement);
gboolean pga_state_apply_create_as(PgaState *state, const PgQuery__CreateTableAsStmt *statement);
/* Statements of one sort; FALSE: refused. *@known: it was one of them. */
gboolean pga_state_apply_object(PgaState *state, const PgQuery__Node *tree, gboolean *known);
gboolean pga_state_apply_type(PgaState *state, const PgQuery__Node *tree, gboolean *known);
gboolean pga_state_apply_tree(PgaState *state, const PgQuery__Node *tree);
void pga_state_move_relation(PgaState *state, PgaStateRelation *relation, const char *nspname);
gboolean pga_state_rename_schema(PgaState *state, const char *old, const char *name);
void pga_state_type_renamed(PgaState *state, const char *old, const char *new_name);
gboolean pga_state_apply_transaction(PgaState *state, const PgQuery__TransactionStmt *statement);
gboolean pga_state_apply_set(PgaState *state, const PgQuery__VariableSetStmt *statement);
gboolean pga_state_apply_select(PgaState *state, const PgQuery__SelectStmt *statement);
void pga_state_refresh_path(PgaState *state);
void pga_state_end_transaction(PgaState *state, gboolean rolled_back);
gboolean pga_state_view_reads(PgaState *state, PgaStateRelation *view, const PgQuery__Node *query);
void pga_state_view_words(PgaState *state, PgaStateRelation *view, const PgQuery__Node *query);
gboolean pga_state_create_from_query(PgaState *state, const PgQuery__IntoClause *into,
                                     const PgQuery__Node *query, char kind, gboolean if_not_exists);
PgaStateType *pga_state_type_register(PgaState *state, const char *nspname, const char *name,
                                      char kind);

G_END_DECLS

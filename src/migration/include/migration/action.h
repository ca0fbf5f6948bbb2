/* What a statement does, cut into the things that rules speak about: ALTER TABLE … a, b is two
 * actions, CREATE TABLE one for itself and one for each column and constraint. */
#pragma once
#include <glib.h>
#include <migration/schema.h>

G_BEGIN_DECLS

typedef enum {
    PGA_ACTION_OTHER,        /* a statement without an action of its own; @statement says which */
    PGA_ACTION_CREATE_TABLE, /* also AS, PARTITION OF, LIKE */
    PGA_ACTION_ADD_COLUMN,
    PGA_ACTION_ADD_CONSTRAINT, /* of a table or a column, primary keys and NOT NULL of columns too
                                */
    PGA_ACTION_DROP_COLUMN,
    PGA_ACTION_ALTER_TYPE,
    PGA_ACTION_SET_NOT_NULL,
    PGA_ACTION_DROP_NOT_NULL,
    PGA_ACTION_SET_DEFAULT,
    PGA_ACTION_DROP_DEFAULT,
    PGA_ACTION_SET_EXPRESSION,
    PGA_ACTION_ADD_IDENTITY,
    PGA_ACTION_VALIDATE_CONSTRAINT,
    PGA_ACTION_ALTER_CONSTRAINT,
    PGA_ACTION_DROP_CONSTRAINT,
    PGA_ACTION_ATTACH_PARTITION,
    PGA_ACTION_DETACH_PARTITION,
    PGA_ACTION_SET_LOGGED, /* LOGGED or UNLOGGED */
    PGA_ACTION_SET_TABLESPACE,
    PGA_ACTION_SET_ACCESS_METHOD,
    PGA_ACTION_TRIGGERS,     /* ENABLE, DISABLE TRIGGER */
    PGA_ACTION_ROW_SECURITY, /* ENABLE, DISABLE, FORCE */
    PGA_ACTION_ALTER_OTHER,  /* any other subcommand of ALTER TABLE */
    PGA_ACTION_CREATE_INDEX,
    PGA_ACTION_DROP, /* @object says of what; one for each name */
    PGA_ACTION_RENAME,
    PGA_ACTION_SET_SCHEMA,
    PGA_ACTION_REINDEX,
    PGA_ACTION_TRUNCATE, /* one for each relation */
    PGA_ACTION_CLUSTER,
    PGA_ACTION_VACUUM,
    PGA_ACTION_REFRESH,
    PGA_ACTION_LOCK,
    PGA_ACTION_CREATE_TYPE, /* enum, domain, composite, range */
    PGA_ACTION_ALTER_ENUM,
    PGA_ACTION_ALTER_DOMAIN,
    PGA_ACTION_CREATE_TRIGGER, /* triggers, rules, policies: @object */
    PGA_ACTION_CREATE_VIEW,
    PGA_ACTION_CREATE_FUNCTION,
    PGA_ACTION_CREATE_EXTENSION,
    PGA_ACTION_GRANT,
    PGA_ACTION_INSERT,
    PGA_ACTION_UPDATE,
    PGA_ACTION_DELETE,
    PGA_ACTION_MERGE,
    PGA_ACTION_COPY, /* into a table */
    PGA_ACTION_SELECT,
    PGA_ACTION_TRANSACTION, /* BEGIN, COMMIT, ROLLBACK, SAVEPOINT */
    PGA_ACTION_SET,         /* SET, RESET */
} PgaActionKind;

/** One of them. Borrowed: valid while its step is. */
typedef struct {
    PgaActionKind kind;
    const PgaStep *step;
    const PgQuery__Node *statement; /* the whole */
    /* (nullable) each, by kind: */
    const PgQuery__AlterTableCmd *command;
    const PgQuery__ColumnDef *column;
    const PgQuery__Constraint *constraint;
    const PgQuery__RangeVar *range; /* the relation as written */
    PgQuery__ObjectType object;     /* of DROP, RENAME, CREATE_TRIGGER …; OBJECT_TYPE_UNDEFINED */
    const char *name, *new_name; /* of what is dropped, renamed, made: column, constraint, index */
    const char *nspname;         /* of that, when not a relation's part */
    PgaStateRelation *relation;  /* as it was before the statement; of CREATE TABLE NULL */
    gboolean of_create;          /* column or constraint of CREATE TABLE */
    gboolean of_column;          /* constraint written at its column: @column */
    gsize location;              /* byte in the step's text that it is about */
} PgaAction;

/* Clears @actions (of PgaAction) and appends; never none for a step with a tree. Relations that are
 * not known are assumed. */
void pga_actions_of(PgaState *state, const PgaStep *step, GArray *actions);

/* NOT NULL, at a column or, since 18, of its own: the reader makes CHECK (column) of that. */
gboolean pga_action_is_not_null(const PgaAction *action);
/* Names of columns that a constraint is on, those of its column among them. (transfer container) of
 * const char * */
GPtrArray *pga_action_key(const PgaAction *action);
/* The constraint of a column definition of that kind. (nullable) */
const PgQuery__Constraint *pga_column_constraint(const PgQuery__ColumnDef *column,
                                                 PgQuery__ConstrType type);

/* Sees each message of a tree; FALSE leaves out what is in it. */
typedef gboolean (*PgaTreeVisit)(const ProtobufCMessage *message, gpointer data);

/* In the order of the text, as far as the grammar keeps it. @tree (nullable). */
void pga_tree_walk(const PgQuery__Node *tree, PgaTreeVisit visit, gpointer data);
/* SQL of an expression, of a statement: (transfer full) (nullable). */
char *pga_tree_deparse_expression(const PgQuery__Node *expression);
char *pga_tree_deparse(const PgQuery__Node *statement);

G_END_DECLS

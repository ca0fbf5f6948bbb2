/* Between the files that cut a statement into actions. */
#pragma once
#include <migration/action.h>

G_BEGIN_DECLS

/** Where actions go. */
typedef struct {
    PgaState *state;
    const PgaStep *step;
    const PgQuery__Node *statement; /* of which actions are appended now */
    GArray *actions;
    GPtrArray *inner; /* of PgQuery__Node *: statements in it that come after */
} PgaActionSink;

/* Protobuf's absent text is empty. */
static inline const char *
pga_action_text(const char *text)
{
    return text && *text ? text : NULL;
}

/* Appends; the result is valid until the next. */
PgaAction *pga_action_append(const PgaActionSink *sink, PgaActionKind kind);

/* Appends about a relation, which is assumed if need be; that of an index is its table. @range
 * (nullable). */
PgaAction *pga_action_append_on(const PgaActionSink *sink, PgaActionKind kind,
                                const PgQuery__RangeVar *range);

/* (nullable): an index's table, the relation, an assumed one. */
PgaStateRelation *pga_action_relation(PgaState *state, const char *nspname, const char *name);

/* The last one and the last but one of a list of names: schema and name. */
void pga_action_names(PgQuery__Node *const *names, size_t n, const char **nspname,
                      const char **name);

/* "sval" of a String; NULL. */
const char *pga_action_string(const PgQuery__Node *node);

/* Of statements with more than a relation and a name. */
void pga_action_create_table(const PgaActionSink *sink, const PgQuery__CreateStmt *create,
                             PgQuery__ObjectType object);
void pga_action_alter_table(const PgaActionSink *sink);
void pga_action_drop(const PgaActionSink *sink);
void pga_action_rename(const PgaActionSink *sink);
void pga_action_set_schema(const PgaActionSink *sink);

/* The column and its constraints. */
void pga_action_column(const PgaActionSink *sink, const PgaAction *like,
                       const PgQuery__ColumnDef *column);
void pga_action_constraint(const PgaActionSink *sink, const PgaAction *like,
                           const PgQuery__ColumnDef *column, const PgQuery__Constraint *constraint);

/* Where the next subcommand of ALTER TABLE begins: after the relation at byte @from, later after
 * the next comma outside of parentheses and quotes. */
gsize pga_action_first_command(const PgaStep *step, gsize from);
gsize pga_action_next_command(const PgaStep *step, gsize from);

G_END_DECLS

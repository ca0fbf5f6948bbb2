/* What the recipes of one family and another share. */
#pragma once
#include "migration/recipe.h"
#include "state_internal.h"

G_BEGIN_DECLS

/** A recipe being written. */
typedef struct {
    PgaState *state;
    const PgaAction *action;
    const PgaRecipeOptions *options;
    PgaRecipe *recipe;
    char *table; /* the relation, as SQL names it */
} PgaRecipeWriter;

/** The column that takes another one's place. */
typedef struct {
    const char *type;     /* as SQL writes it, with COLLATE */
    const char *using;    /* (nullable): SQL: its value from the row's columns */
    const char *new_name; /* (nullable): it is a rename; NULL: the name stays */
} PgaRecipeTwin;

/* Each says whether it wrote one. */
gboolean pga_recipe_create_index(PgaRecipeWriter *writer);
gboolean pga_recipe_drop(PgaRecipeWriter *writer);
gboolean pga_recipe_reindex(PgaRecipeWriter *writer);
gboolean pga_recipe_refresh(PgaRecipeWriter *writer);
gboolean pga_recipe_add_column(PgaRecipeWriter *writer);
gboolean pga_recipe_alter_type(PgaRecipeWriter *writer);
gboolean pga_recipe_set_not_null(PgaRecipeWriter *writer);
gboolean pga_recipe_add_constraint(PgaRecipeWriter *writer);
gboolean pga_recipe_drop_column(PgaRecipeWriter *writer);
gboolean pga_recipe_rename(PgaRecipeWriter *writer);
gboolean pga_recipe_attach(PgaRecipeWriter *writer);
gboolean pga_recipe_detach(PgaRecipeWriter *writer);
gboolean pga_recipe_create_partition(PgaRecipeWriter *writer);
gboolean pga_recipe_change_rows(PgaRecipeWriter *writer);

/* A new last step, one transaction that begins with a lock_timeout. */
PgaFixStep *pga_recipe_step(PgaRecipeWriter *writer, const char *title);
/* A new last step whose statements each run outside a transaction block. */
PgaFixStep *pga_recipe_step_alone(PgaRecipeWriter *writer, const char *title);
/* A new last step of people: code to deploy. */
void pga_recipe_deploy(PgaRecipeWriter *writer, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pga_recipe_sql(PgaFixStep *step, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pga_recipe_undo(PgaRecipeWriter *writer, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* ALTER TABLE of the action's relation with just that subcommand. (transfer full) (nullable) */
char *pga_recipe_alter_table(const PgaAction *action, const PgQuery__AlterTableCmd *command);

/* Adds the steps that make a column NOT NULL without a scan under a lock that stops anybody. */
void pga_recipe_write_not_null(PgaRecipeWriter *writer, const char *column);
/* Those that add a CHECK or FOREIGN KEY, given as a table's constraint, and validate it apart. */
void pga_recipe_write_validated(PgaRecipeWriter *writer, const PgQuery__Constraint *constraint,
                                const char *name);
/* Those of a UNIQUE or PRIMARY KEY over an index built concurrently. */
void pga_recipe_write_unique(PgaRecipeWriter *writer, const PgQuery__Constraint *constraint,
                             const char *name, const GPtrArray *columns);
/* One that sets @column to @value in all rows where it is NULL, block by block. */
void pga_recipe_write_backfill(PgaRecipeWriter *writer, const char *column, const char *value);

/* Steps that put a second column beside @column, kept in step by a trigger, which takes its place
 * in the end: of another type (@type, its values by @using (nullable), an expression), or of
 * another name (@new_name); the other is NULL. FALSE, and nothing written: what hangs on the column
 * is not known or has to be moved by hand. */
gboolean pga_recipe_write_twin(PgaRecipeWriter *writer, const char *column,
                               const PgaRecipeTwin *twin);

/* (transfer full): by table, columns (nullable) and "fkey", "key" …, as the server chooses it. */
char *pga_recipe_choose_name(const PgaRecipeWriter *writer, const GPtrArray *columns,
                             const char *label);
/* (transfer full): the name that the server would give: "orders_customer_id_fkey". */
char *pga_recipe_constraint_name(const PgaRecipeWriter *writer,
                                 const PgQuery__Constraint *constraint, const GPtrArray *columns);

G_END_DECLS

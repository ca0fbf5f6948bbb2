/* The same change without making others wait: the statements of a safe way, in the order and in the
 * transactions in which they are to run. */
#pragma once
#include <glib.h>
#include <migration/effect.h>
#include <model/finding.h>

G_BEGIN_DECLS

typedef struct {
    const char *lock_timeout;  /* "2s" */
    guint batch_rows;          /* of a backfill: 10000 */
    gboolean lock_timeout_set; /* the file sets it already */
} PgaRecipeOptions;

/** The safe way of one action. Steps are PgaFixStep (model/finding.h). */
typedef struct {
    const char *id;   /* "index-concurrently"; static */
    GPtrArray *steps; /* of PgaFixStep * */
    GPtrArray *undo;  /* of char * */
    char *difference; /* (nullable): what of the end state differs, and why that is right */
    gboolean several_deployments; /* code must change between steps */
} PgaRecipe;

/* (nullable) (transfer full): NULL when the action is safe as it stands or there is no safer way.
 */
PgaRecipe *pga_recipe_for(PgaState *state, const PgaAction *action,
                          const PgaRecipeOptions *options);

/* Of a whole statement: actions without a recipe stay together in a statement of their own.
 * (nullable): nothing to do better. */
PgaRecipe *pga_recipe_for_step(PgaState *state, const PgaStep *step,
                               const PgaRecipeOptions *options);
void pga_recipe_free(PgaRecipe *recipe);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaRecipe, pga_recipe_free)

G_END_DECLS

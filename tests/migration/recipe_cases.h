/* Changes that make others wait, each with what was there before: what the recipes are tried on. */
#pragma once
#include <glib.h>
#include <migration/recipe.h>

G_BEGIN_DECLS

typedef struct {
    const char *name;
    guint version;         /* server_version_num; 0: 150000 */
    const char *setup;     /* DDL of the source */
    const char *statement; /* one */
} PgaRecipeCase;

extern const PgaRecipeCase pga_recipe_cases[];
extern const guint pga_n_recipe_cases;

/* (nullable): for a server of @version. */
PgaRecipe *pga_recipe_of_case(const PgaRecipeCase *item, guint version);

G_END_DECLS

/* How deep the tree of a statement can be, told from its tokens: a bound on what recursion over it
 * needs. */
#pragma once
#include "lexer_internal.h"

/* The tree's messages nest at most so often when a step shows it. */
enum { MIGRATION_MAX_DEPTH = 2000 };

typedef struct {
    GArray *levels; /* private */
    gsize now;      /* tokens that the present one can be inside of */
    gsize deepest;
} MigrationDepth;

void pga_migration_depth_init(MigrationDepth *depth);
void pga_migration_depth_destroy(MigrationDepth *depth);
void pga_migration_depth_reset(MigrationDepth *depth);
void pga_migration_depth_take(MigrationDepth *depth, const Token *token);

/* Of a whole text. */
gsize pga_migration_depth_of(const char *text, gsize length);

/* Trees up to this depth need less than half of a usual stack of 8 MB. */
enum { MIGRATION_PLAIN_DEPTH = 500 };

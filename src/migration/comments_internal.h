/* What comments say: to the tool that runs the migration, and to us. */
#pragma once
#include "source_internal.h"
#include "tools_internal.h"

typedef struct {
    const PgaMigrationTool *tool;
    GPtrArray *suppressions; /* of PgaSuppression * */
    guint marks;             /* met since they were last taken */
    /*< private >*/
    GPtrArray *of_file; /* of char *, borrowed from the suppressions */
    GPtrArray *pending; /* the same, of the statement that is being read */
    GPtrArray *rules;   /* both of the last statement, then NULL */
    const char *behind; /* comments before it were taken */
    gboolean begun;     /* a statement was read */
    MigrationSource *source;
} MigrationComments;

void pga_migration_comments_init(MigrationComments *comments, const PgaMigrationTool *tool);
void pga_migration_comments_destroy(MigrationComments *comments);

/* The source's lexer shows its comments from now on. */
void pga_migration_comments_attach(MigrationComments *comments, MigrationSource *source);

/* Comments in the bodies that the statement quotes are its own. */
void pga_migration_comments_read_bodies(MigrationComments *comments, const char *text,
                                        gsize length);

/* Behind a statement: comments on the rest of its line are its own. */
void pga_migration_comments_end_line(MigrationComments *comments);

/* (nullable): the rules that the statement just read ignores, as PgaStep has them. */
char **pga_migration_comments_rules(MigrationComments *comments);

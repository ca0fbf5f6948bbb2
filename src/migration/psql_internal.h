/* What psql does before a statement reaches the server: variables, \if, \i. */
#pragma once
#include <glib.h>

typedef struct {
    GHashTable *variables; /* of name to value; NULL: set to what is not known */
    GArray *conditions;    /* private */
} MigrationPsql;

void pga_migration_psql_init(MigrationPsql *psql);
void pga_migration_psql_destroy(MigrationPsql *psql);

typedef enum {
    PSQL_RUNS,
    PSQL_MAY_RUN, /* behind an \if whose outcome is not known */
    PSQL_SKIPS,
} MigrationPsqlState;

MigrationPsqlState pga_migration_psql_state(const MigrationPsql *psql);

/* Whether the variable is set to "off" or the like. */
gboolean pga_migration_psql_is_off(const MigrationPsql *psql, const char *name);

/** What is left to do for a command. */
typedef enum {
    PSQL_COMMAND_DONE,
    PSQL_COMMAND_INCLUDE,          /* \i: @argument is the path */
    PSQL_COMMAND_INCLUDE_RELATIVE, /* \ir */
    PSQL_COMMAND_GEXEC,
    PSQL_COMMAND_COPY,
} MigrationPsqlAction;

/* @argument: (out) (nullable) (transfer full) */
MigrationPsqlAction pga_migration_psql_command(MigrationPsql *psql, const char *text, gsize length,
                                               char **argument);

/**
 * pga_migration_psql_substitute:
 * @unknown: (out) (optional) (nullable) (transfer full): a variable whose value is not known
 *
 * Returns: (nullable) (transfer full): the text with the values of its variables; NULL when there
 * is none in it
 */
char *pga_migration_psql_substitute(const MigrationPsql *psql, const char *text, gsize length,
                                    char **unknown);

/* In which transaction the next statement runs. */
#pragma once
#include "migration/script.h"

typedef struct {
    gboolean in_block;
    gboolean of_tool;      /* the block is the tool's */
    guint number;          /* of the present one, or of the last one */
    gboolean wanted;       /* the tool opens one before the next statement */
    gboolean opens_itself; /* AUTOCOMMIT is off: psql begins one before a statement */
} MigrationTransaction;

/* The tool opens a block with the next statement, or ends it. */
void pga_migration_transaction_open(MigrationTransaction *transaction);
void pga_migration_transaction_close(MigrationTransaction *transaction);

/* Fills the step's transaction and in_block, and follows what the statement does to them. */
void pga_migration_transaction_step(MigrationTransaction *transaction, PgaStep *step);

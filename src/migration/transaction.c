/* BEGIN and what ends it; outside of a block each statement has a transaction of its own. */
#include "step_internal.h"
#include "transaction_internal.h"

static void
open_block(MigrationTransaction *transaction)
{
    if (transaction->in_block)
        return;
    transaction->number++;
    transaction->in_block = TRUE;
    transaction->of_tool = FALSE;
}

void
pga_migration_transaction_open(MigrationTransaction *transaction)
{
    transaction->wanted = !transaction->in_block;
}

void
pga_migration_transaction_close(MigrationTransaction *transaction)
{
    transaction->in_block = FALSE;
    transaction->wanted = FALSE;
}

/* (nullable) */
static const PgQuery__TransactionStmt *
control_of(const PgaStep *step)
{
    return step->tree && step->tree->node_case == PG_QUERY__NODE__NODE_TRANSACTION_STMT
               ? step->tree->transaction_stmt
               : NULL;
}

static gboolean
begins(const PgQuery__TransactionStmt *control)
{
    return control->kind == PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_BEGIN ||
           control->kind == PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_START;
}

static gboolean
ends(const PgQuery__TransactionStmt *control)
{
    return control->kind == PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT ||
           control->kind == PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK ||
           control->kind == PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_PREPARE;
}

void
pga_migration_transaction_step(MigrationTransaction *transaction, PgaStep *step)
{
    const PgQuery__TransactionStmt *control = control_of(step);

    if (transaction->wanted) {
        open_block(transaction);
        transaction->of_tool = TRUE;
        transaction->wanted = FALSE;
    }
    if ((control && begins(control)) ||
        (transaction->opens_itself && !control && !pga_step_runs_outside(step)))
        open_block(transaction);
    else if (!transaction->in_block)
        transaction->number++;
    step->in_block = transaction->in_block;
    step->in_tools_block = transaction->in_block && transaction->of_tool;
    step->transaction = transaction->number;
    if (!control || !ends(control))
        return;
    pga_migration_transaction_close(transaction);
    if (control->chain)
        open_block(transaction);
}

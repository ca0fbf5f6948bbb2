/* Statements that open and end transactions. */
#include "transaction_control_internal.h"

#define KIND(name) PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_##name

static const struct {
    PgQuery__TransactionStmtKind kind;
    PgaTransactionControl control;
} kinds[] = {
    {KIND(BEGIN), PGA_CONTROL_BEGINS}, {KIND(START), PGA_CONTROL_BEGINS},
    {KIND(COMMIT), PGA_CONTROL_ENDS},  {KIND(ROLLBACK), PGA_CONTROL_ENDS},
    {KIND(PREPARE), PGA_CONTROL_ENDS},
};

PgaTransactionControl
pga_transaction_control(const PgaAction *action)
{
    for (guint i = 0; action->kind == PGA_ACTION_TRANSACTION && i < G_N_ELEMENTS(kinds); i++)
        if (action->statement->transaction_stmt->kind == kinds[i].kind)
            return kinds[i].control;
    return PGA_CONTROL_OTHER;
}

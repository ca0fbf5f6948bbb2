/* Statements that open and end transactions. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

typedef enum {
    PGA_CONTROL_OTHER, /* savepoints, and whatever is none */
    PGA_CONTROL_BEGINS,
    PGA_CONTROL_ENDS, /* COMMIT, ROLLBACK, PREPARE TRANSACTION */
} PgaTransactionControl;

PgaTransactionControl pga_transaction_control(const PgaAction *action);

G_END_DECLS

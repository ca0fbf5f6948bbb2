/* Statements that a session keeps analysed, and what planning one again takes. */
#pragma once
#include "core.h"

#include "utils/plancache.h"

/** Kept until forget(). */
typedef struct {
    CachedPlanSource *source;
} WhatifStatement;

/* NULL: there is none of that number. */
WhatifStatement *whatif_statement(int32 number);

/* Makes the statement fit to be planned in this transaction: analyses it again when what it depends
 * on has changed, locks its relations, checks the user's rights as the executor would. May throw.
 */
void whatif_statement_ready(WhatifStatement *statement);

/* While they are held, prepare(), forget() and cost() refuse: a function that the planner evaluates
 * may call them. Throws when they are held already. */
void whatif_statements_hold(bool hold);

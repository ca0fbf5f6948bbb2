/* ANALYZE and VACUUM in a clone would replace the source's statistics and numbers by those of empty
 * tables, for good: they do nothing there, and say so. */
#include "core.h"

#include "catalog/namespace.h"
#include "nodes/parsenodes.h"
#include "tcop/utility.h"

static ProcessUtility_hook_type next_utility = NULL;

/* Whether one of the tables, or without any the database, has the source's numbers. */
static bool
concerns_clone(const VacuumStmt *statement)
{
    ListCell *cell;

    if (statement->rels == NIL)
        return whatif_any_size();
    foreach (cell, statement->rels) {
        const VacuumRelation *target = lfirst_node(VacuumRelation, cell);
        Oid relid = target->oid;
        BlockNumber pages;
        int tree_height;

        if (!OidIsValid(relid) && target->relation)
            relid = RangeVarGetRelid(target->relation, NoLock, true);
        if (OidIsValid(relid) && whatif_stored_size(relid, &pages, &tree_height))
            return true;
    }
    return false;
}

/* NOLINTBEGIN(readability-function-size): the hook's own parameters */
static void
utility(PlannedStmt *planned, const char *text, bool read_only_tree, ProcessUtilityContext context,
        ParamListInfo params, QueryEnvironment *environment, DestReceiver *receiver,
        QueryCompletion *completion)
{
    if (whatif_enabled && IsA(planned->utilityStmt, VacuumStmt) &&
        concerns_clone((VacuumStmt *)planned->utilityStmt)) {
        ereport(WARNING,
                (errmsg("nothing was done: the clone has the source's statistics and sizes"),
                 errdetail("ANALYZE or VACUUM would replace them by those of empty tables."),
                 errhint("An index that was just created needs neither.")));
        return;
    }
    (next_utility ? next_utility : standard_ProcessUtility)(
        planned, text, read_only_tree, context, params, environment, receiver, completion);
}
/* NOLINTEND(readability-function-size) */

void
whatif_utility_init(void)
{
    next_utility = ProcessUtility_hook;
    ProcessUtility_hook = utility;
}

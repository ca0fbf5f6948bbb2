/* The module's entry: its settings and its hooks. */
#include "core.h"

#include "fmgr.h"
#include "utils/guc.h"
#include "utils/plancache.h"

#include <malloc.h>

PG_MODULE_MAGIC;

void _PG_init(void);

enum { KEPT_MEMORY = 32 * 1024 * 1024 }; /* of a session, beyond what it needs */

bool whatif_enabled = true;
char *whatif_hide = NULL;

/* Plans kept by sessions were made for what the planner saw before. */
static void
enabled_assign(bool value, void *extra)
{
    if (value != whatif_enabled)
        ResetPlanCache();
}

/* A plan of many joins takes and gives back megabytes: what one has had, the next takes as it is,
 * without asking the kernel for zeroed pages. */
static void
keep_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, KEPT_MEMORY);
    mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY);
#endif
}

void
_PG_init(void)
{
    DefineCustomBoolVariable("pgarchitect_whatif.enabled",
                             "Lets the planner see the source's sizes and candidates.", NULL,
                             &whatif_enabled, true, PGC_USERSET, 0, NULL, enabled_assign, NULL);
    DefineCustomStringVariable(
        "pgarchitect_whatif.hide", "Indexes that the planner is not to see: names or OIDs.", NULL,
        &whatif_hide, "", PGC_USERSET, GUC_LIST_INPUT, whatif_hide_check, whatif_hide_assign, NULL);
#if PG_VERSION_NUM >= 150000
    MarkGUCPrefixReserved("pgarchitect_whatif");
#else
    EmitWarningsOnPlaceholders("pgarchitect_whatif");
#endif
    keep_memory();
    whatif_size_store_init();
    whatif_candidate_init();
    whatif_attributes_init();
    whatif_visibility_init();
    whatif_narrow_init();
    whatif_hook_init();
    whatif_utility_init();
    whatif_requests_init();
}

/* Which indexes the planner is to see: by the configuration that cost() plans under, else by the
 * setting pgarchitect_whatif.hide. */
#include "core.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "lib/qunique.h"
#include "miscadmin.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

static const WhatifConfiguration *active = NULL;

/* What the setting names, found anew when a name in the catalogs has changed. */
static struct {
    bool resolved;
    MemoryContext context;
    WhatifConfiguration *indexes;
} hidden;

static void
names_changed(Datum arg, int cacheid, uint32 hashvalue)
{
    hidden.resolved = false;
}

void
whatif_visibility_init(void)
{
    CacheRegisterSyscacheCallback(NAMESPACENAME, names_changed, (Datum)0);
    CacheRegisterSyscacheCallback(RELNAMENSP, names_changed, (Datum)0);
    hidden.context = AllocSetContextCreate(TopMemoryContext, "whatif hidden", ALLOCSET_SMALL_SIZES);
}

static int
compare_oids(const void *a, const void *b)
{
    Oid left = *(const Oid *)a, right = *(const Oid *)b;

    return left < right ? -1 : left > right;
}

/* The indexes of its partitions, and what stands between. A candidate's may have found an index
 * that the source has, and taken it over: that one is no candidate. */
static List *
members(Oid partitioned)
{
    List *all = find_all_inheritors(partitioned, NoLock, NULL);
    List *candidates = NIL;
    ListCell *cell;

    foreach (cell, all) {
        WhatifSize size;

        if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_INDEX &&
            !whatif_size_lookup(lfirst_oid(cell), &size))
            candidates = lappend_oid(candidates, lfirst_oid(cell));
    }
    return candidates == NIL ? all : lappend_oid(candidates, partitioned);
}

WhatifConfiguration *
whatif_configuration_new(const Oid *indexes, int n)
{
    WhatifConfiguration *made = palloc(sizeof(WhatifConfiguration));
    List *all = NIL;
    ListCell *cell;
    Oid *sorted;

    for (int i = 0; i < n; i++) {
        if (get_rel_relkind(indexes[i]) == RELKIND_PARTITIONED_INDEX)
            all = list_concat(all, members(indexes[i]));
        else
            all = lappend_oid(all, indexes[i]);
    }
    sorted = palloc(sizeof(Oid) * (size_t)(list_length(all) + 1));
    n = 0;
    foreach (cell, all)
        sorted[n++] = lfirst_oid(cell);
    qsort(sorted, (size_t)n, sizeof(Oid), compare_oids);
    made->n = (int)qunique(sorted, (size_t)n, sizeof(Oid), compare_oids);
    made->indexes = sorted;
    list_free(all);
    return made;
}

void
whatif_configuration_set(const WhatifConfiguration *configuration)
{
    active = configuration;
}

const WhatifConfiguration *
whatif_configuration(void)
{
    return active;
}

static bool
lists(const WhatifConfiguration *some, Oid index)
{
    return some->n > 0 &&
           bsearch(&index, some->indexes, (size_t)some->n, sizeof(Oid), compare_oids) != NULL;
}

/* The next element of a list separated by commas, which a quoted name may hold. (nullable): NULL at
 * the end. In the current memory context. */
static char *
next_element(const char **rest)
{
    const char *start = *rest;
    const char *end = start;
    bool quoted = false;

    if (!*start)
        return NULL;
    for (; *end && (quoted || *end != ','); end++)
        if (*end == '"')
            quoted = !quoted;
    *rest = *end ? end + 1 : end;
    while (start < end && scanner_isspace(*start))
        start++;
    while (end > start && scanner_isspace(end[-1]))
        end--;
    return pnstrdup(start, (Size)(end - start));
}

/* InvalidOid: nothing has that name. Throws for nothing, as the planner asks too. */
static Oid
find_relation(const char *element)
{
    List *parts;

    if (element[strspn(element, "0123456789")] == '\0')
        return (Oid)strtoul(element, NULL, 10);
    if (!SplitIdentifierString(pstrdup(element), '.', &parts))
        return InvalidOid;
    if (list_length(parts) == 1)
        return RelnameGetRelid(linitial(parts));
    if (list_length(parts) == 2)
        return get_relname_relid(lsecond(parts), get_namespace_oid(linitial(parts), true));
    return InvalidOid;
}

static Oid
find_index(const char *element)
{
    Oid relid = find_relation(element);
    char relkind = OidIsValid(relid) ? get_rel_relkind(relid) : '\0';

    return relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX ? relid : InvalidOid;
}

/* In the current memory context. @warn: tells names that are none of an index. */
static WhatifConfiguration *
find_indexes(const char *text, bool warn)
{
    Oid *found = palloc(sizeof(Oid) * (strlen(text) + 1));
    int n = 0;
    char *element;

    while ((element = next_element(&text)) != NULL) {
        Oid index = *element ? find_index(element) : InvalidOid;

        if (OidIsValid(index))
            found[n++] = index;
        else if (warn && *element)
            ereport(WARNING, (errcode(ERRCODE_UNDEFINED_OBJECT),
                              errmsg("index %s does not exist", element)));
    }
    return whatif_configuration_new(found, n);
}

bool
whatif_hide_check(char **value, void **extra, GucSource source)
{
    /* Told to who sets it; a parallel worker and a starting session take it as it is. */
    if (IsTransactionState() && !InitializingParallelWorker && source >= PGC_S_INTERACTIVE)
        (void)find_indexes(*value, true);
    return true;
}

void
whatif_hide_assign(const char *value, void *extra)
{
    if (whatif_hide && strcmp(whatif_hide, value) == 0)
        return;
    hidden.resolved = false;
    ResetPlanCache();
}

static bool
is_hidden(Oid index)
{
    MemoryContext old;
    WhatifConfiguration *found;

    if (!whatif_hide || !*whatif_hide)
        return false;
    if (!hidden.resolved) {
        hidden.resolved = true; /* unless a name changes meanwhile */
        found = find_indexes(whatif_hide, false);
        MemoryContextReset(hidden.context);
        old = MemoryContextSwitchTo(hidden.context);
        hidden.indexes = whatif_configuration_new(found->indexes, found->n);
        MemoryContextSwitchTo(old);
    }
    return lists(hidden.indexes, index);
}

bool
whatif_index_is_visible(Oid index, bool stored)
{
    /* An estimate holds for every configuration. */
    if (whatif_estimating())
        return stored;
    if (active)
        return lists(active, index) != stored;
    return !is_hidden(index);
}

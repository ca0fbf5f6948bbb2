/* What the module's core files share: numbers of relations, candidates, visibility. */
#pragma once
#include "whatif.h"

#include "nodes/pathnodes.h"
#include "nodes/plannodes.h"
#include "utils/guc.h"
#include "utils/resowner.h"

/** What put_size() was told of a relation, and pg_class' numbers as they stood then: CREATE INDEX
 * resets those of the table to what the empty file has (index_update_stats(), catalog/index.c). */
typedef struct {
    BlockNumber pages;
    int tree_height; /* -1: not known */
    int32 relpages;
    float4 reltuples;
    int32 relallvisible;
} WhatifSize;

/** A candidate: an index made in the clone on a table that has a stored size. */
typedef struct {
    Oid index; /* hash key */
    Oid heap;
    bool usable; /* false: the estimate failed */
    BlockNumber pages;
    double tuples;
    int tree_height;
    uint64 generation; /* when it was estimated */
} WhatifCandidate;

/* module.c: settings. */
extern bool whatif_enabled;
extern char *whatif_hide;

/* size_store.c */
void whatif_size_store_init(void);
bool whatif_size_lookup(Oid relid, WhatifSize *size);

/* index_size_attributes.c */
void whatif_attributes_init(void);

/* Whether put_size() was called in this database at all. */
bool whatif_any_size(void);

/* hook.c */
void whatif_hook_init(void);

/* utility.c */
void whatif_utility_init(void);

/* candidate.c: an estimate is under way, and may plan queries of its own. What was so before. */
bool whatif_estimating(void);
bool whatif_set_estimating(bool now);

/* candidate.c: false: leave it out. @out is a copy. */
void whatif_candidate_init(void);
bool whatif_candidate_estimate(Relation heap, const RelOptInfo *rel, Oid index,
                               WhatifCandidate *out);

/* candidate.c: in a PG_CATCH block, for an error inside an internal subtransaction: ends that and
 * returns what happened, in @context. A request to stop is thrown on. */
ErrorData *whatif_subtransaction_failed(MemoryContext context, ResourceOwner owner);

/* visibility.c */
void whatif_visibility_init(void);
bool whatif_hide_check(char **value, void **extra, GucSource source);
void whatif_hide_assign(const char *value, void *extra);

/* The configuration that cost() plans under; sorted. NULL: none. Borrowed. */
typedef struct {
    const Oid *indexes;
    int n;
} WhatifConfiguration;
void whatif_configuration_set(const WhatifConfiguration *configuration);

/* Sorted, without duplicates; of a partitioned index the indexes of its partitions come along. In
 * the current memory context. */
WhatifConfiguration *whatif_configuration_new(const Oid *indexes, int n);

/* The one that is planned under. */
const WhatifConfiguration *whatif_configuration(void);

/* narrow.c: around the plans of a call. apply() before each plan, @changed: under another
 * configuration than the last. */
void whatif_narrow_init(void);
void whatif_narrow_begin(void);
/* What is to be planned: no plan opens, and locks, all candidates of these tables. */
void whatif_narrow_expect(const List *relations);
void whatif_narrow_apply(bool changed);
void whatif_narrow_end(void);
/* Between begin() and end(). */
bool whatif_narrow_is_active(void);
/* Instead of begin(): what is planned until end() is about @heap, and no candidate. */
void whatif_narrow_to_own(Oid heap);

/* narrow.c: the planner was not to see some indexes of @heap. */
void whatif_narrow_note(Oid heap);

/* used_indexes.c: oids of the indexes that a plan scans, appended to @indexes. */
List *whatif_used_indexes(const PlannedStmt *planned, List *indexes);

/* requests.c */
void whatif_requests_init(void);

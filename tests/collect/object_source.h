/* The database of objects.sql, and questions to what was collected of it. */
#pragma once
#include <collect/clone_source.h>
#include <model/finding.h>

#include "cluster.h"

G_BEGIN_DECLS

extern const PgaCollectOptions object_defaults;

/* (transfer full): the conninfo of a database with objects.sql, as much of it as the server knows.
 */
char *object_source_create(const PgaTestCluster *cluster);

/* @user: (nullable): postgres; @not_checked: (nullable). A failure fails the test. */
PgaObjects *object_collect_as(const char *dsn, const char *user, const PgaCollectOptions *options,
                              GPtrArray *not_checked);

/* The same, with nothing not checked. */
PgaObjects *object_collect(const char *dsn);

/* (nullable): by its description. */
const PgaObject *object_find(const PgaObjects *objects, const char *name);

/* 1: late, 0: early, -1: there is no such dependency. */
int object_edge(const PgaObjects *objects, const char *dependent, const char *referenced);

/* The oid of a relation called as object_copy_name() does; 0 when there is none. */
PgaOid object_relation_oid(const PgaObjects *objects, const char *name);

/* (transfer full): a line for each object that can be made and each dependency among these. */
char *object_describe(const PgaObjects *objects);

void object_assert_same_lines(const char *wanted, const char *got);

G_END_DECLS

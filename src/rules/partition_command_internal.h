/* Statements that give a partitioned table a partition, or take one. */
#pragma once
#include <rules/rule.h>

G_BEGIN_DECLS

/* Of ATTACH and DETACH PARTITION. */
const PgQuery__PartitionCmd *pga_partition_command(const PgaAction *action);

/* ATTACH PARTITION of a table, not of an index. */
gboolean pga_action_attaches_table(const PgaAction *action);

/* The table that they name. */
PgaStateRelation *pga_lint_partition_named(const PgaLintRun *run, const PgaAction *action);

/* (nullable): the partitioned table that gets one: by ATTACH, by CREATE TABLE … PARTITION OF. */
PgaStateRelation *pga_lint_gets_partition(const PgaLintRun *run, const PgaAction *action);

/* (nullable) */
PgaStateRelation *pga_default_partition(const PgaStateRelation *relation);

G_END_DECLS

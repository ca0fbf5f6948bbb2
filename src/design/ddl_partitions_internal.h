/* The SQL that makes partitions and drops them. */
#pragma once
#include <model/architecture.h>

G_BEGIN_DECLS

extern const char pga_partition_functions_sql[]; /* made of sql/partition_functions.sql */
extern const char pga_partition_cron_sql[];      /* made of sql/partition_cron.sql */

/* "month": what date_trunc() takes for the interval. */
const char *pga_partition_step_unit(const PgaDesignPartitioning *partitioning);
/* "timestamptz", "timestamp", "date", "uuid": what partition_bound() makes a literal for. */
const char *pga_partition_kind(const PgaDesignPartitioning *partitioning);
/* (transfer full): what partitions' names begin with, not longer than leaves room for the rest. */
char *pga_partition_prefix(const char *name);
/* (transfer full): the name of the partition of a LIST's value. */
char *pga_partition_value_name(const PgaDesignPartitioning *partitioning, guint number);
/* What to_char() makes of a partition's beginning: "_YYYY_MM". */
const char *pga_partition_suffix(const PgaDesignPartitioning *partitioning);
/* Appends the partitions of a LIST or HASH; @parent: as SQL names it. */
void pga_partition_append_static(GString *sql, const PgaDesignPartitioning *partitioning,
                                 const char *parent);
/* Appends the function that returns @rows, of VALUES. */
void pga_partition_append_rows(GString *sql, const char *function, const char *columns,
                               const char *rows);
/* ddl_partitions_partman.c */
void pga_partition_append_partman(GString *sql, const PgaArchitecture *architecture);
/* ddl_partitions_cron.c: (transfer full): rows of partition_dependents(). */
char *pga_partition_dependents(const PgaArchitecture *architecture);

G_END_DECLS

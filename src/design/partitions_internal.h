/* The decision whether, by what and how a table is partitioned. */
#pragma once
#include <model/architecture.h>

/* Above this, or above the server's memory, size alone is an argument. */
#define PGA_PARTITION_STRONG_BYTES 100e9

G_BEGIN_DECLS

/** How the statements use a column; statements a second. */
typedef struct {
    double equal, range;           /* those that every row has to fulfil, with a value */
    double open_equal, open_range; /* look-ups that compare it with no value; nor with a bound */
    const char *set_by;            /* (nullable): a statement that updates it */
} PgaColumnUsage;

/** What the statements ask of a table. */
typedef struct {
    PgaDesignTable *table;
    PgaColumnUsage *columns; /* as table->columns */
    double reads;            /* SELECT, UPDATE, DELETE a second */
    double lookups;          /* those with a column that equals a value */
    double rows_in;          /* rows inserted a second */
    double bulk;             /* most rows of one INSERT */
    const char *bulk_name;   /* its name */
    GPtrArray *conflicts;    /* of PgaConflictTarget * */
} PgaTableUsage;

/** ON CONFLICT (a, b). */
typedef struct {
    const char *query;
    GPtrArray *columns; /* of char *; empty: no target named */
} PgaConflictTarget;

/** What judging a table needs. */
typedef struct {
    PgaArchitecture *architecture;
    const PgaTableUsage *usage;
    PgaDesignTable *table;
    double bytes, row_bytes, rows_per_day;
} PgaPartitionCase;

/* partitions_usage.c: (transfer full): of PgaTableUsage *, as architecture->tables. */
GPtrArray *pga_partition_usages(const PgaArchitecture *architecture);
/* Statements a second that constrain @column so that partitions are pruned. */
double pga_usage_share(const PgaTableUsage *usage, const char *column, gboolean by_equality);

/* The part of the statements that look rows up and leave @column open: each searches all
 * partitions. */
double pga_usage_open(const PgaTableUsage *usage, const char *column, gboolean by_equality);

/* partitions_interval.c: fills interval, interval_name, n_partitions, premake, rows_per_partition
 * of a RANGE; a reason blocks where partitions would be too small or too many. */
void pga_partition_interval(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning);
/* Days of an interval by its name ("1 month"); 0. */
double pga_partition_interval_days(const char *interval);
/* (transfer full): "24 months", "90 days" */
char *pga_partition_days_text(double days);

/* partitions_keys.c: the candidates of a table, judged: of PgaDesignPartitioning * (not in the
 * architecture's list). */
GPtrArray *pga_partition_candidates(const PgaPartitionCase *of);
/* Whether the column's values are UUIDs that begin with a time. */
gboolean pga_partition_is_uuid7(const PgaDesignColumn *column);
gboolean pga_partition_is_time(const PgaDesignColumn *column);

/* partitions_benefits.c: P-01 … P-07, as reasons. */
void pga_partition_judge(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning);
/* Whether the file does not say how long rows of @table are kept. */
gboolean pga_partition_is_retention_assumed(const PgaRequirements *requirements,
                                            const PgaDesignTable *table);

/* ddl_retention.c: notes of the tables whose rows no partition takes along when their stated
 * retention is over. */
void pga_partition_note_retention(PgaArchitecture *architecture);

/* partitions_constraints.c: K-01 … K-11, as reasons; those that block have `blocks`. */
void pga_partition_constrain(const PgaPartitionCase *of, PgaDesignPartitioning *partitioning);
/* Whether a time of this name is not that of the row's making: it changes. */
gboolean pga_partition_is_changing(const char *name);
/* Whether rows of @table must leave when what they refer to leaves. */
gboolean pga_partition_is_owned(const PgaDesignTable *table, const PgaDesignReference *reference);
/* Days that rows of the column's table are kept, counted by this column; -1: for ever. Of rows that
 * go with what they refer to, those of that. */
double pga_partition_retention(const PgaArchitecture *architecture, const PgaDesignTable *table,
                               const char *column, const PgaDesignTable **from);

/* partitions_apply.c: keys of the table and references to it follow. TRUE when another table got a
 * column. */
gboolean pga_partition_apply(PgaArchitecture *architecture, PgaDesignTable *table,
                             PgaDesignPartitioning *partitioning);

/* A reason with its text. */
PgaPartitionReason *pga_partition_reason(PgaDesignPartitioning *partitioning, const char *id,
                                         gint64 weight, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
gboolean pga_partition_has_column(const GPtrArray *columns, const char *name);

G_END_DECLS

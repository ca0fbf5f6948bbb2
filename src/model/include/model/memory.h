/* Whether the memory settings fit into RAM: M_shared + M_work + M_maintenance + M_fixed + M_os <=
 * RAM. Whole kB, rounded down. What each term holds is in memory.c; tests compare with vectors
 * computed independently. */
#pragma once
#include <glib.h>
#include <model/environment.h>

G_BEGIN_DECLS

typedef struct {
    guint major; /* PostgreSQL's */
    PgaWorkloadClass workload;
    gint64 ram_kb;
    gint64 shared_memory_kb; /* shared_memory_size, which 15 and later compute themselves; -1: by
                                the formula */
    gint64 shared_buffers_kb, wal_buffers_kb;
    gint64 max_locks_per_transaction, max_prepared_transactions;
    gint64 max_connections;
    gint64 pool_size; /* of a pooler in front; 0: none, or unknown */
    gint64 max_parallel_workers;
    gint64 hash_mem_multiplier_x100;
    gint64 work_mem_kb, maintenance_work_mem_kb;
    gint64 autovacuum_work_mem_kb; /* -1: maintenance_work_mem */
    gint64 autovacuum_max_workers;
    gint64 logical_walsenders, logical_decoding_work_mem_kb;
    gint64 temp_sessions, temp_buffers_kb;
    gboolean huge_pages;
    /* Shared memory of processes that are no connections, and what each process takes beyond the
     * defaults; all 0: not counted, as in a server near its defaults. */
    gint64 max_worker_processes;
    gint64 other_processes;           /* autovacuum, WAL senders, the server's own */
    gint64 track_activity_query_size; /* bytes */
    gint64 io_max_concurrency;        /* 18: I/O handles of each process */
    gint64 io_max_combine_blocks;     /* 18: io_max_combine_limit in blocks of 8 kB */
} PgaMemorySettings;

/** The terms, in kB. */
typedef struct {
    gint64 shared;      /* shared_buffers and what else is in shared memory */
    gint64 work;        /* work_mem in every session and parallel worker */
    gint64 maintenance; /* autovacuum and one maintenance command */
    gint64 fixed;       /* each connection's own memory and page tables */
    gint64 os;          /* what the operating system keeps */
    gint64 total;
} PgaMemorySum;

/* @active_percent: of the sessions that are allowed, how many work at once; 100 is the worst case.
 */
void pga_memory_sum(const PgaMemorySettings *settings, guint active_percent, PgaMemorySum *sum);

/* The part of shared memory that other processes, statement texts and I/O handles take; 0 where
 * they are not counted. */
gint64 pga_memory_processes_kb(const PgaMemorySettings *settings);

/* Whether the worst case fits. */
gboolean pga_memory_fits(const PgaMemorySettings *settings);

/* Sorts and hash tables that one plan of such a workload has open at once. */
gint64 pga_memory_nodes(PgaWorkloadClass workload);

/* The largest work_mem, a multiple of 64 kB, with which the worst case fits; 0 when none does. */
gint64 pga_memory_max_work_mem_kb(const PgaMemorySettings *settings);

/* The largest max_connections, at most the present one, with which the worst case fits; 0 when none
 * does. */
gint64 pga_memory_max_connections(const PgaMemorySettings *settings);

G_END_DECLS

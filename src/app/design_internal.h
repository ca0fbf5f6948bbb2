/* The parts of `design` that need a server. */
#pragma once
#include <app/design.h>
#include <lab/clone.h>
#include <lab/lab.h>
#include <lab/rollout.h>

typedef struct PgaDesignPlanner PgaDesignPlanner;   /* design_plan_internal.h */
typedef struct PgaDesignRollouts PgaDesignRollouts; /* below */

/** Caller's storage, zeroed but for the first two. */
typedef struct {
    const PgaDesignRequest *request;
    PgaArchitecture *architecture;
    /*< private >*/
    PgaDesignPlanner *planner;   /* (nullable): between the plan and that of ten times the data */
    PgaLab *lab;                 /* (nullable): that planned, for whoever plans next */
    PgaDesignRollouts *rollouts; /* (nullable): begun, not taken yet */
} PgaDesignRun;

/* design_plan.c: waits for what was begun. */
void pga_design_run_clear(PgaDesignRun *run);

/** SQL files on one server. */
typedef struct {
    char *bindir;
    char *version; /* "17.10" */
    guint major;
    PgaRollout rollout;
    GError *error; /* (nullable): why the server could not be used */
} PgaDesignExecution;

/**
 * pga_design_execute_files:
 * @files: of PgaDesignFile *: of which schema.sql, partitions.sql, roles.sql and indexes.sql, as
 * far as they are there, are executed
 *
 * design_rollout.c. On every server there is from @major on, one of each major, oldest first; where
 * there is none, on the newest.
 *
 * Returns: (nullable) (transfer full): of PgaDesignExecution *; NULL with PGA_ERROR_INPUT (bindir,
 * a file that is no SQL), PGA_ERROR_LAB (no server could be used), PGA_ERROR_INTERRUPTED
 */
GPtrArray *pga_design_execute_files(const PgaSourceRequest *from, const GPtrArray *files,
                                    guint major, GError **error);
void pga_design_execution_free(PgaDesignExecution *execution);

/* The same in two halves, the servers at work between them. @from is borrowed until the second.
 * NULL with PGA_ERROR_INPUT, PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
PgaDesignRollouts *pga_design_rollouts_begin(const PgaSourceRequest *from, const GPtrArray *files,
                                             guint major, GError **error);
/* Whether @files are, byte for byte, what is executed. */
gboolean pga_design_rollouts_are_of(const PgaDesignRollouts *rollouts, const GPtrArray *files);
/* Takes @rollouts. */
GPtrArray *pga_design_rollouts_end(PgaDesignRollouts *rollouts, GError **error);
/* Waits for the servers. */
void pga_design_rollouts_free(PgaDesignRollouts *rollouts);

/* (transfer full): what came of it, for a proof. */
char *pga_design_execution_outcome(const PgaDesignExecution *execution, guint major,
                                   gboolean *done);

/* (transfer full): "schema.sql, roles.sql": those of @files that are executed. */
char *pga_design_sql_files(const GPtrArray *files);

/* design_execute.c: the SQL files on every server there is from the target's major on (the target's
 * first): architecture->proofs. FALSE only when no server could be used at all. */
gboolean pga_design_execute(PgaDesignRun *run, GError **error);
/* Begins with the files as they are now; what comes to others by the time of pga_design_execute()
 * is executed then. */
gboolean pga_design_execute_begin(PgaDesignRun *run, GError **error);

/* design_plan.c: the tables on a clone with synthetic statistics; the index advisor on the queries;
 * costs, plans, latencies. */
gboolean pga_design_plan(PgaDesignRun *run, GError **error);
/* The same at ten times the data, where pga_design_plan() planned anything. */
gboolean pga_design_plan_tenfold(PgaDesignRun *run, GError **error);

/* design_prune.c: pruning of partitioned tables shown: planned, generic, executed on synthetic
 * rows. Costs without the partitions. */
gboolean pga_design_prune(PgaDesignRun *run, GError **error);

/* design_tune.c: architecture->tune, with its proof, which a server of its own gives meanwhile.
 * (nullable): NULL: the machine is not known. */
typedef struct PgaDesignTuning PgaDesignTuning;
PgaDesignTuning *pga_design_tune_begin(PgaDesignRun *run);
/* Any PgaError. */
gboolean pga_design_tune_end(PgaDesignRun *run, PgaDesignTuning *tuning, GError **error);
/* Waits for the server where nobody did. */
void pga_design_tuning_free(PgaDesignTuning *tuning);

/* design_files.c: configuration files by the programs they are for: architecture->proofs. */
gboolean pga_design_check_files(PgaDesignRun *run, GError **error);

/* design_tune.c: @entries (of PgaNotChecked *) of no rule are the architecture's, too; how many
 * were of rules. */
guint pga_design_take_not_checked(PgaArchitecture *architecture, const GPtrArray *entries);

/* design_tune.c: the file of settings: postgresql.conf, or the provider's. */
void pga_design_put_settings(PgaArchitecture *architecture);

/* design_source.c: whether @source is a requirements file, not a database. */
gboolean pga_design_is_requirements(const char *source);

/* A database as a plan of changes: findings, indexes, settings; migrations/ as files, in the order
 * of their importance, each without objection of lint. Any PgaError. */
gboolean pga_design_from_source(PgaDesignRun *run, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDesignTuning, pga_design_tuning_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDesignRollouts, pga_design_rollouts_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaDesignRun, pga_design_run_clear)

/* A server's configuration: what is known of the machine and the workload, and the settings that
 * follow from it, each with its reason. Plain data, no I/O. Memory is PostgreSQL's (1 MB = 1024²
 * bytes). Numbers are below 0 where unknown; three-valued flags are 1, 0, or -1 unknown. */
#pragma once
#include <glib.h>
#include <model/finding.h>
#include <model/memory.h>

G_BEGIN_DECLS

/* The majors that the formulas hold for. */
#define PGA_TUNING_MIN_MAJOR 14
#define PGA_TUNING_MAX_MAJOR 18

typedef enum { PGA_STORAGE_HDD, PGA_STORAGE_SSD, PGA_STORAGE_NVME, PGA_STORAGE_NETWORK } PgaStorage;

typedef enum {
    PGA_DEPLOYMENT_SELF_HOSTED,
    PGA_DEPLOYMENT_AWS_RDS,
    PGA_DEPLOYMENT_AURORA,
    PGA_DEPLOYMENT_GCP_CLOUDSQL,
    PGA_DEPLOYMENT_AZURE_POSTGRES,
} PgaDeployment;

/** Where a fact comes from, weakest first. */
typedef enum {
    PGA_ORIGIN_DEFAULT,  /* assumed */
    PGA_ORIGIN_DETECTED, /* read from this machine */
    PGA_ORIGIN_MEASURED, /* read from the source */
    PGA_ORIGIN_STATED,   /* by the user */
} PgaOrigin;

/** One thing that is known of the machine. */
typedef struct {
    gint64 value; /* bytes, a count, or the enum; -1 unknown */
    PgaOrigin origin;
    char *method; /* (nullable): "--ram", "the control group's memory.max", "pg_settings" */
} PgaFact;

/** A table that the global autovacuum settings do not suit. */
typedef struct {
    char *name;           /* as SQL needs it: "public.orders" */
    double rows;          /* below 0 unknown */
    double dead_per_hour; /* rows updated or deleted; below 0 unknown */
    double inserts_per_hour;
    char *reloptions;     /* (nullable): "fillfactor=70, …" */
    gboolean partitioned; /* storage parameters go to its leaves */
} PgaTuningTable;

/** What a source shows while it works. All rates are averages since the counters were reset, or
 * between two looks. */
typedef struct {
    gboolean present; /* FALSE: there is no source, all below is unknown */
    char *name;       /* (nullable): the source's, as a report names it */
    double seconds;   /* that the rates cover */
    double wal_bytes_per_s;
    double wal_buffers_full_per_hour;
    double checkpoints_timed_per_hour, checkpoints_requested_per_hour;
    double temp_bytes_per_hour, temp_files_per_hour; /* of all databases */
    double dead_per_s, inserts_per_s;                /* rows */
    double transactions_per_s;
    double hit_share;           /* blks_hit / (blks_hit + blks_read), 0 to 1 */
    double backend_write_share; /* of all buffers written, by backends themselves; 0 to 1 */
    gint64 connection_peak;     /* client backends seen at once */
    gint64 active_peak;         /* of them, active */
    gint64 n_databases;
    gint64 standbys, slots, logical_slots;
    gint64 partitions;            /* of the table with most of them */
    gint64 relations;             /* tables of the database */
    gint64 archiving;             /* three-valued: archive_mode is on */
    gint64 checksums;             /* three-valued: data_checksums */
    gint64 lz4;                   /* three-valued: enumvals of wal_compression, or of
                                     default_toast_compression (14), have it */
    gint64 zstd;                  /* three-valued: enumvals of wal_compression have it */
    gint64 io_uring;              /* three-valued: enumvals of io_method have it, and the kernel
                                     allows it */
    gint64 prepared_transactions; /* max_prepared_transactions */
    double clock_ns;              /* one reading of the clock, as pg_test_timing measures it */
    char *application_role;       /* (nullable): of most client sessions, no superuser */
    GPtrArray *tables;            /* of PgaTuningTable *, largest first */
    const PgaCatalog *settings;   /* (nullable): current settings; borrowed */
} PgaTuningEvidence;

typedef struct {
    guint major;        /* whose formulas hold, 14 to 18 */
    guint stated_major; /* as the user or the source has it, 10 …: before 14 settings that it lacks
                           are left out, after 18 it is said */
    PgaFact ram, cores, storage, workload, connections, database_bytes, deployment, pool_size,
        wal_disk_bytes; /* storage: PgaStorage; workload: PgaWorkloadClass; deployment:
                           PgaDeployment; connections -1: by the formula; pool_size 0: no pooler */
    gboolean dedicated; /* FALSE: the host runs other things too */
    /* What the operator wants, three-valued; -1: as the source has it, else no. */
    gint64 archiving, logical_replication, incremental_backup, standby;
    double recovery_seconds;     /* longest crash recovery that is acceptable; -1 not stated */
    double shared_buffers_share; /* of RAM, 0 to 1, instead of a quarter; -1 not stated */
    PgaTuningEvidence evidence;
} PgaTuningInput;

/** What makes a new value take effect. */
typedef enum { PGA_APPLY_SESSION, PGA_APPLY_RELOAD, PGA_APPLY_RESTART } PgaApply;

/** Whether a managed service lets it be set. */
typedef enum {
    PGA_MANAGED_CHECK, /* not confirmed: "check whether …" */
    PGA_MANAGED_SETTABLE,
    PGA_MANAGED_FIXED, /* the provider sets it */
} PgaManaged;

typedef struct {
    const char *name;       /* static, as in pg_settings */
    const char *group;      /* "memory", "wal", …; static */
    char *value;            /* "16GB", "on", "pg_stat_statements" */
    char *conf;             /* what stands after " = " in postgresql.conf, quoted where needed */
    char *alter;            /* what stands after " = " in ALTER SYSTEM SET */
    double number;          /* in @unit, as pg_settings.setting shows it; NAN for words */
    const char *unit;       /* (nullable): pg_settings.unit: "8kB"; static */
    const char *vartype;    /* bool, integer, real, string, enum; static */
    char *current;          /* (nullable): of the source, written as value is */
    char *formula;          /* with the numbers put in: "25 % of 64GB, whole 8MB = 16GB" */
    const char *why;        /* one sentence; static */
    char *bounds;           /* "128kB to 8TB; ours 128MB to 25.6GB" */
    PgaApply apply;         /* in this major */
    const char *docs_title; /* "shared_buffers"; static */
    char *docs_url;         /* of this major */
    const char *difference; /* (nullable): from pgtune, pgconfig, timescaledb-tune, and why; static
                             */
    char *default_value;    /* a fresh server's, written as value is */
    gboolean is_default;    /* value is what a fresh server of this major has: not printed */
    gboolean is_kept;       /* value is current: nothing to change */
    gboolean is_hidden; /* the source's role may not see it: perhaps set already, so not written */
    PgaManaged managed; /* of the deployment; SETTABLE when self-hosted */
    const char
        *managed_level;  /* (nullable): "instance" or "cluster": which of two groups; static */
    char *managed_value; /* (nullable): a bare number in pg_settings' unit, or a word */
    char *managed_note;  /* (nullable): what the provider says */
} PgaTunedSetting;

/** A setting for one role, database or table, where a global one would be wrong. */
typedef struct {
    char *object; /* "role reporting", "table public.orders" */
    char *sql, *undo;
    char *why; /* with the numbers */
    PgaSafety safety;
    const char *lock;       /* (nullable): "SHARE UPDATE EXCLUSIVE"; static */
    const char *docs_title; /* static */
    char *docs_url;
} PgaTuningProposal;

/** A line of another program's configuration. */
typedef struct {
    char *name, *value;
    char *why;      /* (nullable) */
    char *docs_url; /* (nullable) */
} PgaTuningLine;

typedef struct {
    gboolean recommended; /* FALSE: the settings hold without one */
    char *reason;
    gint64 pool_size, reserve_pool_size, max_client_conn, max_db_connections;
    GPtrArray *ini;    /* of PgaTuningLine *, the [pgbouncer] section in order */
    GPtrArray *breaks; /* of PgaTuningLine *: name = what breaks in transaction mode, value = what
                          to do instead */
    char *pgpool;      /* one paragraph */
} PgaTuningPooler;

/** Outside the server: the kernel and the service. */
typedef struct {
    GPtrArray *sysctl; /* of PgaTuningLine *: "vm.nr_hugepages" … */
    GPtrArray *limits; /* of PgaTuningLine *: "LimitNOFILE" …, of the service */
    gint64 huge_pages; /* of 2 MB that shared memory takes; -1 unknown */
} PgaTuningKernel;

/** One server that was started with the settings. */
typedef struct {
    char *version;            /* "17.10" */
    gboolean started, as_set; /* as_set: every value was read back as it was written */
    char *scaling;            /* (nullable): "memory settings divided by 16 for this machine" */
    char *outcome;            /* one sentence */
    guint n_settings;         /* read back */
    GPtrArray *mismatches;    /* of char * */
    gint64 shared_memory_kb;  /* shared_memory_size; -1 before 15 */
    gint64 inequality_kb;     /* M_shared of the same, scaled settings */
    gint64 huge_pages;        /* shared_memory_size_in_huge_pages; -1 */
} PgaTuningProof;

typedef struct {
    PgaTuningInput *input;    /* owned: with defaults filled in */
    GPtrArray *settings;      /* of PgaTunedSetting *, in fixed order */
    PgaMemorySettings memory; /* that the sums are of */
    PgaMemorySum worst, expected;
    guint active_percent; /* that expected is of */
    double margin;        /* (ram - worst.total) / ram; below 0: it does not fit */
    gboolean safe;        /* worst.total <= ram */
    GPtrArray *findings;  /* of PgaFinding * */
    GPtrArray *proposals; /* of PgaTuningProposal * */
    PgaTuningPooler pooler;
    PgaTuningKernel kernel;
    GPtrArray *proof;         /* of PgaTuningProof *; empty: nothing was started */
    GPtrArray *notes;         /* of char *: sentences about the run */
    GPtrArray *not_checked;   /* of PgaNotChecked * */
    char *improvement;        /* (nullable): NULL: none is known */
    char *improvement_method; /* how it was found, or why none is known */
} PgaTuning;

/* Everything unknown; major and stated_major 0, dedicated. */
PgaTuningInput *pga_tuning_input_new(void);
void pga_tuning_input_free(PgaTuningInput *input);

/* Replaces the fact when @origin is at least as strong as what it has; @method is copied. */
void pga_fact_set(PgaFact *fact, gint64 value, PgaOrigin origin, const char *method);

PgaTuningTable *pga_tuning_add_table(PgaTuningEvidence *evidence, const char *name);

PgaTuning *pga_tuning_new(void);
void pga_tuning_free(PgaTuning *tuning);

/* NULL when this major has no such setting. */
PgaTunedSetting *pga_tuning_setting(const PgaTuning *tuning, const char *name);

PgaTunedSetting *pga_tuned_setting_new(const char *name);
void pga_tuned_setting_free(PgaTunedSetting *setting);
PgaTuningProposal *pga_tuning_add_proposal(PgaTuning *tuning);
PgaTuningProof *pga_tuning_add_proof(PgaTuning *tuning);

/* A line with copies of its texts, at the end of @lines. */
PgaTuningLine *pga_tuning_add_line(GPtrArray *lines, const char *name, const char *value,
                                   const char *why);

/* "hdd", "ssd", "nvme", "network"; "self-hosted", "aws-rds", …; "default", "detected", "measured",
 * "stated"; "session", "reload", "restart". Static. */
const char *pga_storage_name(PgaStorage storage);
const char *pga_deployment_name(PgaDeployment deployment);
const char *pga_origin_name(PgaOrigin origin);
const char *pga_apply_name(PgaApply apply);

/* PGA_ERROR_INPUT naming the allowed values. */
gboolean pga_storage_parse(const char *text, PgaStorage *out, GError **error);
gboolean pga_deployment_parse(const char *text, PgaDeployment *out, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaTuningInput, pga_tuning_input_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaTuning, pga_tuning_free)

G_END_DECLS

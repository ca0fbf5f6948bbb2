/* What surrounds the database: server, host, role, and how sure we are of each. Plain data. */
#pragma once
#include <glib.h>
#include <model/record.h>

G_BEGIN_DECLS

typedef enum { PGA_SOURCE_LIVE, PGA_SOURCE_DDL, PGA_SOURCE_SNAPSHOT } PgaSourceKind;

typedef enum {
    PGA_WORKLOAD_UNKNOWN,
    PGA_WORKLOAD_OLTP,
    PGA_WORKLOAD_OLAP,
    PGA_WORKLOAD_HTAP,
    PGA_WORKLOAD_TIME_SERIES,
} PgaWorkloadClass;

typedef struct {
    PgaSourceKind source_kind;
    char *source_name; /* database name, or the file's base name; never a password */
    guint version_num; /* server_version_num: 150018; of a DDL file the lab's */
    char *version;     /* "15.18" */
    gboolean is_standby;
    gboolean is_pooled; /* PgBouncer or the like in between */
    gboolean is_superuser;
    gboolean is_monitor; /* member of pg_monitor or pg_read_all_stats */
    char *role;
    GPtrArray *available_extensions; /* (nullable): of char *, sorted: that the server has files of;
                                        NULL: unknown */
    char *provider;                  /* (nullable): aws-rds, aurora, gcp-cloudsql, azure-postgres */
    gint64 ram_bytes;                /* -1 unknown */
    char *ram_method;                /* (nullable): where ram_bytes comes from */
    gboolean ram_shared;   /* it was read from a host that may run more than this server */
    gint64 database_bytes; /* -1 unknown */
    double stats_age;      /* seconds since the counters were reset; below 0 unknown */
    double uptime;         /* seconds since the server started; below 0 unknown */
    gint64 now;            /* the server's clock at the collection, Unix time; 0 unknown */
    gboolean dates_moved;  /* dates of values and definitions are not of the time of now */
    gint64 temp_bytes;     /* pg_stat_database of this database since reset; -1 unknown */
    double temp_age;       /* seconds that temp_bytes covers; below 0 unknown */
    gint64 xact_commit, blks_read, blks_hit, tup_returned, tup_fetched; /* -1 unknown */
    PgaWorkloadClass workload;
    char *workload_method; /* "stated" or the evidence it was detected by */
} PgaEnvironment;

extern const PgaRecordType pga_environment_type;

PgaEnvironment *pga_environment_new(void);
void pga_environment_free(PgaEnvironment *environment);

/* "live", "ddl", "snapshot": as JSON has it. Static. */
const char *pga_source_kind_name(PgaSourceKind kind);

/* "oltp", "olap", "htap", "time-series", "unknown". Static. */
const char *pga_workload_class_name(PgaWorkloadClass workload);

/* PGA_ERROR_INPUT naming the allowed values. */
gboolean pga_workload_class_parse(const char *text, PgaWorkloadClass *out, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaEnvironment, pga_environment_free)

G_END_DECLS

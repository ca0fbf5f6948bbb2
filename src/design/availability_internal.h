/* The parts of availability: what the targets are, the topologies that reach them, and the figures
 * both are judged by. Times in seconds unless the name says ms or minutes. */
#pragma once
#include <model/architecture.h>

G_BEGIN_DECLS

/* Planning figures, of those who choose a topology and those who refuse targets: a round trip to
 * another zone, and to another region for replicas nobody said it of; a restore's bytes a second.
 */
#define PGA_ZONE_RTT_MS  1.2
#define PGA_FAR_RTT_MS   80
#define PGA_RESTORE_RATE 200e6

/** Patroni's timings. */
typedef struct {
    const char *id; /* "default", "stated"; static */
    double ttl, loop_wait, retry_timeout;
} PgaPatroniTiming;

/** How HAProxy looks at Patroni. */
typedef struct {
    const char *id; /* static */
    double inter, fastinter;
    guint fall, rise;
    guint retries, connect_s;
    const char *server; /* the words of a server line; static */
} PgaProxyTiming;

typedef enum { PGA_MANAGER_NONE, PGA_MANAGER_MANUAL, PGA_MANAGER_PATRONI } PgaFailoverManager;

typedef struct {
    const char *id;
    guint data_nodes, witnesses, dr_nodes; /* dr_nodes: of the second region */
    guint regions;
    PgaFailoverManager manager;
    gboolean sync;
    guint sync_count;
    double sla_max;   /* percent */
    const char *page; /* of the manual of PostgreSQL, or a whole address */
} PgaTopology;

/** What was asked for and what the requirements say of the load. */
typedef struct {
    double sla, rpo_s, rto_s; /* -1: not stated */
    gint64 nodes;             /* -1: not stated */
    guint regions;            /* 1 and more */
    gboolean over_regions;    /* no loss, or a failover by itself, even when a region is lost */
    gboolean backup_only;     /* no standby is wanted */
    const char *file;         /* (nullable): where it was stated */
    guint line;
    double region_rtt_ms;
    PgaReplication replication;
    PgaFailover failover;
    double writes_per_s;    /* transactions */
    double wal_bytes_per_s; /* by planning figures */
    double flush_ms;
    double bytes;
} PgaTargets;

PgaTargets pga_availability_targets(const PgaRequirements *requirements);

/* The cheapest that reaches all targets; NULL with PGA_ERROR_INPUT: both sides. */
const PgaTopology *pga_availability_choose(const PgaTargets *targets, GError **error);

/* By what was stated (@requirements' own), else by the targets. PGA_ERROR_INPUT for timings that
 * Patroni does not take. */
gboolean pga_patroni_timing(const PgaRequirements *requirements, const PgaTargets *targets,
                            PgaPatroniTiming *out, GError **error);
const PgaProxyTiming *pga_proxy_timing(const PgaTargets *targets);

/** Seconds without writes after the leader's host is lost. */
typedef struct {
    double low, high, mean;
} PgaFailoverTime;

PgaFailoverTime pga_failover_time(const PgaPatroniTiming *timing, const PgaProxyTiming *proxy);

/* Minutes of a year of 365 days that an SLA in percent leaves. */
double pga_downtime_budget_min(double sla);

/** What a year is expected to cost: the terms of the sum, in minutes. */
typedef struct {
    double host, process, switchover, major, zone, region, human, total;
} PgaDowntimeSpend;

/* @major_s: of an upgrade to a new major; @region_s: 0 with one region; @restore_s: of a restore to
 * a point in time. */
PgaDowntimeSpend pga_downtime_spend(double failover_s, double major_s, double region_s,
                                    double restore_s);

/* Of one flush of WAL, ms, by the deployment's storage (PgaStorage; below 0: not known). */
double pga_flush_ms(gint64 storage);

/* Commit of a session, ms: without a standby to wait for, and with one @rtt_ms away. */
double pga_commit_async_ms(double flush_ms);
double pga_commit_sync_ms(double flush_ms, double rtt_ms, double standby_flush_ms);
/* Sessions that @per_second commits keep busy (Little). */
double pga_commit_sessions(double per_second, double commit_ms);

/* Bytes of WAL that an asynchronous failover may lose in the worst case. */
double pga_async_worst_bytes(double wal_bytes_per_s, double maximum_lag_bytes, double ttl);
/* Patroni's maximum_lag_on_failover for an RPO: 1 MiB at least. */
double pga_maximum_lag_bytes(double rpo_s, double wal_bytes_per_s, double ttl);

/* Members that a majority of @members takes, and how many may be lost. */
guint pga_quorum_majority(guint members);
guint pga_quorum_tolerated(guint members);

/* (transfer full): "4 h 23 min", "35.5 s". */
char *pga_availability_duration(double seconds);

/* A provider's own answer. PGA_ERROR_INPUT where none of its variants reaches the targets. */
gboolean pga_availability_managed(PgaArchitecture *architecture, const PgaTargets *targets,
                                  GError **error);

/* What to switch on for the variant that was chosen; "" where none was. */
const char *pga_availability_switch_on(const PgaArchitecture *architecture);

G_GNUC_PRINTF(2, 3)
void pga_availability_note(PgaArchitecture *architecture, const char *format, ...);
/* @page: "warm-standby.html" of the manual of the architecture's major, or "https://…". */
void pga_availability_cite(PgaArchitecture *architecture, const char *page);
/* (transfer full): "99.95 % leaves …": budget and what a year is expected to cost; *fits (out)
 * (optional). */
char *pga_availability_budget(const PgaTargets *targets, double failover_s, double region_s,
                              gboolean *fits);

G_END_DECLS

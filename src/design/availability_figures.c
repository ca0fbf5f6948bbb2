/* The figures of availability: planning formulas, each with the numbers they were found by. The
 * ranges of failover were held against 18 trials that killed the leader's host: between ttl -
 * loop_wait + 0.9 and ttl + 5.1 seconds. */
#include <math.h>

#include "availability_internal.h"

#define MINUTES_PER_YEAR (365.0 * 24 * 60)
#define MIB              (1024.0 * 1024)

/* Terms of a failover by Patroni, seconds: least and most. */
#define DCS_EXPIRY   1.0 /* etcd revokes expired leases in batches */
#define RACE_LEAST   0.1 /* a dead peer that answers with a reset */
#define RACE_MOST    2.0 /* one that does not answer: REST timeout */
#define PROMOTE_LOW  0.2
#define PROMOTE_HIGH 2.0
#define ROUTE_LEAST  0.2

/* Events of a year: planning assumptions, not measurements. */
#define HOST_LOSSES     0.5
#define PROCESS_CRASHES 1.0
#define PROCESS_CRASH_S 10.0
#define SWITCHOVERS     6.0
#define SWITCHOVER_S    5.0
#define MAJOR_UPGRADES  0.5
#define ZONE_LOSSES     0.1
#define REGION_LOSSES   0.02
#define HUMAN_ERRORS    0.1

double
pga_downtime_budget_min(double sla)
{
    return MINUTES_PER_YEAR * (1 - sla / 100);
}

PgaDowntimeSpend
pga_downtime_spend(double failover_s, double major_s, double region_s, double restore_s)
{
    PgaDowntimeSpend spend = {
        .host = HOST_LOSSES * failover_s / 60,
        .process = PROCESS_CRASHES * PROCESS_CRASH_S / 60,
        .switchover = SWITCHOVERS * SWITCHOVER_S / 60,
        .major = MAJOR_UPGRADES * major_s / 60,
        .zone = ZONE_LOSSES * failover_s / 60,
        .region = REGION_LOSSES * region_s / 60,
        .human = HUMAN_ERRORS * restore_s / 60,
    };

    spend.total = spend.host + spend.process + spend.switchover + spend.major + spend.zone +
                  spend.region + spend.human;
    return spend;
}

double
pga_flush_ms(gint64 storage)
{
    return storage == PGA_STORAGE_NVME ? 0.1 : storage == PGA_STORAGE_HDD ? 8 : 1;
}

double
pga_commit_async_ms(double flush_ms)
{
    return flush_ms;
}

/* The WAL that is sent is flushed here first: the two flushes add up. */
double
pga_commit_sync_ms(double flush_ms, double rtt_ms, double standby_flush_ms)
{
    return flush_ms + rtt_ms + standby_flush_ms;
}

double
pga_commit_sessions(double per_second, double commit_ms)
{
    return per_second * commit_ms / 1000;
}

double
pga_async_worst_bytes(double wal_bytes_per_s, double maximum_lag_bytes, double ttl)
{
    return maximum_lag_bytes + wal_bytes_per_s * ttl;
}

double
pga_maximum_lag_bytes(double rpo_s, double wal_bytes_per_s, double ttl)
{
    return fmax(MIB, (rpo_s - ttl) * wal_bytes_per_s);
}

guint
pga_quorum_majority(guint members)
{
    return members / 2 + 1;
}

guint
pga_quorum_tolerated(guint members)
{
    return members > 0 ? (members - 1) / 2 : 0;
}

PgaFailoverTime
pga_failover_time(const PgaPatroniTiming *timing, const PgaProxyTiming *proxy)
{
    const double up = proxy->inter * proxy->rise;
    const double low = timing->ttl - timing->loop_wait + RACE_LEAST + PROMOTE_LOW + ROUTE_LEAST;
    const double high = timing->ttl + DCS_EXPIRY + RACE_MOST + PROMOTE_HIGH + up;

    return (PgaFailoverTime){
        low, high, timing->ttl - timing->loop_wait / 2 + RACE_MOST / 2 + PROMOTE_LOW + up};
}

char *
pga_availability_duration(double seconds)
{
    const gint64 minutes = (gint64)(seconds / 60 + 0.5);

    if (seconds < 60)
        return g_strdup_printf("%.3g s", seconds);
    if (seconds < 3600)
        return g_strdup_printf("%.3g min", seconds / 60);
    if (minutes % 60 == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT " h", minutes / 60);
    return g_strdup_printf("%" G_GINT64_FORMAT " h %" G_GINT64_FORMAT " min", minutes / 60,
                           minutes % 60);
}

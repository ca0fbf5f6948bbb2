/* High availability, only where a target was stated: the topology that reaches it, what a failover
 * takes and may lose, and how these figures come about. */
#include "availability_internal.h"
#include "design/design.h"

#include <base/error.h>
#include <math.h>
#include <string.h>

#define MIB 1048576.0
/* A round trip to another zone of one region, planned; ms. */
/* Upgrades to a new major version, seconds: in place; by a logical replica that takes over. */
#define MAJOR_IN_PLACE_S 600
#define MAJOR_CUTOVER_S  30
#define RESTORE_S        3600
#define MANUAL_S         (900 + 5 + 60)
#define REGION_S         (900 + 10 + 5 + 60)
#define ASYNC_RPO_S      5

void
pga_availability_note(PgaArchitecture *architecture, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(architecture->availability.notes, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

void
pga_availability_cite(PgaArchitecture *architecture, const char *page)
{
    g_ptr_array_add(architecture->availability.citations,
                    strstr(page, "://") ? g_strdup(page)
                                        : g_strdup_printf("https://www.postgresql.org/docs/%u/%s",
                                                          architecture->major, page));
}

static double
restore_s(const PgaTargets *targets)
{
    return MAX(RESTORE_S, targets->bytes / PGA_RESTORE_RATE);
}

char *
pga_availability_budget(const PgaTargets *targets, double failover_s, double region_s,
                        gboolean *fits)
{
    const double budget = pga_downtime_budget_min(targets->sla);
    const double major = targets->sla >= 99.99 ? MAJOR_CUTOVER_S : MAJOR_IN_PLACE_S;
    const PgaDowntimeSpend s = pga_downtime_spend(failover_s, major, region_s, restore_s(targets));
    g_autofree char *year = pga_availability_duration(budget * 60);
    g_autofree char *month = pga_availability_duration(budget * 5);

    if (fits)
        *fits = targets->sla < 0 || s.total <= budget;
    if (targets->sla < 0)
        return NULL;
    return g_strdup_printf(
        "%g %% leaves %s a year (%s a month): %.0f failovers of %.3g s. Expected by planning "
        "figures: %.3g min a year = hosts 0.5 x %.3g s + crashes 1 x 10 s + switchovers 6 x 5 s + "
        "major upgrades 0.5 x %g s + zones 0.1 x %.3g s%s + human errors 0.1 x %.0f s of "
        "restoring, "
        "over 60: %s",
        targets->sla, year, month, floor(budget * 60 / failover_s), failover_s, s.total, failover_s,
        major, failover_s, region_s > 0 ? " + regions 0.02 x 975 s" : "", restore_s(targets),
        s.total <= budget ? "within it" : "more than it");
}

/* Everything that the strings are made of. */
typedef struct {
    PgaArchitecture *architecture;
    PgaTargets targets;
    const PgaTopology *topology;
    PgaPatroniTiming timing;
    const PgaProxyTiming *proxy;
    guint data_nodes; /* of the first region (of all, where it is stretched) */
} Plan;

static const char *
region_name(const Plan *plan, guint i)
{
    static const char *const names[] = {"region-1", "region-2", "region-3"};
    const GPtrArray *regions = plan->architecture->requirements->availability.regions;

    return i < regions->len ? g_ptr_array_index(regions, i) : names[MIN(i, 2)];
}

static PgaDesignNode *
add_node(const Plan *plan, const char *name, const char *role, guint zone, guint region)
{
    PgaDesignNode *node = pga_architecture_add_node(plan->architecture, name, role);

    node->zone = g_strdup_printf("zone-%c", 'a' + (char)(zone % 3));
    node->region = g_strdup(region_name(plan, region));
    return node;
}

static void
add_data_nodes(const Plan *plan)
{
    const PgaTopology *t = plan->topology;
    const gboolean patroni = t->manager == PGA_MANAGER_PATRONI;
    const guint members = plan->data_nodes >= 5 ? 5 : 3;

    for (guint i = 0; i < plan->data_nodes; i++) {
        g_autofree char *name = g_strdup_printf("db%u", i + 1);
        PgaDesignNode *node = add_node(plan, name,
                                       i == 0    ? "primary"
                                       : t->sync ? "replica (sync)"
                                                 : "replica (async)",
                                       i, t->regions == 3 ? i % 3 : 0);

        node->has_data = TRUE;
        node->has_dcs = patroni && i < members;
        node->has_proxy = patroni;
    }
    if (t->manager == PGA_MANAGER_PATRONI && plan->data_nodes < 3)
        add_node(plan, "witness1", "witness (etcd)", 2, 0)->has_dcs = TRUE;
}

static void
add_second_region(const Plan *plan)
{
    for (guint i = 0; i < plan->topology->dr_nodes; i++) {
        g_autofree char *name = g_strdup_printf("dr%u", i + 1);
        PgaDesignNode *node =
            add_node(plan, name, i == 0 ? "standby leader (async)" : "replica (async)", i, 1);

        node->has_data = node->has_dcs = node->has_proxy = TRUE;
    }
    if (plan->topology->dr_nodes > 0)
        add_node(plan, "witness2", "witness (etcd)", 2, 1)->has_dcs = TRUE;
}

static double
sync_rtt(const Plan *plan)
{
    if (plan->topology->regions < 3)
        return PGA_ZONE_RTT_MS;
    return plan->targets.region_rtt_ms > 0 ? plan->targets.region_rtt_ms : PGA_FAR_RTT_MS;
}

static void
append_replicas(GString *text, const Plan *plan)
{
    const PgaTopology *t = plan->topology;
    const guint replicas = plan->data_nodes - 1;

    g_string_append_printf(text, "primary + %u %s%s", replicas,
                           t->manager == PGA_MANAGER_MANUAL ? "warm standby" : "read replica",
                           replicas > 1 ? "s" : "");
    if (t->sync)
        g_string_append_printf(text, " (sync, %u of %u confirms%s)", t->sync_count, replicas,
                               t->regions == 3 ? ", each in a region of its own" : "");
    else
        g_string_append(text, " (async)");
}

static const char *
failover_text(const PgaTopology *t)
{
    if (t->manager == PGA_MANAGER_NONE)
        return "none (restore from backup, by hand)";
    if (t->manager == PGA_MANAGER_MANUAL)
        return "manual (pg_promote(), ha/RUNBOOK.md)";
    return t->dr_nodes > 0 ? "automatic in the region (Patroni + etcd); manual to the other"
                           : "automatic (Patroni + etcd)";
}

static void
say_architecture(const Plan *plan)
{
    const PgaTopology *t = plan->topology;
    PgaDesignAvailability *a = &plan->architecture->availability;
    GString *text = g_string_new(NULL);

    if (plan->data_nodes == 1)
        g_string_append(text, "one server, no replica");
    else
        append_replicas(text, plan);
    if (t->manager == PGA_MANAGER_PATRONI && plan->data_nodes < 3)
        g_string_append(text, " + 1 witness (etcd)");
    if (t->dr_nodes > 0)
        g_string_append_printf(text, "; %s: standby cluster of %u (async)", region_name(plan, 1),
                               t->dr_nodes);
    a->architecture = g_string_free(text, FALSE);
    a->failover_strategy = g_strdup(failover_text(t));
}

/* A round figure that the worst case is below. */
static double
round_up(double seconds)
{
    static const double steps[] = {30, 60, 90, 120, 180, 300, 600, 1800, 3600, 14400, 86400};

    for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
        if (seconds <= steps[i])
            return steps[i];
    return ceil(seconds);
}

/* (transfer full): "< 60 seconds": the target where it is met, else a round figure above. */
static char *
below(double seconds, double target)
{
    const double s = target >= seconds ? target : round_up(seconds);

    if (s < 300)
        return g_strdup_printf("< %g seconds", s);
    return s < 7200 ? g_strdup_printf("< %.4g minutes", s / 60)
                    : g_strdup_printf("< %.4g hours", s / 3600);
}

static void
say_patroni_rto(const Plan *plan)
{
    PgaDesignAvailability *a = &plan->architecture->availability;
    const PgaPatroniTiming *t = &plan->timing;
    const PgaFailoverTime time = pga_failover_time(t, plan->proxy);
    const double up = plan->proxy->inter * plan->proxy->rise;

    a->rto_low_s = time.low;
    a->rto_high_s = time.high;
    a->rto = below(time.high, plan->targets.rto_s);
    a->rto_derivation = g_strdup_printf(
        "loss of the leader's host, %s timings (ttl %g, loop_wait %g, retry_timeout %g): at least "
        "(%g - %g) lease left + 0.1 race + 0.2 promotion + 0.2 route = %.3g s, at most %g lease + "
        "1 expiry in etcd + 2 race + 2 promotion + %g HAProxy (%s) = %.3g s, about %.3g s on "
        "average; what is not replayed yet, and the client's own reconnection, come on top",
        t->id, t->ttl, t->loop_wait, t->retry_timeout, t->ttl, t->loop_wait, time.low, t->ttl, up,
        plan->proxy->id, time.high, time.mean);
    if (plan->targets.rto_s >= 0 && time.high > plan->targets.rto_s)
        pga_availability_note(plan->architecture,
                              "The RTO of %g s holds on average (%.3g s), not in the worst case "
                              "(%.3g s): Patroni's ttl is 20 s at least.",
                              plan->targets.rto_s, time.mean, time.high);
}

static void
say_rto(const Plan *plan)
{
    PgaDesignAvailability *a = &plan->architecture->availability;
    const double restore = restore_s(&plan->targets);

    switch (plan->topology->manager) {
    case PGA_MANAGER_PATRONI:
        say_patroni_rto(plan);
        break;
    case PGA_MANAGER_MANUAL:
        a->rto_low_s = 65;
        a->rto_high_s = MANUAL_S;
        a->rto = below(MAX(MANUAL_S, 1800), plan->targets.rto_s);
        a->rto_derivation = g_strdup("900 s until somebody noticed and decided + 5 promotion + 60 "
                                     "to point clients elsewhere = 965 s");
        break;
    case PGA_MANAGER_NONE:
    default:
        a->rto_low_s = restore;
        a->rto_high_s = 900 + restore + 600;
        a->rto = below(MAX(a->rto_high_s, 14400), plan->targets.rto_s);
        a->rto_derivation = g_strdup_printf(
            "900 s until somebody noticed + %.0f restoring %.3g GB at 200 MB/s, an hour at least + "
            "600 replaying WAL = %.0f s",
            restore, plan->targets.bytes / 1e9, a->rto_high_s);
        break;
    }
}

static void
say_async_rpo(const Plan *plan)
{
    const PgaTargets *targets = &plan->targets;
    PgaDesignAvailability *a = &plan->architecture->availability;
    const double rate = targets->wal_bytes_per_s;
    const gboolean patroni = plan->topology->manager == PGA_MANAGER_PATRONI;
    const double target = targets->rpo_s > 0 ? targets->rpo_s : ASYNC_RPO_S;
    const double lag = pga_maximum_lag_bytes(target, rate, plan->timing.ttl);
    const double worst = pga_async_worst_bytes(rate, lag, plan->timing.ttl);
    g_autofree char *within = below(target, target);

    a->rpo_s = target;
    a->rpo = g_strdup_printf("%s (async replication lag)", within);
    if (!patroni || rate <= 0) {
        a->rpo_derivation =
            g_strdup("what the standby had not received: well below a second in steady state, "
                     "unbounded while it is away");
        return;
    }
    a->rpo_derivation = g_strdup_printf(
        "steady state: WAL of %.3g MB/s (%.4g writes/s x 2,000 bytes x 2 for full-page images) x a "
        "delay well below 1 s; worst case: maximum_lag_on_failover %.4g MB + %.3g MB/s x ttl %g s "
        "= %.4g MB = %.4g s, because the lag is compared with the leader's position last written "
        "to etcd%s",
        rate / 1e6, targets->writes_per_s, lag / 1e6, rate / 1e6, plan->timing.ttl, worst / 1e6,
        worst / rate,
        target < plan->timing.ttl ? "; the target holds typically, as a bound only with "
                                    "synchronous replication"
                                  : "");
}

static void
say_rpo(const Plan *plan)
{
    PgaDesignAvailability *a = &plan->architecture->availability;

    if (plan->topology->manager == PGA_MANAGER_NONE) {
        a->rpo_s = plan->targets.rpo_s >= 300 ? plan->targets.rpo_s : 300;
        a->rpo = g_strdup("< 5 minutes (archived WAL), 0 when only the process dies");
        a->rpo_derivation = g_strdup("archive_timeout of 60 s + the time of a push + the segment "
                                     "that was not archived yet: below 300 s");
        return;
    }
    if (!plan->topology->sync) {
        say_async_rpo(plan);
        return;
    }
    a->rpo_s = 0;
    a->rpo = g_strdup_printf("0 (%s)", plan->topology->regions == 3     ? "any single region, sync"
                                       : plan->topology->sync_count > 1 ? "any two nodes, sync"
                                                                        : "any single node, sync");
    a->rpo_derivation = g_strdup_printf(
        "a commit is answered after %u of %u standbys flushed it, and only they may be promoted "
        "(synchronous_mode, strict); it holds for sessions with synchronous_commit on or above, "
        "whose wait is not cancelled%s",
        plan->topology->sync_count, plan->data_nodes - 1,
        plan->topology->dr_nodes > 0 ? "; the loss of the whole region loses the lag to the other"
                                     : "");
}

/* (transfer full): why synchronous or not. */
static char *
sync_reason(const Plan *plan)
{
    const PgaTargets *targets = &plan->targets;

    if (targets->replication != PGA_REPLICATION_UNSTATED)
        return g_strdup("as stated");
    if (plan->topology->sync)
        return targets->rpo_s == 0
                   ? g_strdup("an RPO of 0 takes it")
                   : g_strdup_printf("an SLA of %g %% over %u regions or nodes "
                                     "takes it",
                                     targets->sla, MAX(targets->regions, plan->data_nodes));
    if (targets->rpo_s > 0)
        return g_strdup_printf("an RPO of %g s allows it", targets->rpo_s);
    return g_strdup("no RPO of 0 was stated");
}

static void
say_sync(const Plan *plan)
{
    const PgaTargets *targets = &plan->targets;
    PgaDesignAvailability *a = &plan->architecture->availability;
    const double rtt = sync_rtt(plan), flush = targets->flush_ms;
    const double async = pga_commit_async_ms(flush), sync = pga_commit_sync_ms(flush, rtt, flush);
    g_autofree char *reason = sync_reason(plan);

    if (plan->topology->manager == PGA_MANAGER_NONE) {
        a->sync_decision = g_strdup("none: there is no standby");
        return;
    }
    a->synchronous = plan->topology->sync;
    a->sync_cost_ms = a->synchronous ? sync - async : 0;
    a->sync_decision = g_strdup_printf(
        "%s. A commit takes %.3g ms alone (flush), synchronously %.3g + %.3g round trip + %.3g "
        "flush of the standby = %.3g ms: %.4g writes/s keep %.3g sessions busy instead of %.3g, "
        "one row takes %.0f updates/s at most instead of %.0f. Flush by storage and a round trip "
        "%s are %s: measure them",
        reason, async, flush, rtt, flush, sync, targets->writes_per_s,
        pga_commit_sessions(targets->writes_per_s, sync),
        pga_commit_sessions(targets->writes_per_s, async), 1000 / sync, 1000 / async,
        plan->topology->regions == 3 ? "between regions" : "between zones",
        plan->topology->regions == 3 && targets->region_rtt_ms > 0 ? "planned and stated"
                                                                   : "planned");
}

static gboolean
say_budget(const Plan *plan, GError **error)
{
    PgaDesignAvailability *a = &plan->architecture->availability;
    const double region_s = plan->topology->dr_nodes > 0 ? REGION_S : 0;
    gboolean fits = TRUE;

    a->budget = pga_availability_budget(&plan->targets, a->rto_high_s, region_s, &fits);
    if (fits)
        return TRUE;
    if (plan->targets.sla <= 99.99) {
        pga_availability_note(plan->architecture,
                              "The SLA of %g %% is not kept by planning figures of a year's "
                              "events: see the budget; fewer planned events, or faster restores.",
                              plan->targets.sla);
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_INPUT,
                  "an SLA of %g %% is %.3g minutes a year, and %s spends more", plan->targets.sla,
                  pga_downtime_budget_min(plan->targets.sla), plan->topology->id);
    pga_error_detail(error, "%s.", a->budget);
    pga_error_hint(error, "Relax the SLA, leave planned events out of it, or serve from several "
                          "regions in the application.");
    return FALSE;
}

static void
say_notes(const Plan *plan)
{
    static const char *const patroni[] = {
        "Leader's host lost: writes stop for the RTO; asynchronously what was not replicated is "
        "lost, synchronously nothing.",
        "PostgreSQL alone crashes: Patroni restarts it in place (4.5 to 8.8 s measured), nothing "
        "is lost.",
        "Patroni alone dies: the leader's lease runs out and another is promoted; whoever connects "
        "to the old one directly writes into a dead end. The watchdog and pg_hba.conf, which lets "
        "only proxies in, prevent it.",
        "etcd lost: with failsafe_mode the leader goes on as long as it reaches all members.",
        "Every replica lags more than maximum_lag_on_failover: no failover, no leader until the "
        "old one is back.",
        "Planned switchover: 1.4 to 4.1 s without writes measured, nothing lost.",
        "Not promised: that a wrong statement or a bug is survived (replicas repeat it; a restore "
        "does), figures of a busy or overloaded server, and networks that lose some packets.",
    };
    const PgaTopology *t = plan->topology;

    if (t->manager != PGA_MANAGER_PATRONI) {
        pga_availability_note(plan->architecture,
                              "Nothing fails over by itself: somebody must notice. Not promised: "
                              "figures without somebody on call.");
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(patroni); i++)
        pga_availability_note(plan->architecture, "%s", patroni[i]);
    pga_availability_note(
        plan->architecture, "etcd: a majority of %u of %u members decides; %u may be lost.",
        pga_quorum_majority(plan->data_nodes >= 5 ? 5 : 3), plan->data_nodes >= 5 ? 5u : 3u,
        pga_quorum_tolerated(plan->data_nodes >= 5 ? 5 : 3));
    if (t->dr_nodes > 0)
        pga_availability_note(plan->architecture,
                              "The other region is promoted by a person on purpose: two regions "
                              "cannot tell a dead peer from a cut line. 900 s to decide + 10 "
                              "loop_wait + 5 promotion + 60 DNS = 975 s.");
    if (plan->targets.regions > 3)
        pga_availability_note(plan->architecture, "Three of the %u regions are used.",
                              plan->targets.regions);
}

static gboolean
self_hosted(Plan *plan, GError **error)
{
    const PgaTargets *targets = &plan->targets;
    PgaDesignAvailability *a = &plan->architecture->availability;
    const PgaTopology *t = pga_availability_choose(targets, error);
    const gint64 nodes = t ? targets->nodes - t->dr_nodes : 0;

    if (!t)
        return FALSE;
    plan->topology = t;
    plan->data_nodes = (guint)CLAMP(nodes, t->data_nodes, 64);
    plan->proxy = pga_proxy_timing(targets);
    a->topology = g_strdup(t->id);
    add_data_nodes(plan);
    add_second_region(plan);
    say_architecture(plan);
    say_rto(plan);
    say_rpo(plan);
    say_sync(plan);
    say_notes(plan);
    pga_availability_cite(plan->architecture, "high-availability.html");
    pga_availability_cite(plan->architecture, t->page);
    if (t->manager == PGA_MANAGER_PATRONI)
        pga_availability_cite(
            plan->architecture,
            "https://patroni.readthedocs.io/en/latest/dynamic_configuration.html");
    if (t->sync)
        pga_availability_cite(plan->architecture, "warm-standby.html#SYNCHRONOUS-REPLICATION");
    return say_budget(plan, error);
}

gboolean
pga_design_availability(PgaArchitecture *architecture, GError **error)
{
    const PgaRequirements *requirements = architecture->requirements;
    Plan plan = {.architecture = architecture, .targets = pga_availability_targets(requirements)};
    const PgaTargets *targets = &plan.targets;

    architecture->availability.wanted =
        targets->sla >= 0 || targets->rpo_s >= 0 || targets->rto_s >= 0;
    if (!architecture->availability.wanted)
        return TRUE;
    if (requirements->deployment.platform != PGA_DEPLOYMENT_SELF_HOSTED)
        return pga_availability_managed(architecture, targets, error);
    return pga_patroni_timing(requirements, targets, &plan.timing, error) &&
           self_hosted(&plan, error);
}

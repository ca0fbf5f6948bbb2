/* The topologies, cheapest first, and which of them reaches the targets. */
#include <math.h>

#include <base/error.h>

#include "availability_internal.h"

/* A human notices, decides and promotes. */
#define MANUAL_RTO_S 1800
/* A restore from a backup, and what archiving may lose. */
#define RESTORE_RTO_S 14400
#define ARCHIVE_RPO_S 300
/* Patroni's least ttl. */
#define DETECTION_S 20

static const PgaTopology topologies[] = {
    {"T-SINGLE", 1, 0, 0, 1, PGA_MANAGER_NONE, FALSE, 0, 99, "continuous-archiving.html"},
    {"T-WARM", 2, 0, 0, 1, PGA_MANAGER_MANUAL, FALSE, 0, 99.5, "warm-standby-failover.html"},
    {"T-2+W", 2, 1, 0, 1, PGA_MANAGER_PATRONI, FALSE, 0, 99.9,
     "https://patroni.readthedocs.io/en/latest/replication_modes.html"},
    {"T-3A", 3, 0, 0, 1, PGA_MANAGER_PATRONI, FALSE, 0, 99.99,
     "https://patroni.readthedocs.io/en/latest/replication_modes.html"},
    {"T-3S", 3, 0, 0, 1, PGA_MANAGER_PATRONI, TRUE, 1, 99.99,
     "https://patroni.readthedocs.io/en/latest/replication_modes.html#synchronous-mode"},
    {"T-5S", 5, 0, 0, 1, PGA_MANAGER_PATRONI, TRUE, 2, 99.999,
     "https://patroni.readthedocs.io/en/latest/replication_modes.html#synchronous-mode"},
    {"T-3A+DR", 3, 1, 2, 2, PGA_MANAGER_PATRONI, FALSE, 0, 99.99,
     "https://patroni.readthedocs.io/en/latest/ha_multi_dc.html"},
    {"T-3S+DR", 3, 1, 2, 2, PGA_MANAGER_PATRONI, TRUE, 1, 99.999,
     "https://patroni.readthedocs.io/en/latest/ha_multi_dc.html"},
    {"T-3R-ASYNC", 3, 0, 0, 3, PGA_MANAGER_PATRONI, FALSE, 0, 99.99,
     "https://patroni.readthedocs.io/en/latest/ha_multi_dc.html"},
    {"T-3R-STRETCH", 3, 0, 0, 3, PGA_MANAGER_PATRONI, TRUE, 1, 99.99,
     "https://patroni.readthedocs.io/en/latest/ha_multi_dc.html"},
};

static double
write_share(const PgaRequirements *requirements)
{
    return requirements->read_share >= 0 ? 1 - requirements->read_share : 0.2;
}

/* Access patterns that write tell it better than a share of all. */
static double
writes_per_s(const PgaRequirements *requirements)
{
    double sum = 0;

    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);

        if (pattern->kind >= PGA_PATTERN_INSERT && pattern->kind <= PGA_PATTERN_DELETE &&
            pattern->per_second > 0)
            sum += pattern->per_second;
    }
    return sum > 0 ? sum : MAX(requirements->queries_per_second, 0) * write_share(requirements);
}

/* Planning figures of a flush: NVMe with power-loss protection, a cloud's volume, a disk. */
/* WAL of a writing transaction, doubled for full-page images. */
#define WAL_OF_WRITE (2000.0 * 2)

PgaTargets
pga_availability_targets(const PgaRequirements *requirements)
{
    const PgaSpecAvailability *a = &requirements->availability;
    PgaTargets targets = {
        .sla = a->sla,
        .rpo_s = a->rpo_s,
        .rto_s = a->rto_s,
        .nodes = requirements->deployment.nodes,
        .regions = MAX(a->regions->len, 1),
        .region_rtt_ms = a->region_rtt_ms,
        .replication = a->replication,
        .failover = a->failover,
        .writes_per_s = writes_per_s(requirements),
        .flush_ms = pga_flush_ms(requirements->deployment.storage),
        .bytes = (double)MAX(requirements->bytes, 0),
    };

    targets.over_regions =
        targets.regions > 1 && a->rpo_s == 0 && g_strcmp0(a->rpo_scope, "region") == 0;
    targets.wal_bytes_per_s = targets.writes_per_s * WAL_OF_WRITE;
    return targets;
}

/* What a topology cannot do; NULL: it reaches the targets. Static. */
static const char *
by_manager(const PgaTopology *t, const PgaTargets *targets)
{
    const double least[] = {[PGA_MANAGER_NONE] = RESTORE_RTO_S,
                            [PGA_MANAGER_MANUAL] = MANUAL_RTO_S,
                            [PGA_MANAGER_PATRONI] = DETECTION_S};

    if (targets->backup_only && t->manager != PGA_MANAGER_NONE)
        return "recovery";
    if (targets->rto_s >= 0 && targets->rto_s < least[t->manager])
        return "rto";
    if (targets->rpo_s >= 0 && t->manager == PGA_MANAGER_NONE && targets->rpo_s < ARCHIVE_RPO_S)
        return "rpo";
    if (targets->failover == PGA_FAILOVER_AUTOMATIC && t->manager != PGA_MANAGER_PATRONI)
        return "failover";
    if ((targets->failover == PGA_FAILOVER_MANUAL && t->manager == PGA_MANAGER_PATRONI) ||
        (targets->failover == PGA_FAILOVER_NONE && t->manager != PGA_MANAGER_NONE))
        return "failover";
    return NULL;
}

static const char *
by_replication(const PgaTopology *t, const PgaTargets *targets)
{
    if (targets->rpo_s == 0 && !t->sync)
        return "rpo";
    if (targets->replication == PGA_REPLICATION_SYNC && !t->sync)
        return "replication";
    if (targets->replication == PGA_REPLICATION_ASYNC && t->sync)
        return "replication";
    return NULL;
}

static const char *
falls_short(const PgaTopology *t, const PgaTargets *targets)
{
    const char *short_of = by_manager(t, targets);

    if (t->regions == 3 ? !targets->over_regions : t->regions != MIN(targets->regions, 2))
        return "regions";
    if (targets->over_regions && t->regions != 3)
        return "regions";
    if (targets->sla > t->sla_max)
        return "sla";
    if (targets->nodes > 0 && (gint64)t->data_nodes + t->dr_nodes > targets->nodes)
        return "nodes";
    return short_of ? short_of : by_replication(t, targets);
}

/* With nobody's word for asynchronous, two regions get no loss within the first. Three nodes in
 * three zones come cheapest from 99.9 % on; where three were said, they are used. */
static gboolean
is_passed_over(const PgaTopology *t, const PgaTargets *targets)
{
    if (t->regions > 1 && !t->sync && targets->replication == PGA_REPLICATION_UNSTATED)
        return TRUE;
    return targets->nodes >= 3 && t->data_nodes < 3;
}

/* (transfer full): "an RTO of 10 s and an SLA of 99.99 %". */
static char *
told(const PgaTargets *targets)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const struct {
        double value;
        const char *name, *unit;
    } parts[] = {{targets->sla, "an SLA of", "%"},
                 {targets->rpo_s, "an RPO of", "s"},
                 {targets->rto_s, "an RTO of", "s"}};

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        if (parts[i].value >= 0)
            g_string_append_printf(text, "%s%s %g %s", text->len > 0 ? ", " : "", parts[i].name,
                                   parts[i].value, parts[i].unit);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* The one that came nearest: what it falls short of, and the most that it reaches. */
static void
refuse(const PgaTargets *targets, const char *short_of, GError **error)
{
    g_autofree char *wanted = told(targets);
    const gboolean two = targets->regions == 2 && targets->over_regions;

    pga_error_set(error, PGA_ERROR_INPUT, "no topology reaches %s with %s", wanted,
                  targets->failover == PGA_FAILOVER_MANUAL ? "manual failover"
                  : targets->failover == PGA_FAILOVER_NONE ? "no failover"
                  : targets->nodes > 0                     ? "the nodes that were stated"
                  : two                                    ? "two regions"
                                                           : "automatic failover");
    pga_error_detail(error, "%s, line %u. What falls short is %s%s.",
                     targets->file ? targets->file : "requirements", targets->line, short_of,
                     g_str_equal(short_of, "nodes") ? " (nodes of deployment)" : "");
    pga_error_hint(error,
                   "Restores take %d min and more, a manual failover %d min, Patroni %d s at "
                   "least. 99.5 %% takes 2 nodes, 99.9 %% 2 and a witness, 99.99 %% 3; no loss "
                   "takes synchronous replication, of a whole region three regions.",
                   RESTORE_RTO_S / 60, MANUAL_RTO_S / 60, DETECTION_S);
}

const PgaTopology *
pga_availability_choose(const PgaTargets *targets, GError **error)
{
    const char *short_of = "sla";

    for (guint pass = 0; pass < 2; pass++)
        for (guint i = 0; i < G_N_ELEMENTS(topologies); i++) {
            const PgaTopology *t = &topologies[i];
            const char *reason = falls_short(t, targets);

            if (!reason && (pass == 1 || !is_passed_over(t, targets)))
                return t;
            if (reason && !g_str_equal(reason, "regions"))
                short_of = reason;
        }
    refuse(targets, short_of, error);
    return NULL;
}

static const PgaPatroniTiming presets[] = {
    {"default", 30, 10, 10},
    {"tuned", 20, 5, 5},
    {"wan", 60, 10, 20},
};

static const PgaProxyTiming proxies[] = {
    {"balanced", 1, 0.5, 2, 1, 2, 4,
     "inter 1s fastinter 500ms fall 2 rise 1 on-marked-down shutdown-sessions"},
    {"fast", 0.5, 0.2, 1, 1, 0, 1,
     "inter 500ms fastinter 200ms fall 1 rise 1 on-marked-down shutdown-sessions"},
};

const PgaProxyTiming *
pga_proxy_timing(const PgaTargets *targets)
{
    return &proxies[targets->rto_s >= 0 && targets->rto_s < 30];
}

/* The slowest whose worst case is within the target: the fewer failovers without cause the better.
 */
static const PgaPatroniTiming *
preset_for(const PgaTargets *targets)
{
    const PgaFailoverTime usual = pga_failover_time(&presets[0], pga_proxy_timing(targets));
    const gboolean hurried =
        targets->rto_s >= 0 ? targets->rto_s < usual.high : targets->sla > 99.95;

    if (targets->over_regions && (targets->rto_s < 0 || targets->rto_s >= 70))
        return &presets[2];
    return &presets[hurried && !targets->over_regions];
}

gboolean
pga_patroni_timing(const PgaRequirements *requirements, const PgaTargets *targets,
                   PgaPatroniTiming *out, GError **error)
{
    const PgaSpecAvailability *a = &requirements->availability;

    *out = *preset_for(targets);
    if (a->ttl < 0 && a->loop_wait < 0 && a->retry_timeout < 0)
        return TRUE;
    out->id = "stated";
    out->ttl = a->ttl >= 0 ? a->ttl : out->ttl;
    out->loop_wait = a->loop_wait >= 0 ? a->loop_wait : out->loop_wait;
    out->retry_timeout = a->retry_timeout >= 0 ? a->retry_timeout : out->retry_timeout;
    if (out->ttl >= 20 && out->loop_wait >= 1 && out->retry_timeout >= 3 &&
        out->loop_wait + 2 * out->retry_timeout <= out->ttl)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT,
                  "availability.patroni: ttl %g, loop_wait %g and retry_timeout %g do not go "
                  "together",
                  out->ttl, out->loop_wait, out->retry_timeout);
    pga_error_detail(error,
                     "%s, line %u. loop_wait + 2 x retry_timeout is %g, which ttl (%g) must "
                     "not be below.",
                     requirements->file ? requirements->file : "requirements", a->at.line,
                     out->loop_wait + 2 * out->retry_timeout, out->ttl);
    pga_error_hint(error, "ttl is 20 at least, loop_wait 1, retry_timeout 3: {ttl: 30, loop_wait: "
                          "10, retry_timeout: 10}, or {ttl: 20, loop_wait: 5, retry_timeout: 5}.");
    return FALSE;
}

/* Connections: how many, and how many of them are set aside. */
#include <math.h>

#include "tune_internal.h"

/* Where nobody says how many, a small machine is not asked for as many as a large one. */
#define MB_FOR_CONNECTION 32

/* Room above the connections that were seen. */
#define SEEN_TIMES 4

/* The number by which the workload's share of sessions and of the cores is known. */
static gint64
by_workload(const PgaTune *t, char **why)
{
    const gint64 most = t->workload == PGA_WORKLOAD_OLAP ? 60 : 100;

    if (t->workload == PGA_WORKLOAD_OLTP || t->workload == PGA_WORKLOAD_HTAP) {
        *why = g_strdup_printf("100 for %s, one for each %dMB of RAM, at least 20",
                               pga_workload_class_name(t->workload), MB_FOR_CONNECTION);
        return CLAMP(t->ram / (MB_FOR_CONNECTION * PGA_MB), 20, 100);
    }
    *why = g_strdup_printf("4 x %" G_GINT64_FORMAT " cores for %s, within 20 to %d", t->cores,
                           pga_workload_class_name(t->workload), (int)most);
    return CLAMP(4 * t->cores, 20, most);
}

/* Behind a pooler the server sees the pool, whatever number of clients there is. */
static gint64
behind_pooler(const PgaTune *t, gint64 clients, char **why)
{
    const gint64 pool = MIN(t->input->pool_size.value, 200000);
    const gint64 reserve = (pool + 4) / 5;
    const gint64 total = pool + reserve + 23;

    if (clients >= 0 && clients < total) {
        *why = g_strdup_printf("%" G_GINT64_FORMAT " connections, fewer than the pool allows",
                               clients);
        return clients;
    }
    *why = g_strdup_printf("pool %" G_GINT64_FORMAT " + reserve %" G_GINT64_FORMAT
                           " + 10 direct + 10 replication, backup, monitoring + 3 reserved",
                           pool, reserve);
    return total;
}

/* Connections seen at once are a look, not a peak: only a number far above them is doubted. */
gboolean
pga_tune_are_unused(const PgaTune *t)
{
    const PgaFact *fact = &t->input->connections;
    const gint64 peak = t->seen->connection_peak;

    return fact->origin == PGA_ORIGIN_MEASURED && fact->value > PGA_MANY_CONNECTIONS && peak >= 0 &&
           peak < fact->value / SEEN_TIMES;
}

static gint64
by_peak(const PgaTune *t, char **why)
{
    const gint64 peak = t->seen->connection_peak;

    *why = g_strdup_printf("%" G_GINT64_FORMAT " were seen at once: %d times that, at least 100, "
                           "instead of the source's %" G_GINT64_FORMAT,
                           peak, SEEN_TIMES, t->input->connections.value);
    return MAX(SEEN_TIMES * peak, 100);
}

gint64
pga_tune_want_connections(PgaTune *t)
{
    const PgaFact *fact = &t->input->connections;
    char **why = &t->connections_why;
    const gint64 least =
        pga_tune_managed_least((PgaDeployment)t->input->deployment.value, "max_connections", 5);
    gint64 wanted;

    if (t->input->pool_size.value > 0) {
        wanted = behind_pooler(t, fact->value, why);
    } else if (pga_tune_are_unused(t)) {
        wanted = by_peak(t, why);
    } else if (fact->value > 0 && fact->origin != PGA_ORIGIN_DEFAULT) {
        wanted = fact->value;
        *why = g_strdup_printf("%" G_GINT64_FORMAT ", %s", fact->value,
                               fact->origin != PGA_ORIGIN_STATED ? "as the source has it"
                               : fact->method && g_str_has_prefix(fact->method, "assumed")
                                   ? fact->method
                                   : "stated");
    } else {
        wanted = by_workload(t, why);
    }
    return CLAMP(wanted, least, 262143);
}

void
pga_tune_max_connections(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 wanted = t->wanted.max_connections, have = t->memory.max_connections;
    const PgaDeployment deployment = (PgaDeployment)t->input->deployment.value;
    g_autofree char *ram = pga_size_text(t->ram);

    pga_tuned_number(s, (double)have);
    pga_tuned_explain(s, "%s", t->connections_why);
    if (pga_tune_managed_least(deployment, "max_connections", 5) > 5)
        pga_tuned_also(s, "; the service takes %" G_GINT64_FORMAT " at least",
                       pga_tune_managed_least(deployment, "max_connections", 5));
    if (have < wanted)
        pga_tuned_also(s, "; lowered from %" G_GINT64_FORMAT ": %s %s", wanted,
                       t->tuning->safe ? "with 4MB work_mem each no more fit into"
                                       : "the least, since not even that fits into",
                       ram);
}

void
pga_tune_superuser_reserved_connections(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 connections = t->memory.max_connections;

    pga_tuned_number(s, connections >= 200 ? 5 : connections >= 10 ? 3 : 1);
    pga_tuned_explain(s, "3, 5 from 200 connections, 1 below 10, for %" G_GINT64_FORMAT,
                      connections);
}

void
pga_tune_reserved_connections(const PgaTune *t, PgaTunedSetting *s)
{
    const double current = pga_tune_current(t, "reserved_connections");

    if (isfinite(current) && current > 0 && current <= 20 &&
        (gint64)current * 4 <= t->memory.max_connections) {
        pga_tuned_number(s, current);
        pga_tuned_explain(s, "kept as the source has it");
        return;
    }
    pga_tuned_number(s, pga_tune_has_standby(t) && t->memory.max_connections >= 50 ? 3 : 0);
    pga_tuned_explain(s, "3 where there is a replica to fail over to, and 50 connections; else 0");
}

void
pga_tune_tcp_keepalives_idle(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean far = t->input->deployment.value != PGA_DEPLOYMENT_SELF_HOSTED;

    pga_tuned_number(s, far ? 60 : 0);
    pga_tuned_explain(s, far ? "60s behind a provider's load balancer"
                             : "0: the operating system's own, unless a load balancer or NAT lies "
                               "between");
}

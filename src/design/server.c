/* What tune is asked, from the requirements: the machine, the load, and the standbys. */
#include <math.h>

#include "availability_internal.h"
#include "design/design.h"

/* More clients than this share a pool. */
#define MANY_CLIENTS  200
#define SMALLEST_POOL 5
/* A query's time, where no target tells it. */
#define OLTP_QUERY_MS 2
#define OLAP_QUERY_MS 500

static void
set(const PgaRequirements *requirements, PgaFact *fact, gint64 value, const char *field)
{
    const gboolean assumed = pga_requirements_is_assumed(requirements, field);

    if (value < 0)
        return;
    pga_fact_set(fact, value, assumed ? PGA_ORIGIN_DEFAULT : PGA_ORIGIN_STATED,
                 assumed ? "assumed" : field);
}

static double
query_ms(const PgaRequirements *requirements)
{
    if (requirements->p50_ms > 0)
        return requirements->p50_ms;
    return requirements->workload == PGA_WORKLOAD_OLAP ? OLAP_QUERY_MS : OLTP_QUERY_MS;
}

/* Many clients share what keeps the processors busy; few have a connection each. */
static void
set_pool(const PgaRequirements *requirements, PgaTuningInput *input)
{
    const gint64 cores = requirements->deployment.cores;
    const double active = requirements->queries_per_second * query_ms(requirements) / 1000;
    g_autofree char *method = NULL;
    double most;

    if (requirements->connections <= MANY_CLIENTS || cores <= 0)
        return;
    most = 2 * (2 * (double)cores + 1);
    method = g_strdup_printf("%.4g queries a second of %g ms keep %.3g sessions busy; half as many "
                             "more, within %d and 2 x (2 x %d cores + 1)",
                             requirements->queries_per_second, query_ms(requirements), active,
                             SMALLEST_POOL, (int)cores);
    pga_fact_set(&input->pool_size, (gint64)CLAMP(ceil(active * 1.5), SMALLEST_POOL, most),
                 PGA_ORIGIN_DEFAULT, method);
}

/* Of a managed service's copies only those that it makes by PostgreSQL's own replication. */
static gboolean
is_standby(const PgaArchitecture *architecture, const PgaDesignNode *node)
{
    return node->has_data &&
           (architecture->requirements->deployment.platform == PGA_DEPLOYMENT_SELF_HOSTED
                ? !g_str_equal(node->role, "primary")
                : g_str_has_prefix(node->role, "replica"));
}

static void
set_standbys(const PgaArchitecture *architecture, PgaTuningInput *input)
{
    const GPtrArray *nodes = architecture->availability.nodes;
    gint64 standbys = 0;

    for (guint i = 0; i < nodes->len; i++)
        standbys += is_standby(architecture, g_ptr_array_index(nodes, i));
    if (standbys == 0)
        return;
    input->standby = 1;
    input->evidence.standbys = standbys;
    input->evidence.slots = standbys;
}

PgaTuningInput *
pga_design_tuning_input(const PgaArchitecture *architecture)
{
    const PgaRequirements *requirements = architecture->requirements;
    const PgaSpecDeployment *deployment = &requirements->deployment;
    PgaTuningInput *input = pga_tuning_input_new();

    input->stated_major = architecture->major;
    input->major = CLAMP(architecture->major, PGA_TUNING_MIN_MAJOR, PGA_TUNING_MAX_MAJOR);
    if (!pga_requirements_is_assumed(requirements, "thresholds.shared_buffers"))
        input->shared_buffers_share = requirements->shared_buffers;
    set(requirements, &input->ram, deployment->ram_bytes, "deployment.ram");
    set(requirements, &input->cores, deployment->cores, "deployment.cores");
    set(requirements, &input->storage, deployment->storage, "deployment.storage");
    set(requirements, &input->deployment, (gint64)deployment->platform, "deployment.platform");
    set(requirements, &input->workload, requirements->workload, "workload_type");
    if (requirements->connections > 0) /* assumed or not, it is what the load asks for */
        pga_fact_set(&input->connections, requirements->connections, PGA_ORIGIN_STATED,
                     pga_requirements_is_assumed(requirements, "connections")
                         ? "assumed by the load"
                         : "connections");
    set(requirements, &input->database_bytes,
        requirements->bytes >= 0 ? requirements->bytes : (gint64)architecture->bytes,
        "data_volume");
    set_pool(requirements, input);
    set_standbys(architecture, input);
    return input;
}

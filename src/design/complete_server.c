/* The server that is assumed where none was described: a size that the provider has. */
#include <base/units.h>
#include <math.h>

#include "complete_internal.h"

#define GIB (1024.0 * 1024 * 1024)
/* Part of RAM that caches data: what effective_cache_size is set to. */
#define CACHE_SHARE 0.75
/* Connections for each one that works: the others wait for their application. */
#define CONNECTIONS_PER_BUSY 2
#define MIN_CONNECTIONS      100 /* max_connections of a server that nobody has set up */
#define MAX_CONNECTIONS      2000

/** What a workload needs. Planning figures, to be replaced by measurements. */
typedef struct {
    double hot_share;        /* of the data that are asked again and again */
    double queries_per_core; /* a second */
} Need;

static const Need needs[] = {
    [PGA_WORKLOAD_UNKNOWN] = {0.10, 500},      [PGA_WORKLOAD_OLTP] = {0.10, 500},
    [PGA_WORKLOAD_OLAP] = {0.05, 0.5},         [PGA_WORKLOAD_HTAP] = {0.15, 200},
    [PGA_WORKLOAD_TIME_SERIES] = {0.05, 1000},
};

/** An instance class, @cores and @ram in GiB as they are sold. */
typedef struct {
    const char *name;
    PgaDeployment platform;
    guint16 cores, ram;
} Instance;

#define SELF   PGA_DEPLOYMENT_SELF_HOSTED
#define RDS    PGA_DEPLOYMENT_AWS_RDS
#define AURORA PGA_DEPLOYMENT_AURORA
#define GCP    PGA_DEPLOYMENT_GCP_CLOUDSQL
#define AZURE  PGA_DEPLOYMENT_AZURE_POSTGRES

static const Instance instances[] = {
    {"a server", SELF, 2, 8},
    {"a server", SELF, 4, 16},
    {"a server", SELF, 4, 32},
    {"a server", SELF, 8, 32},
    {"a server", SELF, 8, 64},
    {"a server", SELF, 16, 64},
    {"a server", SELF, 16, 128},
    {"a server", SELF, 32, 128},
    {"a server", SELF, 32, 256},
    {"a server", SELF, 64, 256},
    {"a server", SELF, 64, 512},
    {"a server", SELF, 96, 768},
    {"a server", SELF, 128, 1024},
    {"db.t4g.medium", RDS, 2, 4},
    {"db.m7g.large", RDS, 2, 8},
    {"db.m7g.xlarge", RDS, 4, 16},
    {"db.r7g.xlarge", RDS, 4, 32},
    {"db.m7g.2xlarge", RDS, 8, 32},
    {"db.r7g.2xlarge", RDS, 8, 64},
    {"db.m7g.4xlarge", RDS, 16, 64},
    {"db.r7g.4xlarge", RDS, 16, 128},
    {"db.m7g.8xlarge", RDS, 32, 128},
    {"db.r7g.8xlarge", RDS, 32, 256},
    {"db.m7g.16xlarge", RDS, 64, 256},
    {"db.r7g.16xlarge", RDS, 64, 512},
    {"db.r6i.24xlarge", RDS, 96, 768},
    {"db.r6i.32xlarge", RDS, 128, 1024},
    {"db.t4g.medium", AURORA, 2, 4},
    {"db.t4g.large", AURORA, 2, 8},
    {"db.r7g.large", AURORA, 2, 16},
    {"db.r7g.xlarge", AURORA, 4, 32},
    {"db.r7g.2xlarge", AURORA, 8, 64},
    {"db.r7g.4xlarge", AURORA, 16, 128},
    {"db.r7g.8xlarge", AURORA, 32, 256},
    {"db.r7g.12xlarge", AURORA, 48, 384},
    {"db.r7g.16xlarge", AURORA, 64, 512},
    {"db.r6i.24xlarge", AURORA, 96, 768},
    {"db.r6i.32xlarge", AURORA, 128, 1024},
    {"db-custom-2-8192", GCP, 2, 8},
    {"db-custom-4-16384", GCP, 4, 16},
    {"db-perf-optimized-N-4", GCP, 4, 32},
    {"db-custom-8-32768", GCP, 8, 32},
    {"db-perf-optimized-N-8", GCP, 8, 64},
    {"db-custom-16-65536", GCP, 16, 64},
    {"db-perf-optimized-N-16", GCP, 16, 128},
    {"db-custom-32-131072", GCP, 32, 128},
    {"db-perf-optimized-N-32", GCP, 32, 256},
    {"db-perf-optimized-N-48", GCP, 48, 384},
    {"db-perf-optimized-N-64", GCP, 64, 512},
    {"db-perf-optimized-N-96", GCP, 96, 768},
    {"Standard_B2s", AZURE, 2, 4},
    {"Standard_D2ds_v5", AZURE, 2, 8},
    {"Standard_D4ds_v5", AZURE, 4, 16},
    {"Standard_E4ds_v5", AZURE, 4, 32},
    {"Standard_D8ds_v5", AZURE, 8, 32},
    {"Standard_E8ds_v5", AZURE, 8, 64},
    {"Standard_D16ds_v5", AZURE, 16, 64},
    {"Standard_E16ds_v5", AZURE, 16, 128},
    {"Standard_D32ds_v5", AZURE, 32, 128},
    {"Standard_E32ds_v5", AZURE, 32, 256},
    {"Standard_D64ds_v5", AZURE, 64, 256},
    {"Standard_E64ds_v5", AZURE, 64, 512},
    {"Standard_E96ds_v5", AZURE, 96, 672},
};

/* What they cost, roughly: a core as much as eight GiB. */
static guint
price(const Instance *instance)
{
    return instance->cores * 8U + instance->ram;
}

/* The cheapest that has both; the largest when none has. */
static const Instance *
choose(PgaDeployment platform, double cores, double ram_gib, gboolean *fits)
{
    const Instance *best = NULL, *largest = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(instances); i++) {
        const Instance *instance = &instances[i];

        if (instance->platform != platform)
            continue;
        if (!largest || price(instance) > price(largest))
            largest = instance;
        if (instance->cores < cores || instance->ram < ram_gib)
            continue;
        if (!best || price(instance) < price(best))
            best = instance;
    }
    *fits = best != NULL;
    return best ? best : largest;
}

static void
say_ram(PgaRequirements *requirements, const Instance *instance, const Need *need, gboolean fits)
{
    g_autofree char *all = pga_bytes_format_storage(requirements->bytes);
    g_autofree char *hot =
        pga_bytes_format_storage((gint64)(need->hot_share * (double)requirements->bytes));
    g_autofree char *why = g_strdup_printf(
        "the part of %s that is asked again and again is taken as %g %%, %s, which is "
        "to fit in %g %% of RAM; %s has %u GiB and %u cores%s",
        all, need->hot_share * 100, hot, CACHE_SHARE * 100, instance->name, instance->ram,
        instance->cores, fits ? "" : ", the most there is: it does not suffice");
    g_autofree char *ram = pga_bytes_format_memory(requirements->deployment.ram_bytes);

    pga_complete_say(requirements, "deployment.ram", why, "%s", ram);
}

static void
say_cores(PgaRequirements *requirements, const Instance *instance, const Need *need, gboolean fits)
{
    g_autofree char *why =
        g_strdup_printf("%g queries a second at %g for a core; %s has %u%s",
                        requirements->queries_per_second, need->queries_per_core, instance->name,
                        instance->cores, fits ? "" : ", the most there is: it does not suffice");

    pga_complete_say(requirements, "deployment.cores", why, "%u", (guint)instance->cores);
}

static void
complete_size(PgaRequirements *requirements)
{
    PgaSpecDeployment *deployment = &requirements->deployment;
    const Need *need = &needs[requirements->workload];
    double hot_gib = need->hot_share * (double)requirements->bytes / CACHE_SHARE / GIB;
    double ram = deployment->ram_bytes > 0 ? (double)deployment->ram_bytes / GIB : hot_gib;
    double cores = deployment->cores > 0
                       ? (double)deployment->cores
                       : requirements->queries_per_second / need->queries_per_core;
    gboolean no_ram = deployment->ram_bytes <= 0, no_cores = deployment->cores <= 0;
    gboolean fits = FALSE;
    const Instance *instance = choose(deployment->platform, cores, ram, &fits);

    if (no_ram)
        deployment->ram_bytes = (gint64)(instance->ram * GIB);
    if (no_cores)
        deployment->cores = instance->cores;
    if (no_ram)
        say_ram(requirements, instance, need, fits);
    if (no_cores)
        say_cores(requirements, instance, need, fits);
}

static void
complete_storage(PgaRequirements *requirements)
{
    PgaSpecDeployment *deployment = &requirements->deployment;
    gboolean managed = deployment->platform != PGA_DEPLOYMENT_SELF_HOSTED;

    if (deployment->storage >= 0)
        return;
    deployment->storage = managed ? PGA_STORAGE_NETWORK : PGA_STORAGE_SSD;
    pga_complete_say(requirements, "deployment.storage",
                     managed ? "the volumes of managed services are on the network"
                             : "a solid state disk, not the fastest kind",
                     "%s", pga_storage_name((PgaStorage)deployment->storage));
}

static gint64
round_up(double number, double step)
{
    return (gint64)(ceil(number / step) * step);
}

static void
complete_connections(PgaRequirements *requirements)
{
    double busy = requirements->queries_per_second * requirements->p95_ms / 1000;
    double wanted = CLAMP(busy * CONNECTIONS_PER_BUSY, MIN_CONNECTIONS, MAX_CONNECTIONS);
    g_autofree char *longest = pga_duration_format(requirements->p95_ms / 1000);
    g_autofree char *why = NULL;

    if (requirements->connections > 0)
        return;
    requirements->connections = round_up(wanted, wanted > 100 ? 50 : 10);
    why = g_strdup_printf("%g queries a second of at most %s keep %.0f busy at "
                          "once (Little's law), twice as many are connected, from %d to %d",
                          requirements->queries_per_second, longest, ceil(busy), MIN_CONNECTIONS,
                          MAX_CONNECTIONS);
    pga_complete_say(requirements, "connections", why, "%" G_GINT64_FORMAT,
                     requirements->connections);
}

void
pga_complete_server(PgaRequirements *requirements)
{
    PgaSpecDeployment *deployment = &requirements->deployment;

    if (!deployment->is_stated)
        pga_complete_say(requirements, "deployment.platform",
                         "servers of one's own, where every setting can be set", "%s",
                         pga_deployment_name(deployment->platform));
    if (deployment->major == 0) {
        deployment->major = 17;
        pga_complete_say(requirements, "deployment.pg_version",
                         "the version that this tool designs for by default", "17");
    }
    complete_size(requirements);
    complete_storage(requirements);
    complete_connections(requirements);
}

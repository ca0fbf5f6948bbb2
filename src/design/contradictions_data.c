/* Volume, rates, latencies and keys against each other. */
#include <base/units.h>
#include <math.h>
#include <string.h>

#include "complete_internal.h"
#include "contradictions_internal.h"

/* Header, line pointer, and eight bytes that have to hold something: no row is smaller. */
#define LEAST_ROW_BYTES 36
/* Part of an analytical database that even a small question reads. */
#define LEAST_SCAN 1e-5
/* Frequencies may exceed the stated rate by so much before they contradict it, are doubted. */
#define RATE_REFUSED 2
#define RATE_DOUBTED 1.1
/* Planning: a backend with its caches; queries a second of one core at most, simple ones. */
#define BACKEND_BYTES           10e6
#define SIMPLE_QUERIES_PER_CORE 2000

#define LATENCY(name, ms)       g_strdup_printf("a latency of %g ms (%s)", ms, name)

static char *
count(double number, const char *what)
{
    g_autofree char *text = pga_count_format(number);

    return g_strdup_printf("%s %s", text, what);
}

/* Bytes a second that one query reads, for planning. */
static double
read_rate(const PgaRequirements *requirements)
{
    static const double rates[] = {[PGA_STORAGE_HDD] = 150e6,
                                   [PGA_STORAGE_SSD] = 500e6,
                                   [PGA_STORAGE_NVME] = 3e9,
                                   [PGA_STORAGE_NETWORK] = 500e6};
    gint64 storage = requirements->deployment.storage;

    return rates[storage < 0 ? PGA_STORAGE_SSD : storage];
}

/* D-01: "sub-millisecond latency" and "10 TB of analytical queries". */
static gboolean
fast_analysis(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const char *name = NULL;
    double latency = pga_stated_latency(requirements, &name);
    double scan = (double)requirements->bytes * LEAST_SCAN;
    double ms = scan / read_rate(requirements) * 1000;
    g_autofree char *volume = pga_bytes_format_storage(requirements->bytes);
    g_autofree char *part = pga_bytes_format_storage((gint64)scan);
    g_autofree char *time = pga_duration_format(ms / 1000);

    if (latency < 0 || latency >= MAX(ms, 1) || requirements->workload != PGA_WORKLOAD_OLAP)
        return FALSE;
    return pga_conflict(
        conflict, LATENCY(name, latency), requirements->latency_at.line,
        g_strdup_printf("analytical queries (olap) on %s", volume),
        requirements->workload_at.line > 0 ? requirements->workload_at.line
                                           : requirements->volume_at.line,
        g_strdup_printf(
            "An analytical query that reads a hundred-thousandth of it, %s, takes %s at "
            "%g MB/s, and planning alone about 1 ms.",
            part, time, read_rate(requirements) / 1e6));
}

/* D-02 */
static gboolean
percentiles(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const struct {
        const char *low_name, *high_name;
        double low, high;
    } pairs[] = {{"p50", "p95", requirements->p50_ms, requirements->p95_ms},
                 {"p95", "p99", requirements->p95_ms, requirements->p99_ms},
                 {"p50", "p99", requirements->p50_ms, requirements->p99_ms}};

    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *low = g_strconcat("latency.", pairs[i].low_name, NULL);
        g_autofree char *high = g_strconcat("latency.", pairs[i].high_name, NULL);

        if (pairs[i].low <= pairs[i].high || pga_requirements_is_assumed(requirements, low) ||
            pga_requirements_is_assumed(requirements, high))
            continue;
        return pga_conflict(
            conflict, LATENCY(pairs[i].low_name, pairs[i].low), requirements->latency_at.line,
            LATENCY(pairs[i].high_name, pairs[i].high), requirements->latency_at.line,
            g_strdup_printf("What %s of all queries keep cannot be more than what more of them "
                            "keep.",
                            pairs[i].low_name));
    }
    return FALSE;
}

static gboolean
has_stated_rows(const PgaRequirements *requirements, const char *kind, const char *name,
                double rows)
{
    g_autofree char *field = pga_complete_field(kind, name, "rows");

    return rows > 0 && !pga_requirements_is_assumed(requirements, field);
}

/* Rows that were stated, and the entity with most of them. */
static double
stated_rows(const PgaRequirements *requirements, const PgaSpecEntity **largest)
{
    double rows = 0;

    for (guint i = 0; i < requirements->entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        if (!has_stated_rows(requirements, "entities", entity->name, entity->rows))
            continue;
        rows += entity->rows;
        if (!*largest || entity->rows > (*largest)->rows)
            *largest = entity;
    }
    return rows;
}

/* D-03 */
static gboolean
small_volume(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecEntity *largest = NULL;
    double rows = stated_rows(requirements, &largest), least = rows * LEAST_ROW_BYTES;
    g_autofree char *volume = pga_bytes_format_storage(requirements->bytes);
    g_autofree char *needed = pga_bytes_format_storage((gint64)MIN(least, 9e18));
    g_autofree char *number = NULL;

    if (!largest || pga_requirements_is_assumed(requirements, "data_volume") ||
        (double)requirements->bytes >= least)
        return FALSE;
    number = count(largest->rows, largest->name);
    return pga_conflict(
        conflict, g_strdup_printf("a data volume of %s", volume), requirements->volume_at.line,
        g_steal_pointer(&number),
        largest->at.line > 0 ? largest->at.line : requirements->volume_at.line,
        g_strdup_printf("A row takes %d bytes at least, with its header and one value: %.0f rows "
                        "take %s without any index.",
                        LEAST_ROW_BYTES, rows, needed));
}

/* D-04: as above, but with the attributes that the rows have. */
static gboolean
tight_volume(const PgaRequirements *requirements, PgaConflict *conflict)
{
    double bytes = 0;
    g_autofree char *volume = pga_bytes_format_storage(requirements->bytes);
    g_autofree char *needed = NULL;

    for (guint i = 0; i < requirements->entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        if (!entity->is_assumed &&
            has_stated_rows(requirements, "entities", entity->name, entity->rows))
            bytes += entity->rows * pga_complete_row_bytes(entity->attributes);
    }
    if (pga_requirements_is_assumed(requirements, "data_volume") ||
        bytes <= 1.5 * (double)requirements->bytes)
        return FALSE;
    needed = pga_bytes_format_storage((gint64)MIN(bytes, 9e18));
    return pga_conflict(conflict, g_strdup_printf("a data volume of %s", volume),
                        requirements->volume_at.line,
                        g_strdup_printf("rows of about %s by their attributes", needed),
                        requirements->volume_at.line,
                        g_strdup("The estimate knows meanings of attributes, not their values."));
}

static double
stated_rate(const PgaRequirements *requirements, guint *line)
{
    double rate = 0;

    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);
        g_autofree char *field = pga_complete_field("access_patterns", pattern->name, "per_second");

        if (pattern->is_assumed || pga_requirements_is_assumed(requirements, field))
            continue;
        rate += pattern->per_second;
        if (*line == 0)
            *line = pattern->at.line;
    }
    return rate;
}

static gboolean
too_many(const PgaRequirements *requirements, PgaConflict *conflict, double factor)
{
    guint line = 0;
    double rate = stated_rate(requirements, &line), qps = requirements->queries_per_second;

    if (pga_requirements_is_assumed(requirements, "queries_per_second") || rate <= qps * factor)
        return FALSE;
    return pga_conflict(
        conflict, g_strdup_printf("%g queries per second", qps), requirements->qps_at.line,
        g_strdup_printf("access patterns of %g per second together", rate), line,
        g_strdup_printf("The patterns add up to %.3g times the whole.", rate / qps));
}

/* D-05 */
static gboolean
far_too_many(const PgaRequirements *requirements, PgaConflict *conflict)
{
    return too_many(requirements, conflict, RATE_REFUSED);
}

/* D-06 */
static gboolean
rather_many(const PgaRequirements *requirements, PgaConflict *conflict)
{
    return too_many(requirements, conflict, RATE_DOUBTED);
}

/* D-07 */
static gboolean
more_writes(const PgaRequirements *requirements, PgaConflict *conflict)
{
    double writes = 0, qps = requirements->queries_per_second;
    double stated = (1 - requirements->read_share) * qps;
    guint line = 0;

    if (pga_requirements_is_assumed(requirements, "read_share"))
        return FALSE;
    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);
        g_autofree char *field = pga_complete_field("access_patterns", pattern->name, "per_second");

        if (pattern->is_assumed || pga_pattern_reads(pattern) ||
            pga_requirements_is_assumed(requirements, field))
            continue;
        writes += pattern->per_second;
        line = line == 0 ? pattern->at.line : line;
    }
    if (writes <= stated + 0.1 * qps)
        return FALSE;
    return pga_conflict(
        conflict, g_strdup_printf("a read share of %g %%", requirements->read_share * 100), 0,
        g_strdup_printf("access patterns that write %g times a second", writes), line,
        g_strdup_printf("The share leaves %g of %g queries a second for writing.", stated, qps));
}

/* D-08 */
static gboolean
many_connections(const PgaRequirements *requirements, PgaConflict *conflict)
{
    gint64 ram = requirements->deployment.ram_bytes;
    double needed = (double)requirements->connections * BACKEND_BYTES;
    g_autofree char *memory = pga_bytes_format_memory(ram);
    g_autofree char *taken = pga_bytes_format_storage((gint64)MIN(needed, 9e18));

    if (pga_requirements_is_assumed(requirements, "connections") || needed <= 0.5 * (double)ram)
        return FALSE;
    return pga_conflict(
        conflict, g_strdup_printf("%" G_GINT64_FORMAT " connections", requirements->connections),
        requirements->connections_at.line, g_strdup_printf("%s of RAM", memory),
        requirements->deployment.at.line,
        g_strdup_printf("Each connection is a process of about 10 MB: %s.", taken));
}

/* D-09 */
static gboolean
few_cores(const PgaRequirements *requirements, PgaConflict *conflict)
{
    gint64 cores = requirements->deployment.cores;
    double most = (double)cores * SIMPLE_QUERIES_PER_CORE;

    if (pga_requirements_is_assumed(requirements, "deployment.cores") ||
        requirements->queries_per_second <= most)
        return FALSE;
    return pga_conflict(
        conflict, g_strdup_printf("%g queries per second", requirements->queries_per_second),
        requirements->qps_at.line, g_strdup_printf("%" G_GINT64_FORMAT " cores", cores),
        requirements->deployment.at.line,
        g_strdup_printf("A core serves about %d simple queries a second: %g in all.",
                        SIMPLE_QUERIES_PER_CORE, most));
}

/* D-10 */
static gboolean
serverless(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const PgaSpecDeployment *deployment = &requirements->deployment;
    g_autofree char *ram = pga_bytes_format_memory(deployment->ram_bytes);

    if (!deployment->version || !strstr(deployment->version, "serverless") ||
        pga_requirements_is_assumed(requirements, "deployment.ram"))
        return FALSE;
    return pga_conflict(conflict, g_strdup_printf("%s of RAM", ram), deployment->at.line,
                        g_strdup_printf("deployment on %s", deployment->version),
                        deployment->at.line,
                        g_strdup("A serverless instance changes its RAM by itself, between limits "
                                 "in units of capacity (ACU, 2 GiB each)."));
}

/* D-11 */
static gboolean
changed_rows(const PgaRequirements *requirements, PgaConflict *conflict)
{
    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);
        const PgaSpecEntity *entity =
            pattern->entity ? pga_requirements_entity(requirements, pattern->entity) : NULL;

        if (!entity || entity->append_only != 1 || pattern->kind != PGA_PATTERN_UPDATE)
            continue;
        return pga_conflict(
            conflict, g_strdup_printf("append-only %s", entity->name), entity->at.line,
            g_strdup_printf("the access pattern \"%s\", which updates them", pattern->name),
            pattern->at.line,
            g_strdup("Rows that are only appended get no room for updates, and indexes that "
                     "updates make useless."));
    }
    return FALSE;
}

/* D-12 */
static gboolean
no_time(const PgaRequirements *requirements, PgaConflict *conflict)
{
    if (requirements->workload != PGA_WORKLOAD_TIME_SERIES)
        return FALSE;
    for (guint i = 0; i < requirements->entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        for (guint j = 0; j < entity->attributes->len; j++) {
            const PgaSpecAttribute *attribute = g_ptr_array_index(entity->attributes, j);

            if (attribute->meaning == PGA_MEANING_TIMESTAMP ||
                attribute->meaning == PGA_MEANING_DATE ||
                attribute->meaning == PGA_MEANING_PERIOD ||
                attribute->meaning == PGA_MEANING_TYPE || attribute->meaning == PGA_MEANING_NONE)
                return FALSE;
        }
    }
    return pga_conflict(conflict, g_strdup("a time-series workload"),
                        requirements->workload_at.line, g_strdup("entities without any time"), 0,
                        g_strdup("Partitions, BRIN indexes and retention all follow from a time."));
}

/* D-13 */
static gboolean
citus_nowhere(const PgaRequirements *requirements, PgaConflict *conflict)
{
    PgaDeployment platform = requirements->deployment.platform;

    if (requirements->sharding != PGA_SHARDING_CITUS || platform == PGA_DEPLOYMENT_SELF_HOSTED ||
        platform == PGA_DEPLOYMENT_AZURE_POSTGRES)
        return FALSE;
    return pga_conflict(
        conflict, g_strdup("sharding by Citus"), requirements->sharding_at.line,
        g_strdup_printf("deployment on %s", pga_deployment_name(platform)),
        requirements->deployment.at.line,
        g_strdup("Citus is an extension that has to be preloaded; this provider does not have "
                 "it."));
}

/* D-14 */
static gboolean
no_distribution_column(const PgaRequirements *requirements, PgaConflict *conflict)
{
    const char *column = requirements->distribution_column;

    if (!column)
        return FALSE;
    for (guint i = 0; i < requirements->entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        if (pga_spec_attribute(entity->attributes, column))
            return FALSE;
    }
    return pga_conflict(conflict, g_strdup_printf("the distribution column %s", column),
                        requirements->sharding_at.line,
                        g_strdup("entities of which none has such an attribute"), 0,
                        g_strdup("Rows go to shards by the value of that column."));
}

static gboolean
conflict_unique(const PgaRequirements *requirements, PgaConflict *conflict, char *what, guint line)
{
    return pga_conflict(
        conflict, g_strdup_printf("the distribution column %s", requirements->distribution_column),
        requirements->sharding_at.line, what, line,
        g_strdup("Each shard knows its own rows only: a key or unique constraint that lacks the "
                 "distribution column cannot be enforced between shards."));
}

static gboolean
entity_unique(const PgaRequirements *requirements, const PgaSpecEntity *entity,
              PgaConflict *conflict)
{
    const char *column = requirements->distribution_column;

    if (!pga_spec_attribute(entity->attributes, column))
        return FALSE;
    if (entity->key->len > 0 && !pga_names_have(entity->key, column))
        return conflict_unique(requirements, conflict,
                               g_strdup_printf("the key of %s", entity->name), entity->at.line);
    for (guint i = 0; i < entity->attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(entity->attributes, i);

        if (attribute->unique && !g_str_equal(attribute->name, column))
            return conflict_unique(requirements, conflict,
                                   g_strdup_printf("unique %s.%s", entity->name, attribute->name),
                                   attribute->at.line > 0 ? attribute->at.line : entity->at.line);
    }
    return FALSE;
}

/* D-15 */
static gboolean
keys_without_distribution(const PgaRequirements *requirements, PgaConflict *conflict)
{
    if (requirements->sharding != PGA_SHARDING_CITUS || !requirements->distribution_column)
        return FALSE;
    for (guint i = 0; i < requirements->entities->len; i++)
        if (entity_unique(requirements, g_ptr_array_index(requirements->entities, i), conflict))
            return TRUE;
    for (guint i = 0; i < requirements->rules->len; i++) {
        const PgaSpecRule *rule = g_ptr_array_index(requirements->rules, i);
        const PgaSpecEntity *entity = pga_requirements_entity(requirements, rule->entity);

        if (rule->kind == PGA_SPEC_RULE_UNIQUE && entity &&
            pga_spec_attribute(entity->attributes, requirements->distribution_column) &&
            !pga_names_have(rule->left, requirements->distribution_column))
            return conflict_unique(requirements, conflict,
                                   g_strdup_printf("a unique rule of %s", entity->name),
                                   rule->at.line);
    }
    return FALSE;
}

const PgaContradiction pga_contradictions_data[] = {
    {"D-01", FALSE, fast_analysis,
     "Allow seconds for analytical queries, serve them from materialized views or a summary table, "
     "or state workload_type: oltp if single rows are asked."},
    {"D-02", FALSE, percentiles, "State percentiles that rise: p50 <= p95 <= p99."},
    {"D-03", FALSE, small_volume,
     "Correct the size or the rows: 1M is a million, 1MB are 10^6 "
     "bytes."},
    {"D-05", FALSE, far_too_many,
     "Raise queries_per_second to their sum, or lower the patterns' per_second."},
    {"D-10", FALSE, serverless, "Remove ram, or choose an instance class of fixed size."},
    {"D-11", FALSE, changed_rows, "State append_only: false, or remove the pattern."},
    {"D-13", FALSE, citus_nowhere,
     "Use sharding: application, choose azure-postgres (elastic clusters), or deploy self-hosted."},
    {"D-14", FALSE, no_distribution_column,
     "Name an attribute that the large entities have, such as tenant_id."},
    {"D-15", FALSE, keys_without_distribution,
     "Add the distribution column to the key or the constraint, make values unique elsewhere "
     "(UUIDs), or choose another distribution column."},
    {"D-04", TRUE, tight_volume, "Check the size, or the average_length of long attributes."},
    {"D-06", TRUE, rather_many, "The stated total sizes the server; raise it if they are right."},
    {"D-07", TRUE, more_writes,
     "The patterns are what indexes are weighed by; correct one of them."},
    {"D-08", TRUE, many_connections,
     "A pooler in transaction mode lets few of them be processes: pgbouncer.ini is made for that."},
    {"D-09", TRUE, few_cores, "Use more cores, replicas for reads, or a cache in front."},
    {"D-12", TRUE, no_time, "Give the readings a time attribute, or state another workload_type."},
    {0},
};

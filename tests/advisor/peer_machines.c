#include "peer_machines.h"

static gint64
number(const json_t *input, const char *key)
{
    const json_t *value = json_object_get(input, key);

    if (json_is_string(value))
        return g_ascii_strtoll(json_string_value(value), NULL, 10);
    return json_is_integer(value) ? json_integer_value(value) : (gint64)json_number_value(value);
}

/* A name among pairs of names; the value at its place. */
static gint64
choice(const json_t *input, const char *key, const char *const *names, const gint64 *values)
{
    const char *text = json_string_value(json_object_get(input, key));

    for (guint i = 0; names[i]; i++)
        if (g_ascii_strcasecmp(names[i], text) == 0)
            return values[i];
    g_assert_not_reached();
}

static void
state(PgaFact *fact, gint64 value)
{
    pga_fact_set(fact, value, PGA_ORIGIN_STATED, NULL);
}

/* A desktop or a web server is oltp; mixed is htap; a data warehouse is olap. */
static const char *const profiles[] = {"web", "oltp", "dw", "desktop", "mixed", NULL};
static const gint64 workloads[] = {PGA_WORKLOAD_OLTP, PGA_WORKLOAD_OLTP, PGA_WORKLOAD_OLAP,
                                   PGA_WORKLOAD_OLTP, PGA_WORKLOAD_HTAP};
static const char *const disks[] = {"hdd", "ssd", "san", "nvme", NULL};
static const gint64 storages[] = {PGA_STORAGE_HDD, PGA_STORAGE_SSD, PGA_STORAGE_NETWORK,
                                  PGA_STORAGE_NVME};

void
test_read_pgtune(PgaTuningInput *in, const json_t *input)
{
    static const char *const units[] = {"MB", "GB", "TB", NULL};
    static const gint64 unit_bytes[] = {1 << 20, 1 << 30, 1LL << 40};
    static const char *const sizes[] = {"less_ram", "mid_ram", "greater_ram", NULL};
    static const gint64 halves[] = {1, 2, 8};
    const gint64 memory =
        number(input, "totalMemory") * choice(input, "totalMemoryUnit", units, unit_bytes);

    in->stated_major = (guint)number(input, "dbVersion");
    state(&in->ram, memory);
    state(&in->cores, MAX(number(input, "cpuNum"), 1));
    state(&in->workload, choice(input, "dbType", profiles, workloads));
    state(&in->storage, choice(input, "hdType", disks, storages));
    state(&in->database_bytes, memory / 2 * choice(input, "dbSize", sizes, halves));
    if (number(input, "connectionNum") > 0)
        state(&in->connections, number(input, "connectionNum"));
}

void
test_read_pgconfig(PgaTuningInput *in, const json_t *input)
{
    in->stated_major = (guint)number(input, "pg_version");
    state(&in->ram, number(input, "ram_gb") << 30);
    state(&in->cores, number(input, "cpus"));
    state(&in->workload, choice(input, "profile", profiles, workloads));
    state(&in->storage, choice(input, "disk", disks, storages));
    state(&in->connections, number(input, "max_connections"));
}

void
test_read_timescaledb(PgaTuningInput *in, const json_t *input)
{
    in->stated_major = (guint)number(input, "pg_version");
    state(&in->ram, number(input, "ram_bytes"));
    state(&in->cores, number(input, "cpus"));
    state(&in->workload, PGA_WORKLOAD_TIME_SERIES);
    state(&in->storage, PGA_STORAGE_SSD);
    if (number(input, "max_conns") > 0)
        state(&in->connections, number(input, "max_conns"));
    if (number(input, "wal_disk_bytes") > 0)
        state(&in->wal_disk_bytes, number(input, "wal_disk_bytes"));
}

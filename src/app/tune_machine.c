/* The machine that a configuration is for: this one, or the source's. */
#include <string.h>

#include <base/units.h>
#include <collect/host.h>
#include <lab/binaries.h>

#include "tune_internal.h"
#include "workload_internal.h"

#define DEFAULT_RAM   (G_GINT64_CONSTANT(4) << 30)
#define DEFAULT_CORES 4
/* A server's shared_buffers of a quarter of the memory is what everybody is told; a fresh server's
 * 128MB say nothing. */
#define BUFFERS_SHARE  4
#define FRESH_BUFFERS  (G_GINT64_CONSTANT(128) << 20)
#define DEFAULT_MAJOR  17
#define DATA_DIRECTORY "/var/lib/postgresql"
#define METHOD_LIMITED "memory limit of this process's control group; the machine has %s"
#define METHOD_MACHINE "MemTotal of this machine's /proc/meminfo"
#define METHOD_QUOTA   "what this process may use; the machine has %d"
#define METHOD_CORES   "processors of this machine"

void
pga_tune_note(PgaTuneRun *run, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(run->notes, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static void
detect_storage(PgaTuneRun *run, const char *name, const char *directory)
{
    PgaStorage storage = PGA_STORAGE_SSD;
    g_autofree char *method = g_strdup_printf("the disk of %s", directory);

    if (name && pga_storage_parse(name, &storage, NULL))
        pga_fact_set(&run->input->storage, storage, PGA_ORIGIN_DETECTED, method);
}

static void
detect_memory(PgaTuneRun *run, const PgaThisMachine *machine)
{
    g_autofree char *whole = pga_bytes_format_memory(machine->machine_ram_bytes);
    g_autofree char *limited = g_strdup_printf(METHOD_LIMITED, whole);
    const gboolean is_limited = machine->ram_bytes < machine->machine_ram_bytes;

    if (machine->ram_bytes > 0)
        pga_fact_set(&run->input->ram, machine->ram_bytes, PGA_ORIGIN_DETECTED,
                     is_limited ? limited : METHOD_MACHINE);
}

static void
detect_cores(PgaTuneRun *run, const PgaThisMachine *machine)
{
    g_autofree char *limited = g_strdup_printf(METHOD_QUOTA, machine->machine_cores);

    if (machine->cores > 0)
        pga_fact_set(&run->input->cores, machine->cores, PGA_ORIGIN_DETECTED,
                     machine->cores < machine->machine_cores ? limited : METHOD_CORES);
}

/* Where a server's data would be. */
static const char *
data_directory(void)
{
    const char *stated = g_getenv("PGDATA");

    if (stated && g_file_test(stated, G_FILE_TEST_IS_DIR))
        return stated;
    return g_file_test(DATA_DIRECTORY, G_FILE_TEST_IS_DIR) ? DATA_DIRECTORY : "/";
}

/* A stated memory, and cores of the machine that this happens to be: they may not belong together.
 */
static void
note_mixture(PgaTuneRun *run)
{
    const PgaTuningInput *input = run->input;
    const gboolean cores = input->cores.origin == PGA_ORIGIN_DETECTED;
    const gboolean storage = input->storage.origin == PGA_ORIGIN_DETECTED;

    if (input->ram.origin != PGA_ORIGIN_STATED || (!cores && !storage))
        return;
    pga_tune_note(run, "%s this machine's: give %s for another.",
                  cores && storage ? "Cores and storage are"
                  : cores          ? "Cores are"
                                   : "Storage is",
                  cores && storage ? "--cores and --storage"
                  : cores          ? "--cores"
                                   : "--storage");
}

void
pga_tune_detect(PgaTuneRun *run)
{
    const char *directory = data_directory();
    PgaThisMachine machine;

    if (run->input->deployment.value > PGA_DEPLOYMENT_SELF_HOSTED)
        return; /* no service runs here */
    pga_this_machine_read("", directory, &machine);
    detect_memory(run, &machine);
    detect_cores(run, &machine);
    detect_storage(run, machine.storage, directory);
    if (run->input->ram.origin == PGA_ORIGIN_DETECTED) { /* it is this machine that is meant */
        run->input->evidence.clock_ns = machine.clock_ns;
        if (machine.disk_bytes > 0 && machine.storage)
            pga_fact_set(&run->input->wal_disk_bytes, machine.disk_bytes, PGA_ORIGIN_DETECTED,
                         directory);
    }
    note_mixture(run);
}

static PgaDeployment
deployment_of(const PgaEnvironment *environment)
{
    PgaDeployment deployment = PGA_DEPLOYMENT_SELF_HOSTED;

    if (environment->provider)
        (void)pga_deployment_parse(environment->provider, &deployment, NULL);
    return deployment;
}

static void
measure_host(PgaTuneRun *run, const PgaHost *host)
{
    PgaStorage storage = PGA_STORAGE_SSD;

    if (host->cores > 0)
        pga_fact_set(&run->input->cores, host->cores, PGA_ORIGIN_MEASURED,
                     host->in_container ? "what the server's control group allows"
                                        : "processors of the server's machine");
    if (host->storage && pga_storage_parse(host->storage, &storage, NULL))
        pga_fact_set(&run->input->storage, storage, PGA_ORIGIN_MEASURED,
                     "the disk of the data directory");
    if (host->wal_disk_bytes > 0)
        pga_fact_set(&run->input->wal_disk_bytes, host->wal_disk_bytes, PGA_ORIGIN_MEASURED,
                     "the file system of pg_wal");
}

/* Whether a database of the server may be large without anybody knowing: a snapshot has the size of
 * its own only, and "postgres" is where administrators connect to. */
static gboolean
is_hidden(const PgaDatabase *database)
{
    return database->bytes < 0 && database->datallowconn && !database->datistemplate &&
           !g_str_equal(database->datname, "postgres");
}

/* shared_buffers follows from the size: better none than a part of it. */
static void
measure_databases(PgaTuneRun *run, const PgaSource *source)
{
    gint64 bytes = source->environment->database_bytes;

    if (source->server && source->server->databases->len > 0)
        bytes = 0;
    for (guint i = 0; source->server && i < source->server->databases->len; i++) {
        const PgaDatabase *database = g_ptr_array_index(source->server->databases, i);

        if (!is_hidden(database)) {
            bytes += MAX(database->bytes, 0);
            continue;
        }
        g_ptr_array_add(
            run->not_checked,
            pga_not_checked_new(
                NULL, g_strdup("the size of all databases together"),
                g_strdup_printf("that of %s is not known: give --db-size", database->datname)));
        return;
    }
    if (bytes > 0)
        pga_fact_set(&run->input->database_bytes, bytes, PGA_ORIGIN_MEASURED,
                     "pg_database_size() of the server's databases");
}

static void
measure_workload(PgaTuneRun *run, const PgaSource *source)
{
    PgaEnvironment *environment = source->environment;

    pga_workload_detect(source->catalog, environment);
    if (environment->workload == PGA_WORKLOAD_UNKNOWN)
        return;
    pga_fact_set(&run->input->workload, environment->workload,
                 g_str_has_prefix(environment->workload_method, "assumed") ? PGA_ORIGIN_DEFAULT
                                                                           : PGA_ORIGIN_MEASURED,
                 environment->workload_method);
}

void
pga_tune_measure(PgaTuneRun *run, const PgaSource *source)
{
    const PgaEnvironment *environment = source->environment;
    const PgaDeployment deployment = deployment_of(environment);

    if (environment->ram_bytes > 0)
        pga_fact_set(&run->input->ram, environment->ram_bytes, PGA_ORIGIN_MEASURED,
                     environment->ram_method);
    if (source->server)
        measure_host(run, &source->server->host);
    if (deployment != PGA_DEPLOYMENT_SELF_HOSTED)
        pga_fact_set(&run->input->deployment, deployment, PGA_ORIGIN_MEASURED,
                     "settings that only this service has");
    measure_databases(run, source);
    measure_workload(run, source);
    if (run->input->stated_major != 0)
        return;
    run->input->stated_major = environment->version_num / 10000;
    run->version_method =
        g_strdup(environment->source_kind == PGA_SOURCE_DDL ? "the lab that the DDL was loaded into"
                                                            : "the source's server_version");
}

static void
assume_ram(PgaTuneRun *run, const PgaSource *source)
{
    const gint64 buffers = source->catalog && source->environment->source_kind != PGA_SOURCE_DDL
                               ? pga_catalog_setting_int64(source->catalog, "shared_buffers")
                               : -1;

    if (buffers > FRESH_BUFFERS)
        pga_fact_set(&run->input->ram, buffers * BUFFERS_SHARE, PGA_ORIGIN_DEFAULT,
                     "four times the source's shared_buffers, for want of better: give --ram");
    else
        pga_fact_set(&run->input->ram, DEFAULT_RAM, PGA_ORIGIN_DEFAULT,
                     "assumed: SQL does not tell it, give --ram");
    g_ptr_array_add(run->not_checked,
                    pga_not_checked_new(NULL, g_strdup("whether the settings fit the server's RAM"),
                                        g_strdup("it is not known; they fit the RAM that was "
                                                 "assumed: give --ram")));
}

/* The newest server programs on this machine are what the file is most likely for. */
static void
assume_version(PgaTuneRun *run)
{
    g_autoptr(GPtrArray) found = pga_binaries_find(run->request->from.bindir, NULL);
    const PgaBinaries *newest = found && found->len > 0 ? g_ptr_array_index(found, 0) : NULL;

    if (newest && newest->version_num / 10000 >= PGA_TUNING_MIN_MAJOR) {
        run->input->stated_major = newest->version_num / 10000;
        run->version_method = g_strdup("the newest server programs on this machine");
        return;
    }
    run->input->stated_major = DEFAULT_MAJOR;
    run->version_method = g_strdup("assumed: give --pg-version");
}

void
pga_tune_assume(PgaTuneRun *run, const PgaSource *source)
{
    PgaTuningInput *input = run->input;

    if (input->ram.value <= 0)
        assume_ram(run, source);
    if (input->cores.value <= 0)
        pga_fact_set(&input->cores, DEFAULT_CORES, PGA_ORIGIN_DEFAULT, "assumed: give --cores");
    if (input->stated_major == 0)
        assume_version(run);
    input->major = CLAMP(input->stated_major, PGA_TUNING_MIN_MAJOR, PGA_TUNING_MAX_MAJOR);
}

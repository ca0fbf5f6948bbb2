/* What the options of `tune` say, in figures. */
#include <string.h>

#include <base/error.h>
#include <base/text.h>
#include <base/units.h>

#include "tune_internal.h"

#define MIN_RAM        (G_GINT64_CONSTANT(64) << 20)
#define MAX_RAM        (G_GINT64_CONSTANT(256) << 40)
#define MIN_DISK       (G_GINT64_CONSTANT(64) << 20)
#define MAX_CORES      4096
#define MAX_BACKENDS   262143 /* PostgreSQL's MAX_BACKENDS */
#define MIN_MAJOR      10
#define MAX_MAJOR      99 /* more is no major version, but perhaps a server_version_num */
#define MAX_RECOVERY_S 86400

/* "64Gb" may be meant as gigabytes or as gigabits: PostgreSQL refuses it, too. */
static gboolean
check_unit(const char *option, const char *text, GError **error)
{
    const gsize length = strlen(text);

    if (length < 2 || text[length - 1] != 'b' || !strchr("KMGTP", text[length - 2]))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "%s \"%s\" has no unit of bytes", option, text);
    pga_error_hint(error, "\"%cb\" are bits. Bytes are written %cB: %s %.*sB.", text[length - 2],
                   text[length - 2] == 'K' ? 'k' : text[length - 2], option, (int)length - 1, text);
    return FALSE;
}

static gboolean
parse_size(const char *option, const char *text, PgaBytesKind kind, gint64 *bytes, GError **error)
{
    if (check_unit(option, text, error) && pga_bytes_parse(text, kind, bytes, error))
        return TRUE;
    if (error && *error && !pga_error_get_detail(*error))
        pga_error_detail(error, "It was given with %s.", option);
    return FALSE;
}

static gboolean
state_ram(PgaTuneRun *run, GError **error)
{
    const char *text = run->request->from.ram;
    gint64 bytes = 0;

    if (!text)
        return TRUE;
    if (!parse_size("--ram", text, PGA_BYTES_MEMORY, &bytes, error))
        return FALSE;
    if (bytes < MIN_RAM || bytes > MAX_RAM) {
        pga_error_set(error, PGA_ERROR_INPUT, "--ram \"%s\" is too %s for a PostgreSQL server",
                      text, bytes < MIN_RAM ? "little" : "much");
        pga_error_hint(error, "Give it with its unit, from 64MB to 256TB: --ram 16GB.");
        return FALSE;
    }
    pga_fact_set(&run->input->ram, bytes, PGA_ORIGIN_STATED, "--ram");
    return TRUE;
}

static gboolean
state_disk(const char *option, const char *text, PgaFact *fact, GError **error)
{
    gint64 bytes = 0;

    if (!text)
        return TRUE;
    if (!parse_size(option, text, PGA_BYTES_STORAGE, &bytes, error))
        return FALSE;
    if (bytes < (g_str_equal(option, "--wal-disk") ? MIN_DISK : 1)) {
        pga_error_set(error, PGA_ERROR_INPUT, "%s \"%s\" is too little", option, text);
        pga_error_hint(error, "Give it with its unit: %s 500GB.", option);
        return FALSE;
    }
    pga_fact_set(fact, bytes, PGA_ORIGIN_STATED, option);
    return TRUE;
}

static gboolean
parse_number(const char *option, const char *text, gint64 least, gint64 most, gint64 *out,
             GError **error)
{
    if (g_ascii_string_to_signed(text, 10, least, most, out, NULL))
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "%s \"%s\" is not a number from %d to %d", option, text,
                  (int)least, (int)most);
    return FALSE;
}

static gboolean
state_number(const char *option, const char *text, gint64 most, PgaFact *fact, GError **error)
{
    gint64 number = 0;

    if (!text)
        return TRUE;
    if (!parse_number(option, text, 1, most, &number, error))
        return FALSE;
    pga_fact_set(fact, number, PGA_ORIGIN_STATED, option);
    return TRUE;
}

static gboolean
state_names(PgaTuneRun *run, GError **error)
{
    const PgaTuneRequest *request = run->request;
    PgaStorage storage = PGA_STORAGE_SSD;
    PgaDeployment deployment = PGA_DEPLOYMENT_SELF_HOSTED;
    PgaWorkloadClass workload = PGA_WORKLOAD_UNKNOWN;

    if ((request->storage && !pga_storage_parse(request->storage, &storage, error)) ||
        (request->deployment && !pga_deployment_parse(request->deployment, &deployment, error)) ||
        (request->workload_type &&
         !pga_workload_class_parse(request->workload_type, &workload, error)))
        return FALSE;
    if (request->storage)
        pga_fact_set(&run->input->storage, storage, PGA_ORIGIN_STATED, "--storage");
    if (request->deployment)
        pga_fact_set(&run->input->deployment, deployment, PGA_ORIGIN_STATED, "--deployment");
    if (request->workload_type)
        pga_fact_set(&run->input->workload, workload, PGA_ORIGIN_STATED, "--workload-type");
    return TRUE;
}

/* "17", or "17.4" as servers call themselves. */
static gboolean
state_version(PgaTuneRun *run, GError **error)
{
    const char *text = run->request->pg_version;
    g_auto(GStrv) parts = text ? g_strsplit(text, ".", 2) : NULL;
    gint64 major = 0, minor = 0;

    if (!text)
        return TRUE;
    if (parts[0] && g_ascii_string_to_signed(parts[0], 10, 0, MAX_MAJOR, &major, NULL) &&
        (!parts[1] || g_ascii_string_to_signed(parts[1], 10, 0, G_MAXINT, &minor, NULL)) &&
        major >= MIN_MAJOR) {
        run->input->stated_major = (guint)major;
        run->version_method = g_strdup("--pg-version");
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_INPUT, "--pg-version \"%s\" is no version from %d on", text,
                  MIN_MAJOR);
    pga_error_hint(error,
                   "Give the major version: --pg-version %d. Versions before %d get the "
                   "settings of %d that they have.",
                   PGA_TUNING_MAX_MAJOR, PGA_TUNING_MIN_MAJOR, PGA_TUNING_MIN_MAJOR);
    return FALSE;
}

/* "30s", "1min", "2h"; a bare number is seconds. */
static gboolean
state_recovery(PgaTuneRun *run, GError **error)
{
    static const struct {
        const char *unit;
        gint64 seconds;
    } units[] = {{"s", 1}, {"", 1}, {"min", 60}, {"h", 3600}};
    const char *text = run->request->recovery_time;
    const gsize n_digits = text ? strspn(text, "0123456789") : 0;
    g_autofree char *digits = text ? g_strndup(text, n_digits) : NULL;
    gint64 number = 0;

    if (!text)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_str_equal(text + n_digits, units[i].unit) &&
            g_ascii_string_to_signed(digits, 10, 1, MAX_RECOVERY_S / units[i].seconds, &number,
                                     NULL)) {
            run->input->recovery_seconds = (double)(number * units[i].seconds);
            return TRUE;
        }
    pga_error_set(error, PGA_ERROR_INPUT, "--recovery-time \"%s\" is not understood", text);
    pga_error_hint(error, "Give it as 30s, 5min or 1h, a day at most.");
    return FALSE;
}

static gboolean
state_wish(PgaTuneRun *run, const char *wish, GError **error)
{
    PgaTuningInput *input = run->input;
    const struct {
        const char *name;
        gint64 *flag;
    } wishes[] = {{"archiving", &input->archiving},
                  {"logical-replication", &input->logical_replication},
                  {"incremental-backup", &input->incremental_backup},
                  {"standby", &input->standby}};
    const char *names[G_N_ELEMENTS(wishes) + 1] = {NULL}, *nearest;

    for (guint i = 0; i < G_N_ELEMENTS(wishes); i++) {
        names[i] = wishes[i].name;
        if (g_str_equal(wish, wishes[i].name)) {
            *wishes[i].flag = 1;
            return TRUE;
        }
    }
    nearest = pga_text_closest(wish, names);
    pga_error_set(error, PGA_ERROR_INPUT, "--with \"%s\" is not known", wish);
    if (nearest)
        pga_error_detail(error, "Did you mean \"%s\"?", nearest);
    pga_error_hint(error, "Allowed values: archiving, logical-replication, incremental-backup, "
                          "standby.");
    return FALSE;
}

static gboolean
state_wishes(PgaTuneRun *run, GError **error)
{
    const char *const *with = run->request->with;

    for (guint i = 0; with && with[i]; i++)
        if (!state_wish(run, with[i], error))
            return FALSE;
    return TRUE;
}

gboolean
pga_tune_state(PgaTuneRun *run, GError **error)
{
    const PgaTuneRequest *request = run->request;
    PgaTuningInput *input = run->input;

    input->dedicated = !request->shared_host;
    return state_ram(run, error) && state_names(run, error) && state_version(run, error) &&
           state_number("--cores", request->cores, MAX_CORES, &input->cores, error) &&
           state_number("--connections", request->connections, MAX_BACKENDS, &input->connections,
                        error) &&
           state_number("--pool-size", request->pool_size, MAX_BACKENDS, &input->pool_size,
                        error) &&
           state_disk("--db-size", request->database_size, &input->database_bytes, error) &&
           state_disk("--wal-disk", request->wal_disk, &input->wal_disk_bytes, error) &&
           state_recovery(run, error) && state_wishes(run, error);
}

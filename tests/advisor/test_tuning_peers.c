/* What pgtune, pgconfig and timescaledb-tune say for the same machines: each value of theirs is
 * ours, or differs for a reason of peer_reasons.def that holds for it. */
#include <math.h>
#include <string.h>

#include "peer_machines.h"

typedef struct {
    const char *tool;
    const PgaTuning *tuning;
    const PgaTunedSetting *ours;
    double theirs; /* in the setting's unit; NAN for words */
    const char *text;
    gboolean stated; /* the connections */
} Pair;

typedef gboolean (*Condition)(const Pair *p);

/* Whether the formula gave more than fits. */
static gboolean
lowered(const Pair *p)
{
    return strstr(p->ours->formula, "lowered") != NULL;
}

/* Nothing is known of the source that would ask for more. */
static gboolean
is_usual(const Pair *p)
{
    if (g_str_equal(p->ours->name, "autovacuum_naptime"))
        return p->ours->number == 60;
    return p->ours->number == 256;
}

static gboolean
bounded_for_workers(const Pair *p)
{
    const PgaMemorySettings *m = &p->tuning->memory;

    return m->autovacuum_work_mem_kb <= m->maintenance_work_mem_kb &&
           m->autovacuum_work_mem_kb * m->autovacuum_max_workers <= MAX(m->ram_kb / 10, 1024);
}

static gboolean
quarter_of_max(const Pair *p)
{
    return p->ours->number == floor(pga_tuning_setting(p->tuning, "max_wal_size")->number / 4);
}

static gboolean
not_stated(const Pair *p)
{
    return !p->stated;
}

static gint64
ram(const Pair *p)
{
    return p->tuning->input->ram.value;
}

static gint64
bytes(const Pair *p, double number)
{
    const char *unit = p->ours->unit;

    return (gint64)(number * (g_str_equal(unit, "8kB")  ? 8192
                              : g_str_equal(unit, "kB") ? 1024
                                                        : 1048576));
}

static PgaWorkloadClass
workload(const Pair *p)
{
    return (PgaWorkloadClass)p->tuning->input->workload.value;
}

static gboolean
above_database(const Pair *p)
{
    const gint64 database = p->tuning->input->database_bytes.value;

    return database >= 0 && bytes(p, p->ours->number) >= database && p->theirs > p->ours->number;
}

static gboolean
less_by_profile(const Pair *p)
{
    return p->theirs < p->ours->number && !g_str_equal(p->tool, "timescaledb-tune");
}

static gboolean
more_than_share(const Pair *p)
{
    return p->theirs > p->ours->number && bytes(p, p->theirs - p->ours->number) <= 1048576;
}

static gboolean
theirs_does_not_fit(const Pair *p)
{
    PgaMemorySettings memory = p->tuning->memory;

    memory.work_mem_kb = (gint64)p->theirs;
    return p->theirs > p->ours->number && !pga_memory_fits(&memory);
}

static gint64
cap_kb(const Pair *p)
{
    return workload(p) == PGA_WORKLOAD_OLTP   ? 65536
           : workload(p) == PGA_WORKLOAD_OLAP ? 2097152
                                              : 262144;
}

static gboolean
at_our_cap(const Pair *p)
{
    return (gint64)p->ours->number == cap_kb(p) && p->theirs > p->ours->number;
}

static gboolean
more_and_fits(const Pair *p)
{
    return p->ours->number > p->theirs && p->tuning->safe;
}

static gboolean
above_our_cap(const Pair *p)
{
    const gint64 gb = workload(p) == PGA_WORKLOAD_OLTP   ? 1
                      : workload(p) != PGA_WORKLOAD_OLAP ? 2
                      : p->tuning->input->major >= 17    ? 8
                                                         : 1;

    return bytes(p, p->ours->number) == gb << 30 && p->theirs > p->ours->number;
}

static gboolean
is_16th(const Pair *p)
{
    return llabs(bytes(p, p->ours->number) - MAX(ram(p) / 16, MIN(64 << 20, ram(p) / 8))) <=
           1 << 20;
}

static gboolean
derived(const Pair *p)
{
    return p->ours->number == -1;
}

static gboolean
by_disk(const Pair *p)
{
    const gint64 disk = p->tuning->input->wal_disk_bytes.value;

    return disk >= 0 && llabs(bytes(p, p->ours->number) - disk / 2) <= 1 << 20;
}

/* What the tool thinks the machine is for is not what we call the same. */
static gboolean
by_workload(const Pair *p)
{
    static const struct {
        const char *setting, *value[5]; /* oltp, olap, htap, time-series */
    } ours[] = {{"max_wal_size", {NULL, "4GB", "16GB", "8GB", "16GB"}},
                {"jit", {NULL, "off", "on", "on", "off"}},
                {"default_statistics_target", {NULL, "100", "500", "200", "100"}},
                {"io_max_combine_limit", {NULL, "128kB", "1MB", "256kB", "256kB"}}};

    for (guint i = 0; i < G_N_ELEMENTS(ours); i++)
        if (g_str_equal(ours[i].setting, p->ours->name))
            return g_str_equal(ours[i].value[workload(p)], p->ours->value);
    return FALSE;
}

static gboolean
theirs_is_minimal(const Pair *p)
{
    return g_str_equal(p->text, "minimal");
}

static gboolean
theirs_is_zero(const Pair *p)
{
    return p->theirs == 0;
}

static gboolean
theirs_is_off(const Pair *p)
{
    return g_str_equal(p->text, "off") && g_str_equal(p->ours->value, "try");
}

static gboolean
theirs_is_io_uring(const Pair *p)
{
    return g_str_equal(p->text, "io_uring") && g_str_equal(p->ours->value, "worker");
}

static gboolean
lz4_unknown(const Pair *p)
{
    return g_str_equal(p->text, "lz4") &&
           (g_str_equal(p->ours->value, "pglz") || g_str_equal(p->ours->value, "off"));
}

static gboolean
few_cores(const Pair *p)
{
    return g_str_equal(p->ours->value, "off") && p->tuning->input->cores.value < 8;
}

static gboolean
same_word(const Pair *p)
{
    return g_str_equal(p->text, "on") && g_str_equal(p->ours->value, "pglz");
}

static gboolean
database_fits(const Pair *p)
{
    const gint64 database = p->tuning->input->database_bytes.value;

    return database >= 0 && database <= ram(p) / 4 * 3 && p->ours->number < 2;
}

static gboolean
no_arm(const Pair *p)
{
    return p->tuning->input->storage.value != PGA_STORAGE_HDD && p->ours->number < 2;
}

static gboolean
arm_not_asked(const Pair *p)
{
    return p->tuning->input->storage.value == PGA_STORAGE_HDD &&
           g_str_equal(p->tool, "timescaledb-tune");
}

static gboolean
io_by_storage(const Pair *p)
{
    static const double usual[] = {2, 200, 200, 100}, olap[] = {4, 200, 512, 200};
    const double *of = workload(p) == PGA_WORKLOAD_OLAP ? olap : usual;
    double want = of[p->tuning->input->storage.value];

    if (p->tuning->input->major >= 18)
        want = MAX(want, 16);
    if (g_str_equal(p->ours->name, "maintenance_io_concurrency"))
        want = MAX(want, 10);
    return p->ours->number == want;
}

static gboolean
workers_beside_cores(const Pair *p)
{
    return p->ours->number == (double)MAX(8, p->tuning->input->cores.value + 4);
}

static gboolean
workers_by_workload(const Pair *p)
{
    const gint64 cores = p->tuning->input->cores.value;

    return p->ours->number == (double)MAX(2, workload(p) == PGA_WORKLOAD_OLTP ? cores / 2 : cores);
}

static gboolean
gather_by_workload(const Pair *p)
{
    const double most = workload(p) == PGA_WORKLOAD_OLTP && p->ours->name[13] == 'w'   ? 2
                        : workload(p) == PGA_WORKLOAD_OLAP && p->ours->name[13] == 'w' ? 8
                                                                                       : 4;

    return p->ours->number <= most &&
           p->ours->number <= (double)p->tuning->memory.max_parallel_workers;
}

static gboolean
workers_by_cores(const Pair *p)
{
    const gint64 cores = p->tuning->input->cores.value;

    return p->ours->number == (cores >= 32 ? 5 : cores >= 16 ? 4 : 3);
}

static gboolean
by_cores(const Pair *p)
{
    const double part = workload(p) == PGA_WORKLOAD_OLAP ? 2 : 4;

    return p->ours->number == CLAMP(ceil((double)p->tuning->input->cores.value / part), 3, 32);
}

static const struct {
    const char *setting;
    Condition holds;
    const char *reason;
} reasons[] = {
#define REASON(setting, condition, reason) {setting, condition, reason},
#include "peer_reasons.def"
#undef REASON
};

static guint n_same, n_different, n_reason[G_N_ELEMENTS(reasons)];

/* Settings that tools write and PostgreSQL 14 to 18 or this program do not have. */
static gboolean
is_foreign(const char *name)
{
    static const char *const names[] = {"listen_addresses", "checkpoint_segments",
                                        "file_copy_method", "timescaledb.max_background_workers",
                                        NULL};

    return g_strv_contains(names, name);
}

/* "8GB", "52427kB", "0.9", "10" (in the setting's unit). NAN for words. */
static double
their_number(const PgaTunedSetting *ours, const char *text)
{
    static const struct {
        const char *unit;
        double kb;
    } units[] = {{"kB", 1}, {"MB", 1024}, {"GB", 1048576}, {"TB", 1073741824}};
    const double of_unit = g_strcmp0(ours->unit, "8kB") == 0  ? 8
                           : g_strcmp0(ours->unit, "MB") == 0 ? 1024
                                                              : 1;
    char *end;
    const double number = g_ascii_strtod(text, &end);

    if (end == text)
        return NAN;
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_str_equal(end, units[i].unit))
            return number * units[i].kb / of_unit;
    return *end ? NAN : number;
}

static gboolean
is_same(const Pair *p)
{
    if (isnan(p->theirs) || isnan(p->ours->number))
        return g_str_equal(p->text, p->ours->value);
    return fabs(p->theirs - p->ours->number) <= 0.002 * fabs(p->theirs);
}

static void
compare(const Pair *p)
{
    if (is_same(p)) {
        n_same++;
        return;
    }
    n_different++;
    for (guint i = 0; i < G_N_ELEMENTS(reasons); i++) {
        if (!g_str_equal(reasons[i].setting, p->ours->name) || !reasons[i].holds(p))
            continue;
        n_reason[i]++;
        return;
    }
    g_test_message("%s: %s = %s, ours %s (%s); %" G_GINT64_FORMAT " bytes, %" G_GINT64_FORMAT
                   " cores, %s, PostgreSQL %u",
                   p->tool, p->ours->name, p->text, p->ours->value, p->ours->formula, ram(p),
                   p->tuning->input->cores.value, pga_workload_class_name(workload(p)),
                   p->tuning->input->stated_major);
    g_test_fail();
}

static void
compare_all(const char *tool, const PgaTuning *tuning, json_t *output)
{
    const char *name;
    json_t *value;

    json_object_foreach(output, name, value)
    {
        g_autofree char *text = json_is_string(value) ? g_strdup(json_string_value(value))
                                                      : json_dumps(value, JSON_ENCODE_ANY);
        Pair pair = {.tool = tool,
                     .tuning = tuning,
                     .ours = pga_tuning_setting(tuning, name),
                     .text = text,
                     .stated = tuning->input->connections.origin == PGA_ORIGIN_STATED};

        if (json_is_object(value) || is_foreign(name) ||
            (!pair.ours && (!*text || g_str_equal(text, "0"))))
            continue;
        if (!pair.ours) /* pgconfig gives 14 to 17 settings of 18 */
            g_assert_true(g_str_has_prefix(name, "io_"));
        if (!pair.ours || !*text)
            continue;
        pair.theirs = their_number(pair.ours, text);
        compare(&pair);
    }
}

typedef struct {
    const char *tool, *file;
    void (*read)(PgaTuningInput *in, const json_t *input);
    guint n;
} Peer;

static const Peer peers[] = {
    {"pgtune", "pgtune-vectors.jsonl", test_read_pgtune, 300},
    {"pgconfig", "pgconfig-vectors.jsonl", test_read_pgconfig, 30},
    {"timescaledb-tune", "timescaledb-tune-vectors.jsonl", test_read_timescaledb, 24},
};

static void
compare_vector(const Peer *peer, json_t *vector)
{
    PgaTuningInput *in = pga_tuning_input_new();
    g_autoptr(PgaTuning) tuning = NULL;
    const char *group;
    json_t *values;

    peer->read(in, json_object_get(vector, "input"));
    tuning = pga_tune(in);
    json_object_foreach(json_object_get(vector, "output"), group, values)
    {
        if (json_is_object(values)) /* pgconfig has groups of settings */
            compare_all(peer->tool, tuning, values);
    }
    compare_all(peer->tool, tuning, json_object_get(vector, "output"));
}

static void
report(const Peer *peer)
{
    g_test_message("%s: %u values are the same, %u differ:", peer->tool, n_same, n_different);
    for (guint i = 0; i < G_N_ELEMENTS(reasons); i++)
        if (n_reason[i])
            g_test_message("%5u %s: %s", n_reason[i], reasons[i].setting, reasons[i].reason);
}

static void
test_peer(gconstpointer data)
{
    const Peer *peer = data;
    const char *stated = g_getenv("PGA_SHARED");
    g_autofree char *path =
        g_build_filename(stated ? stated : PGA_SHARED, "fixtures", peer->file, NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    guint n = 0;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        g_test_skip("the tools' vectors are not here");
        return;
    }
    n_same = n_different = 0;
    memset(n_reason, 0, sizeof(n_reason));
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        json_t *vector = *lines[i] ? json_loads(lines[i], 0, NULL) : NULL;

        if (!vector)
            continue;
        compare_vector(peer, vector);
        json_decref(vector);
        n++;
    }
    g_assert_cmpuint(n, ==, peer->n);
    g_assert_cmpuint(n_same, >, n_different / 4);
    report(peer);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(peers); i++) {
        g_autofree char *path =
            g_strdup_printf("/advisor/tuning/differs-from-%s-for-a-reason", peers[i].tool);

        g_test_add_data_func(path, &peers[i], test_peer);
    }
    return g_test_run();
}

/* What the settings cannot make good: memory that does not fit, connections that need a pooler, a
 * source that is set up against its machine. */
#include <math.h>

#include "tune_internal.h"

/* Fewer than this, where nobody said how many, are worth a word. */
#define FEW_CONNECTIONS 20

/* Stable over runs: what an accept list names. */
static char *
fingerprint(const char *rule, const char *object)
{
    g_autofree char *text = g_strconcat(rule, "\n", object, NULL);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    return g_strndup(digest, 16);
}

static void
cite(const PgaTune *t, PgaFinding *finding, const char *page, const char *setting)
{
    g_autofree char *url = pga_setting_docs_url(t->server_major, page, setting);

    finding->docs_title = setting;
    finding->docs_url = g_intern_string(url);
}

PgaFinding *
pga_tune_add_finding(const PgaTune *t, const char *rule, PgaSeverity severity, char *title,
                     char *evidence)
{
    PgaFinding *finding = pga_finding_new(rule);

    finding->severity = severity;
    finding->category = "config";
    finding->object = g_strdup("server");
    finding->title = title;
    finding->evidence = evidence;
    finding->fingerprint = fingerprint(rule, finding->object);
    finding->requirements = "T1-3 T2-9 Q-3";
    g_ptr_array_add(t->tuning->findings, finding);
    return finding;
}

/* (transfer full): the terms with their sum. */
static char *
sum_text(const PgaTune *t, const PgaMemorySettings *settings)
{
    PgaMemorySum sum;
    g_autofree char *shared = NULL, *work = NULL, *maintenance = NULL, *fixed = NULL, *os = NULL;
    g_autofree char *total = NULL, *ram = pga_size_text(t->ram);

    pga_memory_sum(settings, 100, &sum);
    shared = pga_size_text(sum.shared * PGA_KB);
    work = pga_size_text(sum.work * PGA_KB);
    maintenance = pga_size_text(sum.maintenance * PGA_KB);
    fixed = pga_size_text(sum.fixed * PGA_KB);
    os = pga_size_text(sum.os * PGA_KB);
    total = pga_size_text(sum.total * PGA_KB);
    return g_strdup_printf(
        "%" G_GINT64_FORMAT " connections: shared %s + work_mem %s + maintenance %s + connections "
        "%s + operating system %s = %s; RAM %s",
        settings->max_connections, shared, work, maintenance, fixed, os, total, ram);
}

/* RAM with which the wanted connections fit at 4MB work_mem and the lowest of everything else. */
static gint64
ram_that_fits(const PgaTune *t)
{
    PgaMemorySettings trial = t->memory;
    PgaMemorySum sum;

    trial.max_connections = t->wanted.max_connections;
    trial.work_mem_kb = PGA_WORK_MEM_FLOOR_KB;
    pga_memory_sum(&trial, 100, &sum); /* the operating system's part grows with RAM */
    return MAX(sum.total, (sum.total - sum.os) / 19 * 20) * PGA_KB;
}

static void
find_unsafe(const PgaTune *t)
{
    g_autofree char *needed = pga_size_text(ram_that_fits(t));
    PgaFinding *finding;

    if (t->tuning->safe)
        return;
    finding = pga_tune_add_finding(t, "tune-memory", PGA_SEVERITY_ERROR,
                                   g_strdup("No memory settings are safe on this machine"),
                                   sum_text(t, &t->memory));
    finding->fix.note = g_strdup_printf(
        "Even the least of each setting exceeds RAM: at least %s are needed for %" G_GINT64_FORMAT
        " connections. Put a pooler in front and lower the connections, or take a larger machine. "
        "The memory settings are the least that a server runs with; the others hold.",
        needed, t->wanted.max_connections);
    cite(t, finding, "resource", "shared_buffers");
}

static void
find_lowered_connections(const PgaTune *t)
{
    const gint64 wanted = t->wanted.max_connections, have = t->memory.max_connections;
    const gboolean asked =
        t->input->connections.origin >= PGA_ORIGIN_MEASURED && t->input->connections.value > 0;
    PgaMemorySettings trial = t->memory;
    g_autofree char *needed = pga_size_text(ram_that_fits(t));
    PgaFinding *finding;

    if (have >= wanted || !t->tuning->safe /* that is said already */ ||
        (!asked && have >= FEW_CONNECTIONS))
        return;
    trial.max_connections = wanted;
    trial.work_mem_kb = PGA_WORK_MEM_FLOOR_KB;
    finding = pga_tune_add_finding(
        t, "tune-connections", asked ? PGA_SEVERITY_ERROR : PGA_SEVERITY_WARNING,
        g_strdup("The connections do not fit into RAM"), sum_text(t, &trial));
    finding->fix.note =
        g_strdup_printf("max_connections is lowered to %" G_GINT64_FORMAT
                        ": let the clients connect to a pooler (PgBouncer in transaction mode) "
                        "with a pool within that, or take a machine with at least %s.",
                        have, needed);
    cite(t, finding, "connection", "max_connections");
}

static void
find_many_connections(const PgaTune *t)
{
    const gint64 connections = t->memory.max_connections, peak = t->seen->connection_peak;
    PgaFinding *finding;

    if (connections <= PGA_MANY_CONNECTIONS || connections < t->wanted.max_connections)
        return;
    finding = pga_tune_add_finding(
        t, "tune-pooler", PGA_SEVERITY_WARNING, g_strdup("So many connections ask for a pooler"),
        peak >= 0
            ? g_strdup_printf("max_connections %" G_GINT64_FORMAT "; at most %" G_GINT64_FORMAT
                              " were seen at once",
                              connections, peak)
            : g_strdup_printf("max_connections %" G_GINT64_FORMAT " on %" G_GINT64_FORMAT " cores",
                              connections, t->cores));
    finding->fix.note =
        g_strdup("Each connection costs memory that is taken from work_mem here, and more sessions "
                 "active than a few for each core are slower: put PgBouncer in front and state its "
                 "pool with --pool-size.");
    cite(t, finding, "connection", "max_connections");
}

static void
find_unused_connections(const PgaTune *t)
{
    PgaFinding *finding;

    if (!pga_tune_are_unused(t))
        return;
    finding = pga_tune_add_finding(
        t, "tune-connections-unused", PGA_SEVERITY_WARNING,
        g_strdup("Far more connections are allowed than were seen"),
        g_strdup_printf("max_connections %" G_GINT64_FORMAT "; at most %" G_GINT64_FORMAT
                        " were seen at once",
                        t->input->connections.value, t->seen->connection_peak));
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    finding->fix.note = g_strdup(
        "What they might need is taken from work_mem and maintenance_work_mem. Look at a "
        "busy hour first (pg_stat_activity), or state the number with --connections; where "
        "there really are so many clients, put a pooler in front.");
    cite(t, finding, "connection", "max_connections");
}

static void
add_lowered(GString *out, const char *name, gint64 wanted, gint64 have, gboolean memory)
{
    g_autofree char *from =
        memory ? pga_size_text(wanted * PGA_KB) : g_strdup_printf("%" G_GINT64_FORMAT, wanted);
    g_autofree char *to =
        memory ? pga_size_text(have * PGA_KB) : g_strdup_printf("%" G_GINT64_FORMAT, have);

    if (have < wanted)
        g_string_append_printf(out, "%s%s %s instead of %s", out->len ? ", " : "", name, to, from);
}

static void
find_lowered_memory(const PgaTune *t)
{
    const PgaMemorySettings *w = &t->wanted, *m = &t->memory;
    g_autoptr(GString) lowered = g_string_new(NULL);
    PgaFinding *finding;

    add_lowered(lowered, "max_parallel_workers", w->max_parallel_workers, m->max_parallel_workers,
                FALSE);
    add_lowered(lowered, "maintenance_work_mem", w->maintenance_work_mem_kb,
                m->maintenance_work_mem_kb, TRUE);
    add_lowered(lowered, "autovacuum_max_workers", w->autovacuum_max_workers,
                m->autovacuum_max_workers, FALSE);
    add_lowered(lowered, "autovacuum_work_mem", w->autovacuum_work_mem_kb,
                m->autovacuum_work_mem_kb, TRUE);
    add_lowered(lowered, "logical_decoding_work_mem", w->logical_decoding_work_mem_kb,
                m->logical_decoding_work_mem_kb, TRUE);
    add_lowered(lowered, "shared_buffers", w->shared_buffers_kb, m->shared_buffers_kb, TRUE);
    if (!t->tuning->safe || lowered->len == 0)
        return;
    finding = pga_tune_add_finding(t, "tune-memory-lowered", PGA_SEVERITY_INFO,
                                   g_strdup("Settings were lowered until the worst case fits"),
                                   g_strdup(lowered->str));
    finding->fix.note = g_strdup("With fewer connections, a pooler in front or more RAM the usual "
                                 "values would fit.");
    cite(t, finding, "resource", "shared_buffers");
}

static void
find_buffers_above_ram(const PgaTune *t)
{
    const gint64 current = pga_tune_current_bytes(t, "shared_buffers");
    g_autofree char *have = pga_size_text(current), *ram = pga_size_text(t->ram);
    PgaFinding *finding;

    if (current <= t->ram)
        return;
    finding = pga_tune_add_finding(
        t, "tune-shared-buffers", PGA_SEVERITY_ERROR,
        g_strdup("shared_buffers of the source is more than the RAM"),
        g_strdup_printf("shared_buffers %s; RAM %s (%s)", have, ram,
                        t->input->ram.method ? t->input->ram.method : "stated"));
    finding->fix.note =
        g_strdup("Either the RAM is wrong (give --ram), or the server starts only as long as it "
                 "does not touch what it reserved.");
    cite(t, finding, "resource", "shared_buffers");
}

static void
find_no_durability(const PgaTune *t)
{
    const gboolean fsync = !pga_tune_current_is(t, "fsync", "off");
    const gboolean pages = !pga_tune_current_is(t, "full_page_writes", "off");
    PgaFinding *finding;

    if (fsync && pages)
        return;
    finding = pga_tune_add_finding(t, "tune-durability", PGA_SEVERITY_ERROR,
                                   g_strdup("A crash of the machine can destroy the data"),
                                   g_strdup_printf("%s%s%s", fsync ? "" : "fsync off",
                                                   fsync || pages ? "" : ", ",
                                                   pages ? "" : "full_page_writes off"));
    finding->fix.note = g_strdup_printf(
        "Switch %s on now: a reload is enough.%s Unless the data can be made again from elsewhere, "
        "take a base backup then: a copy that stems from a crash before may be damaged unseen.",
        !fsync && !pages ? "both"
        : fsync          ? "full_page_writes"
                         : "fsync",
        fsync ? "" : " Then run \"sync\" on the host once, for what was written before.");
    cite(t, finding, "wal", fsync ? "full_page_writes" : "fsync");
}

static void
find_no_autovacuum(const PgaTune *t)
{
    const double dead = t->seen->dead_per_s;
    PgaFinding *finding;

    if (!pga_tune_current_is(t, "autovacuum", "off"))
        return;
    finding = pga_tune_add_finding(
        t, "tune-autovacuum", PGA_SEVERITY_ERROR, g_strdup("autovacuum is off"),
        dead > 0 ? g_strdup_printf("autovacuum off; %.0f rows updated or deleted per second", dead)
                 : g_strdup("autovacuum off"));
    finding->fix.note = g_strdup(
        "Tables grow with every change, plans go by old statistics, and before transaction "
        "ids wrap around a vacuum comes unasked, or the server takes no more writes. "
        "Switch it on (a reload is enough), and VACUUM (ANALYZE) the largest tables in a "
        "quiet hour.");
    cite(t, finding, "vacuum", "autovacuum");
}

static void
find_small_wal_disk(const PgaTune *t)
{
    const gint64 disk = t->input->wal_disk_bytes.value;
    g_autofree char *size = NULL, *most = pga_size_text(t->max_wal_size);
    PgaFinding *finding;

    if (disk < 0 || disk >= 2 * PGA_GB)
        return;
    size = pga_size_text(disk);
    finding =
        pga_tune_add_finding(t, "tune-wal-disk", PGA_SEVERITY_WARNING,
                             g_strdup("The disk with pg_wal is too small for max_wal_size"),
                             g_strdup_printf("%s, of which max_wal_size takes %s", size, most));
    finding->fix.note = g_strdup("max_wal_size is no hard limit: a burst of writes or a slot fills "
                                 "the disk and stops the server. Give pg_wal at least 2GB.");
    cite(t, finding, "wal", "max_wal_size");
}

void
pga_tune_findings(const PgaTune *t)
{
    find_no_durability(t);
    find_unsafe(t);
    find_lowered_connections(t);
    find_buffers_above_ram(t);
    find_no_autovacuum(t);
    find_small_wal_disk(t);
    find_many_connections(t);
    find_unused_connections(t);
    find_lowered_memory(t);
}

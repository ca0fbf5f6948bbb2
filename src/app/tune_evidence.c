/* What a source shows while it works, as rates that formulas are written for. */
#include <string.h>

#include <base/units.h>

#include "tune_internal.h"

#define HOUR 3600.0
/* What was counted in less is taken to be all there was in so much: a burst is no rate. */
#define MIN_SECONDS 300.0
#define SHORT       3600.0
/* Tables below it need no autovacuum settings of their own; more than so many are not listed. */
#define MIN_TABLE_ROWS 1e6
#define MAX_TABLES     100

/* Below 0: unknown. */
static double
rate(gint64 count, double seconds, double unit)
{
    return count < 0 || seconds < 0 ? -1 : (double)count / MAX(seconds, MIN_SECONDS) * unit;
}

static void
add(double *sum, double summand)
{
    if (summand >= 0)
        *sum = MAX(*sum, 0) + summand;
}

static void
read_wal(const PgaServer *server, PgaTuningEvidence *evidence)
{
    evidence->wal_bytes_per_s = rate(server->wal_bytes, server->wal_stats_age, 1);
    evidence->wal_buffers_full_per_hour =
        rate(server->wal_buffers_full, server->wal_stats_age, HOUR);
    evidence->checkpoints_timed_per_hour =
        rate(server->checkpoints_timed, server->checkpointer_stats_age, HOUR);
    evidence->checkpoints_requested_per_hour =
        rate(server->checkpoints_req, server->checkpointer_stats_age, HOUR);
}

static void
read_databases(const PgaServer *server, PgaTuningEvidence *evidence)
{
    double hit = 0, all = 0;

    evidence->n_databases = server->databases->len;
    for (guint i = 0; i < server->databases->len; i++) {
        const PgaDatabase *database = g_ptr_array_index(server->databases, i);
        const gint64 transactions = database->xact_commit < 0
                                        ? -1
                                        : database->xact_commit + MAX(database->xact_rollback, 0);

        add(&evidence->temp_bytes_per_hour, rate(database->temp_bytes, database->stats_age, HOUR));
        add(&evidence->temp_files_per_hour, rate(database->temp_files, database->stats_age, HOUR));
        add(&evidence->transactions_per_s, rate(transactions, database->stats_age, 1));
        hit += (double)MAX(database->blks_hit, 0);
        all += (double)MAX(database->blks_hit, 0) + (double)MAX(database->blks_read, 0);
    }
    if (all > 0)
        evidence->hit_share = hit / all;
}

static double
share(gint64 part, gint64 whole)
{
    return whole > 0 ? (double)part / (double)whole : -1;
}

/* From 16 on by pg_stat_io; before, pg_stat_bgwriter counts pages that backends appended, too,
 * which is no sign of a slow background writer: then nothing is known. */
static void
read_writes(const PgaServer *server, PgaTuningEvidence *evidence)
{
    gint64 by_backends = 0, all = 0;

    for (guint i = 0; i < server->io->len; i++) {
        const PgaIoStatistics *io = g_ptr_array_index(server->io, i);

        if (strcmp(io->context, "normal") != 0)
            continue;
        all += MAX(io->writes, 0);
        if (g_str_equal(io->backend_type, "client backend"))
            by_backends += MAX(io->writes, 0);
    }
    evidence->backend_write_share = share(by_backends, all);
}

static void
read_replication(const PgaServer *server, PgaTuningEvidence *evidence)
{
    gint64 logical = 0, decoding = 0;

    for (guint i = 0; i < server->slots->len; i++) {
        const PgaReplicationSlot *slot = g_ptr_array_index(server->slots, i);

        if (g_str_equal(slot->slot_type, "logical")) {
            logical++;
            decoding += slot->active;
        }
    }
    evidence->slots = server->slots->len;
    evidence->logical_slots = logical;
    evidence->standbys = MAX((gint64)server->senders->len - decoding, 0);
}

/* Three-valued: a word of an enumeration of this build. */
static gint64
has_word(const PgaCatalog *settings, const char *name, const char *word)
{
    const PgaSetting *setting = pga_catalog_setting(settings, name);
    g_auto(GStrv) words = NULL;
    g_autofree char *list = NULL;

    if (!setting || !setting->enumvals)
        return -1;
    list = g_strdup(setting->enumvals);
    g_strdelimit(list, "{}\"", ' ');
    words = g_strsplit(list, ",", -1);
    for (char **each = words; *each; each++)
        if (g_str_equal(g_strstrip(*each), word))
            return 1;
    return 0;
}

static gint64
is_set(const PgaCatalog *settings, const char *name)
{
    const PgaSetting *setting = pga_catalog_setting(settings, name);

    return setting && setting->setting ? !g_str_equal(setting->setting, "off") : -1;
}

static void
read_settings(const PgaSource *source, PgaTuningEvidence *evidence)
{
    const PgaCatalog *settings = source->catalog;
    const gboolean words = pga_catalog_setting(settings, "wal_compression") &&
                           has_word(settings, "wal_compression", "on") >= 0;

    evidence->settings = settings;
    evidence->archiving = is_set(settings, "archive_mode");
    evidence->checksums = is_set(settings, "data_checksums");
    /* wal_compression is a flag before 15 */
    evidence->lz4 = words ? has_word(settings, "wal_compression", "lz4")
                          : has_word(settings, "default_toast_compression", "lz4");
    evidence->zstd = words ? has_word(settings, "wal_compression", "zstd") : -1;
    /* what the build can, the kernel may forbid: only "cannot" is certain from here */
    evidence->io_uring = has_word(settings, "io_method", "io_uring") == 0 ? 0 : -1;
    evidence->prepared_transactions =
        pga_catalog_setting_int64(settings, "max_prepared_transactions");
}

static PgaOid
root_of(const PgaCatalog *catalog, const PgaRelation *relation)
{
    while (relation->parent) {
        const PgaRelation *parent = pga_catalog_relation(catalog, relation->parent);

        if (!parent)
            break;
        relation = parent;
    }
    return relation->oid;
}

static void
count_partitions(const PgaCatalog *catalog, PgaTuningEvidence *evidence)
{
    g_autoptr(GHashTable) count = g_hash_table_new(NULL, NULL);

    evidence->partitions = evidence->relations = 0;
    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);
        gpointer root = GUINT_TO_POINTER(root_of(catalog, relation));
        gint64 n;

        evidence->relations += relation->relkind == 'r';
        if (!relation->relispartition)
            continue;
        n = GPOINTER_TO_INT(g_hash_table_lookup(count, root)) + 1;
        g_hash_table_insert(count, root, GINT_TO_POINTER((int)n));
        evidence->partitions = MAX(evidence->partitions, n);
    }
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
    const PgaRelation *const *first = a, *const *second = b;

    if ((*first)->reltuples != (*second)->reltuples)
        return (*first)->reltuples < (*second)->reltuples ? 1 : -1;
    return (*first)->oid < (*second)->oid ? -1 : (*first)->oid > (*second)->oid;
}

static void
add_table(const PgaRelation *relation, double seconds, PgaTuningEvidence *evidence)
{
    const PgaRelationCounters *counters = &relation->counters;
    g_autofree char *name = pga_relation_display(relation, NULL);
    PgaTuningTable *table = pga_tuning_add_table(evidence, name);

    table->rows = relation->reltuples;
    table->reloptions = g_strdup(relation->reloptions);
    table->partitioned = relation->relkind == 'p';
    table->dead_per_hour = table->inserts_per_hour = -1;
    if (!relation->has_counters)
        return;
    table->dead_per_hour = rate(counters->n_tup_upd + counters->n_tup_del, seconds, HOUR);
    table->inserts_per_hour = rate(counters->n_tup_ins, seconds, HOUR);
}

/* Storage parameters are of leaves; of a partitioned table only the parent is listed. */
static void
read_tables(const PgaSource *source, PgaTuningEvidence *evidence)
{
    const double seconds = source->environment->stats_age;
    g_autoptr(GPtrArray) large = g_ptr_array_new();

    for (guint i = 0; i < source->catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(source->catalog->relations, i);
        const PgaRelationCounters *counters = &relation->counters;

        if (relation->relkind == 'r' && relation->has_counters) {
            add(&evidence->dead_per_s, rate(counters->n_tup_upd + counters->n_tup_del, seconds, 1));
            add(&evidence->inserts_per_s, rate(counters->n_tup_ins, seconds, 1));
        }
        if ((relation->relkind == 'r' || relation->relkind == 'p') && !relation->relispartition &&
            !relation->extension && relation->reltuples >= MIN_TABLE_ROWS)
            g_ptr_array_add(large, relation);
    }
    g_ptr_array_sort(large, compare_rows);
    for (guint i = 0; i < MIN(large->len, MAX_TABLES); i++)
        add_table(g_ptr_array_index(large, i), seconds, evidence);
}

/* Rates of minutes are rates of what happened to run. */
static void
note_span(PgaTuneRun *run, const PgaTuningEvidence *evidence)
{
    g_autofree char *span = pga_duration_format(MAX(evidence->seconds, 0));

    if (evidence->seconds >= SHORT)
        return;
    pga_tune_note(run,
                  "The source's counters cover only %s: what follows from rates, of WAL, "
                  "checkpoints, temporary files and autovacuum, may change with more time.",
                  span);
}

/* Whose sessions are most; a single one may be anybody's, ours too. */
static void
find_application_role(const PgaServer *server, PgaTuningEvidence *evidence)
{
    g_autoptr(GHashTable) count = g_hash_table_new(g_str_hash, g_str_equal);
    int most = 1;

    for (guint i = 0; i < server->sessions->len; i++) {
        const PgaSession *session = g_ptr_array_index(server->sessions, i);
        int n;

        if (!session->usename || session->is_superuser ||
            g_strcmp0(session->backend_type, "client backend") != 0)
            continue;
        n = GPOINTER_TO_INT(g_hash_table_lookup(count, session->usename)) + 1;
        g_hash_table_insert(count, session->usename, GINT_TO_POINTER(n));
        if (n <= most)
            continue;
        most = n;
        g_free(evidence->application_role);
        evidence->application_role = g_strdup(session->usename);
    }
}

void
pga_tune_evidence(PgaTuneRun *run, const PgaSource *source)
{
    PgaTuningEvidence *evidence = &run->input->evidence;
    const gboolean ddl = source->environment->source_kind == PGA_SOURCE_DDL;

    evidence->present = TRUE;
    evidence->name = g_strdup(source->environment->source_name);
    count_partitions(source->catalog, evidence);
    read_tables(source, evidence);
    if (ddl)
        return; /* settings and counters would be the lab's */
    read_settings(source, evidence);
    evidence->seconds = source->environment->stats_age;
    if (!source->server)
        return;
    read_wal(source->server, evidence);
    read_databases(source->server, evidence);
    read_writes(source->server, evidence);
    read_replication(source->server, evidence);
    evidence->connection_peak = source->server->n_client_backends;
    evidence->active_peak = source->server->n_active;
    find_application_role(source->server, evidence);
    note_span(run, evidence);
}

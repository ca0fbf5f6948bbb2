/* WAL and checkpoints. */
#include <base/units.h>
#include <math.h>

#include "tune_internal.h"

/* WAL between two checkpoints, and a bit: max_wal_size counts from the checkpoint before the last
 * (about 1 + checkpoint_completion_target), with room for the rate to vary. */
#define CHECKPOINTS_OF_WAL 2.2

gint64
pga_tune_checkpoint_seconds(const PgaTune *t)
{
    const double current = pga_tune_current(t, "checkpoint_timeout");

    if (t->input->recovery_seconds >= 0 && t->input->recovery_seconds < 60)
        return 300;
    return isfinite(current) && current >= 600 && current <= 1800 ? (gint64)current : 900;
}

static gint64
least_wal(const PgaTune *t)
{
    switch (t->workload) {
    case PGA_WORKLOAD_OLAP:
    case PGA_WORKLOAD_TIME_SERIES:
        return 16 * PGA_GB;
    case PGA_WORKLOAD_HTAP:
        return 8 * PGA_GB;
    case PGA_WORKLOAD_OLTP:
    case PGA_WORKLOAD_UNKNOWN:
    default:
        return 4 * PGA_GB;
    }
}

/* What the WAL rate asks for; 0 where it is not known. */
static gint64
measured_wal(const PgaTune *t)
{
    const double bytes =
        CHECKPOINTS_OF_WAL * t->seen->wal_bytes_per_s * (double)pga_tune_checkpoint_seconds(t);

    return t->seen->wal_bytes_per_s > 0 ? (gint64)MIN(bytes, (double)(PGA_GB * PGA_KB)) : 0;
}

/* Where checkpoints were asked for by WAL and the rate is not known, twice what there is. */
static gint64
doubled_wal(const PgaTune *t)
{
    const double requested = t->seen->checkpoints_requested_per_hour;
    const double timed = t->seen->checkpoints_timed_per_hour;
    const gint64 current = pga_tune_current_bytes(t, "max_wal_size");

    if (current <= 0 || requested < 1 || requested < timed / 10)
        return 0;
    return 2 * MIN(current, PGA_GB * PGA_KB / 2);
}

/* More than the formulas give is somebody's choice. */
static gint64
present_wal(const PgaTune *t)
{
    return MAX(pga_tune_current_bytes(t, "max_wal_size"), 0);
}

gint64
pga_tune_max_wal_bytes(const PgaTune *t)
{
    const gint64 disk = t->input->wal_disk_bytes.value;
    gint64 bytes = MAX(MAX(least_wal(t), measured_wal(t)), MAX(doubled_wal(t), present_wal(t)));

    if (disk >= 0) { /* a disk below 2GB does not hold 1GB and what comes on top of it */
        bytes = MIN(bytes, disk / 2);
        bytes = MAX(bytes, MIN(PGA_GB, disk / 5 * 4));
    }
    return MAX(bytes / PGA_MB * PGA_MB, 80 * PGA_MB);
}

static void
explain_rate(const PgaTune *t, PgaTunedSetting *s)
{
    g_autofree char *least = pga_size_text(least_wal(t));
    g_autofree char *measured = pga_size_text(measured_wal(t));
    g_autofree char *rate = pga_size_text(pga_int64(MAX(t->seen->wal_bytes_per_s, 0)));

    pga_tuned_explain(s, "at least %s for %s", least, pga_workload_class_name(t->workload));
    if (measured_wal(t) > 0)
        pga_tuned_also(s, ", and 2.2 x %s/s of WAL x %ds of checkpoint_timeout = %s", rate,
                       (int)pga_tune_checkpoint_seconds(t), measured);
    if (doubled_wal(t) > 0)
        pga_tuned_also(s, ", and twice what the source has: WAL asked for %.1f checkpoints an hour",
                       t->seen->checkpoints_requested_per_hour);
    if (present_wal(t) > MAX(MAX(least_wal(t), measured_wal(t)), doubled_wal(t)))
        pga_tuned_also(s, ", and not less than the source has");
}

static void
explain_disk(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 disk = t->input->wal_disk_bytes.value;
    g_autofree char *text = disk >= 0 ? pga_size_text(disk) : NULL;

    if (disk < 0)
        pga_tuned_also(s, "; the disk with pg_wal is not known: it must hold twice as much");
    else if (t->max_wal_size <
             MAX(MAX(least_wal(t), measured_wal(t)), present_wal(t)) / PGA_MB * PGA_MB)
        pga_tuned_also(s, "; but the disk with pg_wal has %s, and half of it wins", text);
    else
        pga_tuned_also(s, "; at most half of the disk with pg_wal (%s)", text);
}

void
pga_tune_max_wal_size(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_bytes(s, t->max_wal_size);
    explain_rate(t, s);
    explain_disk(t, s);
}

void
pga_tune_min_wal_size(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 current = pga_tune_current_bytes(t, "min_wal_size");
    g_autofree char *most = pga_size_text(t->max_wal_size);

    if (current > t->max_wal_size / 4 && current <= t->max_wal_size) {
        pga_tuned_bytes(s, current);
        pga_tuned_explain(s, "kept: the source has more than a quarter of max_wal_size");
        return;
    }
    pga_tuned_bytes(s, MAX(80 * PGA_MB, t->max_wal_size / 4 / PGA_MB * PGA_MB));
    pga_tuned_explain(s, "a quarter of max_wal_size (%s), at least 80MB =", most);
}

void
pga_tune_checkpoint_timeout(const PgaTune *t, PgaTunedSetting *s)
{
    pga_tuned_seconds(s, (double)pga_tune_checkpoint_seconds(t));
    if (pga_tune_checkpoint_seconds(t) != 300 && pga_tune_checkpoint_seconds(t) != 900)
        pga_tuned_explain(s, "kept: the source has 10min to 30min");
    else if (pga_tune_checkpoint_seconds(t) < 900)
        pga_tuned_explain(s, "5min: recovery within %.0fs was asked for",
                          t->input->recovery_seconds);
    else
        pga_tuned_explain(s, "15min; 5min where recovery is to take less than a minute");
}

void
pga_tune_checkpoint_completion_target(const PgaTune *t, PgaTunedSetting *s)
{
    (void)t;
    pga_tuned_number(s, 0.9);
    pga_tuned_explain(s, "0.9 of the time to the next checkpoint");
}

/* pglz costs TPC-B 10 % of its transactions on two cores (bench/tune), lz4 nothing that shows. */
enum { PGLZ_MIN_CORES = 8 };

/* 14 knows only on and off. */
static void
without_lz4(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean flag = t->server_major < 15;
    const char *why = flag                ? "before 15 there is only pglz"
                      : t->seen->lz4 == 0 ? "the source's build has no lz4"
                                          : "pglz is in every build; lz4 where "
                                            "pg_settings.enumvals has it";

    if (t->cores < PGLZ_MIN_CORES) {
        pga_tuned_word(s, "off");
        pga_tuned_explain(s, "off below %d cores, pglz takes too much of them: %s", PGLZ_MIN_CORES,
                          why);
    } else {
        pga_tuned_word(s, flag ? "on" : "pglz");
        pga_tuned_explain(s, "%s", why);
    }
}

void
pga_tune_wal_compression(const PgaTune *t, PgaTunedSetting *s)
{
    const char *current = pga_tune_current_word(t, "wal_compression");

    if (t->server_major >= 15 && (t->seen->lz4 == 1 || g_strcmp0(current, "lz4") == 0)) {
        pga_tuned_word(s, "lz4");
        pga_tuned_explain(s, "the source's build has lz4");
    } else if (g_strcmp0(current, "zstd") == 0) {
        pga_tuned_word(s, "zstd");
        pga_tuned_explain(s, "kept: the source runs with it");
    } else {
        without_lz4(t, s);
    }
}

void
pga_tune_wal_level(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean logical = pga_tune_is_logical(t);

    pga_tuned_word(s, logical ? "logical" : "replica");
    pga_tuned_explain(s, logical ? "logical replication is used or asked for"
                                 : "replicas, archiving, backups of a running server");
}

/* A third of the disk with pg_wal, where that is known. */
static gboolean
fits_disk(const PgaTune *t, gint64 bytes)
{
    return t->input->wal_disk_bytes.value < 0 || bytes <= t->input->wal_disk_bytes.value / 3;
}

void
pga_tune_wal_keep_size(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean slotless = t->seen->standbys > 0 && t->seen->slots == 0;
    const gint64 current = pga_tune_current_bytes(t, "wal_keep_size");

    if (current > 0 && fits_disk(t, current)) {
        pga_tuned_bytes(s, current);
        pga_tuned_explain(s, "kept: the source has it, and the disk with pg_wal holds it");
        return;
    }
    if (slotless)
        pga_tuned_bytes(s, CLAMP(t->max_wal_size / 4, PGA_GB, 16 * PGA_GB));
    else
        pga_tuned_number(s, 0);
    pga_tuned_explain(s,
                      slotless ? "a quarter of max_wal_size, within 1GB to 16GB: %s has no slot"
                               : "0: a replication slot keeps what %s needs",
                      "a replica");
}

void
pga_tune_max_slot_wal_keep_size(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 disk = t->input->wal_disk_bytes.value;
    const gint64 current = pga_tune_current_bytes(t, "max_slot_wal_keep_size");
    g_autofree char *text = disk >= 0 ? pga_size_text(disk) : NULL;

    if (current > 0 && fits_disk(t, current)) {
        pga_tuned_bytes(s, current);
        pga_tuned_explain(s, "kept: the source has it, and the disk with pg_wal holds it");
    } else if (!pga_tune_has_slots(t)) {
        pga_tuned_number(s, -1);
        pga_tuned_explain(s, "-1: no replication slots are known");
    } else if (disk < 0) {
        pga_tuned_number(s, -1);
        pga_tuned_explain(s, "-1: the disk with pg_wal is not known; 30 %% of it would be right");
    } else {
        pga_tuned_bytes(s, MAX(disk / 10 * 3, PGA_MB));
        pga_tuned_explain(s, "30 %% of the disk with pg_wal (%s)", text);
    }
}

void
pga_tune_wal_log_hints(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean current = pga_tune_current_is(t, "wal_log_hints", "on");
    const gboolean on = current || (pga_tune_has_standby(t) && t->seen->checksums == 0);

    pga_tuned_switch(s, on);
    pga_tuned_explain(s, current ? "kept: the source has it on"
                         : on    ? "there is a replica, and checksums are off"
                                 : "off: no replica, or checksums do the same");
}

/* Weaker is never proposed, and stronger is the operator's choice. */
void
pga_tune_synchronous_commit(const PgaTune *t, PgaTunedSetting *s)
{
    const char *current = pga_tune_current_word(t, "synchronous_commit");
    const gboolean chosen = current && !g_str_equal(current, "off");

    pga_tuned_word(s, chosen ? current : "on");
    pga_tuned_explain(s, chosen ? "as the source has it"
                                : "on: off loses the last commits in a crash");
}

void
pga_tune_summarize_wal(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean on =
        t->input->incremental_backup == 1 ||
        (t->input->incremental_backup < 0 && pga_tune_current_is(t, "summarize_wal", "on"));

    pga_tuned_switch(s, on);
    pga_tuned_explain(s, on ? "incremental backups are made or asked for"
                            : "off: no incremental backups were asked for");
}

void
pga_tune_archive_mode(const PgaTune *t, PgaTunedSetting *s)
{
    const char *current = pga_tune_current_word(t, "archive_mode");
    const gboolean on = current && !g_str_equal(current, "off");

    if (t->input->archiving < 0 && on) {
        pga_tuned_word(s, current);
        pga_tuned_explain(s, "kept: the source archives");
        return;
    }
    pga_tuned_switch(s, t->input->archiving == 1 || t->seen->archiving == 1);
    pga_tuned_explain(s, t->input->archiving == 1 ? "asked for; archive_command must be set as well"
                         : t->seen->archiving == 1 ? "kept: the source archives"
                                                   : "off: on without an archive_command piles up "
                                                     "WAL");
}

/* The moment as a page: what to do first, then what it rests on. What is well takes one line. */
#include "now_internal.h"

#include <base/units.h>

#include "page_internal.h"
#include "phrases_internal.h"

#define MAX_ITEMS   5
#define XID_LIMIT   2147483648.0
#define DAY         86400.0
#define STRIKING    0.1 /* of the transactions are rolled back */
#define MIN_COUNTED 1000

static void
write_title(PgaPage *page, const PgaNow *now)
{
    const PgaEnvironment *environment = now->report->environment;
    g_autofree char *name = pga_phrase_clip(environment->source_name, 80);
    g_autofree char *source = pga_phrase_source(environment);
    g_autofree char *severities = pga_phrase_severities(now->report->findings);
    g_autofree char *waiting = pga_phrase_count(now->blocking->n_waiting, "session");
    g_autofree char *title = g_strdup_printf("pgarchitect check --now: %s (%s)", name, source);
    g_autofree char *facts = g_strdup_printf(
        "%s %s for a lock. %s.%s", waiting, now->blocking->n_waiting == 1 ? "waits" : "wait",
        *severities ? severities : "Nothing found",
        now->report->complete ? "" : " Incomplete: a part could not be read.");

    page->style->title(page, title, facts);
}

static void
write_action(PgaPage *page, guint number, const PgaNowAction *action)
{
    g_autoptr(GPtrArray) statement = g_ptr_array_new();
    g_autofree char *what = g_strdup_printf("%u. %s", number, action->what);

    page->style->item(page, what);
    if (action->statement) {
        g_ptr_array_add(statement, action->statement);
        page->style->statements(page, "Do", statement);
    }
    page->style->labelled(page, action->statement ? "Loses" : "Note", action->loses);
}

static void
write_actions(PgaPage *page, const PgaNow *now)
{
    page->style->section(page, "What to do first");
    if (now->actions->len == 0)
        page->style->item(
            page, !now->server->sessions_known ? "Nothing to cancel among what this role sees."
                  : now->blocking->n_waiting
                      ? "Nothing to cancel: whoever waits has waited for less than a second."
                      : "Nothing to cancel: nobody is held up, no transaction was forgotten.");
    for (guint i = 0; i < now->actions->len; i++)
        write_action(page, i + 1, g_ptr_array_index(now->actions, i));
}

static void
write_blocking(PgaPage *page, const PgaNow *now)
{
    g_autoptr(GPtrArray) lines = pga_now_tree_lines(now);

    if (lines->len == 0)
        return;
    page->style->section(page, "Who waits for whom");
    page->style->lines(page, lines);
}

static void
write_findings(PgaPage *page, const PgaReport *report)
{
    if (report->findings->len == 0)
        return;
    page->style->section(page, "Findings");
    for (guint i = 0; i < report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i);

        pga_page_item(page, g_strdup_printf("%s, %s: %s: %s", pga_severity_name(finding->severity),
                                            finding->rule, finding->object, finding->evidence));
    }
}

char *
pga_now_holder_name(const PgaHolder *holder)
{
    g_autofree char *who = NULL;

    switch (holder->kind) {
    case PGA_HOLDER_PREPARED:
        return g_strdup_printf("prepared transaction %s", holder->prepared->gid);
    case PGA_HOLDER_SLOT:
        return g_strdup_printf("replication slot %s", holder->slot->slot_name);
    case PGA_HOLDER_STANDBY:
        return g_strdup_printf("standby %s (hot_standby_feedback)",
                               holder->sender->application_name ? holder->sender->application_name
                                                                : "(unnamed)");
    case PGA_HOLDER_SESSION:
    default:
        who = pga_session_who(holder->session);
        return g_strdup_printf("session %d %s", holder->session->pid, who);
    }
}

static void
write_holder(PgaPage *page, const char *what, const PgaHolder *holder)
{
    g_autofree char *name = pga_now_holder_name(holder);
    g_autofree char *xids = pga_count_format((double)holder->xid_age);
    g_autofree char *age = holder->age < 0 ? NULL : pga_duration_format(holder->age);

    pga_page_item(page, g_strdup_printf("%s: %s transactions old%s%s, of %s.", what, xids,
                                        age ? ", held for " : "", age ? age : "", name));
}

/* A logical slot keeps old rows of system catalogs, not those of tables. */
static void
write_horizon(PgaPage *page, const PgaNow *now)
{
    g_autoptr(GArray) holders = pga_horizon_holders(now->server);
    const PgaHolder *oldest = pga_horizon_oldest(holders, FALSE);
    const PgaHolder *of_catalogs = pga_horizon_oldest(holders, TRUE);

    if (oldest)
        write_holder(page, "Oldest snapshot", oldest);
    else
        page->style->item(page, "Oldest snapshot: none is held.");
    if (of_catalogs && (!oldest || of_catalogs->xid_age > oldest->xid_age))
        write_holder(page, "Oldest snapshot of the system catalogs", of_catalogs);
}

static void
write_connections(PgaPage *page, const PgaNow *now)
{
    const PgaServer *server = now->server;
    const double most = pga_now_setting(now, "max_connections", -1);
    const double reserved = pga_now_setting(now, "superuser_reserved_connections", 0) +
                            pga_now_setting(now, "reserved_connections", 0);
    g_autoptr(GString) text = g_string_new(NULL);

    if (server->n_client_backends < 0 || most < 0)
        return;
    g_string_append_printf(text, "Connections: %d of %.0f (%.0f of them reserved)",
                           (int)server->n_client_backends + 1, most, reserved);
    if (server->n_active >= 0)
        g_string_append_printf(text, "; %d active, %d idle in transaction", (int)server->n_active,
                               (int)server->n_idle_in_transaction);
    g_string_append_c(text, '.');
    page->style->item(page, text->str);
}

/* (transfer full): "; 120 ids a second now: 41 days, if vacuum froze none" */
static char *
forecast(const PgaNow *now, const PgaDatabase *database)
{
    g_autofree char *rate = pga_count_format(MAX(now->xids_per_second, 0));
    g_autofree char *time =
        now->xids_per_second > 0
            ? pga_duration_format(pga_now_xids_left(database) / now->xids_per_second)
            : NULL;

    if (now->xids_per_second < 0)
        return g_strdup("");
    return g_strdup_printf("; %s ids a second now%s%s%s", rate, time ? ": " : "", time ? time : "",
                           time ? ", if vacuum froze none" : "");
}

static void
write_wraparound(PgaPage *page, const PgaNow *now)
{
    const PgaDatabase *database = pga_now_oldest_database(now);
    const double max_age = pga_now_setting(now, "autovacuum_freeze_max_age", -1);
    g_autofree char *age = NULL, *left = NULL, *future = NULL;

    if (!database || database->frozenxid_age < 0)
        return;
    age = pga_count_format((double)database->frozenxid_age);
    left = pga_count_format(pga_now_xids_left(database));
    future = forecast(now, database);
    pga_page_item(
        page, g_strdup_printf("Transaction ids: database %s is %s old, %.0f %% of "
                              "autovacuum_freeze_max_age; %s left until the server stops taking "
                              "writes (%.1f %% used)%s.",
                              database->datname, age,
                              max_age > 0 ? 100 * (double)database->frozenxid_age / max_age : 0,
                              left, 100 * (double)database->frozenxid_age / XID_LIMIT, future));
}

/* (transfer full): "36 GB of 100 GB"; (nullable) where that is not known. */
static char *
free_of(gint64 free_bytes, gint64 disk_bytes)
{
    g_autofree char *left = free_bytes >= 0 ? pga_bytes_format_storage(free_bytes) : NULL;
    g_autofree char *whole = disk_bytes > 0 ? pga_bytes_format_storage(disk_bytes) : NULL;

    return left && whole ? g_strconcat(left, " of ", whole, NULL) : g_steal_pointer(&left);
}

/* What fills a disk: WAL that is written, less what is removed, is not known; the free space is. */
static void
write_disk(PgaPage *page, const PgaNow *now)
{
    const PgaHost *host = &now->server->host;
    const gboolean one = host->wal_free_bytes < 0 || host->wal_disk_bytes == host->data_disk_bytes;
    const gint64 free_bytes =
        host->wal_free_bytes >= 0 ? host->wal_free_bytes : host->data_free_bytes;
    g_autofree char *wal = free_of(free_bytes, host->wal_free_bytes >= 0 ? host->wal_disk_bytes
                                                                         : host->data_disk_bytes);
    g_autofree char *data = one ? NULL : free_of(host->data_free_bytes, host->data_disk_bytes);
    g_autofree char *rate = NULL, *time = NULL;

    if (now->wal_per_second >= 0) {
        rate = pga_bytes_format_storage((gint64)now->wal_per_second);
        pga_page_item(page, g_strdup_printf("WAL: %s a second now.", rate));
    }
    if (!host->known || !wal) {
        page->style->item(page, "Disk: not known, the server runs elsewhere.");
        return;
    }
    time = now->wal_per_second > 0 ? pga_duration_format((double)free_bytes / now->wal_per_second)
                                   : NULL;
    pga_page_item(page,
                  g_strdup_printf("Disk: %s free where the WAL is%s%s%s%s%s%s.", wal,
                                  time ? ", full in " : "", time ? time : "",
                                  time ? " if none were removed" : "", data ? "; " : "",
                                  data ? data : "", data ? " free where the tables are" : ""));
}

static void
write_slots(PgaPage *page, const PgaServer *server)
{
    for (guint i = 0; i < MIN(server->slots->len, MAX_ITEMS); i++) {
        const PgaReplicationSlot *slot = g_ptr_array_index(server->slots, i);
        g_autofree char *kept = pga_bytes_format_storage(MAX(slot->retained_bytes, 0));
        g_autofree char *safe =
            slot->safe_wal_size >= 0 ? pga_bytes_format_storage(slot->safe_wal_size) : NULL;

        pga_page_item(
            page, g_strdup_printf(
                      "Slot %s (%s, %s%s%s): keeps %s of WAL%s%s.", slot->slot_name,
                      slot->slot_type, slot->active ? "active" : "inactive",
                      slot->wal_status ? ", " : "", slot->wal_status ? slot->wal_status : "", kept,
                      safe ? ", lost after another " : ", without a limit", safe ? safe : ""));
    }
}

static void
write_standbys(PgaPage *page, const PgaNow *now)
{
    const PgaServer *server = now->server;

    for (guint i = 0; i < MIN(server->senders->len, MAX_ITEMS); i++) {
        const PgaWalSender *sender = g_ptr_array_index(server->senders, i);
        g_autofree char *behind = pga_bytes_format_storage(MAX(sender->replay_lag_bytes, 0));
        g_autofree char *lag =
            sender->replay_lag >= 0 ? pga_duration_format(sender->replay_lag) : NULL;

        pga_page_item(page,
                      g_strdup_printf("Standby %s (%s, %s): %s behind in replay%s%s.",
                                      sender->application_name ? sender->application_name : "-",
                                      sender->state ? sender->state : "state hidden",
                                      sender->sync_state ? sender->sync_state : "-", behind,
                                      lag ? ", " : "", lag ? lag : ""));
    }
    if (now->report->environment->is_standby && server->receive_replay_bytes >= 0) {
        g_autofree char *behind = pga_bytes_format_storage(server->receive_replay_bytes);

        pga_page_item(
            page, g_strdup_printf("This standby: %s received and not yet replayed%s.", behind,
                                  server->has_wal_receiver ? "" : "; nothing is being received"));
    }
}

static gboolean
archiver_fails(const PgaServer *server)
{
    return server->last_failed_age >= 0 &&
           (server->last_archived_age < 0 || server->last_failed_age < server->last_archived_age);
}

static void
write_archiver(PgaPage *page, const PgaServer *server)
{
    g_autofree char *failed = NULL;

    if (!archiver_fails(server))
        return;
    failed = pga_duration_format(server->last_failed_age);
    pga_page_item(page,
                  g_strdup_printf("Archiver: failing, the last time %s ago; WAL piles up until it "
                                  "succeeds (the server's log says why).",
                                  failed));
}

static void
write_counters(PgaPage *page, const PgaServer *server)
{
    for (guint i = 0; i < server->databases->len; i++) {
        const PgaDatabase *database = g_ptr_array_index(server->databases, i);
        const double all = (double)(database->xact_commit + database->xact_rollback);
        const double share = all > 0 ? (double)database->xact_rollback / all : 0;

        if (all >= MIN_COUNTED && share >= STRIKING)
            pga_page_item(page, g_strdup_printf("Database %s: %.0f %% of its transactions end in a "
                                                "rollback, %d deadlocks.",
                                                database->datname, 100 * share,
                                                (int)database->deadlocks));
        else if (database->stats_age > 0 &&
                 (double)database->deadlocks / database->stats_age * DAY > 10)
            pga_page_item(page, g_strdup_printf("Database %s: %d deadlocks, more than 10 a day.",
                                                database->datname, (int)database->deadlocks));
    }
}

static void
write_running(PgaPage *page, const PgaServer *server)
{
    if (server->progress->len == 0)
        return;
    page->style->section(page, "Under way");
    for (guint i = 0; i < server->progress->len; i++) {
        const PgaProgressEntry *entry = g_ptr_array_index(server->progress, i);
        g_autofree char *done =
            entry->done >= 0 ? g_strdup_printf(", %.0f %%", 100 * entry->done) : g_strdup("");

        pga_page_item(page,
                      g_strdup_printf("%d %s%s%s%s: %s%s", entry->pid,
                                      entry->is_autovacuum ? "autovacuum: " : "", entry->command,
                                      entry->relation ? " " : "",
                                      entry->relation ? entry->relation : "", entry->phase, done));
    }
}

static void
write_waits(PgaPage *page, const PgaNow *now)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint n = 0;

    for (guint i = 0; i < now->waits->len; i++)
        n += ((const PgaWaitSample *)g_ptr_array_index(now->waits, i))->n;
    if (n == 0)
        return;
    for (guint i = 0; i < MIN(now->waits->len, MAX_ITEMS); i++) {
        const PgaWaitSample *wait = g_ptr_array_index(now->waits, i);

        g_string_append_printf(text, "%s%s%s%s %.0f %%", i ? ", " : "",
                               wait->wait_event_type ? wait->wait_event_type : "running",
                               wait->wait_event ? ":" : "",
                               wait->wait_event ? wait->wait_event : "", 100.0 * wait->n / n);
    }
    pga_page_item(page, g_strdup_printf("Active sessions (%.1f in %u samples) wait for: %s.",
                                        (double)n / now->n_samples, now->n_samples, text->str));
}

static char *
render_page(const PgaNow *now, const PgaRenderOptions *options, const PgaPageStyle *style)
{
    PgaPage page = {.style = style,
                    .out = g_string_new(NULL),
                    .all = TRUE,
                    .colour = options->colour,
                    .width = pga_page_width(options->width)};

    write_title(&page, now);
    write_actions(&page, now);
    write_blocking(&page, now);
    style->section(&page, "The server");
    write_connections(&page, now);
    write_waits(&page, now);
    write_horizon(&page, now);
    write_wraparound(&page, now);
    write_disk(&page, now);
    write_archiver(&page, now->server);
    write_slots(&page, now->server);
    write_standbys(&page, now);
    write_counters(&page, now->server);
    write_running(&page, now->server);
    write_findings(&page, now->report);
    pga_page_not_checked(&page, "Not seen", now->report->not_checked, G_MAXUINT);
    return g_string_free(page.out, FALSE);
}

char *
pga_render_now(const PgaNow *now, const PgaRenderOptions *options)
{
    if (options->format == PGA_FORMAT_JSON)
        return pga_render_now_json(now);
    return render_page(
        now, options, options->format == PGA_FORMAT_MARKDOWN ? &pga_page_markdown : &pga_page_text);
}

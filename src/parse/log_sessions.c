/* Which entries are one call: log_statement writes the text, log_duration the time behind it;
 * auto_explain writes a plan before (simple protocol) or behind (extended) what
 * log_min_duration_statement writes; an error names the statement that log_statement wrote before.
 * A session keeps one text at most, and the number of sessions is fixed. */
#include "log_internal.h"
#include <string.h>

enum { N_SLOTS = 4096, DIGEST_BYTES = 64 };
#define MAX_HELD (64U << 20)

/** A statement that what follows may complete. */
typedef struct {
    PgaLogStatement statement;
    GString *text, *parameters, *preparation, *user, *database;
} Held;

typedef struct {
    guint64 session; /* 0: unused */
    guint64 digest;  /* of the last statement with a time; 0: none */
    gboolean failed; /* the last entry was an error */
    Held *held;      /* (nullable) */
} Slot;

struct LogSessions {
    Slot slots[N_SLOTS];
    Slot whole; /* where the log does not tell sessions apart */
    guint n_held;
    gsize held_bytes;
};

static void
held_free(Held *held)
{
    if (!held)
        return;
    g_string_free(held->text, TRUE);
    g_string_free(held->parameters, TRUE);
    g_string_free(held->preparation, TRUE);
    g_string_free(held->user, TRUE);
    g_string_free(held->database, TRUE);
    g_free(held);
}

LogSessions *
pga_log_sessions_new(void)
{
    return g_new0(LogSessions, 1);
}

void
pga_log_sessions_free(LogSessions *sessions)
{
    for (guint i = 0; i < N_SLOTS; i++)
        held_free(sessions->slots[i].held);
    held_free(sessions->whole.held);
    g_free(sessions);
}

static gboolean
hand_out(LogReader *reader, const PgaLogStatement *statement, GError **error)
{
    const char *wanted = reader->options->database;

    if (statement->length == 0)
        return TRUE;
    if (wanted && statement->database && strcmp(wanted, statement->database) != 0) {
        reader->summary->n_elsewhere++;
        return TRUE;
    }
    reader->summary->n_statements++;
    return reader->take(reader->self, statement, error);
}

static gboolean
hand_out_held(LogReader *reader, Slot *slot, GError **error)
{
    Held *held = slot->held;
    gboolean done;

    if (!held)
        return TRUE;
    slot->held = NULL;
    reader->sessions->n_held--;
    reader->sessions->held_bytes -= held->text->len + held->parameters->len;
    held->statement.text = held->text->str;
    held->statement.parameters = held->parameters->len > 0 ? held->parameters->str : NULL;
    held->statement.parameters_length = held->parameters->len;
    held->statement.preparation = held->preparation->len > 0 ? held->preparation->str : NULL;
    held->statement.preparation_length = held->preparation->len;
    held->statement.user = held->user->len > 0 ? held->user->str : NULL;
    held->statement.database = held->database->len > 0 ? held->database->str : NULL;
    done = hand_out(reader, &held->statement, error);
    held_free(held);
    return done;
}

static gint
compare_lines(gconstpointer a, gconstpointer b)
{
    const guint64 x = (*(Slot *const *)a)->held->statement.line;
    const guint64 y = (*(Slot *const *)b)->held->statement.line;

    return (x > y) - (x < y);
}

gboolean
pga_log_sessions_finish(LogReader *reader, GError **error)
{
    LogSessions *sessions = reader->sessions;
    g_autoptr(GPtrArray) slots = g_ptr_array_new();

    if (sessions->whole.held)
        g_ptr_array_add(slots, &sessions->whole);
    for (guint i = 0; i < N_SLOTS && sessions->n_held > slots->len; i++)
        if (sessions->slots[i].held)
            g_ptr_array_add(slots, &sessions->slots[i]);
    g_ptr_array_sort(slots, compare_lines);
    for (guint i = 0; i < slots->len; i++)
        if (!hand_out_held(reader, g_ptr_array_index(slots, i), error))
            return FALSE;
    return TRUE;
}

/* The session's slot; another session's is given up for it. */
static gboolean
find_slot(LogReader *reader, guint64 session, Slot **slot, GError **error)
{
    *slot = session == 0 ? &reader->sessions->whole : &reader->sessions->slots[session % N_SLOTS];
    if ((*slot)->session == session)
        return TRUE;
    if (!hand_out_held(reader, *slot, error))
        return FALSE;
    **slot = (Slot){.session = session};
    return TRUE;
}

static guint64
add_words(guint64 hash, const char *text, gsize n_words)
{
    for (gsize i = 0; i < n_words; i++) {
        guint64 word;

        memcpy(&word, text + i * sizeof(word), sizeof(word));
        hash = (hash ^ word) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return hash;
}

/* Of its length, beginning and end: enough to tell the statements of one session apart. Never 0. */
static guint64
digest(const char *text, gsize length)
{
    const gsize n_words = MIN(length, DIGEST_BYTES) / sizeof(guint64);
    guint64 hash = add_words(length + 1, text, n_words);

    hash = add_words(hash, text + length - n_words * sizeof(guint64), n_words);
    for (gsize i = 0; n_words == 0 && i < length; i++)
        hash = hash * 31 + (guchar)text[i];
    return hash | 1;
}

static GString *
copy_of(const char *text, gsize length)
{
    return text ? g_string_new_len(text, (gssize)length) : g_string_new(NULL);
}

static gboolean
hold(LogReader *reader, Slot *slot, const PgaLogStatement *statement, GError **error)
{
    LogSessions *sessions = reader->sessions;
    Held *held;

    if (sessions->held_bytes + statement->length > MAX_HELD &&
        !pga_log_sessions_finish(reader, error))
        return FALSE;
    held = slot->held = g_new0(Held, 1);
    held->statement = *statement;
    held->text = copy_of(statement->text, statement->length);
    held->parameters = copy_of(statement->parameters, statement->parameters_length);
    held->preparation = copy_of(statement->preparation, statement->preparation_length);
    held->user = g_string_new(statement->user);
    held->database = g_string_new(statement->database);
    sessions->n_held++;
    sessions->held_bytes += held->text->len + held->parameters->len;
    return TRUE;
}

static gboolean
has_placeholder(const char *text, gsize length)
{
    const char *end = text + length, *dollar = text;

    while ((dollar = memchr(dollar, '$', (gsize)(end - dollar)))) {
        dollar++;
        if (dollar < end && g_ascii_isdigit(*dollar))
            return TRUE;
    }
    return FALSE;
}

/* What @statement tells of the statement held, if it is the same. */
static gboolean
completes_held(Slot *slot, const PgaLogStatement *statement)
{
    PgaLogStatement *held = &slot->held->statement;

    if (digest(statement->text, statement->length) !=
        digest(slot->held->text->str, slot->held->text->len))
        return FALSE;
    if (statement->failed) {
        held->failed = TRUE;
        return TRUE;
    }
    if (statement->is_plan && !held->is_plan) {
        if (held->duration_ms < 0)
            held->duration_ms = statement->duration_ms;
        return TRUE;
    }
    return FALSE;
}

/* The plan held is what @statement, of the same call, says better. */
static gboolean
replaces_held(const Slot *slot, const PgaLogStatement *statement)
{
    return slot->held->statement.is_plan && !statement->is_plan &&
           digest(statement->text, statement->length) ==
               digest(slot->held->text->str, slot->held->text->len);
}

static void
drop_held(LogSessions *sessions, Slot *slot)
{
    sessions->n_held--;
    sessions->held_bytes -= slot->held->text->len + slot->held->parameters->len;
    g_clear_pointer(&slot->held, held_free);
}

static gboolean
take_statement(LogReader *reader, const LogEntry *entry, const PgaLogStatement *statement,
               GError **error)
{
    Slot *slot;
    guint64 before;

    if (!find_slot(reader, entry->session, &slot, error))
        return FALSE;
    before = slot->digest;
    slot->digest = 0;
    slot->failed = FALSE;
    if (slot->held && completes_held(slot, statement))
        return TRUE;
    if (slot->held && replaces_held(slot, statement))
        drop_held(reader->sessions, slot);
    if (!hand_out_held(reader, slot, error))
        return FALSE;
    if (statement->is_plan)
        return before == digest(statement->text, statement->length) ||
               hold(reader, slot, statement, error);
    if (!statement->failed) {
        slot->digest = digest(statement->text, statement->length);
        if (statement->duration_ms < 0 || (entry->in_parts && !statement->parameters &&
                                           has_placeholder(statement->text, statement->length)))
            return hold(reader, slot, statement, error);
    }
    return hand_out(reader, statement, error);
}

/* A time without a text belongs to the text before. One that is shorter than the plan's is of
 * another step: extended protocol logs those of parse and bind likewise. */
static gboolean
take_duration(LogReader *reader, const LogEntry *entry, double duration_ms, GError **error)
{
    Slot *slot;

    if (!find_slot(reader, entry->session, &slot, error))
        return FALSE;
    if (!slot->held)
        return TRUE;
    if (!slot->held->statement.is_plan || duration_ms >= slot->held->statement.duration_ms)
        slot->held->statement.duration_ms = duration_ms;
    return hand_out_held(reader, slot, error);
}

/* The byte behind a name is the log's own, and was looked at before. */
static const char *
terminated(LogSpan name)
{
    if (name.text)
        name.text[name.length] = '\0';
    return name.text;
}

static void
set_text(PgaLogStatement *statement, LogSpan text, LogSpan parameters)
{
    while (text.length > 0 && g_ascii_isspace(text.text[text.length - 1]))
        text.length--;
    statement->text = text.text;
    statement->length = text.length;
    statement->parameters = parameters.text;
    statement->parameters_length = parameters.length;
}

static gboolean
take_message(LogReader *reader, LogEntry *entry, GError **error)
{
    PgaLogStatement statement = {.line = entry->line};
    LogMessage message;
    LogSpan preparation;

    pga_log_message_read(entry->message, &message);
    if (message.kind == MESSAGE_OTHER)
        return TRUE;
    if (message.kind == MESSAGE_DURATION)
        return take_duration(reader, entry, message.duration_ms, error);
    statement.duration_ms = message.duration_ms;
    statement.is_plan = message.kind == MESSAGE_PLAN;
    set_text(&statement, message.text,
             message.parameters.text ? message.parameters : pga_log_parameters(entry->detail));
    preparation = pga_log_preparation(entry->detail);
    statement.preparation = preparation.text;
    statement.preparation_length = preparation.length;
    statement.user = terminated(entry->user);
    statement.database = terminated(entry->database);
    return take_statement(reader, entry, &statement, error);
}

static gboolean
take_failed(LogReader *reader, LogEntry *entry, GError **error)
{
    PgaLogStatement statement = {.line = entry->line, .duration_ms = -1, .failed = TRUE};

    set_text(&statement, entry->statement, (LogSpan){0});
    statement.user = terminated(entry->user);
    statement.database = terminated(entry->database);
    return take_statement(reader, entry, &statement, error);
}

gboolean
pga_log_sessions_take(LogReader *reader, LogEntry *entry, GError **error)
{
    Slot *slot;

    if (entry->label == LOG_LOG)
        return take_message(reader, entry, error);
    if (entry->label != LOG_ERROR)
        return TRUE;
    if (entry->statement.text)
        return take_failed(reader, entry, error);
    if (!find_slot(reader, entry->session, &slot, error))
        return FALSE;
    slot->failed = TRUE;
    return TRUE;
}

gboolean
pga_log_sessions_take_late(LogReader *reader, LogEntry *entry, GError **error)
{
    const LogSpan parameters = pga_log_parameters(entry->detail);
    Slot *slot;

    if (!find_slot(reader, entry->session, &slot, error))
        return FALSE;
    if (entry->statement.text)
        return !slot->failed || take_failed(reader, entry, error);
    if (!parameters.text || !slot->held || slot->held->parameters->len > 0)
        return TRUE;
    g_string_append_len(slot->held->parameters, parameters.text, (gssize)parameters.length);
    reader->sessions->held_bytes += parameters.length;
    return slot->held->statement.duration_ms < 0 || hand_out_held(reader, slot, error);
}

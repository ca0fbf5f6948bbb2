/* Statements from all sources, put together by what they are. */
#include "parse/query_set.h"

#include <string.h>

#include "parse/node.h"
#include "query_edit_internal.h"
#include "query_fingerprint_internal.h"
#include "query_gatherer_internal.h"
#include "query_repair_internal.h"

enum {
    MAX_SHAPES = 1 << 20, /* remembered; then they are forgotten and parsed again */
    MAX_QUERIES = 100000, /* kept */
    LONG_LIST = 64,       /* what is left of one in a text that is too long */
    MIDDLING_LIST = 16,
    SHOWN = 200, /* bytes of a text that is not read */
};

static void
entry_free(gpointer data)
{
    QueryEntry *entry = data;

    for (guint i = 0; i < entry->n_kept; i++)
        g_free(entry->kept[i].text);
    g_clear_pointer(&entry->query, pga_query_free);
    g_free(entry);
}

static void
prepared_free(gpointer data)
{
    QueryPrepared *prepared = data;

    g_free(prepared->text);
    g_clear_pointer(&prepared->types, g_ptr_array_unref);
    g_free(prepared);
}

PgaQueryGatherer *
pga_query_gatherer_new(void)
{
    PgaQueryGatherer *gatherer = g_new0(PgaQueryGatherer, 1);

    gatherer->set = pga_query_set_new();
    gatherer->by_fingerprint = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
    gatherer->by_shape = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    gatherer->prepared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, prepared_free);
    gatherer->temporary = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gatherer->unknown.kind = QUERY_PART_UNKNOWN;
    return gatherer;
}

void
pga_query_gatherer_free(PgaQueryGatherer *gatherer)
{
    if (!gatherer)
        return;
    g_hash_table_unref(gatherer->by_shape);
    g_hash_table_unref(gatherer->by_fingerprint);
    g_hash_table_unref(gatherer->prepared);
    g_hash_table_unref(gatherer->temporary);
    g_clear_pointer(&gatherer->set, pga_query_set_free);
    g_free(gatherer->name);
    g_free(gatherer);
}

void
pga_query_gatherer_name(PgaQueryGatherer *gatherer, const char *name)
{
    g_free(gatherer->name);
    gatherer->name = g_strdup(name);
}

/* Takes @text. (transfer full) (nullable): short enough to be parsed; NULL: it cannot be. */
static char *
bounded(PgaQueryGatherer *gatherer, char *text)
{
    static const guint lengths[] = {LONG_LIST, MIDDLING_LIST};

    if (strlen(text) <= PGA_NODE_MAX_TEXT)
        return text;
    for (guint i = 0; i < G_N_ELEMENTS(lengths) && strlen(text) > PGA_NODE_MAX_TEXT; i++) {
        char *shorter = pga_query_shorten_lists(text, lengths[i]);

        g_free(text);
        text = shorter;
    }
    if (strlen(text) <= PGA_NODE_MAX_TEXT) {
        gatherer->n_lists++;
        return text;
    }
    g_free(text);
    return NULL;
}

static gboolean
has_parameter(const char *text)
{
    g_autoptr(GArray) tokens = NULL;

    if (!strchr(text, '$'))
        return FALSE;
    tokens = pga_query_tokens(text, strlen(text));
    for (gsize i = 0; i < tokens->len; i++)
        if (pga_query_token(tokens, i)->kind == QUERY_PARAMETER)
            return TRUE;
    return FALSE;
}

/* (transfer full): as the grammar takes it, if it is known how. */
static char *
grammatical(const char *text, gboolean is_recorded)
{
    g_autofree char *variables = NULL, *fingerprint = NULL;

    if (is_recorded)
        return pga_query_repair(text);
    variables = strchr(text, ':') ? pga_query_variables_as_parameters(text) : NULL;
    if (!variables)
        return g_strdup(text);
    fingerprint = pga_query_fingerprint(text);
    return fingerprint ? g_strdup(text) : g_steal_pointer(&variables);
}

char *
pga_query_occurrence_text(PgaQueryGatherer *gatherer, const QueryOccurrence *occurrence,
                          QueryPart *part, gboolean *is_generic)
{
    g_autofree char *text = NULL, *valid = NULL;

    pga_query_part_read(part, occurrence->text, occurrence->length);
    if (!part->text || (part->kind != QUERY_PART_PLANNED && part->kind != QUERY_PART_PREPARE))
        return NULL;
    valid = g_utf8_make_valid(part->text, -1);
    text = bounded(gatherer, g_steal_pointer(&valid));
    if (!text)
        return NULL;
    valid = grammatical(text, occurrence->is_recorded);
    if (occurrence->parameters) {
        g_autoptr(GPtrArray) values =
            pga_query_parameters_read(occurrence->parameters, occurrence->parameters_length);

        g_free(text);
        text = pga_query_put_values(valid, values, is_generic);
    } else {
        g_free(text);
        text = g_steal_pointer(&valid);
    }
    text = bounded(gatherer, g_steal_pointer(&text));
    *is_generic = text && has_parameter(text);
    return g_steal_pointer(&text);
}

static PgaQuery *
query_new(const QueryOccurrence *occurrence, const PgaQueryGatherer *gatherer)
{
    PgaQuery *query = pga_query_new();

    query->usename = g_strdup(occurrence->usename);
    query->origin = occurrence->origin
                        ? g_strdup(occurrence->origin)
                        : g_strdup_printf("%s:%" G_GUINT64_FORMAT,
                                          gatherer->name ? gatherer->name : "-", occurrence->line);
    return query;
}

/* Takes @fingerprint. The entry of it, which may have to be made. */
static QueryEntry *
entry_of(PgaQueryGatherer *gatherer, const QueryOccurrence *occurrence, char *fingerprint,
         const QueryPart *part)
{
    QueryEntry *entry = g_hash_table_lookup(gatherer->by_fingerprint, fingerprint);

    if (!entry && g_hash_table_size(gatherer->by_fingerprint) < MAX_QUERIES) {
        entry = g_new0(QueryEntry, 1);
        entry->kind = part->kind;
        entry->query = query_new(occurrence, gatherer);
        entry->query->text = g_utf8_make_valid(part->text, -1);
        entry->query->command = part->command;
        entry->query->not_analysed = g_strdup(part->reason);
        entry->query->fingerprint = g_steal_pointer(&fingerprint);
        g_hash_table_insert(gatherer->by_fingerprint, entry->query->fingerprint, entry);
    }
    g_free(fingerprint);
    return entry ? entry : &gatherer->too_many;
}

/* (transfer full): what stands for the fingerprint of a text without one. */
static char *
fingerprint_of_shape(const char *text)
{
    return g_strdup_printf("%016" G_GINT64_MODIFIER "x", pga_query_shape(text, strlen(text)).hash);
}

/* A text that is too long to be read; its beginning tells which it is. */
static QueryEntry *
too_long_entry(PgaQueryGatherer *gatherer, const QueryOccurrence *occurrence, const char *text)
{
    g_autofree char *beginning = g_strndup(text, SHOWN);
    const QueryPart part = {.kind = QUERY_PART_OTHER,
                            .text = beginning,
                            .reason = "its text is longer than 32 kB, and not by lists of "
                                      "constants",
                            .command = 'x'};

    return entry_of(gatherer, occurrence, fingerprint_of_shape(text), &part);
}

/* @text: (nullable): of a part that can be planned. */
static QueryEntry *
planned_entry(PgaQueryGatherer *gatherer, const QueryOccurrence *occurrence, const QueryPart *part,
              const char *text)
{
    char *fingerprint = text ? pga_query_fingerprint(text) : NULL;

    if (!text && part->text)
        return too_long_entry(gatherer, occurrence, part->text);
    if (!text || (!fingerprint && occurrence->is_recorded &&
                  g_str_has_suffix(occurrence->text, "..."))) /* cut short */
        return &gatherer->unknown;
    return entry_of(gatherer, occurrence, fingerprint ? fingerprint : fingerprint_of_shape(text),
                    part);
}

static void
note_prepared(PgaQueryGatherer *gatherer, QueryPart *part)
{
    QueryPrepared *prepared = g_new0(QueryPrepared, 1);

    prepared->text = g_steal_pointer(&part->text);
    prepared->command = part->command;
    prepared->types = g_steal_pointer(&part->types);
    g_hash_table_replace(gatherer->prepared, g_steal_pointer(&part->name), prepared);
}

/* (transfer full): an argument of EXECUTE, as long as it takes to be one value. */
static char *
argument_value(const char *argument, const char *type)
{
    return type ? g_strdup_printf("(%s)::%s", argument, type) : g_strdup(argument);
}

/* (transfer full) (nullable): what EXECUTE runs; NULL: of a name that was never prepared. */
static char *
executed_text(PgaQueryGatherer *gatherer, const QueryPart *part)
{
    QueryPrepared *prepared = g_hash_table_lookup(gatherer->prepared, part->name);
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    gboolean is_generic;

    if (!prepared)
        return NULL;
    prepared->executed = TRUE;
    for (guint i = 0; part->arguments && i < part->arguments->len; i++) {
        const char *type = prepared->types && i < prepared->types->len
                               ? g_ptr_array_index(prepared->types, i)
                               : NULL;

        g_ptr_array_add(values, argument_value(g_ptr_array_index(part->arguments, i), type));
    }
    return pga_query_put_values(prepared->text, values, &is_generic);
}

/* A log tells with EXECUTE what was prepared: PREPARE itself may have been too short to be logged,
 * or the name may be another session's. */
static void
note_preparation(PgaQueryGatherer *gatherer, const QueryOccurrence *occurrence)
{
    g_auto(QueryPart) part = {.kind = QUERY_PART_NOTHING};

    if (!occurrence->preparation)
        return;
    pga_query_part_read(&part, occurrence->preparation, occurrence->preparation_length);
    if (part.kind == QUERY_PART_PREPARE && part.text)
        note_prepared(gatherer, &part);
}

/* (nullable): the entry of an EXECUTE. NULL: *executed (transfer full) is what it runs. */
static QueryEntry *
executed_entry(PgaQueryGatherer *gatherer, const QueryOccurrence *occurrence, const QueryPart *part,
               char **executed)
{
    static const char reason[] = "EXECUTE of a statement whose PREPARE is not there";
    const QueryPart other = {
        .kind = QUERY_PART_EXECUTE, .text = (char *)"EXECUTE", .reason = reason, .command = 'x'};

    note_preparation(gatherer, occurrence);
    *executed = executed_text(gatherer, part);
    if (*executed)
        return NULL;
    return entry_of(gatherer, occurrence, fingerprint_of_shape(reason), &other);
}

/* The entry of a shape that is met for the first time; NULL: it is done with, and its shape tells
 * nothing of the next one. */
static QueryEntry *
new_entry(PgaQueryGatherer *gatherer, const QueryOccurrence *occurrence, char **executed)
{
    g_auto(QueryPart) part = {.kind = QUERY_PART_NOTHING};
    gboolean is_generic;
    g_autofree char *text = pga_query_occurrence_text(gatherer, occurrence, &part, &is_generic);

    if (part.temporary)
        g_hash_table_add(gatherer->temporary, g_steal_pointer(&part.temporary));
    switch (part.kind) {
    case QUERY_PART_PREPARE:
        if (!occurrence->is_recorded && part.text) {
            note_prepared(gatherer, &part);
            gatherer->set->n_skipped++;
            return NULL;
        }
        part.kind = QUERY_PART_PLANNED; /* what is recorded was executed */
        return planned_entry(gatherer, occurrence, &part, text);
    case QUERY_PART_PLANNED:
        return planned_entry(gatherer, occurrence, &part, text);
    case QUERY_PART_EXECUTE:
        return executed_entry(gatherer, occurrence, &part, executed);
    case QUERY_PART_OTHER:
        return entry_of(gatherer, occurrence, fingerprint_of_shape(part.text), &part);
    case QUERY_PART_UNKNOWN:
        return &gatherer->unknown;
    case QUERY_PART_SKIPPED:
    case QUERY_PART_NOTHING:
    default:
        return &gatherer->nothing;
    }
}

/* (nullable): as new_entry(). Shapes of EXECUTE say nothing of what it runs the next time. */
static QueryEntry *
lookup(PgaQueryGatherer *gatherer, const QueryOccurrence *occurrence, guint64 hash, char **executed)
{
    /* the same text is another one where it has to be repaired */
    const guint64 shape = hash ^ (occurrence->is_recorded ? 1 : 0);
    QueryEntry *entry = g_hash_table_lookup(gatherer->by_shape, &shape);

    if (entry)
        return entry;
    entry = new_entry(gatherer, occurrence, executed);
    if (g_hash_table_size(gatherer->by_shape) >= MAX_SHAPES)
        g_hash_table_remove_all(gatherer->by_shape);
    if (entry && entry->kind != QUERY_PART_EXECUTE)
        g_hash_table_insert(gatherer->by_shape, g_memdup2(&shape, sizeof(shape)), entry);
    return entry;
}

static void
count(QueryEntry *entry, const QueryOccurrence *occurrence)
{
    PgaQuery *query = entry->query;
    const double ms = MAX(occurrence->total_ms, 0);

    if (query->usename && g_strcmp0(query->usename, occurrence->usename) != 0)
        g_clear_pointer(&query->usename, g_free);
    if (occurrence->is_plan) {
        entry->plan_calls += occurrence->calls;
        entry->plan_ms += ms;
        return;
    }
    query->calls += occurrence->calls;
    if (occurrence->total_ms >= 0)
        query->total_ms = MAX(query->total_ms, 0) + ms;
}

static void
count_without_query(PgaQueryGatherer *gatherer, const QueryEntry *entry)
{
    if (entry == &gatherer->unknown)
        gatherer->set->n_unreadable++;
    else if (entry == &gatherer->too_many)
        gatherer->n_too_many++;
    else
        gatherer->set->n_skipped++;
}

/* Counts it for its entry, and keeps its text if that is to stand for others. */
static void
take_known(PgaQueryGatherer *gatherer, QueryEntry *entry, const QueryOccurrence *occurrence,
           guint64 constants)
{
    if (!entry->query) {
        count_without_query(gatherer, entry);
        return;
    }
    count(entry, occurrence);
    if (entry->kind != QUERY_PART_PLANNED)
        return;
    if (occurrence->parameters)
        constants =
            pga_query_shape_add(constants, occurrence->parameters, occurrence->parameters_length);
    pga_query_entry_keep(gatherer, entry, occurrence, constants);
}

void
pga_query_gatherer_take(PgaQueryGatherer *gatherer, const QueryOccurrence *occurrence)
{
    QueryShape shape = pga_query_shape(occurrence->text, occurrence->length);
    QueryOccurrence inner = *occurrence;
    g_autofree char *executed = NULL, *nothing = NULL;
    QueryEntry *entry = lookup(gatherer, occurrence, shape.hash, &executed);

    gatherer->set->n_statements++;
    if (!entry && executed) {
        inner.text = executed;
        inner.length = strlen(executed);
        inner.parameters = NULL;
        inner.is_executed = TRUE;
        shape = pga_query_shape(inner.text, inner.length);
        entry = lookup(gatherer, &inner, shape.hash, &nothing);
    }
    if (entry)
        take_known(gatherer, entry, &inner, shape.constants);
}

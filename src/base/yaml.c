/* From libyaml's events to a tree. Limits are checked as events arrive, so that a hostile text
 * costs what its bytes do. */
#include "base/yaml.h"
#include "base/error.h"
#include <string.h>
#include <yaml.h>

enum { MAX_DEPTH = 64 };

static const PgaYamlLimits usual_limits = {.max_bytes = 4 << 20, .max_nodes = 100000};

/** A mapping or sequence that is still open. */
typedef struct {
    PgaYamlNode *node;
    GHashTable *seen; /* of char *: keys; NULL for a sequence */
} Level;

typedef struct {
    const char *name, *text;
    PgaYamlNode *root;
    GArray *levels; /* of Level */
    guint n_nodes, max_nodes;
    guint n_documents;
} Builder;

static void
level_clear(gpointer data)
{
    Level *level = data;

    if (level->seen)
        g_hash_table_unref(level->seen);
}

static void
free_shallow(PgaYamlNode *node)
{
    g_free(node->scalar);
    if (node->keys)
        g_ptr_array_unref(node->keys);
    if (node->key_at)
        g_ptr_array_unref(node->key_at);
    if (node->key_columns)
        g_ptr_array_unref(node->key_columns);
    if (node->values)
        g_ptr_array_unref(node->values);
    g_free(node);
}

void
pga_yaml_free(PgaYamlNode *node)
{
    g_autoptr(GPtrArray) left = g_ptr_array_new();

    if (node)
        g_ptr_array_add(left, node);
    while (left->len > 0) {
        PgaYamlNode *next = g_ptr_array_steal_index_fast(left, left->len - 1);

        if (next->values)
            g_ptr_array_extend(left, next->values, NULL, NULL);
        free_shallow(next);
    }
}

const PgaYamlNode *
pga_yaml_get(const PgaYamlNode *mapping, const char *key)
{
    if (mapping->kind != PGA_YAML_MAPPING)
        return NULL;
    for (guint i = 0; i < mapping->keys->len; i++)
        if (!strcmp(g_ptr_array_index(mapping->keys, i), key))
            return g_ptr_array_index(mapping->values, i);
    return NULL;
}

static gboolean
fail(const Builder *builder, const yaml_mark_t *mark, GError **error, const char *problem)
{
    pga_error_set(error, PGA_ERROR_INPUT, "could not read \"%s\": %s", builder->name, problem);
    pga_error_detail(error, "%s, line %zu, column %zu.", builder->name, mark->line + 1,
                     mark->column + 1);
    return FALSE;
}

static PgaYamlNode *
node_new(PgaYamlKind kind, const yaml_mark_t *mark)
{
    PgaYamlNode *node = g_new0(PgaYamlNode, 1);

    node->kind = kind;
    node->line = (guint)mark->line + 1;
    node->column = (guint)mark->column + 1;
    if (kind != PGA_YAML_SCALAR)
        node->values = g_ptr_array_new();
    if (kind == PGA_YAML_MAPPING) {
        node->keys = g_ptr_array_new_with_free_func(g_free);
        node->key_at = g_ptr_array_new();
        node->key_columns = g_ptr_array_new();
    }
    return node;
}

static gboolean
expects_key(const PgaYamlNode *node)
{
    return node->kind == PGA_YAML_MAPPING && node->keys->len == node->values->len;
}

/* Takes @node, which stands in place of a key. */
static gboolean
add_key(Builder *builder, const Level *level, PgaYamlNode *node, const yaml_mark_t *mark,
        GError **error)
{
    g_autoptr(PgaYamlNode) key = node;
    g_autofree char *problem = NULL;

    if (key->kind != PGA_YAML_SCALAR)
        return fail(builder, mark, error, "a key must be plain text");
    if (g_hash_table_contains(level->seen, key->scalar)) {
        g_autofree char *shown = g_strndup(key->scalar, 100);

        problem = g_strdup_printf("key \"%s\" stands there twice", shown);
        return fail(builder, mark, error, problem);
    }
    g_hash_table_add(level->seen, key->scalar);
    g_ptr_array_add(level->node->keys, g_steal_pointer(&key->scalar));
    g_ptr_array_add(level->node->key_at, GUINT_TO_POINTER(key->line));
    g_ptr_array_add(level->node->key_columns, GUINT_TO_POINTER(key->column));
    return TRUE;
}

/* Takes @node. */
static gboolean
add(Builder *builder, PgaYamlNode *node, const yaml_mark_t *mark, GError **error)
{
    const Level *level;

    if (++builder->n_nodes > builder->max_nodes) {
        pga_yaml_free(node);
        return fail(builder, mark, error, "it holds too many values");
    }
    if (builder->levels->len == 0) {
        builder->root = node;
        return TRUE;
    }
    level = &g_array_index(builder->levels, Level, builder->levels->len - 1);
    if (expects_key(level->node))
        return add_key(builder, level, node, mark, error);
    g_ptr_array_add(level->node->values, node);
    return TRUE;
}

/* A mapping or sequence begins. */
static gboolean
open_level(Builder *builder, PgaYamlKind kind, const yaml_mark_t *mark, GError **error)
{
    Level level = {.node = node_new(kind, mark)};

    if (!add(builder, level.node, mark, error))
        return FALSE;
    if (builder->levels->len >= MAX_DEPTH)
        return fail(builder, mark, error, "it is nested too deeply");
    if (kind == PGA_YAML_MAPPING)
        level.seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_array_append_val(builder->levels, level);
    return TRUE;
}

static gboolean
add_scalar(Builder *builder, const yaml_event_t *event, GError **error)
{
    const char *text = (const char *)event->data.scalar.value;
    PgaYamlNode *node;

    if (strlen(text) != event->data.scalar.length)
        return fail(builder, &event->start_mark, error, "a text holds a NUL character");
    node = node_new(PGA_YAML_SCALAR, &event->start_mark);
    node->scalar = g_strdup(text);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return add(builder, node, &event->start_mark, error);
}

static gboolean
has_tag(const yaml_event_t *event)
{
    return (event->type == YAML_SCALAR_EVENT && event->data.scalar.tag) ||
           (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.tag) ||
           (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.tag);
}

static gboolean
take_event(Builder *builder, const yaml_event_t *event, GError **error)
{
    const yaml_mark_t *mark = &event->start_mark;

    if (has_tag(event))
        return fail(builder, mark, error, "tags are not supported");
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++builder->n_documents > 1)
            return fail(builder, mark, error, "it holds more than one document");
        return TRUE;
    case YAML_ALIAS_EVENT:
        return fail(builder, mark, error, "aliases are not supported");
    case YAML_SCALAR_EVENT:
        return add_scalar(builder, event, error);
    case YAML_SEQUENCE_START_EVENT:
        return open_level(builder, PGA_YAML_SEQUENCE, mark, error);
    case YAML_MAPPING_START_EVENT:
        return open_level(builder, PGA_YAML_MAPPING, mark, error);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        g_array_set_size(builder->levels, builder->levels->len - 1);
        return TRUE;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    default:
        return TRUE;
    }
}

/* Errors of libyaml's reader (no UTF-8, control characters) carry an offset in bytes instead of a
 * mark. */
static yaml_mark_t
mark_at(const char *text, size_t offset)
{
    yaml_mark_t mark = {0};

    for (; mark.index < offset; mark.index++) {
        const char c = text[mark.index];

        if (c == '\n') {
            mark.line++;
            mark.column = 0;
        } else if (((unsigned char)c & 0xc0) != 0x80) { /* the first byte of a character */
            mark.column++;
        }
    }
    return mark;
}

static gboolean
fail_in_parser(const Builder *builder, const yaml_parser_t *parser, GError **error)
{
    const yaml_mark_t mark = parser->error == YAML_READER_ERROR
                                 ? mark_at(builder->text, parser->problem_offset)
                                 : parser->problem_mark;

    return fail(builder, &mark, error, parser->problem ? parser->problem : "it is not valid YAML");
}

static gboolean
build(Builder *builder, yaml_parser_t *parser, GError **error)
{
    gboolean ended = FALSE, done = TRUE;

    while (done && !ended) {
        yaml_event_t event;

        if (!yaml_parser_parse(parser, &event))
            return fail_in_parser(builder, parser, error);
        ended = event.type == YAML_STREAM_END_EVENT;
        done = take_event(builder, &event, error);
        yaml_event_delete(&event);
    }
    return done;
}

static gboolean
is_nothing(const PgaYamlNode *root)
{
    return !root || (root->kind == PGA_YAML_SCALAR && !root->quoted && *root->scalar == '\0');
}

PgaYamlNode *
pga_yaml_parse(const char *text, gsize length, const char *name, GError **error)
{
    return pga_yaml_parse_limited(text, length, name, &usual_limits, error);
}

PgaYamlNode *
pga_yaml_parse_limited(const char *text, gsize length, const char *name,
                       const PgaYamlLimits *limits, GError **error)
{
    static const yaml_mark_t start = {0};
    Builder builder = {.name = name, .text = text, .max_nodes = limits->max_nodes};
    yaml_parser_t parser;
    gboolean done;

    if (length > limits->max_bytes) {
        g_autofree char *problem =
            g_strdup_printf("it is larger than %zu MiB", limits->max_bytes >> 20);

        fail(&builder, &start, error, problem);
        return NULL;
    }
    if (!yaml_parser_initialize(&parser)) {
        pga_error_set(error, PGA_ERROR_INTERNAL, "out of memory");
        return NULL;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    builder.levels = g_array_new(FALSE, FALSE, sizeof(Level));
    g_array_set_clear_func(builder.levels, level_clear);
    done = build(&builder, &parser, error);
    g_array_unref(builder.levels);
    yaml_parser_delete(&parser);
    if (done && !is_nothing(builder.root))
        return builder.root;
    pga_yaml_free(builder.root);
    return done ? node_new(PGA_YAML_MAPPING, &start) : NULL;
}

/* libpg_query hands its tree over as a message, which is unpacked into memory that one statement
 * after the other uses again. */
#include "depth_internal.h"
#include "message_internal.h"
#include "newer_internal.h"
#include "parser_internal.h"
#include <pg_query.h>
#include <pthread.h>
#include <string.h>

enum { BLOCK = 1 << 16, ALIGNMENT = 16 };

/* A token can cost 4 kB of stack: twice that is taken. libpg_query's time grows with the square,
 * hence THREAD_DEPTH. */
enum {
    STACK_OF_LEVEL = 8192,
    STACK_BASE = 1 << 20,
    THREAD_DEPTH = 50000,
};

static const char too_deep[] = "the statement nests too deep to be read";

/** Memory that is only given back as a whole. */
typedef struct {
    GPtrArray *blocks; /* of char *: of BLOCK bytes but for large ones */
    gsize used;        /* of the present one */
    guint present;     /* its number */
    GPtrArray *large;
} Arena;

struct MigrationParser {
    Arena arena;
    ProtobufCAllocator allocator;
    GString *text;
};

static void *
arena_alloc(void *data, size_t size)
{
    Arena *arena = data;
    char *memory;

    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (size > BLOCK / 4) {
        memory = g_malloc(size);
        g_ptr_array_add(arena->large, memory);
        return memory;
    }
    if (arena->blocks->len == 0 || arena->used + size > BLOCK) {
        arena->present = arena->blocks->len == 0 ? 0 : arena->present + 1;
        if (arena->present == arena->blocks->len)
            g_ptr_array_add(arena->blocks, g_malloc(BLOCK));
        arena->used = 0;
    }
    memory = (char *)g_ptr_array_index(arena->blocks, arena->present) + arena->used;
    arena->used += size;
    return memory;
}

static void
arena_free(G_GNUC_UNUSED void *data, G_GNUC_UNUSED void *memory)
{
}

/* A large statement's blocks are not kept for small ones. */
static void
arena_reset(Arena *arena)
{
    enum { KEEP = 16 };

    if (arena->blocks->len > KEEP)
        g_ptr_array_set_size(arena->blocks, KEEP);
    g_ptr_array_set_size(arena->large, 0);
    arena->used = 0;
    arena->present = 0;
}

MigrationParser *
pga_migration_parser_new(void)
{
    MigrationParser *parser = g_new0(MigrationParser, 1);

    parser->arena.blocks = g_ptr_array_new_with_free_func(g_free);
    parser->arena.large = g_ptr_array_new_with_free_func(g_free);
    parser->allocator = (ProtobufCAllocator){
        .alloc = arena_alloc, .free = arena_free, .allocator_data = &parser->arena};
    parser->text = g_string_new(NULL);
    return parser;
}

void
pga_migration_parser_free(MigrationParser *parser)
{
    if (!parser)
        return;
    g_ptr_array_unref(parser->arena.blocks);
    g_ptr_array_unref(parser->arena.large);
    g_string_free(parser->text, TRUE);
    g_free(parser);
}

/* The parser counts characters from 1. */
static gsize
byte_offset(const char *text, int cursorpos)
{
    const char *p = text;

    for (int i = 1; i < cursorpos && *p; i++)
        p = g_utf8_next_char(p);
    return (gsize)(p - text);
}

/** One parse, wherever it runs. */
typedef struct {
    MigrationParser *parser;
    MigrationParsed *parsed;
    gboolean is_deep;
} Run;

static void
unpack(const Run *run, const PgQueryProtobuf *message)
{
    PgQuery__ParseResult *result = pg_query__parse_result__unpack(
        &run->parser->allocator, message->len, (const uint8_t *)message->data);

    if (!result || result->n_stmts != 1)
        run->parsed->error = g_strdup("this is not one statement");
    else if (run->is_deep && pga_message_depth(&result->base) > MIGRATION_MAX_DEPTH)
        run->parsed->error = g_strdup("the statement nests too deep to be judged");
    else
        run->parsed->tree = result->stmts[0]->stmt;
}

static gpointer
run_parse(gpointer data)
{
    const Run *run = data;
    const char *text = run->parser->text->str;
    PgQueryProtobufParseResult result = pg_query_parse_protobuf(text);

    if (result.error) {
        run->parsed->error = g_str_has_prefix(result.error->message, "memory exhausted")
                                 ? g_strdup(too_deep)
                                 : g_strdup(result.error->message);
        run->parsed->error_offset = byte_offset(text, result.error->cursorpos);
    } else {
        unpack(run, &result.parse_tree);
    }
    pg_query_free_protobuf_parse_result(result);
    return NULL;
}

static gboolean
run_in_thread(Run *run, gsize depth)
{
    pthread_attr_t attributes;
    pthread_t thread;
    gboolean done;

    if (pthread_attr_init(&attributes) != 0)
        return FALSE;
    done = pthread_attr_setstacksize(&attributes, depth * STACK_OF_LEVEL + STACK_BASE) == 0 &&
           pthread_create(&thread, &attributes, run_parse, run) == 0;
    pthread_attr_destroy(&attributes);
    if (done)
        pthread_join(thread, NULL);
    return done;
}

static void
parse(MigrationParser *parser, const char *text, gsize length, gsize depth, MigrationParsed *parsed)
{
    Run run = {.parser = parser, .parsed = parsed, .is_deep = depth > MIGRATION_PLAIN_DEPTH};

    arena_reset(&parser->arena);
    g_string_truncate(parser->text, 0);
    g_string_append_len(parser->text, text, (gssize)length);
    if (!run.is_deep)
        run_parse(&run);
    else if (depth > THREAD_DEPTH || !run_in_thread(&run, depth))
        parsed->error = g_strdup(too_deep);
}

/* What the parser does not know may be newer; its own error stands if it is not. */
static void
parse_newer(MigrationParser *parser, const char *text, gsize length, gsize depth,
            MigrationParsed *parsed)
{
    g_auto(MigrationRewriting) rewriting = {0};
    MigrationParsed again = {0};

    if (!pga_newer_rewrite(text, length, &rewriting))
        return;
    parse(parser, rewriting.text, strlen(rewriting.text), depth, &again);
    if (again.error) {
        g_free(again.error);
        return;
    }
    pga_newer_correct(&rewriting, (ProtobufCMessage *)again.tree);
    g_free(parsed->error);
    again.newer = rewriting.newer;
    *parsed = again;
}

MigrationParsed
pga_migration_parse(MigrationParser *parser, const char *text, gsize length, gsize depth)
{
    MigrationParsed parsed = {0};

    parse(parser, text, length, depth, &parsed);
    if (parsed.error)
        parse_newer(parser, text, length, depth, &parsed);
    return parsed;
}

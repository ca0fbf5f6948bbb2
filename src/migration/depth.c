/* Each token may nest what follows it, as in 1+1+1 or - - - 1, up to the next comma or AND, of
 * which the parser makes flat lists. Parentheses, brackets and CASE keep what is around them. */
#include "depth_internal.h"

typedef struct {
    gsize tokens; /* since the last comma */
    gsize kept;   /* not forgotten at a comma: UNION and the like, and what opened the level */
    gboolean by_case;
} Level;

void
pga_migration_depth_init(MigrationDepth *depth)
{
    depth->levels = g_array_new(FALSE, TRUE, sizeof(Level));
    pga_migration_depth_reset(depth);
}

void
pga_migration_depth_destroy(MigrationDepth *depth)
{
    g_array_unref(depth->levels);
}

void
pga_migration_depth_reset(MigrationDepth *depth)
{
    g_array_set_size(depth->levels, 0);
    g_array_set_size(depth->levels, 1);
    depth->now = 0;
    depth->deepest = 0;
}

static Level *
present(const MigrationDepth *depth)
{
    return &g_array_index(depth->levels, Level, depth->levels->len - 1);
}

static void
push(MigrationDepth *depth, gboolean by_case)
{
    const Level level = {.kept = 1, .by_case = by_case};

    g_array_append_val(depth->levels, level);
    depth->now++;
}

static void
pop(MigrationDepth *depth)
{
    const Level level = *present(depth);

    if (depth->levels->len == 1)
        return;
    depth->now -= level.tokens + level.kept;
    g_array_set_size(depth->levels, depth->levels->len - 1);
}

static void
forget(MigrationDepth *depth)
{
    Level *level = present(depth);

    depth->now -= level->tokens;
    level->tokens = 0;
}

static void
count(MigrationDepth *depth)
{
    present(depth)->tokens++;
    depth->now++;
}

static void
take_word(MigrationDepth *depth, const Token *token)
{
    if (pga_token_is(token, "and") || pga_token_is(token, "or")) {
        forget(depth);
    } else if (pga_token_is(token, "case")) {
        push(depth, TRUE);
    } else if (pga_token_is(token, "end") && present(depth)->by_case) {
        pop(depth);
    } else if (pga_token_is(token, "union") || pga_token_is(token, "intersect") ||
               pga_token_is(token, "except")) {
        present(depth)->kept++;
        depth->now++;
    } else {
        count(depth);
    }
}

static void
take_other(MigrationDepth *depth, char c)
{
    if (c == ',')
        forget(depth);
    else if (c == '[')
        push(depth, FALSE);
    else if (c == ']')
        pop(depth);
    else
        count(depth);
}

void
pga_migration_depth_take(MigrationDepth *depth, const Token *token)
{
    if (token->kind == TOKEN_OPEN)
        push(depth, FALSE);
    else if (token->kind == TOKEN_CLOSE)
        pop(depth);
    else if (token->kind == TOKEN_WORD)
        take_word(depth, token);
    else if (token->kind == TOKEN_OTHER)
        take_other(depth, *token->text);
    else
        count(depth);
    depth->deepest = MAX(depth->deepest, depth->now);
}

gsize
pga_migration_depth_of(const char *text, gsize length)
{
    Lexer lexer = {.at = text, .end = text + length};
    MigrationDepth depth;
    gsize deepest;

    pga_migration_depth_init(&depth);
    for (Token token = pga_lexer_next(&lexer);
         token.kind != TOKEN_END && token.kind != TOKEN_UNTERMINATED;
         token = pga_lexer_next(&lexer))
        pga_migration_depth_take(&depth, &token);
    deepest = depth.deepest;
    pga_migration_depth_destroy(&depth);
    return deepest;
}

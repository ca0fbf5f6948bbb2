/* PL/pgSQL by its words: statements begin behind BEGIN, THEN, ELSE, LOOP and semicolons, and those
 * of SQL begin with a command's word. */
#include "body_internal.h"
#include "lexer_internal.h"
#include <string.h>

static const char *const openers[] = {"begin", "then", "else", "loop"};
static const char *const commands[] = {
    "alter",    "analyze", "call",    "cluster",  "comment", "copy",   "create",
    "delete",   "drop",    "execute", "grant",    "import",  "insert", "lock",
    "merge",    "notify",  "perform", "refresh",  "reindex", "revoke", "reset",
    "security", "select",  "set",     "truncate", "update",  "vacuum", "with",
};
static const char *const branches[] = {"if", "loop", "case", "exception"};

typedef struct {
    const MigrationBody *body;
    GQueue *queue;
    const char *start, *end; /* of a statement of SQL; NULL */
    gboolean expected;       /* a statement may begin here */
    guint level;             /* of what may not run */
    guint depth;             /* of parentheses */
    Token before;
} Scan;

static gboolean
is_one_of(const Token *token, const char *const *words, guint n)
{
    for (guint i = 0; i < n; i++)
        if (pga_token_is(token, words[i]))
            return TRUE;
    return FALSE;
}

/* EXECUTE of what is always the same is that. */
static void
make_dynamic(MigrationInner *inner)
{
    char *text = pga_migration_constant(inner->text + strlen("execute"));

    inner->anchored = TRUE;
    if (text) {
        g_free(inner->text);
        inner->text = text;
        inner->length = strlen(text);
        return;
    }
    inner->kind = PGA_STEP_OPAQUE;
    inner->error = g_strdup(pga_migration_dynamic);
}

static void
finish(Scan *scan)
{
    MigrationInner *inner;
    const gsize at = (gsize)(scan->start - scan->body->text);

    inner = pga_migration_body_add(scan->body, scan->queue, at, scan->start,
                                   (gsize)(scan->end - scan->start));
    inner->conditional = scan->level > 0;
    if (g_ascii_strncasecmp(inner->text, "perform", strlen("perform")) == 0)
        memcpy(inner->text, "SELECT ", strlen("perform"));
    else if (g_ascii_strncasecmp(inner->text, "execute", strlen("execute")) == 0)
        make_dynamic(inner);
    scan->start = NULL;
}

/* END IF, END LOOP, END CASE close what they name. */
static void
count_level(Scan *scan, const Token *token)
{
    if (!is_one_of(token, branches, G_N_ELEMENTS(branches)))
        return;
    if (!pga_token_is(&scan->before, "end"))
        scan->level++;
    else if (scan->level > 0)
        scan->level--;
}

static void
take_outside(Scan *scan, const Token *token)
{
    if (scan->expected && is_one_of(token, commands, G_N_ELEMENTS(commands))) {
        scan->start = token->text;
        scan->end = token->text + token->length;
        scan->depth = 0;
        scan->expected = FALSE;
        return;
    }
    count_level(scan, token);
    scan->expected =
        token->kind == TOKEN_SEMICOLON || is_one_of(token, openers, G_N_ELEMENTS(openers));
}

static void
take(Scan *scan, const Token *token)
{
    if (!scan->start) {
        take_outside(scan, token);
    } else if (token->kind == TOKEN_SEMICOLON && scan->depth == 0) {
        finish(scan);
        scan->expected = TRUE;
    } else {
        scan->depth += token->kind == TOKEN_OPEN;
        scan->depth -= token->kind == TOKEN_CLOSE && scan->depth > 0;
        scan->end = token->text + token->length;
    }
    scan->before = *token;
}

gboolean
pga_migration_plpgsql_words(const MigrationBody *body, GQueue *queue)
{
    const guint before = queue->length;
    Scan scan = {.body = body, .queue = queue};
    Lexer lexer = {.at = body->text, .end = body->text + body->length};

    for (Token token = pga_lexer_next(&lexer);
         token.kind != TOKEN_END && token.kind != TOKEN_UNTERMINATED;
         token = pga_lexer_next(&lexer))
        take(&scan, &token);
    return queue->length > before;
}

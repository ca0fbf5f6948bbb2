/* identifier-too-long: a name that the server cuts off. */
#include <string.h>

#include "../told_once_internal.h"

#define MAX_BYTES 63 /* NAMEDATALEN - 1, PostgreSQL 18 src/include/pg_config_manual.h */

static gboolean
is_of_name(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

/* Worth a look at the tokens: something as long as that without a blank, or in quotes. */
static gboolean
may_have_one(const PgaStep *step)
{
    gsize n_word = 0, n_quoted = 0;
    gboolean quoted = FALSE;

    for (gsize i = 0; i < step->length; i++) {
        const char c = step->text[i];

        n_word = is_of_name(c) ? n_word + 1 : 0;
        n_quoted = quoted ? n_quoted + 1 : 0;
        if (c == '"')
            quoted = !quoted;
        if (n_word > MAX_BYTES || n_quoted > MAX_BYTES)
            return TRUE;
    }
    return FALSE;
}

/* (transfer full): the name that the token is, without its quotes. */
static char *
name_of(const char *token, gsize length)
{
    GString *name;

    if (token[0] != '"' || length < 2)
        return g_strndup(token, length);
    name = g_string_new_len(token + 1, (gssize)length - 2);
    g_string_replace(name, "\"\"", "\"", 0);
    return g_string_free(name, FALSE);
}

static void
judge_token(PgaLintRun *run, const PgQuery__ScanToken *token)
{
    const PgaAction *first = &g_array_index(run->actions, PgaAction, 0);
    g_autofree char *name =
        name_of(run->step->text + token->start, (gsize)(token->end - token->start));
    PgaAction action = *first;

    if (token->token != PG_QUERY__TOKEN__IDENT || strlen(name) <= MAX_BYTES ||
        !pga_lint_first_time(run, name))
        return;
    action.location = (gsize)token->start;
    pga_lint_report(run, &action, "%s has %zu bytes.", name, strlen(name));
}

static void
judge_step(PgaLintRun *run)
{
    g_autofree char *text = NULL;
    PgQueryScanResult scan;
    PgQuery__ScanResult *tokens;

    if (run->actions->len == 0 || !may_have_one(run->step))
        return;
    text = g_strndup(run->step->text, run->step->length);
    scan = pg_query_scan(text);
    tokens = scan.error ? NULL
                        : pg_query__scan_result__unpack(NULL, scan.pbuf.len,
                                                        (const uint8_t *)scan.pbuf.data);
    for (size_t i = 0; tokens && i < tokens->n_tokens; i++)
        judge_token(run, tokens->tokens[i]);
    if (tokens)
        pg_query__scan_result__free_unpacked(tokens, NULL);
    pg_query_free_scan_result(scan);
}

const PgaRule pga_rule_identifier_too_long = {
    .id = "identifier-too-long",
    .title = "Name longer than 63 bytes",
    .category = "style",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_ERROR,
    .why = "The server cuts it off after 63 bytes with no more than a notice: what the code calls "
           "the object by is another name, and two names may become the same.",
    .when_not = "Nothing but PostgreSQL ever compares the name.",
    .condition = "A name of more than 63 bytes in UTF-8; once for a name and transaction.",
    .example = "ALTER TABLE orders ADD COLUMN "
               "a_name_that_goes_on_and_on_until_nobody_remembers_how_it_began_at_all int;",
    .fix = "Proposes a shorter name.",
    .docs = "sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS",
    .docs_title = "Lexical Structure: Identifiers and Key Words",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step, .finish = pga_lint_start_over, .forget = pga_lint_forget_told},
};

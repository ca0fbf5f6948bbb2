/* The forms, one line each. Words stand for themselves, NAME for any identifier, () for what is in
 * parentheses, # for a number as 16 writes them, … for the rest; what is between { and } is
 * blanked, or becomes what is behind the "=", in which $ is the last NAME; +word is put in. The
 * first line that fits at a token is taken; a line without a flag leaves what it fits as it is. */
#include "lexer_internal.h"
#include "message_internal.h"
#include "newer_internal.h"
#include <string.h>

enum { MAX_TEXT = 1 << 20 };

static const struct {
    const char *begins; /* (nullable): only in statements that begin so */
    const char *form;
    PgaNewerSyntax flag;
} forms[] = {
    {"alter", "alter constraint NAME { not enforced }", PGA_NEWER_ALTER_NOT_ENFORCED},
    {"alter", "alter constraint NAME { enforced }", PGA_NEWER_ALTER_ENFORCED},
    {"alter", "alter constraint NAME { no inherit }", PGA_NEWER_ALTER_INHERIT},
    {"alter", "alter constraint NAME { inherit }", PGA_NEWER_ALTER_INHERIT},
    {NULL, "{ not enforced }", PGA_NEWER_NOT_ENFORCED},
    {NULL, ") { enforced }", PGA_NEWER_OTHER},
    {NULL, "generated always as () stored", PGA_NEWER_NONE},
    {NULL, "generated always as () { virtual }=stored", PGA_NEWER_VIRTUAL},
    {NULL, "generated always as () +stored", PGA_NEWER_VIRTUAL},
    {"alter", "set { expression as }=default ()", PGA_NEWER_SET_EXPRESSION},
    {"alter", "domain NAME add constraint NAME { not null }=check(a)", PGA_NEWER_OTHER},
    {"alter", "add constraint NAME { not null NAME }=check($)", PGA_NEWER_NAMED_NOT_NULL},
    {"alter", "add { not null NAME }=check($)", PGA_NEWER_NAMED_NOT_NULL},
    {"create", "( constraint NAME { not null NAME }=check($)", PGA_NEWER_NAMED_NOT_NULL},
    {"create", ", constraint NAME { not null NAME }=check($)", PGA_NEWER_NAMED_NOT_NULL},
    {"create", "( { not null NAME }=check($)", PGA_NEWER_NAMED_NOT_NULL},
    {"create", ", { not null NAME }=check($)", PGA_NEWER_NAMED_NOT_NULL},
    {NULL, "not null { no inherit }", PGA_NEWER_OTHER},
    {NULL, "{ without overlaps }", PGA_NEWER_WITHOUT_OVERLAPS},
    {NULL, "( NAME , { period } NAME )", PGA_NEWER_PERIOD},
    {NULL, ", NAME , { period } NAME )", PGA_NEWER_PERIOD},
    {"merge", "when { not } matched { by source }", PGA_NEWER_OTHER},
    {"merge", "when not matched { by target }", PGA_NEWER_OTHER},
    {"merge", "{ returning … }", PGA_NEWER_MERGE_RETURNING},
    {"with", "returning { with () }", PGA_NEWER_OTHER},
    {"insert", "returning { with () }", PGA_NEWER_OTHER},
    {"update", "returning { with () }", PGA_NEWER_OTHER},
    {"delete", "returning { with () }", PGA_NEWER_OTHER},
    {"grant", "{ with admin … }", PGA_NEWER_OTHER},
    {"grant", "{ with inherit … }", PGA_NEWER_OTHER},
    {"grant", "{ with set … }", PGA_NEWER_OTHER},
    {"alter", "set access method { default }=heap", PGA_NEWER_OTHER},
    {"alter", "set statistics { default }=-1", PGA_NEWER_OTHER},
    {"alter", "set storage { default }=plain", PGA_NEWER_OTHER},
    {NULL, "set storage NAME", PGA_NEWER_NONE},
    {NULL, "NAME { storage NAME }", PGA_NEWER_OTHER},
    {NULL, ") { storage NAME }", PGA_NEWER_OTHER},
    {"vacuum", "{ only } NAME", PGA_NEWER_OTHER},
    {"analyze", "{ only } NAME", PGA_NEWER_OTHER},
    {NULL, "is { json value }=true", PGA_NEWER_OTHER},
    {NULL, "is { json array }=true", PGA_NEWER_OTHER},
    {NULL, "is { json object }=true", PGA_NEWER_OTHER},
    {NULL, "is { json scalar }=true", PGA_NEWER_OTHER},
    {NULL, "is { json }=true", PGA_NEWER_OTHER},
    {NULL, "is not { json value }=true", PGA_NEWER_OTHER},
    {NULL, "is not { json array }=true", PGA_NEWER_OTHER},
    {NULL, "is not { json object }=true", PGA_NEWER_OTHER},
    {NULL, "is not { json scalar }=true", PGA_NEWER_OTHER},
    {NULL, "is not { json }=true", PGA_NEWER_OTHER},
    {NULL, "{ with unique keys }", PGA_NEWER_OTHER},
    {NULL, "json_table { () }=()", PGA_NEWER_OTHER},
    {NULL, "json_value { () }=()", PGA_NEWER_OTHER},
    {NULL, "json_query { () }=()", PGA_NEWER_OTHER},
    {NULL, "json_exists { () }=()", PGA_NEWER_OTHER},
    {NULL, "json_object { () }=()", PGA_NEWER_OTHER},
    {NULL, "json_array { () }=()", PGA_NEWER_OTHER},
    {NULL, "json_objectagg { () }=()", PGA_NEWER_OTHER},
    {NULL, "json_arrayagg { () }=()", PGA_NEWER_OTHER},
    {NULL, "json_serialize { () }=()", PGA_NEWER_OTHER},
    {NULL, "json_scalar { () }=()", PGA_NEWER_OTHER},
    {NULL, "{ # }=0", PGA_NEWER_OTHER},
};

/** Bytes from @start to before @end become @text, filled with blanks up to their length. */
typedef struct {
    gsize start, end;
    char *text;
    PgaNewerSyntax flag;
    gsize at, length; /* in the rewritten text */
} Change;

typedef struct {
    const char *text;
    GArray *tokens; /* of Token, then one of TOKEN_END */
    GArray *changes;
    GArray *found; /* of Change: of the form being matched */
    const Token *name;
} Matching;

static const Token *
token_at(const Matching *matching, guint i)
{
    return &g_array_index(matching->tokens, Token, MIN(i, matching->tokens->len - 1));
}

static gboolean
is_punctuation(const Token *token, char c)
{
    return token->length == 1 && *token->text == c;
}

/* Behind the parenthesis that closes the one at @i; @i when none does. */
static guint
skip_group(const Matching *matching, guint i)
{
    guint depth = 0;

    for (guint k = i; token_at(matching, k)->kind != TOKEN_END; k++) {
        if (token_at(matching, k)->kind == TOKEN_OPEN)
            depth++;
        else if (token_at(matching, k)->kind == TOKEN_CLOSE && --depth == 0)
            return k + 1;
        if (depth == 0)
            break;
    }
    return i;
}

/* A number with a base or with underscores. */
static gboolean
is_newer_number(const Token *token)
{
    return token->kind == TOKEN_OTHER && token->length > 1 && g_ascii_isdigit(*token->text) &&
           (memchr(token->text, '_', token->length) ||
            (*token->text == '0' && strchr("xXoObB", token->text[1])));
}

static gboolean
is_name(const Token *token)
{
    return token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED;
}

/* How many tokens from the @i-th the piece fits; 0: none. */
static guint
match_piece(Matching *matching, const char *piece, guint i)
{
    const Token *token = token_at(matching, i);

    if (strcmp(piece, "()") == 0)
        return skip_group(matching, i) - i;
    if (strcmp(piece, "…") == 0)
        return matching->tokens->len - 1 - i;
    if (strcmp(piece, "#") == 0)
        return is_newer_number(token);
    if (strcmp(piece, "NAME") == 0) {
        matching->name = token;
        return is_name(token);
    }
    if (!g_ascii_isalpha(*piece))
        return is_punctuation(token, *piece);
    return pga_token_is(token, piece);
}

static gsize
end_of(const Matching *matching, guint i)
{
    const Token *token = token_at(matching, i);

    return (gsize)(token->text + token->length - matching->text);
}

static void
put(Matching *matching, gsize start, gsize end, const char *pattern)
{
    const char *dollar = strchr(pattern, '$');
    Change change = {.start = start, .end = end};

    if (dollar)
        change.text =
            g_strdup_printf("%.*s%.*s%s", (int)(dollar - pattern), pattern,
                            (int)matching->name->length, matching->name->text, dollar + 1);
    else
        change.text = g_strdup(pattern);
    g_array_append_val(matching->found, change);
}

/* How many tokens from the @i-th the whole form fits; 0: it does not. */
static guint
match_form(Matching *matching, char *const *pieces, guint i)
{
    guint at = i, opened = i;

    for (; *pieces; pieces++) {
        const char *piece = *pieces;
        guint n = 0;

        if (*piece == '{')
            opened = at;
        else if (*piece == '}')
            put(matching, (gsize)(token_at(matching, opened)->text - matching->text),
                end_of(matching, at - 1), piece[1] == '=' ? piece + 2 : "");
        else if (*piece == '+')
            put(matching, end_of(matching, at - 1), end_of(matching, at - 1), piece);
        else if ((n = match_piece(matching, piece, at)) == 0)
            return 0;
        at += n;
    }
    return at - i;
}

static void
change_clear(gpointer data)
{
    g_free(((Change *)data)->text);
}

static gboolean
begins(const Matching *matching, const char *word)
{
    return !word || pga_token_is(token_at(matching, 0), word);
}

/* The first form that fits at the @i-th token; returns how many tokens to go on. */
static guint
match_token(Matching *matching, char **const *pieces, guint i)
{
    for (guint k = 0; k < G_N_ELEMENTS(forms); k++) {
        guint n;

        g_array_set_size(matching->found, 0);
        n = begins(matching, forms[k].begins) ? match_form(matching, pieces[k], i) : 0;
        if (n == 0)
            continue;
        for (guint c = 0; c < matching->found->len; c++) {
            Change change = g_array_index(matching->found, Change, c);

            change.flag = forms[k].flag;
            change.text = g_strdup(change.text);
            g_array_append_val(matching->changes, change);
        }
        return n;
    }
    return 1;
}

static void
match_all(Matching *matching)
{
    char **pieces[G_N_ELEMENTS(forms)];

    for (guint k = 0; k < G_N_ELEMENTS(forms); k++)
        pieces[k] = g_strsplit(forms[k].form, " ", -1);
    for (guint i = 0; i < matching->tokens->len - 1;)
        i += match_token(matching, pieces, i);
    for (guint k = 0; k < G_N_ELEMENTS(forms); k++)
        g_strfreev(pieces[k]);
}

static GArray *
tokenize(const char *text, gsize length)
{
    GArray *tokens = g_array_new(FALSE, FALSE, sizeof(Token));
    Lexer lexer = {.at = text, .end = text + length};
    Token token;

    do {
        token = pga_lexer_next(&lexer);
        g_array_append_val(tokens, token);
    } while (token.kind != TOKEN_END && token.kind != TOKEN_UNTERMINATED);
    return tokens;
}

/* A word put in stands apart from the ones around it. */
static void
write_change(GString *out, Change *change)
{
    const gboolean is_insertion = change->start == change->end;
    const char *text = is_insertion ? change->text + 1 : change->text;

    change->at = out->len;
    if (is_insertion)
        g_string_append_c(out, ' ');
    g_string_append(out, text);
    while (out->len - change->at < change->end - change->start)
        g_string_append_c(out, ' ');
    if (is_insertion)
        g_string_append_c(out, ' ');
    change->length = out->len - change->at;
}

static void
write_text(MigrationRewriting *rewriting, const char *text, gsize length)
{
    GString *out = g_string_sized_new(length + 16);
    gsize done = 0;

    for (guint i = 0; i < rewriting->changes->len; i++) {
        Change *change = &g_array_index(rewriting->changes, Change, i);

        g_string_append_len(out, text + done, (gssize)(change->start - done));
        write_change(out, change);
        rewriting->newer |= change->flag;
        done = change->end;
    }
    g_string_append_len(out, text + done, (gssize)(length - done));
    rewriting->text = g_string_free(out, FALSE);
}

gboolean
pga_newer_rewrite(const char *text, gsize length, MigrationRewriting *rewriting)
{
    Matching matching = {.text = text};

    *rewriting = (MigrationRewriting){0};
    if (length > MAX_TEXT)
        return FALSE;
    rewriting->changes = g_array_new(FALSE, FALSE, sizeof(Change));
    g_array_set_clear_func(rewriting->changes, change_clear);
    matching.changes = rewriting->changes;
    matching.found = g_array_new(FALSE, FALSE, sizeof(Change));
    g_array_set_clear_func(matching.found, change_clear);
    matching.tokens = tokenize(text, length);
    match_all(&matching);
    g_array_unref(matching.tokens);
    g_array_unref(matching.found);
    if (rewriting->changes->len > 0)
        write_text(rewriting, text, length);
    return rewriting->changes->len > 0;
}

void
pga_newer_rewriting_clear(MigrationRewriting *rewriting)
{
    g_clear_pointer(&rewriting->changes, g_array_unref);
    g_clear_pointer(&rewriting->text, g_free);
}

gsize
pga_newer_offset(const MigrationRewriting *rewriting, gsize offset)
{
    gsize longer = 0;

    for (guint i = 0; rewriting->changes && i < rewriting->changes->len; i++) {
        const Change *change = &g_array_index(rewriting->changes, Change, i);

        if (offset < change->at)
            break;
        if (offset < change->at + change->length)
            return MIN(offset - longer, change->end);
        longer += change->length - (change->end - change->start);
    }
    return offset - longer;
}

static gboolean
is_named_not_null(const MigrationRewriting *rewriting, gsize offset)
{
    for (guint i = 0; i < rewriting->changes->len; i++) {
        const Change *change = &g_array_index(rewriting->changes, Change, i);

        if (change->flag == PGA_NEWER_NAMED_NOT_NULL && offset >= change->at &&
            offset < change->at + change->length)
            return TRUE;
    }
    return FALSE;
}

/* ADD CONSTRAINT n NOT NULL c was read as CHECK (c). */
static void
correct_constraint(MigrationRewriting *rewriting, PgQuery__Constraint *constraint)
{
    const PgQuery__Node *expression = constraint->raw_expr;

    if (constraint->contype != PG_QUERY__CONSTR_TYPE__CONSTR_CHECK || !expression ||
        expression->node_case != PG_QUERY__NODE__NODE_COLUMN_REF ||
        !is_named_not_null(rewriting, (gsize)expression->column_ref->location))
        return;
    constraint->contype = PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL;
    constraint->n_keys = expression->column_ref->n_fields;
    constraint->keys = expression->column_ref->fields;
    constraint->raw_expr = NULL;
    if (constraint->skip_validation)
        rewriting->newer |= PGA_NEWER_NOT_NULL_NOT_VALID;
}

static void
correct_places(const MigrationRewriting *rewriting, ProtobufCMessage *message)
{
    for (guint i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        gint32 *place;

        if (field->type != PROTOBUF_C_TYPE_INT32 || !g_str_has_suffix(field->name, "location"))
            continue;
        place = (gint32 *)(gpointer)((char *)message + field->offset);
        if (*place > 0)
            *place = (gint32)pga_newer_offset(rewriting, (gsize)*place);
    }
}

static void
correct(ProtobufCMessage *message, gpointer data)
{
    MigrationRewriting *rewriting = data;

    if (message->descriptor == &pg_query__constraint__descriptor)
        correct_constraint(rewriting, (PgQuery__Constraint *)message);
    correct_places(rewriting, message);
}

void
pga_newer_correct(MigrationRewriting *rewriting, ProtobufCMessage *tree)
{
    pga_message_each(tree, correct, rewriting);
}

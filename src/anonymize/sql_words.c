/* Words of a text, one by one; strings and numbers by the words beside them. This is all there is
 * for bodies of routines and for what libpg_query does not read. */
#include <base/text.h>
#include <string.h>

#include "sql_map_internal.h"

/** Where one is. */
typedef struct {
    PgaSqlMap *map;
    SqlText *text;
    guint statement; /* first token of the statement */
    gboolean parsed;
    gboolean of_routine; /* of the statement: it makes a routine, or is one: DO */
} Reading;

static gboolean
is_at(const Reading *reading, guint i, const char *word)
{
    return pga_sql_text_is(reading->text, i, word);
}

static gboolean
is_one_of(const Reading *reading, guint i, const char *const *words)
{
    for (guint j = 0; words[j]; j++)
        if (is_at(reading, i, words[j]))
            return TRUE;
    return FALSE;
}

static SqlTokenKind
kind_at(const Reading *reading, guint i)
{
    return pga_sql_text_token(reading->text, i)->kind;
}

static gboolean
is_name(const Reading *reading, guint i)
{
    return i < reading->text->tokens->len &&
           (kind_at(reading, i) == SQL_WORD || kind_at(reading, i) == SQL_QUOTED);
}

/* "%L" of format() in a statement that is a string. */
static gboolean
is_placeholder(const Reading *reading, guint i)
{
    const SqlToken *token = pga_sql_text_token(reading->text, i), *before;

    if (i == 0 || token->end - token->start != 1 ||
        !strchr("sIL", reading->text->sql[token->start]))
        return FALSE;
    before = pga_sql_text_token(reading->text, i - 1);
    return before->kind == SQL_OPERATOR && before->end == token->start &&
           reading->text->sql[before->end - 1] == '%';
}

static void
replace_identifier(const Reading *reading, guint i)
{
    g_autofree char *word = pga_sql_text_value(reading->text, i);
    g_autofree char *name = NULL;

    if (pga_name_is_own(reading->map->names, word) || is_placeholder(reading, i))
        return;
    name = pga_name_map(reading->map->names, PGA_NAME_OTHER, word);
    pga_sql_text_replace(reading->text, i, pga_quote_identifier(name));
}

/* (transfer full): a type's name from token *i on, which is moved behind it. */
static char *
read_type(const Reading *reading, guint *i)
{
    static const char *const more[] = {"varying", "precision", "with", "without",
                                       "time",    "zone",      NULL};
    GString *name = g_string_new(NULL);

    while (is_name(reading, *i)) {
        g_autofree char *word = pga_sql_text_value(reading->text, *i);

        if (g_string_append(name, word) && is_at(reading, ++*i, ".")) {
            g_string_append_c(name, '.');
            ++*i;
        } else if (is_one_of(reading, *i, more)) {
            g_string_append_c(name, ' ');
        } else {
            break;
        }
    }
    if (is_at(reading, *i, "("))
        while (*i < reading->text->tokens->len && !is_at(reading, (*i)++, ")"))
            ;
    if (is_at(reading, *i, "["))
        g_string_append(name, "[]");
    return g_string_free(name, FALSE);
}

static const char *
bare_type(const char *type)
{
    const char *dot = strrchr(type, '.');

    return dot ? dot + 1 : type;
}

static void
put_string(const Reading *reading, guint i, SqlStringUse use, const PgaValueType *want)
{
    g_autofree char *value = pga_sql_text_value(reading->text, i);

    pga_sql_text_replace(reading->text, i, pga_sql_string(reading->map, value, use, want));
}

static gboolean
is_comparison(const Reading *reading, guint i)
{
    static const char *const signs[] = {"=", "<>", "!=", "<", ">", "<=", ">=", NULL};

    return is_one_of(reading, i, signs);
}

/* (nullable): of the column that stands before the comparison at @i. */
static const PgaValueType *
compared_column(const Reading *reading, guint i)
{
    g_autofree char *word = NULL;

    if (i < reading->statement + 1 || !is_comparison(reading, i) || !is_name(reading, i - 1))
        return NULL;
    word = pga_sql_text_value(reading->text, i - 1);
    return pga_sql_catalog_column(reading->map->catalog, word);
}

/* 'x'::type */
static gboolean
take_cast(const Reading *reading, guint i)
{
    g_autofree char *type = NULL;
    const PgaValueType *want;
    guint at = i + 2;
    SqlStringUse use;

    if (!is_at(reading, i + 1, "::"))
        return FALSE;
    type = read_type(reading, &at);
    want = pga_sql_catalog_type(reading->map->catalog, type);
    use = pga_sql_use_of_type(bare_type(type));
    if (use == SQL_USE_VALUE && pga_value_type_is_number(want) &&
        (i == 0 || !is_comparison(reading, i - 1)))
        use = SQL_USE_KEPT;
    put_string(reading, i, use, want);
    return TRUE;
}

/* date 'x', timestamp with time zone 'x' */
static gboolean
take_typed(const Reading *reading, guint i)
{
    static const char *const types[] = {"date",  "timestamp", "timestamptz", "time", "timetz",
                                        "json",  "jsonb",     "uuid",        "inet", "interval",
                                        "point", "box",       "bytea",       NULL};
    g_autofree char *type = NULL;

    if (i == 0)
        return FALSE;
    if (is_at(reading, i - 1, "zone") && i >= 4 && is_at(reading, i - 2, "time") &&
        (is_at(reading, i - 3, "with") || is_at(reading, i - 3, "without")))
        i -= 3;
    if (!is_one_of(reading, i - 1, types))
        return FALSE;
    type = pga_sql_text_value(reading->text, i - 1);
    i += is_at(reading, i, "with") || is_at(reading, i, "without") ? 3 : 0;
    put_string(reading, i, pga_sql_use_of_type(type),
               pga_sql_catalog_type(reading->map->catalog, type));
    return TRUE;
}

static gboolean
take_operand(const Reading *reading, guint i)
{
    static const char *const keys[] = {"->", "->>", "like", "ilike", "||", "?", NULL};
    static const char *const paths[] = {"#>", "#>>", "#-", "?|", "?&", NULL};
    static const char *const regexes[] = {"~", "~*", "!~", "!~*", "to", NULL};
    const PgaValueType *want;

    if (i == 0)
        return FALSE;
    if (is_at(reading, i - 1, "to") && (i < 2 || !is_at(reading, i - 2, "similar")))
        return FALSE;
    want = compared_column(reading, i - 1);
    if (want || is_one_of(reading, i - 1, keys))
        put_string(reading, i, SQL_USE_VALUE, want ? want : reading->map->text);
    else if (is_one_of(reading, i - 1, paths))
        put_string(reading, i, SQL_USE_VALUE, reading->map->texts);
    else if (is_one_of(reading, i - 1, regexes))
        put_string(reading, i, SQL_USE_REGEX, NULL);
    else if (is_at(reading, i - 1, "zone") && i >= 2 && is_at(reading, i - 2, "time"))
        put_string(reading, i, SQL_USE_KEPT, NULL);
    else
        return FALSE;
    return TRUE;
}

/* The setting of "SET search_path TO 'a', 'b'" before the string; 0: none. */
static guint
setting_before(const Reading *reading, guint i)
{
    while (i > 0 && (kind_at(reading, i) == SQL_STRING || is_at(reading, i, ",")))
        i--;
    if (i < 2 || (!is_at(reading, i, "to") && !is_at(reading, i, "=")))
        return 0;
    for (guint at = i - 1; at > reading->statement; at--)
        if (is_at(reading, at - 1, "set") || is_at(reading, at - 1, "local") ||
            is_at(reading, at - 1, "session"))
            return is_name(reading, at) ? at : 0;
        else if (!is_name(reading, at) && !is_at(reading, at, "."))
            return 0;
    return 0;
}

static gboolean
take_setting(const Reading *reading, guint i)
{
    static const char *const names[] = {"search_path",
                                        "role",
                                        "default_tablespace",
                                        "temp_tablespaces",
                                        "session_authorization",
                                        "default_text_search_config",
                                        NULL};
    const guint setting = i > 0 ? setting_before(reading, i - 1) : 0;
    g_autofree char *value = NULL, *folded = NULL;

    if (setting == 0)
        return FALSE;
    value = pga_sql_text_value(reading->text, i);
    folded = g_ascii_strdown(value, -1);
    if (is_one_of(reading, setting, names)) {
        g_autofree char *name = pga_name_map(reading->map->names, PGA_NAME_SCHEMA, value);

        pga_sql_text_replace(reading->text, i, pga_quote_literal(name));
    } else if (pga_name_is_own(reading->map->names, folded) ||
               strspn(value, "0123456789.kMGTBmsindhu ") == strlen(value)) {
        put_string(reading, i, SQL_USE_KEPT, NULL);
    } else {
        put_string(reading, i, SQL_USE_VALUE, reading->map->text);
    }
    return TRUE;
}

/* The token that opens the parenthesis around @i; *argument: which one @i is. */
static gboolean
find_call(const Reading *reading, guint i, guint *open, guint *argument)
{
    guint depth = 0;

    *argument = 0;
    while (i > reading->statement) {
        i--;
        if (is_at(reading, i, ")")) {
            depth++;
        } else if (is_at(reading, i, "(")) {
            if (depth-- == 0) {
                *open = i;
                return i > 0 && is_name(reading, i - 1);
            }
        } else if (depth == 0 && is_at(reading, i, ",")) {
            ++*argument;
        }
    }
    return FALSE;
}

static guint
count_arguments(const Reading *reading, guint open)
{
    guint depth = 0, n = 1;

    for (guint i = open; i < reading->text->tokens->len; i++) {
        if (is_at(reading, i, "("))
            depth++;
        else if (is_at(reading, i, ")") && --depth == 0)
            break;
        else if (depth == 1 && is_at(reading, i, ","))
            n++;
    }
    return n;
}

static gboolean
take_argument(const Reading *reading, guint i)
{
    g_autofree char *name = NULL;
    guint open, argument;
    SqlStringUse use;

    if (i == 0 || (!is_at(reading, i - 1, "(") && !is_at(reading, i - 1, ",")) ||
        !find_call(reading, i, &open, &argument))
        return FALSE;
    name = pga_sql_text_value(reading->text, open - 1);
    use = pga_sql_use_of_argument(name, argument, count_arguments(reading, open));
    if (use == SQL_USE_VALUE)
        return FALSE;
    put_string(reading, i, use, NULL);
    return TRUE;
}

/* WITH (fillfactor='70') */
static gboolean
is_storage_parameter(const Reading *reading, guint i)
{
    g_autofree char *value = pga_sql_text_value(reading->text, i);
    guint open, argument;

    return strspn(value, "0123456789.-eE") == strlen(value) &&
           find_call(reading, i, &open, &argument) &&
           (is_at(reading, open - 1, "with") || is_at(reading, open - 1, "set"));
}

/* LOCALE = 'x', PROVIDER = …, INITCOND = '{0,0}', PASSWORD 'x', COMMENT … IS 'x' */
static gboolean
take_option(const Reading *reading, guint i)
{
    static const char *const kept[] = {"locale", "lc_collate", "lc_ctype", "provider",
                                       "rules",  "stopwords",  "publish",  NULL};
    static const char *const states[] = {"initcond", "minitcond", "initcond1", "initcond2", NULL};

    if (i < 2)
        return FALSE;
    if (is_at(reading, i - 1, "password")) {
        pga_sql_text_replace(reading->text, i, g_strdup("'********'"));
        return TRUE;
    }
    if (is_at(reading, i - 1, "is") && is_at(reading, reading->statement, "comment")) {
        pga_sql_text_replace(reading->text, i, g_strdup("''"));
        return TRUE;
    }
    if (!is_at(reading, i - 1, "="))
        return FALSE;
    if (is_one_of(reading, i - 2, kept) || is_storage_parameter(reading, i))
        put_string(reading, i, SQL_USE_KEPT, NULL);
    else if (is_one_of(reading, i - 2, states))
        put_string(reading, i, SQL_USE_OPAQUE, NULL);
    else
        return FALSE;
    return TRUE;
}

/* (transfer full): the language that the statement around @i names. */
static char *
language_of(const Reading *reading, guint i)
{
    for (guint at = reading->statement; at + 1 < reading->text->tokens->len; at++) {
        if (at != i && is_at(reading, at, ";"))
            break;
        if (is_at(reading, at, "language"))
            return pga_sql_text_value(reading->text, at + 1);
    }
    return g_strdup(is_at(reading, reading->statement, "do") ? "plpgsql" : "sql");
}

static char *
dollar_quoted(const char *body)
{
    static const char *const tags[] = {"$function$", "$body$", "$routine$"};

    for (guint i = 0; i < G_N_ELEMENTS(tags); i++)
        if (!strstr(body, tags[i]))
            return g_strdup_printf("%s%s%s", tags[i], body, tags[i]);
    return pga_quote_literal(body);
}

/* NOLINTBEGIN(misc-no-recursion): a body is shorter than what it is in */

/* AS $$…$$, DO $$…$$ */
static gboolean
take_body(const Reading *reading, guint i)
{
    g_autofree char *language = NULL, *body = NULL, *mapped = NULL;

    if (!reading->of_routine || i == 0 ||
        (!is_at(reading, i - 1, "as") && !is_at(reading, i - 1, "do") &&
         kind_at(reading, i) != SQL_DOLLAR))
        return FALSE;
    language = language_of(reading, i);
    body = pga_sql_text_value(reading->text, i);
    mapped = pga_sql_map_body(reading->map, body, language);
    pga_sql_text_replace(reading->text, i, dollar_quoted(mapped));
    return TRUE;
}

/* A string that is a statement: what EXECUTE takes. */
static gboolean
take_dynamic(const Reading *reading, guint i)
{
    static const char *const commands[] = {"select ",  "insert ", "update ",   "delete ", "create ",
                                           "alter ",   "drop ",   "truncate ", "with ",   "grant ",
                                           "refresh ", "vacuum ", "analyze ",  NULL};
    g_autofree char *value = pga_sql_text_value(reading->text, i);
    const char *start = value + strspn(value, " \t\n");

    for (guint j = 0; commands[j]; j++)
        if (g_ascii_strncasecmp(start, commands[j], strlen(commands[j])) == 0) {
            g_autoptr(SqlText) text = pga_sql_text_new(value);
            g_autofree char *mapped = NULL;

            pga_sql_words(reading->map, text, FALSE);
            mapped = pga_sql_text_write(text);
            pga_sql_text_replace(reading->text, i, pga_quote_literal(mapped));
            return TRUE;
        }
    return FALSE;
}

static void
replace_string(const Reading *reading, guint i)
{
    if (take_body(reading, i) || take_cast(reading, i) || take_typed(reading, i) ||
        take_operand(reading, i) || take_setting(reading, i) || take_option(reading, i) ||
        take_dynamic(reading, i) || take_argument(reading, i))
        return;
    put_string(reading, i, SQL_USE_VALUE, NULL);
}

/* NOLINTEND(misc-no-recursion) */

/* "64MB", "5min": a number as settings have it. A unit that is none names something. */
static gboolean
is_clean_number(const char *number)
{
    static const char *const units[] = {"",   "B", "kB",  "MB", "GB", "TB", "us",
                                        "ms", "s", "min", "h",  "d",  NULL};
    const gsize n = strspn(number, "0123456789._");

    return g_strv_contains(units, number + n) ||
           strspn(number, "0123456789abcdefABCDEFoOxX_.+-") == strlen(number);
}

static void
replace_number(const Reading *reading, guint i)
{
    g_autofree char *number = pga_sql_text_value(reading->text, i);
    const PgaValueType *want = reading->parsed || i == 0 ? NULL : compared_column(reading, i - 1);
    char *mapped = want ? pga_sql_number(reading->map, number, want) : NULL;

    if (mapped && *mapped == '-') {
        g_autofree char *negative = mapped;

        mapped = g_strdup_printf("(%s)", negative);
    }
    if (!mapped && !is_clean_number(number))
        mapped = pga_name_map(reading->map->names, PGA_NAME_OTHER, number);
    if (mapped)
        pga_sql_text_replace(reading->text, i, mapped);
}

static void
begin_statement(Reading *reading, guint i)
{
    static const char *const routines[] = {"function", "procedure", NULL};

    reading->statement = i;
    reading->of_routine = is_at(reading, i, "do") ||
                          (is_at(reading, i, "create") && (is_one_of(reading, i + 1, routines) ||
                                                           is_one_of(reading, i + 3, routines)));
}

/* NOLINTNEXTLINE(misc-no-recursion): see above */
static void
replace_token(const Reading *reading, guint i)
{
    switch (kind_at(reading, i)) {
    case SQL_WORD:
    case SQL_QUOTED:
        replace_identifier(reading, i);
        break;
    case SQL_STRING:
    case SQL_DOLLAR:
        replace_string(reading, i);
        break;
    case SQL_NUMBER:
        replace_number(reading, i);
        break;
    case SQL_CUT:
        reading->map->n_cut++;
        break;
    case SQL_BITS:
    case SQL_PARAM:
    case SQL_OPERATOR:
    case SQL_OTHER:
    default:
        break;
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): see above */
void
pga_sql_words(PgaSqlMap *map, SqlText *text, gboolean parsed)
{
    Reading reading = {.map = map, .text = text, .parsed = parsed};

    begin_statement(&reading, 0);
    for (guint i = 0; i < text->tokens->len; i++) {
        if (i > 0 && is_at(&reading, i - 1, ";"))
            begin_statement(&reading, i);
        if (!pga_sql_text_token(text, i)->text)
            replace_token(&reading, i);
    }
}

/* Words of a text, one by one; strings and numbers by the words beside them. This is all there is
 * for bodies of routines and for what libpg_query does not read. */
#include <base/text.h>
#include <string.h>

#include "sql_reading_internal.h"

/* "%L" of format() in a statement that is a string. */
static gboolean
is_placeholder(const SqlReading *reading, guint i)
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
replace_identifier(const SqlReading *reading, guint i)
{
    g_autofree char *word = pga_sql_text_value(reading->text, i);
    g_autofree char *name = NULL;

    if (pga_name_is_own(reading->map->names, word) || is_placeholder(reading, i) ||
        pga_sql_is_parameter(reading, i))
        return;
    name = pga_name_map(reading->map->names, PGA_NAME_OTHER, word);
    pga_sql_text_replace(reading->text, i, pga_quote_identifier(name));
}

/* (transfer full): a type's name from token *i on, which is moved behind it. */
static char *
read_type(const SqlReading *reading, guint *i)
{
    static const char *const more[] = {"varying", "precision", "with", "without",
                                       "time",    "zone",      NULL};
    GString *name = g_string_new(NULL);

    while (pga_sql_is_name(reading, *i)) {
        g_autofree char *word = pga_sql_text_value(reading->text, *i);

        if (g_string_append(name, word) && pga_sql_is_at(reading, ++*i, ".")) {
            g_string_append_c(name, '.');
            ++*i;
        } else if (pga_sql_is_one_of(reading, *i, more)) {
            g_string_append_c(name, ' ');
        } else {
            break;
        }
    }
    if (pga_sql_is_at(reading, *i, "("))
        while (*i < reading->text->tokens->len && !pga_sql_is_at(reading, (*i)++, ")"))
            ;
    if (pga_sql_is_at(reading, *i, "["))
        g_string_append(name, "[]");
    return g_string_free(name, FALSE);
}

static const char *
bare_type(const char *type)
{
    const char *dot = strrchr(type, '.');

    return dot ? dot + 1 : type;
}

static gboolean
is_comparison(const SqlReading *reading, guint i)
{
    static const char *const signs[] = {"=", "<>", "!=", "<", ">", "<=", ">=", NULL};

    return pga_sql_is_one_of(reading, i, signs);
}

/* (nullable): of the column that stands before the comparison at @i. */
static const PgaValueType *
compared_column(const SqlReading *reading, guint i)
{
    g_autofree char *word = NULL;

    if (i < reading->statement + 1 || !is_comparison(reading, i) ||
        !pga_sql_is_name(reading, i - 1))
        return NULL;
    word = pga_sql_text_value(reading->text, i - 1);
    return pga_sql_catalog_column(reading->map->catalog, word);
}

/* 'x'::type */
static gboolean
take_cast(const SqlReading *reading, guint i)
{
    g_autofree char *type = NULL;
    const PgaValueType *want;
    guint at = i + 2;
    SqlStringUse use;

    if (!pga_sql_is_at(reading, i + 1, "::"))
        return FALSE;
    type = read_type(reading, &at);
    want = pga_sql_catalog_type(reading->map->catalog, type);
    use = pga_sql_use_of_type(bare_type(type));
    if (use == SQL_USE_VALUE && pga_value_type_is_number(want) &&
        (i == 0 || !is_comparison(reading, i - 1)))
        use = SQL_USE_KEPT;
    pga_sql_put_string(reading, i, use, want);
    return TRUE;
}

/* date 'x', timestamp with time zone 'x' */
static gboolean
take_typed(const SqlReading *reading, guint i)
{
    static const char *const types[] = {"date",  "timestamp", "timestamptz", "time", "timetz",
                                        "json",  "jsonb",     "uuid",        "inet", "interval",
                                        "point", "box",       "bytea",       NULL};
    g_autofree char *type = NULL;

    if (i == 0)
        return FALSE;
    if (pga_sql_is_at(reading, i - 1, "zone") && i >= 4 && pga_sql_is_at(reading, i - 2, "time") &&
        (pga_sql_is_at(reading, i - 3, "with") || pga_sql_is_at(reading, i - 3, "without")))
        i -= 3;
    if (!pga_sql_is_one_of(reading, i - 1, types))
        return FALSE;
    type = pga_sql_text_value(reading->text, i - 1);
    i += pga_sql_is_at(reading, i, "with") || pga_sql_is_at(reading, i, "without") ? 3 : 0;
    pga_sql_put_string(reading, i, pga_sql_use_of_type(type),
                       pga_sql_catalog_type(reading->map->catalog, type));
    return TRUE;
}

static gboolean
take_operand(const SqlReading *reading, guint i)
{
    static const char *const keys[] = {"->", "->>", "like", "ilike", "||", "?", NULL};
    static const char *const paths[] = {"#>", "#>>", "#-", "?|", "?&", NULL};
    static const char *const regexes[] = {"~", "~*", "!~", "!~*", "to", NULL};
    const PgaValueType *want;

    if (i == 0)
        return FALSE;
    if (pga_sql_is_at(reading, i - 1, "to") && (i < 2 || !pga_sql_is_at(reading, i - 2, "similar")))
        return FALSE;
    want = compared_column(reading, i - 1);
    if (want || pga_sql_is_one_of(reading, i - 1, keys))
        pga_sql_put_string(reading, i, SQL_USE_VALUE, want ? want : reading->map->text);
    else if (pga_sql_is_one_of(reading, i - 1, paths))
        pga_sql_put_string(reading, i, SQL_USE_VALUE, reading->map->texts);
    else if (pga_sql_is_one_of(reading, i - 1, regexes))
        pga_sql_put_string(reading, i, SQL_USE_REGEX, NULL);
    else if (pga_sql_is_at(reading, i - 1, "zone") && i >= 2 &&
             pga_sql_is_at(reading, i - 2, "time"))
        pga_sql_put_string(reading, i, SQL_USE_KEPT, NULL);
    else
        return FALSE;
    return TRUE;
}

/* (transfer full): the language that the statement around @i names. */
static char *
language_of(const SqlReading *reading, guint i)
{
    for (guint at = reading->statement; at + 1 < reading->text->tokens->len; at++) {
        if (at != i && pga_sql_is_at(reading, at, ";"))
            break;
        if (pga_sql_is_at(reading, at, "language"))
            return pga_sql_text_value(reading->text, at + 1);
    }
    return g_strdup(pga_sql_is_at(reading, reading->statement, "do") ? "plpgsql" : "sql");
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
take_body(const SqlReading *reading, guint i)
{
    g_autofree char *language = NULL, *body = NULL, *mapped = NULL;

    if (!reading->of_routine || i == 0 ||
        (!pga_sql_is_at(reading, i - 1, "as") && !pga_sql_is_at(reading, i - 1, "do") &&
         pga_sql_kind_at(reading, i) != SQL_DOLLAR))
        return FALSE;
    language = language_of(reading, i);
    body = pga_sql_text_value(reading->text, i);
    mapped = pga_sql_map_body(reading->map, body, language);
    pga_sql_text_replace(reading->text, i, dollar_quoted(mapped));
    return TRUE;
}

/* A string that is a statement: what EXECUTE takes. */
static gboolean
take_dynamic(const SqlReading *reading, guint i)
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
replace_string(const SqlReading *reading, guint i)
{
    if (take_body(reading, i) || take_cast(reading, i) || take_typed(reading, i) ||
        take_operand(reading, i) || pga_sql_take_option(reading, i) || take_dynamic(reading, i) ||
        pga_sql_take_argument(reading, i))
        return;
    pga_sql_put_string(reading, i, SQL_USE_VALUE, NULL);
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
replace_number(const SqlReading *reading, guint i)
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

/* X'1F' says what a number says; what is no number, nothing. */
static void
replace_bits(const SqlReading *reading, guint i)
{
    g_autofree char *value = pga_sql_text_value(reading->text, i);

    if (strspn(value, "0123456789abcdefABCDEF") != strlen(value))
        pga_sql_text_replace(reading->text, i, g_strdup("B''"));
}

/* U&'d!0061' UESCAPE '!': the string is written without escapes. */
static gboolean
is_uescape(const SqlReading *reading, guint i)
{
    return pga_sql_is_at(reading, i, "uescape") ||
           (i > 0 && pga_sql_is_at(reading, i - 1, "uescape") &&
            pga_sql_kind_at(reading, i) == SQL_STRING);
}

static void
begin_statement(SqlReading *reading, guint i)
{
    static const char *const routines[] = {"function", "procedure", NULL};

    reading->statement = i;
    reading->of_routine =
        pga_sql_is_at(reading, i, "do") ||
        (pga_sql_is_at(reading, i, "create") && (pga_sql_is_one_of(reading, i + 1, routines) ||
                                                 pga_sql_is_one_of(reading, i + 3, routines)));
}

/* NOLINTBEGIN(misc-no-recursion): see above */

static void
replace_token(const SqlReading *reading, guint i)
{
    switch (pga_sql_kind_at(reading, i)) {
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
        replace_bits(reading, i);
        break;
    case SQL_PARAM:
    case SQL_OPERATOR:
    case SQL_OTHER:
    default:
        break;
    }
}

void
pga_sql_words(PgaSqlMap *map, SqlText *text, gboolean parsed)
{
    SqlReading reading = {.map = map, .text = text, .parsed = parsed};

    begin_statement(&reading, 0);
    for (guint i = 0; i < text->tokens->len; i++) {
        if (i > 0 && pga_sql_is_at(&reading, i - 1, ";"))
            begin_statement(&reading, i);
        if (is_uescape(&reading, i))
            pga_sql_text_replace(text, i, g_strdup(""));
        else if (!pga_sql_text_token(text, i)->text)
            replace_token(&reading, i);
    }
}

/* NOLINTEND(misc-no-recursion) */

/* Strings that are options, settings or arguments, and the words around that say so. */
#include <base/text.h>
#include <string.h>

#include "sql_reading_internal.h"

gboolean
pga_sql_is_at(const SqlReading *reading, guint i, const char *word)
{
    return pga_sql_text_is(reading->text, i, word);
}

gboolean
pga_sql_is_one_of(const SqlReading *reading, guint i, const char *const *words)
{
    for (guint j = 0; words[j]; j++)
        if (pga_sql_is_at(reading, i, words[j]))
            return TRUE;
    return FALSE;
}

SqlTokenKind
pga_sql_kind_at(const SqlReading *reading, guint i)
{
    return pga_sql_text_token(reading->text, i)->kind;
}

gboolean
pga_sql_is_name(const SqlReading *reading, guint i)
{
    return i < reading->text->tokens->len &&
           (pga_sql_kind_at(reading, i) == SQL_WORD || pga_sql_kind_at(reading, i) == SQL_QUOTED);
}

void
pga_sql_put_string(const SqlReading *reading, guint i, SqlStringUse use, const PgaValueType *want)
{
    g_autofree char *value = pga_sql_text_value(reading->text, i);

    pga_sql_text_replace(reading->text, i, pga_sql_string(reading->map, value, use, want));
}

/* The token that opens the parenthesis around @i; *argument: which one @i is. */
static gboolean
find_call(const SqlReading *reading, guint i, guint *open, guint *argument)
{
    guint depth = 0;

    *argument = 0;
    while (i > reading->statement) {
        i--;
        if (pga_sql_is_at(reading, i, ")")) {
            depth++;
        } else if (pga_sql_is_at(reading, i, "(")) {
            if (depth-- == 0) {
                *open = i;
                return i > 0 && pga_sql_is_name(reading, i - 1);
            }
        } else if (depth == 0 && pga_sql_is_at(reading, i, ",")) {
            ++*argument;
        }
    }
    return FALSE;
}

static guint
count_arguments(const SqlReading *reading, guint open)
{
    guint depth = 0, n = 1;

    for (guint i = open; i < reading->text->tokens->len; i++) {
        if (pga_sql_is_at(reading, i, "("))
            depth++;
        else if (pga_sql_is_at(reading, i, ")") && --depth == 0)
            break;
        else if (depth == 1 && pga_sql_is_at(reading, i, ","))
            n++;
    }
    return n;
}

gboolean
pga_sql_take_argument(const SqlReading *reading, guint i)
{
    g_autofree char *name = NULL;
    guint open, argument;
    SqlStringUse use;

    if (i == 0 || (!pga_sql_is_at(reading, i - 1, "(") && !pga_sql_is_at(reading, i - 1, ",")) ||
        !find_call(reading, i, &open, &argument))
        return FALSE;
    name = pga_sql_text_value(reading->text, open - 1);
    use = pga_sql_use_of_argument(name, argument, count_arguments(reading, open));
    if (use == SQL_USE_VALUE)
        return FALSE;
    pga_sql_put_string(reading, i, use, NULL);
    return TRUE;
}

/* WITH (fillfactor = 70), text_bloom_ops (n_distinct_per_range = 200): whether parameters stand in
 * the parenthesis that opens at @open. */
static gboolean
has_parameters(const SqlReading *reading, guint open)
{
    g_autofree char *before = pga_sql_text_value(reading->text, open - 1);

    return g_str_equal(before, "with") || g_str_equal(before, "set") ||
           g_str_has_suffix(before, "_ops");
}

/* WITH (fillfactor = 70): the name before the sign. Extensions' access methods have others. */
gboolean
pga_sql_is_parameter(const SqlReading *reading, guint i)
{
    guint open, argument;

    return pga_sql_is_at(reading, i + 1, "=") && i > 0 &&
           (pga_sql_is_at(reading, i - 1, "(") || pga_sql_is_at(reading, i - 1, ",")) &&
           find_call(reading, i, &open, &argument) && has_parameters(reading, open);
}

/* The setting of "SET search_path TO 'a', 'b'" before the string; 0: none. */
static guint
setting_before(const SqlReading *reading, guint i)
{
    while (i > 0 && (pga_sql_kind_at(reading, i) == SQL_STRING || pga_sql_is_at(reading, i, ",")))
        i--;
    if (i < 2 || (!pga_sql_is_at(reading, i, "to") && !pga_sql_is_at(reading, i, "=")))
        return 0;
    for (guint at = i - 1; at > reading->statement; at--)
        if (pga_sql_is_at(reading, at - 1, "set") || pga_sql_is_at(reading, at - 1, "local") ||
            pga_sql_is_at(reading, at - 1, "session"))
            return pga_sql_is_name(reading, at) ? at : 0;
        else if (!pga_sql_is_name(reading, at) && !pga_sql_is_at(reading, at, "."))
            return 0;
    return 0;
}

static gboolean
take_setting(const SqlReading *reading, guint i)
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
    if (pga_sql_is_one_of(reading, setting, names)) {
        g_autofree char *name = pga_name_map(reading->map->names, PGA_NAME_SCHEMA, value);

        pga_sql_text_replace(reading->text, i, pga_quote_literal(name));
    } else if (pga_name_is_own(reading->map->names, folded) ||
               strspn(value, "0123456789.kMGTBmsindhu ") == strlen(value)) {
        pga_sql_put_string(reading, i, SQL_USE_KEPT, NULL);
    } else {
        pga_sql_put_string(reading, i, SQL_USE_VALUE, reading->map->text);
    }
    return TRUE;
}

/* WITH (fillfactor='70') */
static gboolean
is_storage_parameter(const SqlReading *reading, guint i)
{
    g_autofree char *value = pga_sql_text_value(reading->text, i);
    guint open, argument;

    return strspn(value, "0123456789.-eE") == strlen(value) &&
           find_call(reading, i, &open, &argument) && has_parameters(reading, open);
}

/* LOCALE = 'x', PROVIDER = …, INITCOND = '{0,0}', PASSWORD 'x', COMMENT … IS 'x' */
static gboolean
take_option(const SqlReading *reading, guint i)
{
    static const char *const kept[] = {"locale", "lc_collate", "lc_ctype", "provider",
                                       "rules",  "stopwords",  "publish",  NULL};
    static const char *const states[] = {"initcond", "minitcond", "initcond1", "initcond2", NULL};

    if (i < 2)
        return FALSE;
    if (pga_sql_is_at(reading, i - 1, "password")) {
        pga_sql_text_replace(reading->text, i, g_strdup("'********'"));
        return TRUE;
    }
    if (pga_sql_is_at(reading, i - 1, "is") &&
        pga_sql_is_at(reading, reading->statement, "comment")) {
        pga_sql_text_replace(reading->text, i, g_strdup("''"));
        return TRUE;
    }
    if (!pga_sql_is_at(reading, i - 1, "="))
        return FALSE;
    if (pga_sql_is_one_of(reading, i - 2, kept) || is_storage_parameter(reading, i))
        pga_sql_put_string(reading, i, SQL_USE_KEPT, NULL);
    else if (pga_sql_is_one_of(reading, i - 2, states))
        pga_sql_put_string(reading, i, SQL_USE_OPAQUE, NULL);
    else
        return FALSE;
    return TRUE;
}

gboolean
pga_sql_take_option(const SqlReading *reading, guint i)
{
    return take_setting(reading, i) || take_option(reading, i);
}

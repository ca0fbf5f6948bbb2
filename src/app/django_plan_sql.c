/* CREATE INDEX as a finding has it, as the clone can execute it. */
#include <string.h>

#include <base/text.h>

#include "django_plan_internal.h"

/* The end of an identifier, quoted or not. */
static const char *
end_of_name(const char *at)
{
    if (*at != '"')
        return at + strcspn(at, " .(;\n");
    for (at++; *at && (*at != '"' || at[1] == '"'); at++)
        at += *at == '"';
    return *at ? at + 1 : at;
}

static gboolean
skip_word(const char **at, const char *word)
{
    const gsize length = strlen(word);

    if (g_ascii_strncasecmp(*at, word, length) != 0)
        return FALSE;
    *at += length;
    return TRUE;
}

/* (transfer full): without its quotes. */
static char *
bare_name(const char *start, const char *end)
{
    return *start == '"' && end - start >= 2 ? g_strndup(start + 1, (gsize)(end - start) - 2)
                                             : g_strndup(start, (gsize)(end - start));
}

/* (nullable): the schema of the table of that name. */
static const char *
schema_of(const PgaCatalog *catalog, const char *table)
{
    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        if (g_str_equal(relation->relname, table))
            return relation->nspname;
    }
    return NULL;
}

/* (transfer full) (nullable): the statement as the clone can execute it, under the name @as. NULL:
 * it makes no index. */
char *
pga_django_as_candidate(const char *sql, const PgaCatalog *catalog, const char *as, char **name)
{
    const char *at = sql, *end;
    g_autofree char *table = NULL, *quoted = NULL;
    const char *schema;

    if (!skip_word(&at, "CREATE UNIQUE INDEX ") && !skip_word(&at, "CREATE INDEX "))
        return NULL;
    skip_word(&at, "CONCURRENTLY ");
    skip_word(&at, "IF NOT EXISTS ");
    end = end_of_name(at);
    *name = bare_name(at, end);
    at = end;
    if (!skip_word(&at, " ON "))
        return NULL;
    end = end_of_name(at);
    table = bare_name(at, end);
    schema = *end == '.' ? NULL : schema_of(catalog, table);
    quoted = schema ? pga_quote_identifier(schema) : NULL;
    return g_strdup_printf("CREATE INDEX %s ON %s%s%.*s", as, quoted ? quoted : "",
                           quoted ? "." : "",
                           (int)(strlen(at) - (g_str_has_suffix(at, ";") ? 1 : 0)), at);
}

char *
pga_django_extension_name(const char *sql)
{
    static const char begin[] = "CREATE EXTENSION IF NOT EXISTS ";

    if (!g_str_has_prefix(sql, begin))
        return NULL;
    return bare_name(sql + strlen(begin), end_of_name(sql + strlen(begin)));
}

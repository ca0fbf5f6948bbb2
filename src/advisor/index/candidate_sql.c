/* Candidates as SQL: the statement, the name, and whether the relation has it already. */
#include "candidate_internal.h"
#include <base/text.h>
#include <string.h>

/* NAMEDATALEN - 1 */
enum { NAME_BYTES = 63 };

static void
append_key(GString *text, const PgaIndexKey *key)
{
    g_string_append(text, key->expression);
    if (key->opcname)
        g_string_append_printf(text, " %s", key->opcname);
    if (key->descending)
        g_string_append(text, " DESC");
    if (key->descending != key->nulls_first)
        g_string_append(text, key->nulls_first ? " NULLS FIRST" : " NULLS LAST");
}

static void
append_include(GString *text, const GArray *include, const PgaRelation *relation)
{
    for (guint i = 0; i < include->len; i++) {
        const gint16 attnum = g_array_index(include, gint16, i);
        const PgaAttribute *attribute = pga_column(relation, attnum);
        g_autofree char *name = attribute ? pga_quote_identifier(attribute->attname)
                                          : g_strdup_printf("column %d", attnum);

        g_string_append_printf(text, "%s%s", i ? ", " : " INCLUDE (", name);
    }
    if (include->len)
        g_string_append_c(text, ')');
}

char *
pga_candidate_tail(const PgaIndexCandidate *candidate, const PgaRelation *relation)
{
    GString *text = g_string_new(candidate->amname);

    for (guint i = 0; i < candidate->keys->len; i++) {
        g_string_append(text, i ? ", " : " (");
        append_key(text, g_ptr_array_index(candidate->keys, i));
    }
    g_string_append_c(text, ')');
    append_include(text, candidate->include, relation);
    if (candidate->options)
        g_string_append_printf(text, " WITH (%s)", candidate->options);
    if (candidate->predicate)
        g_string_append_printf(text, " WHERE %s", candidate->predicate);
    return g_string_free(text, FALSE);
}

char *
pga_index_candidate_sql(const PgaIndexCandidate *candidate, const PgaRelation *relation,
                        const char *name, gboolean concurrently)
{
    g_autofree char *quoted = pga_quote_identifier(name);
    g_autofree char *table = pga_quote_qualified(relation->nspname, relation->relname);
    g_autofree char *tail = pga_candidate_tail(candidate, relation);

    return g_strdup_printf("CREATE INDEX %s%s ON %s USING %s", concurrently ? "CONCURRENTLY " : "",
                           quoted, table, tail);
}

/* As FigureIndexColname() names an expression: a call by its function, the rest "expr". */
static char *
expression_name(const char *expression)
{
    const char *start = expression + strspn(expression, "(");
    const char *end = start;
    const char *dot = NULL;

    while (g_ascii_isalnum(*end) || *end == '_' || *end == '.') {
        if (*end == '.')
            dot = end;
        end++;
    }
    if (dot)
        start = dot + 1;
    if (end == start || *end != '(')
        return g_strdup("expr");
    return g_ascii_strdown(start, end - start); /* COALESCE, EXTRACT: no reason to quote a name */
}

static void
append_column(GString *names, const char *name)
{
    if (names->len < NAME_BYTES)
        g_string_append_printf(names, "%s%s", names->len ? "_" : "", name);
}

static char *
column_names(const PgaIndexCandidate *candidate, const PgaRelation *relation)
{
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < candidate->keys->len; i++) {
        const PgaIndexKey *key = g_ptr_array_index(candidate->keys, i);
        const PgaAttribute *attribute = pga_column(relation, key->attnum);
        g_autofree char *call = attribute ? NULL : expression_name(key->expression);

        append_column(names, attribute ? attribute->attname : call);
    }
    for (guint i = 0; i < candidate->include->len; i++) {
        const PgaAttribute *attribute =
            pga_column(relation, g_array_index(candidate->include, gint16, i));

        if (attribute)
            append_column(names, attribute->attname);
    }
    return g_string_free(names, FALSE);
}

/* Bytes of @text up to @limit that end with a whole character. */
static gsize
clipped(const char *text, gsize limit)
{
    if (strlen(text) <= limit)
        return strlen(text);
    while (limit > 0 && ((guchar)text[limit] & 0xC0) == 0x80)
        limit--;
    return limit;
}

/* Source: makeObjectName() in src/backend/commands/indexcmds.c */
static char *
object_name(const char *table, const char *columns, const char *label)
{
    const gsize room = NAME_BYTES - 2 - strlen(label);
    gsize n_table = strlen(table), n_columns = strlen(columns);

    while (n_table + n_columns > room) {
        if (n_table > n_columns)
            n_table--;
        else
            n_columns--;
    }
    n_table = clipped(table, n_table);
    n_columns = clipped(columns, n_columns);
    return g_strdup_printf("%.*s_%.*s_%s", (int)n_table, table, (int)n_columns, columns, label);
}

char *
pga_index_candidate_name(const PgaIndexCandidate *candidate, const PgaRelation *relation,
                         GHashTable *taken)
{
    g_autofree char *columns = column_names(candidate, relation);
    char *name = object_name(relation->relname, columns, "idx");

    for (guint i = 1; g_hash_table_contains(taken, name); i++) {
        g_autofree char *label = g_strdup_printf("idx%u", i);

        g_free(name);
        name = object_name(relation->relname, columns, label);
    }
    return name;
}

/* Without what pg_get_indexdef() writes one way and people another: blanks, parentheses, quotes
 * around options; not inside of literals. */
static char *
bare(const char *tail)
{
    GString *text = g_string_new(NULL);
    gboolean in_literal = FALSE;

    for (const char *at = tail; *at; at++) {
        if (*at == '\'')
            in_literal = !in_literal;
        if (in_literal ? *at != '\'' : !strchr(" ()'\n", *at))
            g_string_append_c(text, *at);
    }
    return g_string_free(text, FALSE);
}

gboolean
pga_candidate_exists(const PgaIndexCandidate *candidate, const PgaRelation *relation)
{
    g_autofree char *tail = NULL;
    g_autofree char *wanted = NULL;

    if (!relation || !relation->indexes || !relation->indexes->len)
        return FALSE;
    tail = pga_candidate_tail(candidate, relation);
    wanted = bare(tail);
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);
        const char *using_ = index->definition ? strstr(index->definition, " USING ") : NULL;
        g_autofree char *there = using_ ? bare(using_ + strlen(" USING ")) : NULL;

        if (there && index->indisvalid && strcmp(there, wanted) == 0)
            return TRUE;
    }
    return FALSE;
}

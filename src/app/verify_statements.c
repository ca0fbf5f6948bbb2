/* Statements of the workload: those with parameters are planned for no particular arguments. */
#include <string.h>

#include "verify_internal.h"

#define EXPLAINED "siudm" /* commands that have a plan: SELECT, INSERT, UPDATE, DELETE, MERGE */

/* Behind the quoted text that @at opens. */
static const char *
skip_quoted(const char *at, gboolean escapes)
{
    const char quote = *at;

    for (at++; *at; at++) {
        if (escapes && *at == '\\' && at[1])
            at++;
        else if (*at == quote)
            return at + 1;
    }
    return at;
}

/* Behind $tag$ … $tag$, or @at itself when none begins there. */
static const char *
skip_dollar_quoted(const char *at)
{
    const gsize length = strcspn(at + 1, "$ \t\n'\"();,") + 2;
    g_autofree char *tag = NULL;
    const char *end;

    if (at[length - 1] != '$' || g_ascii_isdigit(at[1]))
        return at;
    tag = g_strndup(at, length);
    end = strstr(at + length, tag);
    return end ? end + length : at + strlen(at);
}

static const char *
skip_comment(const char *at)
{
    const gboolean line = *at == '-';
    const char *end = strstr(at + 2, line ? "\n" : "*/");

    return end ? end + (line ? 1 : 2) : at + strlen(at);
}

static gboolean
is_comment(const char *at)
{
    return g_str_has_prefix(at, "--") || g_str_has_prefix(at, "/*");
}

/* Behind what is quoted or a comment at @at; @at itself when it is neither. */
static const char *
skip_inert(const char *sql, const char *at)
{
    if (*at == '\'' || *at == '"')
        return skip_quoted(at, *at == '\'' && at > sql && g_ascii_toupper(at[-1]) == 'E');
    if (is_comment(at))
        return skip_comment(at);
    return *at == '$' && !g_ascii_isdigit(at[1]) ? skip_dollar_quoted(at) : at;
}

/* The highest n of its $n. */
static guint
count_parameters(const char *sql)
{
    guint n = 0;
    const char *at = sql;

    while (*at) {
        const char *end = skip_inert(sql, at);

        if (end > at) {
            at = end;
        } else if (*at == '$' && g_ascii_isdigit(at[1])) {
            const guint number = (guint)g_ascii_strtoull(at + 1, (char **)&at, 10);

            n = MAX(n, number);
        } else {
            at++;
        }
    }
    return n;
}

/* Whether @at begins one of the words or operators that compare with a pattern. */
static gboolean
is_pattern_operator(const char *sql, const char *at)
{
    static const char *const words[] = {"LIKE", "ILIKE", "SIMILAR"};

    if (*at == '~')
        return TRUE;
    if (at > sql && (g_ascii_isalnum(at[-1]) || at[-1] == '_'))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        const gsize length = strlen(words[i]);

        if (g_ascii_strncasecmp(at, words[i], length) == 0 && !g_ascii_isalnum(at[length]) &&
            at[length] != '_')
            return TRUE;
    }
    return FALSE;
}

/* Also of what no predicate tells: columns of views and of subqueries. */
static gboolean
has_pattern(const char *sql)
{
    for (const char *at = sql; *at;) {
        const char *end = skip_inert(sql, at);

        if (end == at && is_pattern_operator(sql, at))
            return TRUE;
        at = MAX(end, at + 1);
    }
    return FALSE;
}

static const PgaAttribute *
attribute_of(const PgaSnapshot *snapshot, const PgaPredicate *predicate)
{
    const PgaRelation *relation = pga_catalog_relation(snapshot->catalog, predicate->relation);

    return relation ? pga_relation_attribute(relation, predicate->attnum) : NULL;
}

static char
category_of(const PgaSnapshot *snapshot, const PgaPredicate *predicate)
{
    const PgaAttribute *attribute = attribute_of(snapshot, predicate);

    if (!attribute)
        return '\0';
    return attribute->typcategory;
}

static gboolean
is_promised(const PgaSnapshot *snapshot, const PgaPredicate *predicate)
{
    static const char *const equalities[] = {
        "=",      "<>",      "IN",          "NOT IN",           "= ANY",
        "<> ALL", "IS NULL", "IS NOT NULL", "IS DISTINCT FROM", "IS NOT DISTINCT FROM",
        NULL};
    static const char *const ranges[] = {"<", "<=", ">", ">=", "BETWEEN", "NOT BETWEEN", NULL};
    const char category = category_of(snapshot, predicate);

    if (!predicate->operator_ || g_strv_contains(equalities, predicate->operator_))
        return TRUE;
    return g_strv_contains(ranges, predicate->operator_) && (category == 'N' || category == 'D');
}

gboolean
pga_probe_is_promised(const PgaSnapshot *snapshot, const PgaWorkloadStatement *statement)
{
    for (guint i = 0; i < statement->predicates->len; i++)
        if (!is_promised(snapshot, g_ptr_array_index(statement->predicates, i)))
            return FALSE;
    return TRUE;
}

/* Without constants nothing but the number of values is asked of a column. */
static PgaEstimateClass
class_of(const PgaSnapshot *snapshot, const PgaFreeNames *names,
         const PgaWorkloadStatement *statement, guint n_parameters)
{
    const gboolean promised = (n_parameters > 0 || (pga_probe_is_promised(snapshot, statement) &&
                                                    !has_pattern(statement->query))) &&
                              !pga_free_names_are_in(names, statement->query);

    return promised ? PGA_ESTIMATE_STATEMENT : PGA_ESTIMATE_OTHER_STATEMENT;
}

/* A merge join costs what the two columns' ranges have in common. */
static gboolean
joins_unordered(const PgaSnapshot *snapshot, const PgaWorkloadStatement *statement)
{
    for (guint i = 0; i < statement->predicates->len; i++) {
        const PgaPredicate *predicate = g_ptr_array_index(statement->predicates, i);

        if (predicate->with_relation && !pga_probe_keeps_order(category_of(snapshot, predicate)))
            return TRUE;
    }
    return FALSE;
}

static gboolean
compares_fractions(const PgaSnapshot *snapshot, const PgaWorkloadStatement *statement)
{
    for (guint i = 0; i < statement->predicates->len; i++) {
        const PgaAttribute *attribute =
            attribute_of(snapshot, g_ptr_array_index(statement->predicates, i));

        if (attribute && pga_probe_has_fractions(attribute))
            return TRUE;
    }
    return FALSE;
}

void
pga_probes_ask_workload(PgaProbes *probes, const PgaSnapshot *snapshot, guint limit)
{
    const GPtrArray *statements = snapshot->workload->statements;
    g_autoptr(PgaFreeNames) names = pga_free_names_new(snapshot);

    for (guint i = 0; i < statements->len; i++) {
        PgaWorkloadStatement *statement = g_ptr_array_index(statements, i);
        const guint n_parameters = statement->query ? count_parameters(statement->query) : 0;
        PgaProbe *probe;

        if (!statement->query || !statement->command || !strchr(EXPLAINED, statement->command))
            continue;
        probes->n_all_statements++;
        if (limit > 0 && probes->n_statements == limit)
            continue;
        probes->n_statements++;
        probe = pga_probes_add(probes, class_of(snapshot, names, statement, n_parameters), 0,
                               g_strdup(statement->query));
        probe->statement = statement;
        probe->relations = statement->relations ? g_array_copy(statement->relations) : NULL;
        probe->n_parameters = n_parameters;
        probe->any_plan = joins_unordered(snapshot, statement);
        probe->fractions = compares_fractions(snapshot, statement);
    }
}

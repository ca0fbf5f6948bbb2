/* Predicates worth a partial index. One that holds a value which the next call may have another of
 * serves one call only: constants stand for themselves in columns of few values alone. */
#include "candidate_internal.h"
#include <string.h>

enum { FEW_VALUES = 100, SAVED_BYTES = 16, MAX_SINGLE = 4 };

#define DEFAULT_SHARE 0.5
/* Of rows not deleted, say: the index does without the column, and without the rest of the rows. */
#define SHARE_OF_STATES 0.999
/* An index for the rows that have a value at all is worth it from here. */
#define MOSTLY_NULL 0.5
/* Rows of a value, compared with those of each if all had as many: fewer are a state that is looked
 * for, as many are one of the values that calls ask for in turn. */
#define RARE   0.5
#define EVENLY 2

gboolean
pga_has_literal(const char *text)
{
    gboolean in_name = FALSE, in_quotes = FALSE;

    for (const char *at = text; *at; at++) {
        if (*at == '"')
            in_quotes = !in_quotes;
        if (in_quotes)
            continue;
        if (*at == '\'' || (g_ascii_isdigit(*at) && !in_name))
            return TRUE;
        in_name = g_ascii_isalnum(*at) || *at == '_' || ((guchar)*at & 0x80);
    }
    return FALSE;
}

static gboolean
has_few_values(const PgaRequestClause *clause, const PgaRelation *relation, double tuples)
{
    const PgaAttribute *attribute;
    gint16 attnum = clause->attnum;
    double n;

    if (!attnum && clause->columns->len == 1)
        attnum = g_array_index(clause->columns, gint16, 0);
    attribute = pga_column(relation, attnum);
    if (!attribute)
        return FALSE;
    n = pga_column_distinct(relation, attnum, tuples);
    return (n > 0 && n <= FEW_VALUES) || attribute->typtype == 'e' ||
           g_strcmp0(attribute->typname, "bool") == 0;
}

/* NOT LIKE, !~: what is left out is seldom asked for with another pattern. */
static gboolean
is_negated_pattern(const PgaRequestClause *clause)
{
    return g_str_has_prefix(clause->operator_ ? clause->operator_ : "", "!~") ||
           strstr(clause->clause, " !~") || strstr(clause->clause, " NOT LIKE ");
}

/* "> 0", ">= 1" and the like: a number that divides, not one that is looked for. */
static gboolean
is_compared_with_zero(const PgaRequestClause *clause)
{
    g_autofree char *right = NULL;
    const char *operator_ = strpbrk(clause->clause, "<>");

    if (!operator_ || clause->kind != PGA_CLAUSE_RANGE)
        return FALSE;
    right = g_strdup(operator_ + strspn(operator_, "<>= ('"));
    return g_str_has_prefix(right, "0") && strspn(right, "0.") == strcspn(right, ")':");
}

static gboolean
is_filter_worthy(const PgaRequestClause *clause, const PgaRelation *relation, double tuples)
{
    if (!pga_has_literal(clause->clause) || is_negated_pattern(clause))
        return TRUE;
    return g_strcmp0(clause->operator_, "<>") == 0 && has_few_values(clause, relation, tuples);
}

static gboolean
is_worthy(const PgaRequestClause *clause, const PgaRelation *relation, double tuples)
{
    if (!clause->is_constant || clause->or_group || !*clause->clause)
        return FALSE;
    switch (clause->kind) {
    case PGA_CLAUSE_EQUAL:
    case PGA_CLAUSE_IN:
        return has_few_values(clause, relation, tuples);
    case PGA_CLAUSE_NULL:
    case PGA_CLAUSE_NOT_NULL:
    case PGA_CLAUSE_BOOLEAN:
        return TRUE;
    case PGA_CLAUSE_FILTER:
        return is_filter_worthy(clause, relation, tuples);
    case PGA_CLAUSE_RANGE:
        return is_compared_with_zero(clause);
    case PGA_CLAUSE_JOIN:
    case PGA_CLAUSE_LIKE_PREFIX:
    case PGA_CLAUSE_OPERATOR:
        break;
    }
    return FALSE;
}

gboolean
pga_clause_holds_constant(const PgaRequestClause *clause)
{
    return (clause->kind == PGA_CLAUSE_EQUAL || clause->kind == PGA_CLAUSE_IN ||
            clause->kind == PGA_CLAUSE_FILTER) &&
           pga_has_literal(clause->clause);
}

/* Columns that only this clause needs are left out of an index that states it. */
static double
saved_bytes(const PgaRequestClause *clause, const PgaIndexRequest *request,
            const PgaRelation *relation)
{
    double bytes = 0;

    for (guint i = 0; i < clause->columns->len; i++) {
        const gint16 attnum = g_array_index(clause->columns, gint16, i);

        if (!pga_attnums_have(request->output, attnum))
            bytes += pga_column_width(relation, attnum);
    }
    return bytes;
}

static void
add_set(GPtrArray *sets, GPtrArray *set)
{
    g_ptr_array_add(sets, set);
}

static GPtrArray *
single(PgaRequestClause *clause)
{
    GPtrArray *set = g_ptr_array_new();

    g_ptr_array_add(set, clause);
    return set;
}

static gboolean
is_strict(const PgaRequestClause *clause)
{
    return clause->kind == PGA_CLAUSE_EQUAL || clause->kind == PGA_CLAUSE_IN ||
           clause->kind == PGA_CLAUSE_RANGE || clause->kind == PGA_CLAUSE_JOIN ||
           clause->kind == PGA_CLAUSE_LIKE_PREFIX || clause->kind == PGA_CLAUSE_OPERATOR;
}

static PgaRequestClause *
not_null_clause(const PgaRequestClause *clause, double null_frac, GPtrArray *made)
{
    g_autoptr(PgaIndexRequests) requests = pga_index_requests_new();
    PgaRequestClause *not_null = pga_index_request_add_clause(pga_index_requests_add(requests));

    g_ptr_array_add(made, g_steal_pointer(&requests));
    not_null->kind = PGA_CLAUSE_NOT_NULL;
    not_null->expression = g_strdup(clause->expression);
    not_null->attnum = clause->attnum;
    not_null->clause = g_strdup_printf("%s IS NOT NULL", clause->expression);
    not_null->is_constant = TRUE;
    not_null->selectivity = 1 - null_frac;
    g_array_append_val(not_null->columns, clause->attnum);
    return not_null;
}

/* Whoever looks for a value of a column finds only rows that have one. */
static void
add_not_null(GPtrArray *sets, const PgaIndexRequest *request, const PgaRelation *relation,
             GPtrArray *made)
{
    for (guint i = 0; i < request->clauses->len; i++) {
        const PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);
        const PgaAttribute *attribute = pga_column(relation, clause->attnum);

        if (!attribute || !attribute->stats || clause->or_group || !is_strict(clause))
            continue;
        if (attribute->stats->null_frac > MOSTLY_NULL)
            add_set(sets, single(not_null_clause(clause, attribute->stats->null_frac, made)));
    }
}

/* How often the rows of a value are those of each if all had as many; 0: of no values. */
static double
evenness(const PgaRequestClause *clause, const PgaRelation *relation, double tuples)
{
    if (clause->kind == PGA_CLAUSE_EQUAL || clause->kind == PGA_CLAUSE_IN)
        return clause->selectivity * pga_column_distinct(relation, clause->attnum, tuples);
    if (clause->kind == PGA_CLAUSE_NULL || clause->kind == PGA_CLAUSE_BOOLEAN)
        return clause->selectivity * 2;
    return 0;
}

static gboolean
is_rare_state(const PgaRequestClause *clause, const PgaIndexRequest *request,
              const PgaRelation *relation)
{
    const double share = evenness(clause, relation, request->tuples);

    return share > 0 && share < RARE;
}

static gboolean
is_one_of_many(const PgaRequestClause *clause, const PgaIndexRequest *request,
               const PgaRelation *relation)
{
    const double share = evenness(clause, relation, request->tuples);

    return clause->kind == PGA_CLAUSE_EQUAL && share >= RARE && share <= EVENLY;
}

/* "region = 7 AND status = 'open'": the next call is of another region, and of open ones as well.
 */
static void
drop_one_of_many(GPtrArray *worthy, const PgaIndexRequest *request, const PgaRelation *relation)
{
    gboolean is_rare = FALSE;

    for (guint i = 0; i < worthy->len && !is_rare; i++)
        is_rare = is_rare_state(g_ptr_array_index(worthy, i), request, relation);
    for (guint i = worthy->len; is_rare && i > 0; i--)
        if (is_one_of_many(g_ptr_array_index(worthy, i - 1), request, relation))
            g_ptr_array_remove_index(worthy, i - 1);
}

static gint
compare_clauses(gconstpointer left, gconstpointer right)
{
    const PgaRequestClause *a = *(PgaRequestClause *const *)left;
    const PgaRequestClause *b = *(PgaRequestClause *const *)right;

    if (a->selectivity != b->selectivity)
        return a->selectivity < b->selectivity ? -1 : 1;
    return strcmp(a->clause, b->clause);
}

static double
max_share(const PgaRequestClause *clause, const PgaCandidateOptions *options)
{
    if (options->max_predicate_share > 0)
        return options->max_predicate_share;
    return clause->kind == PGA_CLAUSE_NULL || clause->kind == PGA_CLAUSE_BOOLEAN ? SHARE_OF_STATES
                                                                                 : DEFAULT_SHARE;
}

static GPtrArray *
worthy_clauses(const PgaIndexRequest *request, const PgaRelation *relation,
               const PgaCandidateOptions *options)
{
    GPtrArray *worthy = g_ptr_array_new();

    for (guint i = 0; i < request->clauses->len; i++) {
        PgaRequestClause *clause = g_ptr_array_index(request->clauses, i);

        if (is_worthy(clause, relation, request->tuples) &&
            (clause->selectivity < max_share(clause, options) ||
             saved_bytes(clause, request, relation) >= SAVED_BYTES))
            g_ptr_array_add(worthy, clause);
    }
    drop_one_of_many(worthy, request, relation);
    g_ptr_array_sort(worthy, compare_clauses);
    return worthy;
}

static GPtrArray *
copy_of(const GPtrArray *set)
{
    GPtrArray *copy = g_ptr_array_new();

    for (guint i = 0; i < set->len; i++)
        g_ptr_array_add(copy, g_ptr_array_index(set, i));
    return copy;
}

/* The conjunction without what a constant of the workload makes fit one statement only. */
static GPtrArray *
without_constants(const GPtrArray *set)
{
    GPtrArray *rest = g_ptr_array_new();

    for (guint i = 0; i < set->len; i++)
        if (!pga_clause_holds_constant(g_ptr_array_index(set, i)))
            g_ptr_array_add(rest, g_ptr_array_index(set, i));
    return rest;
}

static void
add_conjunctions(GPtrArray *sets, const GPtrArray *worthy)
{
    g_autoptr(GPtrArray) plain = without_constants(worthy);

    if (worthy->len > 1)
        add_set(sets, copy_of(worthy));
    for (guint i = 0; i < worthy->len && i < MAX_SINGLE; i++)
        add_set(sets, single(g_ptr_array_index(worthy, i)));
    if (plain->len > 1 && plain->len < worthy->len)
        add_set(sets, g_steal_pointer(&plain));
}

GPtrArray *
pga_predicates(const PgaIndexRequest *request, const PgaRelation *relation,
               const PgaCandidateOptions *options, GPtrArray *made)
{
    GPtrArray *sets = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GPtrArray) worthy = NULL;

    g_ptr_array_add(sets, g_ptr_array_new());
    if (options->no_partial)
        return sets;
    worthy = worthy_clauses(request, relation, options);
    add_conjunctions(sets, worthy);
    add_not_null(sets, request, relation, made);
    return sets;
}

/* Who searches by pattern, and what serves that. */
#include "pattern_internal.h"

#include <base/text.h>
#include <base/units.h>
#include <string.h>

#include "column_internal.h"
#include "index_fix_internal.h"

#define READS_TABLE 0.5 /* of the table's blocks, asked for by call: no index led to the rows */
#define MIN_PATTERN 3   /* characters between wildcards that make a trigram */

static const char *const functions[] = {"lower", "upper"};

/* Whether a call asks for so many blocks that it must read through the table. */
static gboolean
reads_table(const PgaWorkloadStatement *statement, const PgaRelation *relation)
{
    const double blocks = pga_statement_each(statement, statement->shared_blks_hit) +
                          pga_statement_each(statement, statement->shared_blks_read);

    return relation->relpages > 0 && blocks >= READS_TABLE * (double)relation->relpages;
}

static gboolean
has_trigram(const char *pattern)
{
    gsize n = 0;

    for (; *pattern; pattern++) {
        n = *pattern == '%' || *pattern == '_' ? 0 : n + 1;
        if (n >= MIN_PATTERN)
            return TRUE;
    }
    return FALSE;
}

/* (nullable): the column in "lower((name)::text)" and around which function it is. */
static const PgaAttribute *
in_function(const PgaRelation *relation, const char *expression, const char **function)
{
    for (guint i = 0; i < G_N_ELEMENTS(functions); i++) {
        if (!g_str_has_prefix(expression, functions[i]) || expression[strlen(functions[i])] != '(')
            continue;
        for (guint j = 0; j < relation->attributes->len; j++) {
            const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, j);
            const char *name = attribute->attname;
            g_autofree char *plain = g_strdup_printf("%s(%s)", functions[i], name);
            g_autofree char *cast = g_strdup_printf("%s((%s)::text)", functions[i], name);

            *function = functions[i];
            if (g_str_equal(expression, plain) || g_str_equal(expression, cast))
                return attribute;
        }
    }
    return NULL;
}

static PgaPatternUse *
use_of(GPtrArray *uses, const PgaPatternUse *wanted)
{
    PgaPatternUse *use;

    for (guint i = 0; i < uses->len; i++) {
        use = g_ptr_array_index(uses, i);
        if (use->attribute == wanted->attribute && use->function == wanted->function)
            return use;
    }
    use = g_new(PgaPatternUse, 1);
    *use = *wanted;
    g_ptr_array_add(uses, use);
    return use;
}

static void
count_pattern(PgaPatternUse *use, const PgaPredicate *predicate)
{
    const char *pattern = predicate->constant;

    if (g_str_equal(predicate->operator_, "ILIKE")) {
        use->n_ilike++;
        return;
    }
    use->n_like++;
    if (pattern && strchr("%_", *pattern))
        use->n_inside++;
    else if (pattern)
        use->n_prefix++;
}

static gboolean
is_pattern(const PgaPredicate *predicate)
{
    return (g_str_equal(predicate->operator_, "LIKE") ||
            g_str_equal(predicate->operator_, "ILIKE")) &&
           !predicate->with_relation && (!predicate->constant || has_trigram(predicate->constant));
}

static gboolean
identify(const PgaRuleRun *run, const PgaPredicate *predicate, PgaPatternUse *use)
{
    use->relation = pga_catalog_relation(run->catalog, predicate->relation);
    if (!use->relation || !pga_rule_concerns(use->relation))
        return FALSE;
    if (predicate->attnum)
        use->attribute = pga_relation_attribute(use->relation, predicate->attnum);
    else if (predicate->expression)
        use->attribute = in_function(use->relation, predicate->expression, &use->function);
    return use->attribute && pga_column_is_text(use->attribute);
}

static void
add_statement(const PgaRuleRun *run, double min_rows, const PgaWorkloadStatement *statement,
              GPtrArray *uses)
{
    const PgaPatternUse *last = NULL;

    for (guint i = 0; i < statement->predicates->len; i++) {
        const PgaPredicate *predicate = g_ptr_array_index(statement->predicates, i);
        PgaPatternUse found = {.first = statement};
        PgaPatternUse *use;

        if (!is_pattern(predicate) || !identify(run, predicate, &found) ||
            found.relation->reltuples < min_rows || !reads_table(statement, found.relation))
            continue;
        use = use_of(uses, &found);
        count_pattern(use, predicate);
        use->time += use == last ? 0 : statement->total_exec_time; /* "a LIKE x OR a LIKE y" */
        last = use;
    }
}

GPtrArray *
pga_pattern_uses(const PgaRuleRun *run, double min_rows)
{
    GPtrArray *uses = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < run->workload->statements->len; i++) {
        const PgaWorkloadStatement *statement = g_ptr_array_index(run->workload->statements, i);

        if (pga_statement_is_judged(statement))
            add_statement(run, min_rows, statement, uses);
    }
    return uses;
}

/* Whether the index's first key is what @use searches; all rows are in it. */
static gboolean
is_on(const PgaPatternUse *use, const PgaIndex *index)
{
    const int first = index->indkey->len ? g_array_index(index->indkey, gint16, 0) : -1;

    if (!index->indisvalid || index->pred)
        return FALSE;
    if (!use->function)
        return first == use->attribute->attnum;
    return first == 0 && index->exprs && g_str_has_prefix(index->exprs, use->function) &&
           pga_expression_names_column(index->exprs, use->attribute);
}

static gboolean
is_bytewise(const char *collation)
{
    static const char *const names[] = {"C", "POSIX", "ucs_basic", "pg_c_utf8", "pg_unicode_fast"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *quoted = g_strdup_printf("\"%s\"", names[i]);

        if (strstr(collation, quoted) || g_str_has_suffix(collation, names[i]))
            return TRUE;
    }
    return FALSE;
}

/* Whether text is sorted by bytes, as a prefix needs it, unless something else is stated. */
static gboolean
database_is_bytewise(const PgaRuleRun *run)
{
    for (guint i = 0; i < run->server->databases->len; i++) {
        const PgaDatabase *database = g_ptr_array_index(run->server->databases, i);

        if (!database->is_current)
            continue;
        return database->provider == 'b' ||
               (database->provider == 'c' && database->collate &&
                (g_str_equal(database->collate, "C") || g_str_equal(database->collate, "POSIX")));
    }
    return TRUE; /* not known: then nothing is said */
}

static gboolean
serves_prefix(const PgaRuleRun *run, const PgaPatternUse *use, const PgaIndex *index)
{
    const char *stated = pga_definition_find(index->definition, "COLLATE ");
    const char *collation = stated ? stated : use->attribute->collation;

    if (g_str_equal(index->amname, "spgist"))
        return TRUE;
    if (!g_str_equal(index->amname, "btree"))
        return FALSE;
    if (pga_definition_find(index->definition, "_pattern_ops"))
        return TRUE;
    if (!collation)
        return database_is_bytewise(run);
    if (stated) {
        g_autofree char *name = g_strndup(stated, strcspn(stated + 8, " ,)") + 8);

        return is_bytewise(name);
    }
    return is_bytewise(collation);
}

gboolean
pga_pattern_has_prefix_index(const PgaRuleRun *run, const PgaPatternUse *use)
{
    for (guint i = 0; i < use->relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(use->relation->indexes, i);

        if (is_on(use, index) && serves_prefix(run, use, index))
            return TRUE;
    }
    return FALSE;
}

/* In any place of a GIN or GiST index. */
gboolean
pga_pattern_has_trigram_index(const PgaPatternUse *use)
{
    for (guint i = 0; i < use->relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(use->relation->indexes, i);

        if (!index->indisvalid || !strstr(index->definition, "_trgm_ops"))
            continue;
        if (use->function ? pga_expression_names_column(index->exprs, use->attribute)
                          : pga_attnums_contain(index->indkey, use->attribute->attnum))
            return TRUE;
    }
    return FALSE;
}

const PgaIndex *
pga_pattern_btree(const PgaPatternUse *use)
{
    for (guint i = 0; i < use->relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(use->relation->indexes, i);

        if (is_on(use, index) && g_str_equal(index->amname, "btree"))
            return index;
    }
    return NULL;
}

char *
pga_pattern_expression(const PgaPatternUse *use)
{
    char *column = pga_quote_identifier(use->attribute->attname);
    g_autofree char *inner = column;

    if (!use->function)
        return g_steal_pointer(&inner);
    return g_strdup_printf("%s(%s)", use->function, column);
}

PgaFinding *
pga_rule_report_pattern(PgaRuleRun *run, const PgaPatternUse *use, const char *format, ...)
{
    const double total = run->workload->total_time;
    const double share = total > 0 ? CLAMP(use->time / total, 0, 1) : 0;
    g_autofree char *part = pga_share_text(share), *text = pga_statement_text(use->first);
    g_autofree char *coverage = pga_workload_coverage(run), *evidence = NULL;
    PgaFinding *finding;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    finding = pga_rule_report(run, use->relation, use->attribute,
                              "%s That takes %s of the time of all statements.%s Query: %s",
                              evidence, part, coverage, text);
    finding->weight = share;
    pga_finding_set_impact(finding, share, PGA_IMPACT_WORKLOAD);
    return finding;
}

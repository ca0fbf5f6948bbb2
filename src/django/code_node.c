/* What the grammar calls the parts of a tree, as numbers; names in them. */
#include <string.h>

#include "code_internal.h"

#define MAX_DOTTED 160

static const struct {
    const char *type;
    DjangoNode kind;
} kinds[] = {
    {"identifier", NODE_IDENTIFIER},
    {"attribute", NODE_ATTRIBUTE},
    {"call", NODE_CALL},
    {"subscript", NODE_SUBSCRIPT},
    {"integer", NODE_LITERAL},
    {"float", NODE_LITERAL},
    {"true", NODE_LITERAL},
    {"false", NODE_LITERAL},
    {"none", NODE_LITERAL},
    {"ellipsis", NODE_LITERAL},
    {"string", NODE_STRING},
    {"concatenated_string", NODE_STRING},
    {"list", NODE_SEQUENCE},
    {"tuple", NODE_SEQUENCE},
    {"set", NODE_SEQUENCE},
    {"expression_list", NODE_SEQUENCE},
    {"pattern_list", NODE_SEQUENCE},
    {"tuple_pattern", NODE_SEQUENCE},
    {"list_pattern", NODE_SEQUENCE},
    {"dictionary", NODE_DICTIONARY},
    {"list_comprehension", NODE_COMPREHENSION},
    {"set_comprehension", NODE_COMPREHENSION},
    {"dictionary_comprehension", NODE_COMPREHENSION},
    {"generator_expression", NODE_COMPREHENSION},
    {"binary_operator", NODE_BINARY},
    {"unary_operator", NODE_UNARY},
    {"not_operator", NODE_NOT},
    {"boolean_operator", NODE_BOOLEAN},
    {"comparison_operator", NODE_COMPARISON},
    {"conditional_expression", NODE_CONDITIONAL},
    {"lambda", NODE_LAMBDA},
    {"parenthesized_expression", NODE_WRAPPER},
    {"await", NODE_WRAPPER},
    {"type", NODE_WRAPPER},
    {"list_splat", NODE_SPLAT},
    {"list_splat_pattern", NODE_SPLAT},
    {"yield", NODE_YIELD},
    {"named_expression", NODE_NAMED},
    {"assignment", NODE_ASSIGNMENT},
    {"augmented_assignment", NODE_AUGMENTED},
    {"comment", NODE_COMMENT},
    {"expression_statement", NODE_EXPRESSION_STATEMENT},
    {"return_statement", NODE_RETURN},
    {"if_statement", NODE_IF},
    {"for_statement", NODE_FOR},
    {"while_statement", NODE_WHILE},
    {"try_statement", NODE_TRY},
    {"with_statement", NODE_WITH},
    {"function_definition", NODE_FUNCTION},
    {"decorated_definition", NODE_DECORATED},
    {"class_definition", NODE_CLASS},
    {"import_statement", NODE_IMPORT},
    {"import_from_statement", NODE_IMPORT},
    {"raise_statement", NODE_RAISE},
    {"assert_statement", NODE_ASSERT},
    {"delete_statement", NODE_DELETE},
    {"match_statement", NODE_MATCH},
    {"break_statement", NODE_LEAVE},
    {"continue_statement", NODE_LEAVE},
    {"block", NODE_BLOCK},
    {"ERROR", NODE_ERROR},
};

static guint8
kind_of(const char *type)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_equal(kinds[i].type, type))
            return (guint8)kinds[i].kind;
    return NODE_OTHER;
}

static void
fill(DjangoIndex *index, const TSLanguage *language)
{
    const guint n = ts_language_symbol_count(language);

    index->kinds = g_new0(guint8, n);
    index->n_kinds = n;
    for (guint i = 0; i < n; i++)
        if (ts_language_symbol_type(language, (TSSymbol)i) == TSSymbolTypeRegular)
            index->kinds[i] = kind_of(ts_language_symbol_name(language, (TSSymbol)i));
}

DjangoNode
pga_django_node(const DjangoFlow *flow, TSNode node)
{
    TSSymbol symbol;

    if (ts_node_is_null(node))
        return NODE_OTHER;
    if (!flow->index->kinds)
        fill(flow->index, ts_tree_language(flow->source->tree));
    symbol = ts_node_symbol(node);
    if (symbol >= flow->index->n_kinds) /* what is no Python */
        return NODE_ERROR;
    return (DjangoNode)flow->index->kinds[symbol];
}

/* NOLINTBEGIN(misc-no-recursion): MAX_DOTTED ends it */

static gboolean
append_dotted(const DjangoFlow *flow, TSNode node, GString *out, guint depth)
{
    TSNode inner;
    g_autofree char *name = NULL;

    if (depth > MAX_DOTTED / 2)
        return FALSE;
    switch ((int)pga_django_node(flow, node)) {
    case NODE_IDENTIFIER:
        name = pga_django_text(flow, node);
        g_string_append(out, name);
        return TRUE;
    case NODE_ATTRIBUTE:
        inner = pga_python_child(node, "object");
        name = pga_django_text(flow, pga_python_child(node, "attribute"));
        if (!append_dotted(flow, inner, out, depth + 1))
            return FALSE;
        g_string_append_printf(out, ".%s", name);
        return TRUE;
    case NODE_CALL:
        if (!append_dotted(flow, pga_python_child(node, "function"), out, depth + 1))
            return FALSE;
        g_string_append(out, "()");
        return TRUE;
    case NODE_SUBSCRIPT:
        if (!append_dotted(flow, pga_python_child(node, "value"), out, depth + 1))
            return FALSE;
        g_string_append(out, "[]");
        return TRUE;
    case NODE_WRAPPER:
        return append_dotted(flow, pga_python_part(node, 0), out, depth + 1);
    default:
        return FALSE;
    }
}

/* NOLINTEND(misc-no-recursion) */

char *
pga_django_dotted(const DjangoFlow *flow, TSNode node)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (!append_dotted(flow, node, out, 0) || out->len > MAX_DOTTED)
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

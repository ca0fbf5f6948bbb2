/* Predicates of indexes in the words of Django: Q of fields and constants. */
#include <string.h>

#include "django_answer_words_internal.h"

#define MAX_DEPTH 20 /* of a predicate */

/* The name of the field that has the column. (nullable) */
const char *
pga_django_words_field(const DjangoWords *words, const char *column)
{
    for (guint i = 0; i < words->model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(words->model->fields, i);

        if (g_strcmp0(field->column, column) == 0)
            return field->name;
    }
    return NULL;
}

/* (nullable): of a plain column. */
const char *
pga_django_words_field_at(const DjangoWords *words, const PgQuery__Node *node)
{
    while (node && node->node_case == PG_QUERY__NODE__NODE_TYPE_CAST)
        node = node->type_cast->arg;
    if (!node || node->node_case != PG_QUERY__NODE__NODE_COLUMN_REF ||
        node->column_ref->n_fields != 1 ||
        node->column_ref->fields[0]->node_case != PG_QUERY__NODE__NODE_STRING)
        return NULL;
    return pga_django_words_field(words, node->column_ref->fields[0]->string->sval);
}

/* --- constants --- */

static const PgQuery__AConst *
constant_of(const PgQuery__Node *node)
{
    while (node && node->node_case == PG_QUERY__NODE__NODE_TYPE_CAST)
        node = node->type_cast->arg;
    return node && node->node_case == PG_QUERY__NODE__NODE_A_CONST ? node->a_const : NULL;
}

/* (transfer full) (nullable): as Python. */
char *
pga_django_words_constant(const PgQuery__Node *node)
{
    const PgQuery__AConst *constant = constant_of(node);

    if (!constant || constant->isnull)
        return NULL;
    if (constant->val_case == PG_QUERY__A__CONST__VAL_SVAL)
        return pga_django_python_string(constant->sval->sval);
    if (constant->val_case == PG_QUERY__A__CONST__VAL_IVAL)
        return g_strdup_printf("%d", constant->ival->ival);
    if (constant->val_case == PG_QUERY__A__CONST__VAL_BOOLVAL)
        return g_strdup(constant->boolval->boolval ? "True" : "False");
    return NULL;
}

const char *
pga_django_words_operator(const PgQuery__AExpr *expression)
{
    return expression->n_name == 1 && expression->name[0]->node_case == PG_QUERY__NODE__NODE_STRING
               ? expression->name[0]->string->sval
               : "";
}

/* --- predicates --- */

/* "models.Q(field__lookup=value)"; takes @value (nullable). */
static char *
condition(const char *field, const char *lookup, char *value)
{
    char *text = field && value ? g_strdup_printf("models.Q(%s%s=%s)", field, lookup, value) : NULL;

    g_free(value);
    return text;
}

static char *
list_text(const PgQuery__Node *node)
{
    g_autoptr(GString) text = g_string_new("[");

    if (!node || node->node_case != PG_QUERY__NODE__NODE_LIST)
        return NULL;
    for (size_t i = 0; i < node->list->n_items; i++) {
        g_autofree char *item = pga_django_words_constant(node->list->items[i]);

        if (!item)
            return NULL;
        g_string_append_printf(text, "%s%s", i ? ", " : "", item);
    }
    g_string_append_c(text, ']');
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *
comparison_text(const DjangoWords *words, const PgQuery__AExpr *expression)
{
    static const struct {
        const char *operator_, *lookup;
    } lookups[] = {{"=", ""}, {"<", "__lt"}, {"<=", "__lte"}, {">", "__gt"}, {">=", "__gte"}};
    const char *field = pga_django_words_field_at(words, expression->lexpr);
    const char *operator_ = pga_django_words_operator(expression);

    if (!field)
        return NULL;
    if (expression->kind == PG_QUERY__A__EXPR__KIND__AEXPR_IN && g_str_equal(operator_, "="))
        return condition(field, "__in", list_text(expression->rexpr));
    for (guint i = 0;
         expression->kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP && i < G_N_ELEMENTS(lookups); i++)
        if (g_str_equal(operator_, lookups[i].operator_))
            return condition(field, lookups[i].lookup,
                             pga_django_words_constant(expression->rexpr));
    return NULL;
}

/* OR within AND is put in parentheses. */
static void
append_part(GString *text, const char *part, gboolean is_and)
{
    const gboolean is_wrapped = is_and && strstr(part, " | ");

    if (text->len > 0)
        g_string_append(text, is_and ? " & " : " | ");
    g_string_append_printf(text, "%s%s%s", is_wrapped ? "(" : "", part, is_wrapped ? ")" : "");
}

static char * /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
boolean_text(const DjangoWords *words, const PgQuery__BoolExpr *expression, guint depth)
{
    const gboolean is_and = expression->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR;
    g_autoptr(GString) text = g_string_new(NULL);

    if (expression->boolop == PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR) /* of a boolean column only */
        return condition(pga_django_words_field_at(words, expression->args[0]), "",
                         g_strdup("False"));
    for (size_t i = 0; i < expression->n_args; i++) {
        g_autofree char *part = pga_django_words_condition(words, expression->args[i], depth + 1);

        if (!part)
            return NULL;
        append_part(text, part, is_and);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* (transfer full) (nullable) */
char * /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
pga_django_words_condition(const DjangoWords *words, const PgQuery__Node *node, guint depth)
{
    if (depth > MAX_DEPTH)
        return NULL;
    switch ((int)node->node_case) {
    case PG_QUERY__NODE__NODE_NULL_TEST:
        return condition(pga_django_words_field_at(words, node->null_test->arg), "__isnull",
                         g_strdup(node->null_test->nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NULL
                                      ? "True"
                                      : "False"));
    case PG_QUERY__NODE__NODE_A_EXPR:
        return comparison_text(words, node->a_expr);
    case PG_QUERY__NODE__NODE_BOOL_EXPR:
        return boolean_text(words, node->bool_expr, depth);
    case PG_QUERY__NODE__NODE_COLUMN_REF:
        return condition(pga_django_words_field_at(words, node), "", g_strdup("True"));
    default:
        return NULL;
    }
}

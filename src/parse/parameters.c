/* What is known inside of parameters, for others. */
#include "parse/parameters.h"

#include <base/error.h>
#include <string.h>

#include "query_edit_internal.h"
#include "query_part_internal.h"
#include "query_uses_internal.h"

static PgaParameterKind
kind_of(QueryUseKind kind)
{
    switch (kind) {
    case QUERY_USE_DELTA:
        return PGA_PARAMETER_DELTA;
    case QUERY_USE_INTERVAL:
        return PGA_PARAMETER_INTERVAL;
    case QUERY_USE_LIMIT:
        return PGA_PARAMETER_LIMIT;
    case QUERY_USE_OFFSET:
        return PGA_PARAMETER_OFFSET;
    case QUERY_USE_COMPARED:
    case QUERY_USE_DERIVED:
    case QUERY_USE_NUMBER:
    default:
        return PGA_PARAMETER_COMPARED;
    }
}

GArray *
pga_parameter_uses(const char *sql, const PgaCatalog *catalog)
{
    g_autoptr(PgaNames) names = pga_names_new(catalog);
    json_t *tree = pga_node_parse(sql);
    g_autoptr(GArray) known = tree ? pga_query_uses(names, tree, NULL) : NULL;
    GArray *uses = known ? g_array_new(FALSE, TRUE, sizeof(PgaParameterUse)) : NULL;

    for (guint i = 0; uses && i < known->len; i++) {
        const QueryUse *from = &g_array_index(known, QueryUse, i);
        const PgaParameterUse use = {.number = from->number,
                                     .kind = kind_of(from->kind),
                                     .relation = from->relation,
                                     .attribute = from->attribute,
                                     .operator_ = g_intern_string(from->operator_),
                                     .item = from->item};

        g_array_append_val(uses, use);
    }
    json_decref(tree);
    return uses;
}

char *
pga_parameters_put(const char *sql, const GPtrArray *values)
{
    gboolean is_generic;

    return pga_query_put_values(sql, values, &is_generic);
}

static gboolean
is_sql(const char *sql)
{
    json_t *tree = pga_node_parse(sql);
    const gboolean is = tree != NULL;

    json_decref(tree);
    return is;
}

gboolean
pga_query_check(const char *sql, char *command, GError **error)
{
    g_auto(QueryPart) part = {0};

    pga_query_part_read(&part, sql, strlen(sql));
    if (command)
        *command = part.command;
    if (part.kind == QUERY_PART_PLANNED && is_sql(part.text))
        return TRUE;
    if (part.kind == QUERY_PART_PLANNED || part.kind == QUERY_PART_UNKNOWN ||
        part.kind == QUERY_PART_NOTHING)
        pga_error_set(error, PGA_ERROR_INPUT, "it is no statement of PostgreSQL");
    else if (part.kind == QUERY_PART_OTHER && part.reason)
        pga_error_set(error, PGA_ERROR_INPUT, "%s", part.reason);
    else
        pga_error_set(error, PGA_ERROR_INPUT, "it is nothing that can be planned");
    return FALSE;
}

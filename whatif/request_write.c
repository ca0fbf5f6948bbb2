/* Requests as JSON. Names are qualified unless they are of pg_catalog: whoever makes an index of
 * them may look for names elsewhere. */
#include "requests.h"

#include "access/sysattr.h"
#include "catalog/pg_opclass.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include <math.h>

/* A longer one is no predicate for people to read: IN with a thousand constants. */
#define MAX_CLAUSE 8192

static const char *const kinds[] = {
    [WHATIF_EQUAL] = "equal",       [WHATIF_IN] = "in",
    [WHATIF_RANGE] = "range",       [WHATIF_NULL] = "null",
    [WHATIF_NOT_NULL] = "not_null", [WHATIF_BOOLEAN] = "boolean",
    [WHATIF_JOIN] = "join",         [WHATIF_LIKE_PREFIX] = "like_prefix",
    [WHATIF_OPERATOR] = "operator", [WHATIF_FILTER] = "filter",
};

static void
put_text(StringInfo out, const char *name, const char *value)
{
    appendStringInfo(out, "\"%s\":", name);
    escape_json(out, value);
    appendStringInfoChar(out, ',');
}

static void
put_boolean(StringInfo out, const char *name, bool value)
{
    appendStringInfo(out, "\"%s\":%s,", name, value ? "true" : "false");
}

static void
put_integer(StringInfo out, const char *name, uint32 value)
{
    appendStringInfo(out, "\"%s\":%u,", name, value);
}

static void
put_number(StringInfo out, const char *name, double value)
{
    appendStringInfo(out, "\"%s\":%.9g,", name, isfinite(value) ? value : 0.0);
}

/* In place of the last comma. */
static void
end_with(StringInfo out, char bracket)
{
    if (out->data[out->len - 1] == ',')
        out->data[--out->len] = '\0';
    appendStringInfoChar(out, bracket);
    appendStringInfoChar(out, ',');
}

static void
begin_array(StringInfo out, const char *name)
{
    appendStringInfo(out, "\"%s\":[", name);
}

/* System columns and the whole row have no place here. */
static void
put_columns(StringInfo out, const char *name, const Bitmapset *columns)
{
    int member = -FirstLowInvalidHeapAttributeNumber;

    begin_array(out, name);
    while ((member = bms_next_member(columns, member)) >= 0)
        appendStringInfo(out, "%d,", member + FirstLowInvalidHeapAttributeNumber);
    end_with(out, ']');
}

/* A cast that nobody wrote is a part of the expression all the same. */
static char *
deparse(const WhatifRequest *request, Node *node)
{
    return deparse_expression(
        node, deparse_context_for(get_rel_name(request->relid), request->relid), false, true);
}

/* As looks_like_function() of ruleutils.c: what CREATE INDEX takes without parentheses. */
static bool
is_function(const Node *node)
{
    switch (nodeTag(node)) {
    case T_FuncExpr:
        return ((const FuncExpr *)node)->funcformat == COERCE_EXPLICIT_CALL ||
               ((const FuncExpr *)node)->funcformat == COERCE_SQL_SYNTAX;
    case T_CoalesceExpr:
    case T_MinMaxExpr:
    case T_NullIfExpr:
        return true;
    default:
        return false;
    }
}

static void
put_operand(StringInfo out, const WhatifRequest *request, const WhatifOperand *operand)
{
    StringInfoData text;

    initStringInfo(&text);
    if (operand->expression)
        appendStringInfoString(&text, deparse(request, operand->expression));
    if (OidIsValid(operand->collation))
        appendStringInfo(&text, " COLLATE %s", generate_collation_name(operand->collation));
    if (operand->expression && (OidIsValid(operand->collation) ||
                                (operand->attnum == 0 && !is_function(operand->expression)))) {
        char *bare = text.data;

        initStringInfo(&text);
        appendStringInfo(&text, "(%s)", bare);
    }
    put_text(out, "expression", text.data);
    put_integer(out, "attnum", (uint32)operand->attnum);
}

static void
put_opclasses(StringInfo out, const List *opclasses)
{
    const ListCell *cell;

    begin_array(out, "opclasses");
    foreach (cell, opclasses) {
        const WhatifOpclass *opclass = lfirst(cell);

        appendStringInfoChar(out, '{');
        put_text(out, "amname", get_am_name(opclass->method));
        put_text(out, "opcname", generate_opclass_name(opclass->opclass));
        put_integer(out, "strategy", (uint32)Max(opclass->strategy, 0));
        put_boolean(out, "is_default", opclass->is_default);
        end_with(out, '}');
    }
    end_with(out, ']');
}

/* Not in most clauses. */
static void
put_hidden(StringInfo out, const WhatifHidden *hidden)
{
    if (hidden->attnum == 0)
        return;
    put_integer(out, "hidden", (uint32)hidden->attnum);
    put_boolean(out, "hidden_by_cast", hidden->is_cast);
    put_text(out, "hidden_from",
             hidden->is_cast ? format_type_be(hidden->from)
                             : generate_collation_name(hidden->from));
    put_text(out, "hidden_to",
             hidden->is_cast ? format_type_be(hidden->to) : generate_collation_name(hidden->to));
}

static void
put_clause(StringInfo out, const WhatifRequest *request, const WhatifClause *clause)
{
    const char *text = clause->clause && !clause->is_join ? deparse(request, clause->clause) : "";

    if (strlen(text) > MAX_CLAUSE)
        text = "";
    appendStringInfoChar(out, '{');
    put_text(out, "kind", kinds[clause->kind]);
    put_operand(out, request, &clause->operand);
    put_integer(out, "width", (uint32)Max(clause->operand.width, 0));
    put_text(out, "clause", text);
    put_boolean(out, "is_constant", clause->is_constant && *text);
    put_text(out, "operator", clause->operator_name);
    put_number(out, "selectivity", clause->selectivity);
    put_integer(out, "or_group", (uint32)clause->or_group);
    put_integer(out, "or_arm", (uint32)clause->or_arm);
    put_boolean(out, "is_join", clause->is_join);
    put_hidden(out, &clause->hidden);
    put_columns(out, "columns", clause->columns);
    put_opclasses(out, clause->opclasses);
    end_with(out, '}');
}

static void
put_order(StringInfo out, const WhatifRequest *request, const WhatifOrder *order)
{
    const ListCell *cell;

    appendStringInfoChar(out, '{');
    put_boolean(out, "any_order", order->any_order);
    put_boolean(out, "is_distance", order->is_distance);
    begin_array(out, "keys");
    foreach (cell, order->keys) {
        const WhatifKey *key = lfirst(cell);

        appendStringInfoChar(out, '{');
        put_operand(out, request, &key->operand);
        put_boolean(out, "descending", key->descending);
        put_boolean(out, "nulls_first", key->nulls_first);
        end_with(out, '}');
    }
    end_with(out, ']');
    put_opclasses(out, order->opclasses);
    end_with(out, '}');
}

static bool
needs_whole_row(const WhatifRequest *request)
{
    const int first = bms_next_member(request->needed, -1);

    return first >= 0 && first <= -FirstLowInvalidHeapAttributeNumber;
}

static char *
write_request(const WhatifRequest *request)
{
    StringInfoData out;
    const ListCell *cell;

    initStringInfo(&out);
    appendStringInfoChar(&out, '{');
    put_integer(&out, "relation", request->relid);
    put_number(&out, "rows", request->rows);
    put_number(&out, "tuples", request->tuples);
    put_number(&out, "pages", request->pages);
    put_number(&out, "limit", request->limit);
    put_boolean(&out, "needs_whole_row", needs_whole_row(request));
    put_columns(&out, "needed", request->needed);
    put_columns(&out, "output", request->output);
    begin_array(&out, "clauses");
    foreach (cell, request->clauses) {
        CHECK_FOR_INTERRUPTS();
        put_clause(&out, request, lfirst(cell));
    }
    end_with(&out, ']');
    begin_array(&out, "orders");
    foreach (cell, request->orders)
        put_order(&out, request, lfirst(cell));
    end_with(&out, ']');
    end_with(&out, '}');
    return out.data;
}

static bool
is_known(const List *texts, const char *text)
{
    const ListCell *cell;

    foreach (cell, texts)
        if (strcmp(lfirst(cell), text) == 0)
            return true;
    return false;
}

static void
put_requests(StringInfo out, const List *requests)
{
    List *texts = NIL;
    const ListCell *cell;

    begin_array(out, "requests");
    foreach (cell, requests) {
        char *text = write_request(lfirst(cell));

        if (is_known(texts, text))
            continue;
        texts = lappend(texts, text);
        appendStringInfoString(out, text);
    }
    end_with(out, ']');
}

static void
set(const char *name, const char *value)
{
    (void)set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                            false);
}

/* Constants as pg_dump writes them. */
char *
whatif_requests_write(const List *requests, const WhatifTarget *target)
{
    const int level = NewGUCNestLevel();
    const char command[] = {target->command, '\0'};
    StringInfoData out;

    set("search_path", "pg_catalog, pg_temp");
    set("datestyle", "ISO");
    set("intervalstyle", "postgres");
    set("extra_float_digits", "3");
    set("quote_all_identifiers", "off");
    initStringInfo(&out);
    appendStringInfoChar(&out, '{');
    put_text(&out, "command", command);
    put_integer(&out, "target", target->relation);
    put_columns(&out, "changed", target->changed);
    put_number(&out, "rows", target->rows);
    put_requests(&out, requests);
    end_with(&out, '}');
    out.data[--out.len] = '\0';
    AtEOXact_GUC(true, level);
    return out.data;
}

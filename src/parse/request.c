/* What the planner module says that a statement asks (whatif/whatif.sql: requests()), read
 * strictly: whoever wrote the statement has written parts of it, expressions and constants. */
#include "parse/request.h"
#include <base/error.h>
#include <jansson.h>
#include <string.h>

/** The first thing that is wrong is kept, what follows is read as nothing. */
typedef struct {
    char *why; /* (nullable) */
} Reader;

/* The kinds' names in JSON, in their order. */
static const char *const kinds[] = {
    [PGA_CLAUSE_EQUAL] = "equal",       [PGA_CLAUSE_IN] = "in",
    [PGA_CLAUSE_RANGE] = "range",       [PGA_CLAUSE_NULL] = "null",
    [PGA_CLAUSE_NOT_NULL] = "not_null", [PGA_CLAUSE_BOOLEAN] = "boolean",
    [PGA_CLAUSE_JOIN] = "join",         [PGA_CLAUSE_LIKE_PREFIX] = "like_prefix",
    [PGA_CLAUSE_OPERATOR] = "operator", [PGA_CLAUSE_FILTER] = "filter",
};

static void
fail(Reader *reader, const char *field, const char *wanted)
{
    if (!reader->why)
        reader->why = g_strdup_printf("Field %s: %s was expected.", field, wanted);
}

static char *
read_text(Reader *reader, const json_t *object, const char *field)
{
    const json_t *value = json_object_get(object, field);

    if (!json_is_string(value))
        fail(reader, field, "a text");
    return g_strdup(json_is_string(value) ? json_string_value(value) : "");
}

static gboolean
read_boolean(Reader *reader, const json_t *object, const char *field)
{
    const json_t *value = json_object_get(object, field);

    if (!json_is_boolean(value))
        fail(reader, field, "true or false");
    return json_is_true(value);
}

static double
read_number(Reader *reader, const json_t *object, const char *field)
{
    const json_t *value = json_object_get(object, field);

    if (!json_is_number(value))
        fail(reader, field, "a number");
    return json_number_value(value);
}

/* What counts cannot be below 0, and the planner's numbers are finite. */
static double
read_count(Reader *reader, const json_t *object, const char *field)
{
    const double number = read_number(reader, object, field);

    if (number >= 0)
        return number;
    fail(reader, field, "a number of 0 or more");
    return 0;
}

static gint64
as_integer(Reader *reader, const json_t *value, const char *field, gint64 max)
{
    const gint64 number = json_integer_value(value);

    if (json_is_integer(value) && number >= 0 && number <= max)
        return number;
    fail(reader, field, "an integer in range");
    return 0;
}

static gint64
read_integer(Reader *reader, const json_t *object, const char *field, gint64 max)
{
    return as_integer(reader, json_object_get(object, field), field, max);
}

static const json_t *
read_array(Reader *reader, const json_t *object, const char *field)
{
    const json_t *value = json_object_get(object, field);

    if (!json_is_array(value))
        fail(reader, field, "an array");
    return value;
}

/* Of columns: 1 and up. */
static void
read_attnums(Reader *reader, const json_t *object, const char *field, GArray *out)
{
    const json_t *array = read_array(reader, object, field);

    for (size_t i = 0; i < json_array_size(array); i++) {
        const gint16 attnum =
            (gint16)as_integer(reader, json_array_get(array, i), field, G_MAXINT16);

        if (attnum == 0)
            fail(reader, field, "a column's number");
        g_array_append_val(out, attnum);
    }
}

static PgaClauseKind
read_kind(Reader *reader, const json_t *object)
{
    const char *name = json_string_value(json_object_get(object, "kind"));

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_strcmp0(name, kinds[i]) == 0)
            return (PgaClauseKind)i;
    fail(reader, "kind", "a kind of clause");
    return PGA_CLAUSE_FILTER;
}

static void
read_opclass(Reader *reader, const json_t *object, PgaClauseOpclass *out)
{
    out->amname = read_text(reader, object, "amname");
    out->opcname = read_text(reader, object, "opcname");
    out->strategy = (gint16)read_integer(reader, object, "strategy", G_MAXINT16);
    out->is_default = read_boolean(reader, object, "is_default");
}

static void
read_hidden(Reader *reader, const json_t *object, PgaRequestClause *out)
{
    out->hidden = (gint16)read_integer(reader, object, "hidden", G_MAXINT16);
    out->hidden_by_cast = read_boolean(reader, object, "hidden_by_cast");
    out->hidden_from = read_text(reader, object, "hidden_from");
    out->hidden_to = read_text(reader, object, "hidden_to");
}

static void
read_clause(Reader *reader, const json_t *object, PgaRequestClause *out)
{
    const json_t *opclasses = read_array(reader, object, "opclasses");

    out->kind = read_kind(reader, object);
    out->expression = read_text(reader, object, "expression");
    out->attnum = (gint16)read_integer(reader, object, "attnum", G_MAXINT16);
    out->width = (gint16)read_integer(reader, object, "width", G_MAXINT16);
    out->clause = read_text(reader, object, "clause");
    out->is_constant = read_boolean(reader, object, "is_constant");
    out->operator_ = read_text(reader, object, "operator");
    out->selectivity = MIN(read_count(reader, object, "selectivity"), 1);
    out->or_group = (guint)read_integer(reader, object, "or_group", G_MAXINT);
    out->or_arm = (guint)read_integer(reader, object, "or_arm", G_MAXINT);
    out->is_join = read_boolean(reader, object, "is_join");
    if (json_object_get(object, "hidden"))
        read_hidden(reader, object, out);
    read_attnums(reader, object, "columns", out->columns);
    for (size_t i = 0; i < json_array_size(opclasses); i++)
        read_opclass(reader, json_array_get(opclasses, i), pga_request_clause_add_opclass(out));
    if (out->is_constant && *out->clause == '\0')
        fail(reader, "clause", "the text of a constant clause");
}

static void
read_key(Reader *reader, const json_t *object, PgaRequestKey *out)
{
    out->expression = read_text(reader, object, "expression");
    out->attnum = (gint16)read_integer(reader, object, "attnum", G_MAXINT16);
    out->descending = read_boolean(reader, object, "descending");
    out->nulls_first = read_boolean(reader, object, "nulls_first");
    if (*out->expression == '\0')
        fail(reader, "expression", "an expression");
}

static void
read_order(Reader *reader, const json_t *object, PgaRequestOrder *out)
{
    const json_t *keys = read_array(reader, object, "keys");
    const json_t *opclasses = read_array(reader, object, "opclasses");

    out->any_order = read_boolean(reader, object, "any_order");
    out->is_distance = read_boolean(reader, object, "is_distance");
    for (size_t i = 0; i < json_array_size(keys); i++)
        read_key(reader, json_array_get(keys, i), pga_request_order_add_key(out));
    for (size_t i = 0; i < json_array_size(opclasses); i++)
        read_opclass(reader, json_array_get(opclasses, i), pga_request_order_add_opclass(out));
    if (out->keys->len == 0)
        fail(reader, "keys", "a key");
}

static void
read_request(Reader *reader, const json_t *object, PgaIndexRequest *out)
{
    const json_t *clauses = read_array(reader, object, "clauses");
    const json_t *orders = read_array(reader, object, "orders");

    out->relation = (guint32)read_integer(reader, object, "relation", G_MAXUINT32);
    out->rows = read_count(reader, object, "rows");
    out->tuples = read_count(reader, object, "tuples");
    out->pages = read_count(reader, object, "pages");
    out->limit = read_number(reader, object, "limit");
    out->needs_whole_row = read_boolean(reader, object, "needs_whole_row");
    read_attnums(reader, object, "needed", out->needed);
    read_attnums(reader, object, "output", out->output);
    for (size_t i = 0; i < json_array_size(clauses); i++)
        read_clause(reader, json_array_get(clauses, i), pga_index_request_add_clause(out));
    for (size_t i = 0; i < json_array_size(orders); i++)
        read_order(reader, json_array_get(orders, i), pga_index_request_add_order(out));
    if (out->relation == 0)
        fail(reader, "relation", "a relation");
}

static void
read_requests(Reader *reader, const json_t *object, PgaIndexRequests *out)
{
    const json_t *requests = read_array(reader, object, "requests");
    g_autofree char *command = read_text(reader, object, "command");

    if (strlen(command) != 1 || !strchr("siudm", *command))
        fail(reader, "command", "one of s, i, u, d, m");
    out->command = *command;
    out->target = (guint32)read_integer(reader, object, "target", G_MAXUINT32);
    read_attnums(reader, object, "changed", out->changed);
    out->written = read_count(reader, object, "rows");
    for (size_t i = 0; i < json_array_size(requests); i++)
        read_request(reader, json_array_get(requests, i), pga_index_requests_add(out));
}

/* A database without an encoding (SQL_ASCII) has bytes that are no characters: the expression that
 * they stand in will fit nothing, the others are good. */
static json_t *
load(const char *json, json_error_t *problem)
{
    g_autofree char *valid = g_utf8_make_valid(json, -1);

    return json_loads(valid, JSON_REJECT_DUPLICATES, problem);
}

PgaIndexRequests *
pga_index_requests_parse(const char *json, GError **error)
{
    json_error_t problem = {0};
    json_t *root = load(json, &problem);
    g_autoptr(PgaIndexRequests) requests = pga_index_requests_new();
    Reader reader = {0};

    if (!root)
        reader.why = g_strdup_printf("Line %d: %s.", problem.line, problem.text);
    else
        read_requests(&reader, root, requests);
    json_decref(root);
    if (!reader.why)
        return g_steal_pointer(&requests);
    pga_error_set(error, PGA_ERROR_LAB, "the planner module's answer cannot be read");
    pga_error_detail(error, "%s", reader.why);
    g_free(reader.why);
    return NULL;
}

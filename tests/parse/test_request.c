/* What the planner module writes, to the model; and what it cannot have written. */
#include <base/error.h>
#include <parse/request.h>
#include <string.h>

#define CLAUSE                                                                                     \
    "{'kind': 'equal', 'expression': 'lower(email)', 'attnum': 0, 'width': 20,"                    \
    " 'clause': 'lower(email) = ^a^::text', 'is_constant': true, 'operator': '=',"                 \
    " 'selectivity': 0.25, 'or_group': 1, 'or_arm': 2, 'is_join': false, 'columns': [2, 5],"       \
    " 'opclasses': [{'amname': 'btree', 'opcname': 'text_ops', 'strategy': 3,"                     \
    " 'is_default': true}, {'amname': 'hash', 'opcname': 'text_ops', 'strategy': 1,"               \
    " 'is_default': true}]}"
#define ORDER                                                                                      \
    "{'any_order': false, 'is_distance': true, 'keys': [{'expression': 'place', 'attnum': 3,"      \
    " 'descending': true, 'nulls_first': true}], 'opclasses': [{'amname': 'gist',"                 \
    " 'opcname': 'point_ops', 'strategy': 15, 'is_default': true}]}"
#define REQUEST                                                                                    \
    "{'relation': 4294967295, 'rows': 12.5, 'tuples': 1e6, 'pages': 1000, 'limit': -1,"            \
    " 'needs_whole_row': true, 'needed': [1, 32767], 'output': [1], 'clauses': [" CLAUSE           \
    "], 'orders': [" ORDER "]}"
#define WHOLE                                                                                      \
    "{'command': 'u', 'target': 16384, 'changed': [4], 'rows': 7, 'requests': [" REQUEST "]}"

/* JSON with ' for " and ^ for '. */
static PgaIndexRequests *
parse(const char *text, GError **error)
{
    g_autoptr(GString) json = g_string_new(text);

    g_string_replace(json, "'", "\"", 0);
    g_string_replace(json, "^", "'", 0);
    return pga_index_requests_parse(json->str, error);
}

static void
check_clause(const PgaRequestClause *clause)
{
    const PgaClauseOpclass *opclass = g_ptr_array_index(clause->opclasses, 1);

    g_assert_cmpint(clause->kind, ==, PGA_CLAUSE_EQUAL);
    g_assert_cmpstr(clause->expression, ==, "lower(email)");
    g_assert_cmpint(clause->attnum, ==, 0);
    g_assert_cmpint(clause->width, ==, 20);
    g_assert_cmpstr(clause->clause, ==, "lower(email) = 'a'::text");
    g_assert_true(clause->is_constant);
    g_assert_cmpstr(clause->operator_, ==, "=");
    g_assert_cmpfloat(clause->selectivity, ==, 0.25);
    g_assert_cmpuint(clause->or_group, ==, 1);
    g_assert_cmpuint(clause->or_arm, ==, 2);
    g_assert_false(clause->is_join);
    g_assert_cmpuint(clause->columns->len, ==, 2);
    g_assert_cmpint(g_array_index(clause->columns, gint16, 1), ==, 5);
    g_assert_cmpuint(clause->opclasses->len, ==, 2);
    g_assert_cmpstr(opclass->amname, ==, "hash");
    g_assert_cmpstr(opclass->opcname, ==, "text_ops");
    g_assert_cmpint(opclass->strategy, ==, 1);
    g_assert_true(opclass->is_default);
}

static void
check_order(const PgaRequestOrder *order)
{
    const PgaRequestKey *key = g_ptr_array_index(order->keys, 0);
    const PgaClauseOpclass *opclass = g_ptr_array_index(order->opclasses, 0);

    g_assert_false(order->any_order);
    g_assert_true(order->is_distance);
    g_assert_cmpstr(key->expression, ==, "place");
    g_assert_cmpint(key->attnum, ==, 3);
    g_assert_true(key->descending);
    g_assert_true(key->nulls_first);
    g_assert_cmpint(opclass->strategy, ==, 15);
}

static void
test_whole(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaIndexRequests) requests = parse(WHOLE, &error);
    const PgaIndexRequest *request;

    g_assert_no_error(error);
    g_assert_true(requests->command == 'u');
    g_assert_cmpuint(requests->target, ==, 16384);
    g_assert_cmpfloat(requests->written, ==, 7);
    g_assert_cmpuint(requests->changed->len, ==, 1);
    g_assert_cmpint(g_array_index(requests->changed, gint16, 0), ==, 4);
    request = g_ptr_array_index(requests->requests, 0);
    g_assert_cmpuint(request->relation, ==, G_MAXUINT32);
    g_assert_cmpfloat(request->rows, ==, 12.5);
    g_assert_cmpfloat(request->tuples, ==, 1e6);
    g_assert_cmpfloat(request->pages, ==, 1000);
    g_assert_cmpfloat(request->limit, ==, -1);
    g_assert_true(request->needs_whole_row);
    g_assert_cmpint(g_array_index(request->needed, gint16, 1), ==, 32767);
    g_assert_cmpuint(request->output->len, ==, 1);
    check_clause(g_ptr_array_index(request->clauses, 0));
    check_order(g_ptr_array_index(request->orders, 0));
}

/* Each kind has its own name. */
static void
test_kinds(void)
{
    static const char *const names[] = {
        "equal",   "in",   "range",       "null",     "not_null",
        "boolean", "join", "like_prefix", "operator", "filter",
    };

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) text = g_string_new(WHOLE);
        g_autofree char *kind = g_strdup_printf("'kind': '%s'", names[i]);
        g_autoptr(PgaIndexRequests) requests = NULL;
        const PgaIndexRequest *request;
        const PgaRequestClause *clause;

        g_string_replace(text, "'kind': 'equal'", kind, 0);
        requests = parse(text->str, &error);
        g_assert_no_error(error);
        request = g_ptr_array_index(requests->requests, 0);
        clause = g_ptr_array_index(request->clauses, 0);
        g_assert_cmpuint(clause->kind, ==, i);
    }
}

static void
test_nothing_asked(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaIndexRequests) requests =
        parse("{'command': 's', 'target': 0, 'changed': [], 'rows': 0, 'requests': []}", &error);

    g_assert_no_error(error);
    g_assert_cmpuint(requests->requests->len, ==, 0);
    g_assert_cmpuint(requests->target, ==, 0);
}

/* A database of SQL_ASCII sends what it has. */
static void
test_bytes_that_are_no_characters(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(WHOLE);
    g_autoptr(PgaIndexRequests) requests = NULL;

    g_string_replace(text, "place", "pl\351ce", 0);
    requests = parse(text->str, &error);
    g_assert_no_error(error);
    g_assert_nonnull(requests);
}

static const struct {
    const char *from, *to, *detail;
} wrong[] = {
    {"'command': 'u'", "'command': 'x'", "Field command: one of s, i, u, d, m was expected."},
    {"'command': 'u'", "'command': 'si'", "Field command: one of s, i, u, d, m was expected."},
    {"'command': 'u'", "'command': ''", "Field command: one of s, i, u, d, m was expected."},
    {"'command': 'u', ", "", "Field command: a text was expected."},
    {"'target': 16384", "'target': 4294967296", "Field target: an integer in range was expected."},
    {"'target': 16384", "'target': -1", "Field target: an integer in range was expected."},
    {"'changed': [4]", "'changed': [0]", "Field changed: a column's number was expected."},
    {"'changed': [4]", "'changed': 4", "Field changed: an array was expected."},
    {"'changed': [4]", "'changed': [32768]", "Field changed: an integer in range was expected."},
    {"4294967295", "0", "Field relation: a relation was expected."},
    {"'rows': 12.5", "'rows': -1", "Field rows: a number of 0 or more was expected."},
    {"'rows': 12.5", "'rows': 'many'", "Field rows: a number was expected."},
    {"'needs_whole_row': true", "'needs_whole_row': 1",
     "Field needs_whole_row: true or false was expected."},
    {"'kind': 'equal'", "'kind': 'equals'", "Field kind: a kind of clause was expected."},
    {"'kind': 'equal'", "'kind': null", "Field kind: a kind of clause was expected."},
    {"'clause': 'lower(email) = ^a^::text'", "'clause': ''",
     "Field clause: the text of a constant clause was expected."},
    {"'keys': [{'expression': 'place'", "'keys': [{'expression': ''",
     "Field expression: an expression was expected."},
    {ORDER, "{'any_order': true, 'is_distance': false, 'keys': [], 'opclasses': []}",
     "Field keys: a key was expected."},
    {"'orders'", "'order'", "Field orders: an array was expected."},
    {WHOLE, "[]", "Field requests: an array was expected."},
};

static void
test_wrong(gconstpointer data)
{
    const guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(WHOLE);
    g_autoptr(PgaIndexRequests) requests = NULL;

    g_string_replace(text, wrong[i].from, wrong[i].to, 0);
    requests = parse(text->str, &error);
    g_assert_null(requests);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);
    g_assert_cmpstr(error->message, ==, "the planner module's answer cannot be read");
    g_assert_cmpstr(pga_error_get_detail(error), ==, wrong[i].detail);
}

static void
test_no_json(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaIndexRequests) requests = parse("{'command': ", &error);

    g_assert_null(requests);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);
    g_assert_true(g_str_has_prefix(pga_error_get_detail(error), "Line 1: "));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parse/request/whole", test_whole);
    g_test_add_func("/parse/request/kinds", test_kinds);
    g_test_add_func("/parse/request/nothing-asked", test_nothing_asked);
    g_test_add_func("/parse/request/bytes-that-are-no-characters",
                    test_bytes_that_are_no_characters);
    g_test_add_func("/parse/request/no-json", test_no_json);
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *path = g_strdup_printf("/parse/request/refused/%u", i + 1);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_wrong);
    }
    return g_test_run();
}

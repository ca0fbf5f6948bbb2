/* The SQL in a body of PL/pgSQL: libpg_query tells its statements with their lines, their texts are
 * looked for there. */
#include "body_internal.h"
#include <jansson.h>
#include <pg_query.h>
#include <string.h>

/* libpg_query 15 does not free what its parser wrote to stderr: a byte each time. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable()
#define __lsan_enable()
#endif

/* jansson and this file go no deeper into blocks. */
enum { MAX_LEVELS = 200, MAX_TEXT = 1 << 20 };

typedef struct {
    const MigrationBody *body;
    GQueue *queue;
    guint level;
    gboolean conditional;
} Walk;

/* Members that hold statements which may not run, or may run often. Of a block they are those of
 * its EXCEPTION. */
static const char *const branches[] = {"then_body",      "else_body",  "elsif_list",
                                       "case_when_list", "else_stmts", "exceptions"};

static gsize
line_start(const MigrationBody *body, json_int_t line)
{
    const char *p = body->text, *end = body->text + body->length;

    for (; line > 1 && p < end; line--) {
        const char *newline = memchr(p, '\n', (gsize)(end - p));

        if (!newline)
            break;
        p = newline + 1;
    }
    return (gsize)(p - body->text);
}

/* The longest beginning of @text, halved down to @shortest, that is in the @length bytes at @from.
 */
static const char *
find_beginning(const char *from, gsize length, const char *text, gsize shortest)
{
    const char *found = NULL;

    for (gsize n = strlen(text); n > shortest && !found; n /= 2)
        found = memmem(from, length, text, n);
    return found ? found : memmem(from, length, text, MIN(shortest, strlen(text)));
}

/* The place of the query at or behind that line. INTO is blanked in it; PERFORM is SELECT: then
 * what follows that is looked for. */
static gsize
find_query(const MigrationBody *body, json_int_t line, const char *query, gboolean *exact)
{
    enum { SHORTEST = 4 };
    const gsize start = line_start(body, line), room = body->length - start;
    const char *from = body->text + start, *rest = strchr(query, ' ');
    const gsize word = rest ? (gsize)(rest - query) : strlen(query);
    const char *found = find_beginning(from, room, query, word + strlen(" x"));

    *exact = found && strlen(query) <= (gsize)(body->text + body->length - found) &&
             memcmp(found, query, strlen(query)) == 0;
    if (!found && rest)
        found = find_beginning(from, room, rest, SHORTEST);
    if (!found)
        return start + strspn(from, " \t");
    while (found > from && g_ascii_isalpha(found[-1]))
        found--;
    return (gsize)(found - body->text);
}

static MigrationInner *
add(const Walk *walk, json_int_t line, const char *query)
{
    gboolean exact;
    const gsize at = find_query(walk->body, line, query, &exact);
    MigrationInner *inner =
        pga_migration_body_add(walk->body, walk->queue, at, query, strlen(query));

    inner->conditional = walk->conditional;
    inner->anchored = !exact;
    return inner;
}

static const char *
query_of(const json_t *expression)
{
    return json_string_value(json_object_get(json_object_get(expression, "PLpgSQL_expr"), "query"));
}

/* EXECUTE of what is always the same text is that text. */
static void
add_dynamic(const Walk *walk, json_int_t line, const char *expression)
{
    g_autofree char *text = pga_migration_constant(expression);
    MigrationInner *inner = add(walk, line, expression);
    const char *found;

    if (!text) {
        inner->kind = PGA_STEP_OPAQUE;
        inner->error = g_strdup(pga_migration_dynamic);
        return;
    }
    found = strstr(inner->text, text);
    if (found && !inner->anchored) {
        inner->column += (guint)g_utf8_strlen(inner->text, found - inner->text);
        inner->offset += (gsize)(found - inner->text);
        inner->anchored = memchr(inner->text, '\n', (gsize)(found - inner->text)) != NULL;
    } else {
        inner->anchored = TRUE;
    }
    g_free(inner->text);
    inner->text = g_steal_pointer(&text);
    inner->length = strlen(inner->text);
}

/** Kinds of statements that hold SQL, and the member that does. */
static const struct {
    const char *kind, *member;
    gboolean dynamic;
} kinds[] = {
    {"PLpgSQL_stmt_execsql", "sqlstmt", FALSE},    {"PLpgSQL_stmt_perform", "expr", FALSE},
    {"PLpgSQL_stmt_call", "expr", FALSE},          {"PLpgSQL_stmt_fors", "query", FALSE},
    {"PLpgSQL_stmt_return_query", "query", FALSE}, {"PLpgSQL_stmt_dynexecute", "query", TRUE},
    {"PLpgSQL_stmt_dynfors", "query", TRUE},       {"PLpgSQL_stmt_return_query", "dynquery", TRUE},
    {"PLpgSQL_stmt_open", "query", FALSE},         {"PLpgSQL_stmt_open", "dynquery", TRUE},
};

static void
add_statement(const Walk *walk, const char *kind, const json_t *fields)
{
    const json_int_t line = json_integer_value(json_object_get(fields, "lineno"));

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const char *query = strcmp(kind, kinds[i].kind) == 0
                                ? query_of(json_object_get(fields, kinds[i].member))
                                : NULL;

        if (query && kinds[i].dynamic)
            add_dynamic(walk, line, query);
        else if (query)
            add(walk, line, query);
    }
    if (strcmp(kind, "PLpgSQL_stmt_commit") == 0)
        add(walk, line, "COMMIT");
    else if (strcmp(kind, "PLpgSQL_stmt_rollback") == 0)
        add(walk, line, "ROLLBACK");
}

/* The body of a loop may run never or often, so may what an EXCEPTION guards. */
static gboolean
makes_conditional(const char *kind, const json_t *fields, const char *member)
{
    for (guint i = 0; i < G_N_ELEMENTS(branches); i++)
        if (strcmp(member, branches[i]) == 0)
            return TRUE;
    return strcmp(member, "body") == 0 &&
           (strcmp(kind, "PLpgSQL_stmt_block") != 0 || json_object_get(fields, "exceptions"));
}

/* NOLINTBEGIN(misc-no-recursion): as deep as MAX_LEVELS, and as jansson reads */
static void walk_value(const Walk *walk, const json_t *value);

static void
walk_statement(const Walk *walk, const char *kind, const json_t *fields)
{
    void *at = json_object_iter((json_t *)fields);

    add_statement(walk, kind, fields);
    for (; at; at = json_object_iter_next((json_t *)fields, at)) {
        Walk inner = *walk;

        inner.level++;
        inner.conditional =
            walk->conditional || makes_conditional(kind, fields, json_object_iter_key(at));
        if (inner.level < MAX_LEVELS)
            walk_value(&inner, json_object_iter_value(at));
    }
}

static void
walk_value(const Walk *walk, const json_t *value)
{
    void *at;

    for (size_t i = 0; i < json_array_size(value); i++)
        walk_value(walk, json_array_get(value, i));
    at = json_is_object(value) ? json_object_iter((json_t *)value) : NULL;
    for (; at; at = json_object_iter_next((json_t *)value, at))
        if (json_is_object(json_object_iter_value(at)))
            walk_statement(walk, json_object_iter_key(at), json_object_iter_value(at));
}
/* NOLINTEND(misc-no-recursion) */

gboolean
pga_migration_plpgsql(const MigrationBody *body, const char *statement, GQueue *queue, char **error)
{
    PgQueryPlpgsqlParseResult result = {0};
    json_t *functions = NULL;
    const Walk walk = {.body = body, .queue = queue};

    if (strlen(statement) > MAX_TEXT) {
        *error = g_strdup("it is longer than 1 MiB");
        return FALSE;
    }
    __lsan_disable();
    result = pg_query_parse_plpgsql(statement);
    __lsan_enable();
    if (result.error)
        *error = g_strdup(result.error->message);
    else
        functions = json_loads(result.plpgsql_funcs, 0, NULL);
    pg_query_free_plpgsql_parse_result(result);
    if (!functions && !*error)
        *error = g_strdup("it nests too deep");
    if (functions)
        walk_value(&walk, functions);
    json_decref(functions);
    return functions != NULL;
}

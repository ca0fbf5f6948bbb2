/* A few rows in each table, so that rewrites, scans and checks meet something: of each type a value
 * that grows with the row's number, of a foreign key what the referenced table has. A table that
 * takes none stays empty, and that is said. */
#include "base/error.h"
#include "base/text.h"
#include "trace_internal.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_PASSES = 8, MAX_NOTES = 20 };

/* Columns of columns_query. */
enum { TABLE, ATTNAME, TYPNAME, TYPCATEGORY, TYPE, NEED, REFERENCED, KEY, LITERAL };

static const char columns_query[] =
    "SELECT c.oid, a.attname, b.typname, b.typcategory,"
    " pg_catalog.format_type(a.atttypid, a.atttypmod),"
    " CASE WHEN a.attgenerated <> '' OR a.attidentity = 'a' THEN 'generated'"
    " WHEN (a.attnotnull OR t.typnotnull) AND NOT a.atthasdef AND a.attidentity = ''"
    " THEN 'required' ELSE '' END,"
    " f.referenced, f.key,"
    " (SELECT pg_catalog.substring(pg_catalog.pg_get_constraintdef(k.oid), '''([^'']*)''::')"
    " FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'"
    " AND a.attnum = ANY (k.conkey) ORDER BY 1 LIMIT 1)"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
    " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
    " JOIN pg_catalog.pg_type b ON b.oid = COALESCE(NULLIF(t.typbasetype, 0), t.oid)"
    " LEFT JOIN LATERAL (SELECT pg_catalog.format('%I.%I', n.nspname, r.relname) AS referenced,"
    " ra.attname AS key FROM pg_catalog.pg_constraint f"
    " CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(f.conkey), pg_catalog.unnest(f.confkey))"
    " AS u (own, other)"
    " JOIN pg_catalog.pg_class r ON r.oid = f.confrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace"
    " JOIN pg_catalog.pg_attribute ra ON ra.attrelid = r.oid AND ra.attnum = u.other"
    " WHERE f.conrelid = c.oid AND f.contype = 'f' AND u.own = a.attnum"
    " ORDER BY f.conname LIMIT 1) f ON true"
    " WHERE c.oid = ANY ($1::pg_catalog.oid[]) AND c.relkind IN ('r', 'p')"
    " AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped"
    " ORDER BY c.oid, a.attnum";

/* What the row of number i has, by type, then by category (pg_type.typcategory). @TYPE@ is the
 * column's. */
static const struct {
    const char *typname;
    char category;
    const char *value;
} values[] = {
    {"uuid", 0, "pg_catalog.md5(i::text)"},
    {"json", 0, "'{}'"},
    {"jsonb", 0, "'{}'"},
    {"xml", 0, "'<x/>'"},
    {"bytea", 0, "i::text"},
    {"bit", 0, "'1'"},
    {"cidr", 0, "'10.0.0.' || i % 256 || '/32'"},
    {"macaddr", 0, "'08:00:2b:01:02:' || pg_catalog.lpad(pg_catalog.to_hex(i % 256), 2, '0')"},
    {"date", 0, "(date '2020-01-01' + i)::text"},
    {"time", 0, "(time '00:00' + i * interval '1 minute')::text"},
    {"timetz", 0, "(time '00:00' + i * interval '1 minute')::text"},
    {"point", 0, "'(' || i || ',' || i || ')'"},
    {NULL, 'A', "'{}'"},
    {NULL, 'B', "(i % 2 = 0)::text"},
    {NULL, 'D', "(timestamp '2020-01-01' + i * interval '1 day')::text"},
    {NULL, 'I', "'10.0.0.' || i % 256"},
    {NULL, 'N', "i::text"},
    {NULL, 'R', "'empty'"},
    {NULL, 'S', "'a' || i"},
    {NULL, 'T', "i || ' days'"},
    {NULL, 'V', "'1'"},
    {NULL, 'U', "''"},
};

static const char *
value_of(const char *typname, char category)
{
    for (guint i = 0; i < G_N_ELEMENTS(values); i++)
        if (values[i].typname ? strcmp(values[i].typname, typname) == 0
                              : values[i].category == category)
            return values[i].value;
    return NULL;
}

/* (transfer full): SQL of one column's value in row i. */
static char *
expression(const PGresult *columns, int row)
{
    const char *type = PQgetvalue(columns, row, TYPE);
    const char category = *PQgetvalue(columns, row, TYPCATEGORY);
    const char *value = value_of(PQgetvalue(columns, row, TYPNAME), category);
    g_autofree char *key = pga_quote_identifier(PQgetvalue(columns, row, KEY));
    g_autofree char *literal = pga_quote_literal(PQgetvalue(columns, row, LITERAL));
    const char *referenced = PQgetvalue(columns, row, REFERENCED);

    if (!PQgetisnull(columns, row, REFERENCED))
        return g_strdup_printf("(SELECT %s FROM %s ORDER BY ctid OFFSET (i - 1) %% "
                               "(SELECT GREATEST(pg_catalog.count(*), 1) FROM %s) LIMIT 1)",
                               key, referenced, referenced);
    if (!PQgetisnull(columns, row, LITERAL) && category == 'S')
        return g_strdup_printf("(%s)::%s", literal, type);
    if (category == 'E')
        return g_strdup_printf("(pg_catalog.enum_range(NULL::%s))[1]", type);
    if (category == 'S' || strcmp(PQgetvalue(columns, row, TYPNAME), "numeric") == 0)
        return g_strdup_printf("pg_catalog.right(%s, COALESCE(NULLIF(pg_catalog.regexp_replace("
                               "'%s', '^[^0-9]*([0-9]*).*$', '\\1'), ''), '10')::int)::%s",
                               value, type, type);
    return value ? g_strdup_printf("(%s)::%s", value, type) : g_strdup("NULL");
}

/** Columns of one table: rows of the query from @first to before @end. */
typedef struct {
    const PgaTraced *traced;
    int first, end;
} Table;

/* @all: every column; else those that must have a value. */
static char *
insert_of(const PgaTracer *tracer, const PGresult *columns, const Table *table, gboolean all)
{
    g_autoptr(GString) names = g_string_new(NULL), expressions = g_string_new(NULL);

    for (int row = table->first; row < table->end; row++) {
        g_autofree char *name = pga_quote_identifier(PQgetvalue(columns, row, ATTNAME));
        g_autofree char *value = NULL;
        const char *need = PQgetvalue(columns, row, NEED);

        if (*need == 'g' || (!all && *need != 'r'))
            continue;
        value = expression(columns, row);
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", name);
        g_string_append_printf(expressions, "%s%s", expressions->len ? ", " : "", value);
    }
    if (names->len == 0) /* of nothing but defaults one row is enough */
        return g_strdup_printf("INSERT INTO %s DEFAULT VALUES", table->traced->qualified);
    return g_strdup_printf("INSERT INTO %s (%s) SELECT %s FROM pg_catalog.generate_series(1, %u) i",
                           table->traced->qualified, names->str, expressions->str, tracer->rows);
}

/* *message is the first attempt's, of a table that takes no rows. */
static gboolean
fill_table(PgaTracer *tracer, const PGresult *columns, const Table *table, char **message,
           GError **error)
{
    for (guint attempt = 0; attempt < 2; attempt++) {
        g_autofree char *sql = insert_of(tracer, columns, table, attempt == 0);
        g_autoptr(GError) cause = NULL;
        g_autoptr(PGresult) result = pga_session_exec(tracer->session, sql, NULL, 0, FALSE, &cause);

        if (!result && !g_error_matches(cause, PGA_ERROR, PGA_ERROR_INPUT)) {
            g_propagate_error(error, g_steal_pointer(&cause));
            return FALSE;
        }
        if (!result && !pga_session_reopen(tracer->session, error))
            return FALSE;
        if (result && !pga_result_failed(result)) {
            g_clear_pointer(message, g_free);
            return TRUE;
        }
        if (!*message)
            *message = result ? pga_result_message(result) : g_strdup(cause->message);
    }
    return TRUE;
}

static gint
compare_traced(gconstpointer a, gconstpointer b)
{
    const PgaTraced *first = *(const PgaTraced *const *)a, *second = *(const PgaTraced *const *)b;

    return (first->oid > second->oid) - (first->oid < second->oid);
}

/* (transfer container): of PgaTraced *: tables that were not tried, oldest first. */
static GPtrArray *
untried(PgaTracer *tracer)
{
    GPtrArray *tables = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, tracer->relations);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const PgaTraced *traced = value;

        if ((traced->kind == 'r' || traced->kind == 'p') && g_hash_table_add(tracer->filled, key))
            g_ptr_array_add(tables, value);
    }
    g_ptr_array_sort(tables, compare_traced);
    return tables;
}

static PGresult *
read_columns(PgaTracer *tracer, const GPtrArray *tables, GError **error)
{
    g_autoptr(GString) oids = g_string_new("{");
    const char *params[1];
    PGresult *columns;

    for (guint i = 0; i < tables->len; i++)
        g_string_append_printf(oids, "%s%u", i ? "," : "",
                               ((const PgaTraced *)g_ptr_array_index(tables, i))->oid);
    params[0] = g_string_append_c(oids, '}')->str;
    columns = pga_session_exec(tracer->session, columns_query, params, 1, TRUE, error);
    if (!columns || !pga_result_failed(columns))
        return columns;
    pga_error_set(error, PGA_ERROR_LAB, "the lab's tables could not be given rows");
    pga_error_detail(error, "%s", PQresultErrorMessage(columns));
    PQclear(columns);
    return NULL;
}

/* (transfer full): of Table. Partitions get theirs by way of the parent. */
static GArray *
split(const PgaTracer *tracer, const PGresult *columns)
{
    GArray *tables = g_array_new(FALSE, FALSE, sizeof(Table));

    for (int row = 0; row < PQntuples(columns);) {
        const guint oid = (guint)strtoul(PQgetvalue(columns, row, TABLE), NULL, 10);
        Table table = {g_hash_table_lookup(tracer->relations, GUINT_TO_POINTER(oid)), row, row};

        while (table.end < PQntuples(columns) &&
               strtoul(PQgetvalue(columns, table.end, TABLE), NULL, 10) == oid)
            table.end++;
        row = table.end;
        g_array_append_val(tables, table);
    }
    return tables;
}

static void
note(PgaTracer *tracer, const Table *table, const char *message)
{
    if (tracer->n_empty++ < MAX_NOTES)
        g_ptr_array_add(tracer->notes, pga_not_checked_new(
                                           NULL, g_strdup_printf("rows of %s", table->traced->name),
                                           g_strdup_printf("none could be made up: %s", message)));
}

/* Those that took rows leave @tables, in the last pass all. */
static gboolean
fill_pass(PgaTracer *tracer, const PGresult *columns, GArray *tables, gboolean last, GError **error)
{
    for (guint i = 0; i < tables->len;) {
        const Table *table = &g_array_index(tables, Table, i);
        g_autofree char *message = NULL;

        if (!fill_table(tracer, columns, table, &message, error))
            return FALSE;
        if (message && last)
            note(tracer, table, message);
        if (!message || last)
            g_array_remove_index(tables, i);
        else
            i++;
    }
    return TRUE;
}

/* Once more for those left, which may reference the others, until none takes any. */
static gboolean
fill_all(PgaTracer *tracer, const PGresult *columns, GArray *tables, GError **error)
{
    guint before = G_MAXUINT;

    for (guint pass = 0; pass < MAX_PASSES && tables->len > 0; pass++) {
        const gboolean last = tables->len == before || pass + 1 == MAX_PASSES;

        before = tables->len;
        if (!fill_pass(tracer, columns, tables, last, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_tracer_fill(PgaTracer *tracer, GError **error)
{
    g_autoptr(GPtrArray) tables = NULL;
    g_autoptr(PGresult) columns = NULL;
    g_autoptr(GArray) split_tables = NULL;

    if (tracer->rows == 0)
        return TRUE;
    tables = untried(tracer);
    if (tables->len == 0)
        return TRUE;
    columns = read_columns(tracer, tables, error);
    if (!columns)
        return FALSE;
    split_tables = split(tracer, columns);
    return fill_all(tracer, columns, split_tables, error);
}

/* Values and columns as SQL. Django sends a default as a constant and drops it again; a callable is
 * called once by Django: a constant of its type stands for what it returned. */
#include <string.h>

#include "models_internal.h"

char *
pga_django_quoted_literal(const char *text)
{
    g_autoptr(GString) out = g_string_new("'");

    for (const char *at = text; *at; at++) {
        if (*at == '\'')
            g_string_append_c(out, '\'');
        g_string_append_c(out, *at);
    }
    g_string_append_c(out, '\'');
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
decimal_literal(const PgaPyValue *call)
{
    const PgaPyValue *value = pga_py_argument(call, 0, "value");

    return value && value->text ? g_strdup(value->text) : NULL;
}

char *
pga_django_literal(const PgaPyValue *value)
{
    switch ((int)value->kind) {
    case PGA_PY_NONE:
        return g_strdup("NULL");
    case PGA_PY_BOOL:
        return g_strdup(value->truth ? "true" : "false");
    case PGA_PY_NUMBER:
        return g_strdup(value->text);
    case PGA_PY_STRING:
        return pga_django_quoted_literal(value->text);
    case PGA_PY_CALL:
        return g_str_equal(pga_py_last_name(value), "Decimal") ? decimal_literal(value) : NULL;
    default:
        return NULL;
    }
}

static const struct {
    const char *type; /* its beginning */
    const char *literal;
} constants[] = {
    {"timestamp", "'2000-01-01T00:00:00+00:00'::timestamptz"},
    {"date", "'2000-01-01'::date"},
    {"time", "'00:00:00'::time"},
    {"interval", "'0'::interval"},
    {"uuid", "'00000000-0000-4000-8000-000000000000'::uuid"},
    {"jsonb", "'{}'"},
    {"hstore", "''"},
    {"varchar", "''"},
    {"text", "''"},
    {"citext", "''"},
    {"bytea", "'\\x'::bytea"},
    {"boolean", "false"},
    {"inet", "'0.0.0.0'::inet"},
};

/* Of what a callable or an expression would return. */
static char *
constant_of(const char *type)
{
    if (strchr(type, '['))
        return g_strdup("'{}'");
    for (guint i = 0; i < G_N_ELEMENTS(constants); i++)
        if (g_str_has_prefix(type, constants[i].type))
            return g_strdup(constants[i].literal);
    return g_strdup(strstr(type, "range") ? "'empty'" : "0");
}

/* A string for a date is what Django makes of it. */
static char *
typed_literal(const char *literal, const char *type)
{
    if (literal[0] != '\'')
        return g_strdup(literal);
    if (g_str_equal(type, "timestamp with time zone")) {
        const gsize length = strlen(literal);

        return length > 3 && literal[length - 2] == 'Z'
                   ? g_strdup_printf("%.*s+00:00'::timestamptz", (int)length - 2, literal)
                   : g_strdup_printf("%s::timestamptz", literal);
    }
    if (g_str_equal(type, "date") || g_str_equal(type, "time") || g_str_equal(type, "uuid") ||
        g_str_equal(type, "interval"))
        return g_strdup_printf("%s::%s", literal, type);
    return g_strdup(literal);
}

static gboolean
takes_empty_text(const char *type)
{
    return g_str_has_prefix(type, "varchar") || g_str_equal(type, "text") ||
           g_str_equal(type, "citext");
}

char *
pga_django_default(const DjangoContext *context, const DjangoField *field)
{
    const PgaPyValue *value = pga_py_argument(field->call, G_MAXUINT, "default");
    g_autofree char *type = pga_django_relation_type(context, field), *literal = NULL;

    if (!type)
        return NULL;
    if (value && value->kind == PGA_PY_NONE)
        return NULL;
    if (!value) {
        if (pga_py_argument_is_true(field->call, "auto_now") ||
            pga_py_argument_is_true(field->call, "auto_now_add"))
            return constant_of(type);
        return !pga_django_is_null(field) && pga_py_argument_is_true(field->call, "blank") &&
                       takes_empty_text(type)
                   ? g_strdup("''")
                   : NULL;
    }
    literal = pga_django_literal(value);
    return literal ? typed_literal(literal, type) : constant_of(type);
}

char *
pga_django_database_default(const DjangoContext *context, const DjangoField *field)
{
    const PgaPyValue *value = pga_py_argument(field->call, G_MAXUINT, "db_default");
    g_autofree char *sql = NULL;

    if (!value)
        return NULL;
    sql = pga_django_literal(value);
    if (!sql)
        sql = pga_django_expression(context->model, value);
    return g_steal_pointer(&sql);
}

static void
append_generated(GString *sql, const DjangoContext *context, const DjangoField *field)
{
    const PgaPyValue *expression = pga_py_argument(field->call, G_MAXUINT, "expression");
    g_autofree char *text = expression ? pga_django_expression(context->model, expression) : NULL;
    const gboolean is_virtual = !pga_py_argument_is_true(field->call, "db_persist");

    if (g_str_equal(pga_py_last_name(field->call), "GeneratedField"))
        g_string_append_printf(sql, " GENERATED ALWAYS AS (%s) %s", text ? text : "NULL",
                               is_virtual ? "VIRTUAL" : "STORED");
}

char *
pga_django_column_sql(const DjangoContext *context, const DjangoField *field, gboolean with_default)
{
    g_autofree char *type = pga_django_type(context, field);
    g_autofree char *kept = pga_django_database_default(context, field);
    g_autofree char *initial = with_default && !kept ? pga_django_default(context, field) : NULL;
    const char *collation = pga_py_argument_text(field->call, G_MAXUINT, "db_collation");
    const gboolean is_null = pga_django_is_null(field) && !pga_django_is_primary(field);
    g_autoptr(GString) sql = g_string_new(type);

    if (collation) {
        g_autofree char *quoted = pga_django_quote(collation);

        g_string_append_printf(sql, " COLLATE %s", quoted);
    }
    if (kept || initial)
        g_string_append_printf(sql, " DEFAULT %s", kept ? kept : initial);
    append_generated(sql, context, field);
    g_string_append(sql, is_null ? " NULL" : " NOT NULL");
    if (pga_django_is_primary(field))
        g_string_append(sql, " PRIMARY KEY");
    else if (pga_django_is_unique(field))
        g_string_append(sql, " UNIQUE");
    if (pga_django_is_auto(field) && context->version >= 401)
        g_string_append(sql, " GENERATED BY DEFAULT AS IDENTITY");
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

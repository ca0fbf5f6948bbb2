/* Types of fields, constants and parameters. */
#include <string.h>

#include "models_internal.h"
#include "sql_internal.h"

static const struct {
    const char *base, *type;
} types[] = {
    {"AutoField", "integer"},
    {"BigAutoField", "bigint"},
    {"SmallAutoField", "smallint"},
    {"CharField", "varchar"},
    {"SlugField", "varchar"},
    {"URLField", "varchar"},
    {"EmailField", "varchar"},
    {"FileField", "varchar"},
    {"ImageField", "varchar"},
    {"FilePathField", "varchar"},
    {"CommaSeparatedIntegerField", "varchar"},
    {"TextField", "text"},
    {"CICharField", "citext"},
    {"CIEmailField", "citext"},
    {"CITextField", "citext"},
    {"IntegerField", "integer"},
    {"PositiveIntegerField", "integer"},
    {"SmallIntegerField", "smallint"},
    {"PositiveSmallIntegerField", "smallint"},
    {"BigIntegerField", "bigint"},
    {"PositiveBigIntegerField", "bigint"},
    {"BooleanField", "boolean"},
    {"NullBooleanField", "boolean"},
    {"DecimalField", "numeric"},
    {"FloatField", "double precision"},
    {"DateField", "date"},
    {"DateTimeField", "timestamp with time zone"},
    {"TimeField", "time"},
    {"DurationField", "interval"},
    {"UUIDField", "uuid"},
    {"JSONField", "jsonb"},
    {"HStoreField", "hstore"},
    {"BinaryField", "bytea"},
    {"GenericIPAddressField", "inet"},
    {"IPAddressField", "inet"},
    {"SearchVectorField", "tsvector"},
    {"IntegerRangeField", "int4range"},
    {"BigIntegerRangeField", "int8range"},
    {"DecimalRangeField", "numrange"},
    {"DateTimeRangeField", "tstzrange"},
    {"DateRangeField", "daterange"},
};

static char *
type_of_class(const char *base)
{
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (g_str_equal(base, types[i].base))
            return g_strdup(types[i].type);
    return NULL;
}

/* "integer[]" of ArrayField(IntegerField()). */
static char *
array_type(const PgaDjangoField *field)
{
    const PgaPyValue *inner = pga_py_argument(field->call, 0, "base_field");
    g_autoptr(GString) type = g_string_new("[]");
    g_autofree char *element = NULL;

    while (inner && g_str_equal(pga_py_last_name(inner), "ArrayField") && type->len < 20) {
        g_string_append(type, "[]");
        inner = pga_py_argument(inner, 0, "base_field");
    }
    element = inner ? type_of_class(pga_py_last_name(inner)) : NULL;
    return element ? g_strconcat(element, type->str, NULL) : NULL;
}

/* The field at the end of keys that are keys elsewhere. */
static const PgaDjangoField *
final_field(const PgaDjangoModel *model, const PgaDjangoField *field)
{
    for (guint i = 0;
         i < 20 && field &&
         (field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE);
         i++) {
        const PgaDjangoModel *target = pga_django_field_target(model, field);
        const char *to = pga_py_argument_text(field->call, G_MAXUINT, "to_field");

        field = !target ? NULL
                : to    ? pga_django_model_field(target, to)
                        : pga_django_model_key(target);
        model = target;
    }
    return field;
}

char *
pga_sql_field_type(const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const PgaDjangoField *final = final_field(model, field);

    if (!final)
        return field && field->kind != PGA_DJANGO_PLAIN ? g_strdup("integer") : NULL;
    return g_str_equal(final->base, "ArrayField") ? array_type(final) : type_of_class(final->base);
}

char *
pga_sql_quoted(const char *text)
{
    return pga_django_quoted_literal(text);
}

char *
pga_sql_parameter(SqlRun *run, const char *type)
{
    run->n_parameters++;
    return type ? g_strdup_printf("$%u::%s", run->n_parameters, type)
                : g_strdup_printf("$%u", run->n_parameters);
}

/* NOLINTBEGIN(misc-no-recursion): values are of bounded depth */

static gboolean append_json(GString *json, const PgaPyValue *value);

static gboolean
append_json_items(GString *json, const PgaPyValue *value)
{
    const gboolean is_dict = value->kind == PGA_PY_DICT;

    g_string_append_c(json, is_dict ? '{' : '[');
    for (guint i = 0; i < value->items->len; i++) {
        g_string_append(json, i ? ", " : "");
        if (is_dict && !append_json(json, g_ptr_array_index(value->keys, i)))
            return FALSE;
        g_string_append(json, is_dict ? ": " : "");
        if (!append_json(json, g_ptr_array_index(value->items, i)))
            return FALSE;
    }
    g_string_append_c(json, is_dict ? '}' : ']');
    return TRUE;
}

static gboolean
append_json_string(GString *json, const char *text)
{
    g_autofree char *escaped = g_strescape(text, NULL);

    g_string_append_printf(json, "\"%s\"", text);
    return g_str_is_ascii(text) && g_str_equal(escaped, text);
}

static gboolean
append_json(GString *json, const PgaPyValue *value)
{
    switch ((int)value->kind) {
    case PGA_PY_STRING:
        return append_json_string(json, value->text);
    case PGA_PY_NUMBER:
        g_string_append(json, value->text);
        return TRUE;
    case PGA_PY_BOOL:
        g_string_append(json, value->truth ? "true" : "false");
        return TRUE;
    case PGA_PY_LIST:
    case PGA_PY_DICT:
        return append_json_items(json, value);
    default:
        return FALSE;
    }
}

char *
pga_sql_json(const PgaPyValue *value)
{
    g_autoptr(GString) json = g_string_new(NULL);

    return append_json(json, value) ? pga_sql_quoted(json->str) : NULL;
}

/* ARRAY['a', 'b']::varchar[] */
static char *
array_value(SqlRun *run, const PgaPyValue *list, const char *type)
{
    g_autofree char *element = g_strndup(type, strlen(type) - 2);
    g_autoptr(GString) sql = g_string_new("ARRAY[");

    for (guint i = 0; i < list->items->len; i++) {
        g_autofree char *item = pga_sql_value(run, g_ptr_array_index(list->items, i), element);

        g_string_append_printf(sql, "%s%s", i ? ", " : "", item);
    }
    g_string_append_printf(sql, "]::%s", type);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* NOLINTEND(misc-no-recursion) */

static gboolean
is_number_type(const char *type)
{
    return g_str_equal(type, "integer") || g_str_equal(type, "bigint") ||
           g_str_equal(type, "smallint") || g_str_equal(type, "numeric") ||
           g_str_equal(type, "double precision");
}

static gboolean
is_plain_number(const char *text)
{
    return *text && strspn(text + (*text == '-'), "0123456789.eE") == strlen(text) - (*text == '-');
}

static gboolean
is_text_type(const char *type)
{
    return !type || g_str_equal(type, "varchar") || g_str_equal(type, "text") ||
           g_str_equal(type, "citext");
}

/* Whether PostgreSQL would take the text for the type: what it would not is no constant. */
static gboolean
is_text_of(const char *type, const char *text)
{
    if (is_text_type(type))
        return TRUE;
    if (is_number_type(type))
        return is_plain_number(text);
    if (g_str_equal(type, "date") || g_str_has_prefix(type, "timestamp"))
        return strlen(text) >= 8 && strspn(text, "0123456789-:+TZ. ") == strlen(text);
    return g_str_equal(type, "uuid") && strlen(text) == 36 &&
           strspn(text, "0123456789abcdefABCDEF-") == 36;
}

static char *
number_constant(const char *text, const char *type)
{
    if (g_strcmp0(type, "boolean") == 0)
        return g_strdup(g_str_equal(text, "0") ? "false" : "true");
    if (!is_plain_number(text))
        return NULL;
    if (!type || is_number_type(type))
        return g_strdup(text);
    return is_text_type(type) ? pga_sql_quoted(text) : NULL;
}

static char *
plain_constant(const PgaPyValue *value, const char *type)
{
    if (value->kind == PGA_PY_STRING && is_text_of(type, value->text))
        return pga_sql_quoted(value->text);
    if (value->kind == PGA_PY_BOOL && (!type || g_str_equal(type, "boolean")))
        return g_strdup(value->truth ? "true" : "false");
    return value->kind == PGA_PY_NUMBER ? number_constant(value->text, type) : NULL;
}

char * /* NOLINTNEXTLINE(misc-no-recursion): arrays of arrays, as deep as the value */
pga_sql_value(SqlRun *run, const PgaPyValue *value, const char *type)
{
    char *constant = NULL;

    if (!value)
        return pga_sql_parameter(run, type);
    if (value->kind == PGA_PY_NONE)
        return g_strdup("NULL");
    if (g_strcmp0(type, "jsonb") == 0)
        constant = pga_sql_json(value);
    else if (!type || !g_str_has_suffix(type, "[]"))
        constant = plain_constant(value, type);
    else if (value->kind == PGA_PY_LIST)
        constant = array_value(run, value, type);
    return constant ? constant : pga_sql_parameter(run, type);
}

/* What a field is in the database: DatabaseWrapper.data_types of django/db/backends/postgresql. */
#include <string.h>

#include "models_internal.h"

static const struct {
    const char *field;
    const char *type;     /* %s: max_length */
    const char *relation; /* (nullable): of a column that references it, where that differs */
    const char *check;    /* (nullable): after the column's name */
} types[] = {
    {"AutoField", "integer", NULL, NULL},
    {"BigAutoField", "bigint", NULL, NULL},
    {"SmallAutoField", "smallint", NULL, NULL},
    {"BinaryField", "bytea", NULL, NULL},
    {"BooleanField", "boolean", NULL, NULL},
    {"NullBooleanField", "boolean", NULL, NULL},
    {"CharField", "varchar", NULL, NULL},
    {"CommaSeparatedIntegerField", "varchar", NULL, NULL},
    {"EmailField", "varchar(254)", NULL, NULL},
    {"FileField", "varchar(100)", NULL, NULL},
    {"FilePathField", "varchar(100)", NULL, NULL},
    {"ImageField", "varchar(100)", NULL, NULL},
    {"SlugField", "varchar(50)", NULL, NULL},
    {"URLField", "varchar(200)", NULL, NULL},
    {"DateField", "date", NULL, NULL},
    {"DateTimeField", "timestamp with time zone", NULL, NULL},
    {"DecimalField", "numeric", NULL, NULL},
    {"DurationField", "interval", NULL, NULL},
    {"FloatField", "double precision", NULL, NULL},
    {"IntegerField", "integer", NULL, NULL},
    {"BigIntegerField", "bigint", NULL, NULL},
    {"SmallIntegerField", "smallint", NULL, NULL},
    {"PositiveIntegerField", "integer", "integer", " >= 0"},
    {"PositiveBigIntegerField", "bigint", "bigint", " >= 0"},
    {"PositiveSmallIntegerField", "smallint", "smallint", " >= 0"},
    {"IPAddressField", "inet", NULL, NULL},
    {"GenericIPAddressField", "inet", NULL, NULL},
    {"JSONField", "jsonb", NULL, NULL},
    {"TextField", "text", NULL, NULL},
    {"TimeField", "time", NULL, NULL},
    {"UUIDField", "uuid", NULL, NULL},
    {"HStoreField", "hstore", NULL, NULL},
    {"CICharField", "citext", NULL, NULL},
    {"CIEmailField", "citext", NULL, NULL},
    {"CITextField", "citext", NULL, NULL},
    {"IntegerRangeField", "int4range", NULL, NULL},
    {"BigIntegerRangeField", "int8range", NULL, NULL},
    {"DecimalRangeField", "numrange", NULL, NULL},
    {"DateTimeRangeField", "tstzrange", NULL, NULL},
    {"DateRangeField", "daterange", NULL, NULL},
    {"SearchVectorField", "tsvector", NULL, NULL},
};

static const char *
class_of(const DjangoField *field)
{
    return pga_py_last_name(field->call);
}

gboolean
pga_django_is_relation(const DjangoField *field)
{
    const char *name = class_of(field);

    return g_str_has_suffix(name, "ForeignKey") || g_str_has_suffix(name, "OneToOneField");
}

gboolean
pga_django_is_many(const DjangoField *field)
{
    return g_str_has_suffix(class_of(field), "ManyToManyField");
}

gboolean
pga_django_is_auto(const DjangoField *field)
{
    return g_str_has_suffix(class_of(field), "AutoField");
}

gboolean
pga_django_is_primary(const DjangoField *field)
{
    return pga_py_argument_is_true(field->call, "primary_key");
}

static gboolean
is_one_to_one(const DjangoField *field)
{
    return g_str_has_suffix(class_of(field), "OneToOneField");
}

gboolean
pga_django_is_unique(const DjangoField *field)
{
    return pga_py_argument_is_true(field->call, "unique") || pga_django_is_primary(field) ||
           is_one_to_one(field);
}

gboolean
pga_django_is_null(const DjangoField *field)
{
    return pga_py_argument_is_true(field->call, "null") ||
           g_str_equal(class_of(field), "NullBooleanField") ||
           g_str_equal(class_of(field), "GeneratedField");
}

static gboolean
is_false(const DjangoField *field, const char *name)
{
    const PgaPyValue *value = pga_py_argument(field->call, G_MAXUINT, name);

    return value && value->kind == PGA_PY_BOOL && !value->truth;
}

gboolean
pga_django_has_index(const DjangoField *field)
{
    if (pga_django_is_unique(field))
        return FALSE;
    if (pga_django_is_relation(field) || g_str_has_suffix(class_of(field), "SlugField"))
        return !is_false(field, "db_index");
    return pga_py_argument_is_true(field->call, "db_index");
}

gboolean
pga_django_has_foreign_key(const DjangoField *field)
{
    return pga_django_is_relation(field) && !is_false(field, "db_constraint");
}

char *
pga_django_column(const DjangoField *field)
{
    const char *stated = pga_py_argument_text(field->call, G_MAXUINT, "db_column");

    if (stated)
        return g_strdup(stated);
    return pga_django_is_relation(field) ? g_strconcat(field->name, "_id", NULL)
                                         : g_strdup(field->name);
}

/* --- types --- */

static const PgaPyValue *
target_argument(const DjangoField *field)
{
    return pga_py_argument(field->call, 0, "to");
}

void
pga_django_target(const DjangoContext *context, const DjangoField *field, DjangoTarget *out)
{
    const PgaPyValue *to = target_argument(field);
    const DjangoModel *self = context->model;
    const DjangoModel *model = to && to->text && g_str_equal(to->text, "self")
                                   ? self
                                   : pga_django_model_of(context->state, self->app, to);
    const char *named = pga_py_argument_text(field->call, G_MAXUINT, "to_field");
    const DjangoField *key = NULL;

    if (model)
        key = named ? pga_django_field(model, named) : pga_django_primary_key(model);
    if (model) {
        out->table = g_strdup(model->table);
    } else if (to && to->kind == PGA_PY_STRING && to->text &&
               strchr(to->text, '.')) { /* of another project */
        out->table = g_strdelimit(g_ascii_strdown(to->text, -1), ".", '_');
    } else {
        out->table = g_strdelimit(g_strdup(context->state->user_model), ".", '_');
    }
    out->column = key ? pga_django_column(key) : g_strdup(named ? named : "id");
}

void
pga_django_target_clear(DjangoTarget *target)
{
    g_free(target->table);
    g_free(target->column);
}

/* The field that a foreign key references. (nullable) */
static const DjangoField *
target_field(const DjangoContext *context, const DjangoField *field, DjangoContext *of)
{
    const PgaPyValue *to = target_argument(field);
    const char *named = pga_py_argument_text(field->call, G_MAXUINT, "to_field");
    const DjangoModel *model = to && to->text && g_str_equal(to->text, "self")
                                   ? context->model
                                   : pga_django_model_of(context->state, context->model->app, to);

    *of = *context;
    of->model = model;
    if (!model)
        return NULL;
    return named ? pga_django_field(model, named) : pga_django_primary_key(model);
}

static char *
with_length(const char *type, const DjangoField *field)
{
    const PgaPyValue *length = pga_py_argument(field->call, G_MAXUINT, "max_length");
    const char *parenthesis = strchr(type, '(');

    if (!g_str_has_prefix(type, "varchar") || !length || length->kind != PGA_PY_NUMBER)
        return g_strdup(type);
    return g_strdup_printf("%.*s(%s)",
                           (int)(parenthesis ? (gsize)(parenthesis - type) : strlen(type)), type,
                           length->text);
}

static char *
numeric(const DjangoField *field)
{
    const PgaPyValue *digits = pga_py_argument(field->call, G_MAXUINT, "max_digits");
    const PgaPyValue *places = pga_py_argument(field->call, G_MAXUINT, "decimal_places");

    if (!digits || !places || digits->kind != PGA_PY_NUMBER || places->kind != PGA_PY_NUMBER)
        return g_strdup("numeric");
    return g_strdup_printf("numeric(%s, %s)", digits->text, places->text);
}

/* Of a class that nobody knows: by what it is called after, else a text. */
static guint
type_index(const char *class)
{
    guint best = G_MAXUINT;
    gsize longest = 0;

    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        const gsize length = strlen(types[i].field);

        if (g_str_equal(class, types[i].field))
            return i;
        if (g_str_has_suffix(class, types[i].field) && length > longest) {
            longest = length;
            best = i;
        }
    }
    return best;
}

/* NOLINTBEGIN(misc-no-recursion): a key that references a key; arrays of arrays: @depth ends it */

static char *type_of(const DjangoContext *context, const DjangoField *field, guint depth);

static char *
array_type(const DjangoContext *context, const DjangoField *field, guint depth)
{
    const DjangoField element = {.name = field->name,
                                 .call = pga_py_argument(field->call, 0, "base_field")};
    const PgaPyValue *size = pga_py_argument(field->call, 1, "size");
    g_autofree char *type = element.call ? type_of(context, &element, depth + 1) : NULL;

    return g_strdup_printf("%s[%s]", type ? type : "text",
                           size && size->kind == PGA_PY_NUMBER ? size->text : "");
}

static char *
reference_type(const DjangoContext *context, const DjangoField *field, guint depth)
{
    DjangoContext of;
    const DjangoField *target = target_field(context, field, &of);

    return target && depth < 8 ? type_of(&of, target, depth + 1)
                               : g_strdup(context->version >= 302 ? "bigint" : "integer");
}

static char *
type_of(const DjangoContext *context, const DjangoField *field, guint depth)
{
    const char *class = class_of(field);
    const PgaPyValue *output;
    guint i;

    if (pga_django_is_many(field) || depth > 8)
        return NULL;
    if (pga_django_is_relation(field))
        return reference_type(context, field, depth);
    if (g_str_has_suffix(class, "ArrayField"))
        return array_type(context, field, depth);
    output = g_str_equal(class, "GeneratedField")
                 ? pga_py_argument(field->call, G_MAXUINT, "output_field")
                 : NULL;
    if (output) {
        const DjangoField result = {.name = field->name, .call = output};

        return type_of(context, &result, depth + 1);
    }
    i = type_index(class);
    if (i == G_MAXUINT)
        return pga_py_argument(field->call, G_MAXUINT, "max_length") ? with_length("varchar", field)
                                                                     : g_strdup("text");
    return g_str_equal(types[i].type, "numeric") ? numeric(field)
                                                 : with_length(types[i].type, field);
}

/* NOLINTEND(misc-no-recursion) */

char *
pga_django_relation_type(const DjangoContext *context, const DjangoField *field)
{
    return type_of(context, field, 0);
}

/* serial is what 4.0 and older call it. */
char *
pga_django_type(const DjangoContext *context, const DjangoField *field)
{
    g_autofree char *type = type_of(context, field, 0);

    if (!type || !pga_django_is_auto(field) || context->version >= 401)
        return g_steal_pointer(&type);
    if (g_str_equal(type, "bigint"))
        return g_strdup("bigserial");
    return g_strdup(g_str_equal(type, "smallint") ? "smallserial" : "serial");
}

char *
pga_django_data_type(const DjangoContext *context, const DjangoField *field)
{
    g_autofree char *type = pga_django_type(context, field);
    char *parenthesis = type && !g_str_has_suffix(type, "]") ? strchr(type, '(') : NULL;

    if (parenthesis)
        *parenthesis = '\0';
    return g_steal_pointer(&type);
}

char *
pga_django_check(const DjangoField *field)
{
    const guint i = type_index(class_of(field));
    g_autofree char *column = NULL, *quoted = NULL;

    if (i == G_MAXUINT || !types[i].check || pga_django_is_relation(field))
        return NULL;
    column = pga_django_column(field);
    quoted = pga_django_quote(column);
    return g_strconcat(quoted, types[i].check, NULL);
}

const char *
pga_django_like_opclass(const DjangoContext *context, const DjangoField *field)
{
    g_autofree char *type = pga_django_type(context, field);

    if (!type || (!pga_django_has_index(field) && !pga_django_is_unique(field)) ||
        strchr(type, '['))
        return NULL;
    if (g_str_has_prefix(type, "varchar"))
        return "varchar_pattern_ops";
    return g_str_has_prefix(type, "text") ? "text_pattern_ops" : NULL;
}

/* Fields of serializers and filters of filter sets, as classes declare them. */
#include <string.h>

#include "class_internal.h"

#define MAX_DECLARED 500

static void
add_declared(PgaDjangoClass *class, const char *name, const char *source, const char *lookup,
             const char *kind)
{
    PgaDjangoDeclared *declared = g_new0(PgaDjangoDeclared, 1);

    declared->name = g_strdup(name);
    declared->source = g_strdup(source);
    declared->lookup = g_strdup(lookup);
    declared->class = g_strdup(kind);
    g_ptr_array_add(class->declared, declared);
}

static gboolean
is_filter(const char *name)
{
    return g_str_has_suffix(name, "Filter");
}

static gboolean
is_serializer_field(const char *name)
{
    return g_str_has_suffix(name, "Field") || g_str_has_suffix(name, "Serializer");
}

static void
take_call(const DjangoReading *reading, const DjangoClass *where, const DjangoName *name,
          const PgaPyValue *call)
{
    const gboolean is_set = reading->out->kind == PGA_DJANGO_CLASS_FILTER_SET;
    const char *class = pga_py_last_name(call);
    const char *source =
        pga_py_argument_text(call, is_set ? 0 : G_MAXUINT, is_set ? "field_name" : "source");
    const char *lookup = pga_py_argument_text(call, 1, "lookup_expr");
    PgaDjangoDeclared *declared;

    if (!(is_set ? is_filter(class) : is_serializer_field(class)))
        return;
    add_declared(reading->out, name->name, source ? source : name->name,
                 is_set ? lookup ? lookup : "exact" : NULL, class);
    declared = g_ptr_array_index(reading->out->declared, reading->out->declared->len - 1);
    declared->is_method = g_str_equal(class, "SerializerMethodField") ||
                          (is_set && pga_py_argument(call, G_MAXUINT, "method") != NULL);
    declared->is_write_only = pga_py_argument_is_true(call, "write_only");
    declared->line = name->line;
    if (!is_set && g_str_has_suffix(class, "Serializer"))
        declared->serializer = pga_django_class_named(reading, where, call->text);
    if (!is_set && declared->is_method) {
        const char *method = pga_py_argument_text(call, 0, "method_name");

        declared->method = method ? g_strdup(method) : g_strconcat("get_", name->name, NULL);
    }
}

static gboolean
is_hidden(const DjangoReading *reading, guint before, const char *name)
{
    for (guint i = 0; i < before; i++) {
        const DjangoClass *class = g_ptr_array_index(reading->ancestry.classes, i);

        if (pga_django_scope_find(class->scope, name))
            return TRUE;
    }
    return FALSE;
}

static void
take_class(const DjangoReading *reading, guint place)
{
    const DjangoClass *class = g_ptr_array_index(reading->ancestry.classes, place);

    for (guint i = 0; i < class->scope->names->len && reading->out->declared->len < MAX_DECLARED;
         i++) {
        const DjangoName *name = g_ptr_array_index(class->scope->names, i);

        if (name->value && name->value->kind == PGA_PY_CALL &&
            pga_django_scope_find(class->scope, name->name) == name &&
            !is_hidden(reading, place, name->name))
            take_call(reading, class, name, name->value);
    }
}

/* fields = {"name": ["exact", "in"]} of a filter set's Meta. */
static void
take_meta_fields(const DjangoReading *reading)
{
    g_autoptr(PgaPyValue) fields = pga_django_class_meta(reading, "fields", NULL);

    for (guint i = 0; fields && fields->items && i < fields->items->len && i < MAX_DECLARED; i++) {
        const PgaPyValue *item = g_ptr_array_index(fields->items, i);
        const PgaPyValue *key = fields->keys ? g_ptr_array_index(fields->keys, i) : item;

        if (!key || key->kind != PGA_PY_STRING)
            continue;
        if (fields->kind == PGA_PY_LIST)
            add_declared(reading->out, key->text, key->text, "exact", "");
        for (guint j = 0; fields->kind == PGA_PY_DICT && item->kind == PGA_PY_LIST &&
                          j < item->items->len && j < 40;
             j++) {
            const PgaPyValue *lookup = g_ptr_array_index(item->items, j);

            if (lookup->kind == PGA_PY_STRING)
                add_declared(reading->out, key->text, key->text, lookup->text, "");
        }
    }
}

static void
take_filter_fields(PgaDjangoClass *class)
{
    for (guint i = 0; i < class->declared->len; i++) {
        const PgaDjangoDeclared *declared = g_ptr_array_index(class->declared, i);

        if (!declared->is_method)
            g_ptr_array_add(class->filter_fields,
                            g_strcmp0(declared->lookup, "exact") == 0
                                ? g_strdup(declared->source)
                                : g_strdup_printf("%s__%s", declared->source, declared->lookup));
    }
}

void
pga_django_class_declared(const DjangoReading *reading)
{
    for (guint i = 0; i < reading->ancestry.classes->len; i++)
        take_class(reading, i);
    if (reading->out->kind != PGA_DJANGO_CLASS_FILTER_SET)
        return;
    take_meta_fields(reading);
    take_filter_fields(reading->out);
}

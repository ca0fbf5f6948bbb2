/* Relations that serializers of DRF read of each row. */
#include <string.h>

#include "django_own_internal.h"

/* Serializers in serializers. */
#define MAX_DEPTH 3
/* a__b__c */
#define MAX_STEPS 8

const PgaDjangoModel *
pga_django_path_end(const PgaDjangoModel *model, const char *path, gboolean *is_to_one)
{
    g_auto(GStrv) steps = g_strsplit(path, "__", MAX_STEPS);

    *is_to_one = TRUE;
    for (guint i = 0; model && steps[i]; i++) {
        g_autoptr(GArray) hops = pga_django_model_accessor(model, steps[i]);
        const PgaDjangoModel *end = NULL;

        for (guint j = 0; j < hops->len; j++) {
            const PgaDjangoHop *hop = &g_array_index(hops, PgaDjangoHop, j);

            end = pga_django_is_kept(hop->field) ? NULL : hop->model;
            *is_to_one &= !pga_django_hop_is_many(hop);
        }
        model = end;
    }
    return model;
}

/* "customer" of "customer.email"; NULL: there is no dot. */
static char *
way_of(const char *source)
{
    const char *last = strrchr(source, '.');
    g_autofree char *way = last ? g_strndup(source, (gsize)(last - source)) : NULL;
    g_auto(GStrv) steps = way ? g_strsplit(way, ".", -1) : NULL;

    return steps ? g_strjoinv("__", steps) : NULL;
}

/* These ask for the related object, not for its key alone. */
static gboolean
shows_object(const PgaDjangoDeclared *field)
{
    static const char *const classes[] = {"StringRelatedField", "SlugRelatedField", NULL};

    return field->class && g_strv_contains(classes, field->class);
}

/** A serializer inside others. */
typedef struct {
    const PgaDjangoClass *class;
    const char *prefix; /* "customer" */
    guint depth;
} Nested;

/* NOLINTBEGIN(misc-no-recursion): bounded by MAX_DEPTH */

static void add_serializer(PgaDeclared *declared, Nested nested);

static void
add_nested(PgaDeclared *declared, Nested outer, const PgaDjangoDeclared *field, const char *way,
           const PgaDjangoClass *inner)
{
    gboolean is_to_one;
    const PgaDjangoModel *end = pga_django_path_end(outer.class->model, way, &is_to_one);
    g_autofree char *path = pga_django_path_join(outer.prefix, way);

    if (!end)
        return;
    pga_django_declared_add(
        declared,
        (PgaDeclaredRead){.path = g_strdup(path),
                          .why = g_strdup_printf("%s nests %s (%s:%u)", outer.class->name, way,
                                                 outer.class->file->path, field->line),
                          .is_to_one = is_to_one});
    if (inner->model && outer.depth < MAX_DEPTH)
        add_serializer(declared, (Nested){inner, path, outer.depth + 1});
}

static void
add_way(PgaDeclared *declared, Nested nested, const char *source, const char *way, guint line)
{
    gboolean is_to_one;

    if (pga_django_path_end(nested.class->model, way, &is_to_one))
        pga_django_declared_add(
            declared,
            (PgaDeclaredRead){.path = pga_django_path_join(nested.prefix, way),
                              .why = g_strdup_printf("%s gives %s (%s:%u)", nested.class->name,
                                                     source, nested.class->file->path, line),
                              .is_to_one = is_to_one});
}

/* A property or a method of the model. */
static void
add_named(PgaDeclared *declared, Nested nested, const char *name)
{
    const PgaDjangoModel *model = nested.class->model;
    const PgaDjangoFunction *method = pga_django_model_field(model, name)
                                          ? NULL
                                          : pga_django_names_method(declared->names, model, name);
    g_autofree char *what = g_strdup_printf("%s gives %s, which", nested.class->name, name);

    if (method)
        pga_django_declared_add_method(declared, method, nested.prefix, what, 0);
}

static void
add_method(PgaDeclared *declared, Nested nested, const char *name)
{
    const PgaDjangoFunction *method =
        pga_django_names_class_method(declared->names, nested.class, name);
    g_autofree char *what = g_strdup_printf("%s.%s()", nested.class->name, name);

    if (method)
        pga_django_declared_add_method(declared, method, nested.prefix, what, 0);
}

static void
add_declared(PgaDeclared *declared, Nested nested, const PgaDjangoDeclared *field)
{
    GHashTable *serializers = declared->names->serializers;
    const char *source = field->source ? field->source : field->name;
    const PgaDjangoClass *inner =
        field->serializer ? g_hash_table_lookup(serializers, field->serializer) : NULL;
    g_autofree char *way = way_of(source);

    if (field->is_write_only)
        return;
    if (field->is_method) {
        add_method(declared, nested, field->method ? field->method : field->name);
    } else if (inner) {
        g_auto(GStrv) steps = g_strsplit(source, ".", MAX_STEPS);
        g_autofree char *whole = g_strjoinv("__", steps);

        add_nested(declared, nested, field, whole, inner);
    } else if (way) {
        add_way(declared, nested, source, way, field->line);
    } else if (shows_object(field)) {
        add_way(declared, nested, source, source, field->line);
    } else {
        add_named(declared, nested, source);
    }
}

static gboolean
is_declared(const PgaDjangoClass *class, const char *name)
{
    for (guint i = 0; class->declared && i < class->declared->len; i++) {
        const PgaDjangoDeclared *field = g_ptr_array_index(class->declared, i);

        if (g_str_equal(field->name, name))
            return TRUE;
    }
    return FALSE;
}

/* What Meta.fields names: keys of many, properties. */
static void
add_field(PgaDeclared *declared, Nested nested, const char *name)
{
    const PgaDjangoClass *class = nested.class;
    gboolean is_to_one;

    if (is_declared(class, name))
        return;
    if (!pga_django_path_end(class->model, name, &is_to_one))
        add_named(declared, nested, name);
    else if (!is_to_one)
        pga_django_declared_add(
            declared,
            (PgaDeclaredRead){.path = pga_django_path_join(nested.prefix, name),
                              .why = g_strdup_printf("%s gives the keys of %s (%s:%u)", class->name,
                                                     name, class->file->path, class->line)});
}

static void
add_serializer(PgaDeclared *declared, Nested nested)
{
    const PgaDjangoClass *class = nested.class;

    for (guint i = 0; class->declared && i < class->declared->len; i++)
        add_declared(declared, nested, g_ptr_array_index(class->declared, i));
    for (guint i = 0; class->fields && i < class->fields->len; i++)
        add_field(declared, nested, g_ptr_array_index(class->fields, i));
    for (guint i = 0; class->all_fields && i < class->model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(class->model->fields, i);

        if (field->kind == PGA_DJANGO_MANY_TO_MANY)
            add_field(declared, nested, field->name);
    }
    add_method(declared, nested, "to_representation");
}

/* NOLINTEND(misc-no-recursion) */

void
pga_django_declared_add_serializer(PgaDeclared *declared, const PgaDjangoClass *serializer)
{
    if (serializer->model)
        add_serializer(declared, (Nested){serializer, "", 0});
}

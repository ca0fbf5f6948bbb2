/* Functions and classes of a project by name. */
#include "django_declared_internal.h"

/* (nullable): the model that a function is a method of. */
static const PgaDjangoModel *
model_of(const PgaDjangoFunction *function)
{
    for (guint i = 0; !function->self_model && i < function->objects->len; i++) {
        const PgaDjangoObject *object = g_ptr_array_index(function->objects, i);

        if (object->origin == PGA_DJANGO_OBJECT_SELF)
            return object->model;
    }
    return function->self_model;
}

PgaDjangoNames *
pga_django_names_new(const PgaDjangoCode *code)
{
    PgaDjangoNames *names = g_new0(PgaDjangoNames, 1);

    names->functions = g_hash_table_new(g_str_hash, g_str_equal);
    names->methods = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names->serializers = g_hash_table_new(g_str_hash, g_str_equal);
    names->own = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < code->functions->len; i++) {
        PgaDjangoFunction *function = g_ptr_array_index(code->functions, i);
        const PgaDjangoModel *model = model_of(function);

        g_hash_table_insert(names->functions, function->qualified, function);
        if (model)
            g_hash_table_insert(
                names->methods,
                g_strdup_printf("%s.%s.%s", model->app, model->name, function->name), function);
    }
    for (guint i = 0; i < code->classes->len; i++) {
        PgaDjangoClass *class = g_ptr_array_index(code->classes, i);
        const gboolean known = g_hash_table_contains(names->serializers, class->name);

        if (class->kind == PGA_DJANGO_CLASS_SERIALIZER && !class->file->is_test) {
            g_hash_table_insert(names->serializers, class->name, known ? NULL : class);
            g_hash_table_insert(names->serializers, class->qualified, class);
        }
    }
    return names;
}

void
pga_django_names_free(PgaDjangoNames *names)
{
    g_hash_table_unref(names->functions);
    g_hash_table_unref(names->methods);
    g_hash_table_unref(names->serializers);
    g_hash_table_unref(names->own);
    g_free(names);
}

const PgaDjangoFunction *
pga_django_names_method(const PgaDjangoNames *names, const PgaDjangoModel *model,
                        const char *method)
{
    g_autofree char *key = g_strdup_printf("%s.%s.%s", model->app, model->name, method);
    const PgaDjangoFunction *function = g_hash_table_lookup(names->methods, key);

    for (guint i = 0; !function && i < model->bases->len; i++) {
        g_autofree char *base =
            g_strdup_printf("%s.%s", (const char *)g_ptr_array_index(model->bases, i), method);

        function = g_hash_table_lookup(names->functions, base);
    }
    return function;
}

const PgaDjangoFunction *
pga_django_names_class_method(const PgaDjangoNames *names, const PgaDjangoClass *class,
                              const char *method)
{
    const PgaDjangoFunction *function = NULL;

    for (guint i = 0; !function && i < class->lineage->len; i++) {
        g_autofree char *name =
            g_strconcat(g_ptr_array_index(class->lineage, i), ".", method, NULL);

        function = g_hash_table_lookup(names->functions, name);
    }
    return function;
}

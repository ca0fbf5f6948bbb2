/* The models so far. */
#include "models_internal.h"

#include <string.h>

static void
field_free(gpointer data)
{
    DjangoField *field = data;

    g_free(field->name);
    g_free(field);
}

static void
model_free(gpointer data)
{
    DjangoModel *model = data;

    g_free(model->app);
    g_free(model->name);
    g_free(model->table);
    g_ptr_array_unref(model->fields);
    g_ptr_array_unref(model->unique_together);
    g_ptr_array_unref(model->index_together);
    g_ptr_array_unref(model->indexes);
    g_ptr_array_unref(model->constraints);
    g_free(model);
}

static void
value_free(gpointer value)
{
    pga_py_value_free(value);
}

PgaDjangoState *
pga_django_state_new(void)
{
    PgaDjangoState *state = g_new0(PgaDjangoState, 1);

    state->models = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, model_free);
    state->kept = g_ptr_array_new_with_free_func(value_free);
    state->user_model = g_strdup("auth.user");
    return state;
}

void
pga_django_state_free(PgaDjangoState *state)
{
    if (!state)
        return;
    g_hash_table_unref(state->models);
    g_ptr_array_unref(state->kept);
    g_free(state->user_model);
    g_free(state);
}

static char *
key_of(const char *app, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    return g_strdup_printf("%s.%s", app, lower);
}

DjangoModel *
pga_django_model(const PgaDjangoState *state, const char *app, const char *name)
{
    g_autofree char *key = key_of(app, name);

    return g_hash_table_lookup(state->models, key);
}

DjangoModel *
pga_django_model_of(const PgaDjangoState *state, const char *app, const PgaPyValue *reference)
{
    const char *text = reference ? reference->text : NULL, *dot;

    if (!text)
        return NULL;
    if (reference->kind != PGA_PY_STRING) /* settings.AUTH_USER_MODEL, or something computed */
        return strstr(text, "AUTH_USER_MODEL")
                   ? g_hash_table_lookup(state->models, state->user_model)
                   : NULL;
    dot = strrchr(text, '.');
    if (dot) {
        g_autofree char *of = g_strndup(text, (gsize)(dot - text));

        return pga_django_model(state, of, dot + 1);
    }
    return pga_django_model(state, app, text);
}

DjangoModel *
pga_django_model_add(PgaDjangoState *state, const char *app, const char *name)
{
    DjangoModel *model = g_new0(DjangoModel, 1);
    g_autofree char *lower = g_ascii_strdown(name, -1);

    model->app = g_strdup(app);
    model->name = g_strdup(name);
    model->table = g_strdup_printf("%s_%s", app, lower);
    model->managed = TRUE;
    model->fields = g_ptr_array_new_with_free_func(field_free);
    model->unique_together = g_ptr_array_new();
    model->index_together = g_ptr_array_new();
    model->indexes = g_ptr_array_new();
    model->constraints = g_ptr_array_new();
    g_hash_table_replace(state->models, key_of(app, name), model);
    return model;
}

void
pga_django_model_rename(PgaDjangoState *state, DjangoModel *model, const char *name)
{
    g_autofree char *key = key_of(model->app, model->name), *stored = NULL;

    g_hash_table_steal_extended(state->models, key, (gpointer *)&stored, NULL);
    g_free(model->name);
    model->name = g_strdup(name);
    g_hash_table_replace(state->models, key_of(model->app, name), model);
}

void
pga_django_model_remove(PgaDjangoState *state, DjangoModel *model)
{
    g_autofree char *key = key_of(model->app, model->name);

    g_hash_table_remove(state->models, key);
}

DjangoField *
pga_django_field(const DjangoModel *model, const char *name)
{
    for (guint i = 0; i < model->fields->len; i++) {
        DjangoField *field = g_ptr_array_index(model->fields, i);

        if (g_str_equal(field->name, name))
            return field;
    }
    return NULL;
}

DjangoField *
pga_django_field_add(DjangoModel *model, const char *name, const PgaPyValue *call)
{
    DjangoField *field = g_new0(DjangoField, 1);

    field->name = g_strdup(name);
    field->call = call;
    g_ptr_array_add(model->fields, field);
    return field;
}

void
pga_django_field_remove(DjangoModel *model, const char *name)
{
    DjangoField *field = pga_django_field(model, name);

    if (field)
        g_ptr_array_remove(model->fields, field);
}

const DjangoField *
pga_django_primary_key(const DjangoModel *model)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const DjangoField *field = g_ptr_array_index(model->fields, i);

        if (pga_django_is_primary(field))
            return field;
    }
    return NULL;
}

/* What a settings module binds, as values. */
#include <django/setting.h>

#include "project_internal.h"

void
pga_django_setting_free(PgaDjangoSetting *setting)
{
    if (!setting)
        return;
    g_free(setting->name);
    pga_py_value_free(setting->value);
    g_free(setting);
}

static void
setting_free(gpointer data)
{
    pga_django_setting_free(data);
}

const PgaPyValue *
pga_django_entry(const PgaPyValue *dict, const char *key)
{
    for (guint i = 0; dict && dict->kind == PGA_PY_DICT && i < dict->keys->len; i++) {
        const PgaPyValue *one = g_ptr_array_index(dict->keys, i);

        if (one->kind == PGA_PY_STRING && g_str_equal(one->text, key))
            return g_ptr_array_index(dict->items, i);
    }
    return NULL;
}

/* NULL: no dictionary is there. */
static PgaPyValue *
dict_at(PgaPyValue *value, const GPtrArray *keys)
{
    for (guint i = 0; value && i + 1 < keys->len; i++)
        value = (PgaPyValue *)pga_django_entry(value, g_ptr_array_index(keys, i));
    return value && value->kind == PGA_PY_DICT ? value : NULL;
}

static void
set_entry(PgaPyValue *dict, const char *key, PgaPyValue *value)
{
    PgaPyValue *name;

    for (guint i = 0; i < dict->keys->len; i++) {
        const PgaPyValue *one = g_ptr_array_index(dict->keys, i);

        if (one->kind != PGA_PY_STRING || !g_str_equal(one->text, key))
            continue;
        pga_py_value_free(g_ptr_array_index(dict->items, i));
        g_ptr_array_index(dict->items, i) = value;
        return;
    }
    name = g_new0(PgaPyValue, 1);
    name->kind = PGA_PY_STRING;
    name->text = g_strdup(key);
    name->line = value->line;
    g_ptr_array_add(dict->keys, name);
    g_ptr_array_add(dict->items, value);
}

void
pga_django_apply_items(const DjangoPlace *place, const char *name, PgaPyValue *value)
{
    const GPtrArray *items = place->module->items;

    for (guint i = 0; value && i < items->len; i++) {
        const DjangoItem *item = g_ptr_array_index(items, i);
        PgaPyValue *dict = g_str_equal(item->name, name) ? dict_at(value, item->keys) : NULL;

        if (dict)
            set_entry(dict, g_ptr_array_index(item->keys, item->keys->len - 1),
                      pga_django_settled(place, item->value));
    }
}

/* Takes @value. */
static PgaDjangoSetting *
setting_new(const DjangoModule *module, const char *name, PgaPyValue *value)
{
    const DjangoName *bound = pga_django_scope_find(module->scope, name);
    PgaDjangoSetting *setting = g_new0(PgaDjangoSetting, 1);

    setting->name = g_strdup(name);
    setting->value = value;
    setting->file = module->file;
    setting->line = bound ? bound->line : value->line;
    return setting;
}

PgaDjangoSetting *
pga_django_setting(const PgaDjangoProject *project, const PgaDjangoSettings *settings,
                   const char *name)
{
    const DjangoPlace place = {project, pga_django_module_of(settings->file), NULL};
    g_auto(DjangoMeaning) meaning = {0};

    PgaPyValue *value;

    if (!pga_django_meaning(&place, name, &meaning) || !meaning.value)
        return NULL;
    value = pga_django_settled(&(DjangoPlace){project, meaning.module, NULL}, meaning.value);
    pga_django_apply_items(&(DjangoPlace){project, meaning.module, NULL}, name, value);
    if (meaning.module != place.module)
        pga_django_apply_items(&place, name, value);
    return setting_new(meaning.module, name, value);
}

static gboolean
is_capital(const char *name)
{
    gboolean any = FALSE;

    for (; *name; name++) {
        if (g_ascii_islower(*name))
            return FALSE;
        any |= g_ascii_isupper(*name);
    }
    return any;
}

GPtrArray *
pga_django_file_settings(const PgaDjangoProject *project, const PgaDjangoFile *file)
{
    GPtrArray *settings = g_ptr_array_new_with_free_func(setting_free);
    const DjangoModule *module = pga_django_module_of(file);
    const DjangoPlace place = {project, module, NULL};

    for (guint i = 0; module && i < module->scope->names->len; i++) {
        const DjangoName *name = g_ptr_array_index(module->scope->names, i);

        if (name->value && is_capital(name->name) &&
            pga_django_scope_find(module->scope, name->name) == name)
            g_ptr_array_add(
                settings, setting_new(module, name->name, pga_django_settled(&place, name->value)));
    }
    return settings;
}

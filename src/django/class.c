/* Classes that say what is asked for: admins, filter sets, serializers, forms, generic views. */
#include <string.h>

#include "class_internal.h"
#include "code_internal.h"

#define MAX_NAMES 500 /* of one attribute */

static void
declared_free(gpointer data)
{
    PgaDjangoDeclared *declared = data;

    g_free(declared->name);
    g_free(declared->source);
    g_free(declared->lookup);
    g_free(declared->class);
    g_free(declared->serializer);
    g_free(declared->method);
    g_free(declared);
}

void
pga_django_class_free(gpointer data)
{
    PgaDjangoClass *class = data;
    GPtrArray *lists[] = {class->search_fields,   class->filter_fields,       class->list_filter,
                          class->list_display,    class->list_select_related, class->ordering,
                          class->ordering_fields, class->raw_id_fields,       class->fields,
                          class->declared,        class->serializers,         class->lineage};

    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        g_clear_pointer(&lists[i], g_ptr_array_unref);
    pga_django_queryset_free(class->queryset);
    g_hash_table_unref(class->lines);
    g_free(class->name);
    g_free(class->qualified);
    g_free(class->date_hierarchy);
    g_free(class->pagination);
    g_free(class->serializer);
    g_free(class->filter_set);
    g_free(class->generic);
    g_free(class->template);
    g_free(class->template_suffix);
    g_free(class->context_name);
    g_free(class);
}

PgaDjangoClass *
pga_django_class_new(PgaDjangoClassKind kind, const DjangoClass *class)
{
    PgaDjangoClass *out = g_new0(PgaDjangoClass, 1);
    GPtrArray **lists[] = {&out->search_fields,   &out->filter_fields,       &out->list_filter,
                           &out->list_display,    &out->list_select_related, &out->ordering,
                           &out->ordering_fields, &out->raw_id_fields,       &out->fields};

    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        *lists[i] = g_ptr_array_new_with_free_func(g_free);
    out->declared = g_ptr_array_new_with_free_func(declared_free);
    out->serializers = g_ptr_array_new_with_free_func(g_free);
    out->lineage = g_ptr_array_new_with_free_func(g_free);
    out->kind = kind;
    out->name = g_strdup(class->name);
    out->qualified = g_strdup_printf("%s.%s", class->module->file->module, class->name);
    out->file = class->module->file;
    out->line = class->line;
    out->page_size = -1;
    out->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < class->scope->names->len; i++) {
        const DjangoName *name = g_ptr_array_index(class->scope->names, i);

        g_hash_table_replace(out->lines, g_strdup(name->name), GUINT_TO_POINTER(name->line));
    }
    return out;
}

/* --- attributes --- */

PgaPyValue *
pga_django_class_attribute(const DjangoReading *reading, const char *name,
                           const DjangoClass **where)
{
    for (guint i = 0; i < reading->ancestry.classes->len; i++) {
        const DjangoClass *class = g_ptr_array_index(reading->ancestry.classes, i);
        const DjangoName *stated = pga_django_scope_find(class->scope, name);

        if (!stated)
            continue;
        if (where)
            *where = class;
        return stated->value
                   ? pga_django_settled(&(DjangoPlace){reading->project, class->module, class},
                                        stated->value)
                   : NULL;
    }
    return NULL;
}

PgaPyValue *
pga_django_class_meta(const DjangoReading *reading, const char *name, const DjangoClass **where)
{
    for (guint i = 0; i < reading->ancestry.classes->len; i++) {
        const DjangoClass *class = g_ptr_array_index(reading->ancestry.classes, i);
        const DjangoName *meta = pga_django_scope_find(class->scope, "Meta");

        if (!meta || !meta->class)
            continue;
        if (where)
            *where = meta->class;
        return pga_django_meta_option(reading->project, meta->class, name);
    }
    return NULL;
}

static char *
text_of(const DjangoReading *reading, const char *name)
{
    g_autoptr(PgaPyValue) value = pga_django_class_attribute(reading, name, NULL);

    if (!value || (value->kind != PGA_PY_STRING && value->kind != PGA_PY_NAME))
        return NULL;
    return g_strdup(value->kind == PGA_PY_NAME ? pga_py_last_name(value) : value->text);
}

/* "status__in" of {"status": ["in"]}. */
static void
take_lookups(GPtrArray *into, const PgaPyValue *key, const PgaPyValue *lookups)
{
    for (guint i = 0; key->kind == PGA_PY_STRING && lookups->kind == PGA_PY_LIST &&
                      i < lookups->items->len && i < 40;
         i++) {
        const PgaPyValue *lookup = g_ptr_array_index(lookups->items, i);

        if (lookup->kind == PGA_PY_STRING)
            g_ptr_array_add(into, g_str_equal(lookup->text, "exact")
                                      ? g_strdup(key->text)
                                      : g_strdup_printf("%s__%s", key->text, lookup->text));
    }
}

static void
take_name(GPtrArray *into, const PgaPyValue *item)
{
    if (item->kind == PGA_PY_LIST && item->items->len > 0) /* ("status", Filter) */
        item = g_ptr_array_index(item->items, 0);
    if (item->kind == PGA_PY_STRING)
        g_ptr_array_add(into, g_strdup(item->text));
}

/* Names in a list; lookups of a dict. */
static void
take_list(GPtrArray *into, const PgaPyValue *value)
{
    if (!value || (value->kind != PGA_PY_LIST && value->kind != PGA_PY_DICT)) {
        if (value)
            take_name(into, value);
        return;
    }
    for (guint i = 0; i < value->items->len && into->len < MAX_NAMES; i++) {
        const PgaPyValue *item = g_ptr_array_index(value->items, i);

        if (value->kind == PGA_PY_DICT)
            take_lookups(into, g_ptr_array_index(value->keys, i), item);
        else
            take_name(into, item);
    }
}

static void
take_lists(const DjangoReading *reading)
{
    PgaDjangoClass *out = reading->out;
    const struct {
        const char *name;
        GPtrArray *into;
    } lists[] = {
        {"search_fields", out->search_fields}, {"filterset_fields", out->filter_fields},
        {"filter_fields", out->filter_fields}, {"list_filter", out->list_filter},
        {"list_display", out->list_display},   {"list_select_related", out->list_select_related},
        {"ordering", out->ordering},           {"ordering_fields", out->ordering_fields},
        {"raw_id_fields", out->raw_id_fields}, {"fields", out->fields},
    };

    for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autoptr(PgaPyValue) value = pga_django_class_attribute(reading, lists[i].name, NULL);

        take_list(lists[i].into, value);
        if (value && value->kind == PGA_PY_BOOL && lists[i].into == out->list_select_related)
            out->select_related_all = value->truth;
    }
}

/* --- what kind --- */

static gboolean
is_rest(const char *dotted)
{
    return g_str_has_prefix(dotted, "rest_framework.") || strstr(dotted, "_framework") != NULL;
}

/* By the class of a package that it comes down to. */
static gboolean
kind_of(const char *dotted, PgaDjangoClassKind *kind)
{
    const char *dot = strrchr(dotted, '.'), *name = dot ? dot + 1 : dotted;

    if (g_str_has_suffix(name, "ModelAdmin") || g_str_has_suffix(name, "Inline") ||
        (g_str_has_suffix(name, "Admin") && strstr(dotted, "admin.")))
        *kind = PGA_DJANGO_CLASS_ADMIN;
    else if (g_str_has_suffix(name, "FilterSet"))
        *kind = PGA_DJANGO_CLASS_FILTER_SET;
    else if (g_str_has_suffix(name, "Serializer"))
        *kind = PGA_DJANGO_CLASS_SERIALIZER;
    else if (g_str_has_suffix(name, "ModelForm"))
        *kind = PGA_DJANGO_CLASS_FORM;
    else if (g_str_has_suffix(name, "ViewSet") ||
             (g_str_has_suffix(name, "View") && is_rest(dotted)))
        *kind = PGA_DJANGO_CLASS_API_VIEW;
    else if (g_str_has_prefix(dotted, "django.views.") && g_str_has_suffix(name, "View"))
        *kind = PGA_DJANGO_CLASS_VIEW;
    else
        return FALSE;
    return TRUE;
}

/* FALSE: a class of no such kind. */
static gboolean
find_kind(const DjangoReading *reading, PgaDjangoClassKind *kind, char **generic)
{
    for (guint i = 0; i < reading->ancestry.classes->len; i++) {
        const DjangoClass *class = g_ptr_array_index(reading->ancestry.classes, i);
        const DjangoPlace place = {reading->project, class->module, class->outer};

        for (guint j = 0; j < class->bases->len; j++) {
            const PgaPyValue *base = g_ptr_array_index(class->bases, j);
            g_auto(DjangoMeaning) meaning = {0};

            if (base->kind == PGA_PY_NAME && pga_django_meaning(&place, base->text, &meaning) &&
                meaning.external && kind_of(meaning.external, kind)) {
                *generic = g_strdup(pga_py_last_name(base));
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* --- one class --- */

static const PgaDjangoModel *
model_in(const DjangoReading *reading, const PgaPyValue *value, const DjangoClass *where)
{
    return value && where
               ? pga_django_model_meant(
                     &(DjangoPlace){reading->project, where->module, where->outer}, value)
               : NULL;
}

static void
take_model(const DjangoReading *reading)
{
    const DjangoClass *where = NULL, *meta_where = NULL;
    g_autoptr(PgaPyValue) model = pga_django_class_attribute(reading, "model", &where);
    g_autoptr(PgaPyValue) meta = pga_django_class_meta(reading, "model", &meta_where);

    reading->out->model = model_in(reading, model, where);
    if (!reading->out->model)
        reading->out->model = model_in(reading, meta, meta_where);
}

/* queryset = Order.objects.filter(…), also of a base in the same file. */
static void
take_queryset(const DjangoReading *reading)
{
    const DjangoClass *where = NULL;
    g_autoptr(PgaPyValue) value = pga_django_class_attribute(reading, "queryset", &where);

    if (!value || !where || where->module != reading->class->module ||
        (value->kind != PGA_PY_CALL && value->kind != PGA_PY_NAME))
        return;
    reading->out->queryset =
        pga_django_chain_at(&(DjangoPlace){reading->project, where->module, where->outer},
                            reading->source, value->start, value->end);
    if (reading->out->queryset && !reading->out->model)
        reading->out->model = reading->out->queryset->model;
}

static gint64
number_of(const PgaPyValue *value)
{
    return value && value->kind == PGA_PY_NUMBER ? g_ascii_strtoll(value->text, NULL, 10) : -1;
}

/* page_size of a paginator of the project. */
static gint64
page_size_of(const DjangoReading *reading, const PgaPyValue *paginator, const DjangoClass *where)
{
    g_auto(DjangoMeaning) meaning = {0};
    const DjangoName *size;

    if (!paginator || paginator->kind != PGA_PY_NAME ||
        !pga_django_meaning(&(DjangoPlace){reading->project, where->module, where->outer},
                            paginator->text, &meaning) ||
        !meaning.class)
        return -1;
    size = pga_django_scope_find(meaning.class->scope, "page_size");
    return size ? number_of(size->value) : -1;
}

static void
take_pages(const DjangoReading *reading)
{
    static const char *const names[] = {"paginate_by", "list_per_page", "page_size"};
    PgaDjangoClass *out = reading->out;
    const DjangoClass *where = NULL;
    g_autoptr(PgaPyValue) paginator =
        pga_django_class_attribute(reading, "pagination_class", &where);

    out->pagination = text_of(reading, "pagination_class");
    if (!out->pagination)
        out->pagination = text_of(reading, "paginator_class");
    if (paginator)
        out->page_size = page_size_of(reading, paginator, where);
    for (guint i = 0; out->page_size < 0 && i < G_N_ELEMENTS(names); i++) {
        g_autoptr(PgaPyValue) value = pga_django_class_attribute(reading, names[i], NULL);

        out->page_size = number_of(value);
    }
    if (out->page_size < 0 && out->kind == PGA_DJANGO_CLASS_ADMIN)
        out->page_size = 100; /* Django's own list_per_page */
}

static void
take_meta_fields(const DjangoReading *reading)
{
    g_autoptr(PgaPyValue) fields = pga_django_class_meta(reading, "fields", NULL);

    if (fields && fields->kind == PGA_PY_STRING && g_str_equal(fields->text, "__all__"))
        reading->out->all_fields = TRUE;
    else
        take_list(reading->out->fields, fields);
}

static void
read_class(DjangoReading *reading)
{
    PgaDjangoClass *out = reading->out;

    take_model(reading);
    take_queryset(reading);
    take_lists(reading);
    take_pages(reading);
    out->date_hierarchy = text_of(reading, "date_hierarchy");
    out->serializer = text_of(reading, "serializer_class");
    out->template = text_of(reading, "template_name");
    out->template_suffix = text_of(reading, "template_name_suffix");
    out->context_name = text_of(reading, "context_object_name");
    out->filter_set = text_of(reading, "filterset_class");
    if (!out->filter_set)
        out->filter_set = text_of(reading, "filter_class");
    if (out->kind == PGA_DJANGO_CLASS_SERIALIZER || out->kind == PGA_DJANGO_CLASS_FORM ||
        out->kind == PGA_DJANGO_CLASS_FILTER_SET)
        take_meta_fields(reading);
    if (out->kind == PGA_DJANGO_CLASS_SERIALIZER || out->kind == PGA_DJANGO_CLASS_FILTER_SET)
        pga_django_class_declared(reading);
    pga_django_class_shown(reading);
    pga_django_class_default_pages(reading);
}

/* What is not stated is no list. */
static void
drop_empty(PgaDjangoClass *out)
{
    GPtrArray **lists[] = {&out->search_fields,   &out->filter_fields,       &out->list_filter,
                           &out->list_display,    &out->list_select_related, &out->ordering,
                           &out->ordering_fields, &out->raw_id_fields,       &out->fields};

    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        if ((*lists[i])->len == 0)
            g_clear_pointer(lists[i], g_ptr_array_unref);
}

/* One entry for each model that it is registered for; else one. */
static void
add_class(PgaDjangoCode *code, const PgaPythonSource *source, const DjangoClass *class,
          const GPtrArray *models)
{
    DjangoReading reading = {code->project, source, class, {0}, NULL};
    g_autofree char *generic = NULL;
    PgaDjangoClassKind kind;

    pga_django_ancestry(code->project, class, &reading.ancestry);
    if (find_kind(&reading, &kind, &generic)) {
        for (guint i = 0; i < (models ? models->len : 1); i++) {
            reading.out = pga_django_class_new(kind, class);
            reading.out->generic = g_strdup(generic);
            read_class(&reading);
            drop_empty(reading.out);
            if (models)
                reading.out->model = g_ptr_array_index(models, i);
            g_ptr_array_add(code->classes, reading.out);
        }
    }
    pga_django_ancestry_clear(&reading.ancestry);
}

void
pga_django_code_add_classes(PgaDjangoCode *code, const PgaDjangoFile *file,
                            const PgaPythonSource *source)
{
    const DjangoModule *module = pga_django_module_of(file);
    g_autoptr(GHashTable) registered = NULL;

    if (!module)
        return;
    registered = pga_django_registered(code->project, module, source);
    for (guint i = 0; i < module->scope->names->len; i++) {
        const DjangoName *name = g_ptr_array_index(module->scope->names, i);

        if (name->class)
            add_class(code, source, name->class,
                      g_hash_table_lookup(registered, name->class->name));
    }
}

/* What annotations say: Order, "QuerySet[Order]", Iterable["Order"], and the attributes of classes
 * that name theirs, as dataclasses do. */
#include <string.h>

#include "code_internal.h"

/* NOLINTBEGIN(misc-no-recursion): index->depth and flow->nesting end it */

/* (transfer full): without quotes, "Optional[…]" and "… | None". */
static char *
plain_type(const char *text)
{
    g_autofree char *name = g_strdup(text);
    char *at, *end;

    g_strdelimit(name, "'\"", ' ');
    at = g_strstrip(name);
    if (g_str_has_prefix(at, "typing."))
        at += strlen("typing.");
    if (g_str_has_prefix(at, "Optional[")) {
        at += strlen("Optional[");
        end = strrchr(at, ']');
        if (end)
            *end = '\0';
    }
    end = strstr(at, "| None");
    if (end)
        *end = '\0';
    return g_strdup(g_strstrip(at));
}

/* (transfer full): the name, "" of what is more than one. */
static char *
type_name(const char *text)
{
    g_autofree char *plain = plain_type(text);

    plain[strcspn(plain, "|]")] = '\0';
    g_strstrip(plain);
    return strpbrk(plain, "[(, ") ? g_strdup("") : g_steal_pointer(&plain);
}

/* What the name stands for in the function, or in @module: (nullable). */
static DjangoValue *
type_value(DjangoFlow *flow, const DjangoModule *module, const char *name)
{
    g_auto(GStrv) parts = NULL;
    DjangoValue *value;

    if (!*name || !module)
        return *name ? pga_django_eval_dotted(flow, name) : NULL;
    parts = g_strsplit(name, ".", 12);
    flow->muted++;
    value = parts[0] ? pga_django_member_of(flow, pga_django_global_of(flow, module, parts[0]),
                                            parts + 1)
                     : NULL;
    flow->muted--;
    return value;
}

static DjangoValue *
rows_given(DjangoFlow *flow, const DjangoValue *type)
{
    DjangoValue *value;

    if (!pga_django_value_is(type, DJANGO_IS_MODEL))
        return NULL;
    value = pga_django_manager_value(flow, type->model, "_default_manager");
    if (value && !value->queryset->incomplete)
        value->queryset->incomplete = g_strdup("the QuerySet is given from outside");
    if (value) {
        value->joins_are_unknown = TRUE;
        value->is_manager = FALSE;
    }
    return value;
}

static DjangoValue *
object_of(const DjangoClass *class)
{
    DjangoValue *object = pga_django_value_new(DJANGO_IS_OBJECT);

    object->class = class;
    return object;
}

/* (transfer full) (nullable): "Order" of Iterable["Order"], list[Order], tuple[Order, ...]. */
static char *
item_type(const char *text)
{
    static const char *const lists[] = {"Iterable",  "Iterator",  "Sequence", "Collection", "List",
                                        "list",      "Set",       "set",      "Tuple",      "tuple",
                                        "FrozenSet", "frozenset", NULL};
    g_autofree char *plain = plain_type(text);
    char *open = strchr(plain, '['), *end = strrchr(plain, ']'), *dots;
    const char *name;

    if (!open || !end || end[1] || end < open)
        return NULL;
    *open = *end = '\0';
    name = strrchr(plain, '.');
    if (!g_strv_contains(lists, g_strstrip(name ? (char *)name + 1 : plain)))
        return NULL;
    dots = strstr(open + 1, ", ...");
    if (dots)
        *dots = '\0';
    return type_name(open + 1);
}

/* Rows, or objects that hold some, in a list: (nullable). */
static DjangoValue *
list_given(DjangoFlow *flow, const DjangoModule *module, const char *text)
{
    g_autofree char *name = item_type(text);
    g_autoptr(DjangoValue) type = name ? type_value(flow, module, name) : NULL;
    DjangoValue *each = pga_django_value_is(type, DJANGO_IS_CLASS) ? object_of(type->class)
                                                                   : rows_given(flow, type);
    DjangoValue *rows;

    if (!each)
        return NULL;
    rows = pga_django_value_new(DJANGO_IS_ROWS);
    rows->model = each->is == DJANGO_IS_QUERYSET ? type->model : NULL;
    rows->rows_of = each;
    rows->is_given = TRUE;
    return rows;
}

static DjangoValue *
given(DjangoFlow *flow, const DjangoModule *module, const char *text, PgaDjangoOrigin origin)
{
    const char *open = strstr(text, "QuerySet[");
    g_autofree char *name = type_name(open ? open + strlen("QuerySet[") : text);
    g_autoptr(DjangoValue) type = type_value(flow, module, name);

    if (open)
        return rows_given(flow, type);
    if (pga_django_value_is(type, DJANGO_IS_MODEL))
        return pga_django_instance(flow, pga_django_object_add(flow, type->model, origin, NULL));
    if (pga_django_value_is(type, DJANGO_IS_CLASS))
        return object_of(type->class);
    return list_given(flow, module, text);
}

DjangoValue *
pga_django_annotated(DjangoFlow *flow, TSNode type, PgaDjangoOrigin origin)
{
    g_autofree char *text = pga_django_text(flow, type);

    return given(flow, NULL, text, origin);
}

DjangoValue *
pga_django_attribute_annotated(DjangoFlow *flow, const DjangoClass *class, const char *name)
{
    const GPtrArray *classes = pga_django_lineage(flow->index, class);

    for (guint i = 0; i < classes->len; i++) {
        const DjangoClass *at = g_ptr_array_index(classes, i);
        const char *type = at->scope->types ? g_hash_table_lookup(at->scope->types, name) : NULL;
        DjangoValue *value;

        if (!type)
            continue;
        value = given(flow, at->module, type, PGA_DJANGO_OBJECT_PARAMETER);
        if (pga_django_value_is(value, DJANGO_IS_INSTANCE))
            pga_django_object(flow, value->object)->is_held = TRUE;
        return value;
    }
    return NULL;
}

/* NOLINTEND(misc-no-recursion) */

/* --- without an annotation --- */

/* (transfer full): "order_line" of OrderLine. */
static char *
variable_of(const char *class)
{
    GString *name = g_string_new(NULL);

    for (const char *at = class; *at; at++) {
        if (g_ascii_isupper(*at) && at > class && !g_ascii_isupper(at[-1]))
            g_string_append_c(name, '_');
        g_string_append_c(name, g_ascii_tolower(*at));
    }
    return g_string_free(name, FALSE);
}

/* Two models of a name are none. */
static GHashTable *
variables(const PgaDjangoProject *project)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(project->models, i);
        g_autofree char *name = variable_of(model->name);

        if (model->is_abstract || model->is_proxy || model->file->is_built_in ||
            model->file->is_test)
            continue;
        g_hash_table_replace(names, g_strdup(name),
                             g_hash_table_contains(names, name) ? NULL : (gpointer)model);
    }
    return names;
}

static gboolean
says(const char *text, gsize length, const char *what)
{
    for (const char *at = text;
         (at = g_strstr_len(at, (gssize)(length - (gsize)(at - text)), what)); at++)
        if (at == text || (!g_ascii_isalnum(at[-1]) && at[-1] != '_' && at[-1] != '.'))
            return TRUE;
    return FALSE;
}

DjangoValue *
pga_django_saved_parameter(DjangoFlow *flow, TSNode parameters, guint place, const char *name)
{
    enum { LONGEST = 100000 }; /* bytes of a function */
    const TSNode function = ts_node_parent(parameters);
    g_autofree char *save = g_strconcat(name, ".save(", NULL);
    const PgaDjangoModel *model;
    gsize start, length;

    if (flow->is_rough || flow->function->file->is_test || ts_node_is_null(function))
        return NULL;
    if (!flow->index->by_variable)
        flow->index->by_variable = variables(flow->index->project);
    model = pga_django_given_parameter(flow, place, name);
    if (!model)
        model = g_hash_table_lookup(flow->index->by_variable, name);
    start = ts_node_start_byte(function);
    length = ts_node_end_byte(function) - start;
    if (!model || length > LONGEST || !says(flow->source->text + start, length, save))
        return NULL;
    return pga_django_instance(
        flow, pga_django_object_add(flow, model, PGA_DJANGO_OBJECT_PARAMETER, NULL));
}

/* Tables over all models of a project: classes, relations from their other side, managers. */
#include <string.h>

#include "code_internal.h"

#define MAX_DEPTH 24 /* of parents */

static void
reverse_free(gpointer data)
{
    DjangoReverse *reverse = data;

    g_free(reverse->query);
    g_free(reverse);
}

static void
table_free(gpointer table)
{
    g_hash_table_unref(table);
}

const PgaDjangoModel *
pga_django_index_model(const DjangoIndex *index, const char *name)
{
    g_autofree char *lower = name ? g_ascii_strdown(name, -1) : NULL;

    return lower ? g_hash_table_lookup(index->models, lower) : NULL;
}

const PgaDjangoModel *
pga_django_index_class_model(const DjangoIndex *index, const DjangoClass *class)
{
    return class ? g_hash_table_lookup(index->class_models, class) : NULL;
}

const char *
pga_django_kept(const DjangoIndex *index, const char *text)
{
    return g_string_chunk_insert_const(index->texts, text);
}

static const PgaDjangoModel *
parent_of(const DjangoIndex *index, const PgaDjangoModel *model)
{
    return model->parent ? pga_django_index_model(index, model->parent) : NULL;
}

const PgaDjangoField *
pga_django_index_field(const DjangoIndex *index, const PgaDjangoModel *model, const char *name)
{
    for (guint i = 0; model && i < MAX_DEPTH; i++) {
        const PgaDjangoField *field = pga_django_model_field(model, name);

        if (field)
            return field;
        model = parent_of(index, model);
    }
    return NULL;
}

const DjangoReverse *
pga_django_index_reverse(const DjangoIndex *index, const PgaDjangoModel *model, const char *name)
{
    for (guint i = 0; model && i < MAX_DEPTH; i++) {
        GHashTable *table = g_hash_table_lookup(index->reverse, model);
        const DjangoReverse *reverse = table ? g_hash_table_lookup(table, name) : NULL;

        if (reverse)
            return reverse;
        model = parent_of(index, model);
    }
    return NULL;
}

/* --- relations --- */

/* related_name with its "%(class)s" filled in. */
static char *
filled(const PgaDjangoModel *model, const char *text)
{
    g_autofree char *class = g_ascii_strdown(model->name, -1);
    g_autofree char *app = g_ascii_strdown(model->app, -1);
    g_autoptr(GString) name = g_string_new(text);

    g_string_replace(name, "%(class)s", class, 0);
    g_string_replace(name, "%(model_name)s", class, 0);
    g_string_replace(name, "%(app_label)s", app, 0);
    return g_string_free(g_steal_pointer(&name), FALSE);
}

static char *
stated(const PgaDjangoModel *model, const PgaDjangoField *field, const char *name)
{
    const char *text = pga_py_argument_text(field->call, G_MAXUINT, name);

    return text ? filled(model, text) : NULL;
}

static void
add_reverse(DjangoIndex *index, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const PgaDjangoModel *target = pga_django_index_model(index, field->target);
    g_autofree char *lower = g_ascii_strdown(model->name, -1);
    char *accessor = stated(model, field, "related_name");
    char *query = stated(model, field, "related_query_name");
    GHashTable *table = target ? g_hash_table_lookup(index->reverse, target) : NULL;
    DjangoReverse *reverse;

    if (!target || (accessor && g_str_has_suffix(accessor, "+"))) {
        g_free(accessor);
        g_free(query);
        return;
    }
    if (!query)
        query = g_strdup(accessor ? accessor : lower);
    if (!accessor)
        accessor = field->kind == PGA_DJANGO_ONE_TO_ONE ? g_strdup(lower)
                                                        : g_strconcat(lower, "_set", NULL);
    if (!table) {
        table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, reverse_free);
        g_hash_table_insert(index->reverse, (gpointer)target, table);
    }
    reverse = g_new0(DjangoReverse, 1);
    reverse->field = field;
    reverse->model = model;
    reverse->query = query;
    g_hash_table_replace(table, accessor, reverse);
}

static void
add_relations(DjangoIndex *index, const PgaDjangoModel *model)
{
    if (model->is_abstract || model->is_swapped)
        return;
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE ||
            field->kind == PGA_DJANGO_MANY_TO_MANY)
            add_reverse(index, model, field);
    }
}

/* --- classes --- */

static void
add_model(DjangoIndex *index, const PgaDjangoModel *model)
{
    const DjangoModule *module = model->file ? pga_django_module_of(model->file) : NULL;
    g_autofree char *name = g_strconcat(model->app, ".", model->name, NULL);
    char *lower = g_ascii_strdown(name, -1);

    if (g_hash_table_contains(index->models, lower))
        g_free(lower);
    else
        g_hash_table_insert(index->models, lower, (gpointer)model);
    for (guint i = 0; module && i < module->scope->names->len; i++) {
        const DjangoName *bound = g_ptr_array_index(module->scope->names, i);

        if (bound->class && bound->class->line == model->line &&
            g_str_equal(bound->name, model->name)) {
            g_hash_table_insert(index->class_models, bound->class, (gpointer)model);
            g_hash_table_insert(index->model_classes, (gpointer)model, bound->class);
        }
    }
}

/** What a class inherits, looked up once. */
typedef struct {
    GPtrArray *classes; /* of const DjangoClass *: itself first */
    GPtrArray *bases;   /* of char *: names of all their bases */
} Lineage;

static void
lineage_free(gpointer data)
{
    Lineage *lineage = data;

    g_ptr_array_unref(lineage->classes);
    g_ptr_array_unref(lineage->bases);
    g_free(lineage);
}

static void
take_bases(Lineage *lineage, const DjangoClass *class)
{
    for (guint i = 0; i < class->bases->len; i++) {
        const PgaPyValue *base = g_ptr_array_index(class->bases, i);
        const char *text = base->text ? base->text : "";

        g_ptr_array_add(lineage->bases, g_strndup(text, strcspn(text, "(")));
    }
}

static const Lineage *
lineage_of(const DjangoIndex *index, const DjangoClass *class)
{
    Lineage *lineage = g_hash_table_lookup(index->lineages, class);
    g_auto(DjangoAncestry) ancestry = {0};

    if (lineage)
        return lineage;
    pga_django_ancestry(index->project, class, &ancestry);
    lineage = g_new0(Lineage, 1);
    lineage->classes = g_steal_pointer(&ancestry.classes);
    ancestry.classes = g_ptr_array_new();
    lineage->bases = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < lineage->classes->len; i++)
        take_bases(lineage, g_ptr_array_index(lineage->classes, i));
    g_hash_table_insert(index->lineages, (gpointer) class, lineage);
    return lineage;
}

const GPtrArray *
pga_django_lineage(const DjangoIndex *index, const DjangoClass *class)
{
    return lineage_of(index, class)->classes;
}

gboolean
pga_django_class_is(const DjangoIndex *index, const DjangoClass *class, const char *end)
{
    const GPtrArray *bases = lineage_of(index, class)->bases;

    for (guint i = 0; i < bases->len; i++) {
        const char *base = g_ptr_array_index(bases, i);

        if (g_str_has_suffix(base, end) ||
            (g_str_equal(end, "Manager") && g_str_has_suffix(base, ".from_queryset")))
            return TRUE;
    }
    return FALSE;
}

const DjangoName *
pga_django_code_attribute(const DjangoIndex *index, const DjangoClass *class, const char *name,
                          const DjangoClass **within)
{
    const GPtrArray *classes = pga_django_lineage(index, class);

    for (guint i = 0; i < classes->len; i++) {
        const DjangoClass *at = g_ptr_array_index(classes, i);
        const DjangoName *bound = pga_django_scope_find(at->scope, name);

        if (bound) {
            *within = at;
            return bound;
        }
    }
    return NULL;
}

const DjangoFunction *
pga_django_index_method(const DjangoIndex *index, const DjangoClass *class, const char *name)
{
    const GPtrArray *classes = pga_django_lineage(index, class);
    const DjangoFunction *function = NULL;

    for (guint i = 0; !function && i < classes->len; i++) {
        const DjangoClass *at = g_ptr_array_index(classes, i);

        function = g_hash_table_lookup(at->scope->functions, name);
    }
    return function;
}

/* --- the whole --- */

static void
module_free(gpointer module)
{
    pga_django_module_free(module);
}

DjangoIndex *
pga_django_code_index_new(PgaDjangoCode *code)
{
    DjangoIndex *index = g_new0(DjangoIndex, 1);
    const GPtrArray *models = code->project->models;

    index->code = code;
    index->texts = g_string_chunk_new(4096);
    index->project = code->project;
    index->models = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    index->class_models = g_hash_table_new(NULL, NULL);
    index->model_classes = g_hash_table_new(NULL, NULL);
    index->reverse = g_hash_table_new_full(NULL, NULL, NULL, table_free);
    index->managers =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, pga_django_manager_free);
    index->manager_models = g_hash_table_new(NULL, NULL);
    index->results = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify)pga_django_value_unref);
    index->calls = g_hash_table_new(NULL, NULL);
    index->made = g_hash_table_new(NULL, NULL);
    index->given = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
    index->lineages = g_hash_table_new_full(NULL, NULL, NULL, lineage_free);
    index->modules = g_ptr_array_new_with_free_func(module_free);
    index->applied = g_ptr_array_new();
    for (guint i = 0; i < models->len; i++)
        add_model(index, g_ptr_array_index(models, i));
    for (guint i = 0; i < models->len; i++)
        add_relations(index, g_ptr_array_index(models, i));
    pga_django_find_managers(index);
    return index;
}

void
pga_django_code_index_free(DjangoIndex *index)
{
    g_hash_table_unref(index->results);
    g_clear_pointer(&index->globals, g_hash_table_unref);
    g_clear_pointer(&index->by_variable, g_hash_table_unref);
    g_hash_table_unref(index->made);
    g_hash_table_unref(index->lineages);
    g_ptr_array_unref(index->modules);
    g_ptr_array_unref(index->applied);
    g_hash_table_unref(index->calls);
    g_hash_table_unref(index->given);
    g_hash_table_unref(index->managers);
    g_hash_table_unref(index->manager_models);
    g_hash_table_unref(index->reverse);
    g_hash_table_unref(index->model_classes);
    g_hash_table_unref(index->class_models);
    g_hash_table_unref(index->models);
    g_string_chunk_free(index->texts);
    g_free(index->kinds);
    g_free(index);
}

/* The fields of a model: its own and inherited ones, its key, and their order. */
#include <string.h>

#include "project_internal.h"

/* --- fields --- */

/** A field with the place its class was loaded at: the order of columns. */
typedef struct {
    PgaDjangoField *field;
    guint loaded, line;
} Placed;

static gint
compare_placed(gconstpointer one, gconstpointer other)
{
    const Placed *a = one, *b = other;

    if (a->loaded != b->loaded)
        return a->loaded < b->loaded ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

/* Whether a nearer class says something else by that name: name = None takes a field away. */
static gboolean
is_hidden(const DjangoAncestry *ancestry, guint before, const char *name)
{
    for (guint i = 0; i < before; i++) {
        const DjangoClass *class = g_ptr_array_index(ancestry->classes, i);

        if (pga_django_scope_find(class->scope, name))
            return TRUE;
    }
    return FALSE;
}

/* (transfer full): of DjangoClass *: bases with tables, and what these inherit from: their fields
 * are in those tables. */
static GHashTable *
of_parents(const PgaDjangoProject *project, const PgaDjangoModel *model,
           const DjangoAncestry *ancestry)
{
    GHashTable *classes = g_hash_table_new(NULL, NULL);

    for (guint i = 1; !model->is_proxy && i < ancestry->classes->len; i++) {
        const DjangoClass *class = g_ptr_array_index(ancestry->classes, i);
        g_auto(DjangoAncestry) of_base = {0};

        if (pga_django_class_is_abstract(class) || g_hash_table_contains(classes, class))
            continue;
        pga_django_ancestry(project, class, &of_base);
        for (guint j = 0; of_base.is_model && j < of_base.classes->len; j++)
            g_hash_table_add(classes, g_ptr_array_index(of_base.classes, j));
    }
    return classes;
}

/* Of the class itself and its abstract bases; not of plain mixins, which Django leaves out. */
void
pga_django_add_fields(const PgaDjangoProject *project, PgaDjangoModel *model,
                      const DjangoAncestry *ancestry)
{
    g_autoptr(GArray) placed = g_array_new(FALSE, FALSE, sizeof(Placed));
    g_autoptr(GHashTable) elsewhere = of_parents(project, model, ancestry);

    for (guint i = 0; i < ancestry->classes->len; i++) {
        const DjangoClass *class = g_ptr_array_index(ancestry->classes, i);
        const DjangoPlace place = {project, class->module, class};

        if (i > 0 &&
            (!pga_django_class_is_abstract(class) || g_hash_table_contains(elsewhere, class)))
            continue;
        for (guint j = 0; j < class->scope->names->len; j++) {
            const DjangoName *name = g_ptr_array_index(class->scope->names, j);
            Placed item = {NULL, class->module->loaded, name->line};

            if (pga_django_scope_find(class->scope, name->name) != name ||
                is_hidden(ancestry, i, name->name))
                continue;
            item.field = pga_django_field_read(&place, name, model);
            if (item.field)
                g_array_append_val(placed, item);
        }
    }
    g_array_sort(placed, compare_placed);
    for (guint i = 0; i < placed->len; i++)
        g_ptr_array_add(model->fields, g_array_index(placed, Placed, i).field);
}

const PgaDjangoField *
pga_django_model_field(const PgaDjangoModel *model, const char *name)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (g_str_equal(field->name, name) || (g_str_equal(name, "pk") && field->is_primary_key))
            return field;
    }
    return NULL;
}

/* The first base with a table: its key is the model's. */
static PgaDjangoField *
parent_link(const PgaDjangoProject *project, PgaDjangoModel *model, const DjangoClass *class)
{
    const DjangoPlace place = {project, class->module, class->outer};

    for (guint i = 0; i < class->bases->len; i++) {
        g_auto(DjangoMeaning) meaning = {0};
        g_auto(DjangoAncestry) ancestry = {0};
        const PgaPyValue *base = g_ptr_array_index(class->bases, i);
        g_autofree char *lower = NULL, *name = NULL;
        PgaDjangoField *field;

        if (base->kind != PGA_PY_NAME || !pga_django_meaning(&place, base->text, &meaning) ||
            !meaning.class || pga_django_class_is_abstract(meaning.class))
            continue;
        pga_django_ancestry(project, meaning.class, &ancestry);
        if (!ancestry.is_model)
            continue;
        g_free(model->parent);
        model->parent = pga_django_model_named(&place, base, model);
        if (!model->parent)
            continue;
        lower = g_ascii_strdown(meaning.class->name, -1);
        name = g_strconcat(lower, "_ptr", NULL);
        field = pga_django_field_made(name, "OneToOneField");
        field->target = g_strdup(model->parent);
        pga_django_set_argument(field->call, "to", pga_django_string(model->parent));
        pga_django_set_argument(field->call, "parent_link", pga_django_truth(TRUE));
        return field;
    }
    return NULL;
}

static gboolean
has_key(const PgaDjangoModel *model)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (field->is_primary_key || field->kind == PGA_DJANGO_COMPOSITE_KEY)
            return TRUE;
    }
    return FALSE;
}

/* A link to the parent that the class states itself. (nullable) */
static PgaDjangoField *
stated_link(const PgaDjangoModel *model)
{
    for (guint i = 0; i < model->fields->len; i++) {
        PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (pga_py_argument_is_true(field->call, "parent_link"))
            return field;
    }
    return NULL;
}

const char *
pga_django_auto_field(const PgaDjangoProject *project, const char *label)
{
    const char *dotted = project->version >= 600 ? "BigAutoField" : "AutoField", *dot;

    for (guint i = project->settings->len; i-- > 0;) {
        const PgaDjangoSettings *settings = g_ptr_array_index(project->settings, i);

        if (settings->default_auto_field)
            dotted = settings->default_auto_field;
    }
    for (guint i = 0; i < project->apps->len; i++) {
        const PgaDjangoApp *app = g_ptr_array_index(project->apps, i);

        if (label && g_str_equal(app->label, label) && app->default_auto_field)
            dotted = app->default_auto_field;
    }
    dot = strrchr(dotted, '.');
    return dot ? dot + 1 : dotted;
}

void
pga_django_add_key(const PgaDjangoProject *project, PgaDjangoModel *model, const DjangoClass *class)
{
    PgaDjangoField *link = parent_link(project, model, class), *stated = stated_link(model);
    PgaDjangoField *key = link && !stated ? link : NULL;

    if (link && stated)
        pga_django_project_field_free(link);
    if (model->is_proxy) {
        pga_django_project_field_free(key);
        return;
    }
    if (stated || key) {
        PgaDjangoField *linked = stated ? stated : key;

        if (!has_key(model))
            pga_django_set_argument(linked->call, "primary_key", pga_django_truth(TRUE));
        pga_django_field_settle(linked);
    } else if (!has_key(model) && !model->is_abstract) {
        key = pga_django_field_made("id", pga_django_auto_field(project, model->app));
        pga_django_set_argument(key->call, "primary_key", pga_django_truth(TRUE));
        pga_django_field_settle(key);
    }
    if (key)
        g_ptr_array_insert(model->fields, 0, key);
}

static gboolean
is_later(const PgaDjangoField *field)
{
    return (field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE ||
            field->kind == PGA_DJANGO_MANY_TO_MANY) &&
           !field->is_primary_key && !pga_py_argument_is_true(field->call, "parent_link");
}

static gint
compare_names(gconstpointer one, gconstpointer other)
{
    return strcmp((*(PgaDjangoField *const *)one)->name, (*(PgaDjangoField *const *)other)->name);
}

/* makemigrations puts relations behind the other fields, by name. */
void
pga_django_order_fields(const PgaDjangoProject *project, PgaDjangoModel *model,
                        const DjangoAncestry *ancestry)
{
    g_autoptr(GPtrArray) later = g_ptr_array_new();
    g_autofree char *respect =
        pga_django_meta_text(project, pga_django_meta_of(ancestry), "order_with_respect_to");

    for (guint i = 0; i < model->fields->len;)
        if (!model->file->is_built_in && is_later(g_ptr_array_index(model->fields, i)))
            g_ptr_array_add(later, g_ptr_array_steal_index(model->fields, i));
        else
            i++;
    g_ptr_array_sort(later, compare_names);
    g_ptr_array_extend(model->fields, later, NULL, NULL);
    if (respect && !model->is_abstract && !model->is_proxy) {
        PgaDjangoField *order = pga_django_field_made("_order", "IntegerField");

        pga_django_field_settle(order);
        g_ptr_array_add(model->fields, order);
    }
}

/* Managers of models: which classes' methods they have. */
#include <string.h>

#include "code_internal.h"

#define MAX_STEPS   8 /* from a manager's name to its class */
#define MAX_CLASSES 64

void
pga_django_manager_free(gpointer data)
{
    DjangoManager *manager = data;

    if (!manager)
        return;
    g_ptr_array_unref(manager->classes);
    g_free(manager);
}

/* NOLINTBEGIN(misc-no-recursion): @steps ends it */

static void add_text(const DjangoPlace *place, const char *text, DjangoManager *manager,
                     guint steps);
static void add_name(const DjangoPlace *place, const char *name, DjangoManager *manager,
                     guint steps);

/* Outside of Django's own. */
static gboolean
is_foreign(const char *dotted)
{
    return !g_str_has_prefix(dotted, "django.db.") && !g_str_has_prefix(dotted, "django.contrib.");
}

/* Where a name's value stands, its text. */
static void
add_value(const DjangoPlace *place, const DjangoMeaning *meaning, DjangoManager *manager,
          guint steps)
{
    const DjangoPlace there = {place->project, meaning->module, meaning->within};
    const PgaPyValue *value = meaning->value;

    if (value && value->kind == PGA_PY_CALL)
        add_text(&there, value->source ? value->source : value->text, manager, steps);
}

static void
add_base(const DjangoPlace *there, const PgaPyValue *base, DjangoManager *manager, guint steps)
{
    g_auto(DjangoMeaning) meaning = {0};

    if (!base->text)
        return;
    if (base->kind == PGA_PY_CALL) /* Manager.from_queryset(OrderQuerySet) */
        add_text(there, base->source ? base->source : base->text, manager, steps);
    else if (!pga_django_meaning(there, base->text, &meaning))
        manager->is_foreign = TRUE;
    else if (meaning.external)
        manager->is_foreign |= is_foreign(meaning.external);
    else
        add_value(there, &meaning, manager, steps);
}

/* def get_queryset(self): return OrderQuerySet(self.model, using=self._db) */
static void
add_returned(const DjangoPlace *there, const DjangoFunction *function, DjangoManager *manager,
             guint steps)
{
    const char *text = function->module->file->text;
    g_autofree char *body = g_strndup(text + function->start, function->end - function->start);
    const char *made = strstr(body, "(self.model");
    const char *start = made;
    g_autofree char *name = NULL;

    while (start && start > body && (g_ascii_isalnum(start[-1]) || strchr("_.", start[-1])))
        start--;
    name = made ? g_strndup(start, (gsize)(made - start)) : g_strdup("");
    if (name[0] && !g_str_has_prefix(name, "self."))
        add_name(there, name, manager, steps);
}

static void
add_class(const DjangoPlace *place, const DjangoClass *class, DjangoManager *manager, guint steps)
{
    g_auto(DjangoAncestry) ancestry = {0};

    pga_django_ancestry(place->project, class, &ancestry);
    for (guint i = 0; i < ancestry.classes->len; i++) {
        DjangoClass *at = g_ptr_array_index(ancestry.classes, i);
        const DjangoPlace there = {place->project, at->module, at->outer};
        const DjangoFunction *get_queryset;

        g_ptr_array_add(manager->classes, at);
        get_queryset = g_hash_table_lookup(at->scope->functions, "get_queryset");
        if (get_queryset)
            add_returned(&there, get_queryset, manager, steps + 1);
        for (guint j = 0; j < at->bases->len; j++)
            add_base(&there, g_ptr_array_index(at->bases, j), manager, steps + 1);
    }
}

static void
add_name(const DjangoPlace *place, const char *name, DjangoManager *manager, guint steps)
{
    g_auto(DjangoMeaning) meaning = {0};

    if (!pga_django_meaning(place, name, &meaning))
        manager->is_foreign = TRUE;
    else if (meaning.external)
        manager->is_foreign |= is_foreign(meaning.external);
    else if (meaning.class)
        add_class(place, meaning.class, manager, steps + 1);
    else
        add_value(place, &meaning, manager, steps + 1);
}

/* "A", "A()", "Q.as_manager()", "A.from_queryset(Q)", "A.from_queryset(Q)()". */
static void
add_text(const DjangoPlace *place, const char *text, DjangoManager *manager, guint steps)
{
    const char *made = strstr(text, ".from_queryset(");
    const char *managed = strstr(text, ".as_manager");
    g_autofree char *first = g_strndup(text, made      ? (gsize)(made - text)
                                             : managed ? (gsize)(managed - text)
                                                       : strcspn(text, "("));

    if (steps > MAX_STEPS || manager->classes->len > MAX_CLASSES)
        return;
    add_name(place, g_strstrip(first), manager, steps);
    if (made) {
        const char *start = made + strlen(".from_queryset(");
        g_autofree char *inner = g_strndup(start, strcspn(start, ",)"));

        add_name(place, g_strstrip(inner), manager, steps);
    }
}

/* NOLINTEND(misc-no-recursion) */

static gboolean
is_manager(const DjangoIndex *index, const DjangoPlace *place, const DjangoName *name)
{
    const PgaPyValue *value = name->value;
    g_auto(DjangoMeaning) meaning = {0};
    g_autofree char *first = NULL;

    if (!value || value->kind != PGA_PY_CALL || !value->text)
        return FALSE;
    if (g_str_equal(name->name, "objects") || g_str_has_suffix(value->text, "as_manager") ||
        g_str_has_suffix(value->text, "Manager") || strstr(value->text, ".from_queryset("))
        return TRUE;
    first = g_strndup(value->text, strcspn(value->text, "("));
    if (!pga_django_meaning(place, first, &meaning))
        return FALSE;
    if (meaning.value && meaning.value->kind == PGA_PY_CALL)
        return g_str_has_suffix(meaning.value->text, ".from_queryset");
    return meaning.class && pga_django_class_is(index, meaning.class, "Manager");
}

static DjangoManager *
manager_of(const DjangoIndex *index, const DjangoClass *class, const DjangoName *name)
{
    const DjangoPlace place = {index->project, class->module, class};
    DjangoManager *manager;

    if (!is_manager(index, &place, name))
        return NULL;
    manager = g_new0(DjangoManager, 1);
    manager->classes = g_ptr_array_new();
    add_text(&place, name->value->text, manager, 0);
    return manager;
}

/* The first that the class or one of its bases states. (nullable) */
static DjangoManager *
find(const DjangoIndex *index, const DjangoClass *class, const char *wanted)
{
    g_auto(DjangoAncestry) ancestry = {0};

    pga_django_ancestry(index->project, class, &ancestry);
    for (guint i = 0; i < ancestry.classes->len; i++) {
        const DjangoClass *at = g_ptr_array_index(ancestry.classes, i);

        for (guint j = 0; j < at->scope->names->len; j++) {
            const DjangoName *name = g_ptr_array_index(at->scope->names, j);
            DjangoManager *manager =
                !wanted || g_str_equal(wanted, name->name) ? manager_of(index, at, name) : NULL;

            if (manager)
                return manager;
        }
    }
    return NULL;
}

static DjangoManager *
look_up(const DjangoIndex *index, const PgaDjangoModel *model, const char *name)
{
    const DjangoClass *class = g_hash_table_lookup(index->model_classes, model);
    DjangoManager *manager = NULL;

    if (g_str_equal(name, "_default_manager"))
        manager = class ? find(index, class, NULL) : NULL;
    else if (!g_str_equal(name, "_base_manager"))
        manager = class ? find(index, class, name) : NULL;
    if (manager || (name[0] != '_' && !g_str_equal(name, "objects")))
        return manager;
    manager = g_new0(DjangoManager, 1);
    manager->classes = g_ptr_array_new();
    manager->is_foreign = model->is_partial || (model->file && model->file->is_built_in);
    return manager;
}

const DjangoManager *
pga_django_index_manager(DjangoIndex *index, const PgaDjangoModel *model, const char *name)
{
    g_autofree char *key = g_strdup_printf("%p/%s", (gconstpointer)model, name);
    gpointer found = NULL;

    if (name[0] == '_' && !g_str_equal(name, "_default_manager") &&
        !g_str_equal(name, "_base_manager"))
        return NULL;
    if (!g_hash_table_lookup_extended(index->managers, key, NULL, &found)) {
        found = look_up(index, model, name);
        g_hash_table_insert(index->managers, g_steal_pointer(&key), found);
    }
    return found;
}

const DjangoFunction *
pga_django_manager_method(const DjangoIndex *index, const DjangoManager *manager, const char *name)
{
    for (guint i = 0; manager && i < manager->classes->len; i++) {
        const DjangoClass *at = g_ptr_array_index(manager->classes, i);
        const DjangoFunction *function = g_hash_table_lookup(at->scope->functions, name);

        if (function && (!index || !g_ptr_array_find(index->applied, function, NULL)))
            return function;
    }
    return NULL;
}

/* A class that serves two models is of neither. */
static void
note_user(DjangoIndex *index, DjangoClass *class, const PgaDjangoModel *model)
{
    gpointer other = NULL;

    if (!g_hash_table_lookup_extended(index->manager_models, class, NULL, &other))
        g_hash_table_insert(index->manager_models, class, (gpointer)model);
    else if (other != model)
        g_hash_table_insert(index->manager_models, class, NULL);
}

void
pga_django_find_managers(DjangoIndex *index)
{
    for (guint i = 0; i < index->project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(index->project->models, i);
        const DjangoClass *class = g_hash_table_lookup(index->model_classes, model);

        for (guint j = 0; class && !model->is_abstract && j < class->scope->names->len; j++) {
            const DjangoName *name = g_ptr_array_index(class->scope->names, j);
            const DjangoManager *manager = name->value && name->value->kind == PGA_PY_CALL
                                               ? pga_django_index_manager(index, model, name->name)
                                               : NULL;

            for (guint k = 0; manager && k < manager->classes->len; k++)
                note_user(index, g_ptr_array_index(manager->classes, k), model);
        }
    }
}

/* What a class inherits from, and the options of its Meta. */
#include <string.h>

#include "project_internal.h"

#define MAX_ANCESTORS 200
#define MAX_DEPTH     60 /* of inheritance */

/* --- ancestry --- */

void
pga_django_ancestry_clear(DjangoAncestry *ancestry)
{
    g_clear_pointer(&ancestry->classes, g_ptr_array_unref);
}

/* A class of a package: the model itself, or one that may bring fields along. */
static void
take_outside(DjangoAncestry *out, const char *dotted)
{
    if (g_str_has_suffix(dotted, "models.Model") ||
        g_str_equal(dotted, "django.db.models.base.Model"))
        out->is_model = TRUE;
    else if (g_str_has_suffix(dotted, "Model") || g_str_has_suffix(dotted, "ModelBase"))
        out->is_partial = TRUE;
}

static const DjangoClass *
own_meta(const DjangoClass *class)
{
    const DjangoName *meta = pga_django_scope_find(class->scope, "Meta");

    return meta ? meta->class : NULL;
}

gboolean
pga_django_meta_is(const DjangoClass *class, const char *name)
{
    const DjangoClass *meta = own_meta(class);
    const DjangoName *stated = meta ? pga_django_scope_find(meta->scope, name) : NULL;

    return stated && stated->value && stated->value->kind == PGA_PY_BOOL && stated->value->truth;
}

gboolean
pga_django_class_is_abstract(const DjangoClass *class)
{
    return pga_django_meta_is(class, "abstract");
}

/* NOLINTBEGIN(misc-no-recursion): @depth ends it */

static void add_ancestors(const PgaDjangoProject *project, const DjangoClass *class,
                          DjangoAncestry *out, guint depth);

/* "Place.Meta" in Python: Django takes its Meta from a class with a table, and the name means that
 * of the nearest abstract base. (nullable) */
static const DjangoClass *
kept_meta(const PgaDjangoProject *project, const DjangoClass *class, guint depth)
{
    g_auto(DjangoAncestry) ancestry = {g_ptr_array_new(), FALSE, FALSE};
    const DjangoClass *kept = class;

    if (!class->outer || !g_str_equal(class->name, "Meta") ||
        pga_django_class_is_abstract(class->outer))
        return class;
    add_ancestors(project, class->outer, &ancestry, depth + 1);
    if (!ancestry.is_model)
        return class;
    kept = NULL;
    for (guint i = 1; i < ancestry.classes->len && !kept; i++)
        if (pga_django_class_is_abstract(g_ptr_array_index(ancestry.classes, i)))
            kept = own_meta(g_ptr_array_index(ancestry.classes, i));
    return kept;
}

static void
add_ancestors(const PgaDjangoProject *project, const DjangoClass *class, DjangoAncestry *out,
              guint depth)
{
    const DjangoPlace place = {project, class->module, class->outer};

    if (depth > MAX_DEPTH || out->classes->len > MAX_ANCESTORS)
        return;
    g_ptr_array_add(out->classes, (gpointer) class);
    for (guint i = 0; i < class->bases->len; i++) {
        const PgaPyValue *base = g_ptr_array_index(class->bases, i);
        g_auto(DjangoMeaning) meaning = {0};
        const DjangoClass *inherited;

        if (!base->text || (base->kind != PGA_PY_NAME && base->kind != PGA_PY_CALL))
            continue;
        if (!pga_django_meaning(&place, base->text, &meaning))
            out->is_partial |= g_str_has_suffix(base->text, "Model");
        else if (meaning.external)
            take_outside(out, meaning.external);
        inherited = meaning.class ? kept_meta(project, meaning.class, depth) : NULL;
        if (inherited && inherited != class)
            add_ancestors(project, inherited, out, depth + 1);
    }
}

/* NOLINTEND(misc-no-recursion) */

/* Of a class that is there twice the last place counts: as Python orders a diamond. */
void
pga_django_ancestry(const PgaDjangoProject *project, const DjangoClass *class, DjangoAncestry *out)
{
    out->classes = g_ptr_array_new();
    add_ancestors(project, class, out, 0);
    for (guint i = 0; i < out->classes->len;) {
        gboolean is_again = FALSE;

        for (guint j = i + 1; j < out->classes->len && !is_again; j++)
            is_again = g_ptr_array_index(out->classes, j) == g_ptr_array_index(out->classes, i);
        if (is_again)
            g_ptr_array_remove_index(out->classes, i);
        else
            i++;
    }
}

/* --- Meta --- */

/* The class's Meta, else that of the nearest abstract base. (nullable) */
const DjangoClass *
pga_django_meta_of(const DjangoAncestry *ancestry)
{
    for (guint i = 0; i < ancestry->classes->len; i++) {
        const DjangoClass *class = g_ptr_array_index(ancestry->classes, i);

        if (own_meta(class) && (i == 0 || pga_django_class_is_abstract(class)))
            return own_meta(class);
    }
    return NULL;
}

/* An option of the Meta or of those it inherits from: (transfer full) (nullable). */
PgaPyValue *
pga_django_meta_option(const PgaDjangoProject *project, const DjangoClass *meta, const char *name)
{
    g_auto(DjangoAncestry) ancestry = {0};

    if (!meta)
        return NULL;
    pga_django_ancestry(project, meta, &ancestry);
    for (guint i = 0; i < ancestry.classes->len; i++) {
        const DjangoClass *class = g_ptr_array_index(ancestry.classes, i);
        const DjangoName *stated = pga_django_scope_find(class->scope, name);

        if (stated && stated->value)
            return pga_django_settled(&(DjangoPlace){project, class->module, class}, stated->value);
    }
    return NULL;
}

char *
pga_django_meta_text(const PgaDjangoProject *project, const DjangoClass *meta, const char *name)
{
    g_autoptr(PgaPyValue) value = pga_django_meta_option(project, meta, name);

    return value && value->kind == PGA_PY_STRING && *value->text ? g_strdup(value->text) : NULL;
}

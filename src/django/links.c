/* What a name means on a model: its fields, those of its parents, and relations that end at it. */
#include "links_internal.h"

#include <string.h>

#include "project_internal.h"

#define MAX_PARENTS 40 /* looked into for one name */
#define MAX_PROXIES 20

static void
reverse_free(gpointer data)
{
    g_free(data);
}

void
pga_django_links_free(gpointer data)
{
    DjangoLinks *links = data;

    if (!links)
        return;
    g_hash_table_unref(links->fields);
    g_hash_table_unref(links->queries);
    g_hash_table_unref(links->accessors);
    g_free(links);
}

const DjangoLinks *
pga_django_links(const PgaDjangoModel *model)
{
    return model ? model->links : NULL;
}

gboolean
pga_django_links_rows(const PgaDjangoField *field)
{
    return field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE ||
           field->kind == PGA_DJANGO_MANY_TO_MANY || field->kind == PGA_DJANGO_GENERIC_RELATION;
}

static gboolean
is_key(const PgaDjangoField *field)
{
    return field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE;
}

gboolean
pga_django_is_parent_link(const PgaDjangoField *field)
{
    return field->kind == PGA_DJANGO_ONE_TO_ONE &&
           pga_py_argument_is_true(field->call, "parent_link");
}

/* --- making them --- */

static DjangoLinks *
links_new(const PgaDjangoProject *project, const PgaDjangoModel *model)
{
    DjangoLinks *links = g_new0(DjangoLinks, 1);

    links->project = project;
    links->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    links->queries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, reverse_free);
    links->accessors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, reverse_free);
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        g_hash_table_replace(links->fields, g_strdup(field->name), (gpointer)field);
        if (field->is_primary_key || field->kind == PGA_DJANGO_COMPOSITE_KEY)
            g_hash_table_replace(links->fields, g_strdup("pk"), (gpointer)field);
    }
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        char *attribute = is_key(field) ? g_strconcat(field->name, "_id", NULL) : NULL;

        if (attribute && !g_hash_table_contains(links->fields, attribute))
            g_hash_table_replace(links->fields, attribute, (gpointer)field);
        else
            g_free(attribute);
    }
    return links;
}

/* "%(app_label)s_%(class)s" filled in. (transfer full) */
static char *
filled(const char *pattern, const PgaDjangoModel *model)
{
    const char *const names[] = {"%(class)s", "%(model_name)s", "%(app_label)s"};
    g_autofree char *lower = g_ascii_strdown(model->name, -1);
    g_autofree char *app = g_ascii_strdown(model->app, -1);
    char *whole = g_strdup(pattern);

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_auto(GStrv) parts = g_strsplit(whole, names[i], -1);

        g_free(whole);
        whole = g_strjoinv(i < 2 ? lower : app, parts);
    }
    return whole;
}

static void
add_reverse(GHashTable *into, const char *name, const PgaDjangoModel *model,
            const PgaDjangoField *field)
{
    DjangoBackward *reverse;

    if (strchr(name, '+') || g_hash_table_contains(into, name))
        return;
    reverse = g_new0(DjangoBackward, 1);
    reverse->model = model;
    reverse->field = field;
    g_hash_table_replace(into, g_strdup(name), reverse);
}

/* Symmetrical relations to oneself have no other end. */
static gboolean
is_symmetrical(const PgaDjangoModel *model, const PgaDjangoField *field,
               const PgaDjangoModel *target)
{
    const PgaPyValue *stated = pga_py_argument(field->call, G_MAXUINT, "symmetrical");

    return field->kind == PGA_DJANGO_MANY_TO_MANY && target == model &&
           !(stated && stated->kind == PGA_PY_BOOL && !stated->truth);
}

static void
link_field(const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const PgaDjangoModel *target = pga_django_field_target(model, field);
    const DjangoLinks *links = pga_django_links(target);
    const char *stated = pga_py_argument_text(field->call, G_MAXUINT, "related_name");
    const char *query = pga_py_argument_text(field->call, G_MAXUINT, "related_query_name");
    const char *related = stated ? stated : model->default_related_name;
    g_autofree char *lower = g_ascii_strdown(model->name, -1);
    g_autofree char *name = related ? filled(related, model) : NULL;
    g_autofree char *query_name = query ? filled(query, model) : NULL;
    g_autofree char *set = g_strconcat(lower, "_set", NULL);

    if (!links || is_symmetrical(model, field, target))
        return;
    if (field->kind == PGA_DJANGO_GENERIC_RELATION) {
        if (query_name)
            add_reverse(links->queries, query_name, model, field);
        return;
    }
    add_reverse(links->queries, query_name ? query_name : name ? name : lower, model, field);
    add_reverse(links->accessors,
                name                                   ? name
                : field->kind == PGA_DJANGO_ONE_TO_ONE ? lower
                                                       : set,
                model, field);
}

void
pga_django_find_links(PgaDjangoProject *project)
{
    project->by_model = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < project->models->len; i++) {
        PgaDjangoModel *model = g_ptr_array_index(project->models, i);
        g_autofree char *name = g_strconcat(model->app, ".", model->name, NULL);
        char *lower = g_ascii_strdown(name, -1);

        model->links = links_new(project, model);
        if (g_hash_table_contains(project->by_model, lower))
            g_free(lower);
        else
            g_hash_table_replace(project->by_model, lower, model);
    }
    for (guint i = 0; i < project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(project->models, i);

        for (guint j = 0; !model->is_abstract && !model->is_swapped && j < model->fields->len; j++)
            if (pga_django_links_rows(g_ptr_array_index(model->fields, j)))
                link_field(model, g_ptr_array_index(model->fields, j));
    }
}

/* --- asking them --- */

const PgaDjangoModel *
pga_django_concrete(const PgaDjangoModel *model)
{
    for (guint i = 0; i < MAX_PROXIES && model && model->is_proxy && model->parent; i++) {
        const DjangoLinks *links = pga_django_links(model);
        const PgaDjangoModel *parent =
            links ? pga_django_project_model(links->project, model->parent) : NULL;

        if (!parent)
            break;
        model = parent;
    }
    return model;
}

const PgaDjangoModel *
pga_django_field_target(const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const DjangoLinks *links = pga_django_links(model);

    if (!links || !field->target)
        return NULL;
    return pga_django_concrete(pga_django_project_model(links->project, field->target));
}

/* NOLINTBEGIN(misc-no-recursion): @left ends it */

static gboolean
find_name(const PgaDjangoModel *given, const char *name, gboolean accessors, GArray *hops,
          DjangoNamed *out, guint *left)
{
    const PgaDjangoModel *model = pga_django_concrete(given);
    const DjangoLinks *links = pga_django_links(model);
    const DjangoBackward *reverse;

    if (!links || (*left)-- <= 1)
        return FALSE;
    out->field = g_hash_table_lookup(links->fields, name);
    out->owner = model;
    out->is_reverse = FALSE;
    if (out->field)
        return TRUE;
    reverse = g_hash_table_lookup(accessors ? links->accessors : links->queries, name);
    if (reverse) {
        *out = (DjangoNamed){reverse->model, reverse->field, TRUE};
        return TRUE;
    }
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        const PgaDjangoModel *parent =
            pga_django_is_parent_link(field) ? pga_django_field_target(model, field) : NULL;
        const PgaDjangoHop hop = {field, parent, FALSE};
        const guint before = hops->len;

        if (!parent)
            continue;
        g_array_append_val(hops, hop);
        if (find_name(parent, name, accessors, hops, out, left))
            return TRUE;
        g_array_set_size(hops, before);
    }
    return FALSE;
}

/* NOLINTEND(misc-no-recursion) */

gboolean
pga_django_find_name(const PgaDjangoModel *model, const char *name, gboolean accessors,
                     GArray *hops, DjangoNamed *out)
{
    guint left = MAX_PARENTS;

    return find_name(model, name, accessors, hops, out, &left);
}

const PgaDjangoField *
pga_django_model_key(const PgaDjangoModel *model)
{
    const PgaDjangoModel *concrete = pga_django_concrete(model);
    const DjangoLinks *links = pga_django_links(concrete);

    return links ? g_hash_table_lookup(links->fields, "pk") : NULL;
}

GArray *
pga_django_model_accessor(const PgaDjangoModel *model, const char *name)
{
    GArray *hops = g_array_new(FALSE, FALSE, sizeof(PgaDjangoHop));
    DjangoNamed named;
    PgaDjangoHop hop;

    if (!pga_django_find_name(model, name, TRUE, hops, &named)) {
        g_array_set_size(hops, 0);
        return hops;
    }
    hop = (PgaDjangoHop){named.field, named.owner, named.is_reverse};
    if (!named.is_reverse)
        hop.model = pga_django_links_rows(named.field) && g_str_equal(named.field->name, name)
                        ? pga_django_field_target(named.owner, named.field)
                        : NULL;
    if (hop.model)
        g_array_append_val(hops, hop);
    else
        g_array_set_size(hops, 0);
    return hops;
}

const PgaDjangoField *
pga_django_model_attribute(const PgaDjangoModel *model, const char *name, gboolean *is_only_id)
{
    g_autoptr(GArray) hops = g_array_new(FALSE, FALSE, sizeof(PgaDjangoHop));
    DjangoNamed named;

    if (is_only_id)
        *is_only_id = FALSE;
    if (!pga_django_find_name(model, name, TRUE, hops, &named) || named.is_reverse)
        return NULL;
    if (is_only_id)
        *is_only_id = is_key(named.field) && !g_str_equal(named.field->name, name);
    return named.field;
}

gboolean
pga_django_hop_is_many(const PgaDjangoHop *hop)
{
    if (hop->field->kind == PGA_DJANGO_MANY_TO_MANY)
        return TRUE;
    if (hop->field->kind == PGA_DJANGO_GENERIC_RELATION)
        return !hop->is_reverse;
    return hop->is_reverse && hop->field->kind == PGA_DJANGO_FOREIGN_KEY && !hop->field->is_unique;
}

/* Privileges compared as what they allow: a list that was never changed is not there at all, and
 * the same list has any order. */
#include "difference_internal.h"

#include <base/text.h>
#include <string.h>

/** An access control list and what it is of. */
typedef struct {
    const char *acl;                            /* (nullable): array text */
    const char *owner;                          /* (nullable) */
    const char *initial_public, *initial_owner; /* letters of what nobody has granted */
} List;

/* Source: acldefault(), src/backend/utils/adt/acl.c. */
static List
of_object(const PgaObject *object)
{
    static const struct {
        const char *prefix, *initial_public, *initial_owner;
    } kinds[] = {
        {"function ", "X", "X"},
        {"procedure ", "X", "X"},
        {"aggregate ", "X", "X"},
        {"type ", "U", "U"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_has_prefix(object->name, kinds[i].prefix))
            return (List){object->acl, object->owner, kinds[i].initial_public,
                          kinds[i].initial_owner};
    return (List){object->acl, object->owner, "", ""};
}

static List
list_of(const PgaRecordType *type, gconstpointer record)
{
    if (type == &pga_object_type)
        return of_object(record);
    if (type == &pga_namespace_type) {
        const PgaNamespace *schema = record;

        return (List){schema->acl, schema->owner, "", "UC"};
    }
    if (type == &pga_relation_extra_type) {
        const PgaRelationExtra *relation = record;

        return (List){relation->acl, relation->owner, "",
                      relation->relkind == 'S' ? "rwU" : "arwdDxt"};
    }
    return (List){((const PgaAttributeExtra *)record)->acl, NULL, "", ""};
}

/* Without MAINTAIN, which came with 17 to every owner. */
static char *
without_maintain(const char *item)
{
    const char *letters = strrchr(item, '=');
    GString *out = g_string_new(NULL);

    for (const char *at = item; *at; at++)
        if (*at != 'm' || !letters || at < letters || strchr(letters, '/') < at)
            g_string_append_c(out, *at);
    return g_string_free(out, FALSE);
}

/* (transfer full): the items, sorted. */
static GPtrArray *
items_of(const List *list)
{
    GPtrArray *items = g_ptr_array_new_with_free_func(g_free);

    if (list->acl) {
        g_auto(GStrv) parts = g_strsplit_set(list->acl, "{},", -1);

        for (guint i = 0; parts[i]; i++)
            if (*parts[i])
                g_ptr_array_add(items, without_maintain(parts[i]));
    } else if (list->owner) {
        if (*list->initial_public)
            g_ptr_array_add(items, g_strdup_printf("=%s/%s", list->initial_public, list->owner));
        if (*list->initial_owner)
            g_ptr_array_add(
                items, g_strdup_printf("%s=%s/%s", list->owner, list->initial_owner, list->owner));
    }
    g_ptr_array_sort(items, pga_compare_texts);
    return items;
}

gboolean
pga_difference_same_acl(const PgaRecordType *type, gconstpointer before, gconstpointer after)
{
    const List was = list_of(type, before), is = list_of(type, after);
    g_autoptr(GPtrArray) left = items_of(&was), right = items_of(&is);

    if (left->len != right->len)
        return FALSE;
    for (guint i = 0; i < left->len; i++)
        if (!g_str_equal(g_ptr_array_index(left, i), g_ptr_array_index(right, i)))
            return FALSE;
    return TRUE;
}

char *
pga_difference_sorted(const char *text)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    g_auto(GStrv) parts = text ? g_strsplit(text, ", ", -1) : NULL;
    GString *out;

    if (!text)
        return NULL;
    for (guint i = 0; parts[i]; i++)
        g_ptr_array_add(sorted, parts[i]);
    g_ptr_array_sort(sorted, pga_compare_texts);
    out = g_string_new(NULL);
    for (guint i = 0; i < sorted->len; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "", (char *)g_ptr_array_index(sorted, i));
    return g_string_free(out, FALSE);
}

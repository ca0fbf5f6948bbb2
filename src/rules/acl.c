/* Reading aclitem[]: {postgres=arwdDxt/postgres,=r/postgres,"\"odd one\"=r/postgres"}. Source:
 * aclitemout() in PostgreSQL 17 src/backend/utils/adt/acl.c */
#include "acl_internal.h"

#include <string.h>

static void
item_free(gpointer data)
{
    PgaAclItem *item = data;

    g_free(item->grantee);
    g_free(item->privileges);
    g_free(item);
}

/* One element without the array's quotes into @out; what follows it. */
static const char *
read_element(const char *c, GString *out)
{
    const gboolean quoted = *c == '"';

    for (c += quoted; *c && (quoted ? *c != '"' : *c != ',' && *c != '}'); c++) {
        if (*c == '\\' && c[1])
            c++;
        g_string_append_c(out, *c);
    }
    return quoted && *c ? c + 1 : c;
}

/* The name before "=", without an identifier's quotes; what follows the "=". NULL without one. */
static const char *
read_grantee(const char *c, GString *out)
{
    const gboolean quoted = *c == '"';

    for (c += quoted; *c; c++) {
        if (quoted && *c == '"' && *++c != '"')
            break;
        if (!quoted && *c == '=')
            break;
        g_string_append_c(out, *c);
    }
    return *c == '=' ? c + 1 : NULL;
}

static void
add_item(GPtrArray *items, const char *element)
{
    g_autoptr(GString) grantee = g_string_new(NULL);
    const char *privileges = read_grantee(element, grantee);
    PgaAclItem *item;

    if (!privileges)
        return;
    item = g_new(PgaAclItem, 1);
    item->grantee = g_strdup(grantee->str);
    item->privileges = g_strndup(privileges, strcspn(privileges, "/"));
    g_ptr_array_add(items, item);
}

GPtrArray *
pga_acl_parse(const char *acl)
{
    GPtrArray *items = g_ptr_array_new_with_free_func(item_free);
    const char *c = acl && *acl == '{' ? acl + 1 : "";

    while (*c && *c != '}') {
        g_autoptr(GString) element = g_string_new(NULL);

        c = read_element(c, element);
        add_item(items, element->str);
        c += *c == ',';
    }
    return items;
}

gboolean
pga_acl_public_has(const char *acl, const char *privileges)
{
    g_autoptr(GPtrArray) items = pga_acl_parse(acl);

    for (guint i = 0; i < items->len; i++) {
        const PgaAclItem *item = g_ptr_array_index(items, i);

        if (!*item->grantee && strpbrk(item->privileges, privileges))
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_acl_others_have(const char *acl, const char *owner, const char *privileges)
{
    g_autoptr(GPtrArray) items = pga_acl_parse(acl);

    for (guint i = 0; i < items->len; i++) {
        const PgaAclItem *item = g_ptr_array_index(items, i);

        if (g_strcmp0(item->grantee, owner) != 0 && strpbrk(item->privileges, privileges))
            return TRUE;
    }
    return FALSE;
}

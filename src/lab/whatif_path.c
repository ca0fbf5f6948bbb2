/* Where statements look for what they name: the search_path that the source's role has. */
#include "base/text.h"
#include "sizes_internal.h"
#include "whatif_internal.h"
#include <string.h>

const char *
pga_whatif_intern(PgaWhatif *whatif, const char *path)
{
    const char *known = g_hash_table_lookup(whatif->paths, path);
    char *made;

    if (known)
        return known;
    made = g_strdup(path);
    g_hash_table_add(whatif->paths, made);
    return made;
}

/* (nullable): what ALTER ROLE … SET says; IN DATABASE before everywhere. */
static const char *
path_of_role(const PgaObjects *objects, const char *rolname)
{
    const char *path = NULL;

    for (guint i = 0; objects && i < objects->role_settings->len; i++) {
        const PgaRoleSetting *setting = g_ptr_array_index(objects->role_settings, i);

        if (g_strcmp0(setting->rolname, rolname) == 0 &&
            strcmp(setting->name, "search_path") == 0 && (setting->in_database || !path))
            path = setting->value;
    }
    return path;
}

static const char *
path_of_source(const PgaCatalog *catalog)
{
    const PgaSetting *setting = pga_catalog_setting(catalog, "search_path");

    return setting && setting->setting ? setting->setting : "\"$user\", public";
}

/* "$user" is the role of the source, not that of the session. */
char *
pga_whatif_search_path(const PgaCatalog *catalog, const PgaObjects *objects, const char *usename)
{
    const char *path = usename ? path_of_role(objects, usename) : NULL;
    g_autofree char *user = usename ? pga_quote_identifier(usename) : NULL;
    GString *text = g_string_new(path ? path : path_of_source(catalog));

    if (user) {
        g_string_replace(text, "\"$user\"", user, 0);
        if (strcmp(text->str, "$user") == 0)
            g_string_assign(text, user);
    }
    return g_string_free(text, FALSE);
}

const char *
pga_whatif_path_of(PgaWhatif *whatif, const char *usename)
{
    g_autofree char *path =
        pga_whatif_search_path(whatif->clone->catalog, whatif->clone->objects, usename);

    return pga_whatif_intern(whatif, path);
}

/* Operator classes may be written without the schema that the extension is in. */
const char *
pga_whatif_path_for_indexes(PgaWhatif *whatif, GError **error)
{
    g_autoptr(GString) text = g_string_new(whatif->path);
    g_autoptr(PGresult) rows =
        pga_clone_query(whatif->clone->admin,
                        "SELECT DISTINCT pg_catalog.quote_ident(n.nspname)"
                        " FROM pg_catalog.pg_extension e"
                        " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace"
                        " WHERE n.nspname <> 'pg_catalog' ORDER BY 1",
                        NULL, 0, error);

    if (!rows)
        return NULL;
    for (int i = 0; i < PQntuples(rows); i++)
        g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", PQgetvalue(rows, i, 0));
    return pga_whatif_intern(whatif, text->str);
}

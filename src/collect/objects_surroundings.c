/* What objects live in and belong to: the database, schemas, roles, tablespaces, and the settings
 * that come with them. */
#include "objects_internal.h"

static gboolean
query(PgaCollector *collector, const char *name, const char *what, PGresult **result,
      GError **error)
{
    return pga_collector_query(collector,
                               &(PgaQuery){.name = name, .what = what, .need = PGA_QUERY_OPTIONAL},
                               result, error);
}

gboolean
pga_collect_database(PgaCollector *collector, GError **error)
{
    PgaObjects *objects = pga_collector_objects(collector);
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "object_database",
                                         .what = "the database's encoding and locale",
                                         .need = PGA_QUERY_ESSENTIAL},
                             &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        objects->encoding = pga_rows_dup(&rows, "encoding");
        objects->collate = pga_rows_dup(&rows, "datcollate");
        objects->ctype = pga_rows_dup(&rows, "datctype");
        objects->provider = pga_rows_char(&rows, "provider");
        objects->locale = pga_rows_dup(&rows, "locale");
        objects->icu_rules = pga_rows_dup(&rows, "icu_rules");
        objects->tablespace = pga_rows_dup(&rows, "tablespace");
    }
    return TRUE;
}

gboolean
pga_collect_namespaces(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!query(collector, "object_namespaces", "schemas", &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        g_autofree char *nspname = pga_rows_dup(&rows, "nspname");
        PgaNamespace *namespace =
            pga_objects_add_namespace(pga_collector_objects(collector), nspname);

        namespace->owner = pga_rows_dup(&rows, "owner");
        namespace->acl = pga_rows_dup(&rows, "acl");
    }
    return TRUE;
}

gboolean
pga_collect_roles(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!query(collector, "object_roles", "roles", &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        g_autofree char *rolname = pga_rows_dup(&rows, "rolname");
        PgaRole *role = pga_objects_add_role(pga_collector_objects(collector), rolname);
        GPtrArray *member_of;

        role->rolsuper = pga_rows_bool(&rows, "rolsuper");
        role->rolinherit = pga_rows_bool(&rows, "rolinherit");
        role->rolbypassrls = pga_rows_bool(&rows, "rolbypassrls");
        role->rolcanlogin = pga_rows_bool(&rows, "rolcanlogin");
        member_of = pga_rows_texts(&rows, "member_of");
        if (member_of)
            g_ptr_array_extend_and_steal(role->member_of, member_of);
        pga_collect_role_attributes(role, &rows);
    }
    return TRUE;
}

gboolean
pga_collect_tablespaces(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!query(collector, "object_tablespaces", "tablespaces", &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        g_autofree char *spcname = pga_rows_dup(&rows, "spcname");
        PgaTablespace *tablespace =
            pga_objects_add_tablespace(pga_collector_objects(collector), spcname);

        tablespace->options = pga_rows_dup(&rows, "options");
    }
    return TRUE;
}

gboolean
pga_collect_role_settings(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!query(collector, "object_role_settings", "settings of roles and of the database", &result,
               error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        g_autofree char *rolname = pga_rows_dup(&rows, "rolname");
        const gboolean in_database = pga_rows_bool(&rows, "in_database");
        g_autofree char *name = pga_rows_dup(&rows, "name");
        PgaRoleSetting *setting =
            pga_objects_add_role_setting(pga_collector_objects(collector), name);

        setting->rolname = g_steal_pointer(&rolname);
        setting->in_database = in_database;
        setting->value = pga_rows_dup(&rows, "value");
    }
    return TRUE;
}

gboolean
pga_collect_enum_labels(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    if (!query(collector, "object_enum_labels", "labels of enums", &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        PgaEnumLabel *label =
            pga_objects_add_enum_label(pga_collector_objects(collector),
                                       pga_rows_oid(&rows, "type"), pga_rows_oid(&rows, "oid"));

        label->sortorder = pga_rows_dup(&rows, "sortorder");
        label->label = pga_rows_dup(&rows, "label");
    }
    return TRUE;
}

/* pg_depend, its parts counted to their wholes: a default, a constraint or an index to its
 * relation, a row type to the relation, an array to its element. */
#include "objects_internal.h"

/* An array of multiranges of a range: nothing in PostgreSQL nests deeper. */
enum { MAX_NESTING = 8 };

/** A part and what it is counted to. */
typedef struct {
    PgaObjectId part, whole;
    gboolean late;
} Part;

static PgaObjectId
object_id(PgaRows *rows, const char *classid, const char *oid)
{
    const PgaObjectId class = pga_rows_oid(rows, classid);

    return PGA_OBJECT_ID(class, pga_rows_oid(rows, oid));
}

static void
add_parts(GArray *parts, const PGresult *result)
{
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        const Part part = {
            .part = object_id(&rows, "classid", "objid"),
            .whole = object_id(&rows, "refclassid", "refobjid"),
            .late = pga_rows_bool(&rows, "late"),
        };

        g_array_append_val(parts, part);
    }
}

/* (transfer full): of PgaObjectId * to Part *, both borrowed from @parts. */
static GHashTable *
index_parts(GArray *parts)
{
    GHashTable *by_id = g_hash_table_new(g_int64_hash, g_int64_equal);

    for (guint i = 0; i < parts->len; i++) {
        Part *part = &g_array_index(parts, Part, i);

        g_hash_table_insert(by_id, &part->part, part);
    }
    return by_id;
}

static PgaObjectId
whole_of(GHashTable *parts, PgaObjectId id, gboolean *late)
{
    for (guint i = 0; i < MAX_NESTING; i++) {
        const Part *part = g_hash_table_lookup(parts, &id);

        if (!part)
            break;
        *late = *late || part->late;
        id = part->whole;
    }
    return id;
}

static void
add_dependency(PgaObjects *objects, GHashTable *parts, PgaRows *rows)
{
    const PgaObjectId dependent = object_id(rows, "classid", "objid");
    const PgaObjectId referenced = object_id(rows, "refclassid", "refobjid");
    PgaDependency dependency = {.late = PGA_OBJECT_CLASS(dependent) == PGA_CLASS_POLICY};
    gboolean ignored = FALSE;

    dependency.dependent = whole_of(parts, dependent, &dependency.late);
    dependency.referenced = whole_of(parts, referenced, &ignored);
    if (dependency.dependent != dependency.referenced)
        g_array_append_val(objects->dependencies, dependency);
}

/* Half of them would be an order that is wrong. */
static gboolean
query(PgaCollector *collector, const char *name, const char *what, PGresult **result,
      GError **error)
{
    return pga_collector_query(collector,
                               &(PgaQuery){.name = name, .what = what, .need = PGA_QUERY_ESSENTIAL},
                               result, error);
}

gboolean
pga_collect_dependencies(PgaCollector *collector, GError **error)
{
    g_autoptr(PGresult) dependencies = NULL, others = NULL, defaults = NULL;
    g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(Part));
    g_autoptr(GHashTable) by_id = NULL;
    PgaRows rows;

    if (!query(collector, "object_parts", "parts of objects", &others, error) ||
        !query(collector, "object_defaults", "defaults of columns", &defaults, error) ||
        !query(collector, "object_dependencies", "dependencies", &dependencies, error))
        return FALSE;
    add_parts(parts, others);
    add_parts(parts, defaults);
    by_id = index_parts(parts);
    rows = (PgaRows)PGA_ROWS_INIT(dependencies);
    while (pga_rows_next(&rows))
        add_dependency(pga_collector_objects(collector), by_id, &rows);
    return TRUE;
}

static gboolean
is_known(const PgaObjects *objects, PgaObjectId id)
{
    const gboolean is_relation = PGA_OBJECT_CLASS(id) == PGA_CLASS_RELATION;

    return pga_objects_lookup(objects, id) ||
           (is_relation && pga_objects_relation(objects, PGA_OBJECT_OID(id)));
}

/* Of extensions, of other sessions' temporary tables, of what is locked. */
void
pga_objects_drop_unknown_dependencies(PgaObjects *objects)
{
    PgaDependency *all = (PgaDependency *)(gpointer)objects->dependencies->data;
    guint kept = 0;

    for (guint i = 0; i < objects->dependencies->len; i++)
        if (is_known(objects, all[i].dependent) && is_known(objects, all[i].referenced))
            all[kept++] = all[i];
    g_array_set_size(objects->dependencies, kept);
}

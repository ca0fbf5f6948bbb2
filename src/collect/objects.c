/* What a clone needs besides the Catalog: every subject in turn, in one transaction. */
#include "collect/clone_source.h"

#include <base/interrupt.h>

#include "objects_internal.h"

static gboolean
read_subjects(PgaCollector *collector, GError **error)
{
    static gboolean (*const subjects[])(PgaCollector *, GError **) = {
        pga_collect_database,        pga_collect_namespaces,    pga_collect_roles,
        pga_collect_tablespaces,     pga_collect_role_settings, pga_collect_definitions,
        pga_collect_relation_extras, pga_collect_dependencies,  pga_collect_role_passwords,
        pga_collect_enum_labels,     pga_collect_schema,
    };
    PgaObjectsReading *reading = collector->data;

    g_clear_pointer(&reading->objects, pga_objects_free); /* of an earlier attempt */
    reading->objects = pga_objects_new();
    for (guint i = 0; i < G_N_ELEMENTS(subjects); i++)
        if (pga_interrupt_check(error) || !subjects[i](collector, error))
            return FALSE;
    return TRUE;
}

gboolean
pga_collect_objects(PgaConnection *connection, const PgaCollectOptions *options,
                    PgaObjects **objects, GPtrArray *not_checked, GError **error)
{
    PgaObjectsReading reading = {0};
    const PgaCollection collection = {.read = read_subjects, .data = &reading};

    if (!pga_collector_run(connection, options, &collection, not_checked, error)) {
        pga_objects_free(reading.objects);
        return FALSE;
    }
    pga_objects_finish(reading.objects);
    pga_objects_drop_unknown_dependencies(reading.objects);
    *objects = reading.objects;
    return TRUE;
}

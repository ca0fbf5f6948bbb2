/* The parts of a collection of objects; each adds to collector->data, a PgaObjects. */
#pragma once
#include <model/object.h>

#include "collector_internal.h"

G_BEGIN_DECLS

/** The collection's data. */
typedef struct {
    PgaObjects *objects;
} PgaObjectsReading;

static inline PgaObjects *
pga_collector_objects(const PgaCollector *collector)
{
    return ((const PgaObjectsReading *)collector->data)->objects;
}

/* objects_definitions.c */
gboolean pga_collect_definitions(PgaCollector *collector, GError **error);

/* objects_dependencies.c: needs the sorted objects and relations. */
gboolean pga_collect_dependencies(PgaCollector *collector, GError **error);
void pga_objects_drop_unknown_dependencies(PgaObjects *objects);

/* objects_surroundings.c */
gboolean pga_collect_database(PgaCollector *collector, GError **error);
gboolean pga_collect_namespaces(PgaCollector *collector, GError **error);
gboolean pga_collect_roles(PgaCollector *collector, GError **error);
gboolean pga_collect_tablespaces(PgaCollector *collector, GError **error);
gboolean pga_collect_role_settings(PgaCollector *collector, GError **error);
gboolean pga_collect_enum_labels(PgaCollector *collector, GError **error);

/* objects_roles.c: @rows is at a row of object_roles. */
void pga_collect_role_attributes(PgaRole *role, PgaRows *rows);
gboolean pga_collect_role_passwords(PgaCollector *collector, GError **error);

/* objects_schema.c */
gboolean pga_collect_schema(PgaCollector *collector, GError **error);

/* objects_relations.c */
gboolean pga_collect_relation_extras(PgaCollector *collector, GError **error);

G_END_DECLS

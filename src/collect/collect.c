/* The Catalog and the Environment of a server: every subject in turn. */
#include "collect/collect.h"

#include <base/interrupt.h>

#include "collector_internal.h"

/** Where a collection goes. */
typedef struct {
    PgaCatalog **catalog;
    PgaEnvironment **environment;
} Destination;

static gboolean
read_subjects(PgaCollector *collector, GError **error)
{
    static gboolean (*const subjects[])(PgaCollector *, GError **) = {
        pga_collect_environment, pga_collect_indexes,    pga_collect_constraints,
        pga_collect_sequences,   pga_collect_types,      pga_collect_extensions,
        pga_collect_relations,   pga_collect_statistics, pga_collect_dependents,
    };

    for (guint i = 0; i < G_N_ELEMENTS(subjects); i++)
        if (pga_interrupt_check(error) || !subjects[i](collector, error))
            return FALSE;
    return TRUE;
}

static void
hand_over(PgaCollector *collector)
{
    const Destination *destination = collector->data;

    pga_catalog_finish(collector->catalog);
    *destination->catalog = g_steal_pointer(&collector->catalog);
    *destination->environment = g_steal_pointer(&collector->environment);
}

gboolean
pga_collect(PgaConnection *connection, const PgaCollectOptions *options, PgaCatalog **catalog,
            PgaEnvironment **environment, GPtrArray *not_checked, GError **error)
{
    Destination destination = {.catalog = catalog, .environment = environment};
    const PgaCollection collection = {
        .begin = pga_collect_settings,
        .read = read_subjects,
        .hand_over = hand_over,
        .data = &destination,
    };

    return pga_collector_run(connection, options, &collection, not_checked, error);
}

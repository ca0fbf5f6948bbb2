/* The rules say what is worth measuring, the collection measures it. */
#include "measure_internal.h"

#include <collect/measure.h>
#include <rules/bloat.h>

static void
note_not_live(const char *option, GPtrArray *not_checked)
{
    g_ptr_array_add(not_checked,
                    pga_not_checked_new(NULL, g_strdup_printf("what %s asks for", option),
                                        g_strdup("it needs a running server")));
}

static gboolean
measure_bloat(PgaSource *source, const PgaRuleSource *rules, GPtrArray *not_checked, GError **error)
{
    g_autoptr(GArray) tables = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    g_autoptr(GArray) indexes = g_array_new(FALSE, FALSE, sizeof(PgaOid));

    pga_bloat_candidates(rules, tables, indexes);
    return pga_measure_bloat(source->connection, &source->collect, source->catalog, tables, indexes,
                             not_checked, error);
}

static gboolean
verify_indexes(PgaSource *source, const PgaRuleSource *rules, GPtrArray *not_checked,
               GError **error)
{
    g_autoptr(GArray) indexes = g_array_new(FALSE, FALSE, sizeof(PgaOid));

    pga_btree_oids(rules, indexes);
    return pga_verify_indexes(source->connection, &source->collect, source->catalog, indexes,
                              not_checked, error);
}

gboolean
pga_app_measure(const PgaCheckRequest *request, PgaSource *source,
                const PgaConfiguration *configuration, GPtrArray *not_checked, GError **error)
{
    const PgaRuleSource rules = {.catalog = source->catalog,
                                 .environment = source->environment,
                                 .configuration = configuration};
    const gboolean live = source->environment->source_kind == PGA_SOURCE_LIVE;

    if (request->exact && !live)
        note_not_live("--exact", not_checked);
    if (request->deep && !live)
        note_not_live("--deep", not_checked);
    if (!live)
        return TRUE;
    return (!request->exact || measure_bloat(source, &rules, not_checked, error)) &&
           (!request->deep || verify_indexes(source, &rules, not_checked, error));
}

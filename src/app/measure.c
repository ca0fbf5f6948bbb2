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
measure_bloat(const PgaMeasureSource *source, const PgaRuleSource *rules, GError **error)
{
    g_autoptr(GArray) tables = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    g_autoptr(GArray) indexes = g_array_new(FALSE, FALSE, sizeof(PgaOid));

    pga_bloat_candidates(rules, tables, indexes);
    return pga_measure_bloat(source, tables, indexes, error);
}

static gboolean
verify_indexes(const PgaMeasureSource *source, const PgaRuleSource *rules, GError **error)
{
    g_autoptr(GArray) indexes = g_array_new(FALSE, FALSE, sizeof(PgaOid));

    pga_btree_oids(rules, indexes);
    return pga_verify_indexes(source, indexes, error);
}

gboolean
pga_app_measure(const PgaCheckRequest *request, PgaSource *source,
                const PgaConfiguration *configuration, GPtrArray *not_checked, GError **error)
{
    const PgaRuleSource rules = {.catalog = source->catalog,
                                 .environment = source->environment,
                                 .configuration = configuration};
    const PgaMeasureSource measured = {.connection = source->connection,
                                       .options = &source->collect,
                                       .catalog = source->catalog,
                                       .not_checked = not_checked};
    const gboolean live = source->environment->source_kind == PGA_SOURCE_LIVE;

    if (request->exact && !live)
        note_not_live("--exact", not_checked);
    if (request->deep && !live)
        note_not_live("--deep", not_checked);
    if (!live)
        return TRUE;
    return (!request->exact || measure_bloat(&measured, &rules, error)) &&
           (!request->deep || verify_indexes(&measured, &rules, error));
}

/* The numeric part of the source's column statistics in the clone's pg_statistic: no values. What a
 * source of DDL cannot have is assumed for foreign keys only: that every referenced row is
 * referenced. */
#include "base/error.h"
#include "sizes_internal.h"
#include <math.h>

enum { COLLATED_SINCE = 120000 };

PGresult *
pga_clone_query(PgaSession *session, const char *sql, const char *const *params, int n_params,
                GError **error)
{
    g_autoptr(PGresult) result = pga_session_exec(session, sql, params, n_params, TRUE, error);
    g_autofree char *message = NULL;

    if (!result || !pga_result_failed(result))
        return g_steal_pointer(&result);
    message = pga_result_message(result);
    pga_error_set(error, PGA_ERROR_LAB, "the lab could not be told the source's numbers");
    pga_error_detail(error, "%s.", message);
    return NULL;
}

char *
pga_number_text(double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_dtostr(text, sizeof text, value));
}

static const char forget_statistics[] =
    "DELETE FROM pg_catalog.pg_statistic WHERE starelid = $1::pg_catalog.oid";

/* The numeric part of one column's statistics; the correlation with the operator that the planner
 * asks for. */
static const char add_statistics[] =
    "INSERT INTO pg_catalog.pg_statistic (starelid, staattnum, stainherit, stanullfrac, stawidth, "
    "stadistinct,"
    " stakind1, stakind2, stakind3, stakind4, stakind5, staop1, staop2, staop3, staop4, staop5, "
    "stanumbers1%s)"
    " SELECT a.attrelid, a.attnum, false, $3::pg_catalog.float4, $4::pg_catalog.int4, "
    "$5::pg_catalog.float4,"
    " CASE WHEN s.op IS NULL OR $6::pg_catalog.float4 IS NULL THEN 0 ELSE 3 END, 0, 0, 0, 0,"
    " CASE WHEN $6::pg_catalog.float4 IS NULL THEN 0::pg_catalog.oid ELSE COALESCE(s.op, 0) END, "
    "0, 0, 0, 0,"
    " CASE WHEN s.op IS NULL OR $6::pg_catalog.float4 IS NULL THEN NULL ELSE "
    "ARRAY[$6::pg_catalog.float4] END%s"
    " FROM pg_catalog.pg_attribute a LEFT JOIN LATERAL (SELECT m.amopopr AS op FROM "
    "pg_catalog.pg_opclass o"
    " JOIN pg_catalog.pg_amop m ON m.amopfamily = o.opcfamily AND m.amopstrategy = 1"
    " AND m.amoplefttype = o.opcintype AND m.amoprighttype = o.opcintype"
    " WHERE o.opcmethod = 403 AND o.opcdefault AND o.opcintype ="
    " CASE WHEN a.atttypid = 1043 THEN 25 ELSE a.atttypid END) s ON true"
    " WHERE a.attrelid = $1::pg_catalog.oid AND a.attname = $2 AND a.attnum > 0";

static gboolean
set_attribute(PgaClone *clone, const char *oid, const PgaAttribute *attribute,
              const PgaAttributeStats *stats, GError **error)
{
    const gboolean collated = clone->lab->binaries->version_num >= COLLATED_SINCE;
    g_autofree char *sql = g_strdup_printf(
        add_statistics, collated ? ", stacoll1, stacoll2, stacoll3, stacoll4, stacoll5" : "",
        collated ? ", a.attcollation, 0, 0, 0, 0" : "");
    g_autofree char *null_frac = pga_number_text(stats->null_frac);
    g_autofree char *width = g_strdup_printf("%d", stats->avg_width);
    g_autofree char *distinct = pga_number_text(stats->n_distinct);
    g_autofree char *correlation =
        isnan(stats->correlation) ? NULL : pga_number_text(stats->correlation);
    const char *const params[] = {oid, attribute->attname, null_frac, width, distinct, correlation};
    g_autoptr(PGresult) done =
        pga_clone_query(clone->admin, sql, params, G_N_ELEMENTS(params), error);

    return done != NULL;
}

/* (nullable): what @attribute, alone, references. */
static const PgaRelation *
referenced_by(const PgaClone *clone, const PgaRelation *relation, const PgaAttribute *attribute)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (constraint->contype == 'f' && constraint->conkey->len == 1 &&
            g_array_index(constraint->conkey, gint16, 0) == attribute->attnum)
            return pga_catalog_relation(clone->catalog, constraint->confrelid);
    }
    return NULL;
}

gboolean
pga_clone_assumes_distinct(const PgaClone *clone, const PgaRelation *relation,
                           const PgaAttribute *attribute, double *n_distinct)
{
    const PgaRelation *referenced =
        attribute->stats ? NULL : referenced_by(clone, relation, attribute);

    if (!referenced || referenced->reltuples < 1 || relation->reltuples < 1)
        return FALSE;
    *n_distinct = MIN(referenced->reltuples, relation->reltuples);
    return TRUE;
}

gboolean
pga_clone_set_statistics(PgaClone *clone, const char *oid, const PgaRelation *relation,
                         GError **error)
{
    g_autoptr(PGresult) forgotten = NULL;

    if (!g_hash_table_add(clone->with_statistics, GUINT_TO_POINTER(relation->oid)))
        return TRUE;
    forgotten = pga_clone_query(clone->admin, forget_statistics, &oid, 1, error);
    for (guint i = 0; forgotten && i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        PgaAttributeStats assumed = {.avg_width = MAX(attribute->typlen, 0), .correlation = NAN};
        const PgaAttributeStats *stats = attribute->stats;

        if (pga_clone_assumes_distinct(clone, relation, attribute, &assumed.n_distinct))
            stats = &assumed;
        if (stats && !set_attribute(clone, oid, attribute, stats, error))
            return FALSE;
    }
    return forgotten != NULL;
}

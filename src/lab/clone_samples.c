/* Rows that were read on request go into a table of the whatif module, which looks at them to
 * estimate indexes; the clone's own tables stay empty. */
#include "put_internal.h"

static const char samples_sql[] =
    "INSERT INTO pgarchitect_whatif.sample (relid, line)"
    " SELECT c.oid, u.line FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[],"
    " $3::pg_catalog.text[]) u (nspname, relname, line)"
    " JOIN pg_catalog.pg_namespace n ON n.nspname = u.nspname"
    " JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = u.relname";

static gboolean
put_sample(PgaPut *put, const PgaSample *sample, GError **error)
{
    const PgaRelation *relation = pga_catalog_relation(put->clone->catalog, sample->relation);

    for (guint i = 0; relation && i < sample->rows->len; i++)
        if (!pga_put_row(put,
                         (const char *const[]){relation->nspname, relation->relname,
                                               g_ptr_array_index(sample->rows, i)},
                         error))
            return FALSE;
    return TRUE;
}

gboolean
pga_clone_put_samples(PgaClone *clone, const PgaPlannerData *data, GError **error)
{
    PgaPut put = {
        .clone = clone, .what = "sampled rows", .sql = samples_sql, .n_columns = 3, .n_names = 2};
    gboolean ok = TRUE;

    for (guint i = 0; ok && i < data->samples->len; i++)
        ok = put_sample(&put, g_ptr_array_index(data->samples, i), error);
    return pga_put_end(&put, ok ? error : NULL) && ok;
}

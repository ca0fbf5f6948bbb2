/* Enums with the oids of the source's labels: hashes and, with them, the partitions of a
 * hash-partitioned table are made of these. A type is made without labels, which the superuser
 * writes into pg_enum before anything can name one. */
#include "base/text.h"
#include "put_internal.h"

enum { OID_IS_COLUMN_SINCE = 120000 };

static const char labels_sql[] =
    "INSERT INTO pg_catalog.pg_enum (oid, enumtypid, enumsortorder, enumlabel)"
    " SELECT COALESCE(u.oid::pg_catalog.oid, (SELECT 1 + pg_catalog.max(e.oid::pg_catalog.int8)"
    " FROM pg_catalog.pg_enum e)::pg_catalog.oid), t.oid, u.sortorder::pg_catalog.float4, u.label"
    " FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[], $3::pg_catalog.text[],"
    " $4::pg_catalog.text[], $5::pg_catalog.text[]) u (nspname, typname, label, sortorder, oid)"
    " JOIN pg_catalog.pg_namespace n ON n.nspname = u.nspname"
    " JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid AND t.typname = u.typname";

void
pga_clone_index_enums(PgaClone *clone)
{
    const gboolean able = clone->lab->binaries->version_num >= OID_IS_COLUMN_SINCE;

    clone->enum_labels = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; able && clone->objects && i < clone->objects->enum_labels->len; i++) {
        PgaEnumLabel *label = g_ptr_array_index(clone->objects->enum_labels, i);
        GPtrArray *labels = g_hash_table_lookup(clone->enum_labels, GUINT_TO_POINTER(label->type));

        if (!labels) {
            labels = g_ptr_array_new();
            g_hash_table_insert(clone->enum_labels, GUINT_TO_POINTER(label->type), labels);
        }
        g_ptr_array_add(labels, label);
    }
}

/* (nullable): NULL for anything but an enum whose labels are known. */
static const GPtrArray *
labels_of(const PgaClone *clone, const PgaCloned *cloned)
{
    if (PGA_OBJECT_CLASS(cloned->id) != PGA_CLASS_TYPE)
        return NULL;
    return g_hash_table_lookup(clone->enum_labels, GUINT_TO_POINTER(PGA_OBJECT_OID(cloned->id)));
}

char *
pga_clone_enum_statement(const PgaClone *clone, const PgaCloned *cloned)
{
    g_autofree char *name = NULL;

    if (!labels_of(clone, cloned))
        return NULL;
    name = pga_quote_qualified(cloned->object->nspname, cloned->object->objname);
    return g_strdup_printf("CREATE TYPE %s AS ENUM ()", name);
}

static gboolean
put_labels_of(PgaPut *put, const PgaCloned *cloned, const GPtrArray *labels, GError **error)
{
    for (guint i = 0; labels && i < labels->len; i++) {
        const PgaEnumLabel *label = g_ptr_array_index(labels, i);
        g_autofree char *oid = g_strdup_printf("%u", label->oid);

        if (!pga_put_row(put,
                         (const char *const[]){cloned->object->nspname, cloned->object->objname,
                                               label->label, label->sortorder, oid},
                         error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_clone_put_enum_labels(PgaClone *clone, const GPtrArray *tried, GError **error)
{
    PgaPut put = PGA_PUT_NAMED(clone, "hashes of labels", labels_sql, 5);
    gboolean ok = TRUE;

    put.spared = 5;
    for (guint i = 0; ok && i < tried->len; i++) {
        const PgaCloned *cloned = g_ptr_array_index(tried, i);

        if (cloned->made)
            ok = put_labels_of(&put, cloned, labels_of(clone, cloned), error);
    }
    return pga_put_end(&put, ok ? error : NULL) && ok;
}

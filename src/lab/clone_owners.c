/* Owners, privileges, row security and invalid indexes, written into the catalogs by the superuser:
 * one statement for many objects, where ALTER would be four for each. */
#include "put_internal.h"
#include <string.h>

static const char what[] = "owners and privileges";

/* MAINTAIN, "m", is of 17 on: a lab before it would refuse the whole list. */
#define KNOWN_ACL                                                                                  \
    "CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4 < 170000"         \
    " THEN pg_catalog.regexp_replace(u.acl, '(=[a-zA-Z*]*)m[*]?', '\\1', 'g') ELSE u.acl END"

static const char relations_sql[] =
    "UPDATE pg_catalog.pg_class c SET relowner = COALESCE(r.oid, c.relowner),"
    " relacl = (" KNOWN_ACL ")::pg_catalog.aclitem[], relrowsecurity = u.rls::pg_catalog.bool,"
    " relforcerowsecurity = u.forced::pg_catalog.bool,"
    " relispopulated = true"
    " FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[], $3::pg_catalog.text[],"
    " $4::pg_catalog.text[], $5::pg_catalog.text[], $6::pg_catalog.text[])"
    " u (nspname, relname, owner, acl, rls, forced)"
    " JOIN pg_catalog.pg_namespace n ON n.nspname = u.nspname"
    " LEFT JOIN pg_catalog.pg_roles r ON r.rolname = u.owner"
    " WHERE c.relnamespace = n.oid AND c.relname = u.relname";

static gboolean
is_new(const PgaClone *clone, PgaObjectId id)
{
    const PgaCloned *cloned = pga_clone_lookup(clone, id);

    return cloned && cloned->made && !cloned->settled;
}

/* Those that no column owns may have come along with any table. */
static gboolean
is_new_sequence(const PgaClone *clone, PgaOid oid)
{
    const PgaSequence *sequence = pga_catalog_sequence(clone->catalog, oid);

    return sequence && (!sequence->owner_relid ||
                        is_new(clone, PGA_OBJECT_ID(PGA_CLASS_RELATION, sequence->owner_relid)));
}

static gboolean
set_relations(PgaClone *clone, GError **error)
{
    PgaPut put = {.clone = clone,
                  .what = what,
                  .sql = relations_sql,
                  .n_columns = 6,
                  .n_names = 2,
                  .spared = 4};
    const GPtrArray *relations = clone->objects->relations;

    for (guint i = 0; i < relations->len; i++) {
        const PgaRelationExtra *extra = g_ptr_array_index(relations, i);
        const gboolean due = extra->relkind == 'S'
                                 ? is_new_sequence(clone, extra->oid)
                                 : is_new(clone, PGA_OBJECT_ID(PGA_CLASS_RELATION, extra->oid));
        const char *const values[] = {
            extra->nspname,
            extra->relname,
            extra->owner,
            extra->acl,
            extra->relrowsecurity ? "t" : "f",
            extra->relforcerowsecurity ? "t" : "f",
        };

        if (due && !pga_put_row(&put, values, error))
            return FALSE;
    }
    return pga_put_end(&put, error);
}

/* Not attoptions: they matter to ANALYZE only, and some servers keep more than options there. */
static gboolean
set_columns(PgaClone *clone, GError **error)
{
    PgaPut put = {
        .clone = clone,
        .what = what,
        .sql = "UPDATE pg_catalog.pg_attribute a SET attacl = u.acl::pg_catalog.aclitem[]"
               " FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[],"
               " $3::pg_catalog.text[], $4::pg_catalog.text[]) u (nspname, relname, attname, acl)"
               " JOIN pg_catalog.pg_namespace n ON n.nspname = u.nspname"
               " JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = u.relname"
               " WHERE a.attrelid = c.oid AND a.attname = u.attname",
        .n_columns = 4,
        .n_names = 2,
    };
    const GPtrArray *attributes = clone->objects->attributes;

    for (guint i = 0; i < attributes->len; i++) {
        const PgaAttributeExtra *attribute = g_ptr_array_index(attributes, i);
        const PgaRelationExtra *relation =
            pga_objects_relation(clone->objects, attribute->relation);

        if (attribute->acl && relation &&
            is_new(clone, PGA_OBJECT_ID(PGA_CLASS_RELATION, attribute->relation)) &&
            !pga_put_row(&put,
                         (const char *const[]){relation->nspname, relation->relname,
                                               attribute->attname, attribute->acl},
                         error))
            return FALSE;
    }
    return pga_put_end(&put, error);
}

static gboolean
set_namespaces(PgaClone *clone, GError **error)
{
    PgaPut put = {
        .clone = clone,
        .what = what,
        .sql = "UPDATE pg_catalog.pg_namespace n SET nspacl = pg_catalog.array_append("
               "COALESCE(u.acl::pg_catalog.aclitem[],"
               " pg_catalog.acldefault('n', COALESCE(r.oid, n.nspowner))),"
               " '" PGA_ROLE_PROVER "=UC/" PGA_ROLE_SUPERUSER "'::pg_catalog.aclitem),"
               " nspowner = COALESCE(r.oid, n.nspowner)"
               " FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[],"
               " $3::pg_catalog.text[]) u (nspname, owner, acl)"
               " LEFT JOIN pg_catalog.pg_roles r ON r.rolname = u.owner"
               " WHERE n.nspname = u.nspname",
        .n_columns = 3,
        .n_names = 1,
        .spared = 3,
    };
    const GPtrArray *namespaces = clone->objects->namespaces;

    if (clone->has_owners)
        return TRUE;
    clone->has_owners = TRUE;
    for (guint i = 0; i < namespaces->len; i++) {
        const PgaNamespace *namespace = g_ptr_array_index(namespaces, i);

        if (!pga_put_row(
                &put, (const char *const[]){namespace->nspname, namespace->owner, namespace->acl},
                error))
            return FALSE;
    }
    return pga_put_end(&put, error);
}

static gboolean
put_routine(PgaPut *put, const PgaObject *object, GError **error)
{
    g_autofree char *plain = pga_clone_without_leakproof(object->definition);
    const gboolean leakproof = strcmp(plain, object->definition) != 0;

    return pga_put_row(
        put, (const char *const[]){object->name, object->owner, object->acl, leakproof ? "t" : "f"},
        error);
}

/* Routines by their signature: overloaded ones have one name. */
static gboolean
set_routines(PgaClone *clone, GError **error)
{
    PgaPut put = {
        .clone = clone,
        .what = what,
        .sql = "UPDATE pg_catalog.pg_proc p SET proowner = COALESCE(r.oid, p.proowner),"
               " proacl = u.acl::pg_catalog.aclitem[],"
               " proleakproof = u.leakproof::pg_catalog.bool"
               " FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[],"
               " $3::pg_catalog.text[], $4::pg_catalog.text[])"
               " u (described, owner, acl, leakproof)"
               " LEFT JOIN pg_catalog.pg_roles r ON r.rolname = u.owner"
               " WHERE p.oid >= 16384 AND pg_catalog.pg_describe_object("
               "'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0) = u.described",
        .n_columns = 4,
        .n_names = 1,
        .spared = 3,
    };
    const GPtrArray *objects = clone->objects->objects;

    for (guint i = 0; i < objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(objects, i);

        if (PGA_OBJECT_CLASS(object->id) == PGA_CLASS_ROUTINE && is_new(clone, object->id) &&
            !put_routine(&put, object, error))
            return FALSE;
    }
    return pga_put_end(&put, error);
}

static gboolean
set_invalid_indexes(PgaClone *clone, GError **error)
{
    PgaPut put = {
        .clone = clone,
        .what = what,
        .sql = "UPDATE pg_catalog.pg_index i SET indisvalid = false"
               " FROM unnest($1::pg_catalog.text[], $2::pg_catalog.text[])"
               " u (nspname, relname)"
               " JOIN pg_catalog.pg_namespace n ON n.nspname = u.nspname"
               " JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = u.relname"
               " WHERE i.indexrelid = c.oid",
        .n_columns = 2,
        .n_names = 2,
    };

    for (guint i = clone->n_settled; i < clone->order->len; i++) {
        const PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        for (guint k = 0; cloned->relation && k < cloned->relation->indexes->len; k++) {
            const PgaIndex *index = g_ptr_array_index(cloned->relation->indexes, k);

            if (!index->indisvalid &&
                !pga_put_row(&put, (const char *const[]){index->nspname, index->relname}, error))
                return FALSE;
        }
    }
    return pga_put_end(&put, error);
}

gboolean
pga_clone_set_owners(PgaClone *clone, GError **error)
{
    if (!set_invalid_indexes(clone, error))
        return FALSE;
    return !clone->objects || clone->for_fixes ||
           (set_namespaces(clone, error) && set_relations(clone, error) &&
            set_columns(clone, error) && set_routines(clone, error));
}

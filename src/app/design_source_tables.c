/* Tables of an existing database, as a design has them. */
#include "design_source_internal.h"

#include <string.h>

static gboolean
is_table(const PgaRelation *relation)
{
    return strchr("rp", relation->relkind) && !relation->relispartition && !relation->extension &&
           relation->relpersistence != 't' &&
           strcmp(relation->nspname, "information_schema") != 0 &&
           !g_str_has_prefix(relation->nspname, "pg_");
}

static char *
name_of(const PgaRelation *relation)
{
    return strcmp(relation->nspname, "public") == 0
               ? g_strdup(relation->relname)
               : g_strconcat(relation->nspname, ".", relation->relname, NULL);
}

static void
add_columns(PgaDesignTable *table, const PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        PgaDesignColumn *column =
            pga_design_table_add_column(table, attribute->attname, attribute->type);

        column->not_null = attribute->attnotnull;
        if (attribute->attidentity)
            column->identity = attribute->attidentity == 'a' ? "ALWAYS" : "BY DEFAULT";
        else if (attribute->attgenerated)
            column->generated = g_strdup(attribute->default_expr);
        else
            column->default_ = g_strdup(attribute->default_expr);
    }
}

static void
add_names(GPtrArray *names, const PgaRelation *relation, const GArray *attnums)
{
    for (guint i = 0; i < attnums->len; i++)
        for (guint j = 0; j < relation->attributes->len; j++) {
            const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, j);

            if (attribute->attnum == g_array_index(attnums, gint16, i))
                g_ptr_array_add(names, g_strdup(attribute->attname));
        }
}

static void
add_key(PgaDesignTable *table, const PgaRelation *relation, const PgaConstraint *constraint)
{
    PgaDesignKey *key = pga_design_table_add_key(
        table, constraint->contype == 'p' ? PGA_DESIGN_PRIMARY : PGA_DESIGN_UNIQUE);

    key->name = g_strdup(constraint->conname);
    add_names(key->columns, relation, constraint->conkey);
}

static void
add_reference(PgaDesignTable *table, const PgaCatalog *catalog, const PgaRelation *relation,
              const PgaConstraint *constraint)
{
    const PgaRelation *referenced = pga_catalog_relation(catalog, constraint->confrelid);
    g_autofree char *name = referenced ? name_of(referenced) : NULL;
    PgaDesignReference *reference;

    if (!referenced)
        return;
    reference = pga_design_table_add_reference(table, name);
    reference->name = g_strdup(constraint->conname);
    add_names(reference->columns, relation, constraint->conkey);
    add_names(reference->referenced_columns, referenced, constraint->confkey);
    reference->on_delete =
        strstr(constraint->definition, "ON DELETE CASCADE")    ? PGA_DELETE_CASCADE
        : strstr(constraint->definition, "ON DELETE SET NULL") ? PGA_DELETE_SET_NULL
        : strstr(constraint->definition, "ON DELETE RESTRICT") ? PGA_DELETE_RESTRICT
                                                               : PGA_DELETE_NO_ACTION;
}

static void
add_constraint(PgaDesignTable *table, const PgaCatalog *catalog, const PgaRelation *relation,
               const PgaConstraint *constraint)
{
    if (strchr("pu", constraint->contype)) {
        add_key(table, relation, constraint);
    } else if (constraint->contype == 'f') {
        add_reference(table, catalog, relation, constraint);
    } else if (strchr("cx", constraint->contype)) {
        PgaDesignConstraint *of = pga_design_table_add_constraint(table, constraint->conname);

        of->definition = g_strdup(constraint->definition);
    }
}

static void
add_constraints(PgaDesignTable *table, const PgaCatalog *catalog, const PgaRelation *relation)
{
    const GPtrArray *all = relation->constraints;

    /* the primary key first, then the others */
    for (guint pass = 0; pass < 2; pass++)
        for (guint i = 0; i < all->len; i++) {
            const PgaConstraint *constraint = g_ptr_array_index(all, i);

            if ((constraint->contype == 'p') == (pass == 0))
                add_constraint(table, catalog, relation, constraint);
        }
}

void
pga_design_tables_of(PgaArchitecture *architecture, const PgaCatalog *catalog)
{
    double bytes = 0;

    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);
        g_autofree char *name = NULL;
        PgaDesignTable *table;

        if (!is_table(relation))
            continue;
        name = name_of(relation);
        table = pga_architecture_add_table(architecture, name);
        g_free(table->origin);
        table->origin = g_strdup("there already");
        table->normal_form = g_strdup("not judged");
        table->rows = relation->reltuples;
        table->heap_bytes = (double)MAX(relation->heap_bytes, 0);
        table->toast_bytes = (double)MAX(relation->toast_bytes, 0);
        table->index_bytes = (double)MAX(relation->index_bytes, 0);
        bytes += table->heap_bytes + table->toast_bytes + table->index_bytes;
        add_columns(table, relation);
        add_constraints(table, catalog, relation);
    }
    architecture->bytes = bytes;
}

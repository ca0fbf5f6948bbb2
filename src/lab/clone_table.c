/* CREATE TABLE from the Catalog's words: columns, identity, generated columns, partitioning. */
#include "base/text.h"
#include "clone_internal.h"
#include <string.h>

/* fillfactor=70, … as the option list of CREATE TABLE. */
static void
append_reloptions(GString *sql, const char *reloptions)
{
    g_auto(GStrv) options = g_strsplit(reloptions, ", ", -1);

    g_string_append(sql, " WITH (");
    for (guint i = 0; options[i]; i++) {
        char *equals = strchr(options[i], '=');
        g_autofree char *value = pga_quote_literal(equals ? equals + 1 : "true");

        if (equals)
            *equals = '\0';
        g_string_append_printf(sql, "%s%s = %s", i > 0 ? ", " : "", options[i], value);
    }
    g_string_append_c(sql, ')');
}

static void
append_identity(const PgaClone *clone, GString *sql, const PgaAttribute *attribute)
{
    const PgaSequence *sequence = pga_catalog_sequence(clone->catalog, attribute->owned_sequence);

    g_string_append_printf(sql, " GENERATED %s AS IDENTITY",
                           attribute->attidentity == 'a' ? "ALWAYS" : "BY DEFAULT");
    if (sequence) {
        g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);
        g_autofree char *options = pga_sequence_options(sequence);

        g_string_append_printf(sql, " (SEQUENCE NAME %s %s)", name, options);
    }
}

static void
append_column(const PgaClone *clone, GString *sql, const PgaAttribute *attribute, gboolean whole)
{
    g_autofree char *name = pga_quote_identifier(attribute->attname);

    g_string_append_printf(sql, "%s %s", name, attribute->type);
    if (attribute->collation)
        g_string_append_printf(sql, " COLLATE %s", attribute->collation);
    if (attribute->attidentity && clone->lab->binaries->version_num >= 100000)
        append_identity(clone, sql, attribute);
    else if (attribute->attgenerated && whole)
        g_string_append_printf(sql, " GENERATED ALWAYS AS (%s) %s", attribute->default_expr,
                               attribute->attgenerated == 'v' ? "VIRTUAL" : "STORED");
    if (attribute->attnotnull)
        g_string_append(sql, " NOT NULL");
}

/* Its last column's number: dropped columns behind it are told by the objects only. */
static gint16
last_attnum(const PgaClone *clone, const PgaRelation *relation)
{
    const PgaRelationExtra *extra = pga_clone_extra(clone, relation->oid);
    const PgaAttribute *last =
        relation->attributes->len > 0
            ? g_ptr_array_index(relation->attributes, relation->attributes->len - 1)
            : NULL;

    return (gint16)MAX(last ? last->attnum : 0, extra ? extra->relnatts : 0);
}

static gboolean
has_dropped_columns(const PgaClone *clone, const PgaRelation *relation)
{
    return last_attnum(clone, relation) > (gint)relation->attributes->len;
}

/* A name that nobody has: each is dropped at once. */
static void
append_dropped_name(GString *sql, gint16 attnum)
{
    g_string_append_printf(sql, "\"" PGA_ROLE_PREFIX "dropped_%d\"", attnum);
}

static void
append_columns(const PgaClone *clone, GString *sql, const PgaRelation *relation, gboolean whole)
{
    const gint16 last = last_attnum(clone, relation);

    g_string_append(sql, " (");
    for (gint16 attnum = 1; attnum <= last; attnum++) {
        const PgaAttribute *attribute = pga_relation_attribute(relation, attnum);

        if (attnum > 1)
            g_string_append(sql, ", ");
        if (attribute) {
            append_column(clone, sql, attribute, whole);
        } else {
            append_dropped_name(sql, attnum);
            g_string_append(sql, " integer");
        }
    }
    g_string_append_c(sql, ')');
}

char *
pga_clone_drop_statement(const PgaClone *clone, const PgaCloned *cloned)
{
    const PgaRelation *relation = cloned->relation;
    const gint16 last = last_attnum(clone, relation);
    g_autofree char *name = pga_relation_display(relation, NULL);
    GString *sql;
    guint n = 0;

    if (relation->relkind == 'm' || !has_dropped_columns(clone, relation))
        return NULL;
    sql = g_string_new(NULL);
    g_string_append_printf(sql, "ALTER TABLE %s ", name);
    for (gint16 attnum = 1; attnum <= last; attnum++) {
        if (pga_relation_attribute(relation, attnum))
            continue;
        g_string_append(sql, n++ > 0 ? ", DROP COLUMN " : "DROP COLUMN ");
        append_dropped_name(sql, attnum);
    }
    return g_string_free(sql, FALSE);
}

/* A materialized view whose query is not known or cannot be had: its columns are. */
static char *
materialized_view_statement(const PgaRelation *relation, const char *name)
{
    GString *sql = g_string_new(NULL);

    g_string_append_printf(sql, "CREATE MATERIALIZED VIEW %s AS SELECT ", name);
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        g_autofree char *column = pga_quote_identifier(attribute->attname);

        g_string_append_printf(sql, "%sNULL::%s AS %s", i > 0 ? ", " : "", attribute->type, column);
    }
    g_string_append(sql, " WITH NO DATA");
    return g_string_free(sql, FALSE);
}

const PgaCloned *
pga_clone_parent_of_partition(const PgaClone *clone, const PgaRelation *relation)
{
    const PgaCloned *parent = relation->relispartition && relation->partbound
                                  ? pga_clone_relation(clone, relation->parent)
                                  : NULL;

    return parent && parent->made ? parent : NULL;
}

gboolean
pga_clone_same_columns(const PgaClone *clone, const PgaRelation *relation,
                       const PgaRelation *parent)
{
    if (relation->attributes->len != parent->attributes->len ||
        has_dropped_columns(clone, relation))
        return FALSE;
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *own = g_ptr_array_index(relation->attributes, i);
        const PgaAttribute *of_parent = g_ptr_array_index(parent->attributes, i);

        if (strcmp(own->attname, of_parent->attname) != 0)
            return FALSE;
    }
    return TRUE;
}

static void
append_tablespace(const PgaClone *clone, GString *sql, const PgaRelation *relation)
{
    const PgaRelationExtra *extra = pga_clone_extra(clone, relation->oid);
    g_autofree char *name =
        extra && extra->tablespace ? pga_quote_identifier(extra->tablespace) : NULL;

    if (name)
        g_string_append_printf(sql, " TABLESPACE %s", name);
}

char *
pga_clone_table_statement(const PgaClone *clone, const PgaCloned *cloned, gboolean whole)
{
    const PgaRelation *relation = cloned->relation;
    g_autofree char *name = pga_relation_display(relation, NULL);
    const PgaCloned *parent = pga_clone_parent_of_partition(clone, relation);
    GString *sql;

    if (relation->relkind == 'm')
        return whole && cloned->object && cloned->object->definition
                   ? g_strdup(cloned->object->definition)
                   : materialized_view_statement(relation, name);
    sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE %sTABLE %s",
                           relation->relpersistence == 'u' ? "UNLOGGED " : "", name);
    if (parent && pga_clone_same_columns(clone, relation, parent->relation)) {
        g_autofree char *of = pga_relation_display(parent->relation, NULL);

        g_string_append_printf(sql, " PARTITION OF %s %s", of, relation->partbound);
    } else {
        append_columns(clone, sql, relation, whole);
    }
    if (relation->partkey)
        g_string_append_printf(sql, " PARTITION BY %s", relation->partkey);
    if (relation->reloptions && *relation->reloptions && whole)
        append_reloptions(sql, relation->reloptions);
    if (whole)
        append_tablespace(clone, sql, relation);
    return g_string_free(sql, FALSE);
}

const char *
pga_clone_table_obstacle(const PgaRelation *relation)
{
    if (relation->relkind == 'f')
        return "foreign tables are not rebuilt in the lab";
    if (relation->relpersistence == 't')
        return "temporary tables are not rebuilt in the lab";
    return relation->extension ? "it belongs to an extension" : NULL;
}

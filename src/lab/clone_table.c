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

static void
append_columns(const PgaClone *clone, GString *sql, const PgaRelation *relation, gboolean whole)
{
    g_string_append(sql, " (");
    for (guint i = 0; i < relation->attributes->len; i++) {
        if (i > 0)
            g_string_append(sql, ", ");
        append_column(clone, sql, g_ptr_array_index(relation->attributes, i), whole);
    }
    g_string_append_c(sql, ')');
}

/* A materialized view that was never filled: its query is not in the Catalog, its columns are. */
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

static const PgaCloned *
made_parent(const PgaClone *clone, const PgaRelation *relation)
{
    const PgaCloned *parent = relation->relispartition && relation->partbound
                                  ? pga_clone_relation(clone, relation->parent)
                                  : NULL;

    return parent && parent->made ? parent : NULL;
}

/* @whole: with what may fail for lack of functions */
static char *
table_statement(const PgaClone *clone, const PgaRelation *relation, gboolean whole)
{
    g_autofree char *name = pga_quote_qualified(relation->nspname, relation->relname);
    const PgaCloned *parent = made_parent(clone, relation);
    GString *sql;

    if (relation->relkind == 'm')
        return materialized_view_statement(relation, name);
    sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE %sTABLE %s",
                           relation->relpersistence == 'u' ? "UNLOGGED " : "", name);
    if (parent) {
        g_autofree char *of =
            pga_quote_qualified(parent->relation->nspname, parent->relation->relname);

        g_string_append_printf(sql, " PARTITION OF %s %s", of, relation->partbound);
    } else {
        append_columns(clone, sql, relation, whole);
    }
    if (relation->partkey)
        g_string_append_printf(sql, " PARTITION BY %s", relation->partkey);
    if (relation->reloptions && *relation->reloptions && whole)
        append_reloptions(sql, relation->reloptions);
    return g_string_free(sql, FALSE);
}

static gboolean
make_sequences(PgaClone *clone, const PgaRelation *relation, GError **error)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        const PgaSequence *sequence =
            pga_catalog_sequence(clone->catalog, attribute->owned_sequence);

        if (!sequence && attribute->default_expr)
            sequence = g_hash_table_lookup(clone->sequence_by_default, attribute->default_expr);
        if (!attribute->attidentity && !pga_clone_make_sequence(clone, sequence, error))
            return FALSE;
    }
    return TRUE;
}

static const char *
impossible(const PgaRelation *relation)
{
    if (relation->relkind == 'f')
        return "foreign tables are not rebuilt in the lab";
    if (relation->relpersistence == 't')
        return "temporary tables are not rebuilt in the lab";
    return relation->extension ? "it belongs to an extension" : NULL;
}

gboolean
pga_clone_make_table(PgaClone *clone, PgaCloned *cloned, GError **error)
{
    const PgaRelation *relation = cloned->relation;
    const char *reason = impossible(relation);

    if (reason) {
        cloned->failure = g_strdup(reason);
        return TRUE;
    }
    if (!make_sequences(clone, relation, error))
        return FALSE;
    for (guint attempt = 0; attempt < 2 && !cloned->made; attempt++) {
        g_autofree char *sql = table_statement(clone, relation, attempt == 0);

        g_clear_pointer(&cloned->failure, g_free);
        if (!pga_clone_try(clone, sql, &cloned->failure, error))
            return FALSE;
        cloned->made = cloned->failure == NULL;
    }
    return TRUE;
}

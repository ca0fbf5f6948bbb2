/* What hangs on a table: defaults, constraints, indexes. Each part that the clone cannot have (a
 * function is missing) is left out and remembered. */
#include "base/text.h"
#include "clone_internal.h"
#include <string.h>

/** One action of ALTER TABLE, and what to call it. */
typedef struct {
    char *action;
    char *name;
} Part;

static void
part_clear(gpointer data)
{
    Part *part = data;

    g_free(part->action);
    g_free(part->name);
}

static GArray *
parts_new(void)
{
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(Part));

    g_array_set_clear_func(parts, part_clear);
    return parts;
}

static void
parts_add(GArray *parts, char *action, char *name)
{
    Part part = {0};

    part.action = action;
    part.name = name;
    g_array_append_val(parts, part);
}

static void
leave_out(PgaCloned *cloned, const char *name, const char *message)
{
    g_ptr_array_add(cloned->left_out, g_strdup_printf("%s: %s", name, message));
}

static gboolean
alter_one(PgaClone *clone, PgaCloned *cloned, const char *table, const Part *part, GError **error)
{
    g_autofree char *sql = g_strdup_printf("ALTER TABLE %s %s", table, part->action);
    g_autofree char *message = NULL;

    if (!pga_clone_try(clone, sql, &message, error))
        return FALSE;
    if (message)
        leave_out(cloned, part->name, message);
    return TRUE;
}

/* All in one statement; only when that fails, one by one. */
static gboolean
alter(PgaClone *clone, PgaCloned *cloned, const GArray *parts, GError **error)
{
    g_autofree char *table =
        pga_quote_qualified(cloned->relation->nspname, cloned->relation->relname);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_autofree char *message = NULL;

    if (parts->len == 0)
        return TRUE;
    g_string_append_printf(sql, "ALTER TABLE %s ", table);
    for (guint i = 0; i < parts->len; i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "",
                               g_array_index(parts, Part, i).action);
    if (!pga_clone_try(clone, sql->str, &message, error))
        return FALSE;
    for (guint i = 0; message && i < parts->len; i++)
        if (!alter_one(clone, cloned, table, &g_array_index(parts, Part, i), error))
            return FALSE;
    return TRUE;
}

static void
add_defaults(GArray *parts, const PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        g_autofree char *name = pga_quote_identifier(attribute->attname);

        if (attribute->default_expr && !attribute->attgenerated && !attribute->attidentity)
            parts_add(
                parts,
                g_strdup_printf("ALTER COLUMN %s SET DEFAULT %s", name, attribute->default_expr),
                g_strdup_printf("default of %s", name));
    }
}

static void
add_constraint(GArray *parts, const PgaConstraint *constraint)
{
    g_autofree char *name = pga_quote_identifier(constraint->conname);

    parts_add(parts, g_strdup_printf("ADD CONSTRAINT %s %s", name, constraint->definition),
              g_strdup_printf("constraint %s", name));
}

/* Key, exclusion and check constraints. A partition makes its own copy of an inherited key first:
 * the parent's then finds it and takes it over with its name. */
static void
add_constraints(GArray *parts, const PgaRelation *relation)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (strchr("puxc", constraint->contype) && constraint->definition)
            add_constraint(parts, constraint);
    }
}

/* A partitioned index is defined "ON ONLY", which would leave it invalid; without it, it takes over
 * the partitions' matching ones. */
static char *
index_statement(const PgaRelation *relation, const PgaIndex *index)
{
    g_autofree char *name = pga_quote_identifier(index->relname);
    g_autofree char *prefix =
        g_strdup_printf("CREATE %sINDEX %s ON ONLY ", index->indisunique ? "UNIQUE " : "", name);

    if (relation->relkind != 'p' || !g_str_has_prefix(index->definition, prefix))
        return g_strdup(index->definition);
    return g_strdup_printf("CREATE %sINDEX %s ON %s", index->indisunique ? "UNIQUE " : "", name,
                           index->definition + strlen(prefix));
}

static gboolean
make_indexes(PgaClone *clone, PgaCloned *cloned, GError **error)
{
    const PgaRelation *relation = cloned->relation;

    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);
        g_autofree char *sql = NULL;
        g_autofree char *message = NULL;
        g_autofree char *name = NULL;

        if (index->constraint || !index->definition)
            continue;
        sql = index_statement(relation, index);
        if (!pga_clone_try(clone, sql, &message, error))
            return FALSE;
        name = g_strdup_printf("index %s", index->relname);
        if (message)
            leave_out(cloned, name, message);
    }
    return TRUE;
}

static gboolean
own_sequences(PgaClone *clone, const PgaRelation *relation, GError **error)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        const PgaSequence *sequence =
            pga_catalog_sequence(clone->catalog, attribute->owned_sequence);
        g_autofree char *name = NULL, *column = NULL, *sql = NULL;

        if (!sequence || attribute->attidentity)
            continue;
        name = pga_quote_qualified(sequence->nspname, sequence->relname);
        column = pga_relation_display(relation, attribute);
        sql = g_strdup_printf("ALTER SEQUENCE %s OWNED BY %s", name, column);
        if (!pga_clone_try(clone, sql, NULL, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_clone_make_parts(PgaClone *clone, PgaCloned *cloned, GError **error)
{
    g_autoptr(GArray) parts = parts_new();

    if (!cloned->made)
        return TRUE;
    if (cloned->relation->relkind != 'm') {
        add_defaults(parts, cloned->relation);
        add_constraints(parts, cloned->relation);
    }
    return alter(clone, cloned, parts, error) && own_sequences(clone, cloned->relation, error) &&
           make_indexes(clone, cloned, error);
}

gboolean
pga_clone_make_foreign_keys(PgaClone *clone, PgaCloned *cloned, GError **error)
{
    g_autoptr(GArray) parts = parts_new();
    const PgaRelation *relation = cloned->relation;

    for (guint i = 0; cloned->made && i < relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);
        const PgaCloned *referenced =
            constraint->contype == 'f' ? pga_clone_relation(clone, constraint->confrelid) : NULL;

        if (referenced && referenced->made && constraint->conparentid == 0 &&
            constraint->definition)
            add_constraint(parts, constraint);
    }
    return alter(clone, cloned, parts, error);
}

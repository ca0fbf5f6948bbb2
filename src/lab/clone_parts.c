/* What hangs on a table by its own definition: defaults, constraints, indexes. Each part that the
 * clone cannot have (a function is missing) is left out and remembered. */
#include "base/text.h"
#include "clone_internal.h"
#include <string.h>

/** One statement, and what to call it. */
typedef struct {
    PgaCloned *cloned;
    char *sql; /* "ALTER TABLE …", or of an action only what follows the table */
    char *name;
    char *failure; /* (nullable) */
    PgaOid order;  /* of indexes: their oid; the planner looks at a table's indexes by it */
} Part;

/** All actions of one table's single ALTER TABLE. */
typedef struct {
    PgaCloned *cloned;
    guint from, to; /* in the list of actions */
    char *failure;
} Table;

typedef struct {
    PgaClone *clone;
    GPtrArray *actions; /* of Part * */
    GPtrArray *indexes; /* of Part * */
    GPtrArray *tables;  /* of Table * */
} Parts;

static void
part_free(gpointer data)
{
    Part *part = data;

    g_free(part->sql);
    g_free(part->name);
    g_free(part->failure);
    g_free(part);
}

static void
table_free(gpointer data)
{
    g_free(((Table *)data)->failure);
    g_free(data);
}

static void
parts_clear(Parts *parts)
{
    g_ptr_array_unref(parts->actions);
    g_ptr_array_unref(parts->indexes);
    g_ptr_array_unref(parts->tables);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

/* Takes @sql and @name. */
static Part *
add_part(GPtrArray *list, PgaCloned *cloned, char *sql, char *name)
{
    Part *part = g_new0(Part, 1);

    part->cloned = cloned;
    part->sql = sql;
    part->name = name;
    g_ptr_array_add(list, part);
    return part;
}

static void
add_column_actions(Parts *parts, PgaCloned *cloned, const PgaAttribute *attribute)
{
    const PgaCloned *parent = pga_clone_parent_of_partition(parts->clone, cloned->relation);
    g_autofree char *name = pga_quote_identifier(attribute->attname);

    if (attribute->default_expr && !attribute->attgenerated && !attribute->attidentity)
        add_part(parts->actions, cloned,
                 g_strdup_printf("ALTER COLUMN %s SET DEFAULT %s", name, attribute->default_expr),
                 g_strdup_printf("default of %s", name));
    if (parent && attribute->attnotnull)
        add_part(parts->actions, cloned, g_strdup_printf("ALTER COLUMN %s SET NOT NULL", name),
                 g_strdup_printf("NOT NULL of %s", name));
}

static void
add_actions(Parts *parts, PgaCloned *cloned)
{
    const PgaRelation *relation = cloned->relation;
    Table *table = g_new0(Table, 1);

    table->cloned = cloned;
    table->from = parts->actions->len;
    for (guint i = 0; i < relation->attributes->len; i++)
        add_column_actions(parts, cloned, g_ptr_array_index(relation->attributes, i));
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);
        g_autofree char *name = pga_quote_identifier(constraint->conname);

        if (constraint->contype == 'c' && constraint->definition)
            add_part(parts->actions, cloned,
                     g_strdup_printf("ADD CONSTRAINT %s %s", name, constraint->definition),
                     g_strdup_printf("constraint %s", name));
    }
    table->to = parts->actions->len;
    g_ptr_array_add(parts->tables, table);
}

/* A partitioned index is defined "ON ONLY", which would leave it invalid; without it, it takes over
 * the partitions' matching ones. One that is not valid on the source has not all of them. */
static char *
index_statement(const PgaRelation *relation, const PgaIndex *index)
{
    g_autofree char *name = pga_quote_identifier(index->relname);
    g_autofree char *prefix =
        g_strdup_printf("CREATE %sINDEX %s ON ONLY ", index->indisunique ? "UNIQUE " : "", name);

    if (relation->relkind != 'p' || !index->indisvalid ||
        !g_str_has_prefix(index->definition, prefix))
        return g_strdup(index->definition);
    return g_strdup_printf("CREATE %sINDEX %s ON %s", index->indisunique ? "UNIQUE " : "", name,
                           index->definition + strlen(prefix));
}

static const PgaConstraint *
constraint_of(const PgaRelation *relation, const PgaIndex *index)
{
    for (guint i = 0; index->constraint && i < relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (constraint->oid == index->constraint)
            return constraint;
    }
    return NULL;
}

/* Of a partitioned index that has some of its partitions' only. */
static void
add_attachments(Parts *parts, PgaCloned *cloned, const PgaIndex *index)
{
    const GPtrArray *indexes = parts->clone->catalog->indexes;
    g_autofree char *name = pga_quote_qualified(index->nspname, index->relname);

    for (guint i = 0; i < indexes->len; i++) {
        const PgaIndex *child = g_ptr_array_index(indexes, i);
        g_autofree char *of = NULL;

        if (child->parent != index->indexrelid)
            continue;
        of = pga_quote_qualified(child->nspname, child->relname);
        add_part(parts->indexes, cloned,
                 g_strdup_printf("ALTER INDEX %s ATTACH PARTITION %s", name, of),
                 g_strdup_printf("index %s as a part of %s", of, name))
            ->order = index->indexrelid;
    }
}

static void
add_index(Parts *parts, PgaCloned *cloned, const PgaIndex *index)
{
    const PgaConstraint *constraint = constraint_of(cloned->relation, index);
    const PgaRelationExtra *extra = pga_clone_extra(parts->clone, index->indexrelid);
    g_autofree char *table = pga_relation_display(cloned->relation, NULL);
    g_autofree char *name = pga_quote_identifier(constraint ? constraint->conname : index->relname);

    if (constraint && constraint->definition)
        add_part(parts->indexes, cloned,
                 g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s %s", table, name,
                                 constraint->definition),
                 g_strdup_printf("constraint %s", name))
            ->order = index->indexrelid;
    else if (!index->constraint && index->definition)
        add_part(parts->indexes, cloned, index_statement(cloned->relation, index),
                 g_strdup_printf("index %s", name))
            ->order = index->indexrelid;
    if (cloned->relation->relkind == 'p' && !index->indisvalid)
        add_attachments(parts, cloned, index);
    if (extra && extra->tablespace) {
        g_autofree char *qualified = pga_quote_qualified(index->nspname, index->relname);
        g_autofree char *tablespace = pga_quote_identifier(extra->tablespace);

        add_part(parts->indexes, cloned,
                 g_strdup_printf("ALTER INDEX %s SET TABLESPACE %s", qualified, tablespace),
                 g_strdup_printf("tablespace of index %s", name))
            ->order = index->indexrelid;
    }
}

/* By oid; of one index in the order they were added. */
static gint
compare_parts(gconstpointer a, gconstpointer b)
{
    const Part *first = *(const Part *const *)a, *second = *(const Part *const *)b;

    return (first->order > second->order) - (first->order < second->order);
}

static void
gather(Parts *parts, guint depth)
{
    const PgaClone *clone = parts->clone;

    for (guint i = clone->n_settled; i < clone->order->len; i++) {
        PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        if (!cloned->relation || !cloned->made || cloned->has_parts || cloned->depth != depth)
            continue;
        cloned->has_parts = TRUE;
        if (cloned->relation->relkind != 'm')
            add_actions(parts, cloned);
        for (guint k = 0; k < cloned->relation->indexes->len; k++)
            add_index(parts, cloned, g_ptr_array_index(cloned->relation->indexes, k));
    }
    g_ptr_array_sort(parts->indexes, compare_parts);
}

/* All actions of a table in one statement. */
static void
add_whole(const Parts *parts, PgaBatch *batch, Table *table)
{
    g_autofree char *name = pga_relation_display(table->cloned->relation, NULL);
    GString *sql;

    if (table->from == table->to)
        return;
    sql = g_string_new(NULL);
    g_string_append_printf(sql, "ALTER TABLE %s ", name);
    for (guint i = table->from; i < table->to; i++)
        g_string_append_printf(sql, "%s%s", i > table->from ? ", " : "",
                               ((Part *)g_ptr_array_index(parts->actions, i))->sql);
    pga_batch_add(batch, table->cloned->relation->oid, g_string_free(sql, FALSE), &table->failure);
}

static void
add_singly(const Parts *parts, PgaBatch *batch, const Table *table)
{
    g_autofree char *name = pga_relation_display(table->cloned->relation, NULL);

    for (guint i = table->from; table->failure && i < table->to; i++) {
        Part *part = g_ptr_array_index(parts->actions, i);

        pga_batch_add(batch, table->cloned->relation->oid,
                      g_strdup_printf("ALTER TABLE %s %s", name, part->sql), &part->failure);
    }
}

static gboolean
run_actions(const Parts *parts, PgaBatch *batch, GError **error)
{
    for (guint i = 0; i < parts->tables->len; i++)
        add_whole(parts, batch, g_ptr_array_index(parts->tables, i));
    if (!pga_batch_run(batch, parts->clone->workers, error))
        return FALSE;
    for (guint i = 0; i < parts->tables->len; i++)
        add_singly(parts, batch, g_ptr_array_index(parts->tables, i));
    return pga_batch_run(batch, parts->clone->workers, error);
}

static gboolean
run_indexes(const Parts *parts, PgaBatch *batch, GError **error)
{
    for (guint i = 0; i < parts->indexes->len; i++) {
        Part *part = g_ptr_array_index(parts->indexes, i);

        pga_batch_add(batch, part->cloned->relation->oid, g_strdup(part->sql), &part->failure);
    }
    return pga_batch_run(batch, parts->clone->workers, error);
}

static void
remember(const GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++) {
        const Part *part = g_ptr_array_index(list, i);

        if (part->failure)
            g_ptr_array_add(part->cloned->left_out,
                            g_strdup_printf("%s: %s", part->name, part->failure));
    }
}

static gboolean
make_depth(PgaClone *clone, guint depth, GError **error)
{
    g_auto(Parts) parts = {
        .clone = clone,
        .actions = g_ptr_array_new_with_free_func(part_free),
        .indexes = g_ptr_array_new_with_free_func(part_free),
        .tables = g_ptr_array_new_with_free_func(table_free),
    };
    g_autoptr(PgaBatch) batch = pga_batch_new();

    gather(&parts, depth);
    if (!run_actions(&parts, batch, error) || !run_indexes(&parts, batch, error))
        return FALSE;
    remember(parts.actions);
    remember(parts.indexes);
    return TRUE;
}

static void
add_ownership(const PgaClone *clone, PgaBatch *batch, const PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        const PgaSequence *sequence =
            pga_catalog_sequence(clone->catalog, attribute->owned_sequence);
        g_autofree char *name = NULL, *column = NULL;

        if (!sequence || attribute->attidentity)
            continue;
        name = pga_quote_qualified(sequence->nspname, sequence->relname);
        column = pga_relation_display(relation, attribute);
        pga_batch_add(batch, relation->oid,
                      g_strdup_printf("ALTER SEQUENCE %s OWNED BY %s", name, column), NULL);
    }
}

static gboolean
own_sequences(PgaClone *clone, GError **error)
{
    g_autoptr(PgaBatch) batch = pga_batch_new();

    for (guint i = clone->n_settled; i < clone->order->len; i++) {
        const PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        if (cloned->relation && cloned->made)
            add_ownership(clone, batch, cloned->relation);
    }
    return pga_batch_run(batch, clone->workers, error);
}

/* Partitions first: a partition makes its own copy of an inherited key or index, the parent's then
 * finds it and takes it over with its name. */
gboolean
pga_clone_make_parts(PgaClone *clone, GError **error)
{
    guint deepest = 0;

    for (guint i = clone->n_settled; i < clone->order->len; i++)
        deepest = MAX(deepest, ((PgaCloned *)g_ptr_array_index(clone->order, i))->depth);
    for (guint depth = deepest + 1; depth-- > 0;)
        if (!make_depth(clone, depth, error))
            return FALSE;
    return own_sequences(clone, error);
}

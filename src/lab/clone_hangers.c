/* What joins tables or hangs on them as an object of its own: foreign keys, policies, rules,
 * triggers, statistics objects. */
#include "base/text.h"
#include "clone_internal.h"

typedef struct {
    PgaCloned *cloned;
    const PgaConstraint *constraint;
    char *failure;
} ForeignKey;

static void
foreign_key_free(gpointer data)
{
    g_free(((ForeignKey *)data)->failure);
    g_free(data);
}

/* Whether both sides are here, and it was not tried before. */
static gboolean
is_due(PgaClone *clone, const PgaConstraint *constraint)
{
    const PgaCloned *referenced =
        constraint->contype == 'f' ? pga_clone_relation(clone, constraint->confrelid) : NULL;

    return referenced && referenced->made && constraint->conparentid == 0 &&
           constraint->definition &&
           g_hash_table_add(clone->foreign_keys, GUINT_TO_POINTER(constraint->oid));
}

static void
add_due(PgaClone *clone, PgaCloned *cloned, GPtrArray *due)
{
    for (guint i = 0; i < cloned->relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(cloned->relation->constraints, i);
        ForeignKey *key;

        if (!is_due(clone, constraint))
            continue;
        key = g_new0(ForeignKey, 1);
        key->cloned = cloned;
        key->constraint = constraint;
        g_ptr_array_add(due, key);
    }
}

/* Also of tables that came earlier: what they reference may be new. */
static GPtrArray *
due_foreign_keys(PgaClone *clone)
{
    GPtrArray *due = g_ptr_array_new_with_free_func(foreign_key_free);

    for (guint i = 0; i < clone->order->len; i++) {
        PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        if (cloned->relation && cloned->made)
            add_due(clone, cloned, due);
    }
    return due;
}

/* Each locks two tables: in parallel they would wait for each other in a circle. */
static gboolean
make_foreign_keys(PgaClone *clone, GError **error)
{
    g_autoptr(GPtrArray) due = due_foreign_keys(clone);
    g_autoptr(PgaBatch) batch = pga_batch_new();

    for (guint i = 0; i < due->len; i++) {
        ForeignKey *key = g_ptr_array_index(due, i);
        const PgaRelation *relation = key->cloned->relation;
        g_autofree char *table = pga_relation_display(relation, NULL);
        g_autofree char *name = pga_quote_identifier(key->constraint->conname);

        pga_batch_add(batch, 0,
                      g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s %s", table, name,
                                      key->constraint->definition),
                      &key->failure);
    }
    if (!pga_batch_run(batch, clone->workers, error))
        return FALSE;
    for (guint i = 0; i < due->len; i++) {
        const ForeignKey *key = g_ptr_array_index(due, i);
        g_autofree char *name =
            key->failure ? pga_quote_identifier(key->constraint->conname) : NULL;

        if (name)
            g_ptr_array_add(key->cloned->left_out,
                            g_strdup_printf("constraint %s: %s", name, key->failure));
    }
    return TRUE;
}

static gboolean
make_objects(PgaClone *clone, GError **error)
{
    g_autoptr(PgaBatch) batch = pga_batch_new();

    for (guint i = clone->n_settled; i < clone->order->len; i++) {
        PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        if (!cloned->object || !cloned->object->relation)
            continue;
        if (cloned->object->definition)
            pga_clone_add_definition(batch, cloned->object->relation, cloned->object->definition,
                                     &cloned->failure);
        else
            cloned->failure =
                g_strdup(cloned->object->obstacle ? cloned->object->obstacle
                                                  : "its definition could not be read");
    }
    if (!pga_batch_run(batch, clone->workers, error))
        return FALSE;
    for (guint i = clone->n_settled; i < clone->order->len; i++) {
        PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        if (cloned->object && cloned->object->relation)
            cloned->made = cloned->failure == NULL;
    }
    return TRUE;
}

gboolean
pga_clone_make_hangers(PgaClone *clone, GError **error)
{
    return make_foreign_keys(clone, error) && make_objects(clone, error);
}

/* What it takes to bring something in: all it depends on, partitions and heirs of tables, and what
 * hangs on tables (policies, rules, triggers, statistics objects). Foreign keys are followed one
 * step only: else a table would bring its whole schema. */
#include "clone_internal.h"
#include <stdlib.h>

enum { MAX_DEPTH = 64 };

/** One call's work. */
typedef struct {
    PgaClone *clone;
    GPtrArray *todo; /* of PgaCloned *: new, what they need not yet looked at */
} Closure;

static void
cloned_free(gpointer data)
{
    PgaCloned *cloned = data;

    g_free(cloned->failure);
    g_ptr_array_unref(cloned->left_out);
    g_free(cloned);
}

static guint
depth_of(const PgaCatalog *catalog, const PgaRelation *relation)
{
    guint depth = 0;

    while (relation && relation->relispartition && depth < MAX_DEPTH) {
        relation = pga_catalog_relation(catalog, relation->parent);
        depth++;
    }
    return depth;
}

/* In a schema of ours: the module's, or the guard of a database that a script was loaded into. */
static gboolean
is_own(const PgaRelation *relation, const PgaObject *object)
{
    const char *nspname = relation ? relation->nspname : object ? object->nspname : NULL;

    return nspname && g_str_has_prefix(nspname, PGA_ROLE_PREFIX);
}

static PgaCloned *
add(Closure *closure, PgaObjectId id)
{
    PgaClone *clone = closure->clone;
    PgaCloned *cloned = g_hash_table_lookup(clone->cloned, &id);
    const PgaRelation *relation = PGA_OBJECT_CLASS(id) == PGA_CLASS_RELATION
                                      ? pga_catalog_relation(clone->catalog, PGA_OBJECT_OID(id))
                                      : NULL;
    const PgaObject *object = clone->objects ? pga_objects_lookup(clone->objects, id) : NULL;

    if (cloned || (!relation && !object) || is_own(relation, object))
        return cloned;
    cloned = g_new0(PgaCloned, 1);
    cloned->id = id;
    cloned->relation = relation;
    cloned->object = object;
    cloned->depth = depth_of(clone->catalog, relation);
    cloned->left_out = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(clone->cloned, &cloned->id, cloned);
    g_ptr_array_add(clone->order, cloned);
    g_ptr_array_add(closure->todo, cloned);
    return cloned;
}

static void
add_relation(Closure *closure, PgaOid oid)
{
    if (oid)
        add(closure, PGA_OBJECT_ID(PGA_CLASS_RELATION, oid));
}

static gpointer
lookup_or_make(GHashTable *table, PgaOid oid, gpointer (*make)(void))
{
    gpointer found = g_hash_table_lookup(table, GUINT_TO_POINTER(oid));

    if (!found) {
        found = make();
        g_hash_table_insert(table, GUINT_TO_POINTER(oid), found);
    }
    return found;
}

static gpointer
new_oids(void)
{
    return g_array_new(FALSE, FALSE, sizeof(PgaOid));
}

static gpointer
new_pointers(void)
{
    return g_ptr_array_new();
}

static void
add_heir(PgaClone *clone, PgaOid parent, PgaOid heir)
{
    GArray *heirs = lookup_or_make(clone->heirs, parent, new_oids);

    g_array_append_val(heirs, heir);
}

static void
index_heirs(PgaClone *clone)
{
    for (guint i = 0; i < clone->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(clone->catalog->relations, i);
        const PgaRelationExtra *extra = pga_clone_extra(clone, relation->oid);

        if (relation->relispartition)
            add_heir(clone, relation->parent, relation->oid);
        for (guint k = 0; extra && !relation->relispartition && k < extra->parents->len; k++)
            add_heir(clone, g_array_index(extra->parents, PgaOid, k), relation->oid);
    }
}

/* Nothing depends on a cast: it comes with its types. */
static void
index_cast(PgaClone *clone, PgaObject *cast)
{
    guint n = 0;
    const PgaDependency *dependencies = pga_objects_dependencies(clone->objects, cast->id, &n);

    for (guint i = 0; i < n; i++)
        if (PGA_OBJECT_CLASS(dependencies[i].referenced) == PGA_CLASS_TYPE)
            g_ptr_array_add(lookup_or_make(clone->casts, PGA_OBJECT_OID(dependencies[i].referenced),
                                           new_pointers),
                            cast);
}

static void
index_hangers(PgaClone *clone)
{
    const PgaObjects *objects = clone->objects;

    for (guint i = 0; objects && i < objects->objects->len; i++) {
        PgaObject *object = g_ptr_array_index(objects->objects, i);

        if (object->relation)
            g_ptr_array_add(lookup_or_make(clone->hangers, object->relation, new_pointers), object);
        else if (PGA_OBJECT_CLASS(object->id) == PGA_CLASS_CAST)
            index_cast(clone, object);
    }
}

/* A late dependency of a table on a table is a foreign key. */
static gboolean
is_foreign_key(const PgaClone *clone, const PgaDependency *dependency)
{
    return dependency->late && PGA_OBJECT_CLASS(dependency->referenced) == PGA_CLASS_RELATION &&
           pga_catalog_relation(clone->catalog, PGA_OBJECT_OID(dependency->dependent)) &&
           pga_catalog_relation(clone->catalog, PGA_OBJECT_OID(dependency->referenced));
}

static void
add_referenced(Closure *closure, const PgaRelation *relation)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(relation->constraints, i);

        if (constraint->contype == 'f')
            add_relation(closure, constraint->confrelid);
    }
}

static void
add_heirs(Closure *closure, PgaOid oid)
{
    const GArray *heirs = g_hash_table_lookup(closure->clone->heirs, GUINT_TO_POINTER(oid));

    for (guint i = 0; heirs && i < heirs->len; i++)
        add_relation(closure, g_array_index(heirs, PgaOid, i));
}

static void
add_hangers(Closure *closure, GHashTable *table, PgaOid oid)
{
    const GPtrArray *hangers = g_hash_table_lookup(table, GUINT_TO_POINTER(oid));

    for (guint i = 0; hangers && i < hangers->len; i++)
        add(closure, ((const PgaObject *)g_ptr_array_index(hangers, i))->id);
}

static void
add_needed(Closure *closure, const PgaCloned *cloned)
{
    const PgaClone *clone = closure->clone;
    guint n = 0;
    const PgaDependency *dependencies =
        clone->objects ? pga_objects_dependencies(clone->objects, cloned->id, &n) : NULL;

    for (guint i = 0; i < n; i++)
        if (!is_foreign_key(clone, &dependencies[i]))
            add(closure, dependencies[i].referenced);
    if (PGA_OBJECT_CLASS(cloned->id) == PGA_CLASS_RELATION) {
        add_heirs(closure, PGA_OBJECT_OID(cloned->id));
        add_hangers(closure, clone->hangers, PGA_OBJECT_OID(cloned->id));
    }
    if (PGA_OBJECT_CLASS(cloned->id) == PGA_CLASS_TYPE)
        add_hangers(closure, clone->casts, PGA_OBJECT_OID(cloned->id));
    if (cloned->relation && cloned->relation->relispartition)
        add_relation(closure, cloned->relation->parent);
    if (cloned->relation && cloned->asked)
        add_referenced(closure, cloned->relation);
}

/* Raises the level of @cloned above those of what it cannot be made without. */
static gboolean
raise_level(const PgaClone *clone, PgaCloned *cloned)
{
    guint n = 0, level = cloned->level;
    const PgaDependency *dependencies =
        clone->objects ? pga_objects_dependencies(clone->objects, cloned->id, &n) : NULL;

    for (guint i = 0; i < n; i++) {
        const PgaCloned *referenced =
            dependencies[i].late ? NULL : pga_clone_lookup(clone, dependencies[i].referenced);

        if (referenced && !referenced->made)
            level = MAX(level, referenced->level + 1);
    }
    if (level == cloned->level)
        return FALSE;
    cloned->level = level;
    return TRUE;
}

/* As many rounds as the longest chain has links; more only where dependencies run in a circle,
 * whose members are tried again later anyway. */
static void
set_levels(PgaClone *clone)
{
    enum { MAX_ROUNDS = 100 };
    gboolean changed = TRUE;

    for (guint i = clone->n_settled; i < clone->order->len; i++) {
        PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        cloned->level = cloned->depth;
    }
    for (guint round = 0; changed && round < MAX_ROUNDS; round++) {
        changed = FALSE;
        for (guint i = clone->n_settled; i < clone->order->len; i++)
            changed |= raise_level(clone, g_ptr_array_index(clone->order, i));
    }
}

static gint
compare_cloned(gconstpointer a, gconstpointer b)
{
    const PgaCloned *first = *(const PgaCloned *const *)a;
    const PgaCloned *second = *(const PgaCloned *const *)b;
    const PgaOid first_oid = PGA_OBJECT_OID(first->id), second_oid = PGA_OBJECT_OID(second->id);

    if (first->level != second->level)
        return first->level < second->level ? -1 : 1;
    if (first_oid != second_oid)
        return first_oid < second_oid ? -1 : 1;
    return (first->id > second->id) - (first->id < second->id);
}

void
pga_clone_collect(PgaClone *clone, const GArray *seeds, gboolean referenced)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    Closure closure = {clone, todo};

    for (guint i = 0; i < seeds->len; i++) {
        PgaCloned *cloned = add(&closure, g_array_index(seeds, PgaObjectId, i));

        if (cloned)
            cloned->asked = referenced;
    }
    while (todo->len > 0)
        add_needed(&closure, g_ptr_array_steal_index_fast(todo, todo->len - 1));
    set_levels(clone);
    if (clone->order->len == 0) /* and no array yet */
        return;
    qsort(clone->order->pdata + clone->n_settled, clone->order->len - clone->n_settled,
          sizeof(gpointer), compare_cloned);
}

const PgaCloned *
pga_clone_lookup(const PgaClone *clone, PgaObjectId id)
{
    return g_hash_table_lookup(clone->cloned, &id);
}

const PgaCloned *
pga_clone_relation(const PgaClone *clone, PgaOid oid)
{
    const PgaCloned *cloned = pga_clone_lookup(clone, PGA_OBJECT_ID(PGA_CLASS_RELATION, oid));

    return cloned && cloned->relation ? cloned : NULL;
}

const PgaRelationExtra *
pga_clone_extra(const PgaClone *clone, PgaOid oid)
{
    return clone->objects ? pga_objects_relation(clone->objects, oid) : NULL;
}

GArray *
pga_clone_leaves(const PgaClone *clone, PgaOid oid)
{
    GArray *oids = g_array_new(FALSE, FALSE, sizeof(PgaOid));

    g_array_append_val(oids, oid);
    for (guint i = 0; i < clone->order->len; i++) { /* parents come first */
        const PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        for (guint k = 0; cloned->relation && cloned->relation->relispartition && k < oids->len;
             k++) {
            if (g_array_index(oids, PgaOid, k) == cloned->relation->parent) {
                g_array_append_val(oids, cloned->relation->oid);
                break;
            }
        }
    }
    return oids;
}

void
pga_clone_closure_init(PgaClone *clone)
{
    clone->cloned = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, cloned_free);
    clone->order = g_ptr_array_new();
    clone->heirs = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    clone->hangers = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    clone->casts = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    index_heirs(clone);
    index_hangers(clone);
}

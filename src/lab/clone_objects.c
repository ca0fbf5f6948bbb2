/* Types, routines, tables, views: level by level, each level in parallel. What fails is tried again
 * as long as something else succeeded in the meantime: bodies of functions depend on what no
 * catalog says. */
#include "base/text.h"
#include "clone_internal.h"
#include "head_internal.h"
#include <parse/script.h>
#include <string.h>

enum { MAX_PASSES = 8 };

/* Whether it hangs on a relation and is made after the parts of tables. */
static gboolean
hangs(const PgaCloned *cloned)
{
    return cloned->object && cloned->object->relation;
}

/* The oid of the table that @relation is a partition of, however deep, or its own. */
static guint
root_of(const PgaClone *clone, const PgaRelation *relation)
{
    PgaOid root = relation->oid;

    for (guint i = 0; relation && relation->relispartition && i < G_MAXUINT8; i++) {
        root = relation->parent;
        relation = pga_catalog_relation(clone->catalog, root);
    }
    return root;
}

/* Statements of one lane stay in order: partitions of one table, which lock it, and all tables with
 * old-style inheritance, whose children the planner visits by oid. */
static guint
lane_of(const PgaClone *clone, const PgaCloned *cloned)
{
    const PgaRelationExtra *extra =
        cloned->relation ? pga_clone_extra(clone, cloned->relation->oid) : NULL;

    if (!cloned->relation)
        return PGA_OBJECT_OID(cloned->id);
    if (cloned->relation->inherits || (extra && extra->parents->len > 1))
        return 0;
    return root_of(clone, cloned->relation);
}

/* Those of a definition, which may be several. */
static PgaScript *
statements_of(const char *definition)
{
    return pga_script_parse(definition, strlen(definition), "definition", NULL);
}

void
pga_clone_add_definition(PgaBatch *batch, guint lane, const char *definition, char **failure)
{
    g_autoptr(PgaScript) script = strstr(definition, ";\n") ? statements_of(definition) : NULL;

    if (!script) {
        pga_batch_add(batch, lane, g_strdup(definition), failure);
        return;
    }
    for (guint i = 0; i < script->statements->len; i++) {
        const PgaStatement *statement = &g_array_index(script->statements, PgaStatement, i);

        pga_batch_add(batch, lane, g_strndup(statement->text, statement->length),
                      i == 0 ? failure : NULL);
    }
}

static void
add_sequences(PgaClone *clone, PgaBatch *batch, const PgaRelation *relation, guint lane)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        const PgaSequence *sequence =
            pga_catalog_sequence(clone->catalog, attribute->owned_sequence);
        char *sql;

        if (!sequence && attribute->default_expr)
            sequence = g_hash_table_lookup(clone->sequence_by_default, attribute->default_expr);
        sql = attribute->attidentity ? NULL : pga_clone_sequence_statement(clone, sequence);
        if (sql)
            pga_batch_add(batch, lane, sql, NULL);
    }
}

static void
add_table(PgaClone *clone, PgaBatch *batch, PgaCloned *cloned, gboolean whole)
{
    const PgaRelation *relation = cloned->relation;
    const PgaCloned *parent = pga_clone_parent_of_partition(clone, relation);
    const guint lane = lane_of(clone, cloned);
    char *drop;

    if (cloned->failure && relation->relkind != 'm') { /* it may have failed at a later step */
        g_autofree char *name = pga_relation_display(relation, NULL);

        pga_batch_add(batch, lane, g_strdup_printf("DROP TABLE IF EXISTS %s", name), NULL);
    }
    add_sequences(clone, batch, relation, lane);
    pga_batch_add(batch, lane, pga_clone_table_statement(clone, cloned, whole), &cloned->failure);
    if (parent && pga_clone_same_columns(clone, relation, parent->relation))
        return;
    drop = pga_clone_drop_statement(clone, cloned);
    if (drop)
        pga_batch_add(batch, lane, drop, &cloned->failure);
    if (parent) {
        g_autofree char *name = pga_relation_display(relation, NULL);
        g_autofree char *of = pga_relation_display(parent->relation, NULL);

        pga_batch_add(
            batch, lane,
            g_strdup_printf("ALTER TABLE %s ATTACH PARTITION %s %s", of, name, relation->partbound),
            &cloned->failure);
    }
}

static void
add_inheritance(PgaClone *clone, PgaBatch *batch, PgaCloned *cloned)
{
    const PgaRelationExtra *extra =
        cloned->relation->relispartition ? NULL : pga_clone_extra(clone, cloned->relation->oid);
    g_autofree char *name = pga_relation_display(cloned->relation, NULL);

    for (guint i = 0; extra && i < extra->parents->len; i++) {
        const PgaRelation *parent =
            pga_catalog_relation(clone->catalog, g_array_index(extra->parents, PgaOid, i));
        g_autofree char *of = parent ? pga_relation_display(parent, NULL) : NULL;

        if (of)
            pga_batch_add(batch, lane_of(clone, cloned),
                          g_strdup_printf("ALTER TABLE %s INHERIT %s", name, of), &cloned->failure);
    }
}

static gboolean
is_about_operators(const PgaStatement *statement)
{
    static const char *const beginnings[] = {"create operator class", "create operator family",
                                             "alter operator family"};
    g_autoptr(PgaHead) head = pga_head_read(statement->text, statement->length);

    for (guint i = 0; i < G_N_ELEMENTS(beginnings); i++)
        if (pga_head_is(head, 0, beginnings[i]))
            return TRUE;
    return FALSE;
}

/* (nullable) (transfer full): Operator classes and families are for superusers only. The statements
 * run no code of anybody's; that it is these and no others is made sure of. */
static PgaScript *
statements_for_superuser(const PgaCloned *cloned)
{
    const char *definition = cloned->object ? cloned->object->definition : NULL;
    g_autoptr(PgaScript) script = NULL;

    if (!definition || (PGA_OBJECT_CLASS(cloned->id) != PGA_CLASS_OPCLASS &&
                        PGA_OBJECT_CLASS(cloned->id) != PGA_CLASS_OPFAMILY))
        return NULL;
    script = statements_of(definition);
    for (guint i = 0; script && i < script->statements->len; i++)
        if (!is_about_operators(&g_array_index(script->statements, PgaStatement, i)))
            return NULL;
    return g_steal_pointer(&script);
}

/* (transfer full) (nullable): why @sql was refused. */
static char *
do_as_superuser(PgaClone *clone, const char *sql)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(PGresult) result = pga_session_exec(clone->admin, sql, NULL, 0, FALSE, &cause);

    if (!result)
        return g_strdup(cause->message);
    return pga_result_failed(result) ? pga_result_message(result) : NULL;
}

/* In one transaction: all of it or nothing. */
static void
make_as_superuser(PgaClone *clone, PgaCloned *cloned, const PgaScript *script)
{
    g_autofree char *failure = do_as_superuser(clone, "BEGIN"), *end_failure = NULL;

    for (guint i = 0; !failure && i < script->statements->len; i++) {
        const PgaStatement *statement = &g_array_index(script->statements, PgaStatement, i);
        g_autofree char *sql = g_strndup(statement->text, statement->length);

        failure = do_as_superuser(clone, sql);
    }
    end_failure = do_as_superuser(clone, failure ? "ROLLBACK" : "COMMIT");
    g_free(cloned->failure);
    cloned->failure = failure ? g_steal_pointer(&failure) : g_steal_pointer(&end_failure);
    cloned->made = cloned->failure == NULL;
}

/* It stands on the line behind LANGUAGE's. */
char *
pga_clone_without_leakproof(const char *definition)
{
    static const char word[] = " LEAKPROOF";
    const char *language = strstr(definition, "\n LANGUAGE ");
    const char *line = language ? strchr(language + 1, '\n') : NULL;
    const char *end = line ? strchr(line + 1, '\n') : NULL;
    const char *at = end ? g_strstr_len(line, end - line, word) : NULL;

    if (!at)
        return g_strdup(definition);
    return g_strdup_printf("%.*s%s", (int)(at - definition), definition, at + strlen(word));
}

/* FALSE when it cannot even be tried, or is done. */
static gboolean
add_one(PgaClone *clone, PgaBatch *batch, PgaCloned *cloned, gboolean whole)
{
    const char *obstacle =
        cloned->relation ? pga_clone_table_obstacle(cloned->relation) : cloned->object->obstacle;
    g_autoptr(PgaScript) script = NULL;

    if (!obstacle && !cloned->relation && !cloned->object->definition)
        obstacle = "its definition could not be read";
    if (obstacle) {
        g_free(cloned->failure);
        cloned->failure = g_strdup(obstacle);
        return FALSE;
    }
    script = statements_for_superuser(cloned);
    if (script) {
        make_as_superuser(clone, cloned, script);
        return FALSE;
    }
    if (cloned->relation) {
        add_table(clone, batch, cloned, whole);
        add_inheritance(clone, batch, cloned);
    } else if (PGA_OBJECT_CLASS(cloned->id) == PGA_CLASS_ROUTINE) {
        pga_batch_add(batch, lane_of(clone, cloned),
                      pga_clone_without_leakproof(cloned->object->definition), &cloned->failure);
    } else {
        g_autofree char *enum_statement = pga_clone_enum_statement(clone, cloned);

        pga_clone_add_definition(batch, lane_of(clone, cloned),
                                 enum_statement ? enum_statement : cloned->object->definition,
                                 &cloned->failure);
    }
    return TRUE;
}

static gboolean
run_batch(PgaClone *clone, PgaBatch *batch, GPtrArray *tried, GError **error)
{
    if (!pga_batch_run(batch, clone->workers, error))
        return FALSE;
    for (guint i = 0; i < tried->len; i++) {
        PgaCloned *cloned = g_ptr_array_index(tried, i);

        cloned->made = cloned->failure == NULL;
    }
    if (!pga_clone_put_enum_labels(clone, tried, error))
        return FALSE;
    g_ptr_array_set_size(tried, 0);
    return TRUE;
}

static gboolean
make_levels(PgaClone *clone, GError **error)
{
    g_autoptr(PgaBatch) batch = pga_batch_new();
    g_autoptr(GPtrArray) tried = g_ptr_array_new();
    guint level = 0;

    for (guint i = clone->n_settled; i < clone->order->len; i++) {
        PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        if (hangs(cloned))
            continue;
        if (cloned->level != level && !run_batch(clone, batch, tried, error))
            return FALSE;
        level = cloned->level;
        if (add_one(clone, batch, cloned, TRUE))
            g_ptr_array_add(tried, cloned);
    }
    return run_batch(clone, batch, tried, error);
}

typedef enum {
    RETRY_WHOLE,
    RETRY_TABLES,             /* without what may fail for lack of functions */
    RETRY_MATERIALIZED_VIEWS, /* columns only */
} Retry;

static gboolean
is_due(const PgaCloned *cloned, Retry how)
{
    if (cloned->made || hangs(cloned))
        return FALSE;
    return how == RETRY_WHOLE || (cloned->relation && (cloned->relation->relkind == 'm') ==
                                                          (how == RETRY_MATERIALIZED_VIEWS));
}

/* One by one, in order; *n_made: how many succeeded. */
static gboolean
retry_once(PgaClone *clone, Retry how, guint *n_made, GError **error)
{
    g_autoptr(PgaBatch) batch = pga_batch_new();
    g_autoptr(GPtrArray) tried = g_ptr_array_new();

    *n_made = 0;
    for (guint i = clone->n_settled; i < clone->order->len; i++) {
        PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        if (!is_due(cloned, how) || !add_one(clone, batch, cloned, how == RETRY_WHOLE))
            continue;
        g_ptr_array_add(tried, cloned);
        if (!run_batch(clone, batch, tried, error))
            return FALSE;
        *n_made += cloned->made;
    }
    return TRUE;
}

static gboolean
retry(PgaClone *clone, Retry how, GError **error)
{
    guint n_made = 1;

    for (guint pass = 0; pass < MAX_PASSES && n_made > 0; pass++)
        if (!retry_once(clone, how, &n_made, error))
            return FALSE;
    return TRUE;
}

gboolean
pga_clone_make_objects(PgaClone *clone, GError **error)
{
    return make_levels(clone, error) && retry(clone, RETRY_WHOLE, error) &&
           retry(clone, RETRY_TABLES, error);
}

gboolean
pga_clone_retry_objects(PgaClone *clone, GError **error)
{
    return retry(clone, RETRY_WHOLE, error) && retry(clone, RETRY_MATERIALIZED_VIEWS, error);
}

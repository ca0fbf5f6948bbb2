/* The schema that a source has, as a state: relations, their columns, how they inherit. */
#include <string.h>

#include "depth_internal.h"
#include "state_load_internal.h"

static gsize
depth_of(const char *sql)
{
    Lexer lexer = {.at = sql, .end = sql + strlen(sql)};
    MigrationDepth depth;
    gsize deepest;

    pga_migration_depth_init(&depth);
    for (Token token = pga_lexer_next(&lexer); token.kind != TOKEN_END;
         token = pga_lexer_next(&lexer)) {
        pga_migration_depth_take(&depth, &token);
        if (token.kind == TOKEN_UNTERMINATED)
            break;
    }
    deepest = depth.deepest;
    pga_migration_depth_destroy(&depth);
    return deepest;
}

const PgQuery__Node *
pga_state_load_parse(PgaStateLoad *load, const char *sql)
{
    MigrationParsed parsed = pga_migration_parse(load->parser, sql, strlen(sql), depth_of(sql));

    g_free(parsed.error);
    return parsed.tree;
}

static void
load_column(PgaStateLoad *load, PgaStateRelation *relation, const PgaAttribute *attribute)
{
    PgaState *state = load->state;
    PgaStateColumn *column = pga_state_column_new(state, attribute->attname);
    PgaStateTypeName type;

    pga_state_type_of_text(state, attribute->type, &type);
    column->type = (char *)type.type;
    column->typname = (char *)type.typname;
    column->domain = (char *)type.domain;
    column->typmod[0] = type.typmod[0];
    column->typmod[1] = type.typmod[1];
    column->not_null = attribute->attnotnull;
    column->default_text = pga_state_keep(state, attribute->default_expr);
    column->identity = attribute->attidentity;
    column->generated = attribute->attgenerated;
    column->collation = pga_state_keep(state, attribute->collation);
    column->sequence =
        g_hash_table_lookup(load->relations, GUINT_TO_POINTER(attribute->owned_sequence));
    if (column->sequence)
        column->sequence->owner = relation;
    column->serial = column->sequence && !column->identity && column->default_text &&
                     strstr(column->default_text, "nextval(");
    g_ptr_array_add(relation->columns, column);
}

/* "RANGE (created_at, lower(b))" */
static void
load_partition_key(PgaStateLoad *load, PgaStateRelation *relation, const char *partkey)
{
    g_autofree char *sql = g_strconcat("CREATE TABLE t (i int) PARTITION BY ", partkey, NULL);
    const PgQuery__Node *tree = pga_state_load_parse(load, sql);
    const PgQuery__PartitionSpec *key = tree && tree->node_case == PG_QUERY__NODE__NODE_CREATE_STMT
                                            ? tree->create_stmt->partspec
                                            : NULL;

    relation->strategy = (char)g_ascii_tolower(partkey[0]);
    for (size_t i = 0; key && i < key->n_part_params; i++)
        if (key->part_params[i]->node_case == PG_QUERY__NODE__NODE_PARTITION_ELEM)
            g_ptr_array_add(relation->partition_key,
                            pga_state_keep(load->state, key->part_params[i]->partition_elem->name));
}

static PgaStateRelation *
relation_new(PgaStateLoad *load, PgaOid oid, const char *nspname, const char *relname, char kind)
{
    PgaStateRelation *relation = pga_state_relation_new(load->state, nspname, relname, kind);

    relation->created_in = 0;
    relation->created_transaction = 0;
    relation->filled = TRUE;
    pga_state_relation_register(load->state, relation);
    g_hash_table_insert(load->relations, GUINT_TO_POINTER(oid), relation);
    return relation;
}

static void
load_relation(PgaStateLoad *load, const PgaRelation *of)
{
    PgaStateRelation *relation = relation_new(load, of->oid, of->nspname, of->relname, of->relkind);

    if (of->relpersistence)
        relation->persistence = of->relpersistence;
    relation->rows = of->reltuples < 0 ? -1 : of->reltuples;
    relation->bytes = of->table_bytes;
    relation->index_bytes = of->index_bytes;
    relation->row_security = of->relrowsecurity;
    relation->is_partition = of->relispartition;
    relation->bound = pga_state_keep(load->state, of->partbound);
    relation->is_default = g_strcmp0(of->partbound, "DEFAULT") == 0;
    if (of->partkey)
        load_partition_key(load, relation, of->partkey);
    for (guint i = 0; i < of->attributes->len; i++)
        load_column(load, relation, g_ptr_array_index(of->attributes, i));
}

/* A damaged snapshot may go in circles. */
static void
link_parent(PgaStateLoad *load, PgaOid child_oid, PgaOid parent_oid)
{
    PgaStateRelation *child = g_hash_table_lookup(load->relations, GUINT_TO_POINTER(child_oid));
    PgaStateRelation *parent = g_hash_table_lookup(load->relations, GUINT_TO_POINTER(parent_oid));

    if (!child || !parent || parent->depth >= PGA_STATE_MAX_DEPTH ||
        pga_state_is_descendant(parent, child) || g_ptr_array_find(child->parents, parent, NULL))
        return;
    g_ptr_array_add(child->parents, parent);
    g_ptr_array_add(parent->children, child);
    child->parent = g_ptr_array_index(child->parents, 0);
    child->depth = MAX(child->depth, parent->depth + 1);
}

static void
inherit_columns(const PgaStateRelation *child)
{
    for (guint i = 0; i < child->parents->len; i++) {
        const PgaStateRelation *parent = g_ptr_array_index(child->parents, i);

        for (guint k = 0; k < parent->columns->len; k++) {
            const PgaStateColumn *of = g_ptr_array_index(parent->columns, k);
            PgaStateColumn *column = pga_state_column(child, of->name);

            if (!column)
                continue;
            column->n_inherited++;
            column->local = FALSE;
        }
    }
}

static void
load_parents(PgaStateLoad *load)
{
    const PgaObjects *objects = load->objects;

    for (guint i = 0; i < load->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(load->catalog->relations, i);

        link_parent(load, relation->oid, relation->parent);
    }
    for (guint i = 0; objects && i < objects->relations->len; i++) {
        const PgaRelationExtra *extra = g_ptr_array_index(objects->relations, i);

        for (guint k = 0; extra->relkind != 'I' && extra->relkind != 'i' && extra->parents &&
                          k < extra->parents->len;
             k++)
            link_parent(load, extra->oid, g_array_index(extra->parents, PgaOid, k));
    }
    for (guint i = 0; i < load->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(load->catalog->relations, i);

        inherit_columns(g_hash_table_lookup(load->relations, GUINT_TO_POINTER(relation->oid)));
    }
}

static void
load_sequences(PgaStateLoad *load)
{
    for (guint i = 0; i < load->catalog->sequences->len; i++) {
        const PgaSequence *sequence = g_ptr_array_index(load->catalog->sequences, i);

        relation_new(load, sequence->oid, sequence->nspname, sequence->relname, 'S');
    }
}

static void
load_all(PgaStateLoad *load)
{
    pga_state_load_types(load);
    load_sequences(load);
    for (guint i = 0; i < load->catalog->relations->len; i++)
        load_relation(load, g_ptr_array_index(load->catalog->relations, i));
    load_parents(load);
    pga_state_load_indexes(load);
    pga_state_load_constraints(load);
    pga_state_load_views(load);
    pga_state_load_schema(load);
}

void
pga_state_load(PgaState *state, const PgaCatalog *catalog, const PgaObjects *objects)
{
    g_autoptr(GHashTable) relations = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) indexes = g_hash_table_new(NULL, NULL);
    g_autoptr(MigrationParser) parser = pga_migration_parser_new();
    PgaStateLoad load = {state, catalog, objects, relations, indexes, parser};

    state->complete = TRUE;
    load_all(&load);
    pga_state_forget_undo(state);
}

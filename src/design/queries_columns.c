/* What the names in an access pattern mean on the designed tables. */
#include <base/text.h>
#include <string.h>

#include "ddl_internal.h"
#include "queries_internal.h"

void
pga_query_column_clear(PgaQueryColumn *column)
{
    g_clear_pointer(&column->sql, g_free);
}

const PgaDesignTable *
pga_query_table(const PgaArchitecture *architecture, const char *entity)
{
    const PgaDesignTable *table = pga_architecture_table(architecture, entity);

    for (guint i = 0; !table && i < architecture->tables->len; i++) {
        const PgaDesignTable *other = g_ptr_array_index(architecture->tables, i);

        if (other->entity && g_str_equal(other->entity->name, entity))
            table = other;
    }
    return table;
}

char *
pga_query_relation(const PgaDesignTable *table)
{
    return pga_ddl_relation(table->name);
}

static const char *
alias_of(const PgaQueryDraft *draft, const PgaDesignTable *table)
{
    for (guint i = 0; i < draft->joins->len; i++) {
        const PgaQueryJoin *join = g_ptr_array_index(draft->joins, i);

        if (join->table == table)
            return join->alias;
    }
    return table->name;
}

static gboolean
is_there(const PgaQueryDraft *draft, const PgaDesignTable *table)
{
    gboolean found = draft->table == table;

    for (guint i = 0; !found && i < draft->joins->len; i++)
        found = ((const PgaQueryJoin *)g_ptr_array_index(draft->joins, i))->table == table;
    return found;
}

/* (transfer full): "a.x = b.y AND …" */
static char *
equate(const PgaDesignReference *reference, const char *from, const char *to)
{
    GString *on = g_string_new(NULL);
    g_autofree char *left = pga_quote_identifier(from), *right = pga_quote_identifier(to);

    for (guint i = 0; i < reference->columns->len && i < reference->referenced_columns->len; i++) {
        g_autofree char *column = pga_quote_identifier(g_ptr_array_index(reference->columns, i));
        g_autofree char *other =
            pga_quote_identifier(g_ptr_array_index(reference->referenced_columns, i));

        g_string_append_printf(on, "%s%s.%s = %s.%s", i > 0 ? " AND " : "", right, other, left,
                               column);
    }
    return g_string_free(on, FALSE);
}

/** A join through @reference: of its table, or of the referenced one. */
typedef struct {
    const PgaDesignReference *reference;
    const char *known; /* alias of what is there */
    gboolean forward;  /* the referenced table comes in */
} Way;

static const char *
join(PgaQueryDraft *draft, const PgaDesignTable *table, const Way *way)
{
    PgaQueryJoin *joined = g_new0(PgaQueryJoin, 1);

    joined->table = table;
    joined->alias = is_there(draft, table)
                        ? g_strdup_printf("%s_%u", table->name, draft->joins->len + 2)
                        : g_strdup(table->name);
    joined->on = way->forward ? equate(way->reference, way->known, joined->alias)
                              : equate(way->reference, joined->alias, way->known);
    g_ptr_array_add(draft->joins, joined);
    return joined->alias;
}

/* Whether @reference goes to @table. */
static gboolean
leads_to(const PgaDesignReference *reference, const PgaDesignTable *table)
{
    return g_str_equal(reference->table, table->name);
}

/* (nullable): the alias of @table, joined with @known if one of them references the other. */
static const char *
join_with(PgaQueryDraft *draft, const PgaDesignTable *known, const PgaDesignTable *table)
{
    const char *alias = alias_of(draft, known);

    for (guint i = 0; i < known->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(known->references, i);

        if (leads_to(reference, table))
            return join(draft, table, &(Way){reference, alias, TRUE});
    }
    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);

        if (leads_to(reference, known))
            return join(draft, table, &(Way){reference, alias, FALSE});
    }
    return NULL;
}

/* (nullable): the alias of @table, which is joined if it is not there. */
static const char *
bring(PgaQueryDraft *draft, const PgaDesignTable *table)
{
    const char *alias;
    const guint n = draft->joins->len;

    if (is_there(draft, table))
        return alias_of(draft, table);
    alias = join_with(draft, draft->table, table);
    for (guint i = 0; !alias && i < n; i++)
        alias = join_with(draft, ((const PgaQueryJoin *)g_ptr_array_index(draft->joins, i))->table,
                          table);
    return alias;
}

gboolean
pga_query_join_entity(PgaQueryDraft *draft, const char *entity)
{
    const PgaDesignTable *table = pga_query_table(draft->architecture, entity);

    if (!table)
        draft->failure = g_strdup_printf("there is no entity \"%s\"", entity);
    else if (!bring(draft, table))
        draft->failure = g_strdup_printf("nothing references between %s and %s: they cannot be "
                                         "joined",
                                         draft->table->name, table->name);
    return draft->failure == NULL;
}

/* (nullable): the reference that @name, alone, is the column of. */
static const PgaDesignReference *
reference_of(const PgaDesignTable *table, const char *name)
{
    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);

        if (reference->columns->len == 1 &&
            g_str_equal(g_ptr_array_index(reference->columns, 0), name))
            return reference;
    }
    return NULL;
}

static void
fail_unknown(PgaQueryDraft *draft, const PgaDesignTable *table, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *nearest;

    for (guint i = 0; i < table->columns->len; i++)
        g_ptr_array_add(names,
                        ((const PgaDesignColumn *)g_ptr_array_index(table->columns, i))->name);
    g_ptr_array_add(names, NULL);
    nearest = pga_text_closest(name, (const char *const *)names->pdata);
    for (guint i = 0; !nearest && i + 1 < names->len; i++)
        if (g_str_has_prefix(g_ptr_array_index(names, i), name) ||
            g_str_has_prefix(name, g_ptr_array_index(names, i)))
            nearest = g_ptr_array_index(names, i);
    draft->failure = nearest ? g_strdup_printf("%s has no column \"%s\"; the nearest is \"%s\"",
                                               table->name, name, nearest)
                             : g_strdup_printf("%s has no column \"%s\"", table->name, name);
}

/* (nullable): where the design put the attribute. */
static const PgaDesignMove *
move_of(const PgaQueryDraft *draft, const PgaDesignTable *table, const char *name)
{
    const GPtrArray *moves = draft->architecture->moves;

    for (guint i = 0; i < moves->len; i++) {
        const PgaDesignMove *move = g_ptr_array_index(moves, i);

        if (g_str_equal(move->table, table->name) && g_str_equal(move->column, name))
            return move;
    }
    return NULL;
}

/** A place in the statement. */
typedef struct {
    const PgaDesignTable *table;
    const char *alias;
} Place;

static void
take(const PgaQueryDraft *draft, const Place *place, const PgaDesignColumn *column,
     PgaQueryColumn *found)
{
    g_autofree char *name = pga_quote_identifier(column->name);

    found->table = place->table;
    found->column = column;
    if (draft->qualifies) {
        g_autofree char *alias = pga_quote_identifier(place->alias);

        found->sql = g_strdup_printf("%s.%s", alias, name);
    } else {
        found->sql = g_steal_pointer(&name);
    }
}

static gboolean
follow_move(PgaQueryDraft *draft, const PgaDesignMove *move, PgaQueryColumn *found)
{
    const PgaDesignTable *table = pga_architecture_table(draft->architecture, move->to_table);
    const PgaDesignColumn *column = table ? pga_design_table_column(table, move->to_column) : NULL;
    const char *alias = column ? bring(draft, table) : NULL;

    if (!alias)
        return FALSE;
    take(draft, &(Place){table, alias}, column, found);
    return TRUE;
}

/* The name of one column at @place, or of one that is nowhere else. */
static gboolean
find_last(PgaQueryDraft *draft, const Place *place, const char *name, PgaQueryColumn *found)
{
    const PgaDesignColumn *column = pga_design_table_column(place->table, name);
    const PgaDesignMove *move = column ? NULL : move_of(draft, place->table, name);

    if (column) {
        take(draft, place, column, found);
        return TRUE;
    }
    if (move && follow_move(draft, move, found))
        return TRUE;
    for (guint i = 0; place->table == draft->table && i < draft->joins->len; i++) {
        const PgaQueryJoin *other = g_ptr_array_index(draft->joins, i);

        column = pga_design_table_column(other->table, name);
        if (column) {
            take(draft, &(Place){other->table, other->alias}, column, found);
            return TRUE;
        }
    }
    fail_unknown(draft, place->table, name);
    return FALSE;
}

/* The alias under which @reference of what is at @place is joined already, or is now. */
static const char *
follow_reference(PgaQueryDraft *draft, const Place *place, const PgaDesignReference *reference,
                 const PgaDesignTable *table)
{
    for (guint i = 0; i < draft->joins->len; i++) {
        const PgaQueryJoin *known = g_ptr_array_index(draft->joins, i);
        g_autofree char *on = equate(reference, place->alias, known->alias);

        if (known->table == table && g_str_equal(known->on, on))
            return known->alias;
    }
    return join(draft, table, &(Way){reference, place->alias, TRUE});
}

/* One step of "user.country": a reference's column, or a table that is there. */
static gboolean
step(PgaQueryDraft *draft, Place *place, const char *name)
{
    const PgaDesignReference *reference = reference_of(place->table, name);
    const PgaDesignTable *table =
        reference ? pga_architecture_table(draft->architecture, reference->table)
                  : pga_query_table(draft->architecture, name);
    const char *alias = NULL;

    if (reference && table)
        alias = follow_reference(draft, place, reference, table);
    else if (table)
        alias = table == place->table ? place->alias : bring(draft, table);
    if (!alias) {
        fail_unknown(draft, place->table, name);
        return FALSE;
    }
    *place = (Place){table, alias};
    return TRUE;
}

/* settings->theme: as text. */
static void
take_key(PgaQueryColumn *found, const char *key)
{
    g_autofree char *bare = g_strdup(key);
    g_autofree char *literal = NULL;
    char *sql;

    g_strdelimit(bare, ">'\"", ' ');
    literal = pga_quote_literal(g_strstrip(bare));
    sql = g_strdup_printf("(%s ->> %s)", found->sql, literal);
    g_free(found->sql);
    found->sql = sql;
    found->is_key = TRUE;
}

/* "\"Weird Name\"": as a column's name. */
static void
unquote(char *name)
{
    const gsize n = strlen(name);

    if (n < 3 || name[0] != '"' || name[n - 1] != '"' || strchr(name + 1, '"') != name + n - 1)
        return;
    memmove(name, name + 1, n - 2);
    name[n - 2] = '\0';
}

gboolean
pga_query_find_column(PgaQueryDraft *draft, const char *path, PgaQueryColumn *column)
{
    const char *arrow = strstr(path, "->");
    g_autofree char *names = arrow ? g_strndup(path, (gsize)(arrow - path)) : g_strdup(path);
    g_auto(GStrv) parts = NULL;
    Place place = {draft->table, draft->table->name};
    guint i = 0;

    unquote(g_strstrip(names));
    if (pga_design_table_column(draft->table, names)) {
        parts = g_new0(char *, 2);
        parts[0] = g_strdup(names);
    } else {
        parts = g_strsplit(names, ".", -1);
    }
    for (; parts[i] && parts[i + 1]; i++)
        if (!step(draft, &place, g_strstrip(parts[i])))
            return FALSE;
    if (!parts[i] || !find_last(draft, &place, g_strstrip(parts[i]), column))
        return FALSE;
    if (arrow)
        take_key(column, arrow + 2);
    return TRUE;
}

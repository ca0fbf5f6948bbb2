/* The tables of a query: which are joined, how, and which need not be.
 * Source: Query.join(), setup_joins(), trim_joins(), promote_joins(), demote_joins() in Django 3.2
 * to 5.2 django/db/models/sql/query.py. */
#include <string.h>

#include "models_internal.h"
#include "sql_internal.h"

static void
join_free(gpointer data)
{
    SqlJoin *join = data;

    g_free(join->alias);
    g_free(join->left);
    g_free(join->right);
    g_free(join->extra);
    g_free((char *)join->table);
    g_free(join);
}

static void
annotation_free(gpointer data)
{
    SqlAnnotation *annotation = data;

    g_free(annotation->name);
    g_free(annotation->sql);
    g_free(annotation->type);
    g_free(annotation);
}

void
pga_sql_query_free(SqlQuery *query)
{
    if (!query)
        return;
    g_ptr_array_unref(query->joins);
    g_ptr_array_unref(query->annotations);
    g_ptr_array_unref(query->qualify);
    g_ptr_array_unref(query->order);
    g_ptr_array_unref(query->order_parts);
    pga_sql_node_free(query->where);
    g_free(query);
}

SqlJoin *
pga_sql_join(const SqlQuery *query, guint place)
{
    return g_ptr_array_index(query->joins, place);
}

/* The table's name at its first use; in subqueries U0, U1 … */
static char *
alias_of(const SqlQuery *query, const char *table)
{
    gboolean is_used = FALSE;

    if (query->level > 0)
        return g_strdup_printf("%c%u", 'T' + (char)MIN(query->level, PGA_DJANGO_MAX_LEVEL),
                               query->joins->len);
    for (guint i = 0; i < query->joins->len && !is_used; i++)
        is_used = g_str_equal(pga_sql_join(query, i)->table, table);
    return is_used ? g_strdup_printf("T%u", query->joins->len + 1) : pga_django_quote(table);
}

static SqlJoin *
add_table(SqlQuery *query, const char *table)
{
    SqlJoin *join = g_new0(SqlJoin, 1);

    join->table = g_strdup(table);
    join->alias = alias_of(query, table);
    join->n_refs = 1;
    g_ptr_array_add(query->joins, join);
    return join;
}

SqlQuery *
pga_sql_query_new(SqlRun *run, SqlQuery *outer, const PgaDjangoModel *model,
                  const PgaDjangoQuerySet *queryset)
{
    SqlQuery *query = g_new0(SqlQuery, 1);

    query->run = run;
    query->outer = outer;
    query->level = outer ? outer->level + 1 : 0;
    query->queryset = queryset;
    query->model = pga_django_concrete(model);
    query->joins = g_ptr_array_new_with_free_func(join_free);
    query->qualify = g_ptr_array_new_with_free_func(g_free);
    query->annotations = g_ptr_array_new_with_free_func(annotation_free);
    query->order = g_ptr_array_new_with_free_func(g_free);
    query->order_parts = g_ptr_array_new_with_free_func(g_free);
    query->where = pga_sql_node_new(FALSE, FALSE);
    add_table(query, query->model->table);
    return query;
}

/* --- one join --- */

/** A step from table to table. */
typedef struct {
    char *table, *left, *right, *extra;
    gboolean is_direct, is_many, is_nullable;
} Step;

static void
step_clear(gpointer data)
{
    Step *step = data;

    g_free(step->table);
    g_free(step->left);
    g_free(step->right);
    g_free(step->extra);
}

static guint
add_join(SqlQuery *query, guint parent, const Step *step, gboolean own_many)
{
    SqlJoin *join = NULL;

    for (guint i = query->joins->len; i-- > 1;) {
        join = pga_sql_join(query, i);
        if (join->parent == parent && g_str_equal(join->table, step->table) &&
            g_str_equal(join->left, step->left) && g_str_equal(join->right, step->right) &&
            (!own_many || !step->is_many || join->is_reusable)) {
            join->n_refs++;
            return i;
        }
    }
    join = add_table(query, step->table);
    join->parent = parent;
    join->left = g_strdup(step->left);
    join->right = g_strdup(step->right);
    join->is_direct = step->is_direct;
    join->is_many = step->is_many;
    join->is_nullable = step->is_nullable;
    join->is_left = step->is_nullable || (parent && pga_sql_join(query, parent)->is_left);
    join->is_reusable = own_many;
    if (step->extra) {
        g_auto(GStrv) parts = g_strsplit(step->extra, "?", 2);
        g_autofree char *value = pga_sql_parameter(query->run, "integer");
        const char *holder = step->is_direct || step->is_many ? join->alias : "";

        join->extra = g_strdup_printf("%s.%s%s", holder, parts[0], value);
    }
    return query->joins->len - 1;
}

/* --- steps of relations --- */

const char *
pga_sql_key_column(const PgaDjangoModel *model)
{
    const PgaDjangoField *key = pga_django_model_key(model);

    return key && key->column ? key->column : "id";
}

/* The column that a foreign key's values are of. */
static const char *
referenced_column(const PgaDjangoModel *target, const PgaDjangoField *field)
{
    const char *to = pga_py_argument_text(field->call, G_MAXUINT, "to_field");
    const PgaDjangoField *named = to ? pga_django_model_field(target, to) : NULL;

    return named && named->column ? named->column : pga_sql_key_column(target);
}

/* Of a key that @owner holds, forwards or backwards. */
static void
add_key_step(GArray *steps, const PgaDjangoModel *owner, const PgaDjangoField *field,
             const PgaDjangoModel *target, gboolean is_reverse)
{
    const char *referenced = referenced_column(target, field);
    const PgaDjangoModel *end = is_reverse ? owner : target;
    const gboolean is_unique = field->kind == PGA_DJANGO_ONE_TO_ONE || field->is_unique;
    const Step step = {.table = g_strdup(end->table),
                       .left = g_strdup(is_reverse ? referenced : field->column),
                       .right = g_strdup(is_reverse ? field->column : referenced),
                       .is_direct = !is_reverse,
                       .is_many = is_reverse && !is_unique,
                       .is_nullable = is_reverse || field->is_null};

    g_array_append_val(steps, step);
}

/* The foreign key of a table between that leads to @to. @stated (nullable): its name. */
static const PgaDjangoField *
key_to(const PgaDjangoModel *between, const PgaDjangoModel *to, const char *stated,
       const PgaDjangoField *not_this)
{
    for (guint i = 0; i < between->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(between->fields, i);

        if ((field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE) &&
            field != not_this &&
            (stated ? g_str_equal(field->name, stated)
                    : pga_django_field_target(between, field) == to))
            return field;
    }
    return NULL;
}

static const char *
through_field(const PgaDjangoField *field, guint place)
{
    const PgaPyValue *stated = pga_py_argument(field->call, G_MAXUINT, "through_fields");
    const PgaPyValue *item = stated && stated->kind == PGA_PY_LIST && stated->items->len > place
                                 ? g_ptr_array_index(stated->items, place)
                                 : NULL;

    return item && item->kind == PGA_PY_STRING ? item->text : NULL;
}

/* A table between that has a model. */
static gboolean
add_through_steps(GArray *steps, const PgaDjangoModel *owner, const PgaDjangoField *field,
                  const PgaDjangoModel *target, gboolean is_reverse)
{
    const PgaDjangoModel *between = pga_django_concrete(
        pga_django_project_model(pga_django_links(owner)->project, field->through));
    const PgaDjangoField *source, *other;

    if (!between)
        return FALSE;
    source = key_to(between, pga_django_concrete(owner), through_field(field, 0), NULL);
    other = key_to(between, target, through_field(field, 1), source);
    if (!source || !other || !source->column || !other->column)
        return FALSE;
    add_key_step(steps, between, is_reverse ? other : source, is_reverse ? target : owner, TRUE);
    add_key_step(steps, between, is_reverse ? source : other, is_reverse ? owner : target, FALSE);
    return TRUE;
}

static char *
side_column(const char *model, const char *prefix)
{
    g_autofree char *lower = g_ascii_strdown(model, -1);

    return g_strdup_printf("%s%s_id", prefix, lower);
}

/* A table between that Django makes. */
static void
add_between_steps(GArray *steps, const PgaDjangoModel *owner, const PgaDjangoField *field,
                  const PgaDjangoModel *target, gboolean is_reverse)
{
    const char *stated = pga_py_argument_text(field->call, G_MAXUINT, "db_table");
    const gboolean is_self = owner == target;
    g_autofree char *plain =
        stated ? g_strdup(stated) : g_strdup_printf("%s_%s", owner->table, field->name);
    g_autofree char *source = side_column(owner->name, is_self ? "from_" : "");
    g_autofree char *other = side_column(target->name, is_self ? "to_" : "");
    const Step first = {.table = pga_django_truncated(plain),
                        .left = g_strdup(pga_sql_key_column(is_reverse ? target : owner)),
                        .right = g_strdup(is_reverse ? other : source),
                        .is_many = TRUE,
                        .is_nullable = TRUE};
    const Step second = {.table = g_strdup((is_reverse ? owner : target)->table),
                         .left = g_strdup(is_reverse ? source : other),
                         .right = g_strdup(pga_sql_key_column(is_reverse ? owner : target)),
                         .is_direct = TRUE};

    g_array_append_val(steps, first);
    g_array_append_val(steps, second);
}

static void
add_generic_step(GArray *steps, const PgaDjangoModel *owner, const PgaDjangoField *field,
                 const PgaDjangoModel *target, gboolean is_reverse)
{
    const char *id = pga_py_argument_text(field->call, G_MAXUINT, "object_id_field");
    const char *type = pga_py_argument_text(field->call, G_MAXUINT, "content_type_field");
    g_autofree char *type_column = g_strconcat(type ? type : "content_type", "_id", NULL);
    g_autofree char *quoted = pga_django_quote(type_column);
    const Step step = {.table = g_strdup((is_reverse ? owner : target)->table),
                       .left =
                           g_strdup(is_reverse ? id ? id : "object_id" : pga_sql_key_column(owner)),
                       .right = g_strdup(is_reverse ? pga_sql_key_column(owner)
                                         : id       ? id
                                                    : "object_id"),
                       .extra = is_reverse ? NULL : g_strdup_printf("%s = ?", quoted),
                       .is_many = TRUE,
                       .is_nullable = TRUE};

    g_array_append_val(steps, step);
}

/* @from: the model that the hop starts at. (transfer full): of Step */
static GArray *
steps_of(const PgaDjangoModel *from, const PgaDjangoHop *hop)
{
    GArray *steps = g_array_new(FALSE, FALSE, sizeof(Step));
    const PgaDjangoField *field = hop->field;
    const PgaDjangoModel *owner = pga_django_concrete(hop->is_reverse ? hop->model : from);
    const PgaDjangoModel *target =
        hop->is_reverse ? pga_django_field_target(owner, field) : pga_django_concrete(hop->model);

    g_array_set_clear_func(steps, step_clear);
    if (!owner || !target)
        return steps;
    if (field->kind == PGA_DJANGO_MANY_TO_MANY && field->through)
        add_through_steps(steps, owner, field, target, hop->is_reverse);
    else if (field->kind == PGA_DJANGO_MANY_TO_MANY)
        add_between_steps(steps, owner, field, target, hop->is_reverse);
    else if (field->kind == PGA_DJANGO_GENERIC_RELATION)
        add_generic_step(steps, owner, field, target, hop->is_reverse);
    else if (field->column)
        add_key_step(steps, owner, field, target, hop->is_reverse);
    return steps;
}

void
pga_sql_link_clear(SqlLink *link)
{
    g_clear_pointer(&link->table, g_free);
    g_clear_pointer(&link->own, g_free);
    g_clear_pointer(&link->other, g_free);
}

gboolean
pga_sql_link(const PgaDjangoModel *from, const PgaDjangoHop *hop, SqlLink *link)
{
    g_autoptr(GArray) steps = steps_of(from, hop);
    const gboolean is_many = hop->field->kind == PGA_DJANGO_MANY_TO_MANY;
    const Step *first = steps->len > 0 ? &g_array_index(steps, Step, 0) : NULL;

    if (!first || steps->len != (is_many ? 2 : 1) || (!is_many && !hop->is_reverse) ||
        hop->field->kind == PGA_DJANGO_GENERIC_RELATION)
        return FALSE;
    link->table = g_strdup(first->table);
    link->own = g_strdup(first->right);
    link->other = is_many ? g_strdup(g_array_index(steps, Step, 1).left) : NULL;
    return TRUE;
}

/* --- routes --- */

void
pga_sql_route_clear(SqlRoute *route)
{
    g_clear_pointer(&route->joins, g_array_unref);
    g_clear_pointer(&route->column, g_free);
}

gboolean
pga_sql_path_is_many(const PgaDjangoPath *path, guint *n_before)
{
    for (guint i = 0; i < path->hops->len; i++)
        if (pga_django_hop_is_many(&g_array_index(path->hops, PgaDjangoHop, i))) {
            *n_before = i;
            return TRUE;
        }
    return FALSE;
}

/* One hop: its joins to @joins. FALSE: cannot be told. */
static gboolean
take_hop(SqlQuery *query, const PgaDjangoModel *from, const PgaDjangoHop *hop, gboolean own_many,
         GArray *joins)
{
    g_autoptr(GArray) steps = steps_of(from, hop);

    for (guint i = 0; i < steps->len; i++) {
        guint place = g_array_index(joins, guint, joins->len - 1);

        if (query->joins->len > PGA_DJANGO_MAX_JOINS)
            return FALSE;
        place = add_join(query, place, &g_array_index(steps, Step, i), own_many);
        g_array_append_val(joins, place);
    }
    return steps->len > 0;
}

guint
pga_sql_join_hop(SqlQuery *query, guint alias, const PgaDjangoModel *from, const PgaDjangoHop *hop)
{
    g_autoptr(GArray) joins = g_array_new(FALSE, FALSE, sizeof(guint));

    g_array_append_val(joins, alias);
    take_hop(query, from, hop, FALSE, joins);
    return g_array_index(joins, guint, joins->len - 1);
}

gboolean
pga_sql_route(SqlQuery *query, guint alias, const PgaDjangoPath *path, gboolean own_many,
              SqlRoute *route)
{
    const PgaDjangoModel *model = query->model;

    *route = (SqlRoute){.joins = g_array_new(FALSE, FALSE, sizeof(guint))};
    g_array_append_val(route->joins, alias);
    for (guint i = 0; i < path->hops->len; i++) {
        const PgaDjangoHop *hop = &g_array_index(path->hops, PgaDjangoHop, i);
        const guint before = route->joins->len;

        if (!take_hop(query, model, hop, own_many, route->joins))
            return FALSE;
        if (!route->n_many && pga_django_hop_is_many(hop))
            route->n_many = before;
        model = pga_django_concrete(hop->model);
    }
    route->alias = g_array_index(route->joins, guint, route->joins->len - 1);
    route->column = g_strdup(path->field ? path->field->column : NULL);
    return route->column != NULL;
}

void
pga_sql_trim(SqlQuery *query, SqlRoute *route)
{
    guint n = route->joins->len;

    while (n > 1) {
        SqlJoin *join = pga_sql_join(query, g_array_index(route->joins, guint, n - 1));

        if (!join->is_direct || !g_str_equal(join->right, route->column))
            break;
        join->n_refs--;
        g_free(route->column);
        route->column = g_strdup(join->left);
        n--;
        route->alias = g_array_index(route->joins, guint, n - 1);
    }
}

/* --- inner and outer --- */

void
pga_sql_promote(SqlQuery *query, const GArray *aliases)
{
    g_autoptr(GArray) left = g_array_new(FALSE, FALSE, sizeof(guint));

    g_array_append_vals(left, aliases->data, aliases->len);
    for (guint i = 0; i < left->len; i++) {
        const guint place = g_array_index(left, guint, i);
        SqlJoin *join = pga_sql_join(query, place);

        if (place == 0 || join->is_left ||
            !(join->is_nullable || pga_sql_join(query, join->parent)->is_left))
            continue;
        join->is_left = TRUE;
        for (guint j = 1; j < query->joins->len; j++)
            if (pga_sql_join(query, j)->parent == place)
                g_array_append_val(left, j);
    }
}

void
pga_sql_demote(SqlQuery *query, const GArray *aliases)
{
    for (guint i = 0; i < aliases->len; i++)
        pga_sql_join(query, g_array_index(aliases, guint, i))->is_left = FALSE;
}

/* --- text --- */

char *
pga_sql_column(const SqlQuery *query, guint alias, const char *column)
{
    g_autofree char *quoted = pga_django_quote(column);

    return g_strdup_printf("%s.%s", pga_sql_join(query, alias)->alias, quoted);
}

guint
pga_sql_n_tables(const SqlQuery *query)
{
    guint n = 0;

    for (guint i = 0; i < query->joins->len; i++)
        n += pga_sql_join(query, i)->n_refs > 0;
    return n;
}

static void
append_join(GString *sql, const SqlQuery *query, const SqlJoin *join, gboolean is_first)
{
    g_autofree char *table = pga_django_quote(join->table), *left = NULL, *right = NULL;

    g_string_append_printf(sql, "%s%s",
                           is_first        ? ""
                           : join->is_left ? " LEFT OUTER JOIN "
                                           : " INNER JOIN ",
                           table);
    if (!g_str_equal(table, join->alias))
        g_string_append_printf(sql, " %s", join->alias);
    if (is_first)
        return;
    left = pga_django_quote(join->left);
    right = pga_django_quote(join->right);
    g_string_append_printf(sql, " ON (%s.%s = %s.%s", pga_sql_join(query, join->parent)->alias,
                           left, join->alias, right);
    if (join->extra)
        g_string_append_printf(sql, " AND (%s)", join->extra);
    g_string_append_c(sql, ')');
}

void
pga_sql_append_from(GString *sql, const SqlQuery *query)
{
    gboolean is_first = TRUE;

    for (guint i = 0; i < query->joins->len; i++) {
        const SqlJoin *join = pga_sql_join(query, i);

        if (join->n_refs == 0)
            continue;
        append_join(sql, query, join, is_first);
        is_first = FALSE;
    }
}

/* Whether a change of a column's type copies the table. Source: ATColumnChangeRequiresRewrite() in
 * src/backend/commands/tablecmds.c, pg_cast, and the functions that simplify length coercions
 * (varchar_support(), numeric_support(), TemporalSimplify(), interval_support()). */
#include "effect_internal.h"
#include "state_internal.h"

#include <string.h>

#define CASE(name) PG_QUERY__NODE__NODE_##name
#define ANY_FIELDS 32767 /* INTERVAL_FULL_RANGE */

/** Casts without a function; pg_cast.castmethod = 'b'. */
static const struct {
    const char *from, *to;
} relabels[] = {
    {"text", "varchar"},     {"varchar", "text"},         {"text", "bpchar"},
    {"varchar", "bpchar"},   {"citext", "text"},          {"citext", "varchar"},
    {"text", "citext"},      {"varchar", "citext"},       {"cidr", "inet"},
    {"xml", "text"},         {"xml", "varchar"},          {"xml", "bpchar"},
    {"bit", "varbit"},       {"varbit", "bit"},           {"int4", "oid"},
    {"oid", "int4"},         {"oid", "regclass"},         {"regclass", "oid"},
    {"oid", "regproc"},      {"regproc", "oid"},          {"oid", "regprocedure"},
    {"regprocedure", "oid"}, {"oid", "regtype"},          {"regtype", "oid"},
    {"oid", "regrole"},      {"regrole", "oid"},          {"oid", "regnamespace"},
    {"regnamespace", "oid"}, {"oid", "regconfig"},        {"regconfig", "oid"},
    {"oid", "regoper"},      {"regoper", "oid"},          {"int4", "regclass"},
    {"regclass", "int4"},    {"int4", "regtype"},         {"regtype", "int4"},
    {"int4", "regproc"},     {"regproc", "int4"},         {"int4", "regrole"},
    {"regrole", "int4"},     {"regproc", "regprocedure"}, {"regprocedure", "regproc"},
};

/** Types whose default operator classes are those of another. */
static const struct {
    const char *type, *like;
} operators[] = {
    {"varchar", "text"}, {"cidr", "inet"},     {"regclass", "oid"},     {"regproc", "oid"},
    {"regtype", "oid"},  {"regrole", "oid"},   {"regnamespace", "oid"}, {"regprocedure", "oid"},
    {"regoper", "oid"},  {"regconfig", "oid"},
};

/** How a longer modifier is told from a shorter one. */
typedef enum { LENGTH, SCALE, PRECISION, INTERVAL } ModifierRule;

static const struct {
    const char *type;
    ModifierRule rule;
} modifiers[] = {
    {"varchar", LENGTH},        {"varbit", LENGTH},     {"numeric", SCALE},
    {"time", PRECISION},        {"timetz", PRECISION},  {"timestamp", PRECISION},
    {"timestamptz", PRECISION}, {"interval", INTERVAL},
};

enum { MAX_PRECISION = 6 };

typedef struct {
    const char *typname;
    gint32 typmod[2];
} Shape;

const char *
pga_type_name_last(const PgQuery__TypeName *type)
{
    const PgQuery__Node *last = type->n_names > 0 ? type->names[type->n_names - 1] : NULL;

    return last && last->node_case == CASE(STRING) ? last->string->sval : "";
}

static const char *
operators_of(const char *typname)
{
    for (gsize i = 0; i < G_N_ELEMENTS(operators); i++)
        if (strcmp(operators[i].type, typname) == 0)
            return operators[i].like;
    return typname;
}

static gboolean
is_relabel(const char *from, const char *to)
{
    for (gsize i = 0; i < G_N_ELEMENTS(relabels); i++)
        if (strcmp(relabels[i].from, from) == 0 && strcmp(relabels[i].to, to) == 0)
            return TRUE;
    return FALSE;
}

/* Written by the grammar as fields and precision, by format_type() as precision alone. */
static gint32
interval_precision(const gint32 typmod[2])
{
    if (typmod[1] >= 0)
        return typmod[1];
    return typmod[0] >= 0 && typmod[0] <= MAX_PRECISION ? typmod[0] : -1;
}

static gint32
interval_fields(const gint32 typmod[2])
{
    return typmod[0] > MAX_PRECISION ? typmod[0] : ANY_FIELDS;
}

static gboolean
precision_holds(gint32 from, gint32 to)
{
    return to < 0 || to == MAX_PRECISION || (from >= 0 && to >= from);
}

static gboolean
modifier_holds(ModifierRule rule, const gint32 from[2], const gint32 to[2])
{
    switch (rule) {
    case LENGTH:
        return from[0] >= 0 && to[0] >= from[0];
    case SCALE: /* a scale that is not written is 0 */
        return from[0] >= 0 && to[0] >= from[0] && MAX(to[1], 0) == MAX(from[1], 0);
    case PRECISION:
        return precision_holds(from[0], to[0]);
    case INTERVAL:
    default:
        return (interval_fields(to) == ANY_FIELDS ||
                interval_fields(to) == interval_fields(from)) &&
               precision_holds(interval_precision(from), interval_precision(to));
    }
}

/* Every value of @from is one of @to, as @to stores it; of one type. */
static gboolean
modifier_is_free(const char *typname, const gint32 from[2], const gint32 to[2])
{
    if (to[0] < 0 || (to[0] == from[0] && MAX(to[1], 0) == MAX(from[1], 0)))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(modifiers); i++)
        if (strcmp(modifiers[i].type, typname) == 0)
            return modifier_holds(modifiers[i].rule, from, to);
    return FALSE;
}

/* TimestampTimestampTzRequiresRewrite(): the session's zone is UTC. */
static gboolean
session_is_utc(const PgaState *state)
{
    static const char *const zones[] = {"utc",      "etc/utc", "gmt",       "etc/gmt", "zulu",
                                        "etc/zulu", "uct",     "universal", "0"};
    const char *zone = pga_state_setting(state, "timezone", NULL);

    for (gsize i = 0; zone && i < G_N_ELEMENTS(zones); i++)
        if (g_ascii_strcasecmp(zone, zones[i]) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
is_zone_pair(const char *from, const char *to)
{
    return (strcmp(from, "timestamp") == 0 && strcmp(to, "timestamptz") == 0) ||
           (strcmp(from, "timestamptz") == 0 && strcmp(to, "timestamp") == 0);
}

/* One cast, without copying. */
static gboolean
cast_is_free(const PgaState *state, const Shape *from, const Shape *to)
{
    static const gint32 none[2] = {-1, -1};

    if (strcmp(from->typname, to->typname) == 0)
        return modifier_is_free(to->typname, from->typmod, to->typmod);
    if (is_relabel(from->typname, to->typname))
        return modifier_is_free(to->typname, none, to->typmod);
    return is_zone_pair(from->typname, to->typname) && session_is_utc(state) &&
           modifier_is_free(to->typname, none, to->typmod);
}

static gboolean
is_constrained(PgaState *state, const PgQuery__TypeName *type)
{
    const PgaStateType *found = pga_state_type(state, type);

    return found && found->kind == 'd' && found->constrained;
}

/* Casts of USING from the column outwards, and then the one to the column's new type. */
static gboolean
using_is_free(PgaState *state, const PgQuery__Node *expression, const char *column, Shape *shape)
{
    g_autoptr(GPtrArray) casts = g_ptr_array_new();

    while (expression && expression->node_case == CASE(TYPE_CAST)) {
        g_ptr_array_add(casts, expression->type_cast->type_name);
        expression = expression->type_cast->arg;
    }
    if (!expression || expression->node_case != CASE(COLUMN_REF) ||
        expression->column_ref->n_fields == 0 ||
        g_strcmp0(column,
                  pga_state_string(
                      expression->column_ref->fields[expression->column_ref->n_fields - 1])) != 0)
        return FALSE;
    for (guint i = casts->len; i-- > 0;) {
        PgaStateTypeName type;
        Shape to;

        pga_state_type_name(state, casts->pdata[i], &type);
        to = (Shape){type.typname, {type.typmod[0], type.typmod[1]}};
        if (is_constrained(state, casts->pdata[i]) || !cast_is_free(state, shape, &to))
            return FALSE;
        *shape = to;
    }
    return TRUE;
}

/* The name alone; that of the database's default is none. */
static char *
collation_name(const char *text)
{
    const char *dot = text ? strrchr(text, '.') : NULL;
    char *name = text ? g_strdup(dot ? dot + 1 : text) : NULL;

    if (name && name[0] == '"' && strlen(name) >= 2) {
        memmove(name, name + 1, strlen(name));
        name[strlen(name) - 1] = '\0';
    }
    if (name && strcmp(name, "default") == 0)
        g_clear_pointer(&name, g_free);
    return name;
}

static gboolean
changes_collation(const PgaStateColumn *column, const PgQuery__ColumnDef *definition)
{
    const PgQuery__CollateClause *clause = definition->coll_clause;
    g_autofree char *old = collation_name(column->collation);
    g_autofree char *new_name =
        clause && clause->n_collname > 0
            ? collation_name(pga_state_string(clause->collname[clause->n_collname - 1]))
            : NULL;

    return g_strcmp0(old, new_name) != 0;
}

void
pga_type_change(PgaState *state, const PgaStateColumn *column, const PgaAction *action,
                PgaTypeChange *change)
{
    const PgQuery__ColumnDef *definition = action->column;
    PgaStateTypeName type;
    Shape from, to;
    gboolean is_free;

    *change = (PgaTypeChange){.rewrites = TRUE, .guessed = TRUE};
    if (!column || !column->typname || !*column->typname || !definition || !definition->type_name)
        return;
    change->guessed = FALSE;
    pga_state_type_name(state, definition->type_name, &type);
    from = (Shape){column->typname, {column->typmod[0], column->typmod[1]}};
    to = (Shape){type.typname, {type.typmod[0], type.typmod[1]}};
    if (column->domain) /* the cast to what it is over has no modifier */
        from.typmod[0] = from.typmod[1] = -1;
    change->same_operators = strcmp(operators_of(from.typname), operators_of(to.typname)) == 0;
    change->collation = changes_collation(column, definition);
    is_free = !definition->raw_default ||
              using_is_free(state, definition->raw_default, action->name, &from);
    change->rewrites =
        !is_free || !cast_is_free(state, &from, &to) ||
        (is_constrained(state, definition->type_name) && g_strcmp0(column->type, type.type) != 0);
}

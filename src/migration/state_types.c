/* Types by the names that statements give them, as format_type() writes them. */
#include <string.h>

#include "base/text.h"
#include "state_internal.h"

/* NOLINTBEGIN(misc-no-recursion): as deep as a statement's tree that is read */

enum { MAX_DOMAINS = 30 }; /* over one another: a damaged snapshot may go in circles */

/** How a type's modifier is written. */
typedef enum { PLAIN, LENGTH, SCALE, PRECISION, INTERVAL } Modifier;

/** src/backend/utils/adt/format_type.c: the types with names of the standard. */
static const struct {
    const char *typname, *formatted;
    const char *tail; /* after the modifier */
    Modifier modifier;
} standard[] = {
    {"bit", "bit", "", LENGTH},
    {"bool", "boolean", "", PLAIN},
    {"bpchar", "character", "", LENGTH},
    {"char", "\"char\"", "", PLAIN},
    {"float4", "real", "", PLAIN},
    {"float8", "double precision", "", PLAIN},
    {"int2", "smallint", "", PLAIN},
    {"int4", "integer", "", PLAIN},
    {"int8", "bigint", "", PLAIN},
    {"interval", "interval", "", INTERVAL},
    {"numeric", "numeric", "", SCALE},
    {"time", "time", " without time zone", PRECISION},
    {"timestamp", "timestamp", " without time zone", PRECISION},
    {"timestamptz", "timestamp", " with time zone", PRECISION},
    {"timetz", "time", " with time zone", PRECISION},
    {"varbit", "bit varying", "", LENGTH},
    {"varchar", "character varying", "", LENGTH},
};

/** Others that every server has; sorted for bsearch(). */
static const char *const plain[] = {
    "aclitem",
    "any",
    "anyarray",
    "anyelement",
    "box",
    "bytea",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "event_trigger",
    "inet",
    "int2vector",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "internal",
    "json",
    "jsonb",
    "jsonpath",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "nummultirange",
    "numrange",
    "oid",
    "oidvector",
    "path",
    "pg_lsn",
    "pg_node_tree",
    "pg_snapshot",
    "point",
    "polygon",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdatabase",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "text",
    "tid",
    "trigger",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "void",
    "xid",
    "xid8",
    "xml",
};

static const struct {
    const char *name, *typname;
} serials[] = {
    {"serial", "int4"},  {"serial4", "int4"},     {"bigserial", "int8"},
    {"serial8", "int8"}, {"smallserial", "int2"}, {"serial2", "int2"},
};

/** Masks of intervals: INTERVAL_MASK() in src/include/utils/timestamp.h. */
static const struct {
    gint32 mask;
    const char *text;
} interval_fields[] = {
    {1 << 2, " year"},
    {1 << 1, " month"},
    {1 << 3, " day"},
    {1 << 10, " hour"},
    {1 << 11, " minute"},
    {1 << 12, " second"},
    {1 << 2 | 1 << 1, " year to month"},
    {1 << 3 | 1 << 10, " day to hour"},
    {1 << 3 | 1 << 10 | 1 << 11, " day to minute"},
    {1 << 3 | 1 << 10 | 1 << 11 | 1 << 12, " day to second"},
    {1 << 10 | 1 << 11, " hour to minute"},
    {1 << 10 | 1 << 11 | 1 << 12, " hour to second"},
    {1 << 11 | 1 << 12, " minute to second"},
};

static int
compare_names(gconstpointer name, gconstpointer element)
{
    return strcmp(name, *(const char *const *)element);
}

static gboolean
is_plain(const char *name)
{
    return bsearch(name, plain, G_N_ELEMENTS(plain), sizeof(plain[0]), compare_names) != NULL;
}

static int
standard_type(const char *typname)
{
    for (guint i = 0; i < G_N_ELEMENTS(standard); i++)
        if (g_str_equal(standard[i].typname, typname))
            return (int)i;
    return -1;
}

/* A modifier's number or word as written. */
static char *
modifier_text(const PgQuery__Node *node)
{
    const PgQuery__AConst *constant;

    if (node->node_case == PG_QUERY__NODE__NODE_COLUMN_REF)
        return g_strdup(
            pga_state_names(node->column_ref->n_fields, node->column_ref->fields, NULL));
    if (node->node_case != PG_QUERY__NODE__NODE_A_CONST)
        return g_strdup("");
    constant = node->a_const;
    switch ((int)constant->val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
        return g_strdup_printf("%d", constant->ival->ival);
    case PG_QUERY__A__CONST__VAL_FVAL:
        return g_strdup(constant->fval->fval);
    case PG_QUERY__A__CONST__VAL_SVAL:
        return g_strdup(constant->sval->sval);
    default:
        return g_strdup("");
    }
}

static gint32
modifier_number(const PgQuery__TypeName *name, size_t i)
{
    const PgQuery__Node *node = i < name->n_typmods ? name->typmods[i] : NULL;

    if (!node || node->node_case != PG_QUERY__NODE__NODE_A_CONST)
        return -1;
    if (node->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL)
        return node->a_const->ival->ival;
    /* protobuf leaves a zero out */
    return node->a_const->val_case == PG_QUERY__A__CONST__VAL__NOT_SET ? 0 : -1;
}

static char *
interval_modifier(const PgQuery__TypeName *name)
{
    gint32 mask = modifier_number(name, 0), precision = modifier_number(name, 1);
    const char *fields = "";

    for (guint i = 0; i < G_N_ELEMENTS(interval_fields); i++)
        if (interval_fields[i].mask == mask)
            fields = interval_fields[i].text;
    return precision < 0 ? g_strdup(fields) : g_strdup_printf("%s(%d)", fields, precision);
}

static char *
modifiers_text(const PgQuery__TypeName *name)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < name->n_typmods; i++) {
        g_autofree char *one = modifier_text(name->typmods[i]);

        g_string_append_printf(text, "%c%s", i ? ',' : '(', one);
    }
    if (name->n_typmods)
        g_string_append_c(text, ')');
    return g_string_free(text, FALSE);
}

static char *
standard_text(const PgQuery__TypeName *name, guint i)
{
    g_autofree char *modifier = NULL;

    if (name->n_typmods == 0 && g_str_equal(standard[i].typname, "bpchar"))
        return g_strdup("bpchar"); /* without a length it is not CHARACTER */
    if (name->n_typmods == 0)
        modifier = g_strdup("");
    else if (standard[i].modifier == INTERVAL)
        modifier = interval_modifier(name);
    else if (standard[i].modifier == SCALE)
        modifier =
            g_strdup_printf("(%d,%d)", modifier_number(name, 0), MAX(0, modifier_number(name, 1)));
    else if (standard[i].modifier != PLAIN)
        modifier = g_strdup_printf("(%d)", modifier_number(name, 0));
    return g_strconcat(standard[i].formatted, modifier, standard[i].tail, NULL);
}

/* Of a user's type: with its schema; a domain tells what it is over. */
static char *
user_text(PgaState *state, const PgQuery__TypeName *name, PgaStateTypeName *out)
{
    const char *nspname, *typname = pga_state_names(name->n_names, name->names, &nspname);
    const PgaStateType *type = pga_state_find_type(state, nspname, typname);
    const PgaStateRelation *row = type ? NULL : pga_state_relation(state, nspname, typname);
    const char *schema = type  ? type->nspname
                         : row ? row->nspname
                               : (*nspname ? nspname : pga_state_creation_schema(state, NULL));
    g_autofree char *modifiers = modifiers_text(name);
    g_autofree char *qualified = pga_quote_qualified(schema ? schema : "public", typname);

    out->typname = pga_state_keep(state, typname);
    if (type && type->kind == 'd') {
        if (type->base)
            pga_state_type_of_text(state, type->base, out);
        out->domain = type->name;
    }
    return g_strconcat(qualified, modifiers, NULL);
}

static gboolean
set_serial(PgaState *state, const char *typname, PgaStateTypeName *out)
{
    for (guint i = 0; i < G_N_ELEMENTS(serials); i++) {
        if (!g_str_equal(serials[i].name, typname))
            continue;
        out->typname = serials[i].typname;
        out->type = pga_state_keep(state, standard[standard_type(out->typname)].formatted);
        out->serial = serials[i].name;
        return TRUE;
    }
    return FALSE;
}

static char *
base_text(PgaState *state, const PgQuery__TypeName *name, PgaStateTypeName *out)
{
    const char *nspname, *typname = pga_state_names(name->n_names, name->names, &nspname);
    gboolean own = *nspname == '\0' || g_str_equal(nspname, "pg_catalog");
    int known = own ? standard_type(typname) : -1;

    out->typname = pga_state_keep(state, typname);
    if (known >= 0)
        return standard_text(name, (guint)known);
    if (own && is_plain(typname))
        return g_strdup(typname);
    if (own && typname[0] == '_' && (standard_type(typname + 1) >= 0 || is_plain(typname + 1))) {
        known = standard_type(typname + 1);
        return g_strconcat(known >= 0 ? standard[known].formatted : typname + 1, "[]", NULL);
    }
    return user_text(state, name, out);
}

void
pga_state_type_name(PgaState *state, const PgQuery__TypeName *name, PgaStateTypeName *out)
{
    g_autofree char *text = NULL;

    *out = (PgaStateTypeName){.type = "", .typname = "", .typmod = {-1, -1}};
    if (!name || name->n_names == 0 || name->pct_type)
        return;
    if (name->n_names == 1 && set_serial(state, pga_state_string(name->names[0]), out))
        return;
    out->typmod[0] = modifier_number(name, 0);
    out->typmod[1] = modifier_number(name, 1);
    if (g_str_equal(pga_state_names(name->n_names, name->names, NULL), "interval")) {
        out->typmod[0] = out->typmod[1]; /* the first one are the fields */
        out->typmod[1] = -1;
    }
    text = base_text(state, name, out);
    out->typname = out->typname ? out->typname : "";
    if (name->n_array_bounds > 0) {
        g_autofree char *array = g_strconcat(text, "[]", NULL);

        out->type = pga_state_keep(state, array);
        out->typname = pga_state_keep_taken(state, g_strconcat("_", out->typname, NULL));
        out->domain = NULL;
    } else {
        out->type = pga_state_keep(state, text);
    }
}

const char *
pga_state_builtin_typname(const char *formatted)
{
    for (guint i = 0; i < G_N_ELEMENTS(standard); i++) {
        gsize length = strlen(standard[i].formatted);

        if (strncmp(formatted, standard[i].formatted, length) == 0 &&
            g_str_equal(formatted + length, standard[i].tail))
            return standard[i].typname;
    }
    if (g_str_has_prefix(formatted, "interval "))
        return "interval"; /* "interval day to second" */
    return is_plain(formatted) ? formatted : NULL;
}

/* The modifier cut out of "timestamp(3) without time zone". */
static char *
without_modifier(const char *text, gint32 typmod[2])
{
    const char *open = strchr(text, '('), *close = open ? strchr(open, ')') : NULL;
    char *end;

    typmod[0] = typmod[1] = -1;
    if (!open || !close)
        return g_strdup(text);
    typmod[0] = (gint32)g_ascii_strtoll(open + 1, &end, 10);
    if (*end == ',')
        typmod[1] = (gint32)g_ascii_strtoll(end + 1, NULL, 10);
    return g_strdup_printf("%.*s%s", (int)(open - text), text, close + 1);
}

/* "public"."status" in two */
static void
split_name(const char *text, char **nspname, char **name)
{
    const char *dot = text;
    gboolean quoted = FALSE;

    for (; *dot && (quoted || *dot != '.'); dot++)
        quoted ^= *dot == '"';
    *nspname = *dot ? g_strndup(text, (gsize)(dot - text)) : g_strdup("");
    *name = g_strdup(*dot ? dot + 1 : text);
    for (guint i = 0; i < 2; i++) {
        char *part = i ? *name : *nspname;
        gsize length = strlen(part);

        if (length >= 2 && part[0] == '"') {
            memmove(part, part + 1, length - 2);
            part[length - 2] = '\0';
        }
    }
}

static void
user_type_of_text(PgaState *state, const char *text, PgaStateTypeName *out)
{
    g_autofree char *nspname = NULL, *name = NULL;
    const PgaStateType *type;

    split_name(text, &nspname, &name);
    type = pga_state_find_type(state, nspname, name);
    out->typname = pga_state_keep(state, name);
    if (!type || type->kind != 'd' || !type->base || state->memory->domains >= MAX_DOMAINS)
        return;
    state->memory->domains++;
    pga_state_type_of_text(state, type->base, out);
    state->memory->domains--;
    out->domain = type->name;
}

void
pga_state_type_of_text(PgaState *state, const char *text, PgaStateTypeName *out)
{
    gboolean array = g_str_has_suffix(text, "[]");
    g_autofree char *element = g_strndup(text, strlen(text) - (array ? 2 : 0));
    g_autofree char *base = NULL;
    const char *builtin;
    gint32 typmod[2];

    *out = (PgaStateTypeName){.typname = "", .typmod = {-1, -1}};
    base = without_modifier(element, typmod);
    builtin = pga_state_builtin_typname(base);
    if (builtin) {
        out->typname = pga_state_keep(state, builtin);
        out->typmod[0] = typmod[0];
        out->typmod[1] = typmod[1];
    } else {
        user_type_of_text(state, base, out);
    }
    out->type = pga_state_keep(state, text);
    out->typname = out->typname ? out->typname : "";
    if (array) {
        out->typname = pga_state_keep_taken(state, g_strconcat("_", out->typname, NULL));
        out->domain = NULL;
    }
}

void
pga_state_column_set_type(PgaState *state, PgaStateColumn *column, const PgaStateTypeName *type)
{
    pga_state_put(state, column->type, (char *)type->type);
    pga_state_put(state, column->typname, (char *)type->typname);
    pga_state_put(state, column->domain, (char *)type->domain);
    pga_state_put(state, column->typmod[0], type->typmod[0]);
    pga_state_put(state, column->typmod[1], type->typmod[1]);
}

/* NOLINTEND(misc-no-recursion) */

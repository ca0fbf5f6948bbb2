/* Types by name: the built-in ones, those of three extensions, and the database's own down to what
 * they are made of. */
#include <string.h>

#include "built_in_internal.h"
#include "types_internal.h"

enum {
    DIGITS_WIDE = 8, /* before the point: any shift fits */
    DEPTH_MAX = 32,  /* of types made of types */
};

/** A type of the database: what is known of it, and what came of that. */
typedef struct {
    char typtype;       /* e enum, d domain, c composite, r range */
    char *definition;   /* (nullable): what follows AS, or the whole statement */
    GPtrArray *columns; /* (nullable) of char *: types of a row type's columns */
    gboolean is_busy;   /* being looked at: it is part of itself */
} UserType;

struct PgaTypeNames {
    GHashTable *user;      /* "schema.name" and "name", to UserType */
    GPtrArray *user_types; /* owns them */
    GHashTable *known;     /* text to PgaValueType, borrowed from types */
    GPtrArray *types;      /* owns them */
    guint depth;
};

static void
user_type_free(gpointer data)
{
    UserType *type = data;

    g_free(type->definition);
    if (type->columns)
        g_ptr_array_unref(type->columns);
    g_free(type);
}

static void
type_free(gpointer data)
{
    PgaValueType *type = data;

    g_free(type->name);
    if (type->members)
        g_ptr_array_unref(type->members);
    g_free(type);
}

static UserType *
add_user_type(PgaTypeNames *names, const char *nspname, const char *typname, char typtype)
{
    UserType *type;

    if (!nspname || !typname)
        return NULL;
    type = g_new0(UserType, 1);
    type->typtype = typtype;
    g_ptr_array_add(names->user_types, type);
    g_hash_table_replace(names->user, g_strconcat(nspname, ".", typname, NULL), type);
    if (!g_hash_table_contains(names->user, typname))
        g_hash_table_insert(names->user, g_strdup(typname), type);
    return type;
}

static void
add_row_types(PgaTypeNames *names, const GPtrArray *relations)
{
    for (guint i = 0; i < relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(relations, i);
        UserType *type = add_user_type(names, relation->nspname, relation->relname, 'c');

        if (!type)
            continue;
        type->columns = g_ptr_array_new_full(relation->attributes->len, g_free);
        for (guint j = 0; j < relation->attributes->len; j++) {
            const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, j);

            g_ptr_array_add(type->columns,
                            g_strdup(attribute->basetype ? attribute->basetype : attribute->type));
        }
    }
}

/* What follows AS in "CREATE DOMAIN public.d AS integer". */
static const char *
after_as(const char *definition)
{
    const char *as = definition ? strstr(definition, " AS ") : NULL;

    return as ? as + 1 : NULL;
}

/* 'e' "AS ENUM (", 'r' "AS RANGE (", 'c' "AS (", 'd' "AS integer" */
static char
typtype_of(const char *definition)
{
    if (g_str_has_prefix(definition, "AS ENUM"))
        return 'e';
    if (g_str_has_prefix(definition, "AS RANGE"))
        return 'r';
    return g_str_has_prefix(definition, "AS (") ? 'c' : 'd';
}

/* A multirange has the name that its range's definition gives it, or one made of the range's. */
static void
add_multirange(PgaTypeNames *names, const UserType *range, const char *nspname, const char *typname)
{
    static const char option[] = "MULTIRANGE_TYPE_NAME = ";
    const char *at = range->definition ? strstr(range->definition, option) : NULL;
    g_auto(PgaTypeText) named = {0};
    UserType *type;

    if (at) {
        g_autofree char *head = pga_type_text_head(at + strlen(option));

        pga_type_text_read(head, &named);
        type = add_user_type(names, named.nspname ? named.nspname : nspname, named.typname, 'm');
    } else {
        const char *word = strstr(typname, "range");
        g_autofree char *made = word ? g_strdup_printf("%.*smultirange%s", (int)(word - typname),
                                                       typname, word + strlen("range"))
                                     : g_strconcat(typname, "_multirange", NULL);

        type = add_user_type(names, nspname, made, 'm');
    }
    if (type)
        type->definition = g_strdup(range->definition);
}

static void
add_defined(PgaTypeNames *names, const char *nspname, const char *typname, const char *definition)
{
    UserType *type = add_user_type(names, nspname, typname, 'b');

    if (!type || !definition)
        return;
    type->typtype = typtype_of(definition);
    type->definition = g_strdup(definition);
    if (type->typtype == 'r')
        add_multirange(names, type, nspname, typname);
}

static void
add_types(PgaTypeNames *names, const PgaSnapshot *snapshot)
{
    const GPtrArray *types = snapshot->catalog->types, *objects = snapshot->objects->objects;

    for (guint i = 0; i < objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(objects, i);

        if (PGA_OBJECT_CLASS(object->id) == PGA_CLASS_TYPE)
            add_defined(names, object->nspname, object->objname, after_as(object->definition));
    }
    for (guint i = 0; i < types->len; i++) {
        const PgaType *type = g_ptr_array_index(types, i);

        if (type->typtype == 'e')
            add_user_type(names, type->nspname, type->typname, 'e');
        else
            add_defined(names, type->nspname, type->typname, type->definition);
    }
}

PgaTypeNames *
pga_type_names_new(const PgaSnapshot *snapshot)
{
    PgaTypeNames *names = g_new0(PgaTypeNames, 1);

    names->user = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names->user_types = g_ptr_array_new_with_free_func(user_type_free);
    names->types = g_ptr_array_new_with_free_func(type_free);
    add_row_types(names, snapshot->catalog->relations);
    add_types(names, snapshot);
    return names;
}

void
pga_type_names_free(PgaTypeNames *names)
{
    if (!names)
        return;
    g_hash_table_unref(names->user);
    g_hash_table_unref(names->known);
    g_ptr_array_unref(names->user_types);
    g_ptr_array_unref(names->types);
    g_free(names);
}

static PgaValueType *
new_type(PgaTypeNames *names, PgaValueKind kind, const char *name)
{
    PgaValueType *type = g_new0(PgaValueType, 1);

    type->kind = kind;
    type->name = g_strdup(name);
    type->digits = -1;
    g_ptr_array_add(names->types, type);
    return type;
}

/* NOLINTBEGIN(misc-no-recursion): as deep as types are made of types, none of itself */

/* Of what cannot be mapped nothing can that is made of it. */
static const PgaValueType *
made_of(PgaTypeNames *names, PgaValueKind kind, const char *name, const char *element)
{
    const PgaValueType *of = pga_type_names_lookup(names, element);
    PgaValueType *type =
        new_type(names, of->kind == PGA_VALUE_UNKNOWN ? PGA_VALUE_UNKNOWN : kind, name);

    type->element = of;
    return type;
}

/* Bounds of a range must keep their order. */
static const PgaValueType *
range_of(PgaTypeNames *names, PgaValueKind kind, const char *name, const char *element)
{
    const PgaValueType *bound = pga_type_names_lookup(names, element);
    const gboolean ordered = pga_value_type_is_number(bound) || bound->kind == PGA_VALUE_DATE ||
                             bound->kind == PGA_VALUE_TIMESTAMP || bound->kind == PGA_VALUE_KEPT;

    return ordered ? made_of(names, kind, name, element) : new_type(names, PGA_VALUE_UNKNOWN, name);
}

static const PgaValueType *
composite_of(PgaTypeNames *names, const char *name, const GPtrArray *columns)
{
    PgaValueType *type = new_type(names, PGA_VALUE_COMPOSITE, name);

    type->members = g_ptr_array_sized_new(columns->len);
    for (guint i = 0; i < columns->len; i++) {
        const char *column = g_ptr_array_index(columns, i);
        const PgaValueType *member = pga_type_names_lookup(names, column ? column : "");

        g_ptr_array_add(type->members, (gpointer)member);
        if (member->kind == PGA_VALUE_UNKNOWN)
            type->kind = PGA_VALUE_UNKNOWN;
    }
    return type;
}

static const PgaValueType *
composite_defined(PgaTypeNames *names, const char *name, const UserType *user)
{
    const char *open = user->definition ? strchr(user->definition, '(') : NULL;
    g_autoptr(GPtrArray) columns = open ? pga_type_text_members(open + 1) : NULL;

    if (user->columns)
        return composite_of(names, name, user->columns);
    return columns ? composite_of(names, name, columns) : new_type(names, PGA_VALUE_UNKNOWN, name);
}

static const PgaValueType *
domain_base(PgaTypeNames *names, const UserType *user)
{
    g_autofree char *base = pga_type_text_head(user->definition + strlen("AS "));

    return pga_type_names_lookup(names, base);
}

static const PgaValueType *
range_defined(PgaTypeNames *names, const char *name, const UserType *user)
{
    static const char option[] = "SUBTYPE = ";
    const char *at = user->definition ? strstr(user->definition, option) : NULL;
    g_autofree char *subtype = at ? pga_type_text_head(at + strlen(option)) : g_strdup("");

    return range_of(names, user->typtype == 'm' ? PGA_VALUE_MULTIRANGE : PGA_VALUE_RANGE, name,
                    subtype);
}

static const PgaValueType *
enum_type(PgaTypeNames *names, const char *name)
{
    PgaValueType *type = new_type(names, PGA_VALUE_TEXT, name);

    type->is_enum = TRUE;
    return type;
}

static const PgaValueType *
user_defined(PgaTypeNames *names, const char *name, UserType *user)
{
    const PgaValueType *type;

    if (user->is_busy)
        return new_type(names, PGA_VALUE_UNKNOWN, name);
    user->is_busy = TRUE;
    switch (user->typtype) {
    case 'e':
        type = enum_type(names, name);
        break;
    case 'c':
        type = composite_defined(names, name, user);
        break;
    case 'd':
        type = domain_base(names, user);
        break;
    case 'r':
    case 'm':
        type = range_defined(names, name, user);
        break;
    default:
        type = new_type(names, PGA_VALUE_UNKNOWN, name);
        break;
    }
    user->is_busy = FALSE;
    return type;
}

/* numeric(5,2): three digits before the point. */
static gint
digits_of(const char *typmod)
{
    gint64 precision, scale = 0;
    char *end;

    precision = g_ascii_strtoll(typmod, &end, 10);
    if (*end == ',')
        scale = g_ascii_strtoll(end + 1, NULL, 10);
    if (precision - scale >= DIGITS_WIDE)
        return -1;
    return (gint)MAX(precision - scale, 0);
}

static const PgaValueType *
built_in_type(PgaTypeNames *names, const PgaBuiltInType *entry, const char *typmod)
{
    PgaValueType *type;

    if (entry->element)
        return range_of(names, entry->kind, entry->canonical, entry->element);
    type = new_type(names, entry->kind, entry->canonical);
    type->bits = entry->bits;
    if (entry->kind == PGA_VALUE_NUMERIC && typmod)
        type->digits = digits_of(typmod);
    return type;
}

static UserType *
find_user(const PgaTypeNames *names, const PgaTypeText *text)
{
    g_autofree char *qualified =
        text->nspname ? g_strconcat(text->nspname, ".", text->typname, NULL) : NULL;

    return g_hash_table_lookup(names->user, qualified ? qualified : text->typname);
}

static const PgaValueType *
scalar_type(PgaTypeNames *names, const PgaTypeText *text)
{
    const gboolean system = !text->nspname || g_str_equal(text->nspname, "pg_catalog");
    const PgaBuiltInType *entry = system ? pga_type_built_in(text->typname) : NULL;
    UserType *user = entry ? NULL : find_user(names, text);

    if (!entry && !user)
        entry = pga_type_of_extension(text->typname);
    if (entry)
        return built_in_type(names, entry, text->typmod);
    if (user)
        return user_defined(names, text->typname, user);
    if (text->typname[0] == '_' && text->typname[1] != '_')
        return made_of(names, PGA_VALUE_ARRAY, text->typname, text->typname + 1);
    return new_type(names, PGA_VALUE_UNKNOWN, text->typname);
}

/* An array of any number of dimensions is one type. */
static const PgaValueType *
read_type(PgaTypeNames *names, const char *name)
{
    g_auto(PgaTypeText) text = {0};
    const PgaValueType *type;
    PgaValueType *array;

    pga_type_text_read(name, &text);
    type = scalar_type(names, &text);
    if (text.dimensions == 0)
        return type;
    array = new_type(names, type->kind == PGA_VALUE_UNKNOWN ? PGA_VALUE_UNKNOWN : PGA_VALUE_ARRAY,
                     name);
    array->element = type;
    return array;
}

const PgaValueType *
pga_type_names_lookup(PgaTypeNames *names, const char *type)
{
    const PgaValueType *known = g_hash_table_lookup(names->known, type);

    if (known)
        return known;
    if (names->depth > DEPTH_MAX)
        return new_type(names, PGA_VALUE_UNKNOWN, type);
    names->depth++;
    known = read_type(names, type);
    names->depth--;
    g_hash_table_replace(names->known, g_strdup(type), (gpointer)known);
    return known;
}
/* NOLINTEND(misc-no-recursion) */

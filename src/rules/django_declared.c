/* Relations that classes read row by row. */
#include <string.h>

#include "django_declared_internal.h"
#include "django_loop_internal.h"

/* Serializers in serializers. */
#define MAX_DEPTH 3

typedef struct {
    const PgaDjangoNames *names;
    const PgaDjangoClass *class;
    GPtrArray *reads;
    /* What is fetched with the rows. */
    GPtrArray *querysets; /* of const PgaDjangoQuerySet * */
    gboolean is_unclear;  /* part of it is not understood */
} Declared;

static void
read_free(gpointer data)
{
    PgaDeclaredRead *read = data;

    g_free(read->path);
    g_free(read->why);
    g_free(read);
}

static gboolean
is_to_one(const PgaDjangoField *field)
{
    return field && (field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE);
}

static gboolean
is_to_many(const PgaDjangoField *field)
{
    return field &&
           (field->kind == PGA_DJANGO_MANY_TO_MANY || field->kind == PGA_DJANGO_GENERIC_RELATION);
}

static gboolean
is_fetched(const Declared *declared, const char *path)
{
    for (guint i = 0; i < declared->querysets->len; i++) {
        const PgaDjangoQuerySet *queryset = g_ptr_array_index(declared->querysets, i);

        if (queryset->select_related_all || queryset->has_values ||
            pga_django_paths_cover(queryset->select_related, path) ||
            pga_django_paths_cover(queryset->prefetch_related, path))
            return TRUE;
    }
    return FALSE;
}

/* Takes @path and @why. */
static void
add_read(Declared *declared, char *path, char *why, gboolean to_one, guint line)
{
    PgaDeclaredRead *read;
    gboolean known = is_fetched(declared, path);

    for (guint i = 0; i < declared->reads->len; i++) {
        read = g_ptr_array_index(declared->reads, i);
        known |= g_str_equal(read->path, path);
    }
    if (known) {
        g_free(path);
        g_free(why);
        return;
    }
    read = g_new0(PgaDeclaredRead, 1);
    read->path = path;
    read->why = why;
    read->is_to_one = to_one;
    read->line = line;
    g_ptr_array_add(declared->reads, read);
}

/* What the class's own attribute and its get_queryset() fetch. */
static void
gather_querysets(Declared *declared)
{
    g_autofree char *name = g_strconcat(declared->class->qualified, ".get_queryset", NULL);
    const PgaDjangoFunction *function = g_hash_table_lookup(declared->names->functions, name);

    if (declared->class->queryset)
        g_ptr_array_add(declared->querysets, declared->class->queryset);
    for (guint i = 0; function && i < function->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (event->queryset)
            g_ptr_array_add(declared->querysets, event->queryset);
    }
    declared->is_unclear = function && declared->querysets->len == 0;
    for (guint i = 0; i < declared->querysets->len; i++) {
        const PgaDjangoQuerySet *queryset = g_ptr_array_index(declared->querysets, i);

        declared->is_unclear |= queryset->incomplete != NULL;
    }
}

/* Relations that a method reads of the object that it is given. */
static void
add_reads_of(Declared *declared, const PgaDjangoFunction *function, const char *what, guint line)
{
    g_autoptr(GPtrArray) reads = function ? pga_django_own_reads(function) : NULL;

    for (guint i = 0; reads && i < reads->len; i++) {
        const char *relation = g_ptr_array_index(reads, i);

        add_read(declared, g_strdup(relation), g_strdup_printf("%s reads %s", what, relation), TRUE,
                 line);
    }
}

/* --- serializers --- */

static char *
prefixed(const char *prefix, const char *name)
{
    return *prefix ? g_strdup_printf("%s__%s", prefix, name) : g_strdup(name);
}

/* "customer" of "customer.email"; NULL: there is no dot. */
static char *
way_of(const char *source)
{
    const char *last = strrchr(source, '.');
    g_autofree char *way = last ? g_strndup(source, (gsize)(last - source)) : NULL;
    g_auto(GStrv) steps = way ? g_strsplit(way, ".", -1) : NULL;

    return steps ? g_strjoinv("__", steps) : NULL;
}

static const PgaDjangoField *
first_field(const PgaDjangoModel *model, const char *path)
{
    const char *end = strstr(path, "__");
    g_autofree char *name = g_strndup(path, end ? (gsize)(end - path) : strlen(path));

    return pga_django_model_field(model, name);
}

/* These ask for the related object, not for its key alone. */
static gboolean
shows_object(const PgaDjangoDeclared *declared)
{
    static const char *const classes[] = {"StringRelatedField", "SlugRelatedField", NULL};

    return declared->class && g_strv_contains(classes, declared->class);
}

/** A serializer inside others. */
typedef struct {
    const PgaDjangoClass *class;
    const char *prefix; /* "customer" */
    guint depth;
} Nested;

/* NOLINTBEGIN(misc-no-recursion): bounded by MAX_DEPTH */

static void add_serializer(Declared *declared, Nested nested);

static void
add_nested(Declared *declared, Nested outer, const PgaDjangoDeclared *field, const char *source,
           const PgaDjangoClass *inner)
{
    const PgaDjangoField *relation = pga_django_model_field(outer.class->model, source);
    g_autofree char *path = prefixed(outer.prefix, source);

    if (!is_to_one(relation) && !is_to_many(relation))
        return;
    add_read(declared, g_strdup(path),
             g_strdup_printf("%s nests %s (%s:%u)", outer.class->name, source,
                             outer.class->file->path, field->line),
             is_to_one(relation), 0);
    if (inner->model && outer.depth < MAX_DEPTH)
        add_serializer(declared, (Nested){inner, path, outer.depth + 1});
}

static void
add_declared(Declared *declared, Nested nested, const PgaDjangoDeclared *field)
{
    const PgaDjangoModel *model = nested.class->model;
    const char *source = field->source ? field->source : field->name;
    const PgaDjangoClass *inner =
        field->class ? g_hash_table_lookup(declared->names->serializers, field->class) : NULL;
    g_autofree char *way = way_of(source);
    const PgaDjangoField *relation = first_field(model, way ? way : source);

    if (field->is_write_only || field->is_method)
        return;
    if (inner)
        add_nested(declared, nested, field, source, inner);
    else if ((way || shows_object(field)) && (is_to_one(relation) || is_to_many(relation)))
        add_read(declared, prefixed(nested.prefix, way ? way : source),
                 g_strdup_printf("%s gives %s (%s:%u)", nested.class->name, source,
                                 nested.class->file->path, field->line),
                 is_to_one(relation), 0);
}

static void
add_serializer(Declared *declared, Nested nested)
{
    const PgaDjangoClass *class = nested.class;

    for (guint i = 0; class->declared && i < class->declared->len; i++)
        add_declared(declared, nested, g_ptr_array_index(class->declared, i));
    for (guint i = 0; class->fields && i < class->fields->len; i++) {
        const char *name = g_ptr_array_index(class->fields, i);

        if (is_to_many(pga_django_model_field(class->model, name)))
            add_read(declared, prefixed(nested.prefix, name),
                     g_strdup_printf("%s gives the keys of %s (%s:%u)", class->name, name,
                                     class->file->path, class->line),
                     FALSE, 0);
    }
}

/* NOLINTEND(misc-no-recursion) */

/* One object at a time, by the name of it. */
static gboolean
shows_one(const char *name)
{
    static const char *const words[] = {"Detail", "Retrieve", "Create", "Update", "Destroy"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(name, words[i]) && !strstr(name, "List"))
            return TRUE;
    return FALSE;
}

static void
read_view(Declared *declared)
{
    const PgaDjangoClass *class = declared->class;
    const PgaDjangoClass *serializer =
        class->serializer ? g_hash_table_lookup(declared->names->serializers, class->serializer)
                          : NULL;

    if (serializer && serializer->model && declared->querysets->len > 0 && !shows_one(class->name))
        add_serializer(declared, (Nested){serializer, "", 0});
}

/* --- the admin --- */

static gboolean
shows_relation(const PgaDjangoClass *class)
{
    for (guint i = 0; class->list_display && i < class->list_display->len; i++)
        if (is_to_one(
                pga_django_model_field(class->model, g_ptr_array_index(class->list_display, i))))
            return TRUE;
    return FALSE;
}

/* Without a list of its own Django calls select_related() as soon as the list shows a foreign key:
 * that follows those that cannot be NULL. ChangeList.apply_select_related() in
 * django/contrib/admin/views/main.py, 2.2 to 6.0. */
static gboolean
admin_fetches(const PgaDjangoClass *class, const char *path)
{
    const PgaDjangoField *field = pga_django_model_field(class->model, path);

    if (class->select_related_all || pga_django_paths_cover(class->list_select_related, path))
        return TRUE;
    if (class->list_select_related && class->list_select_related->len > 0)
        return FALSE;
    return shows_relation(class) && field && !field->is_null;
}

static void
add_column(Declared *declared, const char *name, guint line)
{
    const PgaDjangoClass *class = declared->class;
    g_autofree char *own = g_strdup_printf("%s.%s", class->qualified, name);
    const PgaDjangoFunction *function = g_hash_table_lookup(declared->names->functions, own);

    if (is_to_one(pga_django_model_field(class->model, name)))
        add_read(declared, g_strdup(name), g_strdup_printf("list_display shows %s", name), TRUE,
                 line);
    else
        add_reads_of(declared,
                     function ? function
                              : pga_django_names_method(declared->names, class->model, name),
                     name, line);
}

static void
read_admin(Declared *declared)
{
    const PgaDjangoClass *class = declared->class;
    const guint line =
        class->lines ? GPOINTER_TO_UINT(g_hash_table_lookup(class->lines, "list_display")) : 0;

    if (class->list_display && class->list_display->len > 0)
        for (guint i = 0; i < class->list_display->len; i++)
            add_column(declared, g_ptr_array_index(class->list_display, i), line);
    else
        add_column(declared, "__str__", 0);
    for (guint i = declared->reads->len; i-- > 0;) {
        const PgaDeclaredRead *read = g_ptr_array_index(declared->reads, i);

        if (admin_fetches(class, read->path))
            g_ptr_array_remove_index(declared->reads, i);
    }
}

GPtrArray *
pga_django_declared_reads(const PgaDjangoNames *names, const PgaDjangoClass *class)
{
    g_autoptr(GPtrArray) querysets = g_ptr_array_new();
    Declared declared = {
        .names = names,
        .class = class,
        .reads = g_ptr_array_new_with_free_func(read_free),
        .querysets = querysets,
    };

    if (class->model) {
        gather_querysets(&declared);
        if (class->kind == PGA_DJANGO_CLASS_API_VIEW && !declared.is_unclear)
            read_view(&declared);
        else if (class->kind == PGA_DJANGO_CLASS_ADMIN && !declared.is_unclear)
            read_admin(&declared);
    }
    return declared.reads;
}

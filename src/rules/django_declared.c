/* Relations that classes read row by row. */
#include <string.h>

#include "django_declared_internal.h"
#include "django_loop_internal.h"
#include "django_own_internal.h"

void
pga_declared_read_free(gpointer data)
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

/* One way goes on where the other ends. */
static gboolean
goes_on(const char *one, const char *other)
{
    const gsize length = strlen(one);

    return strncmp(one, other, length) == 0 &&
           (other[length] == '\0' || g_str_has_prefix(other + length, "__"));
}

/* Behind a Prefetch with a QuerySet of its own. */
static gboolean
is_untold(const PgaDjangoQuerySet *queryset, const char *path)
{
    for (guint i = 0; queryset->own_prefetches && i < queryset->own_prefetches->len; i++)
        if (goes_on(g_ptr_array_index(queryset->own_prefetches, i), path))
            return TRUE;
    return FALSE;
}

static gboolean
is_given(const PgaDjangoQuerySet *queryset, const char *path)
{
    const char *end = strstr(path, "__");
    g_autofree char *first = g_strndup(path, end ? (gsize)(end - path) : strlen(path));
    const PgaDjangoField *field = pga_django_model_field(queryset->model, first);

    return field && pga_django_is_given(queryset, field);
}

static gboolean
is_fetched(const PgaDeclared *declared, const char *path)
{
    for (guint i = 0; i < declared->querysets->len; i++) {
        const PgaDjangoQuerySet *queryset = g_ptr_array_index(declared->querysets, i);

        if (queryset->select_related_all || queryset->has_values || is_untold(queryset, path) ||
            is_given(queryset, path) || pga_django_paths_cover(queryset->select_related, path) ||
            pga_django_paths_cover(queryset->prefetch_related, path))
            return TRUE;
    }
    return FALSE;
}

/* Whether @other says it, or says it from here on: of the longest path once. */
static gboolean
takes_in(PgaDeclaredRead *other, PgaDeclaredRead *read)
{
    if (other->is_query || read->is_query)
        return other->is_query == read->is_query && g_str_equal(other->why, read->why);
    if (!goes_on(other->path, read->path) && !goes_on(read->path, other->path))
        return FALSE;
    other->is_to_one &= read->is_to_one;
    other->is_maybe &= read->is_maybe;
    if (strlen(read->path) > strlen(other->path)) {
        char *longer = read->path;

        read->path = other->path;
        other->path = longer;
    }
    return TRUE;
}

/* "lines__order" of an order: Django knows where the lines came from. */
static gboolean
turns_back(const PgaDjangoModel *model, const char *path)
{
    g_auto(GStrv) steps = g_strsplit(path, "__", -1);
    const PgaDjangoField *from = NULL;

    for (guint i = 0; model && steps[i]; i++) {
        g_autoptr(GArray) hops = pga_django_model_accessor(model, steps[i]);
        const PgaDjangoHop *hop = hops->len ? &g_array_index(hops, PgaDjangoHop, 0) : NULL;

        if (hop && !hop->is_reverse && hop->field == from)
            return TRUE;
        from = hop && hop->is_reverse ? hop->field : NULL;
        model = hop ? g_array_index(hops, PgaDjangoHop, hops->len - 1).model : NULL;
    }
    return FALSE;
}

void
pga_django_declared_add(PgaDeclared *declared, PgaDeclaredRead read)
{
    gboolean known = !read.is_query &&
                     (is_fetched(declared, read.path) || turns_back(declared->model, read.path));

    for (guint i = 0; !known && i < declared->reads->len; i++)
        known = takes_in(g_ptr_array_index(declared->reads, i), &read);
    if (known) {
        g_free(read.path);
        g_free(read.why);
    } else {
        g_ptr_array_add(declared->reads, g_memdup2(&read, sizeof read));
    }
}

void
pga_django_declared_add_method(PgaDeclared *declared, const PgaDjangoFunction *function,
                               const char *prefix, const char *what, guint line)
{
    const GPtrArray *reads = pga_django_own_reads(declared->names, function);

    for (guint i = 0; reads && i < reads->len; i++) {
        const PgaOwnRead *own = g_ptr_array_index(reads, i);
        const PgaDjangoEvent *event = own->event;
        const PgaDjangoModel *model = event->queryset ? event->queryset->model : NULL;
        const char *verb = own->is_query ? "asks for" : "reads";

        pga_django_declared_add(
            declared,
            (PgaDeclaredRead){.path = own->is_query ? g_strdup("")
                                                    : pga_django_path_join(prefix, own->path),
                              .why = g_strdup_printf("%s %s %s (%s:%u)", what, verb,
                                                     !own->is_query ? own->path
                                                     : model        ? model->name
                                                                    : "rows",
                                                     event->function->file->path, event->line),
                              .is_to_one = own->is_to_one,
                              .is_query = own->is_query,
                              .is_maybe = own->is_conditional,
                              .line = line});
    }
}

/* --- what comes with the rows --- */

/* How many QuerySets the method speaks of. */
static guint
gather_method(PgaDeclared *declared, const char *name)
{
    const PgaDjangoFunction *function =
        pga_django_names_class_method(declared->names, declared->class, name);
    guint n = 0;

    for (guint i = 0; function && i < function->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (!event->queryset)
            continue;
        g_ptr_array_add(declared->querysets, event->queryset);
        n++;
    }
    return function ? n : 1;
}

/* What the class's own attribute and its methods fetch. */
static void
gather_querysets(PgaDeclared *declared)
{
    static const char *const methods[] = {"list", "filter_queryset", "paginate_queryset"};

    if (declared->class->queryset)
        g_ptr_array_add(declared->querysets, declared->class->queryset);
    declared->is_unclear = gather_method(declared, "get_queryset") == 0;
    for (guint i = 0; i < G_N_ELEMENTS(methods); i++)
        gather_method(declared, methods[i]);
    for (guint i = 0; i < declared->querysets->len; i++) {
        const PgaDjangoQuerySet *queryset = g_ptr_array_index(declared->querysets, i);

        declared->is_unclear |= queryset->incomplete != NULL;
    }
}

/* --- views of an API --- */

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
read_view(PgaDeclared *declared)
{
    const PgaDjangoClass *class = declared->class;

    if (declared->querysets->len == 0 || class->is_single || shows_one(class->name))
        return;
    for (guint i = 0; i < class->serializers->len; i++) {
        const PgaDjangoClass *serializer = g_hash_table_lookup(
            declared->names->serializers, g_ptr_array_index(class->serializers, i));

        if (serializer)
            pga_django_declared_add_serializer(declared, serializer);
    }
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

/* Each step is a key that cannot be NULL. */
static gboolean
is_never_null(const PgaDjangoModel *model, const char *path)
{
    g_auto(GStrv) steps = g_strsplit(path, "__", -1);

    for (guint i = 0; model && steps[i]; i++) {
        const PgaDjangoField *field = pga_django_model_field(model, steps[i]);
        gboolean is_one;

        if (!is_to_one(field) || field->is_null)
            return FALSE;
        model = pga_django_path_end(model, steps[i], &is_one);
    }
    return TRUE;
}

/* Without a list of its own Django calls select_related() as soon as the list shows a foreign key:
 * that follows those that cannot be NULL. ChangeList.apply_select_related() in
 * django/contrib/admin/views/main.py, 2.2 to 6.0. */
static gboolean
admin_fetches(const PgaDjangoClass *class, const char *path)
{
    if ((class->select_related_all && !strstr(path, "__")) ||
        pga_django_paths_cover(class->list_select_related, path))
        return TRUE;
    if (class->list_select_related && class->list_select_related->len > 0)
        return FALSE;
    return shows_relation(class) && is_never_null(class->model, path);
}

static void
add_column(PgaDeclared *declared, const char *name, guint line)
{
    const PgaDjangoClass *class = declared->class;
    const PgaDjangoFunction *function = pga_django_names_class_method(declared->names, class, name);

    if (is_to_one(pga_django_model_field(class->model, name)))
        pga_django_declared_add(
            declared, (PgaDeclaredRead){.path = g_strdup(name),
                                        .why = g_strdup_printf("list_display shows %s", name),
                                        .is_to_one = TRUE,
                                        .line = line});
    if (!function)
        function = pga_django_names_method(declared->names, class->model, name);
    if (function)
        pga_django_declared_add_method(declared, function, "", name, line);
}

static void
read_admin(PgaDeclared *declared)
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

        if (!read->is_query && admin_fetches(class, read->path))
            g_ptr_array_remove_index(declared->reads, i);
    }
}

/* --- both --- */

GPtrArray *
pga_django_serializer_reads(PgaDjangoNames *names, const PgaDjangoClass *serializer,
                            const PgaDjangoEvent *event)
{
    g_autoptr(GPtrArray) querysets = g_ptr_array_new();
    PgaDeclared declared = {
        .names = names,
        .model = serializer->model,
        .reads = g_ptr_array_new_with_free_func(pga_declared_read_free),
        .querysets = querysets,
    };

    g_ptr_array_add(querysets, event->queryset);
    if (!event->queryset->incomplete && serializer->model == event->queryset->model)
        pga_django_declared_add_serializer(&declared, serializer);
    return declared.reads;
}

GPtrArray *
pga_django_declared_reads(PgaDjangoNames *names, const PgaDjangoClass *class)
{
    g_autoptr(GPtrArray) querysets = g_ptr_array_new();
    PgaDeclared declared = {
        .names = names,
        .class = class,
        .model = class->model,
        .reads = g_ptr_array_new_with_free_func(pga_declared_read_free),
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

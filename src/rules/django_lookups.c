/* The conditions of a QuerySet one by one, and what kind of column each is about. */
#include "django_lookups_internal.h"

/* Conditions deeper than this are not of this world. */
#define MAX_DEPTH 64

typedef struct {
    GArray *out;
    PgaLookupRole role;
    gboolean is_optional;
} Walk;

/* NOLINTBEGIN(misc-no-recursion): bounded by MAX_DEPTH */

static void
walk_condition(const PgaDjangoCondition *condition, Walk walk, guint depth)
{
    const PgaUsedLookup used = {condition->lookup, walk.role, walk.is_optional};

    if (condition->kind == PGA_DJANGO_LOOKUP && condition->lookup)
        g_array_append_val(walk.out, used);
    if (!condition->items || depth == MAX_DEPTH)
        return;
    if (condition->kind == PGA_DJANGO_NOT)
        walk.role = PGA_LOOKUP_NEGATED;
    else if (condition->kind == PGA_DJANGO_OR && condition->items->len > 1 &&
             walk.role == PGA_LOOKUP_REQUIRED)
        walk.role = PGA_LOOKUP_ALTERNATIVE;
    for (guint i = 0; i < condition->items->len; i++) {
        const PgaDjangoCondition *item = g_ptr_array_index(condition->items, i);
        Walk inner = walk;

        inner.is_optional |= item->is_optional;
        walk_condition(item, inner, depth + 1);
    }
}

/* NOLINTEND(misc-no-recursion) */

GArray *
pga_django_used_lookups(const PgaDjangoQuerySet *queryset)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(PgaUsedLookup));

    if (queryset->where)
        walk_condition(queryset->where,
                       (Walk){out, PGA_LOOKUP_REQUIRED, queryset->where->is_optional}, 0);
    return out;
}

gboolean
pga_django_path_is_own(const PgaDjangoPath *path)
{
    const PgaDjangoModel *model = path->model;

    return model && path->field && path->field->column && model->is_managed && model->file &&
           !model->file->is_built_in && !model->file->is_test;
}

gboolean
pga_django_same_hops(const PgaDjangoPath *one, const PgaDjangoPath *other)
{
    const guint n_one = one->hops ? one->hops->len : 0,
                n_other = other->hops ? other->hops->len : 0;

    if (n_one != n_other)
        return FALSE;
    for (guint i = 0; i < n_one; i++) {
        const PgaDjangoHop *a = &g_array_index(one->hops, PgaDjangoHop, i);
        const PgaDjangoHop *b = &g_array_index(other->hops, PgaDjangoHop, i);

        if (a->field != b->field || a->model != b->model)
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_django_path_is_multiple(const PgaDjangoPath *path)
{
    for (guint i = 0; path->hops && i < path->hops->len; i++) {
        const PgaDjangoHop *hop = &g_array_index(path->hops, PgaDjangoHop, i);

        if (hop->field->kind == PGA_DJANGO_MANY_TO_MANY ||
            hop->field->kind == PGA_DJANGO_GENERIC_RELATION ||
            (hop->is_reverse && hop->field->kind == PGA_DJANGO_FOREIGN_KEY &&
             !hop->field->is_unique))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_bare(const PgaDjangoPath *path)
{
    return path->transforms == NULL || path->transforms->len == 0;
}

static gboolean
is_none(const PgaPyValue *value)
{
    return value && value->kind == PGA_PY_NONE;
}

gboolean
pga_django_lookup_is_equality(const PgaDjangoLookup *lookup)
{
    static const char *const names[] = {"exact", "in", NULL};

    return is_bare(&lookup->path) && g_strv_contains(names, lookup->path.lookup) &&
           !lookup->value_is_expression && !is_none(lookup->value);
}

gboolean
pga_django_lookup_is_range(const PgaDjangoLookup *lookup)
{
    static const char *const names[] = {"gt", "gte", "lt", "lte", "range", NULL};
    static const char *const of_year[] = {"exact", "gt", "gte", "lt", "lte", NULL};
    const PgaDjangoPath *path = &lookup->path;

    if (lookup->value_is_expression)
        return FALSE;
    if (is_bare(path))
        return g_strv_contains(names, path->lookup);
    return path->transforms->len == 1 && !path->is_json_key &&
           g_str_equal(g_ptr_array_index(path->transforms, 0), "year") &&
           g_strv_contains(of_year, path->lookup);
}

gboolean
pga_django_lookup_is_null_test(const PgaDjangoLookup *lookup)
{
    return g_str_equal(lookup->path.lookup, "isnull") || is_none(lookup->value);
}

static gboolean
is_one_of(const PgaDjangoField *field, const char *const *bases)
{
    return field->kind == PGA_DJANGO_PLAIN && field->base && g_strv_contains(bases, field->base);
}

gboolean
pga_django_field_is_text(const PgaDjangoField *field)
{
    static const char *const bases[] = {"CharField",   "TextField",   "EmailField",    "SlugField",
                                        "URLField",    "FileField",   "FilePathField", "ImageField",
                                        "CICharField", "CITextField", "CIEmailField",  NULL};

    return is_one_of(field, bases);
}

gboolean
pga_django_field_is_citext(const PgaDjangoField *field)
{
    static const char *const bases[] = {"CICharField", "CITextField", "CIEmailField", NULL};

    return is_one_of(field, bases) ||
           (field->call && pga_py_argument(field->call, G_MAXUINT, "db_collation"));
}

gboolean
pga_django_field_is_time(const PgaDjangoField *field)
{
    static const char *const bases[] = {"DateField", "DateTimeField", NULL};

    return is_one_of(field, bases);
}

gboolean
pga_django_field_has_few_values(const PgaDjangoField *field)
{
    static const char *const bases[] = {"BooleanField", "NullBooleanField", NULL};

    return is_one_of(field, bases) ||
           (field->call && pga_py_argument(field->call, G_MAXUINT, "choices"));
}

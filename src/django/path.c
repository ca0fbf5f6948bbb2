/* "order__customer__email__icontains": over which relations, to which column, by which lookup.
 * Source: Query.names_to_path(), solve_lookup_type() in Django 3.2 to 5.2
 * django/db/models/sql/query.py. */
#include <string.h>

#include "links_internal.h"
#include "queryset_internal.h"

#define MAX_PARTS 40

static gboolean
is_one_of(const char *name, const char *const *names)
{
    for (guint i = 0; names[i]; i++)
        if (g_str_equal(name, names[i]))
            return TRUE;
    return FALSE;
}

/* Django's own, django.contrib.postgres's after them. */
static const char *const lookups[] = {"exact",
                                      "iexact",
                                      "contains",
                                      "icontains",
                                      "gt",
                                      "gte",
                                      "lt",
                                      "lte",
                                      "in",
                                      "startswith",
                                      "istartswith",
                                      "endswith",
                                      "iendswith",
                                      "range",
                                      "isnull",
                                      "regex",
                                      "iregex",
                                      "contained_by",
                                      "has_key",
                                      "has_keys",
                                      "has_any_keys",
                                      "overlap",
                                      "search",
                                      "trigram_similar",
                                      "trigram_word_similar",
                                      "trigram_strict_word_similar",
                                      "adjacent_to",
                                      "fully_lt",
                                      "fully_gt",
                                      "not_lt",
                                      "not_gt",
                                      NULL};

static const char *const transforms[] = {
    "date",         "year",    "iso_year",  "month",     "day",       "week",      "week_day",
    "iso_week_day", "quarter", "time",      "hour",      "minute",    "second",    "lower",
    "upper",        "length",  "abs",       "trim",      "unaccent",  "len",       "keys",
    "values",       "isempty", "lower_inc", "lower_inf", "upper_inc", "upper_inf", NULL};

/* What a key of JSON or hstore cannot be called, since a lookup is. */
static gboolean
is_lookup_of(const PgaDjangoField *field, const char *name)
{
    static const char *const json[] = {
        "exact",     "iexact",   "contains",     "icontains", "startswith", "istartswith",
        "gt",        "gte",      "lt",           "lte",       "in",         "endswith",
        "iendswith", "range",    "regex",        "iregex",    "isnull",     "contained_by",
        "has_key",   "has_keys", "has_any_keys", NULL};

    return is_one_of(name, pga_django_field_is_keyed(field) ? json : lookups);
}

gboolean
pga_django_field_is_json(const PgaDjangoField *field)
{
    return g_str_equal(field->base, "JSONField");
}

gboolean
pga_django_field_is_keyed(const PgaDjangoField *field)
{
    return pga_django_field_is_json(field) || g_str_equal(field->base, "HStoreField");
}

static gboolean
is_array_index(const PgaDjangoField *field, const char *part)
{
    return g_str_equal(field->base, "ArrayField") && *part &&
           strspn(part, "0123456789_") == strlen(part);
}

static gboolean
is_transform(const PgaDjangoField *field, const char *part)
{
    if (pga_django_field_is_keyed(field))
        return *part != '\0';
    return is_one_of(part, transforms) || (field && is_array_index(field, part));
}

/* The rest of the path behind the column. FALSE: not understood. */
static gboolean
take_lookup(PgaDjangoPath *path, const PgaDjangoField *field, char *const *parts)
{
    for (guint i = 0; parts[i]; i++) {
        if (!parts[i + 1] &&
            (field ? is_lookup_of(field, parts[i]) : is_one_of(parts[i], lookups))) {
            g_free(path->lookup);
            path->lookup = g_strdup(parts[i]);
            return TRUE;
        }
        if (field ? !is_transform(field, parts[i]) : !is_one_of(parts[i], transforms)) {
            g_free(path->lookup);
            path->lookup = g_strdup(parts[i]);
            return FALSE;
        }
        g_ptr_array_add(path->transforms, g_strdup(parts[i]));
        path->is_json_key = field && pga_django_field_is_json(field);
    }
    return TRUE;
}

/* The annotation that the text begins with: its name may have "__" in it. (nullable) */
static const char *
annotation_in(const GPtrArray *annotations, const char *text)
{
    for (guint i = 0; annotations && i < annotations->len; i++) {
        const PgaDjangoAnnotation *annotation = g_ptr_array_index(annotations, i);
        const gsize length = annotation->name ? strlen(annotation->name) : 0;

        if (length > 0 && g_str_has_prefix(text, annotation->name) &&
            (!text[length] || g_str_has_prefix(text + length, "__")))
            return annotation->name;
    }
    return NULL;
}

static gboolean
has_column_here(const DjangoNamed *named)
{
    return !named->is_reverse && named->field->kind != PGA_DJANGO_MANY_TO_MANY &&
           named->field->kind != PGA_DJANGO_GENERIC_RELATION;
}

/** Where a path has come to. */
typedef struct {
    const PgaDjangoModel *model; /* whose name is looked up next */
    const PgaDjangoModel *owner; /* of the column, so far */
    const PgaDjangoField *field;
} Place;

/* One name. FALSE: none of the model's. */
static gboolean
step(PgaDjangoPath *path, Place *place, const char *name)
{
    const guint before = path->hops->len;
    const PgaDjangoField *through = place->field;
    DjangoNamed named;
    PgaDjangoHop hop;

    if (through) { /* the relation that led here was a column so far */
        hop = (PgaDjangoHop){through, place->model, FALSE};
        g_array_append_val(path->hops, hop);
    }
    if (!pga_django_find_name(place->model, name, FALSE, path->hops, &named)) {
        g_array_set_size(path->hops, before);
        return FALSE;
    }
    place->owner = named.owner;
    if (has_column_here(&named)) {
        place->field = named.field;
        place->model = pga_django_links_rows(named.field)
                           ? pga_django_field_target(named.owner, named.field)
                           : NULL;
        return TRUE;
    }
    hop = (PgaDjangoHop){named.field, named.owner, named.is_reverse};
    if (!named.is_reverse)
        hop.model = pga_django_field_target(named.owner, named.field);
    place->field = NULL;
    place->model = place->owner = hop.model;
    if (hop.model)
        g_array_append_val(path->hops, hop);
    return hop.model != NULL;
}

static void
resolve(PgaDjangoPath *path, const PgaDjangoModel *model, char *const *parts)
{
    Place place = {pga_django_concrete(model), NULL, NULL};
    guint n = 0;

    while (parts[n] && place.model && step(path, &place, parts[n]))
        n++;
    if (n == 0)
        return;
    if (!place.field) /* ends at a relation: what it compares is the key at its end */
        place.field = pga_django_model_key(place.owner);
    if (!place.field || !take_lookup(path, place.field, parts + n))
        return;
    path->field = place.field;
    path->model = place.owner;
}

void
pga_django_path_init(PgaDjangoPath *path, G_GNUC_UNUSED const PgaDjangoProject *project,
                     const PgaDjangoModel *model, const GPtrArray *annotations, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "__", MAX_PARTS + 1);
    const char *name = annotation_in(annotations, text);

    *path = (PgaDjangoPath){.text = g_strdup(text), .lookup = g_strdup("exact")};
    path->hops = g_array_new(FALSE, FALSE, sizeof(PgaDjangoHop));
    path->transforms = g_ptr_array_new_with_free_func(g_free);
    if (!model || !parts[0] || g_strv_length(parts) > MAX_PARTS)
        return;
    if (name) {
        const gsize length = strlen(name);
        g_auto(GStrv) rest = g_strsplit(text + length + (text[length] ? 2 : 0), "__", MAX_PARTS);

        if (!text[length] || take_lookup(path, NULL, rest))
            path->annotation = g_strdup(name);
        return;
    }
    resolve(path, model, parts);
    if (!path->model)
        g_array_set_size(path->hops, 0);
}

void
pga_django_path_clear(PgaDjangoPath *path)
{
    g_clear_pointer(&path->text, g_free);
    g_clear_pointer(&path->annotation, g_free);
    g_clear_pointer(&path->lookup, g_free);
    g_clear_pointer(&path->hops, g_array_unref);
    g_clear_pointer(&path->transforms, g_ptr_array_unref);
    path->model = NULL;
    path->field = NULL;
}

void
pga_django_path_copy(PgaDjangoPath *to, const PgaDjangoPath *from)
{
    *to = *from;
    to->text = g_strdup(from->text);
    to->annotation = g_strdup(from->annotation);
    to->lookup = g_strdup(from->lookup);
    to->hops = g_array_copy(from->hops);
    to->transforms = g_ptr_array_copy(from->transforms, (GCopyFunc)(void (*)(void))g_strdup, NULL);
    g_ptr_array_set_free_func(to->transforms, g_free);
}

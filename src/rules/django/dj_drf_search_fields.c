/* dj-drf-search-fields: a class lets users search within texts: search_fields of an API or of the
 * admin, filters of django-filter. */
#include <string.h>

#include "../django_filter_internal.h"
#include "../django_tables_internal.h"
#include "../django_text_internal.h"

/* The first letters of search_fields: rest_framework/filters.py and django/contrib/admin/options.py
 * have the same. */
static const char *
lookup_of(const char *field)
{
    switch (*field) {
    case '^':
        return "istartswith";
    case '=':
        return "iexact";
    case '$':
        return "iregex";
    case '@':
        return "search";
    default:
        return "icontains";
    }
}

static guint
line_of(const PgaDjangoClass *class, const char *attribute)
{
    return class->lines ? GPOINTER_TO_UINT(g_hash_table_lookup(class->lines, attribute)) : 0;
}

static void
add_search(PgaDjangoRun *run, const PgaDjangoClass *class, const char *name, const char *lookup,
           guint line)
{
    PgaNeeds *needs = run->memory;
    g_autofree char *text = g_strconcat(name, "__", lookup, NULL);
    g_auto(PgaDjangoPath) path = {0};
    gboolean is_text = FALSE;
    PgaNeedForm form;
    PgaNeed *need;
    GPtrArray *keys;

    pga_django_path_init(&path, run->project, class->model, NULL, text);
    if (!pga_django_path_is_own(&path) || (path.transforms && path.transforms->len) ||
        !pga_django_field_is_text(path.field) || pga_django_field_is_citext(path.field) ||
        pga_django_field_has_few_values(path.field))
        return;
    form = pga_text_form(path.lookup, &is_text);
    if (!is_text || pga_text_is_indexed(needs, path.model, path.field, form))
        return;
    keys = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(keys, g_strdup(path.field->name));
    need = pga_needs_add(needs, path.model, form, keys);
    pga_need_add_class(need, class, line, NULL);
    need->is_sure |= class->kind == PGA_DJANGO_CLASS_API_VIEW;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoClass *class)
{
    if (!class->model)
        return;
    for (guint i = 0; class->search_fields && i < class->search_fields->len; i++) {
        const char *field = g_ptr_array_index(class->search_fields, i);

        add_search(run, class, field + (strchr("^=$@", *field) && *field ? 1 : 0), lookup_of(field),
                   line_of(class, "search_fields"));
    }
    for (guint i = 0;
         class->kind == PGA_DJANGO_CLASS_FILTER_SET && class->declared && i < class->declared->len;
         i++) {
        const PgaDjangoDeclared *filter = g_ptr_array_index(class->declared, i);

        if (filter->lookup && !filter->is_method)
            add_search(run, class, filter->source ? filter->source : filter->name, filter->lookup,
                       filter->line);
    }
}

static void
finish(PgaDjangoRun *run)
{
    const GPtrArray *all = pga_needs_sorted(run->memory);

    for (guint i = 0; i < all->len; i++) {
        const PgaNeed *need = g_ptr_array_index(all, i);
        g_autofree char *places = pga_need_places_text(need);
        g_autofree char *columns = pga_need_columns_text(need);
        g_autofree char *rows = pga_django_rows_text(run, need->model);
        PgaFinding *finding = pga_need_report(
            run, need,
            "users search %s.%s by %s (%s); no index serves that, the whole table is read; %s",
            need->model->app, need->model->name, columns, places, rows);

        if (finding && need->is_sure && pga_need_use(need) == PGA_NEED_DECLARED)
            finding->confidence = MAX(finding->confidence, PGA_CONFIDENCE_LIKELY);
    }
}

const PgaRule pga_rule_dj_drf_search_fields = {
    .id = "dj-drf-search-fields",
    .title = "Search fields without an index that serves the search",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Each search reads and compares every row of the table, for every word and field.",
    .when_not = "The table stays small, or only a few people search.",
    .condition = "A text column in search_fields of an API view or a ModelAdmin, or in a filter of "
                 "django-filter by icontains, contains or the like, without a trigram index (for ^ "
                 "one of pattern_ops, for = one of UPPER); the model has {min_rows} rows or more, "
                 "or nobody states them. Not fields with choices: no index finds few rows there. "
                 "Of the admin and of filters alone it is shown with --all.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "\n"
               "\n"
               "class Customer(models.Model):\n"
               "    name = models.CharField(max_length=200)\n"
               "    made = models.DateTimeField(auto_now_add=True)\n"
               "\n"
               "# shop/views.py\n"
               "from rest_framework import viewsets\n"
               "from shop.models import Customer\n"
               "\n"
               "\n"
               "class CustomerViewSet(viewsets.ModelViewSet):\n"
               "    queryset = Customer.objects.all()\n"
               "    search_fields = [\"name\"]",
    .fix = "Adds the index to Meta.indexes; or the field gets ^ or = in front, or a "
           "SearchVectorField takes its place.",
    .docs = "pgtrgm.html#PGTRGM-INDEX",
    .docs_title = "pg_trgm: Index Support",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {PGA_NEED_MIN_ROWS},
    .django = {.begin = pga_needs_begin,
               .class = judge,
               .finish = finish,
               .forget = pga_needs_free},
};

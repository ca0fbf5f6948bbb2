/* Which tables are worth an index or a warning. */
#include <string.h>

#include "django_lookups_internal.h"
#include "django_tables_internal.h"

/* Columns of a table that is a list: a name, a slug, a description, an order. */
#define MAX_LIST_FIELDS 5

/* The last words of such models' names. */
static const char *const last_words[] = {
    "Country",   "Countries",   "State",    "Setting",  "Settings", "Config",   "Configuration",
    "Type",      "Kind",        "Category", "Status",   "Option",   "Options",  "Preference",
    "Role",      "Permission",  "Language", "Currency", "Template", "Site",     "Plan",
    "Tier",      "Unit",        "Flag",     "Switch",   "Feature",  "Provider", "Backend",
    "Level",     "Priority",    "Locale",   "Region",   "Timezone", "Policy",   "Parameters",
    "Parameter", "Preferences", "Theme",    "Scope",    "Cron",     "Crontab",  "Schedule",
    "Interval",  "Domain",      NULL};

static char *
last_word(const char *name)
{
    const char *start = name;

    for (const char *at = name; *at; at++)
        if (g_ascii_isupper(*at) && at > name && !g_ascii_isupper(at[-1]))
            start = at;
    return g_strdup(start);
}

static gboolean
points_somewhere(const PgaDjangoField *field)
{
    return field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE ||
           field->kind == PGA_DJANGO_GENERIC_KEY;
}

static gboolean
is_document(const PgaDjangoField *field)
{
    static const char *const bases[] = {"JSONField", "ArrayField", "SearchVectorField", NULL};

    return g_strv_contains(bases, field->base);
}

/* What the columns of lists are called, besides a name. */
static const char *const list_words[] = {
    "name",        "title",     "label",    "code", "slug",   "abbreviation",
    "description", "order",     "color",    "rank", "weight", "colour",
    "active",      "is_active", "position", "icon", NULL};

/* Few columns, one of them unique, none of them a time, a document or a relation; or a name and
 * what lists have besides. */
static gboolean
is_list(const PgaDjangoModel *model)
{
    guint n_fields = 0, n_words = 0;
    gboolean has_unique = FALSE, is_name = FALSE;

    if (model->is_partial || model->parent)
        return FALSE;
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (points_somewhere(field) || pga_django_field_is_time(field) || is_document(field))
            return FALSE;
        n_fields += field->column && !field->is_auto_created;
        has_unique |= field->is_unique && !field->is_primary_key;
        is_name |= g_str_equal(field->name, "name") || g_str_equal(field->name, "title");
        n_words += g_strv_contains(list_words, field->name) && !field->is_auto_created;
    }
    return n_fields <= MAX_LIST_FIELDS && (has_unique || (is_name && n_fields == n_words));
}

static gboolean
is_singleton(const PgaDjangoModel *model)
{
    for (guint i = 0; i < model->bases->len; i++)
        if (strstr(g_ptr_array_index(model->bases, i), "ingleton"))
            return TRUE;
    return FALSE;
}

gboolean
pga_django_looks_small(const PgaDjangoModel *model)
{
    g_autofree char *word = last_word(model->name);

    return g_strv_contains(last_words, word) || is_singleton(model) || is_list(model);
}

gboolean
pga_django_is_small(const PgaDjangoRun *run, const PgaDjangoModel *model, double min_rows)
{
    const double rows = pga_django_rows(run, model);

    return rows >= 0 ? rows < min_rows : pga_django_looks_small(model);
}

gboolean
pga_django_looks_growing(const PgaDjangoModel *model)
{
    guint n_relations = 0;

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        n_relations += points_somewhere(field);
        if (field->call && pga_django_field_is_time(field) &&
            (pga_py_argument_is_true(field->call, "auto_now_add") ||
             pga_py_argument(field->call, G_MAXUINT, "default")))
            return TRUE;
    }
    return n_relations > 1;
}

gboolean
pga_django_is_plain(const PgaDjangoModel *model)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (points_somewhere(field) || pga_django_field_is_time(field))
            return FALSE;
    }
    return TRUE;
}

/* What is listed whole, and is plain, is short. */
gboolean
pga_django_is_listed(const PgaDjangoRun *run, const PgaDjangoModel *model)
{
    if (!pga_django_is_plain(model))
        return FALSE;
    for (guint i = 0; i < run->source->queries->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(run->source->queries, i);

        if (query->act == PGA_DJANGO_FETCH && query->in_request && query->queryset &&
            query->queryset->model == model && !query->queryset->where &&
            !query->queryset->is_sliced)
            return TRUE;
    }
    return FALSE;
}

char *
pga_django_rows_text(const PgaDjangoRun *run, const PgaDjangoModel *model)
{
    const double rows = pga_django_rows(run, model);

    if (rows < 0)
        return g_strdup("nobody states how many rows it has");
    if (rows < 1e6)
        return g_strdup_printf("it has about %.0f rows", rows);
    return g_strdup_printf("it has about %.1f M rows", rows / 1e6);
}

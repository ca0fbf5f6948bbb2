/* dj-function-on-column: a condition on a function of the column: the column's own index does not
 * serve it. */
#include <string.h>

#include "../django_filter_internal.h"
#include "../django_tables_internal.h"

/* Those that EXTRACT, CAST or a function of text is made of. */
static const char *const transforms[] = {"date",         "month",    "day",    "week",   "week_day",
                                         "iso_week_day", "quarter",  "hour",   "minute", "second",
                                         "year",         "iso_year", "time",   "lower",  "upper",
                                         "unaccent",     "trim",     "length", NULL};

static const char *
transform_of(const PgaDjangoPath *path)
{
    const char *name = path->transforms && path->transforms->len && !path->is_json_key
                           ? g_ptr_array_index(path->transforms, 0)
                           : NULL;

    return name && g_strv_contains(transforms, name) ? name : NULL;
}

/* An index of an expression that has both words. */
static gboolean
is_served(PgaNeeds *needs, const PgaDjangoModel *model, const PgaDjangoField *field,
          const char *transform)
{
    const GPtrArray *indexes = pga_needs_indexes(needs, model);

    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);
        const char *key = index->keys->len ? g_ptr_array_index(index->keys, 0) : "";
        g_autofree char *folded = g_ascii_strdown(key, -1);

        if (strstr(folded, transform) && strstr(folded, field->column))
            return TRUE;
    }
    return FALSE;
}

/* "made__date=day" */
static const char *
instead(const char *transform)
{
    if (g_str_equal(transform, "date"))
        return "compare the column itself with a range: the day's midnight (gte) and the next "
               "one's (lt)";
    if (g_str_equal(transform, "year") || g_str_equal(transform, "iso_year"))
        return "compare the column itself with a range: the year's first day (gte) and the next "
               "one's (lt)";
    return "an index of that expression serves it; the column itself is compared only where that "
           "means the same";
}

static void
report(PgaDjangoRun *run, const PgaDjangoQuery *query, const PgaUsedLookup *used)
{
    const PgaDjangoPath *path = &used->lookup->path;
    const char *transform = transform_of(path);
    PgaFinding *finding;

    for (guint i = 0; i < query->places->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(query->places, i);

        finding = pga_django_add_at_event(
            run, event, "%s compares %s() of %s.%s: the index of the column does not serve that",
            path->text, transform, path->model->name, path->field->name);
        finding->confidence = event->function->is_view || pga_django_looks_growing(path->model)
                                  ? PGA_CONFIDENCE_LIKELY
                                  : PGA_CONFIDENCE_POSSIBLE;
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
        pga_finding_note(finding, "In place of %s: %s.", path->text, instead(transform));
    }
}

static void
judge(PgaDjangoRun *run, const PgaDjangoQuery *query)
{
    PgaNeeds *needs = run->memory;
    g_autoptr(GArray) lookups = NULL;

    if (!query->queryset || query->queryset->is_raw || query->in_test)
        return;
    lookups = pga_django_used_lookups(query->queryset);
    if (pga_needs_is_selective(needs, lookups))
        return;
    for (guint i = 0; i < lookups->len; i++) {
        const PgaUsedLookup *used = &g_array_index(lookups, PgaUsedLookup, i);
        const PgaDjangoPath *path = &used->lookup->path;
        const char *transform = transform_of(path);

        if (!transform || used->role == PGA_LOOKUP_NEGATED || !pga_django_path_is_own(path) ||
            pga_django_lookup_is_range(used->lookup) ||
            !pga_needs_is_indexed(needs, path->model, path->field, lookups) ||
            pga_django_is_small(run, path->model, run->threshold[0]) ||
            is_served(needs, path->model, path->field, transform))
            continue;
        report(run, query, used);
    }
}

const PgaRule pga_rule_dj_function_on_column = {
    .id = "dj-function-on-column",
    .title = "Condition on a function of an indexed column",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The index holds the column's values, not the function's: the whole table is read.",
    .when_not = "The table stays small, or the other conditions leave few rows.",
    .condition =
        "A filter by date, month, day, hour, lower, upper or the like of a column that has "
        "an index, which no index of an expression serves, in a model of {min_rows} rows "
        "or more, or whose rows nobody states. Comparisons of the year are left out: "
        "Django makes ranges of them (but not of year__in).",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "\n"
               "\n"
               "class Order(models.Model):\n"
               "    email = models.EmailField()\n"
               "    made = models.DateTimeField(auto_now_add=True, db_index=True)\n"
               "\n"
               "# shop/views.py\n"
               "from shop.models import Order\n"
               "\n"
               "\n"
               "def find(request):\n"
               "    return list(Order.objects.filter(made__date=request.GET[\"day\"]))",
    .fix = "None is generated; the note says what to compare instead.",
    .docs = "indexes-expressional.html",
    .docs_title = "Indexes on Expressions",
    .requirements = "DJ-1 DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {PGA_NEED_MIN_ROWS},
    .django = {.begin = pga_needs_begin, .query = judge, .forget = pga_needs_free},
};

/* dj-composite-index-missing: columns that are asked for together have an index each, but none
 * together. */
#include "../django_filter_internal.h"
#include "../django_tables_internal.h"

#define MIN_PLACES  2
#define MAX_COLUMNS 3

static gboolean
is_unique(const PgaFilter *filter)
{
    for (guint i = 0; i < filter->equal->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(filter->equal, i);

        if (field->is_unique || field->is_primary_key)
            return TRUE;
    }
    return FALSE;
}

/* How many of the columns the index begins with, one after the other. */
static guint
common_columns(const PgaDjangoIndex *index, const PgaFilter *filter)
{
    guint n = 0;

    for (; n < index->columns->len; n++) {
        const char *column = g_ptr_array_index(index->columns, n);
        gboolean found = FALSE;

        for (guint i = 0; column && i < filter->equal->len; i++) {
            const PgaDjangoField *field = g_ptr_array_index(filter->equal, i);

            found |= g_str_equal(field->name, column);
        }
        if (!found)
            break;
    }
    return n;
}

/* Single ones are there, one of two columns is not. */
static gboolean
is_wanting(PgaNeeds *needs, const PgaFilter *filter)
{
    const GPtrArray *indexes = pga_needs_indexes(needs, filter->model);
    guint most = 0;

    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);

        if (!index->predicate)
            most = MAX(most, common_columns(index, filter));
    }
    return most == 1;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoQuery *query)
{
    PgaNeeds *needs = run->memory;
    g_autoptr(GArray) lookups = NULL;
    g_autoptr(GPtrArray) filters = NULL;

    if (!query->queryset || query->queryset->is_raw || query->in_test)
        return;
    lookups = pga_django_used_lookups(query->queryset);
    filters = pga_django_filters(lookups);
    for (guint i = 0; i < filters->len; i++) {
        const PgaFilter *filter = g_ptr_array_index(filters, i);

        if (filter->equal->len < 2 || filter->equal->len > MAX_COLUMNS || filter->is_optional ||
            is_unique(filter) || !is_wanting(needs, filter))
            continue;
        pga_need_add_query(
            pga_needs_add(needs, filter->model, PGA_NEED_BTREE, pga_filter_keys(filter)), query,
            FALSE);
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

        if (need->places->len < MIN_PLACES)
            continue;
        pga_need_report(run, need,
                        "%s.%s is filtered by %s together in %s; only one of them leads an index; "
                        "%s",
                        need->model->app, need->model->name, columns, places, rows);
    }
}

const PgaRule pga_rule_dj_composite_index_missing = {
    .id = "dj-composite-index-missing",
    .title = "Fields filtered together without an index of both",
    .category = "index",
    .family = PGA_FAMILY_INDEX,
    .severity = PGA_SEVERITY_INFO,
    .why = "The index of one column finds many rows, of which the other column leaves few.",
    .when_not = "One of the columns alone finds few rows.",
    .condition = "Two or three fields are compared with = together in two or more places, none of "
                 "them is unique, and every index of the model begins with one of them at most; "
                 "the model has {min_rows} rows or more, or nobody states them.",
    .fix = "Adds the index to Meta.indexes, by AddIndexConcurrently; reads and writes go on.",
    .docs = "indexes-multicolumn.html",
    .docs_title = "Multicolumn Indexes",
    .requirements = "DJ-1",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {PGA_NEED_MIN_ROWS},
    .django = {.begin = pga_needs_begin,
               .query = judge,
               .finish = finish,
               .forget = pga_needs_free},
};

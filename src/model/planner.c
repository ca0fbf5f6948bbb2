/* What the planner knows of relations: how it is made and freed. */
#include "model/planner.h"

static void
size_free(gpointer data)
{
    PgaRelationSize *size = data;

    g_free(size->reltuples);
    g_free(size);
}

static void
column_free(gpointer data)
{
    PgaColumnStatistics *column = data;

    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++) {
        g_free(column->slots[i].numbers);
        g_free(column->slots[i].values);
    }
    g_free(column->attname);
    g_free(column->null_frac);
    g_free(column->n_distinct);
    g_free(column);
}

static void
extended_free(gpointer data)
{
    PgaExtendedStatistics *extended = data;

    g_array_unref(extended->attnums);
    g_ptr_array_unref(extended->attnames);
    g_ptr_array_unref(extended->expressions);
    g_free(extended->ndistinct);
    g_free(extended->dependencies);
    g_free(extended->mcv_values);
    g_free(extended->mcv_nulls);
    g_free(extended->mcv_freqs);
    g_free(extended->mcv_base_freqs);
    g_free(extended);
}

static void
extremes_free(gpointer data)
{
    PgaExtremes *extremes = data;

    g_free(extremes->minimum);
    g_free(extremes->maximum);
    g_free(extremes);
}

static void
sample_free(gpointer data)
{
    PgaSample *sample = data;

    g_ptr_array_unref(sample->rows);
    g_free(sample);
}

PgaPlannerData *
pga_planner_data_new(void)
{
    PgaPlannerData *data = g_new0(PgaPlannerData, 1);

    data->sizes = g_ptr_array_new_with_free_func(size_free);
    data->columns = g_ptr_array_new_with_free_func(column_free);
    data->extended = g_ptr_array_new_with_free_func(extended_free);
    data->extremes = g_ptr_array_new_with_free_func(extremes_free);
    data->metapages = g_ptr_array_new_with_free_func(g_free);
    data->samples = g_ptr_array_new_with_free_func(sample_free);
    return data;
}

void
pga_planner_data_free(PgaPlannerData *data)
{
    if (!data)
        return;
    g_ptr_array_unref(data->sizes);
    g_ptr_array_unref(data->columns);
    g_ptr_array_unref(data->extended);
    g_ptr_array_unref(data->extremes);
    g_ptr_array_unref(data->metapages);
    g_ptr_array_unref(data->samples);
    g_free(data);
}

PgaRelationSize *
pga_planner_data_add_size(PgaPlannerData *data, PgaOid oid)
{
    PgaRelationSize *size = g_new0(PgaRelationSize, 1);

    size->oid = oid;
    size->pages = -1;
    g_ptr_array_add(data->sizes, size);
    return size;
}

PgaColumnStatistics *
pga_planner_data_add_column(PgaPlannerData *data, PgaOid relation)
{
    PgaColumnStatistics *column = g_new0(PgaColumnStatistics, 1);

    column->relation = relation;
    g_ptr_array_add(data->columns, column);
    return column;
}

PgaExtendedStatistics *
pga_planner_data_add_extended(PgaPlannerData *data, PgaOid oid)
{
    PgaExtendedStatistics *extended = g_new0(PgaExtendedStatistics, 1);

    extended->oid = oid;
    extended->attnums = g_array_new(FALSE, FALSE, sizeof(gint16));
    extended->attnames = g_ptr_array_new_with_free_func(g_free);
    extended->expressions = g_ptr_array_new_with_free_func(column_free);
    g_ptr_array_add(data->extended, extended);
    return extended;
}

PgaColumnStatistics *
pga_extended_statistics_add_expression(PgaExtendedStatistics *extended)
{
    PgaColumnStatistics *expression = g_new0(PgaColumnStatistics, 1);

    expression->relation = extended->oid;
    expression->inherited = extended->inherited;
    expression->width = -1;
    g_ptr_array_add(extended->expressions, expression);
    expression->attnum = (gint16)extended->expressions->len;
    return expression;
}

PgaExtremes *
pga_planner_data_add_extremes(PgaPlannerData *data, PgaOid index)
{
    PgaExtremes *extremes = g_new0(PgaExtremes, 1);

    extremes->index = index;
    g_ptr_array_add(data->extremes, extremes);
    return extremes;
}

PgaMetapage *
pga_planner_data_add_metapage(PgaPlannerData *data, PgaOid index)
{
    PgaMetapage *metapage = g_new0(PgaMetapage, 1);

    metapage->index = index;
    metapage->tree_height = -1;
    for (guint i = 0; i < G_N_ELEMENTS(metapage->gin); i++)
        metapage->gin[i] = -1;
    metapage->brin_revmap_pages = -1;
    g_ptr_array_add(data->metapages, metapage);
    return metapage;
}

PgaSample *
pga_planner_data_add_sample(PgaPlannerData *data, PgaOid relation)
{
    PgaSample *sample = g_new0(PgaSample, 1);

    sample->relation = relation;
    sample->rows = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(data->samples, sample);
    return sample;
}

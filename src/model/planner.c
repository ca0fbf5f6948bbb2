/* What the planner knows of relations: how it is made and freed. */
#include "model/planner.h"

PgaPlannerData *
pga_planner_data_new(void)
{
    return pga_record_new(&pga_planner_data_type);
}

void
pga_planner_data_free(PgaPlannerData *data)
{
    pga_record_free(&pga_planner_data_type, data);
}

PgaRelationSize *
pga_planner_data_add_size(PgaPlannerData *data, PgaOid oid)
{
    PgaRelationSize *size = pga_record_add(data->sizes, &pga_relation_size_type);

    size->oid = oid;
    return size;
}

PgaColumnStatistics *
pga_planner_data_add_column(PgaPlannerData *data, PgaOid relation)
{
    PgaColumnStatistics *column = pga_record_add(data->columns, &pga_column_statistics_type);

    column->relation = relation;
    return column;
}

PgaExtendedStatistics *
pga_planner_data_add_extended(PgaPlannerData *data, PgaOid oid)
{
    PgaExtendedStatistics *extended = pga_record_add(data->extended, &pga_extended_statistics_type);

    extended->oid = oid;
    return extended;
}

PgaColumnStatistics *
pga_extended_statistics_add_expression(PgaExtendedStatistics *extended)
{
    PgaColumnStatistics *expression =
        pga_record_add(extended->expressions, &pga_column_statistics_type);

    expression->relation = extended->oid;
    expression->inherited = extended->inherited;
    expression->width = -1;
    expression->attnum = (gint16)extended->expressions->len;
    return expression;
}

PgaExtremes *
pga_planner_data_add_extremes(PgaPlannerData *data, PgaOid index)
{
    PgaExtremes *extremes = pga_record_add(data->extremes, &pga_extremes_type);

    extremes->index = index;
    return extremes;
}

PgaMetapage *
pga_planner_data_add_metapage(PgaPlannerData *data, PgaOid index)
{
    PgaMetapage *metapage = pga_record_add(data->metapages, &pga_metapage_type);

    metapage->index = index;
    return metapage;
}

PgaSample *
pga_planner_data_add_sample(PgaPlannerData *data, PgaOid relation)
{
    PgaSample *sample = pga_record_add(data->samples, &pga_sample_type);

    sample->relation = relation;
    return sample;
}

#include "model/query_set.h"

PgaQuerySample *
pga_query_sample_new(char *text, double share)
{
    PgaQuerySample *sample = g_new0(PgaQuerySample, 1);

    sample->text = text;
    sample->share = share;
    return sample;
}

static void
sample_free(PgaQuerySample *sample)
{
    g_free(sample->text);
    g_free(sample);
}

PgaQuery *
pga_query_new(void)
{
    PgaQuery *query = g_new0(PgaQuery, 1);

    query->total_ms = -1;
    query->samples = g_ptr_array_new_with_free_func((GDestroyNotify)sample_free);
    return query;
}

void
pga_query_free(PgaQuery *query)
{
    g_free(query->fingerprint);
    g_free(query->text);
    g_free(query->usename);
    g_free(query->origin);
    g_free(query->not_analysed);
    g_ptr_array_unref(query->samples);
    g_free(query);
}

PgaQuerySet *
pga_query_set_new(void)
{
    PgaQuerySet *set = g_new0(PgaQuerySet, 1);

    set->queries = g_ptr_array_new_with_free_func((GDestroyNotify)pga_query_free);
    set->notes = g_ptr_array_new_with_free_func(g_free);
    return set;
}

void
pga_query_set_free(PgaQuerySet *set)
{
    g_ptr_array_unref(set->queries);
    g_ptr_array_unref(set->notes);
    g_free(set);
}
